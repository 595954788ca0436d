//! What a plan may need to know besides the files and the draft, and what was found out.

use crate::backend::{Production, Situation};
use crate::record::Copies;

/// The answer to a question that a plan may have.
#[derive(Debug, Clone, Default)]
pub enum Asked<T> {
    /// Nobody asked yet: a plan that hinges on it says so.
    #[default]
    NotYet,
    /// The answer.
    Answered(T),
    /// Nobody is going to ask: the plan is made without.
    Never,
}

impl<T> Asked<T> {
    /// The answer, if there is one.
    pub(super) fn answer(&self) -> Option<&T> {
        if let Self::Answered(answer) = self { Some(answer) } else { None }
    }
}

/// What was found out for a plan.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Which files behind addresses are the same.
    pub files: Asked<Copies>,
    /// What the service shows of the offer's releases.
    pub releases: Asked<Situation>,
    /// The production slot, for the guards of published content.
    pub production: Asked<Production>,
}

impl Known {
    /// Nothing is known, and nobody is going to ask.
    pub const NOTHING: Self = Self { files: Asked::Never, releases: Asked::Never, production: Asked::Never };
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
