//! The commands of the built-in simulator.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::format::{Format, Printed};

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(in crate::cli) struct SandboxArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: SandboxCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum SandboxCommand {
    /// Serve the sandbox on a port of this machine, for other clients
    #[command(after_help = "\
Examples:
  offerform sandbox serve                      on a free port, until Ctrl-C
  offerform sandbox serve --port 8080
  OFFERFORM_TOKEN=anything offerform --endpoint http://127.0.0.1:8080 plan

The Product Ingestion API is served at the same address, followed by /rp/product-ingestion: set \
OFFERFORM_INGESTION_ENDPOINT to it, and OFFERFORM_INGESTION_TOKEN to anything.")]
    Serve {
        /// The port; 0 picks a free one
        #[arg(long, value_name = "N", default_value_t = 0)]
        port: u16,
    },
    /// Delete all state; the next command starts from the initial portal
    #[command(after_help = "Example:\n  offerform sandbox reset")]
    Reset,
    /// Edit an offer as a user of the portal, or of Partner Center, would
    #[command(after_help = "\
Examples:
  offerform sandbox edit contoso/firewall /definition/displayText 'By hand'
  offerform sandbox edit contoso/firewall /definition/plans/0/regions/- '\"SE\"'
  offerform sandbox edit contoso/firewall /definition/plans/1 --remove
  offerform sandbox edit contoso/policy-console \\
    /resources/listing/en-us/title 'By hand'
  offerform sandbox edit contoso/policy-console \\
    /resources/plans/standard/plan/alias Standard

A pointer below /resources is a place in a product of the Product Ingestion API, as in a file of this API: plans by their planId.")]
    Edit {
        /// The offer: `publisher/offer`
        #[arg(value_name = "OFFER")]
        offer: String,
        /// The place, as a JSON pointer into the draft; `-` at its end appends to a list. Below `/resources`: a place in a product of
        /// the Product Ingestion API
        #[arg(value_name = "POINTER")]
        pointer: String,
        /// The new value, as JSON or plain text
        #[arg(value_name = "VALUE", required_unless_present = "remove")]
        value: Option<String>,
        /// Remove the value
        #[arg(long, conflicts_with = "value")]
        remove: bool,
    },
    /// Show the requests that the sandbox received
    #[command(after_help = "Examples:\n  offerform sandbox log\n  offerform sandbox log --last 20")]
    Log {
        /// Show only the latest N
        #[arg(long, value_name = "N")]
        last: Option<usize>,
        #[command(flatten)]
        print: Printed<Format>,
    },
    /// Show or set the faults that the sandbox injects: lost answers, refusals, delays, concurrent edits
    #[command(after_help = "\
Examples:
  offerform sandbox faults                     show the current rules
  offerform sandbox faults faults.json         set the rules
  offerform sandbox faults --clear")]
    Faults {
        /// A JSON file with a list of rules
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// Remove all rules
        #[arg(long, conflicts_with = "file")]
        clear: bool,
    },
}
