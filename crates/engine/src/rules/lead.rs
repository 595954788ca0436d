//! Rules about where the addresses of interested customers go.
//!
//! How these objects look is not documented for this API. Their fields are known from the portal's forms and from the backend's
//! schemas, so most findings here only warn.

use super::shape::{is_guid, quoted, web_address};
use super::subject::{Field, Offer};
use super::{Found, Rule, Types};
use crate::diagnostic::nearest;

pub(super) const RULES: &[Rule] = &[
    Rule::warning("lead-destination-enum", Types::PORTAL, destination).inferred().text(
        "`leadDestination` is one of the names that the portal shows, or `None`",
        "known are `None`, `AzureTable`, `AzureBlob`, `DynamicsCRM`, `HttpsEndpoint`, `Marketo` and `Salesforce`; how the API spells them is not documented",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/cloud-partner-portal/power-bi/cpp-storefront-details-tab.md",
    ),
    Rule::warning("lead-config-table", Types::PORTAL, table).inferred().text(
        "the connection string of an Azure table starts with `DefaultEndpointsProtocol=https` and contains account and key",
        "copy the connection string of the storage account",
        "release-engineering/cloudpub:schemas/azure/customer-leads-2022-03-01-preview2.json",
    ),
    Rule::warning("lead-config-blob", Types::PORTAL, blob).inferred().text(
        "leads are no longer sent to Azure blobs",
        "use an Azure table",
        "articles/marketplace/cloud-partner-portal/power-bi/cpp-storefront-details-tab.md; release-engineering/cloudpub:schemas/azure/customer-leads-2022-03-01-preview2.json",
    ),
    Rule::warning("lead-config-crm", Types::PORTAL, crm).inferred().text(
        "Dynamics CRM needs the address of the instance, and an application of Azure AD or a user of Office 365",
        "write the address, and the ids of application and directory as GUIDs",
        "articles/marketplace/cloud-partner-portal-orig/cloud-partner-portal-lead-management-instructions-dynamics.md; release-engineering/cloudpub:schemas/azure/customer-leads-2022-03-01-preview2.json",
    ),
    Rule::warning("lead-config-crm-o365", Types::PORTAL, office).text(
        "the password of an Office 365 user expires after 90 days, and then no leads arrive",
        "use an application of Azure AD",
        "articles/marketplace/cloud-partner-portal-orig/cloud-partner-portal-lead-management-instructions-dynamics.md",
    ),
    Rule::warning("lead-config-https", Types::PORTAL, endpoint).inferred().text(
        "an endpoint for leads is an https address",
        "write the whole address",
        "release-engineering/cloudpub:schemas/azure/customer-leads-2022-03-01-preview2.json; articles/marketplace/cloud-partner-portal-orig/cloud-partner-portal-lead-management-instructions-https.md",
    ),
    Rule::warning("lead-config-marketo", Types::PORTAL, marketo).inferred().text(
        "Marketo needs a munchkin id such as `123-ABC-456` and a form id of at most 8 digits",
        "copy both from the form in Marketo",
        "release-engineering/cloudpub:schemas/azure/customer-leads-2022-03-01-preview2.json; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ),
    Rule::warning("lead-config-salesforce", Types::PORTAL, salesforce).inferred().text(
        "Salesforce needs an object id of 15 letters and digits",
        "copy the `oid` of the form",
        "release-engineering/cloudpub:schemas/azure/customer-leads-2022-03-01-preview2.json; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ),
    Rule::warning("lead-config-exclusive", Types::PORTAL, exclusive).text(
        "only the chosen destination is configured",
        "empty the others: `{}`",
        "release-engineering/cloudpub:schemas/azure/customer-leads-2022-03-01-preview2.json",
    ),
    Rule::warning("lead-required", Types::LISTED, required).text(
        "an offer with a test drive has a destination for leads",
        "choose a `leadDestination`",
        "articles/marketplace/plan-saas-offer.md; articles/marketplace/includes/customer-leads.md",
    ),
];

/// The setup of each destination, and how the destination may be spelled, without spaces and in small letters.
const DESTINATIONS: [(&str, &[&str]); 6] = [
    ("tableLeadConfiguration", &["azuretable", "table"]),
    ("blobLeadConfiguration", &["azureblob", "blob"]),
    ("crmLeadConfiguration", &["dynamicscrm", "dynamicscrmonline", "dynamics", "crm"]),
    ("httpsEndpointLeadConfiguration", &["httpsendpoint", "https"]),
    ("marketoLeadConfiguration", &["marketo"]),
    ("salesForceLeadConfiguration", &["salesforce"]),
];

fn spelled(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

fn destination(offer: &Offer<'_>, found: &mut Found) {
    let Some(field) = offer.listing("leadDestination").filter(|field| !field.is_empty()) else { return };
    let text = field.text().unwrap_or_default();
    let known = || DESTINATIONS.iter().flat_map(|(_, names)| names.iter().copied()).chain(["none", "email"]);
    let name = spelled(text);
    if !known().any(|known| known == name) {
        let finding = found.at(&field, format!("the destination {} is not known", quoted(text)));
        if let Some(near) = nearest(&name, known()) {
            finding.help(format!("did you mean `{near}`? How the API spells the names is not documented"));
        }
    }
}

/// A text in the setup of a destination.
fn setup<'a>(offer: &Offer<'a>, of: &str, key: &str) -> Option<(Field<'a>, &'a str)> {
    let field = offer.listing(of)?.member(key)?;
    let text = field.text()?;
    Some((field, text))
}

fn table(offer: &Offer<'_>, found: &mut Found) {
    let Some((field, text)) = setup(offer, "tableLeadConfiguration", "storageAccountConnectionString") else { return };
    let has = |part: &str| text.split(';').any(|pair| pair.starts_with(part));
    if !(has("DefaultEndpointsProtocol=https") && has("AccountName=") && has("AccountKey=")) {
        found.at(&field, "this is not a connection string of a storage account");
    }
}

fn blob(offer: &Offer<'_>, found: &mut Found) {
    if let Some(field) = offer.listing("blobLeadConfiguration").filter(|field| !field.is_empty()) {
        found.at(&field, "leads go to an Azure blob").at_key();
    }
}

fn crm(offer: &Offer<'_>, found: &mut Found) {
    const CRM: &str = "crmLeadConfiguration";
    if let Some((field, text)) = setup(offer, CRM, "instanceUrl")
        && web_address(text).is_none()
    {
        found.at(&field, format!("{} is not an absolute address", quoted(text)));
    }
    for key in ["applicationId", "directoryId"] {
        if let Some((field, text)) = setup(offer, CRM, key)
            && !is_guid(text)
        {
            found.at(&field, format!("{} is not a GUID", quoted(text)));
        }
    }
}

fn office(offer: &Offer<'_>, found: &mut Found) {
    if let Some((field, text)) = setup(offer, "crmLeadConfiguration", "authentication")
        && spelled(text) == "office365"
    {
        found.at(&field, "leads are written by an Office 365 user");
    }
}

fn endpoint(offer: &Offer<'_>, found: &mut Found) {
    if let Some((field, text)) = setup(offer, "httpsEndpointLeadConfiguration", "httpsEndpointUrl")
        && web_address(text).is_none_or(|url| url.scheme() != "https")
    {
        found.at(&field, "this is not an https address");
    }
}

fn marketo(offer: &Offer<'_>, found: &mut Found) {
    const MARKETO: &str = "marketoLeadConfiguration";
    let groups = |text: &str| text.split('-').map(str::len).collect::<Vec<_>>() == [3, 3, 3];
    if let Some((field, text)) = setup(offer, MARKETO, "munchkinId")
        && !(groups(text) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
    {
        found.at(&field, format!("{} is not a munchkin id", quoted(text)));
    }
    if let Some((field, text)) = setup(offer, MARKETO, "formId")
        && !(matches!(text.len(), 1..=8) && text.bytes().all(|byte| byte.is_ascii_digit()))
    {
        found.at(&field, format!("{} is not a form id", quoted(text)));
    }
}

fn salesforce(offer: &Offer<'_>, found: &mut Found) {
    if let Some((field, text)) = setup(offer, "salesForceLeadConfiguration", "objectIdentifier")
        && !(text.len() == 15 && text.chars().all(|c| c.is_ascii_alphanumeric()))
    {
        found.at(&field, format!("{} is not an object id", quoted(text)));
    }
}

fn exclusive(offer: &Offer<'_>, found: &mut Found) {
    let Some(field) = offer.listing("leadDestination") else { return };
    let name = spelled(field.text().unwrap_or_default());
    let is_known = name == "none" || DESTINATIONS.iter().any(|(_, names)| names.contains(&name.as_str()));
    if !is_known {
        return;
    }
    for (key, names) in DESTINATIONS {
        let Some(setup) = offer.listing(key).filter(|setup| !setup.is_empty()) else { continue };
        if !names.contains(&name.as_str()) {
            found
                .at(&setup, format!("`{key}` is configured, but leads go to another destination"))
                .at_key()
                .related(&field.at, "they go there");
        }
    }
}

fn required(offer: &Offer<'_>, found: &mut Found) {
    let Some(test_drive) = offer.offer("microsoft-azure-marketplace-testdrive.enabled").filter(Field::is_true) else {
        return;
    };
    let Some(destination) = offer.listing("leadDestination") else { return };
    if destination.is_empty() || destination.text() == Some("None") {
        found.at(&destination, "the test drive has no destination for leads").related(&test_drive.at, "the test drive");
    }
}
