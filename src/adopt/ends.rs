//! New text for a file whose lines may end in two ways: each line that stays keeps its end.

use std::collections::BTreeMap;

use similar::DiffOp;

use super::differences::steps;

/// `new`, whose lines end in LF, with the line ends that `old` has: those of the lines that stay, and for new lines the one that is
/// usual there.
pub(super) fn with_ends_of(old: &str, new: &str) -> String {
    if !old.contains("\r\n") {
        return new.to_owned();
    }
    let (before, after) = (lines(old), lines(new));
    let usual = usual(&before);
    let kept = kept(&before, &after);
    let mut text = String::with_capacity(new.len() + after.len());
    for (number, (line, end)) in after.iter().enumerate() {
        text.push_str(line);
        // The last line may have none, or be new, or have had none before.
        let before = kept.get(&number).filter(|before| !before.is_empty());
        text.push_str(if end.is_empty() { "" } else { before.unwrap_or(&usual) });
    }
    text
}

/// Each line with its end.
fn lines(text: &str) -> Vec<(&str, &str)> {
    let split = |line| match str::strip_suffix(line, "\r\n") {
        Some(body) => (body, "\r\n"),
        None => line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n")),
    };
    text.split_inclusive('\n').map(split).collect()
}

fn usual<'a>(lines: &[(&'a str, &'a str)]) -> &'a str {
    let count = |wanted: &str| lines.iter().filter(|(_, end)| *end == wanted).count();
    if count("\r\n") >= count("\n") { "\r\n" } else { "\n" }
}

/// The ends that lines of the new text had before, by their numbers. A line that became another one has its place, and so its end.
fn kept<'a>(before: &[(&'a str, &'a str)], after: &[(&str, &str)]) -> BTreeMap<usize, &'a str> {
    let bodies = |lines: &[(&str, &str)]| lines.iter().map(|(body, _)| (*body).to_owned()).collect::<Vec<_>>();
    let mut kept = BTreeMap::new();
    for operation in steps(&bodies(before), &bodies(after)) {
        if let DiffOp::Equal { old_index, new_index, len } = operation {
            kept.extend((0..len).map(|at| (new_index + at, before[old_index + at].1)));
        } else if let DiffOp::Replace { old_index, old_len, new_index, new_len } = operation {
            kept.extend((0..old_len.min(new_len)).map(|at| (new_index + at, before[old_index + at].1)));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_that_stays_keeps_its_end() {
        for (old, new, expected) in [
            ("a\nb\n", "a\nc\n", "a\nc\n"),
            ("a\r\nb\r\n", "a\nc\n", "a\r\nc\r\n"),
            ("a\r\nb\nc\r\n", "a\nb\nC\n", "a\r\nb\nC\r\n"),
            ("a\nb\r\nc\n", "a\nB\nc\n", "a\nB\r\nc\n"),
            ("a\r\nb\nc\n", "a\nx\ny\nb\nc\n", "a\r\nx\ny\nb\nc\n"),
            ("a\r\nb\r\nc\n", "a\nx\nb\nc\n", "a\r\nx\r\nb\r\nc\n"),
            ("a\r\nb\nc\n", "c\n", "c\n"),
            ("a\r\nb", "a\nb\nc\n", "a\r\nb\r\nc\r\n"),
            ("a\r\nb\r\n", "a\nb", "a\r\nb"),
            ("a\r\n", "", ""),
            ("a\rb\r\nc\n", "a\rb\nd\n", "a\rb\r\nd\n"),
        ] {
            assert_eq!(with_ends_of(old, new), expected, "{old:?} {new:?}");
        }
    }
}
