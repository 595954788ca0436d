//! `offerform record`, and the record in git notes.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::sandbox::Serving;
use crate::sealed::{Sealed, whole};

fn git(folder: &Path, arguments: &[&str]) {
    let settings = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(settings).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(git.status().unwrap().success(), "{arguments:?}");
}

/// What is known of an offer: places that were rewritten, and the commit that was applied last.
fn known(json: &str, offer: &str) -> Option<(usize, Option<String>)> {
    let record: Value = serde_json::from_str(json).unwrap();
    let found = record["offers"].as_array().unwrap().iter().find(|found| found["address"] == offer)?;
    Some((found["rewrites"].as_array().unwrap().len(), found["applied"].as_str().map(str::to_owned)))
}

#[test]
fn what_is_remembered_is_shown_and_what_nobody_declares_is_forgotten() {
    let sealed = Sealed::with_examples();
    whole!("record-empty", sealed.run("--sandbox record show"));
    assert_eq!(sealed.run("--sandbox apply --auto-approve").exit, 0);
    whole!("record-show", sealed.run("--sandbox record show"));
    whole!("record-show-json", sealed.run("--sandbox record show --format json"));
    std::fs::remove_file(sealed.path("offers/backup-app.yaml")).unwrap();
    whole!("record-prune", sealed.run("--sandbox record prune"));
    let left = sealed.run("--sandbox record show --format json").stdout;
    assert_eq!(known(&left, "contoso/backup-app"), None);
    assert!(known(&left, "contoso/firewall").is_some());
    sealed.write("offerform.yaml", "record: none\n");
    whole!("record-none", sealed.run("record show"));
}

#[test]
fn in_git_notes_a_fresh_clone_knows_what_another_learned() {
    let (portal, origin, one, two) = (Sealed::empty(), Sealed::empty(), Sealed::with_examples(), Sealed::empty());
    let serving = Serving::start(&portal);
    let token = [("OFFERFORM_TOKEN", "anything"), ("OFFERFORM_ENDPOINT", serving.endpoint.as_str())];
    let secrets = [
        ("MARKETO_CLIENT_SECRET", "x"),
        ("FIREWALL_VHD_1_9_2", "https://sandbox.blob.core.windows.net/secrets/FIREWALL_VHD_1_9_2.vhd?sig=a"),
        ("FIREWALL_VHD_1_9_4", "https://sandbox.blob.core.windows.net/secrets/FIREWALL_VHD_1_9_4.vhd?sig=a"),
        (
            "FIREWALL_VHD_1_10_0",
            "https://sandbox.blob.core.windows.net/secrets/fw.vhd?sv=2023-01-03&sr=c&sp=rl&st=2026-01-01T00:00:00Z&se=2099-01-01T00:00:00Z&sig=a",
        ),
    ];
    let variables = [&token[..], &secrets[..]].concat();
    let from = origin.root().display().to_string();
    git(&origin.root(), &["init", "-q", "--bare"]);
    one.write("offerform.yaml", "record: git-notes\n");
    git(&one.root(), &["init", "-q"]);
    git(&one.root(), &["remote", "add", "origin", &from]);
    git(&one.root(), &["add", "-A"]);
    git(&one.root(), &["commit", "-qm", "one"]);
    git(&one.root(), &["push", "-q", "origin", "HEAD:main"]);
    let applied = one.run_with(&variables, "apply --auto-approve --offer firewall");
    assert_eq!(applied.exit, 0, "{}", applied.stderr);
    assert!(!applied.stderr.contains("warning"), "{}", applied.stderr);
    assert!(!one.path(".offerform/record.json").exists());

    for arguments in [&["init", "-q"][..], &["remote", "add", "origin", &from], &["fetch", "-q"]] {
        git(&two.root(), arguments);
    }
    git(&two.root(), &["checkout", "-qf", "-B", "main", "origin/main"]);
    assert_eq!(
        two.run_with(&variables, "plan --offer firewall --detailed-exitcode --no-fetch").exit,
        0,
        "rewrites are known"
    );
    let shown = two.run_with(&variables, "record show --format json").stdout;
    let (rewrites, commit) = known(&shown, "contoso/firewall").unwrap();
    assert!(rewrites > 0, "{shown}");
    assert_eq!(commit.unwrap().len(), 40, "the commit that was applied");

    std::fs::rename(origin.root(), origin.root().with_extension("away")).unwrap();
    let alone = two.run_with(&variables, "plan --offer firewall --detailed-exitcode --no-fetch");
    assert_eq!(alone.exit, 0, "the note was fetched before");
    assert!(alone.stderr.contains("warning: fetching the record in git notes: "), "{}", alone.stderr);
    std::fs::rename(origin.root().with_extension("away"), origin.root()).unwrap();
}
