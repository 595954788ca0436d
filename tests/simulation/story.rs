//! Plays a schedule from its first happening to the quiet time at its end, in which everything has to come right.

use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use offerform::apply::{Report, StepOutcome, StepReport};
use offerform::plan::Wish;
use offerform::plan::release::{AfterFailure, IfPublishing};
use offerform::reconcile::{Following, Memory, Patience};

use super::declared::Commit;
use super::process::{Checkout, Ending, Process, run};
use super::promises;
use super::releases;
use super::sabotage::Sabotage;
use super::schedule::{Base, Happening, Run, Schedule, Spelling};
use super::world::World;

/// How many quiet runs it may take until nothing is left to do.
const QUIET_RUNS: usize = 12;

/// What was told, and whether every promise was kept.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) lines: Vec<String>,
    pub(crate) result: Result<(), String>,
}

/// Plays the schedule of a seed.
pub(crate) fn play(seed: u64, sabotage: Sabotage) -> Told {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut random = Rng::with_seed(seed);
    let schedule = Schedule::new(&mut random);
    let world = Arc::new(World::new(&mut random, &schedule));
    runtime.block_on(Story::new(Arc::clone(&world), random, sabotage).play(schedule));
    Told { lines: world.lines(), result: world.result() }
}

struct Story {
    world: Arc<World>,
    random: Rng,
    sabotage: Sabotage,
    commit: Commit,
    /// The commit that was current when the last run began.
    before: Option<Commit>,
    memory: Arc<Memory>,
    runs: usize,
}

impl Story {
    fn new(world: Arc<World>, mut random: Rng, sabotage: Sabotage) -> Self {
        let commit = Commit::first(&mut random);
        Self { world, random, sabotage, commit, before: None, memory: memory(), runs: 0 }
    }

    async fn play(mut self, schedule: Schedule) {
        for happening in schedule.happenings {
            self.happen(happening).await;
            if self.world.result().is_err() {
                return;
            }
        }
        self.come_right().await;
    }

    async fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Commit => {
                self.before = Some(self.commit.clone());
                self.commit = self.commit.next(&mut self.random);
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
            Happening::Apply(wanted) => {
                let (process, checkout) = (self.process(wanted), self.checkout());
                run(Arc::clone(&self.world), process, checkout).await;
            }
            Happening::Both(one, two) => {
                let (one, two, checkout) = (self.process(one), self.process(two), self.checkout());
                let (world, other) = (Arc::clone(&self.world), Arc::clone(&self.world));
                tokio::join!(run(world, one, checkout.clone()), run(other, two, checkout));
            }
        }
    }

    fn process(&mut self, run: Run) -> Arc<Process> {
        self.runs += 1;
        Arc::new(Process::new(format!("run {}", self.runs), run, self.commit.clone()))
    }

    fn checkout(&self) -> Checkout {
        Checkout {
            commit: self.commit.clone(),
            before: self.before.clone(),
            memory: Arc::clone(&self.memory),
            sabotage: self.sabotage,
        }
    }

    /// Nobody disturbs any more: soon there has to be nothing left to do, and the portal has to have what is declared. Where a
    /// release has failed, that is told again and again, until somebody asks for a retry.
    async fn come_right(&mut self) {
        self.world.tell("quiet");
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
        hands: 0,
        wish: Wish { if_publishing: IfPublishing::Cancel, after_failure, ..Wish::default() },
        following: Following::Return,
        patience: Patience::default(),
        words: Spelling::Usual,
        clock_jump: Duration::ZERO,
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

fn memory() -> Arc<Memory> {
    Arc::new(Memory::empty("simulation"))
}
