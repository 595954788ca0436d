//! Endpoint by endpoint, in both readings of the API, in the same process and over HTTP.

use offerform::api::{Cancellation, Operation, Precondition, State, SubmissionKind};
use offerform::offer::{Document, OfferAddress, OfferTypeId, Pointer, PublisherId, Slot};
use offerform::secret::without_sas;
use offerform::simulator::{
    Cancel, Dialect, ErrorBody, EtagPlace, Fault, LegacyKeys, MissingIfMatch, Notification, RetryAfter, Timing,
};
use serde_json::{Value, json};

use super::played::{Played, WAYS, dialects};
use super::{body, body_of, told};

fn firewall() -> OfferAddress {
    OfferAddress::new("contoso", "firewall")
}

/// The precondition a careful caller has after a read.
async fn precondition(played: &Played, address: &OfferAddress) -> Precondition {
    let live = played.client.reading().offer(address).await.unwrap().unwrap();
    live.revision.map_or(Precondition::Weak, Precondition::Match)
}

/// An offer without what the service owns in it, and with addresses free of signatures.
fn meaning(content: &Value) -> Value {
    fn unsigned(value: &mut Value) {
        match value {
            Value::String(text) => *text = without_sas(text).into_owned(),
            Value::Array(elements) => elements.iter_mut().for_each(unsigned),
            Value::Object(members) => members.values_mut().for_each(unsigned),
            _ => {}
        }
    }
    let mut content = content.clone();
    unsigned(&mut content);
    for parent in ["", "/definition"] {
        let members = content.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        for name in ["changedTime", "eTag", "Etag"] {
            members.shift_remove(name);
        }
    }
    content
}

#[tokio::test]
async fn lists_and_documents_are_read_in_every_dialect() {
    for way in WAYS {
        for dialect in dialects() {
            let played = Played::start(way, &dialect).await;
            let reading = played.client.reading();
            let publishers = reading.publishers().await.unwrap();
            assert_eq!(publishers.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["contoso"]);
            let offers = reading.offers(&PublisherId::new("contoso")).await.unwrap();
            let ids: Vec<_> = offers.iter().map(|row| row.address.to_string()).collect();
            assert_eq!(
                ids,
                ["contoso/data-stream", "contoso/firewall", "contoso/legacy-scanner", "contoso/linux-images"]
            );
            for row in offers {
                let live = reading.offer(&row.address).await.unwrap().unwrap();
                assert_eq!(live.revision.is_some(), dialect.etag_on_get != EtagPlace::Nowhere, "{dialect:?}");
                let offer_type = live.document.get(&Pointer::parse("/offerTypeId").unwrap()).unwrap();
                assert_eq!(offer_type.as_str(), row.offer_type.as_ref().map(OfferTypeId::as_str));
            }
            assert!(reading.offer_types().await.is_ok());
        }
    }
}

#[tokio::test]
async fn what_does_not_exist_is_none_and_not_an_error() {
    for way in WAYS {
        for dialect in dialects() {
            let played = Played::start(way, &dialect).await;
            let reading = played.client.reading();
            let missing = OfferAddress::new("contoso", "missing");
            assert_eq!(reading.offer(&missing).await.unwrap(), None);
            assert_eq!(reading.version(&firewall(), 4711).await.unwrap(), None);
            let data_stream = OfferAddress::new("contoso", "data-stream");
            assert_eq!(reading.slot(&data_stream, Slot::Preview).await.unwrap(), None);
            assert_eq!(reading.slot(&data_stream, Slot::Production).await.unwrap(), None);
            for slot in [Slot::Draft, Slot::Preview, Slot::Production] {
                assert!(reading.slot(&firewall(), slot).await.unwrap().is_some(), "{slot}");
            }
            assert!(reading.offer_with_pricing(&firewall()).await.unwrap().is_some());
            let error = reading.status(&missing).await.unwrap_err();
            assert!(error.is_not_found() && error.correlation_id().is_some(), "{}", told(&error));
            let says_why = dialect.error_body != ErrorBody::Empty;
            assert_eq!(error.refusal().unwrap().message.is_some(), says_why, "{}", told(&error));
            assert!(!told(&error).contains('<'), "{}", told(&error));
        }
    }
}

#[tokio::test]
async fn an_unchanged_offer_loses_nothing_by_being_written() {
    for way in WAYS {
        let strict = Dialect { legacy_keys: LegacyKeys::Refused, ..Dialect::default() };
        for dialect in [Dialect::default(), Dialect::reference(), strict] {
            let played = Played::start(way, &dialect).await;
            for id in ["data-stream", "firewall", "legacy-scanner", "linux-images"] {
                let address = OfferAddress::new("contoso", id);
                let large: Value = serde_json::from_str("[9007199254740993, 18446744073709551617, 0.10]").unwrap();
                played.edit(&address, "/definition/offer/x.large", large);
                let live = played.client.reading().offer(&address).await.unwrap().unwrap();
                let mut content = live.document.content().clone();
                let keys = content.pointer_mut("/definition/offer").unwrap().as_object_mut().unwrap();
                // These are returned, and refused in one reading.
                let legacy = keys.keys().filter(|key| key.contains(".legacy")).cloned().collect::<Vec<_>>();
                assert_eq!(legacy.len(), if id == "linux-images" { 2 } else { 0 });
                keys.retain(|key, _| !legacy.contains(key));
                let precondition = Precondition::Match(live.revision.unwrap());
                let answer = played.client.put(&address, body_of(&content), &precondition).await.unwrap();
                assert!(!answer.created && answer.revision.is_some());
                let after = played.content(&address).await;
                assert_eq!(meaning(&after), meaning(&content), "{id}");
                let text = after.to_string();
                assert!(text.contains("[9007199254740993,18446744073709551617,0.10]"), "{id}: every digit");
            }
        }
    }
}

#[tokio::test]
async fn an_edit_in_between_is_noticed_and_kept() {
    for way in WAYS {
        for dialect in dialects().into_iter().filter(|dialect| dialect.etag_on_get != EtagPlace::Nowhere) {
            let played = Played::start(way, &dialect).await;
            let precondition = precondition(&played, &firewall()).await;
            let content = played.content(&firewall()).await;
            played.edit(&firewall(), "/definition/displayText", json!("by hand"));
            let error = played.client.put(&firewall(), body_of(&content), &precondition).await.unwrap_err();
            assert!(error.is_precondition_failed() && !error.is_ambiguous(), "{}", told(&error));
            assert_eq!(played.content(&firewall()).await["definition"]["displayText"], "by hand");
        }
    }
}

#[tokio::test]
async fn a_create_never_overwrites() {
    for way in WAYS {
        for dialect in dialects() {
            let played = Played::start(way, &dialect).await;
            let mut content = played.content(&firewall()).await;
            let before = content.clone();
            content["definition"]["displayText"] = json!("mine");
            let error = played.client.put(&firewall(), body_of(&content), &Precondition::Create).await.unwrap_err();
            match dialect.missing_if_match {
                MissingIfMatch::Conflict => assert!(error.is_conflict(), "{}", told(&error)),
                MissingIfMatch::BadRequest => assert!(error.is_bad_request(), "{}", told(&error)),
            }
            assert_eq!(meaning(&played.content(&firewall()).await), meaning(&before));
            content["id"] = json!("new");
            let address = OfferAddress::new("contoso", "new");
            let answer = played.client.put(&address, body_of(&content), &Precondition::Create).await.unwrap();
            assert!(answer.created, "whatever the status: {dialect:?}");
            assert_eq!(answer.revision.is_some(), dialect.etag_on_put != EtagPlace::Nowhere);
            assert_eq!(played.content(&address).await["definition"]["displayText"], "mine");
        }
    }
}

#[tokio::test]
async fn a_lost_request_and_a_lost_answer_look_alike_and_are_ambiguous() {
    for way in WAYS {
        for (fault, acted) in [
            (Fault::LoseRequest, false),
            (Fault::LoseAnswer, true),
            (Fault::Truncate { keep: 20 }, true),
            (error(500, Timing::AfterActing), true),
            (error(503, Timing::BeforeActing), false),
        ] {
            let played = Played::start(way, &Dialect::default()).await;
            let mut content = played.content(&firewall()).await;
            content["definition"]["displayText"] = json!("mine");
            let precondition = precondition(&played, &firewall()).await;
            played.break_once("PUT", fault.clone());
            let error = played.client.put(&firewall(), body_of(&content), &precondition).await.unwrap_err();
            assert!(error.is_ambiguous(), "{fault:?}: {}", told(&error));
            let now = played.content(&firewall()).await;
            assert_eq!(now["definition"]["displayText"] == "mine", acted, "{fault:?}");
        }
    }
}

fn error(status: u16, timing: Timing) -> Fault {
    Fault::Status { status, retry_after: None, body: ErrorBody::Html, timing }
}

fn throttled(retry_after: RetryAfter) -> Fault {
    let timing = Timing::BeforeActing;
    Fault::Status { status: 429, retry_after: Some(retry_after), body: ErrorBody::Empty, timing }
}

#[tokio::test]
async fn a_reader_gets_over_every_passing_fault() {
    for way in WAYS {
        for fault in [
            Fault::LoseRequest,
            Fault::LoseAnswer,
            Fault::Truncate { keep: 100 },
            error(500, Timing::BeforeActing),
            error(401, Timing::BeforeActing),
            throttled(RetryAfter::Seconds(9)),
            throttled(RetryAfter::DateIn(9)),
        ] {
            let played = Played::start(way, &Dialect::default()).await;
            played.break_once("GET", fault.clone());
            assert!(played.client.reading().offer(&firewall()).await.unwrap().is_some(), "{fault:?}");
            let records = played.bench.requests.all();
            assert_eq!(records.len(), 2, "{fault:?}");
            assert!(records[1].correlation_id.is_some());
            if matches!(fault, Fault::Status { status: 429, .. }) {
                assert!(played.bench.clock.slept()[0].as_secs() >= 9, "{fault:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_publish_whose_answer_is_lost_is_not_started_twice() {
    for way in WAYS {
        for fault in [Fault::LoseAnswer, error(502, Timing::AfterActing)] {
            let played = Played::start(way, &Dialect::default()).await;
            let before = played.client.reading().submissions(&firewall()).await.unwrap().len();
            played.break_once("POST", fault);
            let error = played.client.publish(&firewall(), &["a@contoso.example".to_owned()]).await.unwrap_err();
            assert!(error.is_ambiguous());
            let after = played.client.reading().submissions(&firewall()).await.unwrap();
            assert_eq!(after.len(), before + 1);
        }
    }
}

/// Lets time pass until `done`, in steps of the clock.
async fn follow(played: &Played, place: &offerform::api::OperationLocation, done: fn(&Operation) -> bool) -> Operation {
    for _ in 0..60 {
        let operation = played.client.reading().operation(&firewall(), place).await.unwrap();
        if done(&operation) {
            return operation;
        }
        offerform::clock::Clock::sleep(&*played.bench.clock, std::time::Duration::from_secs(1)).await;
    }
    panic!("the operation does not come to an end: {:?}", played.dialect);
}

#[tokio::test]
async fn a_release_is_followed_from_draft_to_customers_in_every_dialect() {
    for way in WAYS {
        for dialect in dialects() {
            let played = Played::start(way, &dialect).await;
            let reading = played.client.reading();
            played.edit(&firewall(), "/definition/displayText", json!("next"));
            let notify = ["a@contoso.example".to_owned()];
            let place = played.client.publish(&firewall(), &notify).await.unwrap().operation.unwrap();
            let error = played.client.publish(&firewall(), &notify).await.unwrap_err();
            assert!(error.is_bad_request() || error.is_conflict(), "one at a time: {}", told(&error));
            let ready = follow(&played, &place, Operation::is_preview_ready).await;
            assert!(ready.steps.len() >= 5 && ready.failed_steps().next().is_none());
            assert!(reading.status(&firewall()).await.unwrap().is_preview_ready());
            let preview = reading.slot(&firewall(), Slot::Preview).await.unwrap().unwrap();
            assert_eq!(preview.document.content()["definition"]["displayText"], "next");
            let place = played.client.go_live(&firewall()).await.unwrap().operation.unwrap();
            follow(&played, &place, |operation| operation.status.state() == State::Succeeded).await;
            let live = reading.slot(&firewall(), Slot::Production).await.unwrap().unwrap();
            assert_eq!(live.document.content()["definition"]["displayText"], "next");
            let submissions = reading.submissions(&firewall()).await.unwrap();
            for kind in [SubmissionKind::Publish, SubmissionKind::GoLive] {
                let row = submissions.iter().find(|row| row.kind == kind).unwrap();
                assert!(row.version.as_ref().unwrap().as_u64().unwrap() > 1 << 53);
                assert!(row.status.is_some() && row.changed.is_some());
            }
        }
    }
}

#[tokio::test]
async fn who_is_notified_is_named_if_somebody_is_to_be() {
    for way in WAYS {
        let required = Dialect { notification: Notification::Required, ..Dialect::default() };
        let played = Played::start(way, &required).await;
        let error = played.client.publish(&firewall(), &[]).await.unwrap_err();
        assert!(error.is_bad_request() && !error.is_ambiguous(), "{}", told(&error));
        for dialect in [Dialect::default(), Dialect::reference(), Dialect::clients()] {
            let played = Played::start(way, &dialect).await;
            assert!(played.client.publish(&firewall(), &[]).await.unwrap().operation.is_some());
        }
    }
}

#[tokio::test]
async fn a_cancellation_is_done_or_running() {
    for way in WAYS {
        for cancel in [Cancel::Immediate, Cancel::Accepted] {
            let played = Played::start(way, &Dialect { cancel, ..Dialect::default() }).await;
            let error = played.client.cancel(&firewall(), &[]).await.unwrap_err();
            assert!(!error.is_ambiguous(), "nothing runs: {}", told(&error));
            let notify = ["a@contoso.example".to_owned()];
            let place = played.client.publish(&firewall(), &notify).await.unwrap().operation.unwrap();
            let outcome = played.client.cancel(&firewall(), &notify).await.unwrap();
            assert_eq!(matches!(outcome, Cancellation::Done), cancel == Cancel::Immediate);
            follow(&played, &place, |operation| operation.status.state() == State::Canceled).await;
        }
    }
}

#[tokio::test]
async fn the_weak_lock_overwrites_and_needs_no_revision() {
    for way in WAYS {
        let nowhere =
            Dialect { etag_on_get: EtagPlace::Nowhere, etag_on_put: EtagPlace::Nowhere, ..Dialect::default() };
        let played = Played::start(way, &nowhere).await;
        let live = played.client.reading().offer(&firewall()).await.unwrap().unwrap();
        assert_eq!(live.revision, None);
        let answer = played.client.put(&firewall(), body(&live.document), &Precondition::Weak).await.unwrap();
        assert_eq!((answer.revision, answer.created), (None, false));
        assert!(answer.document.as_ref().map(Document::content).is_some());
    }
}
