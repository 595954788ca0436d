//! Text from the service and from files reaches the terminal harmless: no escapes, no hidden characters, no commands
//! for the build system that reads the log.

use crate::sealed::{Ran, Sealed, offer, whole};
use crate::stand_in::StandIn;

const HOSTILE: &str = "x\u{1b}[2J\u{1b}]8;;http://evil\u{7}\u{202e}drawkcab\u{9b}31m\r\n::add-mask::y\n##vso[task.setvariable variable=a]b\n##[command]c";

fn assert_harmless(ran: &Ran) {
    for (name, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        for line in text.lines() {
            let bad =
                line.chars().find(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
            assert_eq!(bad, None, "{name}: {line}");
            assert!(!line.trim_start().starts_with("::"), "{name}: {line}");
            assert!(!line.contains("##vso[") && !line.contains("##["), "{name}: {line}");
        }
    }
}

#[test]
fn a_hostile_document_is_shown_harmless() {
    let sealed = Sealed::with_examples();
    let place = "/definition/offer/microsoft-azure-marketplace.";
    for (key, value) in [
        ("summary", HOSTILE.to_owned()),
        ("description", format!("<p>{HOSTILE}</p><p>::error::one</p>")),
        (
            "longSummary",
            format!("{HOSTILE} Inspect, filter and log traffic between your virtual networks and the internet."),
        ),
        ("strange\u{1b}[31m", HOSTILE.to_owned()),
    ] {
        let mut command = sealed.command("sandbox edit contoso/firewall");
        command.args([format!("{place}{key}"), value]);
        assert_eq!(sealed.finish(command).exit, 0);
    }
    let ran = sealed.run("--sandbox plan --offer firewall --show-unmanaged");
    assert_eq!(ran.exit, 0);
    assert_harmless(&ran);
    whole!("hostile-document", ran);
    let json = sealed.run("--sandbox plan --offer firewall --format json");
    assert_harmless(&json);
    let plan: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert!(plan.to_string().contains("##vso[task"), "in JSON the text is what it was");
}

#[test]
fn a_card_and_a_list_of_images_obey_no_text_of_the_service() {
    let sealed = Sealed::with_examples();
    let signed = "https://x.example/a.vhd?sv=1&sig=fromTheService&se=2030-01-01";
    let text = serde_json::json!(format!("{HOSTILE} {signed} ghp_{}", "abcdefghij".repeat(4))).to_string();
    let images = serde_json::json!({ "1.0.0": { "osVhdUrl": signed, "label": HOSTILE } });
    let sku = serde_json::json!({ "planId": HOSTILE, "regions": [HOSTILE, 7], "microsoft-azure-virtualmachines.vmImages": images });
    for (place, value) in [
        ("/definition/offer/microsoft-azure-marketplace.title".to_owned(), text.clone()),
        ("/definition/offer/microsoft-azure-marketplace.summary".to_owned(), text.clone()),
        ("/definition/plans/0/microsoft-azure-virtualmachines.skuTitle".to_owned(), text),
        (
            "/definition/plans/0/microsoft-azure-virtualmachines.vmImages/1.0\u{1b}[31m".to_owned(),
            serde_json::json!({ "osVhdUrl": signed }).to_string(),
        ),
        ("/definition/plans/-".to_owned(), sku.to_string()),
        ("/definition/plans/-".to_owned(), r#"{"planId": 7, "regions": "x"}"#.to_owned()),
        ("/definition/plans/-".to_owned(), "7".to_owned()),
    ] {
        let mut command = sealed.command("sandbox edit contoso/firewall");
        command.args([place, value]);
        assert_eq!(sealed.finish(command).exit, 0);
    }
    for line in ["show contoso/firewall", "image list contoso/firewall", "image list"] {
        for format in ["human", "json"] {
            let ran = sealed.run(&format!("--sandbox {line} --format {format} -vv"));
            assert_eq!(ran.exit, 0, "{line}: {}", ran.stderr);
            assert_harmless(&ran);
            let said = ran.whole();
            assert!(!said.contains("fromTheService") && !said.contains("ghp_"), "{line} as {format}:\n{said}");
        }
    }
}

#[test]
fn in_markdown_hostile_text_stays_in_code() {
    let sealed = Sealed::with_examples();
    let hostile = "</details> @everybody ``` ```` <img src=x onerror=alert(1)> [a](http://evil) | # b\n<!-- c -->";
    let mut command = sealed.command("sandbox edit contoso/firewall");
    command.args(["/definition/offer/microsoft-azure-marketplace.summary", hostile]);
    assert_eq!(sealed.finish(command).exit, 0);
    let ran = sealed.run("--sandbox plan --offer firewall --format markdown --markdown plan.md");
    assert_eq!(ran.exit, 0);
    assert_eq!(ran.stdout, sealed.read("plan.md"));
    let (before, rest) = ran.stdout.split_once("diff\n").unwrap();
    let fence = before.rsplit('\n').next().unwrap();
    assert!(fence.len() > 4 && fence.bytes().all(|byte| byte == b'`'), "longer than what it holds: {fence}");
    let (inside, after) = rest.split_once(&format!("\n{fence}\n")).unwrap();
    assert!(inside.contains("@everybody"), "{inside}");
    for outside in [before, after] {
        assert!(!outside.contains("@everybody") && !outside.contains("<img"), "{outside}");
    }
}

#[test]
fn a_signature_in_the_id_of_a_sku_is_shown_nowhere() {
    let sealed = Sealed::with_examples();
    let mut command = sealed.command("sandbox edit contoso/firewall /definition/plans/-");
    command.arg(r#"{"planId": "https://x.example/a?sv=1&sig=fromTheService", "regions": ["US", "NO"]}"#);
    assert_eq!(sealed.finish(command).exit, 0);
    sealed.edit("offers/firewall.yaml", "    - planId: byol", "    - planId: sig=fromAFile");
    let refused = sealed.run("--sandbox plan --offer firewall");
    assert_eq!(refused.exit, 1, "{}", refused.stderr);
    assert!(refused.stderr.contains("error[secret-in-clear-text]"), "{}", refused.stderr);
    assert!(!refused.stderr.contains("fromAFile"), "{}", refused.stderr);
    sealed.edit("offers/firewall.yaml", "    - planId: sig=fromAFile", "    - planId: byol");
    for line in [
        "plan --offer firewall --out plan.json",
        "plan --offer firewall --format json",
        "-vv apply --offer firewall --auto-approve --report refused.json",
        "apply --offer firewall --auto-approve --allow sku-removal:contoso/firewall/nothing",
        "drift --offer firewall",
        "drift --offer firewall --format json",
    ] {
        let ran = sealed.run(&format!("--sandbox {line}"));
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!said.contains("fromTheService") && !said.contains("fromAFile"), "{line}:\n{said}");
        if line.starts_with("plan") || line.starts_with("-vv") {
            assert!(said.contains("sig=(redacted)"), "{line}: what it is about is still told:\n{said}");
        }
    }
    let saved = sealed.read("plan.json");
    assert!(!saved.contains("fromTheService") && !saved.contains("fromAFile"));
    assert!(serde_json::from_str::<serde_json::Value>(&saved).is_ok());
}

#[test]
fn a_text_that_could_not_be_shown_whole_is_refused() {
    let sealed = Sealed::with_small_offer();
    for text in
        ["Firewall?sig=1&sv=CLICK https://evil.example NOW", "https://u:hunter2@x.example/", "AccountKey=hunter2;"]
    {
        let title = format!("title: \"{text}\"");
        sealed.edit("offers/small.yaml", "title: Small", &title);
        let refused = sealed.run("--sandbox plan");
        assert_eq!(refused.exit, 1, "{}", refused.stderr);
        assert!(refused.stderr.contains("error[secret-in-clear-text]"), "{}", refused.stderr);
        assert!(!refused.stderr.contains("hunter2") && !refused.stdout.contains("hunter2"), "{}", refused.stderr);
        sealed.edit("offers/small.yaml", &title, "title: Small");
    }
}

#[test]
fn an_allowance_that_names_nothing_in_the_plan_is_an_error() {
    let sealed = Sealed::with_examples();
    for command in ["plan", "apply --auto-approve"] {
        let ran = sealed.run(&format!("--sandbox {command} --allow market-removal:contoso/firewall/XX"));
        assert_eq!(ran.exit, 1, "{command}: {}", ran.stderr);
        assert!(ran.stderr.contains("market-removal:contoso/firewall/XX"), "{command}: {}", ran.stderr);
    }
}

#[test]
fn a_hostile_answer_is_shown_harmless() {
    let sealed = Sealed::with_small_offer();
    let error = serde_json::json!({ "error": { "code": HOSTILE, "message": HOSTILE } }).to_string();
    let publishers = serde_json::json!([{ "id": "contoso", "definition": { "displayText": HOSTILE } }]).to_string();
    for (name, stand_in, line) in [
        ("hostile-refusal", StandIn::always(400, &error), "plan"),
        ("hostile-page", StandIn::always(400, &format!("<html><body>{HOSTILE}</body></html>")), "plan"),
        ("hostile-publisher", StandIn::always(200, &publishers), "whoami"),
    ] {
        let variables = [("OFFERFORM_TOKEN", "t0ken"), ("OFFERFORM_ENDPOINT", stand_in.endpoint.as_str())];
        let ran = sealed.run_with(&variables, line);
        assert_harmless(&ran);
        assert_harmless(&sealed.run_with(&variables, &format!("-vv {line}")));
        whole!(name, ran);
    }
}

#[test]
fn a_hostile_file_is_shown_harmless() {
    let sealed = Sealed::empty();
    let line = HOSTILE.lines().next().unwrap();
    sealed.write("offers/a.yaml", &offer("one", "title: { $env: \"x\\e[2J\\n::error::y\" }"));
    sealed.write("offers/b.yaml", &format!("publisherId: contoso # {line}\n::error::: 1\n"));
    sealed.write("offers/c.yaml", &offer("three", "title: { $unknown: \"##vso[task.complete]\" }"));
    let ran = sealed.run("--sandbox plan");
    assert_eq!(ran.exit, 1);
    assert_harmless(&ran);
    whole!("hostile-file", ran);
}

/// Otherwise both sides of the difference look the same.
#[test]
fn a_difference_that_cannot_be_seen_is_named() {
    for (character, name) in [
        ("\u{a0}", "U+00A0 no-break space"),
        ("\u{200b}", "U+200B zero width space"),
        ("\u{202e}", "U+202E right-to-left override"),
    ] {
        for text in [
            "A short one",
            "A text that is long enough to be compared word by word, and not as a whole",
            "<p>One <b>bold</b> word</p>",
        ] {
            let sealed = Sealed::empty();
            sealed.write("offers/a.yaml", &offer("one", &format!("title: \"{text}\"")));
            assert_eq!(sealed.run("--sandbox apply --auto-approve").exit, 0);
            let mut command =
                sealed.command("sandbox edit contoso/one /definition/offer/microsoft-azure-invented.title");
            command.arg(text.replacen(' ', &format!(" {character}"), 1));
            assert_eq!(sealed.finish(command).exit, 0);
            let ran = sealed.run("--sandbox plan --markdown plan.md --html plan.html");
            for page in [&ran.stdout, &sealed.read("plan.md"), &sealed.read("plan.html")] {
                assert!(page.contains(name), "{text} {name}: {page}");
            }
        }
    }
}
