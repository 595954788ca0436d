//! Keeps foreign text from being taken for a command by the build system that reads our output.
//!
//! GitHub Actions acts on lines that begin with `::` (spaces before it do not count, and `:::` is none), and on `##[` anywhere in a line; Azure
//! Pipelines acts on `##vso[` and `##[` anywhere. Sources: docs.github.com "Workflow commands for GitHub Actions",
//! learn.microsoft.com "Logging commands". What is written instead reads the same, and inside a JSON string it means the same.

use std::io::{self, Write};

/// Passes lines on, with whatever could be a command broken.
#[derive(Debug)]
pub(super) struct Broken<W> {
    out: W,
    line: Vec<u8>,
}

impl<W: Write> Broken<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, line: Vec::new() }
    }

    /// Passes on what is left, a line without an end.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.line()?;
        self.out.flush()
    }

    fn line(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        let mut from = 0;
        let start = line.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(line.len());
        if line[start..].starts_with(b"::") && line.get(start + 2) != Some(&b':') {
            self.out.write_all(&line[..start])?;
            self.out.write_all(b"\\u003a")?;
            from = start + 1;
        }
        while let Some(at) = line[from..].windows(2).position(|pair| pair == b"##").map(|at| at + from) {
            self.out.write_all(&line[from..=at])?;
            let rest = &line[at + 2..];
            let opens = rest.starts_with(b"[") || rest.get(..4).is_some_and(|word| word.eq_ignore_ascii_case(b"vso["));
            self.out.write_all(if opens { b"\\u0023" } else { b"" })?;
            from = at + 1 + usize::from(opens);
        }
        self.out.write_all(&line[from..])
    }
}

impl<W: Write> Write for Broken<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.line()?;
            }
        }
        Ok(bytes.len())
    }

    /// Lines are passed on when they end; see [`Self::finish`].
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str) -> String {
        let mut out = Vec::new();
        let mut writer = Broken::new(&mut out);
        // Byte by byte: a command is broken however it comes.
        text.as_bytes().chunks(1).for_each(|byte| writer.write_all(byte).unwrap());
        writer.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_could_be_a_command_is_broken_and_nothing_else_is_touched() {
        for (text, expected) in [
            ("::error::x\n", "\\u003a:error::x\n"),
            ("  \t::add-mask::x", "  \t\\u003a:add-mask::x"),
            ("  ::: offers/a.yaml:1:1", "  ::: offers/a.yaml:1:1"),
            ("a ::error::\n+ ::b\n", "a ::error::\n+ ::b\n"),
            ("say ##vso[task.x]y", "say #\\u0023vso[task.x]y"),
            ("##VSO[x]##[group]\n", "#\\u0023VSO[x]#\\u0023[group]\n"),
            ("### heading, ## and #[x]\n", "### heading, ## and #[x]\n"),
            ("###[x]", "##\\u0023[x]"),
            ("", ""),
        ] {
            assert_eq!(broken(text), expected);
        }
    }
}
