//! Silences: which findings the file of an offer takes away, and which of its silences take none away.

use std::borrow::Cow;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::finding::{Finding, Judged};
use super::{Basis, Rule, all};
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::manifest::Silence;
use crate::offer::canonical::canonical_json;
use crate::offer::{Document, Pointer};
use crate::secret::{SecretSource, redact};

/// The finding about a silence that silences nothing, or a rule that does not exist.
pub const UNUSED_SILENCE: &str = "unused-silence";

/// The values of a document, and those that come from secrets as far as they are set here.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    /// The document that rules judge.
    pub document: &'a Document,
    /// Where the values of its sealed places come from.
    pub secrets: &'a dyn SecretSource,
}

impl<'a> Values<'a> {
    fn content(&self) -> &'a Value {
        self.document.content()
    }

    fn is_sealed(&self, at: &Pointer) -> bool {
        self.document.sealed().contains_key(at)
    }

    /// What stands at a place, without the signature if it comes from a secret; `None` if nothing does, or nobody knows here.
    fn at(&self, at: &Pointer) -> Option<Cow<'a, Value>> {
        match self.document.sealed().get(at) {
            // Nothing that is made from a signature gets into a file, not even its digest.
            Some(reference) => self.secrets.value(reference).map(|text| Cow::Owned(redact(text.expose()).into())),
            None => self.document.get(at).map(Cow::Borrowed),
        }
    }

    /// Whether a rule may find something at or below `path` where the secrets are set.
    fn hides_below(&self, path: Option<&Pointer>) -> bool {
        let unknown = self.document.sealed().iter().filter(|(_, reference)| self.secrets.value(reference).is_none());
        unknown.into_iter().any(|(at, _)| path.is_none_or(|path| is_below(path, at, self.content())))
    }
}

/// Whether an offer's file silences a finding about its document.
#[must_use]
pub fn is_silenced(finding: &Finding, silences: &[Silence], values: Values<'_>) -> bool {
    silences.iter().any(|silence| silences_it(silence, finding, values))
}

/// What silences leave.
pub(super) struct Silenced {
    /// The findings that none of them is about.
    pub(super) findings: Vec<Finding>,
    /// What is wrong with the silences.
    pub(super) silences: Diagnostics,
}

/// Takes away what is silenced. A silence of a rule that was not applied here, or of one that judges a secret that is not set
/// here, may be needed elsewhere and is not reported.
pub(super) fn silenced(
    mut findings: Vec<Finding>,
    silences: &[Silence],
    values: Values<'_>,
    is_applied: impl Fn(Basis) -> bool,
) -> Silenced {
    let mut used = vec![false; silences.len()];
    findings.retain(|finding| match silences.iter().position(|silence| silences_it(silence, finding, values)) {
        Some(number) => {
            used[number] = true;
            false
        }
        None => true,
    });
    let is_idle = |silence: &Silence| match Rule::of(&silence.rule.text) {
        None => true,
        Some(rule) if rule.judges_secrets() && values.hides_below(silence.path.as_ref()) => false,
        Some(rule) => is_applied(rule.basis),
    };
    let idle = silences.iter().zip(used).filter(|(silence, used)| !used && is_idle(silence));
    let silences = idle.map(|(silence, _)| idle_silence(silence)).collect();
    Silenced { findings, silences }
}

fn silences_it(silence: &Silence, finding: &Finding, values: Values<'_>) -> bool {
    silence.rule.text == finding.rule.id
        && finding.rule.can_be_silenced()
        && silence.path.as_ref().is_none_or(|path| is_below(path, &finding.spot.pointer, values.content()))
        && silence.value.as_ref().is_none_or(|bound| is_bound_to(bound, finding, values))
}

/// How the digest of a value begins.
const DIGEST: &str = "sha256:";

/// How many bytes of a digest are written: enough to notice that a value changed.
const WRITTEN_BYTES: usize = 8;

/// A text of more characters than this is bound by its digest.
const WRITTEN: usize = 60;

fn is_bound_to(bound: &Value, finding: &Finding, values: Values<'_>) -> bool {
    let Some(value) = values.at(&finding.value) else { return false };
    match (finding.judged, bound.as_str()) {
        (Judged::Count, _) => bound.as_u64() == u64::try_from(count(&value)).ok(),
        (_, Some(text)) if text.starts_with(DIGEST) => text == digest(&value),
        _ => !values.is_sealed(&finding.value) && bound == value.as_ref(),
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(elements) => elements.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    }
}

fn digest(value: &Value) -> String {
    let hash = Sha256::digest(canonical_json(value).as_bytes());
    let start = hash.iter().take(WRITTEN_BYTES).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{DIGEST}{start:016x}")
}

/// What a file says to silence one finding, and nothing else, for as long as what it judges stays as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Silencing {
    /// The id of the rule.
    pub rule: &'static str,
    /// Where: through the ids of SKUs, down to the first list whose elements have none.
    pub path: Pointer,
    /// The value it is bound to; `None` where the place says it all.
    pub value: Option<Value>,
}

/// The silence for a finding about a document.
#[must_use]
pub fn silencing(finding: &Finding, values: Values<'_>) -> Silencing {
    let (path, is_whole) = through_ids(&finding.spot.pointer, values.content());
    let value = values.at(&finding.value).and_then(|value| match finding.judged {
        Judged::Count => Some(count(&value).into()),
        // The place tells what is meant, unless it is an element of a list that has no name.
        Judged::Absence | Judged::Key if is_whole => None,
        _ if values.is_sealed(&finding.value) => Some(digest(&value).into()),
        _ => Some(bound(&value)),
    });
    Silencing { rule: finding.rule.id, path, value }
}

/// A value as a silence names it: itself if that is short and no address, otherwise its digest.
fn bound(value: &Value) -> Value {
    match value {
        Value::Bool(_) | Value::Number(_) => value.clone(),
        Value::String(text)
            if text.chars().count() <= WRITTEN
                && !text.trim().is_empty()
                && !text.contains(['?', '&', '\n'])
                && !text.starts_with(DIGEST) =>
        {
            value.clone()
        }
        _ => digest(value).into(),
    }
}

/// A path in which SKUs are named by their ids, and whether it names all of the place.
fn through_ids(place: &Pointer, content: &Value) -> (Pointer, bool) {
    let mut path = Pointer::root();
    let mut here = Some(content);
    for token in place.tokens() {
        let Some(Value::Array(elements)) = here else {
            here = here.and_then(|value| value.get(&token));
            path = path.key(&token);
            continue;
        };
        let element = token.parse::<usize>().ok().and_then(|index| elements.get(index));
        let id = element.and_then(|element| element.get("planId")).and_then(Value::as_str);
        // An id that looks like a position would be read as one.
        let is_alone = |id: &&str| elements.iter().filter(|other| other["planId"] == **id).count() == 1;
        let Some(id) = id.filter(is_alone).filter(|id| !id.is_empty() && id.parse::<usize>().is_err()) else {
            return if id.is_some() { (place.clone(), true) } else { (path, false) };
        };
        path = path.key(id);
        here = element;
    }
    (path, true)
}

/// Whether a place is at or below a path, in which `*` stands for any one part, and a SKU may be named by its id.
fn is_below(path: &Pointer, place: &Pointer, content: &Value) -> bool {
    let mut here = Some(content);
    let mut tokens = place.tokens();
    path.tokens().all(|wanted| {
        let Some(token) = tokens.next() else { return false };
        let next = here.and_then(|value| match value {
            Value::Array(elements) => elements.get(token.parse::<usize>().ok()?),
            _ => value.get(&token),
        });
        let id = next.filter(|_| here.is_some_and(Value::is_array)).and_then(|element| element.get("planId"));
        here = next;
        wanted == token || wanted == "*" || id.and_then(Value::as_str) == Some(wanted.as_str())
    })
}

fn idle_silence(silence: &Silence) -> Diagnostic {
    let id = &silence.rule.text;
    if Rule::of(id).is_some_and(|rule| !rule.can_be_silenced()) {
        let help = "remove the entry, and write a value of the right kind";
        return Diagnostic::error(UNUSED_SILENCE, format!("`{id}` cannot be silenced"))
            .at(silence.rule.span, "")
            .help(help);
    }
    if Rule::of(id).is_some() {
        let (message, help) = if silence.value.is_some() {
            (
                format!(
                    "this entry has no effect: `{id}` has no finding here, or for another value than the given one"
                ),
                "remove it; if the new value is correct, write a silence for it",
            )
        } else {
            (format!("this entry has no effect: `{id}` has no finding here"), "remove it")
        };
        return Diagnostic::warning(UNUSED_SILENCE, message).at(silence.span, "").help(help);
    }
    let help = nearest(id, all().map(|rule| rule.id)).map_or_else(
        || "`offerform explain` lists all rules".to_owned(),
        |near| format!("did you mean `{near}`? `offerform explain` lists all rules"),
    );
    Diagnostic::error(UNUSED_SILENCE, format!("there is no rule `{id}`")).at(silence.rule.span, "").help(help)
}
