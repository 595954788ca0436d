//! A portal, a client and an engine in one process, on a clock that moves by sleeping.
//!
//! The bench keeps every document that was PUT, and after every run looks at the simulator's own log: `If-Match: *` may be
//! there only if the portal names no revision.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use jiff::Timestamp;
use offerform::api::{Client, Connection, Endpoint, HttpTransport, Limits, Transport, TransportError};
use offerform::apply::{Outcome, RemarkKind, Report, Silent, Verdict};
use offerform::auth::StaticToken;
use offerform::backend::{OperationKind, OperationName};
use offerform::backend::{Requests, Writer};
use offerform::clock::Clock;
use offerform::offer::{OfferAddress, Slot};
use offerform::plan::{self, Allowance, OfferPlan, Plan, ReleaseRequest};
use offerform::portal::PortalWriter;
use offerform::reconcile::{
    self, Applying, Cancelled, Following, Interrupt, Memory, Planner, Planning, Releasing, WaitLimits, Watching,
};
use offerform::simulator::http_server;
use offerform::simulator::{
    Dialect, Edit, EtagPlace, Fault, FaultRule, IfMatch, LogEntry, Pace, Rewrites, SeedOffer, Service, When,
};
use offerform::source::MemoryTree;
use serde_json::{Value, json};

use crate::clock::JumpingClock;
use crate::engine::{self, Variables};
use crate::in_process;

/// The offer most scenarios are about.
pub(crate) const FIREWALL: &str = "contoso/firewall";

/// What git says of it: the summary differs from what the portal has, and nothing else.
pub(crate) const DECLARED: &str = "\
publisherId: contoso
id: firewall
offerTypeId: microsoft-azure-virtualmachines
definition:
  displayText: Contoso Firewall
  offer:
    microsoft-azure-marketplace.title: Contoso Firewall
    microsoft-azure-marketplace.summary: The declared summary
  plans:
    - planId: standard
      regions: [US, DE]
      microsoft-azure-virtualmachines.skuTitle: Standard
";

pub(crate) const SUMMARY: &str = "/definition/offer/microsoft-azure-marketplace.summary";
pub(crate) const TITLE: &str = "/definition/offer/microsoft-azure-marketplace.title";
/// No file declares it.
pub(crate) const LONG_SUMMARY: &str = "/definition/offer/microsoft-azure-marketplace.longSummary";
/// No file and no table knows it. As a double it would be 9007199254740992.
pub(crate) const BIG_NUMBER: &str = "/definition/offer/contoso.bigNumber";

/// What the portal has.
pub(crate) fn live() -> Value {
    serde_json::from_str(
        r#"{"publisherId": "contoso", "id": "firewall", "offerTypeId": "microsoft-azure-virtualmachines", "version": 1,
        "definition": {"displayText": "Contoso Firewall",
            "offer": {"microsoft-azure-marketplace.title": "Contoso Firewall",
                "microsoft-azure-marketplace.summary": "Edited by hand",
                "microsoft-azure-marketplace.longSummary": "Written by marketing",
                "contoso.bigNumber": 9007199254740993},
            "plans": [{"planId": "standard", "regions": ["US", "DE"], "note": "kept",
                "microsoft-azure-virtualmachines.skuTitle": "Standard"}]}}"#,
    )
    .unwrap()
}

/// A PUT as it went over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Put {
    pub(crate) if_match: Option<String>,
    pub(crate) body: Value,
}

impl Put {
    pub(crate) fn at(&self, pointer: &str) -> Option<&Value> {
        self.body.pointer(pointer)
    }
}

/// What somebody does in the portal.
pub(crate) type Act = fn(&mut Service);

/// What the service does that the simulator has no fault for.
#[derive(Debug, Clone, Default)]
struct Hooks {
    /// What it secretly does to a document before it takes it.
    twist: Option<fn(&mut Value)>,
    /// How it answers every PUT.
    answer: Option<(u16, &'static str)>,
    /// Whom it tells that somebody pressed Ctrl-C, at the first PUT.
    interrupt: Option<Interrupt>,
    /// The same, at the first POST.
    interrupt_at_post: Option<Interrupt>,
    /// How many reads after a PUT show what was there before it.
    stale: usize,
    /// What somebody does in the portal right after the first request of this method and with this end of its path.
    after: Option<(&'static str, &'static str, Act)>,
}

/// The simulator without a network. What the network would lose is lost.
#[derive(Debug)]
struct InProcess {
    service: Arc<Mutex<Service>>,
    clock: Arc<JumpingClock>,
    puts: Arc<Mutex<Vec<Put>>>,
    hooks: Arc<Mutex<Hooks>>,
    /// The last answer to a read of an offer before a PUT.
    earlier: Mutex<Option<Response<Bytes>>>,
}

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if request.method() == Method::POST {
            self.hooks.lock().unwrap().interrupt_at_post.iter().for_each(Interrupt::raise);
        }
        if request.method() == Method::PUT {
            let mut body: Value = serde_json::from_slice(request.body()).unwrap();
            let if_match = request.headers().get("if-match").map(|value| value.to_str().unwrap().to_owned());
            self.puts.lock().unwrap().push(Put { if_match, body: body.clone() });
            let hooks = self.hooks.lock().unwrap().clone();
            hooks.interrupt.iter().for_each(Interrupt::raise);
            if let Some((status, text)) = hooks.answer {
                return Ok(Response::builder().status(status).body(Bytes::from(text)).unwrap());
            }
            if let Some(twist) = hooks.twist {
                twist(&mut body);
                *request.body_mut() = Bytes::from(body.to_string());
            }
        }
        let is_read = request.method() == Method::GET && request.uri().path().ends_with("/offers/firewall");
        if is_read && !self.puts.lock().unwrap().is_empty() {
            let mut hooks = self.hooks.lock().unwrap();
            if let Some(earlier) = self.earlier.lock().unwrap().clone().filter(|_| hooks.stale > 0) {
                hooks.stale -= 1;
                return Ok(earlier);
            }
        }
        let reply = self.service.lock().unwrap().handle(&request);
        let fits = |(method, path, _): &mut (&str, &str, _)| {
            request.method().as_str() == *method && request.uri().path().ends_with(*path)
        };
        let after = self.hooks.lock().unwrap().after.take_if(fits);
        if let Some((.., act)) = after {
            act(&mut self.service.lock().unwrap());
        }
        let answer = in_process::deliver(reply, &*self.clock).await?;
        if is_read && self.puts.lock().unwrap().is_empty() {
            *self.earlier.lock().unwrap() = Some(answer.clone());
        }
        Ok(answer)
    }
}

/// The portal and the engine that works on it.
pub(crate) struct Bench {
    service: Arc<Mutex<Service>>,
    client: Client,
    puts: Arc<Mutex<Vec<Put>>>,
    hooks: Arc<Mutex<Hooks>>,
    clock: Arc<JumpingClock>,
    secrets: Arc<Variables>,
    pub(crate) memory: Arc<Memory>,
    pub(crate) interrupt: Interrupt,
    pub(crate) following: Following,
    pub(crate) wait_limits: WaitLimits,
    pub(crate) release_request: ReleaseRequest,
}

impl Bench {
    /// A portal that takes everything as it is given, with the one offer in it.
    pub(crate) fn new() -> Self {
        Self::playing(Dialect::default(), Rewrites::none())
    }

    pub(crate) fn playing(dialect: Dialect, rewrites: Rewrites) -> Self {
        let bench = Self::empty(dialect, rewrites);
        bench.has(live());
        bench
    }

    /// A portal without offers.
    pub(crate) fn empty(dialect: Dialect, rewrites: Rewrites) -> Self {
        let clock = JumpingClock::starting_at("2030-01-01T00:00:00Z".parse().unwrap());
        let shared: Arc<dyn Clock> = Arc::<JumpingClock>::clone(&clock);
        let mut service = Service::new(Arc::clone(&shared), dialect, 1).with_rewrites(rewrites);
        service.add_publisher(json!({"id": "contoso", "definition": {"displayText": "Contoso"}}));
        let service = Arc::new(Mutex::new(service));
        let (puts, hooks) = (Arc::default(), Arc::default());
        let transport = InProcess {
            service: Arc::clone(&service),
            clock: Arc::clone(&clock),
            puts: Arc::clone(&puts),
            hooks: Arc::clone(&hooks),
            earlier: Mutex::default(),
        };
        let endpoint = "https://cloudpartner.azure.com".parse().unwrap();
        let token = Arc::new(StaticToken::new("scenario").unwrap());
        let mut connection = Connection::new(endpoint, Arc::new(transport), token, shared);
        connection.log = Arc::new(Requests::default());
        Self {
            service,
            client: Client::new(connection),
            puts,
            hooks,
            clock,
            secrets: Arc::default(),
            memory: Arc::new(Memory::empty("scenario")),
            interrupt: Interrupt::default(),
            following: Following::Return,
            wait_limits: WaitLimits::default(),
            release_request: ReleaseRequest::default(),
        }
    }

    /// The same, over a port of this machine: what the wire does to requests and answers is part of it.
    pub(crate) async fn over_http(dialect: Dialect) -> Self {
        let mut bench = Self::empty(dialect, Rewrites::none());
        let listener = http_server::listen(([127, 0, 0, 1], 0).into()).await.unwrap();
        let endpoint: Endpoint = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let shared: Arc<dyn Clock> = Arc::<JumpingClock>::clone(&bench.clock);
        let server =
            http_server::serve(Arc::clone(&bench.service), listener, Arc::clone(&shared), std::future::pending());
        tokio::spawn(server);
        let transport = HttpTransport::new(&endpoint, Limits::default()).unwrap();
        let token = Arc::new(StaticToken::new("scenario").unwrap());
        bench.client = Client::new(Connection::new(endpoint, Arc::new(transport), token, shared));
        bench
    }

    pub(crate) fn service(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap()
    }

    /// Puts an offer into the portal.
    pub(crate) fn has(&self, draft: Value) {
        let seed = SeedOffer { draft, preview: None, production: None, changed_by: "a test".to_owned() };
        self.service().add_offer(seed).unwrap();
    }

    /// An offer that customers have as it is.
    pub(crate) fn sells(&self, draft: Value) {
        let production = Some(draft.clone());
        let seed = SeedOffer { draft, preview: None, production, changed_by: "a test".to_owned() };
        self.service().add_offer(seed).unwrap();
    }

    pub(crate) fn secret(&self, name: &str, value: &str) {
        self.secrets.set(name, value);
    }

    /// Has the service do something to what it is given that nobody told us.
    pub(crate) fn twist(&self, twist: fn(&mut Value)) {
        self.hooks.lock().unwrap().twist = Some(twist);
    }

    /// Has the service answer every PUT like this, whatever it says.
    pub(crate) fn answer_puts_with(&self, status: u16, body: &'static str) {
        self.hooks.lock().unwrap().answer = Some((status, body));
    }

    /// Has the first `count` reads after a PUT show what was there before it.
    pub(crate) fn shows_writes_after(&self, count: usize) {
        self.hooks.lock().unwrap().stale = count;
    }

    /// Somebody presses Ctrl-C while the first PUT is on its way.
    pub(crate) fn is_interrupted_at_the_first_put(&self) {
        self.hooks.lock().unwrap().interrupt = Some(self.interrupt.clone());
    }

    /// Somebody presses Ctrl-C while the first POST is on its way.
    pub(crate) fn interrupt_at_first_post(&self) {
        self.hooks.lock().unwrap().interrupt_at_post = Some(self.interrupt.clone());
    }

    /// Somebody does something in the portal right after the first request of this method and with this end of its path.
    pub(crate) fn after_first(&self, method: &'static str, path: &'static str, act: Act) {
        self.hooks.lock().unwrap().after = Some((method, path, act));
    }

    pub(crate) fn forget_secrets(&self) {
        self.secrets.0.lock().unwrap().clear();
    }

    /// What goes wrong from now on.
    pub(crate) fn faults(&self, rules: Vec<FaultRule>) {
        self.service().set_faults(rules);
    }

    /// Whether every fault came about: otherwise the test shows nothing.
    pub(crate) fn all_faults_fired(&self) -> bool {
        self.service().faults().is_empty()
    }

    /// Loses the record.
    pub(crate) fn forget(&mut self) {
        self.memory = Arc::new(Memory::empty("scenario"));
    }

    /// Somebody edits the offer in the portal.
    pub(crate) fn edit(&self, pointer: &str, value: Value) {
        self.service().edit(FIREWALL, &Edit::Set { pointer: pointer.to_owned(), value }).unwrap();
    }

    /// The draft as the portal shows it.
    pub(crate) fn document(&self) -> Value {
        self.service().document(FIREWALL).unwrap()
    }

    pub(crate) fn at(&self, pointer: &str) -> Value {
        self.document().pointer(pointer).cloned().unwrap_or_default()
    }

    pub(crate) fn puts(&self) -> Vec<Put> {
        self.puts.lock().unwrap().clone()
    }

    pub(crate) fn slept(&self) -> Duration {
        self.clock.slept().iter().sum()
    }

    pub(crate) fn log(&self) -> Vec<LogEntry> {
        self.service().log().cloned().collect()
    }

    fn planner(&self, manifest: &str) -> Planner {
        let tree = MemoryTree::default().with("offers.yaml", manifest);
        engine::planner(&tree, &["offers.yaml".to_owned()], &self.secrets, &self.memory, self.release_request)
    }

    pub(crate) async fn planning(&self, manifest: &str) -> Planning {
        let planner = Arc::new(self.planner(manifest));
        reconcile::plan(planner, self.writer().reader(), 4, Arc::new(Silent)).await
    }

    /// Plans; every offer has to be readable.
    pub(crate) async fn plan(&self, manifest: &str) -> Plan {
        let planning = self.planning(manifest).await;
        assert_eq!(planning.failures, []);
        planning.plan
    }

    /// Carries out a plan; guards have to be allowed before.
    pub(crate) async fn run(&self, manifest: &str, plan: Plan, allow: &[Allowance]) -> Report {
        let approved = plan::approve(plan, allow).unwrap();
        let applying = Applying {
            planner: Arc::new(self.planner(manifest)),
            client: self.writer(),
            secrets: Arc::<Variables>::clone(&self.secrets),
            parallelism: 4,
            progress: Arc::new(Silent),
            interrupt: self.interrupt.clone(),
            clock: Arc::<JumpingClock>::clone(&self.clock),
            following: self.following,
            wait_limits: self.wait_limits,
            notify: vec!["team@contoso.example".to_owned()],
        };
        let offers = reconcile::apply(Arc::new(applying), &approved).await;
        let named = self.service().dialect().etag_on_get != EtagPlace::Nowhere;
        let any = self.log().iter().filter(|entry| entry.if_match == IfMatch::Any).count();
        assert!(!named || any == 0, "`If-Match: *` was sent to a portal that names revisions");
        engine::report(self.clock.now(), approved.plan(), self.interrupt.is_raised(), offers)
    }

    /// Cancels the publish of this id.
    pub(crate) async fn cancels(&self, id: &str) -> Cancelled {
        let watching = Watching {
            client: self.writer().reader(),
            clock: Arc::<JumpingClock>::clone(&self.clock),
            wait_limits: self.wait_limits,
            progress: Arc::new(Silent),
            interrupt: self.interrupt.clone(),
        };
        let (client, following) = (self.writer(), self.following);
        let releasing = Releasing { client, following, notify: Vec::new(), watching };
        let name = OperationName { id: Some(id.to_owned()), kind: Some(OperationKind::Publish) };
        releasing.cancel(&OfferAddress::new("contoso", "firewall"), &name).await
    }

    /// Plans and applies.
    pub(crate) async fn apply(&self, manifest: &str) -> Report {
        let plan = self.plan(manifest).await;
        self.run(manifest, plan, &[]).await
    }

    /// Forgets what belongs to one process: the next run is another one.
    pub(crate) fn restart(&mut self) {
        self.memory = Arc::new(Memory::empty("scenario"));
        self.interrupt = Interrupt::default();
    }

    /// Time goes by while no process runs.
    pub(crate) fn wait(&self, duration: Duration) {
        *self.clock.now.lock().unwrap() += duration;
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How fast the service releases.
    pub(crate) fn pace(&self, pace: Pace) {
        let service = std::mem::replace(
            &mut *self.service(),
            Service::new(Arc::<JumpingClock>::clone(&self.clock), Dialect::default(), 1),
        );
        *self.service() = service.with_pace(pace);
    }

    /// How many POSTs arrived at the service, by the last part of their path.
    pub(crate) fn posts(&self) -> Vec<String> {
        let log = self.log();
        let posts = log.iter().filter(|entry| entry.method == "POST");
        posts.map(|entry| entry.path.rsplit('/').next().unwrap().to_owned()).collect()
    }

    /// What stands in a slot, as the service shows it.
    pub(crate) async fn slot(&self, slot: Slot) -> Option<Value> {
        let address = OfferAddress::new("contoso", "firewall");
        let live = self.client.reading().slot(&address, slot).await.unwrap();
        live.map(|live| live.document.content().clone())
    }

    fn writer(&self) -> Arc<dyn Writer> {
        Arc::new(PortalWriter::new(self.client.clone()))
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Ten more plans show nothing to do.
    pub(crate) async fn is_silent(&self, manifest: &str) {
        for _ in 0..10 {
            let plan = self.plan(manifest).await;
            assert!(plan.is_empty(), "{:#?}", changes(&plan.offers()[0]));
        }
    }
}

/// A rule for the next request of `method`.
pub(crate) fn once(method: &str, fault: Fault) -> FaultRule {
    times(method, 1, fault)
}

pub(crate) fn times(method: &str, times: u32, fault: Fault) -> FaultRule {
    FaultRule { when: When { method: method.to_owned(), ..When::default() }, times, fault }
}

/// A rule for the `nth` request of `method` from now.
pub(crate) fn nth(method: &str, nth: u32, fault: Fault) -> FaultRule {
    FaultRule { when: When { method: method.to_owned(), path: String::new(), nth }, times: 1, fault }
}

/// Somebody sets a value of the offer just before the request is handled.
pub(crate) fn edit_between(pointer: &str, value: Value) -> Fault {
    Fault::EditBetween { offer: FIREWALL.to_owned(), edit: Edit::Set { pointer: pointer.to_owned(), value } }
}

/// `operation path` of everything that will be written.
pub(crate) fn changes(offer: &OfferPlan) -> Vec<String> {
    let determined = offer.changes().iter().map(|planned| &planned.change).filter(|change| change.is_determined());
    determined.map(|change| format!("{:?} {}", change.operation, change.identity)).collect()
}

pub(crate) fn outcome(report: &Report) -> &Outcome {
    assert_eq!(report.offers.len(), 1);
    &report.offers[0].outcome
}

pub(crate) fn remarks(report: &Report) -> Vec<(RemarkKind, &str)> {
    report.offers.iter().flat_map(|offer| &offer.remarks).map(|remark| (remark.kind, remark.path.as_str())).collect()
}

/// What `apply` would exit with.
pub(crate) fn exit(report: &Report) -> u8 {
    match report.verdict() {
        Verdict::Good => 0,
        Verdict::Bad => 1,
        Verdict::Refused => 3,
    }
}
