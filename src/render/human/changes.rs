//! Differences for people: a line or a few for each, with a sign in front and the place of its declaration behind.

use std::io::{self, Write};

use serde_json::Value;

use super::value;
use crate::diff::{Cause, Change, ChangeKind, Doubt, Operation, RedactedValue};
use crate::offer::{IdentityPath, OfferPart};
use crate::plan::PlannedChange;
use crate::render::outline::{Group, Outline};
use crate::render::{Style, visible, words};
use crate::text::{differ_unseen, named};

/// Texts longer than this are compared word by word.
const LONG_TEXT: usize = 40;

/// Which side of a difference is the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) enum Newer {
    /// What the files declare: what an apply writes.
    Files,
    /// What the portal has: somebody edited it there.
    Portal,
}

/// A difference as it is shown: the old value, the new one, and what happens from one to the other.
pub(in crate::render) struct Sides {
    pub(in crate::render) before: Option<Value>,
    pub(in crate::render) after: Option<Value>,
    pub(in crate::render) operation: Operation,
}

impl Sides {
    pub(in crate::render) fn of(change: &Change, newer: Newer) -> Self {
        let value = |sealed: &Option<RedactedValue>| sealed.as_ref().map(|sealed| sealed.value().clone());
        let (live, declared) = with_visible_difference(value(&change.before), value(&change.after));
        match newer {
            Newer::Files => Self { before: live, after: declared, operation: change.operation },
            Newer::Portal => Self {
                before: declared,
                after: live,
                operation: match change.operation {
                    Operation::Add => Operation::Remove,
                    Operation::Replace => Operation::Replace,
                    Operation::Remove => Operation::Add,
                },
            },
        }
    }
}

/// Both values, with the names of characters that cannot be seen where the values differ in those: else they would look alike.
fn with_visible_difference(before: Option<Value>, after: Option<Value>) -> (Option<Value>, Option<Value>) {
    match (before, after) {
        (Some(before), Some(after)) if differ_unseen(&before.to_string(), &after.to_string()) => {
            (Some(with_names(before)), Some(with_names(after)))
        }
        as_they_are => as_they_are,
    }
}

/// A value whose texts name the characters in them that cannot be seen.
fn with_names(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(named(&text).into_owned()),
        Value::Array(elements) => elements.into_iter().map(with_names).collect(),
        Value::Object(members) => members.into_iter().map(|(key, value)| (key, with_names(value))).collect(),
        scalar => scalar,
    }
}

/// Writes differences that are declared in `file`, or nowhere.
pub(super) struct Differences<'w> {
    pub(super) out: &'w mut dyn Write,
    pub(super) style: Style,
    pub(super) file: &'w str,
    pub(super) newer: Newer,
}

impl Differences<'_> {
    /// All parts of an outline.
    pub(super) fn outline(&mut self, outline: &Outline<'_>) -> io::Result<()> {
        self.groups(&outline.written)?;
        for (reason, groups) in &outline.left {
            writeln!(self.out, "    {}", self.style.strong(format!("{}:", reason.heading())))?;
            let newer = std::mem::replace(&mut self.newer, Newer::Portal);
            self.groups(groups)?;
            self.newer = newer;
        }
        self.not_compared(outline)
    }

    /// What could not be compared, a sentence for each reason.
    pub(super) fn not_compared(&mut self, outline: &Outline<'_>) -> io::Result<()> {
        for sentence in &outline.not_compared {
            let lines = words::wrapped(&visible(sentence), self.style.width.saturating_sub(6));
            for (position, line) in lines.into_iter().enumerate() {
                let lead = if position == 0 { "? " } else { "  " };
                writeln!(self.out, "    {}", self.style.faint(format!("{lead}{line}")))?;
            }
        }
        Ok(())
    }

    fn groups(&mut self, groups: &[Group<'_>]) -> io::Result<()> {
        groups.iter().try_for_each(|group| self.group(group))
    }

    fn group(&mut self, group: &Group<'_>) -> io::Result<()> {
        if let Some(planned) = group.whole() {
            return self.change(planned, &group.place, 4);
        }
        let Some(heading) = group.heading() else {
            return group.changes.iter().try_for_each(|planned| self.change(planned, &group.place, 4));
        };
        writeln!(self.out, "    {}", self.style.strong(visible(&heading)))?;
        group.changes.iter().try_for_each(|planned| self.change(planned, &group.place, 6))
    }

    fn change(&mut self, planned: &PlannedChange, below: &IdentityPath, indent: usize) -> io::Result<()> {
        let change = &planned.change;
        let pad = " ".repeat(indent);
        let sides = Sides::of(change, self.newer);
        let head = format!("{} {}", self.symbol(change, &sides), label(change, below));
        let remark = self.style.faint(remark(self.file, planned, self.newer)).to_string();
        let space = self.style.width.saturating_sub(indent + 2);
        match (sides.before, sides.after) {
            (Some(before), Some(after)) if change.cause == Cause::Unmanaged && before == after => {
                self.one_side(&pad, &head, &before, ("=", &remark), space)
            }
            (Some(before), Some(after)) => self.both_sides(change, (&pad, &head, &remark), (&before, &after), space),
            (Some(value), None) => self.one_side(&pad, &head, &readable(change, value), ("-", &remark), space),
            (None, Some(value)) => self.one_side(&pad, &head, &readable(change, value), ("+", &remark), space),
            (None, None) => self.head(&pad, &head, &remark),
        }
    }

    /// The line above a value. What does not fit is broken before the remark, and at the slashes of a path.
    fn head(&mut self, pad: &str, head: &str, remark: &str) -> io::Result<()> {
        let space = self.style.width.saturating_sub(pad.len());
        if width(head) + width(remark) <= space {
            return writeln!(self.out, "{pad}{head}{remark}");
        }
        for line in words::path(head, space) {
            writeln!(self.out, "{pad}{line}")?;
        }
        if remark.is_empty() { Ok(()) } else { writeln!(self.out, "{pad}  {remark}") }
    }

    /// A value that appears or goes away.
    fn one_side(
        &mut self,
        pad: &str,
        head: &str,
        value: &Value,
        (sign, remark): (&str, &str),
        space: usize,
    ) -> io::Result<()> {
        let flat = value::one_line(value);
        let scalar = !matches!(value, Value::Object(_) | Value::Array(_));
        if scalar && flat.chars().count() + width(head) + width(remark) <= space {
            return writeln!(self.out, "{pad}{head}: {flat}{remark}");
        }
        self.head(pad, head, remark)?;
        let lines = match value {
            Value::String(text) => text.lines().flat_map(|line| words::wrapped(&visible(line), space - 4)).collect(),
            other => value::lines(other),
        };
        lines.into_iter().try_for_each(|line| self.signed(pad, sign, &line))
    }

    fn both_sides(
        &mut self,
        change: &Change,
        (pad, head, remark): (&str, &str, &str),
        (before, after): (&Value, &Value),
        space: usize,
    ) -> io::Result<()> {
        if let (Value::String(old), Value::String(new)) = (before, after)
            && (change.kind == ChangeKind::Html || old.chars().count().min(new.chars().count()) > LONG_TEXT)
        {
            self.head(pad, head, remark)?;
            return self.texts(change, pad, (old, new), space);
        }
        let (old, new) = (value::one_line(before), value::one_line(after));
        if old.chars().count() + new.chars().count() + width(head) + width(remark) + 6 <= space {
            return writeln!(self.out, "{pad}{head}: {old} -> {new}{remark}");
        }
        self.head(pad, head, remark)?;
        self.sequence(pad, (before, after))
    }

    /// Lists and other values line by line, unchanged lines left out.
    fn sequence(&mut self, pad: &str, (before, after): (&Value, &Value)) -> io::Result<()> {
        // Each line ends with a line feed: else a last line differs from the same line with others below it.
        let text = |value| value::lines(value).into_iter().map(|line| line + "\n").collect::<String>();
        let (old, new) = (text(before), text(after));
        let diff = similar::TextDiff::from_lines(&old, &new);
        for change in diff.iter_all_changes() {
            let sign = match change.tag() {
                similar::ChangeTag::Delete => "-",
                similar::ChangeTag::Insert => "+",
                similar::ChangeTag::Equal => continue,
            };
            self.signed(pad, sign, change.value().trim_end_matches('\n'))?;
        }
        Ok(())
    }

    fn texts(&mut self, change: &Change, pad: &str, (old, new): (&str, &str), space: usize) -> io::Result<()> {
        let (old_text, new_text) = match change.kind {
            ChangeKind::Html => (words::html_text(old), words::html_text(new)),
            ChangeKind::Value | ChangeKind::File | ChangeKind::Secret => (old.to_owned(), new.to_owned()),
        };
        let lines = if old_text == new_text {
            writeln!(self.out, "{pad}    {}", self.style.faint("(the text is the same; only its markup differs)"))?;
            words::compare(old, new, self.style, space - 4)
        } else {
            words::compare(&old_text, &new_text, self.style, space - 4)
        };
        lines.into_iter().try_for_each(|line| writeln!(self.out, "{pad}    {line}"))
    }

    fn signed(&mut self, pad: &str, sign: &str, line: &str) -> io::Result<()> {
        for line in words::hanging(line, self.style.width.saturating_sub(pad.len() + 6)) {
            let line = format!("{sign} {line}");
            match sign {
                "+" => writeln!(self.out, "{pad}    {}", self.style.added(line))?,
                "-" => writeln!(self.out, "{pad}    {}", self.style.removed(line))?,
                _ => writeln!(self.out, "{pad}    {}", self.style.faint(line))?,
            }
        }
        Ok(())
    }

    fn symbol(&self, change: &Change, sides: &Sides) -> String {
        match (&change.cause, sides.operation) {
            (Cause::Undetermined(_), _) => self.style.faint("?").to_string(),
            (Cause::Unmanaged, _) => self.style.faint("=").to_string(),
            (_, Operation::Add) => self.style.added("+").to_string(),
            (_, Operation::Replace) => self.style.changed("~").to_string(),
            (_, Operation::Remove) => self.style.removed("-").to_string(),
        }
    }
}

/// The field as a path below the SKU or the offer.
pub(in crate::render) fn label(change: &Change, below: &IdentityPath) -> String {
    let path = change.identity.as_str();
    let path = set_of(change).unwrap_or(path);
    if path == below.as_str() && !path.is_empty() {
        return format!("SKU {}", visible(change.sku.as_deref().unwrap_or_default()));
    }
    let inside = path.strip_prefix(below.as_str()).and_then(|rest| rest.strip_prefix('/'));
    let short = inside.filter(|_| !below.as_str().is_empty());
    let parts = [OfferPart::Offer, OfferPart::Product];
    let of_offer = || parts.iter().find_map(|part| path.strip_prefix(part.path().as_str())?.strip_prefix('/'));
    let short = short.or_else(of_offer).or_else(|| path.strip_prefix('/'));
    visible(&short.unwrap_or(path).replace("~1", "/").replace("~0", "~")).into_owned()
}

/// HTML that comes or goes is shown as the text it makes; the JSON has it as it is.
pub(in crate::render) fn readable(change: &Change, value: Value) -> Value {
    match value {
        Value::String(html) if change.kind == ChangeKind::Html => Value::String(words::html_text(&html)),
        other => other,
    }
}

/// The path of the set that a change adds an element to or takes one from: the element itself is shown as the value.
fn set_of(change: &Change) -> Option<&str> {
    let (path, last) = change.identity.as_str().rsplit_once('/')?;
    let value = match (&change.before, &change.after) {
        (Some(sealed), None) | (None, Some(sealed)) => sealed.value().as_str()?,
        _ => return None,
    };
    (last.replace("~1", "/").replace("~0", "~") == value).then_some(path)
}

/// Where it comes from and what is special about it, behind two spaces.
fn remark(file: &str, planned: &PlannedChange, newer: Newer) -> String {
    let parts = remarks(file, planned, newer);
    if parts.is_empty() { String::new() } else { format!("  # {}", parts.join(", ")) }
}

/// Where it comes from and what is special about it.
pub(in crate::render) fn remarks(file: &str, planned: &PlannedChange, newer: Newer) -> Vec<String> {
    let change = &planned.change;
    let mut parts = Vec::new();
    match &change.cause {
        // Why a value is left stands above it.
        _ if change.left.is_some() => {}
        Cause::Declared | Cause::Unmanaged | Cause::Behind => {}
        Cause::Drift => parts.push(
            match newer {
                Newer::Files => "replaces an edit in the portal",
                Newer::Portal => "edited in the portal",
            }
            .to_owned(),
        ),
        Cause::Conflict => parts.push("conflict: changed in the files and in the portal".to_owned()),
        Cause::Undetermined(Doubt::Hosted) => parts.push("the service keeps its own copy".to_owned()),
        Cause::Undetermined(Doubt::Dropped) => parts.push("dropped by the service".to_owned()),
        Cause::Undetermined(Doubt::SecretNotSet(reference)) => parts.push(format!("{reference} is not set")),
    }
    if !change.displaced_by.is_empty() {
        parts.push("would contradict the other changes".to_owned());
    }
    if change.kind == ChangeKind::File {
        parts.push("the content differs from the service's copy".to_owned());
    }
    if change.is_sensitive() && change.is_determined() && change.kind != ChangeKind::Secret {
        parts.push("signature or secret hidden".to_owned());
    }
    parts.extend(place(file, planned));
    parts
}

/// The line that declares a change; without the name of `file`, which stands above.
pub(in crate::render) fn place(file: &str, planned: &PlannedChange) -> Option<String> {
    let origin = planned.origin.as_ref()?;
    Some(if origin.file == file {
        format!("line {}", origin.line)
    } else {
        format!("{}:{}", visible(&origin.file), origin.line)
    })
}

/// How many columns a text takes, colour codes left out.
pub(super) fn width(text: &str) -> usize {
    textwrap::core::display_width(text)
}
