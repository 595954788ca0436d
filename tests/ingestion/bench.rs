//! The shipped products, a client of the Product Ingestion API and an engine in one process, on a clock that moves by sleeping.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use offerform::api::{self, Transport, TransportError};
use offerform::apply::{Outcome, Report, Silent};
use offerform::auth::StaticToken;
use offerform::backend::{Ledger, NoLedger, Reader, Requests, Writer};
use offerform::clock::Clock;
use offerform::import::{Import, Manner, Sharing, import};
use offerform::ingestion::{Connection, IngestionReader, IngestionWriter, Pins};
use offerform::offer::{Api, OfferAddress};
use offerform::plan::{self, Allowance, OfferPlan, Plan, ReleaseRequest};
use offerform::reconcile::{self, Applying, Following, Interrupt, Memory, Planner, WaitLimits};
use offerform::simulator::ingestion::Dialect;
use offerform::simulator::{FaultRule, Pace, Reply, Service, seed};
use offerform::source::MemoryTree;
use serde_json::{Value, json};

use crate::clock::JumpingClock;
use crate::engine::{self, Variables};
use crate::in_process;

/// Where schemas are.
pub(crate) const SCHEMAS: &str = "https://schema.mp.microsoft.com/schema";

/// The shipped products: a container, a virtual machine, core virtual machines and a SaaS offer.
pub(crate) const PRODUCTS: [&str; 4] = ["image-scanner", "firewall", "linux-images", "policy-console"];

/// What somebody does in the portal.
pub(crate) type Act = fn(&mut Service);

/// What happens before a read of a tree, and how many reads come before.
type BeforeRead = Arc<Mutex<Option<(usize, Act)>>>;

/// The simulator without a network. What the network would lose is lost.
#[derive(Debug)]
struct InProcess {
    service: Arc<Mutex<Service>>,
    clock: Arc<JumpingClock>,
    bodies: Arc<Mutex<Vec<Value>>>,
    paths: Arc<Mutex<Vec<String>>>,
    before_post: Arc<Mutex<Option<Act>>>,
    before_read: BeforeRead,
}

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        assert_eq!(request.uri().host(), Some("graph.microsoft.com"), "the token goes to one host");
        self.paths.lock().unwrap().push(format!("{} {}", request.method(), request.uri().path()));
        if request.method() == Method::POST && request.uri().path().ends_with("/configure") {
            self.bodies.lock().unwrap().push(serde_json::from_slice(request.body()).unwrap());
            if let Some(act) = self.before_post.lock().unwrap().take() {
                act(&mut self.service.lock().unwrap());
            }
        }
        let is_read = request.uri().path().contains("/resource-tree/");
        let act = self.before_read.lock().unwrap().as_mut().and_then(|(left, act)| {
            *left -= usize::from(is_read);
            (*left == 0).then_some(*act)
        });
        if let Some(act) = act {
            *self.before_read.lock().unwrap() = None;
            act(&mut self.service.lock().unwrap());
            // What somebody else sent is carried out.
            *self.clock.now.lock().unwrap() += Duration::from_mins(10);
        }
        let reply = self.service.lock().unwrap().handle(&request);
        in_process::deliver(reply, &*self.clock).await
    }
}

/// The service and the engine that works on it.
pub(crate) struct Bench {
    service: Arc<Mutex<Service>>,
    connection: Connection,
    clock: Arc<JumpingClock>,
    bodies: Arc<Mutex<Vec<Value>>>,
    paths: Arc<Mutex<Vec<String>>>,
    before_post: Arc<Mutex<Option<Act>>>,
    before_read: BeforeRead,
    secrets: Arc<Variables>,
    pub(crate) memory: Arc<Memory>,
    pub(crate) following: Following,
    pub(crate) release_request: ReleaseRequest,
}

impl Bench {
    /// The shipped products at the pace of the real service.
    pub(crate) fn new() -> Self {
        Self::speaking(Dialect::default())
    }

    pub(crate) fn speaking(dialect: Dialect) -> Self {
        let clock = JumpingClock::starting_at("2030-01-01T00:00:00Z".parse().unwrap());
        let shared: Arc<dyn Clock> = Arc::<JumpingClock>::clone(&clock);
        let portal = offerform::simulator::Dialect::default();
        let mut service = Service::new(Arc::clone(&shared), portal, 7).with_pace(Pace::real());
        seed::fill(&mut service).unwrap();
        service.ingestion_mut().set_dialect(dialect);
        let service = Arc::new(Mutex::new(service));
        let (bodies, paths, before_post) = (Arc::default(), Arc::default(), Arc::default());
        let before_read = BeforeRead::default();
        let transport = InProcess {
            service: Arc::clone(&service),
            clock: Arc::clone(&clock),
            bodies: Arc::clone(&bodies),
            paths: Arc::clone(&paths),
            before_post: Arc::clone(&before_post),
            before_read: Arc::clone(&before_read),
        };
        let token = Arc::new(StaticToken::new("scenario").unwrap());
        let endpoint = offerform::ingestion::Endpoint::default();
        let mut http = api::Connection::new(endpoint.origin().clone(), Arc::new(transport), token, shared);
        http.log = Arc::new(Requests::default());
        let memory = Arc::new(Memory::empty("scenario"));
        let ledger: Arc<dyn Ledger> = Arc::<Memory>::clone(&memory);
        let connection = Connection { endpoint, http, pins: Pins::default(), ledger, cache: Arc::new(NoLedger) };
        Self {
            service,
            connection,
            clock,
            bodies,
            paths,
            before_post,
            before_read,
            secrets: Arc::default(),
            memory,
            following: Following::ToTheEnd,
            release_request: ReleaseRequest::default(),
        }
    }

    pub(crate) fn service(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap()
    }

    pub(crate) fn reader(&self) -> Arc<dyn Reader> {
        Arc::new(IngestionReader::new(self.connection.clone()))
    }

    fn writer(&self) -> Arc<dyn Writer> {
        Arc::new(IngestionWriter::new(self.connection.clone()))
    }

    /// Another process, with or without the record of the one before.
    pub(crate) fn restart(&mut self, keeps_record: bool) {
        if !keeps_record {
            self.memory = Arc::new(Memory::empty("scenario"));
            self.connection.ledger = Arc::<Memory>::clone(&self.memory) as _;
        }
    }

    pub(crate) fn secret(&self, name: &str, value: &str) {
        self.secrets.set(name, value);
    }

    /// Somebody does something just before the next write is handled.
    pub(crate) fn before_next_write(&self, act: Act) {
        *self.before_post.lock().unwrap() = Some(act);
    }

    /// Somebody does something just before the `nth` read of a tree from now.
    pub(crate) fn before_read(&self, nth: usize, act: Act) {
        *self.before_read.lock().unwrap() = Some((nth, act));
    }

    pub(crate) fn faults(&self, rules: Vec<FaultRule>) {
        self.service().set_faults(rules);
    }

    pub(crate) fn all_faults_fired(&self) -> bool {
        self.service().faults().is_empty()
    }

    /// The bodies of all writes so far.
    pub(crate) fn writes(&self) -> Vec<Value> {
        self.bodies.lock().unwrap().clone()
    }

    /// How many of the writes were submissions.
    pub(crate) fn submissions(&self) -> usize {
        let is_submission = |body: &&Value| resource_types(body) == ["submission"];
        self.writes().iter().filter(is_submission).count()
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.paths.lock().unwrap().clone()
    }

    pub(crate) fn forget_requests(&self) {
        self.paths.lock().unwrap().clear();
        self.bodies.lock().unwrap().clear();
    }

    /// How long the engine waited so far.
    pub(crate) fn slept(&self) -> Duration {
        self.clock.slept().iter().sum()
    }

    pub(crate) fn wait(&self, duration: Duration) {
        *self.clock.now.lock().unwrap() += duration;
    }

    /// What another client gets.
    pub(crate) fn get(&self, path: &str) -> Value {
        let (status, body) = call(&mut self.service(), "GET", path, "");
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// The resource of a type that a product or one of its plans has, as another client reads it.
    pub(crate) fn resource(&self, product: &str, kind: &str, plan: Option<&str>) -> Value {
        resource_of(&mut self.service(), product, kind, plan)
    }

    /// Another client changes a resource, and its job ends.
    pub(crate) fn edit(&self, product: &str, kind: &str, plan: Option<&str>, edit: impl FnOnce(&mut Value)) {
        edit_as_another_client(&mut self.service(), product, kind, plan, edit);
        self.wait(Duration::from_mins(10));
    }

    /// Reads products and writes them to files.
    pub(crate) async fn import(&self, products: &[&str]) -> Import {
        let mut offers = Vec::new();
        for product in products {
            let address = OfferAddress::new("contoso", *product).through(Api::ProductIngestion);
            offers.push((address.clone(), self.reader().draft(&address).await.unwrap().unwrap().document));
        }
        let found = import(&offers, Manner { schema: "offer.schema.json", sharing: Sharing::Apart });
        assert!(found.refused.is_empty(), "{:?}", found.refused);
        for variable in found.offers.iter().flat_map(|offer| &offer.variables) {
            let value = variable.value.as_ref().map_or("a secret", |value| value.expose());
            self.secret(&variable.name, value);
        }
        found
    }

    fn planner(&self, files: &BTreeMap<String, String>) -> Planner {
        let tree = files.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(path, text.as_str()));
        let selected: Vec<String> = files.keys().filter(|path| !path.contains('/')).cloned().collect();
        engine::planner(&tree, &selected, &self.secrets, &self.memory, self.release_request)
    }

    /// Plans; every offer has to be readable.
    pub(crate) async fn plan(&self, files: &BTreeMap<String, String>) -> Plan {
        let planner = Arc::new(self.planner(files));
        let planning = reconcile::plan(planner, self.reader(), 4, Arc::new(Silent)).await;
        assert_eq!(planning.failures, []);
        planning.plan
    }

    /// Plans and applies, unless the plan is refused.
    pub(crate) async fn try_apply(&self, files: &BTreeMap<String, String>) -> Option<Report> {
        let plan = self.plan(files).await;
        plan::approve(plan.clone(), &[]).ok()?;
        Some(self.carry_out(files, plan, &[]).await)
    }

    /// Plans and applies.
    pub(crate) async fn apply(&self, files: &BTreeMap<String, String>) -> Report {
        self.apply_allowing(files, &[]).await
    }

    pub(crate) async fn apply_allowing(&self, files: &BTreeMap<String, String>, allow: &[Allowance]) -> Report {
        let plan = self.plan(files).await;
        self.carry_out(files, plan, allow).await
    }

    /// Carries out a plan; guards have to be allowed before.
    pub(crate) async fn carry_out(&self, files: &BTreeMap<String, String>, plan: Plan, allow: &[Allowance]) -> Report {
        let approved = plan::approve(plan, allow).unwrap();
        let applying = Applying {
            planner: Arc::new(self.planner(files)),
            client: self.writer(),
            secrets: Arc::<Variables>::clone(&self.secrets),
            parallelism: 4,
            progress: Arc::new(Silent),
            interrupt: Interrupt::default(),
            clock: Arc::<JumpingClock>::clone(&self.clock),
            following: self.following,
            wait_limits: WaitLimits::default(),
            notify: Vec::new(),
        };
        let offers = reconcile::apply(Arc::new(applying), &approved).await;
        engine::report(self.clock.now(), approved.plan(), false, offers)
    }

    /// Ten more plans show nothing to do. The service gives another order and other signatures each time.
    pub(crate) async fn is_silent(&self, files: &BTreeMap<String, String>) {
        for _ in 0..10 {
            let plan = self.plan(files).await;
            assert!(plan.is_empty(), "{:#?}", plan.offers().iter().map(changes).collect::<Vec<_>>());
        }
    }
}

/// `operation path` of everything that will be written.
pub(crate) fn changes(offer: &OfferPlan) -> Vec<String> {
    let determined = offer.changes().iter().map(|planned| &planned.change).filter(|change| change.is_determined());
    determined.map(|change| format!("{:?} {}", change.operation, change.identity)).collect()
}

pub(crate) fn outcomes(report: &Report) -> Vec<&Outcome> {
    report.offers.iter().map(|offer| &offer.outcome).collect()
}

/// The types of the resources that a write contains.
pub(crate) fn resource_types(body: &Value) -> Vec<String> {
    let resources = body["resources"].as_array().unwrap();
    let kind = |resource: &Value| {
        let schema = resource["$schema"].as_str().unwrap().strip_prefix(SCHEMAS).expect("the new host of schemas");
        schema.split('/').nth(1).unwrap().to_owned()
    };
    resources.iter().map(kind).collect()
}

/// A request of another client to the service itself.
pub(crate) fn call(service: &mut Service, method: &str, path: &str, body: &str) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(format!(
            "/rp/product-ingestion/{path}{}$version=2026-04-01-preview1",
            if path.contains('?') { "&" } else { "?" }
        ))
        .header("authorization", "Bearer another")
        .body(Bytes::from(body.to_owned()))
        .unwrap();
    let Reply::Answer(answer) = service.handle(&request) else { panic!("{method} {path}: no answer") };
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
}

fn resource_of(service: &mut Service, product: &str, kind: &str, plan: Option<&str>) -> Value {
    let product = call(service, "GET", &format!("product?externalId={product}"), "").1["value"][0]["id"].clone();
    let guid = product.as_str().unwrap().strip_prefix("product/").unwrap();
    let tree = call(service, "GET", &format!("resource-tree/product/{guid}"), "").1;
    let resources = tree["resources"].as_array().unwrap();
    let is_of = |resource: &&Value, kind: &str| resource["$schema"].as_str().unwrap().contains(&format!("/{kind}/"));
    let plan = plan.map(|plan| {
        let found = resources.iter().find(|one| is_of(one, "plan") && one["identity"]["externalId"] == plan);
        found.unwrap()["id"].clone()
    });
    let fits = |resource: &&Value| {
        let is_plan = kind == "plan" && plan.as_ref() == Some(&resource["id"]);
        is_of(resource, kind) && (is_plan || plan.is_none() || plan.as_ref() == Some(&resource["plan"]))
    };
    resources.iter().find(fits).unwrap_or_else(|| panic!("no {kind}: {tree}")).clone()
}

/// Another client reads a resource, changes it and sends it.
pub(crate) fn edit_as_another_client(
    service: &mut Service,
    product: &str,
    kind: &str,
    plan: Option<&str>,
    edit: impl FnOnce(&mut Value),
) {
    let mut resource = resource_of(service, product, kind, plan);
    let schema = resource["$schema"].as_str().unwrap().trim().to_owned();
    let version = schema.rsplit('/').next().unwrap();
    resource["$schema"] = json!(format!("{SCHEMAS}/{kind}/{version}"));
    if plan.is_some() && kind != "plan" {
        resource.as_object_mut().unwrap().shift_remove("id");
    }
    resource.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    edit(&mut resource);
    let body = json!({"$schema": format!("{SCHEMAS}/configure/2022-03-01-preview2"), "resources": [resource]});
    let (status, answer) = call(service, "POST", "configure", &body.to_string());
    assert_eq!(status, 202, "{answer}");
}
