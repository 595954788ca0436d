//! Signing in, against a stand-in of the token endpoint on a loopback port.
//!
//! The stand-in counts requests and can refuse, throttle and give tokens that end soon. Time is a clock that only
//! moves when it is told to, so nothing here waits.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

mod endpoint;
mod keeping;
mod ways;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use offerform::auth::{self, Method, Options, TokenProvider};
use offerform::clock::{Clock, SystemClock};

pub(crate) use endpoint::{Answer, Endpoint};

/// A secret that must not come out anywhere.
const SECRET: &str = "hunter2-client-secret";

/// A clock that moves only by sleeping, which takes no time, or when it is told to.
#[derive(Debug)]
pub(crate) struct TestClock {
    now: Mutex<Timestamp>,
    slept: Mutex<Vec<Duration>>,
}

impl TestClock {
    /// Starts at the real time, since the library counts the life of a token from there.
    fn new() -> Arc<Self> {
        Arc::new(Self { now: Mutex::new(SystemClock.now()), slept: Mutex::default() })
    }

    fn advance(&self, by: SignedDuration) {
        *self.now.lock().unwrap() += by;
    }

    fn slept(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }
}

#[async_trait]
impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        *self.now.lock().unwrap() += duration;
        self.slept.lock().unwrap().push(duration);
    }
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
    clock: &Arc<TestClock>,
    method: Option<Method>,
    variables: &[(&'static str, &str)],
) -> Arc<dyn TokenProvider> {
    let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(clock);
    let options = Options::new(clock, endpoint.transport());
    auth::choose(method, &environment(variables), &options).unwrap()
}
