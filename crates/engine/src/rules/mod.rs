//! Rules about what stands in an offer: what can be known from the files, before the service or a reviewer says it.
//!
//! A rule is a small piece with a stable id, a public source, and a function that looks at one offer. It sees a document and
//! no service, no file and no clock. [`findings`] says what is wrong and at which pointer, [`diagnostic`] where in the user's
//! files that is, and [`judge`] does both. What a rule
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
mod envelope;
mod facts;
mod file;
mod finding;
mod image;
mod ingestion;
mod judging;
mod key;
mod lead;
mod listing;
mod markup;
mod package;
mod picture;
mod place;
mod placeholder;
mod price;
mod shape;
mod signature;
mod silence;
mod sku;
mod statements;
mod subject;
#[cfg(test)]
mod tests;
mod virtual_machine;
pub mod vocabulary;

use std::borrow::Cow;

use jiff::Timestamp;

pub use archive::{Archive, Entry, Unreadable};
use file::File;
pub use file::{Address, CheckedContent, Disk, Files, Look, Wanted, wanted};
pub use finding::{Finding, Found, Judged, Spot};
pub use judging::{Extent, Judgement, diagnostic, findings, findings_in, judge, judge_all, judged, missing};
use place::Place;
pub use silence::{Silencing, UNUSED_SILENCE, Values, is_silenced, silencing};
pub use statements::{CheckedBy, PUBLIC_STATEMENTS, PublicStatement};
use subject::Offer;
pub use subject::OfferKind;

use crate::diagnostic::Severity;
use crate::secret::SecretSource;

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
    /// The whole offer: a part of it does not show that something is missing.
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
    /// The offers of the portal, of every type.
    const PORTAL: Self = Self(&OfferKind::PORTAL);
    /// The offers of every type, of both APIs.
    const EVERY: Self = Self(&[
        OfferKind::VirtualMachine,
        OfferKind::CoreVirtualMachine,
        OfferKind::Application,
        OfferKind::Other,
        OfferKind::Ingestion,
    ]);
    /// Those whose images are disks.
    const DISKS: Self = Self(&[OfferKind::VirtualMachine, OfferKind::CoreVirtualMachine, OfferKind::Ingestion]);
    const INGESTION: Self = Self(&[OfferKind::Ingestion]);
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
    /// How much a finding matters where a plan writes what it judges: never less than `severity`.
    pub written: Severity,
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
            written: severity,
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
        Self { severity: Severity::Warning, written: Severity::Warning, ..self }
    }

    /// A rule whose finding may be harmless in a file, because it may only repeat what is published, and is none in what a
    /// plan writes.
    const fn blocks_when_written(self) -> Self {
        Self { written: Severity::Error, ..self }
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
        Self { confidence: Confidence::Inferred, severity: Severity::Warning, written: Severity::Warning, ..self }
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

    /// Whether it looks into texts that may come from a secret, and finds nothing where the secret is not set.
    fn judges_secrets(&self) -> bool {
        self.basis == Basis::File || signature::RULES.iter().chain(file::RULES).any(|rule| rule.id == self.id)
    }

    /// Whether a file may silence it. What guards judge by has to be of the right kind.
    #[must_use]
    pub fn can_be_silenced(&self) -> bool {
        self.id != vocabulary::KIND
    }

    /// The rule with this id.
    #[must_use]
    pub fn of(id: &str) -> Option<&'static Self> {
        all().find(|rule| rule.id == id)
    }
}

/// Every rule there is.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    const THEMES: [&[Rule]; 21] = [
        vocabulary::RULES,
        key::RULES,
        envelope::RULES,
        listing::RULES,
        category::RULES,
        contact::RULES,
        placeholder::RULES,
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
        ingestion::RULES,
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

/// The place of a member of `definition.offer`.
fn offer_place<'a>(key: impl Into<Cow<'a, str>>) -> Place<'a> {
    Place::root().key("definition").key("offer").key(key)
}
