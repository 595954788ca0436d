//! Options that several commands share. A command that needs another help text for one of them changes it with `mut_arg`.

use clap::Args;

use crate::plan::Allowance;

/// The files and offers that a command works on.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Declared {
    /// Offer files, folders or globs [default: `offers` of offerform.yaml, else offers/]
    #[arg(value_name = "PATH")]
    pub(in crate::cli) paths: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) selection: Selection,
}

/// The selection of offers by name.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Selection {
    /// Only offers whose `publisher/offer` or id matches; can be repeated
    #[arg(long = "offer", value_name = "GLOB")]
    pub(in crate::cli) offers: Vec<String>,
}

/// A single offer, given by name.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct OneOffer {
    /// The offer: `publisher/offer`, or its id if --publisher or a file names the publisher
    #[arg(id = "offer", value_name = "OFFER")]
    pub(in crate::cli) address: String,
}

/// Offers given by name. Without any, the command works on those in the files.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct NamedOffers {
    /// The offers: `publisher/offer`, or the id alone [default: those in the files]
    #[arg(value_name = "OFFER")]
    pub(in crate::cli) offers: Vec<String>,
}

/// The number of offers that are processed at the same time.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(in crate::cli) struct Parallelism {
    /// The number of offers to read at the same time [env: OFFERFORM_PARALLELISM] [default: 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    parallelism: Option<u16>,
}

impl Parallelism {
    /// The number given on the command line, or else that of the settings.
    pub(in crate::cli) fn or(self, settings: usize) -> usize {
        self.parallelism.map_or(settings, usize::from)
    }
}

/// Whether the files behind addresses are downloaded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub(in crate::cli) struct Fetching {
    /// Do not download files; values that the service keeps copies of are then not compared
    #[arg(long)]
    pub(in crate::cli) no_fetch: bool,
}

/// The guards that are allowed.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Allowances {
    /// Allow a guard by code and target
    #[arg(long, value_name = "CODE:TARGET")]
    pub(in crate::cli) allow: Vec<Allowance>,
}

/// Whether the run asks for confirmation.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct Consent {
    /// Do not ask for confirmation; required when stdin is not a terminal
    #[arg(long)]
    pub(in crate::cli) auto_approve: bool,
}
