//! What a field takes, and the schema that says so.

use serde_json::{Map, Value, json};

/// A value, and what it means to people.
pub(crate) type Choice = (&'static str, &'static str);

/// What a field takes, besides `null` and a directive.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// Text of at most so many characters.
    Limited(u32),
    /// One of the definitions.
    Is(&'static str),
    /// `true` or `false`, and what the service takes it to be if nothing is said.
    Flag(Option<bool>),
    /// One of these texts and no other.
    OneOf(&'static [Choice]),
    /// Any text; these are proposed.
    Like(&'static [Choice]),
    /// A list of any values, of at most so many.
    List(u32),
    /// Whatever the service takes.
    Any,
}

/// A field: its key, what it takes, and what is to be known about it.
pub(crate) type Field = (&'static str, Kind, &'static str);

/// The schema of a field.
pub(crate) fn field(kind: Kind, says: &str) -> Value {
    let mut schema = described(says);
    schema.extend(of(kind));
    Value::Object(schema)
}

/// What is said about a field: as text, and as Markdown where it holds any.
pub(crate) fn described(says: &str) -> Map<String, Value> {
    let mut schema = Map::new();
    if says.is_empty() {
        return schema;
    }
    schema.insert("description".to_owned(), json!(says.replace('`', "")));
    if says.contains('`') {
        schema.insert("markdownDescription".to_owned(), json!(says));
    }
    schema
}

fn of(kind: Kind) -> Map<String, Value> {
    let schema = match kind {
        Kind::Text => json!({ "$ref": "#/$defs/text" }),
        Kind::Limited(characters) => json!({ "maxLength": characters, "$ref": "#/$defs/text" }),
        Kind::Is(name) => json!({ "$ref": format!("#/$defs/{name}") }),
        Kind::Flag(None) => json!({ "$ref": "#/$defs/flag" }),
        Kind::Flag(Some(default)) => json!({ "default": default, "$ref": "#/$defs/flag" }),
        Kind::OneOf(choices) => json!({ "anyOf": [choice(choices), { "$ref": "#/$defs/replaced" }] }),
        Kind::Like(choices) => like("text", choices),
        Kind::List(limit) => json!({ "maxItems": limit, "$ref": "#/$defs/list" }),
        Kind::Any => json!({}),
    };
    object(schema)
}

/// Whatever the definition `name` takes; these are proposed. An editor that is told `anyOf: [enum, {}]` completes the
/// values, and has nothing to say about others.
pub(crate) fn like(name: &str, choices: &[Choice]) -> Value {
    json!({ "$ref": format!("#/$defs/{name}"), "anyOf": [choice(choices), {}] })
}

/// An enumeration with what its values mean.
pub(crate) fn choice(choices: &[Choice]) -> Value {
    let values: Vec<&str> = choices.iter().map(|(value, _)| *value).collect();
    let mut schema = json!({ "type": "string", "enum": values });
    if choices.iter().all(|(_, says)| !says.is_empty()) {
        schema["enumDescriptions"] = choices.iter().map(|(_, says)| *says).collect();
    }
    schema
}

/// The members of an object that was written down as one.
pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}

/// A list whose elements are all like `element`.
pub(crate) fn list_of(element: &Value) -> Value {
    json!({ "type": ["array", "null", "object"], "items": element, "allOf": [{ "$ref": "#/$defs/directive" }] })
}

/// The same, with no value twice.
pub(crate) fn set_of(element: &Value) -> Value {
    let mut schema = list_of(element);
    schema["uniqueItems"] = json!(true);
    schema
}
