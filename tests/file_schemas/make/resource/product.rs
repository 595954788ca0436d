//! The resources of a product.

use serde_json::{Value, json};

use super::super::kind::Kind::{Any, Flag, Is, Like, Limited, List, OneOf, Text};
use super::super::kind::{Choice, Field, list_of, set_of};
use super::{Resource, SCHEDULE, STATE, Several, list, map_of, open, text};

const KINDS: &[Choice] = &[("azureVM", ""), ("azureSaaS", ""), ("azureContainer", "")];

const ASSETS: &[Choice] = &[
    ("azureLogoSmall", "48 by 48 pixels."),
    ("azureLogoMedium", "90 by 90 pixels."),
    ("azureLogoLarge", "216 by 216 to 350 by 350 pixels."),
    ("azureLogoWide", "255 by 115 pixels."),
    ("azureLogoHero", "815 by 290 pixels."),
    ("azureLogoScreenshot", "1280 by 720 pixels."),
    ("pdfDocument", "A document for customers, as PDF."),
];

const DESTINATIONS: &[Choice] = &[
    ("none", "Leads are not sent anywhere."),
    ("blob", "A container of a storage account."),
    ("dynamics", "Dynamics 365."),
    ("email", "E-mail."),
    ("httpsEndpoint", "A web address of yours."),
    ("marketo", "Marketo."),
    ("salesforce", "Salesforce."),
    ("table", "A table of a storage account."),
];

const RESELLERS: &[Choice] = &[
    ("notSet", "Nothing was chosen yet."),
    ("none", "Nobody may resell it."),
    ("some", "The partners in `audiences` may resell it."),
    ("all", "All partners of the Cloud Solution Provider program may resell it."),
    ("terminated", "Reselling has ended."),
];

const TEST_DRIVES: &[Choice] = &[
    ("azureResourceManager", ""),
    ("dynamicsForBusinessCentral", ""),
    ("dynamicsForCustomerEngagement", ""),
    ("dynamicsForOperations", ""),
    ("logicApp", ""),
    ("powerBi", ""),
];

const LISTING: &[Field] = &[
    ("kind", Like(KINDS), "The kind of the listing, which follows from the type of the offer."),
    ("title", Limited(200), "The name of the offer in the marketplace."),
    ("searchResultSummary", Limited(100), "One line of plain text, shown in lists of search results."),
    ("shortDescription", Limited(256), "A short description in plain text."),
    ("description", Limited(5000), "The description of the offer, in simple HTML."),
    ("gettingStartedInstructions", Limited(3000), "How customers start, in simple HTML (SaaS)."),
    ("searchKeywords", Is("resource-texts"), "Words that customers may search for (SaaS)."),
    ("privacyPolicyLink", Is("url"), "The address of your privacy policy."),
    ("generalLinks", Is("listing-links"), "Links for customers, such as documentation."),
    ("supportContact", Is("listing-contact"), "Who helps customers."),
    ("engineeringContact", Is("listing-contact"), "Whom Microsoft asks about technical problems."),
    ("cloudSolutionProviderContact", Is("listing-contact"), "Whom resellers ask."),
    ("cloudSolutionProviderMarketingMaterials", Is("url"), "The address of material for resellers."),
    ("globalSupportWebsite", Is("url"), "The address of your support for Azure."),
    ("governmentSupportWebsite", Is("url"), "The address of your support for Azure Government."),
    STATE,
];

const PROPERTY: &[Field] = &[
    ("kind", Like(KINDS), "The kind of the property, which follows from the type of the offer."),
    ("categories", Is("property-categories"), "Up to 2 categories, each with a list of subcategories."),
    ("industries", Is("property-categories"), "Industries, each with a list of verticals (SaaS)."),
    ("cloudIndustries", Is("property-categories"), "Industry clouds (SaaS)."),
    ("appVersion", Text, "The version of the application (SaaS)."),
    (
        "termsConditions",
        Like(&[("custom", "Terms of your own."), ("standardMicrosoft", "The standard contract of Microsoft.")]),
        "Which contract applies.",
    ),
    ("termsOfUse", Text, "Your terms, in simple HTML, if `termsConditions` is `custom`."),
    ("termsOfUseUrl", Is("url"), "The address of your terms, in place of their text."),
    ("standardContractAmendment", Text, "An amendment of the standard contract for all customers."),
    ("customAmendments", List(100), "Amendments of the standard contract for some customers."),
    STATE,
];

/// The resource types of a product, each with its place in the file.
pub(super) const RESOURCES: &[Resource] = &[
    Resource {
        name: "product",
        several: Several::One,
        says: "The product itself.",
        fields: &[
            ("alias", Limited(120), "The name of the offer in Partner Center. Customers do not see it."),
            STATE,
            SCHEDULE,
        ],
    },
    Resource { name: "property", several: Several::One, says: "Categories and the contract.", fields: PROPERTY },
    Resource {
        name: "listing",
        several: Several::ByLanguage,
        says: "The texts of the marketplace page, by language.",
        fields: LISTING,
    },
    Resource {
        name: "listing-asset",
        several: Several::ListByLanguage,
        says: "Logos, screenshots and documents, by language. Several of one type are numbered in their order.",
        fields: &[
            ("kind", Like(&[("azure", "")]), "Always `azure`. Can be left out."),
            ("type", Like(ASSETS), "What the file is."),
            ("url", Is("url"), "The address of the file. The service downloads it and serves its own copy."),
            ("friendlyName", Text, "The name that customers see."),
            ("fileName", Text, "The name of the file."),
            ("description", Text, "A description of the picture."),
            (
                "displayOrder",
                Is("resource-count"),
                "The position among the files of its type, from 0. Follows from the order of the list.",
            ),
            STATE,
        ],
    },
    Resource {
        name: "listing-trailer",
        several: Several::List,
        says: "Videos.",
        fields: &[
            ("kind", Like(&[("azure", "")]), "Always `azure`. Can be left out."),
            ("streamingUrl", Is("url"), "The address of the video."),
            ("assets", Is("trailer-assets"), "Title and thumbnail, by language."),
            STATE,
        ],
    },
    Resource {
        name: "price-and-availability-offer",
        several: Several::One,
        says: "The preview audience.",
        fields: &[("previewAudiences", Is("audiences"), "Who can see the offer before it goes live.")],
    },
    Resource {
        name: "price-and-availability-custom-meter",
        several: Several::One,
        says: "The meters that plans can charge for.",
        fields: &[("customMeters", Is("meters"), "Each meter, by its id.")],
    },
    Resource {
        name: "customer-leads",
        several: Several::One,
        says: "Where the service sends the contacts of interested customers.",
        fields: &[
            (
                "leadDestination",
                OneOf(DESTINATIONS),
                "The system that receives the leads. Only its configuration may be present.",
            ),
            ("blobLeadConfiguration", Is("storage-leads"), ""),
            ("tableLeadConfiguration", Is("storage-leads"), ""),
            ("dynamicsLeadConfiguration", Is("dynamics-leads"), ""),
            ("emailLeadConfiguration", Is("other-leads"), ""),
            ("httpsEndpointLeadConfiguration", Is("other-leads"), ""),
            ("marketoLeadConfiguration", Is("marketo-leads"), ""),
            ("salesforceLeadConfiguration", Is("other-leads"), ""),
        ],
    },
    Resource {
        name: "reseller",
        several: Several::One,
        says: "Who may resell the offer.",
        fields: &[
            ("resellerChannelState", OneOf(RESELLERS), "Which partners may resell it."),
            ("audiences", List(1000), "The partners, if only some may resell it."),
        ],
    },
    Resource {
        name: "test-drive",
        several: Several::One,
        says: "Whether customers can try the offer.",
        fields: &[
            ("enabled", Flag(Some(false)), "Whether there is a test drive."),
            ("type", Like(TEST_DRIVES), "How the test drive runs; required if it is enabled, and absent otherwise."),
        ],
    },
    Resource {
        name: "commercial-marketplace-setup",
        several: Several::One,
        says: "How the offer is sold (SaaS and containers).",
        fields: &[
            (
                "sellThroughMicrosoft",
                Flag(None),
                "Whether Microsoft sells the offer. Cannot be changed once the offer was published.",
            ),
            (
                "useMicrosoftLicenseManagementService",
                Flag(None),
                "Whether Microsoft manages the licences; then prices are per user.",
            ),
            ("requireLicenseForInstall", Flag(None), "Whether an installation needs a licence."),
            (
                "callToAction",
                Like(&[("free", ""), ("freeTrial", ""), ("contactMe", "")]),
                "What customers can do if Microsoft does not sell the offer.",
            ),
            ("accessUrl", Is("url"), "Where customers go if Microsoft does not sell the offer."),
        ],
    },
    Resource {
        name: "microsoft365-integration",
        several: Several::One,
        says: "The connection with Microsoft 365 (SaaS).",
        fields: &[],
    },
    Resource {
        name: "software-as-a-service-technical-configuration",
        several: Several::One,
        says: "How the marketplace reaches the service that runs the offer.",
        fields: &[
            ("landingPageUrl", Is("url"), "Where customers go after they subscribed."),
            ("connectionWebhook", Is("url"), "Where the marketplace reports changes of a subscription."),
            ("azureAdTenantId", Text, "The tenant of the application that calls the fulfillment API."),
            ("azureAdAppId", Text, "The id of that application."),
        ],
    },
];

const AUDIENCE_TYPES: &[Choice] =
    &[("subscription", ""), ("tenant", ""), ("email", ""), ("ea", ""), ("msdn", ""), ("none", "")];

pub(super) fn definitions() -> Vec<(&'static str, Value)> {
    vec![
        (
            "resource-count",
            json!({ "type": ["integer", "null", "object"], "minimum": 0, "allOf": [{ "$ref": "#/$defs/directive" }] }),
        ),
        ("resource-texts", list_of(&json!({ "$ref": "#/$defs/word" }))),
        (
            "deprecation",
            open(&[
                ("dateOffset", Text, "How long until then, as an ISO 8601 duration such as `P90D`."),
                (
                    "reason",
                    OneOf(&[
                        ("criticalSecurityIssue", "A security problem."),
                        ("endOfSupport", "It is no longer supported."),
                        ("other", "Another reason."),
                    ]),
                    "Why it is retired.",
                ),
                ("alternative", Any, "What customers can use in its place: a product or a plan."),
            ]),
        ),
        ("property-categories", map_of(&[], &set_of(&json!({ "$ref": "#/$defs/word" })))),
        (
            "listing-contact",
            open(&[
                ("name", Text, "The name of a person or a team."),
                ("email", Is("email"), ""),
                ("phone", Text, "A telephone number, such as `+1 425 555 0100`."),
                ("url", Is("url"), "A web page."),
            ]),
        ),
        ("listing-links", list(&[("displayText", Text, "The text of the link."), ("link", Is("url"), "Its address.")])),
        ("trailer-assets", {
            let image = super::element(&[("url", Is("url"), "The address of the picture.")]);
            let mut asset = open(&[("title", Text, "The title of the video.")]);
            asset["properties"]["imageList"] = super::limited(list_of(&image), 1);
            map_of(&[("en-us", asset.clone())], &asset)
        }),
        (
            "audiences",
            list(&[
                ("type", Like(AUDIENCE_TYPES), "What `id` is."),
                ("id", Limited(320), "The id of a subscription or tenant, or an address."),
                ("label", Limited(1000), "A note for you. Customers do not see it."),
            ]),
        ),
        ("meters", {
            let meter = open(&[
                ("displayName", Text, "The name that customers see."),
                ("unitOfMeasure", Text, "What is counted, such as `per rule`."),
            ]);
            map_of(&[], &meter)
        }),
    ]
}

/// Where leads are sent.
pub(super) fn leads() -> Vec<(&'static str, Value)> {
    vec![
        (
            "storage-leads",
            open(&[
                ("storageAccountConnectionString", Text, "A secret: write it as `$secret`."),
                ("containerName", Text, "The container."),
                ("contactEmail", Is("resource-texts"), "Whom the service notifies about new leads."),
            ]),
        ),
        (
            "marketo-leads",
            open(&[
                ("munchkinId", Text, "The Munchkin id of the account."),
                ("formId", Text, "The id of the form. A text: write it in quotes."),
                ("clientId", Text, "The client id of the LaunchPoint service."),
                ("clientSecret", Text, "A secret: write it as `$secret`."),
            ]),
        ),
        (
            "dynamics-leads",
            open(&[
                ("instanceUrl", Is("url"), "The address of the instance."),
                (
                    "authentication",
                    Like(&[
                        ("azureAD", "With `applicationId`, `applicationKey` and `directoryId`."),
                        ("office365", "With `username` and `password`."),
                    ]),
                    "How the service signs in.",
                ),
                ("applicationId", Text, "The id of the application."),
                ("applicationKey", Text, "A secret: write it as `$secret`."),
                ("directoryId", Text, "The tenant of the application."),
                ("username", Text, "The user."),
                ("password", Text, "A secret: write it as `$secret`."),
            ]),
        ),
        (
            "other-leads",
            open(&[
                ("contactEmail", Is("resource-texts"), "Addresses that receive or follow the leads."),
                ("httpsEndpointUrl", Is("lead-endpoint"), "The address that receives the leads."),
                ("objectIdentifier", Text, "The id of the organisation in Salesforce: 15 letters and digits."),
            ]),
        ),
        ("lead-endpoint", text("^https://", "An address that begins with https://.")),
    ]
}
