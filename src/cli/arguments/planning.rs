//! The commands that compare files with the portal: plan, apply and drift.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Deserialize;

use super::format::{Files, PageFormat, Pages, Printed, RunFormat};
use super::release::{ReleaseFlags, WaitFlags};
use super::shared::{Allowances, Consent, Declared, Fetching, Parallelism};
use crate::plan::OnDrift;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform plan                               all offers
  offerform plan offers/firewall.yaml          one file
  offerform plan --offer 'contoso/fire*'       by address
  offerform plan --base origin/main            only the changes of this branch
  offerform plan --out plan.json               save it for `apply`
  offerform plan --format json | jq .summary   for scripts
  offerform plan --markdown plan.md            also write it for a comment
  offerform plan --html plan.html              also write a page
  offerform plan --publish                     also publish the drafts
  offerform plan --detailed-exitcode           exit 2 on changes, 3 if refused

The format of the last line is fixed: Plan: N to create, N to update, N to release, N unchanged.")]
#[command(mut_arg("html", |html| html
    .help("Also write the result as an HTML page, with the listings before and after")))]
pub(in crate::cli) struct PlanArguments {
    #[command(flatten)]
    pub(in crate::cli) declared: Declared,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<PageFormat>,
    /// Save the plan for `apply FILE`; contains no secret
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) files: Files,
    /// Exit with 2 if there are changes, with 3 if apply would refuse them
    #[arg(long)]
    pub(in crate::cli) detailed_exitcode: bool,
    /// Also list values that only the portal has
    #[arg(long)]
    pub(in crate::cli) show_unmanaged: bool,
    #[command(flatten)]
    pub(in crate::cli) parallelism: Parallelism,
    #[command(flatten)]
    pub(in crate::cli) comparing: Comparing,
    #[command(flatten)]
    pub(in crate::cli) release: ReleaseFlags,
    #[command(flatten)]
    pub(in crate::cli) allowances: Allowances,
}

/// What the files are compared with, and what happens to differences.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Comparing with another commit")]
#[command(mut_arg("no_fetch", |no_fetch| no_fetch.help(
    "Do not download files; values that the service keeps copies of are then not compared"
)))]
pub(in crate::cli) struct Comparing {
    /// The commit to compare the files with: the merge base in a pull request, the previous commit on merge
    #[arg(long, value_name = "REV")]
    pub(in crate::cli) base: Option<String>,
    /// What to do about values that were edited in the portal [default: keep] [setting: drift]
    #[arg(long, value_name = "WHAT")]
    pub(in crate::cli) drift: Option<DriftChoice>,
    /// Overwrite values that changed both in the files and in the portal
    #[arg(long)]
    pub(in crate::cli) overwrite_conflicts: bool,
    /// Send all declared secrets again, even if nothing else changes
    #[arg(long)]
    pub(in crate::cli) rotate_secrets: bool,
    #[command(flatten)]
    pub(in crate::cli) fetching: Fetching,
}

/// What is done about edits in the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::cli) enum DriftChoice {
    /// Keep and show them; the offer is not released until they are resolved
    Keep,
    /// Replace them with the values in the files
    Revert,
    /// Refuse the plan
    Refuse,
}

impl From<DriftChoice> for OnDrift {
    fn from(choice: DriftChoice) -> Self {
        match choice {
            DriftChoice::Keep => Self::Keep,
            DriftChoice::Revert => Self::Revert,
            DriftChoice::Refuse => Self::Refuse,
        }
    }
}

impl Comparing {
    /// Whether anything is asked for.
    pub(in crate::cli) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform apply                              plan, ask, write
  offerform apply offers/firewall.yaml         one file
  offerform apply plan.json --auto-approve     exactly this plan, or nothing
  offerform apply --allow sku-removal:contoso/firewall/basic
  offerform apply --auto-approve --report run.json --html run.html
  offerform apply --auto-approve --go-live --wait

Offers are written in parallel, each only at the revision it was planned with. A failure does not \
stop the other offers. Then they are released as far as their files say (`reconcile.release`). A \
release takes days: apply starts it and returns, and the next run continues; with --wait, apply \
waits until the release ends. Ctrl-C finishes requests in flight and starts nothing new; a second \
Ctrl-C stops at once.")]
#[command(mut_arg("markdown", |markdown| markdown
    .help("Also write the report as Markdown, for a comment or an issue")))]
#[command(mut_arg("html", |html| html.help("Also write the report as an HTML page")))]
#[command(mut_arg("paths", |paths| paths
    .value_name("PLANFILE | PATH")
    .help("A saved plan, or offer files, folders or globs [default: as for plan]")))]
#[command(mut_arg("allow", |allow| allow
    .help("Allow a guard by code and target, such as sku-removal:contoso/firewall/basic")))]
#[command(mut_arg("parallelism", |parallelism| parallelism
    .help("The number of offers to process at the same time [env: OFFERFORM_PARALLELISM] [default: 8]")))]
pub(in crate::cli) struct ApplyArguments {
    #[command(flatten)]
    pub(in crate::cli) declared: Declared,
    #[command(flatten)]
    pub(in crate::cli) consent: Consent,
    /// Also write the report as JSON: who, when, commit, each change, each request
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) report: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) pages: Pages,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<RunFormat>,
    #[command(flatten)]
    pub(in crate::cli) comparing: Comparing,
    #[command(flatten)]
    pub(in crate::cli) release: ReleaseFlags,
    #[command(flatten)]
    pub(in crate::cli) wait: WaitFlags,
    #[command(flatten)]
    pub(in crate::cli) allowances: Allowances,
    #[command(flatten)]
    pub(in crate::cli) parallelism: Parallelism,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform drift                              compare HEAD with the portal
  offerform drift --offer 'contoso/*'
  offerform drift --format json | jq .summary

Exit status: 0 in sync, 2 drift, 1 error. Offers that exist only in the portal are listed, but are \
not drift. Files that are not committed are not compared. Outside a git repository, the files are \
compared as they are.")]
#[command(mut_arg("html", |html| html
    .help("Also write the result as an HTML page, with the listings before and after")))]
pub(in crate::cli) struct DriftArguments {
    #[command(flatten)]
    pub(in crate::cli) declared: Declared,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<PageFormat>,
    #[command(flatten)]
    pub(in crate::cli) files: Files,
    #[command(flatten)]
    pub(in crate::cli) fetching: Fetching,
    #[command(flatten)]
    pub(in crate::cli) parallelism: Parallelism,
}
