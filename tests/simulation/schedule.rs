//! What happens in one story, made from its seed.

use std::time::Duration;

use fastrand::Rng;
use offerform::simulator::{Dialect, ErrorBody, EtagPlace, Fault, FaultRule, RetryAfter, Rewrites, Timing, When};

/// Everything a seed decides beforehand. What it decides on the way comes from the same generator.
#[derive(Debug)]
pub(crate) struct Schedule {
    pub(crate) dialect: Dialect,
    pub(crate) rewrites: Rewrites,
    pub(crate) happenings: Vec<Happening>,
}

/// One thing that happens.
#[derive(Debug)]
pub(crate) enum Happening {
    /// Somebody commits a change of the files.
    Commit,
    /// Somebody edits the portal.
    Edit,
    /// Time passes.
    Time(Duration),
    /// The record is lost.
    Forget,
    /// Somebody runs apply.
    Apply(Run),
    /// Two pipelines run apply at once.
    Both(Run, Run),
}

/// One run of apply.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// Whether it knows what was declared before.
    pub(crate) base: Base,
    /// Whether it may overwrite what was changed here and in the portal.
    pub(crate) overwrite: bool,
    /// After so many requests its process is killed.
    pub(crate) killed_at: Option<Death>,
    /// What the network and the service do to it.
    pub(crate) faults: Vec<FaultRule>,
    /// How likely an edit in the portal is around each of its requests, in percent.
    pub(crate) edits: u8,
    /// By how much its clock is wrong.
    pub(crate) clock_jump: Duration,
}

/// What a run knows of the commit before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    Known,
    Unknown,
}

/// When a process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Death {
    /// Before this request is sent.
    Before(u32),
    /// After the service has acted on it.
    After(u32),
}

impl Schedule {
    pub(crate) fn new(random: &mut Rng) -> Self {
        let length = random.usize(2..9);
        let happenings = (0..length).map(|_| happening(random)).collect();
        let etag = [EtagPlace::Header, EtagPlace::Body, EtagPlace::HeaderAndBody][random.usize(0..3)];
        let base = if random.bool() { Dialect::default() } else { Dialect::reference() };
        let rewrites = if random.bool() { Rewrites::none() } else { Rewrites::default() };
        Self { dialect: Dialect { etag_on_get: etag, etag_on_put: etag, ..base }, rewrites, happenings }
    }
}

fn happening(random: &mut Rng) -> Happening {
    match random.u8(0..12) {
        0..2 => Happening::Commit,
        2 => Happening::Edit,
        3 => Happening::Time(Duration::from_secs(random.u64(1..600_000))),
        4 => Happening::Forget,
        5..7 => Happening::Both(run(random), run(random)),
        _ => Happening::Apply(run(random)),
    }
}

fn run(random: &mut Rng) -> Run {
    let killed_at = match random.u8(0..6) {
        0 => Some(Death::Before(random.u32(1..16))),
        1 => Some(Death::After(random.u32(1..16))),
        _ => None,
    };
    let faults = (0..random.usize(0..4)).map(|_| fault(random)).collect();
    let edits = if random.bool() { 0 } else { random.u8(1..40) };
    Run {
        base: if random.bool() { Base::Known } else { Base::Unknown },
        overwrite: random.bool(),
        killed_at,
        faults,
        edits,
        clock_jump: if random.u8(0..4) == 0 { Duration::from_secs(random.u64(0..10_000_000)) } else { Duration::ZERO },
    }
}

fn fault(random: &mut Rng) -> FaultRule {
    let method = ["GET", "PUT", "POST"][random.usize(0..3)];
    let when = When { method: method.to_owned(), path: String::new(), nth: random.u32(1..5) };
    let timing = if random.bool() { Timing::BeforeActing } else { Timing::AfterActing };
    let fault = match random.u8(0..7) {
        0 => Fault::LoseRequest,
        1 | 2 => Fault::LoseAnswer,
        3 => Fault::Truncate { keep: random.usize(0..40) },
        4 => Fault::Delay { milliseconds: random.u64(1..90_000) },
        5 => {
            let retry_after = random.bool().then(|| RetryAfter::Seconds(random.u32(1..30)));
            Fault::Status { status: 429, retry_after, body: ErrorBody::Message, timing: Timing::BeforeActing }
        }
        _ => Fault::Status {
            status: [500, 502, 503][random.usize(0..3)],
            retry_after: None,
            body: ErrorBody::Html,
            timing,
        },
    };
    FaultRule { when, times: random.u32(1..3), fault }
}
