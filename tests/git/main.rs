//! Git is the state: plans against a base, and drift, through the shipped program in a real repository.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]
#![expect(clippy::disallowed_methods, reason = "a test looks at its own files and variables")]

mod answers;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const OFFER: &str = "\
publisherId: contoso
id: scanner
offerTypeId: microsoft-azure-datastreams
definition:
  displayText: Scanner
  offer:
    microsoft-azure-marketplace:
      title: One
      summary: Two
  plans:
    - planId: basic
      regions: [NO, DE]
";

/// A repository with one offer, committed and applied to a sandbox of its own.
struct Repository {
    folder: TempDir,
}

impl Repository {
    fn new() -> Self {
        let repository = Self { folder: tempfile::tempdir().unwrap() };
        repository.git(&["init", "-q", "-b", "main"]);
        repository.write("offers/scanner.yaml", OFFER);
        repository.write(".gitignore", ".offerform/\n");
        repository.commit();
        assert_eq!(repository.run(&["apply", "--auto-approve"]).status.code(), Some(0));
        repository
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn edit(&self, from: &str, to: &str) {
        let path = self.path().join("offers/scanner.yaml");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(&path, text.replace(from, to)).unwrap();
    }

    fn git(&self, arguments: &[&str]) {
        let settings = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
        let mut git = Command::new("git");
        git.arg("-C").arg(self.path()).args(settings).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(git.status().unwrap().success(), "{arguments:?}");
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", "change"]);
    }

    fn head(&self) -> String {
        let output = Command::new("git").arg("-C").arg(self.path()).args(["rev-parse", "HEAD"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        run_in(self.path(), arguments)
    }

    /// Somebody edits the portal.
    fn portal(&self, pointer: &str, value: &str) {
        let output = self.run(&["sandbox", "edit", "contoso/scanner", pointer, value]);
        assert!(output.status.success(), "{output:?}");
    }

    /// `path cause` of every change that a plan shows, and the exit code.
    fn plan(&self, arguments: &[&str]) -> (Vec<String>, i32) {
        let output = self.run(&[&["plan", "--format", "json", "--detailed-exitcode"], arguments].concat());
        let plan: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        let offers = plan["offers"].as_array().unwrap();
        let changes = offers.iter().flat_map(|offer| offer["changes"].as_array().unwrap()).map(|change| {
            let path = change["path"].as_str().unwrap().rsplit(['.', '/']).next().unwrap();
            let left = if change["applied"] == Value::Bool(true) { "" } else { " left" };
            format!("{} {path} {}{left}", change["op"].as_str().unwrap(), change["cause"].as_str().unwrap())
        });
        (changes.collect(), output.status.code().unwrap())
    }
}

fn run_in(folder: &Path, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_offerform"));
    let path: PathBuf = std::env::var_os("PATH").unwrap().into();
    program.env_clear().env("PATH", path).env("HOME", folder).current_dir(folder);
    program.arg("--sandbox").args(arguments).stdin(Stdio::null()).output().unwrap()
}

const TITLE: &str = "/definition/offer/microsoft-azure-marketplace.title";
const SUMMARY: &str = "/definition/offer/microsoft-azure-marketplace.summary";

#[test]
fn a_plan_tells_this_change_from_edits_in_the_portal() {
    let repository = Repository::new();
    repository.portal(SUMMARY, "Edited");
    repository.edit("title: One", "title: New");
    let told_apart = (vec!["replace title declared".into(), "replace summary drift left".into()], 2);
    assert_eq!(repository.plan(&[]), told_apart, "by what was applied last");
    assert_eq!(repository.plan(&["--base", "HEAD"]), told_apart);
    let reverted = repository.plan(&["--drift", "revert"]);
    assert_eq!(reverted, (vec!["replace title declared".into(), "replace summary drift".into()], 2));
    assert_eq!(repository.plan(&["--drift", "refuse"]).1, 3);
    let apply = repository.run(&["apply", "--auto-approve"]);
    assert_eq!(apply.status.code(), Some(0), "{}", String::from_utf8_lossy(&apply.stderr));
    assert_eq!(repository.plan(&[]), (vec!["replace summary drift left".into()], 0), "the edit was kept, and is known");
    assert_eq!(repository.run(&["apply", "--drift", "revert", "--auto-approve"]).status.code(), Some(0));
    assert_eq!(repository.plan(&[]), (vec![], 0));
}

#[test]
fn a_conflict_is_refused_until_it_is_overwritten_on_purpose() {
    let repository = Repository::new();
    repository.portal(TITLE, "Theirs");
    repository.edit("title: One", "title: Ours");
    assert_eq!(repository.plan(&["--base", "HEAD"]), (vec!["replace title conflict".into()], 3));
    let refused = repository.run(&["apply", "--base", "HEAD", "--auto-approve"]);
    assert_eq!(refused.status.code(), Some(3));
    assert_eq!(repository.plan(&["--base", "HEAD"]).1, 3, "nothing was written");
    let forced = repository.run(&["apply", "--base", "HEAD", "--overwrite-conflicts", "--auto-approve"]);
    assert_eq!(forced.status.code(), Some(0));
    assert_eq!(repository.plan(&[]), (vec![], 0));
}

#[test]
fn what_the_change_takes_out_of_the_file_is_removed_and_nothing_else() {
    let repository = Repository::new();
    repository.portal("/definition/offer/microsoft-azure-marketplace.longSummary", "nobody declared this");
    repository.edit("      summary: Two\n", "");
    assert_eq!(repository.plan(&[]), (vec!["remove summary declared".into()], 2), "it was applied last");
    assert_eq!(repository.plan(&["--base", "HEAD"]), (vec!["remove summary declared".into()], 2));
}

#[test]
fn a_renamed_file_declares_the_same_offer_and_a_deleted_one_deletes_nothing() {
    let repository = Repository::new();
    repository.write("offers/other.yaml", &OFFER.replace("id: scanner", "id: other"));
    std::fs::create_dir_all(repository.path().join("offers/security")).unwrap();
    repository.git(&["mv", "offers/scanner.yaml", "offers/security/renamed.yaml"]);
    assert_eq!(repository.plan(&["--base", "HEAD", "--offer", "scanner"]), (vec![], 0));
    std::fs::remove_file(repository.path().join("offers/security/renamed.yaml")).unwrap();
    let output = repository.run(&["plan", "--base", "HEAD"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("contoso/scanner: no longer managed; it stays in the portal as it is"), "{text}");
    assert!(text.ends_with("Plan: 1 to create, 0 to update, 0 to release, 0 unchanged.\n"), "{text}");
}

#[test]
fn an_offer_that_is_new_in_this_change_has_no_base() {
    let repository = Repository::new();
    repository.git(&["rm", "-q", "offers/scanner.yaml"]);
    repository.commit();
    repository.write("offers/scanner.yaml", &OFFER.replace("title: One", "title: Imported"));
    assert_eq!(repository.plan(&["--base", "HEAD"]), (vec!["replace title declared".into()], 2));
}

#[test]
fn a_plan_file_keeps_its_base_and_cannot_be_given_a_yes_later() {
    let repository = Repository::new();
    repository.edit("title: One", "title: New");
    let saved = repository.run(&["plan", "--base", "HEAD", "--out", "plan.json"]);
    assert_eq!(saved.status.code(), Some(0));
    let with_base = repository.run(&["apply", "plan.json", "--base", "HEAD", "--auto-approve"]);
    assert_eq!(with_base.status.code(), Some(1), "a usage error: the base is in the plan file");
    repository.portal(TITLE, "Theirs");
    let text = std::fs::read_to_string(repository.path().join("plan.json")).unwrap();
    let tampered = text.replace("\"overwrite_conflicts\": false", "\"overwrite_conflicts\": true");
    assert_ne!(text, tampered);
    for (name, text) in [("plan.json", text), ("tampered.json", tampered)] {
        repository.write(name, &text);
        let output = repository.run(&["apply", name, "--auto-approve"]);
        assert_eq!(output.status.code(), Some(3), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn drift_is_silent_until_somebody_edits_the_portal() {
    let repository = Repository::new();
    for _ in 0..3 {
        let output = repository.run(&["drift"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(0), "{text}");
        assert!(text.contains("contoso/legacy-scanner: only in the portal, in no file"), "{text}");
    }
    repository.portal("/definition/plans/0/regions/-", "SE");
    // What is not committed is not looked at, and said to be so.
    repository.edit("title: One", "title: Uncommitted");
    let output = repository.run(&["drift"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("+ regions: \"SE\""), "{text}");
    assert!(!text.contains("Uncommitted"), "{text}");
    assert!(text.lines().any(|line| line.contains("not committed") && line.contains("offers/scanner.yaml")), "{text}");
    assert!(text.ends_with("Drift: 1 differ, 0 in sync, 4 only in the portal.\n"), "{text}");
}

#[test]
fn drift_writes_nothing() {
    let repository = Repository::new();
    repository.portal(TITLE, "Edited");
    let before = log_length(&repository);
    assert_eq!(repository.run(&["drift"]).status.code(), Some(2));
    let output = repository.run(&["sandbox", "log", "--format", "json"]);
    let log = String::from_utf8(output.stdout).unwrap();
    let new: Vec<Value> = log.lines().skip(before).map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!new.is_empty());
    assert!(new.iter().all(|entry| entry["method"] == "GET"), "{new:?}");
}

fn log_length(repository: &Repository) -> usize {
    let output = repository.run(&["sandbox", "log", "--format", "json"]);
    String::from_utf8(output.stdout).unwrap().lines().count()
}

#[test]
fn drift_outside_of_git_compares_the_files_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("offers")).unwrap();
    std::fs::write(folder.path().join("offers/scanner.yaml"), OFFER).unwrap();
    let output = run_in(folder.path(), &["drift"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("contoso/scanner: is not in the portal"), "{text}");
}

#[test]
fn a_base_that_is_not_there_says_what_to_do() {
    let repository = Repository::new();
    let output = repository.run(&["plan", "--base", "origin/main"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("no commit `origin/main`") && text.contains("hint: "), "{text}");
}

#[test]
fn a_secret_whose_version_was_raised_is_sent_again() {
    let repository = Repository::new();
    let secret = |version: u32| {
        let lead = format!("{{ clientSecret: {{ $secret: {{ env: LEAD, version: {version} }} }} }}");
        OFFER.replace("      summary: Two\n", &format!("      summary: Two\n      marketoLeadConfiguration: {lead}\n"))
    };
    repository.write("offers/scanner.yaml", &secret(1));
    repository.commit();
    repository.run(&["apply", "--auto-approve"]);
    assert_eq!(repository.plan(&["--base", "HEAD"]), (vec![], 0));
    repository.write("offers/scanner.yaml", &secret(2));
    assert_eq!(repository.plan(&["--base", "HEAD"]), (vec!["replace clientSecret declared".into()], 2));
    let apply = repository.run(&["apply", "--base", "HEAD", "--auto-approve"]);
    assert_eq!(apply.status.code(), Some(0), "{}", String::from_utf8_lossy(&apply.stderr));
    repository.commit();
    assert_eq!(repository.plan(&["--base", "HEAD"]), (vec![], 0));
    assert_eq!(repository.plan(&["--rotate-secrets"]), (vec!["replace clientSecret declared".into()], 2));
}

#[test]
fn ignored_places_are_left_alone_where_the_file_says_so() {
    let repository = Repository::new();
    let ignore = "reconcile:\n  ignore:\n    - { path: /definition/offer/microsoft-azure-marketplace.summary, on: drift, reason: marketing edits it }\n    - { path: /definition/plans/*/regions, until: 2020-01-31 }\n";
    repository.write("offers/scanner.yaml", &format!("{OFFER}{ignore}"));
    repository.commit();
    repository.portal(SUMMARY, "Edited");
    repository.portal("/definition/plans/0/regions/-", "SE");
    assert_eq!(repository.run(&["drift"]).status.code(), Some(0), "both are ignored for drift");
    let (changes, code) = repository.plan(&[]);
    assert_eq!(
        (changes.as_slice(), code),
        (&["replace summary drift left".into(), "remove 2 drift left".into()][..], 0)
    );
    let text = String::from_utf8(repository.run(&["plan"]).stdout).unwrap();
    assert!(text.contains("regions was to be ignored until 2020-01-31"), "{text}");
    repository.run(&["apply", "--auto-approve", "--drift", "revert"]);
    // The service has put the set into an order of its own.
    assert_eq!(repository.plan(&[]), (vec!["remove 1 drift left".into()], 0));
}

#[test]
fn a_file_that_owns_everything_removes_what_it_does_not_mention() {
    let repository = Repository::new();
    repository.write("offers/scanner.yaml", &format!("{OFFER}reconcile: {{ ownership: exact }}\n"));
    repository.commit();
    assert_eq!(repository.plan(&[]).1, 0, "what the service adds by itself is not in the way");
    repository.portal("/definition/offer/microsoft-azure-marketplace.longSummary", "By hand");
    assert_eq!(repository.plan(&["--drift", "revert"]), (vec!["remove longSummary drift".into()], 2));
    assert_eq!(repository.run(&["apply", "--drift", "revert", "--auto-approve"]).status.code(), Some(0));
    assert_eq!(repository.plan(&[]), (vec![], 0));
}

#[test]
fn a_run_that_updates_too_many_offers_needs_a_yes_and_a_change_cannot_lift_the_limit_that_holds_it() {
    let repository = Repository::new();
    // With the scanner, ten that exist.
    let numbered = |title: &str, number: usize| {
        OFFER.replace("id: scanner", &format!("id: scanner-{number}")).replace("title: One", &format!("title: {title}"))
    };
    for number in 1..10 {
        repository.write(&format!("offers/scanner-{number}.yaml"), &numbered("One", number));
    }
    repository.write("offerform.yaml", "guards: { max_changed_percent: 30 }\n");
    repository.commit();
    let created = repository.run(&["apply", "--auto-approve"]);
    assert_eq!(
        created.status.code(),
        Some(0),
        "creating is not updating: {}",
        String::from_utf8_lossy(&created.stderr)
    );

    for number in 1..4 {
        repository.write(&format!("offers/scanner-{number}.yaml"), &numbered("Two", number));
    }
    assert_eq!(repository.plan(&[]).1, 2, "3 of 10 are 30 percent");
    repository.write("offers/scanner-4.yaml", &numbered("Two", 4));
    assert_eq!(repository.plan(&[]).1, 3, "4 of 10 are more");
    let few = ["--offer", "scanner-1", "--offer", "scanner-2", "--offer", "scanner-3", "--offer", "scanner-4"];
    assert_eq!(repository.plan(&few).1, 3, "whatever is chosen, all offers of the files count");
    let paths: Vec<String> = (1..5).map(|number| format!("offers/scanner-{number}.yaml")).collect();
    let few: Vec<&str> = paths.iter().map(String::as_str).collect();
    assert_eq!(repository.plan(&few).1, 3, "and whatever paths are given");
    assert_eq!(repository.plan(&few[..3]).1, 2, "3 of all that there are");
    let text = String::from_utf8(repository.run(&["plan"]).stdout).unwrap();
    assert!(text.contains("! CUSTOMER too-many-changes: 4-of-10"), "{text}");
    assert!(text.contains("--allow too-many-changes:4-of-10"), "{text}");
    assert_eq!(repository.run(&["apply", "--auto-approve"]).status.code(), Some(3));

    repository.write("offerform.yaml", "guards: { max_changed_percent: 90 }\n");
    assert_eq!(repository.plan(&[]).1, 2, "without a base the limit is that of the settings");
    assert_eq!(repository.plan(&["--base", "HEAD"]).1, 3, "with one it is the stricter of both");
    repository.write("offerform.yaml", "");
    assert_eq!(repository.plan(&["--base", "HEAD"]).1, 3, "and one that is taken away holds");
    for number in 20..60 {
        repository.write(&format!("offers/scanner-{number}.yaml"), &numbered("Two", number));
    }
    assert_eq!(
        repository.plan(&[&["--base", "HEAD"], &few[..]].concat()).1,
        3,
        "offers that a change adds do not count"
    );
    for number in 20..60 {
        std::fs::remove_file(repository.path().join(format!("offers/scanner-{number}.yaml"))).unwrap();
    }
    repository.write(
        "offerform.yaml",
        "offers: [offers/scanner-1.yaml, offers/scanner-2.yaml, offers/scanner-3.yaml, offers/scanner-4.yaml]\n",
    );
    assert_eq!(repository.plan(&["--base", "HEAD"]).1, 3, "nor does a change take offers away from what counts");
    repository.write("offerform.yaml", "guards: { max_changed_percent: 90 }\n");
    repository.write("offers/broken.yaml", "id: [\n");
    assert_eq!(repository.run(&["plan", few[0]]).status.code(), Some(1), "how many there are has to be known");
    std::fs::remove_file(repository.path().join("offers/broken.yaml")).unwrap();
    repository.write("offerform.yaml", "");
    let other = repository.run(&["apply", "--auto-approve", "--base", "HEAD", "--allow", "too-many-changes:5-of-10"]);
    assert_eq!(other.status.code(), Some(1), "a yes to another number is none");
    let allowed = repository.run(&["apply", "--auto-approve", "--base", "HEAD", "--allow", "too-many-changes:4-of-10"]);
    assert_eq!(allowed.status.code(), Some(0), "{}", String::from_utf8_lossy(&allowed.stderr));

    repository.write("offerform.yaml", "guards: { max_changed_percent: 101 }\n");
    assert_eq!(repository.run(&["plan"]).status.code(), Some(1));
}

#[test]
fn files_that_a_change_adds_make_no_limit_looser() {
    let repository = Repository::new();
    let write = |number: usize, id: &str, title: &str| {
        let text = OFFER.replace("id: scanner", &format!("id: {id}-{number}")).replace("title: One", title);
        repository.write(&format!("offers/scanner-{number}.yaml"), &text);
    };
    // With the scanner, ten that exist.
    (1..10).for_each(|number| write(number, "scanner", "title: One"));
    repository.write("offerform.yaml", "guards: { max_changed_percent: 30 }\n");
    repository.commit();
    assert_eq!(repository.run(&["apply", "--auto-approve"]).status.code(), Some(0));
    (1..5).for_each(|number| write(number, "scanner", "title: Two"));
    (20..60).for_each(|number| write(number, "scanner", "title: New"));
    let paths: Vec<String> = (1..5).map(|number| format!("offers/scanner-{number}.yaml")).collect();
    let four: Vec<&str> = paths.iter().map(String::as_str).collect();
    let three = &four[..3];

    assert_eq!(repository.plan(&four).1, 3, "4 of 10 that were applied, not of 50 that stand in files");
    assert_eq!(repository.plan(three).1, 2, "3 of 10");
    assert_eq!(repository.plan(&[]).1, 3, "nor with those that would be created");
    std::fs::remove_file(repository.path().join(".offerform/sandbox/record.json")).unwrap();
    assert_eq!(repository.plan(&four).1, 3, "no other offer is known to exist");
    assert_eq!(repository.plan(three).1, 3, "nor here, so the share is that of the chosen ones");
    let text = String::from_utf8(repository.run(&[&["plan"], three].concat()).stdout).unwrap();
    assert!(text.contains("too-many-changes: 3-of-3") && text.contains("pass --base"), "{text}");
    assert_eq!(repository.plan(&[&["--base", "HEAD"], three].concat()).1, 2, "3 of the 10 of the base");
    assert_eq!(repository.plan(&[&["--base", "HEAD"], &four[..]].concat()).1, 3);
    // In other letters they are the same offers, and not ten more.
    (1..10).for_each(|number| write(number, "SCANNER", if number < 5 { "title: Two" } else { "title: One" }));
    let code = repository.run(&["plan", "--detailed-exitcode", "--base", "HEAD"]).status.code();
    assert!(matches!(code, Some(1 | 3)), "{code:?}");
}

/// With fewer than ten offers a share says nothing. That there are fewer takes more than the files at hand to believe.
#[test]
fn files_that_a_change_deletes_make_no_limit_looser() {
    let repository = Repository::new();
    let path = |number: usize| format!("offers/scanner-{number}.yaml");
    let write = |number: usize, title: &str| {
        let text = OFFER.replace("id: scanner", &format!("id: scanner-{number}")).replace("title: One", title);
        repository.write(&path(number), &text);
    };
    // With the scanner, ten that exist.
    (1..10).for_each(|number| write(number, "title: One"));
    repository.write("offerform.yaml", "guards: { max_changed_percent: 30 }\n");
    repository.commit();
    assert_eq!(repository.run(&["apply", "--auto-approve"]).status.code(), Some(0));
    let record = repository.path().join(".offerform/sandbox/record.json");
    let recorded = std::fs::read(&record).unwrap();
    let some_of_it = {
        let mut some: serde_json::Value = serde_json::from_slice(&recorded).unwrap();
        let kept = ["scanner-1", "scanner-2", "scanner-3", "scanner-4"];
        let all = some["endpoints"].as_object_mut().unwrap().values_mut().next().unwrap().as_object_mut().unwrap();
        all.retain(|key, _| kept.iter().any(|offer| key.contains(offer)));
        assert_eq!(all.len(), kept.len(), "the record names offers in another way");
        some.to_string().into_bytes()
    };
    // Two commits, so that the commit before has few offers already.
    (5..10).for_each(|number| std::fs::remove_file(repository.path().join(path(number))).unwrap());
    repository.commit();
    (1..5).for_each(|number| write(number, "title: Two"));
    repository.commit();

    let selected: Vec<String> = (1..5).map(path).collect();
    let selected: Vec<&str> = selected.iter().map(String::as_str).collect();
    for (evidence, what) in [(Some(recorded), "a record"), (Some(some_of_it), "half a record"), (None, "no record")] {
        match evidence {
            Some(bytes) => std::fs::write(&record, bytes).unwrap(),
            None => std::fs::remove_file(&record).unwrap(),
        }
        for arguments in [&[][..], &selected, &["--base", "HEAD~2"]] {
            assert_eq!(repository.plan(arguments).1, 3, "4 of 10, with {what} and {arguments:?}");
        }
    }
    assert_eq!(repository.plan(&["--base", "HEAD~1"]).1, 2, "a base that has five of them is believed");
}

/// git asks a program named in the settings of a repository what has changed, before it says anything: whoever can write these settings,
/// and nothing else, would run it with the variables of the run.
#[test]
fn no_program_that_watches_the_files_is_run() {
    let repository = Repository::new();
    let (watcher, ran) = (repository.path().join("watcher.sh"), repository.path().join(".git").join("ran"));
    std::fs::write(&watcher, format!("#!/bin/sh\ntouch '{}'\n", ran.display())).unwrap();
    Command::new("chmod").arg("+x").arg(&watcher).status().unwrap();
    repository.git(&["config", "core.fsmonitor", watcher.to_str().unwrap()]);
    // The setting does something: git itself runs it.
    repository.git(&["status"]);
    assert!(ran.exists(), "git does not run `core.fsmonitor` here, so this test shows nothing");
    std::fs::remove_file(&ran).unwrap();
    repository.edit("title: One", "title: New");
    for line in [&["plan"][..], &["plan", "--base", "HEAD"], &["drift"], &["apply", "--auto-approve"], &["adopt"]] {
        repository.run(line);
        assert!(!ran.exists(), "{line:?} ran it");
    }
}

/// The name of a file is no pattern for git: others that would match it are nobody's business.
#[test]
fn a_file_with_a_pattern_for_a_name_is_committed_alone() {
    let repository = Repository::new();
    let machine = OFFER.replace("microsoft-azure-datastreams", "microsoft-azure-virtualmachines").replace(
        "      regions: [NO, DE]\n",
        "      microsoft-azure-virtualmachines.vmImages:\n        1.0.0: { osVhdUrl: { $secret: { env: DISK } }, lunVhdDetails: [] }\n",
    );
    repository.write("offers/[a-z]*.yaml", &machine.replace("id: scanner", "id: machine"));
    repository.commit();
    repository.edit("title: One", "title: New");
    let add = ["image", "add", "contoso/machine", "1.1.0", "--sku", "basic", "--vhd-env", "DISK_2", "--commit"];
    let added = repository.run(&add);
    assert_eq!(added.status.code(), Some(0), "{}", String::from_utf8_lossy(&added.stderr));
    let shown =
        Command::new("git").arg("-C").arg(repository.path()).args(["show", "--format=", "--name-only"]).output();
    assert_eq!(String::from_utf8(shown.unwrap().stdout).unwrap().trim(), "offers/[a-z]*.yaml");
}

#[test]
fn what_was_committed_and_never_applied_is_told_apart_from_edits() {
    let repository = Repository::new();
    // A change that nobody applies, as if its apply had failed, and one after it.
    repository.edit("      summary: Two\n", "");
    repository.commit();
    repository.edit("title: One", "title: New");
    repository.commit();
    repository.portal("/definition/displayText", "Edited");
    let drift = |repository: &Repository| -> Value {
        let output = repository.run(&["drift", "--format", "json"]);
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let causes = |drift: &Value| -> Vec<String> {
        let changes = drift["offers"][0]["changes"].as_array().unwrap();
        let name = |change: &Value| change["path"].as_str().unwrap().rsplit(['.', '/']).next().unwrap().to_owned();
        changes.iter().map(|change| format!("{} {}", name(change), change["cause"].as_str().unwrap())).collect()
    };
    let found = drift(&repository);
    assert_eq!(causes(&found), ["displayText drift", "title declared", "summary declared"]);
    assert_eq!(found["offers"][0]["state"], "differs");
    let text = String::from_utf8(repository.run(&["drift"]).stdout).unwrap();
    assert!(text.contains("committed but not applied"), "{text}");

    let all = ["replace displayText drift left", "remove summary declared", "replace title declared"];
    for base in [&[][..], &["--base", "HEAD~1"], &["--base", "HEAD~2"]] {
        let mut found = repository.plan(base).0;
        found.sort_by_key(|line| line.split(' ').nth(1).map(ToOwned::to_owned));
        assert_eq!(found, all, "whatever the base, what was never applied is known: {base:?}");
    }

    repository.portal("/definition/displayText", "Scanner");
    assert_eq!(drift(&repository)["offers"][0]["state"], "not_applied");
    let text = String::from_utf8(repository.run(&["drift"]).stdout).unwrap();
    assert!(text.contains("contoso/scanner: HEAD is not what was applied or adopted last"), "{text}");
    assert_eq!(repository.run(&["drift"]).status.code(), Some(0), "that is no drift");
    assert_eq!(repository.run(&["apply", "--base", "HEAD~1", "--auto-approve"]).status.code(), Some(0));
    assert_eq!(repository.plan(&[]), (vec![], 0));
}

#[test]
fn no_commit_is_remembered_of_files_that_are_not_committed() {
    let repository = Repository::new();
    repository.edit("title: One", "title: New");
    assert_eq!(repository.run(&["apply", "--auto-approve"]).status.code(), Some(0));
    let record = std::fs::read_to_string(repository.path().join(".offerform/sandbox/record.json")).unwrap();
    assert!(record.contains("\"dirty\": true"), "{record}");
    repository.commit();
    // Nothing to do is as good as applied.
    std::fs::write(repository.path().join("plan.json"), "{}").unwrap();
    assert_eq!(repository.run(&["apply", "--auto-approve"]).status.code(), Some(0));
    let record = std::fs::read_to_string(repository.path().join(".offerform/sandbox/record.json")).unwrap();
    assert!(record.contains(&repository.head()), "a file that is no offer is nobody's business\n{record}");
}

/// What a run said, whatever the exit code.
fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A run in a world where git cannot be asked: it is not installed, or it refuses a repository of somebody else.
fn run_without_git(repository: &Repository, world: &str, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_offerform"));
    program.env_clear().env("HOME", repository.path()).current_dir(repository.path());
    match world {
        "no git" => program.env("PATH", repository.path()),
        // Understood by git for tests of its own.
        _ => program.env("PATH", std::env::var_os("PATH").unwrap()).env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1"),
    };
    program.arg("--sandbox").args(arguments).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn without_git_nothing_is_adopted_over_edits_that_may_not_be_committed() {
    for world in ["no git", "foreign"] {
        let repository = Repository::new();
        repository.portal(SUMMARY, "Edited");
        repository.edit("title: One", "title: Mine");
        let before = std::fs::read_to_string(repository.path().join("offers/scanner.yaml")).unwrap();
        let refused = run_without_git(&repository, world, &["adopt"]);
        assert_eq!(refused.status.code(), Some(3), "{world}: {}", said(&refused));
        assert!(said(&refused).contains("--force"), "{world}: {}", said(&refused));
        assert_eq!(std::fs::read_to_string(repository.path().join("offers/scanner.yaml")).unwrap(), before);
        let drift = run_without_git(&repository, world, &["drift"]);
        let words = if world == "no git" { "git" } else { "dubious ownership" };
        assert!(said(&drift).contains("warning: ") && said(&drift).contains(words), "{world}: {}", said(&drift));
        let files = ["drift", "--format", "json", "--markdown", "drift.md", "--html", "drift.html"];
        let drift: Value = serde_json::from_slice(&run_without_git(&repository, world, &files).stdout).unwrap();
        assert_eq!((&drift["compared"], &drift["commit"]), (&Value::from("work_tree"), &Value::Null), "{world}");
        assert!(drift["git_trouble"].as_str().unwrap().contains(words), "{world}: {drift}");
        for file in ["drift.md", "drift.html"] {
            let page = std::fs::read_to_string(repository.path().join(file)).unwrap();
            assert!(page.contains("compared as they are, including changes"), "{world}: {file}\n{page}");
        }
        let forced = run_without_git(&repository, world, &["adopt", "--force"]);
        assert_eq!(forced.status.code(), Some(0), "{world}: {}", said(&forced));
        let based = run_without_git(&repository, world, &["plan", "--base", "HEAD"]);
        assert_eq!(based.status.code(), Some(1), "{world}");
        assert!(!said(&based).contains("not in a git repository"), "{world}: {}", said(&based));
    }
}

#[test]
fn variables_do_not_lead_git_elsewhere() {
    let (repository, other) = (Repository::new(), Repository::new());
    other.edit("title: One", "title: Elsewhere");
    other.commit();
    repository.edit("title: One", "title: New");
    let mut program = Command::new(env!("CARGO_BIN_EXE_offerform"));
    program.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", repository.path());
    program.env("GIT_DIR", other.path().join(".git")).env("GIT_WORK_TREE", other.path());
    program.current_dir(repository.path()).args(["--sandbox", "plan", "--base", "HEAD", "--format", "json"]);
    let output = program.stdin(Stdio::null()).output().unwrap();
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
    assert_eq!(plan["base"], repository.head());
}

/// Whoever can propose a change could have an edit in the portal pass for what was applied.
#[test]
fn a_record_that_git_tracks_is_not_believed() {
    let repository = Repository::new();
    let record = repository.path().join(".offerform/sandbox/record.json");
    if !record.exists() {
        std::fs::write(&record, "{\"format_version\":1,\"entries\":{}}").unwrap();
    }
    let before = std::fs::read(&record).unwrap();
    assert!(!said(&repository.run(&["plan"])).contains("is ignored"));
    repository.git(&["add", "-f", ".offerform/sandbox/record.json"]);
    repository.git(&["commit", "-qm", "record"]);
    for arguments in [&["plan"][..], &["record", "show"], &["drift"]] {
        let output = repository.run(arguments);
        let words = said(&output);
        assert!(words.contains("warning: ") && words.contains("git tracks it"), "{arguments:?}: {words}");
    }
    repository.edit("title: One", "title: New");
    assert_eq!(repository.run(&["apply", "--auto-approve"]).status.code(), Some(0));
    assert_eq!(std::fs::read(&record).unwrap(), before, "what is not believed is not written either");
}

#[cfg(unix)]
#[test]
fn a_committed_name_that_is_no_text_is_reported() {
    use std::os::unix::ffi::OsStrExt as _;
    let repository = Repository::new();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.yaml");
    std::fs::write(repository.path().join("offers").join(name), OFFER.replace("id: scanner", "id: other")).unwrap();
    repository.commit();
    for arguments in [&["drift"][..], &["plan"], &["plan", "--base", "HEAD"]] {
        let output = repository.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains("UTF-8"), "{arguments:?}: {}", said(&output));
    }
}
