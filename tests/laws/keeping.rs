//! Laws of adopting in files that people wrote: what has nothing to do with an edit stays as it is, to the byte.
//!
//! The texts are put together here, by hand, and not by the program: every style, comments in all places, both line ends.

use std::collections::BTreeMap;

use offerform::diff::Ownership;
use offerform::offer::Document;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::adopting::adopted;

const HEAD: &str =
    "# A comment before everything\npublisherId: contoso\nid: firewall\nofferTypeId: acme-widgets # kept\n";

/// Texts that some reader takes for something else, and others.
const TEXTS: [&str; 22] = [
    "plain text",
    "NO",
    "null",
    "1.10",
    "~",
    "",
    "- a: b # c",
    "tab\there",
    "ends with a space ",
    " begins with one",
    "Grüße 世界 😀",
    "it's \"quoted\"",
    "#hash",
    "a # hash",
    "*alias",
    "&anchor",
    "two\nlines",
    "two\nlines\n",
    "a: b",
    "2026-11-21",
    "{ x: [1] }",
    "back\\slash",
];

fn text() -> impl Strategy<Value = &'static str> + Clone {
    select(&TEXTS[..])
}

/// A value as somebody wrote it, and as it is to be.
#[derive(Debug, Clone)]
enum Written {
    Scalar { style: usize, old: &'static str, new: Option<&'static str> },
    List { form: Form, elements: Vec<(usize, &'static str)>, new: Option<Vec<&'static str>> },
    Map { form: Form, old: [&'static str; 2], new: Option<&'static str>, goes: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Block,
    Compact,
    Line,
    Lines,
}

/// Text in one of the styles of YAML, or in double quotes if that style cannot hold it.
fn styled(text: &str, style: usize, indent: &str) -> String {
    let one_line = !text.contains(['\n', '\t']);
    let block = !text.is_empty() && !text.contains('\t') && !text.starts_with(' ');
    match style {
        0 if text == "plain text" || text.starts_with("Grüße") => text.to_owned(),
        1 if one_line => format!("'{}'", text.replace('\'', "''")),
        2 | 3 if block && (style == 2 || one_line) => {
            let mark = if style == 2 { '|' } else { '>' };
            let (text, chomp) = text.strip_suffix('\n').map_or((text, "-"), |text| (text, ""));
            format!("{mark}{chomp}\n{indent}{}", text.replace('\n', &format!("\n{indent}")))
        }
        _ => json!(text).to_string(),
    }
}

impl Written {
    fn before(&self) -> Value {
        match self {
            Self::Scalar { old, .. } => json!(old),
            Self::List { elements, .. } => elements.iter().map(|(_, text)| *text).collect(),
            Self::Map { old, .. } => json!({"a": old[0], "b": old[1]}),
        }
    }

    fn after(&self) -> Option<Value> {
        match self {
            Self::Scalar { new, .. } => new.map(Value::from),
            Self::List { new, .. } => new.as_ref().map(|new| new.iter().copied().collect()),
            Self::Map { old, new, goes, .. } => match (new, goes) {
                (None, false) => None,
                (None, true) => Some(json!({"b": old[1]})),
                (Some(new), true) => Some(json!({"b": new})),
                (Some(new), false) => Some(json!({"a": old[0], "b": new})),
            },
        }
    }

    /// The lines of the member, with the comments that stay whatever is edited.
    fn lines(&self, number: usize) -> (String, Vec<String>) {
        let key = format!("acme.k{number}");
        let (above, beside) = (format!("# above {number}"), format!("# beside {number}"));
        let mut kept = vec![above.clone()];
        let comment = |text: &str| if text.contains('\n') { String::new() } else { format!("   {beside}") };
        let body = match self {
            Self::Scalar { style, old, .. } => {
                let value = styled(old, *style, "      ");
                format!("{value}{}", comment(&value))
            }
            Self::List { form: Form::Block, elements, .. } => list(elements, number, 6, &mut kept, &beside),
            Self::List { form: Form::Compact, elements, .. } => list(elements, number, 4, &mut kept, &beside),
            Self::List { form, elements, .. } => {
                let one = |(style, text): &(usize, &str)| styled(text, if style % 2 == 0 { 4 } else { 1 }, "");
                let texts: Vec<String> = elements.iter().map(one).collect();
                if *form == Form::Line {
                    format!("[{}]   {beside}", texts.join(", "))
                } else {
                    format!("[\n      {}\n      ]   {beside}", texts.join(",\n      "))
                }
            }
            Self::Map { form, old, .. } => {
                let [one, two] = old.map(|text| json!(text).to_string());
                if matches!(form, Form::Line | Form::Lines) {
                    format!("{{ a: {one}, b: {two} }}   {beside}")
                } else {
                    kept.push("# before b".to_owned());
                    format!("{beside}\n      a:   {one}\n      # before b\n      b: {two} # b stays")
                }
            }
        };
        if body.contains(&beside) {
            kept.insert(1, beside);
        }
        (format!("    {above}\n    {key}: {body}\n"), kept)
    }
}

/// A list with a dash for each element, and comments between them.
fn list(elements: &[(usize, &str)], number: usize, indent: usize, kept: &mut Vec<String>, beside: &str) -> String {
    let mut body = beside.to_owned();
    let pad = " ".repeat(indent);
    for (at, (style, text)) in elements.iter().enumerate() {
        let before = format!("# before {number}.{at}");
        let value = styled(text, *style, &format!("{pad}  "));
        body.extend(["\n", &pad, &before, "\n", &pad, "- ", &value]);
        if !value.contains('\n') {
            body.push_str(" # element");
        }
        kept.push(before);
    }
    body
}

fn written() -> impl Strategy<Value = Written> {
    let form = select(&[Form::Block, Form::Compact, Form::Line, Form::Lines][..]);
    let scalar = (0_usize..5, text(), option::of(text()));
    let elements = vec((0_usize..5, text()), 1..5);
    let list = (form.clone(), elements, option::of(vec(text(), 1..5)));
    let map = (form, [text(), text()], option::of(text()), any::<bool>());
    prop_oneof![
        scalar.prop_map(|(style, old, new)| Written::Scalar { style, old, new }),
        list.prop_map(|(form, elements, new)| Written::List { form, elements, new }),
        map.prop_map(|(form, old, new, goes)| Written::Map { form, old, new, goes }),
    ]
}

proptest! {
    #[test]
    fn what_has_nothing_to_do_with_an_edit_stays(members in vec(written(), 1..6), crlf in any::<bool>(), ends in any::<bool>()) {
        let mut text = format!("{HEAD}definition:\n  offer:\n");
        let (mut kept, mut chunks) = (Vec::new(), Vec::new());
        for (number, member) in members.iter().enumerate() {
            let (lines, comments) = member.lines(number);
            text.push_str(&lines);
            kept.extend(comments);
            if member.after().is_none() {
                chunks.push(lines.trim_end_matches('\n').to_owned());
            }
        }
        text.push_str(if ends { "    acme.last: 1 # last\n\n# The end\n" } else { "    acme.last: 1" });
        let breaks = |text: &str| if crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        let files = BTreeMap::from([("firewall.yaml".to_owned(), breaks(&text))]);
        let mut live = json!({"publisherId": "contoso", "id": "firewall", "offerTypeId": "acme-widgets", "definition": {"offer": {"acme.last": 1}}});
        for (number, member) in members.iter().enumerate() {
            live["definition"]["offer"][format!("acme.k{number}")] = member.after().unwrap_or_else(|| member.before());
        }
        let (adoption, next) = adopted(&files, &Document::new(live.clone()), Ownership::Declared);
        let next = &next["firewall.yaml"];
        prop_assert!(adoption.left.is_empty(), "{:?}\n{}", adoption.left, text);
        let (again, _) = adopted(&BTreeMap::from([("firewall.yaml".to_owned(), next.clone())]), &Document::new(live), Ownership::Declared);
        prop_assert!(again.adopted.is_empty() && again.left.is_empty(), "{:?}\n{}", again, next);
        prop_assert!(next.starts_with(&breaks(HEAD)), "{}", next);
        prop_assert!(next.ends_with(&breaks(if ends { "    acme.last: 1 # last\n\n# The end\n" } else { "    acme.last: 1" })), "{}", next);
        for chunk in chunks {
            prop_assert!(next.contains(&breaks(&chunk)), "{}\n--\n{}\n--\n{}", chunk, text, next);
        }
        let mut from = 0;
        for comment in kept {
            let found = next[from..].find(&comment);
            prop_assert!(found.is_some(), "{}\n{}\n--\n{}", comment, text, next);
            from += found.unwrap_or_default();
        }
        prop_assert_eq!(next.matches('\n').count(), next.matches(if crlf { "\r\n" } else { "\n" }).count());
    }
}
