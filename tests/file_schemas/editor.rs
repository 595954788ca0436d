//! A file as an editor's schema check sees it: directives are mappings like others, and what `<<` names stands among
//! the keys beside it.

use serde::Deserialize as _;
use serde_json::Value;
use serde_yaml::Value as Yaml;

/// The documents of a YAML file.
pub(crate) fn documents(text: &str) -> Vec<Value> {
    let documents = serde_yaml::Deserializer::from_str(text).map(|document| Yaml::deserialize(document).unwrap());
    documents
        .map(|mut document| {
            document.apply_merge().unwrap();
            json(document)
        })
        .collect()
}

/// The only document of a text.
pub(crate) fn document(text: &str) -> Value {
    let [document] = documents(text).try_into().unwrap_or_else(|_| panic!("{text}"));
    document
}

fn json(value: Yaml) -> Value {
    match value {
        Yaml::Mapping(members) => {
            members.into_iter().map(|(key, value)| (serde_yaml::to_string(&key).unwrap(), value)).map(member).collect()
        }
        Yaml::Sequence(elements) => elements.into_iter().map(json).collect(),
        other => serde_json::to_value(other).unwrap(),
    }
}

fn member((key, value): (String, Yaml)) -> (String, Value) {
    (key.trim_end().trim_matches(['\'', '"']).to_owned(), json(value))
}
