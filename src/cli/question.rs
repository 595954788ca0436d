//! Asks a person to confirm.

use std::io::BufRead as _;

use super::context::Context;
use super::interrupt::Signals;
use super::{CliError, Exit, output};

/// Asks, and takes nothing but `yes` as a yes. Where nobody can be asked, `flag` says how to go on.
pub(super) fn yes(context: &Context, question: &str, flag: &str) -> Result<(), CliError> {
    if !context.terminal.is_interactive {
        return Err(CliError::failed("stdin is not a terminal, so nobody can confirm; nothing was written").hint(flag));
    }
    output::narrate(|out| write!(out, "{question} Type `yes` to confirm: "));
    let leaving = tokio::spawn(leave_on_signal(Signals::listen()));
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    leaving.abort();
    read.map_err(|error| CliError::from(&error))?;
    if !answer.ends_with('\n') {
        output::narrate(|out| writeln!(out));
    }
    if answer.trim() == "yes" { Ok(()) } else { Err(CliError::refused("not approved; nothing was written")) }
}

/// At the question, Ctrl-C is an answer: nothing has been begun that would have to be finished.
async fn leave_on_signal(mut signals: Signals) {
    signals.any().await;
    output::narrate(|out| writeln!(out, "\ninterrupted; nothing was written"));
    super::exit::now(Exit::Error);
}
