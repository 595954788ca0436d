//! Documents as publishers have them, which the real service took: what is and what is not said about them.

use super::*;

/// Severity and rule of what is found at or below a place.
fn said(from: From, edits: &[(&str, &str)], below: &str) -> Vec<(Severity, &'static str)> {
    let document = Document::new(edited(from.document(), edits));
    let below = Pointer::parse(&pointer(below)).unwrap();
    let found = findings_in(&document, Extent::Part, circumstances(&NoSecrets));
    let here = found.iter().filter(|finding| finding.spot.pointer.is_within(&below));
    here.map(|finding| (finding.rule.severity, finding.rule.id)).collect()
}

fn errors(said: &[(Severity, &'static str)]) -> Vec<&'static str> {
    said.iter().filter(|(severity, _)| *severity == Severity::Error).map(|(_, id)| *id).collect()
}

fn disk(query: &str) -> String {
    format!(r#""https://contoso.blob.core.windows.net/{query}""#)
}

const DISK_AT: &str = "V/vmImages/1.0.0/osVhdUrl";

#[test]
fn a_disk_generation_without_a_generation_is_no_error() {
    let generation = r#"[{"planId": "12-gen2", "microsoft-azure-corevm.vmImagesPublicAzure": {"0.1.2": {"osVhdUrl": "x", "label": "a", "mediaName": "b"}}}]"#;
    let said = said(From::Core, &[("P/diskGenerations", generation)], "P/diskGenerations");
    assert!(said.contains(&(Severity::Warning, "corevm-disk-generations")), "{said:?}");
    let about = |id: &&str| *id == "corevm-disk-generations";
    assert!(!errors(&said).iter().any(about), "{said:?}");
}

#[test]
fn a_signature_without_a_start_and_one_of_two_weeks_are_warnings() {
    let query = disk("disks/a.vhd?sp=rl&sv=2019-02-02&sr=c&sig=x&se=2026-12-05T00:00:00Z");
    let said = said(From::Vm, &[(DISK_AT, &query)], DISK_AT);
    assert_eq!(errors(&said), [""; 0], "{said:?}");
    for id in ["sas-start-missing", "sas-expiry"] {
        assert!(said.contains(&(Severity::Warning, id)), "{id}: {said:?}");
    }
}

#[test]
fn a_signature_without_an_end_is_an_error() {
    let query = disk("disks/a.vhd?sp=rl&sv=2019-02-02&sr=c&sig=x&st=2026-11-01T00:00:00Z");
    assert_eq!(errors(&said(From::Vm, &[(DISK_AT, &query)], DISK_AT)), ["sas-st-se"]);
}

#[test]
fn an_expired_signature_warns_in_a_file_and_stops_a_plan_that_writes_it() {
    let query = disk("disks/a.vhd?sp=rl&sv=2019-02-02&sr=c&sig=x&st=2026-01-01T00:00:00Z&se=2026-02-01T00:00:00Z");
    let document = Document::new(edited(virtual_machine(), &[(DISK_AT, &query)]));
    let found = findings_in(&document, Extent::Part, circumstances(&NoSecrets));
    let finding = found.iter().find(|finding| finding.rule.id == "sas-expired").unwrap();
    assert_eq!(finding.rule.severity, Severity::Warning);
    assert_eq!(finding.severity_in_plan(true), Severity::Error);
    assert_eq!(finding.severity_in_plan(false), Severity::Warning);
}

#[test]
fn what_the_service_has_already_is_a_warning_at_most() {
    let document = Document::new(edited(virtual_machine(), &[("P/planId", r#""planId_One""#)]));
    let found = findings_in(&document, Extent::Part, circumstances(&NoSecrets));
    let finding = found.iter().find(|finding| finding.rule.id == "plan-id-format").unwrap();
    assert_eq!(finding.severity_in_plan(true), Severity::Error);
    assert_eq!(finding.severity_in_plan(false), Severity::Warning);
}

#[test]
fn versions_that_are_dates_are_no_finding_of_core_virtual_machines() {
    let image = r#"{"osVhdUrl": null, "label": "a", "mediaName": "2020-05-04"}"#;
    let edits = [
        ("C/vmImagesPublicAzure/2020.05.04", image),
        ("G/vmImagesPublicAzure/2020.05.04", r#"{"osVhdUrl": null, "label": "a", "mediaName": "gen2"}"#),
    ];
    assert_eq!(said(From::Core, &edits, "C/vmImagesPublicAzure"), []);
    assert_eq!(said(From::Core, &edits, "G/vmImagesPublicAzure"), []);
}

#[test]
fn the_categories_of_the_service_s_own_answers_are_known() {
    let vm = r#"[{"categoryL1": "analytics", "categoryL2-analytics": ["visualization-and-reporting"]}]"#;
    assert_eq!(said(From::Vm, &[("L/categoryMap", vm)], "L/categoryMap"), []);
    let app = r#"[{"categoryL1": "web", "categoryL2-web": ["blogs-and-cms"]}]"#;
    assert_eq!(said(From::App, &[("L/categoryMap", app)], "L/categoryMap"), []);
}

#[test]
fn a_market_that_a_machine_translated_is_known_again() {
    for (written, meant) in
        [("NÃO", "NO"), ("EUA", "US"), ("us", "US"), ("UK", "GB"), ("DEU", "DE"), ("FRA", "FR"), ("USA", "US")]
    {
        let document = Document::new(edited(virtual_machine(), &[("P/regions", &format!(r#"["{written}"]"#))]));
        let found = findings_in(&document, Extent::Part, circumstances(&NoSecrets));
        let help = found.iter().find(|finding| finding.rule.id == "regions-known").unwrap().help.clone().unwrap();
        assert!(help.contains(&format!("`{meant}`")), "{written}: {help}");
    }
}

#[test]
fn of_markets_that_are_like_none_the_list_is_told_once() {
    let document = Document::new(edited(virtual_machine(), &[("P/regions", r#"["XX", "QQ", "Atlantis"]"#)]));
    let found = findings_in(&document, Extent::Part, circumstances(&NoSecrets));
    let lists = found
        .iter()
        .filter(|finding| finding.help.as_deref().is_some_and(|help| help.contains(" FR GA ") || help.contains("US")));
    assert_eq!(lists.count(), 1, "{found:?}");
}

#[test]
fn an_image_whose_disk_is_under_another_key_stops_a_plan_that_writes_it_and_the_key_is_named() {
    let image = r#"{"osVHdUrl": "https://contoso.blob.core.windows.net/disks/a.vhd", "lunVhdDetails": []}"#;
    let document = Document::new(edited(virtual_machine(), &[("V/vmImages/1.0.1", image)]));
    let found = findings_in(&document, Extent::Part, circumstances(&NoSecrets));
    let finding = found.iter().find(|finding| finding.rule.id == "image-without-disk").unwrap();
    let written = Pointer::parse(&pointer("V/vmImages/1.0.1")).unwrap();
    assert!(finding.is_brought_by(&written));
    assert_eq!(finding.severity_in_plan(true), Severity::Error);
    let help = finding.help.as_deref().unwrap();
    assert!(help.contains("`osVHdUrl`") && help.contains("`osVhdUrl`"), "{help}");
}

#[test]
fn three_mistakes_in_a_signed_address_are_told_apart_and_the_command_that_makes_it_right_is_named() {
    let signed = "sp=rl&sv=2019-02-02&sig=x&st=2026-11-01T00:00:00Z";
    let mut messages = BTreeSet::new();
    for (query, id) in [
        (format!("a.vhd?{signed}&sr=c&se=2027-03-01T00:00:00Z"), "sas-vhd-suffix"),
        (format!("disks/a.vhd?{signed}&sr=c&se=2027-03-01T00:00Z"), "sas-datetime-full"),
        (format!("disks/a.vhd?{signed}&sr=b&se=2027-03-01T00:00:00Z"), "sas-container-level"),
    ] {
        let document = Document::new(edited(virtual_machine(), &[(DISK_AT, &disk(&query))]));
        let found = findings_in(&document, Extent::Part, circumstances(&NoSecrets));
        let about: Vec<_> = found
            .iter()
            .filter(|finding| finding.rule.id.starts_with("sas-") && finding.rule.id != "sas-in-repository")
            .collect();
        assert_eq!(about.iter().map(|finding| finding.rule.id).collect::<Vec<_>>(), [id], "{query}");
        assert!(messages.insert(about[0].message.clone()));
        if id != "sas-vhd-suffix" {
            let help = about[0].help.as_deref().unwrap();
            assert!(help.contains("az storage container generate-sas"), "{help}");
            assert!(help.contains("--start 2026-11-20T00:00:00Z"), "{help}");
        }
    }
}

#[test]
fn what_old_documents_hold_is_accepted() {
    let entry = r#"{"manualEntries": [{"type": "subscriptionId", "id": "5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11", "description": null}]}"#;
    assert_eq!(said(From::Vm, &[("P/restrictedAudience", entry)], "P/restrictedAudience"), []);
    assert_eq!(said(From::Vm, &[("L/customAmendments", "{}")], "L/customAmendments"), []);
    let markets: Vec<&str> = facts::MARKETS.keys().copied().collect();
    assert_eq!(markets.len(), 142);
    let regions = serde_json::to_string(&markets).unwrap();
    let priced: serde_json::Map<String, Value> = facts::MARKETS
        .iter()
        .filter_map(|(code, market)| {
            Some(((*code).to_owned(), json!({"currency": market.currency?, "enabled": true, "price": 1})))
        })
        .collect();
    let block = json!({"isByol": false, "freeTrialDurationInMonths": 0, "regionPrices": priced}).to_string();
    let found = said(From::Vm, &[("P/regions", &regions), ("P/virtualMachinePricing", &block)], "P/regions");
    assert_eq!(errors(&found).iter().filter(|id| **id != "regions-china").count(), 0, "{found:?}");
    let owned =
        [("/eTag", r#""x""#), ("/Etag", r#""y""#), ("/version", "4"), ("/changedTime", r#""2022-06-02T12:25:56.651""#)];
    assert_eq!(said(From::Vm, &owned, "/eTag"), []);
    assert_eq!(said(From::Vm, &owned, "/version"), []);
}

#[test]
fn the_signature_of_a_data_disk_is_judged_like_that_of_the_system_whichever_key_it_has() {
    let wrong = disk("disks/data.vhd?sp=r&sv=2019-02-02&sr=c&sig=x&st=2026-11-01T00:00:00Z&se=2026-11-02T00:00:00Z");
    for key in ["lunVhdUrl", "vhdUrl", "uri"] {
        let edits = format!(r#"[{{"lun": 0, "{key}": {wrong}}}]"#);
        let list = "V/vmImages/1.0.0/lunVhdDetails";
        let said = said(From::Vm, &[(list, &edits)], &format!("{list}/0/{key}"));
        for expected in [
            (Severity::Error, "sas-permissions"),
            (Severity::Warning, "sas-expired"),
            (Severity::Warning, "sas-in-repository"),
        ] {
            assert!(said.contains(&expected), "{key}: {said:?}");
        }
    }
}
