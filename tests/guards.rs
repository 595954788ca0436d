//! When a plan asks what customers have, and that an apply comes to the same guards as the plan it was approved as.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

#[path = "support/in_process.rs"]
mod in_process;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use offerform::api::{Client, Connection, Transport, TransportError};
use offerform::apply::{Outcome, Silent};
use offerform::auth::{self, BearerToken, Identity, Method, TokenProvider};
use offerform::backend::Production;
use offerform::clock::Clock;
use offerform::desired::{self, NoVariables};
use offerform::plan::{self, Allowance, Plan, Policy};
use offerform::portal::{PortalReader, PortalWriter};
use offerform::reconcile::{self, Applying, Base, Following, Interrupt, Memory, Planner, WaitLimits};
use offerform::secret::{NoSecrets, SecretText};
use offerform::simulator::{Dialect, Edit, Fault, FaultRule, Rewrites, Service, When, seed::SeedOffer};
use offerform::source::MemoryTree;
use serde_json::{Value, json};

#[derive(Debug)]
struct Still;

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    async fn sleep(&self, _: std::time::Duration) {}
}

#[derive(Debug)]
struct FixedToken;

#[async_trait]
impl TokenProvider for FixedToken {
    async fn token(&self) -> Result<BearerToken, auth::Error> {
        Ok(BearerToken::new(SecretText::new("token"), None))
    }

    fn invalidate(&self, _: &BearerToken) {}

    fn describe(&self) -> Identity {
        Identity::of(Method::Token)
    }
}

#[derive(Debug)]
struct InProcess(Arc<Mutex<Service>>);

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let reply = self.0.lock().unwrap().handle(&request);
        in_process::deliver(reply, &Still).await
    }
}

/// An offer with a market for each of `regions`, as it stands in a slot.
fn offer(title: &str, regions: &[&str]) -> Value {
    json!({
        "publisherId": "contoso", "id": "firewall", "offerTypeId": "microsoft-azure-virtualmachines",
        "definition": {
            "displayText": "Firewall",
            "offer": { "microsoft-azure-marketplace.title": title },
            "plans": [{ "planId": "standard", "regions": regions }],
        },
    })
}

struct World {
    service: Arc<Mutex<Service>>,
    client: Client,
}

impl World {
    /// An offer whose `preview` and `production` may be empty.
    fn with(draft: Value, preview: Option<Value>, production: Option<Value>) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(Still);
        let mut service = Service::new(Arc::clone(&clock), Dialect::default(), 1).with_rewrites(Rewrites::none());
        service.add_publisher(json!({"id": "contoso"}));
        let seed = SeedOffer { draft, preview, production, changed_by: String::new() };
        service.add_offer(seed).unwrap();
        let service = Arc::new(Mutex::new(service));
        let transport = Arc::new(InProcess(Arc::clone(&service)));
        let endpoint = "https://cloudpartner.azure.com".parse().unwrap();
        let connection = Connection::new(endpoint, transport, Arc::new(FixedToken), clock);
        Self { service, client: Client::new(connection) }
    }

    async fn plan(&self, declared: &Value) -> Plan {
        let reading = Arc::new(PortalReader::new(self.client.reading().clone()));
        let planning = reconcile::plan(Arc::new(planner(declared)), reading, 1, Arc::new(Silent)).await;
        assert!(planning.failures.is_empty(), "{:?}", planning.failures);
        planning.plan
    }

    async fn apply(&self, declared: &Value, plan: Plan, allow: &[Allowance]) -> Outcome {
        let applying = Applying {
            planner: Arc::new(planner(declared)),
            client: Arc::new(PortalWriter::new(self.client.clone())),
            secrets: Arc::new(NoSecrets),
            parallelism: 1,
            progress: Arc::new(Silent),
            interrupt: Interrupt::default(),
            clock: Arc::new(Still),
            following: Following::Return,
            wait_limits: WaitLimits::default(),
            notify: Vec::new(),
        };
        let approved = plan::approve(plan, allow).unwrap();
        reconcile::apply(Arc::new(applying), &approved).await.remove(0).outcome
    }

    /// The requests so far, without what stands before the offer.
    fn requests(&self) -> Vec<String> {
        let service = self.service.lock().unwrap();
        let log = service.log();
        log.map(|entry| format!("{} {}", entry.method, entry.path.rsplit_once("/offers/").unwrap().1)).collect()
    }

    fn edit(&self, pointer: &str, value: Value) {
        let edit = Edit::Set { pointer: pointer.to_owned(), value };
        self.service.lock().unwrap().edit("contoso/firewall", &edit).unwrap();
    }
}

fn planner(declared: &Value) -> Planner {
    let tree = MemoryTree::default().with("a.json", declared.to_string());
    let loaded = desired::load(&tree, &["a.json".to_owned()], &NoVariables);
    Planner {
        desired: loaded.desired.into_iter().map(Arc::new).collect(),
        sources: Arc::new(loaded.sources),
        secrets: Arc::new(NoSecrets),
        artifacts: Arc::default(),
        memory: Arc::new(Memory::empty("here")),
        base: Base::Unknown,
        policy: Policy::default(),
        recording: None,
        findings: BTreeMap::new(),
    }
}

fn guards(plan: &Plan) -> Vec<String> {
    plan.offers().iter().flat_map(plan::OfferPlan::guards).map(plan::Guard::name).collect()
}

const GONE: &str = "market-removal:contoso/firewall/standard/NO";

#[tokio::test]
async fn a_plan_without_a_guard_that_depends_on_it_does_not_ask_what_customers_have() {
    for (title, regions) in [("Firewall", vec!["US", "NO"]), ("New", vec!["US", "NO", "SE"])] {
        let published = offer("Firewall", &["US", "NO"]);
        let world = World::with(published.clone(), None, Some(published));
        world.plan(&offer(title, &regions)).await;
        assert_eq!(world.requests(), ["GET firewall"]);
    }
}

#[tokio::test]
async fn a_guard_that_depends_on_it_asks_once_what_customers_have() {
    let published = offer("Firewall", &["US", "NO"]);
    let world = World::with(published.clone(), None, Some(published));
    let plan = world.plan(&offer("Firewall", &["US"])).await;
    assert_eq!(guards(&plan), [GONE]);
    assert_eq!(world.requests(), ["GET firewall", "GET firewall/slot/production"]);
}

#[tokio::test]
async fn a_market_that_only_the_draft_has_may_go() {
    let draft = offer("Firewall", &["US", "NO"]);
    let world = World::with(draft, None, Some(offer("Firewall", &["US"])));
    let plan = world.plan(&offer("Firewall", &["US"])).await;
    assert_eq!(guards(&plan), [""; 0]);
}

#[tokio::test]
async fn an_empty_slot_says_that_nothing_was_published_only_if_the_status_agrees() {
    let draft = offer("Firewall", &["US", "NO"]);
    // The status tells of a publish that succeeded, and of no go-live: it may be that of the preview, or not.
    let world = World::with(draft.clone(), Some(draft.clone()), None);
    let plan = world.plan(&offer("Firewall", &["US"])).await;
    assert_eq!(guards(&plan), [GONE]);
    for (preview, requests) in [(None, 3)] {
        let world = World::with(draft.clone(), preview, None);
        let plan = world.plan(&offer("Firewall", &["US"])).await;
        assert_eq!(guards(&plan), [""; 0], "{requests}");
        let notes = plan.offers()[0]
            .notes()
            .iter()
            .map(|note| note.code)
            .filter(|code| !["incomplete", "no-base"].contains(code));
        assert_eq!(notes.collect::<Vec<_>>(), ["market-removal"], "{requests}");
        assert_eq!(world.requests().len(), requests);
    }
}

#[tokio::test]
async fn a_slot_that_cannot_be_read_stops_nothing_and_excuses_nothing() {
    let draft = offer("Firewall", &["US", "NO"]);
    let world = World::with(draft.clone(), Some(draft), None);
    let when = When { path: "*slot/production".to_owned(), ..When::default() };
    let fault: Fault = serde_json::from_value(json!({"status": {"status": 403}})).unwrap();
    world.service.lock().unwrap().set_faults(vec![FaultRule { when, times: 100, fault }]);
    let plan = world.plan(&offer("Firewall", &["US"])).await;
    assert_eq!(guards(&plan), [GONE]);
    assert_eq!(*plan.offers()[0].production(), Production::Unknown);
}

#[tokio::test]
async fn an_apply_of_an_offer_that_moved_comes_to_the_same_guards() {
    let published = offer("Firewall", &["US", "NO"]);
    let world = World::with(published.clone(), None, Some(published));
    let declared = offer("Firewall", &["US"]);
    let plan = world.plan(&declared).await;
    world.edit("/definition/displayText2", json!("an edit of something else"));
    let outcome = world.apply(&declared, plan, &[GONE.parse().unwrap()]).await;
    assert!(matches!(outcome, Outcome::Updated), "{outcome:?}");
}

#[tokio::test]
async fn an_offer_that_was_published_since_it_was_planned_is_not_written() {
    let draft = offer("Firewall", &["US", "NO"]);
    let world = World::with(draft, None, None);
    let declared = offer("Firewall", &["US"]);
    let plan = world.plan(&declared).await;
    assert_eq!(guards(&plan), [""; 0]);
    let published = offer("Firewall", &["US", "NO"]);
    let seed = SeedOffer {
        draft: offer("Firewall", &["US", "NO"]),
        preview: None,
        production: Some(published),
        changed_by: String::new(),
    };
    world.service.lock().unwrap().add_offer(seed).unwrap();
    world.edit("/definition/displayText2", json!("the revision moves"));
    let outcome = world.apply(&declared, plan, &[]).await;
    assert!(matches!(outcome, Outcome::Conflict { .. }), "{outcome:?}");
}
