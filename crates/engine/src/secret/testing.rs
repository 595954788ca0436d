//! Secrets for tests.

use std::collections::BTreeMap;

use super::{SecretLocation, SecretReference, SecretSource, SecretText};

/// The values of environment variables by name. No other variable is set, and no file can be read.
#[derive(Debug, Default)]
pub(crate) struct Variables(pub(crate) BTreeMap<&'static str, &'static str>);

impl<const N: usize> From<[(&'static str, &'static str); N]> for Variables {
    fn from(values: [(&'static str, &'static str); N]) -> Self {
        Self(values.into())
    }
}

impl SecretSource for Variables {
    fn value(&self, reference: &SecretReference) -> Option<SecretText> {
        let SecretLocation::Env(name) = &reference.location else { return None };
        self.0.get(name.as_str()).map(|value| SecretText::new(*value))
    }
}
