//! What a finding judges: a value, a number of elements, or that something is missing; and which writes bring it.

use super::*;

fn at(text: &str) -> Pointer {
    Pointer::parse(text).unwrap()
}

fn of(id: &str, edits: &[(&str, &str)], from: From) -> Finding {
    let document = Document::new(edited(from.document(), edits));
    let mut found = findings_in(&document, Extent::Whole, circumstances(&NoSecrets));
    found.retain(|finding| finding.rule.id == id);
    assert_eq!(found.len(), 1, "{id}: {found:?}");
    found.remove(0)
}

#[test]
fn a_finding_about_a_value_is_brought_by_writing_it_or_what_is_around_it() {
    let finding = of("regions-known", &[("P/regions", r#"["US", "XX"]"#)], From::Vm);
    assert_eq!((finding.judged, finding.value.as_str()), (Judged::Value, "/definition/plans/0/regions/1"));
    for (written, expected) in [
        ("/definition/plans/0/regions/1", true),
        ("/definition/plans/0/regions", true),
        ("/definition/plans/0", true),
        ("/definition/plans/0/regions/0", false),
        ("/definition/plans/0/planId", false),
    ] {
        assert_eq!(finding.is_brought_by(&at(written)), expected, "{written}");
    }
}

#[test]
fn a_finding_about_what_is_missing_names_the_innermost_value_around_it() {
    let finding = of("sku-title-required", &[("V/skuTitle", "")], From::Vm);
    assert_eq!((finding.judged, finding.value.as_str()), (Judged::Absence, "/definition/plans/0"));
    assert!(finding.is_brought_by(&at("/definition/plans/0")), "a SKU that is new lacks it since now");
    assert!(!finding.is_brought_by(&at("/definition/plans/0/regions")), "another field of it changes nothing");
    let removed = at("/definition/plans/0/microsoft-azure-virtualmachines.skuTitle");
    assert!(finding.is_brought_by(&removed));
    let explicit = of("title-required", &[("L/title", "null")], From::Vm);
    assert_eq!((explicit.judged, explicit.value.as_str()), (Judged::Absence, "/definition/offer"));
}

#[test]
fn a_finding_about_a_number_of_elements_is_not_brought_by_what_is_in_them() {
    let finding = of("plans-max", &[("D/plans", r#"[⟨{"planId": "a"},·101⟩]"#)], From::Vm);
    assert_eq!((finding.judged, finding.value.as_str()), (Judged::Count, "/definition/plans"));
    assert!(finding.is_brought_by(&at("/definition/plans/100")), "one more element");
    assert!(!finding.is_brought_by(&at("/definition/plans/100/regions")));
}

#[test]
fn a_finding_about_two_values_is_brought_by_writing_either() {
    let blocks = r#"{ "isByol": false, "freeTrialDurationInMonths": 0 }"#;
    let finding = of("price-v2-mirror", &[("P/virtualMachinePricingV2", blocks)], From::Vm);
    assert!(finding.is_brought_by(&at("/definition/plans/0/virtualMachinePricing/isByol")));
    assert!(finding.is_brought_by(&at("/definition/plans/0/virtualMachinePricingV2")));
    assert!(!finding.is_brought_by(&at("/definition/plans/0/virtualMachinePricing/freeTrialDurationInMonths")));
}

#[test]
fn a_sealed_value_is_there_although_its_document_holds_nothing() {
    let place = at("/definition/plans/0/microsoft-azure-virtualmachines.vmImages/1.0.0/osVhdUrl");
    let reference = SecretReference { location: SecretLocation::Env("DISK".to_owned()), version: None };
    let document = Document::with_sealed(virtual_machine(), [(place.clone(), reference)].into());
    let secret = Variables::from([("DISK", "https://contoso.blob.core.windows.net/disks/a.vhd?sp=r")]);
    let found = findings_in(&document, Extent::Part, circumstances(&secret));
    let finding = found.iter().find(|finding| finding.rule.id == "sas-permissions").unwrap();
    assert_eq!((finding.judged, &finding.value), (Judged::Value, &place));
}

#[test]
fn findings_of_a_file_leave_out_what_it_silences_and_are_shown_where_they_stand() {
    let silenced = format!("{MANIFEST}reconcile: {{ silence: [{{ rule: vm-version-format, reason: old }}] }}\n");
    let tree = MemoryTree::default().with("a.yaml", silenced);
    let loaded = desired::load(&tree, &["a.yaml".to_owned()], &OneVariable);
    let desired = &loaded.desired[0];
    let found = findings(desired, circumstances(&NoSecrets));
    let places: Vec<&str> = found.iter().map(|finding| finding.value.as_str()).collect();
    assert_eq!(places, ["/definition/plans/0/regions/0", "/definition/plans/0/regions/1"]);
    let shown = diagnostic(&found[1], desired);
    assert_eq!(shown.code, "regions-known");
    assert_eq!(loaded.sources.line_column(shown.primary.unwrap().span), (8, 21));
}
