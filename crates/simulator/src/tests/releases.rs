//! Publish, go-live and cancel, through days that take no time.

use std::time::Duration;

use serde_json::{Value, json};

use crate::testing::{Bench, ReadAnswer};
use crate::{
    Busy, Cancel, CancelAfterGoLive, Dialect, Edit, EtagOnPublish, FailedOperation, Failure, Fault, FaultRule,
    Notification, OperationAddress, OperationBody, OperationHeader, Pace, PreviewAfterLive, PreviewReady,
    PublishAtSignOff, StepEnding, When, Words,
};

const OFFER: &str = "/api/publishers/contoso/offers/sensor";
const HOUR: Duration = Duration::from_hours(1);

fn sensor() -> Value {
    json!({
        "publisherId": "contoso", "id": "sensor", "offerTypeId": "contoso-sensors",
        "definition": {"displayText": "first", "offer": {}, "plans": [{"planId": "a"}]}
    })
}

/// A bench with an offer that was never published.
fn bench(dialect: Dialect) -> Bench {
    let mut bench = Bench::speaking(dialect);
    assert_eq!(bench.put(OFFER, None, &sensor()).status, 201);
    bench
}

/// The same, with a preview that waits.
fn previewed(dialect: Dialect) -> Bench {
    let mut bench = bench(dialect);
    assert_eq!(bench.post(&format!("{OFFER}/publish")).status, 202);
    bench.wait(HOUR * 24 * 6);
    bench
}

fn rename(bench: &mut Bench, name: &str) {
    let edit = Edit::Set { pointer: "/definition/displayText".into(), value: json!(name) };
    bench.service.edit("contoso/sensor", &edit).unwrap();
}

fn name_in(bench: &mut Bench, slot: &str) -> Value {
    let seen = bench.get(&format!("{OFFER}/slot/{slot}"));
    if seen.status == 404 { Value::Null } else { seen.json["definition"]["displayText"].clone() }
}

fn status(bench: &mut Bench) -> Value {
    bench.get(&format!("{OFFER}/status")).json
}

fn steps(status: &Value) -> Vec<(String, u64)> {
    let steps = status["steps"].as_array().unwrap().iter();
    steps
        .map(|step| (step["status"].as_str().unwrap().to_owned(), step["progressPercentage"].as_u64().unwrap()))
        .collect()
}

fn location(seen: &ReadAnswer) -> String {
    seen.header("operation-location").or(seen.header("location")).unwrap().replace("?api-version=2017-10-31", "")
}

#[test]
fn an_offer_goes_from_draft_over_preview_to_production() {
    let mut bench = bench(Dialect::default());
    assert_eq!(status(&mut bench)["status"], "neverPublished");
    let started = bench.post(&format!("{OFFER}/publish"));
    assert_eq!((started.status, started.text.as_str()), (202, ""));
    rename(&mut bench, "second");

    bench.wait(HOUR);
    let running = status(&mut bench);
    assert_eq!(running["status"], "running");
    assert_eq!(running["cancellationRequestState"], "canCancel");
    let seen = steps(&running);
    assert_eq!(seen[0], ("complete".to_owned(), 100));
    assert_eq!(seen[1], ("inProgress".to_owned(), 1));
    assert_eq!(seen[2], ("notStarted".to_owned(), 0));
    assert_eq!(name_in(&mut bench, "preview"), Value::Null);

    bench.wait(HOUR * 24 * 6);
    let waiting = status(&mut bench);
    assert_eq!(waiting["status"], "waitingForPublisherReview");
    assert_eq!(steps(&waiting)[4].0, "waitingForPublisherReview");
    assert_eq!(name_in(&mut bench, "PREVIEW"), "first", "as it was when the publish started");
    assert_eq!(name_in(&mut bench, "production"), Value::Null);

    assert_eq!(bench.call("POST", &format!("{OFFER}/golive"), &[], "").status, 202);
    bench.wait(HOUR * 36);
    assert_eq!(steps(&status(&mut bench))[5], ("inProgress".to_owned(), 49));
    bench.wait(HOUR * 37);
    let live = status(&mut bench);
    assert_eq!(live["status"], "succeeded");
    assert!(steps(&live).iter().all(|step| *step == ("complete".to_owned(), 100)));
    assert_eq!(name_in(&mut bench, "production"), "first");
    assert_eq!(name_in(&mut bench, "preview"), "first");
    assert_eq!(name_in(&mut bench, "draft"), "second");
}

#[test]
fn an_operation_is_found_at_the_address_that_was_answered() {
    for (address, header, name, start) in [
        (
            OperationAddress::ByMigration,
            OperationHeader::OperationLocation,
            "operation-location",
            "/api/operations/contoso$sensor$1$preview?api-version=2017-10-31",
        ),
        (
            OperationAddress::Migrated,
            OperationHeader::Location,
            "location",
            "/api/publishers/contoso/offers/sensor/operations/",
        ),
    ] {
        let dialect = Dialect { operation_address: address, operation_header: header, ..Dialect::default() };
        let mut bench = bench(dialect);
        let started = bench.post(&format!("{OFFER}/publish"));
        assert!(started.header(name).unwrap().starts_with(start), "{started:?}");
        let operation = bench.get(&location(&started));
        assert_eq!(operation.status, 200);
        assert_eq!(operation.json["publishingVersion"], 1);
        assert_eq!(operation.json["offerVersion"], 1);
        assert_eq!(operation.json["notificationEmails"], "a@contoso.example");
        let id = operation.json["id"].as_str().unwrap().to_owned();
        assert_eq!(bench.get(&format!("{OFFER}/operations/{id}")).json, operation.json);
    }
}

#[test]
fn an_operation_is_an_array_of_one_in_one_reading() {
    let mut bench = bench(Dialect { operation_body: OperationBody::Array, ..Dialect::default() });
    let started = bench.post(&format!("{OFFER}/publish"));
    assert_eq!(bench.get(&location(&started)).json.as_array().map(Vec::len), Some(1));
}

#[test]
fn a_preview_that_waits_shows_in_three_ways() {
    for (preview_ready, word, id, name) in [
        (PreviewReady::OwnStatus, "waitingForPublisherReview", "publisher-signoff", "Publisher signoff"),
        (PreviewReady::SignOffStep, "running", "publisher-signoff", "Publisher signoff"),
        (PreviewReady::SignOffName, "running", "displaysignoff", "publisher-signoff"),
    ] {
        let mut bench = previewed(Dialect { preview_ready, ..Dialect::default() });
        let seen = status(&mut bench);
        assert_eq!(seen["status"], word);
        assert_eq!(steps(&seen)[4].0, "waitingForPublisherReview");
        assert_eq!((&seen["steps"][4]["id"], &seen["steps"][4]["stepName"]), (&json!(id), &json!(name)));
        assert_eq!(bench.get(OFFER).json["status"], word);
        assert_eq!(bench.get(&format!("{OFFER}/submissions/")).json[0]["submissionState"], word);
    }
}

#[test]
fn only_one_operation_runs_at_a_time() {
    for (busy, code) in [(Busy::BadRequest, 400), (Busy::Conflict, 409)] {
        let mut bench = bench(Dialect { busy, ..Dialect::default() });
        assert_eq!(bench.post(&format!("{OFFER}/publish")).status, 202);
        assert_eq!(bench.post(&format!("{OFFER}/publish")).status, code);
        assert_eq!(bench.get(&format!("{OFFER}/submissions/")).json.as_array().map(Vec::len), Some(1));
        let etag = bench.get(OFFER).header("etag").unwrap().to_owned();
        assert_eq!(bench.put(OFFER, Some(&etag), &sensor()).status, 200, "the draft can be worked on meanwhile");
    }
}

#[test]
fn a_publish_over_a_waiting_preview_depends_on_the_reading() {
    for (publish_at_sign_off, code) in [(PublishAtSignOff::Restarts, 202), (PublishAtSignOff::Refused, 400)] {
        let mut bench = previewed(Dialect { publish_at_sign_off, ..Dialect::default() });
        rename(&mut bench, "second");
        assert_eq!(bench.post(&format!("{OFFER}/publish")).status, code);
        bench.wait(HOUR * 24 * 6);
        let expected = if code == 202 { "second" } else { "first" };
        assert_eq!(name_in(&mut bench, "preview"), expected);
    }
}

#[test]
fn go_live_works_only_when_a_preview_waits() {
    let mut bench = bench(Dialect::default());
    let golive = format!("{OFFER}/golive");
    assert_eq!(bench.post(&golive).status, 400, "before a publish");
    bench.post(&format!("{OFFER}/publish"));
    bench.wait(HOUR);
    assert_eq!(bench.post(&golive).status, 400, "while it is certified");
    bench.wait(HOUR * 24 * 6);
    assert_eq!(bench.post(&golive).status, 202);
    assert_eq!(bench.post(&golive).status, 400, "twice");
    bench.wait(HOUR * 24 * 6);
    assert_eq!(bench.post(&golive).status, 400, "when it is live");
}

#[test]
fn the_preview_may_be_gone_when_the_offer_is_live() {
    for (preview_after_live, preview) in
        [(PreviewAfterLive::Kept, json!("first")), (PreviewAfterLive::Gone, Value::Null)]
    {
        let mut bench = previewed(Dialect { preview_after_live, ..Dialect::default() });
        bench.post(&format!("{OFFER}/golive"));
        bench.wait(HOUR * 24 * 6);
        assert_eq!(name_in(&mut bench, "preview"), preview);
        assert_eq!(name_in(&mut bench, "production"), "first");
    }
}

#[test]
fn the_version_grows_with_each_publish_and_keeps_what_was_published() {
    let mut bench = previewed(Dialect::default());
    assert_eq!(bench.get(OFFER).json["version"], 1);
    rename(&mut bench, "second");
    bench.post(&format!("{OFFER}/publish"));
    rename(&mut bench, "third");
    assert_eq!(bench.get(OFFER).json["version"], 2);
    let name = |seen: ReadAnswer| seen.json["definition"]["displayText"].clone();
    assert_eq!(name(bench.get(&format!("{OFFER}/versions/1"))), "first");
    assert_eq!(name(bench.get(&format!("{OFFER}/versions/2"))), "second");
    assert_eq!(bench.get(&format!("{OFFER}/versions/3")).status, 404);
    assert_eq!(bench.get(&format!("{OFFER}/submissions/")).json[0]["offerVersion"], 2);
}

#[test]
fn publishing_leaves_the_etag_or_changes_it() {
    for (etag_on_publish, same) in [(EtagOnPublish::Keeps, true), (EtagOnPublish::Changes, false)] {
        let mut bench = bench(Dialect { etag_on_publish, ..Dialect::default() });
        let before = bench.get(OFFER).header("etag").map(str::to_owned);
        bench.post(&format!("{OFFER}/publish"));
        assert_eq!(bench.get(OFFER).header("etag").map(str::to_owned) == before, same);
    }
}

#[test]
fn a_running_operation_can_be_cancelled_at_once() {
    let mut bench = bench(Dialect::default());
    let cancel = format!("{OFFER}/cancel");
    assert_eq!(bench.post(&cancel).status, 400, "nothing runs");
    bench.post(&format!("{OFFER}/publish"));
    bench.wait(HOUR);
    assert_eq!(bench.post(&cancel).status, 200);
    let seen = status(&mut bench);
    assert_eq!(seen["status"], "canceled");
    assert_eq!(steps(&seen)[1].0, "canceled");
    assert_eq!(bench.post(&format!("{OFFER}/publish")).status, 202, "and started anew");
}

#[test]
fn a_cancellation_may_take_its_time() {
    let mut bench = bench(Dialect { cancel: Cancel::Accepted, ..Dialect::default() });
    bench.post(&format!("{OFFER}/publish"));
    bench.wait(HOUR);
    let cancelling = bench.post(&format!("{OFFER}/cancel"));
    assert_eq!(cancelling.status, 202);
    assert_eq!(bench.get(&location(&cancelling)).json["status"], "running");
    assert_eq!(status(&mut bench)["cancellationRequestState"], "cancelRequested");
    assert_eq!(bench.post(&format!("{OFFER}/cancel")).status, 400, "twice");
    assert_eq!(bench.post(&format!("{OFFER}/publish")).status, 400, "too early");
    bench.wait(HOUR);
    assert_eq!(bench.get(&location(&cancelling)).json["status"], "completed");
    assert_eq!(status(&mut bench)["status"], "canceled");
    assert_eq!(bench.get(&format!("{OFFER}/submissions/")).json.as_array().map(Vec::len), Some(1));
}

#[test]
fn a_cancellation_after_go_live_depends_on_the_reading() {
    for (cancel_after_go_live, code) in [(CancelAfterGoLive::Possible, 200), (CancelAfterGoLive::Refused, 400)] {
        let mut bench = previewed(Dialect { cancel_after_go_live, ..Dialect::default() });
        bench.post(&format!("{OFFER}/golive"));
        assert_eq!(bench.post(&format!("{OFFER}/cancel")).status, code);
        bench.wait(HOUR * 24 * 6);
        let expected = if code == 200 { Value::Null } else { json!("first") };
        assert_eq!(name_in(&mut bench, "production"), expected);
    }
}

#[test]
fn nobody_needs_to_be_told_by_default() {
    for body in ["", r#"{"metadata":{}}"#, "{}"] {
        let mut bench = bench(Dialect::default());
        assert_eq!(bench.call("POST", &format!("{OFFER}/publish"), &[], body).status, 202, "{body}");
        assert_eq!(bench.call("POST", &format!("{OFFER}/cancel"), &[], body).status, 200, "{body}");
    }
}

#[test]
fn a_body_without_anybody_to_tell_is_400_in_one_reading() {
    let mut bench = bench(Dialect { notification: Notification::Required, ..Dialect::default() });
    for body in ["", "{}", r#"{"metadata":{}}"#, r#"{"metadata":{"notification-emails":""}}"#, "[]"] {
        assert_eq!(bench.call("POST", &format!("{OFFER}/publish"), &[], body).status, 400, "{body}");
        assert_eq!(bench.call("POST", &format!("{OFFER}/cancel"), &[], body).status, 400, "{body}");
    }
}

#[test]
fn an_offer_that_lacks_something_is_422_with_all_that_it_lacks() {
    let mut bench = Bench::new();
    let document = json!({
        "publisherId": "contoso", "id": "sensor", "offerTypeId": "microsoft-azure-virtualmachines",
        "definition": {"displayText": "x", "offer": {"microsoft-azure-marketplace.title": "x"}, "plans": [{"planId": "a"}]}
    });
    bench.put(OFFER, None, &document);
    let refused = bench.post(&format!("{OFFER}/publish"));
    assert_eq!((refused.status, &refused.json["error"]["code"]), (422, &json!("ValidationFailed")));
    let details = refused.json["error"]["details"].to_string();
    assert!(details.contains("microsoft-azure-marketplace.summary"));
    assert!(details.contains("No virtual machine image was found for the plan a."));
    assert!(!details.contains("marketplace.title"));
    assert_eq!(status(&mut bench)["status"], "neverPublished", "nothing was started");
}

#[test]
fn a_failed_certification_ends_the_publish_with_its_messages() {
    for (ending, word) in
        [(StepEnding::Blocked, "blocked"), (StepEnding::Rejected, "rejected"), (StepEnding::Failed, "failed")]
    {
        for (operation, overall) in [(FailedOperation::Fails, "failed"), (FailedOperation::StaysRunning, "running")] {
            let mut bench = bench(Dialect::default());
            let failure =
                Failure { step: "displaycertify".into(), ending, messages: vec!["No <b>image</b>".into()], operation };
            let fault = Fault::FailCertification(failure);
            let when = When { method: "POST".into(), path: "*/publish".into(), nth: 1 };
            bench.service.set_faults(vec![FaultRule { when, times: 1, fault }]);
            bench.post(&format!("{OFFER}/publish"));
            bench.wait(HOUR);
            assert_eq!(steps(&status(&mut bench))[1].0, "inProgress");
            bench.wait(HOUR * 24 * 3);
            let seen = status(&mut bench);
            assert_eq!(seen["status"], overall);
            assert_eq!(steps(&seen)[1].0, word);
            assert_eq!(seen["steps"][1]["messages"][0]["messageHtml"], "No <b>image</b>");
            assert_eq!(seen["steps"][1]["messages"][0]["level"], "error");
            assert_eq!(name_in(&mut bench, "preview"), Value::Null);
            let again = if operation == FailedOperation::Fails { 202 } else { 400 };
            assert_eq!(bench.post(&format!("{OFFER}/publish")).status, again);
        }
    }
}

#[test]
fn a_go_live_can_fail_too() {
    let mut bench = previewed(Dialect::default());
    let text = r#"[{"when": {"path": "*/golive"}, "fault": {"fail_certification": {"messages": ["no"], "ending": "rejected"}}}]"#;
    bench.service.set_faults(serde_json::from_str(text).unwrap());
    bench.post(&format!("{OFFER}/golive"));
    bench.wait(HOUR * 24 * 4);
    let seen = status(&mut bench);
    assert_eq!((&seen["status"], &seen["steps"][5]["status"]), (&json!("failed"), &json!("rejected")));
    assert_eq!(seen["steps"][5]["messages"][0]["messageHtml"], "no");
    assert_eq!(name_in(&mut bench, "production"), Value::Null);
}

#[test]
fn a_preview_that_is_being_cancelled_cannot_go_live() {
    let mut bench = previewed(Dialect { cancel: Cancel::Accepted, ..Dialect::default() });
    bench.post(&format!("{OFFER}/cancel"));
    assert_eq!(bench.post(&format!("{OFFER}/golive")).status, 400);
}

#[test]
fn submissions_are_listed_and_filtered_by_both_names() {
    let mut bench = previewed(Dialect::default());
    bench.post(&format!("{OFFER}/golive"));
    bench.wait(HOUR);
    let list = format!("{OFFER}/submissions/");
    let rows = bench.get(&list).json;
    assert_eq!((&rows[0]["submissionType"], &rows[1]["submissionType"]), (&json!("golive"), &json!("publish")));
    assert_eq!((&rows[0]["submissionState"], &rows[1]["submissionState"]), (&json!("running"), &json!("completed")));
    assert_eq!(rows[0]["slot"], "staging");
    assert_eq!(rows[0]["definition"]["metadata"]["notification-emails"], "a@contoso.example");
    let version = rows[0]["version"].as_u64().unwrap();
    assert!(version > 1 << 53 && version % 2 == 1, "no double holds it");
    for (filter, count) in
        [("status=running", 1), ("submissionState=RUNNING", 1), ("status=completed", 1), ("submissionState=failed", 0)]
    {
        let seen = bench.get(&format!("{list}?{filter}"));
        assert_eq!(seen.json.as_array().map(Vec::len), Some(count), "{filter}");
    }
}

#[test]
fn an_operation_waits_in_the_queue_before_it_starts() {
    let mut bench = bench(Dialect { words: Words::Alternative, ..Dialect::default() });
    let started = bench.post(&format!("{OFFER}/publish"));
    assert_eq!(bench.get(&location(&started)).json["status"], "not started");
    bench.wait(Duration::from_mins(2));
    let running = bench.get(&location(&started)).json;
    assert_eq!((&running["status"], &running["steps"][0]["status"]), (&json!("running"), &json!("running")));
}

#[test]
fn the_sandbox_is_live_within_seconds() {
    let mut bench = bench(Dialect::default());
    bench.service = std::mem::replace(&mut bench.service, Bench::new().service).with_pace(Pace::sandbox());
    bench.post(&format!("{OFFER}/publish"));
    bench.wait(Duration::from_secs(8));
    bench.post(&format!("{OFFER}/golive"));
    bench.wait(Duration::from_secs(4));
    assert_eq!(status(&mut bench)["status"], "succeeded");
}

#[test]
fn no_revision_stands_for_two_contents() {
    let mut bench = bench(Dialect { etag_on_publish: EtagOnPublish::Changes, ..Dialect::default() });
    let mut seen = std::collections::BTreeSet::new();
    for round in 0..4 {
        bench.post(&format!("{OFFER}/publish"));
        bench.wait(HOUR * 24 * 6);
        // An operation that comes to its turn stamps the draft, and the edit comes in the same moment.
        assert!(seen.insert(bench.get(OFFER).header("etag").unwrap().to_owned()), "round {round}");
        rename(&mut bench, &format!("round {round}"));
        assert!(seen.insert(bench.get(OFFER).header("etag").unwrap().to_owned()), "round {round}");
    }
}
