//! The Product Ingestion API as a story has it: the files of its offers, what an observer sees of them, what people do to them, and what a
//! request is about.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bytes::Bytes;
use fastrand::Rng;
use http::{Method, Request};
use offerform::simulator::ingestion::{
    Accepted, AfterFailure, CancelSubmission, Case, Dialect, EarlyResult, EditsDuringSubmission, FailedResult,
    FirstStatus, JobEnd, NextLink, Omitted, Order, PlanScopedId, Promoted, ReadVersion, ResourceFailure, SchemaFailure,
    SchemaHost, SubmissionList, Terms, VersionParameter,
};
use offerform::simulator::{Edit, EditError, Fault, FaultRule, ReleaseKind, Service, Slot};
use serde_json::{Map, Value, json};

use super::declared::Habits;
use super::wire::{Deed, Subject};

/// Where the API is.
const BASE: &str = "/rp/product-ingestion";

/// Where schemas are.
const SCHEMAS: &str = "https://schema.mp.microsoft.com/schema";

/// The only plan of each product.
const PLAN: &str = "standard";

/// Where the prices of the plan are.
const PRICES: &str = "/resources/plans/0/price-and-availability-plan/pricing";

/// What each product declares, whatever a commit says.
const REQUIRED: &str = "  customer-leads:
    leadDestination: marketo
    marketoLeadConfiguration:
      munchkinId: 123-ABC
      formId: '1042'
      clientId: 5c1d
      clientSecret: { $secret: { env: MARKETO } }
";

/// The file of a product, without how far it is to be released.
pub(crate) fn manifest(id: &str, fields: &BTreeMap<String, String>, markets: &[&str], is_wrong: bool) -> String {
    let mut text = String::new();
    let at = |pointer: &str| fields.get(pointer).map(String::as_str);
    let [title, alias, name] =
        ["/resources/listing/en-us/title", "/resources/product/alias", "/resources/plans/0/plan-listing/en-us/name"]
            .map(|pointer| at(pointer).unwrap_or_default());
    write!(
        text,
        "---\napi: product-ingestion\npublisherId: contoso\nid: {id}\ntype: softwareAsAService\nresources:\n  product: {{ alias: '{alias}' }}\n"
    )
    .unwrap();
    text.push_str("  property:\n    kind: azureSaaS\n    categories: { security: [threat-protection] }\n    termsConditions: custom\n");
    if let Some(terms) = at("/resources/property/termsOfUseUrl") {
        writeln!(text, "    termsOfUseUrl: '{terms}'").unwrap();
    }
    write!(text, "  listing:\n    en-us:\n      kind: azureSaaS\n      title: '{title}'\n").unwrap();
    text.push_str("      searchResultSummary: Filters traffic\n      shortDescription: Filters all traffic\n");
    let description = at("/resources/listing/en-us/description").unwrap_or("<p>Filters all traffic.</p>");
    writeln!(text, "      description: '{description}'").unwrap();
    if let Some(site) = at("/resources/listing/en-us/globalSupportWebsite") {
        writeln!(text, "      globalSupportWebsite: '{site}'").unwrap();
    }
    if let Some(words) = at("/resources/listing/en-us/contoso.words") {
        writeln!(text, "      contoso.words: '{words}'\n      contoso.dropped: never kept by anybody").unwrap();
    }
    text.push_str(REQUIRED);
    write!(text, "  plans:\n    - planId: {PLAN}\n      plan:\n        alias: Standard\n").unwrap();
    if is_wrong {
        text.push_str("        lifecycleState: withdrawn\n");
    }
    write!(
        text,
        "      plan-listing:\n        en-us:\n          kind: azureSaaS-plan\n          name: '{name}'\n          summary: For everybody\n          description: Everything\n"
    )
    .unwrap();
    let markets: Vec<String> = markets.iter().map(|market| format!("'{}'", market.to_ascii_lowercase())).collect();
    write!(
        text,
        "      price-and-availability-plan:\n        visibility: visible\n        audience: public\n        customerMarkets: customMarkets\n        markets: [{}]\n",
        markets.join(", ")
    )
    .unwrap();
    text.push_str(
        "        pricing:\n          recurrentPrice:\n            recurrentPriceMode: flatRate\n            priceInputOption: usd\n            prices:\n              - { billingTerm: { type: month, value: 1 }, pricePerPaymentInUsd: 400 }\n",
    );
    text
}

/// Whether a document has the state of a plan that only wrong commits declare.
pub(crate) fn is_wrong(document: &Value) -> bool {
    document.pointer("/resources/plans/0/plan/lifecycleState").is_some_and(|state| state == "withdrawn")
}

/// The name of the resource with a field, and the place of the field in it: `/resources/plans/0/plan/alias` is `/alias` of `plan/standard`.
pub(crate) fn split(pointer: &str) -> (String, String) {
    let parts: Vec<&str> = pointer.trim_start_matches('/').split('/').skip(1).collect();
    let (kind, plan, rest) = match parts.as_slice() {
        ["plans", _, kind, rest @ ..] => (*kind, Some(PLAN), rest),
        [kind, rest @ ..] => (*kind, None, rest),
        [] => ("", None, parts.as_slice()),
    };
    let has_language = kind.ends_with("listing");
    let (language, inner) = if has_language { rest.split_at(1.min(rest.len())) } else { rest.split_at(0) };
    let name: Vec<&str> = std::iter::once(kind).chain(plan).chain(language.iter().copied()).collect();
    (name.join("/"), format!("/{}", inner.join("/")))
}

/// Puts a resource where it is in a document.
fn put(document: &mut Value, name: &str, body: Map<String, Value>) {
    let mut parts = name.split('/');
    let kind = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let place = match rest.as_slice() {
        [plan] if *plan == PLAN => format!("/plans/0/{kind}"),
        [plan, language] if *plan == PLAN => format!("/plans/0/{kind}/{language}"),
        [] => format!("/{kind}"),
        rest => format!("/{kind}/{}", rest.join("/")),
    };
    let mut at = &mut document["resources"];
    for part in place.split('/').skip(1) {
        at = match part.parse::<usize>() {
            Ok(index) => &mut at[index],
            Err(_) => &mut at[part],
        };
    }
    *at = Value::Object(body);
}

/// What a product has in a slot, in the layout of a file.
pub(crate) fn document(service: &Service, product: &str, slot: Slot) -> Option<Value> {
    let resources = service.ingestion().resources(product, slot);
    if resources.is_empty() {
        return None;
    }
    let mut document = json!({
        "api": "product-ingestion",
        "publisherId": "contoso",
        "id": product,
        "type": "softwareAsAService",
        "resources": { "plans": [{ "planId": PLAN }] },
    });
    for (name, body) in resources {
        if let Value::Object(body) = body {
            put(&mut document, &name, body);
        }
    }
    Some(document)
}

/// Sets a field of a draft as somebody does in Partner Center.
pub(crate) fn edit(service: &mut Service, product: &str, pointer: &str, value: Value) -> Result<(), EditError> {
    let (resource, pointer) = split(pointer);
    service.ingestion_mut().edit(&format!("{product}/{resource}"), &Edit::Set { pointer, value })
}

fn post(path: &str, body: String) -> Request<Bytes> {
    Request::post(format!("{BASE}/{path}?$version=2022-03-01-preview5"))
        .header("authorization", "Bearer somebody")
        .header("content-type", "application/json")
        .body(Bytes::from(body))
        .unwrap()
}

/// The request of somebody who releases a product, or cancels what releases it; `None` if there is nothing of the kind to do.
pub(crate) fn by_hand(service: &Service, product: &str, deed: Deed) -> Option<Request<Bytes>> {
    let guid = service.ingestion().guid(product)?;
    let mut resource = json!({
        "$schema": format!("{SCHEMAS}/submission/2022-03-01-preview2"),
        "product": format!("product/{guid}"),
        "target": { "targetType": "preview" },
    });
    match deed {
        Deed::Write => return None,
        // Nobody publishes what was created only in part: a plan without prices would be free for ever.
        Deed::Publish => {
            document(service, product, Slot::Draft)?.pointer(PRICES)?;
        }
        Deed::GoLive => {
            let submissions = service.ingestion().submissions(product);
            let preview = submissions.iter().rev().find(|one| one.kind == ReleaseKind::Publish)?;
            resource["id"] = json!(format!("submission/{guid}/{}", preview.number));
            resource["target"] = json!({ "targetType": "live" });
        }
        Deed::Cancel => {
            let job = service.ingestion().job_of_submission(product)?;
            return Some(post(&format!("configure/{job}/cancel"), String::new()));
        }
    }
    let body = json!({ "$schema": format!("{SCHEMAS}/configure/2022-03-01-preview2"), "resources": [resource] });
    Some(post("configure", body.to_string()))
}

/// Whether a request is one to this API.
pub(crate) fn is_for(request: &Request<Bytes>) -> bool {
    request.uri().path().starts_with(BASE)
}

/// The offer that a request is about, and what it asks for. `jobs` knows the offer of each job.
pub(crate) fn subject(
    request: &Request<Bytes>,
    service: &Service,
    jobs: &dyn Fn(&str) -> Option<String>,
) -> Option<(String, Subject)> {
    let path = request.uri().path().strip_prefix(BASE)?.trim_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    let named = |guid: &str| service.ingestion().external_id(guid).map(|product| format!("contoso/{product}"));
    let query = request.uri().query().unwrap_or_default();
    match parts.as_slice() {
        ["product"] => {
            let product = query.split('&').find_map(|pair| pair.strip_prefix("externalId="))?;
            Some((format!("contoso/{product}"), Subject::Other))
        }
        ["resource-tree", "product", guid] => {
            let slot = match query.split('&').find_map(|pair| pair.strip_prefix("targetType=")) {
                Some("preview") => Slot::Preview,
                Some("live") => Slot::Production,
                _ => Slot::Draft,
            };
            Some((named(guid)?, Subject::Content(slot)))
        }
        ["submission", guid] => Some((named(guid)?, Subject::Operations)),
        ["configure", job, "cancel"] => Some((jobs(job)?, Subject::Deed(Deed::Cancel))),
        ["configure", job, ..] => Some((jobs(job)?, Subject::Other)),
        ["configure"] if *request.method() == Method::POST => {
            let resources = sent(request);
            let first = resources.first()?;
            let guid = |value: &Value| value.as_str().and_then(|id| named(id.strip_prefix("product/")?));
            let external = |value: &Value| value["externalId"].as_str().map(|product| format!("contoso/{product}"));
            let offer = guid(&first["product"]).or_else(|| external(&first["identity"])).or_else(|| guid(&first["id"]));
            let deed = match (kind_of(first), first["target"]["targetType"].as_str()) {
                ("submission", Some("live")) => Deed::GoLive,
                ("submission", _) => Deed::Publish,
                _ => Deed::Write,
            };
            Some((offer?, Subject::Deed(deed)))
        }
        _ => None,
    }
}

/// The resources of a `POST configure`.
pub(crate) fn sent(request: &Request<Bytes>) -> Vec<Value> {
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    body["resources"].as_array().cloned().unwrap_or_default()
}

/// The type of a resource that is sent.
pub(crate) fn kind_of(resource: &Value) -> &str {
    resource["$schema"].as_str().and_then(|schema| schema.trim().rsplit('/').nth(1)).unwrap_or_default()
}

/// Whether a request makes a product that its sender has not found.
pub(crate) fn creates(request: &Request<Bytes>) -> bool {
    sent(request).iter().any(|resource| kind_of(resource) == "product" && resource.get("id").is_none())
}

/// A resource of a tree as another client sends it: with the new host of schemas, and without what refers to itself or is empty.
pub(crate) fn sendable(resource: &Value) -> Value {
    let mut resource = resource.clone();
    let version = resource["$schema"].as_str().and_then(|schema| schema.trim().rsplit('/').next()).unwrap_or_default();
    resource["$schema"] = json!(format!("{SCHEMAS}/{}/{version}", kind_of(&resource)));
    let is_of_plan = resource.get("plan").is_some();
    if let Some(members) = resource.as_object_mut() {
        members.retain(|name, value| !(value.is_null() || is_of_plan && name == "id"));
    }
    resource
}

/// Sets a field in the resources of a tree.
pub(crate) fn set_in_tree(tree: &mut Value, pointer: &str, value: &Value) {
    let (name, inner) = split(pointer);
    let resources = tree["resources"].as_array_mut().into_iter().flatten();
    for resource in resources.filter(|resource| name_of(resource) == name) {
        resource[inner.trim_start_matches('/')] = value.clone();
    }
}

/// The name of a resource that is sent, or is in a tree.
pub(crate) fn name_of(resource: &Value) -> String {
    let kind = kind_of(resource);
    let plan = (kind == "plan" || resource.get("plan").is_some()).then_some(PLAN);
    let language = resource["languageId"].as_str();
    std::iter::once(kind).chain(plan).chain(language).collect::<Vec<_>>().join("/")
}

/// What a draft would hold if the resources of a request replaced those that it has.
pub(crate) fn outcome(before: Option<&Value>, request: &Request<Bytes>) -> Value {
    let mut document = before.cloned().unwrap_or_else(|| json!({ "resources": { "plans": [{ "planId": PLAN }] } }));
    for resource in sent(request) {
        let name = name_of(&resource);
        if let Value::Object(body) = resource {
            put(&mut document, &name, body);
        }
    }
    document
}

/// A request as the service of a story takes it: with the habits that it has.
pub(crate) fn bend(habits: Habits, request: &mut Request<Bytes>) {
    let Ok(mut body) = serde_json::from_slice::<Value>(request.body()) else { return };
    for resource in body["resources"].as_array_mut().into_iter().flatten() {
        if kind_of(resource) != "listing" {
            continue;
        }
        if let Some(Value::String(text)) = resource.get_mut("description") {
            *text = Habits { rewords: false, ..habits }.stored(text);
        }
        if let Some(Value::String(text)) = resource.get_mut("contoso.words") {
            *text = Habits { tidies: false, ..habits }.stored(text);
        }
        if let Some(resource) = resource.as_object_mut().filter(|_| habits.drops) {
            resource.shift_remove("contoso.dropped");
        }
    }
    *request.body_mut() = Bytes::from(body.to_string());
}

/// How the service speaks in a story.
pub(crate) fn dialect(random: &mut Rng) -> Dialect {
    let base = [Dialect::default(), Dialect::reports(), Dialect::reference()][random.usize(0..3)].clone();
    Dialect {
        plan_scoped_id: [PlanScopedId::Accepted, PlanScopedId::Refused][random.usize(0..2)],
        early_result: [EarlyResult::BadRequest, EarlyResult::NotFound][random.usize(0..2)],
        failed_result: [FailedResult::Handled, FailedResult::NotFound][random.usize(0..2)],
        schema_host: [SchemaHost::Mixed, SchemaHost::New, SchemaHost::Old][random.usize(0..3)],
        omitted: [Omitted::Reset, Omitted::Preserved][random.usize(0..2)],
        edits_during_submission: [EditsDuringSubmission::Accepted, EditsDuringSubmission::Locked][random.usize(0..2)],
        cancel_submission: [CancelSubmission::BeforeProvisioning, CancelSubmission::UntilTheEnd][random.usize(0..2)],
        promoted: [Promoted::Both, Promoted::LiveOnly][random.usize(0..2)],
        submission_list: [SubmissionList::Prompt, SubmissionList::Lags][random.usize(0..2)],
        version_parameter: [VersionParameter::Optional, VersionParameter::Required][random.usize(0..2)],
        first_status: [FirstStatus::NotStarted, FirstStatus::Running][random.usize(0..2)],
        job_end: [JobEnd::Midnight, JobEnd::Date, JobEnd::Absent][random.usize(0..3)],
        accepted: [Accepted::Accepted, Accepted::Ok][random.usize(0..2)],
        next_link: [NextLink::Absolute, NextLink::Relative][random.usize(0..2)],
        case: [Case::Camel, Case::Pascal][random.usize(0..2)],
        order: [Order::Random, Order::Stable][random.usize(0..2)],
        terms: [Terms::AsSent, Terms::AsUrl][random.usize(0..2)],
        read_version: [ReadVersion::AsWritten, ReadVersion::Newest][random.usize(0..2)],
        after_failure: [AfterFailure::Stop, AfterFailure::Continue][random.usize(0..2)],
        schema_failure: [SchemaFailure::Request, SchemaFailure::Job][random.usize(0..2)],
        ..base
    }
}

/// The same fault for this API, which has other requests; and sometimes one that only this API has.
pub(crate) fn fault(mut rule: FaultRule, random: &mut Rng) -> FaultRule {
    if random.u8(0..12) == 0 {
        let resource = ["listing", "plan-listing"][random.usize(0..2)].to_owned();
        rule.fault = Fault::FailResource(ResourceFailure { resource, message: "Try again later.".to_owned() });
        "POST".clone_into(&mut rule.when.method);
        rule.when.path = String::new();
        return rule;
    }
    if rule.when.method == "PUT" {
        "POST".clone_into(&mut rule.when.method);
    }
    let path = match rule.when.path.as_str() {
        "*/publish" | "*/golive" => "*/configure",
        "*/submissions*" => "*/submission/*",
        "*/operations/*" => "*/configure/*",
        other => other,
    };
    rule.when.path = path.to_owned();
    rule
}
