//! The resources of the Product Ingestion API, as the document of an offer holds them.
//!
//! The service has a product as a set of resources that refer to each other. A document has them as a tree below `resources`, under
//! the names of their types: those of the product directly, those of a plan in the element of `plans` that has the plan's id. What a
//! place in the tree says already (ids, references, languages) is not in a resource.
//!
//! Source: the reference page product-ingestion-api.md in MicrosoftDocs; the schemas of the service as they are kept in
//! release-engineering/cloudpub (`schemas/azure`).

use super::IdentityPath;

/// The key that names the API.
pub const API: &str = "api";

/// The key of the type of the product, in the document itself.
pub const TYPE: &str = "type";

/// The type of SaaS offers.
pub const SAAS: &str = "softwareAsAService";

/// The type of container offers.
pub const CONTAINER: &str = "azureContainer";

/// The key of the object that holds everything that a publisher writes.
pub const RESOURCES: &str = "resources";

/// The key of the list of plans, below [`RESOURCES`].
pub const PLANS: &str = "plans";

/// The resource type of the product itself.
pub const PRODUCT: &str = "product";

/// The resource type of a plan.
pub const PLAN: &str = "plan";

/// The resource type of what brings a draft to the preview, and a preview to customers. No document holds it.
pub const SUBMISSION: &str = "submission";

/// What distinguishes the resources of one type that a product or a plan has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Several {
    /// There is at most one such resource.
    One,
    /// There is at most one for each language.
    ByLanguage,
    /// There is a list of them for each language.
    ListByLanguage,
    /// There is a list of them.
    List,
}

/// What is known of a resource type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceType {
    /// The name of the type, which is a key of the document.
    pub name: &'static str,
    /// Whether the resource belongs to a plan.
    pub is_of_plan: bool,
    /// How many of them there are.
    pub several: Several,
}

const fn product(name: &'static str, several: Several) -> ResourceType {
    ResourceType { name, is_of_plan: false, several }
}

const fn plan(name: &'static str, several: Several) -> ResourceType {
    ResourceType { name, is_of_plan: true, several }
}

/// Every resource type whose place in the document is known.
pub const TYPES: [ResourceType; 19] = [
    product(PRODUCT, Several::One),
    product("property", Several::One),
    product("listing", Several::ByLanguage),
    product("listing-asset", Several::ListByLanguage),
    product("listing-trailer", Several::List),
    product("price-and-availability-offer", Several::One),
    product("price-and-availability-custom-meter", Several::One),
    product("customer-leads", Several::One),
    product("reseller", Several::One),
    product("test-drive", Several::One),
    product("commercial-marketplace-setup", Several::One),
    product("microsoft365-integration", Several::One),
    product("software-as-a-service-technical-configuration", Several::One),
    plan(PLAN, Several::One),
    plan("plan-listing", Several::ByLanguage),
    plan("price-and-availability-plan", Several::One),
    plan("virtual-machine-plan-technical-configuration", Several::One),
    plan("core-virtual-machine-plan-technical-configuration", Several::One),
    plan("container-plan-technical-configuration", Several::One),
];

/// The resource type of this name; `None` if it is not known.
#[must_use]
pub fn known(name: &str) -> Option<&'static ResourceType> {
    TYPES.iter().find(|kind| kind.name == name)
}

/// Whether a resource of this type can be deleted, as long as it was never published. Every other can only be changed.
///
/// Source: the reference and the schemas of the service, `lifecycleState`.
#[must_use]
pub fn is_deletable(kind: &str) -> bool {
    [PRODUCT, PLAN, "listing", "listing-asset", "listing-trailer", "plan-listing"].contains(&kind)
}

/// The path of the resources of one type in which `path` ends: `/resources/TYPE`, or
/// `/resources/plans/PLAN/TYPE`. `None` for a path that is not inside of a resource.
#[must_use]
pub fn around(path: &IdentityPath) -> Option<IdentityPath> {
    let tokens: Vec<String> = path.tokens().collect();
    let depth = match tokens.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [RESOURCES, PLANS, _, _, ..] => 4,
        [RESOURCES, PLANS, ..] | [RESOURCES] => return None,
        [RESOURCES, ..] => 2,
        _ => return None,
    };
    Some(tokens[..depth].iter().fold(IdentityPath::root(), |at, key| at.key(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_inside_of_the_resources_of_one_type() {
        for (text, expected) in [
            ("/resources/listing/en-us/title", Some("/resources/listing")),
            ("/resources/listing", Some("/resources/listing")),
            ("/resources/plans/basic/plan/alias", Some("/resources/plans/basic/plan")),
            ("/resources/plans/basic", None),
            ("/resources/plans", None),
            ("/resources", None),
            ("/id", None),
            ("", None),
        ] {
            let found = around(&IdentityPath::parse(text).unwrap());
            assert_eq!(found.as_ref().map(IdentityPath::as_str), expected, "{text}");
        }
    }
}
