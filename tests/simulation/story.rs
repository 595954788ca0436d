//! Plays a schedule from its first happening to the quiet time at its end, in which everything has to come right.

mod withdrawal;

use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use offerform::apply::{Report, StepOutcome, StepReport, Verdict};
use offerform::plan::ReleaseRequest;
use offerform::plan::release::{AfterFailure, Aim, IfPublishing, Level};
use offerform::reconcile::{Following, Memory, WaitLimits};

use super::agreement;
use super::declared::Commit;
use super::jobs::Window;
use super::process::{Checkout, Ending, Process, run};
use super::promises;
use super::releases;
use super::sabotage::Sabotage;
use super::schedule::{Base, Death, Happening, RecordOf, Run, Schedule, Spelling, Tree};
use super::vocabulary::Cast;
use super::world::World;

/// How many quiet runs it may take until nothing is left to do.
const QUIET_RUNS: usize = 12;

/// Branches have numbers from here on, that no commit of the main branch has.
const BRANCHES: usize = 10_000;

/// What was told, and whether every promise was kept.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) lines: Vec<String>,
    pub(crate) result: Result<(), String>,
    pub(crate) window: Window,
}

/// Plays the schedule of a seed, with everything that may be in a story, and with offers of the Cloud Partner Portal API.
pub(crate) fn play(seed: u64, sabotage: Sabotage) -> Told {
    told(seed, Some(Rng::with_seed(!seed)), Cast::Portal, sabotage)
}

/// Plays the same with offers of the Product Ingestion API; every fourth story has an offer of each API.
pub(crate) fn play_products(seed: u64, sabotage: Sabotage) -> Told {
    let cast = if seed % 4 == 1 { Cast::Both } else { Cast::Products };
    told(seed, Some(Rng::with_seed(!seed)), cast, sabotage)
}

/// Plays the plain story of a seed: one machine, one record, trees as committed, and a yes to every guard.
pub(crate) fn play_plain(seed: u64) -> Told {
    told(seed, None, Cast::Portal, Sabotage::None)
}

fn told(seed: u64, mut extra: Option<Rng>, cast: Cast, sabotage: Sabotage) -> Told {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut random = Rng::with_seed(seed);
    let mut schedule = Schedule::new(&mut random);
    if let Some(extra) = &mut extra {
        schedule = schedule.varied(extra);
    }
    let mut of_cast = Rng::with_seed(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    if cast != Cast::Portal {
        schedule = schedule.with_cast(cast, &mut of_cast);
    }
    let world = Arc::new(World::new(&mut random, &schedule));
    let mut story = Story::new(Arc::clone(&world), (random, extra), of_cast, sabotage);
    story.withdraws = seed.is_multiple_of(4);
    runtime.block_on(story.play(schedule));
    Told { lines: world.lines(), result: world.result(), window: world.window() }
}

struct Story {
    world: Arc<World>,
    random: Rng,
    /// For what only varied stories have.
    extra: Option<Rng>,
    /// For what only offers of the Product Ingestion API have.
    of_cast: Rng,
    sabotage: Sabotage,
    commit: Commit,
    /// All commits so far, the current one included.
    history: Vec<Commit>,
    /// The commit that was current when the last run began.
    before: Option<Commit>,
    memory: Arc<Memory>,
    /// The record of another clone.
    elsewhere: Arc<Memory>,
    runs: usize,
    branches: usize,
    /// Whether a market is withdrawn from customers at its end.
    withdraws: bool,
}

/// A run that is about to begin, and where what it remembers goes.
struct Beginning {
    process: Arc<Process>,
    checkout: Checkout,
}

impl Story {
    fn new(world: Arc<World>, (mut random, extra): (Rng, Option<Rng>), of_cast: Rng, sabotage: Sabotage) -> Self {
        let mut commit = Commit::first(&mut random, world.cast);
        if extra.is_some() {
            commit = commit.varied(world.habits);
        }
        let history = vec![commit.clone()];
        let (memory, elsewhere) = (memory(), memory());
        Self {
            world,
            random,
            extra,
            of_cast,
            sabotage,
            commit,
            history,
            before: None,
            memory,
            elsewhere,
            runs: 0,
            branches: 0,
            withdraws: false,
        }
    }

    async fn play(mut self, schedule: Schedule) {
        for happening in schedule.happenings {
            Box::pin(self.happen(happening)).await;
            let asks = self.extra.as_mut().is_some_and(|extra| extra.u8(0..3) == 0);
            if asks && self.world.result().is_ok() {
                self.agree().await;
            }
            if self.world.result().is_err() {
                return;
            }
        }
        self.come_right().await;
        if self.extra.is_some() && self.world.result().is_ok() {
            self.lose_the_record().await;
            if self.withdraws && self.world.result().is_ok() {
                self.withdraw_a_market().await;
            }
        }
    }

    async fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Commit => {
                self.before = Some(self.commit.clone());
                self.commit = match &mut self.extra {
                    Some(extra) => self.commit.next_varied(&mut self.random, extra),
                    None => self.commit.next(&mut self.random),
                };
                self.history.push(self.commit.clone());
                self.world.tell(format!("commit {}", self.commit.number));
            }
            Happening::Edit => self.world.edit(),
            Happening::Hand => self.world.hand(),
            Happening::Time(duration) => {
                self.world.clock.advance(duration);
                self.world.tell(format!("{duration:?} passed"));
            }
            Happening::Forget => {
                self.memory = memory();
                self.world.tell("the record is lost");
            }
            Happening::EditMore => {
                if let Some(extra) = &mut self.extra {
                    self.world.edit_more(extra);
                }
            }
            Happening::Step(kind, wanted) => {
                let wanted = Run { tree: Tree::Committed, ..wanted };
                let Beginning { process, checkout } = self.begin(wanted);
                let process = Arc::new(Arc::into_inner(process).unwrap().for_step(kind));
                self.play_run(Beginning { process, checkout }).await;
            }
            Happening::Apply(wanted) => {
                let beginning = self.begin(wanted);
                self.play_run(beginning).await;
            }
            Happening::Both(one, two) => {
                let (one, two) = (self.begin(one), self.begin(two));
                tokio::join!(self.play_run(one), self.play_run(two));
            }
        }
    }

    /// Plays a run, and keeps at its end what it learned, if that is when it is kept.
    async fn play_run(&self, beginning: Beginning) {
        let Beginning { process, checkout } = beginning;
        let learned = Arc::clone(&checkout.memory);
        let ending = run(Arc::clone(&self.world), Arc::clone(&process), checkout).await;
        if process.run.record == RecordOf::TheEnd && !matches!(ending, Ending::Killed) {
            copy(&self.commit, &learned, &self.memory);
        }
    }

    fn begin(&mut self, run: Run) -> Beginning {
        let memory = match run.record {
            RecordOf::ThisMachine => Arc::clone(&self.memory),
            RecordOf::AnotherClone => Arc::clone(&self.elsewhere),
            RecordOf::Nobody => memory(),
            RecordOf::TheEnd => {
                let fresh = memory();
                copy(&self.commit, &self.memory, &fresh);
                fresh
            }
        };
        let checkout = Checkout { memory, ..self.checkout() };
        let Some(extra) = self.extra.as_mut().filter(|_| run.tree != Tree::Committed) else {
            return Beginning { process: self.process(run), checkout };
        };
        let is_dirty = run.tree == Tree::Dirty;
        let fork = if is_dirty { &self.commit } else { &self.history[extra.usize(..self.history.len())] }.clone();
        let edited = fork.next_varied(&mut extra.fork(), extra);
        if is_dirty {
            let commit = edited.numbered(self.commit.number);
            let process = self.process_of(run, commit.clone()).of_elsewhere(None);
            return Beginning { process: Arc::new(process), checkout: Checkout { commit, dirty: true, ..checkout } };
        }
        self.branches += 1;
        let commit = edited.numbered(BRANCHES + self.branches);
        let run = Run { base: Base::Known, ..run };
        let process = self.process_of(run, commit.clone()).of_elsewhere(Some(fork.clone()));
        Beginning { process: Arc::new(process), checkout: Checkout { commit, before: Some(fork), ..checkout } }
    }

    /// Asks every command how things stand, as somebody who changes nothing.
    async fn agree(&mut self) {
        if self.world.cast != Cast::Portal {
            // A list of submissions may lag.
            self.world.clock.advance(Duration::from_mins(1));
        }
        self.world.look();
        let mut run = quiet(AfterFailure::Report);
        run.overwrite = false;
        run.release_request = ReleaseRequest { aim: Aim::AtLeast(Level::Live), ..ReleaseRequest::default() };
        let process = Arc::new(Process::new("somebody who looks".to_owned(), run, self.commit.clone()));
        agreement::all_say_the_same(&self.world, &process, &self.checkout()).await;
    }

    /// Loses the record, at the end of a run or in the middle of one: one run may be noisy, and the next ones have nothing to do.
    async fn lose_the_record(&mut self) {
        let number = self.extra.as_mut().map_or(0, |extra| extra.u32(0..8));
        self.memory = memory();
        self.world.tell("the record is lost");
        if number > 0 {
            let killed = Run { killed_at: Some(Death::After(number)), ..quiet(AfterFailure::Report) };
            let process = self.process(killed);
            run(Arc::clone(&self.world), process, self.checkout()).await;
            self.memory = memory();
        }
        for is_first in [true, false] {
            let process = self.process(Run { overwrite: false, ..quiet(AfterFailure::Report) });
            let ending = run(Arc::clone(&self.world), Arc::clone(&process), self.checkout()).await;
            let Ending::Reported(report) = ending else {
                return self.world.broken(format!("after the loss of the record a run ends with {ending:?}"));
            };
            if report.verdict() != Verdict::Good {
                self.world.broken(format!("after the loss of the record {} is {:?}", process.name, report.verdict()));
            }
            let is_idle = process.asked.lock().unwrap().is_empty() && matches!(left_to_do(&report), Left::Nothing);
            if !is_first && !is_idle {
                self.world.broken(format!("after the loss of the record {} still has something to do", process.name));
            }
            // More than any release takes.
            self.world.clock.advance(Duration::from_hours(10 * 24));
        }
    }

    fn process(&mut self, run: Run) -> Arc<Process> {
        let commit = self.commit.clone();
        Arc::new(self.process_of(run, commit))
    }

    fn process_of(&mut self, run: Run, commit: Commit) -> Process {
        self.runs += 1;
        Process::new(format!("run {}", self.runs), run, commit)
    }

    fn checkout(&self) -> Checkout {
        Checkout {
            commit: self.commit.clone(),
            before: self.before.clone(),
            dirty: false,
            memory: Arc::clone(&self.memory),
            sabotage: self.sabotage,
        }
    }

    /// Nobody disturbs any more: soon there has to be nothing left to do, and the portal has to have what is declared. Where a
    /// release has failed, that is told again and again, until somebody asks for a retry.
    async fn come_right(&mut self) {
        self.world.tell("quiet");
        if self.commit.is_wrong() {
            self.commit = self.commit.clone().mended().numbered(self.commit.number + 1);
        }
        // What was still to be cancelled is.
        self.world.clock.advance(Duration::from_hours(1));
        self.world.look();
        let mut failures = 0;
        for _ in 0..QUIET_RUNS {
            let after_failure = if failures > 1 { AfterFailure::Retry } else { AfterFailure::Report };
            let process = self.process(quiet(after_failure));
            let ending = run(Arc::clone(&self.world), Arc::clone(&process), self.checkout()).await;
            let Ending::Reported(report) = ending else {
                self.world.broken(format!("a quiet run ends with {ending:?}"));
                return;
            };
            match left_to_do(&report) {
                Left::Nothing => {
                    promises::the_portal_has_what_is_declared(&self.world, &self.commit);
                    releases::everything_is_released(&self.world, &self.commit);
                    return;
                }
                Left::Failures => failures += 1,
                Left::Something if failures == 1 => {
                    self.world.broken("a failed release is not told a second time".to_owned());
                }
                Left::Something => {}
            }
            // More than any release takes.
            self.world.clock.advance(Duration::from_hours(10 * 24));
            self.world.look();
        }
        self.world.broken(format!("after {QUIET_RUNS} quiet runs there is still something to do"));
    }
}

/// A run that nobody disturbs.
fn quiet(after_failure: AfterFailure) -> Run {
    Run {
        base: Base::Unknown,
        overwrite: true,
        killed_at: None,
        faults: Vec::new(),
        edits: 0,
        releases_by_others: 0,
        release_request: ReleaseRequest {
            if_publishing: IfPublishing::Cancel,
            after_failure,
            ..ReleaseRequest::default()
        },
        following: Following::Return,
        wait_limits: WaitLimits::default(),
        words: Spelling::Usual,
        clock_jump: Duration::ZERO,
        allows: true,
        tree: Tree::Committed,
        record: RecordOf::ThisMachine,
    }
}

/// What a run found to do.
enum Left {
    Nothing,
    /// It did nothing but tell of failures.
    Failures,
    Something,
}

fn left_to_do(report: &Report) -> Left {
    let steps = || report.offers.iter().flat_map(|offer| &offer.release.steps);
    let is_failure = |step: &StepReport| matches!(step.outcome, StepOutcome::Failed(_)) && !step.asked;
    if report.offers.iter().any(|offer| !offer.changes.is_empty() || !offer.not_made.is_empty())
        || !steps().all(is_failure)
    {
        Left::Something
    } else if steps().next().is_some() {
        Left::Failures
    } else {
        Left::Nothing
    }
}

/// Takes over what one record knows of the offers of a commit.
fn copy(commit: &Commit, from: &Memory, to: &Memory) {
    for id in commit.offers.keys() {
        let address = commit.cast.address(id);
        to.learn(&address, from.rewrites(&address)).unwrap();
    }
}

fn memory() -> Arc<Memory> {
    Arc::new(Memory::empty("simulation"))
}
