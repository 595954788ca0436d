//! Two texts side by side, their differing lines and words marked.

use maud::{Markup, html};
use similar::{ChangeTag, DiffOp, DiffTag, InlineChange, TextDiff};

use super::text;

/// How many unchanged lines are shown on each side of a change.
const CONTEXT: usize = 3;

/// The texts line by line, before on the left and after on the right; long unchanged stretches are left out.
pub(super) fn sides(before: &str, after: &str) -> Markup {
    // Each line ends with a line feed: else a last line differs from the same line with others below it.
    let (before, after) = (text(before) + "\n", text(after) + "\n");
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    let groups = diff.grouped_ops(CONTEXT);
    let rows: Vec<Vec<Row>> =
        groups.iter().map(|group| group.iter().flat_map(|op| rows(&diff, op)).collect()).collect();
    html! {
        table.sides {
            @for (position, group) in rows.iter().enumerate() {
                @if position > 0 { tr { td.faint { "…" } td.faint { "…" } } }
                @for row in group {
                    tr class=[(!row.differs).then_some("same")] { (row.cell(row.before.as_ref(), "removed")) (row.cell(row.after.as_ref(), "added")) }
                }
            }
        }
    }
}

/// One line of each side; `None` where a side has none.
struct Row {
    before: Option<Markup>,
    after: Option<Markup>,
    differs: bool,
}

impl Row {
    fn cell(&self, side: Option<&Markup>, class: &str) -> Markup {
        match side {
            None => html! { td {} },
            Some(line) if self.differs => html! { td class=(class) { (line) } },
            Some(line) => html! { td { (line) } },
        }
    }
}

fn rows(diff: &TextDiff<'_, '_, str>, op: &DiffOp) -> Vec<Row> {
    let mut before = Vec::new();
    let mut after = Vec::new();
    for change in diff.iter_inline_changes(op) {
        match change.tag() {
            ChangeTag::Equal => {
                before.push(words(&change));
                after.push(words(&change));
            }
            ChangeTag::Delete => before.push(words(&change)),
            ChangeTag::Insert => after.push(words(&change)),
        }
    }
    let differs = op.tag() != DiffTag::Equal;
    let count = before.len().max(after.len());
    let (mut before, mut after) = (before.into_iter(), after.into_iter());
    (0..count).map(|_| Row { before: before.next(), after: after.next(), differs }).collect()
}

/// The words of a line, those that differ marked.
fn words(change: &InlineChange<'_, str>) -> Markup {
    let tag = change.tag();
    let parts = change.iter_strings_lossy().map(|(differs, words)| (differs, words.trim_end_matches('\n').to_owned()));
    html! {
        @for (differs, words) in parts {
            @match (differs, tag) {
                (true, ChangeTag::Delete) => del { (words) },
                (true, ChangeTag::Insert) => ins { (words) },
                _ => (words),
            }
        }
    }
}
