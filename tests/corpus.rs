//! Twenty invented offers, one for each peculiarity of the documents that publishers really have (tests/data/corpus): each is
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
        let output = Command::new(env!("CARGO_BIN_EXE_offerform"))
            .args(["--endpoint", &self.endpoint])
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("OFFERFORM_TOKEN", "corpus")
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
    assert_eq!(corpus.len(), 20);
    let bench = Bench::with(&corpus.iter().map(|(_, draft)| draft.clone()).collect::<Vec<_>>());
    bench.well(&["import", "--all", "--publisher", "contoso", "--dir", "offers"], "all");
    bench.well(&["validate"], "what was imported passes");
    bench.commit();
    for (name, draft) in &corpus {
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
