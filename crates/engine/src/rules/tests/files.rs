//! Each rule about files with a file that keeps it and one that breaks it, made by hand.

use std::io::{Cursor, Write as _};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::file;
use super::*;

const ADDRESS: &str = "https://files.contoso.example/it";

/// The beginning of a PNG: signature, and a header with width and height. Source: the PNG specification, 5.2 and 11.2.2.
fn png_of(width: u32, height: u32) -> CheckedContent {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
    CheckedContent::Whole(bytes)
}

fn text(text: &str) -> CheckedContent {
    CheckedContent::Whole(text.as_bytes().to_vec())
}

fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn packed(bytes: &[u8]) -> CheckedContent {
    CheckedContent::Archive(Archive::read(bytes))
}

fn zip_of(files: &[(&str, &str)]) -> CheckedContent {
    packed(&zipped(files))
}

const PID: &str = r#"{"resources": [{"name": "pid-5D1F6C0A-3c1e-4c57-9b0e-6f2b8f1f0a11"}]}"#;
const MANAGED: &str = r#"{"x": [{"storageProfile": {"osDisk": {"managedDisk": {}}, "dataDisks": [{"lun": 0}]}}]}"#;

/// A package with a template and a definition.
fn package(template: &str, definition: &str) -> CheckedContent {
    zip_of(&[("mainTemplate.json", template), ("createUiDefinition.json", definition)])
}

const MB: u64 = 1_048_576;
const GB: u64 = 1_073_741_824;

/// A fixed VHD of so many bytes in a page blob, with a first partition at a sector of its own.
fn vhd_of(size: u64) -> Disk {
    let mut end = vec![0; 512];
    end[..8].copy_from_slice(b"conectix");
    end[48..56].copy_from_slice(&size.to_be_bytes());
    end[60..64].copy_from_slice(&2_u32.to_be_bytes());
    Disk { length: size + 512, blob: Some("PageBlob".to_owned()), start: mbr(2048), end }
}

/// A boot sector with one partition of Linux.
fn mbr(first: u32) -> Vec<u8> {
    let mut sector = vec![0; 512];
    sector[446 + 16 + 4] = 0x83;
    sector[446 + 16 + 8..446 + 16 + 12].copy_from_slice(&first.to_le_bytes());
    sector[510..].copy_from_slice(&[0x55, 0xaa]);
    sector
}

/// A table with two partitions behind a boot sector that protects it.
fn gpt(first: u64) -> Vec<u8> {
    let mut start = mbr(1);
    start[446 + 16 + 4] = 0xee;
    start.resize(1024 + 3 * 128, 0);
    start[512..520].copy_from_slice(b"EFI PART");
    start[512 + 72..512 + 80].copy_from_slice(&2_u64.to_le_bytes());
    start[512 + 80..512 + 84].copy_from_slice(&128_u32.to_le_bytes());
    start[512 + 84..512 + 88].copy_from_slice(&128_u32.to_le_bytes());
    for (entry, first) in [(0, 4096), (2, first)] {
        let at = 1024 + entry * 128;
        start[at] = 1;
        start[at + 32..at + 40].copy_from_slice(&u64::to_le_bytes(first));
    }
    start
}

fn with(disk: Disk, edit: fn(&mut Disk)) -> CheckedContent {
    let mut disk = disk;
    edit(&mut disk);
    CheckedContent::Disk(disk)
}

const DRIVE: &str = "O/microsoft-azure-marketplace-testdrive.";
const PACKAGE: &str = "A/package/1.0.0/packageVersion/packageFile";
const SYSTEM: &str = "V/vmImages/1.0.0/osVhdUrl";
const DATA: &str = "V/vmImages/1.0.0/lunVhdDetails";

/// What is found in a document whose address at this place leads to this file, and to no other.
fn judged(
    from: From,
    edits: &[(&str, &str)],
    address: &str,
    seen: Result<CheckedContent, String>,
) -> Vec<(&'static str, String)> {
    let mut document = from.document();
    // Pictures of the examples lead elsewhere.
    let edits: Vec<(&str, String)> = edits.iter().map(|(at, text)| (*at, text.replace("HERE", address))).collect();
    for (at, text) in &edits {
        document = edited(document, &[(at, text)]);
    }
    let document = Document::new(document);
    let wanted: Vec<Wanted> = file::wanted(&document, circumstances(&NoSecrets))
        .into_iter()
        .filter(|wanted| wanted.address.expose() == address)
        .collect();
    assert_eq!(wanted.len(), 1, "{edits:?}: {wanted:?}");
    let files = Files::from([(wanted[0].clone(), seen)]);
    let found = file::findings(&Offer::new(&document, circumstances(&NoSecrets)), &document, &files);
    found.into_iter().map(|finding| (finding.rule.id, finding.message)).collect()
}

/// The edits that put an address where a kind of file is named.
fn place(at: &str) -> (From, Vec<(String, String)>) {
    let here = |at: &str, text: &str| vec![(at.to_owned(), text.to_owned())];
    match at {
        "package" => (From::App, here(PACKAGE, r#""HERE""#)),
        "template" => {
            let mut edits = here(PACKAGE, r#""HERE""#);
            edits.extend(here("A/skuType", r#""solutionTemplate""#));
            (From::App, edits)
        }
        "just in time" => {
            let mut edits = here(PACKAGE, r#""HERE""#);
            edits.extend(here("A/package/1.0.0/publisherJitAccessPolicy", r#"{"jitAccessEnabled": true}"#));
            (From::App, edits)
        }
        "audience" => (From::Vm, here("P/restrictedAudience", r#"{"uploadedCsvUri": "HERE"}"#)),
        "audience of an application" => (From::App, here("P/restrictedAudience", r#"{"uploadedCsvUri": "HERE"}"#)),
        "prices" => (From::Vm, here("P/virtualMachinePricing/spreadSheetPricing", r#"{"uri": "HERE"}"#)),
        "screenshot" => (From::Vm, here("L/screenshots", r#"["HERE"]"#)),
        "video" => (From::Vm, here("L/videos", r#"[{"videoLink": "x", "thumbnailUrl": "HERE"}]"#)),
        "test drive's video" => (From::Vm, here(&format!("{DRIVE}videos"), r#"[{"Thumbnail": "HERE"}]"#)),
        "manual" => (From::Vm, here(&format!("{DRIVE}userManual"), r#""HERE""#)),
        "test drive" => (From::Vm, here(&format!("{DRIVE}armTemplate"), r#""HERE""#)),
        "system of Linux" => (From::Vm, here(SYSTEM, r#""HERE""#)),
        "system of Windows" => {
            let mut edits = here(SYSTEM, r#""HERE""#);
            edits.extend(here("V/operatingSystemFamily", r#""Windows""#));
            (From::Vm, edits)
        }
        "data" => (From::Vm, here(DATA, r#"[{"lunNumber": 0, "uri": "HERE"}]"#)),
        "core" => (From::Core, here("G/vmImagesPublicAzure/0.1.2/osVhdUrl", r#""HERE""#)),
        logo => (From::Vm, here(&format!("L/{logo}"), r#""HERE""#)),
    }
}

fn found_in(at: &str, seen: CheckedContent) -> Vec<(&'static str, String)> {
    let (from, edits) = place(at);
    let edits: Vec<(&str, &str)> = edits.iter().map(|(at, text)| (at.as_str(), text.as_str())).collect();
    let address = if at == "test drive" { "https://files.contoso.example/it.ZIP?v=1" } else { ADDRESS };
    judged(from, &edits, address, Ok(seen))
}

/// A rule, where the file is named, a file that keeps all rules, one that breaks this one, and what is said then.
type Case = (&'static str, &'static str, CheckedContent, CheckedContent, &'static str);

fn cases_of_pictures() -> Vec<Case> {
    vec![
        ("logo-format-png", "smallLogo", png_of(48, 48), text("GIF89a\x30\0\x30\0"), "not a PNG"),
        ("logo-size-small", "smallLogo", png_of(48, 48), png_of(49, 48), "49 by 48"),
        ("logo-size-medium", "mediumLogo", png_of(90, 90), png_of(48, 48), "48 by 48"),
        ("logo-size-large", "largeLogo", png_of(350, 350), png_of(351, 351), "351"),
        ("logo-size-large", "largeLogo", png_of(216, 216), png_of(216, 300), "300"),
        ("logo-size-wide", "wideLogo", png_of(255, 115), png_of(115, 255), "115 by 255"),
        ("logo-size-hero", "heroLogo", png_of(815, 290), png_of(815, 291), "291"),
        ("screenshot-size", "screenshot", png_of(1280, 720), png_of(1920, 1080), "1920"),
        ("screenshot-size", "screenshot", png_of(1280, 720), text("GIF89a\x30\0\x30\0"), "not a PNG"),
        ("video-thumbnail", "video", png_of(1280, 720), png_of(1280, 721), "721"),
        ("td-video-thumbnail", "test drive's video", png_of(533, 324), png_of(1280, 720), "1280"),
        ("picture-size-old", "screenshot", png_of(1280, 720), png_of(533, 324), "533"),
        ("picture-size-old", "video", png_of(1280, 720), png_of(533, 324), "533"),
        ("picture-size-old", "smallLogo", png_of(48, 48), png_of(40, 40), "40 by 40"),
    ]
}

fn cases_of_documents() -> Vec<Case> {
    let rows = |count: usize| text(&format!("\u{feff}type,id,description\n{}", "a\n".repeat(count)));
    let workbook = || zip_of(&[("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", "<workbook/>")]);
    let word = || zip_of(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<document/>")]);
    vec![
        ("td-user-manual", "manual", text("%PDF-1.7"), text("PK\x03\x04"), "not a PDF"),
        ("audience-csv", "audience", text("\"Type\", ID,Description\r\n"), text("id,type\n"), "first line"),
        ("audience-csv", "audience", rows(20_000), rows(20_001), "20001 rows"),
        ("audience-csv", "audience of an application", rows(10_000), rows(10_001), "at most 10000"),
        ("price-spreadsheet", "prices", workbook(), packed(b"country;price"), "not a ZIP archive"),
        ("price-spreadsheet", "prices", workbook(), word(), "xl/workbook.xml"),
    ]
}

fn cases_of_packages() -> Vec<Case> {
    let good = || package(PID, "{}");
    let legacy = |more: &[(&'static str, &'static str)]| {
        let names = ["applianceMainTemplate.json", "applianceCreateUIDefinition.json", "mainTemplate.json"];
        let files: Vec<(&str, &str)> = names.into_iter().map(|name| (name, PID)).chain(more.iter().copied()).collect();
        zip_of(&files)
    };
    let both = legacy(&[("createUiDefinition.json", "{}")]);
    let folder = zip_of(&[("app/mainTemplate.json", PID), ("createUiDefinition.json", "{}")]);
    let letters = zip_of(&[("mainTemplate.json", PID), ("createUIDefinition.json", "{}")]);
    let configurator =
        r#"{"parameters": {"steps": [{"elements": [{"type": "Microsoft.Solutions.JitConfigurator"}]}]}}"#;
    let nested = zip_of(&[("mainTemplate.json", "{}"), ("createUiDefinition.json", "{}"), ("nested/a.json", PID)]);
    let written = package(r#"{"name": "[concat('pid-', parameters('guid'))]"}"#, "{}");
    let unmanaged = r#"{"resources": [{"name": "pid-5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11", "x": {"OSDisk": {"Vhd": {"uri": "x"}}}}]}"#;
    let data = r#"{"name": "pid-5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11", "dataDisks": [{"lun": 0}, {"vhd": {}}]}"#;
    let managed = MANAGED.replace("\"x\"", "\"pid-5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11\"");
    vec![
        ("app-package-zip-root", "package", good(), packed(b"Rar!"), "not a ZIP archive"),
        ("app-package-zip-root", "package", good(), zip_of(&[]), "has no `mainTemplate.json`"),
        (
            "app-package-zip-root",
            "package",
            good(),
            folder,
            "has `app/mainTemplate.json` and no `mainTemplate.json` in its root",
        ),
        (
            "app-package-zip-root",
            "package",
            both,
            letters,
            "`createUIDefinition.json` and no `createUiDefinition.json`",
        ),
        ("app-package-zip-root", "template", good(), legacy(&[]), "no `createUiDefinition.json`"),
        ("app-package-zip-legacy", "package", good(), legacy(&[]), "files of 2018"),
        (
            "app-package-size",
            "package",
            CheckedContent::NotFetched(Some(GB)),
            CheckedContent::NotFetched(Some(GB + 1)),
            "1073741825 bytes",
        ),
        (
            "app-package-json",
            "package",
            good(),
            package(PID, "{\n // no\n}"),
            "`createUiDefinition.json` is not JSON, at line 2",
        ),
        ("app-usage-attribution", "package", nested, package("{}", "{}"), "pid-"),
        ("app-usage-attribution", "package", written, package(r#"{"name": "pid-1"}"#, "{}"), "pid-"),
        ("app-managed-disks", "template", package(&managed, "{}"), package(unmanaged, "{}"), "`vhd`"),
        ("app-managed-disks", "template", good(), package(data, "{}"), "`vhd`"),
        ("app-jit", "just in time", package(PID, configurator), good(), "just-in-time"),
        ("td-zip", "test drive", drive("SessionId"), zip_of(&[("mainTemplate.json", "{}")]), "no `main-template.json`"),
        ("td-zip", "test drive", zip_of(&[("main-template.json", "{}")]), drive("location"), "the parameter `a`"),
        ("td-zip", "test drive", drive("session id"), zip_of(&[("main-template.json", "[")]), "not JSON"),
        ("td-zip", "test drive", drive("password"), packed(b"x"), "cannot be read"),
    ]
}

/// A test drive's template with a parameter for something.
fn drive(kind: &str) -> CheckedContent {
    let template = json!({ "parameters": { "a": { "type": "string", "metadata": { "type": kind } } } });
    zip_of(&[("main-template.json", &template.to_string())])
}

fn cases_of_disks() -> Vec<Case> {
    let good = || CheckedContent::Disk(vhd_of(30 * GB));
    let sized = |size: u64| CheckedContent::Disk(vhd_of(size));
    let in_a_core = |first: u64| CheckedContent::Disk(Disk { start: gpt(first), ..vhd_of(30 * GB) });
    vec![
        (
            "vhd-format",
            "data",
            good(),
            with(vhd_of(GB), |disk| disk.blob = Some("BlockBlob".to_owned())),
            "`BlockBlob`",
        ),
        (
            "vhd-format",
            "data",
            with(vhd_of(GB), |disk| disk.blob = None),
            with(vhd_of(GB), |disk| disk.end[0] = b'C'),
            "`conectix`",
        ),
        ("vhd-format", "core", good(), with(vhd_of(GB), |disk| disk.end[63] = 3), "a dynamic VHD"),
        ("vhd-format", "data", good(), with(vhd_of(GB), |disk| disk.end[63] = 4), "differencing"),
        ("vhd-format", "data", sized(20 * MB), sized(19 * MB), "20 MB"),
        ("vhd-format", "data", good(), sized(GB + 512), "not a whole number of megabytes"),
        ("vhd-format", "data", good(), with(vhd_of(GB), |disk| disk.length -= 512), "expected the 1073741824"),
        ("vhd-format", "data", good(), with(vhd_of(GB), |disk| disk.end.truncate(100)), "`conectix`"),
        ("os-disk-size", "system of Linux", sized(1023 * GB), sized(1024 * GB), "1 to 1023 GB are expected for Linux"),
        ("os-disk-size", "system of Linux", sized(GB), sized(GB - MB), "Linux"),
        ("os-disk-size", "system of Windows", sized(30 * GB), sized(29 * GB), "30 to 250 GB"),
        ("os-disk-size", "system of Windows", sized(250 * GB), sized(251 * GB), "Windows"),
        ("data-disk-size", "data", sized(1023 * GB), sized(1024 * GB), "at most 1,023 GB"),
        (
            "vhd-first-mb-free",
            "system of Linux",
            good(),
            with(vhd_of(30 * GB), |disk| disk.start = mbr(63)),
            "sector 63",
        ),
        ("vhd-first-mb-free", "core", in_a_core(2048), in_a_core(34), "sector 34"),
    ]
}

#[test]
fn every_rule_about_files_is_kept_by_one_file_and_broken_by_another() {
    let cases = [cases_of_pictures(), cases_of_documents(), cases_of_packages(), cases_of_disks()].concat();
    for (rule, at, good, bad, message) in &cases {
        assert_eq!(found_in(at, good.clone()), [], "{rule} in {at}, not {message}");
        let found = found_in(at, bad.clone());
        let is_said = found.iter().any(|(id, said)| id == rule && said.contains(message));
        assert!(is_said, "{rule} in {at} says {found:?} and not {message}");
    }
    let without: Vec<&str> = all()
        .filter(|rule| rule.basis == Basis::File && rule.id != "asset-url-fetchable")
        .map(|rule| rule.id)
        .filter(|id| !cases.iter().any(|(case, ..)| case == id))
        .collect();
    assert_eq!(without, Vec::<&str>::new());
}

#[test]
fn a_file_that_cannot_be_fetched_is_the_only_finding_about_it() {
    for at in ["smallLogo", "package", "data"] {
        let (from, edits) = place(at);
        let edits: Vec<(&str, &str)> = edits.iter().map(|(at, text)| (at.as_str(), text.as_str())).collect();
        let found = judged(from, &edits, ADDRESS, Err("the answer was 404".to_owned()));
        let said = "the file cannot be downloaded: the answer was 404".to_owned();
        assert_eq!(found, [("asset-url-fetchable", said)], "{at}");
        assert_eq!(found_in(at, CheckedContent::NotFetched(None)), [], "nothing is known of {at}");
    }
}

#[test]
fn the_name_of_a_manual_has_a_limit() {
    for (length, expected) in [(255, 0), (256, 1)] {
        let address = format!("https://files.contoso.example/a%20b/{}%20b.pdf?v=1", "x".repeat(length - 6));
        let at = format!("{DRIVE}userManual");
        let found = judged(From::Vm, &[(&at, r#""HERE""#)], &address, Ok(text("%PDF-")));
        assert_eq!(found.len(), expected, "{found:?}");
    }
}

#[test]
fn a_file_in_a_package_that_is_too_large_is_told_by_what_the_archive_says() {
    // The size of the second file in the directory of the archive, 24 bytes behind the beginning of its header.
    let mut bytes = zipped(&[("mainTemplate.json", PID), ("createUiDefinition.json", "{}")]);
    let headers: Vec<usize> =
        bytes.windows(4).enumerate().filter(|(_, four)| four == b"PK\x01\x02").map(|(at, _)| at).collect();
    let at = headers[1] + 24;
    bytes[at..at + 4].copy_from_slice(&0x4000_0001_u32.to_le_bytes());
    let found = found_in("package", packed(&bytes));
    let said = "`createUiDefinition.json` in the package has 1073741825 bytes unpacked";
    assert!(found.contains(&("app-package-size", said.to_owned())), "{found:?}");
}

#[test]
fn a_package_that_blows_up_is_not_unpacked_and_nothing_is_said_about_what_is_in_it() {
    let large = " ".repeat(16_000_001);
    let bomb =
        zipped(&[("mainTemplate.json", "{}"), ("createUiDefinition.json", "{}"), ("a.json", &large), ("b.json", PID)]);
    assert!(bomb.len() < 200_000, "{}", bomb.len());
    assert_eq!(found_in("package", packed(&bomb)), []);
    let names: Vec<String> = (0..10_001).map(|number| number.to_string()).collect();
    let many = zip_of(&names.iter().map(|name| (name.as_str(), "")).collect::<Vec<_>>());
    let found = found_in("package", many);
    assert_eq!(found[0].1, "the package cannot be read: it has more than 10000 files");
}

#[test]
fn no_archive_and_no_disk_makes_the_rules_fall_over() {
    let archive = zipped(&[("mainTemplate.json", PID), ("createUiDefinition.json", "{}")]);
    let disk = gpt(34);
    // Every byte in turn is made something else, and every length is tried.
    for at in 0..archive.len() {
        let mut broken = archive.clone();
        broken[at] = if at % 2 == 0 { 0xff } else { broken[at] ^ 0x40 };
        found_in("package", packed(&broken));
        found_in("package", packed(&archive[..at]));
    }
    for at in (500..disk.len()).step_by(3) {
        let mut broken = disk.clone();
        broken[at] = 0xff;
        found_in("core", CheckedContent::Disk(Disk { start: broken, ..vhd_of(GB) }));
        found_in("core", CheckedContent::Disk(Disk { start: disk[..at].to_vec(), ..vhd_of(GB) }));
    }
}

#[test]
fn a_disk_whose_signature_has_run_out_is_not_asked_for_and_no_signature_is_shown() {
    for (end, count) in [("2026-11-21T11:59:59Z", 0), ("2026-11-21T12:00:01Z", 1), ("2026-11-21", 0)] {
        let address = format!("https://contoso.blob.core.windows.net/disks/a.vhd?sp=rl&se={end}&sig=hush");
        let document = edited(virtual_machine(), &[(SYSTEM, &Value::from(address).to_string())]);
        let wanted = file::wanted(&Document::new(document), circumstances(&NoSecrets));
        let disks: Vec<&Wanted> = wanted.iter().filter(|wanted| wanted.look == Look::SystemDisk).collect();
        assert_eq!(disks.len(), count, "{end}");
        let shown = format!("{disks:?} {}", disks.iter().map(|disk| disk.address.to_string()).collect::<String>());
        assert!(!shown.contains("hush") && !shown.contains("sig"), "{shown}");
    }
}

#[test]
fn the_address_of_a_disk_that_comes_from_a_secret_is_known_if_it_is_set() {
    let at = Pointer::parse("/definition/plans/0/microsoft-azure-virtualmachines.vmImages/1.0.0/osVhdUrl").unwrap();
    let reference = SecretReference { location: SecretLocation::Env("DISK".to_owned()), version: None };
    let document = Document::with_sealed(virtual_machine(), [(at, reference)].into());
    let disks = |secrets: &dyn SecretSource| {
        let wanted = file::wanted(&document, circumstances(secrets));
        wanted.into_iter().filter(|wanted| wanted.look == Look::SystemDisk).collect::<Vec<_>>()
    };
    assert_eq!(disks(&NoSecrets), []);
    assert_eq!(disks(&Variables::from([("DISK", DISK)]))[0].address.expose(), DISK);
}
