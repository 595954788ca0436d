//! The JSON pointers of a value. Test programs include this file with `#[path]`; it shares no code with the library.

use serde_json::Value;

/// The JSON pointers of `value` and of everything in it, members and elements before what contains them. `at` is the
/// pointer of `value`: empty for a whole document.
pub(crate) fn pointers(value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(value, at.to_owned(), &mut found);
    found
}

fn walk(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                walk(member, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                walk(element, format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
    found.push(at);
}
