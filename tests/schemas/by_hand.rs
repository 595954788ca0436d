//! Steps by hand, and a run, as JSON: one document, whatever comes of it.

use serde_json::{Value, json};

use super::{Repository, assert_valid};

impl Repository {
    /// The document of a step by hand, which keeps to its schema, and the exit code.
    fn step(&self, line: &str) -> (i32, Value) {
        let (exit, stdout) = self.run(&format!("{line} --format json"));
        let document = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{line}: {error}\n{stdout}"));
        assert_valid("release", line, &document);
        (exit, document)
    }
}

#[test]
fn a_publish_says_what_it_changes_and_what_the_service_started() {
    let repository = Repository::new();
    let (exit, publish) = repository.step("publish contoso/firewall --auto-approve");
    assert_eq!((exit, &publish["action"], &publish["result"]), (0, &json!("publish"), &json!("done")));
    assert_eq!((&publish["from"], &publish["to"]), (&json!("preview"), &json!("draft")));
    let diff = repository.json("diff contoso/firewall --from preview --to draft --format json");
    assert_eq!((&publish["changes"], &publish["from_is_empty"]), (&diff["changes"], &json!(false)));
    assert_eq!((&publish["steps"][0]["name"], &publish["steps"][0]["outcome"]), (&json!("publish"), &json!("started")));
    assert!(publish["steps"][0]["operation"].is_string(), "{publish:#}");
    let (exit, wait) = repository.step("operations wait contoso/firewall");
    assert_eq!((exit, &wait["action"], &wait["steps"][0]["outcome"]), (0, &json!("wait"), &json!("done")));
    // The service has two ids for it; either leads to the same.
    let listed = repository.json("operations list contoso/firewall --format json");
    let id = publish["steps"][0]["operation"].as_str().unwrap();
    let shown = repository.json(&format!("operations show contoso/firewall {id} --format json"));
    let (listed, shown) = (&listed["offers"][0]["operations"][0], &shown["offers"][0]["operations"][0]);
    assert_eq!((&listed["id"], &listed["name"]), (&shown["id"], &shown["name"]));
    let (exit, again) = repository.step("publish contoso/firewall --auto-approve");
    assert_eq!((exit, &again["result"], &again["steps"]), (0, &json!("done"), &json!([])));
    assert_eq!(again["message"], "the preview already has the draft");
    let (exit, live) = repository.step("go-live contoso/firewall --auto-approve --wait");
    assert_eq!((exit, &live["action"], &live["to"]), (0, &json!("go_live"), &json!("preview")));
    assert_eq!((&live["steps"][0]["name"], &live["steps"][0]["outcome"]), (&json!("go_live"), &json!("done")));
}

#[test]
fn a_step_that_is_refused_or_fails_is_a_document_too() {
    let repository = Repository::new();
    let (exit, unconfirmed) = repository.step("publish contoso/firewall");
    assert_eq!((exit, &unconfirmed["result"]), (1, &json!("failed")));
    assert!(unconfirmed["hint"].as_str().unwrap().contains("--auto-approve"), "{unconfirmed:#}");
    let (exit, unknown) = repository.step("publish contoso/nowhere --auto-approve");
    assert_eq!((exit, &unknown["result"], &unknown["from"]), (1, &json!("failed"), &json!(null)));
    let (exit, nothing) = repository.step("go-live contoso/data-stream --auto-approve");
    assert_eq!((exit, &nothing["result"]), (3, &json!("refused")));
    assert_eq!(repository.run("sandbox edit contoso/firewall /definition/plans/1 --remove").0, 0);
    let (exit, guarded) = repository.step("publish contoso/firewall --auto-approve");
    assert_eq!((exit, &guarded["result"]), (3, &json!("refused")));
    let guards = guarded["guards"].as_array().unwrap();
    assert!(guards.iter().any(|guard| guard["code"] == "sku-removal"), "{guarded:#}");
    repository.write(
        "faults.json",
        r#"[{"when": {"method": "POST"}, "fault": {"fail_certification": {"messages": ["<p>No <b>agent</b></p>"]}}}]"#,
    );
    repository.run("sandbox faults faults.json");
    let (exit, failed) = repository.step("publish contoso/linux-images --auto-approve --wait");
    assert_eq!((exit, &failed["result"], &failed["steps"][0]["outcome"]), (1, &json!("failed"), &json!("failed")));
    assert_eq!(failed["steps"][0]["troubles"][0]["messages"][0], "No agent");
}

#[test]
fn a_cancellation_says_what_it_cancelled() {
    let repository = Repository::new();
    let (exit, nothing) = repository.step("cancel contoso/firewall --auto-approve");
    assert_eq!((exit, &nothing["action"], &nothing["steps"]), (0, &json!("cancel"), &json!([])));
    assert_eq!(nothing["message"], "no operation is running");
    let (_, publish) = repository.step("publish contoso/data-stream --auto-approve");
    let (exit, cancelled) = repository.step("operations cancel contoso/data-stream --auto-approve --wait");
    assert_eq!((exit, &cancelled["result"]), (0, &json!("done")));
    let step = &cancelled["steps"][0];
    assert_eq!((&step["name"], &step["outcome"]), (&json!("publish"), &json!("canceled")));
    assert_eq!((&step["hint"], &publish["steps"][0]["outcome"]), (&json!(null), &json!("started")));
}

#[test]
fn a_run_prints_its_report_and_nothing_else() {
    let repository = Repository::new();
    let (exit, stdout) = repository.run("apply --auto-approve --format json --report run.json");
    let printed: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((exit, &printed), (0, &repository.file("run.json")));
    assert_valid("apply-report", "printed", &printed);
    let nothing = repository.json("apply --auto-approve --format json");
    assert_eq!((&nothing["result"], &nothing["offers"][0]["outcome"]), (&json!("done"), &json!("unchanged")));
    assert_valid("apply-report", "nothing to do", &nothing);
}
