//! What rules find, before it is known where that stands in a file.

use super::Rule;
use super::place::Place;
use super::subject::Field;
use crate::offer::Pointer;

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The value.
    pub pointer: Pointer,
    /// Whether its key is meant, and not the value.
    pub is_key: bool,
}

/// One finding.
#[derive(Debug, Clone)]
pub struct Finding {
    /// By which rule.
    pub rule: &'static Rule,
    /// Where.
    pub spot: Spot,
    /// What is wrong: one sentence, lower case, no full stop.
    pub message: String,
    /// Other places that explain it.
    pub related: Vec<(Spot, String)>,
    /// What to do, where that is not what the rule says for all.
    pub help: Option<String>,
}

impl Finding {
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

    /// Records a finding at a place.
    pub(super) fn push(&mut self, pointer: Pointer, message: impl Into<String>) -> &mut Finding {
        let rule = self.rule.expect("invariant: a check runs under a rule");
        let spot = Spot { pointer, is_key: false };
        self.findings.push(Finding { rule, spot, message: message.into(), related: Vec::new(), help: None });
        self.findings.last_mut().expect("invariant: it was just put there")
    }

    /// Records a finding at a field.
    pub(super) fn at(&mut self, field: &Field<'_>, message: impl Into<String>) -> &mut Finding {
        self.push(field.at.pointer(), message)
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}
