//! Publish and go-live: what a list of submissions shows on the way, and what stands in the way.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Bench, messages, of_kind, resource, submission};
use offerform::simulator::Slot;
use offerform::simulator::{Failure, Fault};

const DAY: Duration = Duration::from_hours(24);

fn edit(bench: &mut Bench, product: &str, title: &str) {
    let id = format!("listing/{product}/public/main/default/en-us");
    let mut listing = super::sendable(&bench.get(&id));
    listing["title"] = json!(title);
    bench.write(&[listing]);
}

fn number(id: &str) -> &str {
    id.rsplit('/').next().unwrap()
}

fn title(bench: &Bench, place: Slot) -> Value {
    bench.service.ingestion().held("policy-console/listing/en-us", place).unwrap()["title"].clone()
}

fn words(entries: &[(String, String, String)]) -> Vec<(&str, &str)> {
    entries.iter().map(|(_, status, result)| (status.as_str(), result.as_str())).collect()
}

#[test]
fn a_draft_goes_to_the_preview_and_from_there_live() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let old = bench.entries(&product, "live")[0].0.clone();
    assert_eq!(bench.entries(&product, "preview")[0].0, old, "one id for both, so nothing waits");
    assert_eq!(number(&old).len(), 19);
    edit(&mut bench, &product, "Second edition");

    let job = bench.start(&[submission(&product, "preview", None)]);
    bench.wait(DAY);
    assert_eq!(words(&bench.entries(&product, "preview")), [("running", "pending")]);
    assert_eq!(bench.status(&job)["jobStatus"], "running", "the job lasts as long as its submission");
    assert_eq!(title(&bench, Slot::Preview), "Contoso Policy Console");
    bench.wait(DAY * 5);
    assert_eq!(bench.status(&job)["jobResult"], "succeeded");
    let preview = bench.entries(&product, "preview");
    assert_eq!(words(&preview), [("completed", "succeeded")]);
    let preview = preview[0].0.clone();
    assert_ne!(preview, old);
    assert_eq!(title(&bench, Slot::Preview), "Second edition");
    assert_eq!(title(&bench, Slot::Production), "Contoso Policy Console");

    let job = bench.start(&[submission(&product, "live", Some(&preview))]);
    bench.wait(DAY);
    let live = bench.entries(&product, "live");
    assert_eq!(live.len(), 2, "the old one, and the one on its way");
    assert_eq!(words(&live), [("completed", "succeeded"), ("running", "pending")]);
    assert_eq!((&live[0].0, &live[1].0), (&old, &preview));
    bench.wait(DAY * 5);
    assert_eq!(bench.status(&job)["jobResult"], "succeeded");
    let live = bench.entries(&product, "live");
    assert_eq!((live.len(), &live[0].0), (1, &preview));
    assert_eq!(title(&bench, Slot::Production), "Second edition");
    let tree = bench.get(&format!("resource-tree/product/{product}?targetType=live"));
    assert_eq!(of_kind(&tree, "submission")[0]["id"], json!(preview));
}

#[test]
fn the_draft_has_an_entry_without_a_state_and_one_submission_can_be_read() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let draft = bench.get(&format!("submission/{product}?targetType=draft"))["value"][0].clone();
    assert_eq!(draft["id"], format!("submission/{product}/0"));
    assert_eq!(draft["target"], json!({"targetType": "draft"}));
    for name in ["status", "result", "created"] {
        assert!(draft.get(name).is_none(), "{name}");
    }
    let live = bench.entries(&product, "live")[0].0.clone();
    let one = bench.get(&live);
    assert_eq!((&one["status"], &one["result"]), (&json!("completed"), &json!("succeeded")));
    assert_eq!(one["product"], format!("product/{product}"));
    assert_eq!(one["created"], "2026-11-29T10:00:00.0000000Z");
    assert_eq!(bench.call("GET", &format!("submission/{product}/1152921505000000000"), "").status, 404);
    assert_eq!(bench.get(&format!("submission/{product}"))["value"].as_array().unwrap().len(), 3);
}

#[test]
fn a_product_that_was_never_published_shows_its_draft_only_and_goes_live_once() {
    let mut bench = Bench::new();
    let product = json!({"resourceName": "p"});
    let with = |schema: &str, body: Value| {
        let mut resource = resource(schema, body);
        resource["product"] = product.clone();
        resource
    };
    bench.write(&[
        resource(
            "product/preview3",
            json!({"resourceName": "p", "identity": {"externalId": "fresh"},
            "type": "softwareAsAService", "alias": "Fresh"}),
        ),
        with(
            "listing/preview3",
            json!({"kind": "azureSaaS", "languageId": "en-us", "title": "Fresh", "description": "d"}),
        ),
        with("plan/preview3", json!({"identity": {"externalId": "one"}, "alias": "One"})),
    ]);
    let guid = bench.product("fresh");
    assert_eq!(bench.get(&format!("submission/{guid}"))["value"].as_array().unwrap().len(), 1);
    assert_eq!(bench.publish(&guid)["jobResult"], "succeeded");
    let preview = bench.entries(&guid, "preview")[0].0.clone();
    assert_eq!(bench.entries(&guid, "live"), []);
    let job = bench.start(&[submission(&guid, "live", Some(&preview))]);
    bench.wait(DAY);
    assert_eq!(words(&bench.entries(&guid, "live")), [("running", "pending")]);
    bench.wait(DAY * 5);
    assert_eq!(bench.status(&job)["jobResult"], "succeeded");
}

#[test]
fn a_failed_certification_is_told_three_levels_down_and_does_not_reach_the_preview() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    edit(&mut bench, &product, "Not certified");
    let failure = Failure {
        step: "displaycertify".to_owned(),
        ending: offerform::simulator::StepEnding::default(),
        messages: vec!["The landing page does not answer.".to_owned()],
        operation: offerform::simulator::FailedOperation::default(),
    };
    bench.fault("POST", "*/configure", Fault::FailCertification(failure));
    let status = bench.publish(&product);
    assert_eq!((&status["jobStatus"], &status["jobResult"]), (&json!("completed"), &json!("failed")));
    let error = &status["errors"][0];
    assert_eq!(messages(error), ["Operation failed", "Certification", "The landing page does not answer."]);
    assert_eq!(error["code"], "internalServerError");
    assert_eq!(error["details"][0]["code"], "invalidState");
    assert_eq!(error["details"][0]["details"][0]["code"], "invalidState");
    let preview = bench.entries(&product, "preview");
    assert_eq!(words(&preview), [("completed", "failed")]);
    assert_eq!(title(&bench, Slot::Preview), "Contoso Policy Console");
    // A failed preview cannot go live, and the next publish is possible.
    let status = bench.go_live(&product, &preview[0].0);
    assert_eq!(status["errors"][0]["code"], "conflict");
    assert_eq!(bench.publish(&product)["jobResult"], "succeeded");
}

#[test]
fn a_second_submission_is_refused_while_one_runs() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    bench.start(&[submission(&product, "preview", None)]);
    bench.wait(DAY);
    let running = bench.entries(&product, "preview")[0].0.clone();
    let status = bench.done(&[submission(&product, "preview", None)]);
    assert_eq!(status["jobResult"], "failed");
    assert_eq!(status["errors"][0]["code"], "internalServerError");
    let expected = format!("An In Progress submission {} already exists.", number(&running));
    assert_eq!(status["errors"][0]["message"], expected);
    let count = bench.service.ingestion().submission_count("policy-console");
    assert_eq!(count, 3, "the one that was seeded, twice, and the running one");
}

#[test]
fn only_the_latest_preview_goes_live() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    edit(&mut bench, &product, "First");
    bench.publish(&product);
    let stale = bench.entries(&product, "preview")[0].0.clone();
    edit(&mut bench, &product, "Second");
    bench.publish(&product);
    let current = bench.entries(&product, "preview")[0].0.clone();
    for wrong in [stale.clone(), bench.entries(&product, "live")[0].0.clone()] {
        let status = bench.go_live(&product, &wrong);
        assert_eq!(status["errors"][0]["code"], "conflict", "{wrong}");
        let message = status["errors"][0]["message"].as_str().unwrap();
        assert!(message.starts_with("The submission cannot be pushed to live as its not the latest"), "{message}");
    }
    let without = bench.done(&[submission(&product, "live", None)]);
    assert_eq!(without["jobResult"], "failed");
    assert_eq!(title(&bench, Slot::Production), "Contoso Policy Console");
    assert_eq!(bench.go_live(&product, &current)["jobResult"], "succeeded");
    assert_eq!(title(&bench, Slot::Production), "Second");
    // It is live now: nothing waits.
    assert_eq!(bench.go_live(&product, &current)["errors"][0]["code"], "conflict");
}

#[test]
fn the_pseudo_id_of_the_draft_may_be_sent_with_a_publish() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let id = format!("submission/{product}/0");
    let job = bench.start(&[submission(&product, "preview", Some(&id))]);
    bench.wait(DAY * 6);
    assert_eq!(bench.status(&job)["jobResult"], "succeeded");
}

#[test]
fn a_modular_publish_brings_only_what_is_listed() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    edit(&mut bench, &product, "Stays in the draft");
    let plan = bench.plan(&product, "standard");
    let id = format!("plan-listing/{product}/public/main/{plan}/en-us");
    let mut listed = super::sendable(&bench.get(&id));
    listed["summary"] = json!("Goes to the preview");
    let job = bench.start(&[listed, submission(&product, "preview", None)]);
    bench.wait(DAY * 6);
    assert_eq!(bench.status(&job)["jobResult"], "succeeded");
    assert_eq!(title(&bench, Slot::Preview), "Contoso Policy Console");
    let held = bench.service.ingestion().held("policy-console/plan-listing/standard/en-us", Slot::Preview).unwrap();
    assert_eq!(held["summary"], "Goes to the preview");
}

#[test]
fn a_publish_can_be_cancelled_until_its_certification_has_passed() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    for (days, status) in [(1, 200), (3, 400)] {
        let job = bench.start(&[submission(&product, "preview", None)]);
        bench.wait(DAY * days);
        let seen = bench.call("POST", &format!("configure/{job}/cancel"), "");
        assert_eq!(seen.status, status, "after {days} days");
        if status == 200 {
            assert_eq!(words(&bench.entries(&product, "preview")), [("completed", "succeeded")], "the one before");
        }
    }
}

#[test]
fn the_sale_of_a_product_ends_without_a_preview() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let live = bench.entries(&product, "live")[0].0.clone();
    let mut end = submission(&product, "live", Some(&live));
    end["lifecycleState"] = json!("deprecated");
    bench.write(&[end]);
    let held = bench.service.ingestion().held("policy-console/product", Slot::Production).unwrap();
    assert_eq!(held["lifecycleState"], "deprecated");
}

#[test]
fn an_incomplete_product_cannot_be_published() {
    let mut bench = Bench::new();
    let product = json!({"identity": {"externalId": "empty"}, "type": "softwareAsAService", "alias": "Empty"});
    bench.write(&[resource("product/preview3", product)]);
    let guid = bench.product("empty");
    let status = bench.done(&[submission(&guid, "preview", None)]);
    assert_eq!(status["jobResult"], "failed");
    assert!(status["errors"][0]["details"].as_array().unwrap().len() >= 3);
    assert_eq!(bench.service.ingestion().submission_count("empty"), 0);
}
