//! `offerform apply`, in the sandbox.

use serde_json::Value;

use crate::sandbox::Serving;
use crate::sealed::{Sealed, whole};

/// How many PUTs the sandbox got.
fn puts(sealed: &Sealed) -> usize {
    sealed.run("sandbox log").stdout.lines().filter(|line| line.contains(" PUT ")).count()
}

#[test]
fn applying_the_examples_leaves_nothing_to_do() {
    let sealed = Sealed::with_examples();
    // One offer at a time, so that their lines come in order.
    let ran = sealed.run("--sandbox apply --auto-approve --parallelism 1 --report run.json");
    assert_eq!(ran.last_line(), "Apply: 1 created, 4 updated, 1 unchanged, 0 refused, 0 failed.");
    let report: Value = serde_json::from_str(&sealed.read("run.json")).unwrap();
    assert_eq!(report["result"], "done");
    whole!("apply", sealed.run("--sandbox apply --auto-approve"));
    assert_eq!(puts(&sealed), 3);
}

#[test]
fn an_applied_change_is_reported_in_full() {
    let sealed = Sealed::with_examples();
    whole!("apply-one", sealed.run("--sandbox apply --auto-approve --offer linux-images --report run.json"));
    let mut ran = sealed.run("--help");
    ran.stdout = sealed.read("run.json");
    whole!("apply-report", ran);
    let quiet = sealed.run("--sandbox -q apply --auto-approve --offer backup-app");
    assert_eq!((quiet.exit, quiet.stderr.as_str()), (0, ""));
}

#[test]
fn without_anybody_to_ask_nothing_is_written() {
    let sealed = Sealed::with_examples();
    let ran = sealed.run("--sandbox apply --offer linux-images");
    assert_eq!(ran.exit, 1);
    whole!("apply-nobody-to-ask", ran);
    assert_eq!(puts(&sealed), 0);
}

#[test]
fn a_guard_refuses_the_whole_run_until_it_is_allowed() {
    let sealed = Sealed::with_examples();
    sealed.edit("offers/firewall.yaml", "    - planId: byol", "    - planId: byol-2");
    let refused = sealed.run("--sandbox apply --auto-approve");
    assert_eq!((refused.exit, puts(&sealed)), (3, 0));
    whole!("apply-guarded", sealed.run("--sandbox apply --auto-approve --offer firewall"));
    let other = sealed.run("--sandbox apply --auto-approve --allow sku-removal:contoso/firewall/standard");
    assert_eq!((other.exit, puts(&sealed)), (1, 0), "another target is another guard, which this plan does not have");
    let allowed = sealed.run("--sandbox apply --auto-approve --allow sku-removal:contoso/firewall/byol");
    assert_eq!((allowed.exit, puts(&sealed)), (0, 3));
}

#[test]
fn a_reviewed_plan_is_what_happens() {
    let sealed = Sealed::with_examples();
    assert_eq!(sealed.run("--sandbox plan --out plan.json").exit, 0);
    let ran = sealed.run("--sandbox apply plan.json --auto-approve");
    assert_eq!((ran.exit, puts(&sealed)), (0, 3));
    assert_eq!(sealed.run("--sandbox plan --detailed-exitcode").exit, 0);
}

#[test]
fn a_plan_that_no_longer_holds_is_refused() {
    let sealed = Sealed::with_examples();
    sealed.run("--sandbox plan --out plan.json");
    sealed.run("sandbox edit contoso/linux-images /definition/displayText Elsewhere");
    sealed.run("sandbox edit contoso/firewall /definition/offer/microsoft-azure-marketplace.unknown unmanaged");
    let ran = sealed.run("--sandbox apply plan.json --auto-approve");
    assert_eq!((ran.exit, puts(&sealed)), (3, 0));
    whole!("apply-stale", ran);
    assert_eq!(sealed.run("--sandbox apply plan.json --auto-approve").exit, 3);
}

#[test]
fn an_edit_to_what_no_file_mentions_does_not_spoil_a_review() {
    let sealed = Sealed::with_examples();
    sealed.run("--sandbox plan --offer firewall --out plan.json");
    sealed.run("sandbox edit contoso/firewall /definition/offer/microsoft-azure-marketplace.unknown unmanaged");
    assert_eq!(sealed.run("--sandbox apply plan.json --auto-approve").exit, 0);
}

#[test]
fn a_plan_file_that_was_tampered_with_is_refused() {
    let sealed = Sealed::with_small_offer();
    sealed.run("--sandbox plan --out plan.json");
    sealed.edit("offers/small.yaml", "title: Small", "title: Large");
    whole!("apply-files-changed", sealed.run("--sandbox apply plan.json --auto-approve"));
    sealed.edit("offers/small.yaml", "title: Large", "title: Small");
    let digest =
        serde_json::from_str::<Value>(&sealed.read("plan.json")).unwrap()["digest"].as_str().unwrap().to_owned();
    sealed.edit("plan.json", &digest, &format!("sha256:{}", "0".repeat(64)));
    whole!("apply-tampered", sealed.run("--sandbox apply plan.json --auto-approve"));
    assert_eq!(puts(&sealed), 0);
}

/// The digest says what is sent; whoever reads the file sees its changes, and must not see others.
#[test]
fn a_plan_file_that_shows_something_else_than_it_does_is_refused() {
    let sealed = Sealed::with_small_offer();
    sealed.run("--sandbox plan --out plan.json");
    let whole = sealed.read("plan.json");
    let tampered = |change: &dyn Fn(&mut Value)| {
        let mut plan: Value = serde_json::from_str(&whole).unwrap();
        change(&mut plan);
        sealed.write("plan.json", &plan.to_string());
        let ran = sealed.run("--sandbox apply plan.json --auto-approve");
        (ran.exit, ran.stderr)
    };
    let empty = |plan: &mut Value| plan["offers"][0]["changes"] = Value::Array(Vec::new());
    assert_eq!(tampered(&empty).0, 3);
    let other = |plan: &mut Value| plan["offers"][0]["changes"][0]["after"] = Value::from("something harmless");
    let (exit, stderr) = tampered(&other);
    assert!(exit == 3 && stderr.contains("something harmless"), "{stderr}");
    let idle = |plan: &mut Value| plan["allow"] = Value::from(vec!["sku-removal:contoso/small/basic"]);
    assert_eq!(tampered(&idle).0, 1);
    assert_eq!(puts(&sealed), 0);
    assert_eq!(tampered(&|_| ()).0, 0);
}

#[test]
fn a_plan_file_goes_alone_and_to_its_own_service() {
    let sealed = Sealed::with_small_offer();
    sealed.run("--sandbox plan --out plan.json");
    whole!("apply-plan-and-paths", sealed.run("--sandbox apply plan.json offers --auto-approve"));
    whole!("apply-plan-and-offer", sealed.run("--sandbox apply plan.json --offer small --auto-approve"));
    let elsewhere = [("OFFERFORM_TOKEN", "t")];
    whole!(
        "apply-plan-elsewhere",
        sealed.run_with(&elsewhere, "--endpoint http://127.0.0.1:9 apply plan.json --auto-approve")
    );
    sealed.edit("plan.json", "\"format_version\": \"1.0\"", "\"format_version\": \"2.0\"");
    whole!("apply-plan-too-new", sealed.run("--sandbox apply plan.json --auto-approve"));
    sealed.write("plan.json", "{\"format_version\": \"1.0\", \"digest\": 7}");
    whole!("apply-plan-broken", sealed.run("--sandbox apply plan.json --auto-approve"));
}

#[test]
fn an_edit_in_between_is_a_conflict_and_the_others_go_on() {
    let sealed = Sealed::with_examples();
    // The second GET of the offer is the one just before its PUT.
    sealed.write(
        "faults.json",
        r#"[{"when": {"method": "GET", "path": "*/offers/linux-images", "nth": 2}, "fault": {"edit_between":
           {"offer": "contoso/linux-images", "edit": {"set": {"pointer": "/definition/displayText", "value": "By hand"}}}}}]"#,
    );
    assert_eq!(sealed.run("sandbox faults faults.json").exit, 0);
    let alone = sealed.run("--sandbox apply --auto-approve --offer linux-images --report run.json");
    assert_eq!((alone.exit, puts(&sealed)), (3, 0), "nothing was written, so it is a refusal");
    whole!("apply-conflict", alone);
    sealed.run("sandbox reset");
    sealed.run("sandbox faults faults.json");
    let all = sealed.run("--sandbox apply --auto-approve --parallelism 1");
    assert_eq!((all.exit, puts(&sealed)), (1, 2), "something was written, so it is an error");
}

#[test]
fn secrets_are_named_before_the_first_write() {
    let sealed = Sealed::with_examples();
    let serving = crate::sandbox::Serving::start(&sealed);
    let user = Sealed::with_examples();
    let line = format!("--endpoint {} apply --auto-approve --offer firewall", serving.endpoint);
    let ran = user.run_with(&[("OFFERFORM_TOKEN", "t"), ("MARKETO_CLIENT_SECRET", "m4rket0")], &line);
    assert_eq!(ran.exit, 1);
    whole!("apply-secret-missing", ran);
    drop(serving);
    assert_eq!(puts(&sealed), 0);
}

/// What cannot be allowed by setting a variable is told first: nobody sets secrets for a plan that is refused anyway.
#[test]
fn a_guard_is_told_before_secrets_that_are_not_set() {
    let (served, user) = (Sealed::empty(), Sealed::empty());
    let serving = Serving::start(&served);
    let with = [("OFFERFORM_TOKEN", "anything"), ("OFFERFORM_ENDPOINT", serving.endpoint.as_str())];
    let imported = user.run_with(&with, "import contoso/firewall");
    assert!(imported.exit == 0 && imported.stdout.contains("Set these variables"), "{}", imported.whole());
    let file = "offers/firewall.yaml";
    user.edit(file, "planId: standard", "planId: renamed");
    let refused = user.run_with(&with, "apply --auto-approve");
    assert_eq!(refused.exit, 3, "{}", refused.whole());
    assert!(refused.stderr.contains("guards are not allowed"), "{}", refused.stderr);
    // A plan that was made without the variables says the same when it is applied.
    user.run_with(&with, "plan --out plan.json");
    let again = user.run_with(&with, "apply plan.json --auto-approve");
    assert_eq!((again.exit, &again.stderr), (3, &refused.stderr));
}

/// Whom the service writes to is no condition of a release: the plan says nothing else than the apply does.
#[test]
fn a_release_needs_nobody_to_be_notified() {
    let (served, user) = (Sealed::empty(), Sealed::empty());
    let serving = Serving::start(&served);
    let with = [("OFFERFORM_TOKEN", "anything"), ("OFFERFORM_ENDPOINT", serving.endpoint.as_str())];
    user.run_with(&with, "import contoso/data-stream");
    let planned = user.run_with(&with, "plan --publish --detailed-exitcode");
    let applied = user.run_with(&with, "apply --publish --auto-approve");
    assert!(planned.exit == 2 && applied.exit == 0, "{}{}", planned.whole(), applied.whole());
    assert!(applied.stderr.contains("notifies nobody"), "{}", applied.stderr);
}
