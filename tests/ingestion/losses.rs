//! Answers that get lost: nothing is done twice, and nothing is claimed that was not seen.

use std::time::Duration;

use offerform::apply::Outcome;
use offerform::simulator::{ErrorBody, Fault, FaultRule, Timing, When};

use crate::bench::{Bench, outcomes};

fn status(status: u16, timing: Timing) -> Fault {
    Fault::Status { status, retry_after: None, body: ErrorBody::ErrorObject, timing }
}

fn once(method: &str, path: &str, fault: Fault) -> FaultRule {
    FaultRule { when: When { method: method.to_owned(), path: path.to_owned(), nth: 1 }, times: 1, fault }
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_settled_by_reading() {
    // The fault, how many writes arrive, and whether the title is the declared one in the end.
    for (fault, writes, done) in [
        (Fault::LoseRequest, 1, false),
        (Fault::LoseAnswer, 1, true),
        (Fault::Truncate { keep: 20 }, 1, true),
        (status(500, Timing::BeforeActing), 1, false),
        (status(500, Timing::AfterActing), 1, true),
        (status(429, Timing::BeforeActing), 2, true),
    ] {
        let bench = Bench::new();
        let mut files = bench.import(&["image-scanner"]).await.files;
        let file = files.get_mut("image-scanner.yaml").unwrap();
        *file = file.replace("title: Contoso Image Scanner", "title: Renamed");
        bench.faults(vec![once("POST", "*/configure", fault.clone())]);
        let report = bench.apply(&files).await;
        assert!(bench.all_faults_fired(), "{fault:?}");
        assert_eq!(bench.writes().len(), writes, "{fault:?}");
        assert_eq!(bench.resource("image-scanner", "listing", None)["title"] == "Renamed", done, "{fault:?}");
        let is_unknown = matches!(outcomes(&report)[..], [Outcome::Unknown(_)]);
        assert_eq!(is_unknown, !done, "{fault:?}: {:?}", outcomes(&report));
        assert!(bench.slept() < Duration::from_mins(20), "{fault:?}: waited {:?}", bench.slept());
    }
}

#[tokio::test]
async fn reads_are_repeated() {
    for path in ["*/resource-tree/*", "*/status"] {
        for fault in [Fault::LoseAnswer, status(503, Timing::BeforeActing), status(502, Timing::AfterActing)] {
            let bench = Bench::new();
            let mut files = bench.import(&["image-scanner"]).await.files;
            let file = files.get_mut("image-scanner.yaml").unwrap();
            *file = file.replace("title: Contoso Image Scanner", "title: Renamed");
            bench.faults(vec![once("GET", path, fault.clone())]);
            let report = bench.apply(&files).await;
            assert_eq!(outcomes(&report), [&Outcome::Updated], "{path} {fault:?}");
        }
    }
}
