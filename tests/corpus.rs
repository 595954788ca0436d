//! Invented offers, one for each peculiarity of the documents that publishers really have (tests/data/corpus): each is
//! imported, passes `validate`, plans empty, takes a change of one field, and adopts an edit made in the portal. The shipped
//! program talks to a served simulator.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]
#![expect(clippy::disallowed_methods, reason = "a test looks at its own files, and finds git by its PATH")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use offerform::clock::SystemClock;
use offerform::simulator::{Dialect, Edit, SeedOffer, Service, http_server};
use serde_json::{Value, json};

/// A portal with the offers of the corpus, served on this machine, and a repository beside it.
struct Bench {
    service: Arc<Mutex<Service>>,
    endpoint: String,
    folder: tempfile::TempDir,
    _runtime: tokio::runtime::Runtime,
}

struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Bench {
    fn with(offers: &[Value]) -> Self {
        let clock = Arc::new(SystemClock);
        let mut service = Service::new(Arc::<SystemClock>::clone(&clock), Dialect::default(), 1);
        service.add_publisher(json!({"id": "contoso", "definition": {"displayText": "Contoso"}}));
        for draft in offers {
            let (draft, changed_by) = (draft.clone(), "the corpus".to_owned());
            service.add_offer(SeedOffer { draft, preview: None, production: None, changed_by }).unwrap();
        }
        let service = Arc::new(Mutex::new(service));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime.block_on(http_server::listen(([127, 0, 0, 1], 0).into())).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(http_server::serve(Arc::clone(&service), listener, clock, std::future::pending()));
        let bench = Self { service, endpoint, folder: tempfile::tempdir().unwrap(), _runtime: runtime };
        std::fs::write(bench.path("offerform.yaml"), "offers: [offers]\n").unwrap();
        bench.git(&["init", "--quiet"]);
        bench
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(&[], arguments)
    }

    fn run_with(&self, variables: &[(String, String)], arguments: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_offerform"))
            .args(["--endpoint", &self.endpoint])
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("OFFERFORM_TOKEN", "corpus")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Runs a command that has to end well.
    fn well(&self, arguments: &[&str], about: &str) -> String {
        let Ran { code, stdout, stderr } = self.run(arguments);
        assert_eq!(code, 0, "{about}: {arguments:?}\n{stdout}\n{stderr}");
        stdout
    }

    fn git(&self, arguments: &[&str]) {
        let named = ["-c", "user.name=corpus", "-c", "user.email=corpus@contoso.example"];
        let mut git = Command::new("git");
        let git = git.args(named).args(arguments).current_dir(self.folder.path());
        let output = git.env("HOME", self.folder.path()).env("GIT_CONFIG_NOSYSTEM", "1").output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn commit(&self) {
        self.git(&["add", "offers"]);
        self.git(&["commit", "--quiet", "--message", "offers"]);
    }

    /// The changes of a plan of one offer that are certain, as pointer and new value.
    fn changes(&self, file: &str) -> Vec<(String, Value)> {
        let Ran { code, stdout, stderr } = self.run(&["plan", file, "--format", "json"]);
        assert_eq!(code, 0, "{file}: {stderr}");
        let plan: Value = serde_json::from_str(&stdout).unwrap();
        let changes = plan["offers"][0]["changes"].as_array().unwrap();
        let certain = changes.iter().filter(|change| change["cause"] != "undetermined");
        certain.map(|change| (change["path"].as_str().unwrap().to_owned(), change["after"].clone())).collect()
    }
}

fn corpus() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/corpus");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    let read = |path: &PathBuf| (name(path), serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap());
    files.iter().map(read).collect()
}

fn replace(path: &Path, from: &str, to: &str, about: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{about}: `{from}` in\n{text}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

const DISPLAY_TEXT: &str = "/definition/displayText";

#[test]
fn every_offer_is_imported_planned_changed_and_adopted() {
    let corpus = corpus();
    assert_eq!(corpus.len(), 21);
    // A few repositories, so that several offers are worked on at the same time.
    std::thread::scope(|scope| {
        for offers in corpus.chunks(6) {
            scope.spawn(|| imported_planned_changed_and_adopted(offers));
        }
    });
}

fn imported_planned_changed_and_adopted(corpus: &[(String, Value)]) {
    let bench = Bench::with(&corpus.iter().map(|(_, draft)| draft.clone()).collect::<Vec<_>>());
    bench.well(&["import", "--all", "--publisher", "contoso", "--dir", "offers"], "all");
    bench.well(&["validate"], "what was imported passes");
    bench.commit();
    for (name, draft) in corpus {
        let id = draft["id"].as_str().unwrap();
        let (file, address) = (format!("offers/{id}.yaml"), format!("contoso/{id}"));
        assert_eq!(bench.changes(&file), [], "{name} does not plan empty");
        let before = draft.pointer(DISPLAY_TEXT).and_then(Value::as_str).unwrap();
        replace(&bench.path(&file), &format!("displayText: {before}"), "displayText: From the file", name);
        assert_eq!(bench.changes(&file), [(DISPLAY_TEXT.to_owned(), json!("From the file"))], "{name}");
        bench.commit();
        bench.well(&["apply", &file, "--auto-approve"], name);
        assert_eq!(bench.changes(&file), [], "{name} has more to do after its apply");
        let edit = Edit::Set { pointer: DISPLAY_TEXT.to_owned(), value: json!("From the portal") };
        bench.service.lock().unwrap().edit(&address, &edit).unwrap();
        bench.well(&["adopt", &file], name);
        let adopted = std::fs::read_to_string(bench.path(&file)).unwrap();
        assert!(adopted.contains("displayText: From the portal"), "{name}:\n{adopted}");
        assert_eq!(bench.changes(&file), [], "{name} does not plan empty after the adoption");
        bench.commit();
    }
    bench.well(&["validate"], "what was adopted passes");
}

#[test]
fn what_is_wrong_behind_variables_is_known_to_the_import_too() {
    let draft = corpus().into_iter().find(|(name, _)| name == "data-disks").unwrap().1;
    let bench = Bench::with(std::slice::from_ref(&draft));
    let imported = bench.well(&["import", "contoso/data-disks", "--format", "json"], "data disks");
    let imported: Value = serde_json::from_str(&imported).unwrap();
    assert_eq!(imported["offers"][0]["left_out"], json!([]), "data disks are declared, too");
    let variables = imported["offers"][0]["variables"].as_array().unwrap();
    // The paths name SKUs by id, and there is one.
    let shown = |path: &str| draft.pointer(&path.replace("/plans/standard/", "/plans/0/")).and_then(Value::as_str);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let set =
        variables.iter().map(|one| (text(&one["name"]), shown(one["path"].as_str().unwrap()).unwrap().to_owned()));
    let set: Vec<(String, String)> = set.collect();
    assert_eq!(set.len(), 6, "{variables:?}");
    for variables in [&set[..], &[]] {
        let ran = bench.run_with(variables, &["validate"]);
        assert!(ran.code == 0 && !ran.stdout.contains("unused-silence"), "{}{}", ran.stdout, ran.stderr);
    }
    bench.commit();
    for variables in [&set[..], &[]] {
        let ran = bench.run_with(variables, &["plan", "--detailed-exitcode"]);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    }
    // Without the record, another signature is no change either, and another disk is one.
    std::fs::remove_dir_all(bench.path(".offerform")).unwrap();
    let renewed: Vec<_> = set.iter().map(|(name, value)| (name.clone(), value.replace("aW52", "bmV3"))).collect();
    assert_eq!(bench.run_with(&renewed, &["plan", "--detailed-exitcode"]).code, 0);
    let other: Vec<_> = set.iter().map(|(name, value)| (name.clone(), value.replace("data-1.1.0", "other"))).collect();
    let ran = bench.run_with(&other, &["plan", "--detailed-exitcode"]);
    assert!(ran.code != 0 && ran.stdout.contains("lunVhdDetails"), "{}{}", ran.stdout, ran.stderr);
}

/// Replaces the whole of a file with an offer of one SKU.
fn machine(id: &str, offer: &str, plan: &str) -> String {
    format!(
        "publisherId: contoso\nid: {id}\nofferTypeId: microsoft-azure-virtualmachines\ndefinition:\n  offer:\n{offer}  plans:\n    \
         - planId: standard\n{plan}"
    )
}

#[test]
fn an_expired_signature_matters_only_where_the_portal_has_another_file() {
    let draft = corpus().into_iter().find(|(name, _)| name == "hosted-logos").unwrap().1;
    let id = draft["id"].as_str().unwrap().to_owned();
    let logo =
        draft.pointer("/definition/offer/microsoft-azure-marketplace.smallLogo").and_then(Value::as_str).unwrap();
    let bare = logo.split('?').next().unwrap();
    let old = format!(
        "    microsoft-azure-marketplace.smallLogo: '{bare}?sv=2019-02-02&sr=b&sp=r&se=2020-01-01T00:00:00Z&sig=b2xk'\n"
    );
    let bench = Bench::with(std::slice::from_ref(&draft));
    std::fs::create_dir(bench.path("offers")).unwrap();

    // The portal has this very file: nothing is written, and nothing is said.
    let draft_plan = draft["definition"]["plans"][0]["planId"].as_str().unwrap();
    let same = machine(&id, &old, "").replace("standard", draft_plan);
    std::fs::write(bench.path("offers/same.yaml"), same).unwrap();
    let Ran { code, stdout, stderr } = bench.run(&["plan", "offers/same.yaml", "--format", "json"]);
    let plan: Value = serde_json::from_str(&stdout).unwrap();
    let changed = plan["offers"][0]["changes"].to_string();
    assert!(code == 0 && !changed.contains("smallLogo"), "{changed}\n{stderr}");
    assert!(!stderr.contains("error") && !stderr.contains("asset-url-expired"), "{stderr}");

    // A new offer would be written with it, and the service could not fetch it.
    std::fs::write(bench.path("offers/new.yaml"), machine("new", &old, "")).unwrap();
    let Ran { code, stderr, .. } = bench.run(&["plan", "offers/new.yaml"]);
    assert!(code == 1 && stderr.contains("error[asset-url-expired]"), "{code} {stderr}");
}

#[test]
fn what_the_service_owns_may_stand_in_a_file_and_is_told_once() {
    let (_, draft) = corpus().into_iter().find(|(name, _)| name == "null-descriptions").unwrap();
    let id = draft["id"].as_str().unwrap();
    let bench = Bench::with(std::slice::from_ref(&draft));
    bench.well(&["import", "--all", "--publisher", "contoso", "--dir", "offers"], id);
    let file = format!("offers/{id}.yaml");
    let mut text = std::fs::read_to_string(bench.path(&file)).unwrap();
    text.push_str("version: 7\neTag: W/\"one\"\nEtag: two\nchangedTime: 2022-06-02T12:25:56.651\n");
    std::fs::write(bench.path(&file), text).unwrap();
    for command in [&["validate"][..], &["plan", &file]] {
        let Ran { code, stdout, stderr } = bench.run(command);
        let said = format!("{stdout}{stderr}");
        assert_eq!((code, said.matches("server-owned-key").count()), (0, 1), "{command:?}\n{said}");
        assert!(
            ["version", "eTag", "Etag", "changedTime"].iter().all(|key| said.contains(&format!("`{key}`"))),
            "{said}"
        );
    }
    assert_eq!(bench.changes(&file), [], "none of it is compared");
}

#[test]
fn any_market_may_be_declared_whether_or_not_a_price_table_has_it() {
    let (_, draft) = corpus().into_iter().find(|(name, _)| name == "all-markets").unwrap();
    let markets = draft.pointer("/definition/plans/0/regions").and_then(Value::as_array).unwrap();
    assert_eq!(markets.len(), 142);
    let named: Vec<&str> = markets.iter().filter_map(Value::as_str).collect();
    let bench = Bench::with(&[]);
    std::fs::create_dir(bench.path("offers")).unwrap();
    let plan =
        format!("      regions: [{}]\n", named.iter().map(|code| format!("'{code}'")).collect::<Vec<_>>().join(", "));
    std::fs::write(bench.path("offers/new.yaml"), machine("new", "    contoso.note: One\n", &plan)).unwrap();
    let Ran { code, stdout, stderr } = bench.run(&["plan", "offers/new.yaml", "--format", "json"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(!stderr.contains("market"), "{stderr}");
    assert!(named.iter().all(|code| stdout.contains(&format!("\"{code}\""))), "all of them are to be written");
}
