//! `offerform completions`.

use clap::CommandFactory as _;

use super::arguments::{Arguments, CompletionsArguments};
use super::{CliError, Exit, output};

pub(super) fn run(arguments: &CompletionsArguments) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "offerform", &mut script);
    output::script(&script)?;
    Ok(Exit::Done)
}
