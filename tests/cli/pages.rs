//! Pages for browsers and for GitHub Actions. The page for a browser is opened in a Chromium. Where there is none, these tests say
//! so and prove less; `.ci/run` installs one.

use crate::browser::opened;
use crate::sealed::{Ran, Sealed, offer, whole};

const PLACE: &str = "/definition/offer/microsoft-azure-marketplace.";

/// What would leave a mark on the page if it ever ran.
const MARK: &str = "document.documentElement.dataset.owned=1";

#[test]
fn the_page_of_a_plan_renders_and_is_filtered() {
    let sealed = Sealed::with_examples();
    assert_eq!(sealed.run("--sandbox plan --html plan.html").exit, 0);
    let page = sealed.read("plan.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("default-src 'none'"), "{page}");
    assert!(!page.contains("sig="), "{page}");
    let Some(all) = opened(&sealed.path("plan.html")) else { return };
    assert!(all.contains(">5 of 5 offers shown<"), "the script ran under the policy: {all}");
    let one = opened(&sealed.path("plan.html#search=gen2%20linux")).unwrap();
    assert!(one.contains(">1 of 5 offers shown<"), "{one}");
    assert_eq!(one.matches("hidden=\"\"").count(), 4, "four of the offers, and no more: {one}");
}

/// One plan with a price, a market, texts, an image and a release in it, in every format.
#[test]
fn one_rich_plan_in_every_format() {
    let sealed = Sealed::with_examples();
    sealed.edit("offers/firewall.yaml", "80core: 4.02", "80core: 8.04");
    let all = "--sandbox plan --publish --json plan.json --markdown plan.md --html plan.html --format";
    whole!("rich-human", sealed.run(&format!("{all} human")));
    whole!("rich-github", sealed.run(&format!("{all} github")));
    for page in [sealed.read("plan.md"), sealed.run("--sandbox plan").stdout] {
        let told: Vec<&str> = page.lines().filter(|line| line.contains("8.04")).collect();
        assert!(
            told.len() == 1 && told[0].contains("price-raised"),
            "the price is told once, with its guard: {told:?}"
        );
    }
    for (name, file) in [("rich-json", "plan.json"), ("rich-markdown", "plan.md"), ("rich-html", "plan.html")] {
        whole!(name, sealed.file(shown(&sealed, file)));
    }
}

/// What a file shows; of a page its body, without the requests, of which there are more or less.
fn shown(sealed: &Sealed, file: &str) -> String {
    let text = sealed.read(file);
    let Some((_, body)) = text.split_once("<body>") else { return text };
    let (mut body, _) = body.split_once("<script>").unwrap();
    let mut kept = String::new();
    while let Some((before, requests)) = body
        .split_once("<details><summary>")
        .filter(|(_, rest)| rest.split_once("</summary>").is_some_and(|(summary, _)| summary.ends_with(" requests")))
    {
        kept.push_str(before);
        (_, body) = requests.split_once("</details>").unwrap();
    }
    kept.push_str(body);
    kept.replace("><", ">\n<")
}

/// A run that ends well and badly, how the offers stand afterwards, and files with something wrong, in every format at once.
#[test]
fn a_rich_run_and_what_stands_afterwards_in_every_format() {
    let sealed = Sealed::with_examples();
    fail_the_publish(&sealed, "<p>The stream has <b>no</b> schema.</p>");
    let line = "--sandbox apply --auto-approve --offer data-stream --offer linux-images --publish --wait";
    let ran = sealed.run(&format!("{line} --report run.json --markdown run.md --html run.html --format github"));
    assert_eq!((ran.exit, ran.last_line()), (1, "Apply: 0 created, 1 updated, 0 unchanged, 0 refused, 1 failed."));
    let line = "--sandbox status --json status.json --markdown status.md --html status.html --format";
    let ran = sealed.run(&format!("{line} github"));
    let commands: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!((commands[0], commands[1]), ("::group::Details", "::endgroup::"));
    assert!(commands[2].starts_with("::error title=contoso/data-stream::publish `"), "the worst first: {commands:?}");
    assert_eq!(commands[3], "::warning title=contoso/backup-app::not in the portal");
    assert_eq!(sealed.run(&format!("{line} json")).stdout, sealed.read("status.json"));
    assert_eq!(sealed.run(&format!("{line} markdown")).stdout, sealed.read("status.md"));
    assert_eq!(sealed.run(&format!("{line} html")).stdout, sealed.read("status.html"));
    whole!("rich-status-human", sealed.run(&format!("{line} human")));
    sealed.edit("offers/firewall.yaml", "regions: [", "regions: [XX, ");
    let line = "validate --json found.json --sarif found.sarif --junit found.xml --markdown found.md --html found.html";
    for (format, file) in [("json", "json"), ("sarif", "sarif"), ("junit", "xml"), ("markdown", "md"), ("html", "html")]
    {
        let ran = sealed.run(&format!("{line} --format {format}"));
        assert_eq!((ran.exit, &ran.stdout), (1, &sealed.read(&format!("found.{file}"))), "{format}");
    }
    for name in ["run", "status", "found"] {
        for (format, file) in [("markdown", "md"), ("html", "html")] {
            whole!(format!("rich-{name}-{format}"), sealed.file(shown(&sealed, &format!("{name}.{file}"))));
        }
    }
}

/// What comes after in a pipeline reads the files of a run also if there was nothing to do.
#[test]
fn a_run_with_nothing_to_do_writes_its_pages_too() {
    let sealed = Sealed::with_examples();
    assert_eq!(sealed.run("--sandbox apply --auto-approve").exit, 0);
    let line = "--sandbox apply --report run.json --markdown run.md --html run.html";
    let ran = sealed.run(line);
    assert_eq!((ran.exit, ran.last_line()), (0, "Plan: 0 to create, 0 to update, 0 to release, 6 unchanged."));
    let last = "Apply: 0 created, 0 updated, 6 unchanged, 0 refused, 0 failed.";
    assert_eq!(sealed.read("run.md"), format!("<!-- offerform:apply -->\n\n**{last}**\n"));
    assert!(sealed.read("run.html").contains(last));
    let run: serde_json::Value = serde_json::from_str(&sealed.read("run.json")).unwrap();
    let outcomes: Vec<&str> =
        run["offers"].as_array().unwrap().iter().map(|offer| offer["outcome"].as_str().unwrap()).collect();
    assert_eq!((run["result"].as_str(), outcomes), (Some("done"), vec!["unchanged"; 6]));
    let ran = sealed.run(&format!("{line} --format github"));
    assert_eq!((ran.exit, ran.last_line()), (0, last));
}

/// The next publish fails, and this is what the service says about it.
fn fail_the_publish(sealed: &Sealed, message: &str) {
    let failure = serde_json::json!({ "fail_certification": { "messages": [message] } });
    sealed.write(
        "faults.json",
        &serde_json::json!([{ "when": { "path": "*/data-stream/publish" }, "fault": failure }]).to_string(),
    );
    assert_eq!(sealed.run("sandbox faults faults.json").exit, 0);
}

/// Runs that show `text` from the service and from a file, with a page in each format.
fn hostile_pages(sealed: &Sealed, text: &str) -> [Ran; 3] {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    fail_the_publish(sealed, &escaped.replace('\n', "<br>"));
    let mut command = sealed.command("sandbox edit contoso/data-stream");
    command.args(["/definition/offer/microsoft-azure-datastreams.summary", text]);
    assert_eq!(sealed.finish(command).exit, 0);
    let bad = offer("bad", &format!("title: {{ $unknown: {} }}", serde_json::json!(text)));
    sealed.write(&format!("hostile/{}.yaml", text.replace('/', "")), &bad);
    let ran = [
        ("--sandbox apply --offer data-stream --auto-approve --publish --wait", "run", 1),
        ("--sandbox status contoso/data-stream", "status", 0),
        ("validate hostile", "found", 1),
    ];
    ran.map(|(line, name, exit)| {
        let ran = sealed.run(&format!("{line} --html {name}.html --markdown {name}.md --format github"));
        assert_eq!(ran.exit, exit, "{line}: {}", ran.whole());
        ran
    })
}

#[test]
fn hostile_text_is_no_command_for_the_log_of_other_commands() {
    let sealed = Sealed::with_examples();
    for ran in hostile_pages(&sealed, "x\n::add-mask::y\n##vso[task.complete]z\n##[error]a, b: 100%") {
        let commands = ran.stdout.lines().filter(|line| line.trim_start().starts_with("::"));
        let ours =
            ["::group::Details", "::endgroup::", "::error title=contoso/data-stream::", "::error file=hostile/x"];
        for command in commands.clone() {
            assert!(ours.iter().any(|start| command.starts_with(start)), "{command}");
        }
        assert!(commands.clone().any(|command| command.contains("add-mask")), "it is there, as text: {}", ran.stdout);
        assert!(!ran.stdout.contains("##vso[") && !ran.stdout.contains("##["), "{}", ran.stdout);
    }
}

#[test]
fn hostile_text_does_nothing_on_the_pages_of_other_commands() {
    let sealed = Sealed::with_examples();
    let hostile = format!("</pre></td><script>{MARK}</script><img src=x onerror={MARK}>\"'><b>");
    hostile_pages(&sealed, &hostile);
    sealed.write("control.html", &format!("<!DOCTYPE html><p>{hostile}"));
    let control = opened(&sealed.path("control.html"));
    assert!(control.is_none_or(|control| control.contains("data-owned")));
    for (page, count) in [("run.html", "offers"), ("status.html", "offers"), ("found.html", "files")] {
        let text = sealed.read(page);
        assert!(text.contains("default-src 'none'") && text.contains("&lt;img src=x"), "{page}: it is there, as text");
        assert_eq!(text.matches("<script").count(), 1, "{page}: {text}");
        assert!(!text.contains("<img") && !text.contains("<b>"), "{page}: {text}");
        let Some(shown) = opened(&sealed.path(page)) else { continue };
        assert!(shown.contains(&format!(">1 of 1 {count} shown<")) && !shown.contains("data-owned"), "{page}: {shown}");
    }
}

#[test]
fn hostile_text_stays_in_code_in_the_markdown_of_other_commands() {
    let sealed = Sealed::with_examples();
    hostile_pages(&sealed, "</details> @everybody ``` ```` <img src=x> [a](http:evil) | # b <!-- c");
    for page in ["run.md", "status.md", "found.md"] {
        let text = sealed.read(page);
        assert!(text.contains("@everybody"), "{page}: it is there, as code: {text}");
        let outside = without_code(&text);
        for word in ["@everybody", "<img", "[a](", "<!-- c"] {
            assert!(!outside.contains(word), "{page}: {word} in {outside}");
        }
    }
}

/// Markdown without its fenced and inline code.
fn without_code(text: &str) -> String {
    let mut out = String::new();
    let mut fence = None;
    for line in text.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if ticks == open && line.len() == ticks => fence = None,
            Some(_) => {}
            None if ticks >= 3 => fence = Some(ticks),
            None => out.push_str(&without_spans(line)),
        }
    }
    assert_eq!(fence, None, "every fence ends");
    out
}

/// A line without the text between runs of as many backticks.
fn without_spans(line: &str) -> String {
    let Some(start) = line.find('`') else { return line.to_owned() };
    let ticks = line[start..].len() - line[start..].trim_start_matches('`').len();
    let mut rest = &line[start + ticks..];
    while let Some(end) = rest.find('`') {
        let run = rest[end..].len() - rest[end..].trim_start_matches('`').len();
        rest = &rest[end + run..];
        if run == ticks {
            return format!("{}{}", &line[..start], without_spans(rest));
        }
    }
    line.to_owned()
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
    let Some(control) = opened(&sealed.path("control.html")) else { return };
    assert!(control.contains("data-owned"), "{control}");
    let shown = opened(&sealed.path("plan.html")).unwrap();
    assert!(shown.contains(">1 of 1 offers shown<") && !shown.contains("data-owned"), "{shown}");
}

#[test]
fn github_actions_gets_groups_annotations_and_a_summary() {
    let sealed = Sealed::with_examples();
    sealed.edit("offers/firewall.yaml", "80core: 4.02", "80core: 8.04");
    sealed.write("summary.md", "what another command wrote\n");
    let summary = sealed.path("summary.md").display().to_string();
    let ran = sealed.run_with(&[("GITHUB_STEP_SUMMARY", &summary)], "--sandbox plan --format github");
    assert_eq!((ran.exit, ran.last_line()), (0, "Plan: 1 to create, 4 to update, 0 to release, 1 unchanged."));
    let commands: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!((commands[0], commands[1]), ("::group::Details", "::endgroup::"));
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
    assert!(page.contains(ran.stdout.lines().last().unwrap()), "{page}");
}

/// Values with errors stop the plan file and the apply, and the comment on the pull request says so.
#[test]
fn the_comment_of_a_plan_names_the_errors_that_it_would_write() {
    let sealed = Sealed::with_examples();
    sealed.edit("offers/firewall.yaml", "regions: [", "regions: [XX, ");
    let ran = sealed.run("--sandbox plan --markdown plan.md --out plan.json");
    assert_eq!(ran.exit, 1, "{}", ran.stderr);
    assert!(!sealed.path("plan.json").exists());
    let page = sealed.read("plan.md");
    assert!(page.contains("`apply` will refuse this plan") && page.contains("XX"), "{page}");
}
