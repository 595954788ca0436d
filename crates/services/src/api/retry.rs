//! The one policy of sending something again.
//!
//! A request may be repeated if it is certain that the service did not act on it, or if acting twice does no harm. Whether that is so
//! depends on what it does ([`Safety`]) and on how it failed:
//!
//! | it failed by | reading | PUT with `If-Match`, or a create | publish, go-live, cancel, job | PUT with `If-Match: *` |
//! |---|---|---|---|---|
//! | no connection | again | again | again | – |
//! | 429 | again | again | again | – |
//! | 503 with `Retry-After` | again | again | ambiguous | ambiguous |
//! | 408, other 5xx, lost or late answer | again | ambiguous | ambiguous | ambiguous |
//! | any other answer | – | – | – | – |
//!
//! * 429 comes from the limiter in front of the service, before anything is done; so it is safe for all but the last column.
//! * A 503 that says when to come back is overload or maintenance, not an accident half-way. Should it have acted after all, the revision
//!   (or for a create the existing offer) makes the service refuse the second PUT. That refusal is ambiguous as well, since it may be
//!   our own first PUT that stands in the way, and the caller reads. A second publish has no such guard, so there the caller
//!   reads first.
//! * Under `*` nothing guards the other writer's work but a comparison made just before. A pause makes it stale, so the caller
//!   starts over.
//!
//! Ambiguous means [`Error::Ambiguous`](super::Error::Ambiguous): only reading tells what happened.

use std::future::IntoFuture as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Either, pending, select};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::error::Failure;
use super::transport::TransportError;
use crate::clock::{Bounds, Clock};

/// How often and how long something is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How many times a request is sent at most.
    pub attempts: usize,
    /// The first pause. Pauses double, and each is lengthened at random to at most twice its length.
    pub first_pause: Duration,
    /// The longest pause, before the random part.
    pub longest_pause: Duration,
    /// The longest `Retry-After` that is followed. A longer one is reported instead.
    pub longest_retry_after: Duration,
    /// How long after the first try a new one may still begin.
    pub total: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            // Pauses of 0.5, 1, 2 and 4 seconds, each up to doubled: a restart of a gateway passes within them.
            attempts: 5,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(30),
            // Limits of such services count by the minute, so two minutes are enough for any honest limit.
            longest_retry_after: Duration::from_mins(2),
            // A CI job should fail while somebody still looks at it.
            total: Duration::from_mins(5),
        }
    }
}

impl Policy {
    /// The policy that sends each request once.
    #[must_use]
    pub fn once() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    fn backoff(&self, seed: u64) -> ExponentialBuilder {
        ExponentialBuilder::new()
            .with_min_delay(self.first_pause)
            .with_max_delay(self.longest_pause)
            .with_max_times(self.attempts.saturating_sub(1))
            .with_jitter()
            .with_jitter_seed(seed)
    }

    /// The pause before the next try, or `None` if the service asks for too long a one.
    fn pause(&self, failure: &Failure, backoff: Duration) -> Option<Duration> {
        match failure.retry_after() {
            None => Some(backoff),
            Some(asked) if asked > self.longest_retry_after => None,
            // Some of the random part is added, or all clients that were asked to wait for 5 seconds would come back in the same moment.
            Some(asked) => Some(asked.max(backoff).saturating_add(backoff / 4)),
        }
    }
}

/// What a request does, and so what sending it twice would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// The request changes nothing, so it can be repeated.
    Reading,
    /// Replaces an offer under its revision, or creates it: the service refuses the second one.
    Guarded,
    /// Starts or stops an operation: a second one would count.
    Starting,
    /// Hands in a job that the answer names: a second one would count.
    Submitting,
    /// Replaces an offer whatever its revision.
    Unguarded,
}

/// Says whether it is right to send the same request again after `failure`: the table above.
pub(super) fn may_repeat(safety: Safety, failure: &Failure) -> bool {
    match failure {
        Failure::Transport(TransportError::NotSent(_)) => safety != Safety::Unguarded,
        Failure::Transport(TransportError::Lost(_) | TransportError::Slow(_)) | Failure::CutOff { .. } => {
            safety == Safety::Reading
        }
        Failure::Refused(refusal) => match refusal.status {
            429 => safety != Safety::Unguarded,
            503 if refusal.retry_after.is_some() => matches!(safety, Safety::Reading | Safety::Guarded),
            408 | 500..=599 => safety == Safety::Reading,
            _ => false,
        },
        _ => false,
    }
}

/// Repeats `attempt` as the policy allows, on `clock`. The random parts follow from `seed` alone.
///
/// Boxed, because the compiler cannot see through the closures below that the future may move between threads.
pub fn run<'a, T, A, F>(
    (policy, bounds): (Policy, &'a Bounds),
    clock: &'a Arc<dyn Clock>,
    seed: u64,
    safety: Safety,
    attempt: A,
) -> BoxFuture<'a, Result<T, Failure>>
where
    T: Send + 'a,
    A: FnMut() -> F + Send + 'a,
    F: Future<Output = Result<T, Failure>> + Send + 'a,
{
    let sleeper = Arc::clone(clock);
    let end = later(clock.now(), policy.total);
    let end = bounds.until.map_or(end, |until| end.min(until));
    let last = Arc::<Mutex<Option<Failure>>>::default();
    let (noted, left_off) = (Arc::clone(&last), CancellationToken::new());
    let (leaving, stop) = (left_off.clone(), bounds.stop.clone());
    let repeated = attempt
        .retry(policy.backoff(seed))
        .sleep(move |pause| {
            let clock = Arc::clone(&sleeper);
            let (stop, leaving) = (stop.clone(), leaving.clone());
            async move {
                let asked_to_end = Box::pin(stop.cancelled());
                if let Either::Right(_) = select(clock.sleep(pause), asked_to_end).await {
                    leaving.cancel();
                    pending::<()>().await;
                }
            }
        })
        .when(move |failure| !bounds.stop.is_cancelled() && may_repeat(safety, failure))
        .notify(move |failure, pause| {
            tracing::debug!(%failure, ?pause, "trying again after a pause");
            *noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure.clone());
        })
        .adjust(move |failure, backoff| {
            let pause = policy.pause(failure, backoff?)?;
            (later(clock.now(), pause) <= end).then_some(pause)
        });
    let repeated: BoxFuture<'a, Result<T, Failure>> = repeated.into_future().boxed();
    async move {
        let in_a_pause = Box::pin(left_off.cancelled());
        match select(repeated, in_a_pause).await {
            Either::Left((outcome, _)) => outcome,
            // In a pause nothing is in flight: what failed before it is how the call ended.
            Either::Right(_) => match last.lock().unwrap_or_else(PoisonError::into_inner).take() {
                Some(failure) => Err(failure),
                None => unreachable!("invariant: a pause follows a failure"),
            },
        }
    }
    .boxed()
}

fn later(moment: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// A seed for one request: runs with the same seed pause alike whatever the order of their requests, and requests to different
/// places pause differently.
#[must_use]
pub fn seed_for(seed: u64, method: &http::Method, uri: &http::Uri) -> u64 {
    let mut hasher = DefaultHasher::new();
    (seed, method, uri).hash(&mut hasher);
    hasher.finish()
}
