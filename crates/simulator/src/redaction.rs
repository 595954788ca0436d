//! What the portal keeps to itself: values of secret-type fields, and signatures that must not reach a disk.
//!
//! The service never returns secret values (cloud-partner-portal-api-retrieve-specific-offer.md). The pages name
//! no keys, so a field is taken for one by the end of its name.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};

use serde_json::Value;

/// Ends of the names of secret-type fields, in lower case.
const SECRET_ENDINGS: [&str; 10] = [
    "password",
    "secret",
    "connectionstring",
    "applicationkey",
    "accountkey",
    "accesskey",
    "apikey",
    "appkey",
    "securitytoken",
    "sastoken",
];

/// What a signature turns into on disk, so that it finds its place again.
const SIGNATURE_MARK: &str = "{signature}";
/// What a signature is after it was on disk.
const SANDBOX_SIGNATURE: &str = "sig=sandbox";
const PARAMETER: &str = "sig=";

/// Whether a member of this name holds a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let name = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    SECRET_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Fingerprints secrets with a key of this process: good for "is it the same one", worthless to anybody else.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    key: RandomState,
    by_pointer: BTreeMap<String, u64>,
}

impl Fingerprints {
    /// Whether the secret given at `pointer` was `candidate`; `None` if this process never saw it.
    pub(super) fn matches(&self, pointer: &str, candidate: &str) -> Option<bool> {
        self.by_pointer.get(pointer).map(|seen| *seen == self.key.hash_one(candidate))
    }
}

/// Takes every secret value out of `document` and returns the JSON pointers where one was given.
pub(super) fn take_secrets(document: &mut Value, fingerprints: &mut Fingerprints) -> Vec<String> {
    fingerprints.by_pointer.clear();
    add_secrets(document, fingerprints)
}

/// The same, on top of what was given before.
pub(super) fn add_secrets(document: &mut Value, fingerprints: &mut Fingerprints) -> Vec<String> {
    let mut given = Vec::new();
    take_below(document, &mut String::new(), &mut |pointer, value| {
        if let Value::String(text) = value {
            fingerprints.by_pointer.insert(pointer.to_owned(), fingerprints.key.hash_one(text.as_str()));
        }
        given.push(pointer.to_owned());
    });
    given
}

fn take_below(value: &mut Value, pointer: &mut String, taken: &mut dyn FnMut(&str, &Value)) {
    let start = pointer.len();
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                if is_given_secret(name, member) {
                    taken(pointer, member);
                } else {
                    take_below(member, pointer, taken);
                }
                pointer.truncate(start);
            }
            members.retain(|name, member| !is_secret_name(name) || !member.is_string());
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter_mut().enumerate() {
                pointer.push('/');
                pointer.push_str(&index.to_string());
                take_below(element, pointer, taken);
                pointer.truncate(start);
            }
        }
        _ => {}
    }
}

fn is_given_secret(name: &str, member: &Value) -> bool {
    is_secret_name(name) && member.as_str().is_some_and(|text| !text.is_empty())
}

/// Applies `change` to every text in `value`.
pub(super) fn each_text(value: &mut Value, change: &dyn Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(changed) = change(text) {
                *text = changed;
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| each_text(element, change)),
        Value::Object(members) => members.values_mut().for_each(|member| each_text(member, change)),
        _ => {}
    }
}

/// Makes a document fit for a disk: no secret value, no signature.
pub(super) fn redact(document: &mut Value) {
    take_below(document, &mut String::new(), &mut |_, _| {});
    redact_signatures(document);
}

/// Makes a value fit for a disk that holds no secret but signatures.
pub(super) fn redact_signatures(document: &mut Value) {
    each_text(document, &|text| match without_signatures(text) {
        Cow::Borrowed(_) => None,
        Cow::Owned(concealed) => Some(concealed),
    });
}

/// Puts a sandbox signature where [`redact`] took one out.
pub(super) fn reveal(document: &mut Value) {
    each_text(document, &|text| text.contains(SIGNATURE_MARK).then(|| text.replace(SIGNATURE_MARK, SANDBOX_SIGNATURE)));
}

/// Adds a sandbox signature to addresses that are signed but for the signature, as the seed writes them.
pub(super) fn sign_addresses(document: &mut Value) {
    each_text(document, &|text| {
        let query = text.strip_prefix("https://")?.split_once('?')?.1;
        let has = |name: &str| query.split('&').any(|pair| pair.starts_with(name));
        (has("sv=") && has("se=") && !has(PARAMETER)).then(|| format!("{text}&{SANDBOX_SIGNATURE}"))
    });
}

/// `text` with each `sig=…` replaced by a mark, in any letter case.
pub(super) fn without_signatures(text: &str) -> Cow<'_, str> {
    let lower = text.to_ascii_lowercase();
    if !lower.contains(PARAMETER) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    while let Some(found) = lower.get(rest..).and_then(|tail| tail.find(PARAMETER)) {
        let start = rest + found;
        out.push_str(&text[rest..start]);
        out.push_str(SIGNATURE_MARK);
        let value = start + PARAMETER.len();
        rest = text[value..].find(ends_signature).map_or(text.len(), |length| value + length);
    }
    out.push_str(&text[rest..]);
    Cow::Owned(out)
}

fn ends_signature(character: char) -> bool {
    matches!(character, '&' | '"' | '\'' | '<' | '>' | '#' | ';' | ',' | ')') || character.is_whitespace()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Fingerprints, is_secret_name, redact, reveal, sign_addresses, take_secrets};

    #[test]
    fn a_secret_is_known_by_the_end_of_its_name() {
        for (name, expected) in [
            ("clientSecret", true),
            ("storageAccountConnectionString", true),
            ("acrPassword", true),
            ("microsoft-azure-marketplace.applicationKey", true),
            ("serverId", false),
            ("password.hint", false),
            ("osVhdUrl", false),
        ] {
            assert_eq!(is_secret_name(name), expected, "{name}");
        }
    }

    #[test]
    fn secrets_are_taken_out_and_only_their_places_remembered() {
        let mut document = json!({"a/b": [{"password": "one", "user": "me"}], "clientSecret": "", "apiKey": null});
        let mut fingerprints = Fingerprints::default();
        let given = take_secrets(&mut document, &mut fingerprints);
        assert_eq!(given, ["/a~1b/0/password"]);
        assert_eq!(document, json!({"a/b": [{"user": "me"}], "apiKey": null}));
        assert_eq!(fingerprints.matches("/a~1b/0/password", "one"), Some(true));
        assert_eq!(fingerprints.matches("/a~1b/0/password", "two"), Some(false));
        assert_eq!(fingerprints.matches("/other", "one"), None);
    }

    #[test]
    fn a_signature_leaves_for_the_disk_and_comes_back_as_the_sandbox_one() {
        let mut document = json!({
            "url": "https://x.example/a.vhd?sp=r&SIG=ab%2Fc%3D&se=2099",
            "html": "<a href=\"https://x.example/?sig=abc\">x</a> and sig=",
            "plain": "significant"
        });
        redact(&mut document);
        assert!(!document.to_string().to_lowercase().contains("sig="));
        reveal(&mut document);
        assert_eq!(
            document,
            json!({
                "url": "https://x.example/a.vhd?sp=r&sig=sandbox&se=2099",
                "html": "<a href=\"https://x.example/?sig=sandbox\">x</a> and sig=sandbox",
                "plain": "significant"
            })
        );
    }

    #[test]
    fn an_address_of_the_seed_gets_its_signature() {
        let mut document = json!(["https://x.example/a?sp=r&sv=1&sr=b&se=2", "https://x.example/a?v=2", "sv=1&se=2"]);
        sign_addresses(&mut document);
        assert_eq!(
            document,
            json!(["https://x.example/a?sp=r&sv=1&sr=b&se=2&sig=sandbox", "https://x.example/a?v=2", "sv=1&se=2"])
        );
    }
}
