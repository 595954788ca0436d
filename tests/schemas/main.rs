//! The JSON outputs keep to the schemas in `schemas/`, and so do samples of former versions.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

mod by_hand;
mod from_the_portal;

use std::path::Path;
use std::process::{Command, Stdio};

use jsonschema::Validator;
use serde_json::{Value, json};
use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))).unwrap()
}

fn schema(name: &str) -> Validator {
    let schema = read(&root().join("schemas").join(format!("{name}.schema.json")));
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

fn assert_valid(name: &str, situation: &str, instance: &Value) {
    let found: Vec<String> =
        schema(name).iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(found.is_empty(), "{situation} against {name}:\n{}", found.join("\n"));
}

/// A repository with the examples, and the sandbox in it.
struct Repository(TempDir);

impl Repository {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join(".git")).unwrap();
        let examples = root().join("examples/offers");
        for entry in walkdir::WalkDir::new(&examples).into_iter().map(Result::unwrap) {
            let target = folder.path().join("offers").join(entry.path().strip_prefix(&examples).unwrap());
            if entry.file_type().is_dir() {
                std::fs::create_dir(target).unwrap();
            } else {
                std::fs::copy(entry.path(), target).unwrap();
            }
        }
        Self(folder)
    }

    fn run(&self, line: &str) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_offerform"));
        command.args(line.split_whitespace()).current_dir(self.0.path()).env_clear().env("OFFERFORM_SANDBOX", "1");
        let output = command.stdin(Stdio::null()).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    }

    fn json(&self, line: &str) -> Value {
        let (_, stdout) = self.run(line);
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{line}: {error}\n{stdout}"))
    }

    fn text(&self, path: &str) -> String {
        String::from_utf8(std::fs::read(self.0.path().join(path)).unwrap()).unwrap()
    }

    fn file(&self, path: &str) -> Value {
        read(&self.0.path().join(path))
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.0.path().join(path), text).unwrap();
    }
}

#[test]
fn every_schema_is_a_schema_of_2020_12_that_allows_no_unknown_key() {
    let files: Vec<_> = std::fs::read_dir(root().join("schemas")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 4);
    for path in files.iter().filter(|path| is_of_output(path)) {
        let schema = read(path);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{}", path.display());
        assert!(jsonschema::meta::is_valid(&schema), "{}", path.display());
        assert!(jsonschema::validator_for(&schema).is_ok(), "{}", path.display());
        assert_closed(&schema, &path.display().to_string());
    }
}

/// The schemas of files that people write have tests of their own, in `file_schemas`.
fn is_of_output(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    !["offer.", "offer-", "offerform.", "part-"].iter().any(|start| name.starts_with(start))
}

/// Every object says which keys it has and allows no others.
fn assert_closed(schema: &Value, place: &str) {
    if schema["type"] == "object" {
        assert_eq!(schema["additionalProperties"], false, "{place}");
    }
    match schema {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| assert_closed(value, &format!("{place}/{key}")));
        }
        Value::Array(elements) => elements.iter().for_each(|value| assert_closed(value, place)),
        _ => {}
    }
}

#[test]
fn what_is_not_in_a_schema_is_found() {
    let plan = Repository::new().json("plan --format json");
    for (pointer, value) in [
        ("/summary/create", json!(-1)),
        ("/digest", json!("sha256:no")),
        ("/offers/0/action", json!("destroy")),
        ("/offers/0/changes/0/path", json!("definition")),
        ("/format_version", json!("2.0")),
    ] {
        let mut wrong = plan.clone();
        *wrong.pointer_mut(pointer).unwrap() = value;
        assert!(!schema("plan").is_valid(&wrong), "{pointer}");
    }
    let mut more = plan;
    more["surprise"] = json!(true);
    assert!(!schema("plan").is_valid(&more));
}

#[test]
fn plans_and_reports_keep_to_their_schemas_in_every_situation() {
    let repository = Repository::new();
    let plan = repository.json("plan --format json --out plan.json");
    assert_eq!(plan, repository.file("plan.json"));
    assert_valid("plan", "creates and updates", &plan);
    let unmanaged = repository.json("plan --format json --show-unmanaged --publisher contoso --offer firewall");
    assert_valid("plan", "with what is unmanaged", &unmanaged);
    assert_eq!(repository.run("apply plan.json --auto-approve --report run.json").0, 0);
    let report = repository.file("run.json");
    assert_eq!(report["result"], "done");
    assert_valid("apply-report", "all went well", &report);
    assert_valid("plan", "nothing to do", &repository.json("plan --format json"));
    assert_valid("whoami", "the sandbox", &repository.json("whoami --format json"));
    let begun = repository.json("init --format json");
    assert_eq!(begun["files"][0], json!({ "path": "offerform.yaml", "outcome": "made" }));
    assert_valid("init", "files are missing", &begun);
    std::fs::write(repository.0.path().join("offerform.yaml"), "record: none\n").unwrap();
    let begun = repository.json("init --format json");
    let outcomes: Vec<_> = begun["files"].as_array().unwrap().iter().map(|file| &file["outcome"]).collect();
    assert_eq!(outcomes, ["other", "same", "same"]);
    assert_valid("init", "files are there", &begun);
    std::fs::remove_file(repository.0.path().join("offerform.yaml")).unwrap();
    let checkup = repository.json("doctor --base nowhere --publisher nobody --format json");
    assert_eq!(checkup["summary"]["failed"], 2, "the base and the publisher: {checkup:#}");
    assert_valid("doctor", "something is missing", &checkup);
    assert_valid("record", "the sandbox", &repository.json("record show --format json"));
    assert_valid("validate", "nothing is wrong", &repository.json("validate --format json"));
    std::fs::write(repository.0.path().join("offers/a.yaml"), BAD).unwrap();
    let found = repository.json("validate --format json");
    assert_eq!(found["findings"].as_array().unwrap().len(), 3, "no market, twice, and one is there twice");
    assert_valid("validate", "something is wrong", &found);
}

#[test]
fn edits_and_lists_of_images_keep_to_their_schemas() {
    let repository = Repository::new();
    let add = "image add contoso/linux-images 2026.11.28 --sku contoso-linux-12 --vhd-env VHD --format json";
    let dry = repository.json(&format!("{add} --dry-run"));
    assert_eq!((&dry["written"], dry["kept"].as_array().unwrap().len()), (&json!(false), 2));
    assert_valid("image", "a dry run", &dry);
    let added = repository.json(add);
    assert_eq!((&added["written"], &added["images"][0]["line"]), (&json!(true), &json!(76)));
    assert_valid("image", "added", &added);
    assert_eq!(repository.run("apply --auto-approve --offer firewall").0, 0);
    let pruned = repository.json("image prune contoso/firewall --keep 1 --format json");
    assert_valid("image", "pruned", &pruned);
    assert_valid("image", "deprecated", &repository.json("image deprecate linux-images 2026.9.15 --format json"));
    for slot in ["draft", "production"] {
        let shown = repository.json(&format!("show contoso/firewall --slot {slot} --format json"));
        assert_eq!(shown["skus"][0]["id"], "standard");
        assert_valid("show", slot, &shown);
    }
    let list = repository.json("image list --format json");
    assert_eq!(list["offers"][0]["images"][0]["version"], "1.10.0");
    assert_valid("image-list", "the sandbox", &list);
}

/// An offer with a market that is none, named twice.
const BAD: &str = "publisherId: a\nid: abc\nofferTypeId: microsoft-azure-virtualmachines\n\
                   definition: { plans: [{ planId: a, regions: [XX, XX] }, { planId: b, regions: [US] }] }\n";

#[test]
fn a_guarded_plan_keeps_to_its_schema() {
    let repository = Repository::new();
    let path = repository.0.path().join("offers/firewall.yaml");
    let text = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
    repository.write("offers/firewall.yaml", &text.replace("    - planId: byol", "    - planId: byol-2"));
    let plan = repository.json("plan --format json");
    assert_eq!(plan["summary"]["blocked"], 1);
    assert_valid("plan", "guarded", &plan);
}

#[test]
fn reports_of_trouble_keep_to_their_schema() {
    for (outcome, faults) in [
        ("updated", r#"[{"when": {"method": "PUT"}, "fault": "lose_answer"}]"#),
        (
            "failed",
            r#"[{"when": {"method": "PUT"}, "times": 9, "fault": {"status": {"status": 400, "body": "html"}}}]"#,
        ),
        (
            "conflict",
            r#"[{"when": {"method": "GET", "path": "*/offers/linux-images", "nth": 2}, "fault": {"edit_between":
            {"offer": "contoso/linux-images", "edit": {"set": {"pointer": "/definition/displayText", "value": "x"}}}}}]"#,
        ),
    ] {
        let repository = Repository::new();
        repository.write("faults.json", faults);
        repository.run("sandbox faults faults.json");
        repository.run("apply --auto-approve --offer linux-images --report run.json");
        let report = repository.file("run.json");
        assert_eq!(report["offers"][0]["outcome"], outcome);
        assert_valid("apply-report", outcome, &report);
    }
}

#[test]
fn releases_keep_to_the_schemas_in_plans_and_reports() {
    let repository = Repository::new();
    let plan = repository.json("plan --go-live --format json --offer linux-images --out plan.json");
    assert_eq!((&plan["summary"]["release"], &plan["offers"][0]["release"]["to"]), (&json!(1), &json!("live")));
    assert_eq!(plan["offers"][0]["release"]["steps"][1]["name"], "go_live");
    assert_valid("plan", "to be released", &plan);
    assert_eq!(repository.run("apply plan.json --auto-approve --report run.json").0, 0);
    let report = repository.file("run.json");
    assert_eq!(report["offers"][0]["release"]["steps"][0]["outcome"], "started");
    assert_valid("apply-report", "started", &report);
    let plan = repository.json("plan --go-live --format json --offer linux-images");
    assert_eq!(plan["offers"][0]["release"]["steps"][0]["begins"], "attach");
    assert_valid("plan", "running", &plan);
    repository.run("sandbox edit contoso/linux-images /definition/displayText Theirs");
    let plan = repository.json("plan --go-live --format json --offer linux-images");
    assert_valid("plan", "still this draft", &plan);
    let path = "offers/linux-images.yaml";
    let changed = repository.text(path).replace("Contoso Linux 12, generation 2 (2026-10-13)", "Another label");
    repository.write(path, &changed);
    let plan = repository.json("plan --go-live --format json --offer linux-images");
    assert_eq!(plan["offers"][0]["release"]["obstacle"]["kind"], "busy");
    assert_valid("plan", "busy with an older draft", &plan);
}

#[test]
fn how_offers_stand_keeps_to_its_schemas() {
    let repository = Repository::new();
    let data_stream = repository.text("offers/data-stream.yaml");
    repository
        .write("offers/data-stream.yaml", &data_stream.replace("\nreconcile:\n", "\nreconcile:\n  release: preview\n"));
    let drift = repository.json("drift --offer data-stream --format json");
    assert_eq!(drift["offers"][0]["state"], "not_released");
    assert_valid("drift", "not released", &drift);
    assert_valid("status", "as shipped", &repository.json("status --format json"));
    assert_valid("operations", "none", &repository.json("operations list contoso/firewall --format json"));
    assert_valid("diff", "nothing", &repository.json("diff contoso/firewall --format json"));
    let diff = repository.json("diff contoso/firewall --from preview --to draft --format json");
    assert!(!diff["changes"].as_array().unwrap().is_empty());
    assert_valid("diff", "draft and preview", &diff);
    repository.run("publish contoso/data-stream --auto-approve");
    let status = repository.json("status contoso/data-stream contoso/nowhere --format json");
    assert_eq!(status["offers"][0]["operation"]["name"], "publish");
    assert_eq!(status["offers"][1]["exists"], false);
    assert_valid("status", "running", &status);
    assert_valid("operations", "one", &repository.json("operations list contoso/data-stream --format json"));
    let shown = repository.json("operations show contoso/data-stream --format json");
    assert_eq!(shown["offers"][0]["operations"][0]["steps"].as_array().unwrap().len(), 6);
    assert_valid("operations", "one in full", &shown);
    assert_valid("diff", "with nothing", &repository.json("diff contoso/data-stream --to draft --format json"));
    let ready = repository.json("status --watch contoso/data-stream --format json");
    assert_eq!(ready["offers"][0]["operation"]["phase"], "preview_ready");
    assert_valid("status", "ready", &ready);
}

#[test]
fn failed_releases_keep_to_the_schemas() {
    let repository = Repository::new();
    repository.write(
        "faults.json",
        r#"[{"when": {"method": "POST"}, "fault": {"fail_certification": {"messages": ["<p>No <b>agent</b></p>"]}}}]"#,
    );
    repository.run("sandbox faults faults.json");
    let line = "apply --auto-approve --publish --wait --offer linux-images --report run.json";
    assert_eq!(repository.run(line).0, 1);
    let report = repository.file("run.json");
    assert_eq!(report["offers"][0]["release"]["steps"][0]["troubles"][0]["messages"][0], "No agent");
    assert_valid("apply-report", "failed", &report);
    let plan = repository.json("plan --publish --format json --offer linux-images");
    assert_eq!(plan["offers"][0]["release"]["obstacle"]["kind"], "failed");
    assert_valid("plan", "failed", &plan);
    let status = repository.json("status contoso/linux-images --format json");
    assert_eq!(status["offers"][0]["failed"]["name"], "publish");
    assert_valid("status", "failed", &status);
}

#[test]
fn drift_keeps_to_its_schema_whatever_it_finds() {
    let repository = Repository::new();
    // Outside of git, where the files are compared as they are.
    std::fs::remove_dir(repository.0.path().join(".git")).unwrap();
    let missing = repository.json("drift --format json");
    assert_valid("drift", "an offer is missing", &missing);
    assert!(missing["offers"].as_array().unwrap().iter().any(|offer| offer["state"] == "missing"), "{missing:#}");
    assert_eq!(missing["commit"], json!(null));
    assert_eq!(repository.run("apply --auto-approve").0, 0);
    let (exit, text) = repository.run("drift --format json");
    let in_sync: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((exit, &in_sync["summary"]["differ"]), (0, &json!(0)), "{text}");
    assert_valid("drift", "in sync", &in_sync);
    let address = "https://sandbox.blob.core.windows.net/a.vhd?sv=1&se=2020-01-01&sig=QmVzdEtlcHQ";
    let images = format!(r#"{{"9.9.9": {{"osVhdUrl": "{address}"}}}}"#).replace(' ', "");
    let images_at = "/definition/plans/0/microsoft-azure-virtualmachines.vmImages";
    assert_eq!(repository.run(&format!("sandbox edit contoso/firewall {images_at} {images}")).0, 0);
    let (exit, text) = repository.run("drift --format json");
    assert_eq!(exit, 2, "{text}");
    assert!(!text.contains("QmVzdEtlcHQ"), "{text}");
    let edited: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(edited["offers"][0]["state"], "differs");
    assert!(edited["offers"][0]["changed_time"].is_string(), "{text}");
    assert_valid("drift", "edited", &edited);
    let file = "offers/firewall.yaml";
    let declared = repository.text(file).replace("{ $secret: { env: FIREWALL_VHD_1_9_4 } }", &format!("'{address}'"));
    assert_ne!(declared, repository.text(file), "the example declares its images like this");
    repository.write(file, &declared);
    let images = format!(r#"{{"1.9.4":{{"osVhdUrl":"{address}"}}}}"#);
    assert_eq!(repository.run(&format!("sandbox edit contoso/firewall {images_at} {images}")).0, 0);
    let expired = repository.json("drift --format json");
    assert_eq!(expired["notes"][0]["code"], "signature-expired", "{expired:#}");
    assert_valid("drift", "a signature has run out", &expired);
    let (_, text) = repository.run("drift");
    assert!(text.contains("contoso/firewall: signature no longer valid"), "{text}");
    assert!(!text.contains("QmVzdEtlcHQ"), "{text}");
}

/// Programs were written for these: what made them valid then has to hold.
#[test]
fn samples_of_former_versions_are_still_valid() {
    let mut count = 0;
    for entry in walkdir::WalkDir::new(root().join("tests/data/outputs")).min_depth(2).into_iter().map(Result::unwrap) {
        let name = entry.path().file_stem().unwrap().to_str().unwrap();
        let version = entry.path().parent().unwrap().file_name().unwrap().to_str().unwrap();
        assert_valid(name, version, &read(entry.path()));
        count += 1;
    }
    assert!(count >= 3, "{count} samples");
}

/// Writes the samples that the test above reads; run by hand before a release, into a folder of its own.
#[test]
#[ignore = "writes files: run it before a release, as CONTRIBUTING.md says"]
fn record_samples_of_this_version() {
    let folder = root().join("tests/data/outputs").join(env!("CARGO_PKG_VERSION"));
    std::fs::create_dir_all(&folder).unwrap();
    let repository = Repository::new();
    let plan = repository.json("plan --format json --offer firewall --offer linux-images");
    repository.run("apply --auto-approve --offer linux-images --report run.json");
    let whoami = repository.json("whoami --format json");
    for (name, value) in [("plan", plan), ("apply-report", repository.file("run.json")), ("whoami", whoami)] {
        std::fs::write(folder.join(format!("{name}.json")), format!("{value:#}\n")).unwrap();
    }
}
