//! Patterns with wildcards (globs), for paths and for addresses of offers.

use std::fmt;

/// A pattern: `*` and `?` within one part of a path, `**` for any number of parts, `[ab]`, `{one,two}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

/// The text is not a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatternError(fast_glob::Error);

impl Pattern {
    /// Takes a pattern.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        // At the beginning, an exclamation mark would turn the meaning of the pattern round. Nobody expects that of a path.
        let literal = if text.starts_with('!') { format!("\\{text}") } else { text.to_owned() };
        fast_glob::validate(&literal).map_err(PatternError)?;
        Ok(Self(literal))
    }

    /// Whether the pattern fits the whole of a path, letter by letter.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        fast_glob::glob_match(&self.0, path)
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.kind {
            fast_glob::ErrorKind::UnclosedBracket => f.write_str("unclosed character class; missing ']'"),
            fast_glob::ErrorKind::UnclosedBrace => f.write_str("unclosed alternatives; missing '}'"),
            _ => self.0.fmt(f),
        }
    }
}

impl std::error::Error for PatternError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stay_within_a_part_of_the_path() {
        for (pattern, path, fits) in [
            ("contoso/*", "contoso/firewall", true),
            ("contoso/*", "contoso/a/b", false),
            ("*", "contoso/firewall", false),
            ("*", "firewall", true),
            ("fire*", "firewall", true),
            ("f?rewall", "firewall", true),
            ("a?b", "a/b", false),
            ("[fg]irewall", "firewall", true),
            ("[!f]irewall", "firewall", false),
            ("[a-z]irewall", "firewall", true),
            ("{firewall,images}", "images", true),
            ("{firewall,linux-*}.yaml", "linux-images.yaml", true),
            ("**/*.yaml", "a/b/c.yaml", true),
            ("**/*.yaml", "c.yaml", true),
            ("**", "a/b", true),
            ("a/**/b", "a/b", true),
            ("!firewall", "images", false),
            ("!firewall", "!firewall", true),
            ("", "", true),
            ("firewall", "Firewall", false),
        ] {
            assert_eq!(Pattern::new(pattern).unwrap().matches(path), fits, "{pattern} {path}");
        }
    }

    #[test]
    fn what_is_not_closed_is_no_pattern() {
        for text in ["[ab", "{a,b", "a\\"] {
            let error = Pattern::new(text).unwrap_err();
            assert!(!error.to_string().is_empty(), "{text}");
        }
    }
}
