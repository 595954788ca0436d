//! What can be written on the command line. The texts here are the help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::release::{ObstacleFlags, PatienceFlags, ReleaseFlags, WaitFlags};
use crate::auth::Method;
use crate::offer::Slot;
use crate::plan::Allowance;

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

/// Which offers are meant.
#[derive(Debug, Clone, Args)]
pub(super) struct Selection {
    /// Only offers whose `publisher/offer` (or offer id alone) matches; can be given several times
    #[arg(long = "offer", value_name = "GLOB")]
    pub(super) offers: Vec<String>,
}

/// What is compared with what, and who wins.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Comparing with another commit")]
#[expect(clippy::struct_excessive_bools, reason = "flags of the command line are what they are")]
pub(super) struct Comparing {
    /// The commit whose files tell this change from edits in the portal: the merge base in a pull request, the commit before on merge
    #[arg(long, value_name = "REV")]
    pub(super) base: Option<String>,
    /// Leave what was edited in the portal as it is; needs --base
    #[arg(long, requires = "base")]
    pub(super) keep_drift: bool,
    /// Let the files win where a value was changed here and in the portal; needs --base
    #[arg(long, requires = "base")]
    pub(super) overwrite_conflicts: bool,
    /// Send all declared secrets anew, even if nothing else changes
    #[arg(long)]
    pub(super) rotate_secrets: bool,
    /// Fetch no files: where the service hosts a copy under an address of its own, it stays undetermined whether it is what is declared
    #[arg(long)]
    pub(super) no_fetch: bool,
}

impl Comparing {
    /// Whether anything is asked for.
    pub(super) fn is_default(&self) -> bool {
        self.base.is_none() && !self.keep_drift && !self.overwrite_conflicts && !self.rotate_secrets && !self.no_fetch
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform plan                               the offers of offerform.yaml, else those in offers/
  offerform plan offers/firewall.yaml          one file
  offerform plan --offer 'contoso/fire*'       by address
  offerform plan --base origin/main            what this branch changes, apart from edits in the portal
  offerform plan --out plan.json               save it for `offerform apply plan.json`
  offerform plan --format json | jq .summary   for scripts
  offerform plan --markdown plan.md            also for a comment on the pull request
  offerform plan --html plan.html              also as a page, with the listings before and after
  offerform plan --publish                     also what it takes to bring the drafts to the preview
  offerform plan --detailed-exitcode           exit 2 if there are changes, 3 if apply would refuse them

The last line is always: Plan: N to create, N to update, N to release, N unchanged.")]
pub(super) struct PlanArguments {
    /// Offer files, folders or globs [default: `offers` of offerform.yaml, else offers/]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<String>,
    #[command(flatten)]
    pub(super) selection: Selection,
    /// What to print
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) format: PageFormat,
    /// Save the plan for `apply FILE`; holds no secret
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    #[command(flatten)]
    pub(super) files: PageFiles,
    /// Exit with 2 if there are changes, with 3 if apply would refuse them
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
    /// Also list what is in the portal and in no file
    #[arg(long)]
    pub(super) show_unmanaged: bool,
    /// How many offers to read at once [env: OFFERFORM_PARALLELISM] [default: 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) parallelism: Option<u16>,
    #[command(flatten)]
    pub(super) comparing: Comparing,
    #[command(flatten)]
    pub(super) release: ReleaseFlags,
    /// Allow a guard by code and target: the plan shows it as allowed
    #[arg(long, value_name = "CODE:TARGET")]
    pub(super) allow: Vec<Allowance>,
}

/// What plan and drift are printed as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum PageFormat {
    /// For people.
    #[default]
    Human,
    /// For scripts; the schemas are in schemas/.
    Json,
    /// For comments, issues and summaries; fits into a comment of GitHub.
    Markdown,
    /// For the log of GitHub Actions: folded, with annotations; the Markdown goes to the summary of the step.
    Github,
    /// For a browser: one file that needs nothing else.
    Html,
}

/// What apply prints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum RunFormat {
    /// For people.
    #[default]
    Human,
    /// The same, with annotations for the log of GitHub Actions; the Markdown goes to the summary of the step.
    Github,
}

/// Files to write, besides what is printed.
#[derive(Debug, Clone, Args)]
pub(super) struct PageFiles {
    /// Also write it as JSON
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Also write it as Markdown, for a comment or an issue
    #[arg(long, value_name = "FILE")]
    pub(super) markdown: Option<PathBuf>,
    /// Also write it as a page for a browser, with the listings before and after
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
}

/// What other commands print.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    #[default]
    Human,
    /// For scripts; the schemas are in schemas/.
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform apply                              plan, show, ask, write
  offerform apply offers/firewall.yaml         one file
  offerform apply plan.json --auto-approve     exactly what `plan --out plan.json` showed, or nothing
  offerform apply --allow sku-removal:contoso/firewall/basic
  offerform apply --auto-approve --report run.json
  offerform apply --auto-approve --go-live --wait

Offers are written side by side, each under the revision it was planned with. One that fails does not stop the others.
Then they are released as far as their files say (`reconcile.release`). That takes days: apply
starts it and returns, and the next run goes on; with --wait it stays until the end.
Ctrl-C finishes what is in flight and begins nothing new; a second Ctrl-C stops at once.")]
pub(super) struct ApplyArguments {
    /// A saved plan, or offer files, folders or globs [default: as for plan]
    #[arg(value_name = "PLANFILE | PATH")]
    pub(super) paths: Vec<String>,
    #[command(flatten)]
    pub(super) selection: Selection,
    /// Do not ask; needed where nobody can be asked
    #[arg(long)]
    pub(super) auto_approve: bool,
    /// Write the whole run as JSON: who, when, commit, every change, every request
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// Also write what became of it as Markdown, for a comment or an issue
    #[arg(long, value_name = "FILE")]
    pub(super) markdown: Option<PathBuf>,
    /// What to print
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) format: RunFormat,
    #[command(flatten)]
    pub(super) comparing: Comparing,
    #[command(flatten)]
    pub(super) release: ReleaseFlags,
    #[command(flatten)]
    pub(super) wait: WaitFlags,
    /// Allow a guard by code and target, such as sku-removal:contoso/firewall/basic
    #[arg(long, value_name = "CODE:TARGET")]
    pub(super) allow: Vec<Allowance>,
    /// How many offers to work on at once [env: OFFERFORM_PARALLELISM] [default: 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) parallelism: Option<u16>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform drift                              the offers as committed (HEAD), against the portal
  offerform drift --offer 'contoso/*'
  offerform drift --format json | jq .summary

Exit status: 0 in sync, 2 drift, 1 error. Offers that only the portal has are listed and are no drift.
What is not committed is not looked at. Outside of a git repository the files are compared as they are.")]
pub(super) struct DriftArguments {
    /// Offer files, folders or globs [default: `offers` of offerform.yaml, else offers/]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<String>,
    #[command(flatten)]
    pub(super) selection: Selection,
    /// What to print
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) format: PageFormat,
    #[command(flatten)]
    pub(super) files: PageFiles,
    /// Fetch no files: hosted copies that nothing else is known of stay undetermined
    #[arg(long)]
    pub(super) no_fetch: bool,
    /// How many offers to read at once [env: OFFERFORM_PARALLELISM] [default: 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) parallelism: Option<u16>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform init                               settings, a folder for offers, a schema for editors
  offerform init --workflows github            also workflows for GitHub Actions
  offerform init --workflows azure-pipelines --publisher contoso

What is there already is left as it is, and named. Run it again at any time.")]
pub(super) struct InitArguments {
    /// Which pipelines to write
    #[arg(long, value_name = "SYSTEM", value_enum, default_value_t)]
    pub(super) workflows: System,
    /// The folder to begin in [default: the root of the repository]
    #[arg(long, value_name = "FOLDER")]
    pub(super) dir: Option<PathBuf>,
}

/// Where pipelines run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum System {
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
  offerform doctor                             settings, files, git, the record, signing in, clock, publisher
  offerform doctor --base origin/main          also whether that commit can be compared with
  offerform --sandbox doctor                   without an account

Exit status: 0 nothing, or warnings only; 1 something would fail.")]
pub(super) struct DoctorArguments {
    /// A commit that has to be there, such as the base of a pull request
    #[arg(long, value_name = "REV")]
    pub(super) base: Option<String>,
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
pub(super) struct AdoptArguments {
    /// Offer files, folders or globs [default: `offers` of offerform.yaml, else offers/]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<String>,
    #[command(flatten)]
    pub(super) selection: Selection,
    /// Only what is at or below this place, such as /definition/plans/standard
    #[arg(long, value_name = "POINTER")]
    pub(super) path: Option<String>,
    /// The commit whose files tell edits in the portal from changes here [default: HEAD]
    #[arg(long, value_name = "REV")]
    pub(super) base: Option<String>,
    /// Take what the portal has also where the files were changed since
    #[arg(long)]
    pub(super) overwrite_conflicts: bool,
    /// Show what would be written as a patch, and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Fetch no files: hosted copies that nothing else is known of stay undetermined
    #[arg(long)]
    pub(super) no_fetch: bool,
    /// How many offers to read at once [env: OFFERFORM_PARALLELISM] [default: 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) parallelism: Option<u16>,
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
pub(super) struct ImportArguments {
    /// Which offers: `publisher/offer`, or the id alone with --publisher
    #[arg(value_name = "OFFER", required_unless_present = "all", conflicts_with = "all")]
    pub(super) offers: Vec<String>,
    /// All offers of the publisher, or of all publishers that can be seen
    #[arg(long)]
    pub(super) all: bool,
    /// The folder to write into [default: offers at the root of the repository]
    #[arg(long, value_name = "FOLDER")]
    pub(super) dir: Option<PathBuf>,
    /// Overwrite files that are there
    #[arg(long)]
    pub(super) force: bool,
    /// Write contacts and texts that several of the offers have once, as parts
    #[arg(long)]
    pub(super) share: bool,
    /// How many offers to read at once [env: OFFERFORM_PARALLELISM] [default: 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) parallelism: Option<u16>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform status                             the offers in the files
  offerform status contoso/firewall
  offerform status --watch                     until nothing is under way any more
  offerform status --format json | jq '.offers[] | {address, released}'

Exit status: 0; with --watch 1 if something that was followed failed, was cancelled, or took too long.")]
pub(super) struct StatusArguments {
    /// Which offers: `publisher/offer`, or the id alone with --publisher [default: those in the files]
    #[arg(value_name = "OFFER")]
    pub(super) offers: Vec<String>,
    /// Follow what is under way until it is over or waits for somebody
    #[arg(long)]
    pub(super) watch: bool,
    #[command(flatten)]
    pub(super) patience: PatienceFlags,
    /// What to print
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) format: Format,
}

/// The offer that somebody does something to by hand.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Which offer: `publisher/offer`, or the id alone with --publisher
    #[arg(value_name = "OFFER")]
    pub(super) offer: String,
    /// Do not ask; needed where nobody can be asked
    #[arg(long)]
    pub(super) auto_approve: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform publish contoso/firewall           shows, asks, starts, returns
  offerform publish contoso/firewall --auto-approve --wait
  offerform publish contoso/firewall --if-publishing cancel

The draft is published as the portal has it; no file takes part. If the preview has it already, or a publish of
it runs, none is started.")]
pub(super) struct PublishArguments {
    #[command(flatten)]
    pub(super) asked: Asked,
    #[command(flatten)]
    pub(super) obstacles: ObstacleFlags,
    #[command(flatten)]
    pub(super) wait: WaitFlags,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform diff contoso/firewall              what it would make visible
  offerform go-live contoso/firewall           shows that, asks, starts, returns
  offerform go-live contoso/firewall --auto-approve --wait

What stands in the preview goes to customers, if it waits for that. This cannot be taken back.")]
pub(super) struct GoLiveArguments {
    #[command(flatten)]
    pub(super) asked: Asked,
    #[command(flatten)]
    pub(super) wait: WaitFlags,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform cancel contoso/firewall
  offerform cancel contoso/firewall --auto-approve --wait

If nothing is under way there is nothing to do. On its way to customers an offer may not be cancellable any more.")]
pub(super) struct CancelArguments {
    #[command(flatten)]
    pub(super) asked: Asked,
    #[command(flatten)]
    pub(super) wait: WaitFlags,
}

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(super) struct OperationsArguments {
    #[command(subcommand)]
    pub(super) command: OperationsCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum OperationsCommand {
    /// List what was ever asked of the service for an offer, newest first
    #[command(after_help = "Examples:\n  offerform operations list contoso/firewall")]
    List {
        /// Which offer: `publisher/offer`, or the id alone with --publisher
        #[arg(value_name = "OFFER")]
        offer: String,
        /// What to print
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
        format: Format,
    },
    /// Show the steps and messages of an operation
    #[command(after_help = "Examples:\n  offerform operations show contoso/firewall")]
    Show {
        /// Which offer: `publisher/offer`, or the id alone with --publisher
        #[arg(value_name = "OFFER")]
        offer: String,
        /// Which operation, by the id in the list [default: the last one]
        #[arg(value_name = "ID")]
        id: Option<String>,
        /// What to print
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
        format: Format,
    },
    /// Follow an operation to its end
    #[command(after_help = "\
Examples:
  offerform operations wait contoso/firewall --timeout 6h

Exit status: 0 it is done, or nothing is under way; 1 it failed, was cancelled, or took too long.")]
    Wait {
        /// Which offer: `publisher/offer`, or the id alone with --publisher
        #[arg(value_name = "OFFER")]
        offer: String,
        /// Which operation, by the id in the list [default: what is under way]
        #[arg(value_name = "ID")]
        id: Option<String>,
        #[command(flatten)]
        patience: PatienceFlags,
    },
    /// Cancel what is under way; the same as `offerform cancel`
    Cancel(CancelArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform diff contoso/firewall                              what a go-live would make public
  offerform diff contoso/firewall --from draft --to preview    what a publish would bring to the preview
  offerform diff contoso/firewall --format json | jq .changes")]
pub(super) struct DiffArguments {
    /// Which offer: `publisher/offer`, or the id alone with --publisher
    #[arg(value_name = "OFFER")]
    pub(super) offer: String,
    /// The slot that would be brought over: draft, preview or production
    #[arg(long, value_name = "SLOT", default_value = "preview")]
    pub(super) from: Slot,
    /// The slot that would be replaced
    #[arg(long, value_name = "SLOT", default_value = "production")]
    pub(super) to: Slot,
    /// What to print
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) format: Format,
}

/// What findings are printed as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Report {
    /// For people: each finding with its line.
    #[default]
    Human,
    /// For scripts; the schema is in schemas/.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// A report of tests, as JUnit writes it.
    Junit,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform validate                           the offers of the settings, or those below offers/
  offerform validate offers/firewall.yaml      a file
  offerform validate --strict                  warnings fail, too
  offerform validate --online                  fetch logos and other files, too, and look at their sizes
  offerform validate --format github           annotations at the lines of a pull request
  offerform validate --sarif findings.sarif --junit findings.xml

Needs no account, and no network without --online. `offerform explain RULE` tells where a rule is said; an offer silences one by
`reconcile.silence`, with a reason.

Exit status: 0 nothing, or warnings only; 1 errors, or warnings with --strict.")]
pub(super) struct ValidateArguments {
    /// Offer files, folders or globs [default: `offers` of offerform.yaml, else offers/]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<String>,
    #[command(flatten)]
    pub(super) selection: Selection,
    /// Warnings fail, too
    #[arg(long)]
    pub(super) strict: bool,
    /// Fetch the pictures and files that the offers name, and look at them: https, public addresses, 10 MB each
    #[arg(long)]
    pub(super) online: bool,
    /// What to print
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) format: Report,
    /// Write the findings as JSON to a file, besides what is printed
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Write them as SARIF 2.1.0 to a file
    #[arg(long, value_name = "FILE")]
    pub(super) sarif: Option<PathBuf>,
    /// Write them as a JUnit report to a file
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
    /// Write them as Markdown to a file
    #[arg(long, value_name = "FILE")]
    pub(super) markdown: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform explain                            all guards and rules there are
  offerform explain price-raised               one guard in full
  offerform explain sas-permissions            one rule in full")]
pub(super) struct ExplainArguments {
    /// The code of a guard or the id of a rule, as plan or validate show it [default: list all]
    #[arg(value_name = "CODE")]
    pub(super) code: Option<String>,
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
pub(super) struct SchemaArguments {
    /// Which one; an offer type can also be written as its `offerTypeId`
    #[arg(value_name = "TYPE", default_value = "offer", value_parser = super::schema::types())]
    pub(super) of: String,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform whoami                             by what the environment holds
  offerform --auth cli whoami                  with the Azure CLI's session
  OFFERFORM_TOKEN=… offerform whoami           with a ready token")]
pub(super) struct WhoamiArguments {
    /// What to print
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) format: Format,
}

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(super) struct RecordArguments {
    #[command(subcommand)]
    pub(super) command: RecordCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RecordCommand {
    /// Show what is remembered: offers, the places that were rewritten, the commit that was applied last
    Show(RecordShowArguments),
    /// Forget offers that no file declares any more
    #[command(after_help = "\
Examples:
  offerform record prune                       keeps what the files that the settings name, or those below offers/, declare")]
    Prune,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform record show
  offerform record show --format json")]
pub(super) struct RecordShowArguments {
    /// What to print
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) format: Format,
}

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(super) struct SandboxArguments {
    #[command(subcommand)]
    pub(super) command: SandboxCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum SandboxCommand {
    /// Serve the sandbox on a port of this machine, for other clients
    #[command(after_help = "\
Examples:
  offerform sandbox serve                      on a free port, until Ctrl-C
  offerform sandbox serve --port 8080
  OFFERFORM_TOKEN=anything offerform --endpoint http://127.0.0.1:8080 plan")]
    Serve {
        /// The port; 0 takes one that is free
        #[arg(long, value_name = "N", default_value_t = 0)]
        port: u16,
    },
    /// Forget everything: the next command starts from the shipped portal again
    #[command(after_help = "Example:\n  offerform sandbox reset")]
    Reset,
    /// Edit an offer as somebody would in the portal
    #[command(after_help = "\
Examples:
  offerform sandbox edit contoso/firewall /definition/displayText '\"Edited by hand\"'
  offerform sandbox edit contoso/firewall /definition/plans/0/regions/- '\"SE\"'
  offerform sandbox edit contoso/firewall /definition/plans/1 --remove")]
    Edit {
        /// Which offer: `publisher/offer`
        #[arg(value_name = "OFFER")]
        offer: String,
        /// The place, as a JSON pointer into the draft; `-` at its end appends to a list
        #[arg(value_name = "POINTER")]
        pointer: String,
        /// What to put there: JSON, or else taken as text
        #[arg(value_name = "VALUE", required_unless_present = "remove")]
        value: Option<String>,
        /// Remove what is there
        #[arg(long, conflicts_with = "value")]
        remove: bool,
    },
    /// Show the requests the sandbox got
    #[command(after_help = "Examples:\n  offerform sandbox log\n  offerform sandbox log --last 20")]
    Log {
        /// Only so many of the latest
        #[arg(long, value_name = "N")]
        last: Option<usize>,
        /// What to print
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
        format: Format,
    },
    /// Show or set the faults the sandbox plays: lost answers, refusals, delays, edits in between
    #[command(after_help = "\
Examples:
  offerform sandbox faults                     show what is set
  offerform sandbox faults faults.json         set them; see docs/simulator.md
  offerform sandbox faults --clear")]
    Faults {
        /// A JSON file with a list of rules
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// Play no faults
        #[arg(long, conflicts_with = "file")]
        clear: bool,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform completions bash > /etc/bash_completion.d/offerform
  offerform completions zsh > ~/.zfunc/_offerform")]
pub(super) struct CompletionsArguments {
    /// Which shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  offerform man target/man && man -l target/man/offerform-plan.1")]
pub(super) struct ManArguments {
    /// The folder to write them to; made if it is not there
    #[arg(value_name = "FOLDER")]
    pub(super) folder: PathBuf,
}
