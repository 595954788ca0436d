//! How stored resources look in answers: schema address, id, masked secrets, signed addresses of files.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::answer::spell;
use super::asset::sign;
use super::catalogue::{CORE_MACHINE, Kind, MACHINE};
use super::dialect::{Dialect, ImagesBelowCeiling, MachineProperties, ReadVersion, SchemaHost, Terms};
use super::secret::mask;
use super::state::{Ending, Resource, Submission};
use super::version::{Version, schema_url};
use crate::stamp::Stamp;

/// How one answer looks at the state.
pub(super) struct View<'a> {
    pub(super) dialect: &'a Dialect,
    pub(super) now: Timestamp,
    /// The value of `$version`.
    pub(super) ceiling: Option<Version>,
    /// Another one for each answer: decides the order of lists, and signs addresses.
    pub(super) nonce: u64,
}

/// Types whose answers name the old host in the mixed reading.
const ON_OLD_HOST: [&str; 4] = ["listing", "listing-asset", "plan-listing", "property"];

impl View<'_> {
    /// The address of a schema in an answer.
    pub(super) fn schema(&self, kind: &str, version: &str) -> String {
        let is_old = match self.dialect.schema_host {
            SchemaHost::Old => true,
            SchemaHost::New => false,
            SchemaHost::Mixed => ON_OLD_HOST.contains(&kind),
        };
        schema_url(is_old, kind, version)
    }

    /// A resource as an answer shows it.
    pub(super) fn resource(&self, id: &str, resource: &Resource) -> Value {
        let kind = id.split('/').next().unwrap_or_default();
        let mut body = resource.body.clone();
        mask(&mut body, &self.dialect.mask);
        sign(&mut body, self.nonce, self.now);
        if kind == MACHINE || kind == CORE_MACHINE {
            self.adapt_machine(&mut body, &resource.version);
        }
        if kind == "property"
            && self.dialect.terms == Terms::AsUrl
            && let Some(terms) = body.shift_remove("termsOfUse")
        {
            body.insert("termsOfUseUrl".to_owned(), terms);
        }
        let mut shown = Map::new();
        shown.insert("$schema".to_owned(), json!(self.schema(kind, &self.version(kind, &resource.version))));
        shown.insert("id".to_owned(), json!(id));
        shown.extend(body);
        Value::Object(shown)
    }

    fn version(&self, kind: &str, written: &str) -> String {
        let Some(newest) = Kind::named(kind).and_then(|kind| kind.newest(self.ceiling.as_ref())) else {
            return written.to_owned();
        };
        match (self.dialect.read_version, Version::parse(written)) {
            (ReadVersion::AsWritten, Some(written)) if written < newest => written.text().to_owned(),
            _ => newest.text().to_owned(),
        }
    }

    fn adapt_machine(&self, body: &mut Map<String, Value>, written: &str) {
        let is_below = self.ceiling.as_ref().zip(Version::parse(written)).is_some_and(|(ceiling, own)| *ceiling < own);
        if is_below && self.dialect.images_below_ceiling == ImagesBelowCeiling::Empty {
            body.insert("vmImageVersions".to_owned(), json!([]));
        }
        if self.dialect.machine_properties == MachineProperties::Incomplete
            && let Some(properties) = body.get_mut("vmProperties").and_then(Value::as_object_mut)
        {
            properties.retain(|_, value| *value == Value::Bool(true));
        }
    }

    /// A submission as an answer shows it at `moment`.
    pub(super) fn submission(&self, product: &str, submission: &Submission, moment: Timestamp) -> Value {
        let (status, result) = match submission.ending {
            _ if moment < submission.begins => ("notStarted", "pending"),
            _ if submission.is_running(moment) => ("running", "pending"),
            Some(Ending::Failed) => ("completed", "failed"),
            _ => ("completed", "succeeded"),
        };
        let mut shown = self.bare_submission(product, submission.number, submission.target.name());
        shown["lifecycleState"] = json!("generallyAvailable");
        shown["status"] = json!(spell(status, self.dialect));
        shown["result"] = json!(spell(result, self.dialect));
        shown["created"] = json!(Stamp::at(submission.created).text());
        shown
    }

    /// The entry that stands for the draft.
    pub(super) fn draft_submission(&self, product: &str) -> Value {
        self.bare_submission(product, 0, "draft")
    }

    fn bare_submission(&self, product: &str, number: u64, target: &str) -> Value {
        let version = self.version("submission", "2022-03-01-preview7");
        let mut shown = json!({
            "$schema": self.schema("submission", &version),
            "id": format!("submission/{product}/{number}"),
            "product": format!("product/{product}"),
            "target": { "targetType": target },
        });
        if version == "2022-03-01-preview7" {
            // The schema of this version requires it; what it means is in no source.
            shown["sources"] = json!([{ "module": "listing", "branch": "main" }]);
        }
        shown
    }
}
