//! What happens on GitHub: pull requests, merges, cron.

use std::collections::BTreeMap;

use serde_json::json;

use crate::github::{Event, Job, run, run_file, yaml};
use crate::world::World;

const PLAN: &str = "<!-- offerform:plan -->";

fn pull_request(repository: &str) -> Event {
    let body = json!({"pull_request": {"number": 7, "head": {"repo": {"full_name": repository}}}});
    Event { name: "pull_request", body, into: "main" }
}

fn push(before: &str) -> Event {
    Event { name: "push", body: json!({"before": before}), into: "" }
}

fn schedule() -> Event {
    Event { name: "schedule", body: json!({}), into: "" }
}

/// What a pull request changes, and the checkout of it: a merge of its branch into `main`. Gives the branch's commit.
fn open_pull_request(world: &World, change: impl Fn(&World)) -> String {
    world.git(&["checkout", "-q", "-B", "change", "main"]);
    change(world);
    let head = world.commit("Change an offer");
    world.git(&["checkout", "-q", "-B", "merge-of-7", "main"]);
    world.git(&["merge", "-q", "--no-ff", "-m", "Merge", "change"]);
    head
}

/// Merges it as GitHub does when it squashes, and lets GitHub know where it came from.
fn merge_pull_request(world: &World, head: &str) {
    world.git(&["checkout", "-q", "main"]);
    world.git(&["merge", "-q", "--squash", "change"]);
    world.commit("Change an offer (#7)");
    world.git(&["push", "-q", "origin", "main"]);
    let pulls = json!([{"merged_at": null, "head": {"sha": "0"}}, {"merged_at": "2026-11-21", "head": {"sha": head}}]);
    world.answer("pulls", "gh api repos/contoso/offers/commits/", &pulls.to_string(), head);
    world.answer("plan-run", "gh run list --workflow offerform plan --event", r#"[{"databaseId": 55}]"#, "55");
    world.answer_files("plan-file", "gh run download 55 --name offerform-plan", "offerform-plan");
}

/// What the list of runs says was applied last.
fn applied(world: &World, commit: &str) {
    let runs = json!([{"headSha": commit}]);
    world.answer(
        "applied",
        "gh run list --workflow apply.yml --branch main --status success",
        &runs.to_string(),
        commit,
    );
}

fn said(jobs: &BTreeMap<String, Job>) -> String {
    jobs.values().flat_map(|job| [job.said.as_str(), "\n", &job.summary]).collect()
}

fn retitle(world: &World) {
    world.edit("offers/backup-app.yaml", "displayText: ", "displayText: The new ");
}

#[test]
fn a_pull_request_is_planned_commented_on_once_and_applied_as_it_was_reviewed() {
    let mut world = World::new();
    let before = world.git(&["rev-parse", "main"]);
    let head = open_pull_request(&world, retitle);

    let jobs = run(&world, "plan", &pull_request("contoso/offers"));
    assert!(!jobs["validate"].failed && !jobs["plan"].failed, "{}", said(&jobs));
    assert!(jobs["plan"].summary.starts_with(PLAN) && jobs["plan"].summary.contains("contoso/backup-app"));
    let page = "(https://github.com/contoso/offers/actions/runs/1001#artifacts)";
    assert!(jobs["plan"].summary.contains(page), "the comment links to the artifacts: {}", jobs["plan"].summary);
    assert!(world.path("artifacts/offerform-plan-html/plan.html").is_file(), "the report is one of them");
    assert!(jobs["plan"].said.contains(&format!("compared with commit {}", &before[..10])), "{}", said(&jobs));
    let writes = world.writes();
    assert_eq!(writes.len(), 1, "{writes:#?}");
    assert!(
        writes[0].starts_with("gh api --silent --method POST repos/contoso/offers/issues/7/comments --field body=@")
    );
    assert!(world.body().starts_with(PLAN) && world.body().contains("1 to create, 4 to update"));

    // A person's comment that begins like ours is left alone.
    let comments = json!([
        {"id": 1, "user": {"type": "User"}, "body": PLAN},
        {"id": 2, "user": {"type": "Bot"}, "body": "Coverage"},
        {"id": 3, "user": {"type": "Bot"}, "body": format!("{PLAN}\n\nPlan: …")},
    ]);
    world.answer("comments", "gh api --paginate repos/contoso/offers/issues/7/comments", &comments.to_string(), "3");
    assert!(!run(&world, "plan", &pull_request("contoso/offers"))["plan"].failed);
    let writes = world.writes();
    assert_eq!(writes.len(), 1, "{writes:#?}");
    assert!(
        writes[0].starts_with("gh api --silent --method PATCH repos/contoso/offers/issues/comments/3 --field body=@")
    );

    merge_pull_request(&world, &head);
    let jobs = run(&world, "apply", &push(&before));
    assert!(jobs["plan"].summary.contains("exactly what was reviewed"), "{}", said(&jobs));
    let apply = &jobs["apply"];
    assert_eq!(apply.environment, "marketplace", "nobody is asked twice");
    assert!(!apply.failed, "{}", apply.said);
    assert_eq!(apply.summary, "Apply: 1 created, 4 updated, 1 unchanged, 0 refused, 0 failed.\n");
    assert!(world.path("artifacts/offerform-report/report.json").is_file());
    assert_eq!(world.writes(), Vec::<String>::new());
    let notes = world.git(&["ls-remote", "origin", "refs/notes/offerform"]);
    assert!(!notes.is_empty(), "what the service rewrites is pushed for the next machine");

    // Nothing is left to do, on this or another machine.
    applied(&world, &world.git(&["rev-parse", "HEAD"]));
    let jobs = run(&world, "apply", &schedule());
    assert_eq!(jobs["plan"].outputs["changes"], "false", "{}", jobs["plan"].said);
    assert!(!jobs.contains_key("apply"));

    drift_is_told_in_one_issue(&mut world);
}

fn drift_is_told_in_one_issue(world: &mut World) {
    assert!(!run(world, "drift", &schedule())["drift"].failed);
    assert_eq!(world.writes(), Vec::<String>::new(), "in sync, and no issue is open");

    world.edit_portal("contoso/backup-app", "/definition/displayText", "By hand");
    let ran = run(world, "drift", &schedule());
    assert!(!ran["drift"].failed, "{}", ran["drift"].said);
    let writes = world.writes();
    assert_eq!(writes.len(), 1, "{writes:#?}");
    assert!(writes[0].starts_with("gh api --silent --method POST repos/contoso/offers/issues --raw-field title="));
    assert!(world.body().starts_with("<!-- offerform:drift -->") && world.body().contains("By hand"));

    // A pull request is an issue to that list, too, and may have no body.
    let issues = json!([
        {"number": 8, "user": {"type": "Bot"}, "body": null},
        {"number": 9, "user": {"type": "Bot"}, "body": "<!-- offerform:drift -->\n\nDrift: …"},
    ]);
    world.answer("issues", "gh api --paginate repos/contoso/offers/issues?state=open", &issues.to_string(), "9");
    run(world, "drift", &schedule());
    let writes = world.writes();
    assert_eq!(writes.len(), 1, "{writes:#?}");
    assert!(writes[0].starts_with("gh api --silent --method PATCH repos/contoso/offers/issues/9 --field body=@"));

    // Cron overwrites nobody's edit; somebody takes it back in the portal.
    let jobs = run(world, "apply", &schedule());
    assert_eq!(jobs["plan"].outputs["changes"], "false", "{}", jobs["plan"].said);
    let declared = world.git(&["show", "HEAD:offers/backup-app.yaml"]);
    let title = declared.lines().find_map(|line| line.trim().strip_prefix("displayText: ")).unwrap().to_owned();
    world.edit_portal("contoso/backup-app", "/definition/displayText", &title);
    run(world, "drift", &schedule());
    let writes = world.writes();
    assert_eq!(writes.len(), 2, "{writes:#?}");
    assert!(writes[0].contains("POST repos/contoso/offers/issues/9/comments --raw-field body=Drift: "), "{writes:#?}");
    assert!(
        writes[1].ends_with(
            "PATCH repos/contoso/offers/issues/9 --raw-field state=closed --raw-field state_reason=completed"
        )
    );
}

#[test]
fn what_goes_to_customers_and_what_nobody_reviewed_waits_for_a_yes() {
    let world = World::new();
    let before = world.git(&["rev-parse", "main"]);
    let head =
        open_pull_request(&world, |world| world.edit("offers/firewall.yaml", "  release: draft", "  release: live"));
    run(&world, "plan", &pull_request("contoso/offers"));
    merge_pull_request(&world, &head);
    let jobs = run(&world, "apply", &push(&before));
    assert!(jobs["plan"].summary.contains("exactly what was reviewed"), "{}", said(&jobs));
    assert!(jobs["plan"].summary.contains("goes to customers"));
    assert_eq!(jobs["apply"].environment, "marketplace-approval");

    // Pushed to main past any review.
    let world = World::new();
    retitle(&world);
    let before = world.git(&["rev-parse", "main"]);
    world.commit("Change it in a hurry");
    let jobs = run(&world, "apply", &push(&before));
    assert!(jobs["plan"].summary.contains("not what was reviewed"), "{}", said(&jobs));
    assert_eq!(jobs["apply"].environment, "marketplace-approval");
}

#[test]
fn what_somebody_edits_between_review_and_apply_is_not_overwritten() {
    let mut world = World::new();
    let before = world.git(&["rev-parse", "main"]);
    let head = open_pull_request(&world, retitle);
    run(&world, "plan", &pull_request("contoso/offers"));
    merge_pull_request(&world, &head);
    world.edit_portal("contoso/firewall", "/definition/displayText", "By hand");
    let jobs = run(&world, "apply", &push(&before));
    assert_eq!(jobs["apply"].environment, "marketplace-approval", "{}", said(&jobs));
}

#[test]
fn a_fork_is_validated_and_neither_signed_in_nor_commented_on() {
    let world = World::new();
    open_pull_request(&world, retitle);
    let jobs = run(&world, "plan", &pull_request("somebody/offers"));
    assert_eq!(jobs.keys().collect::<Vec<_>>(), ["validate"]);
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[test]
fn broken_files_and_a_plan_that_would_be_refused_fail_the_check() {
    let world = World::new();
    open_pull_request(&world, |world| world.edit("offers/backup-app.yaml", "offerTypeId:", "offerTypeIdd:"));
    let jobs = run(&world, "plan", &pull_request("contoso/offers"));
    assert!(jobs["validate"].failed && jobs["plan"].failed, "{}", said(&jobs));
    assert_eq!(world.writes().len(), 1, "no older plan is left standing there");
    assert!(
        world
            .body()
            .starts_with(&format!("{PLAN}\n\nNo plan could be made: [the log says why](https://github.com/contoso/"))
    );

    let world = World::new();
    open_pull_request(&world, |world| {
        world.edit(
            "offers/data-stream.yaml",
            "offerTypeId: microsoft-azure-datastreams",
            "offerTypeId: microsoft-azure-invented",
        );
    });
    let jobs = run(&world, "plan", &pull_request("contoso/offers"));
    assert!(jobs["plan"].failed, "{}", jobs["plan"].said);
    let writes = world.writes();
    assert_eq!(writes.len(), 1, "the comment says why: {writes:#?}");
    assert!(world.body().contains("offer-type-changed"), "{}", world.body());
}

#[test]
fn the_base_is_what_the_event_calls_for() {
    let world = World::new();
    let first = world.git(&["rev-parse", "main"]);
    let base = |workflow: &str, event: &Event| {
        let mut file = yaml(&format!("examples/workflows/github/{workflow}.yml"));
        if event.name == "merge_group" {
            assert_eq!(run(&world, workflow, event).keys().collect::<Vec<_>>(), ["validate"], "as it stands");
            file["jobs"]["plan"]["if"] = json!(null);
        }
        let jobs = run_file(&world, workflow, &file, event);
        let job = &jobs["plan"];
        let artifact = if workflow == "plan" { "offerform-plan" } else { "offerform-apply-plan" };
        let path = world.path("artifacts").join(artifact).join("plan.json");
        if job.failed { job.said.clone() } else { yaml(path.to_str().unwrap())["base"].as_str().unwrap().to_owned() }
    };
    // main has moved on since the branch was begun: what it brought is not the pull request's.
    open_pull_request(&world, retitle);
    world.git(&["checkout", "-q", "main"]);
    world.edit("offers/data-stream.yaml", "displayText: ", "displayText: The other ");
    let second = world.commit("Change another offer");
    world.git(&["push", "-q", "origin", "main"]);
    world.git(&["checkout", "-q", "change"]);
    assert_eq!(base("plan", &pull_request("contoso/offers")), first);

    world.git(&["checkout", "-q", "main"]);
    let queue = Event { name: "merge_group", body: json!({"merge_group": {"base_sha": first}}), into: "" };
    assert_eq!(base("plan", &queue), first);

    assert_eq!(base("apply", &push(&first)), first, "the first run there is");
    let zeros = "0".repeat(40);
    assert_eq!(base("apply", &push(&zeros)), second, "a new branch has nothing before it");
    assert_eq!(base("apply", &schedule()), second);

    retitle(&world);
    let third = world.commit("Change an offer");
    applied(&world, &first);
    assert_eq!(base("apply", &push(&second)), first, "the run for the commit between failed, or was replaced");
    assert_eq!(base("apply", &schedule()), first);

    applied(&world, &third);
    world.git(&["checkout", "-q", "-B", "old", &second]);
    let said = base("apply", &push(&first));
    assert!(said.contains("was applied last, and it is not in the history"), "{said}");
}

#[test]
fn a_job_can_be_examined() {
    let world = World::new();
    let mut file = yaml("examples/workflows/github/plan.yml");
    file["jobs"]["plan"]["steps"][1]["with"] = json!({"command": "doctor"});
    file["jobs"]["plan"]["steps"].as_array_mut().unwrap().truncate(2);
    let jobs = run_file(&world, "plan", &file, &pull_request("contoso/offers"));
    assert!(!jobs["plan"].failed, "{}", said(&jobs));
    assert_eq!(jobs["plan"].summary, "Doctor: 11 ok, 0 warnings, 0 failed.\n", "{}", said(&jobs));
}
