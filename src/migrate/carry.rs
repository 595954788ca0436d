//! What the text of an old file hands over to the new one.

use std::collections::BTreeMap;

use crate::offer::layout::{MARKETPLACE, PLAN_ID};

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

/// Takes over the comment at the top of the file, and those on plans: on their lines, and right above them.
pub(super) fn comments(file: &mut String, old: &str, carried: &mut Vec<String>) {
    let lines: Vec<&str> = old.lines().collect();
    let top: Vec<&str> = lines[..beginning(&lines)].iter().copied().filter(|line| is_comment(line)).collect();
    if !top.is_empty() {
        let at = file.find('\n').map_or(0, |end| end + 1);
        file.insert_str(at, &(top.join("\n") + "\n"));
        carried.push("the comment at the top".to_owned());
    }
    for (number, line) in lines.iter().enumerate() {
        let Some(id) = plan_id(line) else { continue };
        let start = element(&lines[..=number]);
        let belongs = |above: &&&str| is_comment(above) && indentation(above) <= indentation(lines[start]);
        let above = lines[..start].iter().rev().take_while(belongs).count();
        let above = lines[start - above..start].iter().map(|line| line.trim());
        let mut on: Vec<&str> =
            [lines[start], line].into_iter().filter_map(|line| line.split_once(" #")).map(|(_, on)| on).collect();
        on.dedup();
        let plans: Vec<&str> = file.lines().collect();
        let is_it = |line: &&str| line.trim_start().starts_with("- ") && plan_id(line).as_deref() == Some(id.as_str());
        let Some(at) = plans.iter().position(is_it) else { continue };
        let plan = plans[at];
        let indent = " ".repeat(indentation(plan));
        let mut new: Vec<String> = above.map(|line| format!("{indent}{line}")).collect();
        let on = on.iter().map(|on| format!("  #{on}")).collect::<Vec<_>>().concat();
        if new.is_empty() && on.is_empty() {
            continue;
        }
        new.push(format!("{plan}{on}"));
        let lines: Vec<&str> = plans[..at]
            .iter()
            .copied()
            .chain(new.iter().map(String::as_str))
            .chain(plans[at + 1..].iter().copied())
            .collect();
        *file = lines.join("\n") + "\n";
        carried.push(format!("the comment on plan `{id}`"));
    }
}

/// Tells of comments of the old file that are not in the new one.
pub(super) fn lost_comments(file: &str, old: &str, lost: &mut Vec<String>) {
    let lines: Vec<&str> = old.lines().collect();
    let is_there = |comment: &str| file.lines().any(|line| line.trim() == comment.trim());
    match lines[beginning(&lines)..].iter().filter(|line| is_comment(line) && !is_there(line)).count() {
        0 => {}
        1 => lost.push("1 line of comment inside the old file".to_owned()),
        more => lost.push(format!("{more} lines of comments inside the old file")),
    }
}

/// Where the comment at the top ends.
fn beginning(lines: &[&str]) -> usize {
    let begins =
        |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#') && !line.starts_with("---");
    lines.iter().position(begins).unwrap_or(lines.len())
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#') && !line.contains("yaml-language-server")
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The id of a plan, on the line that names it.
fn plan_id(line: &str) -> Option<String> {
    let line = line.trim_start();
    let value = line.strip_prefix("- ").unwrap_or(line).trim_start().strip_prefix(PLAN_ID)?.strip_prefix(':')?;
    let value = value.split_once(" #").map_or(value, |(value, _)| value);
    Some(value.trim().trim_matches(['"', '\'']).to_owned())
}

/// Where the element of a list starts whose `planId` is on the last line.
fn element(lines: &[&str]) -> usize {
    let last = lines.len() - 1;
    let column =
        |line: &str| indentation(line) + line.trim_start().strip_prefix("- ").map_or(0, |rest| 2 + indentation(rest));
    let is_start = |line: &str| line.trim_start().starts_with("- ") && column(line) == column(lines[last]);
    (0..=last).rev().find(|number| is_start(lines[*number])).unwrap_or(last)
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
pub(super) fn renamed(word: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_at_the_top_and_on_plans_are_taken_over() {
        let old = "# yaml-language-server: $schema=x\n# The firewall.\npublisherId: c\ndefinition:\n  plans:\n    # For partners.\n    # Ask first.\n\
            \x20   - planId: byol   # not sold\n      # inside\n      x: 1\n      # after it\n    - x: 2 # the second\n      planId: \"two\"\n\
            \x20   # Gone.\n    - planId: gone\n";
        let mut file = "# yaml-language-server: $schema=y\napi: product-ingestion\nresources:\n  plans:\n    - planId: byol\n      plan: {}\n    - planId: two\n"
            .to_owned();
        let (mut carried, mut lost) = (Vec::new(), Vec::new());
        comments(&mut file, old, &mut carried);
        lost_comments(&file, old, &mut lost);
        assert_eq!(
            file,
            "# yaml-language-server: $schema=y\n# The firewall.\napi: product-ingestion\nresources:\n  plans:\n    # For partners.\n\
             \x20   # Ask first.\n    - planId: byol  # not sold\n      plan: {}\n    - planId: two  # the second\n"
        );
        assert_eq!(carried, ["the comment at the top", "the comment on plan `byol`", "the comment on plan `two`"]);
        assert_eq!(lost, ["3 lines of comments inside the old file"]);
    }
}
