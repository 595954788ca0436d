//! The envelope: what every offer has, whatever its type.
//!
//! Checks that the ids can be put into an address, that `definition` has the right kinds of values, and takes away
//! what is not the offer: the `reconcile` block, and keys that the service owns. Everything else passes through.

use super::identifier::{check_plans, identifier};
use super::kind::wrong_kind;
use super::named::Named;
use super::yaml::FINDING_LIMIT;
use super::{Mapping, Node, Reconcile, namespace, reconcile, resources};
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::offer::Api;
use crate::offer::layout::{OFFER_ID, PUBLISHER_ID, type_key};
use crate::offer::resource::{API, RESOURCES};
use crate::source::Span;

/// The keys of the envelope that people write.
const KNOWN: [&str; 6] = ["publisherId", "id", "offerTypeId", "offerTypeVersions", "definition", "reconcile"];

/// The keys of the envelope that the service writes: they come with an exported offer and are never sent.
///
/// Source: cloud-partner-portal-api-retrieve-specific-offer.md, and recorded answers of the service.
pub const SERVER_OWNED_KEYS: [&str; 12] = [
    "version",
    "status",
    "changedTime",
    "eTag",
    "Etag",
    "lockStatus",
    "pcMigrationStatus",
    "pcRedirectUri",
    "isvUpgradeRequest",
    "offerTypeChanges",
    "offerTypeVersionsOverride",
    "pricingNotRecalculatedRegions",
];

/// One offer as the user wrote it, directives carried out and namespaces written out.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// `publisherId`.
    pub publisher: Named,
    /// `id`.
    pub id: Named,
    /// The API through which the offer is managed.
    pub api: Api,
    /// `offerTypeId`, or `type` in a file for the Product Ingestion API.
    pub offer_type: Named,
    /// The offer: a mapping with everything that is for the service.
    pub offer: Node,
    /// The `reconcile` block.
    pub reconcile: Reconcile,
}

/// Whether a document means to be an offer. If not, it may be a part for `$file`.
#[must_use]
pub fn looks_like_an_offer(document: &Node) -> bool {
    document.as_mapping().is_some_and(|mapping| {
        let has = |key| mapping.members.contains_key(key);
        has("offerTypeId")
            || has("definition")
            || has(API)
            || has(RESOURCES)
            || (mapping.merge.is_some() && (has("publisherId") || has("id")))
    })
}

impl Manifest {
    /// Reads a composed document. `None` if something is missing that nothing can be done without; whatever is
    /// wrong goes to `findings`.
    #[must_use]
    pub fn read(mut document: Node, findings: &mut Diagnostics) -> Option<Self> {
        let span = document.span;
        let mapping = document.as_mapping_mut()?;
        let api = api(mapping, findings)?;
        let start = mapping.members.values().next().map_or(span, |member| member.key);
        let block = mapping.members.shift_remove("reconcile");
        match api {
            Api::CloudPartnerPortal => {
                drop_foreign_keys(mapping, findings);
                check_definition(mapping, start, findings);
            }
            Api::ProductIngestion => resources::check(mapping, start, findings),
        }
        let ids = [PUBLISHER_ID, OFFER_ID, type_key(api)].map(|key| envelope_id(mapping, key, start, findings));
        let [Some(publisher), Some(id), Some(offer_type)] = ids else {
            reconcile::read(block.map(|member| member.value), "", findings);
            return None;
        };
        if let Some(definition) = mapping.members.get_mut("definition").and_then(|member| member.value.as_mapping_mut())
        {
            namespace::write_out(definition, &offer_type.text, findings);
        }
        let reconcile = reconcile::read(block.map(|member| member.value), &offer_type.text, findings);
        Some(Self { publisher, id, api, offer_type, offer: document, reconcile })
    }
}

/// The API that the file names. A file that names none means the Cloud Partner Portal API.
fn api(mapping: &mut Mapping, findings: &mut Diagnostics) -> Option<Api> {
    let Some(member) = mapping.get(API) else { return Some(Api::default()) };
    let named = member.value.as_text().map(str::parse::<Api>);
    let message = match named {
        Some(Ok(api)) => {
            // The document of the portal has no such key.
            if api == Api::CloudPartnerPortal {
                mapping.members.shift_remove(API);
            }
            return Some(api);
        }
        Some(Err(error)) => error.to_string(),
        None => format!("`{API}` must be text, not {}", member.value.kind()),
    };
    findings.push(Diagnostic::error("bad-api", message).at(member.value.span, ""));
    None
}

fn drop_foreign_keys(mapping: &mut Mapping, findings: &mut Diagnostics) {
    let unknown =
        |key: &str| !KNOWN.contains(&key) && !SERVER_OWNED_KEYS.contains(&key) && !key.eq_ignore_ascii_case("eTag");
    for (key, member) in mapping.members.iter().filter(|(key, _)| unknown(key)).take(FINDING_LIMIT) {
        let mut finding = Diagnostic::warning("unknown-key", format!("unknown key `{key}` in an offer"));
        if let Some(near) = nearest(key, KNOWN) {
            finding = finding.help(format!("did you mean `{near}`? it is sent as it is"));
        }
        findings.push(finding.at(member.key, "sent as it is"));
    }
    let mut dropped = drop_server_owned(mapping, &SERVER_OWNED_KEYS);
    // One sample of the reference has it one level down.
    if let Some(definition) = mapping.members.get_mut("definition").and_then(|member| member.value.as_mapping_mut()) {
        dropped.extend(drop_server_owned(definition, &["changedTime"]));
    }
    findings.append(ignored(&dropped).into_iter().collect());
}

/// Takes out members that the service owns. The revision comes in any letter case.
fn drop_server_owned(mapping: &mut Mapping, owned: &[&str]) -> Vec<(String, Span)> {
    let is_owned =
        |key: &str| owned.iter().any(|name| *name == key || (*name == "eTag" && key.eq_ignore_ascii_case(name)));
    let keys: Vec<String> = mapping.members.keys().filter(|key| is_owned(key)).cloned().collect();
    keys.into_iter()
        .filter_map(|key| Some((mapping.members.shift_remove(&key)?.key, key)))
        .map(|(at, key)| (key, at))
        .collect()
}

/// One note about all members that are ignored.
fn ignored(dropped: &[(String, Span)]) -> Option<Diagnostic> {
    let ((_, first), rest) = dropped.split_first()?;
    let names: Vec<String> = dropped.iter().map(|(key, _)| format!("`{key}`")).collect();
    let verb = if rest.is_empty() { "is set by the service and is" } else { "are set by the service and are" };
    let note = Diagnostic::note("server-owned-key", format!("{} {verb} ignored", names.join(", ")));
    let note = note.at(*first, "").help("remove what is ignored");
    Some(rest.iter().fold(note, |note, (_, at)| note.related(*at, "")))
}

fn envelope_id(mapping: &Mapping, key: &str, start: Span, findings: &mut Diagnostics) -> Option<Named> {
    let Some(member) = mapping.get(key) else {
        findings.push(Diagnostic::error("missing-key", format!("the offer has no `{key}`")).at(start, "this offer"));
        return None;
    };
    identifier(&member.value, key, findings)
}

fn check_definition(mapping: &Mapping, start: Span, findings: &mut Diagnostics) {
    let Some(member) = mapping.get("definition") else {
        findings.push(Diagnostic::error("missing-key", "the offer has no `definition`").at(start, "this offer"));
        return;
    };
    let Some(definition) = member.value.as_mapping() else {
        wrong_kind(&member.value, "`definition`", "a mapping", findings);
        return;
    };
    if let Some(offer) = definition.get("offer").filter(|member| member.value.as_mapping().is_none()) {
        wrong_kind(&offer.value, "`definition.offer`", "a mapping", findings);
    }
    if let Some(plans) = definition.get("plans") {
        check_plans(&plans.value, "`definition.plans`", findings);
    }
}
