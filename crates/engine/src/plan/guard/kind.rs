//! What is known of a kind of guard, whichever plan it stands in.

use super::{Level, Remedy};

/// Whether a kind of guard is about published content only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publication {
    /// As long as nothing was published, it is a note.
    Matters,
    /// It holds for a draft that was never published, too.
    DoesNotMatter,
}

/// Whether the sources of a kind of guard agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceAgreement {
    /// The sources agree.
    Settled,
    /// The sources disagree, or the guard is concluded from them; the text says how.
    Disputed(&'static str),
}

/// For offers of which API there is a kind of guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// For offers of both APIs.
    Both,
    /// For those of the Cloud Partner Portal; the text says why the Product Ingestion API has nothing like it.
    Portal(&'static str),
    /// For those of the Product Ingestion API.
    Ingestion,
}

/// One kind of guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuardKind {
    /// The stable code, such as `sku-removal`; part of the command line and of the JSON.
    pub code: &'static str,
    /// The severity of the guard.
    pub level: Level,
    /// The change that triggers the guard, as a clause after "when".
    pub when: &'static str,
    /// Why the change must be allowed, and what to do instead; one sentence.
    pub reason: &'static str,
    /// The public sources: paths below the repository of the documentation, separated by `; `.
    pub source: &'static str,
    /// The sources for offers of single types, by the name of the type, where they have others.
    pub sources_of_types: &'static [(&'static str, &'static str)],
    /// Whether the guard only applies to published content.
    pub publication: Publication,
    /// Whether the sources agree.
    pub agreement: SourceAgreement,
    /// For offers of which API there is such a guard.
    pub scope: Scope,
}

impl GuardKind {
    pub(super) const fn new(code: &'static str, level: Level, [when, reason, source]: [&'static str; 3]) -> Self {
        let (publication, agreement) = (Publication::Matters, SourceAgreement::Settled);
        Self { code, level, when, reason, source, sources_of_types: &[], publication, agreement, scope: Scope::Both }
    }

    pub(super) const fn with_sources_of(self, sources_of_types: &'static [(&'static str, &'static str)]) -> Self {
        Self { sources_of_types, ..self }
    }

    /// The public sources for offers of a type, as in [`source`](Self::source).
    #[must_use]
    pub fn source_for(&self, offer_type: &str) -> &'static str {
        let own = self.sources_of_types.iter().find(|(name, _)| *name == offer_type);
        own.map_or(self.source, |(_, source)| source)
    }

    pub(super) const fn for_drafts_too(self) -> Self {
        Self { publication: Publication::DoesNotMatter, ..self }
    }

    pub(super) const fn disputed(self, why: &'static str) -> Self {
        Self { agreement: SourceAgreement::Disputed(why), ..self }
    }

    pub(super) const fn only_in_portal(self, why: &'static str) -> Self {
        Self { scope: Scope::Portal(why), ..self }
    }

    pub(super) const fn only_in_ingestion(self) -> Self {
        Self { scope: Scope::Ingestion, ..self }
    }

    /// How somebody gets past it.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match (self.level, self.agreement) {
            (Level::Time, _) => Remedy::NotNeeded,
            (Level::Block, SourceAgreement::Settled) => Remedy::None,
            _ => Remedy::Allow,
        }
    }
}
