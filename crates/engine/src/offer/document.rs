//! The content of an offer, which nothing can print by accident.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::fields::FieldTable;
use super::{Api, OfferTypeId, Pointer, layout, resource};
use crate::secret::{REDACTED, SecretReference, SecretSource, SecretText};

/// One offer's content: JSON, plus the places where a secret has yet to be filled in.
///
/// At a sealed place `content` holds `null` and `sealed` says where the value comes from; only [`Document::body`],
/// the one place that turns a document into bytes, brings the two together. A document of the service has
/// nothing sealed, but may hold SAS signatures: hence neither `Display` nor `Serialize`, and an empty `Debug`.
///
/// A tree takes a dozen times the memory of its text. Who keeps documents by the thousand keeps them [`packed`](Self::packed);
/// who works with one of those works with a [`working_copy`](Self::working_copy), whose tree goes with it.
#[derive(Clone)]
pub struct Document {
    content: Content,
    sealed: BTreeMap<Pointer, SecretReference>,
}

#[derive(Clone)]
enum Content {
    Tree(Value),
    /// As text; and as a tree, once somebody looked into it.
    Packed(Arc<str>, OnceLock<Value>),
}

impl Document {
    /// A document as the service gave it.
    #[must_use]
    pub fn new(content: Value) -> Self {
        Self { content: Content::Tree(content), sealed: BTreeMap::new() }
    }

    /// A document with secrets still to be filled in. Every pointer in `sealed` names a `null` in `content`.
    #[must_use]
    pub fn with_sealed(content: Value, sealed: BTreeMap<Pointer, SecretReference>) -> Self {
        debug_assert!(
            sealed.keys().all(|pointer| content.pointer(pointer.as_str()) == Some(&Value::Null)),
            "a sealed place holds no value"
        );
        Self { content: Content::Tree(content), sealed }
    }

    /// The same document in as little memory as can be, until somebody looks into it.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it does not: every key of a tree is text")]
    pub fn packed(self) -> Self {
        let text = match self.content {
            Content::Tree(tree) => serde_json::to_string(&tree).expect("invariant: a tree can be written").into(),
            Content::Packed(text, _) => text,
        };
        Self { content: Content::Packed(text, OnceLock::new()), sealed: self.sealed }
    }

    /// A copy to look into, so that this one stays packed if it is.
    #[must_use]
    pub fn working_copy(&self) -> Self {
        let content = match &self.content {
            Content::Tree(tree) => Content::Tree(tree.clone()),
            Content::Packed(text, _) => Content::Packed(Arc::clone(text), OnceLock::new()),
        };
        Self { content, sealed: self.sealed.clone() }
    }

    /// The document to look into for once: itself if there is a tree, otherwise a copy whose tree goes with it.
    #[must_use]
    pub fn opened(&self) -> Cow<'_, Self> {
        match &self.content {
            Content::Packed(_, tree) if tree.get().is_none() => Cow::Owned(self.working_copy()),
            Content::Tree(_) | Content::Packed(..) => Cow::Borrowed(self),
        }
    }

    /// The JSON, with `null` where a secret is sealed.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it does not: the text was written from a tree")]
    pub fn content(&self) -> &Value {
        match &self.content {
            Content::Tree(tree) => tree,
            Content::Packed(text, tree) => tree.get_or_init(|| {
                serde_json::from_str(text).expect("invariant: what was written from a tree can be read into one")
            }),
        }
    }

    /// Where secrets have to be filled in, and from where.
    #[must_use]
    pub fn sealed(&self) -> &BTreeMap<Pointer, SecretReference> {
        &self.sealed
    }

    /// The secrets at and below `at`, with pointers relative to `at`.
    pub fn sealed_within<'a>(&'a self, at: &'a Pointer) -> impl Iterator<Item = (Pointer, &'a SecretReference)> {
        let behind = self.sealed.range((Bound::Included(at), Bound::Unbounded));
        let rest = behind.map_while(|(place, reference)| Some((place.as_str().strip_prefix(at.as_str())?, reference)));
        // `/plans/10` begins like `/plans/1` and is not within it: what is left of it is no pointer.
        rest.filter_map(|(below, reference)| Some((Pointer::parse(below)?, reference)))
    }

    /// The value at `pointer`, if there is one.
    #[must_use]
    pub fn get(&self, pointer: &Pointer) -> Option<&Value> {
        self.content().pointer(pointer.as_str())
    }

    /// The API whose words the document uses.
    #[must_use]
    pub fn api(&self) -> Api {
        self.content().get(resource::API).and_then(Value::as_str).and_then(|name| name.parse().ok()).unwrap_or_default()
    }

    /// The type that the offer says it has; `None` if it says none.
    #[must_use]
    pub fn offer_type(&self) -> Option<OfferTypeId> {
        let api = self.api();
        self.content().get(layout::type_key(api))?.as_str().map(|id| OfferTypeId::of(api, id))
    }

    /// What is special about the fields of an offer of this type.
    #[must_use]
    pub fn field_table(&self) -> &'static FieldTable {
        FieldTable::of(&self.offer_type().unwrap_or_else(|| OfferTypeId::new("")))
    }

    /// How often the offer was changed, as the service counts.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        self.content().get("version")?.as_u64()
    }

    /// When the offer was changed last, as the service says; where it says it differs from one answer to another.
    #[must_use]
    pub fn changed_time(&self) -> Option<&str> {
        let content = self.content();
        content.get("changedTime").or_else(|| content.pointer("/definition/changedTime"))?.as_str()
    }

    /// The part below `at` as it would be sent: without members that are explicitly `null`, and with the places of its
    /// secrets relative to the part. `None` if nothing is there.
    #[must_use]
    pub fn part(&self, at: &Pointer) -> Option<Self> {
        let sealed: BTreeMap<Pointer, SecretReference> =
            self.sealed_within(at).map(|(below, reference)| (below, reference.clone())).collect();
        let mut content = self.get(at)?.clone();
        drop_nulls(&mut content, &Pointer::root(), &sealed);
        Some(Self { content: Content::Tree(content), sealed })
    }

    /// The bytes to send, with every secret filled in.
    ///
    /// # Errors
    /// Names the secrets that `secrets` does not hold; then nothing must be sent.
    pub fn body(&self, secrets: &dyn SecretSource) -> Result<RequestBody, MissingSecrets> {
        let mut content = self.content().clone();
        let mut missing = Vec::new();
        let mut filled = Vec::new();
        for (pointer, reference) in &self.sealed {
            match (secrets.value(reference), content.pointer_mut(pointer.as_str())) {
                (Some(value), Some(place)) => {
                    *place = Value::String(value.expose().to_owned());
                    filled.push(value);
                }
                _ => missing.push(reference.clone()),
            }
        }
        if missing.is_empty() {
            Ok(RequestBody { bytes: content.to_string().into_bytes().into(), secrets: filled })
        } else {
            Err(MissingSecrets(missing))
        }
    }
}

fn drop_nulls(value: &mut Value, at: &Pointer, sealed: &BTreeMap<Pointer, SecretReference>) {
    match value {
        Value::Object(members) => members.retain(|key, member| {
            let keep = !member.is_null() || sealed.contains_key(&at.key(key));
            if member.is_object() || member.is_array() {
                drop_nulls(member, &at.key(key), sealed);
            }
            keep
        }),
        Value::Array(elements) => {
            for (index, element) in elements.iter_mut().enumerate() {
                drop_nulls(element, &at.index(index), sealed);
            }
        }
        _ => {}
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        let is_same_text = |one: &Content, other: &Content| match (one, other) {
            (Content::Packed(one, _), Content::Packed(other, _)) => one == other,
            _ => false,
        };
        // The same text is the same document, and saves looking into it; the other way round the order of keys matters.
        self.sealed == other.sealed
            && (is_same_text(&self.content, &other.content) || self.content() == other.content())
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("sealed", &self.sealed).finish_non_exhaustive()
    }
}

/// The bytes of a request, secrets included: can be sent, cannot be printed.
#[derive(Clone, Default)]
pub struct RequestBody {
    bytes: bytes::Bytes,
    secrets: Vec<SecretText>,
}

/// Anything shorter stands in every other word, and keeps nothing secret.
const SHORTEST_SECRET: usize = 4;

impl RequestBody {
    /// A body of bytes that contain no secret.
    #[must_use]
    pub fn plain(bytes: bytes::Bytes) -> Self {
        Self { bytes, secrets: Vec::new() }
    }

    /// Other bytes with the same secrets in them.
    #[must_use]
    pub fn with_bytes(&self, bytes: impl Into<bytes::Bytes>) -> Self {
        Self { bytes: bytes.into(), secrets: self.secrets.clone() }
    }

    /// The bytes to put on the wire.
    #[must_use]
    pub fn into_bytes(self) -> bytes::Bytes {
        self.bytes
    }

    /// `text` without the secrets of this body, which the service may repeat in what it answers.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let long = self.secrets.iter().map(SecretText::expose).filter(|secret| secret.len() >= SHORTEST_SECRET);
        long.fold(text.to_owned(), |text, secret| text.replace(secret, REDACTED))
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestBody({} bytes)", self.bytes.len())
    }
}

/// Secrets that a document needs and that are not set here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("secret not set: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
pub struct MissingSecrets(pub Vec<SecretReference>);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::secret::SecretLocation;
    use crate::secret::testing::Variables;

    fn named(value: &'static str) -> Variables {
        Variables::from([("NAME", value)])
    }

    fn document(name: &str) -> Document {
        let reference = SecretReference { location: SecretLocation::Env(name.into()), version: None };
        Document::with_sealed(json!({"a": {"b": null}}), [(Pointer::parse("/a/b").unwrap(), reference)].into())
    }

    #[test]
    fn secrets_are_filled_in_when_the_body_is_made() {
        let body = document("NAME").body(&named("hunter2")).unwrap();
        assert_eq!(format!("{body:?}"), "RequestBody(21 bytes)");
        assert_eq!(body.into_bytes(), r#"{"a":{"b":"hunter2"}}"#);
    }

    #[test]
    fn what_is_said_about_a_body_does_not_repeat_its_secrets() {
        let body = document("NAME").body(&named("hunter2")).unwrap();
        assert_eq!(body.redact("`hunter2` is no url: hunter2"), "`(redacted)` is no url: (redacted)");
        assert_eq!(document("NAME").body(&named("abc")).unwrap().redact("abcd"), "abcd");
    }

    #[test]
    fn a_missing_secret_makes_no_body() {
        let error = document("OTHER").body(&named("hunter2")).unwrap_err();
        assert_eq!(error.to_string(), "secret not set: env OTHER");
    }

    #[test]
    fn packing_changes_nothing() {
        let text = r#"{"b":18446744073709551617123,"a":[0.10,null,"\u0000\"é😀"],"c":{}}"#;
        let whole = Document::new(serde_json::from_str(text).unwrap());
        let packed = whole.clone().packed();
        assert_eq!(packed.working_copy(), whole);
        assert!(
            matches!(&packed.content, Content::Packed(_, tree) if tree.get().is_none()),
            "only the copy was looked into"
        );
        assert_eq!(packed.packed().body(&named("")).unwrap().into_bytes(), whole.content().to_string());
        assert_eq!(document("NAME").packed().body(&named("x")).unwrap().into_bytes(), r#"{"a":{"b":"x"}}"#);
    }

    #[test]
    fn numbers_of_any_size_survive() {
        let text = r#"{"version":18446744073709551617123,"price":0.10,"x":0.30000000000000004441}"#;
        let body = Document::new(serde_json::from_str(text).unwrap()).body(&named("")).unwrap();
        assert_eq!(body.into_bytes(), text);
    }
}
