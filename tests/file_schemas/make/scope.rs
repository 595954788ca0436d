//! Mappings with known keys: namespaces, and the places where namespaces stand.

use serde_json::{Map, Value, json};

use super::kind::{Field, described, field};

/// Whether keys that are not known are flagged.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Keys {
    /// They are.
    Closed,
    /// They pass.
    Open,
}

/// A namespace, with the definition that holds its keys.
pub(crate) struct Namespace {
    pub(crate) prefix: &'static str,
    pub(crate) definition: &'static str,
    pub(crate) says: &'static str,
    pub(crate) fields: Vec<Field>,
    pub(crate) keys: Keys,
}

/// A mapping with these members. A directive can stand in its place, and `$file` can be merged into it: an editor
/// then sees `$file` among its keys.
pub(crate) fn mapping(members: Map<String, Value>, keys: Keys) -> Value {
    mapping_of(&json!(["object", "null"]), members, keys)
}

/// The same where the mapping cannot be removed by `null`.
pub(crate) fn firm_mapping(members: Map<String, Value>, keys: Keys) -> Value {
    mapping_of(&json!("object"), members, keys)
}

fn mapping_of(kinds: &Value, members: Map<String, Value>, keys: Keys) -> Value {
    let mut schema = json!({ "type": kinds, "properties": with_directives(members) });
    if keys == Keys::Closed {
        schema["additionalProperties"] = json!(false);
    }
    schema
}

/// These members, then the directives.
pub(crate) fn with_directives(mut members: Map<String, Value>) -> Map<String, Value> {
    for name in ["$file", "$env", "$secret", "$sas"] {
        members.insert(name.to_owned(), json!({ "$ref": format!("#/$defs/directive/properties/{name}") }));
    }
    members
}

/// The members that fields are.
pub(crate) fn members(fields: &[Field]) -> Map<String, Value> {
    fields.iter().map(|(key, kind, says)| ((*key).to_owned(), field(*kind, says))).collect()
}

impl Namespace {
    /// The definition of its keys.
    pub(crate) fn definition(&self) -> (&'static str, Value) {
        let mut schema = described(self.says);
        schema.extend(super::kind::object(firm_mapping(members(&self.fields), self.keys)));
        (self.definition, Value::Object(schema))
    }
}

/// A place where keys of namespaces stand, nested or dotted, beside plain ones.
pub(crate) fn place(plain: Map<String, Value>, namespaces: &[Namespace], keys: Keys) -> Value {
    let mut all = plain;
    for namespace in namespaces {
        let Namespace { prefix, definition, fields, .. } = namespace;
        all.insert((*prefix).to_owned(), json!({ "$ref": format!("#/$defs/{definition}") }));
        for (key, ..) in fields {
            all.insert(format!("{prefix}.{key}"), json!({ "$ref": format!("#/$defs/{definition}/properties/{key}") }));
        }
    }
    let mut schema = firm_mapping(all, keys);
    if keys == Keys::Closed {
        let object = schema.as_object_mut().unwrap();
        // Before `additionalProperties`, whose exception it is.
        object.shift_remove("additionalProperties");
        object.insert("patternProperties".to_owned(), json!({ (foreign(namespaces)): {} }));
        object.insert("additionalProperties".to_owned(), json!(false));
    }
    schema
}

/// An element of `plans` or `diskGenerations`: it has an id.
pub(crate) fn sku_of(mut place: Value) -> Value {
    place.as_object_mut().unwrap().extend(super::envelope::unless_merged(&["planId"]));
    place
}

/// Matches keys of namespaces that are not known, and those of namespaces in which any key passes.
fn foreign(namespaces: &[Namespace]) -> String {
    let closed: Vec<&str> =
        namespaces.iter().filter(|one| one.keys == Keys::Closed).map(|namespace| namespace.prefix).collect();
    format!(r"^(?!(?:{})(?:\.|$))(?:microsoft-azure-[a-z0-9-]+$|[^.]+\.)", closed.join("|"))
}
