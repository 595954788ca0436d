//! A page of Markdown that is filled up to a size, and text from elsewhere in it.

use std::fmt::Write as _;

use crate::render::outline::counted;
use crate::render::visible;

/// Room for the note that lines are left out.
const NOTE: usize = 60;

/// Room for the line that says how many offers are left out.
const END: usize = 200;

/// A page that is filled up to the size of a comment.
pub(super) struct Page {
    text: String,
    /// How many characters are left, with room kept for the end.
    left: usize,
    left_out: usize,
}

impl Page {
    /// A page of at most `room` characters. `marker` finds it again in the comment of an earlier run.
    pub(super) fn new(marker: &str, room: usize) -> Self {
        let mut page = Self { text: String::new(), left: room.saturating_sub(END), left_out: 0 };
        page.paragraph(marker);
        page
    }

    /// Adds a part whole, or says that it did not fit.
    pub(super) fn add(&mut self, part: &str) -> bool {
        let size = part.chars().count();
        let fits = size <= self.left;
        if fits {
            self.left -= size;
            self.text.push_str(part);
        }
        fits
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.add(&format!("{text}\n\n"));
    }

    /// A table, with as many rows as fit; none without rows.
    pub(super) fn table<const COLUMNS: usize>(&mut self, heads: [&str; COLUMNS], rows: &[[String; COLUMNS]]) {
        let rule = "---|".repeat(COLUMNS);
        if rows.is_empty() || !self.add(&format!("| {} |\n|{rule}\n", heads.join(" | "))) {
            return;
        }
        let written = rows.iter().take_while(|row| self.add(&format!("| {} |\n", row.join(" | ")))).count();
        if written < rows.len() {
            self.add(&format!("\n{} more rows are left out.\n", rows.len() - written));
        }
        self.add("\n");
    }

    /// A list, with as many entries as fit.
    pub(super) fn list(&mut self, entries: &[String]) {
        let written = entries.iter().take_while(|entry| self.add(&format!("* {entry}\n"))).count();
        if written < entries.len() {
            self.add(&format!("* {} more are left out.\n", entries.len() - written));
        }
        self.add("\n");
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

    /// Text to unfold, with as many lines as fit, and what stands below it; counted as left out if that is none.
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
        let around = head.chars().count() + foot.chars().count() + NOTE;
        if self.left < around + 200 {
            self.left_out += 1;
            return;
        }
        let mut room = self.left - around;
        let lines: Vec<&str> = text.trim_end().lines().collect();
        let fits = |line: &&&str| {
            let size = line.chars().count() + 1;
            let fits = size <= room;
            room = room.saturating_sub(size);
            fits
        };
        let kept: Vec<&str> = lines.iter().take_while(fits).copied().collect();
        let mut body = kept.join("\n");
        if !body.is_empty() {
            body.push('\n');
        }
        if kept.len() < lines.len() {
            // Writing to a string cannot fail.
            let _ = writeln!(body, "… {} more lines are left out", lines.len() - kept.len());
        }
        self.add(&format!("{head}{body}{foot}"));
    }

    pub(super) fn finish(mut self, command: &str) -> String {
        if self.left_out > 0 {
            // Writing to a string cannot fail.
            let offers = counted(self.left_out, ("offer does", "offers do"));
            let _ = write!(self.text, "{offers} not fit here; `{command}` shows all.\n\n");
        }
        self.text.truncate(self.text.trim_end().len());
        self.text.push('\n');
        self.text
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

    #[test]
    fn what_does_not_fit_is_left_out_at_the_end_of_a_line_and_counted() {
        let mut page = Page::new("<!-- it -->", 65_000);
        let long = "0123456789\n".repeat(10_000);
        page.unfold("one", "text", &long, "");
        page.unfold("two", "text", &long, "");
        page.unfold("three", "text", &long, "");
        let text = page.finish("offerform plan");
        assert!(text.chars().count() <= 65_536, "{}", text.chars().count());
        let kept = text.matches("0123456789\n").count();
        assert!(kept > 5_000 && text.contains(&format!("… {} more lines are left out\n```\n", 10_000 - kept)));
        assert!(text.ends_with("2 offers do not fit here; `offerform plan` shows all.\n"));
    }

    #[test]
    fn a_fence_is_longer_than_every_run_in_the_text() {
        let mut page = Page::new("<!-- it -->", 65_000);
        page.unfold("one", "text", "a\n````\n</details>\n", "");
        assert!(page.finish("").contains("\n`````text\na\n````\n</details>\n`````\n"));
    }

    #[test]
    fn rows_that_do_not_fit_are_counted() {
        let mut page = Page::new("<!-- it -->", 65_000);
        let row = ["x".repeat(1000), String::new(), String::new(), String::new()];
        page.table(["a", "b", "c", "d"], &vec![row; 100]);
        let text = page.finish("");
        assert!(text.contains(" more rows are left out.\n") && text.chars().count() < 65_536);
    }
}
