//! The last-applied record of an offer: what was declared when it was applied last, and what the service stored of it.
//!
//! It takes the place of a base commit: with it, a plan tells a new declaration from an edit in the portal without any git
//! history, also after a squash, a rebase, a shallow clone or an apply of uncommitted files. Values are kept as hashes, by
//! path through identities; a secret is the hash of its reference, never of its value.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::hex;
use crate::offer::canonical::{Form, View, text};
use crate::offer::fields::{Comparison, Field, FieldPlace, FieldTable, ListMeaning};
use crate::offer::locate::{element_name, locate};
use crate::offer::{Document, IdentityPath, Pointer};
use crate::secret::{SecretLocation, SecretReference};

/// What stands in the place of the hash of a declaration that is not known to have arrived.
const NOTHING: &str = "-";

/// What stands in the place of the hash of a stored value that nobody has seen: equal to no hash.
const UNSEEN: &str = "?";

/// What stands in a rebuilt base where neither the files nor the service have what was applied: equal to no value.
const SOMETHING_ELSE: &str = "\u{0}a value that is not known";

/// What was applied of an offer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LastApplied {
    /// The commit that the files were of; `None` outside of git.
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    /// Whether the files were not as committed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dirty: bool,
    values: BTreeMap<IdentityPath, AppliedValue>,
}

/// One managed value: the hash of what was declared, and of what the service stored; `None` if it stored nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct AppliedValue {
    declared: Hash,
    stored: Option<Hash>,
    by: AppliedBy,
}

impl AppliedValue {
    /// Whether it is not known what the service stored.
    fn is_unseen(&self) -> bool {
        self.stored.as_ref().is_some_and(|stored| stored.0 == UNSEEN)
    }
}

/// Which files a value was applied from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum AppliedBy {
    /// Those that the record names.
    Record,
    /// Those of another commit: what the record names left the value as it was.
    Commit(String),
    /// Files that were not as committed, or are in no repository.
    Nothing,
}

/// The first 80 bits of a SHA-256, as hexadecimal digits: enough to tell two values of one field apart.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hash(String);

impl Hash {
    /// Hashes a text together with its place, so that equal values at two places have different hashes.
    fn of(at: &IdentityPath, text: &str) -> Self {
        let mut hasher = Sha256::new();
        for part in ["offerform applied 1", at.as_str(), text] {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        Self(hex(&hasher.finalize()[..10]))
    }
}

/// `declared`, or `declared stored` if they differ, with `-` for nothing; then, if another commit applied it, `stored` always and
/// that commit, or `-` if it was none.
impl fmt::Display for AppliedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stored = self.stored.as_ref().map_or(NOTHING, |stored| &stored.0);
        match &self.by {
            AppliedBy::Record if self.stored.as_ref() == Some(&self.declared) => f.write_str(&self.declared.0),
            AppliedBy::Record => write!(f, "{} {stored}", self.declared.0),
            AppliedBy::Commit(commit) => write!(f, "{} {stored} {commit}", self.declared.0),
            AppliedBy::Nothing => write!(f, "{} {stored} {NOTHING}", self.declared.0),
        }
    }
}

impl Serialize for AppliedValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AppliedValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut parts = text.split(' ');
        let hash = |text: &str| Hash(text.to_owned());
        let stored = |text: &str| (text != NOTHING).then(|| hash(text));
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(declared), None, None, None) => {
                Ok(Self { declared: hash(declared), stored: Some(hash(declared)), by: AppliedBy::Record })
            }
            (Some(declared), Some(kept), None, None) => {
                Ok(Self { declared: hash(declared), stored: stored(kept), by: AppliedBy::Record })
            }
            (Some(declared), Some(kept), Some(commit), None) => {
                let by = if commit == NOTHING { AppliedBy::Nothing } else { AppliedBy::Commit(commit.to_owned()) };
                Ok(Self { declared: hash(declared), stored: stored(kept), by })
            }
            _ => Err(D::Error::custom("an applied value is one hash or two, and perhaps a commit")),
        }
    }
}

/// A declared value that is compared by itself.
struct Managed<'a> {
    content: Content<'a>,
    hash: Hash,
}

enum Content<'a> {
    /// A scalar, a sequence, or an empty map or list.
    Value(&'a Value),
    /// That an element is in a set or in a list with identities.
    Element,
    /// A secret, and whether the service returns what is stored for it.
    Secret(&'a SecretReference, Comparison),
}

/// Places at or around which what is declared and what the service stores differ after an apply.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unsettled<'a> {
    /// They were left as they are, and stay as they were remembered before.
    pub kept: &'a [IdentityPath],
    /// They were written to no effect or cannot be compared. Only what is stored is remembered, so that an edit from now on is found
    /// by comparing with it.
    pub unknown: &'a [IdentityPath],
    /// What was sent arrived, and it is not known who changed it since. What was stored is remembered as not seen, so that the value that is
    /// there counts as an edit, unless another write of the same finds it again.
    pub doubtful: &'a [IdentityPath],
}

impl LastApplied {
    /// Which commit was applied, unless the files were edited since or there is none.
    fn clean_commit(&self) -> Option<&str> {
        self.commit.as_deref().filter(|_| !self.dirty)
    }

    /// Every commit that some value was applied from, without edits in its files.
    pub fn clean_commits(&self) -> impl Iterator<Item = &str> {
        self.values.values().filter_map(|value| self.commit_of(value)).chain(self.clean_commit())
    }

    /// The commits that the values at, below or around a place were applied from; `None` for files with edits. Where nothing was
    /// applied, it is the commit of the record.
    #[must_use]
    pub fn commits_at(&self, place: &IdentityPath) -> BTreeSet<Option<&str>> {
        let around = self.values.iter().filter(|(at, _)| at.is_within(place) || place.is_within(at));
        let commits: BTreeSet<_> = around.map(|(_, value)| self.commit_of(value)).collect();
        if commits.is_empty() { [self.clean_commit()].into() } else { commits }
    }

    fn commit_of<'a>(&'a self, value: &'a AppliedValue) -> Option<&'a str> {
        match &value.by {
            AppliedBy::Record => self.clean_commit(),
            AppliedBy::Commit(commit) => Some(commit),
            AppliedBy::Nothing => None,
        }
    }

    /// A value of this record as another one remembers it that is of `commit`.
    fn handed_on(&self, value: &AppliedValue, commit: Option<&str>) -> AppliedValue {
        let by = match self.commit_of(value) {
            Some(by) if commit == Some(by) => AppliedBy::Record,
            Some(by) => AppliedBy::Commit(by.to_owned()),
            None => AppliedBy::Nothing,
        };
        AppliedValue { by, ..value.clone() }
    }

    /// Whether exactly this value was declared at a place, and exactly this one stored: then the service rewrote it.
    #[must_use]
    pub fn holds(&self, table: &'static FieldTable, at: &IdentityPath, declared: &Value, live: Option<&Value>) -> bool {
        let Some(applied) = self.values.get(at) else { return false };
        value_hash(table, at, declared) == applied.declared
            && live.map(|live| value_hash(table, at, live)) == applied.stored
    }

    /// Whether the service is known not to have made `live` of `declared`: it stored it when another value was declared, or something
    /// else when this one was. Of a value that was never applied here nothing is known.
    #[must_use]
    pub fn speaks_against(
        &self,
        table: &'static FieldTable,
        at: &IdentityPath,
        declared: Option<&Value>,
        live: Option<&Value>,
    ) -> bool {
        let Some(applied) = self.values.get(at) else { return false };
        let hash = |value: &Value| {
            if is_element(table, at) { Hash::of(at, "") } else { value_hash(table, at, value) }
        };
        let same_declared = hash(declared.unwrap_or(&Value::Null)) == applied.declared;
        if applied.is_unseen() {
            // What the same declaration became once is what it becomes twice.
            return !same_declared;
        }
        same_declared || live.map(hash) == applied.stored
    }

    /// Whether a value was sent to a place, and it is not known what the service made of it.
    #[must_use]
    pub fn is_unseen(&self, at: &IdentityPath) -> bool {
        self.values.get(at).is_some_and(AppliedValue::is_unseen)
    }

    /// Whether an element was declared and the service stored none.
    #[must_use]
    pub fn is_dropped(&self, element: &IdentityPath) -> bool {
        self.values.get(element).is_some_and(|applied| applied.stored.is_none())
    }

    /// The commit that the files were of; `None` outside of git.
    #[must_use]
    pub fn commit(&self) -> Option<&str> {
        self.commit.as_deref()
    }

    /// Whether the files were not as committed.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// What is remembered after an apply: `after` is what the service stores now of what `desired` declares.
    #[must_use]
    pub fn after(
        before: Option<&Self>,
        (desired, after): (&Document, &Document),
        Unsettled { kept, unknown, doubtful }: Unsettled<'_>,
        (commit, dirty): (Option<String>, bool),
    ) -> Self {
        let table = desired.field_table();
        let around = |places: &[IdentityPath], at: &IdentityPath| {
            places.iter().any(|place| at.is_within(place) || place.is_within(at))
        };
        let is_unsettled = |at: &IdentityPath| around(kept, at);
        let clean = commit.as_deref().filter(|_| !dirty);
        let old = |at: &IdentityPath| before.and_then(|before| Some(before.handed_on(before.values.get(at)?, clean)));
        let mut values = BTreeMap::new();
        for (at, managed) in managed(table, desired) {
            let value = if is_unsettled(&at) && !matches!(managed.content, Content::Element) {
                old(&at)
            } else {
                let found = stored_at(table, after.content(), &at);
                let stored = match managed.content {
                    Content::Secret(_, Comparison::Secret) => None,
                    Content::Element => found.map(|_| managed.hash.clone()),
                    Content::Value(_) | Content::Secret(..) => stored_hash(table, &at, found),
                };
                // An element that did not arrive was not applied.
                let is_element = matches!(managed.content, Content::Element);
                match stored {
                    None if is_element && [kept, unknown, doubtful].iter().any(|places| around(places, &at)) => {
                        old(&at)
                    }
                    stored if !is_element && around(unknown, &at) => {
                        Some(AppliedValue { declared: Hash(NOTHING.to_owned()), stored, by: AppliedBy::Record })
                    }
                    _ if !is_element && around(doubtful, &at) => {
                        let stored = Some(Hash(UNSEEN.to_owned()));
                        Some(AppliedValue { declared: managed.hash, stored, by: AppliedBy::Record })
                    }
                    stored => Some(AppliedValue { declared: managed.hash, stored, by: AppliedBy::Record }),
                }
            };
            values.extend(value.map(|value| (at, value)));
        }
        // What is not declared any more and could not be taken out is still remembered as applied.
        for at in before.into_iter().flat_map(|before| before.values.keys()) {
            if !values.contains_key(at) && is_unsettled(at) && locate(table, after.content(), at).is_some() {
                values.extend(old(at).map(|value| (at.clone(), value)));
            }
        }
        Self { commit, dirty, values }
    }

    /// The base to compare with, rebuilt from what the files declare and what the service has: where the service still has what
    /// was stored, that; otherwise what is declared, if that is what was applied; otherwise a value that equals neither.
    ///
    /// Of what was never applied, it takes what `fork` declares, if the service has something there.
    #[must_use]
    pub fn base(&self, desired: &Document, live: Option<&Document>, fork: Option<&Document>) -> Document {
        let table = desired.field_table();
        let declared: BTreeMap<IdentityPath, Managed<'_>> = managed(table, desired).into_iter().collect();
        let mut base = Base { table, content: json!({}), sealed: Vec::new() };
        for (at, applied) in &self.values {
            let live = live.and_then(|live| stored_at(table, live.content(), at));
            let managed = declared.get(at);
            let is_declared = managed.is_some_and(|managed| managed.hash == applied.declared);
            match managed.map(|managed| &managed.content) {
                _ if is_element(table, at) => base.insert(at, Value::Null),
                Some(Content::Secret(reference, Comparison::Secret)) => {
                    base.seal(at, if is_declared { (*reference).clone() } else { other_secret() });
                }
                _ if is_stored(table, at, applied, live) && !is_declared => {
                    if let Some(live) = live {
                        base.insert(at, live.clone());
                    }
                }
                Some(Content::Value(value)) if is_declared => base.insert(at, (*value).clone()),
                Some(Content::Secret(reference, _)) if is_declared => base.seal(at, (*reference).clone()),
                _ => base.insert(at, Value::String(SOMETHING_ELSE.to_owned())),
            }
        }
        if let (Some(fork), Some(live)) = (fork, live) {
            let new = managed_places(table, fork).into_iter().filter(|(at, _)| !self.values.contains_key(at));
            for (at, content) in new.filter(|(at, _)| stored_at(table, live.content(), at).is_some()) {
                match content {
                    Content::Element => base.insert(&at, Value::Null),
                    Content::Value(value) => base.insert(&at, value.clone()),
                    Content::Secret(reference, _) => base.seal(&at, reference.clone()),
                }
            }
        }
        if let Some(live) = live {
            let new = declared.keys().filter(|at| !self.values.contains_key(*at));
            for at in new.filter(|at| self.was_made_by_the_service(table, at)) {
                if let Some(value) = stored_at(table, live.content(), at).filter(|_| !is_element(table, at)) {
                    base.insert(at, value.clone());
                }
            }
        }
        base.document()
    }
}

impl LastApplied {
    /// Whether the service made the value at a place of something beside it that was applied: a mirror of it, or what it works out.
    fn was_made_by_the_service(&self, table: &'static FieldTable, at: &IdentityPath) -> bool {
        let tokens: Vec<String> = at.tokens().collect();
        let mut place = table.root();
        let mut around = IdentityPath::root();
        for token in &tokens {
            let makes = |field: &Field| [field.mirror, field.derives].contains(&Some(token.as_str()));
            let mut sources = place.members().filter(|(_, field)| makes(field));
            if place.field().list == ListMeaning::Sequence && sources.any(|(key, _)| self.holds_any(&around.key(key))) {
                return true;
            }
            place = place.key(token);
            around = around.key(token);
        }
        false
    }

    /// Whether anything at or below a place was applied.
    fn holds_any(&self, place: &IdentityPath) -> bool {
        self.values.range(place.clone()..).next().is_some_and(|(at, _)| at.is_within(place))
    }
}

/// Whether the service has what it stored.
fn is_stored(table: &'static FieldTable, at: &IdentityPath, applied: &AppliedValue, live: Option<&Value>) -> bool {
    let now = stored_hash(table, at, live);
    now == applied.stored || applied.stored.is_none() && live.is_none_or(|live| is_default(table, at, live))
}

fn stored_hash(table: &'static FieldTable, at: &IdentityPath, live: Option<&Value>) -> Option<Hash> {
    live.map(|live| value_hash(table, at, live))
}

fn value_hash(table: &'static FieldTable, at: &IdentityPath, value: &Value) -> Hash {
    Hash::of(at, &View::new(table.place(at.tokens()), value).unsigned_json())
}

/// Whether a path ends at an element of a set or of a list with identities.
fn is_element(table: &'static FieldTable, at: &IdentityPath) -> bool {
    at.parent().is_some_and(|around| table.place(around.tokens()).field().list != ListMeaning::Sequence)
}

fn is_default(table: &'static FieldTable, at: &IdentityPath, live: &Value) -> bool {
    live.is_null() || table.place(at.tokens()).field().is_default(live)
}

/// What the service has at a path, or under the other name of the field there.
fn stored_at<'a>(table: &'static FieldTable, live: &'a Value, at: &IdentityPath) -> Option<&'a Value> {
    let found = locate(table, live, at).map(|(_, value)| value);
    found.or_else(|| {
        let alias = table.place(at.tokens()).field().alias?;
        Some(locate(table, live, &at.parent()?.key(alias))?.1)
    })
}

/// A reference that equals none of a file.
fn other_secret() -> SecretReference {
    SecretReference { location: SecretLocation::Env(SOMETHING_ELSE.to_owned()), version: None }
}

/// Every declared value that is compared by itself, with its hash.
fn managed<'a>(table: &'static FieldTable, document: &'a Document) -> Vec<(IdentityPath, Managed<'a>)> {
    let hashed = |(at, content): (IdentityPath, Content<'a>)| {
        let hash = match &content {
            Content::Element => Hash::of(&at, ""),
            Content::Secret(reference, _) => Hash::of(&at, &format!("secret {reference}")),
            Content::Value(value) => value_hash(table, &at, value),
        };
        (at, Managed { content, hash })
    };
    managed_places(table, document).into_iter().map(hashed).collect()
}

fn managed_places<'a>(table: &'static FieldTable, document: &'a Document) -> Vec<(IdentityPath, Content<'a>)> {
    let mut found = Vec::new();
    let mut walk = Declared { document, found: &mut found };
    walk.visit(table.root(), document.content(), &Pointer::root(), &IdentityPath::root());
    found
}

/// A walk through a declared document: by positions, because secrets are found by them, and by path.
struct Declared<'a, 'f> {
    document: &'a Document,
    found: &'f mut Vec<(IdentityPath, Content<'a>)>,
}

impl<'a> Declared<'a, '_> {
    fn visit(&mut self, place: FieldPlace<'static>, value: &'a Value, at: &Pointer, identity: &IdentityPath) {
        if place.field().comparison == Comparison::ServerOwned {
            return;
        }
        if let Some(reference) = self.document.sealed().get(at) {
            return self.found.push((identity.clone(), Content::Secret(reference, place.field().comparison)));
        }
        match View::new(place, value).form() {
            Form::Map(members) if !members.is_empty() => {
                for (key, member) in members {
                    self.visit(place.key(key), member, &at.key(key), &identity.key(key));
                }
            }
            Form::Keyed(elements) if !elements.is_empty() => {
                for (id, element) in elements {
                    let identity = identity.key(&id);
                    self.found.push((identity.clone(), Content::Element));
                    self.visit(place.element(), element.value, &at.index(element.index), &identity);
                }
            }
            Form::Set(elements) if !elements.is_empty() => {
                let names: BTreeSet<_> = elements.keys().map(|text| element_name(text)).collect();
                self.found.extend(names.into_iter().map(|name| (identity.key(&name), Content::Element)));
            }
            _ => self.found.push((identity.clone(), Content::Value(value))),
        }
    }
}

/// A document that is put together from paths and values.
struct Base {
    table: &'static FieldTable,
    content: Value,
    sealed: Vec<(Pointer, SecretReference)>,
}

impl Base {
    fn insert(&mut self, at: &IdentityPath, value: Value) {
        self.place(at, value);
    }

    fn seal(&mut self, at: &IdentityPath, reference: SecretReference) {
        let place = self.place(at, Value::Null);
        self.sealed.push((place, reference));
    }

    /// Puts a value at a path, and what it takes around it. An element is put there as what its path says of it.
    fn place(&mut self, at: &IdentityPath, value: Value) -> Pointer {
        let mut place = self.table.root();
        let mut here = &mut self.content;
        let mut pointer = Pointer::root();
        let tokens: Vec<String> = at.tokens().collect();
        for (depth, token) in tokens.iter().enumerate() {
            match place.field().list {
                ListMeaning::Sequence => {
                    pointer = pointer.key(token);
                    place = place.key(token);
                    here = member(here, token);
                }
                list => {
                    let index = element(here, list, token);
                    pointer = pointer.index(index);
                    place = place.element();
                    here = &mut here[index];
                    if depth + 1 == tokens.len() {
                        return pointer;
                    }
                }
            }
        }
        *here = value;
        pointer
    }

    fn document(self) -> Document {
        Document::with_sealed(self.content, self.sealed.into_iter().collect())
    }
}

fn member<'v>(here: &'v mut Value, key: &str) -> &'v mut Value {
    if !here.is_object() {
        *here = Value::Object(Map::new());
    }
    &mut here[key]
}

/// The position of an element in a list, which is made to have it.
fn element(here: &mut Value, list: ListMeaning, token: &str) -> usize {
    if !here.is_array() {
        *here = Value::Array(Vec::new());
    }
    let Value::Array(elements) = here else { return 0 };
    let is_named = |element: &Value| match list {
        ListMeaning::Set | ListMeaning::Sequence => element_name(&text(element)) == token,
        keyed => keyed.identity(element).as_deref() == Some(token),
    };
    if let Some(index) = elements.iter().position(is_named) {
        return index;
    }
    elements.push(list.element(token).unwrap_or_else(|| {
        // A set of objects names its elements by their JSON.
        let object = serde_json::from_str(token).ok().filter(|value: &Value| value.is_object() || value.is_array());
        object.unwrap_or_else(|| Value::String(token.to_owned()))
    }));
    elements.len() - 1
}
