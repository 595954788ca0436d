//! Definitions that every offer schema shares: kinds of values, and the three directives.

use serde_json::{Value, json};

use super::kind::{described, list_of};
use super::words;

/// A GUID as the service wants it. Source: the rules for preview audiences in azure-docs
/// `articles/marketplace/azure-vm-preview.md`.
const GUID: &str = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";

pub(crate) fn definitions() -> Vec<(&'static str, Value)> {
    let mut definitions = vec![("directive", directive()), ("secret", secret()), ("sas", sas())];
    definitions.extend(scalars());
    definitions.extend(texts());
    definitions.push(("list", list_of(&json!({}))));
    definitions.push(("markets", words::markets()));
    definitions
}

/// What may stand in place of a value. Says nothing about values that are no mappings.
fn directive() -> Value {
    let mut file = described(
        "The content of a file. The path is relative to this file and stays within the repository. Of a `.yaml`, `.yml` or \
         `.json` file the value in it, of any other file its text.",
    );
    file.extend(super::kind::object(json!({ "type": "string", "minLength": 1 })));
    let mut variable =
        described("The text of an environment variable, read when the file is loaded. It has to be set.");
    variable.extend(super::kind::object(json!({ "type": "string", "minLength": 1 })));
    json!({
        "properties": { "$file": file, "$env": variable, "$secret": { "$ref": "#/$defs/secret" }, "$sas": { "$ref": "#/$defs/sas" } },
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": false,
    })
}

fn secret() -> Value {
    let mut schema = described(
        "A secret, read when a request is made and never shown. It comes from an environment variable (`env`) or from a \
         file (`file`).",
    );
    let version = "Raise it when the secret was changed: the service never returns secrets, so nothing else tells.";
    schema.extend(super::kind::object(json!({
        "type": "object",
        "properties": {
            "env": { "description": "The name of an environment variable.", "type": "string", "minLength": 1 },
            "file": { "description": "A path, relative to this file.", "type": "string", "minLength": 1 },
            "version": { "description": version, "type": ["number", "string"] },
        },
        "oneOf": [{ "required": ["env"] }, { "required": ["file"] }],
        "additionalProperties": false,
    })));
    Value::Object(schema)
}

fn sas() -> Value {
    let mut schema = described(
        "The address of a disk in a storage account, signed with the key of the account when the offer is sent: for the container, \
         reading and listing, https only. Neither the key nor the signature is written anywhere.",
    );
    let from = |what: &str| {
        json!({
            "description": what,
            "type": "object",
            "properties": { "env": { "description": "The name of an environment variable.", "type": "string", "minLength": 1 } },
            "required": ["env"],
            "additionalProperties": false,
        })
    };
    let suffixes = ["core.windows.net", "core.usgovcloudapi.net", "core.chinacloudapi.cn", "core.cloudapi.de"];
    schema.extend(super::kind::object(json!({
        "type": "object",
        "properties": {
            "account": { "description": "The storage account.", "type": "string", "pattern": "^[a-z0-9]{3,24}$" },
            "container": { "description": "The container.", "type": "string", "pattern": "^[a-z0-9-]{3,63}$" },
            "blob": { "description": "The name of the disk in the container.", "type": "string", "pattern": "\\.[vV][hH][dD]$" },
            "suffix": { "description": "The end of the account's address.", "enum": suffixes, "default": suffixes[0] },
            "key": { "oneOf": [from("The variable with the key of the account."), from_azure()] },
            "connection_string": from("The variable with a connection string of the account."),
            "valid": {
                "description": "How many days the signature is good: from 21d to 365d.",
                "type": "string",
                "pattern": "^[0-9]{2,3}d$",
                "default": "30d",
            },
        },
        "required": ["account", "container", "blob"],
        "oneOf": [{ "required": ["key"] }, { "required": ["connection_string"] }],
        "additionalProperties": false,
    })));
    Value::Object(schema)
}

/// A key that Azure gives to whoever may list the keys of the account.
fn from_azure() -> Value {
    let name = |what: &str| json!({ "description": what, "type": "string", "pattern": "^[A-Za-z0-9_().-]{1,90}$" });
    json!({
        "description": "The key is asked of Azure, which gives it to a principal that may list the keys of the account.",
        "type": "object",
        "properties": {
            "from": { "const": "azure" },
            "subscription": name("The id of the account's subscription; looked for if it is left out."),
            "resource_group": name("The name of the account's resource group; looked for if it is left out."),
        },
        "required": ["from"],
        "dependentRequired": { "resource_group": ["subscription"] },
        "additionalProperties": false,
    })
}

/// `null` removes a key; elements of lists, which have none, are never `null`.
fn scalars() -> Vec<(&'static str, Value)> {
    let or_directive = |kinds: Value| json!({ "type": kinds, "allOf": [{ "$ref": "#/$defs/directive" }] });
    let mut price = or_directive(json!(["number", "null", "object"]));
    price["minimum"] = json!(0);
    vec![
        ("text", or_directive(json!(["string", "null", "object"]))),
        ("word", or_directive(json!(["string", "object"]))),
        ("flag", or_directive(json!(["boolean", "null", "object"]))),
        ("price", price),
        ("replaced", or_directive(json!(["null", "object"]))),
    ]
}

fn texts() -> Vec<(&'static str, Value)> {
    let text = |pattern: &str, message: &str| {
        json!({
            "type": ["string", "null", "object"],
            "pattern": pattern,
            "patternErrorMessage": message,
            "allOf": [{ "$ref": "#/$defs/directive" }],
        })
    };
    vec![
        ("url", text("^(https?://|$)", "An address that begins with https:// or http://.")),
        ("email", text(r"^([^@\s]+@[^@\s]+)?$", "An e-mail address.")),
        ("guid", text(GUID, "A GUID in lower case, such as 5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11.")),
    ]
}
