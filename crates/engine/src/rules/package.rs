//! Rules about what is in the packages of applications and test drives.

use serde_json::Value;

use super::application::Sold;
use super::archive::Archive;
use super::file::{File, Purpose};
use super::shape::{is_guid, quoted};
use super::{Found, Rule, Types};

/// The template of an application.
const TEMPLATE: &str = "mainTemplate.json";

/// The page on which customers fill in what a template needs.
const DEFINITION: &str = "createUiDefinition.json";

/// The files of 2018 that stand for those two.
const LEGACY: [&str; 2] = ["applianceMainTemplate.json", "applianceCreateUIDefinition.json"];

/// The template of a test drive, which has another name.
const TEST_DRIVE: &str = "main-template.json";

pub(super) const RULES: &[Rule] = &[
    Rule::of_files("app-package-zip-root", Types::APPLICATION, root).warns().text(
        "a package is a `.zip` with `mainTemplate.json` and `createUiDefinition.json` in its root, in exactly this spelling",
        "pack the files, not the folder that contains them",
        "articles/marketplace/plan-azure-app-managed-app.md; articles/marketplace/plan-azure-app-solution-template.md",
    ),
    Rule::of_files("app-package-zip-legacy", Types::APPLICATION, legacy).warns().text(
        "a package does not have the files of 2018, `applianceMainTemplate.json` and `applianceCreateUIDefinition.json`",
        "newer documentation requires `mainTemplate.json` and `createUiDefinition.json` instead",
        "articles/marketplace/cloud-partner-portal/azure-applications/cpp-skus-tab.md; articles/marketplace/cloud-partner-portal-orig/cloud-partner-portal-managed-app-publish.md",
    ),
    Rule::of_files("app-package-size", Types::APPLICATION, size).warns().text(
        "a package has at most 1 GB, and so does each unpacked file in it",
        "leave out files that a deployment can download itself",
        "articles/marketplace/plan-azure-app-managed-app.md",
    ),
    Rule::of_files("app-package-json", Types::APPLICATION, json).inferred().text(
        "`mainTemplate.json` and `createUiDefinition.json` can be unpacked and are JSON",
        "run the template test toolkit on the package",
        "articles/marketplace/azure-app-managed.md",
    ),
    Rule::of_files("app-usage-attribution", Types::APPLICATION, attribution).warns().text(
        "a template has a deployment named `pid-` followed by the GUID for usage attribution",
        "add an empty nested deployment with that name",
        "articles/marketplace/plan-azure-app-managed-app.md; articles/marketplace/plan-azure-app-solution-template.md",
    ),
    Rule::of_files("app-managed-disks", Types::APPLICATION, managed_disks).warns().text(
        "the machines of a solution template have managed disks",
        "remove `vhd` from `osDisk` and `dataDisks`",
        "articles/marketplace/plan-azure-app-solution-template.md",
    ),
    Rule::of_files("app-jit", Types::APPLICATION, just_in_time).warns().text(
        "if access is granted just in time, customers can configure it: `createUiDefinition.json` has a `Microsoft.Solutions.JitConfigurator`",
        "add the step, and its `jitAccessPolicy` to the outputs",
        "articles/marketplace/cloud-partner-portal/azure-applications/cpp-skus-tab.md",
    ),
    Rule::of_files("td-zip", Types::LISTED, test_drive).warns().text(
        "the template of a test drive is a `.zip` with `main-template.json` in its root, each of whose parameters has a `metadata.type`: `baseuri`, `username`, `password` or `sessionid`; the key of its address is not documented, so every `.zip` counts",
        "the name differs from that of an application's template",
        "articles/marketplace/azure-resource-manager-test-drive.md",
    ),
];

/// The package of an application, if it could be looked into.
fn package<'a>(file: &File<'a>) -> Option<&'a Archive> {
    file.archive().filter(|_| file.purpose == Purpose::Package)?.ok()
}

/// How a file that is missing in the root is called instead.
fn missing(archive: &Archive, name: &str) -> String {
    match archive.nearly(name) {
        Some(near) => format!("the package has {} and no `{name}` in its root", quoted(near)),
        None => format!("the package has no `{name}`"),
    }
}

fn is_legacy(archive: &Archive) -> bool {
    LEGACY.iter().all(|name| archive.has(name))
}

fn root(file: &File<'_>, found: &mut Found) {
    match file.archive().filter(|_| file.purpose == Purpose::Package) {
        Some(Err(why)) => {
            file.say(found, format!("the package cannot be read: {why}"));
        }
        Some(Ok(archive)) => {
            let takes_legacy = file.setting.sold != Some(Sold::SolutionTemplate) && is_legacy(archive);
            let needed = if takes_legacy { &[TEMPLATE][..] } else { &[TEMPLATE, DEFINITION] };
            for name in needed.iter().filter(|name| !archive.has(name)) {
                file.say(found, missing(archive, name));
            }
        }
        None => {}
    }
}

fn legacy(file: &File<'_>, found: &mut Found) {
    if package(file).is_some_and(|archive| is_legacy(archive) && !archive.has(DEFINITION)) {
        file.say(found, "the package has the files of 2018");
    }
}

/// A gigabyte, in the wider of its two meanings.
const GIGABYTE: u64 = 1 << 30;

fn size(file: &File<'_>, found: &mut Found) {
    if let Some(length) = file.length().filter(|length| file.purpose == Purpose::Package && *length > GIGABYTE) {
        file.say(found, format!("the package has {length} bytes"));
    }
    let large = package(file).into_iter().flat_map(Archive::entries).find(|entry| entry.size > GIGABYTE);
    if let Some(entry) = large {
        file.say(found, format!("{} in the package has {} bytes unpacked", quoted(&entry.name), entry.size));
    }
}

/// A file in JSON, if it is there and is JSON.
fn parsed(archive: &Archive, name: &str) -> Option<Value> {
    serde_json::from_slice(without_mark(archive.text(name)?.ok()?)).ok()
}

fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)
}

/// What is wrong with a file in JSON, if something is.
fn wrong(archive: &Archive, name: &str) -> Option<String> {
    let Ok(text) = archive.text(name)? else {
        return Some(format!("`{name}` cannot be unpacked"));
    };
    let error = serde_json::from_slice::<serde::de::IgnoredAny>(without_mark(text)).err()?;
    Some(format!("`{name}` is not JSON, at line {} and column {}", error.line(), error.column()))
}

fn json(file: &File<'_>, found: &mut Found) {
    let Some(archive) = package(file) else { return };
    for message in [TEMPLATE, DEFINITION].into_iter().chain(LEGACY).filter_map(|name| wrong(archive, name)) {
        file.say(found, message);
    }
}

fn attribution(file: &File<'_>, found: &mut Found) {
    let Some(archive) = package(file).filter(|archive| archive.has(TEMPLATE) && archive.is_complete()) else { return };
    if !archive.texts().any(is_attributed) {
        file.say(found, "no template in the package has a deployment `pid-…` for usage attribution");
    }
}

/// Whether a text names a GUID behind `pid-`, or puts one there when it is deployed.
fn is_attributed(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text).to_lowercase();
    let mut rests = text.match_indices("pid-").map(|(at, found)| &text[at + found.len()..]);
    rests.any(|rest| rest.get(..36).is_some_and(is_guid) || rest.starts_with('\'') || rest.starts_with('{'))
}

fn managed_disks(file: &File<'_>, found: &mut Found) {
    let Some(archive) = package(file).filter(|_| file.setting.sold == Some(Sold::SolutionTemplate)) else { return };
    if parsed(archive, TEMPLATE).is_some_and(|template| has_unmanaged_disk(&template)) {
        file.say(found, format!("`{TEMPLATE}` has a machine with a `vhd` and without managed disks"));
    }
}

/// Whether a disk of a machine lies in a storage account. Keys of templates are the same in capital and small letters.
fn has_unmanaged_disk(value: &Value) -> bool {
    let is_unmanaged =
        |disk: &Value| disk.as_object().is_some_and(|disk| disk.keys().any(|key| key.eq_ignore_ascii_case("vhd")));
    match value {
        Value::Object(members) => members.iter().any(|(key, value)| {
            let here = match key.to_ascii_lowercase().as_str() {
                "osdisk" => is_unmanaged(value),
                "datadisks" => value.as_array().is_some_and(|disks| disks.iter().any(is_unmanaged)),
                _ => false,
            };
            here || has_unmanaged_disk(value)
        }),
        Value::Array(elements) => elements.iter().any(has_unmanaged_disk),
        _ => false,
    }
}

fn just_in_time(file: &File<'_>, found: &mut Found) {
    let Some(archive) = package(file).filter(|_| file.setting.just_in_time) else { return };
    let Some(Ok(definition)) = archive.text(DEFINITION) else { return };
    let text = String::from_utf8_lossy(definition).to_lowercase();
    // Source: learn.microsoft.com/azure/azure-resource-manager/managed-applications/request-just-in-time-access.
    if !text.contains("microsoft.solutions.jitconfigurator") && !text.contains("jitaccesspolicy") {
        file.say(found, format!("`{DEFINITION}` has no step that configures just-in-time access"));
    }
}

/// What the parameters of a test drive's template may be for.
const PARAMETERS: [&str; 4] = ["baseuri", "username", "password", "sessionid"];

fn test_drive(file: &File<'_>, found: &mut Found) {
    match file.archive().filter(|_| file.purpose == Purpose::TestDrive) {
        Some(Err(why)) => {
            file.say(found, format!("the test drive cannot be read: {why}"));
        }
        Some(Ok(archive)) if !archive.has(TEST_DRIVE) => {
            file.say(found, missing(archive, TEST_DRIVE));
        }
        Some(Ok(archive)) => template(archive, file, found),
        None => {}
    }
}

/// What is wrong with the template of a test drive.
fn template(archive: &Archive, file: &File<'_>, found: &mut Found) {
    if let Some(message) = wrong(archive, TEST_DRIVE) {
        file.say(found, message);
    }
    let template = parsed(archive, TEST_DRIVE).unwrap_or_default();
    for (name, parameter) in template.get("parameters").and_then(Value::as_object).into_iter().flatten() {
        let kind = parameter.pointer("/metadata/type").and_then(Value::as_str).unwrap_or_default();
        if !PARAMETERS.iter().any(|known| known.eq_ignore_ascii_case(&kind.replace(' ', ""))) {
            file.say(found, format!("the parameter {} has no known `metadata.type`", quoted(name)));
        }
    }
}
