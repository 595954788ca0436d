//! `offerform.yaml`. Source: docs/guide.md; `tests/file_schemas` holds it to what the program reads.

use serde_json::{Value, json};

use super::HOME;

pub(crate) fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{HOME}/offerform.json"),
        "title": "Settings of offerform",
        "description": "The settings file offerform.yaml at the root of a repository. Flags come before environment variables, \
            those before this file.",
        "type": ["object", "null"],
        "properties": {
            "$schema": { "description": "Where your editor finds this schema.", "type": "string" },
            "offers": {
                "description": "Files, folders or globs with offer files, relative to this file.",
                "type": "array",
                "items": { "type": "string", "minLength": 1, "examples": ["offers", "offers/**/*.yaml"] },
                "default": ["offers"],
            },
            "endpoint": {
                "description": "The address of the service: https, or http on this machine.",
                "type": "string",
                "pattern": "^https?://",
                "default": "https://cloudpartner.azure.com",
            },
            "api": {
                "description": "The API of offers that no file declares, for commands that name offers.",
                "enum": ["cloud-partner-portal", "product-ingestion"],
                "default": "cloud-partner-portal",
            },
            "schemas": {
                "description": "The schema version in which a resource type of the Product Ingestion API is written, in place of the newer one \
                    of the version that offerform knows and the one that the service returned.",
                "type": "object",
                "additionalProperties": { "type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\d(-preview\\d+)?$" },
                "examples": [{ "plan-listing": "2022-03-01-preview3" }],
            },
            "publisher": { "description": "Only offers of this publisher.", "type": "string" },
            "auth": auth(),
            "parallelism": {
                "description": "How many offers are worked on at once.",
                "type": "integer",
                "minimum": 1,
                "maximum": 256,
                "default": 8,
            },
            "record": record(),
            "notification_emails": {
                "description": "Whom the service writes to about releases.",
                "type": "array",
                "items": { "type": "string", "pattern": r"^[^@,\s]+@[^@,\s]+$" },
                "examples": [["marketplace@contoso.example"]],
            },
            "drift": {
                "description": "What is done about values that were edited in the portal.",
                "enum": ["keep", "revert", "refuse"],
                "enumDescriptions": [
                    "They are left as they are and shown; the offer is not released until they are settled.",
                    "They are replaced by what the files declare.",
                    "The plan is refused.",
                ],
                "default": "keep",
            },
            "timeouts": timeouts(),
            "headers": {
                "description": "Headers of every request to the service, beside those of offerform or in their place. An empty \
                    value leaves a header out. Never a place for a secret: this file is in the repository.",
                "type": "object",
                "propertyNames": {
                    "pattern": "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
                    "not": { "pattern": "^([Aa]uthorization|[Hh]ost|[Cc]ontent-[Ll]ength|[Ii]f-[Mm]atch)$" },
                },
                "additionalProperties": { "type": "string" },
            },
            "guards": guards(),
        },
        "additionalProperties": false,
    })
}

fn auth() -> Value {
    json!({
        "description": "How to sign in. Without it, by what is set in the environment.",
        "enum": ["token", "secret", "workload", "github", "managed", "pipelines", "cli"],
        "enumDescriptions": [
            "A ready bearer token in OFFERFORM_TOKEN.",
            "A service principal with its secret.",
            "Workload identity, such as in Azure Kubernetes Service.",
            "A job of GitHub Actions, through OpenID Connect.",
            "A managed identity of an Azure machine.",
            "A service connection of Azure Pipelines.",
            "The session of the Azure CLI.",
        ],
    })
}

fn record() -> Value {
    json!({
        "description": "Where it is remembered how the service rewrites what it is sent. Losing it costs a noisy plan, never a \
            wrong write.",
        "enum": ["file", "git-notes", "none"],
        "enumDescriptions": ["In .offerform/record.json.", "In refs/notes/offerform, for every clone.", "Nowhere."],
        "default": "file",
    })
}

fn timeouts() -> Value {
    let time = |what: &str, default: &str| {
        json!({
            "description": what,
            "type": "string",
            "pattern": "^([0-9]+ ?[smhd] ?)+$",
            "default": default,
            "examples": ["90s", "15m"],
        })
    };
    json!({
        "description": "How long one request to the service may take.",
        "type": "object",
        "properties": {
            "read": time("A request that reads.", "2m"),
            "write": time("A request that writes. The service downloads the artifacts of an offer before it answers.", "10m"),
        },
        "additionalProperties": false,
    })
}

fn guards() -> Value {
    json!({
        "description": "Limits for a run.",
        "type": "object",
        "properties": {
            "max_changed_percent": {
                "description": "How many percent of the offers one run may update; more has to be allowed.",
                "type": "integer",
                "minimum": 0,
                "maximum": 100,
            },
        },
        "additionalProperties": false,
    })
}
