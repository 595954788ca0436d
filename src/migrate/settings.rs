//! The `reconcile` block of the new file.
//!
//! A block that stands in the old file is taken over as it is written, with its comments, but for `ignore` and `silence`: these name
//! places of the old document, so they are written anew. A block that comes from another file is written anew as a whole.

use super::carry::renamed;
use super::places::Places;
use crate::manifest::{IgnoreOn, Ownership, Reconcile, Release};
use crate::offer::{IdentityPath, Pointer};

/// The settings of a `reconcile` block that name places of the document, which are other places in the new one.
const BY_PLACE: [&str; 2] = ["ignore", "silence"];

/// The settings that are written anew: the lines below each key.
type Written = Vec<(&'static str, Vec<String>)>;

/// Writes the settings that name places, in words of the new document.
///
/// What the import silences in `file` already is left out.
fn by_place(
    (file, settings): (&str, &Reconcile),
    places: &Places<'_>,
    carried: &mut Vec<String>,
    lost: &mut Vec<String>,
) -> Written {
    let mut new = |what: String, old: &Pointer| {
        let found = IdentityPath::parse(old.as_str()).and_then(|old| places.counterpart(&old));
        match &found {
            Some(new) => carried.push(format!("{what} at `{}`, now `{}`", old.as_str(), new.as_str())),
            None => lost.push(format!("{what} at `{}`: the product has no such place", old.as_str())),
        }
        found
    };
    let mut ignored = Vec::new();
    for ignore in &settings.ignore {
        let Some(place) = new("`reconcile.ignore`".to_owned(), &ignore.path) else { continue };
        let on = match ignore.on {
            IgnoreOn::Drift => Some("drift"),
            IgnoreOn::Apply => Some("apply"),
            IgnoreOn::Both => None,
        };
        let until = ignore.until.map(|day| day.to_string());
        let on = on.map(str::to_owned);
        let path = Some(place.as_str().to_owned());
        ignored.push(item([("path", path), ("on", on), ("reason", ignore.reason.clone()), ("until", until)]));
    }
    let mut silenced = Vec::new();
    for silence in &settings.silence {
        let what = format!("`reconcile.silence` of `{}`", silence.rule.text);
        let path = match &silence.path {
            Some(path) => match new(what, path) {
                Some(place) if is_silenced(file, &silence.rule.text, &place) => continue,
                Some(place) => Some(place.as_str().to_owned()),
                None => continue,
            },
            None => None,
        };
        let (rule, reason) = (Some(silence.rule.text.clone()), Some(silence.reason.text.clone()));
        let line = item([("rule", rule), ("path", path), ("reason", reason)]);
        let value = silence.value.as_ref().map(|value| format!(", value: {value} }}"));
        silenced.push(match value {
            Some(value) => line.trim_end_matches(" }").to_owned() + &value,
            None => line,
        });
    }
    vec![("ignore", ignored), ("silence", silenced)]
}

/// Whether the import wrote a silence of this rule at this place.
fn is_silenced(file: &str, rule: &str, place: &IdentityPath) -> bool {
    file.contains(&format!("- rule: {rule}\n      path: {}\n", place.as_str()))
}

/// Writes the settings that name no places.
fn others(settings: &Reconcile) -> Vec<String> {
    let mut lines = Vec::new();
    if settings.release.span.is_some() {
        let word = match settings.release.value {
            Release::Draft => "draft",
            Release::Preview => "preview",
            Release::Live => "live",
        };
        lines.push(format!("  release: {word}"));
    }
    if settings.ownership.span.is_some() {
        let word = match settings.ownership.value {
            Ownership::Declared => "declared",
            Ownership::Exact => "exact",
        };
        lines.push(format!("  ownership: {word}"));
    }
    if !settings.allow.is_empty() {
        lines.push("  allow:".to_owned());
    }
    for allow in &settings.allow {
        let text = |text: &str| Some(text.to_owned());
        let target = allow.target.text.as_str();
        let target = target
            .rsplit_once('/')
            .map_or_else(|| target.to_owned(), |(rest, last)| format!("{rest}/{}", renamed(last)));
        let members =
            [("code", text(&allow.code.text)), ("target", Some(target)), ("reason", text(&allow.reason.text))];
        lines.push(item(members));
    }
    lines
}

/// An element of a list, on one line. A text in JSON is one in YAML, too.
fn item<const N: usize>(members: [(&str, Option<String>); N]) -> String {
    let member = |(key, value): (&str, Option<String>)| Some(format!("{key}: {}", serde_json::Value::from(value?)));
    let members: Vec<String> = members.into_iter().filter_map(member).collect();
    format!("    - {{ {} }}", members.join(", "))
}

/// Takes over the `reconcile` block. `is_own` tells whether all of it stands in the old file.
pub(super) fn reconcile(
    file: &mut String,
    (old, settings, is_own): (&str, &Reconcile, bool),
    places: &Places<'_>,
    (carried, lost): (&mut Vec<String>, &mut Vec<String>),
) {
    let written = by_place((file, settings), places, carried, lost);
    let block = if is_own { block(old) } else { None };
    let mut lines = block.unwrap_or_else(|| others(settings));
    if !lines.is_empty() {
        carried.push("the `reconcile` block".to_owned());
    }
    for (key, items) in written.into_iter().filter(|(_, items)| !items.is_empty()) {
        let heading = format!("\nreconcile:\n  {key}:\n");
        match file.find(&heading) {
            // The import silences what the new document has.
            Some(at) => file.insert_str(at + heading.len(), &(items.join("\n") + "\n")),
            None => lines.extend(std::iter::once(format!("  {key}:")).chain(items)),
        }
    }
    if lines.is_empty() {
        return;
    }
    let text = lines.join("\n").trim_end().to_owned() + "\n";
    match file.find("\nreconcile:\n") {
        Some(at) => file.insert_str(at + "\nreconcile:\n".len(), &text),
        None => file.extend(["reconcile:\n", &text]),
    }
}

/// The lines of the block as the old file has them, without settings that name places; `None` if it is not written on lines of its own.
fn block(old: &str) -> Option<Vec<String>> {
    let lines: Vec<&str> = old.lines().collect();
    let start = lines.iter().position(|line| line.trim_end() == "reconcile:")?;
    let end = lines[start + 1..].iter().position(|line| line.starts_with(|c: char| !c.is_whitespace() && c != '#'));
    let block = &lines[start + 1..end.map_or(lines.len(), |end| start + 1 + end)];
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let level = block.iter().find(|line| !is_blank(line)).map_or(0, |line| indentation(line));
    let (mut kept, mut skipping) = (Vec::new(), false);
    for line in block {
        if indentation(line) == level && !is_blank(line) && !line.trim_start().starts_with('-') {
            let key = line.trim().split(':').next().unwrap_or_default();
            skipping = BY_PLACE.contains(&key);
        }
        if !skipping {
            // What is added is two spaces in.
            kept.push(target(&format!("  {}", line.get(level..).unwrap_or(line.trim_start()))).trim_end().to_owned());
        }
    }
    while kept.last().is_some_and(String::is_empty) {
        kept.pop();
    }
    Some(kept)
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}

/// The line with the target of a guard as the new document has it.
fn target(line: &str) -> String {
    let Some((before, rest)) = line.split_once("target:") else { return line.to_owned() };
    let start = rest.len() - rest.trim_start_matches([' ', '"', '\'']).len();
    let end = rest[start..].find([' ', ',', '}', '"', '\'']).map_or(rest.len(), |end| start + end);
    let Some((above, last)) = rest[start..end].rsplit_once('/') else { return line.to_owned() };
    format!("{before}target:{}{above}/{}{}", &rest[..start], renamed(last), &rest[end..])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::desired::{self, NoVariables};
    use crate::offer::Document;
    use crate::source::MemoryTree;

    const OFFER: &str =
        "publisherId: c\nid: o\nofferTypeId: microsoft-azure-virtualmachines\ndefinition: { displayText: O }\n";
    const NEW: &str = "api: product-ingestion\nid: o\n";

    /// The end of the new file, what was carried, and what was lost.
    fn migrated(block: &str, is_own: bool, new: &str) -> (String, Vec<String>, Vec<String>) {
        let product = Document::new(json!({"api": "product-ingestion", "publisherId": "c", "id": "o",
            "type": "azureVirtualMachine", "resources": {"listing": {"en-us": {"title": "T"}},
                "plans": [{"planId": "byol", "price-and-availability-plan": {"markets": ["us"]}}]}}));
        let old = format!("{OFFER}{block}");
        let tree = MemoryTree::default().with("a.yaml", old.as_str());
        let loaded = desired::load(&tree, &["a.yaml".to_owned()], &NoVariables);
        let desired = &loaded.desired[0];
        let places = Places::of(&desired.offer_type, &product);
        let (mut carried, mut lost, mut file) = (Vec::new(), Vec::new(), new.to_owned());
        reconcile(&mut file, (&old, &desired.reconcile, is_own), &places, (&mut carried, &mut lost));
        (file.strip_prefix(NEW).unwrap().to_owned(), carried, lost)
    }

    const BLOCK: &str = "reconcile:\n    # Not to customers.\n    release: preview\n    ignore:\n        \
         - path: /definition/offer/microsoft-azure-marketplace.title\n          on: drift\n          reason: They name it.\n        \
         - /definition/plans/byol/regions\n        - /definition/offer/microsoft-azure-marketplace.videos\n    allow:\n        \
         - code: market-removal\n          target: c/o/byol/US\n          reason: r\n        \
         - { code: cloud-withdrawn, target: c/o/byol/PublicAzure, reason: a/b }\n";

    const IGNORED: &str = "  ignore:\n    - { path: \"/resources/listing/en-us/title\", on: \"drift\", reason: \"They name it.\" }\n    \
         - { path: \"/resources/plans/byol/price-and-availability-plan/markets\" }\n";

    #[test]
    fn a_block_keeps_its_words_and_places_are_those_of_the_product() {
        let (file, carried, lost) = migrated(BLOCK, true, NEW);
        let settings = "  # Not to customers.\n  release: preview\n  allow:\n      - code: market-removal\n        target: c/o/byol/us\n        \
             reason: r\n      - { code: cloud-withdrawn, target: c/o/byol/azureGlobal, reason: a/b }\n";
        assert_eq!(file, format!("reconcile:\n{settings}{IGNORED}"));
        assert_eq!(
            carried,
            [
                "`reconcile.ignore` at `/definition/offer/microsoft-azure-marketplace.title`, now `/resources/listing/en-us/title`",
                "`reconcile.ignore` at `/definition/plans/byol/regions`, now \
                 `/resources/plans/byol/price-and-availability-plan/markets`",
                "the `reconcile` block",
            ]
        );
        assert_eq!(
            lost,
            [
                "`reconcile.ignore` at `/definition/offer/microsoft-azure-marketplace.videos`: the product has no such place"
            ]
        );
    }

    #[test]
    fn a_block_of_a_part_is_written_anew() {
        let (file, ..) = migrated(BLOCK, false, NEW);
        let settings = "  release: preview\n  allow:\n    - { code: \"market-removal\", target: \"c/o/byol/us\", reason: \"r\" }\n    \
             - { code: \"cloud-withdrawn\", target: \"c/o/byol/azureGlobal\", reason: \"a/b\" }\n";
        assert_eq!(file, format!("reconcile:\n{settings}{IGNORED}"));
        let (file, ..) = migrated("reconcile: { release: live, ownership: exact }\n", true, NEW);
        assert_eq!(file, "reconcile:\n  release: live\n  ownership: exact\n");
        assert_eq!(migrated("", true, NEW), (String::new(), Vec::new(), Vec::new()));
    }

    #[test]
    fn silences_are_put_together_with_those_of_the_import() {
        let title = "microsoft-azure-marketplace.title";
        let block = format!(
            "reconcile:\n  release: draft\n  silence:\n    - {{ rule: title-length, path: /definition/offer/{title}, value: 200, reason: r }}\n    \
             - {{ rule: known, path: /definition/offer/{title}, reason: r }}\n    - {{ rule: other, reason: s }}\n"
        );
        let of_import =
            "reconcile:\n  silence:\n    - rule: known\n      path: /resources/listing/en-us/title\n      reason: t\n";
        let (file, ..) = migrated(&block, true, &format!("{NEW}{of_import}"));
        assert_eq!(
            file,
            "reconcile:\n  release: draft\n  silence:\n    \
             - { rule: \"title-length\", path: \"/resources/listing/en-us/title\", reason: \"r\", value: 200 }\n    \
             - { rule: \"other\", reason: \"s\" }\n    - rule: known\n      path: /resources/listing/en-us/title\n      reason: t\n"
        );
    }
}
