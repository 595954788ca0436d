//! What of a page fits into a comment.

use std::fmt::Write as _;

use super::part::Part;
use super::{Medium, report_at};
use crate::text::counted;

/// Room for the note that lines are left out.
const NOTE: usize = 60;

/// Room for the line that says how many offers are left out.
const END: usize = 200;

/// The fewest characters that are worth unfolding.
const WORTH_UNFOLDING: usize = 200;

/// The text of a page, filled up to the size of a comment.
pub(super) struct Fitted<'m> {
    medium: Medium<'m>,
    text: String,
    /// How many characters are left, with room kept for the end.
    left: usize,
    left_out: usize,
}

impl<'m> Fitted<'m> {
    /// Text of at most as many characters as `medium` takes.
    pub(super) fn new(medium: Medium<'m>) -> Self {
        Self { medium, text: String::new(), left: medium.room.saturating_sub(END), left_out: 0 }
    }

    /// Adds as much of a part as fits.
    pub(super) fn add(&mut self, part: &Part) {
        match part {
            Part::Text(text) => self.paragraph(text),
            Part::Report => self.paragraph(&report_at(self.medium)),
            Part::Table { head, rows } => {
                if self.whole(head) {
                    let kept = rows.iter().take_while(|row| self.whole(row)).count();
                    if kept < rows.len() {
                        self.whole(&format!(
                            "\n{} left out.\n",
                            counted(rows.len() - kept, ("more row is", "more rows are"))
                        ));
                    }
                    self.whole("\n");
                }
            }
            Part::List(entries) => {
                let kept = entries.iter().take_while(|entry| self.whole(&format!("* {entry}\n"))).count();
                if kept < entries.len() {
                    self.whole(&format!("* {} left out.\n", counted(entries.len() - kept, ("more is", "more are"))));
                }
                self.whole("\n");
            }
            Part::Folded { head, text, foot } => self.folded(head, text, foot),
        }
    }

    fn paragraph(&mut self, text: &str) {
        if !text.is_empty() {
            self.whole(&format!("{text}\n\n"));
        }
    }

    /// Adds a text whole, or says that it did not fit.
    fn whole(&mut self, text: &str) -> bool {
        let size = text.chars().count();
        let fits = size <= self.left;
        if fits {
            self.left -= size;
            self.text.push_str(text);
        }
        fits
    }

    fn folded(&mut self, head: &str, text: &str, foot: &str) {
        let around = head.chars().count() + foot.chars().count() + NOTE;
        if self.left < around + WORTH_UNFOLDING {
            self.left_out += 1;
            return;
        }
        let mut room = self.left - around;
        let lines: Vec<&str> = text.lines().collect();
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
            let more = counted(lines.len() - kept.len(), ("more line is", "more lines are"));
            let _ = writeln!(body, "… {more} left out");
        }
        self.whole(&format!("{head}{body}{foot}"));
    }

    /// The text; where offers were left out, it says so and names the command that shows all.
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

#[cfg(test)]
mod tests {
    use super::super::Medium;
    use super::super::page::Page;

    fn written(page: &Page) -> String {
        let mut text = Vec::new();
        page.write(Medium { room: 65_000, html: None }, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn what_does_not_fit_is_left_out_at_the_end_of_a_line_and_counted() {
        let mut page = Page::new("<!-- it -->", "offerform plan");
        let long = "0123456789\n".repeat(10_000);
        page.unfold("one", "text", &long, "");
        page.unfold("two", "text", &long, "");
        page.unfold("three", "text", &long, "");
        let text = written(&page);
        assert!(text.chars().count() <= 65_536, "{}", text.chars().count());
        let kept = text.matches("0123456789\n").count();
        assert!(kept > 5_000 && text.contains(&format!("… {} more lines are left out\n```\n", 10_000 - kept)));
        assert!(text.ends_with("2 offers do not fit here; `offerform plan` shows all.\n"));
    }

    #[test]
    fn a_fence_is_longer_than_every_run_in_the_text() {
        let mut page = Page::new("<!-- it -->", "offerform plan");
        page.unfold("one", "text", "a\n````\n</details>\n", "");
        assert!(written(&page).contains("\n`````text\na\n````\n</details>\n`````\n"));
    }

    #[test]
    fn rows_that_do_not_fit_are_counted() {
        let mut page = Page::new("<!-- it -->", "offerform plan");
        let row = ["x".repeat(1000), String::new(), String::new(), String::new()];
        page.table(["a", "b", "c", "d"], &vec![row; 100]);
        let text = written(&page);
        assert!(text.contains(" more rows are left out.\n") && text.chars().count() < 65_536);
    }
}
