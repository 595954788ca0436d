//! Cases of `audience`: who sees an offer.

use crate::rules::tests::Case;
use crate::rules::tests::From::{Core, Vm};

pub(super) static CASES: &[Case] = &[
    ("preview-required", Vm, &[], &[("L/allowedSubscriptions", "[]")], "is empty"),
    ("preview-required", Core, &[], &[("O/microsoft-azure-corevm.allowedSubscriptions", "")], "is missing"),
    (
        "preview-count",
        Vm,
        &[("L/allowedSubscriptions", r#"[⟨"x",·100⟩]"#)],
        &[("L/allowedSubscriptions", r#"[⟨"x",·101⟩]"#)],
        "at most 100",
    ),
    (
        "guid-capital-letters",
        Vm,
        &[],
        &[("L/allowedSubscriptions/-", r#""5D1F6C0A-3C1E-4C57-9B0E-6F2B8F1F0A12""#)],
        "capital letters",
    ),
    (
        "preview-guid",
        Core,
        &[],
        &[("O/microsoft-azure-corevm.allowedSubscriptions", r#"["5d1f6c0a"]"#)],
        "is not a GUID",
    ),
    (
        "preview-unique",
        Vm,
        &[],
        &[("L/allowedSubscriptions/-", r#""5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11""#)],
        "duplicate ",
    ),
    (
        "audience-one-source",
        Vm,
        &[("P/restrictedAudience", r#"{"uploadedCsvUri": "https://x.example/a.csv"}"#)],
        &[("P/restrictedAudience", r#"{"uploadedCsvUri": "https://x.example/a.csv", "manualEntries": [{}]}"#)],
        "read from a file",
    ),
    (
        "audience-one-source",
        Vm,
        &[("P/restrictedAudience", "{}")],
        &[("P/restrictedAudience", r#"{"manualEntries": []}"#)],
        "neither",
    ),
    (
        "audience-manual-max",
        Vm,
        &[("P/restrictedAudience", r#"{"manualEntries": [⟨{},·10⟩]}"#)],
        &[("P/restrictedAudience", r#"{"manualEntries": [⟨{},·11⟩]}"#)],
        "at most 10",
    ),
    (
        "audience-csv-address",
        Vm,
        &[],
        &[("P/restrictedAudience", r#"{"uploadedCsvUri": "a.csv"}"#)],
        "not an absolute address",
    ),
    (
        "audience-type",
        Vm,
        &[(
            "P/restrictedAudience",
            r#"{"manualEntries": [{"type": "tenantId", "id": "5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11"}]}"#,
        )],
        &[(
            "P/restrictedAudience",
            r#"{"manualEntries": [{"type": "email", "id": "5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11"}]}"#,
        )],
        "`email` is neither",
    ),
    ("audience-type", Vm, &[], &[("P/restrictedAudience", r#"{"manualEntries": [{"type": "tenantId"}]}"#)], "no `id`"),
];
