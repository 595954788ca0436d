//! Pages for browsers and for GitHub Actions. The page for a browser is opened in a Chromium. Where there is none, these tests say
//! so and prove less; `.ci/run` installs one.

use std::process::Command;

use crate::sealed::{Sealed, whole};

const PLACE: &str = "/definition/offer/microsoft-azure-marketplace.";

/// What would leave a mark on the page if it ever ran.
const MARK: &str = "document.documentElement.dataset.owned=1";

fn browser() -> Option<&'static str> {
    let known = ["chromium", "chromium-browser", "google-chrome"];
    known.into_iter().find(|name| Command::new(name).arg("--version").output().is_ok())
}

/// The page as it is once its script has run; `None` without a browser.
#[expect(clippy::print_stderr, reason = "whoever reads the log should know")]
fn opened(sealed: &Sealed, page: &str) -> Option<String> {
    let Some(browser) = browser() else {
        eprintln!("no Chromium here: nothing was proven");
        return None;
    };
    let profile = tempfile::TempDir::new().unwrap();
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=2000"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg("--dump-dom")
        .arg(format!("file://{}", sealed.path(page).display()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_page_of_a_plan_renders_and_is_filtered() {
    let sealed = Sealed::with_examples();
    assert_eq!(sealed.run("--sandbox plan --html plan.html").exit, 0);
    let page = sealed.read("plan.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("default-src 'none'"), "{page}");
    assert!(!page.contains("sig="), "{page}");
    let Some(all) = opened(&sealed, "plan.html") else { return };
    assert!(all.contains(">3 of 3 offers shown<"), "the script ran under the policy: {all}");
    let one = opened(&sealed, "plan.html#search=gen2%20linux").unwrap();
    assert!(one.contains(">1 of 3 offers shown<"), "{one}");
    assert_eq!(one.matches("hidden=\"\"").count(), 2, "two of the offers, and no more: {one}");
}

/// One plan with a price, a market, texts, an image and a release in it, in every format.
#[test]
fn one_rich_plan_in_every_format() {
    let sealed = Sealed::with_examples();
    sealed.edit("offers/firewall.yaml", "80core: 4.02", "80core: 8.04");
    let all = "--sandbox plan --publish --json plan.json --markdown plan.md --html plan.html --format";
    whole!("rich-human", sealed.run(&format!("{all} human")));
    whole!("rich-github", sealed.run(&format!("{all} github")));
    let page = sealed.read("plan.html");
    let (_, body) = page.split_once("<body>").unwrap();
    let (body, _) = body.split_once("<script>").unwrap();
    let files = [("rich-json", sealed.read("plan.json")), ("rich-markdown", sealed.read("plan.md"))];
    for (name, text) in files.into_iter().chain([("rich-html", body.replace("><", ">\n<"))]) {
        whole!(name, sealed.file(text));
    }
}

#[test]
fn hostile_text_does_nothing_in_a_browser() {
    let sealed = Sealed::with_examples();
    let hostile = [
        ("summary", format!("</p></div></script><script>{MARK}</script><img src=x onerror=\"{MARK}\">")),
        ("longSummary", format!("\"><script>{MARK}</script>")),
        ("title", format!("<svg onload=\"{MARK}\">")),
        (
            "description",
            format!("</iframe>\"><script>parent.{MARK};top.{MARK}</script><img src=x onerror=parent.{MARK}>"),
        ),
        ("largeLogo", format!("https://a.example/\"onerror=\"{MARK}\"; script-src *")),
        ("wideLogo", format!("javascript:{MARK}")),
    ];
    for (key, value) in &hostile {
        let mut command = sealed.command("sandbox edit contoso/firewall");
        command.args([format!("{PLACE}{key}"), value.clone()]);
        assert_eq!(sealed.finish(command).exit, 0, "{key}");
    }
    assert_eq!(sealed.run("--sandbox plan --offer firewall --html plan.html").exit, 0);
    let page = sealed.read("plan.html");
    assert!(page.contains("&lt;script&gt;"), "it is there, as text");
    assert_eq!(page.matches("<script").count(), 1, "{page}");
    for (key, value) in &hostile {
        assert!(!page.contains(value), "{key}");
    }
    // The same words, written into a page as they are, do leave their mark: this browser would show it.
    sealed.write("control.html", &format!("<!DOCTYPE html><p>{}", hostile[0].1));
    let Some(control) = opened(&sealed, "control.html") else { return };
    assert!(control.contains("data-owned"), "{control}");
    let shown = opened(&sealed, "plan.html").unwrap();
    assert!(shown.contains(">1 of 1 offers shown<") && !shown.contains("data-owned"), "{shown}");
}

#[test]
fn github_actions_gets_groups_annotations_and_a_summary() {
    let sealed = Sealed::with_examples();
    sealed.edit("offers/firewall.yaml", "80core: 4.02", "80core: 8.04");
    sealed.write("summary.md", "what another command wrote\n");
    let summary = sealed.path("summary.md").display().to_string();
    let ran = sealed.run_with(&[("GITHUB_STEP_SUMMARY", &summary)], "--sandbox plan --format github");
    assert_eq!((ran.exit, ran.last_line()), (0, "Plan: 1 to create, 2 to update, 0 to release, 1 unchanged."));
    let commands: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!((commands[0], commands[1]), ("::group::All of it", "::endgroup::"));
    let error =
        "::error file=offers/firewall.yaml,line=1,title=price-raised::contoso/firewall/standard%0A80core 4.02 -> 8.04";
    assert!(commands[2].starts_with(error), "the worst first: {commands:?}");
    assert!(commands.iter().any(|command| command.starts_with("::warning ") && command.contains("market-added")));
    let summary = sealed.read("summary.md");
    assert!(summary.starts_with("what another command wrote\n<!-- offerform:plan -->\n"), "{summary}");
    let elsewhere = sealed.run("--sandbox plan --format github");
    assert_eq!((elsewhere.exit, sealed.read("summary.md")), (0, summary), "no summary where there is no step");
}

#[test]
fn apply_and_validate_write_markdown_too() {
    let sealed = Sealed::with_examples();
    sealed.write("summary.md", "");
    let summary = sealed.path("summary.md").display().to_string();
    let ran = sealed.run_with(
        &[("GITHUB_STEP_SUMMARY", &summary)],
        "--sandbox apply --auto-approve --offer linux-images --markdown apply.md --format github",
    );
    assert_eq!((ran.exit, ran.last_line()), (0, "Apply: 0 created, 1 updated, 0 unchanged, 0 refused, 0 failed."));
    let page = sealed.read("apply.md");
    assert!(page.starts_with("<!-- offerform:apply -->\n\n**Apply: 0 created, 1 updated"), "{page}");
    assert!(page.contains("| `contoso/linux-images` | updated | "), "{page}");
    assert_eq!(sealed.read("summary.md").trim_end(), page.trim_end());
    sealed.edit(
        "offers/firewall.yaml",
        "offerTypeId: microsoft-azure-virtualmachines",
        "offerTypeId: microsoft-azure-virtualmachine",
    );
    let ran = sealed.run("validate --markdown found.md");
    let page = sealed.read("found.md");
    assert!(page.starts_with("<!-- offerform:validate -->\n\n**Validate: "), "{page}");
    assert_eq!(page.lines().last(), ran.stdout.lines().last());
}
