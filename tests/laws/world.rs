//! A pair of documents with all that a plan needs, and a plain reading of documents to judge plans by.

use std::collections::BTreeMap;
use std::sync::Arc;

use offerform::desired::{self, Desired, NoVariables};
use offerform::diff::{Base, Change, Comparison, Unmanaged, compare};
use offerform::offer::fields::FieldTable;
use offerform::offer::{Document, IdentityPath, OfferTypeId, Pointer, Revision};
use offerform::plan::{self, BuildError, Inputs, Live, OfferPlan, Plan, Policy};
use offerform::record::Rewrites;
use offerform::secret::{SecretLocation, SecretReference, SecretSource, SecretText};
use offerform::source::{MemoryTree, Sources};
use proptest::prelude::*;
use serde_json::Value;

use crate::offers;

/// Knows two of the secrets: one that is as live, one that is not.
#[derive(Debug)]
pub(crate) struct Secrets;

impl SecretSource for Secrets {
    fn value(&self, reference: &SecretReference) -> Option<SecretText> {
        let SecretLocation::Env(name) = &reference.location else { return None };
        match name.as_str() {
            "KNOWN" => Some(SecretText::new(offers::secret_value("KNOWN", "SIGNATURE9"))),
            "OTHER" => Some(SecretText::new("https://images.example/SECRET.vhd")),
            _ => None,
        }
    }
}

/// What is declared and what is live.
#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) kind: &'static str,
    pub(crate) desired: Document,
    pub(crate) live: Option<Document>,
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let live = self.live.as_ref().map_or("(none)".to_owned(), |live| live.content().to_string());
        let sealed: Vec<&str> = self.desired.sealed().keys().map(Pointer::as_str).collect();
        write!(f, "{}\ndesired {}\nsealed {sealed:?}\nlive {live}", self.kind, self.desired.content())
    }
}

impl Pair {
    pub(crate) fn table(&self) -> &'static FieldTable {
        FieldTable::of(&OfferTypeId::new(self.kind))
    }

    pub(crate) fn live_content(&self) -> &Value {
        self.live.as_ref().unwrap().content()
    }

    pub(crate) fn with_live(&self, content: Value) -> Self {
        Self { live: Some(Document::new(content)), ..self.clone() }
    }

    pub(crate) fn compare(&self, base: Base<'_>, unmanaged: Unmanaged) -> Vec<Change> {
        let plain = Comparison::plain(self.table(), &self.desired, &self.desired);
        compare(Comparison { base, live: self.live.as_ref(), secrets: &Secrets, unmanaged, ..plain }).changes
    }

    pub(crate) fn build(&self, unmanaged: Unmanaged) -> Result<OfferPlan, BuildError> {
        let (desired, sources) = self.loaded();
        let revision = Some(Revision::new("\"1\""));
        let built = plan::build(&Inputs {
            live: self.live.clone().map(|document| Live { document: Arc::new(document), revision }),
            policy: Policy { unmanaged, ..Policy::default() },
            ..Inputs::of(desired, &sources, &Rewrites::default(), &Secrets)
        });
        Ok(built?.plan().expect("nothing has to be asked"))
    }

    pub(crate) fn plan(&self) -> OfferPlan {
        match self.build(Unmanaged::Skipped) {
            Ok(plan) => plan,
            Err(error) => panic!("{error}: {}", std::error::Error::source(&error).unwrap()),
        }
    }

    pub(crate) fn digest(&self) -> String {
        Plan::new(vec![self.plan()]).digest().as_str().to_owned()
    }

    /// The document as if a file declared it; where it is written is not what the laws are about.
    fn loaded(&self) -> (Arc<Desired>, Sources) {
        let text = format!("publisherId: contoso\nid: firewall\nofferTypeId: {}\ndefinition: {{}}\n", self.kind);
        let tree = MemoryTree::default().with("offer.yaml", text);
        let mut loaded = desired::load(&tree, &["offer.yaml".to_owned()], &NoVariables);
        let desired = Desired { document: self.desired.clone(), ..loaded.desired.remove(0) };
        (Arc::new(desired), loaded.sources)
    }
}

fn sealed(content: &Value) -> Document {
    let (bare, places) = offers::split_secrets(content, false);
    let reference = |name| SecretReference { location: SecretLocation::Env(name), version: None };
    let places = places.into_iter().map(|(at, name)| (Pointer::parse(&at).unwrap(), reference(name)));
    Document::with_sealed(bare, places.collect())
}

/// Offers that look real.
pub(crate) fn pair() -> impl Strategy<Value = Pair> {
    offers::pair().prop_map(|(kind, declared, live)| {
        let live = offers::split_secrets(&live, true).0;
        Pair { kind, desired: sealed(&declared), live: Some(Document::new(live)) }
    })
}

/// One value of a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Leaf {
    Map,
    List,
    Scalar(Value),
    Times(usize),
}

/// All values of a document by their path through names: elements by `planId`, `categoryL1` or `id`, texts by themselves,
/// all others by position. Beside each its place by positions.
pub(crate) fn flat(content: &Value) -> BTreeMap<IdentityPath, (Leaf, Pointer)> {
    let mut all = BTreeMap::new();
    flatten(content, IdentityPath::root(), Pointer::root(), &mut all);
    all
}

fn flatten(value: &Value, name: IdentityPath, place: Pointer, all: &mut BTreeMap<IdentityPath, (Leaf, Pointer)>) {
    let leaf = match value {
        Value::Object(members) => {
            for (key, member) in members {
                flatten(member, name.key(key), place.key(key), all);
            }
            Leaf::Map
        }
        Value::Array(elements) if elements.iter().all(Value::is_string) => {
            for (index, text) in elements.iter().enumerate() {
                let times = elements.iter().filter(|other| *other == text).count();
                all.insert(name.key(text.as_str().unwrap()), (Leaf::Times(times), place.index(index)));
            }
            Leaf::List
        }
        Value::Array(elements) => {
            let key = identity(elements);
            for (index, element) in elements.iter().enumerate() {
                let name = key.map_or_else(|| name.index(index), |key| name.key(element[key].as_str().unwrap()));
                flatten(element, name, place.index(index), all);
            }
            Leaf::List
        }
        scalar => Leaf::Scalar(scalar.clone()),
    };
    all.insert(name, (leaf, place));
}

/// The key that tells all elements of a list apart.
pub(crate) fn identity(elements: &[Value]) -> Option<&'static str> {
    ["planId", "categoryL1", "id"].into_iter().find(|key| {
        let ids: Vec<_> = elements.iter().map(|element| element.get(*key).and_then(Value::as_str)).collect();
        let unique: std::collections::BTreeSet<_> = ids.iter().flatten().collect();
        unique.len() == ids.len()
    })
}
