//! The `reconcile` block: what the file says to offerform, and the service never sees.
//!
//! Every key is read and checked here; whether this version can act on it is decided where it would act. So each
//! setting knows where it is written.

use jiff::civil::Date;

use super::kind::wrong_kind;
use super::named::Named;
use super::{Member, Node, Value, namespace};
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::offer::Pointer;
use crate::source::Span;

/// The level to which a draft is released.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Release {
    /// The draft is not released.
    #[default]
    Draft,
    /// The draft is released to the preview audience.
    Preview,
    /// The draft is released to customers.
    Live,
}

/// Who owns the keys that a file does not mention.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Ownership {
    /// The portal: they are left alone.
    #[default]
    Declared,
    /// The file: they are removed.
    Exact,
}

/// When an ignored path is ignored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum IgnoreOn {
    /// When looking for drift.
    Drift,
    /// When applying.
    Apply,
    /// Always.
    #[default]
    Both,
}

/// A setting, and where it is written; `None` if it is not written and this is the default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setting<T> {
    /// The setting as the file declares it, or its default.
    pub value: T,
    /// Where the value is written.
    pub span: Option<Span>,
}

/// A path that is not compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// The path, with the API's dotted keys.
    pub path: Pointer,
    /// The runs in which the path is ignored.
    pub on: IgnoreOn,
    /// Why.
    pub reason: Option<String>,
    /// The last day on which it is ignored.
    pub until: Option<Date>,
    /// Where it is written.
    pub span: Span,
}

/// A guard that is allowed for one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// The guard's code.
    pub code: Named,
    /// What it is allowed for, such as `contoso/firewall/standard`.
    pub target: Named,
    /// Why.
    pub reason: Named,
    /// Where it is written.
    pub span: Span,
}

/// A validation rule that is not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// The rule's id.
    pub rule: Named,
    /// Where it is not applied, with the API's dotted keys; `None` for the whole offer.
    pub path: Option<Pointer>,
    /// The value it was written for, or how many there are, or `sha256:` and the digest of the value; with another one it
    /// silences nothing. `None` for any.
    pub value: Option<serde_json::Value>,
    /// Why.
    pub reason: Named,
    /// Where it is written.
    pub span: Span,
}

/// What the `reconcile` block of an offer says; the default is a file without one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconcile {
    /// The level to which the draft is released.
    pub release: Setting<Release>,
    /// Who owns the keys that the file does not mention.
    pub ownership: Setting<Ownership>,
    /// Paths that are not compared.
    pub ignore: Vec<Ignore>,
    /// Guards that are allowed.
    pub allow: Vec<Allow>,
    /// Rules that are not applied.
    pub silence: Vec<Silence>,
}

const KEYS: [&str; 5] = ["release", "ownership", "ignore", "allow", "silence"];

/// Reads the block, if there is one. What is wrong goes to `findings` and is left out.
pub(super) fn read(block: Option<Node>, offer_type: &str, findings: &mut Diagnostics) -> Reconcile {
    let mut reconcile = Reconcile::default();
    let Some(block) = block else { return reconcile };
    let mut reader = Reader { offer_type, findings };
    let members = reader.members(&block, "`reconcile`", &KEYS);
    for (key, member) in members {
        let node = &member.value;
        match key {
            "release" => {
                let words = [("draft", Release::Draft), ("preview", Release::Preview), ("live", Release::Live)];
                reconcile.release = reader.setting(node, "`release`", words);
            }
            "ownership" => {
                let words = [("declared", Ownership::Declared), ("exact", Ownership::Exact)];
                reconcile.ownership = reader.setting(node, "`ownership`", words);
            }
            "ignore" => reconcile.ignore = reader.list(node, "`ignore`", Reader::ignore),
            "allow" => reconcile.allow = reader.list(node, "`allow`", Reader::allow),
            _ => reconcile.silence = reader.list(node, "`silence`", Reader::silence),
        }
    }
    reconcile
}

struct Reader<'a> {
    offer_type: &'a str,
    findings: &'a mut Diagnostics,
}

impl Reader<'_> {
    /// The members of `node` that are among `known`; the others are reported.
    fn members<'n>(&mut self, node: &'n Node, what: &str, known: &[&'static str]) -> Vec<(&'n str, &'n Member)> {
        let Some(mapping) = node.as_mapping() else {
            wrong_kind(node, what, "a mapping", self.findings);
            return Vec::new();
        };
        let mut members = Vec::new();
        for (key, member) in &mapping.members {
            if known.contains(&key.as_str()) {
                members.push((key.as_str(), member));
                continue;
            }
            let help = match nearest(key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known are `{}`", known.join("`, `")),
            };
            let finding = Diagnostic::error("unknown-key", format!("{what} has no key `{key}`"));
            self.findings.push(finding.at(member.key, "").help(help));
        }
        members
    }

    fn setting<T: Copy + Default, const N: usize>(
        &mut self,
        node: &Node,
        what: &str,
        words: [(&'static str, T); N],
    ) -> Setting<T> {
        match self.choice(node, what, words) {
            Some(value) => Setting { value, span: Some(node.span) },
            None => Setting::default(),
        }
    }

    fn choice<T: Copy, const N: usize>(&mut self, node: &Node, what: &str, words: [(&'static str, T); N]) -> Option<T> {
        let text = self.text(node, what)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known = words.map(|(word, _)| word);
            let help = match nearest(&text, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("use one of `{}`", known.join("`, `")),
            };
            let finding = Diagnostic::error("reconcile-value", format!("{what} cannot be `{text}`"));
            self.findings.push(finding.at(node.span, "").help(help));
        }
        found
    }

    fn list<T>(&mut self, node: &Node, what: &str, read: fn(&mut Self, &Node) -> Option<T>) -> Vec<T> {
        let Value::List(items) = &node.value else {
            wrong_kind(node, what, "a list", self.findings);
            return Vec::new();
        };
        items.iter().filter_map(|item| read(self, item)).collect()
    }

    fn ignore(&mut self, node: &Node) -> Option<Ignore> {
        let span = node.span;
        if node.as_text().is_some() {
            let path = self.path(node)?;
            return Some(Ignore { path, on: IgnoreOn::Both, reason: None, until: None, span });
        }
        let what = "an element of `ignore`";
        let mut path = None;
        let (mut on, mut reason, mut until) = (IgnoreOn::Both, None, None);
        for (key, member) in self.members(node, what, &["path", "on", "reason", "until"]) {
            match key {
                "path" => path = Some(self.path(&member.value)?),
                "on" => {
                    let words = [("drift", IgnoreOn::Drift), ("apply", IgnoreOn::Apply), ("both", IgnoreOn::Both)];
                    on = self.choice(&member.value, "`on`", words)?;
                }
                "reason" => reason = Some(self.text(&member.value, "`reason`")?),
                _ => until = Some(self.date(&member.value)?),
            }
        }
        let path = self.required(path, node, what, "path")?;
        Some(Ignore { path, on, reason, until, span })
    }

    fn allow(&mut self, node: &Node) -> Option<Allow> {
        let [code, target, reason] = self.texts(node, "an element of `allow`", ["code", "target", "reason"])?;
        Some(Allow { code, target, reason, span: node.span })
    }

    fn silence(&mut self, node: &Node) -> Option<Silence> {
        let what = "an element of `silence`";
        let (mut rule, mut path, mut value, mut reason) = (None, None, None, None);
        for (key, member) in self.members(node, what, &["rule", "path", "value", "reason"]) {
            match key {
                "path" => path = Some(self.path(&member.value)?),
                "value" => value = Some(self.scalar(&member.value)?),
                "rule" => rule = Some(self.named(&member.value, "`rule`")?),
                _ => reason = Some(self.named(&member.value, "`reason`")?),
            }
        }
        let rule = self.required(rule, node, what, "rule");
        let reason = self.required(reason, node, what, "reason");
        Some(Silence { rule: rule?, path, value, reason: reason?, span: node.span })
    }

    /// A text, a number, `true` or `false`.
    fn scalar(&mut self, node: &Node) -> Option<serde_json::Value> {
        match &node.value {
            Value::Text(text) => Some(text.as_str().into()),
            Value::Number(number) => Some(serde_json::Value::Number(number.clone())),
            Value::Bool(value) => Some((*value).into()),
            _ => {
                wrong_kind(node, "`value`", "text, a number, `true` or `false`", self.findings);
                None
            }
        }
    }

    /// The texts of a mapping that has exactly `keys`.
    fn texts<const N: usize>(&mut self, node: &Node, what: &str, keys: [&'static str; N]) -> Option<[Named; N]> {
        let members = self.members(node, what, &keys);
        node.as_mapping()?;
        let texts = keys.map(|key| {
            let member = members.iter().find(|(found, _)| *found == key).map(|(_, member)| *member);
            let member = self.required(member, node, what, key)?;
            self.named(&member.value, &format!("`{key}`"))
        });
        texts.iter().all(Option::is_some).then(|| texts.map(|text| text.expect("invariant: all texts are there")))
    }

    fn required<T>(&mut self, found: Option<T>, node: &Node, what: &str, key: &str) -> Option<T> {
        if found.is_none() && node.as_mapping().is_some() {
            self.findings.push(Diagnostic::error("missing-key", format!("{what} has no `{key}`")).at(node.span, ""));
        }
        found
    }

    fn named(&mut self, node: &Node, what: &str) -> Option<Named> {
        Some(Named { text: self.text(node, what)?, span: node.span })
    }

    fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match node.as_text().map(str::trim) {
            Some("") => {
                self.findings.push(Diagnostic::error("reconcile-value", format!("{what} is empty")).at(node.span, ""));
                None
            }
            Some(text) => Some(text.to_owned()),
            None => {
                wrong_kind(node, what, "text", self.findings);
                None
            }
        }
    }

    fn date(&mut self, node: &Node) -> Option<Date> {
        let text = self.text(node, "`until`")?;
        let date = text.parse().ok();
        if date.is_none() {
            let message = format!("`until` must be a date such as `2027-01-31`, not `{text}`");
            self.findings.push(Diagnostic::error("reconcile-value", message).at(node.span, ""));
        }
        date
    }

    fn path(&mut self, node: &Node) -> Option<Pointer> {
        let text = self.text(node, "the path")?;
        let Some(written) = Pointer::parse(&text).filter(|pointer| pointer.tokens().count() > 0) else {
            let message = format!("`{text}` is not a path such as `/definition/plans`");
            self.findings.push(Diagnostic::error("reconcile-value", message).at(node.span, ""));
            return None;
        };
        let pointer = namespace::pointer(&written, self.offer_type).ok();
        if pointer.is_none() {
            let message = format!("`{text}` is a namespace with many keys: list each key");
            self.findings.push(Diagnostic::error("reconcile-value", message).at(node.span, ""));
        }
        pointer
    }
}
