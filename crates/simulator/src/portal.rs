//! What the portal holds: publishers, and offers with their drafts, slots, versions and operations.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::artifact;
use super::dialect::{
    ChangedTime, Dialect, EtagKey, EtagOnPublish, EtagPlace, PreviewAfterLive, PreviewReady, SlotContent,
};
use super::edit::Edit;
use super::operation::{Ending, Kind, Operation, State, Turn};
use super::redaction::{Fingerprints, add_secrets};
use super::stamp::Stamp;
use super::word::{Word, spell};

/// Everything the portal holds. Offers are filed under `publisher/offer`.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Portal {
    pub(super) publishers: Vec<Value>,
    pub(super) offers: BTreeMap<String, Offer>,
}

impl Portal {
    /// Whether the caller acts for this publisher.
    pub(super) fn has_publisher(&self, id: &str) -> bool {
        self.publishers.iter().any(|publisher| publisher.get("id").and_then(Value::as_str) == Some(id))
    }

    /// Lets every operation do what its time has come for.
    pub(super) fn settle(&mut self, now: Timestamp, dialect: &Dialect) {
        for offer in self.offers.values_mut() {
            offer.settle(now, dialect);
        }
    }
}

/// A document in a slot, or under a version number.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Content {
    pub(super) document: Value,
    pub(super) version: u64,
    pub(super) changed: Stamp,
}

/// Whether an offer was moved to Partner Center: decides the form of operation addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Migration {
    None,
    Migrated,
}

/// One offer.
#[derive(Serialize, Deserialize)]
pub(super) struct Offer {
    pub(super) publisher: String,
    pub(super) id: String,
    /// The draft, without what the service owns.
    pub(super) draft: Content,
    pub(super) preview: Option<Content>,
    pub(super) production: Option<Content>,
    pub(super) versions: BTreeMap<u64, Content>,
    pub(super) operations: Vec<Operation>,
    /// Grows with every operation.
    pub(super) publishing_version: u64,
    pub(super) migration: Migration,
    /// JSON pointers of the secret fields that were given a value.
    pub(super) given: BTreeSet<String>,
    #[serde(skip)]
    pub(super) fingerprints: Fingerprints,
    /// The answer to a GET of the draft, while nothing moves.
    #[serde(skip)]
    pub(super) answer: Option<Bytes>,
}

/// Top-level keys that belong to the service: a client may send them, and they are ignored.
const SERVER_OWNED: [&str; 9] = [
    "version",
    "status",
    "changedTime",
    "pcMigrationStatus",
    "pcRedirectUri",
    "isvUpgradeRequest",
    "lockStatus",
    "eTag",
    "Etag",
];

/// Takes out of a document what the service owns.
pub(super) fn strip_server_owned(document: &mut Value) {
    if let Some(members) = document.as_object_mut() {
        members.retain(|name, _| !SERVER_OWNED.contains(&name.as_str()));
    }
    if let Some(definition) = document.get_mut("definition").and_then(Value::as_object_mut) {
        definition.shift_remove("changedTime");
    }
}

impl Offer {
    /// An offer that was never published.
    pub(super) fn new(publisher: &str, id: &str, document: Value, changed: Stamp) -> Self {
        Self {
            publisher: publisher.to_owned(),
            id: id.to_owned(),
            draft: Content { document, version: 1, changed },
            preview: None,
            production: None,
            versions: BTreeMap::new(),
            operations: Vec::new(),
            publishing_version: 0,
            migration: Migration::None,
            given: BTreeSet::new(),
            fingerprints: Fingerprints::default(),
            answer: None,
        }
    }

    /// Replaces the draft's document.
    pub(super) fn replace_draft(&mut self, document: Value, changed: Stamp) {
        self.draft.document = document;
        self.draft.changed = changed;
        self.answer = None;
    }

    /// Takes the secrets that an edit brought out of `document`, and forgets those whose place it took away.
    pub(super) fn keep_secrets_of(&mut self, edit: &Edit, document: &mut Value) {
        let place = edit.pointer();
        self.given
            .retain(|given| given.strip_prefix(place).is_none_or(|rest| !rest.is_empty() && !rest.starts_with('/')));
        self.given.extend(add_secrets(document, &mut self.fingerprints));
    }

    /// The last operation that released something.
    pub(super) fn last_release(&self) -> Option<&Operation> {
        self.operations.iter().rev().find(|operation| operation.kind != Kind::Cancel)
    }

    /// Whether an operation moves, so that answers change with time.
    pub(super) fn is_moving(&self) -> bool {
        self.operations.iter().any(Operation::is_open)
    }

    fn settle(&mut self, now: Timestamp, dialect: &Dialect) {
        for index in 0..self.operations.len() {
            while let Some((at, turn)) = self.operations[index].turn().filter(|(at, _)| *at <= now) {
                self.turn(index, at, turn, dialect);
            }
        }
    }

    fn turn(&mut self, index: usize, at: Timestamp, turn: Turn, dialect: &Dialect) {
        self.answer = None;
        let operation = &mut self.operations[index];
        let mut document = operation.content.clone();
        if dialect.slot_content == SlotContent::FieldMore
            && let Some(definition) = document.get_mut("definition").and_then(Value::as_object_mut)
        {
            definition.insert("releasedAs".to_owned(), json!(operation.publishing_version));
        }
        let content = Content { document, version: operation.offer_version, changed: Stamp::at(at) };
        match turn {
            Turn::Preview => {
                operation.previewed = Some(at);
                self.preview = Some(content);
            }
            Turn::Live => {
                operation.ended = Some((at, Ending::Completed));
                self.production = Some(content);
                if dialect.preview_after_live == PreviewAfterLive::Gone {
                    self.preview = None;
                }
            }
            Turn::End(ending) => operation.ended = Some((at, ending)),
        }
        if dialect.etag_on_publish == EtagOnPublish::Changes {
            self.draft.changed = self.draft.changed.next(at);
        }
    }

    /// The status of the offer as a word of the service.
    pub(super) fn status(&self, now: Timestamp, dialect: &Dialect) -> Word {
        match self.last_release().map(|operation| operation.state(now)) {
            None if self.production.is_some() || self.preview.is_some() => Word::Succeeded,
            None => Word::NeverPublished,
            Some(State::NotStarted) => Word::NotStarted,
            Some(State::PreviewReady) if dialect.preview_ready == PreviewReady::OwnStatus => {
                Word::WaitingForPublisherReview
            }
            Some(State::Running | State::PreviewReady) => Word::Running,
            Some(State::Ended(Ending::Completed)) => Word::Succeeded,
            Some(State::Ended(Ending::Failed)) => Word::Failed,
            Some(State::Ended(Ending::Canceled)) => Word::Canceled,
        }
    }

    /// `content` as the service returns it: with what it owns, and with signed artifacts.
    pub(super) fn compose(&self, content: &Content, view: &View<'_>) -> Value {
        let mut document = content.document.clone();
        artifact::sign_hosted(&mut document, view.signed.unwrap_or(content.changed));
        if let Some(members) = document.as_object_mut() {
            members.extend(self.owned_by_service(content, view));
        }
        if view.dialect.changed_time == ChangedTime::InDefinition
            && let Some(definition) = document.get_mut("definition").and_then(Value::as_object_mut)
        {
            definition.insert("changedTime".to_owned(), json!(content.changed.text_in(view.dialect.time_form)));
        }
        document
    }

    fn owned_by_service(&self, content: &Content, view: &View<'_>) -> Map<String, Value> {
        let mut owned = Map::new();
        owned.insert("version".to_owned(), json!(content.version));
        owned.insert("status".to_owned(), json!(spell(self.status(view.now, view.dialect), view.dialect)));
        owned.insert("pcMigrationStatus".to_owned(), json!(self.migration));
        owned.insert("pcRedirectUri".to_owned(), Value::Null);
        owned.insert("isvUpgradeRequest".to_owned(), json!(false));
        owned.insert("lockStatus".to_owned(), json!("none"));
        if view.dialect.changed_time == ChangedTime::TopLevel {
            owned.insert("changedTime".to_owned(), json!(content.changed.text_in(view.dialect.time_form)));
        }
        if matches!(view.etag, EtagPlace::Body | EtagPlace::HeaderAndBody) {
            let key = match view.dialect.etag_key {
                EtagKey::ETag => "eTag",
                EtagKey::Etag => "Etag",
            };
            owned.insert(key.to_owned(), json!(content.changed.etag()));
        }
        owned
    }
}

/// How a document is looked at.
pub(super) struct View<'a> {
    pub(super) dialect: &'a Dialect,
    pub(super) now: Timestamp,
    /// Where the ETag goes.
    pub(super) etag: EtagPlace,
    /// The moment hosted artifacts are signed for, if it is not that of the document.
    pub(super) signed: Option<Stamp>,
}
