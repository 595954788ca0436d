//! A small runner of GitHub's workflows: it takes what the file says, step by step, and runs each script in bash as it stands there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::expression::Contexts;
use crate::world::{World, secrets};

/// What set a workflow off.
pub(crate) struct Event {
    pub(crate) name: &'static str,
    pub(crate) body: Value,
    /// The branch that a pull request goes to; empty for other events.
    pub(crate) into: &'static str,
}

/// How a job ended.
#[derive(Debug, Default)]
pub(crate) struct Job {
    pub(crate) failed: bool,
    /// What the scripts said.
    pub(crate) said: String,
    /// The step summary.
    pub(crate) summary: String,
    pub(crate) outputs: Map<String, Value>,
    /// The environment whose reviewers are asked.
    pub(crate) environment: String,
    steps: Value,
}

pub(crate) fn yaml(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    serde_yaml::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Runs the jobs of a workflow in the order in which they stand there; a job that does not run is left out.
pub(crate) fn run(world: &World, workflow: &str, event: &Event) -> BTreeMap<String, Job> {
    run_file(world, workflow, &yaml(&format!("examples/workflows/github/{workflow}.yml")), event)
}

/// The same for a workflow that is not quite as it stands in its file.
pub(crate) fn run_file(world: &World, workflow: &str, file: &Value, event: &Event) -> BTreeMap<String, Job> {
    assert!(file["on"].get(event.name).is_some(), "{workflow} does not run on {}", event.name);
    let mut jobs: BTreeMap<String, Job> = BTreeMap::new();
    for (name, job) in file["jobs"].as_object().unwrap() {
        let needs: Vec<&str> = job["needs"].as_str().into_iter().collect();
        if needs.iter().any(|need| jobs.get(*need).is_none_or(|job| job.failed)) {
            continue;
        }
        let outputs = needs.iter().map(|need| ((*need).to_owned(), json!({"outputs": jobs[*need].outputs})));
        let contexts = json!({
            "github": {
                "event_name": event.name, "event": event.body, "repository": "contoso/offers", "token": "a-token-of-the-job",
                "ref": world.git(&["rev-parse", "--abbrev-ref", "HEAD"]),
            },
            "vars": {"AZURE_TENANT_ID": "a-tenant", "AZURE_CLIENT_ID": "a-client"},
            "runner": {"temp": world.path("temp")},
            "needs": outputs.collect::<Map<_, _>>(),
            "steps": {},
        });
        if job["if"].as_str().is_some_and(|condition| !Contexts(&contexts).holds(condition)) {
            continue;
        }
        let runner = Runner { world, event, workflow, contexts };
        jobs.insert(name.clone(), runner.job(job));
    }
    jobs
}

struct Runner<'a> {
    world: &'a World,
    event: &'a Event,
    workflow: &'a str,
    contexts: Value,
}

impl Runner<'_> {
    fn job(&self, job: &Value) -> Job {
        let mut ran = Job { steps: json!({}), ..Job::default() };
        let contexts = Contexts(&self.contexts);
        ran.environment = contexts.text(job["environment"].as_str().unwrap_or_default());
        let mut variables = self.variables(&job["env"], &self.contexts);
        if !ran.environment.is_empty() {
            variables.extend(secrets());
        }
        for step in job["steps"].as_array().unwrap() {
            self.step(step, &self.contexts, &variables, &mut ran);
        }
        let contexts = with_steps(&self.contexts, &ran.steps);
        for (name, value) in job["outputs"].as_object().into_iter().flatten() {
            ran.outputs.insert(name.clone(), Contexts(&contexts).text(value.as_str().unwrap()).into());
        }
        ran
    }

    fn step(&self, step: &Value, contexts: &Value, variables: &BTreeMap<String, String>, ran: &mut Job) {
        let contexts = with_steps(contexts, &ran.steps);
        let condition = step["if"].as_str();
        let only_after_success = !condition.is_some_and(|condition| condition.contains("always()"));
        let holds = condition.is_none_or(|condition| Contexts(&contexts).holds(condition));
        if !holds || (only_after_success && ran.failed) {
            return;
        }
        if let Some(script) = step["run"].as_str() {
            self.script(step, script, (&contexts, variables), ran);
            return;
        }
        let with = |name: &str| Contexts(&contexts).text(step["with"][name].as_str().unwrap_or_default());
        match step["uses"].as_str().unwrap() {
            // The repository is there.
            "actions/checkout@v4" => {}
            "actions/upload-artifact@v4" => {
                let path = PathBuf::from(with("path"));
                assert!(
                    path.is_file() || with("if-no-files-found") == "ignore",
                    "nothing to upload: {}",
                    path.display()
                );
                if !path.is_file() {
                    return;
                }
                let folder = self.world.path("artifacts").join(with("name"));
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
            }
            "actions/download-artifact@v4" => {
                std::fs::create_dir_all(with("path")).unwrap();
                for file in std::fs::read_dir(self.world.path("artifacts").join(with("name"))).unwrap() {
                    let file = file.unwrap();
                    std::fs::copy(file.path(), Path::new(&with("path")).join(file.file_name())).unwrap();
                }
            }
            "./.github/actions/offerform" => self.action(step, &contexts, variables, ran),
            other => panic!("nobody here knows what `{other}` does"),
        }
    }

    /// Our own action, with its inputs and outputs.
    fn action(&self, step: &Value, contexts: &Value, variables: &BTreeMap<String, String>, ran: &mut Job) {
        let action = yaml("action.yml");
        let given = step["with"].as_object().unwrap();
        let unknown: Vec<_> = given.keys().filter(|name| action["inputs"].get(name.as_str()).is_none()).collect();
        assert!(unknown.is_empty(), "no such inputs: {unknown:?}");
        let mut inputs = Map::new();
        for (name, input) in action["inputs"].as_object().unwrap() {
            let value = given.get(name).unwrap_or(&input["default"]).as_str().expect("inputs are text");
            inputs.insert(name.clone(), Contexts(contexts).text(value).into());
        }
        let mut inside = contexts.clone();
        inside["inputs"] = Value::Object(inputs);
        let mut inner = Job { steps: json!({}), failed: ran.failed, ..Job::default() };
        for step in action["runs"]["steps"].as_array().unwrap() {
            self.step(step, &inside, variables, &mut inner);
        }
        ran.failed |= inner.failed;
        ran.said += &inner.said;
        ran.summary += &inner.summary;
        let inside = with_steps(&inside, &inner.steps);
        let outputs = action["outputs"].as_object().unwrap().iter();
        let outputs = outputs.map(|(name, output)| {
            (name.clone(), Value::from(Contexts(&inside).text(output["value"].as_str().unwrap())))
        });
        if let Some(id) = step["id"].as_str() {
            ran.steps[id] = json!({"outputs": outputs.collect::<Map<_, _>>()});
        }
    }

    fn script(&self, step: &Value, script: &str, (contexts, job): (&Value, &BTreeMap<String, String>), ran: &mut Job) {
        let mut variables = job.clone();
        variables.extend(self.variables(&step["env"], contexts));
        let files = ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"].map(|name| (name, self.world.path("temp").join(name)));
        for (name, path) in &files {
            std::fs::write(path, "").unwrap();
            variables.insert((*name).to_owned(), path.display().to_string());
        }
        let folder = step["working-directory"].as_str().unwrap_or(".");
        let folder = self.world.root().join(Contexts(contexts).text(folder));
        let done = self.world.bash(script, &variables, &folder);
        let read = |position: usize| String::from_utf8(std::fs::read(&files[position].1).unwrap()).unwrap();
        ran.failed |= done.code != 0;
        ran.said += &done.said;
        ran.summary += &read(1);
        if let Some(id) = step["id"].as_str() {
            let pairs = read(0);
            let pairs = pairs.lines().map(|line| line.split_once('=').expect("an output has a name"));
            let outputs = pairs.map(|(name, value)| (name.to_owned(), Value::from(value)));
            ran.steps[id] = json!({"outputs": outputs.collect::<Map<_, _>>()});
        }
    }

    /// What `env:` sets, and what GitHub sets in every job.
    fn variables(&self, env: &Value, contexts: &Value) -> BTreeMap<String, String> {
        let mut variables = BTreeMap::new();
        for (name, value) in [
            ("GITHUB_REPOSITORY", "contoso/offers"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_RUN_ID", "1001"),
            ("GITHUB_REF_NAME", "main"),
            ("GITHUB_EVENT_NAME", self.event.name),
            ("GITHUB_BASE_REF", self.event.into),
        ] {
            variables.insert(name.to_owned(), value.to_owned());
        }
        let workflow = format!("contoso/offers/.github/workflows/{}.yml@refs/heads/main", self.workflow);
        variables.insert("GITHUB_WORKFLOW_REF".to_owned(), workflow);
        variables.insert("GITHUB_SHA".to_owned(), self.world.git(&["rev-parse", "HEAD"]));
        variables.insert("RUNNER_TEMP".to_owned(), self.world.path("temp").display().to_string());
        let action = self.world.root().join(".github/actions/offerform").display().to_string();
        variables.insert("GITHUB_ACTION_PATH".to_owned(), action);
        for (name, value) in env.as_object().into_iter().flatten() {
            variables.insert(name.clone(), Contexts(contexts).text(value.as_str().unwrap()));
        }
        variables
    }
}

fn with_steps(contexts: &Value, steps: &Value) -> Value {
    let mut contexts = contexts.clone();
    contexts["steps"] = steps.clone();
    contexts
}
