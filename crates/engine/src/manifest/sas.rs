//! `{ $sas: { … } }`: a blob whose address is signed when it is needed.

use serde_json::{Value as Json, json};

use super::credentials;
use super::{Mapping, Node, Value};
use crate::diagnostic::{Diagnostic, SECRET_IN_CLEAR_TEXT, nearest};
use crate::secret::{AccountKey, AccountPlace, LONGEST, SHORTEST, SUFFIXES, SignedBlob, USUAL};

/// The code of what is wrong with one.
const CODE: &str = "directive";

/// The keys that there are.
const KEYS: [&str; 7] = ["account", "container", "blob", "suffix", "key", "connection_string", "valid"];

/// How one is written.
const FORM: &str = "write `$sas: { account: NAME, container: NAME, blob: NAME.vhd, key: { env: VARIABLE } }`";

/// The blob that a mapping names; what is wrong with it is among the findings.
pub(super) fn read(target: &Node, findings: &mut Vec<Diagnostic>) -> Option<SignedBlob> {
    let mut fail = |node: &Node, message: String, help: &str| {
        findings.push(Diagnostic::error(CODE, message).at(node.span, "").help(help));
    };
    let Some(mapping) = target.as_mapping() else {
        fail(target, format!("`$sas` takes a mapping, not {}", target.kind()), FORM);
        return None;
    };
    if let Some((key, member)) = mapping.members.iter().find(|(key, _)| !KEYS.contains(&key.as_str())) {
        let known = nearest(key, KEYS)
            .map_or_else(|| format!("known are `{}`", KEYS.join("`, `")), |near| format!("did you mean `{near}`?"));
        let finding = Diagnostic::error(CODE, format!("`$sas` has no key `{key}`")).at(member.key, "");
        findings.push(finding.help(known));
        return None;
    }
    let mut text = |key: &str| match mapping.get(key).map(|member| &member.value) {
        Some(Node { value: Value::Text(text), .. }) => Some(text.clone()),
        Some(other) => {
            fail(other, format!("`{key}` must be text, not {}", other.kind()), FORM);
            None
        }
        None => {
            fail(target, format!("`$sas` has no `{key}`"), FORM);
            None
        }
    };
    let (account, container, blob) = (text("account")?, text("container")?, text("blob")?);
    let suffix = if mapping.get("suffix").is_some() { text("suffix")? } else { SUFFIXES[0].to_owned() };
    let found = SignedBlob { account, container, blob, suffix, key: key(target, mapping, findings)?, valid: USUAL };
    let found = SignedBlob { valid: days(mapping, findings)?, ..found };
    if matches!(found.key, AccountKey::Azure(_)) && found.suffix != SUFFIXES[0] {
        let message = "`from: azure` gets keys of accounts in public Azure only";
        let help = "for accounts in other clouds, set the key in a variable: `key: { env: VARIABLE }`";
        findings.push(Diagnostic::error(CODE, message).at(target.span, "").help(help));
        return None;
    }
    if !SUFFIXES.contains(&found.suffix.as_str()) {
        let message = format!("`{}` is not the address suffix of a storage account", found.suffix);
        let help = format!("known are `{}`", SUFFIXES.join("`, `"));
        findings.push(Diagnostic::error(CODE, message).at(target.span, "").help(help));
        return None;
    }
    let checked = found.checked().map_err(|error| {
        findings.push(Diagnostic::error(CODE, error.to_string()).at(target.span, "").help(FORM));
    });
    checked.ok()
}

/// Where the key of the account comes from.
fn key(target: &Node, mapping: &Mapping, findings: &mut Vec<Diagnostic>) -> Option<AccountKey> {
    let wrong = "`$sas` takes either `key` or `connection_string`, as `{ env: VARIABLE }`";
    let mut fail = |node: &Node, message: &str| {
        findings.push(Diagnostic::error(CODE, message).at(node.span, "").help(FORM));
        None
    };
    let (node, make): (&Node, fn(String) -> AccountKey) = match (mapping.get("key"), mapping.get("connection_string")) {
        (Some(key), None) => (&key.value, AccountKey::Key),
        (None, Some(string)) => (&string.value, AccountKey::ConnectionString),
        _ => return fail(target, wrong),
    };
    if node.as_text().is_some() {
        let message = "the key of the account is in clear text here";
        let help = "write `{ env: VARIABLE }`, set the variable where apply runs, and change the key, because it was in a file";
        findings.push(Diagnostic::error(SECRET_IN_CLEAR_TEXT, message).at(node.span, "").help(help));
        return None;
    }
    if let Some(inner) = node.as_mapping().filter(|inner| inner.get("from").is_some()) {
        return if mapping.get("key").is_some() { azure(node, inner, findings) } else { fail(node, wrong) };
    }
    let name = node.as_mapping().filter(|inner| inner.members.len() == 1).and_then(|inner| inner.get("env"));
    let Some(name) = name.and_then(|member| member.value.as_text()) else { return fail(node, wrong) };
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_name {
        return fail(node, "expected the name of an environment variable");
    }
    if credentials::is_of_the_run(name) {
        return fail(node, "`$sas` does not read a credential of the machine that runs offerform");
    }
    Some(make(name.to_owned()))
}

/// A key that is asked of Azure: `{ from: azure }`, with the place of the account where it is known.
fn azure(node: &Node, mapping: &Mapping, findings: &mut Vec<Diagnostic>) -> Option<AccountKey> {
    let mut fail = |message: String| {
        let help = "write `key: { from: azure }`, or `key: { from: azure, subscription: ID, resource_group: NAME }`";
        findings.push(Diagnostic::error(CODE, message).at(node.span, "").help(help));
        None
    };
    if let Some(key) =
        mapping.members.keys().find(|key| !["from", "subscription", "resource_group"].contains(&key.as_str()))
    {
        return fail(format!("a key from Azure has no `{key}`"));
    }
    let text = |key: &str| mapping.get(key).map(|member| member.value.as_text().unwrap_or_default());
    if text("from") != Some("azure") {
        return fail("`from` can only be `azure`".to_owned());
    }
    let is_name = |text: &str| {
        let known = |c: char| c.is_ascii_alphanumeric() || "-_.()".contains(c);
        (1..=90).contains(&text.len()) && text.chars().all(known) && !text.starts_with('.') && !text.ends_with('.')
    };
    let (subscription, resource_group) = (text("subscription"), text("resource_group"));
    if let Some(key) = [("subscription", subscription), ("resource_group", resource_group)]
        .into_iter()
        .find_map(|(key, text)| text.filter(|text| !is_name(text)).map(|_| key))
    {
        return fail(format!("`{key}` is not a valid name in Azure"));
    }
    if resource_group.is_some() && subscription.is_none() {
        return fail("`resource_group` needs its `subscription`".to_owned());
    }
    let owned = |text: Option<&str>| text.map(ToOwned::to_owned);
    Some(AccountKey::Azure(AccountPlace { subscription: owned(subscription), resource_group: owned(resource_group) }))
}

/// How many days a signature is good: `30d`.
fn days(mapping: &Mapping, findings: &mut Vec<Diagnostic>) -> Option<u16> {
    let Some(member) = mapping.get("valid") else { return Some(USUAL) };
    let days = member.value.as_text().and_then(|text| text.strip_suffix('d')?.parse::<u16>().ok());
    let days = days.filter(|days| (SHORTEST..=LONGEST).contains(days));
    if days.is_none() {
        let message = format!("`valid` must be a number of days from {SHORTEST} to {LONGEST}, such as `{USUAL}d`");
        let finding = Diagnostic::error(CODE, message).at(member.value.span, "");
        findings.push(finding.help("the marketplace requires signatures that are valid for at least three weeks"));
    }
    days
}

/// The mapping that names a blob.
pub(super) fn written(blob: &SignedBlob) -> Json {
    let mut mapping = json!({ "account": blob.account, "container": blob.container, "blob": blob.blob });
    if blob.suffix != SUFFIXES[0] {
        mapping["suffix"] = json!(blob.suffix);
    }
    match &blob.key {
        AccountKey::Key(name) => mapping["key"] = json!({ "env": name }),
        AccountKey::ConnectionString(name) => mapping["connection_string"] = json!({ "env": name }),
        AccountKey::Azure(place) => {
            mapping["key"] = json!({ "from": "azure" });
            for (name, value) in [("subscription", &place.subscription), ("resource_group", &place.resource_group)] {
                if let Some(value) = value {
                    mapping["key"][name] = json!(value);
                }
            }
        }
    }
    if blob.valid != USUAL {
        mapping["valid"] = json!(format!("{}d", blob.valid));
    }
    mapping
}
