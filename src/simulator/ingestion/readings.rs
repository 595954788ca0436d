//! The switches of a [`Dialect`](super::Dialect) of the Product Ingestion API: for each point on which the sources disagree or say
//! nothing, its readings. The first one is the default.
//!
//! "Page" is a page of the reference (product-ingestion-api*.md), "client" a public program that runs against the service, "report" an
//! observation in an issue or a commit message of such a program.

use serde::{Deserialize, Serialize};

use super::super::switch::switch;

switch! {
    /// Whether a resource below a plan may be sent with its `id`.
    PlanScopedId {
        /// It may (page, client).
        Accepted,
        /// It is an invalid resource (report of 2026).
        Refused,
    }
}

switch! {
    /// The answer to a request for the result of a job that has not ended.
    EarlyResult {
        /// 400 (assumption).
        BadRequest,
        /// 404 (assumption).
        NotFound,
    }
}

switch! {
    /// The result of a job that failed or was cancelled.
    FailedResult {
        /// The resources that were handled before (page).
        Handled,
        /// 404 (report of 2026).
        NotFound,
    }
}

switch! {
    /// The host of `$schema` in answers.
    SchemaHost {
        /// The old one for listings, their files, plan listings and properties, the new one for all others (report).
        Mixed,
        /// The new one.
        New,
        /// The old one.
        Old,
    }
}

switch! {
    /// What a write with the old host of schemas is answered with.
    OldHost {
        /// 400 (reports since March 2025).
        Refused,
        /// As one with the new host (page, until 2024).
        Accepted,
    }
}

switch! {
    /// What becomes of top-level properties that a written resource does not have.
    Omitted {
        /// They are reset: a resource is replaced as a whole (assumption).
        Reset,
        /// They stay as they were (assumption).
        Preserved,
    }
}

switch! {
    /// Whether the draft can be edited while a submission runs.
    EditsDuringSubmission {
        /// It can (assumption).
        Accepted,
        /// The resource fails with `productLocked` (the code is in the schema of errors).
        Locked,
    }
}

switch! {
    /// Which versions of a virtual machine's technical configuration can be written.
    MachineVersion {
        /// Any that exists (client).
        Any,
        /// Only the newest; others are an invalid resource (report of 2026).
        Newest,
    }
}

switch! {
    /// The images of a technical configuration that is read under a ceiling below its version.
    ImagesBelowCeiling {
        /// None: an empty list (report of 2026).
        Empty,
        /// All.
        Shown,
    }
}

switch! {
    /// Up to when a job can be cancelled that releases something.
    CancelSubmission {
        /// Until the certification has passed (assumption).
        BeforeProvisioning,
        /// Until the end.
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
        /// At once.
        Prompt,
        /// Half a minute later (a client reads again for a minute after a publish).
        Lags,
    }
}

switch! {
    /// What a submission publishes that comes with other resources in one request.
    ModularPublish {
        /// Only these, on top of what is published already (page).
        Listed,
        /// The whole draft (assumption).
        WholeDraft,
    }
}

switch! {
    /// The body of a refused request.
    Body {
        /// `error` with `code`, `message` and `details` (page, report).
        Details,
        /// The same without `details` (report).
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
        /// It does not (clients omit it).
        Optional,
        /// 400 without it (page).
        Required,
    }
}

switch! {
    /// What a job is at first.
    FirstStatus {
        /// `notStarted`.
        NotStarted,
        /// `running`.
        Running,
    }
}

switch! {
    /// `jobEnd` of a job that has not ended.
    JobEnd {
        /// `0001-01-01T00:00:00`.
        Midnight,
        /// `0001-01-01`.
        Date,
        /// There is none.
        Absent,
    }
}

switch! {
    /// The status of an answer to an accepted request.
    Accepted {
        /// 202 (client).
        Accepted,
        /// 200 (another client takes it, too).
        Ok,
    }
}

switch! {
    /// The form of `@nextLink`.
    NextLink {
        /// With scheme and host (page).
        Absolute,
        /// Without (a client handles both).
        Relative,
    }
}

switch! {
    /// The letter case of states and error codes.
    Case {
        /// `completed` (client).
        Camel,
        /// `Completed` (prose and one sample of a page).
        Pascal,
    }
}

switch! {
    /// The order of lists and trees.
    Order {
        /// Another one in each answer (report of 2026).
        Random,
        /// By id.
        Stable,
    }
}

switch! {
    /// Whether a technical configuration can be read by its id while its draft is equal to what is live.
    UneditedDraft {
        /// It can (page: there is always a draft).
        Readable,
        /// 404 (report).
        Missing,
    }
}

switch! {
    /// Under which name the terms of a property are returned.
    Terms {
        /// As they were sent.
        AsSent,
        /// As `termsOfUseUrl` (report).
        AsUrl,
    }
}

switch! {
    /// The `vmProperties` of an answer.
    MachineProperties {
        /// As they were sent.
        AsSent,
        /// Only those that are true (report: incomplete at times).
        Incomplete,
    }
}

switch! {
    /// The version in which a resource is returned.
    ReadVersion {
        /// The one in which it was written, but none above the ceiling (report).
        AsWritten,
        /// The newest up to the ceiling (page).
        Newest,
    }
}

switch! {
    /// How a job goes on after a resource failed.
    AfterFailure {
        /// It ends (assumption).
        Stop,
        /// The other resources are handled, too (assumption).
        Continue,
    }
}

switch! {
    /// Where a resource fails that does not fit its schema.
    SchemaFailure {
        /// 400 for the request (report).
        Request,
        /// In the job (report).
        Job,
    }
}
