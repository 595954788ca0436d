//! The environment of the process: read once, here and nowhere else.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::manifest;

/// The environment as it was when the program started.
#[derive(Debug, Clone)]
pub(super) struct Environment(Arc<BTreeMap<String, String>>);

impl Environment {
    /// Reads it. Variables that are not text do not count.
    pub(super) fn of_process() -> Self {
        let variables =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self(Arc::new(variables.collect()))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

impl manifest::Environment for Environment {
    fn variable(&self, name: &str) -> Option<String> {
        self.get(name).map(ToOwned::to_owned)
    }
}
