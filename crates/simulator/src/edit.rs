//! An edit somebody makes by hand in the portal, while nobody looks.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One change to the draft of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Edit {
    /// Puts `value` at a JSON pointer. What the pointer's last part names need not exist; `-` appends to a list.
    Set {
        /// The place, as a JSON pointer.
        pointer: String,
        /// What is put there.
        value: Value,
    },
    /// Takes away what is at a JSON pointer.
    Remove {
        /// The place, as a JSON pointer.
        pointer: String,
    },
}

/// An edit that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The portal has no such offer.
    #[error("the portal has no offer `{0}`")]
    UnknownOffer(String),
    /// The pointer leads nowhere.
    #[error("`{0}` is not a place in the draft")]
    UnknownPlace(String),
    /// The pointer leads to no resource of a product.
    #[error("`{0}` is not a place in this product: write one such as `/resources/listing/en-us/title`")]
    UnknownResource(String),
}

/// How many parts of a pointer tell apart the resources of one type at most: a plan's id and a language, or the like.
const KEYS: usize = 3;

impl Edit {
    /// The place that changes.
    pub(super) fn pointer(&self) -> &str {
        let (Self::Set { pointer, .. } | Self::Remove { pointer }) = self;
        pointer
    }

    /// Whether the place is one of a product in an offer file, below `/resources`.
    pub(super) fn is_of_product(&self) -> bool {
        self.pointer().starts_with("/resources/")
    }

    /// The same edit in terms of a resource: its name below the product, such as `plan-listing/standard/en-us`, and the edit of this
    /// resource. `is_there` tells which names there are.
    pub(super) fn of_resource(&self, is_there: impl Fn(&str) -> bool) -> Result<(String, Self), EditError> {
        let unknown = || EditError::UnknownResource(self.pointer().to_owned());
        let place = self.pointer().strip_prefix("/resources/").ok_or_else(unknown)?;
        let parts: Vec<&str> = place.split('/').collect();
        let (first, rest) = match parts.as_slice() {
            ["plans", plan, kind, rest @ ..] => (format!("{kind}/{plan}"), rest),
            [kind, rest @ ..] => ((*kind).to_owned(), rest),
            [] => return Err(unknown()),
        };
        // One part at least names the property.
        let name = |keys: usize| {
            std::iter::once(first.as_str()).chain(rest[..keys].iter().copied()).collect::<Vec<_>>().join("/")
        };
        let keys = (0..rest.len().min(KEYS + 1)).rev().find(|keys| is_there(&name(*keys))).ok_or_else(unknown)?;
        let pointer = format!("/{}", rest[keys..].join("/"));
        let edit = match self {
            Self::Set { value, .. } => Self::Set { pointer, value: value.clone() },
            Self::Remove { .. } => Self::Remove { pointer },
        };
        Ok((name(keys), edit))
    }

    /// Makes the change in `document`.
    pub(super) fn apply(&self, document: &mut Value) -> Result<(), EditError> {
        let pointer = self.pointer();
        let unknown = || EditError::UnknownPlace(pointer.to_owned());
        let (parent, name) = pointer.rsplit_once('/').ok_or_else(unknown)?;
        let parent = document.pointer_mut(parent).ok_or_else(unknown)?;
        let name = name.replace("~1", "/").replace("~0", "~");
        match self {
            Self::Set { value, .. } => set(parent, &name, value.clone()),
            Self::Remove { .. } => remove(parent, &name),
        }
        .ok_or_else(unknown)
    }
}

fn set(parent: &mut Value, name: &str, value: Value) -> Option<()> {
    match parent {
        Value::Object(members) => {
            members.insert(name.to_owned(), value);
        }
        Value::Array(elements) if name == "-" => elements.push(value),
        Value::Array(elements) => *elements.get_mut(name.parse::<usize>().ok()?)? = value,
        _ => return None,
    }
    Some(())
}

fn remove(parent: &mut Value, name: &str) -> Option<()> {
    match parent {
        Value::Object(members) => {
            members.shift_remove(name)?;
        }
        Value::Array(elements) => {
            let index = name.parse::<usize>().ok().filter(|index| *index < elements.len())?;
            elements.remove(index);
        }
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Edit, EditError};

    fn set(pointer: &str, value: Value) -> Edit {
        Edit::Set { pointer: pointer.to_owned(), value }
    }

    fn remove(pointer: &str) -> Edit {
        Edit::Remove { pointer: pointer.to_owned() }
    }

    #[test]
    fn an_edit_changes_one_place() {
        let before = json!({"a.b": {"list": [1, 2]}, "x/y": 1});
        for (edit, after) in [
            (set("/a.b/list/0", json!(9)), json!({"a.b": {"list": [9, 2]}, "x/y": 1})),
            (set("/a.b/list/-", json!(3)), json!({"a.b": {"list": [1, 2, 3]}, "x/y": 1})),
            (set("/a.b/new", json!(null)), json!({"a.b": {"list": [1, 2], "new": null}, "x/y": 1})),
            (set("/x~1y", json!(2)), json!({"a.b": {"list": [1, 2]}, "x/y": 2})),
            (remove("/a.b/list/1"), json!({"a.b": {"list": [1]}, "x/y": 1})),
            (remove("/a.b"), json!({"x/y": 1})),
        ] {
            let mut document = before.clone();
            edit.apply(&mut document).unwrap();
            assert_eq!(document, after);
        }
    }

    #[test]
    fn a_place_in_a_product_names_a_resource_and_a_place_in_it() {
        let names = ["product", "listing/en-us", "plan/standard", "plan-listing/standard/en-us"];
        let of = |edit: Edit| edit.of_resource(|name| names.contains(&name));
        for (edit, name, inside) in [
            (set("/resources/product/alias", json!(1)), "product", set("/alias", json!(1))),
            (remove("/resources/listing/en-us/a/b"), "listing/en-us", remove("/a/b")),
            (set("/resources/plans/standard/plan/alias", json!(1)), "plan/standard", set("/alias", json!(1))),
            (
                remove("/resources/plans/standard/plan-listing/en-us/name"),
                "plan-listing/standard/en-us",
                remove("/name"),
            ),
        ] {
            assert_eq!(of(edit), Ok((name.to_owned(), inside)));
        }
        for nowhere in
            ["/definition/a", "/resources", "/resources/product", "/resources/listing/en-us", "/resources/x/y"]
        {
            assert_eq!(of(remove(nowhere)), Err(EditError::UnknownResource(nowhere.to_owned())));
        }
    }

    #[test]
    fn an_edit_of_no_place_is_refused() {
        let mut document = json!({"list": [1], "text": "t"});
        for edit in
            [set("/none/x", json!(1)), set("list", json!(1)), remove("/list/1"), remove("/none"), remove("/text/0")]
        {
            assert!(matches!(edit.apply(&mut document), Err(EditError::UnknownPlace(_))), "{edit:?}");
        }
        assert_eq!(document, json!({"list": [1], "text": "t"}));
    }
}
