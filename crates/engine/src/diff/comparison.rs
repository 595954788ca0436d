//! What a comparison is made of.

use std::sync::LazyLock;

use crate::offer::Document;
use crate::offer::fields::FieldTable;
use crate::record::Rewrites;
use crate::secret::{NoSecrets, SecretSource};

/// What a comparison is made of.
#[derive(Debug, Clone, Copy)]
pub struct Comparison<'a> {
    /// What is special about the fields of this offer type.
    pub table: &'static FieldTable,
    /// The document that the files declare.
    pub desired: &'a Document,
    /// What the files declared before.
    pub base: Base<'a>,
    /// What the service has; `None` if the offer does not exist.
    pub live: Option<&'a Document>,
    /// What is known of how the service rewrites this offer.
    pub rewrites: &'a Rewrites,
    /// Where the values of secrets that can be compared come from.
    pub secrets: &'a dyn SecretSource,
    /// Whether values that no file declares are listed too.
    pub unmanaged: Unmanaged,
    /// Whether every declared secret is taken to have changed.
    pub secrecy: Secrecy,
    /// Who owns the keys that no file mentions.
    pub ownership: Ownership,
}

/// Nothing is known of rewrites.
static NO_REWRITES: LazyLock<Rewrites> = LazyLock::new(Rewrites::default);

impl<'a> Comparison<'a> {
    /// Of two documents and nothing else: nothing is known of what was declared before, of rewrites, or of secrets.
    #[must_use]
    pub fn plain(table: &'static FieldTable, desired: &'a Document, live: &'a Document) -> Self {
        Self {
            table,
            desired,
            base: Base::Live,
            live: Some(live),
            rewrites: &NO_REWRITES,
            secrets: &NoSecrets,
            unmanaged: Unmanaged::Skipped,
            secrecy: Secrecy::Kept,
            ownership: Ownership::Declared,
        }
    }
}

/// Who owns the keys that no file mentions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ownership {
    /// The portal: they are left alone.
    #[default]
    Declared,
    /// The files: they are removed.
    Exact,
}

/// Whether declared secrets are taken to have changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Secrecy {
    /// Only if their declaration did.
    #[default]
    Kept,
    /// All declared secrets are written again: `--rotate-secrets`.
    Rotated,
}

/// What the files declared before this change.
#[derive(Debug, Clone, Copy)]
pub enum Base<'a> {
    /// Not known: taken to be what is live, so every difference is declared.
    Live,
    /// The document that the files declared before.
    Declared(&'a Document),
}

/// Whether live values that no file declares are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unmanaged {
    /// They are.
    Listed,
    /// They are not.
    #[default]
    Skipped,
}
