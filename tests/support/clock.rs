//! A clock for tests that jumps over every pause. Test programs include this file with `#[path]`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use offerform::clock::Clock;

/// A clock that moves only by sleeping, which takes no time.
#[derive(Debug)]
pub(crate) struct JumpingClock {
    /// The current time. A test that needs to move the clock without a pause changes it.
    pub(crate) now: Mutex<Timestamp>,
    slept: Mutex<Vec<Duration>>,
}

impl JumpingClock {
    /// Creates a clock that shows `now`.
    pub(crate) fn starting_at(now: Timestamp) -> Arc<Self> {
        Arc::new(Self { now: Mutex::new(now), slept: Mutex::default() })
    }

    /// The pauses so far, in their order.
    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }
}

#[async_trait]
impl Clock for JumpingClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        *self.now.lock().unwrap() += duration;
        self.slept.lock().unwrap().push(duration);
    }
}
