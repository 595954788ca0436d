//! What a backend remembers from one run to the next.

use std::fmt::Debug;

use crate::offer::OfferAddress;

/// Remembers facts about offers by name, such as the id that a service gave to an offer. The names and the values belong to the
/// backend; nothing above it reads them. What is not remembered costs a request, or cannot be done any more: a job is cancelled by its
/// id, and no list shows it.
pub trait Ledger: Debug + Send + Sync {
    /// The fact `name` about an offer.
    fn recall(&self, address: &OfferAddress, name: &str) -> Option<String>;

    /// Remembers the fact `name` about an offer from now on. The next run knows it if this one ends properly.
    fn remember(&self, address: &OfferAddress, name: &str, value: &str);

    /// Keeps what was remembered so far, even if this run is killed.
    fn keep(&self);
}

/// A ledger that keeps nothing, for commands without a record: every lookup finds nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLedger;

impl Ledger for NoLedger {
    fn recall(&self, _address: &OfferAddress, _name: &str) -> Option<String> {
        None
    }

    fn remember(&self, _address: &OfferAddress, _name: &str, _value: &str) {}

    fn keep(&self) {}
}
