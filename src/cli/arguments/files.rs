//! The commands that make, check and change files: init, validate, import, adopt and schema.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::format::{Files, Format, Printed, Report};
use super::shared::{Declared, Fetching, Parallelism};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform init                               settings, offers/, a schema
  offerform init --workflows github            also workflows for GitHub Actions
  offerform init --workflows azure-pipelines --publisher contoso

Existing files are listed and not changed, so you can run it again at any time.")]
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
    /// No pipelines.
    #[default]
    None,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform validate                           all offers
  offerform validate offers/firewall.yaml      a file
  offerform validate --strict                  treat warnings as errors
  offerform validate --online                  also check logos, disks, …
  offerform validate --format github           annotate a pull request
  offerform validate --sarif findings.sarif --junit findings.xml

Needs no network without --online. Needs an account only for --online with `key: { from: azure }`. \
`offerform explain RULE` shows the source of a rule. To silence a rule, add it to \
`reconcile.silence` in the offer's file, with a reason.

Exit status: 0 no findings, or warnings only; 1 if there are errors, or warnings with --strict.")]
pub(in crate::cli) struct ValidateArguments {
    #[command(flatten)]
    pub(in crate::cli) declared: Declared,
    /// Treat warnings as errors
    #[arg(long)]
    pub(in crate::cli) strict: bool,
    /// Also download the files that the offers name, from public https addresses only; of disks only a few bytes
    #[arg(long)]
    pub(in crate::cli) online: bool,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Report>,
    #[command(flatten)]
    pub(in crate::cli) files: Files,
    /// Also write the findings as SARIF 2.1.0
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) sarif: Option<PathBuf>,
    /// Also write the findings as a JUnit report
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) junit: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform import contoso/firewall            into offers/firewall.yaml
  offerform import --all --publisher contoso   every offer of a publisher
  offerform import --all --dir imported --share
  offerform import --all --api product-ingestion --publisher contoso
  offerform import --all --format json | jq -r '.offers[].variables[].name'

A plan of the written files has no changes. Secrets and signatures are not written: the files \
refer to variables, and the command lists them.

Exit status: 0 success; 1 an offer could not be imported (the others are written); 3 a file exists \
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
  offerform migrate offers/firewall.yaml --dry-run
  offerform migrate                            every offer
  offerform migrate --dry-run --format json | jq '.offers[].lost'
  offerform plan                               has nothing to do for them

The new file takes the place of the old one. It has what the Product Ingestion API has of the same \
offer. References to secrets, texts in files of their own, the `reconcile` block, and the comments \
at the top and on plans are kept from the old file. Places in `ignore` and `silence` become those of \
the new file where it has the same value. What cannot be kept is listed, as are variables that are \
new. Apply your changes and adopt edits in the portal first: values that differ from the portal are \
lost, and listed. Nothing is written for an offer whose new file would not give an empty plan.

Exit status: 0 success; 1 an offer could not be migrated (the others are written).")]
pub(in crate::cli) struct MigrateArguments {
    /// Offer files, folders or globs [default: `offers` of offerform.yaml, else offers/]
    #[arg(value_name = "PATH")]
    pub(in crate::cli) paths: Vec<String>,
    /// Show what would be done, and write nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Format>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform adopt --dry-run                    print a patch, write nothing
  offerform adopt                              write every edit to its file
  offerform adopt --offer contoso/firewall --path /definition/plans/standard
  git diff                                     review and commit
  offerform adopt --format json | jq .summary

Edits are distinguished from your own changes by the last-applied record, or by HEAD. Comments, \
order and quotes stay. Edits that cannot be written are listed with their place and left alone: a \
secret, a value that several places share, and a value that also changed in the files, unless \
--overwrite-conflicts is given.

Exit status: 0 nothing is left; 3 everything was left, and nothing was written; 1 some edits were \
left. A dry run has the exit status of the real run.")]
pub(in crate::cli) struct AdoptArguments {
    #[command(flatten)]
    pub(in crate::cli) declared: Declared,
    /// Only values at or below this path, such as /definition/plans/standard
    #[arg(long, value_name = "POINTER")]
    pub(in crate::cli) path: Option<String>,
    /// The commit that distinguishes edits in the portal from changes in the files [default: HEAD]
    #[arg(long, value_name = "REV")]
    pub(in crate::cli) base: Option<String>,
    /// Take the portal's value even if the files changed it, too
    #[arg(long)]
    pub(in crate::cli) overwrite_conflicts: bool,
    /// Write even if git cannot say which edits are not committed
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
  offerform schema > offer.schema.json                for all offer files
  offerform schema virtual-machine                    for offers of one type
  offerform schema settings                           for offerform.yaml
  offerform schema plan                               for plans as JSON

An editor with a YAML language server uses the schema that the first line of a file names:
  # yaml-language-server: $schema=offer.schema.json")]
pub(in crate::cli) struct SchemaArguments {
    /// The schema to print; an offer type can also be given as its `offerTypeId`
    #[arg(value_name = "TYPE", default_value = "offer", value_parser = crate::cli::schemas::types())]
    pub(in crate::cli) of: String,
}
