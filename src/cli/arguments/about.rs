//! The commands about the program itself: doctor, whoami, explain, record, completions and man.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::format::{Format, Printed};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform doctor                             everything that a run needs
  offerform doctor --base origin/main          also check this commit
  offerform --sandbox doctor                   without an account
  offerform doctor --format json | jq '.checks[] | select(.advice)'

Exit status: 0 no problems, or warnings only; 1 a run would fail.")]
pub(in crate::cli) struct DoctorArguments {
    /// A commit that must be available, such as the base of a pull request
    #[arg(long, value_name = "REV")]
    pub(in crate::cli) base: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Format>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform whoami                             the method of the environment
  offerform --auth cli whoami                  with the Azure CLI's session
  OFFERFORM_TOKEN=… offerform whoami           with an existing token
  offerform whoami --api product-ingestion     for the Product Ingestion API")]
pub(in crate::cli) struct WhoamiArguments {
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Format>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform explain                            list all guards and rules
  offerform explain price-raised               one guard in full
  offerform explain sas-permissions            one rule in full")]
pub(in crate::cli) struct ExplainArguments {
    /// The code of a guard or the id of a rule, as plan or validate show it [default: list all]
    #[arg(value_name = "CODE")]
    pub(in crate::cli) code: Option<String>,
}

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(in crate::cli) struct RecordArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: RecordCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum RecordCommand {
    /// Show the record: offers, rewritten values, and the commit applied last
    Show(RecordShowArguments),
    /// Remove offers that no file declares any longer
    #[command(after_help = "\
Examples:
  offerform record prune                       keeps the offers of your files")]
    Prune,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform record show
  offerform record show --format json")]
pub(in crate::cli) struct RecordShowArguments {
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Format>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform completions bash > /etc/bash_completion.d/offerform
  offerform completions zsh > ~/.zfunc/_offerform")]
pub(in crate::cli) struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(in crate::cli) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  offerform man target/man && man -l target/man/offerform-plan.1")]
pub(in crate::cli) struct ManArguments {
    /// The folder to write to; created if missing
    #[arg(value_name = "FOLDER")]
    pub(in crate::cli) folder: PathBuf,
}
