//! What the parser does not tell about places: looked up in the text itself.

/// How many bytes anchor, tag and the space after them take at `start`.
pub(super) fn properties(text: &str, start: usize) -> usize {
    let mut rest = &text[start..];
    while rest.starts_with(['&', '!']) {
        let after = rest.trim_start_matches(|c: char| !c.is_whitespace());
        rest = after.trim_start();
        while rest.starts_with('#') {
            rest = rest.trim_start_matches(|c| c != '\n' && c != '\r').trim_start();
        }
    }
    text.len() - start - rest.len()
}

/// The quoted scalar that `text` begins with, without what stands behind it.
pub(super) fn quoted(text: &str) -> &str {
    let Some(quote) = text.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { return text };
    let mut rest = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = rest.next() {
        match character {
            '\\' if quote == '"' => drop(rest.next()),
            // Two of them are one, between single quotes.
            '\'' if quote == '\'' && rest.peek().is_some_and(|(_, next)| *next == '\'') => drop(rest.next()),
            other if other == quote => return &text[..=at],
            _ => {}
        }
    }
    text
}

/// Where a list starts whose first element starts at `start`: a list that is not indented below its key comes
/// without its first dash.
pub(super) fn dash_before(text: &str, start: usize) -> usize {
    let before = text[..start].trim_end_matches(' ');
    let at_dash = text[start..].starts_with(['-', '[']);
    if !at_dash && before.ends_with('-') { before.len() - 1 } else { start }
}

/// The place right after the colon that follows a key which ends at `key_end`.
pub(super) fn after_colon(text: &str, key_end: usize) -> Option<usize> {
    let colon = text[key_end..].chars().take_while(|c| matches!(c, ' ' | ':')).position(|c| c == ':')?;
    Some(key_end + colon + 1)
}

/// The tab in the indentation of the line of `at`, or of a line next to it.
pub(super) fn indenting_tab(text: &str, at: usize) -> Option<usize> {
    let before = text[..at].rfind('\n').unwrap_or(0);
    let start = text[..before].rfind('\n').map_or(0, |line_break| line_break + 1);
    let mut line_start = start;
    text[start..].split_inclusive('\n').take(3).find_map(|line| {
        let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
        let tab = line[..indentation].find('\t').map(|tab| line_start + tab);
        line_start += line.len();
        tab
    })
}

/// What to do about a piece of broken YAML, for the words of the parser whose cause is not obvious.
pub(super) fn advice(words: &str) -> Option<&'static str> {
    let known = [
        (
            "invalid Unicode character escape",
            "write the character itself; surrogate pairs like `\\ud83d\\ude00` work only in `.json` files",
        ),
        ("must be followed by a valid YAML whitespace", "write a space, not a tab"),
        ("mapping values are not allowed", "text that contains `: ` needs quotes; also check the indentation"),
    ];
    known.into_iter().find(|(part, _)| words.contains(part)).map(|(_, advice)| advice)
}

/// Where a text begins to be a template, to be filled in before it is YAML or JSON: a value or a whole line that starts with
/// `{{`, `{%` or `{#`, outside of quotes.
pub(super) fn template(text: &str) -> Option<std::ops::Range<usize>> {
    let mut start = 0;
    text.split_inclusive('\n').find_map(|line| {
        let line_start = start;
        start += line.len();
        let at = MARKS.iter().filter_map(|mark| line.find(mark)).min()?;
        let before = line[..at].trim_end();
        let opens = before.is_empty() || before.ends_with([':', '-', '[', ',', '{']);
        opens.then(|| line_start + at..line_start + at + MARKS[0].len())
    })
}

/// How a place in a template begins.
const MARKS: [&str; 3] = ["{{", "{%", "{#"];

/// The closing bracket at `at`, if nothing is open there that it could close. Brackets in quotes and comments do not count.
pub(super) fn surplus_bracket(text: &str, at: usize) -> Option<char> {
    let bracket = text[at..].chars().next().filter(|c| matches!(c, '}' | ']'))?;
    let (mut open, mut position, mut before) = (0_usize, 0, '\n');
    while let Some(character) = text[position..at].chars().next() {
        let rest = &text[position..at];
        let length = match character {
            '"' | '\'' if !before.is_alphanumeric() => quoted(rest).len(),
            '#' if before.is_whitespace() => rest.find('\n').unwrap_or(rest.len()),
            other => other.len_utf8(),
        };
        match character {
            '{' | '[' => open += 1,
            '}' | ']' => open = open.saturating_sub(1),
            _ => {}
        }
        before = rest[..length].chars().next_back().unwrap_or(character);
        position += length;
    }
    (open == 0).then_some(bracket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchor_and_tag_are_passed_over() {
        for (text, value) in
            [("&a x", "x"), ("&a !!str x", "x"), ("!t &a # why\n  # more\n x", "x"), ("x &a", "x &a"), ("&a", "")]
        {
            assert_eq!(&text[properties(text, 0)..], value, "{text}");
        }
    }

    #[test]
    fn a_quoted_scalar_ends_at_its_quote() {
        for (text, value) in [
            ("'a''b' # c", "'a''b'"),
            ("'' x", "''"),
            (r#""a\"b" # "c""#, r#""a\"b""#),
            (r#""\\" x"#, r#""\\""#),
            ("'open", "'open"),
            ("plain", "plain"),
        ] {
            assert_eq!(quoted(text), value);
        }
    }

    #[test]
    fn a_list_starts_at_its_dash() {
        for (text, start, expected) in [("a:\n- b", 5, 3), ("a:\n-   b", 7, 3), ("- b", 0, 0), ("a: [b]", 3, 3)] {
            assert_eq!(dash_before(text, start), expected, "{text}");
        }
    }
}
