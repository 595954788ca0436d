//! Requests and answers that get lost while releasing: never two operations, never none.

use std::time::Duration;

use offerform::apply::StepOutcome;
use offerform::plan::release::IfPublishing;
use offerform::reconcile::{Cancelled, Following, WaitLimits};
use offerform::simulator::{
    Cancel, CancelNothing, Dialect, Edit, ErrorBody, FailedOperation, Failure, Fault, FaultRule, Pace, RetryAfter,
    Service, StepEnding, Timing, When,
};

use super::bench::{Act, Bench, exit, once, times};
use super::releases::{bench, released, steps};

fn status(status: u16, timing: Timing) -> Fault {
    Fault::Status { status, retry_after: None, body: ErrorBody::Html, timing }
}

fn later(status: u16, timing: Timing) -> Fault {
    Fault::Status { status, retry_after: Some(RetryAfter::Seconds(7)), body: ErrorBody::ErrorObject, timing }
}

fn at(path: &str, fault: Fault) -> FaultRule {
    FaultRule { when: When { path: path.to_owned(), method: "POST".to_owned(), nth: 1 }, times: 1, fault }
}

/// The operations that the service has begun in all.
async fn begun(bench: &Bench) -> usize {
    let address = offerform::offer::OfferAddress::new("contoso", "firewall");
    bench.client().reading().submissions(&address).await.unwrap().len()
}

/// What can happen to a request, and how often it has to be sent.
fn faults() -> Vec<(Fault, usize)> {
    vec![
        (Fault::LoseRequest, 2),
        (Fault::LoseAnswer, 1),
        (Fault::Truncate { keep: 0 }, 1),
        (Fault::Truncate { keep: 20 }, 1),
        (status(408, Timing::BeforeActing), 2),
        (status(408, Timing::AfterActing), 1),
        (status(500, Timing::BeforeActing), 2),
        (status(500, Timing::AfterActing), 1),
        (status(502, Timing::AfterActing), 1),
        (status(503, Timing::BeforeActing), 2),
        (later(503, Timing::AfterActing), 1),
        (later(503, Timing::BeforeActing), 2),
        (status(429, Timing::BeforeActing), 2),
        (later(429, Timing::BeforeActing), 2),
        (Fault::Delay { milliseconds: 50_000 }, 1),
    ]
}

#[tokio::test]
async fn whatever_gets_lost_there_is_one_publish_and_one_go_live() {
    for dialect in [Dialect::default(), Dialect::reference()] {
        for verb in ["publish", "golive"] {
            for (fault, sent) in faults() {
                let mut bench = bench(dialect.clone());
                bench.following = Following::ToTheEnd;
                bench.faults(vec![at(&format!("*/{verb}"), fault.clone())]);
                let report = bench.apply(&released("live")).await;
                assert!(bench.all_faults_fired(), "{verb} {fault:?}");
                let done = vec![("publish", "done"), ("go_live", "done")];
                assert_eq!(
                    (exit(&report), steps(&report)),
                    (0, done),
                    "{verb} {fault:?}: {:?}",
                    report.offers[0].release
                );
                assert_eq!(begun(&bench).await, 2, "{verb} {fault:?}");
                let posts = bench.posts().into_iter().filter(|post| post == verb).count();
                assert_eq!(posts, sent, "{verb} {fault:?}");
                bench.is_silent(&released("live")).await;
            }
        }
    }
}

#[tokio::test]
async fn a_run_that_dies_after_its_request_is_picked_up() {
    // Whether the request arrived or not: the next run sees, and there is one publish in the end.
    for fault in [Fault::LoseAnswer, Fault::LoseRequest] {
        let mut bench = bench(Dialect::default());
        bench.pace(Pace::real());
        bench.faults(vec![at("*/publish", fault.clone())]);
        // This client dies with its first request: nobody settles anything.
        let address = offerform::offer::OfferAddress::new("contoso", "firewall");
        bench.client().publish(&address, &["team@contoso.example".to_owned()]).await.unwrap_err();
        bench.restart();
        let report = bench.apply(&released("preview")).await;
        let expected = if fault == Fault::LoseAnswer { "running" } else { "started" };
        assert_eq!((exit(&report), steps(&report)), (0, vec![("publish", expected)]));
        assert_eq!(begun(&bench).await, 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_service_that_answers_nothing_after_a_lost_request_gets_no_second_one() {
    let bench = bench(Dialect::default());
    let plan = bench.plan(&released("preview")).await;
    let mut unreadable = times("GET", 200, status(500, Timing::BeforeActing));
    // The reads before the request are answered: submissions, status, submissions, both slots, submissions, the draft.
    unreadable.when.nth = 8;
    bench.faults(vec![at("*/publish", Fault::LoseRequest), unreadable]);
    let report = bench.run(&released("preview"), plan, &[]).await;
    assert!(matches!(report.offers[0].release.steps[0].outcome, StepOutcome::Unknown(_)), "{:?}", steps(&report));
    assert_eq!((exit(&report), bench.posts().len()), (1, 1));
}

#[tokio::test]
async fn a_request_that_is_lost_again_and_again_is_given_up() {
    let bench = bench(Dialect::default());
    bench.faults(vec![FaultRule { times: 50, ..at("*/publish", Fault::LoseRequest) }]);
    let report = bench.apply(&released("preview")).await;
    assert_eq!((exit(&report), steps(&report)), (1, vec![("publish", "unknown")]));
    assert_eq!(bench.posts().len(), 3);
}

#[tokio::test]
async fn the_service_may_fall_silent_for_a_while_during_a_wait() {
    let mut bench = bench(Dialect::default());
    bench.pace(Pace::real());
    bench.following = Following::ToTheEnd;
    let plan = bench.plan(&released("preview")).await;
    let mut outage = times("GET", 30, later(503, Timing::BeforeActing));
    outage.when.nth = 20;
    bench.faults(vec![outage]);
    let report = bench.run(&released("preview"), plan, &[]).await;
    assert!(bench.all_faults_fired());
    assert_eq!((exit(&report), steps(&report)), (0, vec![("publish", "done")]));
}

#[tokio::test]
async fn an_operation_that_cannot_be_found_any_more_is_followed_by_the_offers_status() {
    for dialect in [Dialect::default(), Dialect::reference()] {
        let mut bench = bench(dialect);
        bench.following = Following::ToTheEnd;
        let gone = FaultRule {
            when: When { path: "*/operations/*".to_owned(), ..When::default() },
            times: 500,
            fault: status(404, Timing::BeforeActing),
        };
        bench.faults(vec![gone]);
        let report = bench.apply(&released("live")).await;
        assert_eq!((exit(&report), steps(&report)), (0, vec![("publish", "done"), ("go_live", "done")]));
        assert_eq!(begun(&bench).await, 2);
    }
}

#[tokio::test]
async fn a_lost_cancellation_is_settled_by_what_it_was_to_cancel() {
    for cancel in [Cancel::Immediate, Cancel::Accepted] {
        for fault in [Fault::LoseAnswer, Fault::LoseRequest, status(500, Timing::AfterActing)] {
            let mut bench = bench(Dialect { cancel, ..Dialect::default() });
            bench.pace(Pace { cancelling: Duration::from_mins(30), ..Pace::real() });
            bench.apply(&released("preview")).await;
            bench.release_request.if_publishing = IfPublishing::Cancel;
            bench.faults(vec![at("*/cancel", fault.clone())]);
            let newer = released("preview").replace("One", "Newer");
            let report = bench.apply(&newer).await;
            assert!(bench.all_faults_fired(), "{fault:?}");
            assert_eq!((exit(&report), steps(&report)), (0, vec![("publish", "started")]), "{cancel:?} {fault:?}");
            assert_eq!(begun(&bench).await, 2, "{cancel:?} {fault:?}");
        }
    }
}

/// Somebody edits the offer in the portal and publishes it.
fn they_publish_theirs(service: &mut Service) {
    they_publish(service, super::releases::TITLE);
}

/// The same with a field that no file declares.
fn they_publish_a_note(service: &mut Service) {
    they_publish(service, "/definition/offer/contoso.note");
}

/// The same, and its certification will fail.
fn they_publish_a_note_that_fails(service: &mut Service) {
    let failure = Failure {
        step: "displaycertify".to_owned(),
        ending: StepEnding::default(),
        messages: Vec::new(),
        operation: FailedOperation::default(),
    };
    service.set_faults(vec![at("*/publish", Fault::FailCertification(failure))]);
    they_publish_a_note(service);
}

fn they_publish(service: &mut Service, pointer: &str) {
    let edit = Edit::Set { pointer: pointer.to_owned(), value: serde_json::json!("Theirs") };
    service.edit(super::bench::FIREWALL, &edit).unwrap();
    let request = http::Request::post("/api/publishers/contoso/offers/firewall/publish?api-version=2017-10-31")
        .header("authorization", "Bearer them")
        .header("content-type", "application/json")
        .body(r#"{"metadata":{"notification-emails":"them@contoso.example"}}"#.into());
    service.handle(&request.unwrap());
}

#[tokio::test]
async fn what_was_edited_and_published_while_the_plan_was_made_is_not_published_once_more() {
    let rows: [(Act, u8, &str, u8); 2] =
        [(they_publish_a_note, 0, "done", 0), (they_publish_a_note_that_fails, 1, "failed", 1)];
    for (act, first, outcome, next) in rows {
        let mut bench = bench(Dialect::default());
        bench.following = Following::ToTheEnd;
        bench.release_request.if_publishing = IfPublishing::Wait;
        // The draft has been read, and nothing of its releases has.
        bench.after_first("GET", "/offers/firewall", act);
        let report = bench.apply(&released("preview")).await;
        assert_eq!((exit(&report), steps(&report)), (first, vec![("publish", outcome)]));
        assert_eq!(begun(&bench).await, 1, "theirs");
        assert_eq!(exit(&bench.apply(&released("preview")).await), next);
        assert_eq!(begun(&bench).await, 1);
    }
}

#[tokio::test]
async fn what_somebody_else_began_after_a_lost_request_is_not_taken_for_its_work() {
    for following in [Following::Return, Following::ToTheEnd] {
        let mut bench = bench(Dialect::default());
        bench.following = following;
        bench.faults(vec![at("*/publish", Fault::LoseRequest)]);
        bench.after_first("POST", "/publish", they_publish_theirs);
        let report = bench.apply(&released("preview")).await;
        assert!(bench.all_faults_fired());
        assert_eq!((exit(&report), steps(&report)), (1, vec![("publish", "unknown")]));
        let StepOutcome::Unknown(failure) = &report.offers[0].release.steps[0].outcome else {
            panic!("it is not known")
        };
        assert!(failure.message.contains("contoso.title` differs"), "{}", failure.message);
        assert_eq!(begun(&bench).await, 1, "theirs");
    }
}

#[tokio::test]
async fn a_run_that_cancelled_something_says_so_even_if_its_publish_is_refused() {
    let mut bench = bench(Dialect::default());
    bench.apply(&released("preview")).await;
    bench.release_request.if_publishing = IfPublishing::Cancel;
    let newer = released("preview").replace("One", "Newer");
    // The draft is there already; all that this run does is to release it.
    bench.edit(super::releases::TITLE, serde_json::json!("Newer"));
    bench.faults(vec![at("*/publish", status(422, Timing::BeforeActing))]);
    let report = bench.apply(&newer).await;
    assert_eq!(steps(&report), [("publish", "rejected")]);
    assert_eq!(bench.posts(), ["publish", "cancel", "publish"]);
    assert_eq!((exit(&report), report.offers[0].wrote()), (1, true));
}

#[tokio::test]
async fn an_offer_that_the_service_finds_incomplete_fails_with_its_words() {
    let mut rule = once("POST", status(422, Timing::BeforeActing));
    rule.when.path = "*/publish".to_owned();
    let bench = bench(Dialect::default());
    bench.faults(vec![rule]);
    let report = bench.apply(&released("live")).await;
    assert_eq!((exit(&report), steps(&report)), (1, vec![("publish", "rejected"), ("go_live", "not_started")]));
    assert_eq!((begun(&bench).await, bench.posts().len()), (0, 1), "it is not sent again");
}

#[tokio::test]
async fn a_lost_request_is_sent_again_only_after_two_minutes_of_looking() {
    let bench = bench(Dialect::default());
    bench.faults(vec![at("*/publish", Fault::LoseRequest)]);
    let report = bench.apply(&released("preview")).await;
    assert_eq!((exit(&report), steps(&report)), (0, vec![("publish", "started")]));
    let log = bench.log();
    let sent: Vec<usize> = (0..log.len()).filter(|index| log[*index].method == "POST").collect();
    let [first, second] = sent[..] else { panic!("it is sent twice: {sent:?}") };
    let looks = log[first..second].iter().filter(|entry| entry.path.contains("/submissions")).count();
    assert!(
        log[second].at.duration_since(log[first].at).as_secs() >= 120,
        "the service may list late what it has begun"
    );
    assert!(looks >= 6, "{looks}");
}

fn firewall() -> offerform::offer::OfferAddress {
    offerform::offer::OfferAddress::new("contoso", "firewall")
}

#[tokio::test]
async fn a_lost_request_is_looked_for_no_longer_than_is_waited() {
    let mut bench = bench(Dialect::default());
    bench.wait_limits = WaitLimits { timeout: Duration::from_mins(1), ..WaitLimits::default() };
    bench.faults(vec![FaultRule { times: 9, ..at("*/publish", Fault::LoseRequest) }]);
    let before = bench.slept();
    let report = bench.apply(&released("preview")).await;
    assert_eq!((exit(&report), steps(&report)), (1, vec![("publish", "unknown")]));
    let slept = bench.slept().checked_sub(before).unwrap();
    assert!(slept <= Duration::from_secs(61), "{slept:?}");
    assert_eq!(bench.posts(), ["publish"], "what may have begun is not sent again");
}

#[tokio::test]
async fn the_time_to_wait_is_one_for_all_steps_of_an_offer() {
    let mut bench = bench(Dialect::default());
    bench.following = Following::ToTheEnd;
    bench.pace(Pace { live: Duration::from_mins(50), certification: Duration::from_mins(50), ..Pace::sandbox() });
    bench.wait_limits = WaitLimits { timeout: Duration::from_hours(1), ..WaitLimits::default() };
    let report = bench.apply(&released("live")).await;
    assert_eq!((exit(&report), steps(&report)), (1, vec![("publish", "done"), ("go_live", "timed_out")]));
    assert!(bench.slept() <= Duration::from_mins(61), "{:?}", bench.slept());
}

#[tokio::test]
async fn a_service_that_asks_for_a_day_of_patience_is_not_waited_for() {
    let mut bench = bench(Dialect::default());
    bench.following = Following::ToTheEnd;
    bench.pace(Pace::real());
    let day = Fault::Status {
        status: 429,
        retry_after: Some(RetryAfter::Seconds(86_400)),
        body: ErrorBody::Empty,
        timing: Timing::BeforeActing,
    };
    let when = When { path: "*/operations/*".to_owned(), ..When::default() };
    bench.faults(vec![FaultRule { when, times: 1, fault: day }]);
    let report = bench.apply(&released("preview")).await;
    assert!(bench.all_faults_fired());
    let StepOutcome::Unknown(failure) = &report.offers[0].release.steps[0].outcome else {
        panic!("{:?}", steps(&report))
    };
    assert!(failure.message.contains("24 h"), "{}", failure.message);
    assert!(bench.slept() < Duration::from_hours(24), "{:?}", bench.slept());
}

#[tokio::test]
async fn an_accepted_cancellation_of_nothing_is_told_as_that() {
    for cancel_nothing in [CancelNothing::Refused, CancelNothing::Accepted] {
        let mut bench = bench(Dialect { cancel_nothing, ..Dialect::default() });
        bench.following = Following::ToTheEnd;
        bench.apply(&released("live")).await;
        let id = bench.client().reading().submissions(&firewall()).await.unwrap()[0].id.clone();
        assert_eq!(bench.cancels(&id).await, Cancelled::Ended(StepOutcome::Done), "{cancel_nothing:?}");
        assert_eq!(bench.posts(), ["publish", "golive"], "there was nothing to ask for");
    }
}

fn they_cancel(service: &mut Service) {
    let request = http::Request::post("/api/publishers/contoso/offers/firewall/cancel?api-version=2017-10-31")
        .header("authorization", "Bearer them")
        .header("content-type", "application/json");
    service.handle(&request.body("".into()).unwrap());
}

#[tokio::test]
async fn what_ends_between_the_look_and_the_cancellation_is_found_out_by_reading() {
    for cancel_nothing in [CancelNothing::Refused, CancelNothing::Accepted] {
        for following in [Following::Return, Following::ToTheEnd] {
            let mut bench = bench(Dialect { cancel_nothing, ..Dialect::default() });
            bench.pace(Pace::real());
            bench.apply(&released("preview")).await;
            bench.following = following;
            let id = bench.client().reading().submissions(&firewall()).await.unwrap()[0].id.clone();
            bench.after_first("GET", "/submissions/", they_cancel);
            assert_eq!(bench.cancels(&id).await, Cancelled::Done, "{cancel_nothing:?}");
            assert_eq!(bench.posts(), ["publish", "cancel", "cancel"], "theirs and ours");
            assert!(bench.slept() < Duration::from_mins(1));
        }
    }
}

#[tokio::test]
async fn an_accepted_cancellation_that_never_shows_is_not_waited_for_for_ever() {
    let mut bench = bench(Dialect { cancel: Cancel::Accepted, ..Dialect::default() });
    bench.pace(Pace {
        cancelling: Duration::from_hours(24 * 365),
        certification: Duration::from_hours(24 * 365),
        ..Pace::real()
    });
    bench.following = Following::ToTheEnd;
    bench.wait_limits = WaitLimits { timeout: Duration::from_mins(1), ..WaitLimits::default() };
    let report = bench.apply(&released("preview")).await;
    assert_eq!(steps(&report), [("publish", "timed_out")]);
    bench.wait_limits = WaitLimits::default();
    let before = bench.slept();
    let id = bench.client().reading().submissions(&firewall()).await.unwrap()[0].id.clone();
    assert_eq!(bench.cancels(&id).await, Cancelled::Not(StepOutcome::TimedOut));
    let slept = bench.slept().checked_sub(before).unwrap();
    assert!(slept <= Duration::from_hours(3), "{slept:?}");
}
