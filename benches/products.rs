//! 1,000 products of the Product Ingestion API planned against the simulator over HTTP, with 50 ms for each answer: how long, and how many
//! requests, in a first run and in one that knows the ids of products.
//!
//! `cargo bench --bench products`. The simulator is another process, on the same processors. The ideal time is that of the network
//! alone: the requests of one of 32 connections, one after the other.

#![expect(clippy::unwrap_used, reason = "a benchmark: what is not as expected ends it")]
#![expect(clippy::print_stdout, reason = "it prints what it measured")]

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use offerform::api::{self, HttpTransport, Limits};
use offerform::apply::Silent;
use offerform::auth::StaticToken;
use offerform::backend::{Ledger, NoLedger, Requests};
use offerform::clock::{Clock, SystemClock};
use offerform::desired::{self, Environment};
use offerform::ingestion::{Connection, Endpoint, IngestionReader, Pins};
use offerform::plan::Policy;
use offerform::reconcile::{self, Base, Memory, Planner};
use offerform::secret::NoSecrets;
use offerform::simulator::{Dialect, Pace, Reply, Service, http_server};
use offerform::source::MemoryTree;
use serde_json::{Value, json};

const PRODUCTS: usize = 1_000;
const PLANS: usize = 24;
/// The size of a file in bytes.
const SIZE: RangeInclusive<usize> = 59_000..=62_000;
const PARALLELISM: usize = 32;
const LATENCY: Duration = Duration::from_millis(50);
const SCHEMAS: &str = "https://schema.mp.microsoft.com/schema";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    if arguments.first().is_some_and(|first| first == "serve") {
        return serve();
    }
    let mut server = Command::new(std::env::current_exe().unwrap())
        .arg("serve")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut address = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let memory = Arc::new(Memory::empty("bench"));
    let files = files();
    let size = files.values().map(String::len).sum::<usize>() / PRODUCTS;
    assert!(SIZE.contains(&size), "{size} bytes");
    println!("{PRODUCTS} files of {size} bytes; parallelism {PARALLELISM}, {} ms for each answer", LATENCY.as_millis());
    for run in ["first run", "ids known", "ids known", "ids known"] {
        let (took, requests, bytes) = runtime.block_on(plan(&files, address.trim(), &memory));
        let ideal = LATENCY * u32::try_from(requests.div_ceil(PARALLELISM)).unwrap();
        println!(
            "  {run}: {} ms to plan, {requests} requests, {:.2} times the ideal {} ms, {bytes}",
            took.as_millis(),
            took.as_secs_f64() / ideal.as_secs_f64(),
            ideal.as_millis(),
        );
    }
    drop(server.stdin.take());
    server.wait().unwrap();
}

/// The text of a plan, which makes most of the size.
fn description(product: usize, plan: usize) -> String {
    format!("Plan {plan} of product {product}. {}", "Words that a customer reads before buying it. ".repeat(48))
}

fn files() -> BTreeMap<String, String> {
    let file = |product: usize| {
        // One in ten has another title than the portal.
        let title = if product.is_multiple_of(10) { "Renamed" } else { "Title" };
        let plans: Vec<Value> = (0..PLANS)
            .map(|plan| {
                json!({"planId": format!("plan-{plan}"), "plan": {"alias": format!("Plan {plan}")},
                    "plan-listing": {"en-us": {"kind": "azureSaaS-plan", "name": format!("Plan {plan}"),
                        "summary": "A plan", "description": description(product, plan)}},
                    "price-and-availability-plan": {"visibility": "visible", "audience": "public", "markets": ["us", "de"]}})
            })
            .collect();
        let document = json!({"api": "product-ingestion", "publisherId": "contoso", "id": format!("product-{product}"),
            "type": "softwareAsAService", "resources": {"product": {"alias": format!("Product {product}")},
            "listing": {"en-us": {"kind": "azureSaaS", "title": title}}, "plans": plans}});
        (format!("product-{product}.json"), document.to_string())
    };
    (0..PRODUCTS).map(file).collect()
}

/// Serves the products until the input ends.
fn serve() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let zero = Duration::ZERO;
    let pace = Pace {
        queue: zero,
        prerequisites: zero,
        certification: zero,
        provisioning: zero,
        packaging: zero,
        live: zero,
        cancelling: zero,
        resource: zero,
    };
    let mut service = Service::new(Arc::clone(&clock), Dialect::default(), 1).with_pace(pace).with_latency(LATENCY);
    for product in 0..PRODUCTS {
        let reference = json!({"resourceName": "product"});
        let resource = |kind: &str, version: &str, mut body: Value| {
            body["$schema"] = json!(format!("{SCHEMAS}/{kind}/2022-03-01-{version}"));
            if kind != "product" {
                body["product"] = reference.clone();
            }
            body
        };
        let mut resources = vec![
            resource(
                "product",
                "preview3",
                json!({"resourceName": "product", "type": "softwareAsAService",
                "identity": {"externalId": format!("product-{product}")}, "alias": format!("Product {product}")}),
            ),
            resource("listing", "preview3", json!({"kind": "azureSaaS", "languageId": "en-us", "title": "Title"})),
        ];
        for plan in 0..PLANS {
            let name = format!("plan-{plan}");
            let own = json!({"resourceName": name});
            resources.push(resource(
                "plan",
                "preview3",
                json!({"resourceName": name,
                "identity": {"externalId": name}, "alias": format!("Plan {plan}")}),
            ));
            resources.push(resource(
                "plan-listing",
                "preview3",
                json!({"kind": "azureSaaS-plan", "plan": own,
                "languageId": "en-us", "name": format!("Plan {plan}"), "summary": "A plan",
                "description": description(product, plan)}),
            ));
            resources.push(resource(
                "price-and-availability-plan",
                "preview4",
                json!({"plan": own,
                "visibility": "visible", "audience": "public", "markets": ["us", "de"]}),
            ));
        }
        let body = json!({"$schema": format!("{SCHEMAS}/configure/2022-03-01-preview2"), "resources": resources});
        let request = Request::post("/rp/product-ingestion/configure").header("authorization", "Bearer x");
        let mut reply = service.handle(&request.body(Bytes::from(body.to_string())).unwrap());
        while let Reply::Delay(_, inner) = reply {
            reply = *inner;
        }
        let Reply::Answer(answer) = reply else { panic!("no answer") };
        assert_eq!(answer.status(), 202, "{:?}", answer.body());
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = http_server::listen((Ipv4Addr::LOCALHOST, 0).into()).await.unwrap();
        println!("http://{}/rp/product-ingestion", listener.local_addr().unwrap());
        let input = async {
            let read = || std::io::stdin().read_to_end(&mut Vec::new());
            tokio::task::spawn_blocking(read).await.unwrap().unwrap();
        };
        http_server::serve(Arc::new(Mutex::new(service)), listener, clock, input).await.unwrap();
    });
}

#[derive(Debug)]
struct Nothing;

impl Environment for Nothing {
    fn variable(&self, _: &str) -> Option<String> {
        None
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures the time of the machine")]
fn now() -> Instant {
    Instant::now()
}

/// Plans all products: how long it took, with how many requests, and the size of a document on the wire in words.
async fn plan(files: &BTreeMap<String, String>, endpoint: &str, memory: &Arc<Memory>) -> (Duration, usize, String) {
    let tree = files.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(path, text.as_str()));
    let selection: Vec<String> = files.keys().cloned().collect();
    let loaded = desired::load(&tree, &selection, &Nothing);
    assert_eq!(loaded.desired.len(), PRODUCTS);
    let endpoint: Endpoint = endpoint.parse().unwrap();
    let transport = Arc::new(HttpTransport::new(endpoint.origin(), Limits::default()).unwrap());
    let tokens = Arc::new(StaticToken::new("token").unwrap());
    let mut http = api::Connection::new(endpoint.origin().clone(), transport, tokens, Arc::new(SystemClock));
    let requests = Arc::new(Requests::default());
    http.log = requests.clone();
    let ledger: Arc<dyn Ledger> = Arc::<Memory>::clone(memory);
    let reader =
        IngestionReader::new(Connection { endpoint, http, pins: Pins::default(), ledger, cache: Arc::new(NoLedger) });
    let planner = Planner {
        desired: loaded.desired.into_iter().map(Arc::new).collect(),
        sources: Arc::new(loaded.sources),
        secrets: Arc::new(NoSecrets),
        artifacts: Arc::default(),
        memory: Arc::clone(memory),
        base: Base::Unknown,
        policy: Policy::default(),
        recording: None,
        findings: BTreeMap::new(),
    };
    let start = now();
    let planning = reconcile::plan(Arc::new(planner), Arc::new(reader), PARALLELISM, Arc::new(Silent)).await;
    let took = start.elapsed();
    assert_eq!(planning.failures, []);
    assert_eq!(planning.plan.summary().update, PRODUCTS / 10);
    (took, requests.all().len(), format!("{} products updated", planning.plan.summary().update))
}
