//! Silences that are bound to a value, and those that `import` writes.

use super::*;

/// What is left of the findings about the manifest of the tests, with one silence.
fn left(silence: &str) -> Vec<String> {
    judged(&format!("{MANIFEST}reconcile:\n  silence: [{silence}]\n"))
}

#[test]
fn a_silence_with_a_value_holds_for_that_value_only() {
    let both = ["8:17 regions-known", "8:21 regions-known", "9:54 vm-version-format"];
    let path = "path: /definition/plans/standard/regions";
    let silence = |value: &str| left(&format!("{{ rule: regions-known, {path}, value: {value}, reason: old }}"));
    assert_eq!(silence("XX"), ["8:21 regions-known", "9:54 vm-version-format"]);
    assert_eq!(silence("ZZ"), [&both[..], &["11:13 unused-silence"]].concat());
    assert_eq!(silence("1"), [&both[..], &["11:13 unused-silence"]].concat());
    // sha256 of `"YY"`, the first 16 digits.
    assert_eq!(silence("'sha256:7321f205a622f7b7'"), ["8:17 regions-known", "9:54 vm-version-format"]);
}

#[test]
fn a_value_of_the_wrong_kind_is_found_whatever_is_silenced_and_whatever_else_is_said_about_it() {
    let manifest = MANIFEST.replace("displayText: Firewall", "displayText: 5");
    for silence in ["rule: value-kind", "rule: value-kind, path: /definition/displayText", "rule: value-kind, value: 5"]
    {
        let found = judged(&format!("{manifest}reconcile:\n  silence: [{{ {silence}, reason: old }}]\n"));
        assert!(found.contains(&"5:16 value-kind".to_owned()), "{silence}: {found:?}");
        assert!(found.iter().any(|line| line.ends_with("unused-silence")), "{silence}: {found:?}");
    }
    // A rule that only warns hides nothing.
    let said = found(edited(virtual_machine(), &[("D/displayText", "[]")]), Extent::Whole);
    assert!(said.iter().any(|(rule, at, _)| *rule == "value-kind" && at == "/definition/displayText"), "{said:?}");
}

fn silence_of(id: &str, edits: &[(&str, &str)]) -> (String, Option<Value>) {
    let document = Document::new(edited(virtual_machine(), edits));
    let found = findings_in(&document, Extent::Whole, circumstances(&NoSecrets));
    let finding = found.iter().find(|finding| finding.rule.id == id).unwrap();
    let silencing = silencing(finding, Values { document: &document, secrets: &NoSecrets });
    assert_eq!(silencing.rule, id);
    (silencing.path.to_string(), silencing.value)
}

#[test]
fn the_silence_of_a_finding_names_skus_by_id_and_the_value_or_its_digest() {
    let id = silence_of("plan-id-format", &[("P/planId", r#""planId-One""#)]);
    assert_eq!(id, ("/definition/plans/planId-One/planId".to_owned(), Some(json!("planId-One"))));
    let market = silence_of("regions-known", &[("P/regions", r#"["US", "XX"]"#)]);
    assert_eq!(market, ("/definition/plans/standard/regions".to_owned(), Some(json!("XX"))));
    let (path, value) = silence_of("title-length", &[("L/title", r#""⟨x·201⟩""#)]);
    assert_eq!(path, "/definition/offer/microsoft-azure-marketplace.title");
    assert!(value.as_ref().and_then(Value::as_str).is_some_and(|text| text.starts_with("sha256:")), "{value:?}");
    let maps = r#"[{"categoryL1": "security"}, {"categoryL1": "networking"}, {"categoryL1": "compute"}]"#;
    let (_, value) = silence_of("category-max", &[("L/categoryMap", maps)]);
    assert_eq!(value, Some(json!(3)));
    let (path, value) = silence_of("vm-version-format", &[("V/vmImages/1.10", r#"{"osVhdUrl": null}"#)]);
    assert_eq!(path, "/definition/plans/standard/microsoft-azure-virtualmachines.vmImages/1.10");
    assert_eq!(value, None, "the key is what is wrong, and the path names it");
}

#[test]
fn a_silence_of_what_is_wrong_with_a_secret_is_bound_to_all_of_it_but_its_signature() {
    const BLOB: &str = "https://contoso.blob.core.windows.net/disks/a.vhd?sp=r&se=2027-03-01T00:00:00Z";
    let signed = |signature: &str| -> &'static str { format!("{BLOB}&sig={signature}").leak() };
    let at = Pointer::parse("/definition/plans/0/microsoft-azure-virtualmachines.vmImages/1.0.0/osVhdUrl").unwrap();
    let reference = SecretReference { location: SecretLocation::Env("DISK".to_owned()), version: None };
    let document = Document::with_sealed(virtual_machine(), [(at, reference)].into());
    let written = |text: &'static str| {
        let secrets = Variables::from([("DISK", text)]);
        let found = findings_in(&document, Extent::Part, circumstances(&secrets));
        let finding = found.iter().find(|finding| finding.rule.id == "sas-permissions").unwrap();
        silencing(finding, Values { document: &document, secrets: &secrets })
    };
    let one = written(signed("one"));
    assert_eq!(one.path.as_str(), "/definition/plans/standard/microsoft-azure-virtualmachines.vmImages/1.0.0/osVhdUrl");
    assert!(one.value.as_ref().and_then(Value::as_str).is_some_and(|text| text.starts_with("sha256:")), "{one:?}");
    assert_eq!(one, written(signed("two")), "its signature is no part of it");
    assert_ne!(one, written("https://contoso.blob.core.windows.net/disks/b.vhd?sp=r&se=2027-03-01T00:00:00Z&sig=one"));
}

#[test]
fn a_silence_about_a_secret_that_is_not_set_here_is_not_called_idle() {
    let left = |silence: &str, secrets: &dyn SecretSource| {
        let manifest = MANIFEST.replace("1.10:", "1.10.0:").replace("[XX, YY]", "[US]");
        let text = format!("{manifest}reconcile:\n  silence: [{silence}]\n");
        let tree = MemoryTree::default().with("a.yaml", text);
        let loaded = desired::load(&tree, &["a.yaml".to_owned()], &OneVariable);
        let found = super::judged_with(&loaded, secrets);
        found.into_iter().filter(|id| *id == UNUSED_SILENCE).count()
    };
    let path = "path: /definition/plans/standard/microsoft-azure-virtualmachines.vmImages/1.10.0/osVhdUrl";
    let good = Variables::from([("DISK", DISK)]);
    for silence in
        [format!("{{ rule: sas-permissions, {path}, reason: old }}"), "{ rule: sas-query, reason: old }".to_owned()]
    {
        assert_eq!(left(&silence, &NoSecrets), 0, "{silence}");
        assert_eq!(left(&silence, &good), 1, "{silence}: the address is right");
    }
    let elsewhere = "{ rule: sas-permissions, path: /definition/plans/standard/regions, reason: old }";
    assert_eq!(left(elsewhere, &NoSecrets), 1, "no secret is there");
    assert_eq!(left("{ rule: regions-known, reason: old }", &NoSecrets), 1, "no rule about secrets");
}
