//! Every point on which the reference and the clients of the service disagree, as a switch.
//!
//! The default is a mixture that both the reference and the public clients can work with: where a started operation is and how a
//! ready preview shows, the reference decides; letter case, bodies and ETags are as clients saw them. [`Dialect::reference`] and
//! [`Dialect::clients`] are the two ends. "Page" below is one of the reference pages cloud-partner-portal-api-*.md, "client" a
//! public program that ran against the service.

use serde::{Deserialize, Serialize};

pub use super::switch::{
    ArtifactSignature, Busy, Cancel, CancelAfterGoLive, CancelNothing, ChangedTime, ContentType, Create, EmailKey,
    ErrorBody, EtagKey, EtagOnPublish, EtagPlace, LegacyKeys, Letters, MissingIfMatch, Notification, OperationAddress,
    OperationBody, OperationHeader, PreviewAfterLive, PreviewReady, PublishAtSignOff, SlotContent, SubmissionOffer,
    TimeForm, Words,
};

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
    /// How the ETag in a body is named.
    pub etag_key: EtagKey,
    /// The status of an answer to a PUT that creates an offer.
    pub create: Create,
    /// Whether publishing, which changes `version` and `status`, gives the draft a new ETag.
    pub etag_on_publish: EtagOnPublish,
    /// What is done about a PUT that holds keys which only the service sets.
    pub legacy_keys: LegacyKeys,
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
    /// How moments are written.
    pub time_form: TimeForm,
    /// What a row of the submissions calls its offer.
    pub submission_offer: SubmissionOffer,
    /// Under which key operations and submissions name whom the service writes to.
    pub email_key: EmailKey,
    /// Whether a publish or a cancellation must name somebody whom the service writes to.
    pub notification: Notification,
    /// What is done about a request without `Content-Type: application/json`.
    pub content_type: ContentType,
    /// The answer to a second operation while one runs.
    pub busy: Busy,
    /// How a cancellation goes.
    pub cancel: Cancel,
    /// The answer to a cancellation of nothing.
    pub cancel_nothing: CancelNothing,
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
            etag_key: EtagKey::default(),
            create: Create::default(),
            legacy_keys: LegacyKeys::default(),
            letters: Letters::default(),
            words: Words::default(),
            unauthorized_body: ErrorBody::Message,
            error_body: ErrorBody::ErrorObject,
            changed_time: ChangedTime::default(),
            time_form: TimeForm::default(),
            submission_offer: SubmissionOffer::default(),
            email_key: EmailKey::default(),
            notification: Notification::default(),
            content_type: ContentType::default(),
            busy: Busy::default(),
            cancel: Cancel::default(),
            cancel_nothing: CancelNothing::default(),
            cancel_after_go_live: CancelAfterGoLive::default(),
            publish_at_sign_off: PublishAtSignOff::default(),
            preview_after_live: PreviewAfterLive::default(),
            artifact_signature: ArtifactSignature::default(),
            slot_content: SlotContent::default(),
        }
    }
}

impl Dialect {
    /// What the reference pages say wherever clients saw something else.
    #[must_use]
    pub fn reference() -> Self {
        Self {
            operation_body: OperationBody::Array,
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

    /// What public clients saw or rely on wherever the reference pages say something else.
    #[must_use]
    pub fn clients() -> Self {
        Self {
            operation_header: OperationHeader::OperationLocation,
            preview_ready: PreviewReady::SignOffName,
            create: Create::Ok,
            legacy_keys: LegacyKeys::Refused,
            etag_on_get: EtagPlace::Body,
            etag_key: EtagKey::Etag,
            time_form: TimeForm::Milliseconds,
            submission_offer: SubmissionOffer::Guid,
            email_key: EmailKey::Emails,
            error_body: ErrorBody::Problem,
            ..Self::default()
        }
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
    fn the_readings_differ() {
        assert_ne!(Dialect::default(), Dialect::reference());
        assert_ne!(Dialect::default(), Dialect::clients());
    }
}
