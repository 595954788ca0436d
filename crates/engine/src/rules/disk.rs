//! Rules about disks of machines, decided from their first megabyte and their last 512 bytes.
//!
//! A disk has tens of gigabytes: it is never fetched whole.

use super::file::{Disk, File, Purpose};
use super::{Found, Rule, Types};

pub(super) const RULES: &[Rule] = &[
    Rule::of_files("vhd-format", Types::DISKS, format).warns().until_published().text(
        "a disk is a page blob with a fixed VHD: 20 MB or more in whole megabytes, followed by the 512 bytes that end a VHD",
        "convert it again, for example with `qemu-img convert -o subformat=fixed,force_size`, and upload it as a page blob",
        "articles/marketplace/azure-vm-create-certification-faq.md",
    ),
    Rule::of_files("os-disk-size", Types::DISKS, system_size).warns().text(
        "an operating system disk has 1 to 1,023 GB for Linux, and 30 to 250 GB for Windows",
        "30 to 50 GB are recommended",
        "articles/marketplace/azure-vm-create-certification-faq.md",
    ),
    Rule::of_files("data-disk-size", Types::DISKS, data_size).warns().until_published().text(
        "a data disk has at most 1,023 GB",
        "use several",
        "articles/marketplace/azure-vm-create-certification-faq.md",
    ),
    Rule::of_files("vhd-first-mb-free", Types::DISKS, first_megabyte).warns().text(
        "the first megabyte of an operating system disk is free: no partition starts in it",
        "start the first partition at sector 2,048; an image that is built from an approved base does not need this",
        "articles/marketplace/azure-vm-create-certification-faq.md",
    ),
];

const MEGABYTE: u64 = 1 << 20;
const GIGABYTE: u64 = 1 << 30;

/// The length of what ends a VHD.
const FOOTER: u64 = 512;

/// What stands in the last 512 bytes of a VHD. Source: Microsoft, "Virtual Hard Disk Image Format Specification", version 1.0.
struct Footer {
    /// How large the disk is for a machine, in bytes.
    size: u64,
    /// Whether it is fixed, and what else if not.
    kind: u32,
}

impl Footer {
    fn read(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; 512] = bytes.try_into().ok()?;
        if !bytes.starts_with(b"conectix") {
            return None;
        }
        Some(Self { size: u64::from_be_bytes(part(bytes, 48)?), kind: u32::from_be_bytes(part(bytes, 60)?) })
    }
}

/// The bytes of a number.
fn part<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn format(file: &File<'_>, found: &mut Found) {
    let Some(disk) = file.disk() else { return };
    if let Some(kind) = disk.blob.as_deref().filter(|kind| !kind.eq_ignore_ascii_case("PageBlob")) {
        file.say(found, format!("the disk is a `{kind}`, not a page blob"));
    }
    let Some(footer) = Footer::read(&disk.end) else {
        file.say(found, "the last 512 bytes are not those of a VHD: they do not start with `conectix`");
        return;
    };
    if footer.kind != 2 {
        let kind = match footer.kind {
            3 => "a dynamic VHD",
            4 => "a differencing VHD",
            _ => "a VHD of an unknown kind",
        };
        file.say(found, format!("the disk is {kind}, not a fixed one"));
        return;
    }
    if footer.size < 20 * MEGABYTE {
        file.say(found, format!("the disk has {} bytes, and needs at least 20 MB", footer.size));
    }
    if !footer.size.is_multiple_of(MEGABYTE) {
        file.say(found, format!("the disk has {} bytes, which is not a whole number of megabytes", footer.size));
    }
    if disk.length != footer.size.saturating_add(FOOTER) {
        let (length, size) = (disk.length, footer.size);
        file.say(found, format!("the blob has {length} bytes, expected the {size} of the disk and 512 more"));
    }
}

/// How large a disk is for a machine, if it is a VHD.
fn size_of(file: &File<'_>, purpose: Purpose) -> Option<u64> {
    let disk: &Disk = file.disk().filter(|_| file.purpose == purpose)?;
    Footer::read(&disk.end).map(|footer| footer.size)
}

fn system_size(file: &File<'_>, found: &mut Found) {
    let Some(size) = size_of(file, Purpose::SystemDisk) else { return };
    let (least, most) = match file.setting.family {
        Some("Windows") => (30, 250),
        Some("Linux") => (1, 1023),
        _ => return,
    };
    if !(least * GIGABYTE..=most * GIGABYTE).contains(&size) {
        let family = file.setting.family.unwrap_or_default();
        file.say(found, format!("the disk has {size} bytes, and {least} to {most} GB are expected for {family}"));
    }
}

fn data_size(file: &File<'_>, found: &mut Found) {
    if let Some(size) = size_of(file, Purpose::DataDisk).filter(|size| *size > 1023 * GIGABYTE) {
        file.say(found, format!("the disk has {size} bytes, and at most 1,023 GB are allowed"));
    }
}

/// The sectors of the first megabyte.
const SECTORS: u64 = 2048;

fn first_megabyte(file: &File<'_>, found: &mut Found) {
    let Some(disk) = file.disk().filter(|_| file.purpose == Purpose::SystemDisk) else { return };
    if let Some(first) = partitions(&disk.start).into_iter().filter(|first| *first < SECTORS).min() {
        file.say(found, format!("a partition starts at sector {first}, in the first megabyte of the disk"));
    }
}

/// The first sectors of all partitions, as far as the beginning of a disk tells.
///
/// Source: the Unified Extensible Firmware Interface Specification, chapter 5, for both kinds of tables.
fn partitions(disk: &[u8]) -> Vec<u64> {
    if disk.get(510..512).is_none_or(|mark| mark != [0x55, 0xaa]) {
        return Vec::new();
    }
    if disk.get(512..520).is_some_and(|mark| mark == b"EFI PART") {
        return gpt(disk).unwrap_or_default();
    }
    let entry = |number: usize| {
        let at = 446 + 16 * number;
        let kind = disk.get(at + 4).filter(|kind| **kind != 0)?;
        // A table of the other kind protects itself with this one.
        (*kind != 0xee).then_some(())?;
        Some(u64::from(u32::from_le_bytes(part(disk, at + 8)?)))
    };
    (0..4).filter_map(entry).collect()
}

fn gpt(disk: &[u8]) -> Option<Vec<u64>> {
    let first = usize::try_from(u64::from_le_bytes(part(disk, 512 + 72)?)).ok()?.checked_mul(512)?;
    let count = u32::from_le_bytes(part(disk, 512 + 80)?).min(1024) as usize;
    let length = u32::from_le_bytes(part(disk, 512 + 84)?) as usize;
    let entry = |number: usize| {
        let at = first.checked_add(number.checked_mul(length)?)?;
        let kind: [u8; 16] = part(disk, at)?;
        (kind != [0; 16]).then_some(())?;
        Some(u64::from_le_bytes(part(disk, at + 32)?))
    };
    Some((0..count).filter_map(entry).collect())
}
