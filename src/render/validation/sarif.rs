//! Findings as SARIF 2.1.0, the Static Analysis Results Interchange Format. Source: OASIS standard of 27 March 2020.

use std::io::{self, Write};
use std::path::Path;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;

use super::{Region, Validation};
use crate::diagnostic::Diagnostic;
use crate::render::{json, visible};
use crate::rules::Rule;

/// What cannot stand in a path of a URI (RFC 3986), and what would end it.
const NOT_IN_A_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Writes one run with all findings.
pub fn sarif(validation: &Validation<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut codes: Vec<&'static str> = validation.found.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let results = validation.found.iter().map(|finding| result(validation, finding, &codes)).collect();
    let driver = Driver {
        name: "offerform",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: codes.iter().map(|code| descriptor(code)).collect(),
    };
    let run = Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results };
    json::write(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }, out)
}

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

fn descriptor(code: &'static str) -> Descriptor {
    let rule = Rule::of(code);
    Descriptor {
        id: code,
        short_description: rule.map(|rule| Message { text: rule.says.to_owned() }),
        help: rule
            .filter(|rule| !rule.hint.is_empty())
            .map(|rule| Message { text: format!("{}\nSource: {}", rule.hint, rule.source) }),
        default_configuration: rule.map(|rule| Configuration { level: rule.severity.word() }),
    }
}

fn result(validation: &Validation<'_>, finding: &Diagnostic, codes: &[&'static str]) -> ResultObject {
    let help = finding.help.as_deref().map(|help| format!("\n{}", visible(help))).unwrap_or_default();
    let related = finding.related.iter().zip(1..);
    ResultObject {
        rule_id: finding.code,
        rule_index: codes.binary_search(&finding.code).unwrap_or_default(),
        level: finding.severity.word(),
        message: Message { text: format!("{}{help}", visible(&finding.message)) },
        locations: validation.place(finding).map(|place| location(&place, None, None)).into_iter().collect(),
        related_locations: related
            .map(|(label, id)| {
                let text = Some(visible(&label.text).into_owned()).filter(|text| !text.is_empty());
                location(&validation.region(label.span), Some(id), text)
            })
            .collect(),
    }
}

fn location(place: &Region<'_>, id: Option<usize>, text: Option<String>) -> Location {
    Location {
        id,
        message: text.map(|text| Message { text }),
        place: PhysicalLocation {
            artifact_location: ArtifactLocation { uri: reference(place.file) },
            region: RegionObject {
                start_line: place.start.0,
                start_column: place.start.1,
                end_line: place.end.0,
                end_column: place.end.1,
            },
        },
    }
}

/// A path as a reference: relative as it is shown, or an address of this machine. A colon in the first part of a relative one would
/// make that a scheme (RFC 3986, 4.2).
fn reference(path: &str) -> String {
    let first = path.split('/').next().unwrap_or_default();
    let start = match (Path::new(path).is_absolute(), first.contains(':')) {
        (true, _) if path.starts_with('/') => "file://",
        (true, _) => "file:///",
        (false, true) => "./",
        (false, false) => "",
    };
    format!("{start}{}", utf8_percent_encode(path, NOT_IN_A_PATH))
}

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<ResultObject>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_description: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_configuration: Option<Configuration>,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultObject {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
    #[serde(rename = "physicalLocation")]
    place: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: RegionObject,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RegionObject {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}
