//! Requests and answers that get lost: nothing is done twice, and nothing is claimed that was not seen.

use std::time::Duration;

use offerform::apply::{Outcome, RemarkKind};
use offerform::simulator::{ErrorBody, Fault, RetryAfter, Timing};
use serde_json::{Value, json};

use super::bench::{
    Bench, DECLARED, FIREWALL, LONG_SUMMARY, SUMMARY, TITLE, edit_between, exit, live, nth, once, outcome, remarks,
    times,
};

fn status(status: u16, timing: Timing) -> Fault {
    Fault::Status { status, retry_after: None, body: ErrorBody::Html, timing }
}

fn later(status: u16, timing: Timing) -> Fault {
    Fault::Status { status, retry_after: Some(RetryAfter::Seconds(7)), body: ErrorBody::ErrorObject, timing }
}

/// A portal in which the offer does not exist yet.
fn without_the_offer() -> Bench {
    use offerform::simulator::{Dialect, Rewrites};
    Bench::empty(Dialect::default(), Rewrites::none())
}

fn settled(report: &offerform::apply::Report) -> bool {
    remarks(report).contains(&(RemarkKind::Settled, ""))
}

#[tokio::test]
async fn an_update_is_settled_by_reading_whatever_gets_lost() {
    // The fault, how many PUTs arrive at the wire, and whether reading found it done.
    for (fault, puts, done) in [
        (Fault::LoseRequest, 2, false),
        (Fault::LoseAnswer, 1, true),
        (Fault::Truncate { keep: 0 }, 1, true),
        (Fault::Truncate { keep: 20 }, 1, true),
        (status(500, Timing::BeforeActing), 2, false),
        (status(500, Timing::AfterActing), 1, true),
        (status(502, Timing::AfterActing), 1, true),
        (status(503, Timing::BeforeActing), 2, false),
        (status(408, Timing::AfterActing), 1, true),
        (status(429, Timing::BeforeActing), 2, false),
        (later(429, Timing::BeforeActing), 2, false),
        (later(503, Timing::BeforeActing), 2, false),
    ] {
        let bench = Bench::new();
        bench.faults(vec![once("PUT", fault.clone())]);
        let report = bench.apply(DECLARED).await;
        assert!(bench.all_faults_fired(), "{fault:?}");
        assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated), "{fault:?}");
        assert_eq!((bench.puts().len(), settled(&report)), (puts, done), "{fault:?}");
        assert_eq!(bench.at(SUMMARY), "The declared summary", "{fault:?}");
        assert_eq!(bench.at(LONG_SUMMARY), "Written by marketing", "{fault:?}");
        bench.is_silent(DECLARED).await;
    }
}

#[tokio::test]
async fn a_create_is_settled_by_reading_whatever_gets_lost() {
    for (fault, puts) in [
        (Fault::LoseRequest, 2),
        (Fault::LoseAnswer, 1),
        (Fault::Truncate { keep: 20 }, 1),
        (status(500, Timing::BeforeActing), 2),
        (status(500, Timing::AfterActing), 1),
        (later(429, Timing::BeforeActing), 2),
        (later(503, Timing::BeforeActing), 2),
        (later(503, Timing::AfterActing), 2),
    ] {
        let bench = without_the_offer();
        bench.faults(vec![once("PUT", fault.clone())]);
        let report = bench.apply(DECLARED).await;
        assert!(bench.all_faults_fired(), "{fault:?}");
        assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Created), "{fault:?}");
        assert_eq!(bench.puts().len(), puts, "{fault:?}");
        assert!(bench.puts().iter().all(|put| put.if_match.is_none()), "a create names no revision");
        assert_eq!(bench.at(SUMMARY), "The declared summary", "{fault:?}");
        bench.is_silent(DECLARED).await;
    }
}

#[tokio::test]
async fn the_service_is_not_asked_again_before_it_said() {
    for method in ["GET", "PUT"] {
        for retry_after in [RetryAfter::Seconds(7), RetryAfter::DateIn(7)] {
            let bench = Bench::new();
            let throttled = Fault::Status {
                status: 429,
                retry_after: Some(retry_after),
                body: ErrorBody::Empty,
                timing: Timing::default(),
            };
            bench.faults(vec![once(method, throttled)]);
            let report = bench.apply(DECLARED).await;
            assert!(bench.all_faults_fired());
            assert_eq!(exit(&report), 0, "{method}");
            assert!(bench.slept() >= Duration::from_secs(7), "{method} {retry_after:?}: {:?}", bench.slept());
        }
    }
}

#[tokio::test]
async fn a_write_that_was_done_although_the_service_said_to_come_back_counts_as_written() {
    let bench = Bench::new();
    bench.faults(vec![once("PUT", later(503, Timing::AfterActing))]);
    let report = bench.apply(DECLARED).await;
    assert!(bench.all_faults_fired());
    // The second PUT is refused with 412, because the first one was carried out: by this run and nobody else.
    assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated));
    assert!(settled(&report));
    assert_eq!(bench.at(SUMMARY), "The declared summary");
}

#[tokio::test]
async fn a_write_that_was_done_and_then_overwritten_is_never_reported_as_nothing_written() {
    for fault in [Fault::LoseAnswer, status(500, Timing::AfterActing), later(503, Timing::AfterActing)] {
        let bench = Bench::new();
        bench.faults(vec![
            once("PUT", fault.clone()),
            // The reads: of the plan, of the apply, and the one that settles. A second PUT may come before that.
            nth("GET", 3, edit_between(TITLE, json!("By another"))),
        ]);
        let report = bench.apply(DECLARED).await;
        assert!(bench.all_faults_fired(), "{fault:?}");
        assert_eq!(exit(&report), 1, "{fault:?}: {:?}", outcome(&report));
        assert!(outcome(&report).wrote(), "{fault:?}: {:?}", outcome(&report));
        assert_eq!(bench.at(TITLE), "By another");
    }
}

#[tokio::test]
async fn a_lost_answer_and_an_edit_of_something_unmanaged_are_told_apart() {
    // Done, and then somebody changed what no file declares: not ours to judge.
    let bench = Bench::new();
    bench.faults(vec![once("PUT", Fault::LoseAnswer), nth("GET", 3, edit_between(LONG_SUMMARY, json!("Later")))]);
    let report = bench.apply(DECLARED).await;
    assert!(bench.all_faults_fired());
    assert!(matches!(outcome(&report), Outcome::Unknown(_)), "{:?}", outcome(&report));
    assert_eq!((exit(&report), bench.puts().len()), (1, 1));
    assert_eq!(bench.at(LONG_SUMMARY), "Later");

    // Not done, and somebody changed what no file declares: sent again, under the new revision.
    let bench = Bench::new();
    bench.faults(vec![once("PUT", Fault::LoseRequest), nth("GET", 3, edit_between(LONG_SUMMARY, json!("Later")))]);
    let report = bench.apply(DECLARED).await;
    assert!(bench.all_faults_fired());
    assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated));
    let revisions: Vec<_> = bench.puts().iter().map(|put| put.if_match.clone()).collect();
    assert_eq!(revisions.len(), 2);
    assert_ne!(revisions[0], revisions[1]);
    assert_eq!(bench.at(LONG_SUMMARY), "Later");
    assert_eq!(bench.at(SUMMARY), "The declared summary");
}

#[tokio::test]
async fn nothing_is_learned_from_a_write_whose_answer_was_lost() {
    let bench = Bench::new();
    bench.twist(|body| {
        body["definition"]["offer"]["microsoft-azure-marketplace.summary"] = json!("The rewritten summary");
    });
    bench.faults(vec![once("PUT", Fault::LoseAnswer)]);
    let report = bench.apply(DECLARED).await;
    assert_eq!(exit(&report), 1);
    let address = offerform::offer::OfferAddress::new("contoso", "firewall");
    assert!(bench.memory.rewrites(&address).is_empty());
}

#[tokio::test]
async fn a_service_that_stays_silent_after_a_lost_answer_leaves_the_outcome_unknown() {
    let bench = Bench::new();
    let plan = bench.plan(DECLARED).await;
    bench.faults(vec![once("PUT", Fault::LoseAnswer), {
        let mut rule = times("GET", 20, status(500, Timing::BeforeActing));
        rule.when.nth = 2;
        rule
    }]);
    let report = bench.run(DECLARED, plan, &[]).await;
    assert!(matches!(outcome(&report), Outcome::Unknown(_)), "{:?}", outcome(&report));
    assert_eq!((exit(&report), bench.puts().len()), (1, 1));
}

#[tokio::test]
async fn somebody_who_creates_the_offer_meanwhile_is_not_overwritten() {
    for (theirs, expected) in [("The declared summary", 0), ("Their summary", 3)] {
        let bench = without_the_offer();
        let plan = bench.plan(DECLARED).await;
        let mut document = live();
        document["definition"]["offer"]["microsoft-azure-marketplace.summary"] = json!(theirs);
        bench.has(document.clone());
        // The run still believes that there is none: the read before the write is answered with 404.
        bench.faults(vec![once("GET", status(404, Timing::BeforeActing))]);
        let report = bench.run(DECLARED, plan, &[]).await;
        assert!(bench.all_faults_fired());
        assert_eq!(exit(&report), expected, "{theirs}: {:?}", outcome(&report));
        assert_eq!(bench.puts().len(), 1, "the create that was refused");
        assert_eq!(bench.document()["definition"], document["definition"]);
    }
}

#[tokio::test]
async fn a_create_needs_404_and_a_list_that_lacks_the_offer() {
    // The offer is there; 404 is a lie, and the list says so.
    let bench = Bench::new();
    bench.faults(vec![once("GET", status(404, Timing::BeforeActing))]);
    let planning = bench.planning(DECLARED).await;
    assert_eq!((planning.plan.offers().len(), planning.failures.len()), (0, 1));

    // The offer is not there, and the list cannot be read.
    let bench = without_the_offer();
    bench.faults(vec![nth("GET", 2, status(403, Timing::BeforeActing))]);
    let planning = bench.planning(DECLARED).await;
    assert_eq!((planning.plan.offers().len(), planning.failures.len()), (0, 1));
}

#[tokio::test]
async fn a_create_that_the_service_finds_wrong_fails_with_its_words() {
    let bench = without_the_offer();
    bench.twist(|body| body["definition"]["plans"] = json!({}));
    let report = bench.apply(DECLARED).await;
    let Outcome::Failed(failure) = outcome(&report) else { panic!("{:?}", outcome(&report)) };
    assert!(failure.message.contains("definition.plans must be an array."), "{}", failure.message);
    assert!(failure.correlation_id.is_some());
    assert_eq!((exit(&report), bench.puts().len()), (1, 1));
    assert_eq!(bench.service().document(FIREWALL), None::<Value>);
}

#[tokio::test]
async fn one_offer_that_fails_does_not_stop_the_others() {
    let second = DECLARED.replace("id: firewall", "id: proxy").replace("planId: proxy", "planId: standard");
    let both = format!("{DECLARED}---\n{second}");
    let bench = Bench::new();
    let mut proxy = live();
    proxy["id"] = json!("proxy");
    bench.has(proxy);
    let mut rule = once("PUT", status(400, Timing::BeforeActing));
    rule.when.path = "*/offers/firewall".to_owned();
    bench.faults(vec![rule]);
    let report = bench.apply(&both).await;
    assert!(bench.all_faults_fired());
    let outcomes: Vec<&str> = report.offers.iter().map(|offer| offer.outcome.name()).collect();
    assert_eq!(outcomes, ["failed", "updated"]);
    assert_eq!(exit(&report), 1);
    let summary = bench.service().document("contoso/proxy").unwrap().pointer(SUMMARY).cloned();
    assert_eq!(summary, Some(json!("The declared summary")));
    assert_eq!(bench.at(SUMMARY), "Edited by hand");
}
