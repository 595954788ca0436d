//! Guards of the packages of Azure applications, and of the names of Kubernetes ones.

use std::collections::BTreeSet;

use serde_json::Value;

use super::catalogue::{DEPLOYMENT_MODE_COMPLETE, EXTENSION_TYPE_CHANGED, PACKAGE_CHANGED, PACKAGE_NOT_NEWER};
use super::evidence::{Evidence, Findings, Sku, members};
use super::image::{Difference, Versions};
use super::ingestion::EXTENSION_TYPE;
use crate::offer::canonical::text;
use crate::offer::layout::{DEPLOYMENT_MODE, Layout, PACKAGE};

pub(super) fn find(evidence: &Evidence<'_>, findings: &mut Findings) {
    for sku in evidence.skus() {
        extension_type(&sku, findings);
        let sides = evidence.field(&sku, PACKAGE);
        let at = sku.at.key(&evidence.layout.key(PACKAGE));
        let versions = Versions::of(sides);
        for version in versions.kept() {
            let Some(change) = evidence.file_change(&at.key(version).key("packageVersion")) else { continue };
            if versions.difference(version) != Difference::None {
                let target = format!("{}/{version}", sku.target);
                findings.trip(&PACKAGE_CHANGED, sides.published, target, change.detail());
            }
        }
        for (version, other) in versions.not_newer() {
            let target = format!("{}/{version}", sku.target);
            findings.trip(&PACKAGE_NOT_NEWER, sides.published, target, format!("{other} already exists"));
        }
        findings.hinge_on_production |= versions.hinge_on_production();
        if becomes_complete(&evidence.layout, &sku) {
            findings.trip(&DEPLOYMENT_MODE_COMPLETE, sku.sides.published, &sku.target, String::new());
        }
    }
}

/// The name under which a Kubernetes application is deployed.
fn extension_type(sku: &Sku<'_>, findings: &mut Findings) {
    let sides = sku.sides.member(EXTENSION_TYPE);
    if let (true, Some(before)) = (sides.changes(), sides.before) {
        let after = sides.after.map_or("nothing".into(), text);
        let detail = format!("{} -> {after}", text(before));
        findings.trip(&EXTENSION_TYPE_CHANGED, sides.published, &sku.target, detail);
    }
}

fn becomes_complete(layout: &Layout, sku: &Sku<'_>) -> bool {
    let places = |side: Option<&Value>| {
        let mut places = BTreeSet::new();
        if let Some(side) = side {
            if layout.get(side, DEPLOYMENT_MODE).is_some_and(is_complete) {
                places.insert(String::new());
            }
            complete(layout.get(side, PACKAGE), "", &mut places);
        }
        places
    };
    let (live, before) = (places(sku.sides.live), places(sku.sides.before));
    places(sku.sides.after).iter().any(|place| !live.contains(place) && !before.contains(place))
}

/// The names of the mode inside of a package. Where it stands there is not public, so it is looked for at any depth.
const MODES: [&str; 2] = ["deploymentMode", "DeploymentMode"];

/// The places below `value` where the deployment mode is not known to leave the customer's resources alone.
fn complete(value: Option<&Value>, at: &str, places: &mut BTreeSet<String>) {
    for (key, member) in members(value) {
        let at = format!("{at}/{key}");
        if MODES.contains(&key.as_str()) && is_complete(member) {
            places.insert(at);
        } else {
            complete(Some(member), &at, places);
        }
    }
}

/// Every mode but `Incremental` is taken for `Complete`.
fn is_complete(mode: &Value) -> bool {
    !mode.as_str().is_some_and(|mode| mode.eq_ignore_ascii_case("Incremental"))
}
