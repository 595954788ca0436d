//! One run of apply as a process: it plans, approves, writes, reports, and may die at any request.

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use offerform::api::{Client, Connection};
use offerform::apply::{Report, Silent};
use offerform::auth::StaticToken;
use offerform::clock::Clock;
use offerform::desired::{self, Environment};
use offerform::plan::{self, Allowance, OnConflict, OnDrift, Plan, Policy};
use offerform::reconcile::{self, Applying, Interrupt, Memory, Planner};
use offerform::render::Style;
use offerform::secret::{SecretReference, SecretSource, SecretText};
use offerform::simulator::{FaultRule, Place};
use offerform::source::MemoryTree;
use serde_json::Value;
use tokio::sync::Notify;

use super::declared::{Commit, SECRET};
use super::promises;
use super::releases::{self, Since};
use super::sabotage::Sabotage;
use super::schedule::{Base, Run};
use super::wire::Wire;
use super::world::{World, WorldClock};

/// So many times one offer may be asked for in one run, with everything that goes wrong and while nothing is waited for.
const REQUESTS_PER_OFFER: u32 = 150;

/// So many requests take one look at what is waited for, with everything that goes wrong.
const REQUESTS_PER_LOOK: u32 = 6;

/// One process.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) name: String,
    pub(crate) run: Run,
    /// What it declares.
    pub(crate) commit: Commit,
    /// What it showed before it wrote: the value before each change, by offer and pointer.
    pub(crate) shown: Mutex<BTreeMap<(String, String), Option<Value>>>,
    /// The offers of which a write of this process was acted upon.
    pub(crate) written: Mutex<Vec<String>>,
    /// The offers whose releases it started or cancelled.
    pub(crate) acted: Mutex<Vec<String>>,
    /// The releases it started: the offer, and which of its releases.
    pub(crate) started: Mutex<Vec<(String, usize)>>,
    /// What it last looked at, by offer.
    pub(crate) looks: Mutex<BTreeMap<String, Look>>,
    /// The offers of which it is known what was applied last, or declared before.
    pub(crate) known: Mutex<BTreeSet<String>>,
    faults: Mutex<Vec<FaultRule>>,
    requests: AtomicU32,
    dead: AtomicBool,
    died: Notify,
}

/// What a process last looked at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Look {
    /// The content its last request was for, if it was for content.
    pub(crate) content: Option<(Place, Value)>,
    /// How many releases there were when it last asked for them.
    pub(crate) releases: usize,
    /// The paths of the last three looks.
    pub(crate) last: [String; 3],
}

/// How a process ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// It was killed.
    Killed,
    /// It wrote nothing, because it would not.
    Refused,
    /// Some offer could not be read.
    Unread,
    Reported(Box<Report>),
}

impl Process {
    pub(crate) fn new(name: String, run: Run, commit: Commit) -> Self {
        Self {
            name,
            faults: Mutex::new(run.faults.clone()),
            run,
            commit,
            acted: Mutex::default(),
            started: Mutex::default(),
            looks: Mutex::default(),
            shown: Mutex::default(),
            written: Mutex::default(),
            known: Mutex::default(),
            requests: AtomicU32::new(0),
            dead: AtomicBool::new(false),
            died: Notify::new(),
        }
    }

    pub(crate) fn next_request(&self) -> u32 {
        self.requests.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub(crate) fn die(&self) {
        self.dead.store(true, Ordering::SeqCst);
        self.died.notify_one();
    }

    /// Goes on at once, or never if the process is dead.
    pub(crate) async fn goes_on(&self) {
        if self.dead.load(Ordering::SeqCst) {
            pending::<()>().await;
        }
    }

    /// Whether it must not overwrite what somebody edited in the portal.
    pub(crate) fn keeps_edits(&self, offer: &str) -> bool {
        !self.run.overwrite && self.known.lock().unwrap().contains(offer)
    }

    fn has_changed_something(&self) -> bool {
        !self.written.lock().unwrap().is_empty() || !self.acted.lock().unwrap().is_empty()
    }

    pub(crate) fn faults(&self) -> Vec<FaultRule> {
        self.faults.lock().unwrap().clone()
    }

    pub(crate) fn set_faults(&self, faults: Vec<FaultRule>) {
        *self.faults.lock().unwrap() = faults;
    }
}

/// What a run starts from.
#[derive(Debug, Clone)]
pub(crate) struct Checkout {
    pub(crate) commit: Commit,
    pub(crate) before: Option<Commit>,
    pub(crate) memory: Arc<Memory>,
    pub(crate) sabotage: Sabotage,
}

/// Runs apply to its end, or to the end of its process.
pub(crate) async fn run(world: Arc<World>, process: Arc<Process>, checkout: Checkout) -> Ending {
    world.tell(format!("{} begins with commit {}: {:?}", process.name, process.commit.number, process.run));
    let began = (world.moment(), world.clock.now());
    let counts: BTreeMap<String, usize> = (checkout.commit.offers.keys().map(|id| format!("contoso/{id}")))
        .map(|offer| (offer.clone(), world.release_count(&offer)))
        .collect();
    let ending = tokio::select! {
        biased;
        () = process.died.notified() => Ending::Killed,
        ending = apply(Arc::clone(&world), Arc::clone(&process), checkout) => ending,
    };
    requests_are_bounded(&world, &process, began.1);
    match &ending {
        Ending::Reported(report) => {
            promises::the_report_is_true(&world, &process, report, began.0);
            let since = Since { moment: began.0, releases: &counts };
            releases::the_report_is_true(&world, &process, report, since);
        }
        Ending::Refused | Ending::Unread if process.has_changed_something() => {
            world.broken(format!("{} changed something, and said that it would not", process.name));
        }
        _ => {}
    }
    world.tell(format!("{} ends: {}", process.name, told(&ending)));
    ending
}

/// Requests are counted; those that wait for something may be the more, the longer it takes.
fn requests_are_bounded(world: &World, process: &Process, began: Timestamp) {
    let took = Duration::try_from(world.clock.now().duration_since(began)).unwrap_or_default();
    let looks = u32::try_from(took.as_secs() / process.run.patience.longest_pause.as_secs()).unwrap();
    let offers = u32::try_from(process.commit.offers.len()).unwrap();
    let requests = process.requests.load(Ordering::SeqCst);
    if requests > (REQUESTS_PER_OFFER + REQUESTS_PER_LOOK * looks) * offers {
        world.broken(format!("{} made {requests} requests in {took:?}", process.name));
    }
}

fn told(ending: &Ending) -> String {
    match ending {
        Ending::Reported(report) => {
            let offers = report.offers.iter().map(|offer| {
                let steps = offer.release.steps.iter();
                let steps: Vec<String> =
                    steps.map(|step| format!(", {:?} {:?} {:?}", step.kind, step.operation, step.outcome)).collect();
                format!("{} {:?}{}", offer.address, offer.outcome, steps.concat())
            });
            offers.collect::<Vec<_>>().join("; ")
        }
        other => format!("{other:?}"),
    }
}

async fn apply(world: Arc<World>, process: Arc<Process>, checkout: Checkout) -> Ending {
    let client = client(&world, &process, checkout.sabotage);
    *process.known.lock().unwrap() = known(&process.run, &checkout);
    let planner = Arc::new(planner(&process.run, &checkout));
    let planning = reconcile::plan(Arc::clone(&planner), client.reading().clone(), 2, Arc::new(Silent)).await;
    promises::nothing_secret_is_in(&world, &human(&planning.plan));
    if !planning.failures.is_empty() {
        return Ending::Unread;
    }
    let plan = if process.run.overwrite { plan::overwrite_conflicts(planning.plan) } else { planning.plan };
    let allowances = allowances(&plan);
    *process.shown.lock().unwrap() = shown(&plan);
    let Ok(approved) = plan::approve(plan, &allowances) else { return Ending::Refused };
    // Somebody reads the plan before he says yes.
    world.clock.advance(Duration::from_mins(1));
    if process.run.edits > 0 {
        world.edit();
    }
    if process.run.hands > 0 {
        world.hand();
    }
    let clock = Arc::new(Jumped { world: Arc::clone(&world.clock), by: process.run.clock_jump });
    let applying = Applying {
        planner,
        client,
        secrets: Arc::new(TheSecret),
        parallelism: 2,
        progress: Arc::new(Silent),
        interrupt: Interrupt::default(),
        clock,
        following: process.run.following,
        patience: process.run.patience,
        notify: vec!["simulation@contoso.example".to_owned()],
    };
    let started = world.clock.now();
    let offers = reconcile::apply(Arc::new(applying), &approved).await;
    let report = Report {
        started,
        finished: world.clock.now(),
        endpoint: "simulation".to_owned(),
        identity: "simulation".to_owned(),
        commit: None,
        dirty: false,
        digest: approved.plan().digest().to_string(),
        interrupted: false,
        offers,
    };
    let mut text = Vec::new();
    offerform::render::human::report(&report, &mut text, Style::plain()).unwrap();
    offerform::render::json::v1::report(&report, &mut text).unwrap();
    promises::nothing_secret_is_in(&world, &String::from_utf8(text).unwrap());
    Ending::Reported(Box::new(report))
}

fn human(plan: &Plan) -> String {
    let mut text = Vec::new();
    offerform::render::human::plan(plan, &mut text, Style::plain()).unwrap();
    String::from_utf8(text).unwrap()
}

fn shown(plan: &Plan) -> BTreeMap<(String, String), Option<Value>> {
    let changes = plan.offers().iter().flat_map(|offer| offer.changes.iter().map(move |planned| (offer, planned)));
    // What is shown as left is not to be written.
    changes
        .filter(|(_, planned)| planned.change.left.is_none())
        .map(|(offer, planned)| {
            let before = planned.change.before.as_ref().map(|sealed| sealed.value().clone());
            ((offer.address().to_string(), planned.path.to_string()), before)
        })
        .collect()
}

/// A yes to everything that somebody may say yes to.
fn allowances(plan: &Plan) -> Vec<Allowance> {
    plan.offers().iter().flat_map(|offer| &offer.guards).map(|guard| guard.name().parse().unwrap()).collect()
}

fn client(world: &Arc<World>, process: &Arc<Process>, sabotage: Sabotage) -> Client {
    let wire = Wire { world: Arc::clone(world), process: Arc::clone(process), sabotage };
    let clock = Jumped { world: Arc::clone(&world.clock), by: process.run.clock_jump };
    let token = Arc::new(StaticToken::new("simulation").unwrap());
    let endpoint = "https://cloudpartner.azure.com".parse().unwrap();
    Client::new(Connection::new(endpoint, Arc::new(wire), token, Arc::new(clock)))
}

fn planner(run: &Run, checkout: &Checkout) -> Planner {
    let (wanted, sources) = load(&checkout.commit);
    let base = match (&checkout.before, run.base) {
        (Some(before), Base::Known) => reconcile::Base::At {
            commit: plan::BaseCommit { commit: format!("{:040}", before.number), no_longer_managed: Vec::new() },
            desired: Arc::new(load(before).0.into_iter().map(|offer| (offer.address.clone(), offer)).collect()),
            earlier: (0..=before.number).map(|number| format!("{number:040}")).collect(),
        },
        _ => reconcile::Base::Unknown,
    };
    let ignores_base = checkout.sabotage == Sabotage::IgnoredBase;
    let memory = if ignores_base { Arc::new(Memory::empty("simulation")) } else { Arc::clone(&checkout.memory) };
    let base = if ignores_base { reconcile::Base::Unknown } else { base };
    let on_drift = if run.overwrite { OnDrift::Revert } else { OnDrift::Keep };
    let on_conflict = if run.overwrite { OnConflict::Overwrite } else { OnConflict::Refuse };
    Planner {
        desired: wanted,
        sources,
        secrets: Arc::new(TheSecret),
        artifacts: Arc::default(),
        memory,
        base,
        policy: Policy { on_conflict, on_drift, release: run.wish, ..Policy::default() },
        recording: Some(plan::Checkout { commit: Some(format!("{:040}", checkout.commit.number)), dirty: false }),
        findings: BTreeMap::new(),
    }
}

/// The offers of which a run can tell edits in the portal.
fn known(run: &Run, checkout: &Checkout) -> BTreeSet<String> {
    let address = |id: &String| offerform::offer::OfferAddress::new("contoso", id.as_str());
    let is_known = |id: &&String| {
        let declared = checkout.before.as_ref().is_some_and(|before| before.offers.contains_key(*id));
        let applied = checkout.memory.rewrites(&address(id)).last_applied().is_some();
        applied || run.base == Base::Known && declared
    };
    checkout.commit.offers.keys().filter(is_known).map(|id| format!("contoso/{id}")).collect()
}

fn load(commit: &Commit) -> (Vec<Arc<desired::Desired>>, Arc<offerform::source::Sources>) {
    let tree = MemoryTree::default().with("offers.yaml", commit.manifest());
    let loaded = desired::load(&tree, &["offers.yaml".to_owned()], &NoVariables);
    let findings: Vec<_> = loaded.diagnostics.iter().map(|finding| finding.message.clone()).collect();
    assert!(findings.is_empty(), "{}\n{}", findings.join("\n"), commit.manifest());
    (loaded.desired.into_iter().map(Arc::new).collect(), Arc::new(loaded.sources))
}

/// The clock of a machine whose time is wrong.
#[derive(Debug)]
struct Jumped {
    world: Arc<WorldClock>,
    by: Duration,
}

#[async_trait]
impl Clock for Jumped {
    fn now(&self) -> Timestamp {
        self.world.now() + self.by
    }

    async fn sleep(&self, duration: Duration) {
        self.world.sleep(duration).await;
    }
}

#[derive(Debug)]
struct TheSecret;

impl SecretSource for TheSecret {
    fn value(&self, _: &SecretReference) -> Option<SecretText> {
        Some(SecretText::new(SECRET))
    }
}

#[derive(Debug)]
struct NoVariables;

impl Environment for NoVariables {
    fn variable(&self, name: &str) -> Option<String> {
        panic!("no commit uses the variable `{name}`")
    }
}
