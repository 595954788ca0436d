//! The commands that make, check and change files: init, validate, import, adopt and schema.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::format::{Files, Printed, Report};
use super::shared::{Declared, Fetching, Parallelism};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform init                               settings, a folder for offers, a schema for editors
  offerform init --workflows github            also workflows for GitHub Actions
  offerform init --workflows azure-pipelines --publisher contoso

What is there already is left as it is, and named. Run it again at any time.")]
pub(in crate::cli) struct InitArguments {
    /// Which pipelines to write
    #[arg(long, value_name = "SYSTEM", value_enum, default_value_t)]
    pub(in crate::cli) workflows: System,
    /// The folder to begin in [default: the root of the repository]
    #[arg(long, value_name = "FOLDER")]
    pub(in crate::cli) dir: Option<PathBuf>,
}

/// Where pipelines run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum System {
    /// GitHub Actions.
    Github,
    /// Azure Pipelines.
    AzurePipelines,
    /// Nowhere.
    #[default]
    None,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform validate                           the offers of the settings, or those below offers/
  offerform validate offers/firewall.yaml      a file
  offerform validate --strict                  warnings fail, too
  offerform validate --online                  look at logos, packages, disks and other files, too
  offerform validate --format github           annotations at the lines of a pull request
  offerform validate --sarif findings.sarif --junit findings.xml --html findings.html

Needs no account, and no network without --online. `offerform explain RULE` tells where a rule is said; an offer silences one by
`reconcile.silence`, with a reason.

Exit status: 0 nothing, or warnings only; 1 errors, or warnings with --strict.")]
pub(in crate::cli) struct ValidateArguments {
    #[command(flatten)]
    pub(in crate::cli) declared: Declared,
    /// Warnings fail, too
    #[arg(long)]
    pub(in crate::cli) strict: bool,
    /// Look at the files that the offers name, too: https, public addresses, of disks a few bytes only
    #[arg(long)]
    pub(in crate::cli) online: bool,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Report>,
    #[command(flatten)]
    pub(in crate::cli) files: Files,
    /// Also write it as SARIF 2.1.0
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) sarif: Option<PathBuf>,
    /// Also write it as a JUnit report
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) junit: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform import contoso/firewall            into offers/firewall.yaml, long texts beside it
  offerform import --all --publisher contoso   every offer of a publisher
  offerform import --all --dir imported --share

A plan of what was written has nothing to do. Secrets and signatures are not written: the files
refer to variables, and the command lists them.

Exit status: 0; 1 if an offer could not be imported (the others are); 3 if a file is there
already: then nothing is written.")]
pub(in crate::cli) struct ImportArguments {
    /// Which offers: `publisher/offer`, or the id alone with --publisher
    #[arg(value_name = "OFFER", conflicts_with = "all")]
    pub(in crate::cli) offers: Vec<String>,
    /// All offers of the publisher, or of all publishers that can be seen
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// The folder to write into [default: offers at the root of the repository]
    #[arg(long, value_name = "FOLDER")]
    pub(in crate::cli) dir: Option<PathBuf>,
    /// Overwrite files that are there
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// Write contacts and texts that several of the offers have once, as parts
    #[arg(long)]
    pub(in crate::cli) share: bool,
    #[command(flatten)]
    pub(in crate::cli) parallelism: Parallelism,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform adopt --dry-run                    what would be written, as a patch
  offerform adopt                              every edit in the portal, into the files it contradicts
  offerform adopt --offer contoso/firewall --path /definition/plans/standard
  git diff                                     look at it, and commit

Edits are told from your own changes by the commit at hand (HEAD). Comments, order and quotes
stay. What cannot be written back is named with its place and left: a secret, a value that
several places share, and what was changed here as well, unless --overwrite-conflicts says that
the portal wins.

Exit status: 0 if nothing is left; 3 if all of it was left, and nothing written; 1 if a part of
it was left. A dry run ends as the run would.")]
pub(in crate::cli) struct AdoptArguments {
    #[command(flatten)]
    pub(in crate::cli) declared: Declared,
    /// Only what is at or below this place, such as /definition/plans/standard
    #[arg(long, value_name = "POINTER")]
    pub(in crate::cli) path: Option<String>,
    /// The commit whose files tell edits in the portal from changes here [default: HEAD]
    #[arg(long, value_name = "REV")]
    pub(in crate::cli) base: Option<String>,
    /// Take what the portal has also where the files were changed since
    #[arg(long)]
    pub(in crate::cli) overwrite_conflicts: bool,
    /// Write also if git cannot tell which edits are not committed
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// Show what would be written as a patch, and write nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    #[command(flatten)]
    pub(in crate::cli) fetching: Fetching,
    #[command(flatten)]
    pub(in crate::cli) parallelism: Parallelism,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform schema > offer.schema.json                of every offer file
  offerform schema microsoft-azure-virtualmachines    of offers of one type; the same as `virtual-machine`
  offerform schema settings                           of offerform.yaml
  offerform schema plan                               of what `plan --format json` prints

An editor with a YAML language server finds the schema by the first line of a file:
  # yaml-language-server: $schema=offer.schema.json")]
pub(in crate::cli) struct SchemaArguments {
    /// Which one; an offer type can also be written as its `offerTypeId`
    #[arg(value_name = "TYPE", default_value = "offer", value_parser = crate::cli::schema::types())]
    pub(in crate::cli) of: String,
}
