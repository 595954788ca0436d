//! Changes of what the listing shows, and of leads.

use super::{ALIAS, Case, HTTPS, OFFER, TITLE, at, given, service, vm};

pub(super) static CASES: &[Case] = &[
    vm(
        "standard-contract-left",
        OFFER,
        &[("/resources/property/termsConditions", r#""custom""#)],
        &[("/resources/property/categories", r#"{"compute": []}"#)],
    ),
    service("standard-contract-left", OFFER, &[("/resources/property", r#"{"termsConditions": "custom"}"#)], ALIAS),
    vm(
        "hero-logo-removal",
        OFFER,
        &[("/resources/listing-asset/fr-fr", "[]")],
        &[("/resources/listing-asset/fr-fr/0/url", r#""https://assets.example/other.png""#)],
    ),
    vm(
        "hero-logo-removal",
        OFFER,
        &[("/resources/listing-asset/en-us/1/lifecycleState", r#""deleted""#)],
        &[(
            "/resources/listing-asset/en-us/0",
            r#"{"type": "azureLogoLarge", "url": "https://assets.example/216.png"}"#,
        )],
    ),
    service(
        "sell-through-changed",
        OFFER,
        &[("/resources/commercial-marketplace-setup/sellThroughMicrosoft", "false")],
        &[("/resources/commercial-marketplace-setup/callToAction", r#""contactMe""#)],
    ),
    vm(
        "lead-destination-changed",
        OFFER,
        &[("/resources/customer-leads", HTTPS)],
        // The mask that goes back, and a secret that is filled in later.
        &[
            (at!(LEADS "/marketoLeadConfiguration/clientSecret"), "null"),
            ("/resources/listing/en-us/title", r#""New""#),
        ],
    ),
    vm(
        "lead-destination-changed",
        OFFER,
        &[(at!(LEADS "/marketoLeadConfiguration/formId"), r#""2""#)],
        &[(at!(LEADS "/marketoLeadConfiguration/clientSecret"), r#""***""#)],
    ),
    given(
        &[(
            "/resources/customer-leads",
            r#"{"leadDestination": "email", "emailLeadConfiguration": {"contactEmail": ["a@b.example"]}}"#,
        )],
        vm(
            "lead-destination-changed",
            OFFER,
            &[(at!(LEADS "/emailLeadConfiguration/contactEmail/0"), r#""c@d.example""#)],
            TITLE,
        ),
    ),
    given(
        &[("/resources/customer-leads", r#"{"leadDestination": "new", "newLeadConfiguration": {"at": "a"}}"#)],
        vm("lead-destination-changed", OFFER, &[(at!(LEADS "/newLeadConfiguration/at"), r#""b""#)], TITLE),
    ),
    given(
        &[(
            "/resources/customer-leads",
            r#"{"leadDestination": "dynamics", "dynamicsLeadConfiguration": {"instanceUrl": "https://crm.example", "authentication": "azureAD"}}"#,
        )],
        vm(
            "secret-not-declared",
            "contoso/firewall/dynamicsLeadConfiguration",
            &[(at!(LEADS "/dynamicsLeadConfiguration/instanceUrl"), r#""https://other.example""#)],
            TITLE,
        ),
    ),
];
