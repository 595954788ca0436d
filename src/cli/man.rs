//! `offerform man`: a manual page for each command.

use std::io;
use std::path::Path;

use clap_mangen::Man;

use super::arguments::ManArguments;
use super::{CliError, Exit, output};
use crate::file;

pub(super) fn run(arguments: &ManArguments) -> Result<Exit, CliError> {
    let folder = &arguments.folder;
    let failed =
        |source: io::Error| CliError::failed(format!("writing manual pages to `{}`: {source}", folder.display()));
    let command = super::command();
    let mut batch = file::Batch::below(folder);
    stage(&mut batch, folder, &command).and_then(|()| Ok(batch.commit()?)).map_err(failed)?;
    output::data(|out| writeln!(out, "manual pages written to {}", folder.display()))?;
    Ok(Exit::Done)
}

/// The pages of a command and of everything below it.
fn stage(batch: &mut file::Batch, folder: &Path, command: &clap::Command) -> io::Result<()> {
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        stage(batch, folder, below)?;
    }
    let page = Man::new(command.clone());
    let mut text = Vec::new();
    page.render(&mut text)?;
    Ok(batch.stage(&folder.join(page.get_filename()), &text)?)
}
