//! The fault script: what goes wrong, and for which request.
//!
//! A script is a list of rules; a rule that has fired as often as it may is gone. Rules are tried in order: every
//! edit, delay and failed certification that fits is played, and the first that decides the answer.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::dialect::ErrorBody;
use super::edit::Edit;
use super::ingestion::ResourceFailure;
use super::operation::Failure;

/// One rule of a fault script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// Which requests it is for.
    pub when: When,
    /// How often it fires.
    #[serde(default = "once")]
    pub times: u32,
    /// What goes wrong.
    pub fault: Fault,
}

fn once() -> u32 {
    1
}

/// Which requests a rule is for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// The method; any, if empty.
    pub method: String,
    /// The path without its query; `*` stands for any text. Any, if empty.
    pub path: String,
    /// From which fitting request on: 1, the default, is the next one.
    pub nth: u32,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// The request does not arrive.
    LoseRequest,
    /// The request is acted upon, the answer does not arrive.
    LoseAnswer,
    /// An error comes instead of the answer.
    Status {
        /// The status code.
        status: u16,
        /// The `Retry-After` header.
        #[serde(default)]
        retry_after: Option<RetryAfter>,
        /// The form of the body.
        #[serde(default = "html")]
        body: ErrorBody,
        /// Whether the request was acted upon all the same.
        #[serde(default)]
        timing: Timing,
    },
    /// The answer breaks off.
    Truncate {
        /// How many bytes of the body arrive.
        keep: usize,
    },
    /// The answer is slow.
    Delay {
        /// By how much.
        milliseconds: u64,
    },
    /// Somebody edits an offer in the portal just before the request is handled.
    EditBetween {
        /// `publisher/offer`.
        offer: String,
        /// The edit.
        edit: Edit,
    },
    /// The publish or go-live that this request starts will fail.
    FailCertification(Failure),
    /// The job of the Product Ingestion API that this request starts will fail at a resource.
    FailResource(ResourceFailure),
}

fn html() -> ErrorBody {
    ErrorBody::Html
}

/// When an error comes: before or after the request was acted upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// Nothing was done.
    #[default]
    BeforeActing,
    /// Everything was done.
    AfterActing,
}

/// The two forms of a `Retry-After` header (RFC 9110).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u32),
    /// A date, so many seconds from now.
    DateIn(u32),
}

/// What a script has in store for one request.
#[derive(Debug, Default)]
pub(super) struct Fired {
    pub(super) edits: Vec<(String, Edit)>,
    pub(super) delay: Duration,
    pub(super) failure: Option<Failure>,
    pub(super) resource_failure: Option<ResourceFailure>,
    /// The fault that decides the answer.
    pub(super) deciding: Option<Fault>,
    /// Names of all that fired, for the log.
    pub(super) names: Vec<&'static str>,
}

/// Takes out of `rules` what is due for a request.
pub(super) fn fire(rules: &mut Vec<FaultRule>, method: &str, path: &str) -> Fired {
    let mut fired = Fired::default();
    for rule in rules.iter_mut().filter(|rule| rule.times > 0 && rule.when.fits(method, path)) {
        if rule.when.nth > 1 {
            rule.when.nth -= 1;
        } else if fired.take(&rule.fault) {
            rule.times -= 1;
        }
    }
    rules.retain(|rule| rule.times > 0);
    fired
}

impl Fired {
    /// Plays `fault`, unless another one decides the answer already.
    fn take(&mut self, fault: &Fault) -> bool {
        match fault {
            Fault::EditBetween { offer, edit } => self.edits.push((offer.clone(), edit.clone())),
            Fault::Delay { milliseconds } => self.delay += Duration::from_millis(*milliseconds),
            Fault::FailCertification(failure) => self.failure = Some(failure.clone()),
            Fault::FailResource(failure) => self.resource_failure = Some(failure.clone()),
            _ if self.deciding.is_some() => return false,
            deciding => self.deciding = Some(deciding.clone()),
        }
        self.names.push(fault.name());
        true
    }
}

impl Fault {
    /// The word for it in a script.
    fn name(&self) -> &'static str {
        match self {
            Self::LoseRequest => "lose_request",
            Self::LoseAnswer => "lose_answer",
            Self::Status { .. } => "status",
            Self::Truncate { .. } => "truncate",
            Self::Delay { .. } => "delay",
            Self::EditBetween { .. } => "edit_between",
            Self::FailCertification(_) => "fail_certification",
            Self::FailResource(_) => "fail_resource",
        }
    }
}

impl When {
    fn fits(&self, method: &str, path: &str) -> bool {
        (self.method.is_empty() || self.method == "*" || self.method.eq_ignore_ascii_case(method))
            && (self.path.is_empty() || matches_pattern(&self.path, path))
    }
}

/// Whether `text` is `pattern`, in which `*` stands for any text.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(found) => rest = &rest[found + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::{Fault, FaultRule, When, fire, matches_pattern};

    fn rule(method: &str, path: &str, nth: u32, times: u32, fault: Fault) -> FaultRule {
        FaultRule { when: When { method: method.into(), path: path.into(), nth }, times, fault }
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, expected) in [
            ("/api/x", "/api/x", true),
            ("/api/x", "/api/xy", false),
            ("/api/*", "/api/x/y", true),
            ("*/publish", "/a/b/publish", true),
            ("*/publish", "/a/b/published", false),
            ("/a/*/c/*/e", "/a/b/c/d/e", true),
            ("/a*a", "/a", false),
            ("*", "", true),
        ] {
            assert_eq!(matches_pattern(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_rule_fires_from_its_turn_on_and_is_then_used_up() {
        let mut rules = vec![rule("PUT", "*/firewall", 2, 2, Fault::LoseAnswer)];
        let hits: Vec<bool> = (0..5).map(|_| fire(&mut rules, "PUT", "/x/firewall").deciding.is_some()).collect();
        assert_eq!(hits, [false, true, true, false, false]);
        assert!(rules.is_empty());
    }

    #[test]
    fn only_one_fault_decides_and_the_next_waits_for_the_next_request() {
        let mut rules = vec![
            rule("", "", 0, 1, Fault::Delay { milliseconds: 5 }),
            rule("get", "", 0, 1, Fault::LoseRequest),
            rule("", "", 0, 1, Fault::LoseAnswer),
            rule("PUT", "", 0, 1, Fault::LoseAnswer),
        ];
        let first = fire(&mut rules, "GET", "/x");
        assert_eq!(first.names, ["delay", "lose_request"]);
        assert_eq!(first.delay.as_millis(), 5);
        assert_eq!(fire(&mut rules, "GET", "/x").names, ["lose_answer"]);
        assert_eq!(rules.len(), 1, "the rule for another method is still there");
    }

    #[test]
    fn a_script_is_written_in_json() {
        let text = r#"[
            {"when": {"method": "PUT", "path": "*/offers/firewall", "nth": 2}, "fault": "lose_answer"},
            {"when": {}, "times": 3, "fault": {"status": {"status": 429, "retry_after": {"seconds": 2}, "body": "empty"}}},
            {"when": {"method": "PUT"}, "fault": {"edit_between": {"offer": "contoso/firewall",
                "edit": {"set": {"pointer": "/definition/displayText", "value": "x"}}}}},
            {"when": {"path": "*/publish"}, "fault": {"fail_certification": {"messages": ["no image"]}}}
        ]"#;
        let rules: Vec<FaultRule> = serde_json::from_str(text).unwrap();
        let again: Vec<FaultRule> = serde_json::from_str(&serde_json::to_string(&rules).unwrap()).unwrap();
        assert_eq!(rules, again);
        assert_eq!(rules[0].times, 1);
        assert!(serde_json::from_str::<FaultRule>(r#"{"when": {}, "fault": "burn"}"#).is_err());
    }
}
