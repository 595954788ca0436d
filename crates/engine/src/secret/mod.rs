//! Values that must never be seen: a type that cannot print them, references to them, and the redaction of
//! SAS signatures in text that comes from elsewhere.
//!
//! A manifest holds [`SecretReference`]s only. Values are read by a [`SecretSource`] as late as possible: when a
//! request body is made. [`redact`] is for text we did not write (URLs, messages of the service): it takes
//! the signature out and leaves the rest readable.

mod redaction;
mod sas;
#[cfg(test)]
pub(crate) mod testing;
mod token;

use std::borrow::Cow;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

pub use redaction::{looks_secret, mask, redact, stars};
pub use sas::{AccountKey, AccountPlace, AddressError, KeyError, LONGEST, SHORTEST, SUFFIXES, SignedBlob, USUAL};

/// What stands where a secret was taken out.
pub const REDACTED: &str = "(redacted)";

/// A secret value: neither `Debug` nor `Display` shows it, and its memory is cleared when dropped.
#[derive(Clone)]
pub struct SecretText(SecretString);

impl SecretText {
    /// Creates a secret from its value.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(SecretString::from(value.into()))
    }

    /// The value itself, for the one moment it is put into a request or compared.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl fmt::Display for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// Where a secret comes from: `{ $secret: { env: NAME } }` or `{ $secret: { file: PATH } }` in a manifest.
///
/// A reference is not a secret: it is printed, compared and hashed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SecretReference {
    /// The place that holds the value.
    pub location: SecretLocation,
    /// The `version:` of the declaration; raising it says that the value was rotated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// The kinds of places that can hold a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretLocation {
    /// An environment variable, by name.
    Env(String),
    /// A file, by its path relative to the repository's root; or one of the machine, by its absolute path. One trailing newline is
    /// not part of the value.
    File(String),
    /// The address of a blob, signed when it is needed.
    Sas(Box<SignedBlob>),
}

impl fmt::Display for SecretReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            SecretLocation::Env(name) => write!(f, "env {name}")?,
            SecretLocation::File(path) => write!(f, "file {path}")?,
            SecretLocation::Sas(blob) => write!(f, "sas {blob}")?,
        }
        match &self.version {
            Some(version) => write!(f, " (version {version})"),
            None => Ok(()),
        }
    }
}

/// A source of secret values, such as environment variables and files.
pub trait SecretSource: fmt::Debug + Send + Sync {
    /// The value behind `reference`, or `None` if it is not set here.
    fn value(&self, reference: &SecretReference) -> Option<SecretText>;

    /// What a live value is compared with: the value, or of a blob that is signed when it is needed its address, which no key is
    /// needed for.
    fn comparable(&self, reference: &SecretReference) -> Option<SecretText> {
        match &reference.location {
            SecretLocation::Sas(blob) => Some(SecretText::new(blob.address())),
            SecretLocation::Env(_) | SecretLocation::File(_) => self.value(reference),
        }
    }
}

/// Knows no secret: for documents of the service, which hold no references to any.
#[derive(Debug, Clone, Copy)]
pub struct NoSecrets;

impl SecretSource for NoSecrets {
    fn value(&self, _: &SecretReference) -> Option<SecretText> {
        None
    }

    fn comparable(&self, _: &SecretReference) -> Option<SecretText> {
        None
    }
}

/// The query parameters that make up a shared access signature.
///
/// Source: "Create a service SAS", learn.microsoft.com/rest/api/storageservices/create-service-sas.
const SAS_PARAMETERS: [&str; 24] = [
    "sv", "sr", "sig", "se", "sp", "st", "spr", "sip", "si", "ss", "srt", "tn", "spk", "srk", "epk", "erk", "skoid",
    "sktid", "skt", "ske", "sks", "skv", "saoid", "suoid",
];

/// `url` without the parameters of a shared access signature; any other query (`?v=2`) stays.
///
/// Text that is not, as a whole, a web address with a signature is returned as it is.
#[must_use]
pub fn without_sas(url: &str) -> Cow<'_, str> {
    // What looks like a query behind a `#` is none.
    let (address, fragment) = url.split_once('#').map_or((url, None), |(address, rest)| (address, Some(rest)));
    let Some((head, query)) = address.split_once('?') else {
        return Cow::Borrowed(url);
    };
    if !query.split('&').any(is_signature) || !is_address(url) {
        return Cow::Borrowed(url);
    }
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_sas_parameter(pair)).collect();
    let mut out = head.to_owned();
    if !kept.is_empty() {
        out.push('?');
        out.push_str(&kept.join("&"));
    }
    if let Some(fragment) = fragment {
        out.push('#');
        out.push_str(fragment);
    }
    Cow::Owned(out)
}

/// Whether a text is a web address and nothing else.
fn is_address(text: &str) -> bool {
    let is_plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    is_plain && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The name of a parameter as the service reads it: `si%67` is `sig`.
fn parameter_name(pair: &str) -> String {
    let name = pair.split('=').next().unwrap_or(pair);
    let mut out = Vec::with_capacity(name.len());
    let mut bytes = name.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digits = [ahead.next(), ahead.next()].map(|digit| digit.and_then(|digit| char::from(digit).to_digit(16)));
        match digits {
            [Some(high), Some(low)] if byte == b'%' => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(byte));
                bytes = ahead;
            }
            _ => out.push(byte.to_ascii_lowercase()),
        }
    }
    String::from_utf8_lossy(&out).to_ascii_lowercase()
}

fn is_signature(pair: &str) -> bool {
    pair.split_once('=').is_some_and(|(_, value)| !value.is_empty()) && parameter_name(pair) == "sig"
}

fn is_sas_parameter(pair: &str) -> bool {
    SAS_PARAMETERS.contains(&parameter_name(pair).as_str())
}

/// Whether a text holds a signature or a token, and so must not be in a file.
#[must_use]
pub fn is_signed(text: &str) -> bool {
    without_sas(text) != text || redact(text) != text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sas_parameters_go_and_the_rest_of_the_query_stays() {
        assert_eq!(without_sas("https://x/y?v=2&sv=1&sr=b&sig=abc%3D&se=2030&sp=r"), "https://x/y?v=2");
        assert_eq!(without_sas("https://x/y?sv=1&sig=a"), "https://x/y");
        assert_eq!(without_sas("https://x/y?v=2"), "https://x/y?v=2");
        assert_eq!(without_sas("https://x/y?sv=2"), "https://x/y?sv=2", "no signature, so not a SAS");
        assert_eq!(without_sas("https://x/y?sig=a#part"), "https://x/y#part");
        assert_eq!(without_sas("https://x/y?v=2#a?b&sig=c"), "https://x/y?v=2#a?b&sig=c", "that is no query");
    }

    #[test]
    fn only_a_whole_address_loses_its_signature() {
        for text in [
            "Contoso Firewall?sig=1&sv=CLICK https://evil.example NOW",
            "see https://x/y?sv=1&sig=a now",
            "https://x/y?sig=a\u{a0}b",
            "x?sig=1&sv=2",
            "ftp://x/y?sig=1",
            "https://x/y?sig&sv=CLICK",
            "https://x/y?sig=&sv=CLICK",
        ] {
            assert_eq!(without_sas(text), text);
        }
        assert_eq!(without_sas("https://x/y?v=2&si%67=abc&s%76=1"), "https://x/y?v=2", "escaped names");
    }

    #[test]
    fn a_secret_prints_nothing() {
        let secret = SecretText::new("hunter2");
        assert_eq!(format!("{secret} {secret:?}"), "(redacted) (redacted)");
        assert_eq!(secret.expose(), "hunter2");
    }
}
