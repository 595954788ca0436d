//! Cases of `virtual_machine`: machines.

use crate::rules::tests::Case;
use crate::rules::tests::From::{Core, Vm};

pub(super) static CASES: &[Case] = &[
    (
        "os-family",
        Vm,
        &[("V/operatingSystemFamily", r#""Windows""#)],
        &[("V/operatingSystemFamily", r#""linux""#)],
        "`linux` is neither",
    ),
    ("os-type", Vm, &[("V/osType", r#""Other""#)], &[("V/osType", r#""Ubunto""#)], "`Ubunto`"),
    ("os-friendly-name-required", Vm, &[], &[("V/operationSystem", "")], "operationSystem` is missing"),
    ("os-friendly-name-required", Core, &[], &[("C/osFriendlyName", "")], "osFriendlyName` is missing"),
    (
        "os-friendly-name",
        Vm,
        &[("V/operationSystem", r#""⟨x·100⟩""#)],
        &[("V/operationSystem", r#""⟨x·101⟩""#)],
        "at most 100",
    ),
    (
        "vm-sizes-count",
        Vm,
        &[("V/recommendedVMSizes", r#"["a1", "a2", "a3", "a4", "a5", "a6"]"#)],
        &[("V/recommendedVMSizes", r#"["a1", "a2", "a3", "a4", "a5", "a6", "a7"]"#)],
        "at most 6",
    ),
    ("vm-sizes-twice", Vm, &[], &[("V/recommendedVMSizes", r#"["a1", "a1"]"#)], "duplicate "),
    (
        "vm-sizes-twice",
        Core,
        &[("C/recommendedVMSizes", "[]")],
        &[("C/recommendedVMSizes", r#"["a1", "A1"]"#)],
        "duplicate ",
    ),
    (
        "vm-sizes-format",
        Vm,
        &[("V/recommendedVMSizes", r#"["a0-basic"]"#)],
        &[("V/recommendedVMSizes", r#"["Standard_DS2_v2"]"#)],
        "`Standard_DS2_v2`",
    ),
    ("open-ports", Vm, &[("V/openPorts", r"[⟨{},·100⟩]")], &[("V/openPorts", r"[⟨{},·101⟩]")], "at most 100"),
    ("vm-generation", Vm, &[("V/generation", r#""2""#)], &[("V/generation", "2")], "`2` is not a generation"),
    ("vm-generation", Core, &[], &[("G/generation", r#""3""#)], "`3` is not a generation"),
    (
        "vm-architecture",
        Core,
        &[("C/vmImagesArchitecture", r#""Arm64""#)],
        &[("C/vmImagesArchitecture", r#""x64""#)],
        "`x64`",
    ),
    ("corevm-default-image-size", Core, &[], &[("C/defaultImageSizeGB", "30")], "not a number as text"),
    ("corevm-deployment-models", Core, &[], &[("C/deploymentModels", r#"["RDFE"]"#)], "retired"),
    (
        "corevm-disk-generations",
        Core,
        &[],
        &[("P/diskGenerations", r#"[{"planId": "x"}]"#)],
        "no `microsoft-azure-corevm.generation`",
    ),
    ("vm-flags", Vm, &[("V/supportsNVMe", "false")], &[("V/supportsNVMe", r#""no""#)], "neither"),
    (
        "vm-flags-review",
        Vm,
        &[("V/isLockedDown", "false")],
        &[("V/isLockedDown", "true")],
        "another kind of certification",
    ),
];
