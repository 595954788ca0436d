//! Every command gives the same answer to the same question: what differs, who changed it, and what may become public.

use serde_json::Value;

use super::{OFFER, Repository, SUMMARY, TITLE};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Repository {
    /// Runs a command that has to end with `code`, and gives what it says on both streams.
    fn ends(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{said}");
        said
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_slice(&self.run(arguments).stdout).unwrap()
    }
}

#[test]
fn an_edit_in_the_portal_survives_an_apply_of_something_else() {
    let repository = Repository::new();
    repository.portal(SUMMARY, "Edited by a colleague");
    repository.edit("title: One", "title: New");
    repository.commit();
    let said = repository.ends(0, &["apply", "--auto-approve"]);
    assert!(said.contains("edited in the portal"), "{said}");
    let plan = repository.json(&["plan", "--format", "json"]);
    assert_eq!(plan["summary"]["kept"], 1);
    assert_eq!(plan["summary"]["update"], 0);
    let change = &plan["offers"][0]["changes"][0];
    assert_eq!((&change["cause"], &change["before"]), (&"drift".into(), &"Edited by a colleague".into()));
    // It is no reason to fail, and it is drift.
    repository.ends(0, &["plan", "--detailed-exitcode"]);
    repository.ends(2, &["drift"]);
    repository.ends(0, &["adopt"]);
    repository.ends(0, &["plan", "--detailed-exitcode"]);
    assert_eq!(repository.json(&["plan", "--format", "json"])["summary"]["kept"], 0);
    assert!(std::fs::read_to_string(repository.path().join("offers/scanner.yaml")).unwrap().contains("by a colleague"));
}

#[test]
fn an_offer_with_an_edit_in_the_portal_is_not_released() {
    let repository = Repository::new();
    repository.portal(SUMMARY, "Edited");
    repository.edit("title: One", "title: New");
    for release in [&["apply", "--auto-approve", "--publish"][..], &["publish", "contoso/scanner", "--auto-approve"]] {
        let said = repository.ends(3, release);
        assert!(said.contains("adopt") && said.contains("--drift revert"), "{said}");
    }
    let listed = repository.json(&["operations", "list", "contoso/scanner", "--format", "json"]);
    assert_eq!(listed["offers"][0]["operations"], Value::Array(Vec::new()));
    repository.ends(0, &["apply", "--auto-approve", "--publish", "--drift", "revert"]);
}

#[test]
fn what_was_applied_before_it_was_committed_is_nobodys_edit() {
    let repository = Repository::new();
    repository.edit("title: One", "title: New");
    let report = repository.path().join("report.json");
    repository.ends(0, &["apply", "--auto-approve", "--report", report.to_str().unwrap()]);
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    assert_eq!(report["dirty"], true, "{report}");
    // HEAD is not what was applied; nobody edited anything.
    repository.ends(0, &["drift"]);
    repository.commit();
    repository.ends(0, &["drift"]);
    repository.portal(TITLE, "Edited");
    let drift = repository.json(&["drift", "--format", "json"]);
    assert_eq!(drift["offers"][0]["changes"][0]["cause"], "drift", "{drift}");
}

#[test]
fn what_another_branch_applied_is_left_alone() {
    let repository = Repository::new();
    let fork = repository.head();
    repository.git(&["checkout", "-q", "-b", "other"]);
    repository.edit("      summary: Two\n", "      summary: Three\n");
    repository.commit();
    repository.ends(0, &["apply", "--auto-approve"]);
    repository.git(&["checkout", "-q", "-b", "mine", &fork]);
    repository.edit("title: One", "title: Mine");
    repository.commit();
    let (changes, code) = repository.plan(&["--base", &fork]);
    assert_eq!(changes, ["replace title declared", "replace summary behind left"]);
    assert_eq!(code, 2);
    let said = repository.ends(0, &["apply", "--auto-approve", "--base", &fork]);
    assert!(said.contains("Update your branch"), "{said}");
    repository.git(&["checkout", "-q", "other"]);
    let plan = repository.json(&["plan", "--format", "json"]);
    let paths: Vec<_> =
        plan["offers"][0]["changes"].as_array().unwrap().iter().map(|one| one["path"].clone()).collect();
    assert_eq!(paths, [TITLE], "the summary is still what the other branch applied");
}

#[test]
fn a_raised_version_of_a_secret_is_a_change_without_a_base() {
    let repository = Repository::new();
    let secret = |version: u32| {
        let lead = format!("{{ clientSecret: {{ $secret: {{ env: LEAD, version: {version} }} }} }}");
        OFFER.replace("      summary: Two\n", &format!("      summary: Two\n      marketoLeadConfiguration: {lead}\n"))
    };
    repository.write("offers/scanner.yaml", &secret(1));
    repository.ends(0, &["apply", "--auto-approve"]);
    assert_eq!(repository.plan(&[]), (vec![], 0));
    repository.write("offers/scanner.yaml", &secret(2));
    assert_eq!(repository.plan(&[]), (vec!["replace clientSecret declared".into()], 2));
}

#[test]
fn a_step_by_hand_passes_the_guards_of_a_plan() {
    let repository = Repository::new();
    // Live in the sandbox, and in no file: somebody takes a SKU out of it.
    repository.ends(0, &["sandbox", "edit", "contoso/firewall", "/definition/plans/1", "--remove"]);
    let said = repository.ends(3, &["publish", "contoso/firewall", "--auto-approve", "--wait"]);
    let name = "sku-removal:contoso/firewall/";
    assert!(said.contains(name), "{said}");
    let from = said.find(name).unwrap();
    let guard: String = said[from..].chars().take_while(|c| !c.is_whitespace() && !",;".contains(*c)).collect();
    repository
        .ends(1, &["publish", "contoso/firewall", "--auto-approve", "--allow", "sku-removal:contoso/firewall/none"]);
    repository.ends(0, &["publish", "contoso/firewall", "--auto-approve", "--wait", "--allow", &guard]);
    let said = repository.ends(3, &["go-live", "contoso/firewall", "--auto-approve", "--wait"]);
    assert!(said.contains(&guard), "{said}");
    repository.ends(0, &["go-live", "contoso/firewall", "--auto-approve", "--wait", "--allow", &guard]);
}

#[test]
fn a_go_live_while_a_publish_runs_is_refused_as_busy() {
    let repository = Repository::new();
    repository.ends(0, &["sandbox", "edit", "contoso/firewall", TITLE, "Another title"]);
    repository.ends(0, &["publish", "contoso/firewall", "--auto-approve"]);
    let said = repository.ends(3, &["go-live", "contoso/firewall", "--auto-approve"]);
    assert!(said.contains("busy"), "{said}");
}

#[test]
fn status_plan_and_steps_by_hand_agree_on_what_is_released() {
    let repository = Repository::new();
    repository.ends(0, &["apply", "--auto-approve", "--publish", "--wait"]);
    let status = repository.json(&["status", "contoso/scanner", "--format", "json"]);
    assert_eq!(status["offers"][0]["released"], "preview");
    assert_eq!(repository.json(&["plan", "--publish", "--format", "json"])["summary"]["release"], 0);
    let said = repository.ends(0, &["publish", "contoso/scanner", "--auto-approve"]);
    assert!(said.contains("already"), "{said}");
}

/// An error in a value that stays does not lock a live offer out; in a value that is written it does.
#[test]
fn rules_judge_what_a_change_brings() {
    let repository = Repository::new();
    repository.ends(0, &["sandbox", "edit", "contoso/firewall", "/definition/plans/0/planId", "\"2019-Datacenter!\""]);
    repository.ends(0, &["import", "contoso/firewall"]);
    repository.ends(0, &["plan", "--offer", "firewall"]);
    let file = repository.path().join("offers/firewall.yaml");
    let imported = std::fs::read_to_string(&file).unwrap();
    let edited = imported.replacen("2019-Datacenter!", "2019-Datacenter!!", 1);
    assert_ne!(imported, edited);
    std::fs::write(&file, edited).unwrap();
    let said = repository.ends(1, &["plan", "--offer", "firewall"]);
    assert!(said.contains("plan-id-format"), "{said}");
    repository.ends(1, &["apply", "--offer", "firewall", "--auto-approve"]);
}
