//! Everything there is to say about the chosen offers, for `validate`.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::opening::about_file;
use super::{Error, Repository, Selection};
use crate::desired::Desired;
use crate::diagnostic::Diagnostics;
use crate::rules::{self, Circumstances, Files, Wanted};
use crate::secret::{SecretReference, SecretSource};
use crate::source::Sources;

/// Everything there is to say about the chosen offers.
#[derive(Debug)]
pub struct Examined {
    /// What was found, in the order of files and places.
    pub found: Diagnostics,
    /// The texts that the places are in.
    pub sources: Sources,
    /// How many offers were judged.
    pub offers: usize,
}

/// Offers whose rules wait for the files that they name.
#[derive(Debug)]
pub struct Fetched {
    offers: Vec<Desired>,
    found: Diagnostics,
    sources: Sources,
    secrets: Arc<dyn SecretSource>,
    now: Timestamp,
}

impl Repository {
    /// Applies the rules about what stands in the chosen offers at the time `now`. Nothing that is found ends anything, and nothing of
    /// an offer is kept but what is found.
    pub fn examine(&self, selection: &Selection, now: Timestamp) -> Result<Examined, Error> {
        let reading = self.reading(selection)?;
        let secrets = self.machine.secrets(reading.tree.root());
        let circumstances = Circumstances { now, secrets: secrets.as_ref() };
        let loaded = reading.each(&|offer| {
            reading.is_chosen(&offer.address).then(|| {
                let mut found = about_file(&offer);
                found.append(rules::judge(&offer, circumstances, None));
                found
            })
        });
        let judged = some_of(loaded.desired)?;
        let (mut found, offers) = (loaded.diagnostics, judged.len());
        for judgement in judged {
            found.append(judgement);
        }
        found.arrange(&loaded.sources);
        Ok(Examined { found, sources: loaded.sources, offers })
    }

    /// Loads the offers, to be examined with the rules about the files behind addresses once these are fetched.
    pub fn examine_with_files(&self, selection: &Selection, now: Timestamp) -> Result<Fetched, Error> {
        let reading = self.reading(selection)?;
        let secrets = self.machine.secrets(reading.tree.root());
        let loaded = reading.each(&|offer| reading.is_chosen(&offer.address).then(|| offer.packed()));
        let offers = some_of(loaded.desired)?;
        Ok(Fetched { offers, found: loaded.diagnostics, sources: loaded.sources, secrets, now })
    }
}

impl Fetched {
    /// The secrets that the offers refer to. Those whose values are not there when [`Fetched::wanted`] is called hide their files.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretReference> {
        self.offers.iter().flat_map(|offer| offer.document.sealed().values())
    }

    /// The files that have to be looked at.
    #[must_use]
    pub fn wanted(&self) -> BTreeSet<Wanted> {
        let circumstances = Circumstances { now: self.now, secrets: self.secrets.as_ref() };
        self.offers.iter().flat_map(|offer| rules::wanted(&offer.working_copy().document, circumstances)).collect()
    }

    /// Applies the rules, with what was seen of the files.
    #[must_use]
    pub fn examine(self, files: &Files) -> Examined {
        let circumstances = Circumstances { now: self.now, secrets: self.secrets.as_ref() };
        let mut found = self.found;
        for offer in &self.offers {
            found.append(about_file(offer));
        }
        found.append(rules::judge_all(&self.offers, circumstances, Some(files)));
        found.arrange(&self.sources);
        Examined { found, sources: self.sources, offers: self.offers.len() }
    }
}

/// What was kept of the chosen offers, if there are any among those in the files.
fn some_of<T>(kept: Vec<Option<T>>) -> Result<Vec<T>, Error> {
    let all = kept.len();
    let chosen: Vec<T> = kept.into_iter().flatten().collect();
    if chosen.is_empty() && all > 0 { Err(Error::NoMatch(all)) } else { Ok(chosen) }
}
