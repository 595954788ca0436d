//! The environment variables that take the place of what must not be in a file.

use std::collections::BTreeMap;

use super::names;
use crate::offer::IdentityPath;
use crate::secret::{SecretLocation, SecretReference, SecretSource, SecretText, without_sas};
use crate::yaml::Item;

/// What a variable is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// An address of a disk, which the service shows with a signature that it renews.
    Disk,
    /// Another address with a signature, which the service shows as it is.
    Address,
    /// A secret, which the service keeps to itself.
    Secret,
}

/// A variable that has to be set before an offer is written.
#[derive(Debug, Clone)]
pub struct Variable {
    /// The name of the variable.
    pub name: String,
    /// The path of the value that the variable contains: the first path, if there are several.
    pub place: IdentityPath,
    /// The kind of secret that the variable contains.
    pub purpose: Purpose,
    /// What the service shows there. Never written to a file.
    pub value: Option<SecretText>,
}

/// The variables of one offer, with names that no other offer of the run uses.
pub(super) struct Variables<'v> {
    offer: &'v str,
    offer_type: &'v str,
    /// The names that are taken, each with the offer that uses it.
    taken: &'v mut BTreeMap<String, String>,
    pub(super) declared: Vec<Variable>,
}

impl<'v> Variables<'v> {
    pub(super) fn new(offer: &'v str, offer_type: &'v str, taken: &'v mut BTreeMap<String, String>) -> Self {
        Self { offer, offer_type, taken, declared: Vec::new() }
    }

    /// A reference to the variable for the value at `at`. The same address has the same one; of a disk, whatever its signature is.
    pub(super) fn declare(&mut self, at: &IdentityPath, purpose: Purpose, value: Option<&str>) -> Item {
        let same = |variable: &&Variable| match (value, &variable.value) {
            (Some(one), Some(other)) if purpose == Purpose::Disk => without_sas(one) == without_sas(other.expose()),
            (Some(one), Some(other)) => one == other.expose(),
            _ => false,
        };
        let name = if let Some(variable) = self.declared.iter().find(same) {
            variable.name.clone()
        } else {
            let name = self.name(at);
            let value = value.map(SecretText::new);
            self.declared.push(Variable { name: name.clone(), place: at.clone(), purpose, value });
            name
        };
        Item::inline("$secret", Item::inline("env", Item::text(name)))
    }

    fn name(&mut self, at: &IdentityPath) -> String {
        let mut words = vec![self.offer.to_owned()];
        words.extend(names::words(at, self.offer_type));
        let wanted = names::variable(&words);
        let numbered = std::iter::once(wanted.clone()).chain((2..).map(|number: u32| format!("{wanted}_{number}")));
        let free = numbered.into_iter().find(|name| !self.taken.contains_key(name)).unwrap_or(wanted);
        self.taken.insert(free.clone(), self.offer.to_owned());
        free
    }
}

/// The values that the service shows, as if somebody had set the variables to them.
#[derive(Debug)]
pub(super) struct AsShown<'v>(pub(super) &'v [Variable]);

impl SecretSource for AsShown<'_> {
    fn value(&self, reference: &SecretReference) -> Option<SecretText> {
        let SecretLocation::Env(name) = &reference.location else { return None };
        self.0.iter().find(|variable| variable.name == *name)?.value.clone()
    }
}
