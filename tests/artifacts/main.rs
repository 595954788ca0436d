//! Fetching files to compare them with the service's copies: what may be fetched, how much, and what a plan makes of it. The
//! internet is played on this machine, which only tests may reach.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

mod files;

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use offerform::artifact::{
    Artifacts, Counts, Error, Fetch, FileContent, HttpFetch, Limits, Look, Parts, Reach, Wanted, look_at,
};
use offerform::backend::LiveDocument;
use offerform::desired::{self, NoVariables};
use offerform::offer::{Document, Revision};
use offerform::plan::{Action, Note, OfferPlan, Plan, Policy};
use offerform::reconcile::{Base, Memory, Planner};
use offerform::secret::{NoSecrets, SecretText};
use offerform::source::MemoryTree;
use serde_json::{Value, json};

/// The SHA-256 of `hello`.
const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

/// A server on this machine that gives each path its answer, and keeps what it was asked.
struct Stand {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Stand {
    /// Each answer is a status line, headers, and a body behind an empty line; none means that nothing ever comes.
    fn with(answers: &[(&'static str, &str)]) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let answers: BTreeMap<String, String> = answers
            .iter()
            .map(|(path, answer)| ((*path).to_owned(), answer.replace("HERE", &address.to_string())))
            .collect();
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                silent.extend(answer(stream, &answers, &log));
            }
        });
        Self { address, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn requests(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Answers one request; a connection that gets no answer is given back, so that it stays open.
fn answer(mut stream: TcpStream, answers: &BTreeMap<String, String>, log: &Mutex<Vec<String>>) -> Option<TcpStream> {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(length) => request.extend_from_slice(&buffer[..length]),
        }
    }
    let request = String::from_utf8(request).unwrap();
    let path = request.split(' ').nth(1).unwrap().split('?').next().unwrap().to_owned();
    log.lock().unwrap().push(request);
    let Some(answer) = answers.get(&path) else { return Some(stream) };
    let (head, body) = answer.split_once("\n\n").unwrap();
    let head = head.replace('\n', "\r\n");
    let _ = write!(stream, "HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    None
}

const LIMITS: Limits = Limits { body: 16, time: Duration::from_secs(5), redirects: 2 };

async fn fetch(reach: Reach, limits: Limits, address: &str) -> Result<String, Error> {
    HttpFetch::new(reach, limits).unwrap().digest(address).await
}

async fn fetch_here(address: &str) -> Result<String, Error> {
    fetch(Reach::PublicAndLoopback, LIMITS, address).await
}

#[tokio::test]
async fn a_file_is_fetched_without_credentials_and_told_by_its_content() {
    let stand = Stand::with(&[("/a.png", "200 OK\ncontent-type: image/png\n\nhello")]);
    assert_eq!(fetch_here(&stand.url("/a.png?sv=1&sig=abc")).await.as_deref(), Ok(HELLO));
    let request = stand.requests().remove(0).to_ascii_lowercase();
    assert!(request.starts_with("get /a.png?sv=1&sig=abc http/1.1\r\n"), "{request}");
    for header in ["authorization", "cookie", "referer", "proxy"] {
        assert!(!request.contains(&format!("\r\n{header}")), "{request}");
    }
}

#[tokio::test]
async fn what_is_not_a_file_is_not_taken_for_one() {
    let stand = Stand::with(&[
        ("/page", "200 OK\ncontent-type: text/html; charset=utf-8\n\n<p>in"),
        ("/empty", "200 OK\ncontent-type: image/png\n\n"),
        ("/gone", "404 Not Found\ncontent-type: image/png\n\nhello"),
        ("/large", "200 OK\ncontent-type: image/png\n\nseventeen letters"),
    ]);
    for (path, expected) in [
        ("/page", Error::NoFile),
        ("/empty", Error::NoFile),
        ("/gone", Error::Status(404)),
        ("/large", Error::TooLarge(16)),
    ] {
        assert_eq!(fetch_here(&stand.url(path)).await, Err(expected), "{path}");
    }
}

#[tokio::test]
async fn a_file_that_never_comes_is_given_up() {
    let stand = Stand::with(&[("/loop", "302 Found\nlocation: /silent\n\n")]);
    let time = Duration::from_millis(200);
    let limits = Limits { time, ..LIMITS };
    for path in ["/silent", "/loop"] {
        let answer = fetch(Reach::PublicAndLoopback, limits, &stand.url(path)).await;
        assert_eq!(answer, Err(Error::Slow(time)), "{path}");
    }
}

#[tokio::test]
async fn redirects_are_followed_a_few_times_and_each_is_looked_at() {
    let stand = Stand::with(&[
        ("/a.png", "200 OK\ncontent-type: image/png\n\nhello"),
        ("/once", "302 Found\nlocation: /a.png\n\n"),
        ("/twice", "301 Moved\nlocation: http://HERE/once\n\n"),
        ("/thrice", "307 Moved\nlocation: /twice\n\n"),
        ("/private", "302 Found\nlocation: https://10.0.0.1/a.png\n\n"),
        ("/metadata", "302 Found\nlocation: https://169.254.169.254/metadata\n\n"),
        ("/mapped", "302 Found\nlocation: https://[::ffff:7f00:1]/\n\n"),
        ("/plain", "302 Found\nlocation: http://files.example/a.png\n\n"),
        ("/name", "302 Found\nlocation: https://somebody:word@files.example/a.png\n\n"),
        ("/file", "302 Found\nlocation: file:///etc/passwd\n\n"),
        ("/nowhere", "302 Found\nserver: x\n\n"),
    ]);
    let https = Error::Address("only https is allowed");
    for (path, expected) in [
        ("/once", Ok(HELLO.to_owned())),
        ("/twice", Ok(HELLO.to_owned())),
        ("/thrice", Err(Error::Redirects(2))),
        ("/private", Err(Error::NotPublic)),
        ("/metadata", Err(Error::NotPublic)),
        ("/mapped", Err(Error::NotPublic)),
        ("/plain", Err(https)),
        ("/name", Err(Error::Address("it contains a name or a password, which are not sent"))),
        ("/file", Err(Error::Address("it has no host"))),
        ("/nowhere", Err(Error::Status(302))),
    ] {
        assert_eq!(fetch_here(&stand.url(path)).await, expected, "{path}");
    }
}

#[tokio::test]
async fn outside_of_tests_only_public_hosts_are_asked_and_only_over_https() {
    let stand = Stand::with(&[("/a.png", "200 OK\ncontent-type: image/png\n\nhello")]);
    let port = stand.address.port();
    for (address, expected) in [
        (stand.url("/a.png"), Error::NotPublic),
        (format!("https://127.0.0.1:{port}/a.png"), Error::NotPublic),
        // Spellings that other programs take for names.
        (format!("https://2130706433:{port}/a.png"), Error::NotPublic),
        (format!("https://0x7f.1:{port}/a.png"), Error::NotPublic),
        (format!("https://[::1]:{port}/a.png"), Error::NotPublic),
        (format!("https://[::ffff:127.0.0.1]:{port}/a.png"), Error::NotPublic),
        ("https://169.254.169.254/metadata/instance".to_owned(), Error::NotPublic),
        ("https://168.63.129.16/".to_owned(), Error::NotPublic),
        // A name is looked at when it is resolved.
        (format!("https://localhost:{port}/a.png"), Error::NotPublic),
        ("http://files.example/a.png".to_owned(), Error::Address("only https is allowed")),
        ("a.png".to_owned(), Error::Address("it is not an address")),
    ] {
        assert_eq!(fetch(Reach::Public, LIMITS, &address).await, Err(expected), "{address}");
    }
    assert_eq!(stand.requests(), [""; 0], "nothing was asked");
}

#[test]
fn the_program_never_asks_for_more_than_the_public_internet() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["src", "crates"].map(|folder| walkdir::WalkDir::new(root.join(folder)));
    for entry in folders.into_iter().flatten() {
        let path = entry.unwrap().into_path();
        let own = path.parent().is_some_and(|folder| folder.ends_with("artifact"));
        if path.is_file() && !own {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            assert!(!text.contains("PublicAndLoopback"), "{}", path.display());
        }
    }
}

/// Files by address; what is not there cannot be fetched.
#[derive(Debug, Default)]
struct Files {
    files: BTreeMap<&'static str, &'static str>,
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl Fetch for Files {
    async fn digest(&self, address: &str) -> Result<String, Error> {
        self.asked.lock().unwrap().push(address.to_owned());
        self.files.get(address).map(|digest| (*digest).to_owned()).ok_or(Error::Status(404))
    }

    async fn content(&self, address: &str, _: usize) -> Result<Vec<u8>, Error> {
        self.digest(address).await.map(String::into_bytes)
    }

    async fn parts(&self, address: &str, _: Wanted) -> Result<Parts, Error> {
        panic!("no part of `{address}` is wanted here");
    }
}

const DECLARED: &str = "https://contoso.example/logo.png";
const HOSTED: &str = "https://hosted.example/1/logo.png?sv=1&sig=secret";

fn offer(logo: &str, screenshots: &[&str], title: &str) -> Value {
    json!({
        "publisherId": "contoso", "id": "firewall", "offerTypeId": "microsoft-azure-virtualmachines",
        "definition": { "displayText": title, "plans": [], "offer": {
            "microsoft-azure-marketplace.smallLogo": logo,
            "microsoft-azure-marketplace.screenshots": screenshots,
        } },
    })
}

fn planner(declared: &Value, base: Option<&Value>, files: &Arc<Files>) -> Planner {
    let load = |declared: &Value| {
        let tree = MemoryTree::default().with("a.json", declared.to_string());
        desired::load(&tree, &["a.json".to_owned()], &NoVariables)
    };
    let loaded = load(declared);
    let base = base.map_or(Base::Unknown, |base| {
        let desired = load(base).desired.into_iter().map(|offer| (offer.address.clone(), Arc::new(offer))).collect();
        let commit = offerform::plan::BaseCommit { commit: "0".repeat(40), no_longer_managed: Vec::new() };
        Base::At { commit, desired: Arc::new(desired), earlier: Arc::default() }
    });
    Planner {
        desired: loaded.desired.into_iter().map(Arc::new).collect(),
        sources: Arc::new(loaded.sources),
        secrets: Arc::new(NoSecrets),
        artifacts: Arc::new(Artifacts::fetched_by(Arc::<Files>::clone(files))),
        memory: Arc::new(Memory::empty("here")),
        base,
        policy: Policy::default(),
        recording: None,
        findings: BTreeMap::new(),
    }
}

async fn plan(planner: &Planner, live: &Value) -> OfferPlan {
    let live = LiveDocument { document: Document::new(live.clone()), revision: Some(Revision::new("one")) };
    planner.plan_fetching(&Arc::clone(&planner.desired[0]), Some(live)).await.unwrap()
}

fn undetermined(plan: &OfferPlan) -> bool {
    plan.notes().iter().any(|note: &Note| note.code == "undetermined")
}

fn files(known: &[(&'static str, &'static str)]) -> Arc<Files> {
    Arc::new(Files { files: known.iter().copied().collect(), asked: Mutex::default() })
}

#[tokio::test]
async fn two_addresses_are_told_apart_by_their_files_only_if_both_can_be_read() {
    let (declared, live) = (offer(DECLARED, &[], "One"), offer(HOSTED, &[], "One"));
    for (known, action, in_doubt) in [
        (&[(DECLARED, "aa"), (HOSTED, "aa")][..], Action::None, false),
        (&[(DECLARED, "aa"), (HOSTED, "bb")][..], Action::Update, false),
        (&[(DECLARED, "aa")][..], Action::None, true),
        (&[(HOSTED, "aa")][..], Action::None, true),
        (&[][..], Action::None, true),
    ] {
        let files = files(known);
        let plan = plan(&planner(&declared, None, &files), &live).await;
        assert_eq!((plan.action(), undetermined(&plan)), (action, in_doubt), "{known:?}");
        assert_eq!(files.asked.lock().unwrap().len(), 2, "{known:?}");
        let shown = format!("{:?}", plan.changes());
        assert!(!shown.contains("sig="), "{shown}");
        if action == Action::Update {
            let body = plan.put().unwrap().proposal.document.content().clone();
            assert_eq!(body["definition"]["offer"]["microsoft-azure-marketplace.smallLogo"], DECLARED);
        }
    }
}

#[tokio::test]
async fn lists_are_compared_file_by_file() {
    let declared = offer(DECLARED, &["https://contoso.example/1.png", "https://contoso.example/2.png"], "One");
    let live = offer(DECLARED, &["https://hosted.example/x.png", "https://contoso.example/2.png"], "One");
    for (hosted, action) in [("aa", Action::None), ("bb", Action::Update)] {
        let files = files(&[("https://contoso.example/1.png", "aa"), ("https://hosted.example/x.png", hosted)]);
        let plan = plan(&planner(&declared, None, &files), &live).await;
        assert_eq!((plan.action(), undetermined(&plan)), (action, false), "{hosted}");
        assert_eq!(files.asked.lock().unwrap().len(), 2, "what is the same by its address is not fetched");
    }
}

#[tokio::test]
async fn nothing_is_fetched_where_a_base_can_tell_or_nothing_is_in_doubt() {
    let (declared, live) = (offer(DECLARED, &[], "One"), offer(HOSTED, &[], "Two"));
    let with_base = files(&[(DECLARED, "aa"), (HOSTED, "bb")]);
    let plan_with_base = plan(&planner(&declared, Some(&declared), &with_base), &live).await;
    assert_eq!(plan_with_base.changes().len(), 1, "only the title");
    let same = files(&[]);
    plan(&planner(&declared, None, &same), &declared).await;
    for files in [with_base, same] {
        assert_eq!(files.asked.lock().unwrap().len(), 0);
    }
}

#[tokio::test]
async fn a_file_is_fetched_once_in_a_run_whatever_its_signature() {
    let files = files(&[(DECLARED, "aa"), (HOSTED, "bb")]);
    let planner = planner(&offer(DECLARED, &[], "One"), None, &files);
    plan(&planner, &offer(HOSTED, &[], "One")).await;
    let renewed = "https://hosted.example/1/logo.png?sv=1&sig=renewed";
    let again = plan(&planner, &offer(renewed, &[], "One")).await;
    assert_eq!(again.action(), Action::Update, "known from the first time");
    assert_eq!(files.asked.lock().unwrap().len(), 2);
    assert_eq!(planner.artifacts.counts(), Counts { fetched: 2, failed: 0 });
    let live =
        LiveDocument { document: Document::new(offer(renewed, &[], "One")), revision: Some(Revision::new("two")) };
    let without_fetching = planner.plan(&Arc::clone(&planner.desired[0]), Some(live)).unwrap();
    assert_eq!(without_fetching.fingerprint(), again.fingerprint(), "an apply decides as the plan did");
}

/// A network behind a firewall that swallows everything but for one host.
#[derive(Debug, Default)]
struct Swallowed(Mutex<Vec<String>>);

#[async_trait]
impl Fetch for Swallowed {
    async fn digest(&self, address: &str) -> Result<String, Error> {
        self.0.lock().unwrap().push(address.to_owned());
        if address.starts_with("https://inside.example/") { Ok("aa".to_owned()) } else { Err(Error::Slow(LIMITS.time)) }
    }

    async fn content(&self, address: &str, _: usize) -> Result<Vec<u8>, Error> {
        self.digest(address).await.map(String::into_bytes)
    }

    async fn parts(&self, address: &str, _: Wanted) -> Result<Parts, Error> {
        panic!("no part of `{address}` is wanted here");
    }
}

#[tokio::test]
async fn files_are_looked_at_in_order_each_with_its_answer() {
    let files = Files { files: [(DECLARED, "a logo")].into(), ..Files::default() };
    let looks = [HOSTED, DECLARED].map(|address| (SecretText::new(address), Look::Whole(10)));
    let seen = look_at(Arc::new(files), looks, |number, seen| (number, seen)).await;
    assert_eq!(seen, [Err(Error::Status(404)), Ok((1, FileContent::Whole(b"a logo".to_vec())))]);
}

#[tokio::test]
async fn a_host_that_never_answers_is_not_asked_for_ever() {
    let swallowed = Arc::new(Swallowed::default());
    let artifacts = Artifacts::fetched_by(Arc::<Swallowed>::clone(&swallowed));
    for number in 0..20 {
        artifacts.look(&format!("https://outside.example/{number}.png")).await;
        artifacts.look(&format!("https://inside.example/{number}.png")).await;
    }
    let asked = |host: &str| swallowed.0.lock().unwrap().iter().filter(|address| address.contains(host)).count();
    assert_eq!((asked("outside"), asked("inside")), (3, 20));
    assert_eq!(artifacts.counts(), Counts { fetched: 20, failed: 20 });
}

#[tokio::test]
async fn a_review_holds_while_the_copy_only_moves_and_not_if_the_verdict_changes() {
    let declared = offer(DECLARED, &[], "One");
    let moved = "https://hosted.example/2/logo.png";
    let digest = async |known: &[(&'static str, &'static str)], live: &str| {
        let plan = plan(&planner(&declared, None, &files(known)), &offer(live, &[], "One")).await;
        Plan::new(vec![plan]).digest()
    };
    let reviewed = digest(&[(DECLARED, "aa"), (HOSTED, "bb")], HOSTED).await;
    assert_eq!(reviewed, digest(&[(DECLARED, "aa"), (moved, "cc")], moved).await, "bytes and places do not count");
    assert_ne!(reviewed, digest(&[(DECLARED, "aa"), (HOSTED, "aa")], HOSTED).await, "it is the same file now");
    assert_ne!(reviewed, digest(&[(DECLARED, "aa")], HOSTED).await, "it cannot be told any more");
}
