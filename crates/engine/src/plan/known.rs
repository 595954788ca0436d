//! What a plan may need to know besides the files and the draft, and what was found out.

use crate::backend::{Production, Situation};
use crate::record::Copies;

/// Something that a plan may need to know, and whether it was looked up.
#[derive(Debug, Clone, Default)]
pub enum Lookup<T> {
    /// It was not looked up yet. A plan that needs it returns a [`Need`].
    #[default]
    Pending,
    /// It was looked up; this is the result.
    Done(T),
    /// It is not going to be looked up: the plan is made without it.
    Skipped,
}

impl<T> Lookup<T> {
    /// The result, if it was looked up.
    pub(super) fn result(&self) -> Option<&T> {
        if let Self::Done(result) = self { Some(result) } else { None }
    }
}

/// What was found out for a plan.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Which files behind declared and live addresses have the same content.
    pub files: Lookup<Copies>,
    /// What the service shows of the offer's releases.
    pub releases: Lookup<Situation>,
    /// The production slot, for the guards of published content.
    pub production: Lookup<Production>,
}

impl Known {
    /// Nothing is known, and nothing is going to be looked up.
    pub const NOTHING: Self = Self { files: Lookup::Skipped, releases: Lookup::Skipped, production: Lookup::Skipped };
}

/// What has to be found out before a plan can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// The content of the files at these addresses, which may hold signatures: they are for fetching, and for nothing else.
    Files(Vec<String>),
    /// What the service shows of the offer's releases.
    Releases,
    /// The draft that was the offer's content in this version: see [`Situation::arrived`].
    Version(u64),
    /// The production slot.
    Production,
}
