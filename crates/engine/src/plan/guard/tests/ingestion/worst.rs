//! What cannot be read counts as the worst.

use super::cases::{at, version};
use super::*;

type Row = (fn() -> Value, &'static str, Edits);

static ROWS: &[Row] = &[
    (saas, "meter-changed:contoso/firewall/messages", &[("/resources/price-and-availability-custom-meter", "7")]),
    (saas, "trial-removed:contoso/firewall/flat", &[(at!(SOLD "/trial"), r#""none""#)]),
    (virtual_machine, "sku-removal:contoso/firewall/standard", &[(at!(FIRST "/plan/lifecycleState"), "7")]),
    (virtual_machine, "sku-removal:contoso/firewall/standard", &[(at!(FIRST "/plan/lifecycleState"), r#""new word""#)]),
    (virtual_machine, "last-sku-removal:contoso/firewall/standard", &[("/resources/plans", r#"{"standard": {}}"#)]),
    (virtual_machine, "last-sku-removal:contoso/firewall/standard", &[("/resources/product/lifecycleState", "[]")]),
    (virtual_machine, "sku-hidden:contoso/firewall/standard", &[(at!(SOLD "/visibility"), "true")]),
    (virtual_machine, "sku-hidden:contoso/firewall/standard", &[(at!(SOLD "/visibility"), "false")]),
    (virtual_machine, "public-to-private:contoso/firewall/standard", &[(at!(SOLD "/audience"), r#""Public""#)]),
    (virtual_machine, "private-to-public:contoso/firewall/partner", &[(at!(PRIVATE "/audience"), "7")]),
    (
        virtual_machine,
        "private-to-public:contoso/firewall/partner",
        &[(at!(PRIVATE "/privateAudiences"), r#""sub-3""#)],
    ),
    (virtual_machine, "private-to-public:contoso/firewall/partner", &[(at!(PRIVATE "/audience"), "null")]),
    (
        virtual_machine,
        "audience-removal:contoso/firewall/partner/ten-4",
        &[(at!(PRIVATE "/privateAudiences/1/id"), "4")],
    ),
    (
        virtual_machine,
        "audience-removal:contoso/firewall/partner/ten-4",
        &[(at!(PRIVATE "/privateAudiences/1/type"), "null")],
    ),
    (virtual_machine, "market-removal:contoso/firewall/standard/no", &[(at!(SOLD "/markets"), r#""no""#)]),
    (virtual_machine, "market-removal:contoso/firewall/standard/no", &[(at!(SOLD "/markets"), "null")]),
    (virtual_machine, "market-removal:contoso/firewall/standard/no", &[(at!(SOLD "/customerMarkets"), r#""some""#)]),
    (virtual_machine, "market-removal:contoso/firewall/partner/allMarkets", &[(at!(PRIVATE "/customerMarkets"), "7")]),
    (
        virtual_machine,
        "cloud-withdrawn:contoso/firewall/standard/azureGlobal",
        &[(at!(FIRST "/plan/azureRegions"), r#""azureGlobal""#)],
    ),
    (
        virtual_machine,
        "cloud-withdrawn:contoso/firewall/standard/azureGlobal",
        &[(at!(FIRST "/plan/azureRegions"), "[]")],
    ),
    (virtual_machine, "price-raised:contoso/firewall/standard", &[(at!(CORE "/pricePerCoreSize/1core"), r#""0.1""#)]),
    (virtual_machine, "price-raised:contoso/firewall/standard", &[(at!(CORE "/pricePerCoreSize/1core"), "1e400")]),
    (virtual_machine, "price-raised:contoso/firewall/standard", &[(at!(CORE "/pricePerCoreSize"), r#""dear""#)]),
    (virtual_machine, "pricing-model-changed:contoso/firewall/standard", &[(at!(CORE "/price"), "9")]),
    (virtual_machine, "price-raised:contoso/firewall/standard", &[(at!(SOLD "/pricing/corePricing"), r#""dear""#)]),
    (virtual_machine, "price-raised:contoso/firewall/standard", &[(at!(SOLD "/pricing"), r#""dear""#)]),
    (
        virtual_machine,
        "price-raised:contoso/firewall/standard",
        &[(at!(FIRST "/price-and-availability-plan"), r#""dear""#)],
    ),
    (
        virtual_machine,
        "pricing-model-changed:contoso/firewall/standard",
        &[(at!(FIRST "/price-and-availability-plan"), "null")],
    ),
    (virtual_machine, "pricing-model-changed:contoso/firewall/standard", &[(at!(CORE "/priceInputOption"), "7")]),
    (virtual_machine, "licence-changed:contoso/firewall/standard", &[(at!(SOLD "/pricing/licenseModel"), r#""BYOL""#)]),
    (
        virtual_machine,
        "standard-contract-left:contoso/firewall",
        &[("/resources/property/termsConditions", r#""false""#)],
    ),
    (virtual_machine, "standard-contract-left:contoso/firewall", &[("/resources/property", "true")]),
    (
        virtual_machine,
        "standard-contract-left:contoso/firewall",
        &[("/resources/property/lifecycleState", r#""deleted""#)],
    ),
    (virtual_machine, "hero-logo-removal:contoso/firewall", &[("/resources/listing-asset", "7")]),
    (virtual_machine, "hero-logo-removal:contoso/firewall", &[("/resources/listing-asset/en-us/1/url", r#""""#)]),
    (
        virtual_machine,
        "preview-audience-emptied:contoso/firewall",
        &[("/resources/price-and-availability-offer", r#""sub-1""#)],
    ),
    (virtual_machine, "lead-destination-changed:contoso/firewall", &[("/resources/customer-leads", "7")]),
    (
        virtual_machine,
        "lead-destination-changed:contoso/firewall",
        &[("/resources/customer-leads/leadDestination", "null")],
    ),
    (virtual_machine, "image-removal:contoso/firewall/standard/1.0.0", &[(at!(VERSIONS "/0/vmImages"), r#""none""#)]),
    (virtual_machine, "image-removal:contoso/firewall/standard/1.0.0", &[(at!(VERSIONS "/0/versionNumber"), "1")]),
    (virtual_machine, "image-removal:contoso/firewall/standard/1.0.0", &[(at!(VERSIONS "/0/lifecycleState"), "{}")]),
    (virtual_machine, "last-image-removal:contoso/firewall/standard", &[(at!(CONFIG "/vmImageVersions"), r#""none""#)]),
    (
        virtual_machine,
        "last-image-removal:contoso/firewall/standard",
        &[(at!(FIRST "/virtual-machine-plan-technical-configuration"), "null")],
    ),
    (virtual_machine, "generation-removal:contoso/firewall/standard/standard-gen2", &[(at!(CONFIG "/skus"), "null")]),
    (virtual_machine, "skus-not-comparable:contoso/firewall/standard", &[(at!(CONFIG "/skus"), r#""standard""#)]),
    (virtual_machine, "image-changed:contoso/firewall/standard/1.0.0", &[(at!(VERSIONS "/0/vmImages/0/source"), "7")]),
    (
        virtual_machine,
        "image-changed:contoso/firewall/standard/1.0.0",
        &[(at!(VERSIONS "/0/vmImages/0/source/osDisk"), "7")],
    ),
    (
        virtual_machine,
        "image-changed:contoso/firewall/standard/1.0.0",
        &[(at!(VERSIONS "/0/vmImages/0/source/osDisk"), "null")],
    ),
    (
        virtual_machine,
        "image-changed:contoso/firewall/standard/1.0.0",
        &[(at!(VERSIONS "/0/vmImages/0/source/dataDisks"), r#""one""#)],
    ),
    (
        virtual_machine,
        "image-not-newer:contoso/firewall/standard/newest",
        &[(at!(VERSIONS "/-"), version!("newest", "x64Gen1"))],
    ),
    (
        virtual_machine,
        "data-disks-changed:contoso/firewall/standard/3.0.0",
        &[(
            at!(VERSIONS "/-"),
            version!("3.0.0", "x64Gen1", r#"{"osDisk": {"uri": "https://d.example/a.vhd"}, "dataDisks": 7}"#),
        )],
    ),
    (container, "last-image-removal:contoso/firewall/cluster", &[(at!(BUNDLES "/cnabReferences"), "7")]),
    (container, "extension-type-changed:contoso/firewall/cluster", &[(at!(BUNDLES "/clusterExtensionType"), "null")]),
    (
        container,
        "extension-type-changed:contoso/firewall/cluster",
        &[(at!(BUNDLES "/clusterExtensionType"), r#""contoso.app""#)],
    ),
    (container, "price-raised:contoso/firewall/cluster", &[(at!(SYSTEM "/price"), r#""0.02""#)]),
    (container, "price-raised:contoso/firewall/cluster", &[(at!(SYSTEM ""), r#""dear""#)]),
    (saas, "sell-through-changed:contoso/firewall", &[("/resources/commercial-marketplace-setup", "null")]),
    (
        saas,
        "sell-through-changed:contoso/firewall",
        &[("/resources/commercial-marketplace-setup/sellThroughMicrosoft", r#""true""#)],
    ),
    (saas, "price-raised:contoso/firewall/flat", &[(at!(FEE "/prices"), r#""dear""#)]),
    (saas, "price-raised:contoso/firewall/flat", &[(at!(FEE "/prices/0/pricePerPaymentInUsd"), "[49]")]),
    (saas, "price-raised:contoso/firewall/flat", &[(at!(METER "/includedQuantities"), r#""few""#)]),
    (saas, "price-raised:contoso/firewall/flat", &[(at!(METER ""), r#""dear""#)]),
    (
        saas,
        "price-raised:contoso/firewall/users",
        &[("/resources/plans/1/price-and-availability-plan/pricing/recurrentPrice/prices/0/prices", r#""dear""#)],
    ),
    (
        saas,
        "price-raised:contoso/firewall/users",
        &[("/resources/plans/1/price-and-availability-plan/pricing/recurrentPrice/prices/0/prices/1/price", r#""50""#)],
    ),
];

#[test]
fn what_cannot_be_read_trips_the_guard() {
    for (document, guard, edits) in ROWS {
        let found = changing(&document(), edits);
        assert!(found.contains(&(*guard).to_owned()), "{guard} {edits:?}: {found:?}");
        assert_eq!(
            between(&document(), &edited(document(), edits), &edited(document(), edits)),
            [""; 0],
            "{guard} {edits:?}"
        );
    }
}

/// Values of every kind, and of wrong depths.
const ODD: [&str; 9] = [
    "null",
    "true",
    "-7",
    "1e999",
    r#""""#,
    r#""word""#,
    "[]",
    r#"[[null], {"a": [1]}, "x", null]"#,
    r#"{"a": {"b": [null]}}"#,
];

#[test]
fn no_value_at_any_place_is_too_odd() {
    let mut wrong = Vec::new();
    for document in [virtual_machine(), core_virtual_machine(), container(), saas()] {
        let mut places = Vec::new();
        every_place(&document, String::new(), &mut places);
        let places = places.iter().filter(|place| !["", "/api"].contains(&place.as_str()));
        for (position, place) in places.enumerate() {
            // Three of them at each place, others at the next one.
            for odd in ODD.iter().skip(position % 3).step_by(3) {
                let mut other = document.clone();
                *other.pointer_mut(place).unwrap() = serde_json::from_str(odd).unwrap();
                // Neither way anything may panic, and what does not change trips nothing.
                between(&document, &document, &other);
                between(&other, &other, &document);
                let found = between(&other, &other, &other);
                wrong.extend(found.into_iter().map(|name| format!("{place} {odd}: {name}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn every_place(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| every_place(value, format!("{at}/{key}"), places));
        }
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(index, value)| every_place(value, format!("{at}/{index}"), places));
        }
        _ => {}
    }
    places.push(at);
}
