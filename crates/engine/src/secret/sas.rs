//! Shared access signatures that are made when they are needed, with the key of the storage account.
//!
//! What the marketplace wants of one: for the container, reading and listing, https only, a start of yesterday or earlier, moments
//! with seconds, and three weeks at least. Sources: articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md;
//! "Create a service SAS", learn.microsoft.com/rest/api/storageservices/create-service-sas.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use jiff::{Timestamp, ToSpan as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use url::Url;

use super::SecretText;

/// The version of the storage service whose rules a signature follows.
const VERSION: &str = "2020-12-06";

/// How long a signature is good at least, in days: the marketplace asks for three weeks.
pub const SHORTEST: u16 = 21;

/// How long a signature is good at most, in days.
pub const LONGEST: u16 = 365;

/// How long a signature is good unless the file says otherwise, in days.
pub const USUAL: u16 = 30;

/// The ends of the addresses of storage accounts, in the clouds there are.
pub const SUFFIXES: [&str; 4] =
    ["core.windows.net", "core.usgovcloudapi.net", "core.chinacloudapi.cn", "core.cloudapi.de"];

/// What is not escaped in the value of a parameter.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A blob whose address is signed when it is needed: `{ $sas: { … } }` in a manifest. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SignedBlob {
    /// The name of the storage account.
    pub account: String,
    /// The name of the container.
    pub container: String,
    /// The name of the blob.
    pub blob: String,
    /// The end of the account's address.
    pub suffix: String,
    /// Where the key of the account comes from.
    pub key: AccountKey,
    /// How many days the signature is good.
    pub valid: u16,
}

/// Where the key of a storage account comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKey {
    /// A variable that holds the key.
    Key(String),
    /// A variable that holds a connection string.
    ConnectionString(String),
    /// Azure, which gives it to whoever may list the keys of the account.
    Azure(AccountPlace),
}

/// Where a storage account is, as far as a file says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountPlace {
    /// The id of the subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<String>,
    /// The name of the resource group. Never without a subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_group: Option<String>,
}

impl AccountKey {
    /// The name of the variable; `None` if the key is asked of Azure.
    #[must_use]
    pub fn variable(&self) -> Option<&str> {
        match self {
            Self::Key(name) | Self::ConnectionString(name) => Some(name),
            Self::Azure(_) => None,
        }
    }
}

/// Why no signature can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The connection string has no key.
    #[error("the connection string has no `AccountKey`")]
    NoKey,
    /// The connection string is of another account.
    #[error("the connection string is for another account than `{0}`")]
    OtherAccount(String),
    /// The connection string names another address for blobs.
    #[error("the connection string has another address for blobs than `{0}`")]
    OtherEndpoint(String),
    /// There is nothing but blanks in the variable.
    #[error("the key of the account is empty")]
    Empty,
    /// The key is none.
    #[error("the key of the account is not in base64")]
    NotBase64,
    /// No calendar reaches that far.
    #[error("the signature would end too late")]
    Time,
}

/// Why a text is not the address of a blob that can be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is no address in a storage account, or has more than one: a password, a port, or `..` in its path.
    #[error("it does not have the form https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME.vhd")]
    Form,
    /// It is signed already.
    #[error("it has a signature, which is a secret: leave out the `?` and everything after it")]
    Signed,
    /// A name cannot be one of that kind.
    #[error("`{0}` is not the name of {1}")]
    Name(String, &'static str),
}

impl SignedBlob {
    /// The blob at an address without a signature.
    pub fn at(address: &str, key: AccountKey) -> Result<Self, AddressError> {
        let url = Url::parse(address).map_err(|_| AddressError::Form)?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(AddressError::Signed);
        }
        let host = url.host_str().filter(|_| url.scheme() == "https").ok_or(AddressError::Form)?;
        let (account, rest) = host.split_once(".blob.").ok_or(AddressError::Form)?;
        let suffix = SUFFIXES.into_iter().find(|suffix| *suffix == rest).ok_or(AddressError::Form)?;
        let (container, blob) = url.path()[1..].split_once('/').ok_or(AddressError::Form)?;
        let own = |text: &str| text.to_owned();
        let (account, container, blob) = (own(account), own(container), own(blob));
        let found = Self { account, container, blob, suffix: suffix.to_owned(), key, valid: USUAL }.checked()?;
        // What is signed is what was given, and not what is left of it when it is read as an address.
        if found.address() == address { Ok(found) } else { Err(AddressError::Form) }
    }

    /// This blob, if the names of its account and container are names that Azure allows.
    pub fn checked(self) -> Result<Self, AddressError> {
        let wrong = |name: &str, what| Err(AddressError::Name(name.to_owned(), what));
        let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        if !(3..=24).contains(&self.account.len()) || !self.account.chars().all(small) {
            return wrong(&self.account, "a storage account: 3 to 24 lower-case letters and digits");
        }
        if !(3..=63).contains(&self.container.len()) || !self.container.chars().all(|c| small(c) || c == '-') {
            return wrong(&self.container, "a container: 3 to 63 lower-case letters, digits and hyphens");
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '+' | '~' | '(' | ')');
        let is_disk = self.blob.to_ascii_lowercase().ends_with(".vhd");
        // Whoever fetches the address takes `..` for the folder above, which is another container.
        let stays = self.blob.split('/').all(|part| !matches!(part, "" | "." | ".."));
        if self.blob.len() > 1024 || !is_disk || !stays || !self.blob.chars().all(plain) {
            return wrong(
                &self.blob,
                "a disk that the marketplace accepts: letters, digits and `-_./`, no `..`, ending with `.vhd`",
            );
        }
        Ok(self)
    }

    /// Its address, without a signature.
    #[must_use]
    pub fn address(&self) -> String {
        format!("https://{}.blob.{}/{}/{}", self.account, self.suffix, self.container, self.blob)
    }

    /// Its address with a signature that is good from yesterday on. `secret` is what the variable holds. It stays the same for a day.
    pub fn sign(&self, secret: &SecretText, now: Timestamp) -> Result<SecretText, KeyError> {
        let key = match self.key {
            AccountKey::Key(_) | AccountKey::Azure(_) => secret.expose().trim().to_owned(),
            AccountKey::ConnectionString(_) => self.key_in(secret.expose())?,
        };
        let key = STANDARD.decode(key).map_err(|_| KeyError::NotBase64)?;
        if key.is_empty() {
            return Err(KeyError::Empty);
        }
        let today = now.as_second() - now.as_second().rem_euclid(24 * 60 * 60);
        let day = |days: i64| {
            let start = Timestamp::from_second(today).map_err(|_| KeyError::Time)?;
            start.checked_add((days * 24).hours()).map_err(|_| KeyError::Time)
        };
        let start = day(-1)?;
        let end = day(i64::from(self.valid) + 1)?;
        let scope = Scope {
            resource: format!("/blob/{}/{}", self.account, self.container),
            kind: "c",
            permissions: "rl",
            start: moment(start),
            end: moment(end),
            protocol: "https",
        };
        Ok(SecretText::new(format!("{}?{}", self.address(), scope.query(&key))))
    }

    /// The key in a connection string.
    fn key_in(&self, text: &str) -> Result<String, KeyError> {
        let part = |name: &str| {
            text.split(';').find_map(|part| {
                let (key, value) = part.trim().split_once('=')?;
                key.eq_ignore_ascii_case(name).then(|| value.to_owned())
            })
        };
        if part("AccountName").is_some_and(|name| name != self.account) {
            return Err(KeyError::OtherAccount(self.account.clone()));
        }
        // Accounts of one name in two clouds are two, and perhaps two people's.
        let host = format!("{}.blob.{}", self.account, self.suffix);
        let is_of_account = |address: &str| {
            let url = Url::parse(address).ok();
            url.is_some_and(|url| url.host_str() == Some(host.as_str()) && url.port().is_none())
        };
        let is_elsewhere = part("BlobEndpoint").is_some_and(|address| !is_of_account(&address))
            || part("EndpointSuffix").is_some_and(|suffix| !suffix.eq_ignore_ascii_case(&self.suffix));
        if is_elsewhere {
            return Err(KeyError::OtherEndpoint(host));
        }
        part("AccountKey").filter(|key| !key.is_empty()).ok_or(KeyError::NoKey)
    }
}

impl fmt::Display for SignedBlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, container, blob, suffix, key, valid } = self;
        write!(f, "{account}/{container}/{blob} (")?;
        // An account of the same name in another cloud is another one, and a long signature is a choice: both are reviewed.
        if suffix != SUFFIXES[0] {
            write!(f, "{suffix}, ")?;
        }
        if *valid != USUAL {
            write!(f, "{valid} days, ")?;
        }
        match key {
            AccountKey::Key(name) | AccountKey::ConnectionString(name) => write!(f, "env {name})"),
            AccountKey::Azure(place) => {
                let place = [&place.subscription, &place.resource_group];
                let named: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
                let joint = if named.is_empty() { "" } else { " " };
                write!(f, "key from azure{joint}{})", named.join("/"))
            }
        }
    }
}

/// A moment as a signature has it.
fn moment(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// What a signature allows.
struct Scope {
    resource: String,
    kind: &'static str,
    permissions: &'static str,
    /// Empty for a signature that is good from the beginning of time.
    start: String,
    end: String,
    /// Empty for any.
    protocol: &'static str,
}

impl Scope {
    /// The text that is signed: sixteen lines, those empty that say nothing.
    fn text(&self) -> String {
        let Self { resource, kind, permissions, start, end, protocol } = self;
        let head = [*permissions, start, end, resource, "", "", *protocol, VERSION, *kind];
        let nothing = [""; 7];
        [head.as_slice(), nothing.as_slice()].concat().join("\n")
    }

    fn query(&self, key: &[u8]) -> String {
        let signature = sign(key, &self.text());
        let all = [
            ("sv", VERSION),
            ("st", &self.start),
            ("se", &self.end),
            ("sr", self.kind),
            ("sp", self.permissions),
            ("spr", self.protocol),
            ("sig", &signature),
        ];
        let said = all.iter().filter(|(_, value)| !value.is_empty());
        let pairs = said.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, VALUE)));
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// The signature of a text.
fn sign(key: &[u8], text: &str) -> String {
    let mut mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(key).expect("invariant: a key of any length is taken");
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(key: AccountKey) -> SignedBlob {
        SignedBlob::at("https://contosoimages.blob.core.windows.net/vhds/firewall-1.11.0.vhd", key).unwrap()
    }

    /// From the tests of another client: services/azure-storage/src/service_sas.rs in apache/opendal-reqsign. The key is `key`.
    #[test]
    fn a_signature_is_the_one_that_another_client_makes() {
        let scope = Scope {
            resource: "/blob/account/container/path/to/blob.txt".to_owned(),
            kind: "b",
            permissions: "r",
            start: String::new(),
            end: "2022-03-01T08:17:34Z".to_owned(),
            protocol: "",
        };
        assert_eq!(
            scope.query(b"key"),
            "sv=2020-12-06&se=2022-03-01T08%3A17%3A34Z&sr=b&sp=r&sig=CP9a2LIrR9zeG4I4jZjqPetJSXWJ77QeUA7c3GMypyM%3D"
        );
    }

    /// RFC 4231, test case 2.
    #[test]
    fn a_text_is_signed_as_the_standard_says() {
        assert_eq!(
            STANDARD.decode(sign(b"Jefe", "what do ya want for nothing?")).unwrap(),
            [
                0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a,
                0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43
            ]
        );
    }

    /// Computed with `openssl dgst -sha256 -mac HMAC`.
    #[test]
    fn the_signature_is_for_the_container_and_begins_yesterday() {
        let now = "2026-11-28T21:30:15Z".parse().unwrap();
        let expected = "https://contosoimages.blob.core.windows.net/vhds/firewall-1.11.0.vhd?sv=2020-12-06&\
                        st=2026-11-27T00%3A00%3A00Z&se=2026-12-29T00%3A00%3A00Z&sr=c&sp=rl&spr=https&sig=wUV7GqXuGz8FjISQuNBM8DXqL2NpsOxLolst4YB%2BqNY%3D";
        let key = "AAECAwQFBgcICQoLDA0ODw==";
        let signed = blob(AccountKey::Key("KEY".into())).sign(&SecretText::new(key), now).unwrap();
        assert_eq!(signed.expose(), expected);
        let text = format!(
            "DefaultEndpointsProtocol=https;AccountName=contosoimages;AccountKey={key};EndpointSuffix=core.windows.net"
        );
        let by_string = blob(AccountKey::ConnectionString("C".into())).sign(&SecretText::new(text), now).unwrap();
        assert_eq!(by_string.expose(), expected);
        // The rest of the day brings nothing new.
        let later = "2026-11-28T23:59:59Z".parse().unwrap();
        assert_eq!(blob(AccountKey::Key("KEY".into())).sign(&SecretText::new(key), later).unwrap().expose(), expected);
    }

    #[test]
    fn keys_that_are_none_are_told_apart() {
        let now = "2026-11-28T21:30:15Z".parse().unwrap();
        let fails = |key: AccountKey, text: &str| blob(key).sign(&SecretText::new(text), now).unwrap_err();
        let string = || AccountKey::ConnectionString("C".into());
        assert_eq!(fails(AccountKey::Key("K".into()), "not base64!"), KeyError::NotBase64);
        assert_eq!(fails(AccountKey::Key("K".into()), " \n"), KeyError::Empty);
        assert_eq!(fails(string(), "AccountName=contosoimages"), KeyError::NoKey);
        assert_eq!(
            fails(string(), "AccountName=other;AccountKey=AAAA"),
            KeyError::OtherAccount("contosoimages".into())
        );
    }

    #[test]
    fn a_connection_string_of_another_cloud_or_address_signs_nothing() {
        let now = "2026-11-28T21:30:15Z".parse().unwrap();
        let key = "AAECAwQFBgcICQoLDA0ODw==";
        let sign = |more: &str| {
            let text = format!("AccountName=contosoimages;AccountKey={key};{more}");
            blob(AccountKey::ConnectionString("C".into())).sign(&SecretText::new(text), now)
        };
        for text in [
            "",
            "EndpointSuffix=core.windows.net",
            "BlobEndpoint=https://contosoimages.blob.core.windows.net/",
            // Of the address only the host matters: the signature is for https whatever the string says.
            "DefaultEndpointsProtocol=http;BlobEndpoint=http://contosoimages.blob.core.windows.net",
        ] {
            assert!(sign(text).unwrap().expose().starts_with("https://contosoimages.blob.core.windows.net/"), "{text}");
        }
        for other in [
            "EndpointSuffix=core.chinacloudapi.cn",
            "EndpointSuffix=evil.example",
            "BlobEndpoint=https://evil.example/",
            "BlobEndpoint=https://contosoimages.blob.core.windows.net.evil.example",
            "BlobEndpoint=https://contosoimages.blob.core.windows.net:8443",
            "BlobEndpoint=http://127.0.0.1:10000/contosoimages",
            "BlobEndpoint=",
            "blobendpoint=nothing",
        ] {
            let error = sign(other).unwrap_err();
            assert!(matches!(error, KeyError::OtherEndpoint(_)), "{other}: {error}");
            assert!(!error.to_string().contains(key) && !error.to_string().contains("evil"), "{error}");
        }
    }

    #[test]
    fn what_is_unusual_about_a_signature_is_said() {
        let usual = blob(AccountKey::Key("K".into()));
        assert_eq!(usual.to_string(), "contosoimages/vhds/firewall-1.11.0.vhd (env K)");
        let long = SignedBlob { valid: 365, ..usual.clone() };
        let elsewhere = SignedBlob { suffix: SUFFIXES[2].to_owned(), ..usual.clone() };
        assert!(long.to_string().contains("365 days"), "{long}");
        assert!(elsewhere.to_string().contains("core.chinacloudapi.cn"), "{elsewhere}");
    }

    #[test]
    fn addresses_that_cannot_be_signed_are_refused() {
        let at = |text: &str| SignedBlob::at(text, AccountKey::Key("K".into()));
        for (text, expected) in [
            ("http://a12.blob.core.windows.net/vhds/a.vhd", "does not have the form"),
            ("https://evil.example/vhds/a.vhd", "does not have the form"),
            ("https://a12.blob.evil.example/vhds/a.vhd", "does not have the form"),
            ("https://a12.blob.core.windows.net/a.vhd", "does not have the form"),
            ("https://a12.blob.core.windows.net/vhds/a.vhd?sig=x", "signature"),
            ("https://a12.blob.core.windows.net/vhds/a.img", "ending with `.vhd`"),
            ("https://a12.blob.core.windows.net/vhds/a%20b.vhd", "ending with `.vhd`"),
            ("https://a12.blob.core.windows.net/Vhds/a.vhd", "a container"),
            ("https://a_12.blob.core.windows.net/vhds/a.vhd", "storage account"),
            ("no address", "does not have the form"),
            ("https://user:password@a12.blob.core.windows.net/vhds/a.vhd", "does not have the form"),
            ("https://a12.blob.core.windows.net:8443/vhds/a.vhd", "does not have the form"),
            ("https://a12.blob.core.windows.net/vhds/../keys/a.vhd", "does not have the form"),
            ("https://a12.blob.core.windows.net/vhds/%2e%2e/keys/a.vhd", "does not have the form"),
            ("https://a12.blob.core.windows.net/vhds/b\n/a.vhd", "does not have the form"),
            ("https:\\\\a12.blob.core.windows.net\\vhds\\a.vhd", "does not have the form"),
        ] {
            let error = at(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
        assert_eq!(at("https://a12.blob.core.windows.net/vhds/b/c.vhd").unwrap().blob, "b/c.vhd");
        let named = |name: &str| SignedBlob {
            blob: name.to_owned(),
            ..at("https://a12.blob.core.windows.net/vhds/c.vhd").unwrap()
        };
        for name in ["../keys/a.vhd", "a/../../keys/a.vhd", "./a.vhd", "a//b.vhd", "/a.vhd", "..vhd/..", "a.vhd?x.vhd"]
        {
            assert!(named(name).checked().is_err(), "{name}");
        }
        assert!(named("a..b/c.vhd").checked().is_ok());
    }
}
