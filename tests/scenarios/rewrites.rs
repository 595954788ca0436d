//! What the service makes of a document: known rewrites are no difference, and what is learned is only what was seen.

use offerform::apply::{Outcome, RemarkKind};
use offerform::offer::OfferAddress;
use offerform::plan::{Action, OfferPlan};
use offerform::simulator::{ArtifactSignature, Dialect, Edit, EtagPlace, Fault, Rewrite, Rewrites};
use serde_json::{Value, json};

use super::bench::{
    Bench, DECLARED, LONG_SUMMARY, SUMMARY, changes, edit_between, exit, live, nth, once, outcome, remarks,
};

const SMALL_LOGO: &str = "/definition/offer/microsoft-azure-marketplace.smallLogo";

/// An offer that the service has a lot to do with.
const RICH: &str = "\
publisherId: contoso
id: firewall
offerTypeId: microsoft-azure-virtualmachines
definition:
  displayText: Contoso Firewall
  offer:
    microsoft-azure-marketplace:
      title: Contoso Firewall
      summary: The declared summary
      smallLogo: https://assets.contoso.example/small.png
      heroLogo: https://assets.contoso.example/hero.png
      screenshots: [https://assets.contoso.example/one.png, https://assets.contoso.example/two.png]
  plans:
    - planId: standard
      regions: [US, DE, NO, SE]
      virtualMachinePricing:
        isByol: false
        coreMultiplier: { currency: USD, individually: { 1core: 0.1, 8core: 0.5, 40core: 2.5 } }
      microsoft-azure-virtualmachines.skuTitle: Standard
      microsoft-azure-virtualmachines.windowsOSType: WindowsServer2019
      microsoft-azure-virtualmachines.recommendedVMSizes: [d2s-standard-v3, b1s-standard]
    - planId: sheet
      regions: [US]
      virtualMachinePricing:
        isByol: false
        spreadSheetPricing: { uri: https://assets.contoso.example/prices.xlsx }
      microsoft-azure-virtualmachines.skuTitle: By the sheet
";

fn with_all_rewrites() -> Bench {
    Bench::playing(Dialect::default(), Rewrites::default())
}

fn without_offers() -> Bench {
    Bench::empty(Dialect::default(), Rewrites::default())
}

fn address() -> OfferAddress {
    OfferAddress::new("contoso", "firewall")
}

#[tokio::test]
async fn with_every_rewrite_a_plan_is_silent_after_an_apply() {
    for signature in [ArtifactSignature::PerPut, ArtifactSignature::PerAnswer] {
        for exists in [false, true] {
            let dialect = Dialect { artifact_signature: signature, ..Dialect::default() };
            let bench = Bench::empty(dialect, Rewrites::default());
            if exists {
                let mut never_published = live();
                never_published["version"] = json!(1);
                bench.has(never_published);
            }
            // The file leaves out the sheet: a SKU is added to it later.
            let report = bench.apply(RICH).await;
            assert_eq!(exit(&report), 0, "{signature:?} {exists}: {:?} {:?}", outcome(&report), remarks(&report));
            bench.is_silent(RICH).await;
            assert_eq!(bench.puts().len(), 1);
        }
    }
}

#[tokio::test]
async fn each_rewrite_alone_leaves_the_plan_silent() {
    for rewrite in Rewrite::ALL {
        let bench = Bench::empty(Dialect::default(), Rewrites::only([rewrite]));
        let report = bench.apply(RICH).await;
        assert_eq!(exit(&report), 0, "{rewrite:?}: {:?}", remarks(&report));
        bench.is_silent(RICH).await;
        bench.edit(SUMMARY, json!("By hand"));
        assert_eq!(changes(&bench.plan(RICH).await.offers()[0]), [format!("Replace {SUMMARY}")], "{rewrite:?}");
        let report = bench.apply(RICH).await;
        assert_eq!(exit(&report), 0, "{rewrite:?}: {:?}", remarks(&report));
        bench.is_silent(RICH).await;
    }
}

#[tokio::test]
async fn without_a_record_the_plan_after_an_apply_has_nothing_to_do_either() {
    let mut bench = without_offers();
    bench.apply(RICH).await;
    bench.forget();
    let plan = bench.plan(RICH).await;
    assert_eq!((plan.offers()[0].action(), changes(&plan.offers()[0])), (Action::None, Vec::new()));
    let undetermined = plan.offers()[0].notes().iter().filter(|note| note.code == "undetermined").count();
    assert!(undetermined > 0, "the artifacts cannot be compared, and the plan says so");
}

#[tokio::test]
async fn the_renamed_key_is_written_under_the_name_it_has_in_the_portal() {
    let bench = without_offers();
    bench.apply(RICH).await;
    let plan = "/definition/plans/0";
    let renamed = format!("{plan}/microsoft-azure-virtualmachines.osType");
    assert_eq!(bench.at(&renamed), "WindowsServer2019");
    let newer = RICH.replace("WindowsServer2019", "WindowsServer2022");
    let report = bench.apply(&newer).await;
    assert_eq!(exit(&report), 0, "{:?}", remarks(&report));
    let sent = bench.puts().pop().unwrap();
    assert_eq!(sent.at(&renamed), Some(&json!("WindowsServer2022")));
    assert_eq!(sent.at(&format!("{plan}/microsoft-azure-virtualmachines.windowsOSType")), None);
    assert_eq!(bench.at(&renamed), "WindowsServer2022");
    bench.is_silent(&newer).await;
}

#[tokio::test]
async fn the_two_price_blocks_never_contradict_each_other() {
    let bench = without_offers();
    bench.apply(RICH).await;
    let price = |block: &str| format!("/definition/plans/0/{block}/coreMultiplier/individually/8core");
    let dearer = RICH.replace("8core: 0.5", "8core: 0.6");
    let plan = bench.plan(&dearer).await;
    let named = |block: &str| format!("Replace /definition/plans/standard/{block}/coreMultiplier/individually/8core");
    assert_eq!(changes(&plan.offers()[0]), [named("virtualMachinePricing"), named("virtualMachinePricingV2")]);
    let report = bench.apply(&dearer).await;
    assert_eq!(exit(&report), 0, "{:?}", remarks(&report));
    let sent = bench.puts().pop().unwrap();
    for block in ["virtualMachinePricing", "virtualMachinePricingV2"] {
        assert_eq!(sent.at(&price(block)).map(ToString::to_string).as_deref(), Some("0.6"), "{block}");
        assert_eq!(bench.at(&price(block)).to_string(), "0.6", "{block}");
    }
    bench.is_silent(&dearer).await;
}

#[tokio::test]
async fn a_new_price_sheet_goes_without_the_prices_of_the_old_one() {
    let bench = without_offers();
    bench.apply(RICH).await;
    let prices = "/definition/plans/1/virtualMachinePricing/regionPrices";
    let old = bench.at(prices);
    assert!(old.get("US").is_some(), "the service has evaluated the sheet: {old}");
    let newer = RICH.replace("prices.xlsx", "prices-2.xlsx");
    let report = bench.apply(&newer).await;
    assert_eq!(exit(&report), 0, "{:?} {:?}", outcome(&report), remarks(&report));
    let sent = bench.puts().pop().unwrap();
    for block in ["virtualMachinePricing", "virtualMachinePricingV2"] {
        let at = format!("/definition/plans/1/{block}");
        assert_eq!(sent.at(&format!("{at}/regionPrices")), None, "{block}: prices of the old sheet beside the new one");
        assert_eq!(
            sent.at(&format!("{at}/spreadSheetPricing/uri")),
            Some(&json!("https://assets.contoso.example/prices-2.xlsx")),
            "{block}"
        );
    }
    assert_ne!(bench.at(prices), old);
    bench.is_silent(&newer).await;
}

#[tokio::test]
async fn markets_and_sheets_can_change_without_a_word_about_evaluated_prices() {
    let bench = without_offers();
    let wider = RICH.replace("regions: [US]", "regions: [US, DE]");
    for manifest in [RICH, &wider, RICH] {
        let report = bench.apply(manifest).await;
        assert_eq!(exit(&report), 0, "{:?} {:?}", outcome(&report), remarks(&report));
        bench.is_silent(manifest).await;
    }
}

/// What git says of the SKU that the portal prices by a sheet, which no file mentions.
fn priced(inside: &str, beside: &str) -> String {
    let one_way = |block: &str| format!("      {block}: {{ isByol: false, {inside} }}\n");
    let blocks = format!("{}{}", one_way("virtualMachinePricing"), one_way("virtualMachinePricingV2"));
    let sheet = "      virtualMachinePricing:\n        isByol: false\n        spreadSheetPricing: { uri: \
                 https://assets.contoso.example/prices.xlsx }\n";
    assert!(RICH.contains(sheet));
    format!("{}{beside}", RICH.replace(sheet, &blocks))
}

#[tokio::test]
async fn prices_given_in_another_way_take_the_place_of_a_sheet_that_no_file_mentions() {
    for (inside, prices, stays) in [
        ("regionPrices: { US: { 1core: 2 } }", "regionPrices", 2),
        ("coreMultiplier: { currency: USD, single: 0.3 }", "coreMultiplier", 0),
    ] {
        let mut bench = without_offers();
        bench.apply(RICH).await;
        bench.restart();
        let manifest = priced(inside, "");
        let plan = bench.plan(&manifest).await;
        let found = changes(&plan.offers()[0]);
        for block in ["virtualMachinePricing", "virtualMachinePricingV2"] {
            let removal = format!("Remove /definition/plans/sheet/{block}/spreadSheetPricing");
            assert!(found.contains(&removal), "{inside}: a reviewer sees it: {found:?}");
        }
        let report = bench.apply(&manifest).await;
        assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated), "{inside}: {:?}", remarks(&report));
        let sent = bench.puts().pop().unwrap();
        for block in ["virtualMachinePricing", "virtualMachinePricingV2"] {
            let at = |key: &str| sent.at(&format!("/definition/plans/1/{block}/{key}")).cloned();
            assert_eq!(at("spreadSheetPricing"), None, "{inside} {block}");
            // The other prices in the same way are what customers pay, and nobody asked to change them.
            let named = |size: &str| at("regionPrices").and_then(|prices| prices["US"].get(size).cloned());
            let sizes = ["1core", "2core"].into_iter().filter_map(named).count();
            assert_eq!(sizes, stays, "{inside} {block}");
            assert!(at(prices).is_some(), "{inside} {block}");
        }
        bench.is_silent(&manifest).await;
    }
}

#[tokio::test]
async fn a_price_for_each_size_takes_the_place_of_one_price_and_the_other_way_round() {
    let one = priced("coreMultiplier: { currency: USD, single: 0.3 }", "");
    let each = priced("coreMultiplier: { currency: USD, individually: { 1core: 0.1, 8core: 0.5 } }", "");
    let bench = without_offers();
    for manifest in [&one, &each, &one] {
        let report = bench.apply(manifest).await;
        assert_eq!(exit(&report), 0, "{:?} {:?}", outcome(&report), remarks(&report));
        let sent = bench.puts().pop().unwrap();
        let prices = sent.at("/definition/plans/1/virtualMachinePricing/coreMultiplier").unwrap();
        assert_eq!(prices.as_object().unwrap().len(), 2, "a currency and one way: {prices}");
        bench.is_silent(manifest).await;
    }
}

#[tokio::test]
async fn a_sheet_stays_if_the_prices_that_would_take_its_place_are_ignored() {
    let mut bench = without_offers();
    bench.apply(RICH).await;
    bench.restart();
    let ignore = "reconcile:\n  ignore: [/definition/plans/sheet/virtualMachinePricing/coreMultiplier, \
                  /definition/plans/sheet/virtualMachinePricingV2/coreMultiplier]\n";
    let manifest = priced("coreMultiplier: { currency: USD, single: 0.3 }", ignore);
    let plan = bench.plan(&manifest).await;
    assert!(plan.is_empty(), "{:?}", changes(&plan.offers()[0]));
    let newer = manifest.replace("By the sheet", "By a sheet");
    assert_eq!(exit(&bench.apply(&newer).await), 0);
    let sheet = "/definition/plans/1/virtualMachinePricing/spreadSheetPricing/uri";
    assert!(bench.puts().pop().unwrap().at(sheet).is_some_and(Value::is_string));
}

#[tokio::test]
async fn keys_of_core_machines_that_a_put_refuses_are_not_sent_back() {
    let manifest = "\
publisherId: contoso
id: images
offerTypeId: microsoft-azure-corevm
definition:
  offer: { microsoft-azure-corevm.title: Images }
  plans: [{ planId: twelve, microsoft-azure-corevm.skuTitle: Twelve }]
";
    let bench = without_offers();
    assert_eq!(exit(&bench.apply(manifest).await), 0);
    let live = bench.service().document("contoso/images").unwrap();
    let legacy = "/definition/offer/microsoft-azure-corevm.legacyOfferId";
    assert_eq!(live.pointer(legacy), Some(&json!("images")));
    let newer = manifest.replace("title: Images", "title: Pictures");
    let report = bench.apply(&newer).await;
    assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated), "{:?}", remarks(&report));
    assert_eq!(bench.puts().pop().unwrap().at(legacy), None);
    bench.is_silent(&newer).await;
}

/// What the changes of an offer show as its new values, each as JSON.
fn shown_values(offer: &OfferPlan) -> Vec<String> {
    let after = offer.changes().iter().filter_map(|planned| planned.change.after.as_ref());
    after.map(|after| after.value().to_string()).collect()
}

#[tokio::test]
async fn keys_of_core_machines_that_a_put_refuses_are_neither_shown_nor_sent_if_a_file_declares_them() {
    let manifest = "\
publisherId: contoso
id: images
offerTypeId: microsoft-azure-corevm
definition:
  offer: { microsoft-azure-corevm.title: Images, microsoft-azure-corevm.legacyOfferId: other }
  plans: [{ planId: twelve, microsoft-azure-corevm.skuTitle: Twelve }]
";
    let bench = without_offers();
    let legacy = "/definition/offer/microsoft-azure-corevm.legacyOfferId";
    let plan = bench.plan(manifest).await;
    let shown = shown_values(&plan.offers()[0]);
    assert!(shown.contains(&json!("Images").to_string()) && !shown.concat().contains("other"), "{shown:?}");
    assert_eq!(exit(&bench.run(manifest, plan, &[]).await), 0);
    assert_eq!(bench.puts().pop().unwrap().at(legacy), None, "created");
    bench.is_silent(manifest).await;

    // The whole mapping is one change where the portal has none.
    bench.service().edit("contoso/images", &Edit::Remove { pointer: "/definition/offer".to_owned() }).unwrap();
    let plan = bench.plan(manifest).await;
    let shown = shown_values(&plan.offers()[0]);
    assert!(shown.concat().contains("Images") && !shown.concat().contains("other"), "{shown:?}");
    assert_eq!(exit(&bench.run(manifest, plan, &[]).await), 0);
    assert_eq!(bench.puts().pop().unwrap().at(legacy), None, "updated");
}

#[tokio::test]
async fn an_artifact_that_cannot_be_compared_causes_no_write_and_goes_along_with_one() {
    let with_logo = DECLARED.replace(
        "    microsoft-azure-marketplace.title",
        "    microsoft-azure-marketplace.smallLogo: https://assets.contoso.example/small.png\n    microsoft-azure-marketplace.title",
    );
    let bench = with_all_rewrites();
    bench.edit(SMALL_LOGO, json!("https://marketplace-artifacts.sandbox.example/contoso/firewall/abc/small.png"));
    bench.edit(SUMMARY, json!("The declared summary"));
    let plan = bench.plan(&with_logo).await;
    assert_eq!(plan.offers()[0].action(), Action::None);
    assert_eq!(plan.offers()[0].changes().len(), 1, "it is shown");
    let report = bench.run(&with_logo, plan, &[]).await;
    assert_eq!((exit(&report), outcome(&report), bench.puts().len()), (0, &Outcome::Unchanged, 0));

    bench.edit(SUMMARY, json!("By hand"));
    let report = bench.apply(&with_logo).await;
    assert_eq!(exit(&report), 0, "{:?}", remarks(&report));
    assert_eq!(
        bench.puts()[0].at(SMALL_LOGO),
        Some(&json!("https://assets.contoso.example/small.png")),
        "what is declared is sent along"
    );
    let plan = bench.plan(&with_logo).await;
    assert_eq!(plan.offers()[0].changes().len(), 0, "now it is known what the service makes of it");
}

#[tokio::test]
async fn a_value_that_was_ignored_is_reported_and_never_learned() {
    let bench = with_all_rewrites();
    // Applied once, so that it is known what the portal's value was made of.
    bench.apply(&DECLARED.replace("The declared summary", "Edited by hand")).await;
    bench.twist(|body| body["definition"]["offer"]["microsoft-azure-marketplace.summary"] = json!("Edited by hand"));
    for _ in 0..2 {
        let report = bench.apply(DECLARED).await;
        assert_eq!((exit(&report), outcome(&report)), (1, &Outcome::Incomplete));
        assert_eq!(remarks(&report), [(RemarkKind::NotApplied, SUMMARY)]);
        assert_eq!(changes(&bench.plan(DECLARED).await.offers()[0]), [format!("Replace {SUMMARY}")]);
    }
}

#[tokio::test]
async fn a_lost_record_is_learned_anew_by_the_next_apply() {
    let declared = DECLARED.replace("The declared summary", "One line<br>and another");
    let tidied = |body: &mut Value| {
        let summary = &mut body["definition"]["offer"]["microsoft-azure-marketplace.summary"];
        *summary = json!(summary.as_str().unwrap().replace("<br>", "<br />"));
    };
    let mut bench = Bench::new();
    bench.twist(tidied);
    let report = bench.apply(&declared).await;
    assert_eq!((exit(&report), remarks(&report)), (0, vec![(RemarkKind::Rewritten, SUMMARY)]));
    for _ in 0..3 {
        // Deleted, never written because the process died after its PUT, or on another machine: it is the same.
        bench.forget();
        assert_eq!(changes(&bench.plan(&declared).await.offers()[0]), [format!("Replace {SUMMARY}")]);
        bench.twist(tidied);
        let report = bench.apply(&declared).await;
        assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated), "{:?}", report.offers[0].remarks);
        assert_eq!(remarks(&report), [(RemarkKind::Rewritten, SUMMARY)]);
        bench.is_silent(&declared).await;
        assert_eq!(bench.at(SUMMARY), "One line<br />and another");
    }
}

/// Declares a key that the service does not store.
const WITH_A_KEY: &str = "    contoso.note: A note of ours\n    microsoft-azure-marketplace.title";

fn in_other_words(body: &mut Value) {
    body["definition"]["offer"]["microsoft-azure-marketplace.summary"] = json!("The sanitised summary");
}

fn without_the_key(body: &mut Value) {
    body["definition"]["offer"].as_object_mut().unwrap().shift_remove("contoso.note");
}

#[tokio::test]
async fn after_a_loss_any_rewrite_is_told_once_and_then_known() {
    let with_the_key = DECLARED.replace("    microsoft-azure-marketplace.title", WITH_A_KEY);
    for (declared, twist, path) in [
        (DECLARED, in_other_words as fn(&mut Value), SUMMARY),
        (&with_the_key, without_the_key, "/definition/offer/contoso.note"),
    ] {
        let mut bench = Bench::new();
        bench.twist(twist);
        let report = bench.apply(declared).await;
        assert_eq!((exit(&report), remarks(&report)), (0, vec![(RemarkKind::Rewritten, path)]));
        bench.is_silent(declared).await;
        let is_so = bench.at(path);
        for _ in 0..3 {
            bench.forget();
            let report = bench.apply(declared).await;
            assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated), "{path}");
            assert_eq!(remarks(&report), [(RemarkKind::Rewritten, path)]);
            bench.is_silent(declared).await;
            assert_eq!(bench.at(path), is_so);
        }
    }
}

#[tokio::test]
async fn a_key_that_the_service_does_not_store_is_told_once() {
    let with_the_key = DECLARED.replace("    microsoft-azure-marketplace.title", WITH_A_KEY);
    let bench = Bench::new();
    assert_eq!(exit(&bench.apply(DECLARED).await), 0);
    bench.twist(without_the_key);
    let report = bench.apply(&with_the_key).await;
    assert_eq!(remarks(&report), [(RemarkKind::Rewritten, "/definition/offer/contoso.note")]);
    bench.is_silent(&with_the_key).await;
    // Another value of it is nothing that the service has stored before: it is told again.
    let other = with_the_key.replace("A note of ours", "Another note of ours");
    let report = bench.apply(&other).await;
    assert_eq!((exit(&report), outcome(&report)), (1, &Outcome::Incomplete));
    assert_eq!(remarks(&report), [(RemarkKind::NotApplied, "/definition/offer/contoso.note")]);
}

#[tokio::test]
async fn an_ignored_logo_is_not_taken_for_a_rewritten_one_because_its_signature_is_new() {
    let bench = without_offers();
    bench.apply(RICH).await;
    let before = bench.at(SMALL_LOGO);
    bench.twist(|body| {
        let old = "https://assets.contoso.example/small.png";
        body["definition"]["offer"]["microsoft-azure-marketplace.smallLogo"] = json!(old);
    });
    let newer = RICH.replace("small.png", "small-2.png");
    let report = bench.apply(&newer).await;
    let bare = |url: &Value| url.as_str().unwrap().split('?').next().unwrap().to_owned();
    assert_eq!(bare(&bench.at(SMALL_LOGO)), bare(&before));
    assert_ne!(bench.at(SMALL_LOGO), before, "under a new signature");
    assert_eq!((exit(&report), outcome(&report)), (1, &Outcome::Incomplete));
    assert_eq!(remarks(&report), [(RemarkKind::NotApplied, SMALL_LOGO)]);
    assert_eq!(changes(&bench.plan(&newer).await.offers()[0]), [format!("Replace {SMALL_LOGO}")]);
}

#[tokio::test]
async fn a_rewrite_is_learned_once_and_an_edit_on_top_of_it_is_seen() {
    let bench = Bench::new();
    bench.twist(|body| {
        body["definition"]["offer"]["microsoft-azure-marketplace.summary"] = json!("The sanitised summary");
    });
    let report = bench.apply(DECLARED).await;
    assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated));
    assert_eq!(remarks(&report), [(RemarkKind::Rewritten, SUMMARY)]);
    bench.is_silent(DECLARED).await;
    bench.edit(SUMMARY, json!("The sanitized summary"));
    assert_eq!(changes(&bench.plan(DECLARED).await.offers()[0]), [format!("Replace {SUMMARY}")]);
    bench.edit(SUMMARY, json!("The sanitised summary"));
    bench.is_silent(DECLARED).await;
    let newer = DECLARED.replace("The declared summary", "A newer summary");
    assert_eq!(changes(&bench.plan(&newer).await.offers()[0]), [format!("Replace {SUMMARY}")]);
}

#[tokio::test]
async fn nothing_is_learned_from_a_read_that_shows_another_revision() {
    let bench = Bench::new();
    bench.faults(vec![nth("GET", 3, edit_between(SUMMARY, json!("Somebody's summary")))]);
    bench.apply(DECLARED).await;
    assert!(bench.all_faults_fired());
    assert!(bench.memory.rewrites(&address()).is_empty());

    // Nor if the answer to the write names no revision.
    let dialect = Dialect { etag_on_put: EtagPlace::Nowhere, ..Dialect::default() };
    let bench = Bench::playing(dialect, Rewrites::none());
    bench.twist(|body| {
        body["definition"]["offer"]["microsoft-azure-marketplace.summary"] = json!("The sanitised summary");
    });
    let report = bench.apply(DECLARED).await;
    assert_eq!(remarks(&report), [(RemarkKind::NotVerified, SUMMARY)]);
    assert!(bench.memory.rewrites(&address()).is_empty());
}

#[tokio::test]
async fn a_short_rewrite_is_remembered_with_what_was_applied() {
    let short = DECLARED.replace("The declared summary", "Short");
    let bench = Bench::new();
    bench.twist(|body| body["definition"]["offer"]["microsoft-azure-marketplace.summary"] = json!("short"));
    let report = bench.apply(&short).await;
    assert_eq!(remarks(&report), [(RemarkKind::Rewritten, SUMMARY)]);
    assert!(bench.memory.rewrites(&address()).is_empty(), "too short for a hash of its own");
    bench.is_silent(&short).await;
}

#[tokio::test]
async fn a_removal_that_the_service_answers_with_a_text_of_its_own_is_remembered() {
    let manifest = DECLARED.replace(
        "    microsoft-azure-marketplace.title",
        "    microsoft-azure-marketplace.longSummary: null\n    microsoft-azure-marketplace.title",
    );
    let bench = Bench::new();
    bench.twist(|body| body["definition"]["offer"]["microsoft-azure-marketplace.longSummary"] = json!("To be written"));
    let report = bench.apply(&manifest).await;
    assert_eq!(remarks(&report), [(RemarkKind::Rewritten, LONG_SUMMARY)]);
    bench.is_silent(&manifest).await;
    bench.edit(LONG_SUMMARY, json!("Written by hand"));
    assert_eq!(changes(&bench.plan(&manifest).await.offers()[0]), [format!("Remove {LONG_SUMMARY}")]);
}

#[tokio::test]
async fn a_hosted_file_that_no_file_declares_is_not_called_lost_when_its_signature_is_renewed() {
    let dialect = Dialect { artifact_signature: ArtifactSignature::PerAnswer, ..Dialect::default() };
    let bench = Bench::playing(dialect, Rewrites::default());
    // A key that no table knows, with an address that the service hosts and signs.
    let hosted = "https://marketplace-artifacts.sandbox.example/contoso/firewall/abc/extra.pdf";
    bench.edit("/definition/offer/contoso.datasheet", json!(hosted));
    bench.twist(|body| {
        let hosted = "https://marketplace-artifacts.sandbox.example/contoso/firewall/abc/extra.pdf";
        body["definition"]["offer"]["contoso.datasheet"] = json!(hosted);
    });
    let report = bench.apply(DECLARED).await;
    assert_eq!((exit(&report), remarks(&report)), (0, Vec::new()), "{:?}", outcome(&report));
}

#[tokio::test]
async fn rewrites_are_told_from_edits_when_an_answer_is_lost_or_somebody_is_faster() {
    let newer = RICH.replace("The declared summary", "A newer summary");
    for fault in [
        Fault::LoseAnswer,
        Fault::LoseRequest,
        Fault::Truncate { keep: 100 },
        edit_between(LONG_SUMMARY, json!("Meanwhile")),
    ] {
        // The create, if there is something to collide with.
        if !matches!(fault, Fault::EditBetween { .. }) {
            let bench = without_offers();
            bench.faults(vec![once("PUT", fault.clone())]);
            let report = bench.apply(RICH).await;
            assert!(bench.all_faults_fired());
            assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Created), "{fault:?}: {:?}", remarks(&report));
            bench.is_silent(RICH).await;
        }
        // And an update, by somebody with the record and by somebody without.
        for forgets in [false, true] {
            let mut bench = without_offers();
            bench.apply(RICH).await;
            if forgets {
                bench.forget();
            }
            bench.faults(vec![once("PUT", fault.clone())]);
            let report = bench.apply(&newer).await;
            assert!(bench.all_faults_fired());
            assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated), "{fault:?}: {:?}", remarks(&report));
            assert_eq!(bench.at(SUMMARY), "A newer summary");
            bench.is_silent(&newer).await;
        }
    }
}
