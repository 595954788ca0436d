//! Every point on which the reference and the clients of the service disagree, as a switch.
//!
//! The default is what clients saw, where one saw anything, and else what the reference says. "Page" below is one
//! of the reference pages cloud-partner-portal-api-*.md, "client" a public program that ran against the service.

use serde::{Deserialize, Serialize};

/// How the service speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dialect {
    /// The header that carries the address of a started operation.
    pub operation_header: OperationHeader,
    /// The form of that address.
    pub operation_address: OperationAddress,
    /// The shape of the answer to a GET of one operation.
    pub operation_body: OperationBody,
    /// How it shows that a preview waits for the publisher.
    pub preview_ready: PreviewReady,
    /// The answer to an update without `If-Match`.
    pub missing_if_match: MissingIfMatch,
    /// Where a GET of an offer carries its ETag.
    pub etag_on_get: EtagPlace,
    /// Where the answer to a PUT carries the new ETag.
    pub etag_on_put: EtagPlace,
    /// Whether publishing, which changes `version` and `status`, gives the draft a new ETag.
    pub etag_on_publish: EtagOnPublish,
    /// Letter case of status words.
    pub letters: Letters,
    /// Which of two words for the same state.
    pub words: Words,
    /// The body of a 401.
    pub unauthorized_body: ErrorBody,
    /// The body of every other error.
    pub error_body: ErrorBody,
    /// Where `changedTime` stands.
    pub changed_time: ChangedTime,
    /// What is done about a request without `Content-Type: application/json`.
    pub content_type: ContentType,
    /// The answer to a second operation while one runs.
    pub busy: Busy,
    /// How a cancellation goes.
    pub cancel: Cancel,
    /// Whether an operation can be cancelled after go-live.
    pub cancel_after_go_live: CancelAfterGoLive,
    /// What a publish does while a preview waits for the publisher.
    pub publish_at_sign_off: PublishAtSignOff,
    /// What becomes of the preview slot when the offer goes live.
    pub preview_after_live: PreviewAfterLive,
    /// When a hosted artifact gets a new signature.
    pub artifact_signature: ArtifactSignature,
    /// What a slot holds of the draft that was published.
    pub slot_content: SlotContent,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            operation_header: OperationHeader::default(),
            operation_address: OperationAddress::default(),
            operation_body: OperationBody::default(),
            preview_ready: PreviewReady::default(),
            missing_if_match: MissingIfMatch::default(),
            etag_on_get: EtagPlace::default(),
            etag_on_put: EtagPlace::default(),
            etag_on_publish: EtagOnPublish::default(),
            letters: Letters::default(),
            words: Words::default(),
            unauthorized_body: ErrorBody::Message,
            error_body: ErrorBody::ErrorObject,
            changed_time: ChangedTime::default(),
            content_type: ContentType::default(),
            busy: Busy::default(),
            cancel: Cancel::default(),
            cancel_after_go_live: CancelAfterGoLive::default(),
            publish_at_sign_off: PublishAtSignOff::default(),
            preview_after_live: PreviewAfterLive::default(),
            artifact_signature: ArtifactSignature::default(),
            slot_content: SlotContent::default(),
        }
    }
}

impl Dialect {
    /// The other reading of every contradiction: what the reference says where clients saw something else.
    #[must_use]
    pub fn reference() -> Self {
        Self {
            operation_header: OperationHeader::Location,
            operation_body: OperationBody::Array,
            preview_ready: PreviewReady::OwnStatus,
            missing_if_match: MissingIfMatch::BadRequest,
            letters: Letters::Pascal,
            words: Words::Alternative,
            unauthorized_body: ErrorBody::ErrorObject,
            changed_time: ChangedTime::InDefinition,
            content_type: ContentType::Required,
            cancel: Cancel::Accepted,
            ..Self::default()
        }
    }
}

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

switch! {
    /// The header that carries the address of a started operation.
    OperationHeader {
        /// `Operation-Location` (client).
        OperationLocation,
        /// `Location` (page).
        Location,
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
        /// Only the step `publisher-signoff` says so, the status stays `running` (client).
        SignOffStep,
        /// The status itself is `waitingForPublisherReview` (page retrieve-offer-status).
        OwnStatus,
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
    /// When a hosted artifact gets a new signature.
    ArtifactSignature {
        /// With each PUT (client).
        PerPut,
        /// With each answer.
        PerAnswer,
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, MissingIfMatch};

    #[test]
    fn a_dialect_can_be_written_in_part() {
        let dialect: Dialect = serde_json::from_str(r#"{"missing_if_match":"bad_request"}"#).unwrap();
        assert_eq!(dialect, Dialect { missing_if_match: MissingIfMatch::BadRequest, ..Dialect::default() });
    }

    #[test]
    fn a_switch_that_does_not_exist_is_refused() {
        assert!(serde_json::from_str::<Dialect>(r#"{"missing_etag":"x"}"#).is_err());
    }

    #[test]
    fn the_two_readings_differ() {
        assert_ne!(Dialect::default(), Dialect::reference());
    }
}
