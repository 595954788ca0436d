//! `status`, `operations` and `diff`, in the sandbox.

use crate::sealed::{Sealed, whole};

#[test]
fn the_status_tells_what_stands_where() {
    let sealed = Sealed::with_examples();
    whole!("status", sealed.run("--sandbox status"));
    whole!("status-one", sealed.run("--sandbox --publisher contoso status firewall contoso/nowhere"));
    whole!("status-no-address", sealed.run("--sandbox status firewall"));
    let empty = Sealed::empty();
    assert_eq!(empty.run("--sandbox status contoso/firewall").exit, 0, "no file is needed");
    assert_eq!(empty.run("--sandbox status").exit, 1);
}

#[test]
fn a_watched_status_ends_when_the_preview_waits() {
    let sealed = Sealed::with_examples();
    sealed.run("--sandbox publish contoso/data-stream --auto-approve");
    let ran = sealed.run("--sandbox status --watch contoso/data-stream contoso/firewall");
    assert_eq!(ran.exit, 0, "{}", ran.whole());
    assert!(ran.stdout.contains("the preview is ready and waits for a go-live"), "{}", ran.stdout);
    // In a pipe, a line for each change of step, and none twice.
    let steps: Vec<&str> =
        ran.stderr.lines().filter_map(|line| line.split_once(": publish: ")).map(|(_, s)| s).collect();
    let named: Vec<&str> =
        steps.iter().filter_map(|step| step.split_once(|c: char| c.is_ascii_digit())).map(|(n, _)| n).collect();
    assert!(!named.is_empty() && named.windows(2).all(|pair| pair[0] != pair[1]), "{}", ran.stderr);
}

#[test]
fn a_watched_status_says_that_something_failed() {
    let sealed = Sealed::with_examples();
    sealed.write(
        "faults.json",
        r#"[{"when": {"method": "POST"}, "fault": {"fail_certification": {"messages": ["<p>No agent.</p>"]}}}]"#,
    );
    sealed.run("sandbox faults faults.json");
    sealed.run("--sandbox publish contoso/data-stream --auto-approve");
    let mut ran = sealed.run("--sandbox status --watch contoso/data-stream");
    assert_eq!(ran.exit, 1);
    ran.stderr.clear();
    whole!("status-failed", ran);
    whole!("publish-failed-before", sealed.run("--sandbox publish contoso/data-stream --auto-approve"));
}

#[test]
fn operations_are_listed_shown_and_waited_for() {
    let sealed = Sealed::with_examples();
    whole!("operations-none", sealed.run("--sandbox operations list contoso/firewall"));
    whole!("operations-show-none", sealed.run("--sandbox operations show contoso/firewall"));
    whole!("operations-wait-none", sealed.run("--sandbox operations wait contoso/firewall"));
    sealed.run("--sandbox publish contoso/data-stream --auto-approve");
    let waited = sealed.run("--sandbox operations wait contoso/data-stream");
    assert_eq!((waited.exit, waited.stdout.contains("publish: done")), (0, true), "{}", waited.whole());
    whole!("operations-list", sealed.run("--sandbox operations list contoso/data-stream"));
    whole!("operations-show", sealed.run("--sandbox operations show contoso/data-stream"));
    whole!("operations-show-unknown", sealed.run("--sandbox operations show contoso/data-stream no-such-id"));
    sealed.run("--sandbox operations cancel contoso/data-stream --auto-approve --wait");
    whole!("operations-cancelled", sealed.run("--sandbox operations list contoso/data-stream"));
}

#[test]
fn two_slots_are_compared() {
    let sealed = Sealed::with_examples();
    whole!("diff-none", sealed.run("--sandbox diff contoso/firewall"));
    whole!("diff", sealed.run("--sandbox diff contoso/firewall --from preview --to draft"));
    whole!("diff-no-preview", sealed.run("--sandbox diff contoso/data-stream"));
    whole!("diff-new", sealed.run("--sandbox diff contoso/data-stream --from production --to draft"));
    whole!("diff-bad-slot", sealed.run("--sandbox diff contoso/firewall --from staging"));
}

/// The id alone is enough where a file says whose offer it is.
#[test]
fn an_offer_is_found_by_its_id_in_the_files() {
    let sealed = Sealed::with_examples();
    let ran = sealed.run("--sandbox status firewall");
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("contoso/firewall: "), "{}", ran.stdout);
    let ran = sealed.run("--sandbox status nowhere");
    assert!(ran.exit == 1 && ran.stderr.contains("--publisher"), "{}", ran.stderr);
    let ran = Sealed::empty().run("--sandbox status");
    assert!(ran.exit == 1 && ran.stderr.contains("hint: ") && ran.stderr.contains("import --all"), "{}", ran.stderr);
}

#[test]
fn operations_are_listed_for_all_offers_of_the_files() {
    let sealed = Sealed::with_examples();
    assert_eq!(sealed.run("--sandbox publish contoso/data-stream --auto-approve").exit, 0);
    let ran = sealed.run("--sandbox operations list --format json");
    let list: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let counts: Vec<(&str, usize)> = list["offers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|offer| (offer["address"].as_str().unwrap(), offer["operations"].as_array().unwrap().len()))
        .collect();
    assert_eq!(counts.len(), 6, "{counts:?}");
    assert!(counts.contains(&("contoso/data-stream", 1)), "{counts:?}");
}

/// `--from A --to B` is the change from A to B, and so is what an edit in the portal did to the draft.
#[test]
fn the_second_slot_is_the_new_side() {
    let sealed = Sealed::with_examples();
    let place = "/definition/offer/microsoft-azure-marketplace.longSummary";
    let mut command = sealed.command("sandbox edit contoso/firewall");
    command.args([place, "Edited in the portal"]);
    assert_eq!(sealed.finish(command).exit, 0);
    let side = |line: &str, side: &str| {
        let ran = sealed.run(&format!("--sandbox diff contoso/firewall {line} --format json"));
        let difference: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let changes = difference["changes"].as_array().unwrap();
        let change = changes.iter().find(|change| change["path"] == place).unwrap();
        change[side] == "Edited in the portal"
    };
    assert!(side("--from production --to draft", "after"));
    assert!(side("--from draft --to production", "before"));
    let drift = sealed.run("--sandbox drift --offer firewall").stdout;
    let edited = drift.lines().find(|line| line.contains("Edited in the portal"));
    assert!(edited.is_some_and(|line| line.trim_start().starts_with('+')), "{drift}");
}

#[test]
fn a_version_that_does_not_exist_is_answered_with_those_that_do() {
    let sealed = Sealed::with_examples();
    for (from, to) in [("v99", "draft"), ("draft", "v99")] {
        let ran = sealed.run(&format!("--sandbox diff contoso/firewall --from {from} --to {to}"));
        assert_eq!((ran.exit, ran.stdout.as_str()), (1, ""), "{}", ran.whole());
        assert!(ran.stderr.contains("no version 99") && ran.stderr.contains("v3 ("), "{}", ran.stderr);
    }
    let ran = sealed.run("--sandbox diff contoso/nowhere --from v1 --to v2");
    assert!(ran.exit == 1 && ran.stderr.contains("no offer `contoso/nowhere`"), "{}", ran.whole());
    for wrong in ["3", "v", "v-1", "v1.5", "vx", "live", "v99999999999999999999"] {
        let ran = sealed.run(&format!("--sandbox diff contoso/firewall --from={wrong}"));
        assert!(ran.exit == 1 && ran.stderr.contains("such as `v3`"), "{wrong}: {}", ran.whole());
    }
}
