//! Cases of `placeholder`: texts that were never filled in.

use crate::rules::tests::Case;
use crate::rules::tests::From::Vm;

pub(super) static CASES: &[Case] = &[
    ("placeholder", Vm, &[("L/title", r#""Braces {} and $5""#)], &[("L/title", r#""Node {{K8S_VERSION}}""#)], "{{K8S"),
    ("placeholder", Vm, &[("L/termsOfUse", r#""The TODOs app""#)], &[("L/termsOfUse", r#""TODO""#)], "`TODO`"),
    ("placeholder", Vm, &[], &[("V/skuTitle", r#""Node ${VERSION}""#)], "`${VERSION}`"),
    (
        "placeholder",
        Vm,
        &[("L/description", r#""<p>a</p> 1 < 2 > 0 <b>your choice</b>""#)],
        &[("L/description", r#""<p>Made by <your company>.</p>""#)],
        "`<your company>`",
    ),
    (
        "placeholder",
        Vm,
        &[],
        &[(
            "P/restrictedAudience",
            r#"{"manualEntries": [{"type": "subscriptionId", "id": "5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11", "description": "<description1>"}]}"#,
        )],
        "`<description1>`",
    ),
];
