//! The table of prices.

use super::*;

macro_rules! pricing {
    ($rest:literal) => {
        concat!("/resources/plans/0/price-and-availability-plan/pricing", $rest)
    };
}

#[test]
fn prices_are_listed_in_the_words_of_the_service() {
    let of = |document: &Value, plan: usize| {
        let prices = prices_of(&document["resources"]["plans"][plan]).into_iter().map(|price| {
            let parts = [price.market, Some(price.unit), price.currency, Some(price.amount.to_string())];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        });
        prices.collect::<Vec<_>>()
    };
    assert_eq!(of(&virtual_machine(), 0), ["1core 0.1", "2core 0.2"]);
    assert_eq!(of(&virtual_machine(), 1), [""; 0]);
    assert_eq!(of(&core_virtual_machine(), 0), ["perCore 0.05"]);
    assert_eq!(of(&container(), 0), ["systemMeterPricing 0.02"]);
    assert_eq!(
        of(&saas(), 0),
        ["customMeters messages 0.01", "recurrentPrice 1 month 49", "recurrentPrice 1 year 490"]
    );
    assert_eq!(of(&saas(), 1), ["no recurrentPrice 1 month nok 50", "us recurrentPrice 1 month usd 5"]);
}

#[test]
fn a_price_that_changes_is_shown_with_what_it_is_the_price_of() {
    let details = |document: &Value, edits: Edits| {
        let after = edited(document.clone(), edits);
        let guards = written(&is(document), document, &after).guards;
        guards.into_iter().map(|guard| format!("{}: {}", guard.code, guard.detail)).collect::<Vec<_>>()
    };
    assert_eq!(
        details(&saas(), &[(pricing!("/recurrentPrice/prices/0/pricePerPaymentInUsd"), "98")]),
        ["price-raised: recurrentPrice 1 month 49 -> 98 (+100.0 %)"]
    );
    assert_eq!(
        details(&saas(), &[(pricing!("/customMeters/meters/messages/includedQuantities/0/quantity"), "50")]),
        ["price-raised: includedQuantities messages 1 month 100 -> 50 (-50.0 %)"]
    );
    assert_eq!(details(&saas(), &[(pricing!("/recurrentPrice/recurrentPriceMode"), r#""perUser""#)]).len(), 1);
    assert!(details(&saas(), &[(pricing!(""), r#""dear""#)]).iter().any(|text| text.starts_with("price")));
}
