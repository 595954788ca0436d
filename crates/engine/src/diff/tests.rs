//! Comparisons as a table, written by hand.

mod three_ways;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::offer::fields::FieldTable;
use crate::offer::{Document, IdentityPath, OfferTypeId, Pointer};
use crate::record::Rewrites;
use crate::secret::testing::Variables;
use crate::secret::{SecretLocation, SecretReference};

const VM: &str = "microsoft-azure-virtualmachines";

struct Case {
    desired: Document,
    base: Option<Document>,
    live: Option<Document>,
    rewrites: Rewrites,
    secrets: Variables,
    ownership: Ownership,
}

/// A document with `offer` and `plans` given in short.
#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
fn document(offer: Value, plans: Value) -> Document {
    Document::new(json!({"id": "fw", "definition": {"offer": offer, "plans": plans}}))
}

fn case(desired: Document, live: Document) -> Case {
    Case {
        desired,
        base: None,
        live: Some(live),
        rewrites: Rewrites::default(),
        secrets: Variables::default(),
        ownership: Ownership::Declared,
    }
}

impl Case {
    fn changes(&self) -> Vec<Change> {
        compare(Comparison {
            table: FieldTable::of(&OfferTypeId::new(VM)),
            desired: &self.desired,
            base: self.base.as_ref().map_or(Base::Live, Base::Declared),
            live: self.live.as_ref(),
            rewrites: &self.rewrites,
            secrets: &self.secrets,
            unmanaged: Unmanaged::Skipped,
            secrecy: Secrecy::Kept,
            ownership: self.ownership,
        })
        .changes
    }

    /// `+ /path = value` lines, with the cause where it is not "declared".
    fn lines(&self) -> Vec<String> {
        self.changes().iter().map(line).collect()
    }
}

fn line(change: &Change) -> String {
    let value =
        |sealed: &Option<RedactedValue>| sealed.as_ref().map_or(String::new(), |sealed| sealed.value().to_string());
    let shown = match change.operation {
        Operation::Add => format!("+ {} {}", change.edit.target, value(&change.after)),
        Operation::Replace => format!("~ {} {} {}", change.edit.target, value(&change.before), value(&change.after)),
        Operation::Remove => format!("- {} {}", change.edit.target, value(&change.before)),
    };
    match &change.cause {
        Cause::Declared => shown,
        other => format!("{shown} {other:?}"),
    }
}

fn offer_lines(desired: Value, live: Value) -> Vec<String> {
    case(document(desired, json!([])), document(live, json!([]))).lines()
}

fn sku_lines(desired: Value, live: Value) -> Vec<String> {
    case(document(json!({}), desired), document(json!({}), live)).lines()
}

#[test]
fn only_what_is_declared_is_compared() {
    assert_eq!(offer_lines(json!({"t": "a"}), json!({"t": "a", "unmanaged": 1})), [""; 0]);
    assert_eq!(offer_lines(json!({"t": "a"}), json!({"t": "b"})), [r#"~ /definition/offer/t "b" "a""#]);
    assert_eq!(offer_lines(json!({"t": "a"}), json!({})), [r#"+ /definition/offer/t "a""#]);
}

#[test]
fn an_explicit_null_removes_and_a_default_stays() {
    assert_eq!(offer_lines(json!({"t": null}), json!({"t": 1})), ["- /definition/offer/t 1"]);
    assert_eq!(offer_lines(json!({"t": null}), json!({})), [""; 0]);
    let lead = "microsoft-azure-marketplace.marketoLeadConfiguration";
    assert_eq!(offer_lines(json!({lead: null}), json!({lead: {}})), [""; 0]);
}

#[test]
fn sets_change_by_element_from_the_back_and_then_grow() {
    let sku = |regions: Value| json!([{"planId": "a", "regions": regions}]);
    assert_eq!(
        sku_lines(sku(json!(["NO", "FR"])), sku(json!(["DE", "FR", "US"]))),
        [
            r#"- /definition/plans/0/regions/2 "US""#,
            r#"- /definition/plans/0/regions/0 "DE""#,
            r#"+ /definition/plans/0/regions/- "NO""#
        ]
    );
    assert_eq!(sku_lines(sku(json!(["NO", "FR"])), sku(json!(["FR", "NO"]))), [""; 0]);
}

#[test]
fn skus_are_found_by_id_and_an_undeclared_one_goes() {
    let desired = json!([{"planId": "b", "x": 2}, {"planId": "c"}]);
    let live = json!([{"planId": "a"}, {"planId": "b", "x": 1, "kept": true}]);
    let case = case(document(json!({}), desired), document(json!({}), live));
    assert_eq!(
        case.lines(),
        [
            "~ /definition/plans/1/x 1 2",
            r#"- /definition/plans/0 {"planId":"a"}"#,
            r#"+ /definition/plans/- {"planId":"c"}"#
        ]
    );
    let places: Vec<_> = case.changes().into_iter().map(|change| (change.identity.to_string(), change.sku)).collect();
    assert_eq!(places[0], ("/definition/plans/b/x".to_owned(), Some("b".to_owned())));
    assert_eq!(places[1], ("/definition/plans/a".to_owned(), Some("a".to_owned())));
}

#[test]
fn sequences_change_as_a_whole() {
    let links = "microsoft-azure-marketplace.usefulLinks";
    assert_eq!(
        offer_lines(json!({links: [1, 2]}), json!({links: [2, 1]})),
        [format!("~ /definition/offer/{links} [2,1] [1,2]")]
    );
}

#[test]
fn a_renamed_key_is_compared_under_the_name_it_has_now() {
    let sku = |key: &str, value: &str| json!([{"planId": "a", format!("{VM}.{key}"): value}]);
    assert_eq!(sku_lines(sku("windowsOSType", "Other"), sku("osType", "Other")), [""; 0]);
    assert_eq!(
        sku_lines(sku("windowsOSType", "Ubuntu"), sku("osType", "Other")),
        [format!(r#"~ /definition/plans/0/{VM}.osType "Other" "Ubuntu""#)]
    );
}

#[test]
fn a_mirrored_block_follows_only_when_the_declared_one_changes() {
    let desired = json!([{"planId": "a", "virtualMachinePricing": {"isByol": true}}]);
    let live = |v1: bool, v2: bool| json!([{"planId": "a", "virtualMachinePricing": {"isByol": v1}, "virtualMachinePricingV2": {"isByol": v2}}]);
    assert_eq!(
        sku_lines(desired.clone(), live(false, false)),
        [
            "~ /definition/plans/0/virtualMachinePricing/isByol false true",
            "~ /definition/plans/0/virtualMachinePricingV2/isByol false true"
        ]
    );
    assert_eq!(sku_lines(desired, live(true, false)), [""; 0], "an own second block is left alone");
}

#[test]
fn hosted_copies_are_in_doubt_and_renewed_signatures_are_not() {
    let logo = "microsoft-azure-marketplace.smallLogo";
    let lines = offer_lines(json!({logo: "https://mine/a.png"}), json!({logo: "https://hosted/1.png?sv=1&sig=x"}));
    assert_eq!(
        lines,
        [format!(r#"~ /definition/offer/{logo} "https://hosted/1.png" "https://mine/a.png" Undetermined(Hosted)"#)]
    );
    let same = offer_lines(json!({logo: "https://hosted/1.png"}), json!({logo: "https://hosted/1.png?sv=1&sig=x"}));
    assert_eq!(same, [""; 0]);
    let first = offer_lines(json!({logo: "https://mine/a.png"}), json!({}));
    assert_eq!(first, [format!(r#"+ /definition/offer/{logo} "https://mine/a.png""#)]);
}

#[test]
fn a_dropped_logo_is_in_doubt_and_not_a_change_for_ever() {
    let logo = "microsoft-azure-marketplace.heroLogo";
    assert_eq!(
        offer_lines(json!({logo: "https://mine/h.png"}), json!({})),
        [format!(r#"+ /definition/offer/{logo} "https://mine/h.png" Undetermined(Dropped)"#)]
    );
}

#[test]
fn a_secret_is_never_compared_and_a_sealed_url_is_if_its_value_is_known() {
    let place = format!("/definition/plans/0/{VM}.vmImages/1.0.0/osVhdUrl");
    let image = |url: Value| json!([{"planId": "a", format!("{VM}.vmImages"): {"1.0.0": {"osVhdUrl": url}}}]);
    let reference = SecretReference { location: SecretLocation::Env("VHD".into()), version: None };
    let desired = Document::with_sealed(
        document(json!({}), image(Value::Null)).content().clone(),
        [(Pointer::parse(&place).unwrap(), reference)].into(),
    );
    let live = document(json!({}), image(json!("https://x/a.vhd?sv=1&sig=old")));
    let mut case = case(desired, live);
    let unknown = case.lines();
    assert!(unknown[0].contains("SecretNotSet"), "{unknown:?}");
    case.secrets.0.insert("VHD", "https://x/a.vhd?sv=1&sig=new");
    assert_eq!(case.lines(), [""; 0]);
    case.secrets.0.insert("VHD", "https://x/b.vhd?sv=1&sig=new");
    assert_eq!(case.lines(), [format!(r#"~ {place} "(redacted)" "(redacted: env VHD)""#)]);
    assert!(case.changes()[0].is_sensitive());
}

#[test]
fn an_address_in_a_list_is_compared_like_any_other() {
    let list = format!("/definition/plans/0/{VM}.vmImages/1.0.0/lunVhdDetails");
    let disks = |one: Value, number: u32| {
        let disks = json!([{"lun": 0, "lunVhdUrl": one}, {"lun": number, "uri": one}]);
        json!([{"planId": "a", format!("{VM}.vmImages"): {"1.0.0": {"lunVhdDetails": disks}}}])
    };
    let reference = SecretReference { location: SecretLocation::Env("DATA".into()), version: None };
    let sealed = ["0/lunVhdUrl", "1/uri"];
    let sealed = sealed.map(|at| (Pointer::parse(&format!("{list}/{at}")).unwrap(), reference.clone()));
    let desired = Document::with_sealed(document(json!({}), disks(Value::Null, 1)).content().clone(), sealed.into());
    let live = |number| document(json!({}), disks(json!("https://x/data.vhd?sv=1&sig=old"), number));
    let mut case = case(desired, live(1));
    let lines = case.lines();
    assert!(lines.len() == 1 && lines[0].contains("SecretNotSet"), "{lines:?}");
    case.secrets.0.insert("DATA", "https://x/data.vhd?sv=1&sig=new");
    assert_eq!(case.lines(), [""; 0], "signatures are no difference");
    case.secrets.0.insert("DATA", "https://x/other.vhd?sv=1&sig=new");
    let changes = case.changes();
    assert_eq!((changes.len(), changes[0].identity.as_str()), (1, list.replace("/0/", "/a/").as_str()));
    assert!(changes[0].is_determined() && changes[0].is_sensitive());
    // What differs beside it is a change whether or not the address is known.
    case.secrets.0.clear();
    case.live = Some(live(2));
    assert!(case.changes()[0].is_determined(), "{:?}", case.lines());
}

#[test]
fn a_learned_rewrite_is_no_difference_until_one_side_moves() {
    let key = "microsoft-azure-marketplace.description";
    let path = IdentityPath::parse(&format!("/definition/offer/{key}")).unwrap();
    let (declared, live) = (json!("<p onclick='x'>hello</p>"), json!("<p>hello</p>"));
    let mut case = case(document(json!({key: declared}), json!([])), document(json!({key: live}), json!([])));
    assert_eq!(case.lines().len(), 1);
    case.rewrites.learn(path, Some(&declared), Some(&live));
    assert_eq!(case.lines(), [""; 0]);
    case.live = Some(document(json!({key: "<p>edited by hand</p>"}), json!([])));
    assert_eq!(case.lines().len(), 1);
}

#[test]
fn a_rewritten_value_that_was_declared_before_is_no_edit_in_the_portal() {
    let key = "microsoft-azure-marketplace.description";
    let at = format!("/definition/offer/{key}");
    let (declared, live) = ("<p onclick='x'>one</p>", "<p>one</p>");
    for (now, expected) in [
        (json!({key: "<p>two</p>"}), Some(format!(r#"~ {at} "<p>one</p>" "<p>two</p>""#))),
        (json!({}), Some(format!(r#"- {at} "<p>one</p>""#))),
        (json!({key: null}), Some(format!(r#"- {at} "<p>one</p>""#))),
        (json!({key: declared}), None),
    ] {
        let mut case = case(document(now.clone(), json!([])), document(json!({key: live}), json!([])));
        case.base = Some(document(json!({key: declared}), json!([])));
        case.rewrites.learn(IdentityPath::parse(&at).unwrap(), Some(&json!(declared)), Some(&json!(live)));
        assert_eq!(case.lines(), Vec::from_iter(expected.clone()), "{now}");
        case.live = Some(document(json!({key: "<p>edited by hand</p>"}), json!([])));
        let expected = if expected.is_none() { Cause::Drift } else { Cause::Conflict };
        assert_eq!(case.changes()[0].cause, expected, "{now}");
    }
}

#[test]
fn a_create_is_listed_field_by_field() {
    let mut case =
        case(document(json!({"t": "a"}), json!([{"planId": "s", "x": null}])), document(json!({}), json!([])));
    case.live = None;
    assert_eq!(
        case.lines(),
        [r#"+ /id "fw""#, r#"+ /definition/offer/t "a""#, r#"+ /definition/plans/- {"planId":"s"}"#]
    );
}

/// Base, desired and live of one scalar key: 1, 2, 3 are values, 0 is absent, -1 an explicit null.
/// SKUs with an image whose address is a secret, which the file does not hold.
fn with_images(skus: &[(&str, &[&str])]) -> Document {
    let mut sealed = BTreeMap::new();
    let mut plans = Vec::new();
    for (index, (id, versions)) in skus.iter().enumerate() {
        let mut images = serde_json::Map::new();
        for version in *versions {
            let at = format!("/definition/plans/{index}/{VM}.vmImages/{version}/osVhdUrl");
            let reference = SecretReference { location: SecretLocation::Env("IMAGE".into()), version: None };
            sealed.insert(Pointer::parse(&at).unwrap(), reference);
            images.insert((*version).to_owned(), json!({"osVhdUrl": null}));
        }
        plans.push(json!({"planId": id, format!("{VM}.vmImages"): images}));
    }
    let content = json!({"id": "fw", "definition": {"offer": {}, "plans": plans}});
    Document::with_sealed(content, sealed)
}

#[test]
fn an_image_whose_address_is_a_secret_goes_whole_and_without_a_conflict() {
    let image = |address: &str| json!({"osVhdUrl": address, "lunVhdDetails": []});
    let sku = |id: &str| json!({"planId": id, format!("{VM}.vmImages"): {"1.0.0": image("https://x/a.vhd?sig=a"), "1.1.0": image("https://x/a.vhd?sig=b")}});
    let base = with_images(&[("a", &["1.0.0", "1.1.0"]), ("b", &["1.0.0", "1.1.0"])]);
    let live = || document(json!({}), json!([sku("a"), sku("b")]));
    let lines = |desired: Document, secret: Option<&'static str>| {
        let mut case = case(desired, live());
        case.base = Some(base.clone());
        case.secrets = Variables(secret.map(|value| ("IMAGE", value)).into_iter().collect());
        let determined = case.changes().into_iter().filter(Change::is_determined);
        let shown = |change: Change| format!("{:?} {} {:?}", change.operation, change.edit.target, change.cause);
        determined.map(shown).collect::<Vec<_>>()
    };
    let version = format!("Remove /definition/plans/0/{VM}.vmImages/1.0.0 Declared");
    let whole = "Remove /definition/plans/0 Declared".to_owned();
    for secret in [None, Some("https://x/a.vhd?sig=new")] {
        let fewer = with_images(&[("a", &["1.1.0"]), ("b", &["1.0.0", "1.1.0"])]);
        assert_eq!(lines(fewer, secret), std::slice::from_ref(&version), "{secret:?}");
        assert_eq!(
            lines(with_images(&[("b", &["1.0.0", "1.1.0"])]), secret),
            std::slice::from_ref(&whole),
            "{secret:?}"
        );
    }
    let mut content = base.content().clone();
    content["definition"]["plans"][0][format!("{VM}.vmImages")]["1.0.0"] = Value::Null;
    let mut sealed = base.sealed().clone();
    sealed.retain(|at, _| !at.as_str().contains("/plans/0/") || !at.as_str().contains("1.0.0"));
    assert_eq!(lines(Document::with_sealed(content, sealed), None), [version], "an explicit null");
    // The portal has another image than the one that was declared.
    let found = lines(with_images(&[("b", &["1.0.0", "1.1.0"])]), Some("https://x/other.vhd"));
    assert!(found.contains(&"Remove /definition/plans/0 Conflict".to_owned()), "{found:?}");
}

#[test]
fn a_removed_map_takes_along_only_what_was_declared() {
    let mut case = case(document(json!({}), json!([])), document(json!({"m": {"mine": 1, "theirs": 2}}), json!([])));
    case.base = Some(document(json!({"m": {"mine": 1}}), json!([])));
    assert_eq!(case.lines(), ["- /definition/offer/m/mine 1"]);
    case.live = Some(document(json!({"m": {"mine": 1}}), json!([])));
    assert_eq!(case.lines(), [r#"- /definition/offer/m {"mine":1}"#]);
}

#[test]
fn a_file_that_owns_mappings_whole_removes_what_it_does_not_mention() {
    let lead = "microsoft-azure-marketplace.marketoLeadConfiguration";
    let live = json!({"t": "a", "extra": 1, lead: {}, "m": {"mine": 1, "theirs": 2}});
    let mut case = case(document(json!({"t": "a", "m": {"mine": 1}}), json!([])), document(live, json!([])));
    case.ownership = Ownership::Exact;
    assert_eq!(case.lines(), ["- /definition/offer/m/theirs 2", "- /definition/offer/extra 1"]);
    case.base = Some(case.desired.clone());
    assert_eq!(case.lines(), ["- /definition/offer/m/theirs 2 Drift", "- /definition/offer/extra 1 Drift"]);
}

#[test]
fn what_a_write_lost_is_named() {
    let table = FieldTable::of(&OfferTypeId::new(VM));
    let plans = |value: i32| json!([{"planId": "s", "regions": ["NO", "DE"], "x": value}]);
    let before = document(json!({"a": 1, "b": 2, "m": {"c": 3}}), plans(1));
    let mut after = document(json!({"a": 1, "b": 9, "m": {}, "added": 1}), plans(2)).content().clone();
    after["definition"]["plans"][0]["regions"] = json!(["DE"]);
    let written = [IdentityPath::parse("/definition/offer/b").unwrap()];
    let lost = lost(table, before.content(), &after, &written);
    let lost: Vec<&str> = lost.iter().map(IdentityPath::as_str).collect();
    assert_eq!(
        lost,
        ["/definition/offer/m/c", "/definition/plans/s/regions/NO", "/definition/plans/s/x"],
        "what was written on purpose and what was added are no losses"
    );
}

#[test]
fn two_names_of_one_field_change_together() {
    let sku = |members: &[(&str, Value)]| {
        let mut sku = json!({"planId": "a"});
        for (key, value) in members {
            sku[format!("{VM}.{key}")] = value.clone();
        }
        json!([sku])
    };
    let live = sku(&[("osType", json!("Other")), ("windowsOSType", json!("Ubuntu"))]);
    assert_eq!(
        sku_lines(sku(&[("osType", Value::Null)]), live.clone()),
        [
            format!(r#"- /definition/plans/0/{VM}.osType "Other""#),
            format!(r#"- /definition/plans/0/{VM}.windowsOSType "Ubuntu""#)
        ],
        "to remove one and to keep the other would be a change for ever"
    );
    assert_eq!(
        sku_lines(sku(&[("osType", json!("Linux"))]), live),
        [
            format!(r#"~ /definition/plans/0/{VM}.osType "Other" "Linux""#),
            format!(r#"~ /definition/plans/0/{VM}.windowsOSType "Ubuntu" "Linux""#)
        ]
    );
}

#[test]
fn a_renamed_key_keeps_its_past() {
    let sku = |key: &str, value: &str| json!([{"planId": "a", format!("{VM}.{key}"): value}]);
    let mut case = case(document(json!({}), sku("windowsOSType", "New")), document(json!({}), sku("osType", "Old")));
    case.base = Some(document(json!({}), sku("osType", "Old")));
    assert_eq!(case.lines(), [format!(r#"~ /definition/plans/0/{VM}.osType "Old" "New""#)]);
}

#[test]
fn a_sealed_address_that_was_declared_before_has_drifted() {
    let place = Pointer::parse(&format!("/definition/plans/0/{VM}.vmImages/1.0.0/osVhdUrl")).unwrap();
    let reference = SecretReference { location: SecretLocation::Env("VHD".into()), version: None };
    let image = |url: Value| json!([{"planId": "a", format!("{VM}.vmImages"): {"1.0.0": {"osVhdUrl": url}}}]);
    let content = document(json!({}), image(Value::Null)).content().clone();
    let desired = Document::with_sealed(content, [(place, reference)].into());
    let mut case = case(desired.clone(), document(json!({}), image(json!("https://x/edited.vhd"))));
    case.secrets.0.insert("VHD", "https://x/a.vhd?sv=1&sig=new");
    case.base = Some(desired);
    assert_eq!(case.changes()[0].cause, Cause::Drift);
}

#[test]
fn an_element_is_named_without_its_signature() {
    let regions = |regions: Value| json!([{"planId": "a", "regions": regions}]);
    let live = regions(json!(["https://x/a?sv=1&sig=abc", "https://x/a?sv=1&sig=def"]));
    let case = case(document(json!({}), regions(json!([]))), document(json!({}), live));
    let names: Vec<String> = case.changes().iter().map(|change| change.identity.to_string()).collect();
    let begins = "/definition/plans/a/regions/https:~1~1x~1a?sv=1&sig=(redacted) #";
    assert!(names.iter().all(|name| name.starts_with(begins)), "{names:?}");
    assert_ne!(names[0], names[1], "two elements are not taken for one");
}

#[test]
fn what_a_change_does_is_the_same_in_any_order_of_sets() {
    let sku = |regions: Value| json!([{"planId": "a", "regions": regions}]);
    let case = |regions| case(document(json!({}), json!([])), document(json!({}), sku(regions)));
    let print = |regions| case(regions).changes()[0].fingerprint();
    assert_eq!(print(json!(["NO", "DE"])), print(json!(["DE", "NO"])));
    assert_ne!(print(json!(["NO", "DE"])), print(json!(["DE"])));
}
