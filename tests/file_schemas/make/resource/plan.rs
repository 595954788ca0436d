//! The resources of a plan.

use serde_json::{Value, json};

use super::super::kind::Kind::{Is, Like, Limited, OneOf, Text};
use super::super::kind::{Choice, Field, choice, list_of, set_of};
use super::{Resource, SCHEDULE, STATE, Several, WHERE, limited, list, machine, open, text};

const KINDS: &[Choice] =
    &[("azureVM-plan", ""), ("azureCoreVM-plan", ""), ("azureSaaS-plan", ""), ("azureContainer-plan", "")];

const REGIONS: &[Choice] = &[
    ("azureGlobal", "Azure."),
    ("azureGovernment", "Azure Government, in the United States."),
    ("azureChina", "Azure in China."),
    ("azureGermany", "Azure in Germany, which was closed."),
];

/// The resource types of a plan, each with its place in the file.
pub(super) const RESOURCES: &[Resource] = &[
    Resource {
        name: "plan",
        several: Several::One,
        says: "The plan itself.",
        fields: &[
            ("alias", Limited(125), "The name of the plan in Partner Center. Customers do not see it."),
            ("azureRegions", Is("plan-regions"), "The clouds in which it is sold."),
            ("azureGovernmentCertifications", Is("plan-certifications"), "Certifications for Azure Government."),
            ("displayRank", Is("resource-count"), "The position of the plan; a smaller number comes first."),
            (
                "subtype",
                Like(&[("managedApplication", ""), ("solutionTemplate", "")]),
                "The kind of plan of an Azure application.",
            ),
            STATE,
            SCHEDULE,
        ],
    },
    Resource {
        name: "plan-listing",
        several: Several::ByLanguage,
        says: "The texts of the plan, by language.",
        fields: &[
            ("kind", Like(KINDS), "The kind of the listing, which follows from the type of the offer."),
            ("name", Limited(200), "The name of the plan, unique within the offer."),
            ("summary", Limited(100), "One line of plain text."),
            ("description", Limited(3000), "The description of the plan. HTML is not rendered."),
            STATE,
        ],
    },
    Resource {
        name: "price-and-availability-plan",
        several: Several::One,
        says: "Who can buy the plan, where, and for which price.",
        fields: &[
            (
                "visibility",
                OneOf(&[("visible", "It is listed."), ("hidden", "It is not listed, but can be deployed.")]),
                "Whether the plan is listed.",
            ),
            (
                "audience",
                OneOf(&[("public", "Everybody."), ("private", "Only those in `privateAudiences`.")]),
                "Who can buy the plan.",
            ),
            ("privateAudiences", Is("audiences"), "The customers of a private plan."),
            (
                "customerMarkets",
                OneOf(&[
                    ("customMarkets", "Those in `markets` (the default)."),
                    ("allMarkets", "All; then `markets` must be absent."),
                    (
                        "allTaxRemittedMarkets",
                        "All in which Microsoft remits the taxes; then `markets` must be absent.",
                    ),
                ]),
                "How the markets are chosen.",
            ),
            ("markets", Is("plan-markets"), "The markets, as country codes in lower case."),
            ("pricing", Is("pricing"), "The prices."),
            ("trial", Is("term"), "A free trial."),
            ("softwareReservation", Is("reservations"), "Discounts for those who commit to a time."),
            ("billingTag", Text, "A mark of the plan for billing."),
        ],
    },
    Resource {
        name: "virtual-machine-plan-technical-configuration",
        several: Several::One,
        says: "The images of a virtual machine.",
        fields: machine::CONFIGURATION,
    },
    Resource {
        name: "core-virtual-machine-plan-technical-configuration",
        several: Several::One,
        says: "The images of a core virtual machine.",
        fields: machine::CORE_CONFIGURATION,
    },
    Resource {
        name: "container-plan-technical-configuration",
        several: Several::One,
        says: "The images of a container.",
        fields: &[
            (
                "payloadType",
                Like(&[
                    ("image", "Images in a registry, free of charge."),
                    ("cnab", "A bundle for a cluster, which can be billed."),
                ]),
                "What the plan contains.",
            ),
            ("imageRepositoryDetails", Is("repository"), "Where the images are (`image`)."),
            ("imageTags", Is("tags"), "The tags of the images (`image`)."),
            (
                "clusterExtensionType",
                Is("extension-type"),
                "The type of the cluster extension (`cnab`). Cannot be changed once it was published to the preview.",
            ),
            ("cnabReferences", Is("bundles"), "The bundles (`cnab`)."),
        ],
    },
];

pub(super) fn definitions() -> Vec<(&'static str, Value)> {
    let repository: Vec<Field> = [
        WHERE.as_slice(),
        &[
            ("userName", Text, "The user that reads the registry."),
            ("password", Text, "A secret: write it as `$secret`."),
        ],
    ]
    .concat();
    let bundle: Vec<Field> = [
        [("tenantId", Text, "The tenant of the subscription.")].as_slice(),
        &WHERE,
        &[("tag", Text, "The tag of the bundle."), ("digest", Is("digest"), "The digest of the bundle.")],
    ]
    .concat();
    let region =
        json!({ "anyOf": [choice(REGIONS), { "type": "object", "allOf": [{ "$ref": "#/$defs/directive" }] }] });
    let mut market = json!({ "$ref": "#/$defs/word" });
    market["pattern"] = json!("^[a-z]{2,3}$");
    market["patternErrorMessage"] = json!("A country code in lower case, such as no.");
    vec![
        ("plan-regions", set_of(&region)),
        (
            "plan-certifications",
            limited(
                list(&[("name", Limited(255), "The name of the certification."), ("link", Is("url"), "Its address.")]),
                100,
            ),
        ),
        ("plan-markets", set_of(&market)),
        ("repository", open(&repository)),
        ("bundles", list(&bundle)),
        ("tags", limited(list_of(&json!({ "$ref": "#/$defs/word" })), 16)),
        ("digest", text("^sha256:[0-9a-f]+$", "A digest such as sha256:3f3f…")),
        ("extension-type", {
            let mut name = text(r"^[A-Za-z.-]+$", "Letters, dots and hyphens, such as Contoso.ImageScanner.");
            name["maxLength"] = json!(50);
            name
        }),
    ]
}
