//! What can be written on the command line. The texts here are the help.

mod about;
mod files;
mod format;
mod planning;
mod sandbox;
mod shared;
mod standing;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(super) use about::{
    CompletionsArguments, DoctorArguments, ExplainArguments, ManArguments, RecordArguments, RecordCommand,
    RecordShowArguments, WhoamiArguments,
};
pub(super) use files::{AdoptArguments, ImportArguments, InitArguments, SchemaArguments, System, ValidateArguments};
pub(super) use format::{Files, Format, PageFormat, Pages, Report, RunFormat};
pub(super) use planning::{ApplyArguments, Comparing, DriftArguments, PlanArguments};
pub(super) use sandbox::{SandboxArguments, SandboxCommand};
pub(super) use shared::{Declared, Fetching, Parallelism};
pub(super) use standing::{
    CancelArguments, DiffArguments, GoLiveArguments, OperationsArguments, OperationsCommand, PublishArguments,
    StatusArguments,
};

use crate::auth::Method;

const EXAMPLES: &str = "\
Examples:
  offerform --sandbox plan examples/offers     try it: no account, nothing to set up
  offerform validate                           what is wrong with the files, without asking anybody
  offerform plan                               what the files would change in the portal
  offerform plan --out plan.json               the same, saved for review
  offerform apply plan.json --auto-approve     exactly what was reviewed, or nothing
  offerform drift                              whether somebody edited the portal
  offerform status                             how far each offer is released
  offerform whoami                             who is signed in, and what it can see

Exit status: 0 done, 1 error, 2 changes (plan --detailed-exitcode) or drift, 3 refused and nothing written.";

/// Keeps Microsoft commercial-marketplace offers in git.
///
/// Offers are declared in YAML files. `plan` shows what would change in the Cloud Partner Portal, `apply` changes it.
#[derive(Debug, Parser)]
#[command(name = "offerform", version, after_help = EXAMPLES, arg_required_else_help = true, propagate_version = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct Global {
    /// Where the service is: https, or http to this machine [env: OFFERFORM_ENDPOINT]
    #[arg(long, global = true, value_name = "URL")]
    pub(super) endpoint: Option<String>,
    /// Look only at offers of this publisher [env: OFFERFORM_PUBLISHER]
    #[arg(long, global = true, value_name = "ID")]
    pub(super) publisher: Option<String>,
    /// The settings file [env: OFFERFORM_CONFIG] [default: offerform.yaml at the root of the repository]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// How to sign in: token, secret, workload, github, managed, pipelines or cli [env: OFFERFORM_AUTH] [default: by what is set]
    #[arg(long, global = true, value_name = "METHOD")]
    pub(super) auth: Option<Method>,
    /// Use the built-in simulator of the service, kept under .offerform/sandbox [env: OFFERFORM_SANDBOX]
    #[arg(long, global = true, conflicts_with = "endpoint")]
    pub(super) sandbox: bool,
    /// Send this header with every request to the service; an empty value leaves one out. Can be given several times
    #[arg(long = "header", global = true, value_name = "NAME=VALUE")]
    pub(super) headers: Vec<String>,
    /// When to use colours [env: OFFERFORM_COLOR, NO_COLOR, CLICOLOR_FORCE]
    #[arg(long, global = true, value_name = "WHEN", value_enum)]
    pub(super) color: Option<ColourChoice>,
    /// Tell more: -v what is done, -vv every request
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    /// Tell nothing but the result and errors
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ColourChoice {
    /// On a terminal.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Begin: write settings, a folder for offers and pipelines, as far as they are missing
    Init(InitArguments),
    /// Tell what a run would stumble over, and what to do about it; changes nothing
    Doctor(DoctorArguments),
    /// Show what would change in the portal; changes nothing
    Plan(PlanArguments),
    /// Change the portal to what the files declare
    Apply(ApplyArguments),
    /// Tell whether somebody edited the portal; changes nothing
    Drift(DriftArguments),
    /// Write offers of the portal into files; changes nothing in the portal
    Import(ImportArguments),
    /// Write what was edited in the portal back into the files; changes nothing in the portal
    Adopt(AdoptArguments),
    /// Tell where offers stand: draft, preview, production, and what is under way
    Status(StatusArguments),
    /// Bring the draft of an offer to its preview, as the portal has it
    Publish(PublishArguments),
    /// Bring the preview of an offer to customers
    GoLive(GoLiveArguments),
    /// Cancel what the service has under way for an offer
    Cancel(CancelArguments),
    /// List, show, follow or cancel what the service has under way for an offer
    Operations(OperationsArguments),
    /// Compare two slots of an offer: what a publish or a go-live would make visible
    Diff(DiffArguments),
    /// Tell what is wrong with the files, without asking anybody
    Validate(ValidateArguments),
    /// Explain a guard or a rule: why it is there, where that is said, and how to get past it
    Explain(ExplainArguments),
    /// Print a JSON Schema: of offer files for an editor, of the settings, of an output
    Schema(SchemaArguments),
    /// Tell who is signed in, how, until when, and which publishers are visible
    Whoami(WhoamiArguments),
    /// Show or prune what is remembered of the service's rewrites
    Record(RecordArguments),
    /// Work with the built-in simulator of the service
    Sandbox(SandboxArguments),
    /// Print a completion script for a shell
    Completions(CompletionsArguments),
    /// Write the manual pages
    Man(ManArguments),
}
