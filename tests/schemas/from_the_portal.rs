//! Files that are written from the portal, and versions that are compared, as JSON.

use serde_json::{Value, json};

use super::{Repository, assert_valid, root};

#[test]
fn an_import_names_files_variables_and_what_could_not_be_imported() {
    let repository = Repository::new();
    let import = repository.json("import contoso/firewall contoso/nowhere --dir imported --format json");
    assert_valid("import", "one of two", &import);
    assert_eq!((&import["result"], &import["failed"][0]["address"]), (&json!("failed"), &json!("contoso/nowhere")));
    let offer = &import["offers"][0];
    assert_eq!((&offer["address"], &offer["file"]), (&json!("contoso/firewall"), &json!("imported/firewall.yaml")));
    let text = repository.text("imported/firewall.yaml");
    for variable in offer["variables"].as_array().unwrap() {
        assert!(text.contains(variable["name"].as_str().unwrap()), "{variable}");
    }
    for file in import["files"].as_array().unwrap() {
        assert!(!repository.text(file.as_str().unwrap()).is_empty());
    }
    assert_valid("import", "all of them", &repository.json("import --all --dir all --share --format json"));
}

#[test]
fn an_adoption_names_what_was_written_and_what_was_left() {
    let repository = Repository::new();
    assert_eq!(repository.run("apply --auto-approve").0, 0);
    let nothing = repository.json("adopt --force --format json");
    assert_eq!((&nothing["written"], &nothing["summary"]["adopted"]), (&json!(false), &json!(0)));
    assert_valid("adopt", "nothing", &nothing);
    assert_eq!(repository.run("sandbox edit contoso/firewall /definition/displayText Theirs").0, 0);
    let line = 1 + repository
        .text("offers/firewall.yaml")
        .lines()
        .position(|line| line.trim_start().starts_with("displayText:"))
        .unwrap();
    let dry = repository.json("adopt --force --dry-run --format json");
    assert_eq!((&dry["written"], &dry["files"]), (&json!(false), &json!(["offers/firewall.yaml"])));
    assert_valid("adopt", "a dry run", &dry);
    let adopted = repository.json("adopt --force --format json");
    assert_valid("adopt", "written", &adopted);
    assert_eq!((&adopted["written"], &adopted["summary"]["adopted"]), (&json!(true), &json!(1)));
    let expected = json!([{
        "address": "contoso/firewall",
        "path": "/definition/displayText",
        "file": "offers/firewall.yaml",
        "line": line,
    }]);
    assert_eq!(adopted["adopted"], expected);
    // Changed here and in the portal.
    let text = repository.text("offers/firewall.yaml");
    repository.write("offers/firewall.yaml", &text.replace("displayText: Theirs", "displayText: Ours"));
    assert_eq!(repository.run("sandbox edit contoso/firewall /definition/displayText Others").0, 0);
    let left = repository.json("adopt --force --format json");
    assert_valid("adopt", "in conflict", &left);
    assert_eq!((&left["summary"]["conflicts"], &left["left"][0]["why"]), (&json!(1), &json!("conflict")));
}

#[test]
fn versions_are_compared_and_named_by_their_numbers() {
    let repository = Repository::new();
    let version = |repository: &Repository| {
        repository.json("status contoso/firewall --format json")["offers"][0]["draft"]["version"].as_u64().unwrap()
    };
    let old = version(&repository);
    assert_eq!(repository.run("publish contoso/firewall --auto-approve --wait").0, 0);
    let between = version(&repository);
    assert_eq!(repository.run("sandbox edit contoso/firewall /definition/displayText Theirs").0, 0);
    assert_eq!(repository.run("publish contoso/firewall --auto-approve --wait").0, 0);
    let new = version(&repository);
    assert!(old < between && between < new, "{old} {between} {new}");
    let diff = repository.json(&format!("diff contoso/firewall --from v{between} --to v{new} --format json"));
    assert_valid("diff", "two versions", &diff);
    assert_eq!((&diff["from"], &diff["to"]), (&json!(format!("v{between}")), &json!(format!("v{new}"))));
    let changes: Vec<&Value> = diff["changes"].as_array().unwrap().iter().collect();
    assert_eq!(changes.len(), 1, "{diff:#}");
    assert_eq!((&changes[0]["path"], &changes[0]["after"]), (&json!("/definition/displayText"), &json!("Theirs")));
    let slot = repository.json(&format!("diff contoso/firewall --from V{between} --to draft --format json"));
    assert_eq!(slot["changes"], diff["changes"]);
    let back = repository.json(&format!("diff contoso/firewall --from v{new} --to v{between} --format json"));
    assert_eq!(back["changes"][0]["before"], diff["changes"][0]["after"]);
}

/// Somebody who writes a script looks for the schema in the guide.
#[test]
fn the_guide_lists_every_schema_of_an_output() {
    let guide = include_str!("../../docs/guide.md");
    for entry in std::fs::read_dir(root().join("schemas")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if super::is_of_output(&path) {
            assert!(guide.contains(&format!("(../schemas/{name})")), "{name}");
        }
    }
}

#[test]
fn a_migration_names_files_what_is_lost_and_why_an_offer_stays() {
    let repository = Repository::new();
    assert_eq!(repository.run("apply --auto-approve").0, 0);
    let before = repository.text("offers/firewall.yaml");
    let dry = repository.json("migrate --dry-run --format json");
    assert_valid("migrate", "a dry run", &dry);
    assert_eq!((&dry["written"], &dry["result"]), (&json!(false), &json!("failed")));
    assert_eq!(repository.text("offers/firewall.yaml"), before);
    let of = |list: &str, address: &str| {
        let found = dry[list].as_array().unwrap().iter().find(|one| one["address"] == address);
        found.unwrap_or_else(|| panic!("{address}: {dry}")).clone()
    };
    let firewall = of("offers", "contoso/firewall");
    assert_eq!(firewall["file"], "offers/firewall.yaml");
    let kept = firewall["kept"].as_array().unwrap();
    assert!(kept.contains(&json!("the text `firewall/description.html`")), "{firewall}");
    assert!(dry["files"].as_array().unwrap().contains(&json!("offers/firewall.yaml")), "{dry}");
    // The service lists a product for it, and does not return its resources.
    let backup = of("failed", "contoso/backup-app");
    let message = "offers of type `microsoft-azure-applications` cannot be migrated: the Product Ingestion API does not manage them";
    assert_eq!(backup["message"], message);
    assert!(
        backup["hint"]
            .as_str()
            .unwrap()
            .starts_with("the Product Ingestion API manages virtual machine, container and SaaS offers only")
    );
    let written = repository.json("migrate offers/firewall.yaml --format json");
    assert_valid("migrate", "written", &written);
    assert_eq!((&written["written"], &written["result"]), (&json!(true), &json!("done")));
    assert!(repository.text("offers/firewall.yaml").contains("api: product-ingestion"));
}
