//! The switches of a [`Dialect`](super::Dialect): for each point on which the sources disagree, its readings. The first one is the
//! default.
//!
//! "Page" is one of the reference pages cloud-partner-portal-api-*.md, "client" a public program that ran against the service.

use serde::{Deserialize, Serialize};

/// Defines a switch: a small enum whose first alternative is the default.
macro_rules! switch {
    ($(#[$doc:meta])* $name:ident { $(#[$first_doc:meta])* $first:ident, $($(#[$other_doc:meta])* $other:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $(#[$first_doc])*
            #[default]
            $first,
            $($(#[$other_doc])* $other,)*
        }
    };
}

pub(super) use switch;

switch! {
    /// The header that carries the address of a started operation.
    OperationHeader {
        /// `Location` (page publish-offer; azure-img-utils reads nothing else).
        Location,
        /// `Operation-Location` (client).
        OperationLocation,
    }
}

switch! {
    /// The form of an operation's address (page publish-offer: both).
    OperationAddress {
        /// As the offer's `pcMigrationStatus` asks for.
        ByMigration,
        /// `/api/operations/{publisher}${offer}${n}$preview`.
        NotMigrated,
        /// `/api/publishers/{publisher}/offers/{offer}/operations/{guid}`.
        Migrated,
    }
}

switch! {
    /// The shape of the answer to a GET of one operation.
    OperationBody {
        /// The operation itself (client).
        Object,
        /// An array that holds it (page retrieve-operations).
        Array,
    }
}

switch! {
    /// How it shows that a preview waits for the publisher.
    PreviewReady {
        /// The status itself is `waitingForPublisherReview` (page retrieve-offer-status).
        OwnStatus,
        /// The status stays `running`, and the step with the id `publisher-signoff` says so (client).
        SignOffStep,
        /// The same, and the step has another id: its name is `publisher-signoff` (azure-img-utils looks for that name).
        SignOffName,
    }
}

switch! {
    /// The answer to an update without `If-Match`.
    MissingIfMatch {
        /// 409 with the code `InvalidResourceId` (client).
        Conflict,
        /// 400 (page concurrency-control).
        BadRequest,
    }
}

switch! {
    /// Where an ETag is.
    EtagPlace {
        /// In the response header `ETag` (client).
        Header,
        /// In the body, as `eTag` (page creating-offer shows it in a sample).
        Body,
        /// In both.
        HeaderAndBody,
        /// Nowhere: one client could not find it.
        Nowhere,
    }
}

switch! {
    /// How the ETag in a body is named.
    EtagKey {
        /// `eTag` (page creating-offer).
        ETag,
        /// `Etag` (recorded answers of clients).
        Etag,
    }
}

switch! {
    /// The status of an answer to a PUT that creates an offer.
    Create {
        /// 201 (page creating-offer).
        Created,
        /// 200 (azure-img-utils takes 200 and 202 for a success, and nothing else).
        Ok,
    }
}

switch! {
    /// Whether publishing gives the draft a new ETag; nobody wrote it down.
    EtagOnPublish {
        /// The draft's content is as before, so is its ETag.
        Keeps,
        /// `version` and `status` are part of the document.
        Changes,
    }
}

switch! {
    /// Letter case of status words.
    Letters {
        /// `waitingForPublisherReview` (client, and most samples).
        Camel,
        /// `WaitingForPublisherReview` (tables of the pages).
        Pascal,
        /// `waitingforpublisherreview`.
        Lower,
    }
}

switch! {
    /// Which of two words for the same state.
    Words {
        /// Step `inProgress` and `complete`, operation `completed`, offer `succeeded`.
        Common,
        /// Step `running` and `completed`, operation `not started` and `succeeded`, offer `published`.
        Alternative,
    }
}

switch! {
    /// The form of an error's body.
    ErrorBody {
        /// `{"error":{"code":…,"message":…}}`.
        ErrorObject,
        /// `{"Message":…}`.
        Message,
        /// No body at all.
        Empty,
        /// A page of HTML, as from a proxy in between.
        Html,
        /// Problem details (RFC 9457): `{"type":…,"title":…,"status":…,"detail":…}`, as newer services of Microsoft answer.
        Problem,
    }
}

switch! {
    /// Where `changedTime` stands.
    ChangedTime {
        /// Beside `definition` (client).
        TopLevel,
        /// Inside `definition` (one sample of the pages).
        InDefinition,
    }
}

switch! {
    /// How moments are written.
    TimeForm {
        /// `2022-06-02T12:25:56.6512345Z`: seven digits and a zone (page, client).
        Ticks,
        /// `2022-06-02T12:25:56.651`: three digits and no zone (recorded answers of clients).
        Milliseconds,
        /// `2022-06-02T12:25:56`: no digits and no zone (assumption: a moment without a fraction).
        Seconds,
    }
}

switch! {
    /// What a row of the submissions calls its offer.
    SubmissionOffer {
        /// By its id (page retrieve-operations).
        Id,
        /// By a GUID that appears nowhere else (recorded answers for migrated offers).
        Guid,
    }
}

switch! {
    /// Under which key operations and submissions name whom the service writes to.
    EmailKey {
        /// `notification-emails` (page retrieve-operations).
        NotificationEmails,
        /// `emails` (recorded answers for migrated offers).
        Emails,
    }
}

switch! {
    /// Whether a publish or a cancellation must name somebody whom the service writes to.
    Notification {
        /// No: the newest version of page publish-offer shows a request without a body, and says that the addresses of migrated
        /// offers are ignored.
        Optional,
        /// Yes: the older version of the page calls it required.
        Required,
    }
}

switch! {
    /// What is done about a request without `Content-Type: application/json`.
    ContentType {
        /// Nothing.
        Optional,
        /// 415: the pages ask for the header on every call, even one without a body.
        Required,
    }
}

switch! {
    /// The answer to a second operation while one runs; the pages only say that there can be one.
    Busy {
        /// 400.
        BadRequest,
        /// 409.
        Conflict,
    }
}

switch! {
    /// How a cancellation goes (page cancel-operations: both).
    Cancel {
        /// 200: cancelled when the answer comes.
        Immediate,
        /// 202 and an operation that cancels.
        Accepted,
    }
}

switch! {
    /// The answer to a cancellation of nothing; the pages do not say.
    CancelNothing {
        /// 400.
        Refused,
        /// 202, and nothing happens (seen by people who cancel by hand).
        Accepted,
    }
}

switch! {
    /// Whether an operation can be cancelled after go-live.
    CancelAfterGoLive {
        /// Any operation that runs can be cancelled (page cancel-operations).
        Possible,
        /// Nothing stops an offer on its way to customers (page review-publish-offer).
        Refused,
    }
}

switch! {
    /// What a publish does while a preview waits for the publisher; the pages do not say.
    PublishAtSignOff {
        /// Starts anew; the waiting operation is over.
        Restarts,
        /// Refused as while any operation runs.
        Refused,
    }
}

switch! {
    /// What becomes of the preview slot when the offer goes live; the pages do not say.
    PreviewAfterLive {
        /// It stays as it is.
        Kept,
        /// It answers 404.
        Gone,
    }
}

switch! {
    /// What a slot holds of the draft that was published; the pages do not say.
    SlotContent {
        /// The same.
        AsDraft,
        /// A field more, of a name that nobody knows.
        FieldMore,
    }
}

switch! {
    /// What is done about a PUT of a core VM offer that holds the keys which only the service sets.
    LegacyKeys {
        /// They are taken as long as they are what a GET returns (azure-img-utils sends back the document that it got).
        Unchanged,
        /// They are refused (Debian's image publisher takes them out, since they cannot be written).
        Refused,
    }
}

switch! {
    /// When a hosted artifact gets a new signature.
    ArtifactSignature {
        /// With each PUT (client).
        PerPut,
        /// With each answer.
        PerAnswer,
    }
}
