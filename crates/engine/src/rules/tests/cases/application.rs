//! Cases of `application`: applications.

use crate::rules::tests::Case;
use crate::rules::tests::From::{App, Vm};

pub(super) static CASES: &[Case] = &[
    ("app-sku-type", App, &[("A/skuType", r#""Managed Application""#)], &[("A/skuType", r#""managed""#)], "`managed`"),
    ("app-package-version", App, &[], &[("A/package/1.0", "{}")], "`1.0` is not a version"),
    (
        "app-package-address",
        App,
        &[],
        &[("A/package/1.0.0/packageVersion/packageFile", r#""app.zip""#)],
        "not an absolute address",
    ),
    (
        "app-tenant-id",
        App,
        &[],
        &[("A/package/1.0.0/packageVersion/tenantId", r#""contoso""#)],
        "`contoso` is not a GUID",
    ),
    (
        "app-authorizations",
        App,
        &[],
        &[("A/package/1.0.0/authorizations", r#"[{"principalId": "x"}]"#)],
        "`x` is not a GUID",
    ),
    (
        "app-authorizations",
        App,
        &[],
        &[("A/package/1.0.0/authorizations", r#"[{"role": "Owner"}, {"role": "Owner"}]"#)],
        "a duplicate",
    ),
    (
        "app-policies",
        App,
        &[("A/package/1.0.0/policies", r"[⟨{},·5⟩]")],
        &[("A/package/1.0.0/policies", r"[⟨{},·6⟩]")],
        "at most 5",
    ),
    (
        "td-lengths",
        Vm,
        &[("O/microsoft-azure-marketplace-testdrive.description", r#""⟨x·3000⟩""#)],
        &[("O/microsoft-azure-marketplace-testdrive.description", r#""⟨x·3001⟩""#)],
        "at most 3000",
    ),
    (
        "td-required",
        Vm,
        &[("O/microsoft-azure-marketplace-testdrive.enabled", "false")],
        &[("O/microsoft-azure-marketplace-testdrive.enabled", "true")],
        "userManual` is missing",
    ),
    (
        "td-user-manual-address",
        Vm,
        &[("O/microsoft-azure-marketplace-testdrive.userManual", r#""https://x.example/m.pdf""#)],
        &[("O/microsoft-azure-marketplace-testdrive.userManual", r#""m.pdf""#)],
        "not an absolute address",
    ),
];
