//! The command line: arguments in, exit status out. One file for each command; nothing imports this room.

mod account_keys;
mod adopt;
mod apply;
mod arguments;
mod commands;
mod completions;
mod context;
mod diff;
mod doctor;
mod drift;
mod environment;
mod error;
mod exit;
mod explain;
mod findings;
mod image;
mod import;
mod init;
mod interrupt;
mod keyring;
mod log;
mod man;
mod manual;
mod migrate;
mod offers;
mod output;
mod pages;
mod plan;
mod plan_file;
mod product_cache;
mod progress;
mod question;
mod record;
mod release;
mod requests;
mod sandbox;
mod schema;
mod schemas;
mod secrets;
mod served;
mod service;
mod settings;
mod show;
mod start;
mod status;

mod validate;
mod whoami;

use std::process::ExitCode;

use clap::Parser as _;
use futures_util::future::LocalBoxFuture;

use arguments::{Arguments, Command};
use context::Context;
use error::CliError;
use exit::Exit;

/// The program: reads its arguments and runs the command.
#[must_use]
pub fn main() -> ExitCode {
    exit::on_panic();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return exit::usage(error).into(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => {
            // As an object, the whole program is compiled once: `block_on` polls its future in three places.
            let program: LocalBoxFuture<'_, Result<Exit, CliError>> = Box::pin(run(arguments));
            runtime.block_on(program)
        }
        Err(source) => Err(CliError::from(&source)),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            output::error(&error);
            error.exit().into()
        }
    }
}

/// The definition of the command line, with all commands and options: for tests, and for what is generated from it.
#[must_use]
pub fn command() -> clap::Command {
    let mut command = <Arguments as clap::CommandFactory>::command().disable_help_subcommand(true);
    command.build();
    command
}

async fn run(arguments: Arguments) -> Result<Exit, CliError> {
    let Arguments { global, command } = arguments;
    match command {
        Command::Completions(command) => completions::run(&command),
        Command::Man(command) => man::run(&command),
        Command::Schema(command) => schema::run(&command),
        command => {
            let context = Context::new(&global)?;
            match command {
                Command::Plan(command) => plan::run(&context, command).await,
                Command::Apply(command) => apply::run(&context, command).await,
                Command::Init(command) => init::run(&context, &command),
                Command::Doctor(command) => doctor::run(&context, &command).await,
                Command::Adopt(command) => adopt::run(&context, command).await,
                Command::Migrate(command) => migrate::run(&context, command).await,
                Command::Import(command) => import::run(&context, command).await,
                Command::Drift(command) => drift::run(&context, command).await,
                Command::Image(command) => image::run(&context, command.command).await,
                Command::Show(command) => show::run(&context, &command).await,
                Command::Status(command) => status::status(&context, command).await,
                Command::Publish(command) => manual::publish(&context, command).await,
                Command::GoLive(command) => manual::go_live(&context, command).await,
                Command::Cancel(command) => manual::cancel(&context, command).await,
                Command::Operations(command) => status::operations(&context, command).await,
                Command::Diff(command) => diff::run(&context, command).await,
                Command::Validate(command) => validate::run(&context, &command).await,
                Command::Explain(command) => explain::run(&context, &command),
                Command::Whoami(command) => whoami::run(&context, &command).await,
                Command::Record(command) => record::run(&context, &command.command),
                Command::Sandbox(command) => sandbox::run(&context, command).await,
                Command::Completions(_) | Command::Man(_) | Command::Schema(_) => Ok(Exit::Done),
            }
        }
    }
}
