//! One run of apply as a process: it plans, approves, writes, reports, and may die at any request.

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use offerform::api::{Client, Connection, Transport};
use offerform::apply::{Report, Silent, StepReport};
use offerform::auth::StaticToken;
use offerform::backend::{Ledger, NoLedger, OperationKind, Writer, WriterRouter};
use offerform::clock::Clock;
use offerform::desired::{self, Environment};
use offerform::ingestion::{self, IngestionWriter, Pins};
use offerform::offer::{Api, OfferAddress};
use offerform::plan::{self, Allowance, OnConflict, OnDrift, Plan, Policy};
use offerform::portal::PortalWriter;
use offerform::reconcile::{self, Applying, Interrupt, Memory, Planner};
use offerform::render::Style;
use offerform::rules::{self, Circumstances, Finding};
use offerform::secret::{SecretReference, SecretSource, SecretText};
use offerform::simulator::{FaultRule, Release, Reply, Slot};
use offerform::source::MemoryTree;
use serde_json::Value;
use tokio::sync::Notify;

use super::declared::{Commit, SECRET};
use super::jobs::Read;
use super::promises;
use super::releases::{self, Since};
use super::sabotage::Sabotage;
use super::schedule::{Base, Run, Tree};
use super::vocabulary::{Cast, Vocabulary, id_of};
use super::wire::{Deed, Wire};
use super::world::{Origin, World, WorldClock};
use super::{by_hand, requests, sabotage};

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
    /// Where that comes from.
    pub(crate) origin: Origin,
    /// Where its branch began, if it is on one and knows it.
    pub(crate) fork: Option<Commit>,
    /// The step of a release that it was started for by hand, if it is not an apply.
    pub(crate) step: Option<OperationKind>,
    /// What it showed before such a step: the declared fields of what would be released.
    pub(crate) brought: Mutex<Option<Fields>>,
    /// Every request that changes something, and what came of it.
    pub(crate) asked: Mutex<Vec<Asked>>,
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
    /// When it last read the draft of a product that it has not written since.
    pub(crate) reads: Mutex<BTreeMap<String, Read>>,
    /// The offers of which it is known what was applied last, or declared before.
    pub(crate) known: Mutex<BTreeSet<String>>,
    /// The record that it has.
    memory: Mutex<Option<Arc<Memory>>>,
    faults: Mutex<Vec<FaultRule>>,
    requests: AtomicU32,
    dead: AtomicBool,
    died: Notify,
}

/// The fields that commits may declare, as some document has them.
pub(crate) type Fields = BTreeMap<String, Option<Value>>;

/// A request that changes something, as the network sees it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) offer: String,
    pub(crate) deed: Deed,
    /// The status of the answer, if there was one that could be read.
    pub(crate) status: Option<u16>,
    /// Whether it was accepted, and could not be carried out.
    pub(crate) failed: bool,
    /// The declared fields that are after it what they were not before.
    pub(crate) changed: BTreeSet<String>,
    /// The declared fields for which it sent another value than was there.
    pub(crate) sent: BTreeSet<String>,
}

impl Asked {
    pub(crate) fn is_good(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status)) && !self.failed
    }

    /// Whether the service may have acted on it.
    pub(crate) fn may_have_acted(&self) -> bool {
        let is_refused = self.status.is_some_and(|status| (400..500).contains(&status));
        // Nobody sees of a submission that was accepted and then not begun whether it is another one that runs.
        let did_nothing = is_refused || self.failed && self.deed == Deed::Write && self.status.is_some();
        !did_nothing || !self.changed.is_empty()
    }
}

/// What a process last looked at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Look {
    /// The content its last request was for, if it was for content.
    pub(crate) content: Option<(Slot, Value)>,
    /// How many releases there were when it last asked for them.
    pub(crate) releases: usize,
    /// What customers had when it last asked for that.
    pub(crate) sold: Option<Value>,
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
    /// A step by hand was not to be done, or there was nothing to do.
    Idle,
    /// A step by hand was carried out.
    Stepped(Vec<StepReport>),
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
            origin: Origin::Commit(commit.number),
            commit,
            fork: None,
            step: None,
            brought: Mutex::default(),
            asked: Mutex::default(),
            acted: Mutex::default(),
            started: Mutex::default(),
            looks: Mutex::default(),
            reads: Mutex::default(),
            shown: Mutex::default(),
            written: Mutex::default(),
            known: Mutex::default(),
            memory: Mutex::default(),
            requests: AtomicU32::new(0),
            dead: AtomicBool::new(false),
            died: Notify::new(),
        }
    }

    /// The same for files that come from elsewhere than a commit of the main branch.
    pub(crate) fn of_elsewhere(self, fork: Option<Commit>) -> Self {
        Self { origin: Origin::Elsewhere, fork, ..self }
    }

    /// The same for a step of a release by hand.
    pub(crate) fn for_step(self, step: OperationKind) -> Self {
        Self { step: Some(step), ..self }
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

    /// Whether its record names the job of a release.
    pub(crate) fn remembers(&self, offer: &str, release: &Release) -> bool {
        let memory = self.memory.lock().unwrap();
        let address = self.commit.cast.address(id_of(offer));
        let job = memory.as_ref().and_then(|memory| memory.recall(&address, "job"));
        job.is_some_and(|job| job.contains(&release.names[0]))
    }

    /// The value that the plan showed before a change of a field, or of something that the field is in; `None` if it showed no change there.
    #[expect(clippy::option_option, reason = "nothing is shown, a place that is empty, or a value")]
    pub(crate) fn shown_at(&self, offer: &str, pointer: &str) -> Option<Option<Value>> {
        let shown = self.shown.lock().unwrap();
        let ancestors = std::iter::successors(Some(pointer), |at| at.rsplit_once('/').map(|(parent, _)| parent));
        for at in ancestors.filter(|at| !at.is_empty()) {
            if let Some(before) = shown.get(&(offer.to_owned(), at.to_owned())) {
                return Some(before.as_ref().and_then(|before| before.pointer(&pointer[at.len()..])).cloned());
            }
        }
        None
    }

    fn has_changed_something(&self) -> bool {
        !self.written.lock().unwrap().is_empty() || !self.acted.lock().unwrap().is_empty()
    }

    /// What it last looked at of an offer.
    pub(crate) fn look(&self, offer: &str) -> Look {
        self.looks.lock().unwrap().get(offer).cloned().unwrap_or_default()
    }

    /// A write was sent: what did it send, and what did it change so far?
    pub(crate) fn note_write(
        &self,
        offer: &str,
        sent: Option<&Value>,
        (before, after): (Option<&Value>, Option<&Value>),
    ) {
        let at = |document: Option<&Value>, pointer: &str| document.and_then(|it| it.pointer(pointer)).cloned();
        let differing = |other: Option<&Value>| -> BTreeSet<String> {
            let pointers = Vocabulary::of(self.commit.cast.api(offer)).managed().into_iter();
            pointers.filter(|pointer| at(before, pointer) != at(other, pointer)).collect()
        };
        self.asked.lock().unwrap().push(Asked {
            offer: offer.to_owned(),
            deed: Deed::Write,
            status: None,
            failed: false,
            changed: differing(after),
            sent: differing(sent),
        });
    }

    /// A publish, go-live or cancel was sent.
    pub(crate) fn note_step(&self, offer: &str, deed: Deed) {
        let (changed, sent) = (BTreeSet::new(), BTreeSet::new());
        let asked = Asked { offer: offer.to_owned(), deed, status: None, failed: false, changed, sent };
        self.asked.lock().unwrap().push(asked);
    }

    /// A write changed declared fields, after it was accepted.
    pub(crate) fn note_changes(&self, index: usize, changed: BTreeSet<String>) {
        if let Some(asked) = self.asked.lock().unwrap().get_mut(index) {
            let managed = Vocabulary::of(self.commit.cast.api(&asked.offer)).managed();
            asked.changed.extend(changed.into_iter().filter(|pointer| managed.contains(pointer)));
        }
    }

    /// A request that was accepted could not be carried out.
    pub(crate) fn note_failure(&self, index: usize) {
        if let Some(asked) = self.asked.lock().unwrap().get_mut(index) {
            asked.failed = true;
        }
    }

    /// What came back for request number `index` of those that change something.
    pub(crate) fn note_answer(&self, index: usize, reply: &Reply) {
        let mut reply = reply;
        while let Reply::Delay(_, inner) = reply {
            reply = inner;
        }
        if let (Reply::Answer(answer), Some(asked)) = (reply, self.asked.lock().unwrap().get_mut(index)) {
            asked.status = Some(answer.status().as_u16());
        }
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
    /// Whether the files are not as committed.
    pub(crate) dirty: bool,
    pub(crate) memory: Arc<Memory>,
    pub(crate) sabotage: Sabotage,
}

/// Runs apply to its end, or to the end of its process.
pub(crate) async fn run(world: Arc<World>, process: Arc<Process>, checkout: Checkout) -> Ending {
    world.tell(format!("{} begins with commit {}: {:?}", process.name, process.commit.number, process.run));
    *process.memory.lock().unwrap() = Some(Arc::clone(&checkout.memory));
    let began = (world.moment(), world.clock.now());
    let counts: BTreeMap<String, usize> = (checkout.commit.offers.keys().map(|id| format!("contoso/{id}")))
        .map(|offer| (offer.clone(), world.release_count(&offer)))
        .collect();
    let ending = tokio::select! {
        biased;
        () = process.died.notified() => Ending::Killed,
        ending = apply(Arc::clone(&world), Arc::clone(&process), checkout) => ending,
    };
    world.look();
    requests_are_bounded(&world, &process, began.1);
    match &ending {
        Ending::Reported(report) => {
            promises::the_report_is_true(&world, &process, report, began.0);
            requests::the_report_says_what_was_asked(&world, &process, report);
            let since = Since { moment: began.0, releases: &counts };
            releases::the_report_is_true(&world, &process, report, since);
        }
        Ending::Stepped(steps) => requests::the_steps_say_what_was_asked(&world, &process, steps),
        Ending::Refused | Ending::Unread | Ending::Idle if process.has_changed_something() => {
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
    let looks = u32::try_from(took.as_secs() / process.run.wait_limits.longest_pause.as_secs()).unwrap();
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
                let remarks: Vec<String> =
                    offer.remarks.iter().map(|remark| format!(" [{:?} {}]", remark.kind, remark.path)).collect();
                format!("{} {:?}{}{}", offer.address, offer.outcome, remarks.concat(), steps.concat())
            });
            offers.collect::<Vec<_>>().join("; ")
        }
        other => format!("{other:?}"),
    }
}

async fn apply(world: Arc<World>, process: Arc<Process>, checkout: Checkout) -> Ending {
    if let Some(step) = process.step {
        return by_hand::carry_out(world, process, checkout, step).await;
    }
    let client = client(&world, &process, &checkout);
    *process.known.lock().unwrap() = known(&process.run, &checkout);
    let planner = Arc::new(planner(&process.run, &checkout));
    let planning = reconcile::plan(Arc::clone(&planner), client.reader(), 2, Arc::new(Silent)).await;
    promises::nothing_secret_is_in(&world, &human(&planning.plan));
    if !planning.failures.is_empty() {
        return Ending::Unread;
    }
    let plan = if process.run.overwrite { plan::overwrite_conflicts(planning.plan) } else { planning.plan };
    let allowances = if process.run.allows { allowances(&plan) } else { Vec::new() };
    *process.shown.lock().unwrap() = shown(&plan);
    let approved = match plan::approve(plan, &allowances) {
        Ok(approved) => approved,
        Err(refused) => {
            world.tell(format!("{} refuses: {refused:?}", process.name));
            return Ending::Refused;
        }
    };
    // Somebody reads the plan before he says yes.
    world.clock.advance(Duration::from_mins(1));
    if process.run.edits > 0 {
        world.edit();
    }
    if process.run.releases_by_others > 0 {
        world.hand();
    }
    let clock = clock(&world, &process);
    let applying = Applying {
        planner,
        client,
        secrets: Arc::new(TheSecret),
        parallelism: 2,
        progress: Arc::new(Silent),
        interrupt: Interrupt::default(),
        clock,
        following: process.run.following,
        wait_limits: process.run.wait_limits,
        notify: vec!["simulation@contoso.example".to_owned()],
    };
    let started = world.clock.now();
    let mut offers = reconcile::apply(Arc::new(applying), &approved).await;
    if checkout.sabotage == Sabotage::LyingReport {
        offers.iter_mut().for_each(sabotage::lie);
    }
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
    let changes = plan.offers().iter().flat_map(|offer| offer.changes().iter().map(move |planned| (offer, planned)));
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
    plan.offers()
        .iter()
        .flat_map(offerform::plan::OfferPlan::guards)
        .map(|guard| guard.name().parse().unwrap())
        .collect()
}

pub(crate) fn client(world: &Arc<World>, process: &Arc<Process>, checkout: &Checkout) -> Arc<dyn Writer> {
    let sabotage = checkout.sabotage;
    let wire: Arc<dyn Transport> =
        Arc::new(Wire { world: Arc::clone(world), process: Arc::clone(process), sabotage, drafts: Mutex::default() });
    let clock = clock(world, process);
    let token = Arc::new(StaticToken::new("simulation").unwrap());
    let endpoint = "https://cloudpartner.azure.com".parse().unwrap();
    let client = Client::new(Connection::new(
        endpoint,
        Arc::clone(&wire),
        Arc::<StaticToken>::clone(&token),
        Arc::clone(&clock),
    ));
    let portal: Arc<dyn Writer> = Arc::new(PortalWriter::new(client));
    if world.cast == Cast::Portal {
        return portal;
    }
    let endpoint = ingestion::Endpoint::default();
    let http = Connection::new(endpoint.origin().clone(), wire, token, clock);
    let ledger: Arc<dyn Ledger> = Arc::<Memory>::clone(&checkout.memory);
    let connection = ingestion::Connection { endpoint, http, pins: Pins::default(), ledger, cache: Arc::new(NoLedger) };
    Arc::new(WriterRouter { portal, ingestion: Arc::new(IngestionWriter::new(connection)), default: Api::default() })
}

pub(crate) fn planner(run: &Run, checkout: &Checkout) -> Planner {
    let (wanted, sources) = load(&checkout.commit);
    let base = match (&checkout.before, run.base) {
        (Some(before), Base::Known) => reconcile::Base::At {
            commit: plan::BaseCommit { commit: format!("{:040}", before.number), no_longer_managed: Vec::new() },
            desired: Arc::new(load(before).0.into_iter().map(|offer| (offer.address.clone(), offer)).collect()),
            earlier: Arc::new((0..=before.number).map(|number| format!("{number:040}")).collect()),
        },
        _ => reconcile::Base::Unknown,
    };
    let ignores_base = checkout.sabotage == Sabotage::IgnoredBase;
    let memory = if ignores_base { Arc::new(Memory::empty("simulation")) } else { Arc::clone(&checkout.memory) };
    let ignores_fork = ignores_base || checkout.sabotage == Sabotage::BehindIsWritten && run.tree == Tree::Branch;
    let base = if ignores_fork { reconcile::Base::Unknown } else { base };
    let findings =
        if checkout.sabotage == Sabotage::NoRules { BTreeMap::new() } else { findings(&checkout.commit, &wanted) };
    let on_drift = if run.overwrite { OnDrift::Revert } else { OnDrift::Keep };
    let on_conflict = if run.overwrite { OnConflict::Overwrite } else { OnConflict::Refuse };
    Planner {
        desired: wanted,
        sources,
        secrets: Arc::new(TheSecret),
        artifacts: Arc::default(),
        memory,
        base,
        policy: Policy { on_conflict, on_drift, release: run.release_request, ..Policy::default() },
        recording: Some(plan::Checkout {
            commit: Some(format!("{:040}", checkout.commit.number)),
            dirty: checkout.dirty,
        }),
        findings,
    }
}

/// What the one rule finds that stories break.
fn findings(commit: &Commit, wanted: &[Arc<desired::Desired>]) -> BTreeMap<OfferAddress, Vec<Finding>> {
    if !commit.is_wrong() {
        return BTreeMap::new();
    }
    let circumstances = Circumstances { now: Timestamp::UNIX_EPOCH, secrets: &TheSecret };
    let found = wanted.iter().map(|offer| {
        let mut findings = rules::findings(offer, circumstances);
        findings.retain(|finding| ["title-length", "lifecycle-state-enum"].contains(&finding.rule.id));
        (offer.address.clone(), findings)
    });
    found.collect()
}

/// The offers of which a run can tell edits in the portal.
pub(crate) fn known(run: &Run, checkout: &Checkout) -> BTreeSet<String> {
    let address = |id: &String| checkout.commit.cast.address(id);
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

pub(crate) fn clock(world: &World, process: &Process) -> Arc<dyn Clock> {
    Arc::new(Jumped { world: Arc::clone(&world.clock), by: process.run.clock_jump })
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
pub(crate) struct TheSecret;

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
