//! Cases of `image`: images.

use crate::rules::tests::Case;
use crate::rules::tests::From::{Core, Vm};

pub(super) static CASES: &[Case] = &[
    ("vm-images-present", Vm, &[], &[("V/vmImages", "{}")], "vmImages` is empty"),
    (
        "vm-images-present",
        Core,
        &[("C/vmImagesPublicAzure", "")],
        &[("C/vmImagesPublicAzure", ""), ("P/diskGenerations", "")],
        "is missing",
    ),
    (
        "vm-version-format",
        Vm,
        &[("V/vmImages/10.0.20348", "{}")],
        &[("V/vmImages/1.10", "{}")],
        "`1.10` is not a version",
    ),
    ("vm-version-format", Core, &[], &[("G/vmImagesPublicAzure/1.0.0-rc1", "{}")], "`1.0.0-rc1` is not a version"),
    (
        "vm-version-length",
        Vm,
        &[("V/vmImages/1234567890.1234567890.1234567890", "{}")],
        &[("V/vmImages/1234567890.1234567890.12345678901", "{}")],
        "has 33 characters",
    ),
    (
        "vm-version-leading-zero",
        Vm,
        &[("V/vmImages/2024.1.5", "{}")],
        &[("V/vmImages/2024.01.05", "{}")],
        "`2024.01.05`",
    ),
    (
        "image-without-disk",
        Vm,
        &[],
        &[("V/vmImages/1.0.1", r#"{"osVHDUrl": "https://contoso.blob.core.windows.net/disks/a.vhd"}"#)],
        "`1.0.1` has no `osVhdUrl`",
    ),
    ("image-without-disk", Core, &[], &[("G/vmImagesPublicAzure/0.1.3", "{}")], "`0.1.3` has no `osVhdUrl`"),
    (
        "vm-version-count",
        Vm,
        &[],
        &[(
            "V/vmImages",
            r#"{"1.0.0": {}, "1.0.1": {}, "1.0.2": {}, "1.0.3": {}, "1.0.4": {}, "1.0.5": {}, "1.0.6": {}, "1.0.7": {}, "1.0.8": {}}"#,
        )],
        "9 versions",
    ),
    (
        "data-disk-numbers",
        Vm,
        &[("V/vmImages/1.0.0/lunVhdDetails", r#"[{"lunNumber": "1"}, {"lunNumber": "0"}]"#)],
        &[("V/vmImages/1.0.0/lunVhdDetails", r#"[{"lunNumber": 0}, {"lunNumber": 2}]"#)],
        "found data disk 2, expected 1",
    ),
    ("data-disks-max", Vm, &[], &[("V/vmImages/1.0.0/lunVhdDetails", r"[⟨{},·17⟩]")], "17 data disks"),
    (
        "data-disks-constant",
        Vm,
        &[("V/vmImages/1.1.0", r#"{"lunVhdDetails": []}"#)],
        &[("V/vmImages/1.1.0", r#"{"lunVhdDetails": [{}]}"#)],
        "has 1 data disk, and another has 0",
    ),
    (
        "corevm-image-fields",
        Core,
        &[("C/vmImagesPublicAzure/0.1.2/publishedDate", r#""""#)],
        &[("C/vmImagesPublicAzure/0.1.2/publishedDate", r#""2026-11-21""#)],
        "not a date",
    ),
    ("corevm-image-fields", Core, &[], &[("C/vmImagesPublicAzure/0.1.2/label", "")], "no `label`"),
    ("corevm-media-name", Core, &[], &[("G/vmImagesPublicAzure/0.1.2/mediaName", r#""one""#)], "duplicate "),
    (
        "corevm-generation-parity",
        Core,
        &[("G/vmImagesArchitecture", r#""Arm64""#), ("C/vmImagesPublicAzure/0.1.3", "{}")],
        &[("C/vmImagesPublicAzure/0.1.3", "{}")],
        "does not have the version `0.1.3`",
    ),
];
