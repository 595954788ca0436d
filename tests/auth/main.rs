//! Signing in, against a stand-in of the token endpoint on a loopback port.
//!
//! The stand-in counts requests and can refuse, throttle and give tokens that end soon. Time is a clock that only
//! moves when it is told to, so nothing here waits.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

#[path = "../support/clock.rs"]
mod clock;
mod endpoint;
mod keeping;
mod ways;

use std::sync::Arc;

use jiff::SignedDuration;
use offerform::auth::{self, Method, Options, TokenProvider};
use offerform::clock::{Clock, SystemClock};

use clock::JumpingClock;
pub(crate) use endpoint::{Answer, Endpoint};

/// A secret that must not come out anywhere.
const SECRET: &str = "hunter2-client-secret";

/// A clock that starts at the real time, since the library counts the life of a token from there.
fn clock_from_now() -> Arc<JumpingClock> {
    JumpingClock::starting_at(SystemClock.now())
}

/// Moves the clock without a pause.
fn advance(clock: &JumpingClock, by: SignedDuration) {
    *clock.now.lock().unwrap() += by;
}

/// The variables of a service principal with a secret.
const SECRET_VARIABLES: [(&str, &str); 3] =
    [("AZURE_TENANT_ID", "tenant-1"), ("AZURE_CLIENT_ID", "client-1"), ("AZURE_CLIENT_SECRET", SECRET)];

/// An environment of just these variables.
fn environment(variables: &[(&'static str, &str)]) -> impl Fn(&str) -> Option<String> + use<> {
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    move |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
}

/// Signs in by `method`, with all traffic led to the stand-in.
fn signing_in(
    endpoint: &Endpoint,
    clock: &Arc<JumpingClock>,
    method: Option<Method>,
    variables: &[(&'static str, &str)],
) -> Arc<dyn TokenProvider> {
    let clock: Arc<dyn Clock> = Arc::<JumpingClock>::clone(clock);
    let options = Options::new(clock, endpoint.transport());
    auth::choose(method, &environment(variables), &options).unwrap()
}
