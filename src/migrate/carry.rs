//! What the text of an old file hands over to the new one.

use std::collections::BTreeMap;

use crate::offer::layout::MARKETPLACE;

/// The settings of a `reconcile` block that name places of the document, which are other places in the new one.
const BY_PLACE: [&str; 2] = ["ignore", "silence"];

/// Uses the texts that are there already in place of new ones with the same content, and gives those that are left.
pub(super) fn texts(
    file: &mut String,
    new: BTreeMap<String, String>,
    old: &BTreeMap<String, String>,
    carried: &mut Vec<String>,
) -> BTreeMap<String, String> {
    let mut left = BTreeMap::new();
    for (path, content) in new {
        let same = old.iter().find(|(_, there)| there.trim_end_matches('\n') == content.trim_end_matches('\n'));
        match same {
            Some((there, _)) => {
                *file = file.replace(&format!("$file: {path} }}"), &format!("$file: {there} }}"));
                carried.push(format!("the text `{there}`"));
            }
            None => drop(left.insert(path, content)),
        }
    }
    left
}

/// Takes over the comment at the top of the file, and those right above plans.
pub(super) fn comments(file: &mut String, old: &str, carried: &mut Vec<String>, lost: &mut Vec<String>) {
    let is_comment = |line: &&str| line.trim_start().starts_with('#') && !line.contains("yaml-language-server");
    let lines: Vec<&str> = old.lines().collect();
    let begins =
        |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#') && !line.starts_with("---");
    let start = lines.iter().position(begins).unwrap_or(lines.len());
    let top: Vec<&str> = lines[..start].iter().copied().filter(is_comment).collect();
    if !top.is_empty() {
        let at = file.find('\n').map_or(0, |end| end + 1);
        file.insert_str(at, &(top.join("\n") + "\n"));
        carried.push("the comment at the top".to_owned());
    }
    let (mut kept, all) = (0, lines[start..].iter().filter(|line| line.contains('#') && is_comment(line)).count());
    for (number, line) in lines.iter().enumerate() {
        let Some(id) = line.trim_start().strip_prefix("- planId:") else { continue };
        let above = lines[..number].iter().rev().take_while(|line| is_comment(line)).count();
        let comment = &lines[number - above..number];
        let plan = format!("- planId: {}", id.trim());
        let place = file.lines().find(|line| line.trim_start() == plan).map(|line| line.len() - plan.len());
        if let (Some(indentation), false) = (place, comment.is_empty()) {
            let indent = " ".repeat(indentation);
            let text: Vec<String> = comment.iter().map(|line| format!("{indent}{}", line.trim_start())).collect();
            if let Some(at) = file.find(&format!("{indent}{plan}\n")) {
                file.insert_str(at, &(text.join("\n") + "\n"));
                kept += comment.len();
                carried.push(format!("the comment on plan `{}`", id.trim()));
            }
        }
    }
    match all - kept {
        0 => {}
        1 => lost.push("1 line of comment inside the old file".to_owned()),
        more => lost.push(format!("{more} lines of comments inside the old file")),
    }
}

/// Takes over the `reconcile` block, but for what names places of the old document.
pub(super) fn reconcile(file: &mut String, old: &str, carried: &mut Vec<String>, lost: &mut Vec<String>) {
    let lines: Vec<&str> = old.lines().collect();
    let Some(start) = lines.iter().position(|line| line.starts_with("reconcile:")) else { return };
    let end = lines[start + 1..].iter().position(|line| line.starts_with(|c: char| !c.is_whitespace() && c != '#'));
    let block = &lines[start..end.map_or(lines.len(), |end| start + 1 + end)];
    let is_flow = block[0].contains('{');
    if is_flow && BY_PLACE.iter().any(|key| block.join(" ").contains(&format!("{key}:"))) {
        lost.push("the `reconcile` block: it names places of the old document".to_owned());
        return;
    }
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let level = block[1..].iter().find(|line| !line.trim().is_empty()).map_or(0, |line| indentation(line));
    let (mut kept, mut skipping) = (vec![block[0]], false);
    for line in &block[1..] {
        if indentation(line) == level && !line.trim().is_empty() && !line.trim_start().starts_with(['#', '-']) {
            let key = line.trim().split(':').next().unwrap_or_default();
            skipping = BY_PLACE.contains(&key);
            if skipping {
                lost.push(format!("`reconcile.{key}`: it names places of the old document"));
            }
        }
        if !skipping {
            kept.push(line);
        }
    }
    if kept.len() > 1 || is_flow {
        // Silences that the import wrote are about the new document.
        let text = targets(&kept.join("\n"));
        match file.find("\nreconcile:\n") {
            Some(at) => {
                let settings = kept[1..]
                    .join(
                        "
",
                    )
                    .trim_end()
                    .to_owned()
                    + "
";
                file.insert_str(at + "\nreconcile:\n".len(), &settings);
            }
            None => file.push_str(&(text.trim_end().to_owned() + "\n")),
        }
        carried.push("the `reconcile` block".to_owned());
    }
}

/// The names of clouds in the two APIs. Source: the reference of each, `cloudAvailability` and `azureRegions`.
const CLOUDS: [(&str, &str); 4] = [
    ("PublicAzure", "azureGlobal"),
    ("Fairfax", "azureGovernment"),
    ("Mooncake", "azureChina"),
    ("Blackforest", "azureGermany"),
];

/// What the last part of a guard's target is called in the new document: markets are in small letters, clouds have other names, and keys
/// have no namespace.
fn renamed(word: &str) -> String {
    let is_market = word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let cloud = CLOUDS.iter().find(|(old, _)| old.eq_ignore_ascii_case(word));
    let key = word.strip_prefix(MARKETPLACE).and_then(|rest| rest.strip_prefix('.'));
    match (cloud, key) {
        (Some((_, new)), _) => (*new).to_owned(),
        (None, Some(key)) => key.to_owned(),
        (None, None) if is_market => word.to_ascii_lowercase(),
        (None, None) => word.to_owned(),
    }
}

/// The block with the targets of guards as the new document has them.
fn targets(block: &str) -> String {
    let line = |line: &str| {
        let Some((before, target)) = line.split_once("target:") else { return line.to_owned() };
        let Some((rest, last)) = target.rsplit_once('/') else { return line.to_owned() };
        let word = last.trim_end_matches([' ', '}', ',', '"', '\'']);
        format!("{before}target:{rest}/{}{}", renamed(word), &last[word.len()..])
    };
    block.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_the_reconcile_block_are_taken_over() {
        let old = "# yaml-language-server: $schema=x\n# The firewall.\npublisherId: c\ndefinition:\n  plans:\n    # For partners.\n    - planId: byol\n      # inside\n      x: 1\nreconcile:\n  release: preview\n  ignore:\n    - path: /a\n      reason: b\n  allow:\n    - code: market-removal\n      target: c/o/byol/US\n    - { code: cloud-withdrawn, target: c/o/byol/PublicAzure }\n";
        let mut file = "# yaml-language-server: $schema=y\napi: product-ingestion\nresources:\n  plans:\n    - planId: byol\n      plan: {}\n".to_owned();
        let (mut carried, mut lost) = (Vec::new(), Vec::new());
        comments(&mut file, old, &mut carried, &mut lost);
        reconcile(&mut file, old, &mut carried, &mut lost);
        assert_eq!(
            file,
            "# yaml-language-server: $schema=y\n# The firewall.\napi: product-ingestion\nresources:\n  plans:\n    # For partners.\n    - planId: byol\n      plan: {}\nreconcile:\n  release: preview\n  allow:\n    - code: market-removal\n      target: c/o/byol/us\n    - { code: cloud-withdrawn, target: c/o/byol/azureGlobal }\n"
        );
        assert_eq!(carried, ["the comment at the top", "the comment on plan `byol`", "the `reconcile` block"]);
        assert_eq!(
            lost,
            ["1 line of comment inside the old file", "`reconcile.ignore`: it names places of the old document"]
        );
    }
}
