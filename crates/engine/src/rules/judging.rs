//! Judging offers: what the rules find in a document or in a file, and where in the file it is shown.

use std::collections::HashSet;
use std::thread;

use jiff::Timestamp;

use super::file;
use super::finding::{Finding, Found, Spot};
use super::silence::{Silenced, Values, silenced};
use super::subject::Offer;
use super::{Basis, Circumstances, Files, all, key, vocabulary};
use crate::desired::{Desired, Places};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::manifest::Ownership;
use crate::offer::{Document, Pointer};
use crate::secret::NoSecrets;

/// How much of an offer a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What a file declares, which may be a part.
    Part,
    /// The whole offer is judged.
    Whole,
}

impl Extent {
    fn of(desired: &Desired) -> Self {
        match desired.reconcile.ownership.value {
            Ownership::Exact => Self::Whole,
            Ownership::Declared => Self::Part,
        }
    }

    /// Whether a document of this extent is enough for a rule that has to see `basis`, without any file.
    fn answers(self, basis: Basis) -> bool {
        match basis {
            Basis::Declared => true,
            Basis::Whole => self == Self::Whole,
            Basis::File => false,
        }
    }
}

/// What the rules say about the file of an offer.
#[derive(Debug)]
pub struct Judgement {
    /// What they find and the file does not silence.
    pub findings: Vec<Finding>,
    /// Silences that silence nothing, or name no rule.
    pub silences: Diagnostics,
}

/// Judges a document by all rules for its type. Silences are a matter of files: none is considered here.
#[must_use]
pub fn findings_in(document: &Document, extent: Extent, circumstances: Circumstances<'_>) -> Vec<Finding> {
    let offer = Offer::new(document, circumstances);
    without_repetitions(by_rules(&offer, document, |basis| extent.answers(basis)))
}

/// What the rules with a basis that `is_asked` find in an offer.
fn by_rules(offer: &Offer<'_>, document: &Document, is_asked: impl Fn(Basis) -> bool) -> Vec<Finding> {
    let mut found = Found::default();
    for rule in all().filter(|rule| is_asked(rule.basis) && rule.types.0.contains(&offer.kind)) {
        found.under(rule);
        rule.check_offer(offer, &mut found);
    }
    found.into_findings(document)
}

/// Leaves out what adds nothing: that a key is unknown or a value of the wrong kind, where another rule calls it an error.
fn without_repetitions(mut findings: Vec<Finding>) -> Vec<Finding> {
    let says_less = |finding: &Finding| [vocabulary::KIND, key::KNOWN].contains(&finding.rule.id);
    let errors = findings.iter().filter(|finding| finding.rule.severity == Severity::Error && !says_less(finding));
    let places: HashSet<Pointer> = errors.map(|finding| finding.spot.pointer.clone()).collect();
    findings.retain(|finding| !says_less(finding) || !places.contains(&finding.spot.pointer));
    findings
}

/// What a whole offer lacks. No rule about that looks at the time or at a secret. Every plan asks this of every offer that it
/// writes, so the other rules are not asked.
#[must_use]
pub fn missing(document: &Document) -> Vec<Finding> {
    let circumstances = Circumstances { now: Timestamp::UNIX_EPOCH, secrets: &NoSecrets };
    by_rules(&Offer::new(document, circumstances), document, |basis| basis == Basis::Whole)
}

/// What the rules find in what a file declares, without what the file silences. Pointers are those of the desired document.
#[must_use]
pub fn findings(desired: &Desired, circumstances: Circumstances<'_>) -> Vec<Finding> {
    judged(desired, circumstances, None).findings
}

/// What the rules find in what a file declares, and in the files it names if they were fetched; and which of its silences
/// silence nothing.
#[must_use]
pub fn judged(desired: &Desired, circumstances: Circumstances<'_>, files: Option<&Files>) -> Judgement {
    let extent = Extent::of(desired);
    let document = desired.document.opened();
    let offer = Offer::new(&document, circumstances);
    let mut findings = by_rules(&offer, &document, |basis| extent.answers(basis));
    findings.extend(files.into_iter().flat_map(|files| file::findings(&offer, &document, files)));
    let is_applied = |basis| extent.answers(basis) || (basis == Basis::File && files.is_some());
    let values = Values { document: &document, secrets: circumstances.secrets };
    let Silenced { findings, silences } = silenced(findings, &desired.reconcile.silence, values, is_applied);
    Judgement { findings: without_repetitions(findings), silences }
}

/// A finding as it is shown: where in the file it is, and what to do about it.
#[must_use]
pub fn diagnostic(finding: &Finding, desired: &Desired) -> Diagnostic {
    located(finding, &desired.origins.places())
}

/// Judges what a file declares, and the files it names if they were fetched, and says where in the file. Findings that the
/// file silences are left out.
#[must_use]
pub fn judge(desired: &Desired, circumstances: Circumstances<'_>, files: Option<&Files>) -> Diagnostics {
    let Judgement { findings, mut silences } = judged(desired, circumstances, files);
    if findings.is_empty() {
        return silences;
    }
    let places = desired.origins.places();
    let mut found: Diagnostics = findings.iter().map(|finding| located(finding, &places)).collect();
    found.append(std::mem::take(&mut silences));
    found
}

/// Judges offers on all processors; the findings come in the order of the offers.
#[must_use]
pub fn judge_all(offers: &[Desired], circumstances: Circumstances<'_>, files: Option<&Files>) -> Diagnostics {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let shares = offers.chunks(offers.len().div_ceil(workers).max(1));
    let judge_share = |share: &[Desired]| {
        let mut found = Diagnostics::default();
        for offer in share {
            found.append(judge(offer, circumstances, files));
        }
        found
    };
    let mut found = Diagnostics::default();
    thread::scope(|scope| {
        let judging: Vec<_> = shares.map(|share| scope.spawn(move || judge_share(share))).collect();
        for share in judging {
            found.append(share.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
    });
    found
}

fn located(finding: &Finding, places: &Places) -> Diagnostic {
    let span = |spot: &Spot| {
        let origin = places.nearest(&spot.pointer);
        if spot.is_key { origin.key.unwrap_or(origin.value) } else { origin.value }
    };
    let rule = finding.rule;
    let diagnostic = match rule.severity {
        Severity::Error => Diagnostic::error(rule.id, finding.message.as_str()),
        _ => Diagnostic::warning(rule.id, finding.message.as_str()),
    };
    let mut diagnostic = diagnostic.at(span(&finding.spot), "");
    for (spot, text) in &finding.related {
        diagnostic = diagnostic.related(span(spot), text.as_str());
    }
    let help = finding.help.as_deref().unwrap_or(rule.hint);
    if help.is_empty() { diagnostic } else { diagnostic.help(help) }
}
