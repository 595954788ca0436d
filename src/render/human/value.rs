//! Values of an offer as lines of text.

use serde_json::Value;

use crate::render::visible;

/// A value on one line, quoted as JSON.
pub(super) fn one_line(value: &Value) -> String {
    visible(&value.to_string()).into_owned()
}

/// A value as indented lines: members as `key: value`, elements as `- value`.
pub(in crate::render) fn lines(value: &Value) -> Vec<String> {
    let mut out = Vec::new();
    push(value, 0, "", &mut out);
    out
}

fn push(value: &Value, depth: usize, lead: &str, out: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(members) if !members.is_empty() => {
            let mut lead = lead.to_owned();
            for (key, member) in members {
                let label = format!("{lead}{}:", visible(key));
                nested(member, depth, &label, out);
                // Only the first member of a list's element follows the dash.
                lead = " ".repeat(lead.len());
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for element in elements {
                if is_flat(element) {
                    out.push(format!("{indent}{lead}- {}", one_line(element)));
                } else {
                    push(element, depth, &format!("{lead}- "), out);
                }
            }
        }
        flat => out.push(format!("{indent}{lead}{}", one_line(flat))),
    }
}

fn nested(member: &Value, depth: usize, label: &str, out: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    if is_flat(member) {
        out.push(format!("{indent}{label} {}", one_line(member)));
        return;
    }
    if let Value::Array(elements) = member
        && elements.iter().all(is_flat)
    {
        let row: Vec<String> = elements.iter().map(one_line).collect();
        out.push(format!("{indent}{label} [{}]", row.join(", ")));
        return;
    }
    out.push(format!("{indent}{label}"));
    let deeper = depth + 1 + label.chars().take_while(|character| *character == ' ' || *character == '-').count() / 2;
    push(member, deeper, "", out);
}

fn is_flat(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_reads_like_the_file_it_came_from() {
        let sku = json!({
            "planId": "a", "regions": ["NO", "DE"], "empty": {},
            "images": {"1.0.0": {"label": "one"}},
            "links": [{"title": "x", "url": "y"}, {"title": "z"}]
        });
        assert_eq!(
            lines(&sku),
            [
                "planId: \"a\"",
                "regions: [\"NO\", \"DE\"]",
                "empty: {}",
                "images:",
                "  1.0.0:",
                "    label: \"one\"",
                "links:",
                "  - title: \"x\"",
                "    url: \"y\"",
                "  - title: \"z\"",
            ]
        );
    }
}
