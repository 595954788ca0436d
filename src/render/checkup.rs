//! What a check-up before a run found, as renderers get it.

/// The result of `doctor`.
#[derive(Debug)]
pub struct Checkup {
    /// The checks, in the order in which a run would stumble over them.
    pub checks: Vec<Check>,
}

impl Checkup {
    /// How many checks came to this.
    #[must_use]
    pub fn count(&self, finding: Finding) -> usize {
        self.checks.iter().filter(|check| check.finding == finding).count()
    }
}

/// What was looked at, and what came of it.
#[derive(Debug)]
pub struct Check {
    /// What was looked at, in a word.
    pub of: &'static str,
    /// The result of the check.
    pub finding: Finding,
    /// The result in a sentence.
    pub text: String,
    /// What to do about it.
    pub advice: Option<String>,
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// The check found no problem.
    Ok,
    /// A run does without, or comes to it later.
    Warning,
    /// A run would fail.
    Failed,
}

impl Finding {
    /// The finding in a word, which scripts read too.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}
