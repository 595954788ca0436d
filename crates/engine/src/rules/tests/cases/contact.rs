//! Cases of `contact`: people.

use crate::rules::tests::Case;
use crate::rules::tests::From::Vm;

pub(super) static CASES: &[Case] = &[
    ("contact-engineering", Vm, &[], &[("L/engineeringContactPhone", "")], "engineeringContactPhone` is missing"),
    ("contact-support", Vm, &[], &[("L/supportContactName", r#""""#)], "supportContactName` is empty"),
    (
        "contact-email",
        Vm,
        &[("L/supportContactEmail", r#""a.b+c@mail.contoso.example""#)],
        &[("L/supportContactEmail", r#""a@contoso.example, b@contoso.example""#)],
        "not a mail address",
    ),
    (
        "contact-email",
        Vm,
        &[],
        &[("O/microsoft-azure-virtualmachines.managerContactEmail", r#""nobody""#)],
        "`nobody` is not a mail address",
    ),
    (
        "contact-phone",
        Vm,
        &[("L/supportContactPhone", r#""+44 (0)20 7946-0018""#)],
        &[("L/supportContactPhone", r#""call us""#)],
        "not a telephone number",
    ),
    (
        "contact-support-url",
        Vm,
        &[("L/publicAzureSupportUrl", r#""""#)],
        &[("L/publicAzureSupportUrl", r#""support.contoso.example""#)],
        "not an absolute address",
    ),
    (
        "contact-fairfax-url",
        Vm,
        &[("L/fairfaxSupportUrl", r#""""#)],
        &[("L/fairfaxSupportUrl", r#""""#), ("V/cloudAvailability", r#"["PublicAzure", "Fairfax"]"#)],
        "no support address for Azure Government",
    ),
];
