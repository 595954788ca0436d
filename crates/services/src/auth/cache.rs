//! Keeps a token, renews it in time, and asks for it once when many want it.
//!
//! The library's credentials keep tokens too, but not all of them do (the Azure CLI's does not), and none can be informed that
//! the service refused one. So this is the only place where a token is kept: each sign-in uses a fresh credential.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::credential::Credential;
use super::{BearerToken, Error, Identity, TokenProvider};
use crate::clock::Clock;
use std::sync::Arc;

/// A token is renewed when less than this is left. Five minutes is what the library's own cache uses: longer than any
/// single request with all its repetitions, so that no request starts with a token that ends under way.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(5);

/// How long one sign-in may take. `az` needs some seconds, more on a cold machine; a browser is never opened.
const SIGN_IN_LIMIT: Duration = Duration::from_mins(2);

/// A credential with its present token.
#[derive(Debug)]
pub(super) struct Cached {
    credential: Credential,
    clock: Arc<dyn Clock>,
    kept: Mutex<Kept>,
    /// Held while signing in, so that one sign-in serves all who wait.
    signing_in: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Kept {
    token: Option<BearerToken>,
    /// From when on the token is to be renewed.
    renew: Option<Timestamp>,
    /// How many sign-ins have ended, and how the last one failed if it did.
    finished: u64,
    failure: Option<Error>,
}

impl Cached {
    pub(super) fn new(credential: Credential, clock: Arc<dyn Clock>) -> Self {
        Self { credential, clock, kept: Mutex::default(), signing_in: tokio::sync::Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing can panic half-way through a change of it.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The kept token if it need not be renewed, and the number of sign-ins so far.
    fn fresh(&self) -> (Option<BearerToken>, u64) {
        let now = self.clock.now();
        let kept = self.kept();
        let fresh = kept.renew.is_none_or(|renew| now < renew);
        (kept.token.clone().filter(|_| fresh), kept.finished)
    }

    async fn sign_in(&self) -> Result<BearerToken, Error> {
        // Bounded in real time, since the library waits in real time.
        let outcome = tokio::time::timeout(SIGN_IN_LIMIT, self.credential.sign_in()).await;
        let slow = |_| Err(Error::Slow { method: self.credential.method(), seconds: SIGN_IN_LIMIT.as_secs() });
        let outcome = outcome.unwrap_or_else(slow);
        let now = self.clock.now();
        let mut kept = self.kept();
        kept.finished += 1;
        match outcome {
            Ok(token) => {
                kept.renew = token.expires().map(|expires| renewal(now, expires));
                kept.token = Some(token.clone());
                kept.failure = None;
                Ok(token)
            }
            Err(error) => {
                // A renewal that fails is no reason to stop while the old token is still good.
                let good = kept.token.clone().filter(|token| token.expires().is_none_or(|end| now < end));
                kept.failure = good.is_none().then(|| error.clone());
                good.ok_or(error)
            }
        }
    }
}

/// When a token that is good until `expires` is to be renewed: five minutes before, or at half of a short life.
fn renewal(now: Timestamp, expires: Timestamp) -> Timestamp {
    let life = expires.duration_since(now);
    expires.checked_sub(RENEW_BEFORE.min(life / 2)).unwrap_or(now)
}

#[async_trait]
impl TokenProvider for Cached {
    async fn token(&self) -> Result<BearerToken, Error> {
        let (token, before) = self.fresh();
        if let Some(token) = token {
            return Ok(token);
        }
        let _turn = self.signing_in.lock().await;
        let (token, finished) = self.fresh();
        if let Some(token) = token {
            return Ok(token);
        }
        // Somebody else's sign-in ended while this call waited for its turn: its failure is this call's failure.
        let failure = self.kept().failure.clone().filter(|_| finished > before);
        match failure {
            Some(error) => Err(error),
            None => self.sign_in().await,
        }
    }

    fn invalidate(&self, token: &BearerToken) {
        let mut kept = self.kept();
        if kept.token.as_ref().is_some_and(|present| present.is(token)) {
            kept.token = None;
            kept.renew = None;
        }
    }

    fn describe(&self) -> Identity {
        let identity = self.credential.identity();
        match &self.kept().token {
            Some(token) => identity.completed(token),
            None => identity,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_five_minutes_early_or_at_half_of_a_short_life() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2030-01-01T00:00:00Z");
        assert_eq!(renewal(now, at("2030-01-01T01:00:00Z")), at("2030-01-01T00:55:00Z"));
        assert_eq!(renewal(now, at("2030-01-01T00:01:00Z")), at("2030-01-01T00:00:30Z"));
        assert_eq!(renewal(now, now), now);
    }
}
