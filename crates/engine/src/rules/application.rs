//! Rules about applications: their packages, and what the publisher may do in a customer's subscription.

use super::shape::{guid, is_guid, longest, most, needed, quoted, shown, version, web_address};
use super::subject::{Field, Offer, Sku};
use super::{Found, Rule, Types};

pub(super) const RULES: &[Rule] = &[
    Rule::warning("app-sku-type", Types::APPLICATION, kind).text(
        "the `skuType` of an application is a solution template or a managed application; the spelling in the API is not documented",
        "copy the value from an existing offer",
        "articles/marketplace/cloud-partner-portal/azure-applications/cpp-skus-tab.md",
    ),
    Rule::error("app-package-version", Types::APPLICATION, package_version).text(
        "the version of a package is three numbers, such as `1.0.2`",
        "increase the last number with every change of the package",
        "articles/marketplace/cloud-partner-portal/azure-applications/cpp-skus-tab.md; articles/marketplace/azure-app-managed.md",
    ),
    Rule::warning("app-package-address", Types::APPLICATION, package_address).text(
        "the address of a package is absolute",
        "give the address of the `.zip` file",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md",
    ),
    Rule::error("app-tenant-id", Types::APPLICATION, tenant).text(
        "the `tenantId` of a package is a GUID",
        "copy it from the Azure portal",
        "articles/marketplace/cloud-partner-portal/azure-applications/cpp-skus-tab.md; articles/marketplace/azure-app-managed.md",
    ),
    Rule::error("app-authorizations", Types::APPLICATION, authorizations).text(
        "a managed application has 1 to 100 authorizations: principal and role as GUIDs, without duplicates",
        "use a group instead of persons: you can change it without a new package",
        "articles/marketplace/cloud-partner-portal/azure-applications/cpp-skus-tab.md; articles/marketplace/plan-azure-app-managed-app.md",
    ),
    Rule::error("app-policies", Types::APPLICATION, policies).text(
        "a managed application has at most 5 policies, whose names have at most 50 characters",
        "remove some, or shorten their names",
        "articles/marketplace/plan-azure-app-managed-app.md; articles/marketplace/cloud-partner-portal/azure-applications/cpp-skus-tab.md",
    ),
    Rule::warning("td-lengths", Types::LISTED, test_drive).text(
        "the description of a test drive has at most 3,000 characters, and its access information at most 10,000",
        "shorten it",
        "articles/marketplace/test-drive-technical-configuration.md",
    ),
    Rule::warning("td-required", Types::LISTED, test_drive_required).of_the_whole().text(
        "a test drive has a description, a user manual and access information",
        "write them, or set `microsoft-azure-marketplace-testdrive.enabled: false`",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-test-drive-tab.md; articles/marketplace/cloud-partner-portal/azure-applications/cpp-testdrive-tab.md",
    ),
    Rule::warning("td-user-manual-address", Types::LISTED, manual).text(
        "the address of the user manual of a test drive is absolute",
        "give the address of the PDF",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md",
    ),
];

/// What customers get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sold {
    SolutionTemplate,
    ManagedApplication,
}

/// What customers get with a SKU, if its `skuType` is spelled in a way that can be understood.
pub(super) fn sold(sku: &Sku<'_>) -> Option<Sold> {
    let kind = sku.own("skuType")?;
    let letters = kind.text()?.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    match letters.as_str() {
        "solutiontemplate" => Some(Sold::SolutionTemplate),
        "managedapplication" => Some(Sold::ManagedApplication),
        _ => None,
    }
}

fn kind(offer: &Offer<'_>, found: &mut Found) {
    for sku in offer.skus() {
        if let (Some(kind), None) = (sku.own("skuType"), sold(&sku)) {
            found.at(&kind, format!("{} is not a known `skuType`", shown(kind.value)));
        }
    }
}

/// The versions of all packages.
fn packages<'a>(offer: &Offer<'a>) -> Vec<(&'a str, Field<'a>)> {
    offer.skus().iter().filter_map(|sku| sku.own("package")).flat_map(|package| package.members()).collect()
}

fn package_version(offer: &Offer<'_>, found: &mut Found) {
    for (text, package) in packages(offer) {
        if version(text).is_none() {
            found.at(&package, format!("{} is not a version", quoted(text))).by_key();
        }
    }
}

fn package_address(offer: &Offer<'_>, found: &mut Found) {
    for (_, package) in packages(offer) {
        let Some(file) = package.member("packageVersion").and_then(|inner| inner.member("packageFile")) else {
            continue;
        };
        if file.text().and_then(web_address).is_none() {
            found.at(&file, "this is not an absolute address");
        }
    }
}

fn tenant(offer: &Offer<'_>, found: &mut Found) {
    for (_, package) in packages(offer) {
        let Some(tenant) = package.member("packageVersion").and_then(|inner| inner.member("tenantId")) else {
            continue;
        };
        if !tenant.is_empty() && !tenant.text().is_some_and(is_guid) {
            found.at(&tenant, format!("{} is not a GUID", shown(tenant.value)));
        }
    }
}

fn authorizations(offer: &Offer<'_>, found: &mut Found) {
    for list in packages(offer).iter().filter_map(|(_, package)| package.member("authorizations")) {
        most(Some(list.clone()), 100, found);
        let mut seen: Vec<Field<'_>> = Vec::new();
        for authorization in list.elements() {
            for key in ["principalId", "roleDefinitionId"] {
                if let Some(id) = authorization.member(key) {
                    guid(&id, found);
                }
            }
            match seen.iter().find(|before| before.value == authorization.value) {
                Some(before) => {
                    found.at(&authorization, "this authorization is a duplicate").related(&before.at, "first here");
                }
                None => seen.push(authorization),
            }
        }
    }
}

fn policies(offer: &Offer<'_>, found: &mut Found) {
    for list in packages(offer).iter().filter_map(|(_, package)| package.member("policies")) {
        most(Some(list.clone()), 5, found);
        for policy in list.elements() {
            longest(policy.member("name"), 50, found);
        }
    }
}

fn in_test_drive<'a>(offer: &Offer<'a>, key: &str) -> Option<Field<'a>> {
    offer.offer(&format!("microsoft-azure-marketplace-testdrive.{key}"))
}

fn test_drive(offer: &Offer<'_>, found: &mut Found) {
    longest(in_test_drive(offer, "description"), 3000, found);
    longest(in_test_drive(offer, "accessInformation"), 10_000, found);
}

fn test_drive_required(offer: &Offer<'_>, found: &mut Found) {
    if in_test_drive(offer, "enabled").is_some_and(|enabled| enabled.is_true()) {
        for key in ["description", "userManual", "accessInformation"] {
            let at = super::offer_place(format!("microsoft-azure-marketplace-testdrive.{key}"));
            needed(in_test_drive(offer, key), &at, found);
        }
    }
}

fn manual(offer: &Offer<'_>, found: &mut Found) {
    let Some(manual) = in_test_drive(offer, "userManual").filter(|manual| !manual.is_empty()) else { return };
    if manual.text().and_then(web_address).is_none() {
        found.at(&manual, "this is not an absolute address");
    }
}
