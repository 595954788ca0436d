//! The exit codes: a contract.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};

use crate::secret::{REDACTED, redact};

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

/// Makes a panic in any thread end the program with [`Exit::Error`].
///
/// The packages are built to abort on a panic, and an abort lets the system store an image of the memory, which contains tokens.
pub(super) fn on_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        report(panic);
        let _ = writeln!(
            io::stderr(),
            "error: this is a defect in offerform\nhint: report it with the lines above; if a write was in flight, look at \
             `offerform status` before you run the command again"
        );
        now(Exit::Error)
    }));
}

/// Shows what clap has to say. Help and version are no errors; everything else is 1, where clap would say 2.
pub(super) fn usage(error: clap::Error) -> Exit {
    let error = without_secrets(error);
    // Nothing can be done if even that cannot be written.
    let _ = error.print();
    if error.use_stderr() { Exit::Error } else { Exit::Done }
}

/// Arguments that take the name of a variable. What stands there and is no name may be the secret itself.
const NAMES: [&str; 2] = ["VARIABLE", "DISK"];

/// The error without the secrets that stand on the command line by mistake: the log of a pipeline shows what is said here.
fn without_secrets(mut error: clap::Error) -> clap::Error {
    let text = |value: &ContextValue| match value {
        ContextValue::String(text) => Some(text.clone()),
        _ => None,
    };
    let takes_a_name = error
        .get(ContextKind::InvalidArg)
        .and_then(text)
        .is_some_and(|argument| NAMES.iter().any(|name| argument.contains(name)));
    for kind in [ContextKind::InvalidArg, ContextKind::InvalidValue, ContextKind::InvalidSubcommand] {
        let Some(said) = error.get(kind).and_then(text) else { continue };
        let hides = takes_a_name && kind == ContextKind::InvalidValue && !said.is_empty();
        let shown = if hides { REDACTED.to_owned() } else { redact(&said).into_owned() };
        error.insert(kind, ContextValue::String(shown));
    }
    error
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::thread;

    use super::on_panic;

    /// Set in the process that panics.
    const PANICS: &str = "OFFERFORM_TEST_PANICS";

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the same test runs in two processes")]
    fn a_panic_in_any_thread_ends_the_program_with_1_and_asks_for_a_report() {
        if std::env::var_os(PANICS).is_some() {
            on_panic();
            // Without the hook, the thread alone would end, and the test with 0.
            let _ = thread::spawn(|| panic!("out of order")).join();
            return;
        }
        let name = "cli::exit::tests::a_panic_in_any_thread_ends_the_program_with_1_and_asks_for_a_report";
        let this = std::env::current_exe().unwrap();
        let output = Command::new(this).args(["--exact", name, "--nocapture"]).env(PANICS, "1").output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains("out of order"), "{stderr}");
        assert!(
            stderr.contains("error: this is a defect in offerform\nhint: report it with the lines above"),
            "{stderr}"
        );
    }
}
