//! How tokens are kept and renewed, and what becomes of failures: with the client secret, which stands for all ways.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::SignedDuration;
use offerform::auth::Error;

use super::{Answer, Endpoint, SECRET, SECRET_VARIABLES, advance, clock_from_now, signing_in};

#[tokio::test]
async fn many_requests_at_once_cause_one_sign_in() {
    let endpoint = Endpoint::start([Answer::token("token-1", 3600)]).await;
    let tokens = signing_in(&endpoint, &clock_from_now(), None, &SECRET_VARIABLES);
    for token in join_all((0..50).map(|_| tokens.token())).await {
        assert_eq!(token.unwrap().expose(), "token-1");
    }
    assert_eq!(endpoint.received().len(), 1);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires() {
    let endpoint = Endpoint::start([Answer::token("token-1", 3600), Answer::token("token-2", 3600)]).await;
    let clock = clock_from_now();
    let tokens = signing_in(&endpoint, &clock, None, &SECRET_VARIABLES);
    assert_eq!(tokens.token().await.unwrap().expose(), "token-1");
    advance(&clock, SignedDuration::from_mins(54));
    assert_eq!(tokens.token().await.unwrap().expose(), "token-1");
    advance(&clock, SignedDuration::from_mins(2));
    assert_eq!(tokens.token().await.unwrap().expose(), "token-2");
    assert_eq!(endpoint.received().len(), 2);
}

#[tokio::test]
async fn a_token_with_a_short_life_is_used_for_half_of_it() {
    let endpoint = Endpoint::start([Answer::token("token-1", 60), Answer::token("token-2", 60)]).await;
    let clock = clock_from_now();
    let tokens = signing_in(&endpoint, &clock, None, &SECRET_VARIABLES);
    for (seconds, token) in [(0, "token-1"), (25, "token-1"), (10, "token-2")] {
        advance(&clock, SignedDuration::from_secs(seconds));
        assert_eq!(tokens.token().await.unwrap().expose(), token);
    }
}

#[tokio::test]
async fn a_failed_renewal_is_no_failure_while_the_old_token_is_good() {
    let endpoint = Endpoint::start([Answer::token("token-1", 3600)]).await;
    let clock = clock_from_now();
    let tokens = signing_in(&endpoint, &clock, None, &SECRET_VARIABLES);
    tokens.token().await.unwrap();
    endpoint.will([Answer::refused(50196, "try later")]);
    advance(&clock, SignedDuration::from_mins(57));
    assert_eq!(tokens.token().await.unwrap().expose(), "token-1");
    advance(&clock, SignedDuration::from_mins(4));
    assert!(matches!(tokens.token().await, Err(Error::Refused { .. })));
}

#[tokio::test]
async fn a_token_the_service_refused_is_replaced_once() {
    let endpoint =
        Endpoint::start([Answer::token("token-1", 3600), Answer::token("token-2", 3600), Answer::page(500)]).await;
    let tokens = signing_in(&endpoint, &clock_from_now(), None, &SECRET_VARIABLES);
    let old = tokens.token().await.unwrap();
    tokens.invalidate(&old);
    assert_eq!(tokens.token().await.unwrap().expose(), "token-2");
    // Another request that had been sent with the old token is refused later.
    tokens.invalidate(&old);
    assert_eq!(tokens.token().await.unwrap().expose(), "token-2");
    assert_eq!(endpoint.received().len(), 2);
}

#[tokio::test]
async fn a_refusal_is_told_to_all_who_waited_and_not_repeated() {
    let endpoint = Endpoint::start([Answer::refused(7_000_215, "Invalid client secret provided.")]).await;
    let clock = clock_from_now();
    let tokens = signing_in(&endpoint, &clock, None, &SECRET_VARIABLES);
    for outcome in join_all((0..20).map(|_| tokens.token())).await {
        let error = outcome.unwrap_err();
        assert!(error.hint().unwrap().starts_with("the client secret is wrong"), "{error:?}");
    }
    assert_eq!(endpoint.received().len(), 1);
    assert!(clock.slept().is_empty());
}

#[tokio::test]
async fn every_known_refusal_is_explained_with_what_to_do() {
    for (code, words, named) in [
        (
            500_011,
            "The resource principal named https://cloudpartner.azure.com was not found in the tenant",
            "`AZURE_TENANT_ID`",
        ),
        (700_016, "Application with identifier 'client-1' was not found in the directory", "`AZURE_CLIENT_ID`"),
        (7_000_215, "Invalid client secret provided.", "`AZURE_CLIENT_SECRET`"),
        (700_024, "Client assertion is not within its valid time range.", "clock"),
        (53_003, "Access has been blocked by Conditional Access policies.", "administrator"),
    ] {
        let endpoint = Endpoint::start([Answer::refused(code, words)]).await;
        let tokens = signing_in(&endpoint, &clock_from_now(), None, &SECRET_VARIABLES);
        let error = tokens.token().await.unwrap_err();
        let hint = error.hint().unwrap_or_default();
        assert!(hint.contains(named), "{code}: {hint}");
        let reason = std::error::Error::source(&error).unwrap().to_string();
        assert!(reason.contains(&format!("AADSTS{code}")), "{reason}");
    }
}

#[tokio::test]
async fn a_refusal_is_told_once_in_plain_words_without_the_secret() {
    let words = format!("the value {SECRET} is \\u001b[31mwrong");
    let endpoint = Endpoint::start([Answer::refused(7_000_215, &words)]).await;
    let tokens = signing_in(&endpoint, &clock_from_now(), None, &SECRET_VARIABLES);
    let error = tokens.token().await.unwrap_err();
    assert_eq!(error.to_string(), "signing in with `secret` failed");
    let reason = std::error::Error::source(&error).unwrap();
    assert!(reason.source().is_none());
    let reason = reason.to_string();
    assert_eq!(reason.matches("AADSTS7000215").count(), 1, "{reason}");
    for shown in [reason, format!("{error:?}"), format!("{tokens:?}")] {
        assert!(!shown.contains(SECRET) && !shown.contains('\u{1b}'), "{shown}");
    }
}

#[tokio::test]
async fn throttling_is_waited_for_as_long_as_is_asked() {
    let throttled = Answer::json(429, "{}").with("retry-after", "7");
    let endpoint = Endpoint::start([throttled, Answer::token("token-1", 3600)]).await;
    let clock = clock_from_now();
    let tokens = signing_in(&endpoint, &clock, None, &SECRET_VARIABLES);
    assert_eq!(tokens.token().await.unwrap().expose(), "token-1");
    assert_eq!(clock.slept(), [Duration::from_secs(7)]);
}

#[tokio::test]
async fn waiting_for_the_token_endpoint_is_bounded() {
    for (answer, requests, slept) in [
        (Answer::page(503), 3, vec![Duration::from_secs(1), Duration::from_secs(2)]),
        (Answer::json(429, "{}").with("retry-after", "3600"), 1, vec![]),
        (Answer::json(400, "{}"), 1, vec![]),
    ] {
        let endpoint = Endpoint::start([answer]).await;
        let clock = clock_from_now();
        let tokens = signing_in(&endpoint, &clock, None, &SECRET_VARIABLES);
        assert!(matches!(tokens.token().await, Err(Error::Refused { .. })));
        assert_eq!((endpoint.received().len(), clock.slept()), (requests, slept));
    }
}

#[tokio::test]
async fn an_answer_that_is_no_token_is_an_error() {
    for answer in
        [Answer::page(200), Answer::json(200, "{}"), Answer::json(200, &format!("\"{}\"", "x".repeat(2 << 20)))]
    {
        let endpoint = Endpoint::start([answer]).await;
        let tokens = signing_in(&endpoint, &clock_from_now(), None, &SECRET_VARIABLES);
        let outcome = tokens.token().await;
        assert!(matches!(outcome, Err(Error::Refused { .. })), "{outcome:?}");
    }
}
