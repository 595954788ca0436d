//! Offers that pass, by hand: their type, and what stands below the ids.

use crate::snippets::{APP, CORE, OTHER, VM};

pub(crate) const GOOD: &[(&str, &str)] = &[
    (VM, "definition: { offer: { microsoft-azure-marketplace.smallLogo: { $secret: { env: A, version: 2 } } } }"),
    (
        VM,
        "definition: { offer: { microsoft-azure-marketplace.smallLogo: { $secret: { file: b, version: 2026-11 } } } }",
    ),
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
