//! Which files a person means by paths, folders and globs.

use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::unreadable;
use crate::offer::OfferAddress;
use crate::source::{EntryKind, Error, Pattern, RelativePath, Tree};

/// What files of offers end in.
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// Files that are found beside offers and are known to be none.
const NEVER_OFFERS: [&str; 2] = ["offerform.yaml", "offerform.yml"];

/// The selected files, each once: in the order of the selection, sorted within a folder or glob.
pub(super) fn files(tree: &dyn Tree, selection: &[String], findings: &mut Diagnostics) -> Vec<RelativePath> {
    let mut seen = HashSet::new();
    let mut files = Vec::new();
    for pattern in selection {
        match matches(tree, pattern) {
            Ok(found) => files.extend(found.into_iter().filter(|file| seen.insert(file.clone()))),
            Err(finding) => findings.push(*finding),
        }
    }
    files
}

fn matches(tree: &dyn Tree, pattern: &str) -> Result<Vec<RelativePath>, Box<Diagnostic>> {
    let path = tree.locate(pattern);
    let kind = path.as_ref().ok().and_then(|path| tree.kind(path));
    let failed = |error: Error| Box::new(unreadable(&error));
    let found = match (kind, glob_start(pattern)) {
        (Some(EntryKind::File), _) => return path.map(|path| vec![path]).map_err(failed),
        (Some(EntryKind::Folder), _) => tree.files(&path.map_err(failed)?).map_err(failed)?,
        (None, Some(start)) => globbed(tree, pattern, start)?,
        (None, None) => {
            path.map_err(failed)?;
            let missing = unreadable(&Error::Missing { path: pattern.to_owned() });
            // With a dot, it is more likely the name of a file.
            let names_an_offer = pattern.parse::<OfferAddress>().is_ok() && !pattern.contains('.');
            return Err(Box::new(if names_an_offer {
                missing.help(format!("if `{pattern}` is meant as an offer, write `--offer {pattern}`"))
            } else {
                missing
            }));
        }
    };
    let found: Vec<_> = found.into_iter().filter(may_be_an_offer).collect();
    if found.is_empty() {
        let what = if kind.is_some() { "the folder" } else { "the pattern" };
        let message = format!("{what} `{pattern}` contains no offer file");
        return Err(Box::new(
            Diagnostic::error("no-match", message).help("offer files end with `.yaml`, `.yml` or `.json`"),
        ));
    }
    Ok(found)
}

/// Whether a file below a selected folder is taken for one that declares offers.
#[must_use]
pub fn may_be_an_offer(file: &RelativePath) -> bool {
    EXTENSIONS.contains(&file.extension().as_str()) && !NEVER_OFFERS.contains(&file.name())
}

/// The byte where the first part with a wildcard starts.
fn glob_start(pattern: &str) -> Option<usize> {
    let wildcard = pattern.find(['*', '?', '[', '{'])?;
    Some(pattern[..wildcard].rfind('/').map_or(0, |slash| slash + 1))
}

fn globbed(tree: &dyn Tree, pattern: &str, start: usize) -> Result<Vec<RelativePath>, Box<Diagnostic>> {
    let (folder, wildcards) = pattern.split_at(start);
    let wildcards = Pattern::new(wildcards)
        .map_err(|error| Diagnostic::error("no-match", format!("`{pattern}` is not a pattern: {error}")))?;
    let folder =
        tree.locate(if folder.is_empty() { "." } else { folder }).map_err(|error| Box::new(unreadable(&error)))?;
    if tree.kind(&folder) != Some(EntryKind::Folder) {
        return Ok(Vec::new());
    }
    let files = tree.files(&folder).map_err(|error| Box::new(unreadable(&error)))?;
    let below = |file: &RelativePath| {
        let rest = file.as_str().strip_prefix(folder.as_str()).unwrap_or(file.as_str());
        wildcards.matches(rest.trim_start_matches('/'))
    };
    Ok(files.into_iter().filter(below).collect())
}
