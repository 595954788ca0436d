//! Every guard with a change that trips it and one that does not, written by hand.

#[macro_use]
mod cases;
mod closed;
mod decoys;
mod ingestion;
mod releases;
mod rows;

use std::sync::Arc;

use serde_json::{Value, json};

use cases::{CASES, Case, Edits, IMAGE, OTHER_IMAGE, TITLE, edited, virtual_machine};

use super::{GuardKind, KINDS, Level, Publication, Remedy, Scope};
use crate::backend::Production;
use crate::desired;
use crate::manifest::tests::OneVariable;
use crate::offer::{Document, Revision};
use crate::plan::{self, Inputs, Live, OfferPlan, Plan};
use crate::record::Rewrites;
use crate::secret::{NoSecrets, SecretSource};
use crate::source::MemoryTree;

/// The plan that makes `live` what `desired` says.
fn plan(desired: &Value, live: &Value) -> OfferPlan {
    plan_with(desired, live, &NoSecrets)
}

/// A document as the service has it, which knows no marks.
fn published_as(document: Value) -> Value {
    declared(document)
}

fn plan_with(desired: &Value, live: &Value, secrets: &dyn SecretSource) -> OfferPlan {
    let tree = MemoryTree::default().with("a.json", desired.to_string());
    let mut loaded = desired::load(&tree, &["a.json".to_owned()], &OneVariable);
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    let desired = Arc::new(loaded.desired.remove(0));
    let live = Live { document: Arc::new(Document::new(live.clone())), revision: Some(Revision::new("one")) };
    let rewrites = Rewrites::default();
    let inputs = Inputs { live: Some(live), ..Inputs::of(desired, &loaded.sources, &rewrites, secrets) };
    plan::build(&inputs).unwrap().plan().unwrap()
}

/// The plan with the guards that it has if customers have `production`.
fn knowing(mut plan: OfferPlan, production: Production) -> OfferPlan {
    plan.know(production);
    plan
}

fn is(document: &Value) -> Production {
    Production::Is(Arc::new(Document::new(document.clone())))
}

impl Case {
    fn live(&self) -> Value {
        edited((self.document)(), self.given)
    }

    fn plan(&self, edits: Edits) -> OfferPlan {
        self.plan_from(edits, &self.live())
    }

    fn plan_from(&self, edits: Edits, live: &Value) -> OfferPlan {
        let plan = plan(&declared(edited(self.live(), edits)), live);
        assert!(plan.put.is_some(), "{}: nothing would be written", self.code);
        plan
    }

    fn trips(&self, plan: &OfferPlan) -> bool {
        plan.guards.iter().any(|guard| guard.code == self.code && guard.target == self.target)
    }

    fn is_noted(&self, plan: &OfferPlan) -> bool {
        plan.notes.iter().any(|note| note.code == self.code && note.text.starts_with(self.target))
    }

    fn kind(&self) -> &'static GuardKind {
        GuardKind::of(self.code).unwrap()
    }
}

/// A document as a file declares it: a member that is to be left out is marked.
fn declared(mut document: Value) -> Value {
    if let Some(sku) = document.pointer_mut("/definition/plans/0").and_then(Value::as_object_mut) {
        sku.retain(|_, value| value != "omitted");
    }
    document
}

fn codes(plan: &OfferPlan) -> Vec<String> {
    plan.guards.iter().map(super::Guard::name).collect()
}

#[test]
fn every_guard_is_tripped_by_a_change_of_what_is_published_and_not_by_another() {
    for case in CASES {
        let production = is(&case.live());
        let tripped = knowing(case.plan(case.trips), production.clone());
        assert!(case.trips(&tripped), "{}: {:?}", case.code, codes(&tripped));
        let rested = knowing(case.plan(case.rests), production);
        assert!(rested.guards.iter().all(|guard| guard.code != case.code), "{}: {:?}", case.code, codes(&rested));
    }
}

#[test]
fn no_guard_is_without_a_case() {
    let missing: Vec<&str> = KINDS
        .iter()
        .filter(|kind| kind.scope != Scope::Ingestion)
        .map(|kind| kind.code)
        // They are tested elsewhere: with its history, with the limit of a whole plan, and with releases.
        .filter(|code| {
            !["sku-id-reused", "too-many-changes", "production-unreadable", "skus-not-comparable"].contains(code)
                && CASES.iter().all(|case| case.code != *code)
        })
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn what_is_not_known_to_be_published_counts_as_published_and_is_worth_a_look() {
    for case in CASES {
        let plan = case.plan(case.trips);
        assert!(case.trips(&plan), "{}: {:?}", case.code, codes(&plan));
        if case.kind().publication == Publication::Matters {
            assert!(plan.hinges_on_production, "{}", case.code);
        }
        let unknown = knowing(plan, Production::Unknown);
        assert!(case.trips(&unknown) && !unknown.hinges_on_production, "{}", case.code);
    }
}

#[test]
fn what_was_never_published_is_only_noted() {
    for case in CASES {
        let matters = case.kind().publication == Publication::Matters;
        let mut draft = case.live();
        draft["status"] = json!("NeverPublished");
        let by_status = case.plan_from(case.trips, &draft);
        assert!(!matters || by_status.hinges_on_production, "{}: the draft alone does not settle it", case.code);
        for plan in [by_status, knowing(case.plan(case.trips), Production::Absent)] {
            assert_eq!(case.trips(&plan), !matters, "{}: {:?}", case.code, codes(&plan));
            assert_eq!(case.is_noted(&plan), matters, "{}: {:?}", case.code, plan.notes);
        }
    }
}

#[test]
fn a_guard_is_allowed_by_code_and_target_unless_its_sources_agree_that_it_cannot_be() {
    for case in CASES {
        let plan = knowing(case.plan(case.trips), is(&case.live()));
        let judged = |allowance: &str| {
            let plan = plan::allow(Plan::new(vec![plan.clone()]), &[allowance.parse().unwrap()]);
            let guards = plan.offers()[0].guards.clone();
            guards.into_iter().find(|guard| guard.code == case.code && guard.target == case.target).unwrap()
        };
        let allowed = judged(&format!("{}:{}", case.code, case.target));
        let expected = case.kind().remedy();
        assert_eq!(allowed.allowed, expected == Remedy::Allow, "{}", case.code);
        assert_eq!(allowed.refuses(), expected == Remedy::None, "{}", case.code);
        let elsewhere = judged(&format!("{}:{}x", case.code, case.target));
        assert_eq!(elsewhere.refuses(), expected != Remedy::NotNeeded, "{}: another target", case.code);
    }
}

#[test]
fn only_settled_blocks_cannot_be_allowed_and_only_times_need_not_be() {
    let cannot = ["price-raised", "price-lowered", "price-sheet-changed", "sku-renamed", "sell-through-changed"];
    for kind in KINDS {
        let expected = match kind.level {
            Level::Time => Remedy::NotNeeded,
            Level::Block if !cannot.contains(&kind.code) => Remedy::None,
            _ => Remedy::Allow,
        };
        assert_eq!(kind.remedy(), expected, "{}", kind.code);
    }
}

/// The guards of a plan from the draft `live` to `desired` while customers have `production`.
fn between(production: &Value, live: &Value, desired: &Value) -> Vec<String> {
    codes(&knowing(plan(desired, live), is(production)))
}

#[test]
fn an_id_that_customers_have_is_reused_only_for_what_they_have() {
    let (published, other) = (virtual_machine(), json!({"planId": "standard", "regions": ["SE"], "x": 1}));
    let mut without = virtual_machine();
    without["definition"]["plans"].as_array_mut().unwrap().remove(0);
    let mut reused = virtual_machine();
    reused["definition"]["plans"][0] = other;
    let found = between(&published, &without, &reused);
    assert!(found.contains(&"sku-id-reused:contoso/firewall/standard".to_owned()), "{found:?}");
    assert_eq!(between(&published, &without, &published), [""; 0], "a SKU that comes back as it was");
    assert!(plan(&reused, &without).hinges_on_production, "only what customers have can tell");
    assert_eq!(codes(&plan(&reused, &without)), [""; 0], "not known, so it is a new SKU");
}

#[test]
fn what_the_plan_does_not_touch_trips_nothing_and_what_leads_back_does_no_harm() {
    const RAISED: Edits = &[(below!(CORES "/1core"), "0.3"), (below!(SKU "/regions"), r#"["US"]"#)];
    let published = virtual_machine();
    let draft = edited(virtual_machine(), RAISED);
    let also = edited(draft.clone(), TITLE);
    assert_eq!(between(&published, &draft, &also), [""; 0], "somebody else raised the price in the draft");
    assert_eq!(between(&published, &draft, &published), [""; 0], "back to what customers have");
    let half = edited(draft.clone(), &[(below!(CORES "/1core"), "0.2")]);
    assert_eq!(
        between(&published, &draft, &half),
        ["price-raised:contoso/firewall/standard"],
        "lower than the draft, higher than what customers pay"
    );
}

#[test]
fn a_draft_version_that_nobody_has_may_change_and_go() {
    let published = virtual_machine();
    let draft = edited(virtual_machine(), &[(below!(IMAGES "/1.11.0"), IMAGE)]);
    let again = edited(draft.clone(), &[(below!(IMAGES "/1.11.0"), OTHER_IMAGE)]);
    assert_eq!(between(&published, &draft, &again), [""; 0]);
    let gone = edited(draft.clone(), &[(below!(IMAGES "/1.11.0"), "null")]);
    assert_eq!(between(&published, &draft, &gone), [""; 0]);
    let second = edited(draft.clone(), &[(below!(IMAGES "/1.12.0"), OTHER_IMAGE)]);
    assert_eq!(between(&published, &draft, &second), ["several-new-images:contoso/firewall/standard"]);
    assert!(plan(&second, &draft).hinges_on_production, "it takes a look at production to see that");
}

#[test]
fn a_renewed_signature_is_no_other_image() {
    let signed = edited(
        virtual_machine(),
        &[(below!(IMAGES "/1.10.0/osVhdUrl"), r#""https://disks.example/1.10.0.vhd?sv=1&sig=new""#)],
    );
    let titled = edited(virtual_machine(), TITLE);
    assert_eq!(between(&signed, &signed, &titled), [""; 0]);
}

#[test]
fn details_name_what_is_lost() {
    let published = virtual_machine();
    let mut desired = virtual_machine();
    desired["definition"]["plans"][0]["regions"] = json!([]);
    let plan = knowing(plan(&desired, &published), is(&published));
    let details: Vec<&str> = plan.guards.iter().map(|guard| guard.detail.as_str()).collect();
    assert_eq!(details, ["2 of 2 markets lost: NO, US", "2 of 2 markets lost: NO, US"]);
    assert_eq!(
        codes(&plan),
        ["market-removal:contoso/firewall/standard/NO", "market-removal:contoso/firewall/standard/US"]
    );
}

#[test]
fn the_table_of_prices_has_each_price_once() {
    let mut published = virtual_machine();
    let block = published["definition"]["plans"][0]["virtualMachinePricing"].clone();
    published["definition"]["plans"][0]["virtualMachinePricingV2"] = block;
    let mut desired = published.clone();
    desired["definition"]["plans"][0].as_object_mut().unwrap().remove("virtualMachinePricingV2");
    let desired = edited(desired, &[(below!(CORES "/1core"), "0.15"), (below!(CORES "/2core"), "null")]);
    let plan = knowing(plan(&desired, &published), is(&published));
    let rows: Vec<String> = plan
        .prices
        .iter()
        .map(|price| {
            let number =
                |price: &Option<serde_json::Number>| price.as_ref().map_or("-".to_owned(), ToString::to_string);
            let (before, after) = (number(&price.before), number(&price.after));
            format!("{} {} {before} {after} {}", price.sku, price.unit, price.remark())
        })
        .collect();
    assert_eq!(rows, ["standard 1core 0.1 0.15 +50.0 % (price-raised)", "standard 2core 0.2 - "]);
    assert_eq!(
        codes(&plan),
        ["price-raised:contoso/firewall/standard", "core-sizes-missing:contoso/firewall/standard"]
    );
    assert_eq!(plan.guards[0].detail, "1core 0.1 -> 0.15 (+50.0 %)");
}
