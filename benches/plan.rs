//! 1,000 files read and validated, and planned against the simulator over HTTP: how long, how many requests, how much memory.
//!
//! `cargo bench --bench plan` runs each case five times and names the median; `cargo bench --bench plan -- slow` runs one
//! of `load`, `load-large`, `instant` and `slow`. Each run is a process of its own, so that its peak memory is its own; the
//! simulator is another one, on the same processors.

#![expect(clippy::unwrap_used, reason = "a benchmark: what is not as expected ends it")]
#![expect(clippy::print_stdout, reason = "it prints what it measured")]

mod offers;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, StatusCode};
use offerform::api::{Connection, Endpoint, HttpTransport, Limits, ReadOnlyClient};
use offerform::apply::Silent;
use offerform::auth::StaticToken;
use offerform::backend::Requests;
use offerform::clock::{Clock as _, SystemClock};
use offerform::desired::{self, Desired, Environment, Loaded};
use offerform::plan::Policy;
use offerform::portal::PortalReader;
use offerform::reconcile::{self, Base, Memory, Planner};
use offerform::rules::{self, Circumstances};
use offerform::secret::NoSecrets;
use offerform::simulator::{Dialect, Reply, SeedOffer, Service, http_server};
use offerform::source::WorkTree;

const OFFERS: usize = 1_000;
/// So many SKUs make an offer of 30 KB.
const SKUS: usize = 3;
/// With so many SKUs, and one whose customers bring a licence, a file has 30 KB. The others have 41 KB as files.
const SKUS_OF_30_KB: usize = 2;
const PARALLELISM: usize = 32;
const RUNS: usize = 5;
/// The cases, with how long the service takes for each answer, in milliseconds.
const CASES: [(&str, Option<u64>); 4] =
    [("load", None), ("load-large", None), ("instant", Some(0)), ("slow", Some(50))];

fn main() {
    // Cargo adds options of its own, such as `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve", latency] => serve(Duration::from_millis(latency.parse().unwrap())),
        ["validate", folder] => validate(Path::new(folder)),
        ["load", folder] => {
            let (_, load) = load(Path::new(folder));
            println!("{:>5} ms to load, {}", load.as_millis(), peak());
        }
        ["plan", folder, endpoint] => plan_all(Path::new(folder), endpoint),
        chosen => measure(chosen),
    }
}

/// Runs the cases, each in processes of its own.
fn measure(chosen: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    for (name, latency) in CASES {
        if !chosen.is_empty() && !chosen.contains(&name) {
            continue;
        }
        let size = write_files(folder.path(), |number| match name {
            "load" => with_own_licence(offers::offer(number, SKUS_OF_30_KB)),
            _ => offers::offer(number, SKUS),
        });
        let mut runs: Vec<String> = match latency {
            Some(latency) => (0..RUNS).map(|_| planned(folder.path(), latency)).collect(),
            None => (0..RUNS)
                .map(|_| format!("{}; {}", one("validate", folder.path()), one("load", folder.path())))
                .collect(),
        };
        runs.sort_by_key(|line| line.split_whitespace().next().and_then(|first| first.parse::<u64>().ok()));
        println!("{name}: {OFFERS} files of {size} bytes; parallelism {PARALLELISM}");
        for (position, line) in runs.iter().enumerate() {
            println!("  {line}{}", if position == RUNS / 2 { "   <- median" } else { "" });
        }
    }
}

/// Writes the files of a case, and tells how many bytes one has on the average.
fn write_files(folder: &Path, offer: impl Fn(usize) -> serde_json::Value) -> usize {
    let mut size = 0;
    for number in 0..OFFERS {
        // By way of text: numbers of any size have a form of their own in memory.
        let file = as_file(offer(number)).to_string();
        let value: serde_yaml::Value = serde_yaml::from_str(&file).unwrap();
        let text = serde_yaml::to_string(&value).unwrap();
        size += text.len();
        std::fs::write(folder.join(format!("offer-{number:04}.yaml")), text).unwrap();
    }
    size / OFFERS
}

/// The same offer with one more SKU, whose customers bring a licence and which thus has no prices.
fn with_own_licence(mut offer: serde_json::Value) -> serde_json::Value {
    let plans = offer["definition"]["plans"].as_array_mut().unwrap();
    let mut licensed = plans[0].clone();
    licensed["planId"] = serde_json::json!("own-licence");
    licensed["microsoft-azure-virtualmachines.skuTitle"] = serde_json::json!("Own licence");
    licensed["virtualMachinePricing"] = serde_json::json!({"isByol": true, "freeTrialDurationInMonths": 0});
    licensed["microsoft-azure-virtualmachines.vmImages"]
        .as_object_mut()
        .unwrap()
        .retain(|version, _| version == "1.0.0");
    plans.push(licensed);
    offer
}

/// An offer as it stands in a file: the address of a disk is a secret there.
fn as_file(mut offer: serde_json::Value) -> serde_json::Value {
    for sku in offer["definition"]["plans"].as_array_mut().into_iter().flatten() {
        let images = sku["microsoft-azure-virtualmachines.vmImages"].as_object_mut();
        for (version, image) in images.into_iter().flatten() {
            image["osVhdUrl"] = serde_json::json!({"$secret": {"env": format!("DISK_{}", version.replace('.', "_"))}});
        }
    }
    offer
}

/// Does one work in a process of its own; gives what that printed.
fn one(work: &str, folder: &Path) -> String {
    printed(Command::new(std::env::current_exe().unwrap()).arg(work).arg(folder))
}

/// Plans against a server, each in a process of its own.
fn planned(folder: &Path, latency: u64) -> String {
    let program = std::env::current_exe().unwrap();
    let mut server = Command::new(&program)
        .args(["serve", &latency.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut address = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let line = printed(Command::new(&program).arg("plan").arg(folder).arg(address.trim()));
    // The server ends with its input.
    drop(server.stdin.take());
    server.wait().unwrap();
    line
}

fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Serves the portal until the input ends.
fn serve(latency: Duration) {
    let clock = Arc::new(SystemClock);
    let mut service = Service::new(clock.clone(), Dialect::default(), 1);
    service.add_publisher(serde_json::json!({"id": "contoso"}));
    for number in 0..OFFERS {
        let draft = offers::live(offers::offer(number, SKUS), number);
        let path = format!("/api/publishers/contoso/offers/{}?api-version=2017-10-31", draft["id"].as_str().unwrap());
        service.add_offer(SeedOffer { draft, preview: None, production: None, changed_by: String::new() }).unwrap();
        // The service keeps its answer from the first reading on: what is measured is the planning.
        let read = Request::get(path).header(AUTHORIZATION, "Bearer token").body(Bytes::new()).unwrap();
        assert!(matches!(service.handle(&read), Reply::Answer(answer) if answer.status() == StatusCode::OK));
    }
    let service = service.with_latency(latency);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = http_server::listen((Ipv4Addr::LOCALHOST, 0).into()).await.unwrap();
        println!("http://{}", listener.local_addr().unwrap());
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

fn load(folder: &Path) -> (Loaded, Duration) {
    let tree = WorkTree::discover(folder).unwrap();
    let start = now();
    let loaded = desired::load(&tree, &[".".to_owned()], &Nothing);
    let load = start.elapsed();
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics.iter().next());
    assert_eq!(loaded.desired.len(), OFFERS);
    (loaded, load)
}

/// Loads the files and validates them as `offerform validate` does: nothing is kept of an offer but what is found.
fn validate(folder: &Path) {
    let tree = WorkTree::discover(folder).unwrap();
    let circumstances = Circumstances { now: SystemClock.now(), secrets: &NoSecrets };
    let judge = |offer: Desired| rules::judge(&offer, circumstances, None);
    let start = now();
    let validated = desired::load_each(&tree, &[".".to_owned()], &Nothing, &judge);
    let both = start.elapsed();
    assert!(!validated.diagnostics.has_errors(), "{:?}", validated.diagnostics.iter().next());
    assert_eq!(validated.desired.len(), OFFERS);
    let found = validated.desired.iter().flatten().next();
    assert!(found.is_none(), "{found:?}");
    println!("{:>5} ms to load and validate, {}", both.as_millis(), peak());
}

/// Loads the files and plans them; prints one line.
fn plan_all(folder: &Path, endpoint: &str) {
    let (loaded, load) = load(folder);
    let start = now();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let requests = runtime.block_on(plan(loaded, endpoint.parse().unwrap()));
    println!(
        "{:>5} ms to plan after {} ms to load, {requests} requests, {}",
        start.elapsed().as_millis(),
        load.as_millis(),
        peak()
    );
}

async fn plan(loaded: Loaded, endpoint: Endpoint) -> usize {
    let transport = Arc::new(HttpTransport::new(&endpoint, Limits::default()).unwrap());
    let tokens = Arc::new(StaticToken::new("token").unwrap());
    let mut connection = Connection::new(endpoint, transport, tokens, Arc::new(SystemClock));
    let requests = Arc::new(Requests::default());
    connection.log = requests.clone();
    let planner = Planner {
        desired: loaded.desired.into_iter().map(Arc::new).collect(),
        sources: Arc::new(loaded.sources),
        secrets: Arc::new(NoSecrets),
        artifacts: Arc::default(),
        memory: Arc::new(Memory::empty("bench")),
        base: Base::Unknown,
        policy: Policy::default(),
        recording: None,
        findings: BTreeMap::new(),
    };
    let client = Arc::new(PortalReader::new(ReadOnlyClient::new(connection)));
    let planning = reconcile::plan(Arc::new(planner), client, PARALLELISM, Arc::new(Silent)).await;
    assert_eq!(planning.failures.len(), 0);
    assert_eq!(planning.plan.summary().update, OFFERS / 10);
    assert!(planning.plan.digest().as_str().starts_with("sha256:"));
    requests.all().len()
}

/// The most memory this process ever had, as Linux tells it.
fn peak() -> String {
    let status = std::fs::read("/proc/self/status").unwrap_or_default();
    let status = String::from_utf8_lossy(&status);
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map_or("peak memory unknown".to_owned(), |kilobytes| format!("{} MB at the peak", kilobytes / 1024))
}
