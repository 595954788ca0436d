//! Keys of storage accounts that were got in this run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::secret::SecretText;

/// The keys that were got in this run, by account. They are kept in memory and nowhere else.
#[derive(Debug, Clone, Default)]
pub(super) struct Keyring(Arc<Mutex<BTreeMap<String, SecretText>>>);

impl Keyring {
    /// The key of an account, if it was got.
    pub(super) fn get(&self, account: &str) -> Option<SecretText> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(account).cloned()
    }

    /// Keeps the key of an account for the rest of the run.
    pub(super) fn keep(&self, account: String, key: SecretText) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(account, key);
    }
}
