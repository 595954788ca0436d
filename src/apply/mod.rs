//! What a run reports: the outcome of every offer, and the steps that led there.
//!
//! Sending one request and telling what its answer means is in [`send`]; the order of attempts stands in `reconcile`.

mod report;
mod send;

pub use report::{OfferReport, Outcome, Remark, RemarkKind, Report, Trouble, Verdict};
pub use send::{Sent, send};

use std::fmt::Debug;

use crate::offer::OfferAddress;

/// Is told how a run goes on: for the display of progress.
pub trait Progress: Debug + Send + Sync {
    /// Work on an offer began.
    fn started(&self, address: &OfferAddress);

    /// An offer has come to a step, named for people.
    fn step(&self, address: &OfferAddress, step: &str);

    /// Work on an offer is over; `words` say how it ended.
    fn finished(&self, address: &OfferAddress, words: &str);
}

/// Shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn started(&self, _: &OfferAddress) {}
    fn step(&self, _: &OfferAddress, _: &str) {}
    fn finished(&self, _: &OfferAddress, _: &str) {}
}
