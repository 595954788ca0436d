//! Releasing: from the draft to the preview to customers, over runs that start something and end.

use std::time::Duration;

use offerform::apply::{Outcome, RemarkKind, Report, StepOutcome};
use offerform::offer::Slot;
use offerform::plan::ReleaseRequest;
use offerform::plan::release::{AfterFailure, Aim, IfPublishing, Level, Obstacle};
use offerform::reconcile::Following;
use offerform::simulator::{Dialect, FailedOperation, Failure, Fault, FaultRule, Pace, Rewrites, StepEnding, When};
use serde_json::{Value, json};

use super::bench::{Bench, edit_between, exit, nth, outcome, remarks};

/// A small offer that the service publishes as it is.
pub(crate) const OFFER: &str = "\
publisherId: contoso
id: firewall
offerTypeId: microsoft-azure-invented
definition:
  displayText: Contoso Firewall
  offer:
    contoso.title: One
  plans:
    - planId: standard
";

pub(crate) const TITLE: &str = "/definition/offer/contoso.title";
const NOTE: &str = "/definition/offer/contoso.note";

/// The same, to be released.
pub(crate) fn released(level: &str) -> String {
    format!("{OFFER}reconcile: {{ release: {level} }}\n")
}

/// What the portal has of it: the same, and a note that no file mentions.
pub(crate) fn draft() -> Value {
    json!({"publisherId": "contoso", "id": "firewall", "offerTypeId": "microsoft-azure-invented",
        "definition": {"displayText": "Contoso Firewall",
            "offer": {"contoso.title": "One", "contoso.note": "kept"}, "plans": [{"planId": "standard"}]}})
}

pub(crate) fn bench(dialect: Dialect) -> Bench {
    let bench = Bench::empty(dialect, Rewrites::none());
    bench.has(draft());
    bench
}

/// The outcomes of the steps of the one offer.
pub(crate) fn steps(report: &Report) -> Vec<(&'static str, &'static str)> {
    assert_eq!(report.offers.len(), 1);
    let steps = &report.offers[0].release.steps;
    steps.iter().map(|step| (step.kind.name(), step.outcome.name())).collect()
}

/// The steps that a plan shows: name and how it begins.
async fn planned(bench: &Bench, manifest: &str) -> Vec<(&'static str, &'static str)> {
    let plan = bench.plan(manifest).await;
    plan.offers()[0].release().steps.iter().map(|step| (step.kind.name(), step.start.name())).collect()
}

fn fails(ending: StepEnding, operation: FailedOperation) -> FaultRule {
    let failure = Failure {
        step: "displaycertify".to_owned(),
        ending,
        messages: vec!["<p>The image has <b>no</b> agent.</p>".to_owned()],
        operation,
    };
    FaultRule {
        when: When { method: "POST".to_owned(), ..When::default() },
        times: 1,
        fault: Fault::FailCertification(failure),
    }
}

#[tokio::test]
async fn a_draft_goes_to_customers_over_several_runs_none_of_which_waits() {
    let mut bench = bench(Dialect::default());
    let manifest = released("live");
    assert_eq!(planned(&bench, &manifest).await, [("publish", "start"), ("go_live", "start")]);
    let report = bench.apply(&manifest).await;
    assert_eq!((exit(&report), steps(&report)), (0, vec![("publish", "started"), ("go_live", "later")]));

    bench.restart();
    assert_eq!(planned(&bench, &manifest).await, [("publish", "attach"), ("go_live", "start")]);
    let report = bench.apply(&manifest).await;
    assert_eq!((exit(&report), steps(&report)), (0, vec![("publish", "running"), ("go_live", "later")]));

    bench.restart();
    bench.wait(Duration::from_mins(1));
    assert_eq!(planned(&bench, &manifest).await, [("go_live", "start")]);
    let report = bench.apply(&manifest).await;
    assert_eq!((exit(&report), steps(&report)), (0, vec![("go_live", "started")]));

    bench.restart();
    assert_eq!(planned(&bench, &manifest).await, [("go_live", "attach")]);
    bench.wait(Duration::from_mins(1));
    bench.is_silent(&manifest).await;
    assert_eq!(bench.posts(), ["publish", "golive"]);
    assert_eq!(bench.slot(Slot::Production).await.unwrap().pointer(TITLE), Some(&json!("One")));
}

#[tokio::test]
async fn one_run_can_wait_to_the_end() {
    let mut bench = bench(Dialect::default());
    bench.following = Following::ToTheEnd;
    let report = bench.apply(&released("live")).await;
    assert_eq!((exit(&report), steps(&report)), (0, vec![("publish", "done"), ("go_live", "done")]));
    bench.is_silent(&released("live")).await;
    bench.is_silent(&released("preview")).await;
}

#[tokio::test]
async fn what_is_wanted_is_written_first_and_then_published() {
    let mut bench = bench(Dialect::default());
    bench.following = Following::ToTheEnd;
    let manifest = released("preview").replace("One", "Two");
    let report = bench.apply(&manifest).await;
    assert_eq!((exit(&report), outcome(&report), steps(&report)), (0, &Outcome::Updated, vec![("publish", "done")]));
    let preview = bench.slot(Slot::Preview).await.unwrap();
    assert_eq!((preview.pointer(TITLE), preview.pointer(NOTE)), (Some(&json!("Two")), Some(&json!("kept"))));
    bench.is_silent(&manifest).await;
    // The next change takes the place of the preview that waits.
    let manifest = manifest.replace("Two", "Three");
    let report = bench.apply(&manifest).await;
    assert_eq!((exit(&report), steps(&report)), (0, vec![("publish", "done")]));
    bench.is_silent(&manifest).await;
}

#[tokio::test]
async fn an_offer_is_created_and_released_in_one_run() {
    let mut bench = Bench::empty(Dialect::default(), Rewrites::none());
    bench.following = Following::ToTheEnd;
    let report = bench.apply(&released("live")).await;
    assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Created));
    assert_eq!(steps(&report), [("publish", "done"), ("go_live", "done")]);
    bench.is_silent(&released("live")).await;
}

#[tokio::test]
async fn flags_raise_and_suppress_what_the_file_says() {
    for (aim, declared, expected) in [
        (Aim::AtLeast(Level::Preview), "draft", 1),
        (Aim::AtLeast(Level::Live), "draft", 2),
        (Aim::AtLeast(Level::Preview), "live", 2),
        (Aim::Nothing, "live", 0),
        (Aim::Declared, "draft", 0),
    ] {
        let mut bench = bench(Dialect::default());
        bench.release_request = ReleaseRequest { aim, ..ReleaseRequest::default() };
        let plan = bench.plan(&released(declared)).await;
        assert_eq!(plan.offers()[0].release().steps.len(), expected, "{aim:?} {declared}");
        assert_eq!(plan.summary().release, usize::from(expected > 0), "{aim:?} {declared}");
        assert_eq!(plan.summary().unchanged, usize::from(expected == 0), "{aim:?} {declared}");
        let reads = bench.log().len();
        assert_eq!(reads == 1, expected == 0, "slots are read only for offers that need them: {reads}");
    }
}

#[tokio::test]
async fn five_days_and_three_restarts_make_one_publish_and_one_go_live() {
    let mut bench = bench(Dialect::default());
    bench.pace(Pace::real());
    let manifest = released("live").replace("One", "Two");
    let began = bench.now();
    // The process that publishes is gone at once. Every day another one comes by, and ends.
    let hour = Duration::from_hours(1);
    for (run, hours) in [20, 26, 30, 30, 40, 40].into_iter().enumerate() {
        bench.restart();
        let report = bench.apply(&manifest).await;
        assert_eq!(exit(&report), 0, "run {run}: {:?}", report.offers[0]);
        bench.wait(hour * hours);
    }
    bench.restart();
    bench.is_silent(&manifest).await;
    assert_eq!(bench.posts(), ["publish", "golive"]);
    assert!(bench.now().duration_since(began).as_hours() > 5 * 24);
    assert_eq!(bench.slot(Slot::Production).await.unwrap().pointer(TITLE), Some(&json!("Two")));

    // The same with one process that stays all the time: it asks seldom, and not for ever.
    let mut patient = self::bench(Dialect::default());
    patient.pace(Pace::real());
    patient.following = Following::ToTheEnd;
    let report = patient.apply(&manifest).await;
    assert_eq!((exit(&report), steps(&report)), (0, vec![("publish", "done"), ("go_live", "done")]));
    assert!(patient.log().len() < 3000, "{}", patient.log().len());
}

#[tokio::test]
async fn a_failed_certification_fails_the_run_with_the_words_of_the_service() {
    for (ending, operation) in [
        (StepEnding::Blocked, FailedOperation::Fails),
        (StepEnding::Rejected, FailedOperation::Fails),
        (StepEnding::Failed, FailedOperation::StaysRunning),
        (StepEnding::Blocked, FailedOperation::StaysRunning),
    ] {
        let mut bench = bench(Dialect::default());
        bench.following = Following::ToTheEnd;
        bench.faults(vec![fails(ending, operation)]);
        let report = bench.apply(&released("live")).await;
        assert_eq!(exit(&report), 1, "{ending:?} {operation:?}");
        assert_eq!(steps(&report), [("publish", "failed"), ("go_live", "not_started")]);
        let StepOutcome::Failed(failed) = &report.offers[0].release.steps[0].outcome else { panic!("it failed") };
        assert_eq!((failed[0].step.as_str(), failed.len()), ("Certification", 1));
        assert_eq!(failed[0].messages, ["The image has no agent."]);

        // It is not started again by itself, and fails the next run, too.
        bench.restart();
        let plan = bench.plan(&released("live")).await;
        assert!(matches!(plan.offers()[0].release().obstacle, Some(Obstacle::Failed(_))));
        assert_eq!((plan.summary().blocked, plan.is_empty()), (1, false));
        let report = bench.apply(&released("live")).await;
        assert_eq!((exit(&report), steps(&report)), (1, vec![("publish", "failed")]));
        assert_eq!(bench.posts(), ["publish"], "{ending:?} {operation:?}");

        bench.release_request.after_failure = AfterFailure::Retry;
        let report = bench.apply(&released("live")).await;
        assert_eq!((exit(&report), steps(&report)), (0, vec![("publish", "done"), ("go_live", "done")]));
    }
}

#[tokio::test]
async fn a_change_after_a_failed_certification_is_published_without_being_told_to() {
    let mut bench = bench(Dialect::default());
    bench.following = Following::ToTheEnd;
    bench.faults(vec![fails(StepEnding::Blocked, FailedOperation::Fails)]);
    bench.apply(&released("preview")).await;
    let corrected = released("preview").replace("One", "Corrected");
    let report = bench.apply(&corrected).await;
    assert_eq!((exit(&report), steps(&report)), (0, vec![("publish", "done")]));
}

#[tokio::test]
async fn a_publish_of_an_older_draft_is_treated_as_asked_for() {
    for (if_publishing, expected, posts) in [
        (IfPublishing::Skip, vec![], vec!["publish"]),
        (IfPublishing::Wait, vec![("publish", "done")], vec!["publish", "publish"]),
        (IfPublishing::Cancel, vec![("publish", "done")], vec!["publish", "cancel", "publish"]),
    ] {
        for dialect in [Dialect::default(), Dialect::reference()] {
            let mut bench = bench(dialect);
            bench.apply(&released("preview")).await;
            bench.following = Following::ToTheEnd;
            let newer = released("preview").replace("One", "Newer");

            let plan = bench.plan(&newer).await;
            assert!(matches!(plan.offers()[0].release().obstacle, Some(Obstacle::Busy(_))));
            let refusal = offerform::plan::approve(plan, &[]).unwrap_err();
            assert_eq!(refusal.busy.len(), 1, "the default refuses, before anything is written");

            bench.release_request.if_publishing = if_publishing;
            let report = bench.apply(&newer).await;
            assert_eq!((exit(&report), steps(&report)), (0, expected.clone()), "{if_publishing:?}");
            assert_eq!(outcome(&report), &Outcome::Updated);
            assert_eq!(bench.posts(), posts, "{if_publishing:?}");
            if if_publishing != IfPublishing::Skip {
                bench.is_silent(&newer).await;
            }
        }
    }
}

#[tokio::test]
async fn a_preview_of_somebody_else_does_not_go_live() {
    let mut bench = bench(Dialect::default());
    bench.apply(&released("live")).await;
    bench.wait(Duration::from_mins(1));
    // Between the plan and the go-live, somebody publishes something else and it is done.
    let plan = bench.plan(&released("live")).await;
    assert_eq!(plan.offers()[0].release().steps.len(), 1);
    bench.edit(TITLE, json!("Theirs"));
    let address = offerform::offer::OfferAddress::new("contoso", "firewall");
    bench.client().publish(&address, &["them@contoso.example".to_owned()]).await.unwrap();
    bench.wait(Duration::from_mins(1));
    let report = bench.run(&released("live"), plan, &[]).await;
    assert_eq!((exit(&report), steps(&report)), (3, vec![("go_live", "refused")]));
    assert_eq!(bench.posts(), ["publish", "publish"]);
    assert_eq!(bench.slot(Slot::Production).await, None);
    // The next run plans anew: the declared draft is written and published.
    bench.following = Following::ToTheEnd;
    let report = bench.apply(&released("live")).await;
    assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated));
    assert_eq!(bench.slot(Slot::Production).await.unwrap().pointer(TITLE), Some(&json!("One")));
}

#[tokio::test]
async fn a_draft_that_somebody_edits_after_the_plan_is_not_published() {
    let bench = bench(Dialect::default());
    let plan = bench.plan(&released("preview")).await;
    // The read of the draft just before the POST is the second one of the offer.
    let mut rule = nth("GET", 1, edit_between(TITLE, json!("Theirs")));
    rule.when.path = "*/offers/firewall".to_owned();
    bench.faults(vec![rule]);
    let report = bench.run(&released("preview"), plan, &[]).await;
    assert!(bench.all_faults_fired());
    assert_eq!((exit(&report), steps(&report)), (3, vec![("publish", "refused")]));
    assert_eq!(bench.posts(), Vec::<String>::new());
}

#[tokio::test]
async fn two_runs_at_once_make_one_publish_and_one_clear_refusal() {
    let bench = bench(Dialect::default());
    let (one, two) = (bench.plan(&released("preview")).await, bench.plan(&released("preview")).await);
    let manifest = released("preview");
    let (one, two) = tokio::join!(bench.run(&manifest, one, &[]), bench.run(&manifest, two, &[]));
    let mut exits = [exit(&one), exit(&two)];
    exits.sort_unstable();
    assert_eq!(exits, [0, 3], "{:?} {:?}", steps(&one), steps(&two));
    let mut outcomes = [steps(&one)[0].1, steps(&two)[0].1];
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["refused", "started"]);
    let address = offerform::offer::OfferAddress::new("contoso", "firewall");
    assert_eq!(bench.client().reading().submissions(&address).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_draft_that_was_published_since_the_plan_is_not_published_twice() {
    for level in ["preview", "live"] {
        for forms in [Dialect::default(), Dialect::reference()] {
            let mut bench = bench(forms);
            bench.following = Following::ToTheEnd;
            let late = bench.plan(&released(level)).await;
            assert_eq!(exit(&bench.apply(&released(level)).await), 0);
            let posts = bench.posts();
            let report = bench.run(&released(level), late, &[]).await;
            assert_eq!((exit(&report), steps(&report)[0]), (3, ("publish", "refused")), "{level}");
            assert_eq!(bench.posts(), posts, "{level}");
            bench.is_silent(&released(level)).await;
        }
    }
}

#[tokio::test]
async fn a_run_that_is_interrupted_while_it_waits_reports_and_the_next_one_goes_on() {
    let mut bench = bench(Dialect::default());
    bench.pace(Pace::real());
    bench.following = Following::ToTheEnd;
    bench.interrupt_at_first_post();
    let report = bench.apply(&released("live")).await;
    assert_eq!(exit(&report), 1);
    assert_eq!(steps(&report), [("publish", "running"), ("go_live", "later")]);
    bench.restart();
    assert_eq!(planned(&bench, &released("live")).await, [("publish", "attach"), ("go_live", "start")]);
}

#[tokio::test]
async fn a_run_waits_no_longer_than_it_was_told_to() {
    let mut bench = bench(Dialect::default());
    bench.pace(Pace::real());
    bench.following = Following::ToTheEnd;
    bench.wait_limits.timeout = Duration::from_hours(2);
    let began = bench.now();
    let report = bench.apply(&released("live")).await;
    assert_eq!((exit(&report), steps(&report)), (1, vec![("publish", "timed_out"), ("go_live", "not_started")]));
    let waited = bench.now().duration_since(began);
    assert!((2..3).contains(&waited.as_hours()), "{waited:?}");
}

#[tokio::test]
async fn what_customers_have_is_done_even_without_a_preview() {
    let dialect = Dialect { preview_after_live: offerform::simulator::PreviewAfterLive::Gone, ..Dialect::default() };
    let mut bench = bench(dialect);
    bench.following = Following::ToTheEnd;
    assert_eq!(exit(&bench.apply(&released("live")).await), 0);
    assert_eq!(bench.slot(Slot::Preview).await, None);
    bench.is_silent(&released("live")).await;
    bench.is_silent(&released("preview")).await;
}

#[tokio::test]
async fn a_slot_that_the_service_stores_otherwise_is_not_published_for_ever() {
    let dialect = Dialect { slot_content: offerform::simulator::SlotContent::FieldMore, ..Dialect::default() };
    for level in ["preview", "live"] {
        let mut bench = bench(dialect.clone());
        bench.following = Following::ToTheEnd;
        assert_eq!(exit(&bench.apply(&released(level)).await), 0);
        let posts = bench.posts();
        // The revision tells, and without a record the version that was published.
        for _ in 0..2 {
            bench.is_silent(&released(level)).await;
            let plan = bench.plan(&released(level)).await;
            let notes: Vec<_> =
                plan.offers()[0].notes().iter().filter(|note| note.code == "stored-otherwise").collect();
            assert_eq!(notes.len(), 1);
            assert!(notes[0].text.contains("`/definition/releasedAs`"), "{}", notes[0].text);
            bench.restart();
        }
        assert_eq!(bench.posts(), posts, "{level}");
        // A draft that changed is another one.
        bench.edit(NOTE, json!("edited"));
        assert_eq!(planned(&bench, &released(level)).await[0], ("publish", "start"));
    }
}

#[tokio::test]
async fn a_preview_that_is_stored_otherwise_goes_live_only_if_it_is_what_is_declared() {
    let dialect = Dialect { slot_content: offerform::simulator::SlotContent::FieldMore, ..Dialect::default() };
    for (exact, expected) in [(false, (0, ("go_live", "started"))), (true, (3, ("go_live", "refused")))] {
        let mut bench = Bench::empty(dialect.clone(), Rewrites::none());
        let manifest = if exact {
            released("live").replace("release: live", "release: live, ownership: exact")
        } else {
            released("live")
        };
        bench.apply(&manifest).await;
        bench.wait(Duration::from_mins(1));
        bench.restart();
        assert_eq!(planned(&bench, &manifest).await, [("go_live", "start")]);
        let report = bench.apply(&manifest).await;
        assert_eq!((exit(&report), steps(&report)[0]), expected);
    }
}

#[tokio::test]
async fn the_revision_that_was_published_tells_what_runs_where_its_version_cannot_be_read() {
    let mut bench = bench(Dialect::default());
    bench.pace(Pace::real());
    bench.apply(&released("preview")).await;
    let gone = Fault::Status {
        status: 404,
        retry_after: None,
        body: offerform::simulator::ErrorBody::Empty,
        timing: offerform::simulator::Timing::BeforeActing,
    };
    let when = When { path: "*/versions/*".to_owned(), ..When::default() };
    bench.faults(vec![FaultRule { when, times: 100, fault: gone }]);
    assert_eq!(planned(&bench, &released("preview")).await, [("publish", "attach")]);
    // Without a record it counts as an older draft, and so does it once the draft has changed.
    let memory =
        std::mem::replace(&mut bench.memory, std::sync::Arc::new(offerform::reconcile::Memory::empty("scenario")));
    assert_eq!(bench.plan(&released("preview")).await.summary().blocked, 1);
    bench.memory = memory;
    bench.edit(NOTE, json!("edited"));
    assert_eq!(bench.plan(&released("preview")).await.summary().blocked, 1);
}

#[tokio::test]
async fn an_unmanaged_edit_of_the_draft_is_part_of_the_release_and_shows_as_one() {
    let mut bench = bench(Dialect::default());
    bench.following = Following::ToTheEnd;
    bench.apply(&released("preview")).await;
    bench.edit(NOTE, json!("edited"));
    assert_eq!(planned(&bench, &released("preview")).await, [("publish", "start")]);
    assert_eq!(exit(&bench.apply(&released("preview")).await), 0);
    bench.is_silent(&released("preview")).await;
}

#[tokio::test]
async fn a_value_of_the_portal_that_a_write_did_not_replace_is_not_published_unseen() {
    // The portal's title may be the service's form of the declared one, or what somebody wrote there: nobody remembers.
    let keeps_its_own = |body: &mut Value| body["definition"]["offer"]["contoso.title"] = json!("By hand");
    let by_hand = || {
        let mut draft = draft();
        draft["definition"]["offer"]["contoso.title"] = json!("By hand");
        draft
    };
    let manifest = released("preview");
    let bench = Bench::empty(Dialect::default(), Rewrites::none());
    bench.has(by_hand());
    bench.twist(keeps_its_own);
    let report = bench.apply(&manifest).await;
    assert_eq!((exit(&report), steps(&report)), (1, vec![("publish", "refused")]));
    assert_eq!(remarks(&report), [(RemarkKind::Rewritten, TITLE)]);
    assert_eq!(bench.service().release_count("contoso/firewall"), 0, "nothing was asked for");

    // Once that was said, it counts.
    let report = bench.apply(&manifest).await;
    assert_eq!((exit(&report), steps(&report)), (0, vec![("publish", "started")]));

    // What customers have already changes nothing for anybody.
    let bench = Bench::empty(Dialect::default(), Rewrites::none());
    bench.sells(by_hand());
    bench.twist(keeps_its_own);
    let newer = manifest.replace("displayText: Contoso Firewall", "displayText: Contoso Firewall 2");
    let report = bench.apply(&newer).await;
    assert_eq!(remarks(&report), [(RemarkKind::Rewritten, TITLE)]);
    assert_eq!((exit(&report), steps(&report)), (0, vec![("publish", "started")]));
}

#[tokio::test]
async fn a_report_names_an_operation_as_the_list_of_operations_does() {
    for forms in [Dialect::default(), Dialect::reference()] {
        let bench = bench(forms);
        let report = bench.apply(&released("preview")).await;
        let named = report.offers[0].release.steps[0].operation.clone();
        let address = offerform::offer::OfferAddress::new("contoso", "firewall");
        let listed = bench.client().reading().submissions(&address).await.unwrap();
        assert_eq!((listed.len(), named.as_ref()), (1, Some(&listed[0].id)));
    }
}
