//! What is remembered of how the service rewrote what it was sent.
//!
//! The service renames, drops, sanitises and re-hosts. Whatever a PUT turned a declared value into is remembered here as a
//! pair of hashes, so that a later comparison can tell a known rewrite from an edit. Losing the record costs a noisy
//! plan and never a wrong write: nothing is *sent* because of it.
//!
//! Values are never kept: only hashes, and only of values a hash does not give away.

mod applied;
mod copies;
mod file;
mod notes;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub use applied::{LastApplied, Unsettled};
pub use copies::Copies;
pub use file::File;
pub use notes::Notes;

use crate::offer::canonical::unsigned_json;
use crate::offer::fields::FieldTable;
use crate::offer::{IdentityPath, OfferAddress};
use crate::secret::without_sas;

/// Shorter texts than this can be found from their hash by trying, so they are not remembered.
const SHORTEST_HASHED: usize = 8;

/// The hash of one value, signature parameters left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Hashes `value`; `None` for values too short to be hidden by a hash.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        let text = match value {
            Value::String(text) => without_sas(text).into_owned(),
            // Lists of artifacts hold signatures too.
            other => unsigned_json(other),
        };
        (text.len() >= SHORTEST_HASHED).then(|| Self(hex(&Sha256::digest(text.as_bytes()))))
    }
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

/// One learned rewrite. An absent side means that there was no value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rewrite {
    /// The hash of what was declared.
    declared: Option<Fingerprint>,
    /// The hash of what it became.
    became: Option<Fingerprint>,
}

/// What the record says about a pair of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// Nothing is remembered for this path.
    None,
    /// Exactly this was declared, and exactly this it became.
    AsRecorded,
    /// The live value is the remembered one; another value is declared now.
    DeclaredChanged,
    /// The declared value is the remembered one; the service has another value now.
    LiveChanged,
    /// Neither is as remembered.
    Outdated,
}

/// The rewrites known of one offer, by the path of the value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rewrites {
    /// How often something was noted. Of two notes made at once the later one counts, whatever the clocks said.
    #[serde(skip_serializing_if = "is_zero")]
    generation: u64,
    /// The revision the read-back had when this was learned.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<String>,
    /// The commit that was applied last, in records that were written before they held [`LastApplied`].
    #[serde(skip_serializing)]
    applied: Option<String>,
    /// What was applied last.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_applied: Option<LastApplied>,
    /// The revision that the draft had when it was published last.
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<String>,
    /// What the backend remembers of the offer, by names that only it knows.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    facts: BTreeMap<String, String>,
    paths: BTreeMap<IdentityPath, Rewrite>,
    /// What this run found out about hosted copies; of no use to another run.
    #[serde(skip)]
    copies: Copies,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_zero(generation: &u64) -> bool {
    *generation == 0
}

impl Rewrites {
    /// What is remembered of `declared` having become `live` at `path`.
    #[must_use]
    pub fn recall(&self, path: &IdentityPath, declared: Option<&Value>, live: Option<&Value>) -> Memory {
        let Some(rewrite) = self.paths.get(path) else { return Memory::None };
        match (matches(rewrite.declared.as_ref(), declared), matches(rewrite.became.as_ref(), live)) {
            (true, true) => Memory::AsRecorded,
            (false, true) => Memory::DeclaredChanged,
            (true, false) => Memory::LiveChanged,
            (false, false) => Memory::Outdated,
        }
    }

    /// Whether what is remembered speaks against the service having made `live` of `declared`: another value is known to have
    /// become it, or this one to have become something else.
    #[must_use]
    pub fn speaks_against(
        &self,
        table: &'static FieldTable,
        path: &IdentityPath,
        declared: Option<&Value>,
        live: Option<&Value>,
    ) -> bool {
        let remembered = self.recall(path, declared, live);
        let applied = self.last_applied.as_ref();
        matches!(remembered, Memory::DeclaredChanged | Memory::LiveChanged)
            || applied.is_some_and(|applied| applied.speaks_against(table, path, declared, live))
    }

    /// Remembers that `declared` became `live` at `path`. Values a hash would give away are left out; says whether
    /// it was remembered.
    pub fn learn(&mut self, path: IdentityPath, declared: Option<&Value>, live: Option<&Value>) -> bool {
        let rewrite = Rewrite { declared: declared.and_then(Fingerprint::of), became: live.and_then(Fingerprint::of) };
        let hidden = rewrite.declared.is_some() == declared.is_some() && rewrite.became.is_some() == live.is_some();
        if hidden {
            self.paths.insert(path, rewrite);
        }
        hidden
    }

    /// Forgets what was made of a value.
    pub fn forget(&mut self, path: &IdentityPath) {
        self.paths.remove(path);
    }

    /// These rewrites, with the comparison of the files behind addresses.
    #[must_use]
    pub fn with_copies(mut self, copies: Copies) -> Self {
        self.copies = copies;
        self
    }

    /// Whether the service's copy of a file is what is declared; `None` if nobody looked.
    #[must_use]
    pub fn same_file(&self, declared: &Value, live: &Value) -> Option<bool> {
        self.copies.same(declared, live)
    }

    /// Notes which revision the last read-back had.
    pub fn set_revision(&mut self, etag: &str) {
        self.revision = Some(etag.to_owned());
    }

    /// Notes what was applied.
    pub fn set_last_applied(&mut self, applied: LastApplied) {
        self.applied = None;
        self.last_applied = Some(applied);
    }

    /// Whether no rewrite is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// The places whose rewrites are remembered.
    pub fn paths(&self) -> impl Iterator<Item = &IdentityPath> {
        self.paths.keys()
    }

    /// The commit that was applied last, if that is known.
    #[must_use]
    pub fn applied(&self) -> Option<&str> {
        self.last_applied.as_ref().and_then(LastApplied::commit).or(self.applied.as_deref())
    }

    /// What was applied last, if that is known.
    #[must_use]
    pub fn last_applied(&self) -> Option<&LastApplied> {
        self.last_applied.as_ref()
    }

    /// A fact that the backend remembers.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.get(name).map(String::as_str)
    }

    /// The revision of the draft that was published last, if that is known.
    #[must_use]
    pub fn published(&self) -> Option<&str> {
        self.published.as_deref()
    }

    /// Both together. Where they disagree the later one counts; of two that are equally late the same one always.
    fn merged(self, other: Self) -> Self {
        let rank = |rewrites: &Self| (rewrites.generation, serde_json::to_string(rewrites).unwrap_or_default());
        let (earlier, later) = if rank(&self) <= rank(&other) { (self, other) } else { (other, self) };
        let (mut facts, mut paths) = (earlier.facts, earlier.paths);
        facts.extend(later.facts);
        paths.extend(later.paths);
        Self {
            generation: later.generation,
            revision: later.revision.or(earlier.revision),
            applied: later.applied.or(earlier.applied),
            last_applied: later.last_applied.or(earlier.last_applied),
            published: later.published.or(earlier.published),
            facts,
            paths,
            copies: later.copies,
        }
    }
}

fn matches(recorded: Option<&Fingerprint>, value: Option<&Value>) -> bool {
    match (recorded, value) {
        (None, None) => true,
        (Some(recorded), Some(value)) => Fingerprint::of(value).as_ref() == Some(recorded),
        _ => false,
    }
}

/// Everything remembered, by service and offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    format_version: String,
    #[serde(default)]
    endpoints: BTreeMap<String, BTreeMap<String, Rewrites>>,
}

impl Default for Record {
    fn default() -> Self {
        Self { format_version: "1.0".to_owned(), endpoints: BTreeMap::new() }
    }
}

impl Record {
    /// What is remembered of one offer at one service.
    #[must_use]
    pub fn rewrites(&self, endpoint: &str, address: &OfferAddress) -> Rewrites {
        let offers = self.endpoints.get(endpoint);
        offers.and_then(|offers| offers.get(&address.to_string())).cloned().unwrap_or_default()
    }

    /// Replaces what is remembered of one offer.
    pub fn set(&mut self, endpoint: &str, address: &OfferAddress, rewrites: Rewrites) {
        let offers = self.endpoints.entry(endpoint.to_owned()).or_default();
        let before = offers.get(&address.to_string()).map_or(0, |before| before.generation);
        let generation = before.max(rewrites.generation) + 1;
        offers.insert(address.to_string(), Rewrites { generation, ..rewrites });
    }

    /// Notes what was applied of an offer.
    pub fn set_last_applied(&mut self, endpoint: &str, address: &OfferAddress, applied: LastApplied) {
        let rewrites = self.rewrites(endpoint, address);
        if rewrites.last_applied.as_ref() != Some(&applied) {
            self.set(endpoint, address, Rewrites { applied: None, last_applied: Some(applied), ..rewrites });
        }
    }

    /// Notes the revision of the draft of an offer that was published.
    pub fn set_published(&mut self, endpoint: &str, address: &OfferAddress, etag: &str) {
        let rewrites = self.rewrites(endpoint, address);
        if rewrites.published() != Some(etag) {
            self.set(endpoint, address, Rewrites { published: Some(etag.to_owned()), ..rewrites });
        }
    }

    /// Notes a fact that the backend remembers of an offer.
    pub fn set_fact(&mut self, endpoint: &str, address: &OfferAddress, name: &str, value: &str) {
        let mut rewrites = self.rewrites(endpoint, address);
        if rewrites.fact(name) != Some(value) {
            rewrites.facts.insert(name.to_owned(), value.to_owned());
            self.set(endpoint, address, rewrites);
        }
    }

    /// Takes over what another record knows of one offer.
    pub fn copy(&mut self, endpoint: &str, address: &OfferAddress, from: &Self) {
        let rewrites = from.rewrites(endpoint, address);
        self.endpoints.entry(endpoint.to_owned()).or_default().insert(address.to_string(), rewrites);
    }

    /// Adds what another record knows.
    pub fn merge(&mut self, other: Self) {
        for (endpoint, offers) in other.endpoints {
            let own = self.endpoints.entry(endpoint).or_default();
            for (address, theirs) in offers {
                let merged = own.remove(&address).unwrap_or_default().merged(theirs);
                own.insert(address, merged);
            }
        }
    }

    /// Everything remembered: the service, the offer, and what is known of it, sorted.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str, &Rewrites)> {
        self.endpoints.iter().flat_map(|(endpoint, offers)| {
            offers.iter().map(move |(address, rewrites)| (endpoint.as_str(), address.as_str(), rewrites))
        })
    }

    /// Forgets the offers whose address `kept` does not want.
    pub fn retain(&mut self, kept: impl Fn(&str) -> bool) {
        for offers in self.endpoints.values_mut() {
            offers.retain(|address, _| kept(address));
        }
        self.endpoints.retain(|_, offers| !offers.is_empty());
    }

    /// Understands a stored record.
    fn parse(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

/// Where the record is kept.
#[derive(Debug, Clone)]
pub enum Store {
    /// In a file of this machine.
    File(File),
    /// In the repository, for everybody who works with it.
    Notes(Notes),
}

/// Who knows what is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// This machine, or this clone.
    Here,
    /// Everybody who works with the repository.
    Shared,
}

/// What was read, and what was in the way. The record is never needed for safety, so reading it does not fail.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The record; empty if it could not be read.
    pub record: Record,
    /// The errors because of which the record may be incomplete.
    pub errors: Vec<Error>,
}

impl Store {
    /// Reads the record.
    #[must_use]
    pub fn load(&self) -> Loaded {
        match self {
            Self::File(file) => match file.load() {
                Ok(record) => Loaded { record, errors: Vec::new() },
                Err(error) => Loaded { record: Record::default(), errors: vec![error] },
            },
            Self::Notes(notes) => notes.load(),
        }
    }

    /// Whether what will be learned can be kept, found out without keeping anything.
    pub fn rehearse(&self) -> Result<Reach, Error> {
        match self {
            Self::File(_) => Ok(Reach::Here),
            Self::Notes(notes) => notes.rehearse().map(|shared| if shared { Reach::Shared } else { Reach::Here }),
        }
    }

    /// What people call the place.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::File(file) => file.path().display().to_string(),
            Self::Notes(_) => notes::NOTES.to_owned(),
        }
    }

    /// Reads the record, changes it, and writes it back, so that nothing that others write meanwhile is lost. `change` may
    /// be called several times.
    pub fn update(&self, change: &dyn Fn(&mut Record)) -> Result<(), Error> {
        match self {
            Self::File(file) => file.update(change),
            Self::Notes(notes) => notes.update(change),
        }
    }
}

/// The record could not be read or written. Each is a warning to the caller: the record is never needed for safety.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file exists and cannot be read.
    #[error("reading the record `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It is not a record.
    #[error("parsing the record `{place}`")]
    Parse {
        /// The file, or the ref.
        place: String,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// Others can write the file, so nothing in it is believed.
    #[error("the record `{}` is ignored: {problem}", path.display())]
    Untrusted {
        /// The file.
        path: PathBuf,
        /// Why it is not believed.
        problem: String,
    },
    /// The file cannot be written.
    #[error("writing the record `{path}`")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The `git` program cannot be run.
    #[error("running `git` for the record")]
    Program(#[source] io::Error),
    /// `git` refused.
    #[error("{task} the record in git notes: {problem}")]
    Git {
        /// What was tried.
        task: &'static str,
        /// What `git` said, in a line.
        problem: String,
    },
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn path() -> IdentityPath {
        IdentityPath::parse("/definition/plans/standard/x").unwrap()
    }

    #[test]
    fn a_rewrite_is_recalled_only_for_the_very_same_pair() {
        let mut rewrites = Rewrites::default();
        let (html, clean) = (json!("<p onclick=x>hello</p>"), json!("<p>hello</p>"));
        assert!(rewrites.learn(path(), Some(&html), Some(&clean)));
        let other = json!("<p>other</p>");
        for (declared, live, expected) in [
            (Some(&html), Some(&clean), Memory::AsRecorded),
            (Some(&other), Some(&clean), Memory::DeclaredChanged),
            (Some(&html), Some(&other), Memory::LiveChanged),
            (Some(&html), None, Memory::LiveChanged),
            (None, None, Memory::Outdated),
        ] {
            assert_eq!(rewrites.recall(&path(), declared, live), expected);
        }
        assert_eq!(rewrites.recall(&IdentityPath::root(), Some(&html), Some(&clean)), Memory::None);
    }

    #[test]
    fn hosted_urls_are_remembered_without_their_signature() {
        let mut rewrites = Rewrites::default();
        let declared = json!("https://assets.example/logo.png");
        rewrites.learn(path(), Some(&declared), Some(&json!("https://hosted.example/a.png?sv=1&sig=one")));
        let renewed = json!("https://hosted.example/a.png?sv=1&sig=two");
        assert_eq!(rewrites.recall(&path(), Some(&declared), Some(&renewed)), Memory::AsRecorded);

        let (declared, hosted) =
            (json!([declared]), |sig: &str| json!([format!("https://hosted.example/a.png?sig={sig}")]));
        rewrites.learn(path(), Some(&declared), Some(&hosted("one")));
        assert_eq!(rewrites.recall(&path(), Some(&declared), Some(&hosted("two"))), Memory::AsRecorded);
    }

    #[test]
    fn short_values_are_not_remembered() {
        let mut rewrites = Rewrites::default();
        assert!(!rewrites.learn(path(), Some(&json!("1234")), None));
        assert!(rewrites.is_empty());
    }

    #[test]
    fn the_record_holds_no_value() {
        let mut record = Record::default();
        let mut rewrites = Rewrites::default();
        rewrites.learn(path(), Some(&json!("a long declared value")), Some(&json!("a long live value")));
        record.set("https://x", &OfferAddress::new("p", "o"), rewrites);
        let text = serde_json::to_string(&record).unwrap();
        assert!(!text.contains("long"), "{text}");
    }
}
