//! Rules about the signed addresses of disks.
//!
//! An address usually comes from a secret. If the secret is set here it is looked at, and never shown; if not, nothing is
//! said about it. The signature of a published version may expire, and its disk may be deleted.

use jiff::{Timestamp, ToSpan as _};

use super::subject::{Disk, Offer};
use super::{Found, Rule, Types};
use crate::offer::sas::SignedAddress;

/// How long a signature has to be valid yet, in days.
const DAYS: i64 = 21;

/// How long a signature that we propose is valid, in days: publishing takes two weeks, and may be tried again.
const VALID: i64 = 60;

pub(super) const RULES: &[Rule] = &[
    Rule::error("sas-query", Types::DISKS, |offer, found| each(offer, found, query)).until_published().text(
        "the address of a disk has a signature: the part after the `?`",
        "create a shared access signature for the container of the disk, or write `$sas` and let apply create one: docs/offer-file.md",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-common-sas-url-issues.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::error("sas-vhd-suffix", Types::DISKS, |offer, found| each(offer, found, suffix)).until_published().text(
        "the address of a disk is that of a blob in a container, and ends with `.vhd`",
        "put the container and the name of the blob before the `?`",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::error("sas-no-space", Types::DISKS, |offer, found| each(offer, found, spaces)).until_published().text(
        "the address of a disk has no spaces",
        "rename the blob, or remove a space at the end of the secret",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-common-sas-url-issues.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::warning("sas-vhd-name-chars", Types::DISKS, |offer, found| each(offer, found, characters)).until_published().text(
        "the name of a disk has no `%` and no quotation marks",
        "rename the blob",
        "articles/marketplace/azure-vm-create-certification-faq.md",
    ),
    Rule::error("sas-st-se", Types::DISKS, |offer, found| each(offer, found, no_end)).until_published().text(
        "a signature has an expiry: `se`",
        "create a signature with a start and an expiry",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-common-sas-url-issues.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::warning("sas-start-missing", Types::DISKS, |offer, found| each(offer, found, no_start)).text(
        "a signature has a start: `st`; the documentation requires it, but the service has accepted signatures without",
        "create a signature with a start of yesterday or earlier",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-common-sas-url-issues.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::error("sas-datetime-full", Types::DISKS, |offer, found| each(offer, found, moments)).until_published().text(
        "`st` and `se` are written with seconds, as in `2026-11-21T00:00:00Z`; a date alone is refused",
        "create a signature with seconds in both",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-common-sas-url-issues.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::error("sas-permissions", Types::DISKS, |offer, found| each(offer, found, permissions)).until_published().text(
        "a signature allows reading and listing: `sp=rl`",
        "create a signature for the container, with both permissions",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-common-sas-url-issues.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::warning("sas-permissions-too-wide", Types::DISKS, |offer, found| each(offer, found, too_wide)).text(
        "a signature allows reading and listing, and nothing else",
        "create a signature with `sp=rl`: everybody who sees it has its permissions",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md",
    ),
    Rule::warning("sas-container-level", Types::DISKS, |offer, found| each(offer, found, level)).text(
        "a signature is for a container: `sr=c`",
        "create a signature for the container: one for a blob cannot allow listing",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::warning("sas-expired", Types::DISKS, |offer, found| each(offer, found, expired)).blocks_when_written().text(
        "the signature of a disk that is not published yet has not expired",
        "create a new signature: the service cannot download the disk",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md; articles/marketplace/azure-vm-plan-technical-configuration.md",
    ),
    Rule::warning("sas-expiry", Types::DISKS, |offer, found| each(offer, found, expiry)).text(
        "a signature is valid for at least three more weeks, as long as its version is not published",
        "create a new signature: publishing takes up to 16 days",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-publish-offer.md",
    ),
    Rule::warning("sas-start", Types::DISKS, |offer, found| each(offer, found, start)).text(
        "a signature has been valid for at least a day",
        "create a signature with an earlier `st`: clocks differ",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md",
    ),
    Rule::error("sas-signature", Types::DISKS, |offer, found| each(offer, found, complete)).inferred().until_published().text(
        "a signature has the parts `sv`, `sp` and `sig`",
        "copy the whole address",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-common-sas-url-issues.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::warning("sas-host", Types::DISKS, |offer, found| each(offer, found, host)).inferred().text(
        "a disk is a blob in a storage account, with an https address",
        "copy the disk into a container: the address of an exported managed disk expires within days",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md",
    ),
    Rule::warning("sas-in-repository", Types::DISKS, in_repository).inferred().text(
        "a signed address is not written to a file: everybody who has it can read the disk",
        "write `{ $secret: { env: NAME } }`",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md",
    ),
];

/// An address, and when it is looked at.
struct Address<'a> {
    signed: SignedAddress<'a>,
    now: Timestamp,
}

/// What is wrong with an address. It never repeats the address.
struct Fault {
    message: String,
    /// What to do, where that is not what the rule says.
    help: Option<String>,
}

impl From<String> for Fault {
    fn from(message: String) -> Self {
        Self { message, help: None }
    }
}

impl From<&str> for Fault {
    fn from(message: &str) -> Self {
        message.to_owned().into()
    }
}

type Check = fn(&Address<'_>) -> Option<Fault>;

/// Whether the signature of an address has expired.
pub(super) fn is_over(text: &str, now: Timestamp) -> bool {
    SignedAddress::of(text).moment("se").is_some_and(|end| end < now)
}

fn each(offer: &Offer<'_>, found: &mut Found, check: Check) {
    for Disk { address: field, .. } in offer.disks() {
        let Some(text) = offer.known_text(field).filter(|text| !text.is_empty()) else { continue };
        let address = Address { signed: SignedAddress::of(&text), now: offer.circumstances.now };
        if let Some(Fault { message, help }) = check(&address) {
            let finding = found.at(field, message);
            if let Some(help) = help {
                finding.help(help);
            }
        }
    }
}

/// How to make a signature that the service takes.
fn generate(now: Timestamp) -> String {
    let day =
        |days: i64| now.checked_add((days * 24).hours()).unwrap_or(now).strftime("%Y-%m-%dT00:00:00Z").to_string();
    format!(
        "create a signature with `az storage container generate-sas --account-name ACCOUNT --name CONTAINER --permissions rl \
         --start {} --expiry {} --output tsv`, and append it to `https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME.vhd?`; or write `$sas`, and apply creates it",
        day(-1),
        day(VALID)
    )
}

impl Address<'_> {
    /// A fault if a parameter of a signed address is there and not as it should be.
    fn unless(&self, name: &str, is_right: fn(&str) -> bool, message: &str) -> Option<Fault> {
        let value = self.signed.parameter(name)?;
        (!is_right(&value)).then(|| self.to_make_anew(message))
    }

    /// A fault that a new signature mends.
    fn to_make_anew(&self, message: impl Into<String>) -> Fault {
        Fault { message: message.into(), help: Some(generate(self.now)) }
    }
}

fn query(address: &Address<'_>) -> Option<Fault> {
    (!address.signed.has_query()).then(|| address.to_make_anew("the address of the disk has no signature"))
}

fn suffix(address: &Address<'_>) -> Option<Fault> {
    let segments = address.signed.url()?.path_segments()?.filter(|part| !part.is_empty()).count();
    let is_disk = address.signed.blob().trim_end().to_ascii_lowercase().ends_with(".vhd");
    match segments {
        0 => Some("the address contains neither a container nor a disk".into()),
        1 if !is_disk => Some(Fault {
            message: "the address contains a container but no disk".to_owned(),
            help: Some("append the name of the disk to the path: `https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME.vhd?…`".to_owned()),
        }),
        1 => Some(Fault {
            message: "the address contains a disk but no container".to_owned(),
            help: Some("put the container before the name of the disk: `https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME.vhd?…`; disks in `$root` are not accepted".to_owned()),
        }),
        _ => (!is_disk).then(|| "the name of the disk does not end with `.vhd`".into()),
    }
}

fn spaces(address: &Address<'_>) -> Option<Fault> {
    let has = address.signed.text().contains(char::is_whitespace) || address.signed.path().contains("%20");
    has.then(|| "the address of the disk has a space".into())
}

fn characters(address: &Address<'_>) -> Option<Fault> {
    let without_spaces = address.signed.blob().replace("%20", "");
    let has = without_spaces.contains(['%', '"', '\'']);
    has.then(|| "the name of the disk has a `%` or a quotation mark".into())
}

fn no_end(address: &Address<'_>) -> Option<Fault> {
    let lacks = address.signed.has_query() && address.signed.parameter("se").is_none();
    lacks.then(|| address.to_make_anew("the signature has no expiry (`se`)"))
}

fn no_start(address: &Address<'_>) -> Option<Fault> {
    let lacks = address.signed.parameter("se").is_some() && address.signed.parameter("st").is_none();
    lacks.then(|| address.to_make_anew("the signature has no start (`st`)"))
}

fn moments(address: &Address<'_>) -> Option<Fault> {
    let whole = |text: &str| text.len() == 20 && text.ends_with('Z') && text.parse::<Timestamp>().is_ok();
    let (name, text) = ["st", "se"].into_iter().find_map(|name| {
        let text = address.signed.parameter(name)?;
        (!whole(&text)).then_some((name, text))
    })?;
    let what = if text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10 {
        "is a date without a time"
    } else if address.signed.moment(name).is_some() {
        "has no seconds, or is not in UTC"
    } else {
        "is not a valid time"
    };
    Some(address.to_make_anew(format!("`{name}` of the signature {what}")))
}

fn permissions(address: &Address<'_>) -> Option<Fault> {
    let both = |text: &str| text.contains('r') && text.contains('l');
    address.unless("sp", both, "the signature does not allow both reading and listing")
}

fn too_wide(address: &Address<'_>) -> Option<Fault> {
    let narrow = |text: &str| text.chars().all(|c| matches!(c, 'r' | 'l'));
    address.unless("sp", narrow, "the signature allows more than reading and listing")
}

fn level(address: &Address<'_>) -> Option<Fault> {
    match address.signed.parameter("sr")?.as_str() {
        "c" => None,
        "b" => {
            Some(address.to_make_anew("the signature is for a single blob (`sr=b`), not for its container (`sr=c`)"))
        }
        _ => Some(address.to_make_anew("the signature is not for a container (`sr=c`)")),
    }
}

fn expired(address: &Address<'_>) -> Option<Fault> {
    let end = address.signed.moment("se")?;
    (end < address.now).then(|| address.to_make_anew(format!("the signature expired on {}", end.strftime("%Y-%m-%d"))))
}

fn expiry(address: &Address<'_>) -> Option<Fault> {
    let end = address.signed.moment("se").filter(|end| *end >= address.now)?;
    let soon = address.now.checked_add((DAYS * 24).hours()).ok()?;
    let message =
        || format!("the signature expires on {}; it must be valid for three more weeks", end.strftime("%Y-%m-%d"));
    (end < soon).then(|| address.to_make_anew(message()))
}

fn start(address: &Address<'_>) -> Option<Fault> {
    let yesterday = address.now.checked_sub(24.hours()).ok()?;
    let late = address.signed.moment("st")? > yesterday;
    late.then(|| address.to_make_anew("the signature has been valid for less than a day"))
}

fn complete(address: &Address<'_>) -> Option<Fault> {
    let missing: Vec<&str> =
        ["sv", "sp", "sig"].into_iter().filter(|name| address.signed.parameter(name).is_none()).collect();
    (address.signed.has_query() && !missing.is_empty())
        .then(|| format!("the signature has no `{}`", missing.join("` and no `")).into())
}

/// The ends of the hosts of blobs, in the clouds there are.
const BLOB_HOSTS: [&str; 4] =
    [".blob.core.windows.net", ".blob.core.usgovcloudapi.net", ".blob.core.chinacloudapi.cn", ".blob.core.cloudapi.de"];

fn host(address: &Address<'_>) -> Option<Fault> {
    let Some(url) = address.signed.url() else { return Some("this is not an address".into()) };
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    if url.scheme() != "https" {
        Some("the address of the disk does not start with `https://`".into())
    } else if host.starts_with("md-") {
        Some("this is the address of an exported managed disk".into())
    } else if !BLOB_HOSTS.iter().any(|end| host.ends_with(end)) {
        Some("the disk is not in a storage account of Azure".into())
    } else {
        None
    }
}

fn in_repository(offer: &Offer<'_>, found: &mut Found) {
    for field in offer.disks().iter().map(|disk| &disk.address).filter(|field| !offer.is_sealed(field)) {
        let signed = field.text().is_some_and(|text| SignedAddress::of(text).parameter("sig").is_some());
        if signed {
            found.at(field, "a signed address in clear text");
        }
    }
}
