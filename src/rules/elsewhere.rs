//! What is publicly said about offers and is no rule here: what holds it instead, or why nothing does.

/// What holds something that is publicly said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A guard of the plan, by its code: it shows only in what changes.
    Guard(&'static str),
    /// A finding of the loader, by its code.
    Loader(&'static str),
    /// The comparison: it treats both sides so that nobody has to say anything.
    Comparison,
    /// The release in a plan, which names its steps, what they take, and what cannot be taken back.
    Release,
    /// Nothing: no public source tells the id of this offer type, so no file of it can be told from others.
    UnknownType,
    /// Nothing: no public source tells the key or the shape in the documents of this API.
    UnknownKey,
    /// Nothing: it is advice, and no file tells whether it was followed.
    Advice,
}

/// Something that is publicly said.
#[derive(Debug, Clone, Copy)]
pub struct Elsewhere {
    /// Its name in docs/rules.md.
    pub id: &'static str,
    /// What it says.
    pub says: &'static str,
    /// What holds it.
    pub holder: Holder,
}

const fn it(id: &'static str, holder: Holder, says: &'static str) -> Elsewhere {
    Elsewhere { id, says, holder }
}

/// All of it.
pub const ELSEWHERE: &[Elsewhere] = &[
    it("offer-type-id-required", Holder::Loader("missing-key"), "an offer has a type"),
    it(
        "readonly-key-in-desired-state",
        Holder::Loader("server-owned-key"),
        "fields that the service sets are not declared",
    ),
    it(
        "offer-id-immutable",
        Holder::Guard("sku-renamed"),
        "the id of an offer does not change: another id is another offer, which the plan shows as one to create",
    ),
    it(
        "publisher-id-immutable",
        Holder::Comparison,
        "the publisher of an offer does not change: another one makes another offer",
    ),
    it("offer-type-immutable", Holder::Guard("offer-type-changed"), "the type of an offer does not change"),
    it(
        "secret-not-returned",
        Holder::Guard("secret-not-declared"),
        "the service never returns secrets, and erases those that a write leaves out",
    ),
    it(
        "marketing-id-change",
        Holder::Guard("marketing-identifier-changed"),
        "another identifier changes the public address",
    ),
    it("logo-hero-no-removal", Holder::Guard("hero-logo-removal"), "a hero logo can be replaced, but not removed"),
    it(
        "standard-contract-one-way",
        Holder::Guard("standard-contract-left"),
        "the standard contract cannot be left after a publish",
    ),
    it(
        "lead-test-lead-sent",
        Holder::Guard("lead-destination-changed"),
        "publishing sends a test lead to the destination",
    ),
    it("private-plan-new-id", Holder::Guard("public-to-private"), "a private SKU has its own id"),
    it("public-to-private", Holder::Guard("public-to-private"), "a published SKU cannot become private"),
    it("private-to-public", Holder::Guard("private-to-public"), "a private SKU becomes public permanently"),
    it("plan-id-immutable", Holder::Guard("sku-renamed"), "the id of a published SKU does not change"),
    it("plan-removed", Holder::Guard("sku-removal"), "a published SKU that is removed cannot be bought any more"),
    it("cloud-no-removal", Holder::Guard("cloud-withdrawn"), "a published SKU is not withdrawn from a cloud"),
    it(
        "regions-removed",
        Holder::Guard("market-removal"),
        "customers of a market that is removed cannot deploy any more",
    ),
    it(
        "regions-added",
        Holder::Guard("market-added"),
        "the price of a new market comes from the exchange rate of the day",
    ),
    it("price-change-published", Holder::Guard("price-raised"), "a published price does not go up"),
    it("price-change-alone", Holder::Guard("price-change-mixed"), "a price change is published alone"),
    it("license-model-change", Holder::Guard("licence-changed"), "a published SKU keeps its kind of licence"),
    it("vm-version-increasing", Holder::Guard("image-not-newer"), "a new version is greater than every published one"),
    it("vm-version-one-new", Holder::Guard("several-new-images"), "one new version per SKU and publish"),
    it("vm-version-published-frozen", Holder::Guard("image-changed"), "a published version does not change"),
    it("vm-version-last", Holder::Guard("last-image-removal"), "the last version of a SKU stays"),
    it("vm-version-removed", Holder::Guard("image-removal"), "a version that is removed cannot be deployed any more"),
    it(
        "app-complete-mode",
        Holder::Guard("deployment-mode-complete"),
        "in complete mode a deployment deletes what the template does not name",
    ),
    it("os-type-normalised", Holder::Comparison, "`windowsOSType` comes back as `osType`"),
    it("sas-published-exempt", Holder::Comparison, "the signature of a published version may expire"),
    it("publish-lead-time", Holder::Release, "publishing a virtual machine takes up to 16 days"),
    it("publish-cancel-window", Holder::Release, "nothing stops a go-live"),
    it("acr-fields", Holder::UnknownType, "a container declares its registry, with user and password"),
    it("acr-registry-short-name", Holder::UnknownType, "the name of a registry does not contain `.azurecr.io`"),
    it("acr-repository-immutable", Holder::UnknownType, "the repository of a container does not change"),
    it("category-max-iot", Holder::UnknownType, "an IoT Edge module is in up to 5 categories"),
    it("category-max-storefront", Holder::UnknownType, "a SaaS or Dynamics offer is in up to 3 categories"),
    it("compatible-products-max", Holder::UnknownType, "an app works with at most 3 products"),
    it("consulting-mpn", Holder::UnknownType, "the MPN id of a consulting offer has 9 digits"),
    it("consulting-title-format", Holder::UnknownType, "a consulting offer is named `Name: Duration Type`"),
    it("consulting-type", Holder::UnknownType, "a consulting offer has a service type, a duration and one country"),
    it("container-extension-type", Holder::UnknownType, "a Kubernetes application has an extension type"),
    it("d365-not-in-cpp", Holder::UnknownType, "since 2019, Dynamics 365 offers are in Partner Center"),
    it("d365-required", Holder::UnknownType, "a Dynamics 365 offer has an app type, a help link and a hide key"),
    it(
        "description-consulting-no-contact",
        Holder::UnknownType,
        "a consulting offer's description has no addresses of mail and telephone",
    ),
    it(
        "description-iot-hardware",
        Holder::UnknownType,
        "an IoT Edge module's description ends with its hardware requirements",
    ),
    it(
        "description-length-storefront",
        Holder::UnknownType,
        "a SaaS or Dynamics offer's description has at most 1,300 characters",
    ),
    it("documents", Holder::UnknownType, "an offer has at most 3 documents, in PDF"),
    it("free-trial-saas", Holder::UnknownType, "a free trial of a SaaS offer lasts one month"),
    it("image-tag-closure", Holder::UnknownType, "every tag that a manifest points to is listed"),
    it("image-tag-format", Holder::UnknownType, "image tags begin with a version"),
    it("image-tag-immutable", Holder::UnknownType, "a published tag does not move"),
    it("image-tag-latest", Holder::UnknownType, "image tags include `latest` and a version"),
    it("industries-max", Holder::UnknownType, "an offer is in at most 2 industries"),
    it(
        "iot-acr-encryption",
        Holder::UnknownType,
        "the registry of an IoT Edge module is not encrypted with customer-managed keys",
    ),
    it("iot-create-options", Holder::UnknownType, "default create options are JSON of less than 512 characters"),
    it("iot-defaults-count", Holder::UnknownType, "at most 5 default routes, twin properties and variables"),
    it("iot-placeholder", Holder::UnknownType, "values of the customer are placeholders in angle brackets"),
    it("iot-twin-json", Holder::UnknownType, "default twin properties are JSON without lists"),
    it("logo-size-storefront", Holder::UnknownType, "a storefront has logos of 48 and 216 pixels"),
    it("plans-not-supported", Holder::UnknownType, "consulting, Dynamics and Power BI offers have no SKUs"),
    it("powerbi-technical", Holder::UnknownType, "a Power BI app has an installer address"),
    it("preview-saas-emails", Holder::UnknownType, "the preview audience of a SaaS offer is given by mail addresses"),
    it("price-model-uniform", Holder::UnknownType, "all SKUs of a SaaS offer have one pricing model"),
    it("price-paid-not-supported", Holder::UnknownType, "containers and IoT Edge modules have no prices"),
    it("private-not-supported", Holder::UnknownType, "containers and IoT Edge modules have no private SKUs"),
    it("saas-billing-term-removal", Holder::UnknownType, "a published billing term stays"),
    it("saas-call-to-action", Holder::UnknownType, "a SaaS offer is free, a free trial, or asks to get in touch"),
    it("saas-getting-started", Holder::UnknownType, "a SaaS offer that Microsoft sells says how to get started"),
    it("saas-landing-page", Holder::UnknownType, "the landing page of a SaaS offer is an https address without `#`"),
    it("saas-multi-year-appsource", Holder::UnknownType, "multi-year terms remove a SaaS offer from AppSource"),
    it(
        "saas-technical",
        Holder::UnknownType,
        "a SaaS offer that Microsoft sells has a webhook, a tenant and an application",
    ),
    it("sku-description-saas", Holder::UnknownType, "a SaaS plan's description has at most 3,000 characters"),
    it("useful-links-count", Holder::UnknownType, "containers and IoT Edge modules have at most 10 or 25 links"),
    it(
        "app-notification-endpoint",
        Holder::UnknownKey,
        "the notification endpoint is https, without `/resource` at its end",
    ),
    it("keywords-max", Holder::UnknownKey, "an offer has at most 3 search keywords"),
    it("meter-dimensions", Holder::UnknownKey, "an offer has at most 30 metered dimensions"),
    it("screenshot-name", Holder::UnknownKey, "a screenshot has a name of at most 100 characters"),
    it("video-name", Holder::UnknownKey, "a video has a name of at most 100 characters"),
    it("td-duration", Holder::UnknownKey, "a test drive lasts 1 to 999 hours"),
    it("td-guids", Holder::UnknownKey, "the ids of a test drive are GUIDs"),
    it("td-plan-dependency", Holder::UnknownKey, "a test drive is set up again before the SKU that it uses is removed"),
    it("td-quota", Holder::UnknownKey, "the sessions of a test drive fit into the subscription's quota"),
    it("vm-reuse-config-one-way", Holder::UnknownKey, "whether a SKU uses another one's configuration does not change"),
    it("audience-own-subscription", Holder::Advice, "an audience includes one of your own subscriptions"),
    it("logo-style", Holder::Advice, "a logo has no gradient and no text"),
    it("open-ports-default", Holder::Advice, "ports for administration are always open"),
    it("private-csp", Holder::Advice, "customers of resellers do not see private SKUs"),
    it("vm-extensions-agent", Holder::Advice, "extensions need a new agent in the image"),
];
