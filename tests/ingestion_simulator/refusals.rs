//! What is refused at once, what fails in the job, and in which words: the corpus of errors that public clients met.

use serde_json::{Value, json};

use super::{BASE, Bench, HOST, messages, resource, sendable};
use bytes::Bytes;
use http::Request;
use offerform::simulator::Reply;

const OLD: &str = "https://product-ingestion.azureedge.net/schema";

fn post(bench: &mut Bench, query: &str, body: &Value) -> super::Seen {
    bench.call("POST", &format!("configure{query}"), &body.to_string())
}

fn configure(resources: &[Value]) -> Value {
    json!({ "$schema": format!("{HOST}/configure/2022-03-01-preview2"), "resources": resources })
}

fn plan(version: &str) -> Value {
    let body = json!({"product": {"externalId": "policy-console"}, "identity": {"externalId": "new"}, "alias": "New"});
    resource(&format!("plan/{version}"), body)
}

#[test]
fn the_old_host_of_schemas_is_refused_without_details() {
    let mut bench = Bench::new();
    let mut body = configure(&[plan("preview2")]);
    body["$schema"] = json!(format!("{OLD}/configure/2022-03-01-preview2"));
    let seen = post(&mut bench, "", &body);
    assert_eq!(seen.status, 400);
    let message = format!("Schema {OLD}/configure/2022-03-01-preview2 could not be accessed");
    assert_eq!(seen.json, json!({"error": {"code": "badRequest", "message": message}}));
    let mut old = plan("preview2");
    old["$schema"] = json!(format!("{OLD}/plan/2022-03-01-preview2"));
    assert!(post(&mut bench, "", &configure(&[old])).message().contains("could not be accessed"));
}

#[test]
fn schemas_that_do_not_exist_are_refused() {
    let mut bench = Bench::new();
    for schema in ["plan/2021-01-01", "nothing/2022-07-01", "configure/2022-03-01-preview2"] {
        let mut wrong = plan("preview2");
        wrong["$schema"] = json!(format!("{HOST}/{schema}"));
        let seen = post(&mut bench, "", &configure(&[wrong]));
        assert_eq!(
            (seen.status, seen.message()),
            (400, format!("Schema {HOST}/{schema} could not be accessed").as_str())
        );
    }
    let mut without = plan("preview2");
    without.as_object_mut().unwrap().remove("$schema");
    assert_eq!(post(&mut bench, "", &configure(&[without])).status, 400);
    for version in ["2022-03-01-preview2", "2022-03-01-preview3", "2022-07-01"] {
        let mut body = configure(&[plan("preview2")]);
        body["$schema"] = json!(format!("{HOST}/configure/{version}"));
        assert_eq!(post(&mut bench, "", &body).status, 202, "{version}");
    }
    // Listed in the index of schemas, and not found by the job.
    let status = bench.done(&[plan("preview4")]);
    assert_eq!(status["errors"][0]["message"], format!("{HOST}/plan/2022-03-01-preview4 schema could not be found"));
}

#[test]
fn a_request_needs_a_ceiling_that_covers_its_resources() {
    let mut bench = Bench::new();
    let body = configure(&[plan("preview3")]);
    assert_eq!(post(&mut bench, "?$version=2022-03-01-preview2", &body).status, 400);
    assert_eq!(post(&mut bench, "?$version=2022-03-01-preview3", &body).status, 202);
    assert_eq!(post(&mut bench, "?%24version=2022-07-01", &body).status, 202);
}

#[test]
fn a_request_that_is_no_request_is_refused() {
    let mut bench = Bench::new();
    assert_eq!(bench.call("POST", "configure", "{").status, 400);
    assert_eq!(post(&mut bench, "", &json!({})).status, 400);
    assert_eq!(post(&mut bench, "", &configure(&[])).status, 400);
    let twice = resource(
        "product/preview3",
        json!({"resourceName": "x", "identity": {"externalId": "abc"},
        "type": "softwareAsAService", "alias": "a"}),
    );
    assert_eq!(post(&mut bench, "", &configure(&[twice.clone(), twice])).status, 400);
    let seen = bench.call("PUT", "configure", "{}");
    assert_eq!((seen.status, &seen.json["error"]["code"]), (405, &json!("methodNotAllowed")));
    assert_eq!(seen.headers["allow"], "POST");
    for path in ["private-offer/query", "nothing", "listing/none/public", "configure/none"] {
        let seen = bench.call("GET", path, "");
        assert_eq!((seen.status, &seen.json["error"]["code"]), (404, &json!("notFound")), "{path}");
    }
}

#[test]
fn a_request_without_a_token_is_unauthorized() {
    let mut bench = Bench::new();
    let request = Request::get(format!("{BASE}/product")).body(Bytes::new()).unwrap();
    let Reply::Answer(answer) = bench.service.handle(&request) else { panic!("no answer") };
    assert_eq!(answer.status(), 401);
}

/// The findings of a refused resource: the text after the address of the schema.
fn findings(resource: Value) -> String {
    let mut bench = Bench::new();
    let seen = post(&mut bench, "", &configure(&[resource]));
    assert_eq!(seen.status, 400, "{}", seen.json);
    let detail = &seen.json["error"]["details"][0];
    assert_eq!(detail["code"], "schemaValidationError");
    let message = detail["message"].as_str().unwrap();
    assert!(
        message.starts_with("Schema validation failed for schema https://schema.mp.microsoft.com/schema/"),
        "{message}"
    );
    message.to_owned()
}

#[test]
fn shapes_are_checked_with_the_place_of_each_finding() {
    let product = json!({"externalId": "firewall"});
    let machine = |more: Value| {
        let mut body = json!({"product": product, "plan": {"externalId": "standard"}});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        resource("virtual-machine-plan-technical-configuration/preview5", body)
    };
    let price = |more: Value| {
        let mut body = json!({"product": product, "plan": {"externalId": "standard"}, "visibility": "visible", "audience": "public"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        resource("price-and-availability-plan/preview4", body)
    };
    let version = |source: Value| json!({"vmImageVersions": [{"versionNumber": "1.0.0", "vmImages": [{"imageType": "x64Gen1", "source": source}]}]});
    for (resource, expected) in [
        (
            resource("plan/preview3", json!({"product": product})),
            r#"Required properties ["identity","alias"] were not present #"#,
        ),
        (
            resource("submission/preview7", json!({"product": product, "target": {"targetType": "preview"}})),
            r#"Required properties ["sources"] were not present #"#,
        ),
        (
            price(json!({"visibility": "open"})),
            "#/visibility: Expected value to match one of the values specified by the enum;",
        ),
        (price(json!({"audience": null})), "#/audience: Value is \"null\" but should be \"string\";"),
        (price(json!({"customerMarkets": "allMarkets", "markets": ["us"]})), "#: Schema in not is matched"),
        (
            price(
                json!({"pricing": {"licenseModel": "payAsYouGo", "corePricing": {"priceInputOption": "free", "price": 1}}}),
            ),
            "#/pricing/corePricing: Schema in not is matched",
        ),
        (
            machine(json!({"vmImageVersions": [{"versionNumber": "1.0.0", "vmImages": [{"imageType": "x64Gen1",
                "source": {"sourceType": "sasUri", "osDisk": {"uri": "https://c.example/d.vhd"}}}],
                "deprecationSchedule": {"reason": null}}]})),
            "#/vmImageVersions/0/deprecationSchedule/reason: Value is \"null\" but should be \"string\";",
        ),
        (
            machine(json!({"vmImageVersions": [{"versionNumber": "1.0", "vmImages": []}]})),
            "#/vmImageVersions/0/versionNumber:",
        ),
        (
            machine(json!({"vmProperties": {"supportsBackup": null}})),
            "#/vmProperties/supportsBackup: Value is \"null\"",
        ),
        (
            machine(version(json!({"sourceType": "sasUri"}))),
            "#/vmImageVersions/0/vmImages/0/source: Expected exactly one",
        ),
        (
            machine(version(json!({"osDisk": {"uri": "u"}, "sharedImage": {"tenantId": "t", "resourceId": "r"}}))),
            "#/vmImageVersions/0/vmImages/0/source: Expected exactly one",
        ),
    ] {
        let found = findings(resource.clone());
        assert!(found.contains(expected), "{resource}\n{found}");
    }
}

#[test]
fn properties_that_need_or_exclude_each_other_are_checked() {
    let product = json!({"externalId": "firewall"});
    for (resource, expected) in [
        (
            resource("customer-leads/preview3", json!({"product": product, "leadDestination": "marketo"})),
            "#: Expected exactly one schema of oneOf to match;",
        ),
        (
            resource("test-drive/preview2", json!({"product": product, "enabled": true})),
            "#: Expected exactly one schema of oneOf to match;",
        ),
        (
            resource(
                "reseller/preview2",
                json!({"product": {"externalID": "firewall"}, "resellerChannelState": "all", "audiences": []}),
            ),
            "#/product: Expected exactly one schema of oneOf to match;",
        ),
        (
            resource(
                "product/preview3",
                json!({"identity": {"externalId": "No"}, "type": "softwareAsAService", "alias": "a"}),
            ),
            "#/identity/externalId: The string value is not a match",
        ),
    ] {
        let found = findings(resource.clone());
        assert!(found.contains(expected), "{resource}\n{found}");
    }
}

/// The messages of the one error of a job that fails.
fn failure(bench: &mut Bench, resources: &[Value]) -> Vec<String> {
    let status = bench.done(resources);
    assert_eq!(status["jobResult"], "failed", "{status}");
    messages(&status["errors"][0])
}

fn machine(bench: &mut Bench, plan: &str) -> Value {
    let product = bench.product("firewall");
    let plan = bench.plan(&product, plan);
    sendable(&bench.get(&format!("virtual-machine-plan-technical-configuration/{product}/{plan}")))
}

#[test]
fn rules_of_virtual_machines_are_told_by_the_job_in_the_details() {
    let mut bench = Bench::new();
    let base = machine(&mut bench, "standard");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = base.clone();
        change(&mut changed);
        changed
    };
    for (changed, expected) in [
        (with(&|one| one["skus"][0]["skuId"] = json!("other")), "One of the SkuIds should match plan Id standard"),
        (with(&|one| drop(one.as_object_mut().unwrap().remove("operatingSystem"))), "operating system is required"),
        (with(&|one| one["skus"] = json!([])), "At least one SKU is required"),
        (
            with(&|one| one["skus"].as_array_mut().unwrap().push(json!({"imageType": "x64Gen2", "skuId": "byol"}))),
            "The SkuId byol must be unique within the offer.",
        ),
        (
            with(&|one| one["skus"].as_array_mut().unwrap().push(json!({"imageType": "x64Gen2", "skuId": "standard"}))),
            "The SkuId standard must be unique within the offer.",
        ),
        (with(&|one| one["skus"][0]["imageType"] = json!("x64Gen2")), "is live and cannot be changed or removed"),
        (
            with(&|one| {
                one["vmImageVersions"][0]["vmImages"][0]["source"]["osDisk"]["uri"] =
                    json!("https://c.example/other.vhd");
            }),
            "is live and cannot be changed",
        ),
    ] {
        let found = failure(&mut bench, &[changed]);
        assert_eq!(found[0], "Invalid resource");
        assert!(found[1].contains(expected), "{expected}: {found:?}");
    }
    // Another signature is the same disk, and a new version may be added.
    bench.write(&[with(&|one| {
        let uri = one["vmImageVersions"][0]["vmImages"][0]["source"]["osDisk"]["uri"].as_str().unwrap().to_owned();
        let unsigned = uri.split('?').next().unwrap();
        let again = format!("{unsigned}?sv=2030-01-01&sig=another");
        one["vmImageVersions"][0]["vmImages"][0]["source"]["osDisk"]["uri"] = json!(again);
        let mut new = one["vmImageVersions"][0].clone();
        new["versionNumber"] = json!("1.10.0");
        one["vmImageVersions"].as_array_mut().unwrap().push(new);
    })]);
}

#[test]
fn a_deprecation_that_was_published_stays() {
    let mut bench = Bench::new();
    let product = bench.product("firewall");
    let mut changed = machine(&mut bench, "standard");
    let schedule = json!({"dateOffset": "P90D", "reason": "endOfSupport"});
    changed["vmImageVersions"][0]["deprecationSchedule"] = schedule;
    changed["vmImageVersions"][0]["lifecycleState"] = json!("deprecated");
    bench.write(&[changed.clone()]);
    bench.publish(&product);
    let preview = bench.entries(&product, "preview")[0].0.clone();
    assert_eq!(bench.go_live(&product, &preview)["jobResult"], "succeeded");
    let number = changed["vmImageVersions"][0]["versionNumber"].as_str().unwrap().to_owned();

    let mut without = changed.clone();
    without["vmImageVersions"].as_array_mut().unwrap().remove(0);
    let found = failure(&mut bench, &[without]);
    assert_eq!(
        found[1],
        format!("Image '{number}' cannot be restored because it was deprecated before it was published to live.")
    );
    let mut other = changed.clone();
    other["vmImageVersions"][0]["deprecationSchedule"]["dateOffset"] = json!("P1D");
    let found = failure(&mut bench, &[other]);
    assert_eq!(
        found[1],
        format!(
            "The deprecation schedule for image '{number}' of type 'x64Gen1' is already published and can not be changed in draft."
        )
    );
    bench.write(&[changed]);
}

#[test]
fn a_sku_without_an_active_image_keeps_a_product_from_being_published() {
    let mut bench = Bench::new();
    let product = bench.product("firewall");
    let mut changed = machine(&mut bench, "standard");
    changed["skus"].as_array_mut().unwrap().push(json!({"imageType": "x64Gen2", "skuId": "standard-gen2"}));
    bench.write(&[changed]);
    let found = failure(&mut bench, &[super::submission(&product, "preview", None)]);
    assert!(found.iter().any(|message| message.contains("standard-gen2")), "{found:?}");
}

#[test]
fn what_is_published_is_locked() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let plan = bench.plan(&product, "standard");
    let renamed = json!({"id": format!("plan/{product}/{plan}"), "product": format!("product/{product}"),
        "identity": {"externalId": "renamed"}, "alias": "Standard"});
    let found = failure(&mut bench, &[resource("plan/preview3", renamed)]);
    assert_eq!(found[1], "The property 'PlanId' is locked by a previous submission");
    let other = json!({"id": format!("product/{product}"), "identity": {"externalId": "policy-console"},
        "type": "azureContainer", "alias": "x"});
    let found = failure(&mut bench, &[resource("product/preview3", other)]);
    assert_eq!(found[1], "The property 'Type' is locked by a previous submission");
    let same_name = json!({"kind": "azureSaaS-plan", "product": format!("product/{product}"), "languageId": "en-us",
        "plan": {"externalId": "standard"}, "name": "Partner"});
    let found = failure(&mut bench, &[resource("plan-listing/preview3", same_name)]);
    assert!(found[1].contains("unique"), "{found:?}");
}

#[test]
fn an_id_must_fit_and_be_there() {
    let mut bench = Bench::new();
    let (product, other) = (bench.product("policy-console"), bench.product("image-scanner"));
    let listing = |id: String| {
        let body =
            json!({"id": id, "kind": "azureSaaS", "product": format!("product/{product}"), "languageId": "en-us"});
        resource("listing/preview3", body)
    };
    for id in [
        format!("listing/{product}/public/main/default/de-de"),
        format!("listing/{other}/public/main/default/en-us"),
        format!("property/{product}/public/main"),
    ] {
        failure(&mut bench, &[listing(id)]);
    }
    let application = json!({"identity": {"externalId": "app"}, "type": "azureApplication", "alias": "App"});
    let found = failure(&mut bench, &[resource("product/preview3", application)]);
    assert_eq!(found[1], "Type azureApplication is not supported");
}
