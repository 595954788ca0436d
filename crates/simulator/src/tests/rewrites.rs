//! What the service makes of a document, one rewrite at a time and all together.

use serde_json::{Map, Value, json};

use crate::testing::Bench;
use crate::{ArtifactSignature, Dialect, Edit, LegacyKeys, Rewrite, Rewrites, SeedOffer};

const OFFER: &str = "/api/publishers/contoso/offers/firewall";
const HOST: &str = "https://marketplace-artifacts.sandbox.example/contoso/firewall/";

/// An offer of a type, with these keys in `offer` and these in its one plan.
fn document(offer_type: &str, offer: Value, mut plan: Value) -> Value {
    plan["planId"] = json!("standard");
    let mut document = json!({
        "publisherId": "contoso", "id": "firewall", "offerTypeId": offer_type,
        "definition": {"displayText": "Firewall", "offer": null, "plans": [plan]}
    });
    document["definition"]["offer"] = offer;
    document
}

fn machine(offer: Value, plan: Value) -> Value {
    document("microsoft-azure-virtualmachines", offer, plan)
}

/// What comes back for `sent` when only `rewrite` is played, as the keys of the offer and of the plan.
fn after(rewrite: Rewrite, sent: &Value) -> (Map<String, Value>, Map<String, Value>) {
    let mut bench = Bench::rewriting(Rewrites::only([rewrite]));
    assert_eq!(bench.put(OFFER, None, sent).status, 201);
    parts(&bench.get(OFFER).json)
}

fn parts(document: &Value) -> (Map<String, Value>, Map<String, Value>) {
    let definition = &document["definition"];
    (definition["offer"].as_object().unwrap().clone(), definition["plans"][0].as_object().unwrap().clone())
}

#[test]
fn without_rewrites_everything_comes_back_as_it_was_sent() {
    let sent = machine(
        json!({"microsoft-azure-marketplace.heroLogo": "https://c.example/h.png", "x.clientSecret": "s"}),
        json!({"microsoft-azure-virtualmachines.windowsOSType": "Other", "regions": ["US", "DE"]}),
    );
    let mut bench = Bench::rewriting(Rewrites::none());
    bench.put(OFFER, None, &sent);
    assert_eq!(bench.get(OFFER).json["definition"], sent["definition"]);
}

#[test]
fn the_written_name_of_the_system_gives_way_to_the_read_one_in_its_place() {
    let (_, plan) = after(
        Rewrite::RenameOsType,
        &machine(json!({}), json!({"a": 1, "microsoft-azure-virtualmachines.windowsOSType": "Other", "b": 2})),
    );
    let names: Vec<&str> = plan.keys().map(String::as_str).collect();
    assert_eq!(names, ["a", "microsoft-azure-virtualmachines.osType", "b", "planId"]);
    assert_eq!(plan["microsoft-azure-virtualmachines.osType"], "Other");
}

#[test]
fn the_written_name_of_the_system_counts_if_both_are_sent() {
    let (_, plan) = after(
        Rewrite::RenameOsType,
        &machine(
            json!({}),
            json!({"microsoft-azure-virtualmachines.osType": "Other", "microsoft-azure-virtualmachines.windowsOSType": "Ubuntu"}),
        ),
    );
    assert_eq!(plan["microsoft-azure-virtualmachines.osType"], "Ubuntu");
    assert_eq!(plan.len(), 2);
}

#[test]
fn the_hero_logo_is_dropped() {
    let (offer, _) = after(
        Rewrite::DropHeroLogo,
        &machine(
            json!({"microsoft-azure-marketplace.heroLogo": "x", "microsoft-azure-marketplace.wideLogo": "y"}),
            json!({}),
        ),
    );
    assert_eq!(Value::Object(offer), json!({"microsoft-azure-marketplace.wideLogo": "y"}));
}

#[test]
fn artifacts_are_hosted_and_signed_anew_on_each_put() {
    let logo = "microsoft-azure-marketplace.smallLogo";
    let sent = machine(
        json!({logo: "https://c.example/logo.png", "microsoft-azure-marketplace.privacyURL": "https://c.example/p"}),
        json!({"microsoft-azure-virtualmachines.vmImages": {"1.0.0": {"osVhdUrl": "https://c.example/d.vhd?sig=a"}}}),
    );
    let mut bench = Bench::rewriting(Rewrites::only([Rewrite::HostArtifacts]));
    bench.put(OFFER, None, &sent);
    let first = bench.get(OFFER);
    let address = first.json["definition"]["offer"][logo].as_str().unwrap().to_owned();
    assert!(address.starts_with(HOST) && address.contains("/logo.png?sv="), "{address}");
    assert_eq!(bench.get(OFFER).text, first.text, "the same until the next PUT");
    assert_eq!(first.json["definition"]["offer"]["microsoft-azure-marketplace.privacyURL"], "https://c.example/p");
    let disk = "/definition/plans/0/microsoft-azure-virtualmachines.vmImages/1.0.0/osVhdUrl";
    assert_eq!(first.json.pointer(disk).unwrap(), "https://c.example/d.vhd?sig=a");

    bench.put(OFFER, Some("*"), &first.json);
    let second = bench.get(OFFER).json["definition"]["offer"][logo].as_str().unwrap().to_owned();
    assert_ne!(second, address);
    assert_eq!(second.split('?').next(), address.split('?').next(), "the same file under another signature");
}

#[test]
fn artifacts_are_signed_anew_on_each_answer_in_one_reading() {
    let dialect = Dialect { artifact_signature: ArtifactSignature::PerAnswer, ..Dialect::default() };
    let mut bench = Bench::speaking(dialect);
    bench.put(
        OFFER,
        None,
        &machine(json!({"microsoft-azure-marketplace.smallLogo": "https://c.example/l.png"}), json!({})),
    );
    let (first, second) = (bench.get(OFFER), bench.get(OFFER));
    assert_ne!(first.text, second.text);
    assert_eq!(first.header("etag"), second.header("etag"));
}

#[test]
fn secrets_are_not_returned_and_must_be_given_each_time() {
    let lead = "microsoft-azure-marketplace.marketoLeadConfiguration";
    let sent = machine(json!({lead: {"serverId": "s", "clientSecret": "hush"}}), json!({}));
    let mut bench = Bench::rewriting(Rewrites::only([Rewrite::HideSecrets]));
    assert!(!bench.put(OFFER, None, &sent).text.contains("hush"));
    let read = bench.get(OFFER);
    assert_eq!(read.json["definition"]["offer"][lead], json!({"serverId": "s"}));
    let pointer = format!("/definition/offer/{lead}/clientSecret");
    assert_eq!(bench.service.given_secrets("contoso/firewall").collect::<Vec<_>>(), [pointer.as_str()]);
    assert_eq!(bench.service.secret_matches("contoso/firewall", &pointer, "hush"), Some(true));
    bench.put(OFFER, Some("*"), &read.json);
    assert_eq!(bench.service.given_secrets("contoso/firewall").count(), 0, "wiped by a PUT without it");
}

#[test]
fn a_secret_typed_into_the_portal_is_kept_and_not_shown() {
    let lead = "microsoft-azure-marketplace.marketoLeadConfiguration";
    let mut bench = Bench::new();
    bench.put(OFFER, None, &machine(json!({"a.password": "one", lead: {"serverId": "s"}}), json!({})));
    let place = format!("/definition/offer/{lead}");
    let edit = Edit::Set { pointer: place.clone(), value: json!({"serverId": "t", "clientSecret": "hush"}) };
    bench.service.edit("contoso/firewall", &edit).unwrap();
    let read = bench.get(OFFER);
    assert_eq!(read.json["definition"]["offer"][lead], json!({"serverId": "t"}));
    let secret = format!("{place}/clientSecret");
    assert_eq!(bench.service.secret_matches("contoso/firewall", &secret, "hush"), Some(true));
    let given: Vec<&str> = bench.service.given_secrets("contoso/firewall").collect();
    assert_eq!(given, ["/definition/offer/a.password", secret.as_str()]);
    bench.service.edit("contoso/firewall", &Edit::Remove { pointer: place }).unwrap();
    assert_eq!(bench.service.given_secrets("contoso/firewall").collect::<Vec<_>>(), ["/definition/offer/a.password"]);
}

#[test]
fn one_price_block_comes_back_as_two_and_two_stay_as_they_are() {
    let block = |price: u32| json!({"isByol": false, "coreMultiplier": {"currency": "USD", "single": price}});
    for (sent, old, new) in [
        (json!({"virtualMachinePricing": block(1)}), block(1), block(1)),
        (json!({"virtualMachinePricingV2": block(2)}), block(2), block(2)),
        (json!({"virtualMachinePricing": block(1), "virtualMachinePricingV2": block(2)}), block(1), block(2)),
    ] {
        let (_, plan) = after(Rewrite::MirrorPrices, &machine(json!({}), sent));
        assert_eq!((&plan["virtualMachinePricing"], &plan["virtualMachinePricingV2"]), (&old, &new));
    }
    let (_, plan) = after(Rewrite::MirrorPrices, &machine(json!({}), json!({})));
    assert_eq!(plan.len(), 1, "no price at all stays none");
}

#[test]
fn a_price_sheet_comes_back_evaluated() {
    let sheet = json!({"regions": ["US"], "virtualMachinePricing": {"spreadSheetPricing": {"uri": "https://c.example/p.xlsx"}}});
    let (_, plan) = after(Rewrite::EvaluatePriceSheets, &machine(json!({}), sheet));
    let block = &plan["virtualMachinePricing"];
    assert_eq!(block["spreadSheetPricing"]["uri"], "https://c.example/p.xlsx");
    assert_eq!(block["regionPrices"]["US"].as_object().unwrap().len(), 25);
}

#[test]
fn new_core_sizes_get_a_price() {
    let prices = json!({"virtualMachinePricing": {"coreMultiplier": {"currency": "USD", "individually": {"8core": 1, "36core": 2}}}});
    let (_, plan) = after(Rewrite::PriceNewCores, &machine(json!({}), prices));
    let names: Vec<&str> = plan["virtualMachinePricing"]["coreMultiplier"]["individually"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names, ["8core", "36core", "10core", "44core", "48core", "60core", "120core", "208core", "416core"]);
}

#[test]
fn all_prices_come_only_when_they_are_asked_for() {
    let mut bench = Bench::new();
    let prices =
        json!({"regions": ["US"], "virtualMachinePricing": {"coreMultiplier": {"currency": "USD", "single": 2}}});
    bench.put(OFFER, None, &machine(json!({}), prices));
    let price = "/definition/plans/0/virtualMachinePricingV2/regionPrices/US/8core";
    assert_eq!(bench.get(&format!("{OFFER}?includeAllPricing=true")).json.pointer(price), Some(&json!(16)));
    assert_eq!(bench.get(OFFER).json.pointer(price), None);
}

#[test]
fn empty_defaults_are_added_for_what_is_missing() {
    let (offer, plan) =
        after(Rewrite::EmptyDefaults, &machine(json!({"microsoft-azure-marketplace.categories": ["a"]}), json!({})));
    for (name, value) in [
        ("microsoft-azure-marketplace.categories", json!(["a"])),
        ("microsoft-azure-marketplace.tableLeadConfiguration", json!({})),
        ("microsoft-azure-marketplace.blobLeadConfiguration", json!({})),
        ("microsoft-azure-marketplace.salesForceLeadConfiguration", json!({})),
        ("microsoft-azure-marketplace.crmLeadConfiguration", json!({})),
        ("microsoft-azure-marketplace.httpsEndpointLeadConfiguration", json!({})),
        ("microsoft-azure-marketplace.marketoLeadConfiguration", json!({})),
        ("microsoft-azure-marketplace-testdrive.videos", json!([])),
    ] {
        assert_eq!(offer.get(name), Some(&value), "{name}");
    }
    assert_eq!(plan.get("microsoft-azure-virtualmachines.certificationsFairfax"), Some(&json!([])));
}

#[test]
fn values_are_added_for_what_is_missing() {
    let sent = machine(json!({}), json!({"microsoft-azure-virtualmachines.generation": "2"}));
    let (offer, plan) = after(Rewrite::ValueDefaults, &sent);
    for (name, value) in [
        ("microsoft-azure-marketplace.leadNotificationEmails", json!("")),
        ("microsoft-azure-marketplace.universalAmendmentTerms", json!("")),
        ("microsoft-azure-marketplace.customAmendments", Value::Null),
        ("microsoft-azure-marketplace-testdrive.enabled", json!(false)),
        ("microsoft-azure-marketplace-testdrive.description", Value::Null),
        ("microsoft-azure-marketplace-testdrive.userManual", json!("")),
        ("microsoft-azure-virtualmachines.managerContactEmail", json!("")),
        ("microsoft-azure-virtualmachines.gtmMaterials", json!("")),
    ] {
        assert_eq!(offer.get(name), Some(&value), "{name}");
    }
    for (name, value) in [
        ("legacyPlanId", json!("standard")),
        ("generation", json!("2")),
        ("supportsExtensions", json!(true)),
        ("allowOnlyManagedDiskDeployments", json!(true)),
        ("supportsAcceleratedNetworking", json!(false)),
        ("isLockedDown", json!(false)),
        ("patchOptions", json!({"supportsHotpatch": false})),
    ] {
        assert_eq!(plan.get(&format!("microsoft-azure-virtualmachines.{name}")), Some(&value), "{name}");
    }
}

#[test]
fn defaults_follow_the_offer_type() {
    let (offer, plan) = after(Rewrite::ValueDefaults, &document("microsoft-azure-applications", json!({}), json!({})));
    assert_eq!(offer.get("microsoft-azure-applications.gtmMaterials"), Some(&json!("")));
    assert_eq!(plan.len(), 1);
    let (offer, plan) = after(Rewrite::EmptyDefaults, &document("microsoft-azure-corevm", json!({}), json!({})));
    assert_eq!(offer.len(), 6, "core VMs do not use the marketplace's names");
    assert!(offer.keys().all(|name| name.starts_with("microsoft-azure-corevm.")));
    assert!(plan.contains_key("microsoft-azure-corevm.certificationsFairfax"));
    let (offer, plan) = after(Rewrite::EmptyDefaults, &document("contoso-unknown", json!({}), json!({})));
    assert_eq!((offer.len(), plan.len()), (0, 1), "an unknown type is left as it is");
}

#[test]
fn lists_that_mean_sets_come_back_in_another_order_which_then_stays() {
    let sizes = "microsoft-azure-virtualmachines.recommendedVMSizes";
    let sent = machine(json!({}), json!({"regions": ["NO", "DE", "US"], sizes: ["a9", "b1"], "openPorts": ["b", "a"]}));
    let (_, plan) = after(Rewrite::ReorderSets, &sent);
    assert_eq!(plan["regions"], json!(["DE", "NO", "US"]), "by the last letter");
    assert_eq!(plan[sizes], json!(["b1", "a9"]));
    assert_eq!(plan["openPorts"], json!(["b", "a"]), "a sequence stays one");
    let (_, again) = after(Rewrite::ReorderSets, &machine(json!({}), Value::Object(plan.clone())));
    assert_eq!(again[sizes], plan[sizes]);
}

#[test]
fn core_machines_come_back_with_keys_that_a_put_may_send_back_and_in_one_reading_must_not_hold() {
    let core = |offer: Value| document("microsoft-azure-corevm", offer, json!({}));
    let (offer, _) = after(Rewrite::AddLegacyKeys, &core(json!({})));
    assert_eq!(offer["microsoft-azure-corevm.legacyOfferId"], "firewall");
    assert_eq!(offer["microsoft-azure-corevm.legacyPublisherId"], "contoso");
    for (legacy_keys, sent_back, expected) in [
        (LegacyKeys::Unchanged, &["legacyOfferId", "legacyPublisherId"][..], 200),
        (LegacyKeys::Unchanged, &[], 200),
        (LegacyKeys::Refused, &["legacyOfferId", "legacyPublisherId"], 400),
        (LegacyKeys::Refused, &["legacyPublisherId"], 400),
        (LegacyKeys::Refused, &[], 200),
    ] {
        let mut bench = Bench::speaking(Dialect { legacy_keys, ..Dialect::default() });
        bench.put(OFFER, None, &core(json!({})));
        let mut read = bench.get(OFFER).json;
        let offer = read["definition"]["offer"].as_object_mut().unwrap();
        offer.retain(|key, _| key.rsplit('.').next().is_none_or(|name| sent_back.contains(&name)));
        assert_eq!(bench.put(OFFER, Some("*"), &read).status, expected, "{legacy_keys:?} {sent_back:?}");
        let after = &bench.get(OFFER).json["definition"]["offer"];
        assert_eq!(after["microsoft-azure-corevm.legacyOfferId"], "firewall", "it is there again");
    }
    let mut bench = Bench::new();
    bench.put(OFFER, None, &core(json!({})));
    let mut other = bench.get(OFFER).json;
    other["definition"]["offer"]["microsoft-azure-corevm.legacyOfferId"] = json!("another");
    assert_eq!(bench.put(OFFER, Some("*"), &other).status, 400, "nobody else sets it");
}

#[test]
fn all_rewrites_together_come_to_rest_after_one_round() {
    let sent = machine(
        json!({
            "microsoft-azure-marketplace.smallLogo": "https://c.example/l.png",
            "microsoft-azure-marketplace.heroLogo": "https://c.example/h.png",
            "number": 9_007_199_254_740_993_u64
        }),
        json!({
            "regions": ["US", "DE"],
            "microsoft-azure-virtualmachines.windowsOSType": "Other",
            "virtualMachinePricing": {"coreMultiplier": {"currency": "USD", "individually": {"1core": 1}}}
        }),
    );
    let mut bench = Bench::new();
    bench.put(OFFER, None, &sent);
    let unsigned = |bench: &mut Bench| {
        let mut read = bench.get(OFFER).json;
        let logo = &mut read["definition"]["offer"]["microsoft-azure-marketplace.smallLogo"];
        *logo = json!(logo.as_str().unwrap().split('?').next());
        read["definition"].clone()
    };
    let first = unsigned(&mut bench);
    let body = bench.get(OFFER);
    assert_eq!(bench.put(OFFER, body.header("etag"), &body.json).status, 200);
    assert_eq!(unsigned(&mut bench), first);
    assert_eq!(first["offer"]["number"].to_string(), "9007199254740993");
}

#[test]
fn a_migrated_offer_gets_the_other_address_and_tells_nobody() {
    let mut bench = Bench::new();
    let mut draft = document("contoso-sensors", json!({}), json!({}));
    draft["pcMigrationStatus"] = json!("migrated");
    draft["version"] = json!(7);
    draft["changedTime"] = json!("2020-01-02T03:04:05.0000006Z");
    let seed = SeedOffer { draft, preview: None, production: None, changed_by: "a test".into() };
    assert_eq!(bench.service.add_offer(seed).as_deref(), Some("contoso/firewall"));
    let read = bench.get(OFFER);
    assert_eq!((&read.json["pcMigrationStatus"], &read.json["version"]), (&json!("migrated"), &json!(7)));
    assert_eq!(read.header("etag"), Some("W/\"datetime'2020-01-02T03%3A04%3A05.0000006Z'\""));
    let started = bench.post(&format!("{OFFER}/publish"));
    let location = started.header("location").unwrap().replace("?api-version=2017-10-31", "");
    assert!(location.starts_with("/api/publishers/contoso/offers/firewall/operations/"));
    assert_eq!(bench.get(&location).json.get("notificationEmails"), None);
}
