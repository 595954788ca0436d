//! Cases of `envelope`: what an offer is called.

use crate::rules::tests::Case;
use crate::rules::tests::From::{Core, Vm};

pub(super) static CASES: &[Case] = &[
    ("offer-type-id-known", Vm, &[], &[("/offerTypeId", r#""microsoft-azure-virtualmachine""#)], "is not known here"),
    ("offer-id-format", Vm, &[("/id", r#""fire-wall_2""#)], &[("/id", r#""Firewall""#)], "cannot be the id"),
    ("offer-id-format", Vm, &[("/id", r#""⟨a·50⟩""#)], &[("/id", r#""⟨a·51⟩""#)], "cannot be the id"),
    ("offer-id-format", Vm, &[("/id", r#""firewall-""#)], &[("/id", r#""-firewall""#)], "cannot be the id"),
    ("offer-id-end", Vm, &[("/id", r#""0""#)], &[("/id", r#""firewall-""#)], "does not end with a letter"),
    ("offer-id-underscore", Vm, &[("/id", r#""fire-wall""#)], &[("/id", r#""fire_wall""#)], "underscore"),
    ("offer-id-min-length", Vm, &[("/id", r#""abc""#)], &[("/id", r#""ab""#)], "fewer than 3"),
    (
        "display-text-length",
        Vm,
        &[("D/displayText", r#""⟨é·120⟩""#)],
        &[("D/displayText", r#""⟨é·121⟩""#)],
        "121 characters",
    ),
    (
        "display-text-length-cpp",
        Vm,
        &[("D/displayText", r#""⟨x·50⟩""#)],
        &[("D/displayText", r#""⟨x·51⟩""#)],
        "51 characters",
    ),
    ("display-text-required", Vm, &[], &[("D/displayText", r#"" ""#)], "is empty"),
    (
        "corevm-legacy-keys-unwritable",
        Core,
        &[],
        &[("O/microsoft-azure-corevm.legacyOfferId", r#""x""#)],
        "is set by the service",
    ),
];
