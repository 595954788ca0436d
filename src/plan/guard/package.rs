//! Guards of the packages of Azure applications.

use std::collections::BTreeSet;

use serde_json::Value;

use super::catalogue::{DEPLOYMENT_MODE_COMPLETE, PACKAGE_CHANGED, PACKAGE_NOT_NEWER};
use super::evidence::{Evidence, Findings, Sku, last, members};
use super::image::Versions;

pub(super) fn find(evidence: &Evidence<'_>, findings: &mut Findings) {
    for sku in evidence.skus() {
        let sides = sku.sides.member("package");
        if let Some(key) = key_of(&sku) {
            let at = sku.at.key(key);
            let versions = Versions::of(sides);
            for version in versions.kept() {
                if evidence.changes_within(&at.key(version).key("packageVersion")) && versions.differs(version) {
                    let target = format!("{}/{version}", sku.target);
                    findings.trip(&PACKAGE_CHANGED, sides.published, target, String::new());
                }
            }
            for (version, other) in versions.not_newer() {
                let target = format!("{}/{version}", sku.target);
                findings.trip(&PACKAGE_NOT_NEWER, sides.published, target, format!("there is {other} already"));
            }
            findings.hinge_on_production |= versions.hinge_on_production();
        }
        if becomes_complete(&sku) {
            findings.trip(&DEPLOYMENT_MODE_COMPLETE, sku.sides.published, &sku.target, String::new());
        }
    }
}

fn key_of<'a>(sku: &Sku<'a>) -> Option<&'a str> {
    let keys = members(sku.sides.after).chain(members(sku.sides.live)).map(|(key, _)| key.as_str());
    keys.into_iter().find(|key| last(key) == "package")
}

fn becomes_complete(sku: &Sku<'_>) -> bool {
    let places = |side: Option<&Value>| {
        let mut places = BTreeSet::new();
        if let Some(side) = side {
            complete(side, "", &mut places);
        }
        places
    };
    let (live, before) = (places(sku.sides.live), places(sku.sides.before));
    places(sku.sides.after).iter().any(|place| !live.contains(place) && !before.contains(place))
}

/// Where the deployment mode is `Complete`. How the key is spelled and where it stands is not public, so it is looked for.
fn complete(value: &Value, at: &str, places: &mut BTreeSet<String>) {
    for (key, member) in members(Some(value)) {
        let at = format!("{at}/{key}");
        let is_mode = last(key).eq_ignore_ascii_case("deploymentMode");
        if is_mode && member.as_str().is_some_and(|mode| mode.eq_ignore_ascii_case("Complete")) {
            places.insert(at);
        } else {
            complete(member, &at, places);
        }
    }
}
