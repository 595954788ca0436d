//! The switches of a [`Dialect`](super::Dialect) of the Product Ingestion API: for each point on which the sources disagree or say
//! nothing, its readings. The first one is the default.
//!
//! "Page" is a page of the reference (product-ingestion-api*.md), "client" a public program that runs against the service, "report" an
//! observation in an issue or a commit message of such a program.

use serde::{Deserialize, Serialize};

use crate::switch::switch;

switch! {
    /// Whether a resource below a plan may be sent with its `id`.
    PlanScopedId {
        /// The resource is accepted with its `id` (page, client).
        Accepted,
        /// The resource is refused as invalid (report of 2026).
        Refused,
    }
}

switch! {
    /// The answer to a request for the result of a job that has not ended.
    EarlyResult {
        /// The answer is 400 (assumption).
        BadRequest,
        /// The answer is 404 (assumption).
        NotFound,
    }
}

switch! {
    /// The result of a job that failed or was cancelled.
    FailedResult {
        /// The resources that were handled before (page).
        Handled,
        /// The answer is 404 (report of 2026).
        NotFound,
    }
}

switch! {
    /// The host of `$schema` in answers.
    SchemaHost {
        /// The old host for listings, their files, plan listings and properties; the new host for all other resources (report).
        Mixed,
        /// The new host, for all resources.
        New,
        /// The old host, for all resources.
        Old,
    }
}

switch! {
    /// What a write with the old host of schemas is answered with.
    OldHost {
        /// The answer is 400 (reports since March 2025).
        Refused,
        /// The write is accepted like one with the new host (page, until 2024).
        Accepted,
    }
}

switch! {
    /// What becomes of top-level properties that a written resource does not have.
    Omitted {
        /// Omitted properties are reset: a resource is replaced as a whole (assumption).
        Reset,
        /// Omitted properties keep their values (assumption).
        Preserved,
    }
}

switch! {
    /// Whether the draft can be edited while a submission runs.
    EditsDuringSubmission {
        /// The draft can be edited (assumption).
        Accepted,
        /// The resource fails with `productLocked` (the code is in the schema of errors).
        Locked,
    }
}

switch! {
    /// Which versions of a virtual machine's technical configuration can be written.
    MachineVersion {
        /// Any version that exists can be written (client).
        Any,
        /// Only the newest version can be written; a resource in another one is refused as invalid (report of 2026).
        Newest,
    }
}

switch! {
    /// The images of a technical configuration that is read under a ceiling below its version.
    ImagesBelowCeiling {
        /// The list of images is empty (report of 2026).
        Empty,
        /// All images are returned (assumption).
        Shown,
    }
}

switch! {
    /// Up to when a job can be cancelled that releases something.
    CancelSubmission {
        /// The job can be cancelled until the certification has passed (assumption).
        BeforeProvisioning,
        /// The job can be cancelled until it has ended (assumption).
        UntilTheEnd,
    }
}

switch! {
    /// What a list of submissions shows once a preview has gone live.
    Promoted {
        /// Two entries with the same id, for the preview and for live (client).
        Both,
        /// One entry, for live (page: it represents both).
        LiveOnly,
    }
}

switch! {
    /// When a list of submissions shows what happened.
    SubmissionList {
        /// The list shows a change at once (assumption).
        Prompt,
        /// The list shows a change half a minute later (a client reads again for a minute after a publish).
        Lags,
    }
}

switch! {
    /// What a submission publishes that comes with other resources in one request.
    ModularPublish {
        /// The submission publishes only these resources, on top of what is published already (page).
        Listed,
        /// The submission publishes the whole draft (assumption).
        WholeDraft,
    }
}

switch! {
    /// The body of a refused request.
    Body {
        /// `error` with `code`, `message` and `details` (page, report).
        Details,
        /// `error` with `code` and `message`, without `details` (report).
        NoDetails,
        /// Problem details of ASP.NET, with `title`, `status` and `errors` (assumption: other services on the same stack).
        Problem,
    }
}

switch! {
    /// The code in the body of a 401; only the status is documented.
    Unauthorized {
        /// `InvalidAuthenticationToken`, as Microsoft Graph has it (assumption).
        Graph,
        /// `unauthorized` (a code of the model).
        Code,
    }
}

switch! {
    /// Whether a request needs `$version`.
    VersionParameter {
        /// A request may omit `$version` (clients omit it).
        Optional,
        /// A request without `$version` is answered with 400 (page).
        Required,
    }
}

switch! {
    /// What a job is at first.
    FirstStatus {
        /// The first status of a job is `notStarted`.
        NotStarted,
        /// The first status of a job is `running`.
        Running,
    }
}

switch! {
    /// `jobEnd` of a job that has not ended.
    JobEnd {
        /// `jobEnd` is `0001-01-01T00:00:00`.
        Midnight,
        /// `jobEnd` is `0001-01-01`.
        Date,
        /// The answer has no `jobEnd`.
        Absent,
    }
}

switch! {
    /// The status of an answer to an accepted request.
    Accepted {
        /// An accepted request is answered with 202 (client).
        Accepted,
        /// An accepted request is answered with 200 (another client takes it, too).
        Ok,
    }
}

switch! {
    /// The form of `@nextLink`.
    NextLink {
        /// `@nextLink` has a scheme and a host (page).
        Absolute,
        /// `@nextLink` has neither a scheme nor a host (a client handles both).
        Relative,
    }
}

switch! {
    /// The letter case of states and error codes.
    Case {
        /// States begin with a small letter: `completed` (client).
        Camel,
        /// States begin with a capital letter: `Completed` (prose and one sample of a page).
        Pascal,
    }
}

switch! {
    /// The order of lists and trees.
    Order {
        /// The order is another one in each answer (report of 2026).
        Random,
        /// Entries are sorted by their ids (assumption).
        Stable,
    }
}

switch! {
    /// Whether a technical configuration can be read by its id while its draft is equal to what is live.
    UneditedDraft {
        /// The configuration can be read (page: there is always a draft).
        Readable,
        /// The answer is 404 (report).
        Missing,
    }
}

switch! {
    /// Under which name the terms of a property are returned.
    Terms {
        /// The terms are returned under the name under which they were sent.
        AsSent,
        /// The terms are returned as `termsOfUseUrl` (report).
        AsUrl,
    }
}

switch! {
    /// The `vmProperties` of an answer.
    MachineProperties {
        /// `vmProperties` is returned as it was sent.
        AsSent,
        /// Only properties that are true are returned (report: incomplete at times).
        Incomplete,
    }
}

switch! {
    /// The version in which a resource is returned.
    ReadVersion {
        /// The version in which the resource was written, but none above the ceiling (report).
        AsWritten,
        /// The newest version up to the ceiling (page).
        Newest,
    }
}

switch! {
    /// How a job goes on after a resource failed.
    AfterFailure {
        /// The job ends (assumption).
        Stop,
        /// The job handles the other resources, too (assumption).
        Continue,
    }
}

switch! {
    /// Where a resource fails that does not fit its schema.
    SchemaFailure {
        /// The request is answered with 400 (report).
        Request,
        /// The request is accepted, and the resource fails in the job (report).
        Job,
    }
}
