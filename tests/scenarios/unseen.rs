//! Writes that the service accepts and does not show: what nobody saw is not reported as done.

use std::time::Duration;

use offerform::apply::{Outcome, StepOutcome};
use offerform::plan::ReleaseRequest;
use offerform::plan::release::{Aim, Level};
use offerform::simulator::{Dialect, ErrorBody, EtagPlace, Fault, Rewrites, Timing};
use serde_json::json;

use super::bench::{Bench, DECLARED, LONG_SUMMARY, SUMMARY, edit_between, exit, nth, outcome};

fn message(report: &offerform::apply::Report) -> &str {
    match outcome(report) {
        Outcome::Unknown(failure) => &failure.message,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_write_that_shows_after_a_while_is_done() {
    for stale in 1..=5 {
        let bench = Bench::new();
        bench.shows_writes_after(stale);
        let report = bench.apply(DECLARED).await;
        assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated), "{stale}");
        assert_eq!(bench.puts().len(), 1, "nothing is sent twice");
        assert!(!bench.slept().is_zero());
        bench.is_silent(DECLARED).await;
    }
}

#[tokio::test]
async fn a_write_that_never_shows_is_not_reported_as_done_and_nothing_is_released_with_it() {
    let mut bench = Bench::new();
    bench.release_request = ReleaseRequest { aim: Aim::AtLeast(Level::Preview), ..ReleaseRequest::default() };
    bench.shows_writes_after(usize::MAX);
    let report = bench.apply(DECLARED).await;
    assert_eq!(exit(&report), 1);
    assert!(message(&report).contains("accepted the write"), "{report:?}");
    assert!(report.offers[0].changes.is_empty() && report.offers[0].not_made.len() == 1, "{report:?}");
    assert!(report.offers[0].release.steps.iter().all(|step| step.outcome == StepOutcome::NotStarted));
    assert!(bench.posts().is_empty(), "nothing is published");
    assert!(bench.slept() <= Duration::from_mins(1), "it does not wait for ever: {:?}", bench.slept());
    assert_eq!(bench.puts().len(), 1, "nothing is sent twice");
}

#[tokio::test]
async fn a_write_that_is_accepted_and_not_made_is_not_reported_as_done() {
    // The answer says that all is well, with a revision of its own, with the former one, and without any.
    for body in [
        r#"{"publisherId": "contoso", "id": "firewall", "offerTypeId": "microsoft-azure-virtualmachines", "etag": "new"}"#,
        r#"{"publisherId": "contoso", "id": "firewall", "offerTypeId": "microsoft-azure-virtualmachines"}"#,
        "{}",
    ] {
        let bench = Bench::new();
        bench.answer_puts_with(200, body);
        let report = bench.apply(DECLARED).await;
        assert_eq!(exit(&report), 1, "{body}: {report:?}");
        assert_eq!(bench.at(SUMMARY), "Edited by hand", "{body}");
    }
    // And at a service that names no revision at all.
    let dialect = Dialect { etag_on_get: EtagPlace::Nowhere, etag_on_put: EtagPlace::Nowhere, ..Dialect::default() };
    let bench = Bench::playing(dialect, Rewrites::none());
    bench.answer_puts_with(200, "{}");
    assert_eq!(exit(&bench.apply(DECLARED).await), 1);
}

#[tokio::test]
async fn a_create_that_never_shows_is_not_reported_as_done() {
    let bench = Bench::empty(Dialect::default(), Rewrites::none());
    bench.answer_puts_with(200, r#"{"publisherId": "contoso", "id": "firewall", "etag": "new"}"#);
    let report = bench.apply(DECLARED).await;
    assert_eq!(exit(&report), 1);
    assert!(message(&report).contains("does not return the offer"), "{report:?}");
}

#[tokio::test]
async fn a_write_that_cannot_be_read_back_is_not_reported_as_done() {
    let bench = Bench::new();
    let forbidden =
        Fault::Status { status: 403, retry_after: None, body: ErrorBody::Html, timing: Timing::BeforeActing };
    bench.faults(vec![nth("GET", 3, forbidden)]);
    let report = bench.apply(DECLARED).await;
    assert!(bench.all_faults_fired());
    assert_eq!(exit(&report), 1);
    assert!(message(&report).contains("reading it back failed"), "{report:?}");
    assert_eq!(bench.at(SUMMARY), "The declared summary");
    // The next run finds it done.
    assert_eq!(exit(&bench.apply(DECLARED).await), 0);
    bench.is_silent(DECLARED).await;
}

#[tokio::test]
async fn a_write_that_somebody_takes_back_at_once_is_not_reported_as_done() {
    let bench = Bench::new();
    bench.faults(vec![nth("GET", 3, edit_between(SUMMARY, json!("Edited by hand")))]);
    let report = bench.apply(DECLARED).await;
    assert!(bench.all_faults_fired());
    assert_eq!((exit(&report), outcome(&report)), (1, &Outcome::Incomplete), "{report:?}");
    // Somebody who edits something else right after takes nothing back.
    let bench = Bench::new();
    bench.faults(vec![nth("GET", 3, edit_between(LONG_SUMMARY, json!("Somebody's")))]);
    let report = bench.apply(DECLARED).await;
    assert!(bench.all_faults_fired());
    assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated), "{report:?}");
}
