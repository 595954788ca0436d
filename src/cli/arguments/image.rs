//! The commands about image versions in offer files.

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::format::{Format, Printed};
use super::shared::{NamedOffers, OneOffer};
use crate::manifest::credentials;

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(in crate::cli) struct ImageArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: ImageCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ImageCommand {
    /// Add a version to SKUs in an offer file
    Add(Box<AddArguments>),
    /// List the image versions in the files, the draft, the preview and production
    List(ListArguments),
    /// Remove old versions from an offer file, as far as the guards of a plan allow it
    Prune(PruneArguments),
    /// Hide a version from new customers
    Deprecate(DeprecateArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform image add contoso/firewall 1.11.0 --sku standard,byol \\
    --vhd-env FIREWALL_VHD_1_11_0
  offerform image add contoso/linux-images 2026.11.28 --sku contoso-linux-12 \\
    --vhd-env LINUX_GEN1 \\
    --generation contoso-linux-12-gen2=LINUX_GEN2 \\
    --generation contoso-linux-12-arm64=LINUX_ARM64
  offerform image add firewall 1.11.0 --sku standard --commit \\
    --blob https://contosoimages.blob.core.windows.net/vhds/fw-1.11.0.vhd \\
    --key-env IMAGES_KEY
  offerform plan                               shows the new version

With --vhd-env, you provide the signed address of the disk. With --blob, the file gets a `$sas`, \
and apply signs the address with the key of the storage account when it sends the offer; --key-env \
is needed for the first version only.

Only the file changes: the new version is added, and comments, order and style stay. Other fields \
of the version (label, description, date, media name) are copied from the newest version, with the \
new version and the new date in their texts.

Exit status: 0 success; 3 refused, and nothing was written.")]
pub(in crate::cli) struct AddArguments {
    #[command(flatten)]
    pub(in crate::cli) offer: OneOffer,
    /// The version: three numbers, greater than all others of the SKU
    #[arg(id = "image_version", value_name = "VERSION")]
    pub(in crate::cli) version: String,
    /// The SKUs to add it to (`planId`), or disk generations
    #[arg(long = "sku", value_name = "ID", value_delimiter = ',', required = true)]
    pub(in crate::cli) skus: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) disk: DiskArguments,
    /// The Entra tenant of the compute gallery
    #[arg(long, value_name = "GUID", requires = "gallery")]
    pub(in crate::cli) gallery_tenant: Option<String>,
    /// Also add it to this disk generation of the SKUs, with the disk of the SKU or with its own
    #[arg(long = "generation", value_name = "ID[=DISK]", value_parser = generation)]
    pub(in crate::cli) generations: Vec<(String, Option<Disk>)>,
    /// A data disk: its number, and the variable with its signed address or its address without a signature
    #[arg(long = "data-disk", value_name = "LUN=DISK", value_parser = data_disk)]
    pub(in crate::cli) data_disks: Vec<(u8, Disk)>,
    /// The variable that will hold the key of the storage account [default: that of the other versions]
    #[arg(long, value_name = "VARIABLE", value_parser = variable)]
    #[arg(conflicts_with_all = ["connection_string_env", "key_from"])]
    pub(in crate::cli) key_env: Option<String>,
    /// The variable that will hold the connection string of the storage account
    #[arg(long, value_name = "VARIABLE", value_parser = variable, conflicts_with = "key_from")]
    pub(in crate::cli) connection_string_env: Option<String>,
    /// The service that returns the key of the storage account to apply: azure, if the principal may list its keys
    #[arg(long, value_name = "SERVICE", value_enum)]
    pub(in crate::cli) key_from: Option<KeyService>,
    /// The version to copy [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub(in crate::cli) from: Option<String>,
    /// The label [default: copied, with the new version and date]
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) label: Option<String>,
    /// The description [default: copied, with the new version and date]
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) description: Option<String>,
    /// The media name [default: copied, with the new version and date]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) media_name: Option<String>,
    /// The date [default: the date in the version, or today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(in crate::cli) date: Option<Date>,
    #[command(flatten)]
    pub(in crate::cli) writing: Writing,
}

/// Where the disk is.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(in crate::cli) struct DiskArguments {
    /// The variable that will hold the signed address of the disk where `apply` runs
    #[arg(long, value_name = "VARIABLE", value_parser = variable)]
    pub(in crate::cli) vhd_env: Option<String>,
    /// The address of the disk without a signature; apply signs it when it sends the offer
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) blob: Option<String>,
    /// The resource id of an image version in a compute gallery; only for offers of the Product Ingestion API
    #[arg(long, value_name = "ID", requires = "gallery_tenant")]
    pub(in crate::cli) gallery: Option<String>,
}

/// A disk as given on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Disk {
    /// The variable that will hold its signed address.
    Variable(String),
    /// Its address without a signature.
    Blob(String),
}

/// How an edit of an offer file is written.
#[derive(Debug, Args)]
pub(in crate::cli) struct Writing {
    /// Print a patch, and write nothing
    #[arg(long, conflicts_with = "commit")]
    pub(in crate::cli) dry_run: bool,
    /// Commit the edit, and nothing else
    #[arg(long)]
    pub(in crate::cli) commit: bool,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Format>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform image list                         the offers in the files
  offerform image list contoso/firewall
  offerform image list --format json | jq '.offers[].images[].version'

If the service cannot be reached, only the files are listed, and a line on stderr says so.")]
pub(in crate::cli) struct ListArguments {
    #[command(flatten)]
    pub(in crate::cli) named: NamedOffers,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Format>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform image prune contoso/firewall --keep 3 --dry-run
  offerform image prune contoso/firewall --keep 3

The newest versions of each SKU and each disk generation stay. A version that customers have also \
stays, unless `reconcile.allow` in the file allows its guard (image-removal); the command prints \
the entry to add.

Exit status: 0 success; 3 every removal was refused, and nothing was written.")]
pub(in crate::cli) struct PruneArguments {
    #[command(flatten)]
    pub(in crate::cli) offer: OneOffer,
    /// The number of versions to keep
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(in crate::cli) keep: u16,
    #[command(flatten)]
    pub(in crate::cli) writing: Writing,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform image deprecate contoso/linux-images 2026.9.15
  offerform image deprecate linux-images 2026.9.15 --sku contoso-linux-12

Sets `showInGui: false`, or `lifecycleState: deprecated` in offers of the Product Ingestion API: new customers do not see the version, and existing customers can still \
use it.

Exit status: 0 success; 3 refused, and nothing was written.")]
pub(in crate::cli) struct DeprecateArguments {
    #[command(flatten)]
    pub(in crate::cli) offer: OneOffer,
    /// The version
    #[arg(id = "image_version", value_name = "VERSION")]
    pub(in crate::cli) version: String,
    /// Only in these SKUs or disk generations [default: in all that have it]
    #[arg(long = "sku", value_name = "ID", value_delimiter = ',')]
    pub(in crate::cli) skus: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) writing: Writing,
}

/// The name of an environment variable that may hold a secret of an offer.
fn variable(text: &str) -> Result<String, String> {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !begins || !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(
            "expected the name of an environment variable, not the address itself, which is a secret".to_owned()
        );
    }
    if credentials::is_of_the_run(text) {
        return Err(
            "this variable contains a credential of the machine that runs offerform; use another variable for the disk"
                .to_owned(),
        );
    }
    Ok(text.to_owned())
}

fn disk(text: &str) -> Result<Disk, String> {
    if text.contains("://") { Ok(Disk::Blob(text.to_owned())) } else { variable(text).map(Disk::Variable) }
}

fn generation(text: &str) -> Result<(String, Option<Disk>), String> {
    match text.split_once('=') {
        Some((id, name)) => Ok((id.to_owned(), Some(disk(name)?))),
        None => Ok((text.to_owned(), None)),
    }
}

fn data_disk(text: &str) -> Result<(u8, Disk), String> {
    let (number, name) = text.split_once('=').ok_or("expected LUN=DISK, such as 0=FIREWALL_DATA_1_11_0")?;
    let number = number.parse().map_err(|_| "expected the number of the disk before the `=`, such as 0".to_owned())?;
    Ok((number, disk(name)?))
}

/// The services that return keys of storage accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::cli) enum KeyService {
    /// Azure, through its management API.
    Azure,
}
