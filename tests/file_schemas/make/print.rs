//! JSON as people write it: what fits into a line stands in one.

use serde_json::Value;

const WIDTH: usize = 120;

/// The text of a value, with a line break at its end.
pub(crate) fn print(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, 0, &mut out);
    out.push('\n');
    out
}

/// Writes a value that begins in the column `taken`; one character is left for a comma.
fn write(value: &Value, indent: usize, taken: usize, out: &mut String) {
    let line = one_line(value);
    if indent > 0 && taken + line.chars().count() < WIDTH {
        out.push_str(&line);
        return;
    }
    match value {
        Value::Object(members) if !members.is_empty() => {
            let members = members.iter().map(|(key, value)| (format!("{}: ", Value::from(key.as_str())), value));
            block('{', '}', members, indent, out);
        }
        Value::Array(elements) if elements.iter().all(Value::is_string) => filled(elements, indent, out),
        Value::Array(elements) if !elements.is_empty() => {
            block('[', ']', elements.iter().map(|value| (String::new(), value)), indent, out);
        }
        _ => out.push_str(&line),
    }
}

fn block<'v>(
    open: char,
    close: char,
    parts: impl Iterator<Item = (String, &'v Value)>,
    indent: usize,
    out: &mut String,
) {
    let inner = indent + 2;
    out.push(open);
    for (position, (start, value)) in parts.enumerate() {
        out.push_str(if position == 0 { "\n" } else { ",\n" });
        out.push_str(&" ".repeat(inner));
        out.push_str(&start);
        write(value, inner, inner + start.chars().count(), out);
    }
    out.push('\n');
    out.push_str(&" ".repeat(indent));
    out.push(close);
}

/// A list of words, as many in each line as go in.
fn filled(words: &[Value], indent: usize, out: &mut String) {
    let inner = indent + 2;
    out.push('[');
    let mut column = WIDTH;
    for (position, word) in words.iter().enumerate() {
        let word = word.to_string();
        out.push_str(if position == 0 { "" } else { "," });
        if column + word.chars().count() + 2 >= WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(inner));
            column = inner;
        } else {
            out.push(' ');
            column += 2;
        }
        column += word.chars().count();
        out.push_str(&word);
    }
    out.push('\n');
    out.push_str(&" ".repeat(indent));
    out.push(']');
}

fn one_line(value: &Value) -> String {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let members: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), one_line(value)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        Value::Array(elements) => {
            format!("[{}]", elements.iter().map(one_line).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
