//! What rules find, before it is known where that stands in a file.

use super::Rule;
use super::place::Place;
use super::subject::Field;
use crate::diagnostic::Severity;
use crate::offer::{Document, Pointer};

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The pointer of the value.
    pub pointer: Pointer,
    /// Whether its key is meant, and not the value.
    pub is_key: bool,
}

/// What a finding judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// The value at [`Finding::value`], whole.
    Value,
    /// How many elements or members the value at [`Finding::value`] has: what they are does not matter.
    Count,
    /// The key of the value at [`Finding::value`]: what the value is does not matter.
    Key,
    /// That nothing stands at the finding's spot; [`Finding::value`] is the innermost value around it that is there.
    Absence,
}

/// A value that a rule objects to, with its place.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that objects.
    pub rule: &'static Rule,
    /// Where: the place of what is missing, if something is missing.
    pub spot: Spot,
    /// What the finding judges of the value.
    pub judged: Judged,
    /// The value it is about, which is there.
    pub value: Pointer,
    /// What is wrong: one sentence, lower case, no full stop.
    pub message: String,
    /// Other places that explain it.
    pub related: Vec<(Spot, String)>,
    /// What to do, where that is not what the rule says for all.
    pub help: Option<String>,
}

impl Finding {
    /// Whether writing everything at `written` writes what this finding judges: whether such a write brings the finding,
    /// and does not only leave it as it was. Both are pointers into the judged document; for a removal, `written` is
    /// the place of what is removed.
    #[must_use]
    pub fn is_brought_by(&self, written: &Pointer) -> bool {
        let is_written = match self.judged {
            Judged::Value => self.value.is_within(written) || written.is_within(&self.value),
            Judged::Count => self.value.is_within(written) || written.parent().as_ref() == Some(&self.value),
            Judged::Key => self.value.is_within(written),
            Judged::Absence => self.spot.pointer.is_within(written),
        };
        is_written || self.related.iter().any(|(spot, _)| spot.pointer.is_within(written))
    }

    /// How much it matters to a plan. What the plan writes has to be right; what it leaves as it is, the service has taken
    /// already, so that it is a warning at most.
    #[must_use]
    pub fn severity_in_plan(&self, is_brought: bool) -> Severity {
        if is_brought { self.rule.written } else { self.rule.severity.max(Severity::Warning) }
    }

    /// Names another place that explains it.
    pub(super) fn related(&mut self, place: &Place<'_>, text: &str) -> &mut Self {
        self.related.push((Spot { pointer: place.pointer(), is_key: false }, text.to_owned()));
        self
    }

    /// Says what to do about this one.
    pub(super) fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = Some(text.into());
        self
    }

    /// Means the key and not the value.
    pub(super) fn at_key(&mut self) -> &mut Self {
        self.spot.is_key = true;
        self
    }

    /// Judges the key, and not what its value is.
    pub(super) fn by_key(&mut self) -> &mut Self {
        self.judged = Judged::Key;
        self.at_key()
    }

    /// Judges how many elements there are, and not what they are.
    pub(super) fn by_count(&mut self) -> &mut Self {
        self.judged = Judged::Count;
        self
    }

    /// Notes what of the document it judges.
    fn settled(mut self, document: &Document) -> Self {
        let is_there = |pointer: &Pointer| {
            document.get(pointer).is_some_and(|value| !value.is_null() || document.sealed().contains_key(pointer))
        };
        self.value = self.spot.pointer.clone();
        while !is_there(&self.value) {
            let Some(outer) = self.value.parent() else { break };
            self.value = outer;
            self.judged = Judged::Absence;
        }
        self
    }
}

/// The findings so far.
#[derive(Debug, Default)]
pub struct Found {
    rule: Option<&'static Rule>,
    findings: Vec<Finding>,
}

impl Found {
    pub(super) fn under(&mut self, rule: &'static Rule) {
        self.rule = Some(rule);
    }

    /// Records a finding at a place, which may be one where nothing stands.
    pub(super) fn push(&mut self, pointer: Pointer, message: impl Into<String>) -> &mut Finding {
        let rule = self.rule.expect("invariant: a check runs under a rule");
        let spot = Spot { pointer, is_key: false };
        self.findings.push(Finding {
            rule,
            spot,
            judged: Judged::Value,
            value: Pointer::root(),
            message: message.into(),
            related: Vec::new(),
            help: None,
        });
        self.findings.last_mut().expect("invariant: it was just put there")
    }

    /// Records a finding at a field.
    pub(super) fn at(&mut self, field: &Field<'_>, message: impl Into<String>) -> &mut Finding {
        self.push(field.at.pointer(), message)
    }

    /// Records that `key` is missing in a mapping.
    pub(super) fn lacks(&mut self, field: &Field<'_>, key: &str, message: impl Into<String>) -> &mut Finding {
        self.push(field.at.pointer().key(key), message)
    }

    pub(super) fn into_findings(self, document: &Document) -> Vec<Finding> {
        self.findings.into_iter().map(|finding| finding.settled(document)).collect()
    }
}
