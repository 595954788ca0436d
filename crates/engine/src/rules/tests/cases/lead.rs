//! Cases of `lead`: leads.

use crate::rules::tests::Case;
use crate::rules::tests::From::Vm;

pub(super) static CASES: &[Case] = &[
    (
        "lead-destination-enum",
        Vm,
        &[("L/leadDestination", r#""HTTPS Endpoint""#)],
        &[("L/leadDestination", r#""Hubspot""#)],
        "`Hubspot` is not known",
    ),
    (
        "lead-config-table",
        Vm,
        &[(
            "L/tableLeadConfiguration",
            r#"{"storageAccountConnectionString": "DefaultEndpointsProtocol=https;AccountName=abc;AccountKey=x"}"#,
        )],
        &[("L/tableLeadConfiguration", r#"{"storageAccountConnectionString": "AccountName=abc"}"#)],
        "not a connection string",
    ),
    (
        "lead-config-blob",
        Vm,
        &[("L/blobLeadConfiguration", "{}")],
        &[("L/blobLeadConfiguration", r#"{"containerName": "leads"}"#)],
        "Azure blob",
    ),
    (
        "lead-config-crm",
        Vm,
        &[("L/crmLeadConfiguration", r#"{"instanceUrl": "https://contoso.crm.example"}"#)],
        &[("L/crmLeadConfiguration", r#"{"applicationId": "42"}"#)],
        "`42` is not a GUID",
    ),
    (
        "lead-config-crm-o365",
        Vm,
        &[("L/crmLeadConfiguration", r#"{"authentication": "azureAD"}"#)],
        &[("L/crmLeadConfiguration", r#"{"authentication": "office365"}"#)],
        "Office 365",
    ),
    (
        "lead-config-https",
        Vm,
        &[("L/httpsEndpointLeadConfiguration", r#"{"httpsEndpointUrl": "https://leads.example"}"#)],
        &[("L/httpsEndpointLeadConfiguration", r#"{"httpsEndpointUrl": "http://leads.example"}"#)],
        "not an https address",
    ),
    (
        "lead-config-marketo",
        Vm,
        &[("L/marketoLeadConfiguration", r#"{"munchkinId": "123-ABC-456", "formId": "1042"}"#)],
        &[("L/marketoLeadConfiguration", r#"{"munchkinId": "123ABC456"}"#)],
        "not a munchkin id",
    ),
    ("lead-config-marketo", Vm, &[], &[("L/marketoLeadConfiguration", r#"{"formId": "123456789"}"#)], "not a form id"),
    (
        "lead-config-salesforce",
        Vm,
        &[("L/salesForceLeadConfiguration", r#"{"objectIdentifier": "00D2400000ABcde"}"#)],
        &[("L/salesForceLeadConfiguration", r#"{"objectIdentifier": "00D24"}"#)],
        "not an object id",
    ),
    (
        "lead-config-exclusive",
        Vm,
        &[("L/leadDestination", r#""Marketo""#), ("L/marketoLeadConfiguration", r#"{"formId": "1"}"#)],
        &[("L/marketoLeadConfiguration", r#"{"formId": "1"}"#)],
        "go to another destination",
    ),
    (
        "lead-required",
        Vm,
        &[("O/microsoft-azure-marketplace-testdrive.enabled", "false")],
        &[("O/microsoft-azure-marketplace-testdrive.enabled", "true")],
        "no destination for leads",
    ),
];
