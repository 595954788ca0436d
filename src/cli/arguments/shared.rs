//! Options that several commands have, each written once. Where a command has another word for one of them, it says so itself
//! (`mut_arg`).

use clap::Args;

use crate::plan::Allowance;

/// What the files declare, as far as it is meant.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Declared {
    /// Offer files, folders or globs [default: `offers` of offerform.yaml, else offers/]
    #[arg(value_name = "PATH")]
    pub(in crate::cli) paths: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) selection: Selection,
}

/// Which offers are meant.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Selection {
    /// Only offers whose `publisher/offer` or id matches; can be repeated
    #[arg(long = "offer", value_name = "GLOB")]
    pub(in crate::cli) offers: Vec<String>,
}

/// The offer that is meant.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct OneOffer {
    /// The offer: `publisher/offer`, or its id if --publisher or a file names the publisher
    #[arg(id = "offer", value_name = "OFFER")]
    pub(in crate::cli) address: String,
}

/// How much is done at once.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(in crate::cli) struct Parallelism {
    /// How many offers to read at once [env: OFFERFORM_PARALLELISM] [default: 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    parallelism: Option<u16>,
}

impl Parallelism {
    /// What is asked for, or else what the settings say.
    pub(in crate::cli) fn or(self, settings: usize) -> usize {
        self.parallelism.map_or(settings, usize::from)
    }
}

/// Whether the files behind addresses are looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub(in crate::cli) struct Fetching {
    /// Fetch no files; values that the service keeps copies of are then not compared
    #[arg(long)]
    pub(in crate::cli) no_fetch: bool,
}

/// The guards that are agreed to.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Allowances {
    /// Allow a guard by code and target
    #[arg(long, value_name = "CODE:TARGET")]
    pub(in crate::cli) allow: Vec<Allowance>,
}

/// Whether somebody said yes beforehand.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct Consent {
    /// Do not ask for confirmation; required when stdin is not a terminal
    #[arg(long)]
    pub(in crate::cli) auto_approve: bool,
}
