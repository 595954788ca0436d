//! What happens in one story, made from its seed.

use std::time::Duration;

use fastrand::Rng;
use offerform::backend::OperationKind;
use offerform::plan::ReleaseRequest;
use offerform::plan::release::{AfterFailure, Aim, IfPublishing, Level};
use offerform::reconcile::{Following, WaitLimits};
use offerform::simulator::{
    Busy, Cancel, CancelAfterGoLive, Dialect, ErrorBody, EtagOnPublish, EtagPlace, FailedOperation, Failure, Fault,
    FaultRule, Letters, OperationAddress, OperationBody, OperationHeader, Pace, PreviewAfterLive, PreviewReady,
    PublishAtSignOff, RetryAfter, Rewrite, Rewrites, StepEnding, Timing, When, Words, ingestion,
};

use super::declared::Habits;
use super::products;
use super::vocabulary::Cast;

/// Everything a seed decides beforehand. What it decides on the way comes from the same generator.
#[derive(Debug)]
pub(crate) struct Schedule {
    /// What the service does to documents beyond that.
    pub(crate) habits: Habits,
    pub(crate) dialect: Dialect,
    /// The APIs of the offers.
    pub(crate) cast: Cast,
    /// How the Product Ingestion API speaks.
    pub(crate) product_dialect: ingestion::Dialect,
    pub(crate) rewrites: Rewrites,
    /// How long the service takes to release something.
    pub(crate) pace: Pace,
    pub(crate) happenings: Vec<Happening>,
}

/// One thing that happens.
#[derive(Debug)]
pub(crate) enum Happening {
    /// Somebody commits a change of the files.
    Commit,
    /// Somebody edits the portal.
    Edit,
    /// Somebody publishes, goes live or cancels in the portal.
    Hand,
    /// Time passes.
    Time(Duration),
    /// The record is lost.
    Forget,
    /// Somebody edits in the portal what only varied stories declare: a text that the service rewrites, or the markets.
    EditMore,
    /// Somebody starts a step of a release with this program, by hand.
    Step(OperationKind, Run),
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
    /// How likely it is there that somebody releases something in the portal, in percent.
    pub(crate) releases_by_others: u8,
    /// What it is asked to do about releases.
    pub(crate) release_request: ReleaseRequest,
    /// Whether it follows what it starts.
    pub(crate) following: Following,
    /// How long.
    pub(crate) wait_limits: WaitLimits,
    /// Whether the service writes words as nobody expects them.
    pub(crate) words: Spelling,
    /// By how much its clock is wrong.
    pub(crate) clock_jump: Duration,
    /// Whether somebody says yes to its guards.
    pub(crate) allows: bool,
    /// Which files it finds.
    pub(crate) tree: Tree,
    /// Which record it finds.
    pub(crate) record: RecordOf,
}

/// Which files a run finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tree {
    /// Those of the last commit.
    Committed,
    /// Those of the last commit, and somebody has edited them since.
    Dirty,
    /// Those of a branch that began with an earlier commit, and it knows with which.
    Branch,
}

/// Which record a run finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordOf {
    /// The one of all runs on this machine, written as soon as something is known.
    ThisMachine,
    /// The same, written at the end of the run, unless its process is killed before.
    TheEnd,
    /// That of another clone.
    AnotherClone,
    /// None, and what it writes is lost: a fresh machine.
    Nobody,
}

/// What a run knows of the commit before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    Known,
    Unknown,
}

/// How the service writes the words for how something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As its dialect says.
    Usual,
    /// In a letter case of its own each time, and a new word for what runs.
    Odd,
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
        let length = random.usize(2..7);
        let happenings = (0..length).map(|_| happening(random)).collect();
        let rewrites = if random.bool() { Rewrites::none() } else { Rewrites::default() };
        let pace = match random.u8(0..3) {
            0 => Pace::real(),
            1 => Pace { queue: Duration::from_secs(5), cancelling: Duration::from_mins(1), ..Pace::sandbox() },
            _ => Pace::sandbox(),
        };
        let product_dialect = ingestion::Dialect::default();
        Self {
            habits: Habits::default(),
            dialect: dialect(random),
            cast: Cast::Portal,
            product_dialect,
            rewrites,
            pace,
            happenings,
        }
    }

    /// The same story with other offers: what goes wrong with requests goes wrong with those of their API.
    pub(crate) fn with_cast(mut self, cast: Cast, random: &mut Rng) -> Self {
        for happening in &mut self.happenings {
            match happening {
                Happening::Apply(run) | Happening::Step(_, run) => run.for_cast(cast, random),
                Happening::Both(one, two) => {
                    one.for_cast(cast, random);
                    two.for_cast(cast, random);
                }
                _ => {}
            }
        }
        Self { cast, product_dialect: products::dialect(random), ..self }
    }

    /// The same story with more in it: other trees and records, guards that nobody allows, steps by hand, and a service with habits.
    pub(crate) fn varied(mut self, extra: &mut Rng) -> Self {
        let habits = Habits { tidies: extra.bool(), rewords: extra.bool(), drops: extra.bool() };
        if habits.tidies {
            self.rewrites = self.rewrites.with(Rewrite::TidyMarkup);
        }
        let mut happenings = Vec::new();
        for mut happening in self.happenings {
            for run in happening.runs() {
                run.vary(extra);
            }
            happenings.push(happening);
            match extra.u8(0..6) {
                0 => happenings.push(Happening::EditMore),
                1 | 2 => {
                    let kind = either(extra, OperationKind::Publish, OperationKind::GoLive);
                    let mut run = run(extra);
                    run.vary(extra);
                    happenings.push(Happening::Step(kind, run));
                }
                3 => happenings.push(Happening::Time(Duration::from_secs(extra.u64(1..900_000)))),
                _ => {}
            }
        }
        Self { habits, happenings, ..self }
    }
}

impl Happening {
    fn runs(&mut self) -> Vec<&mut Run> {
        match self {
            Self::Apply(run) => vec![run],
            Self::Both(one, two) => vec![one, two],
            _ => Vec::new(),
        }
    }
}

impl Run {
    /// Turns faults into those of the API of an offer. Where there are offers of both, some faults stay.
    pub(crate) fn for_cast(&mut self, cast: Cast, random: &mut Rng) {
        for rule in &mut self.faults {
            if cast == Cast::Products || cast == Cast::Both && random.bool() {
                *rule = products::fault(rule.clone(), random);
            }
        }
    }

    fn vary(&mut self, extra: &mut Rng) {
        self.allows = extra.u8(0..3) > 0;
        self.tree = [Tree::Committed, Tree::Committed, Tree::Committed, Tree::Dirty, Tree::Branch][extra.usize(0..5)];
        let records = [RecordOf::ThisMachine, RecordOf::TheEnd, RecordOf::AnotherClone, RecordOf::Nobody];
        self.record = if extra.bool() { RecordOf::ThisMachine } else { records[extra.usize(0..4)] };
    }
}

/// One of two.
fn either<T>(random: &mut Rng, one: T, other: T) -> T {
    if random.bool() { one } else { other }
}

fn dialect(random: &mut Rng) -> Dialect {
    let etag = [EtagPlace::Header, EtagPlace::Body, EtagPlace::HeaderAndBody][random.usize(0..3)];
    let base = [Dialect::default(), Dialect::reference(), Dialect::clients()][random.usize(0..3)].clone();
    let preview_ready = [PreviewReady::SignOffStep, PreviewReady::SignOffName, PreviewReady::OwnStatus];
    Dialect {
        etag_on_get: etag,
        etag_on_put: etag,
        operation_address: either(random, OperationAddress::NotMigrated, OperationAddress::Migrated),
        operation_header: either(random, OperationHeader::OperationLocation, OperationHeader::Location),
        operation_body: either(random, OperationBody::Object, OperationBody::Array),
        preview_ready: preview_ready[random.usize(0..3)],
        etag_on_publish: either(random, EtagOnPublish::Keeps, EtagOnPublish::Changes),
        letters: [Letters::Camel, Letters::Pascal, Letters::Lower][random.usize(0..3)],
        words: either(random, Words::Common, Words::Alternative),
        busy: either(random, Busy::BadRequest, Busy::Conflict),
        cancel: either(random, Cancel::Immediate, Cancel::Accepted),
        cancel_after_go_live: either(random, CancelAfterGoLive::Possible, CancelAfterGoLive::Refused),
        publish_at_sign_off: either(random, PublishAtSignOff::Restarts, PublishAtSignOff::Refused),
        preview_after_live: either(random, PreviewAfterLive::Kept, PreviewAfterLive::Gone),
        ..base
    }
}

fn happening(random: &mut Rng) -> Happening {
    match random.u8(0..14) {
        0..2 => Happening::Commit,
        2 => Happening::Edit,
        3 => Happening::Time(Duration::from_secs(random.u64(1..600_000))),
        4 => Happening::Forget,
        5..7 => Happening::Both(run(random), run(random)),
        7..9 => Happening::Hand,
        _ => Happening::Apply(run(random)),
    }
}

fn run(random: &mut Rng) -> Run {
    let killed_at = match random.u8(0..6) {
        0 => Some(Death::Before(random.u32(1..40))),
        1 => Some(Death::After(random.u32(1..40))),
        _ => None,
    };
    let faults = (0..random.usize(0..5)).map(|_| fault(random)).collect();
    let edits = if random.u8(0..3) > 0 { 0 } else { random.u8(1..40) };
    Run {
        base: if random.bool() { Base::Known } else { Base::Unknown },
        overwrite: random.bool(),
        killed_at,
        faults,
        edits,
        releases_by_others: if random.u8(0..3) > 0 { 0 } else { random.u8(1..20) },
        release_request: release_request(random),
        following: either(random, Following::Return, Following::ToTheEnd),
        wait_limits: wait_limits(random),
        words: if random.u8(0..4) == 0 { Spelling::Odd } else { Spelling::Usual },
        clock_jump: if random.u8(0..4) == 0 { Duration::from_secs(random.u64(0..10_000_000)) } else { Duration::ZERO },
        allows: true,
        tree: Tree::Committed,
        record: RecordOf::ThisMachine,
    }
}

/// A run that is asked to go live, while the network disturbs it and nobody does.
pub(crate) fn disturbed(random: &mut Rng) -> Run {
    let release_request = ReleaseRequest { aim: Aim::AtLeast(Level::Live), ..ReleaseRequest::default() };
    Run {
        release_request,
        edits: 0,
        releases_by_others: 0,
        overwrite: false,
        clock_jump: Duration::ZERO,
        ..run(random)
    }
}

fn release_request(random: &mut Rng) -> ReleaseRequest {
    ReleaseRequest {
        aim: match random.u8(0..8) {
            0 => Aim::Nothing,
            1 => Aim::AtLeast(Level::Preview),
            2 => Aim::AtLeast(Level::Live),
            _ => Aim::Declared,
        },
        if_publishing: [IfPublishing::Fail, IfPublishing::Skip, IfPublishing::Wait, IfPublishing::Cancel]
            [random.usize(0..4)],
        after_failure: if random.u8(0..3) == 0 { AfterFailure::Retry } else { AfterFailure::Report },
    }
}

fn wait_limits(random: &mut Rng) -> WaitLimits {
    let timeout = [Duration::from_mins(10), Duration::from_hours(30), WaitLimits::default().timeout];
    // Five days, looked at every five minutes, would be most of the time that all seeds together take.
    WaitLimits { timeout: timeout[random.usize(0..3)], longest_pause: Duration::from_hours(random.u64(4..30)) }
}

/// A certification that fails.
pub(crate) fn failure(random: &mut Rng) -> Failure {
    Failure {
        step: "displaycertify".to_owned(),
        ending: [StepEnding::Blocked, StepEnding::Rejected, StepEnding::Failed][random.usize(0..3)],
        messages: vec!["<p>The image has <b>no</b> agent.</p>".to_owned()],
        operation: either(random, FailedOperation::Fails, FailedOperation::StaysRunning),
    }
}

/// What goes wrong with a release: its request, or the release itself, or the way in which it can be looked at.
fn fault_of_release(random: &mut Rng) -> FaultRule {
    let rule = |method: &str, path: &str, fault| FaultRule {
        when: When { method: method.to_owned(), path: path.to_owned(), nth: 1 },
        times: 1,
        fault,
    };
    match random.u8(0..8) {
        0 => rule("POST", "*/publish", Fault::FailCertification(failure(random))),
        // A go-live that is stuck could, in one of the readings, not even be cancelled.
        1 => {
            let failure = Failure { operation: FailedOperation::Fails, ..failure(random) };
            rule("POST", "*/golive", Fault::FailCertification(failure))
        }
        2 => {
            let gone =
                Fault::Status { status: 404, retry_after: None, body: ErrorBody::Html, timing: Timing::default() };
            FaultRule { times: random.u32(1..20), ..rule("GET", "*/operations/*", gone) }
        }
        _ => {
            let path = ["*/publish", "*/golive", "*/cancel", "*/submissions*", "*/status"][random.usize(0..5)];
            let FaultRule { times, fault, .. } = fault_of_any(random);
            FaultRule { times, ..rule("", path, fault) }
        }
    }
}

fn fault(random: &mut Rng) -> FaultRule {
    if random.bool() { fault_of_any(random) } else { fault_of_release(random) }
}

fn fault_of_any(random: &mut Rng) -> FaultRule {
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
