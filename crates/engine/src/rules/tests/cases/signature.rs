//! Cases of `signature`: signed addresses of disks.

use crate::rules::tests::Case;
use crate::rules::tests::From::Vm;

pub(super) static CASES: &[Case] = &[
    (
        "sas-query",
        Vm,
        &[(DISK, WHOLE)],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.vhd""#)],
        "no signature",
    ),
    (
        "sas-vhd-suffix",
        Vm,
        &[(DISK, WHOLE)],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.img?sp=rl""#)],
        "does not end with `.vhd`",
    ),
    (
        "sas-no-space",
        Vm,
        &[(DISK, WHOLE)],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/my%20disk.vhd?sp=rl""#)],
        "a space",
    ),
    (
        "sas-vhd-name-chars",
        Vm,
        &[(DISK, WHOLE)],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/100%25.vhd?sp=rl""#)],
        "a `%`",
    ),
    (
        "sas-st-se",
        Vm,
        &[(DISK, WHOLE)],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.vhd?st=2026-11-01T00:00:00Z""#)],
        "no expiry (`se`)",
    ),
    (
        "sas-datetime-full",
        Vm,
        &[(DISK, WHOLE)],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.vhd?st=2026-11-01&se=2027-03-01T00:00:00Z""#)],
        "`st` of the signature",
    ),
    (
        "sas-datetime-full",
        Vm,
        &[],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.vhd?se=2027-03-01T00:00Z""#)],
        "`se` of the signature",
    ),
    (
        "sas-permissions",
        Vm,
        &[(DISK, WHOLE)],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.vhd?sp=r""#)],
        "reading and listing",
    ),
    (
        "sas-permissions-too-wide",
        Vm,
        &[(DISK, WHOLE)],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.vhd?sp=racwdl""#)],
        "more than",
    ),
    (
        "sas-container-level",
        Vm,
        &[(DISK, WHOLE)],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.vhd?sr=b""#)],
        "a single blob",
    ),
    (
        "sas-expiry",
        Vm,
        &[(DISK, WHOLE)],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.vhd?se=2026-12-01T00:00:00Z""#)],
        "expires on 2026-12-01",
    ),
    (
        "sas-start-missing",
        Vm,
        &[(DISK, WHOLE)],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.vhd?sp=rl&se=2027-03-01T00:00:00Z""#)],
        "no start (`st`)",
    ),
    (
        "sas-vhd-suffix",
        Vm,
        &[],
        &[(DISK, r#""https://contoso.blob.core.windows.net/a.vhd?sp=rl""#)],
        "contains a disk but no container",
    ),
    (
        "sas-vhd-suffix",
        Vm,
        &[],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks?sp=rl""#)],
        "contains a container but no disk",
    ),
    (
        "sas-expired",
        Vm,
        &[(DISK, WHOLE)],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.vhd?se=2026-11-01""#)],
        "expired on 2026-11-01",
    ),
    (
        "sas-expiry",
        Vm,
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.vhd?se=2026-12-12T12:00:00Z""#)],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.vhd?se=2026-12-12T11:59:59Z""#)],
        "three more weeks",
    ),
    (
        "sas-start",
        Vm,
        &[(DISK, WHOLE)],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.vhd?st=2026-11-21T00:00:00Z""#)],
        "less than a day",
    ),
    (
        "sas-signature",
        Vm,
        &[(DISK, WHOLE)],
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.vhd?sp=rl&sv=1""#)],
        "no `sig`",
    ),
    (
        "sas-host",
        Vm,
        &[(DISK, WHOLE)],
        &[(DISK, r#""https://md-x.z1.blob.storage.azure.net/disks/a.vhd?sp=r""#)],
        "exported managed disk",
    ),
    ("sas-host", Vm, &[], &[(DISK, r#""http://contoso.blob.core.windows.net/disks/a.vhd?sp=rl""#)], "`https://`"),
    (
        "sas-in-repository",
        Vm,
        &[(DISK, r#""https://contoso.blob.core.windows.net/disks/a.vhd""#)],
        &[(DISK, WHOLE)],
        "clear text",
    ),
];

const DISK: &str = "V/vmImages/1.0.0/osVhdUrl";
const WHOLE: &str = r#""https://contoso.blob.core.windows.net/disks/firewall-1.0.0.vhd?sp=rl&st=2026-11-01T00%3A00%3A00Z&se=2027-03-01T00%3A00%3A00Z&sv=2024-11-04&sr=c&sig=c2lnbmF0dXJl""#;
