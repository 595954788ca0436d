//! Releasing, in the sandbox, where it takes seconds.

use serde_json::json;

use crate::sealed::{Sealed, offer, whole};
use crate::stand_in::{Asked, StandIn};

#[test]
fn a_plan_shows_the_steps_that_are_missing() {
    let sealed = Sealed::with_examples();
    whole!("release-plan", sealed.run("--sandbox plan --go-live --offer linux-images --offer backup-app"));
    let ran = sealed.run("--sandbox plan --detailed-exitcode --publish --offer data-stream");
    assert_eq!((ran.exit, ran.last_line()), (2, "Plan: 0 to create, 0 to update, 1 to release, 0 unchanged."));
}

#[test]
fn apply_starts_and_returns_and_the_next_one_waits_to_the_end() {
    let sealed = Sealed::with_examples();
    whole!("release-apply", sealed.run("--sandbox apply --auto-approve --go-live --offer linux-images"));
    let ran = sealed.run("--sandbox apply --auto-approve --go-live --offer linux-images --wait");
    assert_eq!(ran.exit, 0, "{}", ran.whole());
    // What is seen of the steps depends on the moment.
    assert!(ran.stderr.contains("contoso/linux-images: go live: Live"), "{}", ran.stderr);
    let mut told = sealed.run("--sandbox plan --detailed-exitcode --go-live --offer linux-images");
    assert_eq!(told.exit, 0);
    told.stderr.clear();
    whole!("release-done", told);
}

#[test]
fn a_draft_that_changed_while_an_older_one_is_published_is_refused_by_default() {
    let sealed = Sealed::with_examples();
    sealed.run("--sandbox apply --auto-approve --publish --offer linux-images");
    sealed.edit("offers/linux-images.yaml", "displayText: ", "displayText: New ");
    let ran = sealed.run("--sandbox apply --auto-approve --publish --offer linux-images");
    assert_eq!(ran.exit, 3);
    whole!("release-busy", ran);
    let skipped = sealed.run("--sandbox apply --auto-approve --publish --offer linux-images --if-publishing skip");
    assert_eq!(skipped.exit, 0);
    let cancelled =
        sealed.run("--sandbox apply --auto-approve --publish --offer linux-images --if-publishing cancel --wait");
    assert_eq!(cancelled.exit, 0, "{}", cancelled.whole());
}

#[test]
fn a_failed_certification_is_told_with_the_words_of_the_service() {
    let sealed = Sealed::with_examples();
    let failure = r#"{"messages": ["<p>The image has <b>no</b> agent.</p>\u001b[2J ::error::x"]}"#;
    sealed.write(
        "faults.json",
        &format!(r#"[{{"when": {{"method": "POST"}}, "fault": {{"fail_certification": {failure}}}}}]"#),
    );
    sealed.run("sandbox faults faults.json");
    let mut ran = sealed.run("--sandbox apply --auto-approve --publish --wait --offer data-stream");
    assert_eq!(ran.exit, 1);
    ran.stderr.clear();
    whole!("release-failed", ran);
    whole!("release-failed-before", sealed.run("--sandbox plan --publish --offer data-stream"));
    let again = sealed.run("--sandbox apply --auto-approve --publish --wait --offer data-stream --retry-publish");
    assert_eq!(again.exit, 0, "{}", again.whole());
}

#[test]
fn a_plan_file_holds_how_far_to_release() {
    let sealed = Sealed::with_examples();
    assert_eq!(sealed.run("--sandbox plan --publish --offer data-stream --out plan.json").exit, 0);
    whole!("release-plan-file-and-flag", sealed.run("--sandbox apply plan.json --auto-approve --go-live"));
    let ran = sealed.run("--sandbox apply plan.json --auto-approve");
    assert_eq!(ran.exit, 0);
    assert!(ran.stdout.contains("publish: started"), "{}", ran.stdout);
    // What it was about is under way: following it is the same to a reviewer.
    let again = sealed.run("--sandbox apply plan.json --auto-approve");
    assert_eq!(again.exit, 0, "{}", again.whole());
    assert!(again.stdout.contains("publish: already running"), "{}", again.stdout);
}

#[test]
fn nothing_is_written_if_nobody_is_named_to_be_notified() {
    let sealed = Sealed::empty();
    sealed.write("offers/a.yaml", &offer("one", "title: New"));
    let service = StandIn::start(|asked: &Asked| {
        let path = asked.path.split('?').next().unwrap();
        let document = json!({ "publisherId": "contoso", "id": "one", "offerTypeId": "microsoft-azure-invented",
            "definition": { "offer": { "microsoft-azure-invented.title": "Old" } } });
        let (status, body) = match path.rsplit('/').next().unwrap() {
            "status" => (200, json!({ "status": "neverPublished" })),
            "" => (200, json!([])),
            "preview" | "production" => (404, json!({})),
            _ => (200, document),
        };
        (status, "etag: \"1\"\r\n".to_owned(), body.to_string())
    });
    let line = format!("--endpoint {} apply --auto-approve --publish", service.endpoint);
    let ran = sealed.run_with(&[("OFFERFORM_TOKEN", "t")], &line);
    assert_eq!(ran.exit, 1);
    whole!("release-nobody-notified", ran);
    let variables = [("OFFERFORM_TOKEN", "t"), ("OFFERFORM_NOTIFICATION_EMAILS", "a@contoso.example, b")];
    whole!("release-notify-wrong", sealed.run_with(&variables, &line));
}

#[test]
fn a_draft_that_is_not_released_as_far_as_declared_is_drift_unless_the_service_is_at_it() {
    let sealed = Sealed::with_examples();
    sealed.edit("offers/data-stream.yaml", "\nreconcile:\n", "\nreconcile:\n  release: preview\n");
    let ran = sealed.run("--sandbox drift --offer data-stream");
    assert_eq!(ran.exit, 2);
    whole!("drift-not-released", ran);
    assert_eq!(sealed.run("--sandbox apply --auto-approve --offer data-stream").exit, 0);
    assert_eq!(sealed.run("--sandbox drift --offer data-stream").exit, 0, "it runs, or is done");
}
