//! Cases of `vocabulary`: keys and kinds.

use crate::rules::tests::Case;
use crate::rules::tests::From::{App, Core, Vm};

pub(super) static CASES: &[Case] = &[
    ("value-kind", Vm, &[("L/title", r#""5""#)], &[("L/title", "5")], "must be text, not a number"),
    (
        "value-kind",
        Vm,
        &[("P/regions", r#"["NO"]"#)],
        &[("P/regions", r#""NO""#)],
        "`regions` must be a list, not text",
    ),
    ("value-kind", Core, &[("C/imageVisibility", "true")], &[("C/imageVisibility", r#""true""#)], "`true` or `false`"),
    ("value-kind", App, &[("A/package", r#"{"1.0.0": {}}"#)], &[("A/package", "[]")], "must be a mapping, not a list"),
    ("key-known", Vm, &[("L/title", r#""x""#)], &[("L/titel", r#""x""#)], "`microsoft-azure-marketplace.titel`"),
    ("key-known", Vm, &[("O/microsoft-azure-new.x", "1")], &[("P/region", r#"["NO"]"#)], "unknown key `region`"),
    (
        "key-known",
        Vm,
        &[("O/microsoft-azure-marketplace-testdrive.x", "1")],
        &[("V/vmImages", r#"{"1.0.0": {"osVhdUrls": "x"}}"#)],
        "unknown key `osVhdUrls`",
    ),
    ("key-spelling", Vm, &[("P/regions", r#"["NO"]"#)], &[("P/Regions", r#"["NO"]"#)], "`Regions` is not `regions`"),
    (
        "key-spelling",
        Vm,
        &[("V/vmImages", r#"{"1.0.0": {"osVhdUrl ": null, "osVhdUrl": "x"}}"#)],
        &[("V/vmImages", r#"{"1.0.0": {"osVhdUrl ": null, "osVHdUrl": "x"}}"#)],
        "`osVHdUrl` is not `osVhdUrl`",
    ),
    ("key-spelling", Vm, &[("D/changedtime", r#""x""#)], &[("D/Plans", "[]")], "`Plans` is not `plans`"),
    ("key-spelling", App, &[("L/title", r#""x""#)], &[("O/microsoft-azure-marketplace.Title ", r#""x""#)], "is not"),
    (
        "key-spelling",
        Core,
        &[("C/generation", r#""2""#)],
        &[("G/Generation", r#""2""#)],
        "`microsoft-azure-corevm.Generation`",
    ),
    (
        "key-spelling",
        Vm,
        &[("L/crmLeadConfiguration", r#"{"password": "x"}"#)],
        &[("L/crmLeadConfiguration", r#"{"Password": "x"}"#)],
        "`Password` is not `password`",
    ),
    (
        "key-namespace",
        Vm,
        &[("P/contoso-telescopes.region", r#"["NO"]"#)],
        &[("P/decoy.regions", r#"["NO"]"#)],
        "`decoy.regions` is another field than `regions`",
    ),
    (
        "key-namespace",
        Vm,
        &[("O/microsoft-azure-marketplace-testdrive.title", r#""x""#)],
        &[("O/decoy.title", r#""x""#)],
        "`microsoft-azure-marketplace.title`",
    ),
    ("key-namespace", Core, &[("C/vmImagesPublicAzure", "{}")], &[("P/decoy.vmImages", "{}")], "corevm.vmImages`"),
    (
        "key-namespace",
        Core,
        &[("C/smallLogo", r#""x""#)],
        &[("P/diskGenerations/0/decoy.planId", r#""x""#)],
        "`planId`",
    ),
    ("key-namespace", Vm, &[("V/cloudAvailability", "[]")], &[("P/cloudAvailability", "[]")], "`cloudAvailability`"),
    (
        "key-namespace",
        App,
        &[("O/microsoft-azure-applications.package", "{}")],
        &[("P/x.y.Package", "{}")],
        "x.y.Package",
    ),
    ("key-known", Core, &[("G/generation", r#""2""#)], &[("G/generations", r#""2""#)], "generations"),
];
