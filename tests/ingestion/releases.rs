//! Releases over days, with restarts, lost answers, and others who publish too.

use std::collections::BTreeMap;
use std::time::Duration;

use offerform::apply::{Outcome, StepOutcome};
use offerform::simulator::{Fault, FaultRule, When};
use serde_json::json;

use crate::bench::{Bench, SCHEMAS, call, outcomes};

/// The files of a product, released to customers, with a change.
async fn renamed(bench: &Bench, release: &str) -> BTreeMap<String, String> {
    let mut files = bench.import(&["image-scanner"]).await.files;
    let file = files.get_mut("image-scanner.yaml").unwrap();
    *file = file.replace("title: Contoso Image Scanner", "title: Renamed")
        + &format!("reconcile: {{ release: {release} }}\n");
    files
}

fn live_title(bench: &Bench) -> String {
    let guid = bench.get("product?externalId=image-scanner")["value"][0]["id"].as_str().unwrap().to_owned();
    let tree = bench.get(&format!("resource-tree/{guid}?targetType=live"));
    let resources = tree["resources"].as_array().unwrap();
    let listing = resources.iter().find(|one| one["$schema"].as_str().unwrap().contains("/listing/")).unwrap();
    listing["title"].as_str().unwrap().to_owned()
}

fn steps(report: &offerform::apply::Report) -> Vec<&StepOutcome> {
    report.offers[0].release.steps.iter().map(|step| &step.outcome).collect()
}

#[tokio::test]
async fn a_release_goes_to_customers_in_one_run() {
    let bench = Bench::new();
    let files = renamed(&bench, "live").await;
    let report = bench.apply(&files).await;
    assert_eq!(outcomes(&report), [&Outcome::Updated]);
    assert_eq!(steps(&report), [&StepOutcome::Done, &StepOutcome::Done], "{:?}", report.offers[0].release);
    assert_eq!(bench.submissions(), 2);
    assert_eq!(live_title(&bench), "Renamed");
    let again = bench.apply(&files).await;
    assert_eq!((outcomes(&again), bench.submissions()), (vec![&Outcome::Unchanged], 2));
}

#[tokio::test]
async fn a_release_goes_on_in_the_next_run_and_nothing_is_submitted_twice() {
    for keeps_record in [true, false] {
        let mut bench = Bench::new();
        bench.following = offerform::reconcile::Following::Return;
        let files = renamed(&bench, "live").await;
        bench.apply(&files).await;
        assert_eq!(bench.submissions(), 1);
        for _ in 0..40 {
            bench.wait(Duration::from_hours(6));
            bench.restart(keeps_record);
            // Without the record nobody knows that the submission under way is of this draft: the run is refused.
            bench.try_apply(&files).await;
        }
        assert_eq!((bench.submissions(), live_title(&bench)), (2, "Renamed".to_owned()), "record: {keeps_record}");
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_submission_is_found_and_not_repeated() {
    for nth in [1, 2] {
        for (fault, arrives) in
            [(Fault::LoseAnswer, true), (Fault::Truncate { keep: 10 }, true), (Fault::LoseRequest, false)]
        {
            let bench = Bench::new();
            let files = renamed(&bench, "draft").await;
            bench.apply(&files).await;
            let live = files.into_iter().map(|(path, text)| (path, text.replace("release: draft", "release: live")));
            let files: BTreeMap<String, String> = live.collect();
            let when = When { method: "POST".to_owned(), path: "*/configure".to_owned(), nth };
            bench.faults(vec![FaultRule { when, times: 1, fault: fault.clone() }]);
            let report = bench.apply(&files).await;
            assert!(bench.all_faults_fired(), "{fault:?}");
            assert_eq!(steps(&report), [&StepOutcome::Done, &StepOutcome::Done], "{fault:?} {nth}");
            assert_eq!(bench.submissions(), if arrives { 2 } else { 3 }, "{fault:?} {nth}");
            assert_eq!(live_title(&bench), "Renamed", "{fault:?} {nth}");
        }
    }
}

#[tokio::test]
async fn a_submission_of_somebody_else_is_not_joined_by_a_second_one() {
    let bench = Bench::new();
    let files = renamed(&bench, "preview").await;
    let guid = bench.get("product?externalId=image-scanner")["value"][0]["id"].clone();
    let submission = json!({"$schema": format!("{SCHEMAS}/configure/2022-03-01-preview2"), "resources": [{
        "$schema": format!("{SCHEMAS}/submission/2022-03-01-preview2"), "product": guid,
        "target": {"targetType": "preview"},
    }]});
    let (status, _) = call(&mut bench.service(), "POST", "configure", &submission.to_string());
    assert_eq!(status, 202);
    bench.wait(Duration::from_mins(10));
    assert!(bench.try_apply(&files).await.is_none());
    assert_eq!(bench.submissions(), 0);
}

#[tokio::test]
async fn a_preview_that_somebody_replaced_does_not_go_live() {
    let bench = Bench::new();
    let files = renamed(&bench, "preview").await;
    bench.apply(&files).await;
    bench.edit("image-scanner", "listing", None, |listing| listing["title"] = json!("Somebody else's"));
    let guid = bench.get("product?externalId=image-scanner")["value"][0]["id"].clone();
    let submission = json!({"$schema": format!("{SCHEMAS}/configure/2022-03-01-preview2"), "resources": [{
        "$schema": format!("{SCHEMAS}/submission/2022-03-01-preview2"), "product": guid,
        "target": {"targetType": "preview"},
    }]});
    call(&mut bench.service(), "POST", "configure", &submission.to_string());
    bench.wait(Duration::from_hours(24 * 10));
    let live: BTreeMap<String, String> =
        files.into_iter().map(|(path, text)| (path, text.replace("release: preview", "release: live"))).collect();
    let before = bench.submissions();
    let report = bench.apply(&live).await;
    // The file is written again, published again, and only that goes live.
    assert_eq!(live_title(&bench), "Renamed", "{:?} {before}", steps(&report));
}

#[tokio::test]
async fn a_failed_certification_is_told_from_the_innermost_reason() {
    let bench = Bench::new();
    let files = renamed(&bench, "live").await;
    let when = When { method: "POST".to_owned(), path: "*/configure".to_owned(), nth: 2 };
    let failure = serde_json::from_value(json!({"messages": ["The disk has no agent."]})).unwrap();
    let fault = Fault::FailCertification(failure);
    bench.faults(vec![FaultRule { when, times: 1, fault }]);
    let report = bench.apply(&files).await;
    let told = format!("{:?}", steps(&report));
    assert!(told.contains("The disk has no agent."), "{told}");
    assert_eq!(live_title(&bench), "Contoso Image Scanner");
}

#[tokio::test]
async fn a_draft_that_is_edited_right_before_it_is_published_is_not_published() {
    // The last read of the draft is the writer's own, right before it sends the submission.
    let bench = Bench::new();
    let files = renamed(&bench, "draft").await;
    bench.apply(&files).await;
    let files: BTreeMap<String, String> =
        files.into_iter().map(|(path, text)| (path, text.replace("release: draft", "release: preview"))).collect();
    let plan = bench.plan(&files).await;
    let before = bench.requests().iter().filter(|request| request.contains("/resource-tree/")).count();
    bench.carry_out(&files, plan.clone(), &[]).await;
    let reads = bench.requests().iter().filter(|request| request.contains("/resource-tree/")).count() - before;
    assert!(reads > 1, "the draft is read again before the submission");
    assert_eq!(bench.submissions(), 1);
}
