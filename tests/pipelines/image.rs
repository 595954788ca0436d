//! From a finished build to a pull request with the new version: the steps of the pipelines as they stand in their files.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::github::yaml;
use crate::world::World;

const BLOB: &str = "https://contosoimages.blob.core.windows.net/vhds/firewall-1.11.0.vhd";

fn scripts(steps: &Value) -> Vec<&str> {
    let steps = steps.as_array().unwrap().iter();
    steps.filter_map(|step| step.get("run").or_else(|| step.get("bash"))?.as_str()).collect()
}

/// Runs the scripts, and gives what was asked of `gh` and `az`.
fn run(world: &World, scripts: &[&str], version: &str) -> (i32, String) {
    let variables: BTreeMap<String, String> = [
        ("OFFER", "contoso/firewall"),
        ("VERSION", version),
        ("SKUS", "standard,byol"),
        ("BLOB", BLOB),
        ("KEY_VARIABLE", "IMAGES_KEY"),
        ("AGENT_TOOLSDIRECTORY", "/nowhere"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    for script in scripts {
        assert!(script.starts_with("set -euo pipefail\n") && !script.contains("${{"), "{script}");
        let ran = world.bash(script, &variables, &world.root());
        if ran.code != 0 {
            return (ran.code, ran.said);
        }
    }
    let calls = std::fs::read(world.path("stubs/calls")).unwrap_or_default();
    (0, String::from_utf8(calls).unwrap())
}

#[test]
fn a_finished_build_becomes_a_pull_request_with_one_commit() {
    for (file, job, call) in [
        (
            "examples/workflows/github/image.yml",
            "/jobs/image/steps",
            "gh pr create --fill --head image/contoso/firewall/1.11.0",
        ),
        ("examples/workflows/azure-pipelines/image.yml", "/jobs/0/steps", "az repos pr create --detect true"),
    ] {
        let world = World::new();
        let pipeline = yaml(file);
        let scripts = scripts(pipeline.pointer(job).unwrap());
        assert_eq!(scripts.len(), 3, "{file}");
        let (code, calls) = run(&world, &scripts, "1.11.0");
        assert_eq!(code, 0, "{file}: {calls}");
        assert!(calls.contains(call), "{file}: {calls}");
        let branch = "origin/image/contoso/firewall/1.11.0";
        assert_eq!(
            world.git(&["log", "--format=%s", &format!("main..{branch}")]),
            "Add image 1.11.0 to contoso/firewall (standard, byol)"
        );
        assert_eq!(world.git(&["diff", "--name-only", "main", branch]), "offers/firewall.yaml");
        assert!(world.git(&["show", branch]).contains("blob: firewall-1.11.0.vhd"));

        // The same build once more, and one that is older: no pull request.
        world.git(&["checkout", "-q", "main"]);
        for version in ["1.9.4", "1.9"] {
            let (code, said) = run(&world, &scripts[1..], version);
            assert_eq!(code, 3, "{file} {version}: {said}");
            world.git(&["checkout", "-q", "main"]);
        }
    }
}
