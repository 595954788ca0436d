//! Where the sources disagree, the simulator can speak every way.

use std::time::Duration;

use serde_json::{Value, json};

use super::{BASE, Bench, HOST, of_kind, resource, sendable, submission};
use bytes::Bytes;
use http::Request;
use offerform::simulator::Reply;
use offerform::simulator::ingestion::{
    Accepted, AfterFailure, Body, CancelSubmission, Case, Dialect, EarlyResult, EditsDuringSubmission, FailedResult,
    FirstStatus, ImagesBelowCeiling, JobEnd, MachineProperties, MachineVersion, ModularPublish, NextLink, OldHost,
    Omitted, Order, PlanScopedId, Promoted, ReadVersion, SchemaFailure, SchemaHost, SubmissionList, Terms,
    Unauthorized, UneditedDraft, VersionParameter,
};

const DAY: Duration = Duration::from_hours(24);

fn listing(product: &str) -> Value {
    let body =
        json!({"kind": "azureSaaS", "product": format!("product/{product}"), "languageId": "en-us", "title": "New"});
    resource("listing/preview3", body)
}

fn broken(product: &str) -> Value {
    let body = json!({"kind": "azureSaaS-plan", "product": format!("product/{product}"), "languageId": "en-us",
        "plan": {"externalId": "nothing"}, "name": "x"});
    resource("plan-listing/preview3", body)
}

#[test]
fn ids_below_a_plan_may_be_refused() {
    for (plan_scoped_id, expected) in [(PlanScopedId::Accepted, "succeeded"), (PlanScopedId::Refused, "failed")] {
        let mut bench = Bench::speaking(Dialect { plan_scoped_id, ..Dialect::default() });
        let product = bench.product("policy-console");
        let plan = bench.plan(&product, "standard");
        let id = format!("plan-listing/{product}/public/main/{plan}/en-us");
        let mut changed = sendable(&bench.get(&id));
        bench.write(&[changed.clone()]);
        changed["id"] = json!(id);
        assert_eq!(bench.done(&[changed])["jobResult"], expected);
    }
}

#[test]
fn results_of_jobs_that_run_or_failed_have_two_readings() {
    for (early_result, failed_result, early, late) in [
        (EarlyResult::BadRequest, FailedResult::Handled, 400, 200),
        (EarlyResult::NotFound, FailedResult::NotFound, 404, 404),
    ] {
        let mut bench = Bench::speaking(Dialect { early_result, failed_result, ..Dialect::default() });
        let product = bench.product("policy-console");
        let job = bench.start(&[broken(&product)]);
        assert_eq!(bench.call("GET", &format!("configure/{job}"), "").status, early);
        bench.wait(DAY);
        assert_eq!(bench.status(&job)["jobResult"], "failed");
        assert_eq!(bench.call("GET", &format!("configure/{job}"), "").status, late);
    }
}

#[test]
fn one_host_or_both_are_in_answers_and_accepted() {
    for (schema_host, hosts) in [(SchemaHost::Mixed, 2), (SchemaHost::New, 1), (SchemaHost::Old, 1)] {
        let mut bench = Bench::speaking(Dialect { schema_host, ..Dialect::default() });
        let product = bench.product("firewall");
        let tree = bench.get(&format!("resource-tree/product/{product}"));
        let found: std::collections::BTreeSet<&str> = tree["resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["$schema"].as_str().unwrap().split('/').nth(2).unwrap())
            .collect();
        assert_eq!(found.len(), hosts, "{schema_host:?}");
    }
    let mut bench = Bench::speaking(Dialect { old_host: OldHost::Accepted, ..Dialect::default() });
    let product = bench.product("policy-console");
    let mut old = listing(&product);
    old["$schema"] = json!("https://product-ingestion.azureedge.net/schema/listing/2022-03-01-preview3");
    bench.write(&[old]);
}

#[test]
fn what_is_not_sent_may_stay() {
    let mut bench = Bench::speaking(Dialect { omitted: Omitted::Preserved, ..Dialect::default() });
    let product = bench.product("policy-console");
    bench.write(&[listing(&product)]);
    let read = bench.get(&format!("listing/{product}/public/main/default/en-us"));
    assert_eq!(read["title"], "New");
    assert!(read["description"].as_str().is_some_and(|text| !text.is_empty()));
}

#[test]
fn a_running_submission_may_lock_the_draft() {
    for (edits_during_submission, expected) in
        [(EditsDuringSubmission::Accepted, "succeeded"), (EditsDuringSubmission::Locked, "failed")]
    {
        let mut bench = Bench::speaking(Dialect { edits_during_submission, ..Dialect::default() });
        let product = bench.product("policy-console");
        bench.start(&[submission(&product, "preview", None)]);
        bench.wait(DAY);
        let status = bench.done(&[listing(&product)]);
        assert_eq!(status["jobResult"], expected);
        if expected == "failed" {
            assert_eq!(status["errors"][0]["code"], "locked");
            assert_eq!(status["errors"][0]["details"][0]["code"], "productLocked");
        }
    }
}

#[test]
fn technical_configurations_have_versions_ceilings_and_gaps() {
    let path = |bench: &mut Bench| {
        let product = bench.product("firewall");
        let plan = bench.plan(&product, "standard");
        format!("virtual-machine-plan-technical-configuration/{product}/{plan}")
    };
    let mut bench = Bench::speaking(Dialect { machine_version: MachineVersion::Newest, ..Dialect::default() });
    let id = path(&mut bench);
    let mut machine = sendable(&bench.get(&id));
    assert_eq!(bench.done(&[machine.clone()])["jobResult"], "failed");
    machine["$schema"] = json!(format!("{HOST}/virtual-machine-plan-technical-configuration/2026-04-01-preview1"));
    bench.write(&[machine]);

    let mut bench = Bench::speaking(Dialect { images_below_ceiling: ImagesBelowCeiling::Shown, ..Dialect::default() });
    let id = path(&mut bench);
    let read = bench.get(&format!("{id}?$version=2022-03-01-preview2"));
    assert!(!read["vmImageVersions"].as_array().unwrap().is_empty());

    let mut bench =
        Bench::speaking(Dialect { machine_properties: MachineProperties::Incomplete, ..Dialect::default() });
    let id = path(&mut bench);
    let read = bench.get(&id);
    assert!(read["vmProperties"].as_object().unwrap().values().all(|value| *value == true));
    assert!(read["vmProperties"].get("supportsBackup").is_none());

    let mut bench = Bench::speaking(Dialect { unedited_draft: UneditedDraft::Missing, ..Dialect::default() });
    let id = path(&mut bench);
    // In the draft of the shipped firewall, nothing was edited there.
    assert_eq!(bench.call("GET", &id, "").status, 404);
    let product = bench.product("firewall");
    let tree = bench.get(&format!("resource-tree/product/{product}"));
    assert_eq!(of_kind(&tree, "virtual-machine-plan-technical-configuration").len(), 2, "a tree shows them");
}

#[test]
fn versions_terms_and_order_have_two_readings() {
    let mut bench = Bench::speaking(Dialect { read_version: ReadVersion::Newest, ..Dialect::default() });
    let product = bench.product("firewall");
    let tree = bench.get(&format!("resource-tree/product/{product}?$version=2022-03-01-preview5"));
    assert!(of_kind(&tree, "listing")[0]["$schema"].as_str().unwrap().ends_with("preview5"));

    let mut bench = Bench::speaking(Dialect { terms: Terms::AsUrl, order: Order::Stable, ..Dialect::default() });
    let product = bench.product("firewall");
    let property = bench.get(&format!("property/{product}/public/main"));
    assert!(property.get("termsOfUse").is_none());
    assert!(property["termsOfUseUrl"].as_str().unwrap().contains("By deploying this product"));
    let path = format!("resource-tree/product/{product}");
    let ids = |tree: Value| -> Vec<Value> {
        tree["resources"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect()
    };
    assert_eq!(ids(bench.get(&path)), ids(bench.get(&path)));
}

#[test]
fn submissions_have_several_readings() {
    let mut bench = Bench::speaking(Dialect { promoted: Promoted::LiveOnly, ..Dialect::default() });
    let product = bench.product("policy-console");
    assert_eq!(bench.entries(&product, "preview"), []);
    assert_eq!(bench.entries(&product, "live").len(), 1);
    assert!(bench.call("GET", &format!("resource-tree/product/{product}?targetType=preview"), "").status == 200);

    let mut bench = Bench::speaking(Dialect { submission_list: SubmissionList::Lags, ..Dialect::default() });
    bench.wait(DAY);
    let product = bench.product("policy-console");
    let job = bench.start(&[submission(&product, "preview", None)]);
    let end = Pace::to_preview_of_the_real_service();
    bench.wait(end + Duration::from_secs(10));
    assert_eq!(bench.status(&job)["jobResult"], "succeeded");
    assert_eq!(bench.entries(&product, "preview")[0].1, "running", "the list does not know yet");
    bench.wait(Duration::from_secs(30));
    assert_eq!(bench.entries(&product, "preview")[0].1, "completed");

    let dialect = Dialect { cancel_submission: CancelSubmission::UntilTheEnd, ..Dialect::default() };
    let mut bench = Bench::speaking(dialect);
    let product = bench.product("policy-console");
    let job = bench.start(&[submission(&product, "preview", None)]);
    bench.wait(DAY * 3);
    assert_eq!(bench.call("POST", &format!("configure/{job}/cancel"), "").status, 200);

    let mut bench = Bench::speaking(Dialect { modular_publish: ModularPublish::WholeDraft, ..Dialect::default() });
    let product = bench.product("policy-console");
    bench.write(&[listing(&product)]);
    let property = sendable(&bench.get(&format!("property/{product}/public/main")));
    let mut listing = listing(&product);
    listing["description"] = json!("d");
    bench.write(&[listing]);
    let job = bench.start(&[property, submission(&product, "preview", None)]);
    bench.wait(DAY * 6);
    assert_eq!(bench.status(&job)["jobResult"], "succeeded");
    let tree = bench.get(&format!("resource-tree/product/{product}?targetType=preview"));
    assert_eq!(of_kind(&tree, "listing")[0]["title"], "New");
}

/// The steps of `Pace::real`, as the sources have them, with the queue and one resource.
struct Pace;

impl Pace {
    fn to_preview_of_the_real_service() -> Duration {
        let (queue, resource) = (Duration::from_mins(1), Duration::from_secs(3));
        queue + resource + Duration::from_mins(14) + Duration::from_hours(60 + 22) + Duration::from_mins(45)
    }
}

#[test]
fn refused_requests_have_three_bodies() {
    let wrong = json!({ "$schema": format!("{HOST}/configure/2022-03-01-preview2"),
        "resources": [resource("plan/preview3", json!({"product": {"externalId": "firewall"}}))] });
    for body in [Body::Details, Body::NoDetails, Body::Problem] {
        let mut bench = Bench::speaking(Dialect { body, ..Dialect::default() });
        let seen = bench.call("POST", "configure", &wrong.to_string());
        assert_eq!(seen.status, 400);
        let finding = r#"Required properties ["identity","alias"]"#;
        let found = match body {
            Body::Details => &seen.json["error"]["details"][0]["message"],
            Body::NoDetails => {
                assert!(seen.json["error"].get("details").is_none());
                &seen.json["error"]["message"]
            }
            Body::Problem => {
                assert!(seen.headers["content-type"].to_str().unwrap().starts_with("application/problem+json"));
                assert_eq!((&seen.json["status"], seen.json["title"].is_string()), (&json!(400), true));
                &seen.json["errors"]["resources"][0]
            }
        };
        assert!(found.as_str().unwrap().contains(finding), "{found}");
    }
    for (unauthorized, code) in
        [(Unauthorized::Graph, "InvalidAuthenticationToken"), (Unauthorized::Code, "unauthorized")]
    {
        let mut bench = Bench::speaking(Dialect { unauthorized, ..Dialect::default() });
        let request = Request::get(format!("{BASE}/product")).body(Bytes::new()).unwrap();
        let Reply::Answer(answer) = bench.service.handle(&request) else { panic!("no answer") };
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(body["error"]["code"], code);
    }
}

#[test]
fn jobs_speak_in_several_ways() {
    let dialect = Dialect {
        first_status: FirstStatus::Running,
        job_end: JobEnd::Absent,
        accepted: Accepted::Ok,
        case: Case::Pascal,
        ..Dialect::default()
    };
    let mut bench = Bench::speaking(dialect);
    let product = bench.product("policy-console");
    let seen = bench.post(&[broken(&product)]);
    assert_eq!((seen.status, &seen.json["jobStatus"]), (200, &json!("Running")));
    assert!(seen.json.get("jobEnd").is_none());
    bench.wait(DAY);
    let status = bench.status(seen.json["jobId"].as_str().unwrap());
    assert_eq!((&status["jobResult"], &status["errors"][0]["code"]), (&json!("Failed"), &json!("BadRequest")));

    let mut bench = Bench::speaking(Dialect { after_failure: AfterFailure::Continue, ..Dialect::default() });
    let product = bench.product("policy-console");
    let mut late = broken(&product);
    late["plan"] = json!({"externalId": "standard"});
    let status = bench.done(&[broken(&product), late]);
    assert_eq!((&status["jobResult"], status["errors"].as_array().unwrap().len()), (&json!("failed"), 1));
    let plan = bench.plan(&product, "standard");
    assert_eq!(bench.get(&format!("plan-listing/{product}/public/main/{plan}/en-us"))["name"], "x");

    let mut bench = Bench::speaking(Dialect { schema_failure: SchemaFailure::Job, ..Dialect::default() });
    let status = bench.done(&[resource("plan/preview3", json!({"product": {"externalId": "firewall"}}))]);
    assert_eq!(status["errors"][0]["details"][0]["code"], "schemaValidationError");
    assert_eq!(status["errors"][0]["resourceId"], json!({"externalId": "firewall"}));
}

#[test]
fn the_version_parameter_and_links_have_two_readings() {
    let mut bench = Bench::speaking(Dialect { version_parameter: VersionParameter::Required, ..Dialect::default() });
    assert_eq!(bench.call("GET", "product", "").status, 400);
    assert_eq!(bench.call("GET", "product?$version=2022-07-01", "").status, 200);

    let retired_versions = vec!["2022-03-01-preview3".to_owned()];
    let mut bench = Bench::speaking(Dialect { retired_versions, ..Dialect::default() });
    let seen = bench.call("GET", "product?$version=2022-03-01-preview3", "");
    assert_eq!((seen.status, seen.message()), (400, "\"2022-03-01-preview3\" is a deprecated schema"));

    for (next_link, start) in [(NextLink::Absolute, "https://graph.microsoft.com/rp/"), (NextLink::Relative, "/rp/")] {
        let mut bench = Bench::speaking(Dialect { next_link, page_size: 2, ..Dialect::default() });
        let page = bench.get("product");
        assert_eq!(page["value"].as_array().unwrap().len(), 2);
        assert!(page["@nextLink"].as_str().unwrap().starts_with(start));
    }
}

#[test]
fn the_mask_is_a_setting_and_any_number_of_asterisks_keeps_a_secret() {
    let mut bench = Bench::speaking(Dialect { mask: "***".to_owned(), ..Dialect::default() });
    let product = bench.product("policy-console");
    let read = bench.get(&format!("customer-leads/{product}"));
    assert_eq!(read["marketoLeadConfiguration"]["clientSecret"], "***");
    bench.write(&[sendable(&read)]);
    let kept = bench.service.ingestion().secret_matches(
        "policy-console/customer-leads",
        "/marketoLeadConfiguration/clientSecret",
        "made-up",
    );
    assert_eq!(kept, Some(true));
}

#[test]
fn a_dialect_can_be_written_in_part() {
    let dialect: Dialect = serde_json::from_str(r#"{"old_host": "accepted"}"#).unwrap();
    assert_eq!(dialect, Dialect { old_host: OldHost::Accepted, ..Dialect::default() });
    assert!(serde_json::from_str::<Dialect>(r#"{"nothing": 1}"#).is_err());
    assert_ne!(Dialect::default(), Dialect::reference());
    assert_ne!(Dialect::default(), Dialect::reports());
}
