//! The commands about image versions in offer files.

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::format::{Format, Printed};
use super::shared::OneOffer;
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
    /// List the versions of images: in the files, the draft, the preview and production
    List(ListArguments),
    /// Take old versions out of an offer file, as far as the guards of a plan allow it
    Prune(PruneArguments),
    /// Hide a version from new customers
    Deprecate(DeprecateArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform image add contoso/firewall 1.11.0 --sku standard,byol --vhd-env FIREWALL_VHD_1_11_0
  offerform image add contoso/linux-images 2026.11.28 --sku contoso-linux-12 --vhd-env LINUX_GEN1 \\
    --generation contoso-linux-12-gen2=LINUX_GEN2 --generation contoso-linux-12-arm64=LINUX_ARM64
  offerform image add firewall 1.11.0 --sku standard --commit \\
    --blob https://contosoimages.blob.core.windows.net/vhds/firewall-1.11.0.vhd --key-env IMAGES_KEY
  offerform plan                               shows the new version

With --vhd-env, somebody else makes the signed address of the disk. With --blob, the file gets a `$sas`, and the address is
signed with the key of the storage account when the offer is sent; --key-env is needed for the first version only.

Only the file is changed, and in it only what is new: comments, order and style stay. Other fields of the version (label,
description, date, media name) are those of the newest version, with the new version and the new date in their texts.

Exit status: 0; 3 if it was refused, and nothing was written.")]
pub(in crate::cli) struct AddArguments {
    #[command(flatten)]
    pub(in crate::cli) offer: OneOffer,
    /// The version: three numbers, greater than all others of the SKU
    #[arg(id = "image_version", value_name = "VERSION")]
    pub(in crate::cli) version: String,
    /// The SKUs that get it (`planId`); a disk generation can be named, too
    #[arg(long = "sku", value_name = "ID", value_delimiter = ',', required = true)]
    pub(in crate::cli) skus: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) disk: DiskArguments,
    /// Add it to this disk generation of the SKUs as well: with the disk of the SKU, or with its own
    #[arg(long = "generation", value_name = "ID[=DISK]", value_parser = generation)]
    pub(in crate::cli) generations: Vec<(String, Option<Disk>)>,
    /// A data disk by its number: the variable with its signed address, or its address without a signature
    #[arg(long = "data-disk", value_name = "LUN=DISK", value_parser = data_disk)]
    pub(in crate::cli) data_disks: Vec<(u8, Disk)>,
    /// The variable that will hold the key of the storage account [default: that of the other versions]
    #[arg(long, value_name = "VARIABLE", value_parser = variable)]
    #[arg(conflicts_with_all = ["connection_string_env", "key_from"])]
    pub(in crate::cli) key_env: Option<String>,
    /// The variable that will hold the connection string of the storage account
    #[arg(long, value_name = "VARIABLE", value_parser = variable, conflicts_with = "key_from")]
    pub(in crate::cli) connection_string_env: Option<String>,
    /// Who gives the key of the storage account where apply runs: azure, to a principal that may list its keys
    #[arg(long, value_name = "SERVICE", value_enum)]
    pub(in crate::cli) key_from: Option<KeyService>,
    /// The version that is the pattern [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub(in crate::cli) from: Option<String>,
    /// The label [default: that of the pattern, with the new version and date]
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) label: Option<String>,
    /// The description [default: that of the pattern, with the new version and date]
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) description: Option<String>,
    /// The media name [default: that of the pattern, with the new version and date]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) media_name: Option<String>,
    /// The date [default: the one that the version names, or today]
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
    /// The address of the disk without a signature; it is signed when the offer is sent
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) blob: Option<String>,
    /// An image in a compute gallery; the Cloud Partner Portal API takes none, so this is refused
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) gallery: Option<String>,
}

/// A disk as it is named on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Disk {
    /// The variable that will hold its signed address.
    Variable(String),
    /// Its address without a signature.
    Blob(String),
}

/// What is done with an edit.
#[derive(Debug, Args)]
pub(in crate::cli) struct Writing {
    /// Print a patch, and write nothing
    #[arg(long, conflicts_with = "commit")]
    pub(in crate::cli) dry_run: bool,
    /// Commit what was written, and nothing else
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
  offerform image list --format json | jq '.offers[].images[] | select(.production)'

Without a service to ask, only the files are listed, and a line on stderr says so.")]
pub(in crate::cli) struct ListArguments {
    /// The offers: `publisher/offer`, or the id alone [default: those in the files]
    #[arg(value_name = "OFFER")]
    pub(in crate::cli) offers: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) print: Printed<Format>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform image prune contoso/firewall --keep 3 --dry-run
  offerform image prune contoso/firewall --keep 3

The newest versions of each SKU and each disk generation stay. A version that customers have stays, too, unless its guard
(image-removal) is allowed by `reconcile.allow` in the file: the command names the allowance.

Exit status: 0; 3 if all that could be taken out was refused, and nothing was written.")]
pub(in crate::cli) struct PruneArguments {
    #[command(flatten)]
    pub(in crate::cli) offer: OneOffer,
    /// How many versions stay
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(in crate::cli) keep: u16,
    #[command(flatten)]
    pub(in crate::cli) writing: Writing,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offerform image deprecate contoso/linux-images 2026.9.15
  offerform image deprecate contoso/linux-images 2026.9.15 --sku contoso-linux-12

Sets `showInGui: false`: new customers do not see the version, and those who use it can go on.

Exit status: 0; 3 if it was refused, and nothing was written.")]
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
            "write the name of an environment variable, not the address itself: the address is a secret".to_owned()
        );
    }
    if credentials::is_of_the_run(text) {
        return Err(
            "it holds a credential of the machine that runs offerform: give the disk a variable of its own".to_owned()
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
    let (number, name) = text.split_once('=').ok_or("write LUN=DISK, such as 0=FIREWALL_DATA_1_11_0")?;
    let number = number.parse().map_err(|_| "write the number of the disk before the `=`, such as 0".to_owned())?;
    Ok((number, disk(name)?))
}

/// What gives keys of storage accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::cli) enum KeyService {
    /// Azure, by its management API.
    Azure,
}
