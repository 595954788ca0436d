//! What is sent again, after which pause, and what is reported instead: the table of `api::retry`, row by row.

use std::sync::Arc;
use std::time::Duration;

use offerform::api::{Client, Endpoint, Error, Precondition, TransportError};
use offerform::offer::Revision;
use serde_json::json;

use super::scripted::{Outcome, Scripted, answer, lost, not_sent, offer, status};
use super::{Bench, address, body_of, told};

/// What is done in a case.
#[derive(Debug, Clone, Copy)]
enum Call {
    Read,
    Put,
    Create,
    WeakPut,
    Publish,
    GoLive,
    Cancel,
}

const ALL: [Call; 7] = [Call::Read, Call::Put, Call::Create, Call::WeakPut, Call::Publish, Call::GoLive, Call::Cancel];

/// How a case ended: well, with something certainly not done, or with nobody knowing.
#[derive(Debug, PartialEq)]
enum End {
    Well,
    Failed,
    Ambiguous,
}

struct Run {
    transport: Arc<Scripted>,
    bench: Bench,
    outcome: Result<(), Error>,
}

impl Run {
    fn end(&self) -> End {
        match &self.outcome {
            Ok(()) => End::Well,
            Err(error) if error.is_ambiguous() => End::Ambiguous,
            Err(_) => End::Failed,
        }
    }

    fn sent(&self) -> usize {
        self.transport.sent().len()
    }
}

async fn run(call: Call, script: impl IntoIterator<Item = Outcome>) -> Run {
    let transport = Scripted::new(script);
    let bench = Bench::new(Endpoint::default(), Arc::<Scripted>::clone(&transport) as _);
    let client = Client::new(bench.connection.clone());
    let (address, body) = (address(), body_of(&json!({"id": "fw"})));
    let revision = Revision::new("W/\"1\"");
    let outcome = match call {
        Call::Read => client.reading().offer(&address).await.map(drop),
        Call::Put => client.put(&address, body, &Precondition::Match(revision)).await.map(drop),
        Call::Create => client.put(&address, body, &Precondition::Create).await.map(drop),
        Call::WeakPut => client.put(&address, body, &Precondition::Weak).await.map(drop),
        Call::Publish => client.publish(&address, &[]).await.map(drop),
        Call::GoLive => client.go_live(&address).await.map(drop),
        Call::Cancel => client.cancel(&address, &[]).await.map(drop),
    };
    Run { transport, bench, outcome }
}

/// Fails once by `failure`, then answers well: how often was sent, and how it ended.
async fn after(call: Call, failure: Outcome) -> (usize, End) {
    let run = run(call, [failure, offer()]).await;
    (run.sent(), run.end())
}

#[tokio::test]
async fn what_was_never_sent_is_sent_again_except_under_the_weak_lock() {
    for call in ALL {
        let expected = if matches!(call, Call::WeakPut) { (1, End::Failed) } else { (2, End::Well) };
        assert_eq!(after(call, not_sent()).await, expected, "{call:?}");
    }
}

#[tokio::test]
async fn what_the_limiter_refused_is_sent_again_except_under_the_weak_lock() {
    for call in ALL {
        let expected = if matches!(call, Call::WeakPut) { (1, End::Failed) } else { (2, End::Well) };
        assert_eq!(after(call, status(429)).await, expected, "{call:?}");
    }
}

#[tokio::test]
async fn after_a_lost_answer_only_reading_is_repeated() {
    let slow = || Err(TransportError::Slow(120));
    for call in ALL {
        let expected = |call| if matches!(call, Call::Read) { (2, End::Well) } else { (1, End::Ambiguous) };
        assert_eq!(after(call, lost()).await, expected(call), "{call:?}");
        assert_eq!(after(call, slow()).await, expected(call), "{call:?}");
        for code in [408, 500, 502, 503, 504] {
            assert_eq!(after(call, status(code)).await, expected(call), "{call:?} {code}");
        }
    }
}

#[tokio::test]
async fn a_503_that_says_when_to_come_back_is_followed_where_a_guard_stands() {
    for call in ALL {
        let expected = match call {
            Call::Read | Call::Put | Call::Create => (2, End::Well),
            _ => (1, End::Ambiguous),
        };
        assert_eq!(after(call, answer(503, &[("retry-after", "1")], "")).await, expected, "{call:?}");
    }
}

#[tokio::test]
async fn a_clear_refusal_is_final() {
    for call in ALL {
        for code in [400, 402, 403, 409, 412, 415, 422] {
            assert_eq!(after(call, status(code)).await, (1, End::Failed), "{call:?} {code}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_understood_leaves_a_put_open() {
    let page = || answer(200, &[], "<html>Sign in to the proxy</html>");
    for (call, body, expected) in [
        (Call::Read, page(), (1, End::Failed)),
        (Call::Put, page(), (1, End::Ambiguous)),
        (Call::Create, page(), (1, End::Ambiguous)),
        (Call::Put, answer(200, &[], "[1]"), (1, End::Ambiguous)),
        (Call::Read, answer(200, &[], "[1]"), (1, End::Failed)),
        (Call::Read, status(200), (1, End::Failed)),
        // Ended in the middle: a reader reads again.
        (Call::Read, answer(200, &[], r#"{"id":"f"#), (2, End::Well)),
        (Call::Put, answer(200, &[], r#"{"id":"f"#), (1, End::Ambiguous)),
        // Nothing at all is a fine answer to a PUT.
        (Call::Put, status(200), (1, End::Well)),
        (Call::Publish, page(), (1, End::Well)),
    ] {
        assert_eq!(after(call, body).await, expected, "{call:?}");
    }
}

#[tokio::test]
async fn pauses_double_are_random_within_bounds_and_follow_from_the_seed() {
    let first = run(Call::Read, [status(500)]).await;
    assert_eq!((first.sent(), first.end()), (5, End::Failed));
    let slept = first.bench.clock.slept();
    for (pause, least) in slept.iter().zip([500, 1000, 2000, 4000]) {
        let least = Duration::from_millis(least);
        assert!(least <= *pause && *pause <= 2 * least, "{slept:?}");
    }
    assert_eq!(run(Call::Read, [status(500)]).await.bench.clock.slept(), slept, "the same seed");
    assert_ne!(run(Call::Publish, [status(429)]).await.bench.clock.slept(), slept, "another request");
}

#[tokio::test]
async fn retry_after_is_honoured_in_seconds_and_as_a_date() {
    for asked in ["20", "Tue, 01 Jan 2030 00:00:20 GMT"] {
        let run = run(Call::Read, [answer(429, &[("retry-after", asked)], ""), offer()]).await;
        let slept = run.bench.clock.slept();
        assert_eq!((run.end(), slept.len()), (End::Well, 1));
        assert!(Duration::from_secs(20) <= slept[0] && slept[0] < Duration::from_secs(21), "{asked}: {slept:?}");
    }
}

#[tokio::test]
async fn waiting_is_bounded_and_what_was_asked_is_reported() {
    let too_long = run(Call::Read, [answer(429, &[("retry-after", "3600")], "")]).await;
    assert_eq!((too_long.sent(), too_long.bench.clock.slept()), (1, vec![]));
    assert_eq!(too_long.outcome.unwrap_err().retry_after(), Some(Duration::from_hours(1)));
    // Three pauses of 100 seconds do not fit into five minutes.
    let too_often = run(Call::Read, [answer(429, &[("retry-after", "100")], "")]).await;
    assert_eq!(too_often.sent(), 3);
    assert!(too_often.outcome.unwrap_err().is_throttled());
}

#[tokio::test]
async fn a_token_that_has_ended_is_replaced_once_and_the_request_sent_again() {
    for call in [Call::Read, Call::Put, Call::Create, Call::Publish] {
        let run = run(call, [status(401), offer()]).await;
        let tokens: Vec<_> = run.transport.sent().iter().map(|sent| sent.headers()["authorization"].clone()).collect();
        assert_eq!(tokens, ["Bearer eyJ-contract-token-1", "Bearer eyJ-contract-token-2"], "{call:?}");
        assert_eq!(run.end(), End::Well);
        assert!(run.bench.clock.slept().is_empty());
    }
    let refused = run(Call::Read, [status(401)]).await;
    assert_eq!(refused.sent(), 2);
    assert!(refused.outcome.unwrap_err().hint().unwrap().contains("whoami"));
}

#[tokio::test]
async fn nothing_is_ever_sent_again_under_a_star() {
    for failure in [not_sent(), lost(), status(401), status(429), status(500), answer(503, &[("retry-after", "1")], "")]
    {
        let run = run(Call::WeakPut, [failure, offer()]).await;
        assert_eq!(run.sent(), 1);
        assert_eq!(run.transport.sent()[0].headers()["if-match"], "*");
    }
}

#[tokio::test]
async fn every_try_is_recorded_with_its_id() {
    let run = run(Call::Put, [not_sent(), status(429), offer()]).await;
    let requests = run.bench.requests.all();
    let shown: Vec<_> =
        requests.iter().map(|record| (record.attempt, record.status, record.correlation_id.as_deref())).collect();
    assert_eq!(shown, [(1, None, None), (2, Some(429), Some("c-1")), (3, Some(200), Some("c-1"))]);
    for record in requests {
        assert_eq!((record.method.as_str(), record.path.as_str()), ("PUT", "/api/publishers/contoso/offers/fw"));
        assert_eq!(record.address, Some(address()));
    }
}

#[tokio::test]
async fn errors_keep_what_was_done_the_services_words_and_the_id() {
    let refusal = r#"{"error":{"code":"PreconditionFailed","message":"The ETag is old."}}"#;
    let error = run(Call::Put, [answer(412, &[], refusal)]).await.outcome.unwrap_err();
    assert_eq!(
        told(&error),
        "writing offer `contoso/fw` failed: 412 Precondition Failed, `PreconditionFailed`: The ETag is old. (correlation id c-1)"
    );
    assert!(error.is_precondition_failed() && !error.is_conflict());
    assert_eq!((error.action().address(), error.correlation_id()), (Some(&address()), Some("c-1")));
    let error = run(Call::Publish, [lost()]).await.outcome.unwrap_err();
    assert_eq!(
        told(&error),
        "publishing offer `contoso/fw`: unknown whether it was done: the connection broke before the answer was complete: reset"
    );
}
