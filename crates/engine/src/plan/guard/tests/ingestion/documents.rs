//! Offers of each type.

use serde_json::{Value, json};

fn disk(uri: &str) -> Value {
    json!({"sourceType": "sasUri", "osDisk": {"uri": format!("https://disks.example/{uri}.vhd")}, "dataDisks": []})
}

fn version(number: &str, kinds: &[&str]) -> Value {
    let image = |kind: &&str| json!({"imageType": kind, "source": disk(&format!("{number}-{kind}"))});
    json!({"versionNumber": number, "vmImages": kinds.iter().map(image).collect::<Vec<_>>()})
}

/// Two public and private plans; the first has two types of images, the second one from a gallery.
pub(super) fn virtual_machine() -> Value {
    json!({
        "api": "product-ingestion", "publisherId": "contoso", "id": "firewall", "type": "azureVirtualMachine",
        "resources": {
            "product": {"alias": "Firewall"},
            "property": {"kind": "azureVM", "termsConditions": "standardMicrosoft", "categories": {"networking": ["firewalls"]}},
            "listing": {"en-us": {"kind": "azureVM", "title": "Firewall", "description": "A firewall."}},
            "listing-asset": {
                "en-us": [
                    {"type": "azureLogoSmall", "url": "https://assets.example/48.png"},
                    {"type": "azureLogoHero", "url": "https://assets.example/hero.png"},
                ],
                "fr-fr": [{"type": "azureLogoHero", "url": "https://assets.example/hero-fr.png"}],
            },
            "price-and-availability-offer": {"previewAudiences": [
                {"type": "subscription", "id": "sub-1", "label": "Test"},
                {"type": "subscription", "id": "sub-2", "label": "Test 2"},
            ]},
            "customer-leads": {
                "leadDestination": "marketo",
                "marketoLeadConfiguration": {
                    "munchkinId": "abc-def-ghi", "formId": "1", "clientId": "c", "clientSecret": "*********",
                },
            },
            "plans": [
                {
                    "planId": "standard",
                    "plan": {"alias": "Standard", "azureRegions": ["azureGlobal", "azureChina"]},
                    "plan-listing": {"en-us": {"kind": "azureVM-plan", "name": "Standard", "description": "Standard"}},
                    "price-and-availability-plan": {
                        "visibility": "visible", "audience": "public", "customerMarkets": "customMarkets",
                        "markets": ["us", "no"],
                        "pricing": {"licenseModel": "payAsYouGo", "corePricing": {
                            "priceInputOption": "perCoreSize", "pricePerCoreSize": {"1core": 0.1, "2core": 0.2},
                        }},
                        "softwareReservation": [{"type": "year", "term": 1, "percentageSave": 10}],
                    },
                    "virtual-machine-plan-technical-configuration": {
                        "operatingSystem": {"family": "linux", "type": "other", "friendlyName": "Linux"},
                        "skus": [
                            {"imageType": "x64Gen1", "skuId": "standard"},
                            {"imageType": "x64Gen2", "skuId": "standard-gen2"},
                        ],
                        "vmImageVersions": [
                            version("1.0.0", &["x64Gen1", "x64Gen2"]), version("2.0.0", &["x64Gen1", "x64Gen2"]),
                        ],
                    },
                },
                {
                    "planId": "partner",
                    "plan": {"alias": "Partner"},
                    "price-and-availability-plan": {
                        "visibility": "visible", "audience": "private", "customerMarkets": "allMarkets",
                        "privateAudiences": [
                            {"type": "subscription", "id": "sub-3", "label": "Fabrikam"},
                            {"type": "tenant", "id": "ten-4", "label": "Wingtip"},
                        ],
                        "pricing": {"licenseModel": "byol"},
                    },
                    "virtual-machine-plan-technical-configuration": {
                        "skus": [{"imageType": "x64Gen2", "skuId": "partner"}],
                        "vmImageVersions": [{"versionNumber": "1.0.0", "vmImages": [{
                            "imageType": "x64Gen2",
                            "source": {"sourceType": "sharedImageGallery", "sharedImage": {
                                "tenantId": "t", "resourceId": "/subscriptions/s/galleries/g/images/i/versions/1.0.0",
                            }},
                        }]}],
                    },
                },
            ],
        },
    })
}

pub(super) fn core_virtual_machine() -> Value {
    json!({
        "api": "product-ingestion", "publisherId": "contoso", "id": "firewall", "type": "coreVirtualMachine",
        "resources": {
            "product": {"alias": "Linux"},
            "property": {"termsConditions": "custom", "termsOfUse": "Terms"},
            "price-and-availability-offer": {"previewAudiences": [{"type": "subscription", "id": "sub-1"}]},
            "plans": [{
                "planId": "twelve",
                "plan": {"alias": "Twelve", "azureRegions": ["azureGlobal", "azureGovernment"]},
                "price-and-availability-plan": {
                    "visibility": "hidden", "audience": "public", "markets": ["us"],
                    "pricing": {"licenseModel": "payAsYouGo", "corePricing": {"priceInputOption": "perCore", "pricePerCore": 0.05}},
                },
                "core-virtual-machine-plan-technical-configuration": {
                    "softwareType": "operatingSystem",
                    "skus": [
                        {"imageType": "x64Gen2", "skuId": "twelve"}, {"imageType": "arm64Gen2", "skuId": "twelve-arm64"},
                    ],
                    "vmImageVersions": [
                        version("2026.9.1", &["x64Gen2", "arm64Gen2"]), version("2026.10.1", &["x64Gen2", "arm64Gen2"]),
                    ],
                },
            }],
        },
    })
}

fn bundle(tag: &str) -> Value {
    json!({
        "tenantId": "t", "subscriptionId": "s", "resourceGroupName": "g", "registryName": "r", "repositoryName": "app",
        "tag": tag, "digest": format!("sha256:{tag}"),
    })
}

pub(super) fn container() -> Value {
    json!({
        "api": "product-ingestion", "publisherId": "contoso", "id": "firewall", "type": "azureContainer",
        "resources": {
            "product": {"alias": "App"},
            "property": {"kind": "azureContainer", "termsConditions": "custom"},
            "plans": [
                {
                    "planId": "cluster",
                    "plan": {"alias": "Cluster", "azureRegions": ["azureGlobal"]},
                    "price-and-availability-plan": {
                        "visibility": "visible", "audience": "public", "customerMarkets": "allTaxRemittedMarkets",
                        "pricing": {"systemMeterPricing": {"priceInputOption": "perCore", "price": 0.02}},
                    },
                    "container-plan-technical-configuration": {
                        "payloadType": "cnab", "clusterExtensionType": "Contoso.App",
                        "cnabReferences": [bundle("1.0.0"), bundle("latest")],
                    },
                },
                {
                    "planId": "listed",
                    "plan": {"alias": "Listed"},
                    "price-and-availability-plan": {"visibility": "visible", "audience": "public"},
                    "container-plan-technical-configuration": {
                        "payloadType": "image",
                        "imageRepositoryDetails": {"registryName": "r", "repositoryName": "app", "password": "*********"},
                        "imageTags": ["1.0", "1.1"],
                    },
                },
            ],
        },
    })
}

pub(super) fn saas() -> Value {
    let fee = |kind: &str, value: u32, price: u32| json!({"billingTerm": {"type": kind, "value": value}, "pricePerPaymentInUsd": price});
    json!({
        "api": "product-ingestion", "publisherId": "contoso", "id": "firewall", "type": "softwareAsAService",
        "resources": {
            "product": {"alias": "Service"},
            "property": {"kind": "azureSaaS", "termsConditions": "standardMicrosoft"},
            "commercial-marketplace-setup": {"sellThroughMicrosoft": true},
            "price-and-availability-offer": {"previewAudiences": [{"type": "email", "id": "test@contoso.example"}]},
            "price-and-availability-custom-meter": {"customMeters": {
                "messages": {"displayName": "Messages", "unitOfMeasure": "message"},
            }},
            "plans": [
                {
                    "planId": "flat",
                    "plan": {"alias": "Flat"},
                    "price-and-availability-plan": {
                        "visibility": "visible", "audience": "public", "markets": ["us", "no"],
                        "pricing": {
                            "recurrentPrice": {
                                "priceInputOption": "usd", "recurrentPriceMode": "flatRate",
                                "prices": [fee("month", 1, 49), fee("year", 1, 490)],
                            },
                            "customMeters": {"priceInputOption": "usd", "meters": {"messages": {
                                "pricePerPaymentInUsd": 0.01,
                                "includedQuantities": [
                                    {"billingTerm": {"type": "month", "value": 1}, "quantity": 100, "isInfinite": false},
                                    {"billingTerm": {"type": "year", "value": 1}, "isInfinite": true},
                                ],
                            }}},
                        },
                        "trial": {"type": "month", "value": 1},
                    },
                },
                {
                    "planId": "users",
                    "plan": {"alias": "Users"},
                    "price-and-availability-plan": {
                        "visibility": "visible", "audience": "private",
                        "privateAudiences": [{"type": "tenant", "id": "ten-1"}],
                        "markets": ["us", "no"],
                        "pricing": {"recurrentPrice": {
                            "priceInputOption": "perMarket", "recurrentPriceMode": "perUser", "userLimits": {"min": 1, "max": 9},
                            "prices": [{"billingTerm": {"type": "month", "value": 1}, "prices": [
                                {"markets": ["us"], "currency": "usd", "price": 5},
                                {"markets": ["no"], "currency": "nok", "price": 50},
                            ]}],
                        }},
                    },
                },
            ],
        },
    })
}
