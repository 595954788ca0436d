//! A fault script at work on whole requests.

use std::time::Duration;

use serde_json::{Value, json};

use crate::testing::Bench;
use crate::{Dialect, Edit, ErrorBody, Fault, FaultRule, Reply, RetryAfter, Timing, When};

const OFFER: &str = "/api/publishers/contoso/offers/sensor";

fn sensor(name: &str) -> Value {
    json!({
        "publisherId": "contoso", "id": "sensor", "offerTypeId": "contoso-sensors",
        "definition": {"displayText": name, "offer": {}, "plans": [{"planId": "a"}]}
    })
}

fn with_fault(method: &str, path: &str, fault: Fault) -> Bench {
    let mut bench = Bench::new();
    let when = When { method: method.into(), path: path.into(), nth: 1 };
    bench.service.set_faults(vec![FaultRule { when, times: 1, fault }]);
    bench
}

fn send(bench: &mut Bench, name: &str) -> Reply {
    bench.reply("PUT", OFFER, &[("if-match", "*")], &sensor(name).to_string())
}

fn name(bench: &mut Bench) -> Value {
    bench.get(OFFER).json["definition"]["displayText"].clone()
}

#[test]
fn a_lost_request_changes_nothing() {
    let mut bench = with_fault("PUT", "*", Fault::LoseRequest);
    assert!(matches!(send(&mut bench, "x"), Reply::LoseRequest));
    assert_eq!(bench.get(OFFER).status, 404);
    assert!(bench.service.faults().is_empty(), "it fires once");
}

#[test]
fn a_lost_answer_changes_everything() {
    let mut bench = with_fault("PUT", "*", Fault::LoseAnswer);
    assert!(matches!(send(&mut bench, "x"), Reply::LoseAnswer));
    assert_eq!(name(&mut bench), "x");
}

#[test]
fn a_lost_answer_of_a_publish_has_started_it() {
    let mut bench = with_fault("POST", "*/publish", Fault::LoseAnswer);
    bench.put(OFFER, None, &sensor("x"));
    let body = r#"{"metadata":{"notification-emails":"a@contoso.example"}}"#;
    assert!(matches!(bench.reply("POST", &format!("{OFFER}/publish"), &[], body), Reply::LoseAnswer));
    assert_eq!(bench.get(&format!("{OFFER}/submissions/")).json.as_array().map(Vec::len), Some(1));
}

#[test]
fn an_error_comes_before_or_after_the_request_was_acted_upon() {
    for (timing, there) in [(Timing::BeforeActing, 404), (Timing::AfterActing, 200)] {
        let fault = Fault::Status { status: 503, retry_after: None, body: ErrorBody::Html, timing };
        let mut bench = with_fault("PUT", "*", fault);
        let seen = bench.put(OFFER, None, &sensor("x"));
        assert_eq!((seen.status, seen.header("content-type")), (503, Some("text/html")));
        assert!(seen.header("x-ms-correlation-request-id").is_some());
        assert_eq!(bench.get(OFFER).status, there);
    }
}

#[test]
fn retry_after_is_a_number_or_a_date() {
    for (retry_after, expected) in [
        (Some(RetryAfter::Seconds(7)), Some("7")),
        (Some(RetryAfter::DateIn(90)), Some("Sat, 21 Nov 2026 10:01:30 GMT")),
        (None, None),
    ] {
        let fault =
            Fault::Status { status: 429, retry_after, body: ErrorBody::ErrorObject, timing: Timing::BeforeActing };
        let mut bench = with_fault("", "", fault);
        let seen = bench.get(OFFER);
        assert_eq!((seen.status, seen.header("retry-after")), (429, expected));
        assert_eq!(seen.json["error"]["code"], "TooManyRequests");
    }
}

#[test]
fn an_answer_breaks_off_before_its_end() {
    for (keep, kept) in [(10, 10), (1_000_000, 1)] {
        let mut bench = with_fault("GET", "*", Fault::Truncate { keep });
        bench.put(OFFER, None, &sensor("x"));
        let Reply::Truncate(answer, length) = bench.reply("GET", OFFER, &[], "") else { panic!("not truncated") };
        let expected = if kept == 1 { answer.body().len() - 1 } else { kept };
        assert_eq!(length, expected);
    }
}

#[test]
fn an_answer_without_a_body_is_lost_when_it_breaks_off() {
    let mut bench = with_fault("POST", "*", Fault::Truncate { keep: 0 });
    bench.put(OFFER, None, &sensor("x"));
    let body = r#"{"metadata":{"notification-emails":"a@contoso.example"}}"#;
    assert!(matches!(bench.reply("POST", &format!("{OFFER}/publish"), &[], body), Reply::LoseAnswer));
}

#[test]
fn latency_and_delays_add_up() {
    let mut bench = with_fault("GET", "*", Fault::Delay { milliseconds: 200 });
    bench.service = std::mem::replace(&mut bench.service, Bench::new().service).with_latency(Duration::from_millis(50));
    let delays: Vec<Duration> = (0..2)
        .map(|_| match bench.reply("GET", OFFER, &[], "") {
            Reply::Delay(duration, inner) if matches!(*inner, Reply::Answer(_)) => duration,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(delays, [Duration::from_millis(250), Duration::from_millis(50)]);
    assert_eq!(bench.service.log().map(|entry| entry.milliseconds).collect::<Vec<_>>(), [250, 50]);
}

#[test]
fn an_edit_in_between_makes_the_etag_old() {
    let edit = Edit::Set { pointer: "/definition/displayText".into(), value: json!("by hand") };
    let mut bench = with_fault("PUT", "*", Fault::EditBetween { offer: "contoso/sensor".into(), edit });
    bench.service.set_faults({
        let mut rules = bench.service.faults().to_vec();
        rules[0].when.nth = 2;
        rules
    });
    let etag = bench.put(OFFER, None, &sensor("first")).header("etag").unwrap().to_owned();
    assert_eq!(bench.put(OFFER, Some(&etag), &sensor("second")).status, 412);
    assert_eq!(name(&mut bench), "by hand");
}

#[test]
fn what_a_script_did_stands_in_the_log() {
    let mut bench = with_fault("PUT", "*", Fault::LoseAnswer);
    send(&mut bench, "x");
    bench.get(OFFER);
    let seen: Vec<_> = bench.service.log().map(|entry| (entry.status, entry.faults.clone())).collect();
    assert_eq!(seen, [(None, vec!["lose_answer".to_owned()]), (Some(200), vec![])]);
}

#[test]
fn the_body_of_every_error_follows_the_dialect() {
    for (error_body, expected) in [
        (
            ErrorBody::ErrorObject,
            json!({"error": {"code": "NotFound", "message": "The offer 'contoso/sensor' does not exist."}}),
        ),
        (ErrorBody::Message, json!({"Message": "The offer 'contoso/sensor' does not exist."})),
        (ErrorBody::Empty, Value::Null),
        (ErrorBody::Html, Value::Null),
    ] {
        let mut bench = Bench::speaking(Dialect { error_body, ..Dialect::default() });
        let seen = bench.get(OFFER);
        assert_eq!((seen.status, seen.json), (404, expected));
    }
}
