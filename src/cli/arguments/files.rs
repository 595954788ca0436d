//! The commands that make, check and change files: init, validate, import, adopt and schema.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::format::{Files, Format, Printed, Report};
use super::shared::{Declared, Fetching, Parallelism};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform init                               settings, a folder for offers, a schema for editors
  offerform init --workflows github            also workflows for GitHub Actions
  offerform init --workflows azure-pipelines --publisher contoso

Existing files are listed and stay as they are. Run it again at any time.")]
pub(in crate::cli) struct InitArguments {
    /// The pipelines to write
    #[arg(long, value_name = "SYSTEM", value_enum, default_value_t)]
    pub(in crate::cli) workflows: System,
    /// The folder to set up [default: the root of the repository]
    #[arg(long, value_name = "FOLDER")]
    pub(in crate::cli) dir: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Format>,
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
  offerform validate --strict                  warnings are errors
  offerform validate --online                  also check logos, packages, disks and other files
  offerform validate --format github           annotations at the lines of a pull request
  offerform validate --sarif findings.sarif --junit findings.xml --html findings.html

Needs no network without --online, and an account only for --online with `key: { from: azure }`. `offerform explain RULE` tells where a rule is said; an offer silences one by
`reconcile.silence`, with a reason.

Exit status: 0 nothing, or warnings only; 1 errors, or warnings with --strict.")]
pub(in crate::cli) struct ValidateArguments {
    #[command(flatten)]
    pub(in crate::cli) declared: Declared,
    /// Treat warnings as errors
    #[arg(long)]
    pub(in crate::cli) strict: bool,
    /// Also fetch the files that offers name: public https addresses only, and of disks only a few bytes
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
  offerform import --all --format json | jq -r '.offers[].variables[].name'

A plan of the written files has no changes. Secrets and signatures are not written: the files
refer to variables, and the command lists them.

Exit status: 0; 1 if an offer could not be imported (the others are); 3 if a file exists
already, and nothing is written.")]
pub(in crate::cli) struct ImportArguments {
    /// The offers: `publisher/offer`, or the id alone with --publisher
    #[arg(value_name = "OFFER", conflicts_with = "all")]
    pub(in crate::cli) offers: Vec<String>,
    /// All offers of the publisher, or of all visible publishers
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// The folder to write into [default: offers at the root of the repository]
    #[arg(long, value_name = "FOLDER")]
    pub(in crate::cli) dir: Option<PathBuf>,
    /// Overwrite existing files
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// Write contacts and texts that several offers have in common once, as parts
    #[arg(long)]
    pub(in crate::cli) share: bool,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Format>,
    #[command(flatten)]
    pub(in crate::cli) parallelism: Parallelism,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform adopt --dry-run                    print a patch, write nothing
  offerform adopt                              write every edit in the portal to its file
  offerform adopt --offer contoso/firewall --path /definition/plans/standard
  git diff                                     review and commit
  offerform adopt --format json | jq .summary

Edits are told from your own changes by the commit at hand (HEAD). Comments, order and quotes
stay. What cannot be written back is named with its place and left: a secret, a value that
several places share, and what was changed here as well, unless --overwrite-conflicts says that
the portal wins.

Exit status: 0 if nothing is left; 3 if all of it was left, and nothing written; 1 if a part of
it was left. A dry run ends as the run would.")]
pub(in crate::cli) struct AdoptArguments {
    #[command(flatten)]
    pub(in crate::cli) declared: Declared,
    /// Only values at or below this path, such as /definition/plans/standard
    #[arg(long, value_name = "POINTER")]
    pub(in crate::cli) path: Option<String>,
    /// The commit whose files tell edits in the portal from changes here [default: HEAD]
    #[arg(long, value_name = "REV")]
    pub(in crate::cli) base: Option<String>,
    /// Also take the portal's value where the files were changed
    #[arg(long)]
    pub(in crate::cli) overwrite_conflicts: bool,
    /// Write even if git cannot tell which edits are uncommitted
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// Print a patch, and write nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Format>,
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
    #[arg(value_name = "TYPE", default_value = "offer", value_parser = crate::cli::schemas::types())]
    pub(in crate::cli) of: String,
}
