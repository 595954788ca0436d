//! Releasing, in the sandbox, where it takes seconds.

use crate::sandbox::Serving;
use crate::sealed::{Sealed, whole};

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
fn a_release_that_nobody_is_notified_of_is_started_and_said() {
    let (portal, user) = (Sealed::empty(), Sealed::with_examples());
    let serving = Serving::start(&portal);
    let variables = [("OFFERFORM_TOKEN", "t"), ("OFFERFORM_ENDPOINT", serving.endpoint.as_str())];
    let line = "apply --auto-approve --publish --offer data-stream";
    let ran = user.run_with(&variables, line);
    assert_eq!(ran.exit, 0, "{}", ran.whole());
    assert!(ran.stdout.contains("publish: started"), "{}", ran.stdout);
    assert!(ran.stderr.contains("`notification_emails`"), "{}", ran.stderr);
    let named = [variables[0], variables[1], ("OFFERFORM_NOTIFICATION_EMAILS", "a@contoso.example")];
    let again = user.run_with(&named, "cancel contoso/data-stream --auto-approve");
    assert!(!again.whole().contains("`notification_emails`"), "{}", again.whole());
    let variables = [variables[0], variables[1], ("OFFERFORM_NOTIFICATION_EMAILS", "a@contoso.example, b")];
    whole!("release-notify-wrong", user.run_with(&variables, line));
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
