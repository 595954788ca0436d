//! How the simulated Product Ingestion API speaks: every point on which its sources disagree, as a switch.
//!
//! The readings of each switch and their evidence are in `readings.rs`.

use serde::{Deserialize, Serialize};

pub use super::readings::{
    Accepted, AfterFailure, Body, CancelSubmission, Case, EarlyResult, EditsDuringSubmission, FailedResult,
    FirstStatus, ImagesBelowCeiling, JobEnd, MachineProperties, MachineVersion, ModularPublish, NextLink, OldHost,
    Omitted, Order, PlanScopedId, Promoted, ReadVersion, SchemaFailure, SchemaHost, SubmissionList, Terms,
    Unauthorized, UneditedDraft, VersionParameter,
};

/// How the service speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dialect {
    /// Whether a resource below a plan may be sent with its `id`.
    pub plan_scoped_id: PlanScopedId,
    /// The answer to a request for the result of a job that has not ended.
    pub early_result: EarlyResult,
    /// The result of a job that failed or was cancelled.
    pub failed_result: FailedResult,
    /// The host of `$schema` in answers.
    pub schema_host: SchemaHost,
    /// What a write with the old host of schemas is answered with.
    pub old_host: OldHost,
    /// What becomes of properties that a written resource does not have.
    pub omitted: Omitted,
    /// Whether the draft can be edited while a submission runs.
    pub edits_during_submission: EditsDuringSubmission,
    /// Which versions of a virtual machine's technical configuration can be written.
    pub machine_version: MachineVersion,
    /// The images of a technical configuration that is read under a low ceiling.
    pub images_below_ceiling: ImagesBelowCeiling,
    /// Up to when a job can be cancelled that releases something.
    pub cancel_submission: CancelSubmission,
    /// What a list of submissions shows once a preview has gone live.
    pub promoted: Promoted,
    /// When a list of submissions shows what happened.
    pub submission_list: SubmissionList,
    /// What a submission publishes that comes with other resources.
    pub modular_publish: ModularPublish,
    /// The body of a refused request.
    pub body: Body,
    /// The code in the body of a 401.
    pub unauthorized: Unauthorized,
    /// Whether a request needs `$version`.
    pub version_parameter: VersionParameter,
    /// What a job is at first.
    pub first_status: FirstStatus,
    /// `jobEnd` of a job that has not ended.
    pub job_end: JobEnd,
    /// The status of an answer to an accepted request.
    pub accepted: Accepted,
    /// The form of `@nextLink`.
    pub next_link: NextLink,
    /// The letter case of states and error codes.
    pub case: Case,
    /// The order of lists and trees.
    pub order: Order,
    /// Whether a technical configuration can be read by its id while its draft is equal to what is live.
    pub unedited_draft: UneditedDraft,
    /// Under which name the terms of a property are returned.
    pub terms: Terms,
    /// The `vmProperties` of an answer.
    pub machine_properties: MachineProperties,
    /// The version in which a resource is returned.
    pub read_version: ReadVersion,
    /// How a job goes on after a resource failed.
    pub after_failure: AfterFailure,
    /// Where a resource fails that does not fit its schema.
    pub schema_failure: SchemaFailure,
    /// What is returned in place of a secret; the real text is in no source.
    pub mask: String,
    /// Values of `$version` that are no longer accepted.
    pub retired_versions: Vec<String>,
    /// How many entries a page has if the request does not say.
    pub page_size: usize,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            plan_scoped_id: PlanScopedId::default(),
            early_result: EarlyResult::default(),
            failed_result: FailedResult::default(),
            schema_host: SchemaHost::default(),
            old_host: OldHost::default(),
            omitted: Omitted::default(),
            edits_during_submission: EditsDuringSubmission::default(),
            machine_version: MachineVersion::default(),
            images_below_ceiling: ImagesBelowCeiling::default(),
            cancel_submission: CancelSubmission::default(),
            promoted: Promoted::default(),
            submission_list: SubmissionList::default(),
            modular_publish: ModularPublish::default(),
            body: Body::default(),
            unauthorized: Unauthorized::default(),
            version_parameter: VersionParameter::default(),
            first_status: FirstStatus::default(),
            job_end: JobEnd::default(),
            accepted: Accepted::default(),
            next_link: NextLink::default(),
            case: Case::default(),
            order: Order::default(),
            unedited_draft: UneditedDraft::default(),
            terms: Terms::default(),
            machine_properties: MachineProperties::default(),
            read_version: ReadVersion::default(),
            after_failure: AfterFailure::default(),
            schema_failure: SchemaFailure::default(),
            mask: "*********".to_owned(),
            retired_versions: Vec::new(),
            page_size: 100,
        }
    }
}

impl Dialect {
    /// What reports of 2026 say wherever they differ from older sources.
    #[must_use]
    pub fn reports() -> Self {
        Self {
            plan_scoped_id: PlanScopedId::Refused,
            failed_result: FailedResult::NotFound,
            machine_version: MachineVersion::Newest,
            body: Body::NoDetails,
            unedited_draft: UneditedDraft::Missing,
            terms: Terms::AsUrl,
            machine_properties: MachineProperties::Incomplete,
            submission_list: SubmissionList::Lags,
            schema_failure: SchemaFailure::Job,
            ..Self::default()
        }
    }

    /// What the reference says wherever clients saw something else.
    #[must_use]
    pub fn reference() -> Self {
        Self {
            promoted: Promoted::LiveOnly,
            version_parameter: VersionParameter::Required,
            read_version: ReadVersion::Newest,
            images_below_ceiling: ImagesBelowCeiling::Shown,
            schema_host: SchemaHost::New,
            first_status: FirstStatus::Running,
            job_end: JobEnd::Date,
            ..Self::default()
        }
    }
}
