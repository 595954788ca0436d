//! Offers of a wanted size, the same on every run.

use serde_json::{Map, Value, json};

const VM: &str = "microsoft-azure-virtualmachines";
const MARKETPLACE: &str = "microsoft-azure-marketplace";
/// Markets, so that offers are as the rules want them.
const REGIONS: &str = "AD AE AF AL AM AO AR AT AU AZ BA BB BD BE BG BH BM BN BO BR BW BY BZ CA CH CI CL CM CN CO CR CV CW CY CZ DE DK \
    DO DZ EC EE EG ES ET FI FJ FO FR GB GE GH GR GT HK HN HR HU ID IE IL IN IQ IS IT JM JO JP KE KG KN KR KW KY KZ \
    LB LI LK LT LU LV LY MA MC MD ME MK MN MO MT MU";

/// A virtual machine offer with `skus` SKUs of about 10 KB each, as a file declares it.
pub(crate) fn offer(number: usize, skus: usize) -> Value {
    let mut offer = Map::new();
    let text = "<p>Stops what must not pass, and tells <b>why</b>. Grüße aus dem Netz.</p>\n";
    let subscriptions: Vec<String> = (1..4).map(|last| format!("5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a1{last}")).collect();
    offer.insert(format!("{MARKETPLACE}.title"), json!(format!("Firewall {number}")));
    offer.insert(format!("{MARKETPLACE}.description"), json!(text.repeat(35)));
    offer.insert(format!("{MARKETPLACE}.smallLogo"), json!("https://assets.example/logo-48.png"));
    offer.insert(format!("{MARKETPLACE}.categories"), json!(["security", "networking"]));
    offer.insert(format!("{MARKETPLACE}.allowedSubscriptions"), json!(subscriptions));
    let plans: Vec<Value> = (0..skus).map(|position| sku(number, position)).collect();
    json!({
        "publisherId": "contoso",
        "id": format!("offer-{number:04}"),
        "offerTypeId": VM,
        "definition": {"displayText": format!("Firewall {number}"), "offer": offer, "plans": plans},
    })
}

fn sku(number: usize, position: usize) -> Value {
    let regions: Vec<&str> = REGIONS.split(' ').collect();
    let prices: Map<String, Value> =
        regions.iter().zip(1..).map(|(region, step)| ((*region).to_owned(), price(step))).collect();
    let image = |version: usize| {
        let url = format!("https://contoso.blob.core.windows.net/images/{number}-{position}-{version}.vhd");
        (format!("1.{version}.0"), json!({"osVhdUrl": url, "lunVhdDetails": []}))
    };
    let images: Map<String, Value> = (0..8).map(image).collect();
    json!({
        "planId": format!("sku-{position:03}"),
        "regions": regions,
        "virtualMachinePricing": {"isByol": false, "freeTrialDurationInMonths": 1, "regionPrices": prices},
        "microsoft-azure-virtualmachines.skuTitle": format!("Size {position}"),
        "microsoft-azure-virtualmachines.operatingSystemFamily": "Linux",
        "microsoft-azure-virtualmachines.recommendedVMSizes": ["d2-standard-v4", "d4-standard-v4"],
        "microsoft-azure-virtualmachines.vmImages": images,
    })
}

fn price(step: usize) -> Value {
    let per_core = |cores: usize| (format!("{cores}core"), json!(step * cores));
    Value::Object([1, 2, 4, 8, 16].map(per_core).into_iter().collect())
}

/// What the service has of an offer: with keys of its own, and for every tenth with an edit.
pub(crate) fn live(mut offer: Value, number: usize) -> Value {
    offer["version"] = json!(7);
    offer["changedTime"] = json!("2026-11-21T10:00:00.0000000Z");
    if number.is_multiple_of(10) {
        offer["definition"]["offer"]["microsoft-azure-marketplace.title"] = json!("edited in the portal");
    }
    offer
}
