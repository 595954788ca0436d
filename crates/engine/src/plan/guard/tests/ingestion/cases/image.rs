//! Changes of images, and of what else a plan deploys.

use super::{ALIAS, CLUSTER, Case, DEPRECATED, FLAT, SCHEDULE, STANDARD, app, at, core, service, version, vm};

pub(super) static CASES: &[Case] = &[
    vm(
        "image-changed",
        "contoso/firewall/standard/1.0.0",
        &[(at!(VERSIONS "/0/vmImages/0/source/osDisk/uri"), r#""https://disks.example/other.vhd""#)],
        &[(at!(VERSIONS "/-"), version!("3.0.0", "x64Gen1"))],
    ),
    vm(
        "image-changed",
        "contoso/firewall/standard/standard-gen2/2.0.0",
        &[(
            at!(VERSIONS "/1/vmImages/1/source/dataDisks"),
            r#"[{"lunNumber": 0, "uri": "https://disks.example/data.vhd"}]"#,
        )],
        &[(at!(VERSIONS "/1/vmImages/1/source/dataDisks"), "null")],
    ),
    vm(
        "image-changed",
        "contoso/firewall/partner/1.0.0",
        &[(at!(GALLERY "/sharedImage/resourceId"), r#""/subscriptions/s/galleries/g/images/i/versions/2.0.0""#)],
        &[("/resources/plans/1/plan/alias", r#""New""#)],
    ),
    vm(
        "image-changed",
        "contoso/firewall/partner/1.0.0",
        &[(
            "/resources/plans/1/virtual-machine-plan-technical-configuration/vmImageVersions/0/vmImages/0/source",
            r#"{"sourceType": "sasUri", "osDisk": {"uri": "https://disks.example/1.0.0.vhd"}}"#,
        )],
        ALIAS,
    ),
    core(
        "image-changed",
        "contoso/firewall/twelve/twelve-arm64/2026.9.1",
        &[(at!(CORE_VERSIONS "/0/vmImages/1/source/osDisk/uri"), r#""https://disks.example/other.vhd""#)],
        &[(at!(CORE_VERSIONS "/0/lifecycleState"), DEPRECATED)],
    ),
    app(
        "image-changed",
        "contoso/firewall/cluster/app:latest",
        &[(at!(BUNDLES "/cnabReferences/1/digest"), r#""sha256:other""#)],
        &[(at!(BUNDLES "/cnabReferences/1/registryName"), r#""another""#)],
    ),
    vm(
        "image-removal",
        "contoso/firewall/standard/1.0.0",
        &[(at!(VERSIONS "/0/lifecycleState"), DEPRECATED)],
        &[(at!(VERSIONS "/0/lifecycleState"), r#""generallyAvailable""#)],
    ),
    vm(
        "image-removal",
        "contoso/firewall/standard/standard-gen2/1.0.0",
        &[(at!(VERSIONS "/0/deprecationSchedule"), SCHEDULE)],
        ALIAS,
    ),
    vm(
        "image-removal",
        "contoso/firewall/standard/standard-gen2/1.0.0",
        &[(
            at!(VERSIONS "/0"),
            version!(
                "1.0.0",
                "x64Gen1",
                r#"{"sourceType": "sasUri", "osDisk": {"uri": "https://disks.example/1.0.0-x64Gen1.vhd"}, "dataDisks": []}"#
            ),
        )],
        ALIAS,
    ),
    core(
        "image-removal",
        "contoso/firewall/twelve/2026.9.1",
        &[(at!(CORE_VERSIONS "/0"), version!("2026.11.1", "x64Gen2"))],
        &[(at!(CORE_VERSIONS "/-"), version!("2026.11.1", "x64Gen2"))],
    ),
    app(
        "image-removal",
        "contoso/firewall/cluster/app:1.0.0",
        &[(at!(BUNDLES "/cnabReferences/0/tag"), r#""1.1.0""#)],
        &[(at!(BUNDLES "/cnabReferences/-"), r#"{"repositoryName": "app", "tag": "0.9.0", "digest": "sha256:0.9.0"}"#)],
    ),
    app(
        "image-removal",
        "contoso/firewall/listed/app:1.0",
        &[("/resources/plans/1/container-plan-technical-configuration/imageTags", r#"["1.1"]"#)],
        ALIAS,
    ),
    vm(
        "last-image-removal",
        STANDARD,
        &[(at!(VERSIONS "/0/lifecycleState"), DEPRECATED), (at!(VERSIONS "/1/lifecycleState"), DEPRECATED)],
        // Until that day they are there.
        &[(at!(VERSIONS "/0/deprecationSchedule"), SCHEDULE), (at!(VERSIONS "/1/deprecationSchedule"), SCHEDULE)],
    ),
    vm(
        "last-image-removal",
        "contoso/firewall/standard/standard-gen2",
        &[(at!(CONFIG "/vmImageVersions"), "[]")],
        ALIAS,
    ),
    vm(
        "last-image-removal",
        STANDARD,
        &[(at!(CONFIG "/skus"), r#"[{"imageType": "x64Gen2", "skuId": "standard-gen2"}]"#)],
        ALIAS,
    ),
    app("last-image-removal", CLUSTER, &[(at!(BUNDLES "/cnabReferences"), "null")], ALIAS),
    vm(
        "image-not-newer",
        "contoso/firewall/standard/1.10.0",
        &[(at!(VERSIONS "/-"), version!("1.10.0", "x64Gen1"))],
        &[(at!(VERSIONS "/-"), version!("2.0.1", "x64Gen1"))],
    ),
    core(
        "image-not-newer",
        "contoso/firewall/twelve/twelve-arm64/2026.9.30",
        &[(at!(CORE_VERSIONS "/-"), version!("2026.9.30", "arm64Gen2"))],
        &[(at!(CORE_VERSIONS "/-"), version!("2026.10.30", "arm64Gen2"))],
    ),
    vm(
        "several-new-images",
        STANDARD,
        &[(at!(VERSIONS "/-"), version!("3.0.0", "x64Gen1")), (at!(VERSIONS "/-"), version!("4.0.0", "x64Gen1"))],
        &[(at!(VERSIONS "/-"), version!("3.0.0", "x64Gen1")), (at!(VERSIONS "/-"), version!("3.0.0", "x64Gen2"))],
    ),
    vm(
        "data-disks-changed",
        "contoso/firewall/standard/3.0.0",
        &[(
            at!(VERSIONS "/-"),
            version!(
                "3.0.0",
                "x64Gen1",
                r#"{"osDisk": {"uri": "https://disks.example/new.vhd"}, "dataDisks": [{"lunNumber": 0, "uri": "https://disks.example/data.vhd"}]}"#
            ),
        )],
        // How many disks an image of a gallery has is not to be seen.
        &[(
            at!(VERSIONS "/-"),
            version!(
                "3.0.0",
                "x64Gen1",
                r#"{"sourceType": "sharedImageGallery", "sharedImage": {"tenantId": "t", "resourceId": "r"}}"#
            ),
        )],
    ),
    service(
        "meter-changed",
        "contoso/firewall/messages",
        &[("/resources/price-and-availability-custom-meter/customMeters/messages/unitOfMeasure", r#""100 messages""#)],
        &[(
            "/resources/price-and-availability-custom-meter/customMeters/calls",
            r#"{"displayName": "Calls", "unitOfMeasure": "call"}"#,
        )],
    ),
    service(
        "meter-changed",
        "contoso/firewall/messages",
        &[("/resources/price-and-availability-custom-meter/customMeters", "{}")],
        ALIAS,
    ),
    service(
        "trial-removed",
        FLAT,
        &[(at!(SOLD "/trial"), "null")],
        &[("/resources/plans/1/price-and-availability-plan/trial", r#"{"type": "month", "value": 1}"#)],
    ),
    app(
        "extension-type-changed",
        CLUSTER,
        &[(at!(BUNDLES "/clusterExtensionType"), r#""Contoso.Other""#)],
        &[(at!(BUNDLES "/cnabReferences/-"), r#"{"repositoryName": "app", "tag": "1.1.0", "digest": "sha256:1.1.0"}"#)],
    ),
];
