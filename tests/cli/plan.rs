//! `offerform plan`.

use serde_json::Value;

use crate::sealed::{Sealed, offer, whole};

#[test]
fn the_examples_are_planned_in_the_sandbox() {
    let sealed = Sealed::with_examples();
    let ran = sealed.run("--sandbox plan");
    assert_eq!(ran.last_line(), "Plan: 1 to create, 4 to update, 0 to release, 1 unchanged.");
    whole!("plan", ran);
    whole!("plan-80-columns", sealed.run_with(&[("COLUMNS", "80")], "--sandbox plan"));
    whole!("plan-colour", sealed.run("--sandbox --color always plan --offer fire*"));
    whole!("plan-unmanaged", sealed.run("--sandbox plan --show-unmanaged --offer linux-images"));
}

#[test]
fn no_line_is_wider_than_asked_if_it_can_be_broken() {
    let sealed = Sealed::with_examples();
    for (columns, width) in [("40", 40), ("80", 80), ("120", 120)] {
        let ran = sealed.run_with(&[("COLUMNS", columns)], "--sandbox plan");
        for line in ran.stdout.lines().filter(|line| line.trim_start().contains(' ') && line.starts_with("        + "))
        {
            let text = line.trim_start_matches(' ');
            let breakable = text.split_whitespace().count() > 3 && !text.contains(['"', '[']);
            assert!(!breakable || line.chars().count() <= width, "{columns}: {line}");
        }
    }
}

#[test]
fn the_json_is_the_whole_plan() {
    let sealed = Sealed::with_examples();
    let ran = sealed.run("--sandbox plan --format json --offer linux-images --offer contoso/fire*");
    let plan: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(plan["summary"]["update"], 2);
    whole!("plan-json", ran);
}

#[test]
fn every_output_of_a_run_is_the_same_plan() {
    let sealed = Sealed::with_examples();
    let ran = sealed.run("--sandbox plan --format json --out one.json --json two.json");
    assert_eq!(ran.stdout, sealed.read("one.json"));
    assert_eq!(ran.stdout, sealed.read("two.json"));
    whole!("plan-saved", sealed.run("--sandbox plan --offer linux-images --out one.json"));
    assert_eq!(sealed.run("--sandbox -q plan --out one.json").stderr, "");
}

#[test]
fn a_plan_that_cannot_be_saved_is_an_error() {
    whole!("plan-not-saved", Sealed::with_small_offer().run("--sandbox plan --out no/such/folder/plan.json"));
}

#[test]
fn detailed_exit_codes_tell_changes_from_none_and_from_refusals() {
    let sealed = Sealed::with_examples();
    let code = |line: &str| sealed.run(line).exit;
    assert_eq!(code("--sandbox plan"), 0);
    assert_eq!(code("--sandbox plan --detailed-exitcode"), 2);
    assert_eq!(code("--sandbox plan --detailed-exitcode --format json"), 2, "the format changes nothing");
    assert_eq!(code("--sandbox plan --detailed-exitcode --offer data-stream"), 0);
    sealed.edit("offers/firewall.yaml", "    - planId: byol", "    - planId: byol-2");
    assert_eq!(code("--sandbox plan --detailed-exitcode"), 3);
    assert_eq!(code("--sandbox plan"), 0, "a plan that could be made is done");
    assert_eq!(code("--sandbox plan --detailed-exitcode --allow sku-removal:contoso/firewall/byol"), 2);
}

#[test]
fn a_guard_is_shown_with_its_reason_and_how_to_allow_it() {
    let sealed = Sealed::with_examples();
    sealed.edit("offers/firewall.yaml", "    - planId: byol", "    - planId: byol-2");
    whole!("plan-guarded", sealed.run("--sandbox plan --offer firewall"));
    whole!(
        "plan-guard-allowed",
        sealed.run("--sandbox plan --offer firewall --allow sku-removal:contoso/firewall/byol")
    );
}

#[test]
fn a_guard_can_be_allowed_in_the_file_with_a_reason() {
    let sealed = Sealed::with_examples();
    sealed.edit("offers/firewall.yaml", "    - planId: byol", "    - planId: byol-2");
    let allow = "reconcile:\n  allow:\n    - { code: sku-removal, target: contoso/firewall/byol, reason: nobody bought it }\n  ";
    sealed.edit("offers/firewall.yaml", "reconcile:\n  ", allow);
    whole!("plan-guard-allowed-in-file", sealed.run("--sandbox plan --offer firewall"));
    assert_eq!(sealed.run("--sandbox plan --detailed-exitcode").exit, 2);
    let applied = sealed.run("--sandbox apply --auto-approve");
    assert_eq!(applied.exit, 0, "{}", applied.stderr);
    let line =
        sealed.read("offers/firewall.yaml").lines().position(|line| line.contains("code: sku-removal")).unwrap() + 1;
    for form in ["human", "json", "markdown"] {
        let again = sealed.run(&format!("--sandbox plan --format {form}"));
        assert_eq!(again.exit, 0, "{}", again.stderr);
        assert!(
            again.stderr.contains("warning[allow-unused]"),
            "{form}: once it was applied, the entry is idle\n{}",
            again.stderr
        );
        assert!(again.stderr.contains(&format!("offers/firewall.yaml:{line}:")), "{form}\n{}", again.stderr);
        let noted = again.stdout.contains(&format!("offers/firewall.yaml:{line}: "));
        assert!(noted || form == "markdown", "{form}\n{}", again.stdout);
    }
    for (name, from, to) in [
        ("plan-allow-other-offer", "target: contoso/firewall/byol", "target: contoso/firewalls/byol"),
        ("plan-allow-impossible", "code: sku-removal", "code: offer-type-changed"),
        ("plan-allow-unknown-code", "code: offer-type-changed", "code: sku-removals"),
    ] {
        sealed.edit("offers/firewall.yaml", from, to);
        whole!(name, sealed.run("--sandbox plan"));
    }
}

#[test]
fn offers_are_chosen_by_glob_and_publisher() {
    let sealed = Sealed::empty();
    sealed.write("offers/a.yaml", &format!("{}---\n{}", offer("one", "title: One"), offer("two", "title: Two")));
    sealed.write("offers/b.yaml", &offer("three", "title: Three").replace("contoso", "fabrikam"));
    let planned = |line: &str| {
        let ran = sealed.run(&format!("--sandbox {line} --format json"));
        let plan: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{line}: {}", ran.stderr));
        let offers =
            plan["offers"].as_array().unwrap().iter().map(|offer| offer["address"].as_str().unwrap().to_owned());
        offers.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(planned("--publisher contoso plan"), "contoso/one contoso/two");
    assert_eq!(planned("--publisher CONTOSO plan"), "contoso/one contoso/two");
    assert_eq!(planned("--publisher contoso plan --offer t*"), "contoso/two");
    assert_eq!(planned("plan offers/a.yaml --offer */o* --offer TWO"), "contoso/one contoso/two");
    assert_eq!(planned("plan offers/*a.yaml --offer contoso/?ne"), "contoso/one");
    whole!("plan-no-match", sealed.run("--sandbox plan --offer four"));
    let refused = r#"[{"when": {"path": "*/fabrikam/*"}, "times": 9, "fault": {"status": {"status": 403}}}]"#;
    sealed.write("faults.json", refused);
    assert_eq!(sealed.run("sandbox faults faults.json").exit, 0);
    whole!("plan-publisher-unknown", sealed.run("--sandbox plan --offer three"));
}

#[test]
fn paths_are_relative_to_the_current_folder_and_settings_to_the_repository() {
    let sealed = Sealed::with_examples();
    let mut command = sealed.command("--sandbox plan data-stream.yaml");
    command.current_dir(sealed.path("offers"));
    let ran = sealed.finish(command);
    assert_eq!(ran.last_line(), "Plan: 0 to create, 0 to update, 0 to release, 1 unchanged.");
    let mut command = sealed.command("--sandbox plan");
    command.current_dir(sealed.path("offers/parts"));
    let ran = sealed.finish(command);
    assert_eq!(ran.last_line(), "Plan: 1 to create, 4 to update, 0 to release, 1 unchanged.");
    assert!(sealed.path(".offerform/sandbox").exists() && !sealed.path("offers/.offerform").exists());
}

#[test]
fn files_outside_any_repository_can_be_planned() {
    let (sealed, elsewhere) = (Sealed::empty(), tempfile::TempDir::new().unwrap());
    std::fs::write(elsewhere.path().join("small.yaml"), offer("small", "title: Small")).unwrap();
    let ran = sealed.run(&format!("--sandbox plan {}/small.yaml", elsewhere.path().display()));
    assert_eq!((ran.exit, ran.last_line()), (0, "Plan: 1 to create, 0 to update, 0 to release, 0 unchanged."));
    let mut command = sealed.command("--sandbox plan small.yaml");
    command.current_dir(elsewhere.path());
    let ran = sealed.finish(command);
    assert_eq!((ran.exit, ran.last_line()), (0, "Plan: 1 to create, 0 to update, 0 to release, 0 unchanged."));
}

#[test]
fn a_plan_and_what_drifted_can_be_written_as_markdown() {
    let sealed = Sealed::with_examples();
    whole!("plan-markdown", sealed.run("--sandbox plan --format markdown --offer linux-images --offer firewall"));
    let ran = sealed.run("--sandbox drift --offer firewall --markdown drift.md --json drift.json");
    assert_eq!(ran.exit, 2);
    let page = sealed.read("drift.md");
    assert!(page.starts_with("<!-- offerform:drift -->\n\n**Drift: 1 differ, "), "{page}");
    let last = ran.stdout.lines().last().unwrap();
    assert_eq!(page.matches(last).count(), 1, "the count stands there once: {page}");
    assert!(serde_json::from_str::<serde_json::Value>(&sealed.read("drift.json")).is_ok());
}

/// The position of the one line that holds `text`.
fn line_of(page: &str, text: &str) -> usize {
    let found: Vec<usize> =
        page.lines().enumerate().filter(|(_, line)| line.contains(text)).map(|(at, _)| at).collect();
    assert_eq!(found.len(), 1, "`{text}` in:\n{page}");
    found[0]
}

/// In core virtual machine offers, fields of the offer, of a SKU and of a generation have the same namespace.
#[test]
fn each_change_stands_below_what_it_belongs_to() {
    let sealed = Sealed::with_examples();
    let file = "offers/linux-images.yaml";
    sealed.edit(file, "A small, reproducible Linux for servers", "A small Linux for servers");
    sealed.edit(file, "The long-term release, with five years of updates", "Five years of updates");
    let page = sealed.run("--sandbox plan --offer linux-images").stdout;
    let places = [
        "corevm.summary",
        "SKU contoso-linux-12",
        "corevm.skuSummary",
        "generation contoso-linux-12-gen2",
        "2026.10.13/label",
    ];
    let page = page.replace("SKU contoso-linux-12, generation", "generation");
    let lines: Vec<usize> = places.iter().map(|place| line_of(&page, place)).collect();
    assert!(lines.is_sorted(), "{lines:?} in:\n{page}");
}

#[test]
fn a_price_that_changes_is_shown_once_with_the_line_that_declares_it() {
    let sealed = Sealed::with_examples();
    sealed.edit("offers/firewall.yaml", "80core: 4.02", "80core: 8.04");
    let page = sealed.run("--sandbox plan --offer firewall --markdown plan.md").stdout;
    assert!(!page.contains("virtualMachinePricing"), "{page}");
    let row = page.lines().nth(line_of(&page, "8.04 USD")).unwrap();
    assert!(row.contains("80core") && row.contains("4.02 USD") && row.ends_with("# line 102"), "{row}");
    let page = sealed.read("plan.md");
    assert!(!page.contains("virtualMachinePricing"), "{page}");
    line_of(&page, "`8.04 USD`");
}

#[test]
fn a_change_in_a_text_of_its_own_file_leads_to_its_line_there() {
    let sealed = Sealed::with_examples();
    let file = "offers/linux-images/description.html";
    let text = sealed.read(file);
    let last = text.lines().count();
    sealed.write(file, &text.trim_end().replace("\n<p>", "\n<p>Now: "));
    let first = text.lines().position(|line| line.starts_with("<p>") && !text.starts_with(line)).unwrap() + 1;
    assert!(first > 1 && first <= last);
    let run = sealed.run("--sandbox plan --offer linux-images --json plan.json");
    let plan: serde_json::Value = serde_json::from_str(&sealed.read("plan.json")).unwrap();
    let changes = plan["offers"][0]["changes"].as_array().unwrap();
    let change = changes.iter().find(|change| change["path"].as_str().unwrap().ends_with("description")).unwrap();
    assert_eq!((change["file"].as_str(), change["line"].as_u64()), (Some(file), Some(first as u64)), "{change}");
    assert!(run.stdout.contains(&format!("{file}:{first}")), "{}", run.stdout);
}

#[test]
fn the_markdown_keeps_to_the_limit_and_links_to_the_page() {
    let sealed = Sealed::with_examples();
    let url = "https://ci.example/run/7/artifact(1)";
    let line = "--sandbox plan --markdown plan.md --comment-limit 4000 --html-url";
    let mut command = sealed.command(line);
    command.arg(url);
    assert_eq!(sealed.finish(command).exit, 0);
    let page = sealed.read("plan.md");
    assert!(page.chars().count() <= 4000, "{}", page.chars().count());
    assert!(page.contains("](https://ci.example/run/7/artifact%281%29)"), "{page}");
    assert!(sealed.run("--sandbox plan --format markdown").stdout.chars().count() > 4000);
    assert!(
        !sealed.run("--sandbox plan --format markdown --html-url javascript:alert(1)").stdout.contains("javascript")
    );
}
