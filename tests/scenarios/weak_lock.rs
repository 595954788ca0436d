//! A portal that names no revision: the only place where `If-Match: *` may be sent, and only right after comparing.

use offerform::apply::{Outcome, RemarkKind};
use offerform::simulator::{Dialect, EtagPlace, Fault, IfMatch, Rewrites};
use serde_json::json;

use super::bench::{Bench, DECLARED, LONG_SUMMARY, SUMMARY, TITLE, edit_between, exit, nth, once, outcome, remarks};

fn nameless() -> Bench {
    let dialect = Dialect { etag_on_get: EtagPlace::Nowhere, etag_on_put: EtagPlace::Nowhere, ..Dialect::default() };
    Bench::playing(dialect, Rewrites::none())
}

/// How the writes in the log were locked, with whether a read of the offer came right before.
fn writes(bench: &Bench) -> Vec<(IfMatch, bool)> {
    let log = bench.log();
    let pairs = log.windows(2).filter(|pair| pair[1].method == "PUT");
    pairs.map(|pair| (pair[1].if_match, pair[0].method == "GET" && pair[0].path == pair[1].path)).collect()
}

#[tokio::test]
async fn the_plan_says_so_and_the_write_comes_right_after_a_read() {
    let bench = nameless();
    let plan = bench.plan(DECLARED).await;
    let note = plan.offers()[0].notes().iter().find(|note| note.code == "weak-lock").unwrap();
    assert!(note.text.contains("lock: weak"), "{}", note.text);
    let report = bench.run(DECLARED, plan, &[]).await;
    assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated));
    assert_eq!(writes(&bench), [(IfMatch::Any, true)]);
    assert_eq!(bench.at(SUMMARY), "The declared summary");
    assert_eq!(bench.at(LONG_SUMMARY), "Written by marketing");
    bench.is_silent(DECLARED).await;
}

#[tokio::test]
async fn a_revision_in_the_body_is_as_good_as_one_in_the_header() {
    for place in [EtagPlace::Body, EtagPlace::HeaderAndBody] {
        let dialect = Dialect { etag_on_get: place, etag_on_put: place, ..Dialect::default() };
        let bench = Bench::playing(dialect, Rewrites::none());
        let plan = bench.plan(DECLARED).await;
        assert!(plan.offers()[0].notes().iter().all(|note| note.code != "weak-lock"));
        let report = bench.run(DECLARED, plan, &[]).await;
        assert_eq!(exit(&report), 0);
        assert_eq!(writes(&bench), [(IfMatch::Etag, true)], "{place:?}");
    }
}

#[tokio::test]
async fn a_managed_edit_between_plan_and_apply_is_a_conflict() {
    let bench = nameless();
    let plan = bench.plan(DECLARED).await;
    bench.edit(TITLE, json!("By another"));
    let report = bench.run(DECLARED, plan, &[]).await;
    assert!(matches!(outcome(&report), Outcome::Conflict { .. }), "{:?}", outcome(&report));
    assert_eq!((exit(&report), bench.puts().len()), (3, 0));
}

#[tokio::test]
async fn an_unmanaged_edit_between_plan_and_apply_is_never_lost() {
    let bench = nameless();
    let plan = bench.plan(DECLARED).await;
    bench.edit(LONG_SUMMARY, json!("By another"));
    bench.run(DECLARED, plan, &[]).await;
    assert_eq!(bench.at(LONG_SUMMARY), "By another");
    // Whatever was sent came right after a read that shows the edit.
    assert!(writes(&bench).iter().all(|(_, right_after)| *right_after));
    assert!(bench.puts().iter().all(|put| put.at(LONG_SUMMARY) == Some(&json!("By another"))));
}

#[tokio::test]
async fn nothing_is_sent_again_under_a_star() {
    for (fault, done) in [(Fault::LoseRequest, false), (Fault::LoseAnswer, true)] {
        let bench = nameless();
        bench.faults(vec![once("PUT", fault.clone())]);
        let report = bench.apply(DECLARED).await;
        assert!(bench.all_faults_fired());
        assert_eq!(bench.puts().len(), 1, "{fault:?}");
        assert_eq!(exit(&report), u8::from(!done), "{fault:?}: {:?}", outcome(&report));
        let summary = if done { "The declared summary" } else { "Edited by hand" };
        assert_eq!(bench.at(SUMMARY), summary);
    }
    // Not even if somebody else changed something unmanaged meanwhile.
    let bench = nameless();
    bench.faults(vec![once("PUT", Fault::LoseRequest), nth("GET", 3, edit_between(LONG_SUMMARY, json!("Later")))]);
    let report = bench.apply(DECLARED).await;
    assert!(bench.all_faults_fired());
    assert_eq!((exit(&report), bench.puts().len()), (1, 1), "{:?}", outcome(&report));
    assert_eq!(bench.at(LONG_SUMMARY), "Later");
}

#[tokio::test]
async fn a_value_that_was_ignored_is_reported_without_a_revision_too() {
    let bench = nameless();
    bench.twist(|body| body["definition"]["offer"]["microsoft-azure-marketplace.summary"] = json!("Edited by hand"));
    let report = bench.apply(DECLARED).await;
    assert_eq!((exit(&report), outcome(&report)), (1, &Outcome::Incomplete));
    assert_eq!(remarks(&report), [(RemarkKind::NotApplied, SUMMARY)]);
}

#[tokio::test]
async fn what_no_file_declares_is_looked_at_after_the_write() {
    let bench = nameless();
    bench.twist(|body| {
        body["definition"]["offer"].as_object_mut().unwrap().shift_remove("microsoft-azure-marketplace.longSummary");
    });
    let report = bench.apply(DECLARED).await;
    assert_eq!((exit(&report), outcome(&report)), (1, &Outcome::Incomplete));
    assert_eq!(remarks(&report), [(RemarkKind::Lost, LONG_SUMMARY)]);
}
