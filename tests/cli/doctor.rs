//! `offerform doctor`.

#![expect(clippy::disallowed_methods, reason = "the program finds git by the PATH of the tests")]

use std::process::Command;

use crate::sandbox::Serving;
use crate::sealed::{Sealed, whole};

/// Runs git in the repository.
fn git(sealed: &Sealed, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=Test", "-c", "user.email=test@contoso.example", "-c", "commit.gpgsign=false"]);
    let output = git.args(arguments).current_dir(sealed.root()).env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A run that finds git.
fn doctor(sealed: &Sealed, variables: &[(&str, &str)], line: &str) -> crate::sealed::Ran {
    let mut command = sealed.command(line);
    command.env("PATH", std::env::var_os("PATH").unwrap()).env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.envs(variables.iter().copied());
    sealed.finish(command)
}

fn committed() -> Sealed {
    let sealed = Sealed::with_examples();
    std::fs::remove_dir(sealed.path(".git")).unwrap();
    git(&sealed, &["init", "-q", "-b", "main"]);
    git(&sealed, &["add", "."]);
    git(&sealed, &["commit", "-q", "-m", "Begin"]);
    sealed
}

/// The variables that sign in to a served sandbox, for both APIs.
fn signed_in(serving: &Serving) -> [(&str, &str); 3] {
    [
        ("OFFERFORM_TOKEN", "anything"),
        ("OFFERFORM_ENDPOINT", serving.endpoint.as_str()),
        ("OFFERFORM_INGESTION_TOKEN", "anything"),
    ]
}

/// The words of the checks that came to `verdict`.
fn with(ran: &crate::sealed::Ran, verdict: &str) -> Vec<String> {
    let rows = ran.stdout.lines().filter_map(|line| line.strip_prefix(&format!("{verdict:<9}")));
    rows.map(|row| row.split_whitespace().next().unwrap().to_owned()).collect()
}

#[test]
fn all_is_well_in_the_sandbox() {
    let sealed = committed();
    let ran = doctor(&sealed, &[], "--sandbox doctor --base HEAD");
    assert_eq!((ran.exit, with(&ran, "failed"), with(&ran, "warning")), (0, vec![], vec![]), "{}", ran.stdout);
    assert_eq!(
        with(&ran, "ok"),
        [
            "settings",
            "files",
            "git",
            "history",
            "base",
            "record",
            "sign-in",
            "clock",
            "publisher",
            "offers",
            "sign-in",
            "products"
        ]
    );
    assert_eq!(ran.last_line(), "Doctor: 12 ok, 0 warnings, 0 failed.");
}

#[test]
fn an_empty_folder_without_anything_is_told_what_to_do() {
    let sealed = Sealed::empty();
    std::fs::remove_dir(sealed.path(".git")).unwrap();
    whole!("doctor-nothing", doctor(&sealed, &[("AZURE_TENANT_ID", "t"), ("AZURE_CLIENT_SECRET", "s")], "doctor"));
}

#[test]
fn what_is_missing_is_told_with_what_to_do() {
    let (sealed, portal) = (committed(), Sealed::empty());
    let serving = Serving::start(&portal);
    let service = signed_in(&serving);
    sealed.write("offerform.yaml", "publisher: fabrikam\nrecord: none\n");
    sealed.write("offers/broken.yaml", "offerTypeId: [");
    let ran = doctor(&sealed, &service, "doctor --base nowhere");
    assert_eq!(ran.exit, 1);
    assert_eq!(with(&ran, "failed"), ["files", "base", "publisher"], "{}", ran.stdout);
    assert_eq!(with(&ran, "warning"), ["settings", "record"], "{}", ran.stdout);
    assert_eq!(ran.stdout.matches("to do: ").count(), 5, "{}", ran.stdout);
    let json = doctor(&sealed, &service, "doctor --base nowhere --format json");
    let checkup: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let checks = checkup["checks"].as_array().unwrap();
    let of = |result: &str| -> Vec<String> {
        checks
            .iter()
            .filter(|check| check["result"] == result)
            .map(|check| check["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!((json.exit, of("failed"), of("warning")), (1, with(&ran, "failed"), with(&ran, "warning")));
    assert_eq!(checkup["summary"], serde_json::json!({ "ok": 6, "warnings": 2, "failed": 3 }));
    assert_eq!(checks.iter().filter(|check| check["advice"].is_string()).count(), 5);
}

#[test]
fn a_shallow_clone_and_a_record_that_cannot_be_pushed_are_found() {
    let (sealed, portal) = (committed(), Sealed::empty());
    let serving = Serving::start(&portal);
    let service = signed_in(&serving);
    sealed.write("offerform.yaml", "record: git-notes\nnotification_emails: [team@contoso.example]\n");
    git(&sealed, &["add", "."]);
    git(&sealed, &["commit", "-q", "-m", "Set it up"]);
    let clone = Sealed::empty();
    std::fs::remove_dir(clone.path(".git")).unwrap();
    let origin = format!("file://{}", sealed.root().display());
    git(&clone, &["clone", "-q", "--depth", "1", &origin, "."]);
    let ran = doctor(&clone, &service, "doctor");
    assert_eq!(
        (ran.exit, with(&ran, "warning"), with(&ran, "failed")),
        (0, vec!["history".to_owned()], vec![]),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("refs/notes/offerform, and it can be pushed"), "{}", ran.stdout);
    git(&clone, &["fetch", "-q", "--unshallow"]);
    git(&clone, &["remote", "set-url", "--push", "origin", "file:///nowhere/at-all"]);
    let ran = doctor(&clone, &service, "doctor");
    assert_eq!((ran.exit, with(&ran, "warning")), (0, vec!["record".to_owned()]), "{}", ran.stdout);
    assert!(ran.stdout.contains("give its job `contents: write`"), "{}", ran.stdout);
    // In a pipeline, a record in a file is lost.
    clone.write("offerform.yaml", "notification_emails: [team@contoso.example]\n");
    let ran = doctor(&clone, &[service[0], service[1], ("CI", "true")], "doctor");
    assert_eq!(with(&ran, "warning"), ["record"], "{}", ran.stdout);
}
