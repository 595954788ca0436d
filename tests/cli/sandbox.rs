//! `offerform sandbox`.

use std::io::{BufRead as _, BufReader};
use std::process::Child;

use crate::sealed::{Sealed, whole};

/// A running `sandbox serve`; ended with the test.
pub(crate) struct Serving {
    pub(crate) endpoint: String,
    child: Child,
}

impl Serving {
    pub(crate) fn start(sealed: &Sealed) -> Self {
        let mut child = sealed.start("sandbox serve", &[]);
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { endpoint: line.trim().to_owned(), child }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn another_process_uses_a_served_sandbox() {
    let (sealed, user) = (Sealed::empty(), Sealed::with_examples());
    let serving = Serving::start(&sealed);
    let token = [("OFFERFORM_TOKEN", "anything"), ("OFFERFORM_ENDPOINT", serving.endpoint.as_str())];
    whole!("serve-whoami", user.run_with(&token, "whoami"));
    let ran = user.run_with(&token, "plan");
    assert_eq!(ran.last_line(), "Plan: 1 to create, 2 to update, 0 to release, 1 unchanged.");
    let ran = user.run_with(&token, "apply --auto-approve --offer backup-app");
    assert_eq!(ran.last_line(), "Apply: 1 created, 0 updated, 0 unchanged, 0 refused, 0 failed.");
    whole!("serve-folder-in-use", sealed.run("sandbox log"));
    assert!(!user.path(".offerform/sandbox").exists());
    assert!(user.path(".offerform/record.json").exists(), "what the service rewrites is remembered by the user of it");
}

#[cfg(unix)]
#[test]
fn a_served_sandbox_ends_with_ctrl_c_and_keeps_what_happened() {
    let (sealed, user) = (Sealed::empty(), Sealed::with_examples());
    let mut serving = Serving::start(&sealed);
    let line = format!("--endpoint {} apply --auto-approve --offer backup-app", serving.endpoint);
    assert_eq!(user.run_with(&[("OFFERFORM_TOKEN", "anything")], &line).exit, 0);
    crate::interrupt::press_ctrl_c(&serving.child);
    assert_eq!(serving.child.wait().unwrap().code(), Some(0));
    assert!(sealed.run("sandbox log").stdout.contains(" PUT "));
}

#[test]
fn an_edit_is_seen_by_the_next_plan() {
    let sealed = Sealed::with_examples();
    sealed.run("--sandbox apply --auto-approve");
    let mut command = sealed.command("sandbox edit contoso/firewall /definition/displayText");
    command.arg("By hand");
    whole!("sandbox-edit", sealed.finish(command));
    whole!("sandbox-edit-seen", sealed.run("--sandbox plan --offer firewall"));
    let removed = sealed.run("sandbox edit contoso/firewall /definition/plans/0/regions/0 --remove");
    assert_eq!(removed.exit, 0);
    whole!("sandbox-edit-seen-too", sealed.run("--sandbox plan --offer firewall"));
}

#[test]
fn an_edit_of_nothing_is_an_error() {
    let sealed = Sealed::empty();
    whole!("sandbox-edit-unknown-offer", sealed.run("sandbox edit contoso/no /definition/displayText x"));
    whole!("sandbox-edit-unknown-place", sealed.run("sandbox edit contoso/firewall /definition/nowhere/here x"));
    whole!("sandbox-edit-bad-pointer", sealed.run("sandbox edit contoso/firewall definition x"));
}

#[test]
fn reset_forgets_everything() {
    let sealed = Sealed::with_examples();
    sealed.run("--sandbox apply --auto-approve");
    assert_eq!(sealed.run("--sandbox plan --detailed-exitcode").exit, 0);
    whole!("sandbox-reset", sealed.run("sandbox reset"));
    let ran = sealed.run("--sandbox plan");
    assert_eq!(ran.last_line(), "Plan: 1 to create, 2 to update, 0 to release, 1 unchanged.");
    assert_eq!(sealed.run("sandbox reset").exit, 0);
}

#[test]
fn the_log_tells_what_was_asked() {
    let sealed = Sealed::with_examples();
    whole!("sandbox-log-empty", sealed.run("sandbox log"));
    sealed.run("--sandbox plan --offer backup-app");
    whole!("sandbox-log", sealed.run("sandbox log"));
    whole!("sandbox-log-json", sealed.run("sandbox log --last 1 --format json"));
}

#[test]
fn faults_are_set_shown_played_and_cleared() {
    let sealed = Sealed::with_examples();
    whole!("sandbox-faults-none", sealed.run("sandbox faults"));
    sealed.write("faults.json", r#"[{"when": {"method": "PUT"}, "fault": "lose_answer"}]"#);
    whole!("sandbox-faults-set", sealed.run("sandbox faults faults.json"));
    // The write is done and its answer lost: reading settles it.
    let ran = sealed.run("--sandbox apply --auto-approve --offer linux-images");
    assert_eq!(ran.exit, 0, "{}", ran.stdout);
    whole!("sandbox-fault-played", ran);
    assert_eq!(sealed.run("sandbox faults").stdout, "[]\n", "it is used up");
    sealed.run("sandbox faults faults.json");
    assert_eq!(sealed.run("sandbox faults --clear").stdout, "[]\n");
    sealed.write("faults.json", r#"[{"when": {"method": "PUT"}, "fault": "explode"}]"#);
    whole!("sandbox-faults-wrong", sealed.run("sandbox faults faults.json"));
    whole!("sandbox-faults-missing", sealed.run("sandbox faults no.json"));
}

#[test]
fn a_broken_state_says_how_to_go_on() {
    let sealed = Sealed::empty();
    sealed.run("sandbox log");
    sealed.write(".offerform/sandbox/state.json", "{ broken");
    whole!("sandbox-broken", sealed.run("sandbox log"));
    assert_eq!(sealed.run("sandbox reset").exit, 0);
    assert_eq!(sealed.run("sandbox log").exit, 0);
}
