//! What became of edits in the portal that are written back: a line for each, a patch, and what is left.

use std::io::{self, Write};

use similar::TextDiff;

use super::{Style, visible};
use crate::adopt::{Adoption, Left, Why};
use crate::text::counted;

/// Whether the files are written, or would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// The files are written.
    Really,
    /// A dry run: the files would be written.
    Hypothetically,
}

/// Writes what became of everything that was wanted, by offer, and a last line that counts.
pub fn adoption(adoption: &Adoption, written: Written, out: &mut dyn Write, style: Style) -> io::Result<()> {
    for address in &adoption.offers {
        writeln!(out, "{}", style.strong(visible(&address.to_string())))?;
        for one in adoption.adopted.iter().filter(|one| one.address == *address) {
            writeln!(out, "  {}:{}  {}", visible(&one.file), one.line, visible(one.place.as_str()))?;
        }
        let (conflicts, others): (Vec<&Left>, Vec<&Left>) =
            adoption.left.iter().filter(|left| left.address == *address).partition(|left| left.why == Why::Conflict);
        others.into_iter().try_for_each(|one| left(one, "left", out, style))?;
        conflicts.into_iter().try_for_each(|one| left(one, "conflict", out, style))?;
    }
    if !adoption.offers.is_empty() {
        writeln!(out)?;
    }
    let adopted = counted(adoption.adopted.len(), ("change", "changes"));
    let words = if written == Written::Really { "written" } else { "would be written" };
    let files = counted(adoption.files.len(), ("file", "files"));
    let conflicts = adoption.left.iter().filter(|left| left.why == Why::Conflict).count();
    let left = adoption.left.len() - conflicts;
    writeln!(out, "Adopt: {adopted} {words} to {files}, {left} left, {conflicts} in conflict.")
}

fn left(left: &Left, what: &str, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let (file, line) = &left.at;
    writeln!(out, "  {}:{line}  {}  {}", visible(file), visible(left.place.as_str()), style.changed(what))?;
    writeln!(out, "      {}", style.faint(left.why.to_string()))
}

/// Writes how a file would be changed, as a patch.
pub fn patch(name: &str, old: &str, new: &str, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let patch = TextDiff::from_lines(old, new);
    let patch = patch.unified_diff().header(name, name).to_string();
    patch.lines().try_for_each(|line| patch_line(line, out, style))
}

/// One line of a patch. The file's own text does nothing to the terminal.
fn patch_line(line: &str, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let text = visible(line);
    match line.as_bytes() {
        [b'+', b'+', ..] | [b'-', b'-', ..] => writeln!(out, "{}", style.strong(text)),
        [b'+', ..] => writeln!(out, "{}", style.added(text)),
        [b'-', ..] => writeln!(out, "{}", style.removed(text)),
        [b'@', ..] => writeln!(out, "{}", style.faint(text)),
        _ => writeln!(out, "{text}"),
    }
}
