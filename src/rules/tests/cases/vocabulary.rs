//! Cases of `vocabulary`: keys and kinds.

use crate::rules::tests::Case;
use crate::rules::tests::From::{App, Core, Vm};

pub(super) static CASES: &[Case] = &[
    ("value-kind", Vm, &[("L/title", r#""5""#)], &[("L/title", "5")], "is text, not a number"),
    ("value-kind", Vm, &[("P/regions", r#"["NO"]"#)], &[("P/regions", r#""NO""#)], "`regions` is a list, not text"),
    ("value-kind", Core, &[("C/imageVisibility", "true")], &[("C/imageVisibility", r#""true""#)], "`true` or `false`"),
    ("value-kind", App, &[("A/package", r#"{"1.0.0": {}}"#)], &[("A/package", "[]")], "is a mapping, not a list"),
    ("key-known", Vm, &[("L/title", r#""x""#)], &[("L/titel", r#""x""#)], "`microsoft-azure-marketplace.titel`"),
    ("key-known", Vm, &[("O/microsoft-azure-new.x", "1")], &[("P/region", r#"["NO"]"#)], "no key `region`"),
    (
        "key-known",
        Vm,
        &[("O/microsoft-azure-marketplace-testdrive.x", "1")],
        &[("V/vmImages", r#"{"1.0.0": {"osVhdUrl ": null, "osVhdUrl  ": "x"}}"#)],
        "no key `osVhdUrl  `",
    ),
    ("key-known", Core, &[("G/generation", r#""2""#)], &[("G/generations", r#""2""#)], "generations"),
];
