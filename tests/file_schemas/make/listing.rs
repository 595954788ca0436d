//! The marketplace listing, the test drive, and what offers of several types have in common.
//!
//! Sources: `cloud-partner-portal-api-creating-offer.md` and `-retrieve-specific-offer.md` in MicrosoftDocs/azure-docs,
//! microsoft/az-partner-center-cli `tests/test_data/vm_create_valid_response.json`, devigned/pub `pkg/partner/types.go`;
//! limits: `articles/marketplace/azure-vm-offer-listing.md`, `azure-app-offer-listing.md` and the `cloud-partner-portal`
//! pages. Where they disagree, the widest limit stands here.

use serde_json::{Map, Value, json};

use super::kind::Kind::{Any, Flag, Is, Like, Limited, List, Text};
use super::kind::{Choice, Field, list_of};
use super::scope::{Keys, Namespace, firm_mapping, mapping, members};
use super::words::category_map;

/// What the portal calls them. Only `None` was seen in an answer of the API.
const LEAD_DESTINATIONS: &[Choice] = &[
    ("None", "Leads go nowhere."),
    ("Marketo", ""),
    ("Salesforce", ""),
    ("Dynamics CRM Online", ""),
    ("HTTPS Endpoint", ""),
    ("Azure Table", ""),
    ("Azure Blob", "No longer supported: use a table."),
];

const WORDS: &[Field] = &[
    ("title", Limited(200), "The name that customers see. Some places cut it after 50 characters."),
    ("summary", Limited(100), "One line of plain text, for search results."),
    ("longSummary", Limited(256), "A short description in plain text."),
    (
        "description",
        Limited(5000),
        "The description, in simple HTML: `p`, `br`, `b`, `i`, `em`, `ul`, `ol`, `li`, `h1` to `h6`. Best kept in a file of \
         its own: `{ $file: description.html }`.",
    ),
    ("offerMarketingUrlIdentifier", Limited(50), "The last part of the offer's public address."),
    ("cspOfferOptIn", Flag(None), "Whether resellers (Cloud Solution Providers) may sell the offer."),
    (
        "allowedSubscriptions",
        Is("subscriptions"),
        "The preview audience: ids of the subscriptions that see the offer before it goes live. 1 to 100.",
    ),
    ("usefulLinks", Is("links"), "Links to documentation and the like."),
    ("categories", Is("words"), "The older, flat list of categories, replaced by `categoryMap`."),
];

const LOGOS: &[Field] = &[
    ("smallLogo", Is("url"), "A PNG of 48 by 48 pixels. The service copies it and answers with an address of its own."),
    ("mediumLogo", Is("url"), "A PNG of 90 by 90 pixels."),
    ("largeLogo", Is("url"), "A square PNG of 216 to 350 pixels."),
    ("wideLogo", Is("url"), "A PNG of 255 by 115 pixels."),
];

const MEDIA: &[Field] = &[
    ("heroLogo", Is("url"), "A PNG of 815 by 290 pixels. Once there it can be replaced, and not removed."),
    (
        "screenshots",
        List(5),
        "Screenshots, at most 5: PNG of 1280 by 720 pixels. How an element looks is not documented.",
    ),
    ("videos", List(5), "Videos on YouTube or Vimeo, at most 5. How an element looks is not documented."),
];

pub(crate) const LEADS: &[Field] = &[
    (
        "leadDestination",
        Like(LEAD_DESTINATIONS),
        "Where leads are sent to. Other words than `None` are those of the portal.",
    ),
    ("tableLeadConfiguration", Is("lead-table"), "For leads in an Azure table."),
    ("blobLeadConfiguration", Is("lead-blob"), "For leads in an Azure blob, which is no longer supported."),
    ("salesForceLeadConfiguration", Is("lead-salesforce"), "For leads in Salesforce."),
    ("crmLeadConfiguration", Is("lead-crm"), "For leads in Dynamics CRM Online."),
    ("httpsEndpointLeadConfiguration", Is("lead-https"), "For leads sent to an HTTPS endpoint."),
    ("marketoLeadConfiguration", Is("lead-marketo"), "For leads in Marketo."),
    ("leadNotificationEmails", Text, "Who is written to about leads."),
];

const LEGAL: &[Field] = &[
    ("privacyURL", Is("url"), "The address of the privacy policy."),
    (
        "useEnterpriseContract",
        Flag(None),
        "Whether the standard contract of Microsoft is used. It cannot be taken back.",
    ),
    (
        "termsOfUse",
        Limited(10_000),
        "The terms of use, in simple HTML, or one address. Needed without the standard contract.",
    ),
    ("universalAmendmentTerms", Text, "Terms added to the standard contract, for everybody."),
    ("customAmendments", Any, "Terms added for some customers. How they look is not documented."),
];

const CONTACTS: &[Field] = &[
    ("engineeringContactName", Text, "Whom Microsoft asks about technical matters."),
    ("engineeringContactEmail", Is("email"), "The e-mail address of the engineering contact."),
    ("engineeringContactPhone", Text, "The phone number of the engineering contact, such as +1 425 555 0100."),
    ("supportContactName", Text, "Whom Microsoft and customers ask for support."),
    ("supportContactEmail", Is("email"), "The e-mail address of the support contact."),
    ("supportContactPhone", Text, "The phone number of the support contact."),
    ("publicAzureSupportUrl", Is("url"), "The address of support for customers in Azure."),
    ("fairfaxSupportUrl", Is("url"), "The address of support for customers in Azure Government."),
];

/// What test drives have besides is not documented.
const TEST_DRIVE: &[Field] = &[
    ("enabled", Flag(Some(false)), "Whether customers can try the offer."),
    ("videos", List(5), "Videos about the test drive."),
    ("description", Limited(3000), "What customers can do in the test drive, in simple HTML."),
    ("accessInformation", Limited(10_000), "What customers need to know to get in, in simple HTML."),
    ("userManual", Is("url"), "The address of a manual in PDF."),
];

const LINK: &[Field] = &[
    ("linkTitle", Limited(255), "The text of the link."),
    ("linkUrl", Is("url"), "The address that the link leads to."),
];

const CONNECTION_STRING: &str =
    "A connection string. Give it as `{ $secret: { env: NAME } }`: the service never returns it.";

/// The keys are those of the portal's successor and of the field table; those of this API are not public.
const LEAD_KEYS: &[(&str, &[Field])] = &[
    ("lead-table", &[("storageAccountConnectionString", Text, CONNECTION_STRING), ("contactEmail", Is("email"), "")]),
    ("lead-blob", &[("containerName", Text, ""), ("storageAccountConnectionString", Text, CONNECTION_STRING)]),
    ("lead-salesforce", &[("objectIdentifier", Text, "15 letters and digits."), ("password", Text, SECRET)]),
    (
        "lead-crm",
        &[
            ("instanceUrl", Is("url"), "The address of the instance."),
            ("applicationId", Text, "For Azure AD: the id of the application."),
            ("applicationKey", Text, SECRET),
            ("directoryId", Text, "For Azure AD: the id of the directory."),
            ("username", Text, "For Office 365; it has to be renewed every 90 days, so prefer Azure AD."),
            ("password", Text, SECRET),
        ],
    ),
    ("lead-https", &[("httpsEndpointUrl", Is("url"), "An address that begins with https://.")]),
    (
        "lead-marketo",
        &[
            ("serverId", Text, "The id of the server."),
            ("munchkinId", Text, "Such as 123-ABC-456."),
            ("formId", Text, "A number, in quotation marks."),
            ("clientSecret", Text, SECRET),
        ],
    ),
];

const SECRET: &str =
    "Give it as `{ $secret: { env: NAME } }`: the service never returns it, so it goes along with every write.";

/// The listing, for a group of categories.
pub(crate) fn namespace(definition: &'static str, categories: &'static str, keys: Keys) -> Namespace {
    let category_map: &[Field] = &[("categoryMap", Is(categories), CATEGORY_MAP)];
    Namespace {
        prefix: "microsoft-azure-marketplace",
        definition,
        says: "The listing in the marketplace, contacts, leads and terms.",
        fields: [WORDS, category_map, LOGOS, MEDIA, LEADS, LEGAL, CONTACTS].concat(),
        keys,
    }
}

pub(crate) const CATEGORY_MAP: &str = "The categories, at most two. Each is a mapping of `categoryL1` and of \
    `categoryL2-` followed by the same key, with a list of subcategories. Upper and lower case matter.";

/// The test drive.
pub(crate) fn test_drive() -> Namespace {
    Namespace {
        prefix: "microsoft-azure-marketplace-testdrive",
        definition: "test-drive",
        says: "The test drive. Its other keys are not documented and pass.",
        fields: TEST_DRIVE.to_vec(),
        keys: Keys::Open,
    }
}

/// The fields of the listing that core virtual machines have in each SKU.
pub(crate) fn of_each_sku() -> Vec<Field> {
    [LOGOS, &MEDIA[1..]].concat()
}

/// Who resells.
pub(crate) const RESALE: &[Field] = &[
    ("managerContactName", Text, "Whom resellers (Cloud Solution Providers) ask."),
    ("managerContactEmail", Is("email"), "The e-mail address for resellers."),
    ("managerContactPhone", Text, "The phone number for resellers."),
    ("gtmMaterials", Is("url"), "The address of marketing material for resellers."),
];

pub(crate) fn definitions() -> Vec<(&'static str, Value)> {
    let mut definitions = vec![
        ("subscriptions", limited(list_of(&json!({ "type": ["string", "object"], "$ref": "#/$defs/guid" })), 100)),
        ("links", list_of(&firm_mapping(members(LINK), Keys::Closed))),
        ("words", list_of(&json!({ "$ref": "#/$defs/word" }))),
    ];
    definitions.extend(LEAD_KEYS.iter().map(|(name, fields)| (*name, mapping(members(fields), Keys::Open))));
    definitions
}

/// The definition of the categories of machines.
pub(crate) fn machine_categories() -> (&'static str, Value) {
    ("categories", category_map("machine"))
}

pub(crate) fn limited(mut list: Value, limit: u32) -> Value {
    list["maxItems"] = json!(limit);
    list
}

/// A private SKU, and where it is sold.
pub(crate) fn audience() -> (&'static str, Value) {
    let types: &[Choice] = &[("subscriptionId", "An Azure subscription."), ("tenantId", "A whole tenant.")];
    let mut entry = members(&[
        ("type", super::kind::Kind::OneOf(types), "What the id is of."),
        ("description", Limited(1000), "For you: who that is."),
    ]);
    entry.insert("id".to_owned(), json!({ "description": "The id.", "$ref": "#/$defs/guid" }));
    let mut all = Map::new();
    let mut entries = limited(list_of(&firm_mapping(entry, Keys::Closed)), 10);
    entries["description"] = json!("At most 10 customers; for more, use uploadedCsvUri.");
    all.insert("manualEntries".to_owned(), entries);
    all.extend(members(&[(
        "uploadedCsvUri",
        Is("url"),
        "The address of a CSV with the columns type, id and description.",
    )]));
    ("audience", mapping(all, Keys::Closed))
}
