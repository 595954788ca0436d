//! What is wrong with files, in every format, without asking anybody.

use serde_json::Value;

use crate::sealed::{Sealed, whole};

/// Two offers: one with findings of many kinds, among them hostile text, and one that cannot be read.
fn with_findings() -> Sealed {
    let sealed = Sealed::empty();
    sealed.write(
        "offers/firewall.yaml",
        "publisherId: contoso
id: firewall
offerTypeId: microsoft-azure-virtualmachines
definition:
  displayText: Firewall
  offer:
    microsoft-azure-marketplace:
      title: \"Contoso\\e[31m 🚀\"
      allowedSubscriptions:
        - 5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11
        - 5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11
      supportContactEmail: \"::error file=x::50%, <b>@everybody</b>\"
  plans:
    - planId: standard
      regions: [no]
      microsoft-azure-virtualmachines:
        vmImages: { 1.10: { osVhdUrl: \"https://x.blob.core.windows.net/c/a.vhd?sp=r&sig=c2VjcmV0c2VjcmV0\" } }
",
    );
    sealed.write("offers/broken.yaml", "publisherId: [contoso\n");
    sealed
}

#[test]
fn the_examples_have_no_finding() {
    whole!("validate-examples", Sealed::with_examples().run("validate"));
}

#[test]
fn every_format_tells_the_same() {
    let sealed = with_findings();
    for format in ["human", "json", "sarif", "github", "junit"] {
        let ran = sealed.run(&format!("validate --format {format}"));
        assert!(ran.exit == 1 && !ran.stdout.contains("c2VjcmV0"), "{}", ran.stdout);
        assert!(ran.stdout.contains("regions-known") && ran.stdout.contains("broken.yaml"), "{}", ran.stdout);
        whole!(format!("validate-{format}"), ran);
    }
    whole!("validate-human-80-columns", sealed.run_with(&[("COLUMNS", "80")], "validate offers/firewall.yaml"));
}

#[test]
fn only_the_chosen_offers_are_judged() {
    let sealed = with_findings();
    sealed.write(
        "offers/broken.yaml",
        "publisherId: contoso\nid: gateway\nofferTypeId: acme-gateway\ndefinition: { displayText: Gateway }\n",
    );
    for (command, exit, is_told) in [
        ("validate", 1, true),
        ("validate --offer gateway", 0, false),
        ("--sandbox plan", 1, true),
        ("--sandbox plan --offer gateway", 0, false),
    ] {
        let ran = sealed.run(command);
        let told = ran.stdout.contains("regions-known") || ran.stderr.contains("regions-known");
        assert_eq!((ran.exit, told), (exit, is_told), "{command}: {} {}", ran.stdout, ran.stderr);
    }
}

#[test]
fn all_formats_can_be_written_at_once() {
    let sealed = with_findings();
    let ran = sealed.run("validate -q --json a.json --sarif a.sarif --junit a.xml");
    assert_eq!(ran.exit, 1);
    for (file, format) in [("a.json", "json"), ("a.sarif", "sarif"), ("a.xml", "junit")] {
        let written = sealed.read(file);
        assert_eq!(written, sealed.run(&format!("validate --format {format}")).stdout, "{file}");
    }
}

#[test]
fn sarif_has_what_the_standard_asks_for() {
    let found: Value = serde_json::from_str(&with_findings().run("validate --format sarif").stdout).unwrap();
    assert_eq!(found["version"], "2.1.0");
    let run = &found["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 5 && !run["tool"]["driver"]["name"].as_str().unwrap().is_empty());
    for result in results {
        // 3.27.5 to 3.27.12: an index points to the rule that is named, and there is a message.
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(ids[index], result["ruleId"]);
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        assert!(["error", "warning", "note", "none"].contains(&result["level"].as_str().unwrap()));
        let place = &result["locations"][0]["physicalLocation"];
        // 3.4.3: a relative reference. 3.30: lines and columns begin with 1, and an end is not before its start.
        assert!(place["artifactLocation"]["uri"].as_str().unwrap().starts_with("offers/"));
        let number = |key: &str| place["region"][key].as_u64().unwrap();
        assert!(number("startLine") >= 1 && number("startColumn") >= 1);
        assert!((number("startLine"), number("startColumn")) <= (number("endLine"), number("endColumn")));
    }
}

#[test]
fn warnings_fail_only_if_they_are_to() {
    let sealed = Sealed::empty();
    sealed.write(
        "offers/a.yaml",
        "publisherId: contoso\nid: a_b\nofferTypeId: microsoft-azure-virtualmachines\ndefinition: {}\n",
    );
    assert_eq!(sealed.run("validate").exit, 0);
    assert_eq!(sealed.run("validate --strict").exit, 1);
}

#[test]
fn plan_and_apply_stop_on_what_the_service_would_refuse() {
    let sealed = with_findings();
    std::fs::remove_file(sealed.path("offers/broken.yaml")).unwrap();
    let ran = sealed.run("--sandbox plan");
    assert_eq!(ran.exit, 1);
    assert!(ran.stderr.contains("error[regions-known]") && !ran.stderr.contains("warning["), "{}", ran.stderr);
    assert_eq!(sealed.run("--sandbox apply --auto-approve").exit, 1);
    let log = sealed.run("sandbox log");
    assert!(!log.stdout.contains("PUT") && !log.stdout.contains("POST"), "{}", log.stdout);
}

#[test]
fn what_warns_in_a_file_and_cannot_be_sent_stops_the_plan_that_would_send_it() {
    const OVER: &str = "https://contosoimages.blob.core.windows.net/vhds/new.vhd?sp=rl&st=2020-01-01T00:00:00Z\
                        &se=2020-06-01T00:00:00Z&sv=2024-11-04&sr=c&sig=aHVzaA%3D%3D";
    const GOOD: &str = "https://contosoimages.blob.core.windows.net/vhds/new.vhd?sp=rl&st=2020-01-01T00:00:00Z\
                        &se=2099-06-01T00:00:00Z&sv=2024-11-04&sr=c&sig=aHVzaA%3D%3D";
    let disk = |key: &str, name: &str| format!("{key}: {{ $secret: {{ env: {name} }} }}");
    let data =
        |key: &str| format!("{}, lunVhdDetails: [{{ lun: 0, {} }}]", disk("osVhdUrl", "GOOD"), disk(key, "OVER"));
    for (image, rule) in [
        ("label: New".to_owned(), "image-without-disk"),
        (disk("osVhdUrl", "OVER"), "sas-expired"),
        (data("lunVhdUrl"), "sas-expired"),
        (data("vhdUrl"), "sas-expired"),
        (data("uri"), "sas-expired"),
    ] {
        let sealed = Sealed::empty();
        assert_eq!(sealed.run("--sandbox import contoso/legacy-scanner").exit, 0);
        sealed.edit(
            "offers/legacy-scanner.yaml",
            "vmImages:\n",
            &format!("vmImages:\n          2.5.0: {{ {image} }}\n"),
        );
        let set = [("OVER", OVER), ("GOOD", GOOD)];
        let validated = sealed.run_with(&set, "validate --offer legacy-scanner");
        let warned = format!("warning[{rule}]");
        // That all versions have as many data disks is another matter.
        assert!(validated.whole().contains(&warned), "{image}: {}", validated.whole());
        for command in ["--sandbox plan", "--sandbox apply --auto-approve"] {
            let ran = sealed.run_with(&set, command);
            assert!(ran.exit == 1 && ran.whole().contains(&format!("error[{rule}]")), "{image}: {}", ran.whole());
            assert!(!ran.whole().contains("aHVzaA"), "{}", ran.whole());
        }
        assert!(!sealed.run("sandbox log").stdout.contains("PUT"), "{image}");
    }
}

#[test]
fn a_rule_is_explained() {
    let sealed = Sealed::empty();
    whole!("explain-rule", sealed.run("explain sas-permissions"));
    whole!("explain-rule-of-the-whole", sealed.run_with(&[("COLUMNS", "80")], "explain title-required"));
}
