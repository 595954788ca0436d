//! A page of Markdown by its parts, and text from elsewhere in it.

use std::io::{self, Write};

use super::Medium;
use super::fit::Fitted;
use super::part::Part;
use crate::render::visible;

/// A page as it is meant, whatever its size. What does not fit into a comment is left out when it is [written](Self::write).
#[derive(Debug)]
pub struct Page {
    parts: Vec<Part>,
    /// The command that shows all.
    command: &'static str,
}

impl Page {
    /// An empty page. `marker` finds it again in the comment of an earlier run.
    pub(super) fn new(marker: &str, command: &'static str) -> Self {
        let mut page = Self { parts: Vec::new(), command };
        page.paragraph(marker);
        page
    }

    /// Writes as much of it as `medium` takes.
    pub fn write(&self, medium: Medium<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut fitted = Fitted::new(medium);
        self.parts.iter().for_each(|part| fitted.add(part));
        out.write_all(fitted.finish(self.command).as_bytes())
    }

    /// The address of the HTML report, if somebody says where it is.
    pub(super) fn report(&mut self) {
        self.parts.push(Part::Report);
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.parts.push(Part::Text(text.to_owned()));
    }

    /// A table; none without rows.
    pub(super) fn table<const COLUMNS: usize>(&mut self, heads: [&str; COLUMNS], rows: &[[String; COLUMNS]]) {
        let head = format!("| {} |\n|{}\n", heads.join(" | "), "---|".repeat(COLUMNS));
        let rows: Vec<String> = rows.iter().map(|row| format!("| {} |\n", row.join(" | "))).collect();
        if !rows.is_empty() {
            self.parts.push(Part::Table { head, rows });
        }
    }

    pub(super) fn list(&mut self, entries: &[String]) {
        self.parts.push(Part::List(entries.to_vec()));
    }

    /// Adds what people read on a terminal, if that is more than its last line.
    pub(super) fn unfold_all(&mut self, last: &str, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        let text = text.trim_end();
        // The last line stands at the head of the page.
        let text = text.strip_suffix(last).unwrap_or(text).trim_end();
        if !text.is_empty() {
            self.unfold("Details", "text", text, "");
        }
    }

    /// Text to unfold, and what stands below it.
    pub(super) fn unfold(&mut self, summary: &str, language: &str, text: &str, below: &str) {
        let fence = "`".repeat(longest_run(text).max(2) + 1);
        let (head, foot) = if text.trim().is_empty() {
            (format!("<details><summary>{summary}</summary>\n\n"), format!("{below}</details>\n\n"))
        } else {
            (
                format!("<details><summary>{summary}</summary>\n\n{fence}{language}\n"),
                format!("{fence}\n\n{below}</details>\n\n"),
            )
        };
        self.parts.push(Part::Folded { head, text: text.trim_end().to_owned(), foot });
    }
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

/// Text as code within a line, also of a table.
pub(super) fn code(text: &str) -> String {
    let text = visible(text).replace('\n', " ").replace('|', "\\|");
    if text.trim().is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Text as HTML code.
pub(super) fn html(text: &str) -> String {
    let escaped: String = visible(text)
        .chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '@' | '`' | '*' | '_' | '[' | ']' | '#' | '\n' => format!("&#{};", u32::from(c)),
            other => other.to_string(),
        })
        .collect();
    format!("<code>{escaped}</code>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_cannot_be_left() {
        for (text, expected) in [
            ("contoso/firewall", "`contoso/firewall`"),
            ("a ` b", "``a ` b``"),
            ("`@everybody`", "`` `@everybody` ``"),
            ("a|b\n# c", "`a\\|b\\u{a}# c`"),
            ("", ""),
        ] {
            assert_eq!(code(text), expected);
        }
        assert_eq!(html("<b>@me</b>`"), "<code>&lt;b&gt;&#64;me&lt;/b&gt;&#96;</code>");
    }
}
