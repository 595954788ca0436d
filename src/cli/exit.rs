//! The exit codes: a contract.

use std::process::ExitCode;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Everything asked for was done.
    Done = 0,
    /// Something failed, or the arguments make no sense.
    Error = 1,
    /// There are changes (`plan --detailed-exitcode`), or the portal was edited (`drift`).
    Changes = 2,
    /// Refused for safety; nothing was written.
    Refused = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Ends the program on the spot: for a Ctrl-C with nothing in flight, and for the second one.
#[expect(clippy::exit, reason = "whoever presses Ctrl-C then means it")]
pub(super) fn now(exit: Exit) -> ! {
    std::process::exit(exit as i32)
}

/// Shows what clap has to say. Help and version are no errors; everything else is 1, where clap would say 2.
pub(super) fn usage(error: &clap::Error) -> Exit {
    // Nothing can be done if even that cannot be written.
    let _ = error.print();
    if error.use_stderr() { Exit::Error } else { Exit::Done }
}
