//! What holds for every pipeline file, whatever it does.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::github::yaml;

/// The files, and `action.yml`.
const FILES: [&str; 7] = [
    "action.yml",
    "examples/workflows/github/plan.yml",
    "examples/workflows/github/apply.yml",
    "examples/workflows/github/drift.yml",
    "examples/workflows/azure-pipelines/plan.yml",
    "examples/workflows/azure-pipelines/apply.yml",
    "examples/workflows/azure-pipelines/drift.yml",
];

/// Other people's actions that are used, by the tags there are.
const ACTIONS: [&str; 4] = [
    "actions/checkout@v4",
    "actions/upload-artifact@v4",
    "actions/download-artifact@v4",
    "./.github/actions/offerform",
];

/// Everything in a file that is at a key of one of these names, with its key.
fn at<'a>(value: &'a Value, names: &[&str], found: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                match value {
                    Value::String(text) if names.contains(&name.as_str()) => found.push(text),
                    _ => at(value, names, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| at(item, names, found)),
        _ => {}
    }
}

fn all(file: &str, names: &[&str]) -> Vec<String> {
    let file = yaml(file);
    let mut found = Vec::new();
    at(&file, names, &mut found);
    found.into_iter().map(str::to_owned).collect()
}

#[test]
fn every_script_is_strict_is_read_by_bash_and_holds_no_text_from_elsewhere() {
    for file in FILES {
        let scripts = all(file, &["run", "bash", "script", "inlineScript"]);
        let scripts: Vec<_> = scripts.iter().filter(|script| script.contains('\n') || script.contains(' ')).collect();
        assert!(!scripts.is_empty() || file.contains("github"), "{file} has no script");
        for script in scripts {
            assert!(script.starts_with("set -euo pipefail\n"), "{file}: {script}");
            assert!(!script.contains("${{") && !script.contains("$["), "{file}: an expression in a script: {script}");
            let macros = script.match_indices("$(").filter(|(at, _)| {
                let name: String = script[at + 2..].chars().take_while(|c| c.is_alphanumeric() || *c == '.').collect();
                script[at + 2 + name.len()..].starts_with(')')
            });
            assert_eq!(macros.count(), 0, "{file}: a macro of Azure Pipelines in a script: {script}");
            let mut bash = Command::new("bash").arg("-n").stdin(Stdio::piped()).spawn().unwrap();
            std::io::Write::write_all(&mut bash.stdin.take().unwrap(), script.as_bytes()).unwrap();
            assert!(bash.wait().unwrap().success(), "{file}: {script}");
        }
    }
}

#[test]
fn only_actions_that_are_known_are_used() {
    for file in FILES {
        let unknown: Vec<_> =
            all(file, &["uses"]).into_iter().filter(|name| !ACTIONS.contains(&name.as_str())).collect();
        assert!(unknown.is_empty(), "{file}: {unknown:?}");
    }
}

#[test]
fn a_job_of_github_has_no_rights_but_its_own_and_signs_in_without_a_stored_secret() {
    for file in FILES.iter().filter(|file| file.contains("github")) {
        let workflow = yaml(file);
        assert_eq!(workflow["permissions"], serde_json::json!({}), "{file}: a right of all jobs");
        let triggers = workflow["on"].as_object().unwrap();
        assert!(!triggers.contains_key("pull_request_target") && !triggers.contains_key("workflow_run"), "{file}");
        assert!(workflow["concurrency"]["group"].is_string(), "{file}");
        for (name, job) in workflow["jobs"].as_object().unwrap() {
            assert!(job["timeout-minutes"].is_number(), "{file}: {name}");
            let signs_in = job["env"]["OFFERFORM_AUTH"] == "github";
            assert_eq!(signs_in, name != "validate", "{file}: {name}");
            assert_eq!(job["permissions"]["id-token"] == "write", signs_in, "{file}: {name}");
            assert_eq!(job["env"].get("AZURE_CLIENT_SECRET"), None, "{file}: {name}");
            if signs_in {
                assert_eq!(job["steps"][0]["with"]["fetch-depth"], 0, "{file}: {name} reads a base from git");
            }
        }
    }
}

#[test]
fn azure_pipelines_signs_in_by_a_service_connection_and_not_for_forks() {
    for file in FILES.iter().filter(|file| file.contains("azure-pipelines")) {
        let text = String::from_utf8(std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()).unwrap();
        let tasks = text.matches("task: AzureCLI@2").count();
        assert!(tasks > 0, "{file}");
        for needed in ["azureSubscription: $(serviceConnection)", "OFFERFORM_AUTH: pipelines"] {
            assert_eq!(text.matches(needed).count(), tasks, "{file}: {needed}");
        }
        assert!(text.contains("fetchDepth: 0"), "{file}");
    }
    let plan = yaml("examples/workflows/azure-pipelines/plan.yml");
    for step in plan["jobs"][0]["steps"].as_array().unwrap() {
        let mut text = Vec::new();
        at(step, &["SYSTEM_ACCESSTOKEN", "AZURE_DEVOPS_EXT_PAT"], &mut text);
        let forks_are_left_out = "and(succeeded(), ne(variables['System.PullRequest.IsFork'], 'True'))";
        assert!(text.is_empty() || step["condition"] == forks_are_left_out, "{step}");
    }
}

/// The files that the program is built from, besides its modules.
fn included(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let sources = ["crates", "src"].into_iter().flat_map(|folder| walkdir::WalkDir::new(root.join(folder)));
    for entry in sources.map(Result::unwrap) {
        if entry.path().extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).unwrap();
        for (start, before) in text.match_indices("include_str!(\"") {
            let named = text[start + before.len()..].split('"').next().unwrap();
            let path = entry.path().parent().unwrap().join(named).canonicalize().unwrap();
            found.push(path.strip_prefix(root).unwrap().to_owned());
        }
    }
    found
}

#[test]
fn the_container_is_built_from_everything_that_the_build_reads() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().unwrap();
    let dockerfile = std::fs::read_to_string(root.join("Dockerfile")).unwrap();
    let build = dockerfile.split("\nFROM ").nth(1).unwrap();
    let copied: Vec<&str> = build
        .lines()
        .filter_map(|line| line.strip_prefix("COPY ")?.rsplit_once(' '))
        .flat_map(|(sources, _)| sources.split(' '))
        .collect();
    let included = included(&root);
    assert!(included.len() > 20, "{included:?}");
    let read = ["Cargo.toml", "Cargo.lock", "src/main.rs", "benches/plan.rs"].map(PathBuf::from);
    for path in read.iter().chain(&included) {
        assert!(copied.iter().any(|copy| path.starts_with(copy)), "{} is not copied: {copied:?}", path.display());
    }
    // What is not named there is not given to the build.
    let ignored = std::fs::read_to_string(root.join(".dockerignore")).unwrap();
    for copy in copied {
        assert!(ignored.lines().any(|line| line.strip_prefix('!') == Some(copy)), ".dockerignore leaves out {copy}");
    }
}
