//! Public statements about offers that are not rules here, each with what checks it instead, or why nothing does.

/// What checks a public statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckedBy {
    /// A guard of the plan, by its code: it shows only in what changes.
    Guard(&'static str),
    /// A finding of the loader, by its code.
    Loader(&'static str),
    /// The comparison: it treats both sides so that nobody has to say anything.
    Comparison,
    /// The release in a plan, which names its steps, what they take, and what cannot be taken back.
    Release,
    /// Nothing: no public source has the id of this offer type, so its files cannot be recognised.
    UnknownType,
    /// Nothing: no public source tells the key or the shape in the documents of this API.
    UnknownKey,
    /// Nothing: it is advice, and no file tells whether it was followed.
    Advice,
}

/// A public statement about offers that no rule checks.
#[derive(Debug, Clone, Copy)]
pub struct PublicStatement {
    /// The name of the statement in docs/rules.md.
    pub id: &'static str,
    /// The statement.
    pub says: &'static str,
    /// What checks it.
    pub checked_by: CheckedBy,
}

const fn it(id: &'static str, checked_by: CheckedBy, says: &'static str) -> PublicStatement {
    PublicStatement { id, says, checked_by }
}

/// All public statements that are not rules.
pub const PUBLIC_STATEMENTS: &[PublicStatement] = &[
    it("offer-type-id-required", CheckedBy::Loader("missing-key"), "an offer has a type"),
    it(
        "readonly-key-in-desired-state",
        CheckedBy::Loader("server-owned-key"),
        "fields that the service sets are not declared",
    ),
    it(
        "offer-id-immutable",
        CheckedBy::Guard("sku-renamed"),
        "the id of an offer does not change: another id is another offer, which the plan shows as one to create",
    ),
    it(
        "publisher-id-immutable",
        CheckedBy::Comparison,
        "the publisher of an offer does not change: another one makes another offer",
    ),
    it("offer-type-immutable", CheckedBy::Guard("offer-type-changed"), "the type of an offer does not change"),
    it(
        "secret-not-returned",
        CheckedBy::Guard("secret-not-declared"),
        "the service never returns secrets, and erases those that a write leaves out",
    ),
    it(
        "marketing-id-change",
        CheckedBy::Guard("marketing-identifier-changed"),
        "another identifier changes the public address",
    ),
    it("logo-hero-no-removal", CheckedBy::Guard("hero-logo-removal"), "a hero logo can be replaced, but not removed"),
    it(
        "standard-contract-one-way",
        CheckedBy::Guard("standard-contract-left"),
        "the standard contract cannot be left after a publish",
    ),
    it(
        "lead-test-lead-sent",
        CheckedBy::Guard("lead-destination-changed"),
        "publishing sends a test lead to the destination",
    ),
    it("private-plan-new-id", CheckedBy::Guard("public-to-private"), "a private SKU has its own id"),
    it("public-to-private", CheckedBy::Guard("public-to-private"), "a published SKU cannot become private"),
    it("private-to-public", CheckedBy::Guard("private-to-public"), "a private SKU becomes public permanently"),
    it("plan-id-immutable", CheckedBy::Guard("sku-renamed"), "the id of a published SKU does not change"),
    it("plan-removed", CheckedBy::Guard("sku-removal"), "a published SKU that is removed cannot be bought any more"),
    it("cloud-no-removal", CheckedBy::Guard("cloud-withdrawn"), "a published SKU is not withdrawn from a cloud"),
    it(
        "regions-removed",
        CheckedBy::Guard("market-removal"),
        "customers of a market that is removed cannot deploy any more",
    ),
    it(
        "regions-added",
        CheckedBy::Guard("market-added"),
        "the price of a new market comes from the exchange rate of the day",
    ),
    it("price-change-published", CheckedBy::Guard("price-raised"), "a published price does not go up"),
    it("price-change-alone", CheckedBy::Guard("price-change-mixed"), "a price change is published alone"),
    it("license-model-change", CheckedBy::Guard("licence-changed"), "a published SKU keeps its kind of licence"),
    it(
        "vm-version-increasing",
        CheckedBy::Guard("image-not-newer"),
        "a new version is greater than every published one",
    ),
    it("vm-version-one-new", CheckedBy::Guard("several-new-images"), "one new version per SKU and publish"),
    it("vm-version-published-frozen", CheckedBy::Guard("image-changed"), "a published version does not change"),
    it("vm-version-last", CheckedBy::Guard("last-image-removal"), "the last version of a SKU stays"),
    it(
        "vm-version-removed",
        CheckedBy::Guard("image-removal"),
        "a version that is removed cannot be deployed any more",
    ),
    it(
        "app-complete-mode",
        CheckedBy::Guard("deployment-mode-complete"),
        "in complete mode a deployment deletes what the template does not name",
    ),
    it("os-type-normalised", CheckedBy::Comparison, "`windowsOSType` comes back as `osType`"),
    it("sas-published-exempt", CheckedBy::Comparison, "the signature of a published version may expire"),
    it("publish-lead-time", CheckedBy::Release, "publishing a virtual machine takes up to 16 days"),
    it("publish-cancel-window", CheckedBy::Release, "nothing stops a go-live"),
    it("acr-fields", CheckedBy::UnknownType, "a container declares its registry, with user and password"),
    it("acr-registry-short-name", CheckedBy::UnknownType, "the name of a registry does not contain `.azurecr.io`"),
    it("acr-repository-immutable", CheckedBy::UnknownType, "the repository of a container does not change"),
    it("category-max-iot", CheckedBy::UnknownType, "an IoT Edge module is in up to 5 categories"),
    it("category-max-storefront", CheckedBy::UnknownType, "a SaaS or Dynamics offer is in up to 3 categories"),
    it("compatible-products-max", CheckedBy::UnknownType, "an app works with at most 3 products"),
    it("consulting-mpn", CheckedBy::UnknownType, "the MPN id of a consulting offer has 9 digits"),
    it("consulting-title-format", CheckedBy::UnknownType, "a consulting offer is named `Name: Duration Type`"),
    it("consulting-type", CheckedBy::UnknownType, "a consulting offer has a service type, a duration and one country"),
    it("container-extension-type", CheckedBy::UnknownType, "a Kubernetes application has an extension type"),
    it("d365-not-in-cpp", CheckedBy::UnknownType, "since 2019, Dynamics 365 offers are in Partner Center"),
    it("d365-required", CheckedBy::UnknownType, "a Dynamics 365 offer has an app type, a help link and a hide key"),
    it(
        "description-consulting-no-contact",
        CheckedBy::UnknownType,
        "a consulting offer's description has no addresses of mail and telephone",
    ),
    it(
        "description-iot-hardware",
        CheckedBy::UnknownType,
        "an IoT Edge module's description ends with its hardware requirements",
    ),
    it(
        "description-length-storefront",
        CheckedBy::UnknownType,
        "a SaaS or Dynamics offer's description has at most 1,300 characters",
    ),
    it("documents", CheckedBy::UnknownType, "an offer has at most 3 documents, in PDF"),
    it("free-trial-saas", CheckedBy::UnknownType, "a free trial of a SaaS offer lasts one month"),
    it("image-tag-closure", CheckedBy::UnknownType, "every tag that a manifest points to is listed"),
    it("image-tag-format", CheckedBy::UnknownType, "image tags begin with a version"),
    it("image-tag-immutable", CheckedBy::UnknownType, "a published tag does not move"),
    it("image-tag-latest", CheckedBy::UnknownType, "image tags include `latest` and a version"),
    it("industries-max", CheckedBy::UnknownType, "an offer is in at most 2 industries"),
    it(
        "iot-acr-encryption",
        CheckedBy::UnknownType,
        "the registry of an IoT Edge module is not encrypted with customer-managed keys",
    ),
    it("iot-create-options", CheckedBy::UnknownType, "default create options are JSON of less than 512 characters"),
    it("iot-defaults-count", CheckedBy::UnknownType, "at most 5 default routes, twin properties and variables"),
    it("iot-placeholder", CheckedBy::UnknownType, "values of the customer are placeholders in angle brackets"),
    it("iot-twin-json", CheckedBy::UnknownType, "default twin properties are JSON without lists"),
    it("logo-size-storefront", CheckedBy::UnknownType, "a storefront has logos of 48 and 216 pixels"),
    it("plans-not-supported", CheckedBy::UnknownType, "consulting, Dynamics and Power BI offers have no SKUs"),
    it("powerbi-technical", CheckedBy::UnknownType, "a Power BI app has an installer address"),
    it(
        "preview-saas-emails",
        CheckedBy::UnknownType,
        "the preview audience of a SaaS offer is given by mail addresses",
    ),
    it("price-model-uniform", CheckedBy::UnknownType, "all SKUs of a SaaS offer have one pricing model"),
    it("price-paid-not-supported", CheckedBy::UnknownType, "containers and IoT Edge modules have no prices"),
    it("private-not-supported", CheckedBy::UnknownType, "containers and IoT Edge modules have no private SKUs"),
    it("saas-billing-term-removal", CheckedBy::UnknownType, "a published billing term stays"),
    it("saas-call-to-action", CheckedBy::UnknownType, "a SaaS offer is free, a free trial, or asks to get in touch"),
    it("saas-getting-started", CheckedBy::UnknownType, "a SaaS offer that Microsoft sells says how to get started"),
    it("saas-landing-page", CheckedBy::UnknownType, "the landing page of a SaaS offer is an https address without `#`"),
    it("saas-multi-year-appsource", CheckedBy::UnknownType, "multi-year terms remove a SaaS offer from AppSource"),
    it(
        "saas-technical",
        CheckedBy::UnknownType,
        "a SaaS offer that Microsoft sells has a webhook, a tenant and an application",
    ),
    it("sku-description-saas", CheckedBy::UnknownType, "a SaaS plan's description has at most 3,000 characters"),
    it("useful-links-count", CheckedBy::UnknownType, "containers and IoT Edge modules have at most 10 or 25 links"),
    it(
        "app-notification-endpoint",
        CheckedBy::UnknownKey,
        "the notification endpoint is https, without `/resource` at its end",
    ),
    it("keywords-max", CheckedBy::UnknownKey, "an offer has at most 3 search keywords"),
    it("meter-dimensions", CheckedBy::UnknownKey, "an offer has at most 30 metered dimensions"),
    it("screenshot-name", CheckedBy::UnknownKey, "a screenshot has a name of at most 100 characters"),
    it("video-name", CheckedBy::UnknownKey, "a video has a name of at most 100 characters"),
    it("td-duration", CheckedBy::UnknownKey, "a test drive lasts 1 to 999 hours"),
    it("td-guids", CheckedBy::UnknownKey, "the ids of a test drive are GUIDs"),
    it(
        "td-plan-dependency",
        CheckedBy::UnknownKey,
        "a test drive is set up again before the SKU that it uses is removed",
    ),
    it("td-quota", CheckedBy::UnknownKey, "the sessions of a test drive fit into the subscription's quota"),
    it(
        "vm-reuse-config-one-way",
        CheckedBy::UnknownKey,
        "whether a SKU uses another one's configuration does not change",
    ),
    it("audience-own-subscription", CheckedBy::Advice, "an audience includes one of your own subscriptions"),
    it("logo-style", CheckedBy::Advice, "a logo has no gradient and no text"),
    it("open-ports-default", CheckedBy::Advice, "ports for administration are always open"),
    it("private-csp", CheckedBy::Advice, "customers of resellers do not see private SKUs"),
    it("vm-extensions-agent", CheckedBy::Advice, "extensions need a new agent in the image"),
];
