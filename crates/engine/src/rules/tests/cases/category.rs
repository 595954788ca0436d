//! Cases of `category`: categories.

use crate::rules::tests::Case;
use crate::rules::tests::From::{App, Core, Vm};

pub(super) static CASES: &[Case] = &[
    ("category-required", Vm, &[], &[("L/categoryMap", "[]")], "is empty"),
    (
        "category-max",
        Vm,
        &[("L/categoryMap", r#"[{"categoryL1": "security"}, {"categoryL1": "networking"}]"#)],
        &[(
            "L/categoryMap",
            r#"[{"categoryL1": "security"}, {"categoryL1": "networking"}, {"categoryL1": "compute"}]"#,
        )],
        "at most 2",
    ),
    (
        "category-sub-max",
        Vm,
        &[],
        &[(
            "L/categoryMap",
            r#"[{"categoryL1": "networking", "categoryL2-networking": ["firewalls", "connectivity", "other"]}]"#,
        )],
        "at most 2",
    ),
    (
        "category-shape",
        Vm,
        &[("L/categoryMap", r#"[{"categoryL1": "security"}]"#)],
        &[("L/categoryMap", r#"[{"categoryL1": "security", "categoryL2-networking": []}]"#)],
        "does not belong to the category `security`",
    ),
    ("category-shape", Vm, &[], &[("L/categoryMap", r#"[{"categoryL2-security": []}]"#)], "no `categoryL1`"),
    (
        "category-shape",
        Vm,
        &[],
        &[("L/categoryMap", r#"[{"categoryL1": "security", "categoryL2-security": "other"}]"#)],
        "is not a list",
    ),
    ("category-key-known", Vm, &[], &[("L/categoryMap", r#"[{"categoryL1": "Security"}]"#)], "`Security` is not known"),
    (
        "category-key-known",
        Vm,
        &[],
        &[("L/categoryMap", r#"[{"categoryL1": "security", "categoryL2-security": ["threats"]}]"#)],
        "`threats` is not known below `security`",
    ),
    (
        "category-key-known",
        App,
        &[],
        &[("L/categoryMap", r#"[{"categoryL1": "analytics"}]"#)],
        "`analytics` is not known",
    ),
    (
        "category-legacy-max",
        Vm,
        &[("L/categories", r#"[⟨"x",·5⟩]"#)],
        &[("L/categories", r#"[⟨"x",·6⟩]"#)],
        "at most 5",
    ),
    (
        "category-corevm-at-plan",
        Core,
        &[("C/categoryMap", r#"[{"categoryL1": "compute"}]"#)],
        &[("O/microsoft-azure-corevm.categoryMap", "[]")],
        "is declared in the offer",
    ),
];
