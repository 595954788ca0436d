//! Rules about the signed addresses of disks.
//!
//! An address comes from a secret as a rule. If the secret is set here it is looked at, and never shown; if not, nothing is
//! said about it. The signature of a version that is published may run out, and its disk may go: so a plan does not stop here.

use std::borrow::Cow;

use jiff::{Timestamp, ToSpan as _};
use url::Url;

use super::subject::Offer;
use super::{Found, Rule, Types};

/// How long a signature has to be good yet, in days.
const DAYS: i64 = 21;

pub(super) const RULES: &[Rule] = &[
    Rule::error("sas-query", Types::IMAGES, |offer, found| each(offer, found, query)).until_published().text(
        "the address of a disk has a signature: a part behind a `?`",
        "make a shared access signature for the container of the disk",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-common-sas-url-issues.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::error("sas-vhd-suffix", Types::IMAGES, |offer, found| each(offer, found, suffix)).until_published().text(
        "the address of a disk is that of a blob whose name ends in `.vhd`",
        "name container and blob before the `?`",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md",
    ),
    Rule::error("sas-no-space", Types::IMAGES, |offer, found| each(offer, found, spaces)).until_published().text(
        "the address of a disk has no spaces",
        "rename the blob, and look for a space at the end of the secret",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-common-sas-url-issues.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::error("sas-vhd-name-chars", Types::IMAGES, |offer, found| each(offer, found, characters)).until_published().text(
        "the name of a disk has no `%` and no quotation marks",
        "rename the blob",
        "articles/marketplace/azure-vm-create-certification-faq.md",
    ),
    Rule::error("sas-st-se", Types::IMAGES, |offer, found| each(offer, found, limits)).until_published().text(
        "a signature says from when and until when it is good: `st` and `se`",
        "make it anew with both",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-common-sas-url-issues.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::error("sas-datetime-full", Types::IMAGES, |offer, found| each(offer, found, moments)).until_published().text(
        "`st` and `se` are whole moments, as in `2026-11-21T00:00:00Z`; a date alone is refused",
        "make the signature anew with seconds",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-common-sas-url-issues.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::error("sas-permissions", Types::IMAGES, |offer, found| each(offer, found, permissions)).until_published().text(
        "a signature allows reading and listing: `sp=rl`",
        "make it anew with both, for the container and not for the blob",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-common-sas-url-issues.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::warning("sas-permissions-too-wide", Types::IMAGES, |offer, found| each(offer, found, too_wide)).text(
        "a signature allows reading and listing, and nothing else",
        "make it anew with `sp=rl`: whoever sees it can do what it allows",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md",
    ),
    Rule::warning("sas-container-level", Types::IMAGES, |offer, found| each(offer, found, level)).text(
        "a signature is for a container: `sr=c`",
        "make it for the container: listing is not possible with one for a blob",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::warning("sas-expiry", Types::IMAGES, |offer, found| each(offer, found, expiry)).text(
        "a signature is good for at least three weeks yet, as long as its version is not published",
        "make it anew: publishing takes up to 16 days",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-publish-offer.md",
    ),
    Rule::warning("sas-start", Types::IMAGES, |offer, found| each(offer, found, start)).text(
        "a signature is good since yesterday at least",
        "make it anew with an earlier `st`: clocks differ",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md",
    ),
    Rule::error("sas-signature", Types::IMAGES, |offer, found| each(offer, found, complete)).inferred().until_published().text(
        "a signature has the parts `sv`, `sp` and `sig`",
        "copy the whole address",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-common-sas-url-issues.md; articles/marketplace/azure-vm-get-sas-uri.md",
    ),
    Rule::warning("sas-host", Types::IMAGES, |offer, found| each(offer, found, host)).inferred().text(
        "a disk is a blob in a storage account, reached by https",
        "copy the disk into a container: the address of an exported managed disk runs out within days",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md",
    ),
    Rule::warning("sas-in-repository", Types::IMAGES, in_repository).inferred().text(
        "a signed address does not stand in a file: whoever has it can read the disk",
        "write `{ $secret: { env: NAME } }`",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md",
    ),
];

/// An address as it was written, and what it is made of.
struct Address<'a> {
    text: Cow<'a, str>,
    /// `None` if it is none.
    url: Option<Url>,
    now: Timestamp,
}

/// What is wrong with an address: it never repeats the address.
type Check = fn(&Address<'_>) -> Option<String>;

/// Whether the signature of an address is no longer good.
pub(super) fn is_over(text: &str, now: Timestamp) -> bool {
    let address = Address { text: text.into(), url: Url::parse(text).ok(), now };
    address.moment("se").is_some_and(|end| end < now)
}

fn each(offer: &Offer<'_>, found: &mut Found, check: Check) {
    for field in offer.disks() {
        let Some(text) = offer.known_text(field).filter(|text| !text.is_empty()) else { continue };
        let url = Url::parse(&text).ok();
        if let Some(message) = check(&Address { text, url, now: offer.circumstances.now }) {
            found.at(field, message);
        }
    }
}

impl Address<'_> {
    /// What stands before the `?`, as it was written.
    fn path(&self) -> &str {
        self.text.split('?').next().unwrap_or_default()
    }

    /// The name of the blob, as it was written.
    fn blob(&self) -> &str {
        self.path().rsplit('/').next().unwrap_or_default()
    }

    fn parameter(&self, name: &str) -> Option<String> {
        let url = self.url.as_ref()?;
        url.query_pairs().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.into_owned())
    }

    /// Whether it has a signature, or something meant to be one.
    fn is_signed(&self) -> bool {
        self.url.as_ref().is_some_and(|url| url.query().is_some_and(|query| !query.is_empty()))
    }

    /// A moment, however short it is written.
    fn moment(&self, name: &str) -> Option<Timestamp> {
        let text = self.parameter(name)?;
        let whole = || text.parse::<Timestamp>().ok();
        let minutes = || format!("{}:00Z", text.strip_suffix('Z')?).parse::<Timestamp>().ok();
        let day = || format!("{text}T00:00:00Z").parse::<Timestamp>().ok();
        whole().or_else(minutes).or_else(day)
    }

    /// A message if a parameter of a signed address is not as it should be.
    fn unless(&self, name: &str, is_right: fn(&str) -> bool, message: impl Fn(&str) -> String) -> Option<String> {
        let value = self.parameter(name)?;
        (!is_right(&value)).then(|| message(&value))
    }
}

fn query(address: &Address<'_>) -> Option<String> {
    (!address.is_signed()).then(|| "the address of the disk has no signature".to_owned())
}

fn suffix(address: &Address<'_>) -> Option<String> {
    let segments = address.url.as_ref()?.path_segments()?.filter(|part| !part.is_empty()).count();
    let is_disk = address.blob().trim_end().to_ascii_lowercase().ends_with(".vhd");
    (segments < 2 || !is_disk).then(|| "the address does not name a container and a `.vhd` in it".to_owned())
}

fn spaces(address: &Address<'_>) -> Option<String> {
    let has = address.text.contains(char::is_whitespace) || address.path().contains("%20");
    has.then(|| "the address of the disk has a space".to_owned())
}

fn characters(address: &Address<'_>) -> Option<String> {
    let without_spaces = address.blob().replace("%20", "");
    let has = without_spaces.contains(['%', '"', '\'']);
    has.then(|| "the name of the disk has a `%` or a quotation mark".to_owned())
}

fn limits(address: &Address<'_>) -> Option<String> {
    let missing: Vec<&str> = ["st", "se"].into_iter().filter(|name| address.parameter(name).is_none()).collect();
    (address.is_signed() && !missing.is_empty())
        .then(|| format!("the signature has no `{}`", missing.join("` and no `")))
}

fn moments(address: &Address<'_>) -> Option<String> {
    let whole = |text: &str| text.len() == 20 && text.ends_with('Z') && text.parse::<Timestamp>().is_ok();
    let short = ["st", "se"].into_iter().find(|name| address.parameter(name).is_some_and(|text| !whole(&text)))?;
    Some(format!("`{short}` of the signature is no whole moment"))
}

fn permissions(address: &Address<'_>) -> Option<String> {
    let both = |text: &str| text.contains('r') && text.contains('l');
    address.unless("sp", both, |_| "the signature does not allow both reading and listing".to_owned())
}

fn too_wide(address: &Address<'_>) -> Option<String> {
    let narrow = |text: &str| text.chars().all(|c| matches!(c, 'r' | 'l'));
    address.unless("sp", narrow, |_| "the signature allows more than reading and listing".to_owned())
}

fn level(address: &Address<'_>) -> Option<String> {
    address.unless("sr", |text| text == "c", |_| "the signature is not for a container".to_owned())
}

fn expiry(address: &Address<'_>) -> Option<String> {
    let end = address.moment("se")?;
    if end < address.now {
        return Some("the signature is no longer good".to_owned());
    }
    let soon = address.now.checked_add((DAYS * 24).hours()).ok()?;
    (end < soon).then(|| "the signature is good for less than three weeks".to_owned())
}

fn start(address: &Address<'_>) -> Option<String> {
    let yesterday = address.now.checked_sub(24.hours()).ok()?;
    (address.moment("st")? > yesterday).then(|| "the signature is good since less than a day".to_owned())
}

fn complete(address: &Address<'_>) -> Option<String> {
    let missing: Vec<&str> = ["sv", "sp", "sig"].into_iter().filter(|name| address.parameter(name).is_none()).collect();
    (address.is_signed() && !missing.is_empty())
        .then(|| format!("the signature has no `{}`", missing.join("` and no `")))
}

/// The ends of the hosts of blobs, in the clouds there are.
const BLOB_HOSTS: [&str; 4] =
    [".blob.core.windows.net", ".blob.core.usgovcloudapi.net", ".blob.core.chinacloudapi.cn", ".blob.core.cloudapi.de"];

fn host(address: &Address<'_>) -> Option<String> {
    let Some(url) = &address.url else { return Some("this is no address".to_owned()) };
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    if url.scheme() != "https" {
        Some("the disk is not reached by https".to_owned())
    } else if host.starts_with("md-") {
        Some("this is the address of an exported managed disk".to_owned())
    } else if !BLOB_HOSTS.iter().any(|end| host.ends_with(end)) {
        Some("the disk is not in a storage account of Azure".to_owned())
    } else {
        None
    }
}

fn in_repository(offer: &Offer<'_>, found: &mut Found) {
    for field in offer.disks().iter().filter(|field| !offer.is_sealed(field)) {
        let signed = field
            .text()
            .and_then(|text| Url::parse(text).ok())
            .is_some_and(|url| url.query_pairs().any(|(key, _)| key.eq_ignore_ascii_case("sig")));
        if signed {
            found.at(field, "a signed address stands here in clear text");
        }
    }
}
