//! The life of a job: what it says of itself, partial failure, its result, and its end by cancellation.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Bench, messages, resource, submission};

fn listing(product: &str, title: &str) -> Value {
    let body =
        json!({"kind": "azureSaaS", "product": format!("product/{product}"), "languageId": "en-us", "title": title});
    resource("listing/preview3", body)
}

fn plan_listing(product: &str, plan: &str, name: &str) -> Value {
    let body = json!({"kind": "azureSaaS-plan", "product": format!("product/{product}"), "languageId": "en-us",
        "plan": {"externalId": plan}, "name": name});
    resource("plan-listing/preview3", body)
}

#[test]
fn a_job_waits_runs_and_completes_on_the_clock_that_is_handed_in() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let accepted = bench.post(&[listing(&product, "New")]);
    assert_eq!(accepted.status, 202);
    let first = &accepted.json;
    assert_eq!((&first["jobStatus"], &first["jobResult"]), (&json!("notStarted"), &json!("pending")));
    assert_eq!(first["jobStart"], "2026-11-29T10:00:00.0000000Z");
    assert_eq!(first["jobEnd"], "0001-01-01T00:00:00");
    assert_eq!(first["errors"], json!([]));
    let job = first["jobId"].as_str().unwrap().to_owned();
    let title = format!("listing/{product}/public/main/default/en-us");
    bench.wait(Duration::from_secs(59));
    assert_eq!(bench.status(&job)["jobStatus"], "notStarted");
    bench.wait(Duration::from_secs(2));
    assert_eq!(bench.status(&job)["jobStatus"], "running");
    assert_eq!(bench.get(&title)["title"], "Contoso Policy Console");
    bench.wait(Duration::from_secs(2));
    let last = bench.status(&job);
    assert_eq!((&last["jobStatus"], &last["jobResult"]), (&json!("completed"), &json!("succeeded")));
    assert_eq!(last["jobEnd"], "2026-11-29T10:01:03.0000000Z");
    assert_eq!(last["resourceUri"], format!("https://product-ingestion.mp.microsoft.com/configure/{job}"));
    assert_eq!(bench.get(&title)["title"], "New");
    assert_eq!(bench.call("GET", "configure/none/status", "").status, 404);
}

#[test]
fn resources_before_a_failure_stay() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let job = bench.start(&[
        listing(&product, "Arrived"),
        plan_listing(&product, "nothing", "Missing"),
        plan_listing(&product, "partner", "Too late"),
    ]);
    bench.wait(Duration::from_mins(5));
    let status = bench.status(&job);
    assert_eq!(status["jobResult"], "failed");
    let errors = status["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0]["code"], "badRequest");
    assert_eq!(errors[0]["message"], "Invalid resource");
    assert_eq!(errors[0]["details"][0]["code"], "resourceNotFound");
    assert_eq!(errors[0]["resourceId"], json!({"externalId": "nothing"}));
    assert_eq!(bench.get(&format!("listing/{product}/public/main/default/en-us"))["title"], "Arrived");
    let partner = bench.plan(&product, "partner");
    assert_eq!(bench.get(&format!("plan-listing/{product}/public/main/{partner}/en-us"))["name"], "Partner");
    let detail = bench.get(&format!("configure/{job}"));
    assert_eq!(detail["resources"].as_array().unwrap().len(), 1, "what arrived");
}

#[test]
fn a_result_is_not_there_before_the_end() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let job = bench.start(&[listing(&product, "New")]);
    assert_eq!(bench.call("GET", &format!("configure/{job}"), "").status, 400);
    bench.wait(Duration::from_mins(5));
    let detail = bench.get(&format!("configure/{job}"));
    assert_eq!(detail["resources"][0]["title"], "New");
    assert_eq!(detail["resources"][0]["id"], format!("listing/{product}/public/main/default/en-us"));
}

#[test]
fn a_cancelled_job_leaves_what_it_did() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let job = bench.start(&[
        listing(&product, "First"),
        plan_listing(&product, "standard", "Second"),
        plan_listing(&product, "partner", "Third"),
    ]);
    bench.wait(Duration::from_secs(64));
    let cancelled = bench.call("POST", &format!("configure/{job}/cancel"), "");
    assert_eq!(cancelled.status, 200);
    assert_eq!(
        (&cancelled.json["jobStatus"], &cancelled.json["jobResult"]),
        (&json!("completed"), &json!("cancelled"))
    );
    bench.wait(Duration::from_hours(1));
    let (standard, partner) = (bench.plan(&product, "standard"), bench.plan(&product, "partner"));
    assert_eq!(bench.get(&format!("listing/{product}/public/main/default/en-us"))["title"], "First");
    for (plan, name) in [(standard, "Standard"), (partner, "Partner")] {
        assert_eq!(bench.get(&format!("plan-listing/{product}/public/main/{plan}/en-us"))["name"], name);
    }
    let again = bench.call("POST", &format!("configure/{job}/cancel"), "");
    assert_eq!(again.status, 400);
    assert_eq!(again.message(), "Cannot cancel job, job has already completed.");
    assert_eq!(again.json["error"]["details"], json!([]));
}

#[test]
fn jobs_side_by_side_keep_the_order_of_time() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let first = bench.start(&[listing(&product, "First")]);
    bench.wait(Duration::from_secs(1));
    let second = bench.start(&[listing(&product, "Second")]);
    bench.wait(Duration::from_hours(1));
    for job in [first, second] {
        assert_eq!(bench.status(&job)["jobResult"], "succeeded");
    }
    assert_eq!(bench.get(&format!("listing/{product}/public/main/default/en-us"))["title"], "Second");
}

#[test]
fn a_failure_keeps_a_submission_of_the_same_job_from_starting() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let before = bench.service.ingestion().submission_count("policy-console");
    let status = bench.done(&[plan_listing(&product, "nothing", "Missing"), submission(&product, "preview", None)]);
    assert_eq!(status["jobResult"], "failed");
    assert!(messages(&status["errors"][0]).iter().any(|message| message.contains("plan")));
    assert_eq!(bench.service.ingestion().submission_count("policy-console"), before);
}
