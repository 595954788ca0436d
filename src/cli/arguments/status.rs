//! The commands that show the state of the service, and those that run single release steps by hand.

use clap::{Args, Subcommand};

use super::format::{Files, Format, PageFormat, Printed};
use super::release::{ObstacleFlags, WaitFlags, WaitLimitFlags};
use super::shared::{Allowances, Consent, NamedOffers, OneOffer};
use crate::offer::{Content, Slot};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform status                             the offers in the files
  offerform status contoso/firewall
  offerform status --watch                     wait until no operation runs
  offerform status --format json | jq '.offers[] | {address, released}'
  offerform status --markdown status.md --html status.html

The format of the last line is fixed: Status: N live, N in preview, N not published, N not in the \
portal, N under way, N failed. Exit status: 0 success; with --watch, 1 if an operation failed, was \
cancelled, or took too long.")]
pub(in crate::cli) struct StatusArguments {
    #[command(flatten)]
    pub(in crate::cli) named: NamedOffers,
    /// Wait until no operation runs, or until one waits for a go-live
    #[arg(long)]
    pub(in crate::cli) watch: bool,
    #[command(flatten)]
    pub(in crate::cli) wait_limits: WaitLimitFlags,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<PageFormat>,
    #[command(flatten)]
    pub(in crate::cli) files: Files,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform show contoso/firewall                      the draft, on one screen
  offerform show contoso/firewall --slot production    what customers see
  offerform show contoso/firewall --format json | jq .differences")]
pub(in crate::cli) struct ShowArguments {
    #[command(flatten)]
    pub(in crate::cli) offer: OneOffer,
    /// The slot to show: draft, preview or production
    #[arg(long, value_name = "SLOT", default_value = "draft")]
    pub(in crate::cli) slot: Slot,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Format>,
}

/// The offer of a release step that is run by hand.
#[derive(Debug, Args)]
pub(in crate::cli) struct ManualStep {
    #[command(flatten)]
    pub(in crate::cli) offer: OneOffer,
    #[command(flatten)]
    pub(in crate::cli) consent: Consent,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform publish contoso/firewall           show the change, ask, start
  offerform publish contoso/firewall --auto-approve --wait
  offerform publish contoso/firewall --if-publishing cancel
  offerform publish contoso/firewall --auto-approve --format json \\
    | jq '.steps[0].operation'

Publishes the draft as the portal has it, with the guards of a plan: allow them by code and \
target, or in the offer's file. An offer is not published if its draft has edits that its file \
does not declare. If the preview already has the draft, or a publish of it is running, no publish \
is started.")]
pub(in crate::cli) struct PublishArguments {
    #[command(flatten)]
    pub(in crate::cli) step: ManualStep,
    #[command(flatten)]
    pub(in crate::cli) allowances: Allowances,
    #[command(flatten)]
    pub(in crate::cli) obstacles: ObstacleFlags,
    #[command(flatten)]
    pub(in crate::cli) wait: WaitFlags,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Format>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform diff contoso/firewall              show what it would make public
  offerform go-live contoso/firewall           show the change, ask, start
  offerform go-live contoso/firewall --auto-approve --wait

Makes the preview live for customers, if it waits for a go-live. This cannot be undone. The guards \
are those of a plan that would change what customers have.")]
pub(in crate::cli) struct GoLiveArguments {
    #[command(flatten)]
    pub(in crate::cli) step: ManualStep,
    #[command(flatten)]
    pub(in crate::cli) allowances: Allowances,
    #[command(flatten)]
    pub(in crate::cli) wait: WaitFlags,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Format>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform cancel contoso/firewall
  offerform cancel contoso/firewall --auto-approve --wait

Does nothing if no operation is running. The service may refuse to cancel an operation that \
already makes an offer live.")]
pub(in crate::cli) struct CancelArguments {
    #[command(flatten)]
    pub(in crate::cli) step: ManualStep,
    #[command(flatten)]
    pub(in crate::cli) wait: WaitFlags,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Format>,
}

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(in crate::cli) struct OperationsArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: OperationsCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum OperationsCommand {
    /// List the operations of offers, newest first
    #[command(after_help = "\
Examples:
  offerform operations list                    the offers in the files
  offerform operations list contoso/firewall")]
    List {
        #[command(flatten)]
        named: NamedOffers,
        #[command(flatten)]
        print: Printed<Format>,
    },
    /// Show the steps and messages of an operation
    #[command(after_help = "Examples:\n  offerform operations show contoso/firewall")]
    Show {
        #[command(flatten)]
        offer: OneOffer,
        /// The id of the operation, from the list [default: the latest]
        #[arg(value_name = "ID")]
        id: Option<String>,
        #[command(flatten)]
        print: Printed<Format>,
    },
    /// Wait for an operation to end
    #[command(after_help = "\
Examples:
  offerform operations wait contoso/firewall --timeout 6h

Exit status: 0 done, or no running operation; 1 failed, cancelled, or took too long.")]
    Wait {
        #[command(flatten)]
        offer: OneOffer,
        /// The id of the operation, from the list [default: the running one]
        #[arg(value_name = "ID")]
        id: Option<String>,
        #[command(flatten)]
        wait_limits: WaitLimitFlags,
        #[command(flatten)]
        print: Printed<Format>,
    },
    /// Cancel the running operation; the same as `offerform cancel`
    Cancel(CancelArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform diff contoso/firewall              what a go-live would make public
  offerform diff contoso/firewall --from preview --to draft
  offerform diff contoso/firewall --from v3 --to v5
  offerform diff contoso/firewall --from v3 --to draft
  offerform diff contoso/firewall --format json | jq .changes

`offerform status` and `operations list` show the versions; the service increases the version with \
each publish.")]
pub(in crate::cli) struct DiffArguments {
    #[command(flatten)]
    pub(in crate::cli) offer: OneOffer,
    /// The old values: draft, preview, production, or a version such as v3
    #[arg(long, value_name = "SLOT|VERSION", default_value = "production")]
    pub(in crate::cli) from: Content,
    /// The new values: a slot or a version
    #[arg(long, value_name = "SLOT|VERSION", default_value = "preview")]
    pub(in crate::cli) to: Content,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Format>,
}
