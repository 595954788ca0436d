//! Good and bad snippets, by hand: each bad one is refused where the mistake is.

use jsonschema::Validator;
use serde_json::Value;

use crate::editor::document;
use crate::validator;

const VM: &str = "microsoft-azure-virtualmachines";
const CORE: &str = "microsoft-azure-corevm";
const APP: &str = "microsoft-azure-applications";
const OTHER: &str = "contoso-robots";

/// An offer with these lines below its envelope.
fn offer(offer_type: &str, rest: &str) -> Value {
    let rest = if rest.starts_with('{') { format!("<<: {rest}") } else { rest.to_owned() };
    document(&format!("publisherId: contoso\nid: x\nofferTypeId: {offer_type}\n{rest}\n"))
}

fn errors(validator: &Validator, instance: &Value) -> Vec<(String, String)> {
    validator.iter_errors(instance).map(|error| (error.instance_path().to_string(), error.to_string())).collect()
}

const GOOD: &[(&str, &str)] = &[
    (VM, "definition: {}"),
    (VM, "definition: { displayText: X, offer: {}, plans: [] }"),
    (VM, "definition: { $file: definition.yaml }"),
    (VM, "definition: { plans: { $file: plans.yaml } }"),
    (VM, "definition: { plans: [{ $file: plan.yaml }] }"),
    (VM, "definition: { plans: [{ <<: { $file: plan.yaml }, regions: [NO] }] }"),
    // Norway, and a market nobody here has heard of.
    (VM, "definition: { plans: [{ planId: a, regions: [NO, US, XK] }] }"),
    (
        VM,
        "definition: { plans: [{ planId: a, microsoft-azure-virtualmachines: { vmImages: { 1.10: { osVhdUrl: x } } } }] }",
    ),
    (
        VM,
        "definition: { plans: [{ planId: a, microsoft-azure-virtualmachines.vmImages: { 1.10.0: ~, 2: { lunVhdDetails: [] } } }] }",
    ),
    (VM, "definition: { offer: { microsoft-azure-marketplace: { videos: ~, title: ~, categoryMap: ~ } } }"),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { categoryMap: [{ categoryL1: pets, categoryL2-pets: [cats] }] } } }",
    ),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace.leadDestination: Postcard, microsoft-azure-marketplace.summary: '' } }",
    ),
    (VM, "definition: { offer: { microsoft-azure-marketplace: { marketoLeadConfiguration: { anything: 1 } } } }"),
    // Namespaces that are not known, and one of which not all is known.
    (VM, "definition: { offer: { microsoft-azure-newthing: { a: 1 }, microsoft-azure-newthing.b: 2, other.key: 3 } }"),
    (VM, "definition: { offer: { microsoft-azure-marketplace-testdrive: { hotInstances: 1 } } }"),
    (VM, "definition: { offer: { microsoft-azure-marketplace-testdrive.hotInstances: 1 } }"),
    (
        VM,
        "definition: { plans: [{ planId: a, virtualMachinePricing: { coreMultiplier: { individually: { 999core: 1 } } } }] }",
    ),
    (
        VM,
        "{ offerTypeVersions: { x: 3 }, version: 3, eTag: x, status: published, changedTime: y, definition: { changedTime: z } }",
    ),
    (
        CORE,
        "definition: { plans: [{ planId: a, diskGenerations: [{ planId: b, microsoft-azure-corevm.generation: '2' }] }] }",
    ),
    (
        CORE,
        "definition: { plans: [{ planId: a, microsoft-azure-corevm: { defaultImageSizeGB: '30', recommendedVMSizes: [] } }] }",
    ),
    (APP, "definition: { offer: { microsoft-azure-marketplace: { unheardOf: 1 }, titel: x }, more: 1 }"),
    (
        APP,
        "definition: { plans: [{ planId: a, microsoft-azure-applications: { skuType: anything, news: 1 }, other: 2 }] }",
    ),
    (APP, "definition: { plans: [{ planId: a, microsoft-azure-applications.package: { 1.0.0: { policies: [] } } }] }"),
    (
        OTHER,
        "definition: { offer: { titel: 1, contoso-robots: { arms: 2 } }, plans: [{ planId: a, region: x }], more: 1 }",
    ),
    (OTHER, "{ definition: {}, titel: x }"),
    (VM, "{ definition: {}, reconcile: { release: live, ownership: exact } }"),
    (
        VM,
        "{ definition: {}, reconcile: { ignore: [/definition/plans/*/regions, { path: /definition/x, on: drift, until: 2027-01-31 }] } }",
    ),
    (VM, "{ definition: {}, reconcile: { allow: [{ code: sku-removal, target: a/b/c, reason: r }] } }"),
    (
        VM,
        "{ definition: {}, reconcile: { silence: [{ rule: x, path: /definition, reason: r }, { rule: y, reason: r }] } }",
    ),
    (VM, "{ definition: {}, reconcile: { $file: parts/reconcile.yaml } }"),
];

#[test]
fn what_is_good_passes() {
    let whole = validator("offer");
    for (offer_type, rest) in GOOD {
        let instance = offer(offer_type, rest);
        assert_eq!(errors(&whole, &instance), [], "{offer_type}: {rest}");
        if let Some(own) = own_schema(offer_type) {
            assert_eq!(errors(&validator(own), &instance), [], "{own}: {rest}");
        }
    }
}

fn own_schema(offer_type: &str) -> Option<&'static str> {
    match offer_type {
        VM => Some("offer-virtual-machine"),
        CORE => Some("offer-core-vm"),
        APP => Some("offer-application"),
        _ => None,
    }
}

/// The offer type, the lines, where it is refused, and a word of why.
const BAD: &[(&str, &str, &str, &str)] = &[
    (VM, "", "", "definition"),
    (OTHER, "", "", "definition"),
    (OTHER, "definition: []", "/definition", "object"),
    (OTHER, "definition: { offer: [] }", "/definition/offer", "object"),
    (OTHER, "definition: { plans: {} }", "/definition/plans", "property"),
    (OTHER, "definition: { plans: [{ regions: [NO] }] }", "/definition/plans/0", "planId"),
    (VM, "definition: { displayText: 42 }", "/definition/displayText", "42"),
    (VM, "{ definition: {}, titel: x }", "", "titel"),
    (VM, "definition: { offers: {} }", "/definition", "offers"),
    (VM, "definition: { offer: { title: x } }", "/definition/offer", "title"),
    // Keys that are not known, nested and dotted.
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { titel: x } } }",
        "/definition/offer/microsoft-azure-marketplace",
        "titel",
    ),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace.titel: x } }",
        "/definition/offer",
        "microsoft-azure-marketplace.titel",
    ),
    (VM, "definition: { plans: [{ planId: a, region: [NO] }] }", "/definition/plans/0", "region"),
    (
        VM,
        "definition: { plans: [{ planId: a, microsoft-azure-virtualmachines.osVhdUrl: x }] }",
        "/definition/plans/0",
        "osVhdUrl",
    ),
    (CORE, "definition: { offer: { microsoft-azure-corevm.titel: x } }", "/definition/offer", "titel"),
    (
        CORE,
        "definition: { plans: [{ planId: a, diskGenerations: [{ planId: b, diskGenerations: [] }] }] }",
        "/definition/plans/0/diskGenerations/0",
        "diskGenerations",
    ),
    (
        CORE,
        "definition: { plans: [{ planId: a, diskGenerations: [{ regions: [] }] }] }",
        "/definition/plans/0/diskGenerations/0",
        "planId",
    ),
    // A value of the wrong kind: numbers and booleans are no text, and text is no boolean.
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { title: 5 } } }",
        "/definition/offer/microsoft-azure-marketplace/title",
        "5",
    ),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace.title: true } }",
        "/definition/offer/microsoft-azure-marketplace.title",
        "true",
    ),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { cspOfferOptIn: yes } } }",
        "/definition/offer/microsoft-azure-marketplace/cspOfferOptIn",
        "yes",
    ),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { usefulLinks: [{ linkTitel: x }] } } }",
        "/definition/offer/microsoft-azure-marketplace/usefulLinks/0",
        "linkTitel",
    ),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { allowedSubscriptions: [~] } } }",
        "/definition/offer/microsoft-azure-marketplace/allowedSubscriptions/0",
        "null",
    ),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { allowedSubscriptions: [5D1F6C0A-3C1E-4C57-9B0E-6F2B8F1F0A11] } } }",
        "/definition/offer/microsoft-azure-marketplace/allowedSubscriptions/0",
        "match",
    ),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { smallLogo: logo.png } } }",
        "/definition/offer/microsoft-azure-marketplace/smallLogo",
        "match",
    ),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { supportContactEmail: nobody } } }",
        "/definition/offer/microsoft-azure-marketplace/supportContactEmail",
        "match",
    ),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { categoryMap: [{ categoryL1: a, categoryL2: b }] } } }",
        "/definition/offer/microsoft-azure-marketplace/categoryMap/0",
        "categoryL2",
    ),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { categoryMap: [{ categoryL2-a: b }] } } }",
        "/definition/offer/microsoft-azure-marketplace/categoryMap/0/categoryL2-a",
        "array",
    ),
    (VM, "definition: { plans: [{ planId: A }] }", "/definition/plans/0/planId", "match"),
    (VM, "definition: { plans: [{ planId: 1 }] }", "/definition/plans/0/planId", "1"),
    (VM, "definition: { plans: [{ planId: a, regions: NO }] }", "/definition/plans/0/regions", "array"),
    (VM, "definition: { plans: [{ planId: a, regions: [no] }] }", "/definition/plans/0/regions/0", "match"),
    (VM, "definition: { plans: [{ planId: a, regions: [NO, NO] }] }", "/definition/plans/0/regions", "unique"),
    (
        VM,
        "definition: { plans: [{ planId: a, microsoft-azure-virtualmachines: { generation: 2 } }] }",
        "/definition/plans/0/microsoft-azure-virtualmachines/generation",
        "2",
    ),
    (
        VM,
        "definition: { plans: [{ planId: a, microsoft-azure-virtualmachines: { operatingSystemFamily: linux } }] }",
        "/definition/plans/0/microsoft-azure-virtualmachines/operatingSystemFamily",
        "linux",
    ),
    (
        VM,
        "definition: { plans: [{ planId: a, microsoft-azure-virtualmachines: { cloudAvailability: [Azure] } }] }",
        "/definition/plans/0/microsoft-azure-virtualmachines/cloudAvailability/0",
        "Azure",
    ),
    (
        VM,
        "definition: { plans: [{ planId: a, microsoft-azure-virtualmachines: { vmImages: { 1.0.0: { osVhdUrl : x, osVhdURL: y } } } }] }",
        "/definition/plans/0/microsoft-azure-virtualmachines/vmImages/1.0.0",
        "osVhdURL",
    ),
    (
        VM,
        "definition: { plans: [{ planId: a, microsoft-azure-virtualmachines: { vmImages: { 1.0.0: { 'osVhdUrl ': x } } } }] }",
        "/definition/plans/0/microsoft-azure-virtualmachines/vmImages/1.0.0",
        "osVhdUrl ",
    ),
    (
        VM,
        "definition: { plans: [{ planId: a, virtualMachinePricing: { freeTrialDurationInMonths: 2 } }] }",
        "/definition/plans/0/virtualMachinePricing/freeTrialDurationInMonths",
        "2",
    ),
    (
        VM,
        "definition: { plans: [{ planId: a, virtualMachinePricing: { coreMultiplier: { currency: EUR } } }] }",
        "/definition/plans/0/virtualMachinePricing/coreMultiplier/currency",
        "EUR",
    ),
    (
        VM,
        "definition: { plans: [{ planId: a, virtualMachinePricing: { coreMultiplier: { single: '1' } } }] }",
        "/definition/plans/0/virtualMachinePricing/coreMultiplier/single",
        "\"1\"",
    ),
    (
        VM,
        "definition: { plans: [{ planId: a, virtualMachinePricing: { coreMultiplier: { individually: { 2core: -1 } } } }] }",
        "/definition/plans/0/virtualMachinePricing/coreMultiplier/individually/2core",
        "-1",
    ),
    (
        VM,
        "definition: { plans: [{ planId: a, restrictedAudience: { manualEntries: [{ type: email }] } }] }",
        "/definition/plans/0/restrictedAudience/manualEntries/0/type",
        "email",
    ),
    (
        CORE,
        "definition: { plans: [{ planId: a, microsoft-azure-corevm: { defaultImageSizeGB: 30 } }] }",
        "/definition/plans/0/microsoft-azure-corevm/defaultImageSizeGB",
        "30",
    ),
    (
        CORE,
        "definition: { plans: [{ planId: a, microsoft-azure-corevm: { vmImagesPublicAzure: { 1.0.0: { publishedDate: 2026-10-13 } } } }] }",
        "/definition/plans/0/microsoft-azure-corevm/vmImagesPublicAzure/1.0.0/publishedDate",
        "match",
    ),
    (
        APP,
        "definition: { offer: { microsoft-azure-marketplace: { title: 5 } } }",
        "/definition/offer/microsoft-azure-marketplace/title",
        "5",
    ),
    (
        APP,
        "definition: { plans: [{ planId: a, microsoft-azure-applications.package: { 1.0.0: { packageVersion: { tenantId: x } } } }] }",
        "/definition/plans/0/microsoft-azure-applications.package/1.0.0/packageVersion/tenantId",
        "match",
    ),
    // Directives.
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { title: { $fil: a } } } }",
        "/definition/offer/microsoft-azure-marketplace/title",
        "$fil",
    ),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { title: { $file: a, $env: B } } } }",
        "/definition/offer/microsoft-azure-marketplace/title",
        "more than 1",
    ),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { title: { $secret: NAME } } } }",
        "/definition/offer/microsoft-azure-marketplace/title/$secret",
        "object",
    ),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { title: { $secret: { env: A, file: b } } } } }",
        "/definition/offer/microsoft-azure-marketplace/title/$secret",
        "oneOf",
    ),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace: { title: { $secret: { env: A, version: one } } } } }",
        "/definition/offer/microsoft-azure-marketplace/title/$secret/version",
        "one",
    ),
    // The reconcile block.
    (OTHER, "{ definition: {}, reconcile: { relase: live } }", "/reconcile", "relase"),
    (OTHER, "{ definition: {}, reconcile: { release: prod } }", "/reconcile/release", "prod"),
    (OTHER, "{ definition: {}, reconcile: { ignore: [definition] } }", "/reconcile/ignore/0", "match"),
    (OTHER, "{ definition: {}, reconcile: { ignore: [{ on: drift }] } }", "/reconcile/ignore/0", "path"),
    (
        OTHER,
        "{ definition: {}, reconcile: { ignore: [{ path: /x, until: soon }] } }",
        "/reconcile/ignore/0/until",
        "match",
    ),
    (OTHER, "{ definition: {}, reconcile: { allow: [{ code: a, target: b }] } }", "/reconcile/allow/0", "reason"),
    (OTHER, "{ definition: {}, reconcile: { silence: [{ rule: a }] } }", "/reconcile/silence/0", "reason"),
];

#[test]
fn what_is_bad_is_refused_where_it_is() {
    let whole = validator("offer");
    for (offer_type, rest, place, word) in BAD {
        let instance = offer(offer_type, rest);
        let found = errors(&whole, &instance);
        let is_expected = |(at, why): &(String, String)| at == place && why.contains(word);
        assert!(found.iter().any(is_expected), "{rest}: {found:#?}");
        if let Some(own) = own_schema(offer_type) {
            let found = errors(&validator(own), &instance);
            assert!(found.iter().any(is_expected), "{own}: {rest}: {found:#?}");
        }
    }
}

#[test]
fn the_envelope_is_required_of_every_type_unless_a_file_is_merged_in() {
    let whole = validator("offer");
    let found = errors(&whole, &document("{}"));
    for key in ["publisherId", "id", "offerTypeId", "definition"] {
        assert!(found.iter().any(|(_, why)| why.contains(&format!("\"{key}\""))), "{key}: {found:?}");
    }
    assert_eq!(errors(&whole, &document("<<: { $file: base.yaml }\nid: other")), []);
    for (key, value) in
        [("id", "Big"), ("id", "ends-"), ("publisherId", "a/b"), ("publisherId", "''"), ("offerTypeId", "7")]
    {
        let mut instance = offer(OTHER, "definition: {}");
        instance[key] = document(value);
        assert_eq!(errors(&whole, &instance)[0].0, format!("/{key}"), "{key}: {value}");
    }
}

#[test]
fn settings_are_checked() {
    let settings = validator("offerform");
    for good in [
        "~",
        "{}",
        "{ offers: ['offers/**/*.yaml'], record: git-notes, guards: { max_changed_percent: 20 }, parallelism: 256 }",
    ] {
        assert_eq!(errors(&settings, &document(good)), [], "{good}");
    }
    for (bad, place) in [
        ("{ offers: offers }", "/offers"),
        ("{ parallelism: 0 }", "/parallelism"),
        ("{ parallelism: '8' }", "/parallelism"),
        ("{ record: git }", "/record"),
        ("{ auth: magic }", "/auth"),
        ("{ endpoint: localhost }", "/endpoint"),
        ("{ guards: { max_changed_percent: 101 } }", "/guards/max_changed_percent"),
        ("{ guards: { max: 1 } }", "/guards"),
        ("{ notification_emails: ['a@b,c@d'] }", "/notification_emails/0"),
        ("{ ofers: [] }", ""),
    ] {
        assert_eq!(errors(&settings, &document(bad))[0].0, place, "{bad}");
    }
}

#[test]
fn a_part_of_a_listing_is_checked() {
    let part = validator("part-listing");
    assert_eq!(
        errors(
            &part,
            &document("{ title: X, supportContactPhone: +1 425 555 0111, usefulLinks: { $file: links.yaml } }")
        ),
        []
    );
    for (bad, place) in [("{ titel: X }", ""), ("{ supportContactPhone: 4255550111 }", "/supportContactPhone")] {
        assert_eq!(errors(&part, &document(bad))[0].0, place, "{bad}");
    }
}
