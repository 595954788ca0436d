//! The listing of an offer of the Product Ingestion API in the shape that the Cloud Partner Portal API has, for whoever shows it.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::layout::{
    DESCRIPTION, HERO_LOGO, LARGE_LOGO, LONG_SUMMARY, Layout, MEDIUM_LOGO, PLAN_ID, REGIONS, SKU_SUMMARY, SKU_TITLE,
    SMALL_LOGO, SUMMARY, TITLE, WIDE_LOGO,
};
use super::part::{DEFINITION, OFFER, SKUS};
use super::resource::{PLANS, RESOURCES};
use super::{Api, OfferTypeId};

/// The language that is shown if there are several.
const LANGUAGE: &str = "en-us";

/// The members of a document that a listing shows: a document of the Cloud Partner Portal API as it is, and the other one's listing under
/// the keys of `layout`. Prices, markets and everything else of a plan stay as they are.
#[must_use]
pub fn shown<'a>(offer_type: &OfferTypeId, document: &'a Value) -> (Layout, Cow<'a, Value>) {
    if offer_type.api() == Api::CloudPartnerPortal {
        return (Layout::of_document(offer_type, document), Cow::Borrowed(document));
    }
    let layout = Layout::of(&OfferTypeId::new(offer_type.as_str()));
    let nothing = Value::Null;
    let resources = document.get(RESOURCES).unwrap_or(&nothing);
    let listing = in_language(resources.get("listing"));
    let mut offer = Map::new();
    let texts = [
        (TITLE, "title"),
        (SUMMARY, "searchResultSummary"),
        (LONG_SUMMARY, "shortDescription"),
        (DESCRIPTION, "description"),
    ];
    for (field, name) in texts {
        if let Some(text) = listing.and_then(|listing| listing.get(name)) {
            offer.insert(layout.key(field).into_owned(), text.clone());
        }
    }
    let logos = [
        (SMALL_LOGO, "azureLogoSmall"),
        (MEDIUM_LOGO, "azureLogoMedium"),
        (LARGE_LOGO, "azureLogoLarge"),
        (WIDE_LOGO, "azureLogoWide"),
        (HERO_LOGO, "azureLogoHero"),
    ];
    let assets = in_language(resources.get("listing-asset")).and_then(Value::as_array);
    for (field, name) in logos {
        let logo = assets.into_iter().flatten().find(|asset| asset.get("type").and_then(Value::as_str) == Some(name));
        if let Some(url) = logo.and_then(|logo| logo.get("url")) {
            offer.insert(layout.key(field).into_owned(), url.clone());
        }
    }
    let plans = resources.get(PLANS).and_then(Value::as_array).into_iter().flatten();
    let plans: Vec<Value> = plans.map(|plan| sku(&layout, plan)).collect();
    (layout, Cow::Owned(json!({ DEFINITION: { OFFER: offer, SKUS: plans } })))
}

fn sku(layout: &Layout, plan: &Value) -> Value {
    let listing = in_language(plan.get("plan-listing"));
    let text = |name: &str| listing.and_then(|listing| listing.get(name)).cloned();
    let availability = plan.get("price-and-availability-plan");
    let members = [
        (PLAN_ID.into(), plan.get(PLAN_ID).cloned()),
        (layout.key(SKU_TITLE), text("name").or_else(|| plan.pointer("/plan/alias").cloned())),
        (layout.key(SKU_SUMMARY), text("summary")),
        (layout.key(REGIONS), availability.and_then(|availability| availability.get("markets")).cloned()),
        ("price-and-availability-plan".into(), availability.cloned()),
    ];
    let members = members.into_iter().filter_map(|(key, value)| Some((key.into_owned(), value?)));
    Value::Object(members.collect())
}

/// What is said in the language that is shown: in English, or else in the first one.
fn in_language(languages: Option<&Value>) -> Option<&Value> {
    let languages = languages?.as_object()?;
    languages.get(LANGUAGE).or_else(|| languages.values().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_shown_in_english_if_there_is_any() {
        let document = json!({"api": "product-ingestion", "type": "azureContainer", "resources": {
            "listing": {"de-de": {"title": "Auf Deutsch"}, "en-us": {"title": "In English", "searchResultSummary": "Short"}},
            "listing-asset": {"en-us": [{"type": "azureLogoSmall", "url": "https://c.example/48.png"}]},
            "plans": [{"planId": "a", "plan": {"alias": "A"}, "price-and-availability-plan": {"markets": ["us"]}}],
        }});
        let (layout, shown) = shown(&OfferTypeId::of(Api::ProductIngestion, "azureContainer"), &document);
        let offer = super::super::layout::offer(&shown).unwrap();
        assert_eq!(layout.get(offer, TITLE), Some(&json!("In English")));
        assert_eq!(layout.get(offer, SUMMARY), Some(&json!("Short")));
        assert_eq!(layout.get(offer, SMALL_LOGO), Some(&json!("https://c.example/48.png")));
        let plan = &super::super::layout::skus(&shown).unwrap()[0];
        assert_eq!((layout.get(plan, SKU_TITLE), layout.get(plan, REGIONS)), (Some(&json!("A")), Some(&json!(["us"]))));
    }
}
