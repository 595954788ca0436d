//! Prices the service works out by itself: from a price sheet, for new core sizes, and for a GET of all prices.
//!
//! A price sheet comes back as its address and the evaluated prices (cloud-partner-portal-api-setting-price.md).
//! The inside of `regionPrices` of virtual machines is not public: prices per region and core are an assumption.

use serde_json::{Map, Number, Value};
use sha2::{Digest, Sha256};

/// The two price blocks of a virtual machine plan; what is declared in one comes back in both.
pub(super) const BLOCKS: [&str; 2] = ["virtualMachinePricing", "virtualMachinePricingV2"];

/// Keys of `coreMultiplier.individually` with the number of cores; a shared core counts as one.
const CORES: [(&str, u32); 25] = [
    ("sharedcore", 1),
    ("1core", 1),
    ("2core", 2),
    ("4core", 4),
    ("6core", 6),
    ("8core", 8),
    ("10core", 10),
    ("12core", 12),
    ("16core", 16),
    ("20core", 20),
    ("24core", 24),
    ("32core", 32),
    ("36core", 36),
    ("40core", 40),
    ("44core", 44),
    ("48core", 48),
    ("60core", 60),
    ("64core", 64),
    ("72core", 72),
    ("80core", 80),
    ("96core", 96),
    ("120core", 120),
    ("128core", 128),
    ("208core", 208),
    ("416core", 416),
];

/// Sizes that came on 2019-07-02 and that the service priced by itself (cloud-partner-portal-api-setting-price.md).
const NEW_CORES: [&str; 7] = ["10core", "44core", "48core", "60core", "120core", "208core", "416core"];

/// Fills in the prices of every block of `plan` that names a price sheet.
pub(super) fn evaluate_sheets(plan: &mut Map<String, Value>) {
    let regions = regions(plan);
    for block in BLOCKS {
        let Some(block) = plan.get_mut(block).and_then(Value::as_object_mut) else { continue };
        let Some(uri) = block.get("spreadSheetPricing").and_then(|sheet| sheet.get("uri")).and_then(Value::as_str)
        else {
            continue;
        };
        let bare = uri.split('?').next().unwrap_or(uri);
        let digest = Sha256::digest(bare);
        let cents = u32::from(digest[0]) + 1;
        let prices = region_prices(&regions, |_, cores| decimal(f64::from(cents) / 1000.0 * f64::from(cores)));
        block.insert("regionPrices".to_owned(), prices);
    }
}

/// Adds the new core sizes to every block of `plan` that prices sizes one by one, at the rate of the largest size
/// below.
pub(super) fn price_new_cores(plan: &mut Map<String, Value>) {
    for block in BLOCKS {
        let Some(prices) = plan
            .get_mut(block)
            .and_then(|block| block.pointer_mut("/coreMultiplier/individually"))
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        for name in NEW_CORES {
            if !prices.contains_key(name)
                && let Some(price) = price_from_below(prices, name)
            {
                prices.insert(name.to_owned(), price);
            }
        }
    }
}

fn price_from_below(prices: &Map<String, Value>, name: &str) -> Option<Value> {
    let cores = CORES.iter().find(|(key, _)| *key == name)?.1;
    let (price, below) = CORES
        .iter()
        .rev()
        .filter(|(key, count)| *count < cores && !NEW_CORES.contains(key))
        .find_map(|(key, count)| Some((prices.get(*key)?.as_f64()?, *count)))?;
    decimal(price / f64::from(below) * f64::from(cores))
}

/// Adds the computed prices to every plan of `document`: the answer to `includeAllPricing=true`
/// (cloud-partner-portal-azure-private-skus.md).
pub(super) fn include_all_prices(document: &mut Value) {
    let Some(plans) = document.pointer_mut("/definition/plans").and_then(Value::as_array_mut) else { return };
    for plan in plans.iter_mut().filter_map(Value::as_object_mut) {
        let regions = regions(plan);
        for block in BLOCKS {
            let Some(block) = plan.get_mut(block).and_then(Value::as_object_mut) else { continue };
            let known = block.get("regionPrices").and_then(Value::as_object).is_some_and(|prices| !prices.is_empty());
            if let Some(multiplier) = block.get("coreMultiplier").filter(|_| !known) {
                let prices = region_prices(&regions, |name, cores| computed(multiplier, name, cores));
                block.insert("regionPrices".to_owned(), prices);
            }
        }
    }
}

fn computed(multiplier: &Value, name: &str, cores: u32) -> Option<Value> {
    match multiplier.get("individually").and_then(Value::as_object) {
        Some(prices) => prices.get(name).cloned(),
        None => decimal(multiplier.get("single")?.as_f64()? * f64::from(cores)),
    }
}

fn regions(plan: &Map<String, Value>) -> Vec<String> {
    let regions = plan.get("regions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    regions.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn region_prices(regions: &[String], price: impl Fn(&str, u32) -> Option<Value>) -> Value {
    let per_core: Map<String, Value> =
        CORES.iter().filter_map(|(name, cores)| Some(((*name).to_owned(), price(name, *cores)?))).collect();
    Value::Object(regions.iter().map(|region| (region.clone(), Value::Object(per_core.clone()))).collect())
}

/// An amount with at most four decimals and no trailing zeros.
fn decimal(amount: f64) -> Option<Value> {
    let text = format!("{amount:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.parse::<Number>().ok().map(Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{evaluate_sheets, include_all_prices, price_new_cores};

    #[test]
    fn a_price_sheet_comes_back_with_the_prices_of_every_region() {
        let mut plan = json!({
            "regions": ["US", "NO"],
            "virtualMachinePricing": {"spreadSheetPricing": {"uri": "https://x.example/p.xlsx?sig=a"}}
        });
        evaluate_sheets(plan.as_object_mut().unwrap());
        let block = &plan["virtualMachinePricing"];
        assert_eq!(block["spreadSheetPricing"]["uri"], "https://x.example/p.xlsx?sig=a");
        let regions: Vec<&String> = block["regionPrices"].as_object().unwrap().keys().collect();
        assert_eq!(regions, ["US", "NO"]);
        let one = block["regionPrices"]["US"]["1core"].as_f64().unwrap();
        let two = block["regionPrices"]["US"]["2core"].as_f64().unwrap();
        assert!(one > 0.0 && (two - 2.0 * one).abs() < 1e-9);
    }

    #[test]
    fn a_new_core_size_is_priced_at_the_rate_of_the_largest_below() {
        let text = r#"{"virtualMachinePricing": {"coreMultiplier": {"currency": "USD",
            "individually": {"1core": 0.05, "8core": 0.30, "36core": 1.08, "44core": 9}}}}"#;
        let mut plan: Value = serde_json::from_str(text).unwrap();
        price_new_cores(plan.as_object_mut().unwrap());
        let prices = &plan["virtualMachinePricing"]["coreMultiplier"]["individually"];
        assert_eq!(prices["10core"].to_string(), "0.375");
        assert_eq!(prices["48core"].to_string(), "1.44");
        assert_eq!(prices["44core"].to_string(), "9", "a price that is given stays");
        assert_eq!(prices["8core"].to_string(), "0.30", "digits are kept as given");
        assert_eq!(prices.get("12core"), None);
    }

    #[test]
    fn one_price_for_all_sizes_stays_alone_until_all_prices_are_asked_for() {
        let mut plan =
            json!({"regions": ["US"], "virtualMachinePricing": {"coreMultiplier": {"currency": "USD", "single": 0.1}}});
        let before = plan.clone();
        price_new_cores(plan.as_object_mut().unwrap());
        assert_eq!(plan, before);
        let mut document = json!({"definition": {"plans": [plan]}});
        include_all_prices(&mut document);
        let price = document.pointer("/definition/plans/0/virtualMachinePricing/regionPrices/US/16core");
        assert_eq!(price.map(Value::to_string).as_deref(), Some("1.6"));
    }
}
