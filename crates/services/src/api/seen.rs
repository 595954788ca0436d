//! What answers said of an offer that later answers cannot contradict.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::offer::OfferAddress;

/// The types that offers were seen to have, by their addresses.
#[derive(Debug, Default)]
pub(super) struct SeenTypes(Mutex<HashMap<String, String>>);

impl SeenTypes {
    /// Notes the type of an offer; returns the one that was seen first if that is another.
    pub(super) fn first(&self, address: &OfferAddress, found: &str) -> Option<String> {
        let mut types = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = types.entry(address.to_string().to_ascii_lowercase()).or_insert_with(|| found.to_owned());
        (!first.eq_ignore_ascii_case(found)).then(|| first.clone())
    }
}
