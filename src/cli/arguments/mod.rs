//! The arguments of the command line. Their documentation comments are the help.

mod about;
mod files;
mod format;
mod image;
mod planning;
mod release;
mod sandbox;
mod shared;
mod status;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(super) use about::{
    CompletionsArguments, DoctorArguments, ExplainArguments, ManArguments, RecordArguments, RecordCommand,
    RecordShowArguments, WhoamiArguments,
};
pub(super) use files::{
    AdoptArguments, ImportArguments, InitArguments, MigrateArguments, SchemaArguments, System, ValidateArguments,
};
pub(super) use format::{Files, Format, PageFormat, Pages, Report, RunFormat};
pub(super) use image::{
    AddArguments, DeprecateArguments, Disk, ImageArguments, ImageCommand, ListArguments, PruneArguments, Writing,
};
pub(super) use planning::{ApplyArguments, Comparing, DriftArguments, DriftChoice, PlanArguments};
pub(super) use release::{ReleaseFlags, ReleaseInFile, WaitLimitFlags, duration};
pub(super) use sandbox::{SandboxArguments, SandboxCommand};
pub(super) use shared::{Declared, Fetching, Parallelism};
pub(super) use status::{
    CancelArguments, DiffArguments, GoLiveArguments, OperationsArguments, OperationsCommand, PublishArguments,
    ShowArguments, StatusArguments,
};

use crate::auth::Method;
use crate::offer::Api;

const EXAMPLES: &str = "\
Examples:
  offerform --sandbox plan examples/offers     try it without an account
  offerform validate                           check the files
  offerform plan                               show what would change
  offerform plan --out plan.json               also save the plan for review
  offerform apply plan.json --auto-approve     apply the reviewed plan
  offerform drift                              show edits made in the portal
  offerform image add contoso/firewall 1.11.0 --sku standard --vhd-env VHD
  offerform status                             show how offers are released
  offerform whoami                             show the signed-in identity

Exit status: 0 success, 1 error, 2 changes (plan --detailed-exitcode) or drift, 3 refused and nothing written.";

/// Manages Microsoft commercial marketplace offers in git.
///
/// Offers are declared in YAML files. `plan` shows what would change in the portal, and `apply` makes the changes: through the Cloud Partner Portal API, or through the Product Ingestion API of Partner Center for files with `api: product-ingestion`.
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
    /// The address of the Cloud Partner Portal API: https, or http on this machine; that of the Product Ingestion API is in OFFERFORM_INGESTION_ENDPOINT [env: OFFERFORM_ENDPOINT]
    #[arg(long, global = true, value_name = "URL")]
    pub(super) endpoint: Option<String>,
    /// The API of offers that no file declares: cloud-partner-portal or product-ingestion [env: OFFERFORM_API] [default: cloud-partner-portal]
    #[arg(long, global = true, value_name = "API")]
    pub(super) api: Option<Api>,
    /// Only offers of this publisher [env: OFFERFORM_PUBLISHER]
    #[arg(long, global = true, value_name = "ID")]
    pub(super) publisher: Option<String>,
    /// The settings file [env: OFFERFORM_CONFIG] [default: offerform.yaml at the root of the repository]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// How to sign in: token, secret, workload, github, managed, pipelines or cli [env: OFFERFORM_AUTH] [default: the first whose variables are set]
    #[arg(long, global = true, value_name = "METHOD")]
    pub(super) auth: Option<Method>,
    /// Use the built-in simulator of the service, kept under .offerform/sandbox [env: OFFERFORM_SANDBOX]
    #[arg(long, global = true, conflicts_with = "endpoint")]
    pub(super) sandbox: bool,
    /// Send this header with every request to the service; an empty value removes a header; can be repeated
    #[arg(long = "header", global = true, value_name = "NAME=VALUE")]
    pub(super) headers: Vec<String>,
    /// When to use colours [env: OFFERFORM_COLOR, NO_COLOR, CLICOLOR_FORCE]
    #[arg(long, global = true, value_name = "WHEN", value_enum)]
    pub(super) color: Option<ColourChoice>,
    /// Print more: -v for each action, -vv for each request
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    /// Print only the result and errors
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
    /// Create settings, a folder for offers and pipelines; existing files stay as they are
    Init(InitArguments),
    /// Check everything that a run needs, and say how to fix what is missing; changes nothing
    Doctor(DoctorArguments),
    /// Show what apply would change in the portal; changes nothing
    Plan(PlanArguments),
    /// Make the portal match the files
    Apply(ApplyArguments),
    /// Show what was edited in the portal; changes nothing
    Drift(DriftArguments),
    /// Write offers from the portal to files; changes nothing in the portal
    Import(ImportArguments),
    /// Write edits made in the portal to the files; changes nothing in the portal
    Adopt(AdoptArguments),
    /// Turn offer files of the Cloud Partner Portal API into files of the Product Ingestion API; changes nothing in the portal
    Migrate(MigrateArguments),
    /// Add, list, prune and deprecate image versions in offer files
    Image(ImageArguments),
    /// Show the state of offers: draft, preview, production, and running operations
    Status(StatusArguments),
    /// Show one offer: title, plans, prices, images, running operations, and differences between its slots
    Show(ShowArguments),
    /// Publish the draft of an offer to its preview, as the portal has it
    Publish(PublishArguments),
    /// Make the preview of an offer live for customers
    GoLive(GoLiveArguments),
    /// Cancel the running operation of an offer
    Cancel(CancelArguments),
    /// List, show, follow or cancel operations of the service
    Operations(OperationsArguments),
    /// Compare two slots or versions of an offer, such as production and preview
    Diff(DiffArguments),
    /// Check the files, without an account or a network
    Validate(ValidateArguments),
    /// Explain a guard or a rule: the reason, the source, and how to allow or silence it
    Explain(ExplainArguments),
    /// Print a JSON Schema: for offer files, for the settings, or for an output
    Schema(SchemaArguments),
    /// Show the signed-in identity, the method, the expiry, and the visible publishers
    Whoami(WhoamiArguments),
    /// Show or prune the record of what was applied and how the service rewrites values
    Record(RecordArguments),
    /// Work with the built-in simulator of the service
    Sandbox(SandboxArguments),
    /// Print a completion script for a shell
    Completions(CompletionsArguments),
    /// Write the manual pages
    Man(ManArguments),
}
