//! `offerform import`.

use serde_json::json;

use crate::sealed::{Sealed, offer, whole};
use crate::stand_in::StandIn;

#[test]
fn a_plan_of_the_imported_portal_has_nothing_to_do() {
    let sealed = Sealed::empty();
    whole!("import-all", sealed.run("--sandbox import --all --dir imported"));
    let ran = sealed.run("--sandbox plan imported --detailed-exitcode");
    assert_eq!(ran.exit, 0, "{}", ran.stdout);
    assert_eq!(ran.last_line(), "Plan: 0 to create, 0 to update, 0 to release, 4 unchanged.");
    for file in ["firewall.yaml", "linux-images.yaml", "data-stream.yaml"] {
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("import-{}", file.trim_end_matches(".yaml")), sealed.read(&format!("imported/{file}")));
        });
    }
    let edited =
        sealed.run("sandbox edit contoso/data-stream /definition/offer/microsoft-azure-datastreams.catalogKey moved");
    assert_eq!(edited.exit, 0);
    let ran = sealed.run("--sandbox plan imported");
    assert_eq!(
        ran.last_line(),
        "Plan: 0 to create, 0 to update, 0 to release, 4 unchanged.",
        "it is an edit in the portal"
    );
    let ran = sealed.run("--sandbox plan imported --drift revert");
    assert_eq!(
        ran.last_line(),
        "Plan: 0 to create, 1 to update, 0 to release, 3 unchanged.",
        "what is live was declared"
    );
}

#[test]
fn what_the_sandbox_showed_is_applied_again_without_a_variable() {
    let sealed = Sealed::empty();
    assert_eq!(sealed.run("--sandbox import contoso/legacy-scanner").exit, 0);
    sealed.edit("offers/legacy-scanner.yaml", "displayText: Contoso Scanner (legacy)", "displayText: Contoso Scanner");
    let ran = sealed.run("--sandbox apply --auto-approve");
    assert_eq!(ran.last_line(), "Apply: 0 created, 1 updated, 0 unchanged, 0 refused, 0 failed.", "{}", ran.stdout);
    assert_eq!(sealed.run("sandbox reset").exit, 0);
    assert!(!sealed.path(".offerform/sandbox/stand-ins.json").exists());
}

#[test]
fn an_offer_can_be_named_and_parts_can_be_shared() {
    let sealed = Sealed::empty();
    whole!("import-one", sealed.run("--sandbox --publisher contoso import data-stream"));
    let ran = sealed.run("--sandbox import --all --dir shared --share");
    assert!(sealed.path("shared/parts/contacts.yaml").exists(), "{}", ran.stdout);
    assert_eq!(sealed.run("--sandbox plan shared --detailed-exitcode").exit, 0);
    whole!("import-unknown-offer", sealed.run("--sandbox import contoso/no contoso/data-stream --dir other"));
    assert!(sealed.path("other/data-stream.yaml").exists(), "one that is missing does not stop the others");
    whole!("import-nothing-named", sealed.run("--sandbox import"));
}

#[test]
fn nothing_is_overwritten_and_then_nothing_is_written() {
    let sealed = Sealed::empty();
    sealed.write("imported/linux-images/description.html", "mine\n");
    whole!("import-exists", sealed.run("--sandbox import --all --dir imported"));
    assert_eq!(sealed.read("imported/linux-images/description.html"), "mine\n");
    assert!(!sealed.path("imported/firewall.yaml").exists());
    sealed.write("imported/firewall.yaml", "mine");
    let ran = sealed.run("--sandbox import --all --dir imported");
    assert!(ran.stderr.contains("` and 1 more already exist; nothing was written"), "{}", ran.stderr);
    assert_eq!(sealed.run("--sandbox import --all --dir imported --force").exit, 0);
    assert_ne!(sealed.read("imported/linux-images/description.html"), "mine\n");
    assert_eq!(sealed.run("--sandbox import --all --dir imported --force").exit, 0, "again");
    assert_eq!(sealed.run("--sandbox plan imported --detailed-exitcode").exit, 0);
}

#[test]
fn an_offer_that_a_file_declares_already_is_not_declared_once_more() {
    let sealed = Sealed::empty();
    sealed.write("offers/mine.yaml", &offer("data-stream", "title: Mine"));
    whole!("import-declared", sealed.run("--sandbox import contoso/data-stream --force"));
    assert!(!sealed.path("offers/data-stream.yaml").exists());
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out_of_the_folder() {
    let sealed = Sealed::empty();
    std::fs::create_dir_all(sealed.path("imported")).unwrap();
    std::fs::create_dir_all(sealed.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", sealed.path("imported/firewall")).unwrap();
    whole!("import-link", sealed.run("--sandbox import --all --dir imported --force"));
    assert!(std::fs::read_dir(sealed.path("elsewhere")).unwrap().next().is_none());
    assert!(!sealed.path("imported/data-stream.yaml").exists());
}

/// A portal that names its offers as no portal should.
#[test]
fn hostile_names_and_values_stay_in_the_folder_and_in_their_quotes() {
    let ids = ["../../escaped", "CON", "a\\b", "Case", "case", "x\u{1b}[2J", "sound", "%2e%2e", "liar"];
    let stand_in = StandIn::start(move |asked| {
        let path = asked.path.split('?').next().unwrap();
        let body = match path {
            "/api/publishers" => json!([{"id": "contoso"}]),
            "/api/publishers/contoso/offers" => ids.iter().map(|id| json!({"id": id})).collect(),
            path => {
                let id = path.rsplit('/').next().unwrap();
                let id = percent_encoding::percent_decode_str(id).decode_utf8_lossy().into_owned();
                let id = if id == "liar" { "../liar".to_owned() } else { id };
                json!({
                    "publisherId": "contoso", "id": id, "offerTypeId": "microsoft-azure-invented",
                    "definition": {"displayText": "::error::\n##[x]\u{1b}[2J", "offer": {"acme.$file": {"$file": "/etc/passwd"}}},
                })
            }
        };
        (200, String::new(), body.to_string())
    });
    let sealed = Sealed::empty();
    let variables = [("OFFERFORM_TOKEN", "anything"), ("OFFERFORM_ENDPOINT", stand_in.endpoint.as_str())];
    let ran = sealed.run_with(&variables, "import --all --dir imported");
    assert!(!ran.stdout.contains('\u{1b}') && !ran.stderr.contains('\u{1b}'), "{ran:?}");
    whole!("import-hostile", ran);
    let mut found: Vec<String> = walkdir::WalkDir::new(sealed.root())
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().strip_prefix(sealed.root()).unwrap().display().to_string())
        .collect();
    found.retain(|file| !file.starts_with(".offerform/"));
    found.sort();
    assert_eq!(found, ["imported/Case.yaml", "imported/offer-CON.yaml", "imported/sound.yaml"]);
    let plan = sealed.run_with(&variables, "plan imported --offer sound --detailed-exitcode");
    assert_eq!(plan.exit, 0, "{}{}", plan.stdout, plan.stderr);
}

#[test]
fn an_import_of_nothing_mentions_all() {
    let ran = Sealed::empty().run("--sandbox import");
    assert!(ran.exit == 1 && ran.stderr.contains("--all"), "{}", ran.stderr);
}

#[test]
fn a_value_of_a_kind_that_nothing_silences_is_told_with_its_line_and_can_be_corrected() {
    let sealed = Sealed::empty();
    let title = "/definition/offer/microsoft-azure-marketplace.title";
    assert_eq!(sealed.run(&format!("sandbox edit contoso/legacy-scanner {title} 5")).exit, 0);
    let ran = sealed.run("--sandbox import contoso/legacy-scanner");
    let line =
        sealed.read("offers/legacy-scanner.yaml").lines().position(|line| line.trim() == "title: 5").unwrap() + 1;
    let place = format!("offers/legacy-scanner.yaml:{line}:14: value-kind");
    assert!(ran.exit == 1 && ran.stdout.contains(&place), "{}", ran.whole());
    assert!(!ran.stderr.contains("has nothing to do; then commit"), "{}", ran.stderr);
    let json = sealed.run("--sandbox import contoso/legacy-scanner --force --format json");
    let told: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((json.exit, &told["result"]), (1, &json!("failed")));
    assert_eq!(told["offers"][0]["to_correct"][0]["rule"], "value-kind");
    assert_eq!(told["offers"][0]["to_correct"][0]["line"], line);
    assert_eq!(sealed.run("--sandbox validate").exit, 1);
    let plan = sealed.run("--sandbox plan --detailed-exitcode");
    assert_eq!(plan.exit, 0, "the portal has it: {}", plan.whole());
    // As it is told.
    sealed.edit("offers/legacy-scanner.yaml", "title: 5", "title: \"5\"");
    assert_eq!(sealed.run("--sandbox validate").exit, 0);
    let applied = sealed.run("--sandbox apply --auto-approve");
    assert_eq!(applied.last_line(), "Apply: 0 created, 1 updated, 0 unchanged, 0 refused, 0 failed.");
    assert_eq!(sealed.run("--sandbox import contoso/legacy-scanner --force").exit, 0);
}

#[test]
fn what_is_wrong_with_the_address_of_a_disk_does_not_fail_the_import_that_declared_it() {
    let sealed = Sealed::empty();
    let disk = "/definition/plans/0/microsoft-azure-virtualmachines.vmImages/2.4.1/osVhdUrl";
    let address =
        "https://contosoimages.blob.core.windows.net/vhds/scanner-2.4.1.vhd?st=2021-03-01&sp=r&sig=aHVzaA%3D%3D";
    assert_eq!(sealed.run(&format!("sandbox edit contoso/legacy-scanner {disk} {address}")).exit, 0);
    assert_eq!(sealed.run("--sandbox import contoso/legacy-scanner").exit, 0);
    let set = [("LEGACY_SCANNER_SCANNER_2_4_1_OS_VHD_URL", address)];
    for variables in [&set[..], &[]] {
        let ran = sealed.run_with(variables, "validate");
        assert!(ran.exit == 0 && !ran.whole().contains("unused-silence"), "{}", ran.whole());
    }
    let plan = sealed.run_with(&set, "--sandbox plan --detailed-exitcode");
    assert_eq!(plan.exit, 0, "{}", plan.whole());
    let other = [(set[0].0, &*address.replace("scanner-2.4.1", "scanner-2.4.2"))];
    assert_eq!(sealed.run_with(&other, "validate").exit, 1, "it is silenced for this address only");
}
