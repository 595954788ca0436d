//! `offerform sandbox`.

use std::io::{BufRead as _, BufReader};
use std::process::Child;

use crate::sealed::{Sealed, offer, whole};

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
    let ingestion = format!("{}/rp/product-ingestion", serving.endpoint);
    let token = [
        ("OFFERFORM_TOKEN", "anything"),
        ("OFFERFORM_ENDPOINT", serving.endpoint.as_str()),
        ("OFFERFORM_INGESTION_TOKEN", "anything"),
        ("OFFERFORM_INGESTION_ENDPOINT", ingestion.as_str()),
    ];
    whole!("serve-whoami", user.run_with(&token, "whoami"));
    let ran = user.run_with(&token, "plan");
    assert_eq!(ran.last_line(), "Plan: 1 to create, 4 to update, 0 to release, 1 unchanged.");
    let ran = user.run_with(&token, "apply --auto-approve --offer backup-app");
    assert_eq!(ran.last_line(), "Apply: 1 created, 0 updated, 0 unchanged, 0 refused, 0 failed.");
    assert!(!user.path(".offerform/sandbox").exists());
    assert!(user.path(".offerform/record.json").exists(), "what the service rewrites is remembered by the user of it");
}

#[test]
fn a_served_sandbox_is_edited_logged_and_disturbed_in_its_own_folder() {
    let sealed = Sealed::with_examples();
    sealed.run("--sandbox plan");
    let serving = Serving::start(&sealed);
    works_on_the_served(&sealed, &serving, &[]);
    let plan = sealed.run("--sandbox plan --offer data-stream --detailed-exitcode");
    assert_eq!(plan.exit, 2, "it plans against what is served: {}", plan.whole());
    let log = sealed.run("sandbox log").stdout;
    let numbers: Vec<u64> = log.lines().map(|line| line.split_whitespace().next().unwrap().parse().unwrap()).collect();
    assert_eq!(numbers, (0..numbers.len() as u64).collect::<Vec<_>>(), "what was asked before it was served, too");
    let reset = sealed.run("sandbox reset");
    assert!(reset.exit == 1 && reset.stderr.contains(&serving.endpoint), "{}", reset.whole());
    let again = sealed.run("sandbox serve");
    assert!(again.exit == 1 && again.stderr.contains(&serving.endpoint), "{}", again.whole());
}

#[test]
fn a_served_sandbox_is_edited_logged_and_disturbed_from_elsewhere() {
    let (sealed, user) = (Sealed::empty(), Sealed::with_examples());
    let serving = Serving::start(&sealed);
    works_on_the_served(&user, &serving, &[("OFFERFORM_ENDPOINT", serving.endpoint.as_str())]);
    assert!(!user.path(".offerform").exists(), "no other sandbox was made");
}

fn works_on_the_served(user: &Sealed, serving: &Serving, variables: &[(&str, &str)]) {
    let asked = [("OFFERFORM_TOKEN", "anything"), ("OFFERFORM_ENDPOINT", serving.endpoint.as_str())];
    let edited = user.run_with(variables, "sandbox edit contoso/data-stream /definition/displayText Edited");
    assert_eq!(edited.exit, 0, "{}", edited.whole());
    let plan = user.run_with(&asked, "plan --offer data-stream");
    assert!(plan.stdout.contains("\"Edited\""), "{}", plan.whole());
    assert!(user.run_with(variables, "sandbox log").stdout.contains("/offers/data-stream"));
    user.write("faults.json", r#"[{"when": {"path": "*/data-stream"}, "fault": {"status": {"status": 403}}}]"#);
    let set = user.run_with(variables, "sandbox faults faults.json");
    assert_eq!(set.exit, 0, "{}", set.whole());
    assert_eq!(user.run_with(&asked, "plan --offer data-stream").exit, 1, "the fault was played");
    assert_eq!(user.run_with(variables, "sandbox faults").stdout, "[]\n");
    let unknown = user.run_with(variables, "sandbox edit contoso/no /definition/displayText x");
    assert!(unknown.exit == 1 && unknown.stderr.contains("contoso/data-stream"), "{}", unknown.whole());
}

#[test]
fn an_endpoint_that_is_no_sandbox_is_not_mistaken_for_one() {
    let user = Sealed::empty();
    let other = crate::stand_in::StandIn::always(200, "[1]");
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for endpoint in [other.endpoint.clone(), format!("http://{gone}")] {
        for line in ["sandbox edit contoso/firewall /definition/displayText x", "sandbox log", "sandbox faults"] {
            let ran = user.run_with(&[("OFFERFORM_ENDPOINT", endpoint.as_str())], line);
            assert!(ran.exit == 1 && ran.stderr.contains(&endpoint), "{line}: {}", ran.whole());
        }
    }
    assert!(!user.path(".offerform").exists());
    let line = "--sandbox sandbox edit contoso/firewall /definition/displayText x";
    assert_eq!(user.run_with(&[("OFFERFORM_ENDPOINT", other.endpoint.as_str())], line).exit, 0);
}

#[test]
fn a_second_command_waits_for_the_first() {
    let sealed = Sealed::empty();
    sealed.run("sandbox log");
    let lock = std::fs::File::options().write(true).open(sealed.path(".offerform/sandbox/lock")).unwrap();
    lock.try_lock().unwrap();
    let waiting = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(1500));
        drop(lock);
    });
    let ran = sealed.run("sandbox edit contoso/firewall /definition/displayText x");
    assert!(ran.exit == 0 && ran.stderr.contains("waiting up to 60 s"), "{}", ran.whole());
    waiting.join().unwrap();
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ran = Sealed::empty().run(&format!("sandbox serve --port {port}"));
    assert!(ran.exit == 1 && ran.stderr.contains(&port) && ran.stderr.contains("--port"), "{}", ran.whole());
}

#[test]
fn offers_of_any_publisher_can_be_tried_at_once() {
    let sealed = Sealed::empty();
    sealed.write("offers/own.yaml", &offer("own", "title: Own").replace("contoso", "fabrikam"));
    let ran = sealed.run("--sandbox apply --auto-approve");
    assert_eq!(ran.last_line(), "Apply: 1 created, 0 updated, 0 unchanged, 0 refused, 0 failed.", "{}", ran.whole());
    assert_eq!(sealed.run("--sandbox plan --detailed-exitcode").exit, 0);
    assert!(sealed.run("--sandbox whoami").stdout.contains("fabrikam"));
    assert_eq!(sealed.run("--sandbox import fabrikam/own --dir again").exit, 0);
}

#[test]
fn what_was_imported_is_no_change_after_a_reset_or_in_another_clone() {
    let sealed = Sealed::empty();
    assert_eq!(sealed.run("--sandbox import --all").exit, 0);
    sealed.run("sandbox reset");
    let ran = sealed.run("--sandbox plan --detailed-exitcode");
    assert_eq!(ran.exit, 0, "{}", ran.whole());
    let clone = Sealed::empty();
    for entry in walkdir::WalkDir::new(sealed.path("offers")).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(sealed.root()).unwrap().to_str().unwrap();
            clone.write(path, &sealed.read(path));
        }
    }
    let ran = clone.run("--sandbox plan --detailed-exitcode");
    assert_eq!(ran.exit, 0, "{}", ran.whole());
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
    assert_eq!(ran.last_line(), "Plan: 1 to create, 4 to update, 0 to release, 1 unchanged.");
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
