//! Secrets: values that can be written and that nobody reads again.
//!
//! The schemas of lead destinations and of container registries take a text or a masked secret, and exclude the mask from texts. So a
//! GET returns a mask, and a mask that is sent back keeps what is stored. The value itself is kept nowhere: in its place is a seal.

use std::hash::{BuildHasher, RandomState};

use serde_json::{Map, Value};

use crate::redaction::is_secret_name;

const SEAL: &str = "{secret ";
/// In place of a mask that was sent: what is stored is to stay.
const KEPT: &str = "{kept}";

/// Puts seals in place of secrets. A seal tells within this process whether a secret is the same one, and nothing to anybody else.
#[derive(Debug, Default)]
pub(super) struct Sealer {
    key: RandomState,
}

impl Sealer {
    fn seal(&self, secret: &str) -> String {
        format!("{SEAL}{:x} {:x}}}", self.key.hash_one("process"), self.key.hash_one(secret))
    }

    /// Whether `seal` stands for `candidate`; `None` if another process made it.
    pub(super) fn matches(&self, seal: &str, candidate: &str) -> Option<bool> {
        let process = format!("{SEAL}{:x} ", self.key.hash_one("process"));
        seal.starts_with(&process).then(|| seal == self.seal(candidate))
    }

    /// Seals every secret in `body`; a mask becomes a mark that keeps what is stored.
    pub(super) fn seal_all(&self, body: &mut Map<String, Value>) {
        each_secret(body, &mut String::new(), &mut |_, text| {
            if !is_seal(text) {
                *text = if is_mask(text) { KEPT.to_owned() } else { self.seal(text) };
            }
        });
    }
}

/// Whether a text is a mask: asterisks and nothing else.
fn is_mask(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

fn is_seal(text: &str) -> bool {
    text.starts_with(SEAL)
}

/// Puts the stored secrets of `before` in place of masks, and returns the place of a mask for which nothing is stored.
pub(super) fn keep(body: &mut Map<String, Value>, before: Option<&Map<String, Value>>) -> Option<String> {
    let mut missing = None;
    each_secret(body, &mut String::new(), &mut |pointer, text| {
        if text == KEPT {
            let stored = before.and_then(|before| at(before, pointer)).filter(|stored| is_seal(stored));
            match stored {
                Some(stored) => stored.clone_into(text),
                None => missing = Some(pointer.to_owned()),
            }
        }
    });
    missing
}

/// Puts `mask` in place of every secret that was given.
pub(super) fn mask(body: &mut Map<String, Value>, mask: &str) {
    each_secret(body, &mut String::new(), &mut |_, text| mask.clone_into(text));
}

fn at<'b>(body: &'b Map<String, Value>, pointer: &str) -> Option<&'b str> {
    let (name, rest) = pointer.strip_prefix('/')?.split_once('/').unwrap_or((pointer.strip_prefix('/')?, ""));
    let member = body.get(name)?;
    if rest.is_empty() { member.as_str() } else { member.pointer(&format!("/{rest}"))?.as_str() }
}

/// Calls `act` for every secret that is not empty.
fn each_secret(members: &mut Map<String, Value>, pointer: &mut String, act: &mut dyn FnMut(&str, &mut String)) {
    for (name, member) in members {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(name);
        match member {
            Value::String(text) if is_secret_name(name) && !text.is_empty() => act(pointer, text),
            Value::Object(inner) => each_secret(inner, pointer, act),
            Value::Array(elements) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    let length = pointer.len();
                    pointer.push('/');
                    pointer.push_str(&index.to_string());
                    if let Value::Object(inner) = element {
                        each_secret(inner, pointer, act);
                    }
                    pointer.truncate(length);
                }
            }
            _ => {}
        }
        pointer.truncate(length);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::{Sealer, keep, mask};

    fn body(secret: &str) -> Map<String, Value> {
        let value = json!({"leadDestination": "marketo", "marketoLeadConfiguration": {"clientId": "c", "clientSecret": secret}});
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_secret_is_sealed_masked_and_kept_when_its_mask_comes_back() {
        let sealer = Sealer::default();
        let mut first = body("hidden");
        sealer.seal_all(&mut first);
        let seal = first["marketoLeadConfiguration"]["clientSecret"].as_str().unwrap().to_owned();
        assert!(!seal.contains("hidden"));
        assert_eq!(sealer.matches(&seal, "hidden"), Some(true));
        assert_eq!(sealer.matches(&seal, "other"), Some(false));
        assert_eq!(Sealer::default().matches(&seal, "hidden"), None);

        let mut shown = first.clone();
        mask(&mut shown, "***");
        assert_eq!(shown, body("***"));

        let mut again = shown;
        sealer.seal_all(&mut again);
        assert_eq!(keep(&mut again, Some(&first)), None);
        assert_eq!(again, first);
        let mut nothing = body("****");
        sealer.seal_all(&mut nothing);
        assert_eq!(keep(&mut nothing, None).as_deref(), Some("/marketoLeadConfiguration/clientSecret"));
    }
}
