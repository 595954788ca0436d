//! Whether two values say the same in different forms, as when a service tidies markup, white space or numbers.
//!
//! This decides only whether a value that a write left as it was is a form of what was sent, or something else that stayed in its place.
//! Two values are compared everywhere else by `offer::canonical`.

use serde_json::Value;

use crate::text::html::{Piece, pieces};

/// Whether `live` says what `declared` says. Members that only `live` has are additions of the service.
pub(super) fn says_the_same(declared: &Value, live: &Value) -> bool {
    match (declared, live) {
        (Value::Object(declared), Value::Object(live)) => declared.iter().all(|(name, value)| match live.get(name) {
            Some(live) => says_the_same(value, live),
            None => is_empty(value),
        }),
        (Value::Array(declared), Value::Array(live)) => {
            let same = |(one, other): (&Value, &Value)| says_the_same(one, other);
            declared.len() == live.len() && declared.iter().zip(live).all(same)
        }
        (Value::Object(_) | Value::Array(_), _) | (_, Value::Object(_) | Value::Array(_)) => {
            is_empty(declared) && is_empty(live)
        }
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        _ => {
            let (declared, live) = (words(declared), words(live));
            // Where nothing but marks is left, they are what it says.
            !declared.is_empty() && declared == live
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The letters and digits of a value without its markup.
fn words(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let bare: String = pieces(&text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Start(_) | Piece::End { .. } => String::new(),
            Piece::Other(comment) if comment.starts_with("<!") => String::new(),
            // No browser shows a script, but a service that drops one has changed the text.
            Piece::Code(source) | Piece::Other(source) => source.to_owned(),
        })
        .collect();
    bare.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn another_form_says_the_same_and_another_value_does_not() {
        for (declared, live, same) in [
            (json!("a<br>b"), json!("a<br />b"), true),
            (json!("<b>Bold</b> text"), json!("<strong>Bold</strong> text"), true),
            (json!("<p style=\"x\">Hi</p>"), json!("<p>Hi</p>"), true),
            (json!("a & b"), json!("a &amp; b"), true),
            (json!("two  words\r\n"), json!("two words"), true),
            (json!(0.50), json!(0.5), true),
            (json!("true"), json!(true), true),
            (json!({"a": "x<br>", "b": []}), json!({"a": "x<br/>", "c": 1}), true),
            (json!(["a<br>"]), json!(["a<br/>"]), true),
            (json!("The declared summary"), json!("Edited by hand"), false),
            (json!("Title"), json!("title"), false),
            (json!("1.0.1"), json!("1.0.10"), false),
            (json!("https://x/small-2.png"), json!("https://x/small.png"), false),
            (json!("<br>"), json!("<hr>"), false),
            (json!("a < b"), json!("a > b"), false),
            (json!("<p title=\"a>b\">Hi</p>"), json!("<p>Hi</p>"), true),
            (json!("caf\u{e9}\u{a0}1"), json!("caf&eacute;&nbsp;1"), true),
            (json!("a<script>x</script>"), json!("a"), false),
            (json!("a<!-- b -->"), json!("a"), true),
            (json!({"a": 1}), json!({}), false),
            (json!(["a", "b"]), json!(["a"]), false),
            (json!(["a"]), json!("a"), false),
            (json!(true), json!(false), false),
            (json!(1), json!(2), false),
        ] {
            assert_eq!(says_the_same(&declared, &live), same, "{declared} {live}");
        }
    }
}
