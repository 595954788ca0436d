//! Rules about what stands in an offer: what can be known from the files, before the service or a reviewer says it.
//!
//! A rule is a small piece with a stable id, a public source, and a function that looks at one offer. It sees a document and
//! no service, no file and no clock; places are pointers, which [`judge`] turns into places in the user's files. What a rule
//! finds is an error only if its sources are certain and agree; whatever is inferred, or differs from year to year, warns.
//!
//! `docs/rules.md` is made from [`all`]; a test compares.

mod application;
mod archive;
mod audience;
mod category;
mod contact;
mod disk;
mod document;
mod elsewhere;
mod envelope;
mod facts;
mod file;
mod finding;
mod image;
mod lead;
mod listing;
mod markup;
mod package;
mod picture;
mod place;
mod price;
mod shape;
mod signature;
mod sku;
mod subject;
#[cfg(test)]
mod tests;
mod virtual_machine;
pub mod vocabulary;

use std::borrow::Cow;
use std::collections::HashSet;

use std::thread;

use jiff::Timestamp;
use serde_json::Value;

pub use archive::{Archive, Entry, Unreadable};
pub use elsewhere::{ELSEWHERE, Elsewhere, Holder};
use file::File;
pub use file::{Address, Disk, Files, Look, Seen, Wanted, wanted};
pub use finding::{Finding, Found, Spot};
use place::Place;
use subject::Offer;
pub use subject::OfferKind;

use crate::desired::{Desired, Places};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, nearest};
use crate::manifest::{Ownership, Silence};
use crate::offer::{Document, Pointer};
use crate::secret::{NoSecrets, SecretSource};

/// How sure the sources of a rule are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    /// They say it, and agree.
    Certain,
    /// We conclude it from them.
    Inferred,
}

/// What a rule needs to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Values that are there, wherever they come from.
    Declared,
    /// The whole offer: that something is missing cannot be told from a part of it.
    Whole,
    /// The file behind an address, if somebody fetches it.
    File,
}

/// How long a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// For everything a file declares: a plan stops on it.
    Always,
    /// Until something is published, which a file does not tell: a plan does not stop on it.
    UntilPublished,
}

/// Offer types that a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Types(&'static [OfferKind]);

impl Types {
    const ALL: Self = Self(&OfferKind::ALL);
    const VIRTUAL_MACHINE: Self = Self(&[OfferKind::VirtualMachine]);
    const CORE: Self = Self(&[OfferKind::CoreVirtualMachine]);
    const IMAGES: Self = Self(&[OfferKind::VirtualMachine, OfferKind::CoreVirtualMachine]);
    const APPLICATION: Self = Self(&[OfferKind::Application]);
    const LISTED: Self = Self(&[OfferKind::VirtualMachine, OfferKind::Application]);
    const KNOWN: Self = Self(&[OfferKind::VirtualMachine, OfferKind::CoreVirtualMachine, OfferKind::Application]);

    /// The types.
    #[must_use]
    pub fn kinds(self) -> &'static [OfferKind] {
        self.0
    }
}

/// One rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The stable name.
    pub id: &'static str,
    /// How much a finding matters.
    pub severity: Severity,
    /// How sure its sources are.
    pub confidence: Confidence,
    /// The offer types it is about.
    pub types: Types,
    /// What it has to see.
    pub basis: Basis,
    /// How long it holds.
    pub holds: Holds,
    /// What has to be so: one sentence.
    pub says: &'static str,
    /// What to do about a finding.
    pub hint: &'static str,
    /// Where that is said, publicly: paths below `https://github.com/MicrosoftDocs/azure-docs` unless another repository is named.
    pub source: &'static str,
    check: Check,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
enum Check {
    Offer(fn(&Offer<'_>, &mut Found)),
    File(fn(&File<'_>, &mut Found)),
}

impl Rule {
    const fn new(id: &'static str, severity: Severity, types: Types, check: fn(&Offer<'_>, &mut Found)) -> Self {
        let (confidence, basis, holds) = (Confidence::Certain, Basis::Declared, Holds::Always);
        Self {
            id,
            severity,
            confidence,
            types,
            basis,
            holds,
            says: "",
            hint: "",
            source: "",
            check: Check::Offer(check),
        }
    }

    /// A rule about files; its finding makes the offer one that the service refuses.
    const fn of_files(id: &'static str, types: Types, check: fn(&File<'_>, &mut Found)) -> Self {
        let rule = Self::error(id, types, |_, _| {});
        Self { basis: Basis::File, check: Check::File(check), ..rule }
    }

    const fn warns(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    fn check_offer(&self, offer: &Offer<'_>, found: &mut Found) {
        if let Check::Offer(check) = self.check {
            check(offer, found);
        }
    }

    fn check_file(&self, file: &File<'_>, found: &mut Found) {
        if let Check::File(check) = self.check {
            check(file, found);
        }
    }

    /// A rule whose finding makes the file unusable.
    const fn error(id: &'static str, types: Types, check: fn(&Offer<'_>, &mut Found)) -> Self {
        Self::new(id, Severity::Error, types, check)
    }

    /// A rule whose finding is probably a mistake.
    const fn warning(id: &'static str, types: Types, check: fn(&Offer<'_>, &mut Found)) -> Self {
        Self::new(id, Severity::Warning, types, check)
    }

    const fn text(self, says: &'static str, hint: &'static str, source: &'static str) -> Self {
        Self { says, hint, source, ..self }
    }

    /// What is concluded and not said is no reason to stop anybody.
    const fn inferred(self) -> Self {
        Self { confidence: Confidence::Inferred, severity: Severity::Warning, ..self }
    }

    const fn until_published(self) -> Self {
        Self { holds: Holds::UntilPublished, ..self }
    }

    const fn of_the_whole(self) -> Self {
        Self { basis: Basis::Whole, ..self }
    }

    /// Whether a plan stops on what it finds.
    #[must_use]
    pub fn stops_plans(&self) -> bool {
        self.severity == Severity::Error && self.holds == Holds::Always
    }

    /// The rule with this id.
    #[must_use]
    pub fn of(id: &str) -> Option<&'static Self> {
        all().find(|rule| rule.id == id)
    }
}

/// Every rule there is.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    const THEMES: [&[Rule]; 18] = [
        vocabulary::RULES,
        envelope::RULES,
        listing::RULES,
        category::RULES,
        contact::RULES,
        lead::RULES,
        audience::RULES,
        sku::RULES,
        price::RULES,
        virtual_machine::RULES,
        image::RULES,
        signature::RULES,
        application::RULES,
        file::RULES,
        picture::RULES,
        document::RULES,
        package::RULES,
        disk::RULES,
    ];
    THEMES.into_iter().flatten()
}

/// What is judged besides the files: the time, and the secrets that are set here.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// Now.
    pub now: Timestamp,
    /// Where signed addresses come from, if they are set here; nobody has to set them.
    pub secrets: &'a dyn SecretSource,
}

/// How much of an offer a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What a file declares, which may be a part.
    Part,
    /// All of it.
    Whole,
}

/// Judges a document by all rules for its type.
#[must_use]
pub fn findings(document: &Document, extent: Extent, circumstances: Circumstances<'_>) -> Vec<Finding> {
    let offer = Offer::new(document, circumstances);
    let mut found = Found::default();
    for rule in all().filter(|rule| rule.types.0.contains(&offer.kind)) {
        if rule.basis == Basis::Declared || extent == Extent::Whole {
            found.under(rule);
            rule.check_offer(&offer, &mut found);
        }
    }
    let mut findings = found.into_findings();
    let places: HashSet<Pointer> = findings
        .iter()
        .filter(|finding| finding.rule.id != vocabulary::KIND)
        .map(|finding| finding.spot.pointer.clone())
        .collect();
    findings.retain(|finding| finding.rule.id != vocabulary::KIND || !places.contains(&finding.spot.pointer));
    findings
}

/// What a whole offer lacks. No rule about that looks at the time or at a secret.
#[must_use]
pub fn missing(document: &Document) -> Vec<Finding> {
    let circumstances = Circumstances { now: Timestamp::UNIX_EPOCH, secrets: &NoSecrets };
    let found = findings(document, Extent::Whole, circumstances);
    found.into_iter().filter(|finding| finding.rule.basis == Basis::Whole).collect()
}

/// Whether an offer's file silences a finding about its document.
#[must_use]
pub fn is_silenced(finding: &Finding, silences: &[Silence], document: &Document) -> bool {
    silences.iter().any(|silence| silences_it(silence, finding, document.content()))
}

/// The finding about a silence that silences nothing, or a rule that does not exist.
pub const UNUSED_SILENCE: &str = "unused-silence";

/// Judges what a file declares, and the files it names if they were fetched, and says where in the file. Findings that the
/// file silences are left out.
#[must_use]
pub fn judge(desired: &Desired, circumstances: Circumstances<'_>, files: Option<&Files>) -> Diagnostics {
    let extent = match desired.reconcile.ownership.value {
        Ownership::Exact => Extent::Whole,
        Ownership::Declared => Extent::Part,
    };
    let document = desired.document.opened();
    let mut found = findings(&document, extent, circumstances);
    found.extend(files.into_iter().flat_map(|files| file::findings(&Offer::new(&document, circumstances), files)));
    let silences = &desired.reconcile.silence;
    let mut used = vec![false; silences.len()];
    let places = if found.is_empty() { None } else { Some(desired.origins.places()) };
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for finding in found {
        match (silences.iter().position(|silence| silences_it(silence, &finding, document.content())), &places) {
            (Some(number), _) => used[number] = true,
            (None, Some(places)) => diagnostics.push(located(&finding, places)),
            (None, None) => {}
        }
    }
    // A silence of a rule that was not applied here may be needed elsewhere.
    let is_applied = |silence: &Silence| match Rule::of(&silence.rule.text).map(|rule| rule.basis) {
        Some(Basis::Whole) => extent == Extent::Whole,
        Some(Basis::File) => files.is_some(),
        Some(Basis::Declared) | None => true,
    };
    let idle = silences.iter().zip(used).filter(|(silence, used)| !used && is_applied(silence));
    diagnostics.extend(idle.map(|(silence, _)| idle_silence(silence)));
    diagnostics.into_iter().collect()
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

fn silences_it(silence: &Silence, finding: &Finding, content: &Value) -> bool {
    silence.rule.text == finding.rule.id
        && silence.path.as_ref().is_none_or(|path| is_below(path, &finding.spot.pointer, content))
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
    if Rule::of(id).is_some() {
        let message = format!("nothing is silenced here: `{id}` finds nothing that this is about");
        return Diagnostic::warning(UNUSED_SILENCE, message).at(silence.span, "").help("take it away");
    }
    let help = nearest(id, all().map(|rule| rule.id)).map_or_else(
        || "`offerform explain` lists all rules".to_owned(),
        |near| format!("did you mean `{near}`? `offerform explain` lists all rules"),
    );
    Diagnostic::error(UNUSED_SILENCE, format!("there is no rule `{id}`")).at(silence.rule.span, "").help(help)
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

/// The place of a member of `definition.offer`.
fn offer_place<'a>(key: impl Into<Cow<'a, str>>) -> Place<'a> {
    Place::root().key("definition").key("offer").key(key)
}
