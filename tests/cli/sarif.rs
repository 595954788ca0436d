//! What `validate --format sarif` writes is valid by the official schema of SARIF 2.1.0, whatever is found and wherever.

use std::path::Path;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::sealed::Sealed;

/// The schema of the standard; `tests/data/sarif/README.md` tells where it comes from.
static OFFICIAL: LazyLock<Validator> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sarif/sarif-schema-2.1.0.json");
    // One bracket in the pattern of languages is a mistake that only lenient readers of patterns forgive; it means itself.
    let text = String::from_utf8(std::fs::read(path).unwrap()).unwrap().replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}\\\\]?$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
});

fn written(sealed: &Sealed, arguments: &[&str]) -> Value {
    let mut command = sealed.command("validate --format sarif");
    command.args(arguments);
    let ran = sealed.finish(command);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.whole()))
}

fn assert_valid(situation: &str, log: &Value) {
    let found: Vec<String> =
        OFFICIAL.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(found.is_empty(), "{situation}:\n{}", found.join("\n"));
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

/// An offer with a market that is none, named twice: an error, and a warning with a related place.
const BAD: &str = "publisherId: contoso\nid: firewall\nofferTypeId: microsoft-azure-virtualmachines\n\
                   definition: { plans: [{ planId: standard, regions: [XX, XX] }] }\n";

#[test]
fn every_run_writes_a_valid_log() {
    let examples = Sealed::with_examples();
    let none = written(&examples, &[]);
    assert_eq!(results(&none).len(), 0);
    assert_valid("nothing is found", &none);

    let many = Sealed::with_examples();
    many.write("offers/firewall-2.yaml", BAD);
    many.write("offers/broken.yaml", "publisherId: [contoso\n");
    many.write("offers/empty.yaml", "");
    many.write("offers/twice.yaml", &BAD.replace("displayText", "displayTest"));
    many.write("offers/hostile.yaml", &BAD.replace("standard", "\"\\e[31m%0A\u{202e}🚀\""));
    many.write("offers/not-text.yaml", "publisherId: 5\nid: [a]\nofferTypeId: {}\ndefinition: 1\n");
    let log = written(&many, &[]);
    let related = results(&log).iter().filter(|result| result.get("relatedLocations").is_some()).count();
    assert!(results(&log).len() > 8 && related > 0, "{log:#}");
    assert_valid("much is found", &log);

    let silenced = Sealed::empty();
    let silence = "reconcile:\n  silence:\n    - { rule: regions-known, reason: new }\n    - { rule: regions-twice, reason: new }\n    \
                   - { rule: title-length, reason: idle }\n";
    silenced.write("offers/a.yaml", &format!("{BAD}{silence}"));
    let log = written(&silenced, &[]);
    let rules: Vec<&str> = results(&log).iter().map(|result| result["ruleId"].as_str().unwrap()).collect();
    assert_eq!(rules, ["unused-silence"], "{log:#}");
    assert_valid("silenced", &log);
}

/// Paths that mean something else in a URI if nobody takes care; those that Windows does not take are left out there.
const PATHS: [(&str, &str); 9] = [
    ("with space.yaml", "with%20space.yaml"),
    ("100%.yaml", "100%25.yaml"),
    ("#1.yaml", "%231.yaml"),
    ("[a]{b}^`'.yaml", "%5Ba%5D%7Bb%7D%5E%60'.yaml"),
    ("größe-防火墙.yaml", "gr%C3%B6%C3%9Fe-%E9%98%B2%E7%81%AB%E5%A2%99.yaml"),
    ("a&b;c=d@e,f+g~.yaml", "a&b;c=d@e,f+g~.yaml"),
    #[cfg(unix)]
    ("what?.yaml", "what%3F.yaml"),
    #[cfg(unix)]
    ("https:a.yaml", "./https:a.yaml"),
    #[cfg(unix)]
    ("tab\t\"<a|b>\".yaml", "tab%09%22%3Ca%7Cb%3E%22.yaml"),
];

#[test]
fn the_place_of_a_finding_is_a_uri_reference_whatever_the_file_is_called() {
    for (name, uri) in PATHS {
        let sealed = Sealed::empty();
        sealed.write(name, BAD);
        let log = written(&sealed, &[name]);
        assert!(!results(&log).is_empty(), "{name}");
        for result in results(&log) {
            let found = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            assert_eq!(found, uri, "{name}: {result:#}");
        }
        assert_valid(name, &log);
    }
}

#[test]
fn a_file_of_another_repository_has_an_address_of_this_machine() {
    let (here, elsewhere) = (Sealed::empty(), Sealed::empty());
    elsewhere.write("a b.yaml", BAD);
    let log = written(&here, &[elsewhere.path("a b.yaml").to_str().unwrap()]);
    let found = results(&log)[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
    assert!(found.starts_with("file:///") && found.ends_with("/repository/a%20b.yaml"), "{found}");
    assert_valid("elsewhere", &log);
}

#[test]
fn a_broken_log_is_noticed() {
    let sealed = Sealed::empty();
    sealed.write("offers/a.yaml", BAD);
    let log = written(&sealed, &[]);
    assert_valid("as it is", &log);
    let result = "/runs/0/results/0";
    for (place, value) in [
        ("/version", json!("2.2.0")),
        ("/$schema", json!("not an address")),
        ("/runs", json!(null)),
        ("/runs/0/tool", json!({})),
        ("/runs/0/columnKind", json!("bytes")),
        (&format!("{result}/level"), json!("fatal")),
        (&format!("{result}/message"), json!({})),
        (&format!("{result}/ruleIndex"), json!(-2)),
        (&format!("{result}/rank"), json!(101)),
        (&format!("{result}/severity"), json!("error")),
        (&format!("{result}/locations/0/physicalLocation/artifactLocation/uri"), json!("a b.yaml")),
        (&format!("{result}/locations/0/physicalLocation/region/startLine"), json!(0)),
    ] {
        let mut broken = log.clone();
        let (parent, key) = place.rsplit_once('/').unwrap();
        broken.pointer_mut(parent).unwrap()[key] = value;
        assert!(!OFFICIAL.is_valid(&broken), "{place}");
    }
}
