//! The words for people keep up with the code: links lead somewhere, every dependency has its reason, and every code
//! of a finding or a guard its meaning.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    String::from_utf8(bytes).unwrap()
}

/// Every Markdown file of the repository.
fn pages() -> Vec<PathBuf> {
    ["docs", "examples", "src"]
        .iter()
        .flat_map(|folder| walkdir::WalkDir::new(root().join(folder)))
        .chain(walkdir::WalkDir::new(root()).max_depth(1))
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}

/// The targets of links, without those to other sites.
fn links(page: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in page.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if !fenced {
            found.extend(line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target));
        }
    }
    found.retain(|target| !target.contains("://"));
    found
}

/// The anchors of a page: its headings, as GitHub names them.
fn anchors(page: &str) -> Vec<String> {
    page.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

#[test]
fn every_link_of_the_documentation_leads_somewhere() {
    let pages = pages();
    assert!(pages.len() > 10, "{pages:?}");
    let mut broken = Vec::new();
    for page in pages {
        let text = read(&page);
        for link in links(&text) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            if !target.exists() || !anchor.is_empty() && !anchors(&read(&target)).iter().any(|found| found == anchor) {
                broken.push(format!("{}: {link}", page.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
}

#[test]
fn every_dependency_has_a_reason() {
    let cargo = read(&root().join("Cargo.toml"));
    let reasons = read(&root().join("docs/decisions/dependencies.md"));
    let mut section = "";
    let mut unexplained = Vec::new();
    for line in cargo.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]")
            && let Some((name, _)) = line.split_once(" = ")
            && !reasons.contains(&format!("`{name}`"))
        {
            unexplained.push(name);
        }
    }
    assert!(unexplained.is_empty(), "not in docs/decisions/dependencies.md: {unexplained:?}");
}

#[test]
fn every_code_of_a_finding_or_a_guard_is_explained() {
    let page = read(&root().join("docs/errors-and-exit-codes.md"));
    let mut codes = Vec::new();
    for entry in walkdir::WalkDir::new(root().join("src")) {
        let path = entry.unwrap().into_path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let text = read(&path);
            let (code, _) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
            for start in ["Diagnostic::error(\"", "Diagnostic::warning(\""] {
                codes.extend(code.split(start).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
            }
        }
    }
    codes.extend(offerform::plan::guard::KINDS.iter().map(|kind| kind.code.to_owned()));
    codes.sort();
    codes.dedup();
    assert!(codes.len() > 10, "{codes:?}");
    codes.retain(|code| !page.contains(&format!("`{code}`")));
    assert!(codes.is_empty(), "not in docs/errors-and-exit-codes.md: {codes:?}");
}

#[test]
fn the_fault_script_in_the_documentation_can_be_read() {
    let page = read(&root().join("docs/simulator.md"));
    let (_, rest) = page.split_once("```json\n").unwrap();
    let (script, _) = rest.split_once("```").unwrap();
    let rules: Vec<offerform::simulator::FaultRule> = serde_json::from_str(script).unwrap();
    assert_eq!(rules.len(), 3);
}
