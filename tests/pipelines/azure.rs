//! What happens in Azure Pipelines: each script as it stands in its file, with the variables that its step maps.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::condition::Run;
use crate::github::yaml;
use crate::world::{World, secrets};

/// An agent: variables that steps set are there for those that follow.
struct Agent<'a> {
    world: &'a World,
    variables: BTreeMap<String, String>,
    system: Vec<(&'static str, String)>,
    /// Whether the change comes from another repository, in the service's words.
    is_fork: &'static str,
}

impl<'a> Agent<'a> {
    fn new(world: &'a World, system: &[(&'static str, &str)]) -> Self {
        let mut system: Vec<_> = system.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        for (name, value) in [
            ("SYSTEM_COLLECTIONURI", "https://dev.azure.com/contoso/"),
            ("SYSTEM_TEAMPROJECT", "market"),
            ("SYSTEM_TEAMPROJECTID", "market-id"),
            ("SYSTEM_DEFINITIONID", "4"),
            ("BUILD_REPOSITORY_ID", "offers-id"),
            ("BUILD_REPOSITORY_NAME", "offers"),
            ("BUILD_SOURCEBRANCH", "refs/heads/main"),
            ("BUILD_BUILDID", "1001"),
        ] {
            system.push((name, value.to_owned()));
        }
        let folders = [
            ("AGENT_TOOLSDIRECTORY", "tools"),
            ("AGENT_TEMPDIRECTORY", "temp"),
            ("BUILD_ARTIFACTSTAGINGDIRECTORY", "staging"),
            ("PIPELINE_WORKSPACE", "artifacts"),
        ];
        for (name, folder) in folders {
            std::fs::create_dir_all(world.path(folder)).unwrap();
            system.push((name, world.path(folder).display().to_string()));
        }
        system.push(("BUILD_SOURCEVERSION", world.git(&["rev-parse", "HEAD"])));
        Self { world, variables: BTreeMap::new(), system, is_fork: "False" }
    }

    /// A text with its macros replaced; one that nobody set stays as it is.
    fn expanded(&self, text: &str) -> String {
        let own = [("System.AccessToken", "a-token-of-the-job")];
        let set = self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(own);
        let staging = self.world.path("staging").display().to_string();
        let text = text.replace("$(Build.ArtifactStagingDirectory)", &staging);
        set.fold(text, |text, (name, value)| text.replace(&format!("$({name})"), value))
    }

    /// Runs steps until one fails; gives what they said, and whether all went well.
    fn run(&mut self, steps: &Value) -> (bool, String) {
        let mut said = String::new();
        for step in steps.as_array().unwrap() {
            let values = [("variables['System.PullRequest.IsFork']".to_owned(), self.is_fork)].into();
            if !(Run { values, ..Run::default() }.holds(&step["condition"])) {
                continue;
            }
            if let Some(path) = step["publish"].as_str() {
                let path = std::path::PathBuf::from(self.expanded(path));
                let folder = self.world.path("artifacts").join(step["artifact"].as_str().unwrap());
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
            }
            let Some(script) = step["bash"].as_str().or(step["inputs"]["inlineScript"].as_str()) else { continue };
            let mut variables: BTreeMap<String, String> =
                self.system.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            for (name, value) in step["env"].as_object().into_iter().flatten() {
                variables.insert(name.clone(), self.expanded(value.as_str().unwrap()));
            }
            if step["displayName"] == "Apply" {
                variables.extend(secrets());
            }
            let ran = self.world.bash(script, &variables, &self.world.root());
            said += &ran.said;
            for command in ran.stdout.lines().filter_map(|line| line.strip_prefix("##vso[task.setvariable variable=")) {
                let (properties, value) = command.split_once(']').unwrap();
                self.variables.insert(properties.split(';').next().unwrap().to_owned(), value.to_owned());
            }
            if ran.code != 0 {
                return (false, said);
            }
        }
        (true, said)
    }
}

fn steps(file: &str) -> Value {
    let file = yaml(&format!("examples/workflows/azure-pipelines/{file}.yml"));
    let variables = file["variables"].as_array().unwrap();
    assert!(variables.iter().any(|variable| variable["name"] == "serviceConnection"));
    file
}

fn retitle(world: &World) {
    world.edit("offers/backup-app.yaml", "displayText: ", "displayText: The new ");
    world.commit("Change an offer");
}

/// Plans a pull request and gives what was written to Azure DevOps.
fn planned(world: &World) -> Vec<String> {
    let request = [("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"), ("SYSTEM_PULLREQUEST_PULLREQUESTID", "7")];
    let (good, said) = Agent::new(world, &request).run(&steps("plan")["jobs"][0]["steps"]);
    assert!(good, "{said}");
    assert!(said.contains("##vso[task.uploadsummary]"), "{said}");
    world.writes()
}

#[test]
fn a_pull_request_is_planned_commented_on_once_and_applied_as_it_was_reviewed() {
    let world = World::new();
    let before = world.git(&["rev-parse", "main"]);
    world.git(&["checkout", "-q", "-B", "change"]);
    retitle(&world);
    let writes = planned(&world);
    assert_eq!(writes.len(), 1, "{writes:#?}");
    assert!(
        writes[0].contains("--resource pullRequestThreads") && writes[0].contains("--http-method POST"),
        "{writes:#?}"
    );
    let body: Value = serde_json::from_str(&world.body()).unwrap();
    let content = body["comments"][0]["content"].as_str().unwrap();
    assert!(
        content.starts_with("<!-- offerform:plan -->\n") && content.contains("1 to create, 4 to update"),
        "{content}"
    );

    world.answer("threads", "--resource pullRequestThreads --route-parameters", "", "31\n");
    let writes = planned(&world);
    assert_eq!(writes.len(), 1, "{writes:#?}");
    assert!(
        writes[0].contains("--resource pullRequestThreadComments") && writes[0].contains("threadId=31"),
        "{writes:#?}"
    );
    assert!(writes[0].contains("--http-method PATCH"));
    let body: Value = serde_json::from_str(&world.body()).unwrap();
    assert_eq!(body["content"].as_str(), Some(content));

    world.git(&["checkout", "-q", "main"]);
    world.git(&["merge", "-q", "--no-ff", "-m", "Merge", "change"]);
    world.answer("requests", "az repos pr list", "", "7\n");
    world.answer("pipeline", "az pipelines list", "", "3\n");
    world.answer("plan-run", "--branch refs/pull/7/merge", "", "55\n");
    world.answer_files("plan-file", "az pipelines runs artifact download", "offerform-plan");
    let file = steps("apply");
    let mut agent = Agent::new(&world, &[("BUILD_REASON", "IndividualCI")]);
    agent.variables.insert("planPipeline".into(), "offerform-plan".into());
    let (good, said) = agent.run(&file["stages"][0]["jobs"][0]["steps"]);
    assert!(good, "{said}");
    let base = world.git(&["rev-parse", &agent.variables["base"]]);
    assert_eq!(base, before);
    let decided = ["changes", "approval"].map(|name| agent.variables[name].as_str());
    assert_eq!(decided, ["true", "false"], "{said}");
    let (good, said) = agent.run(&file["stages"][2]["jobs"][0]["strategy"]["runOnce"]["deploy"]["steps"]);
    assert!(good && said.contains("Apply: 1 created, 4 updated, 1 unchanged, 0 refused, 0 failed."), "{said}");
}

#[test]
fn a_change_from_a_fork_is_validated_and_comes_to_no_secret() {
    let world = World::new();
    retitle(&world);
    let mut agent = Agent::new(&world, &[]);
    agent.is_fork = "True";
    let (good, said) = agent.run(&steps("plan")["jobs"][0]["steps"]);
    assert!(good && said.contains("Validate: 6 offers, 0 errors, 0 warnings."), "{said}");
    assert!(!said.contains("Plan:") && world.writes().is_empty(), "{said}");
}

#[test]
fn broken_files_fail_the_check_and_no_older_plan_is_left_standing() {
    let world = World::new();
    world.edit("offers/backup-app.yaml", "offerTypeId:", "offerTypeIdd:");
    world.commit("Break it");
    let request = [("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"), ("SYSTEM_PULLREQUEST_PULLREQUESTID", "7")];
    let (good, said) = Agent::new(&world, &request).run(&steps("plan")["jobs"][0]["steps"]);
    assert!(!good && said.contains("offerTypeIdd"), "{said}");
    assert_eq!(world.writes().len(), 1);
    let body: Value = serde_json::from_str(&world.body()).unwrap();
    assert!(body["comments"][0]["content"].as_str().unwrap().contains("No plan could be made: the log of build 1001"));
}

#[test]
fn what_was_not_reviewed_or_goes_live_waits_for_a_yes() {
    let world = World::new();
    retitle(&world);
    let file = steps("apply");
    let mut agent = Agent::new(&world, &[("BUILD_REASON", "IndividualCI")]);
    let (good, said) = agent.run(&file["stages"][0]["jobs"][0]["steps"]);
    assert!(good, "{said}");
    assert_eq!(agent.variables["approval"], "true", "{said}");
    // The yes stands between the two.
    assert_eq!(file["stages"][1]["jobs"][0]["environment"], "marketplace-approval");
}

/// Whether a stage runs after others that ended like this.
fn begins(stage: &Value, results: &[(&str, &str)], [changes, approval]: [&str; 2], is_canceled: bool) -> bool {
    let needed: Vec<&str> = match &stage["dependsOn"] {
        Value::String(one) => vec![one],
        several => several.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect(),
    };
    let results = results.iter().filter(|(name, _)| needed.contains(name)).copied().collect();
    let output = |name: &str| format!("dependencies.plan.outputs['plan.offerform.{name}']");
    let values = [(output("changes"), changes), (output("approval"), approval)].into();
    Run { is_canceled, results, values }.holds(&stage["condition"])
}

#[test]
fn nothing_is_applied_without_a_plan_or_without_the_yes_that_it_needs() {
    let file = steps("apply");
    let (approve, apply) = (&file["stages"][1], &file["stages"][2]);
    // How planning ended, whether there are changes, whether they need a yes; whether somebody is asked, how that ended, and
    // whether it is applied. A check that nobody answers ends like a stage that was not needed.
    for (planned, changes, approval, asked, answer, applied) in [
        ("Succeeded", "true", "false", false, "Skipped", true),
        ("Succeeded", "true", "true", true, "Succeeded", true),
        ("Succeeded", "true", "true", true, "Skipped", false),
        ("Succeeded", "true", "true", true, "Failed", false),
        ("Succeeded", "true", "true", true, "Canceled", false),
        ("Succeeded", "false", "false", false, "Skipped", false),
        ("Failed", "", "", false, "Skipped", false),
        ("Failed", "true", "false", false, "Skipped", false),
        ("Canceled", "true", "false", false, "Skipped", false),
    ] {
        let row = (planned, changes, approval, answer);
        let outputs = [changes, approval];
        assert_eq!(begins(approve, &[("plan", planned)], outputs, false), asked, "{row:?}");
        let results = [("plan", planned), ("approve", answer)];
        assert_eq!(begins(apply, &results, outputs, false), applied, "{row:?}");
        assert!(!begins(apply, &results, outputs, true), "{row:?}, and cancelled");
    }
}

#[test]
fn drift_is_told_in_one_work_item() {
    let mut world = World::new();
    let drift = |world: &World| {
        let mut agent = Agent::new(world, &[]);
        agent.variables.extend([("workItemType".into(), "Issue".into()), ("doneState".into(), "Done".into())]);
        let (good, said) = agent.run(&steps("drift")["jobs"][0]["steps"]);
        assert!(good, "{said}");
        world.writes()
    };
    let writes = drift(&world);
    assert_eq!(writes.len(), 1, "{writes:#?}");
    assert!(
        writes[0].starts_with("az boards work-item create --project market --type Issue --description Drift: "),
        "{writes:#?}"
    );
    world.answer("item", "az boards query", "", "12\n");
    let writes = drift(&world);
    assert_eq!(writes.len(), 1, "{writes:#?}");
    assert!(writes[0].starts_with("az boards work-item update --id 12 --discussion Drift: "), "{writes:#?}");
    let ran = world.bash("offerform apply --auto-approve", &secrets(), &world.root());
    assert_eq!(ran.code, 0, "{}", ran.said);
    let writes = drift(&world);
    assert_eq!(writes.len(), 1, "{writes:#?}");
    assert!(
        writes[0].starts_with("az boards work-item update --id 12 --state Done --discussion Drift: "),
        "{writes:#?}"
    );
    world.edit_portal("contoso/backup-app", "/definition/displayText", "By hand");
    assert!(drift(&world)[0].contains("update --id 12 --discussion"));
}
