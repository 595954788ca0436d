//! What a run found out about the files behind addresses. Nothing of it is kept.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::secret::without_sas;

/// The SHA-256 of files, by address without signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copies(BTreeMap<String, String>);

impl Copies {
    /// Takes note that the file at `address` has this SHA-256.
    pub fn learn(&mut self, address: &str, digest: impl Into<String>) {
        self.0.insert(without_sas(address).into_owned(), digest.into());
    }

    /// Whether no file was compared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the files that are declared are those that are live; `None` if that is not known. Lists are compared one by one.
    #[must_use]
    pub fn same(&self, declared: &Value, live: &Value) -> Option<bool> {
        match (declared, live) {
            (Value::String(declared), Value::String(live)) => {
                let (declared, live) = (without_sas(declared), without_sas(live));
                let known = |address: &str| self.0.get(address);
                if declared == live { Some(true) } else { Some(known(&declared)? == known(&live)?) }
            }
            (Value::Array(declared), Value::Array(live)) if declared.len() == live.len() => {
                let verdicts: Vec<Option<bool>> =
                    declared.iter().zip(live).map(|(declared, live)| self.same(declared, live)).collect();
                if verdicts.contains(&Some(false)) {
                    Some(false)
                } else {
                    verdicts.iter().all(Option::is_some).then_some(true)
                }
            }
            (declared, live) => (declared == live).then_some(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn files_are_the_same_only_if_both_are_known() {
        let mut copies = Copies::default();
        copies.learn("https://a.example/1.png?sv=1&sig=x", "aa");
        copies.learn("https://b.example/1.png", "aa");
        copies.learn("https://b.example/2.png", "bb");
        let (one, two, other) =
            ("https://a.example/1.png?sv=2&sig=y", "https://b.example/1.png", "https://b.example/2.png");
        for (declared, live, expected) in [
            (json!(one), json!(two), Some(true)),
            (json!(one), json!(other), Some(false)),
            (json!(one), json!("https://c.example/1.png"), None),
            (json!([one, other]), json!([two, other]), Some(true)),
            (json!([one, other]), json!([two, two]), Some(false)),
            (json!([one, "https://c.example/1.png"]), json!([two, other]), None),
            (json!([one, "https://c.example/1.png"]), json!([other, other]), Some(false)),
            (json!([one]), json!([two, two]), None),
        ] {
            assert_eq!(copies.same(&declared, &live), expected, "{declared} {live}");
        }
    }
}
