//! From the tree of an offer to its document: places go, secrets are sealed.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::manifest::{Node, Value};
use crate::offer::{Document, Pointer};
use crate::secret::SecretReference;

/// The document of a composed tree.
pub(super) fn build(offer: Node) -> Document {
    let mut path = Vec::new();
    let mut sealed = BTreeMap::new();
    let content = json(offer, &mut path, &mut sealed);
    Document::with_sealed(content, sealed)
}

enum Step {
    Key(String),
    Index(usize),
}

fn json(node: Node, path: &mut Vec<Step>, sealed: &mut BTreeMap<Pointer, SecretReference>) -> Json {
    match node.value {
        // An offer with something unknown in it is never built.
        Value::Null | Value::Unknown => Json::Null,
        Value::Bool(value) => Json::Bool(value),
        Value::Number(number) => Json::Number(number),
        Value::Text(text) => Json::String(text),
        Value::Secret(reference) => {
            sealed.insert(pointer(path), *reference);
            Json::Null
        }
        Value::List(items) => {
            let items = items.into_iter().enumerate().map(|(index, item)| {
                path.push(Step::Index(index));
                let value = json(item, path, sealed);
                path.pop();
                value
            });
            Json::Array(items.collect())
        }
        Value::Mapping(mapping) => {
            let mut object = Map::with_capacity(mapping.members.len());
            for (key, member) in mapping.members {
                path.push(Step::Key(key));
                let value = json(member.value, path, sealed);
                if let Some(Step::Key(key)) = path.pop() {
                    object.insert(key, value);
                }
            }
            Json::Object(object)
        }
    }
}

fn pointer(path: &[Step]) -> Pointer {
    path.iter().fold(Pointer::root(), |pointer, step| match step {
        Step::Key(key) => pointer.key(key),
        Step::Index(index) => pointer.index(*index),
    })
}
