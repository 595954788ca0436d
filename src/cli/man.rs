//! `offerform man`: a manual page for each command.

use clap::CommandFactory as _;

use super::arguments::{Arguments, ManArguments};
use super::{CliError, Exit, output};

pub(super) fn run(arguments: &ManArguments) -> Result<Exit, CliError> {
    let folder = &arguments.folder;
    let failed =
        |source: std::io::Error| CliError::failed(format!("writing manual pages to `{}`: {source}", folder.display()));
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Arguments::command(), folder).map_err(failed)?;
    output::data(|out| writeln!(out, "manual pages are in {}", folder.display()))?;
    Ok(Exit::Done)
}
