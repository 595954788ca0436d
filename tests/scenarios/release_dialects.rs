//! The whole life of an offer in every dialect that the facts leave open: two addresses of operations, two headers, an operation
//! bare or in a list, a ready preview shown in three ways, other words in other letters.

use std::time::Duration;

use offerform::offer::Slot;
use offerform::reconcile::Following;
use offerform::simulator::{
    Busy, Cancel, CancelAfterGoLive, Dialect, EtagOnPublish, EtagPlace, Letters, OperationAddress, OperationBody,
    OperationHeader, PreviewAfterLive, PreviewReady, PublishAtSignOff, Words,
};
use serde_json::json;

use super::bench::{Bench, exit};
use super::releases::{TITLE, bench, draft, released, steps};

fn dialects() -> Vec<Dialect> {
    let mut all = Vec::new();
    for operation_address in [OperationAddress::NotMigrated, OperationAddress::Migrated] {
        for operation_header in [OperationHeader::OperationLocation, OperationHeader::Location] {
            for operation_body in [OperationBody::Object, OperationBody::Array] {
                for preview_ready in [PreviewReady::SignOffStep, PreviewReady::SignOffName, PreviewReady::OwnStatus] {
                    for (letters, words) in [
                        (Letters::Camel, Words::Common),
                        (Letters::Pascal, Words::Alternative),
                        (Letters::Lower, Words::Alternative),
                    ] {
                        all.push(Dialect {
                            operation_address,
                            operation_header,
                            operation_body,
                            preview_ready,
                            letters,
                            words,
                            ..Dialect::default()
                        });
                    }
                }
            }
        }
    }
    all.extend([Dialect::reference(), Dialect::clients()]);
    all
}

#[tokio::test]
async fn an_offer_lives_its_whole_life_in_every_dialect() {
    for dialect in dialects() {
        for following in [Following::ToTheEnd, Following::Return] {
            let mut bench = bench(dialect.clone());
            bench.following = following;
            for title in ["One", "Two"] {
                let manifest = released("live").replace("One", title);
                // Without waiting it takes some runs, each of which only looks at the offer.
                let mut runs = 0;
                while runs < 4 && !(runs > 0 && bench.plan(&manifest).await.is_empty()) {
                    let report = bench.apply(&manifest).await;
                    assert_eq!(exit(&report), 0, "{dialect:?}: {:?}", steps(&report));
                    bench.restart();
                    bench.wait(Duration::from_mins(1));
                    runs += 1;
                }
                assert_eq!(runs, if following == Following::ToTheEnd { 1 } else { 2 }, "{dialect:?}");
                let live = bench.slot(Slot::Production).await.unwrap();
                assert_eq!(live.pointer(TITLE), Some(&json!(title)), "{dialect:?}");
            }
            assert_eq!(bench.posts(), ["publish", "golive", "publish", "golive"], "{dialect:?}");
        }
    }
}

#[tokio::test]
async fn over_http_too_an_offer_lives_its_whole_life_in_every_dialect() {
    let plain = dialects().into_iter().filter(|dialect| dialect.letters == Letters::Camel);
    let mut count = 0;
    for dialect in plain {
        let mut bench = Bench::over_http(dialect.clone()).await;
        bench.has(draft());
        bench.following = Following::ToTheEnd;
        for title in ["One", "Two"] {
            let manifest = released("live").replace("One", title);
            let report = bench.apply(&manifest).await;
            assert_eq!(exit(&report), 0, "{dialect:?}: {:?}", report.offers[0]);
            assert_eq!(steps(&report), [("publish", "done"), ("go_live", "done")], "{dialect:?}");
            let live = bench.slot(Slot::Production).await.unwrap();
            assert_eq!(live.pointer(TITLE), Some(&json!(title)), "{dialect:?}");
        }
        assert_eq!(bench.posts(), ["publish", "golive", "publish", "golive"], "{dialect:?}");
        count += 1;
    }
    assert_eq!(count, 25);
}

#[tokio::test]
async fn what_else_the_facts_leave_open_makes_no_difference() {
    let default = Dialect::default;
    for dialect in [
        Dialect::reference(),
        Dialect { etag_on_publish: EtagOnPublish::Changes, ..default() },
        Dialect { etag_on_get: EtagPlace::Nowhere, etag_on_put: EtagPlace::Nowhere, ..default() },
        Dialect { busy: Busy::Conflict, ..default() },
        Dialect { cancel: Cancel::Accepted, cancel_after_go_live: CancelAfterGoLive::Refused, ..default() },
        Dialect { preview_after_live: PreviewAfterLive::Gone, ..default() },
    ] {
        let mut bench = bench(dialect.clone());
        bench.following = Following::ToTheEnd;
        for title in ["One", "Two"] {
            let manifest = released("live").replace("One", title);
            let report = bench.apply(&manifest).await;
            assert_eq!(exit(&report), 0, "{dialect:?}: {:?}", report.offers[0]);
            bench.is_silent(&manifest).await;
        }
    }
}

#[tokio::test]
async fn a_service_that_takes_no_publish_while_a_preview_waits_says_so_and_can_be_made_to() {
    use offerform::plan::release::IfPublishing;
    for busy in [Busy::BadRequest, Busy::Conflict] {
        for cancel in [Cancel::Immediate, Cancel::Accepted] {
            let dialect =
                Dialect { publish_at_sign_off: PublishAtSignOff::Refused, busy, cancel, ..Dialect::default() };
            let mut bench = bench(dialect);
            bench.following = Following::ToTheEnd;
            bench.apply(&released("preview")).await;
            let newer = released("preview").replace("One", "Two");
            let report = bench.apply(&newer).await;
            assert_eq!((exit(&report), steps(&report)), (1, vec![("publish", "rejected")]));
            let hint = report.offers[0].release.steps[0].outcome.hint().unwrap().to_owned();
            assert!(hint.contains("--if-publishing cancel"), "{hint}");
            bench.release_request.if_publishing = IfPublishing::Cancel;
            let report = bench.apply(&newer).await;
            assert_eq!((exit(&report), steps(&report)), (0, vec![("publish", "done")]), "{busy:?} {cancel:?}");
            bench.is_silent(&newer).await;
        }
    }
}
