//! Keeps the portal of a sandbox in a folder, so that it survives from one run to the next.
//!
//! `state.json` is everything the portal holds, `faults.json` the fault script, `requests.jsonl` the request log,
//! `lock` keeps a second process out, `served` says where the process that holds it can be asked. No signature and no
//! secret value is ever written: a signature is replaced by a mark and comes back as that of the sandbox.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::dialect::Dialect;
use super::fault::FaultRule;
use super::log::{Log, LogEntry};
use super::operation::Pace;
use super::portal::Portal;
use super::redaction::{redact, redact_signatures, reveal};
use super::rewrite::Rewrites;
use super::service::Service;
use super::stamp::{Random, Stamp};
use offerform_system::clock::Clock;
use offerform_system::file::{self, Lock};

const FORMAT: u32 = 1;
const STATE: &str = "state.json";
const FAULTS: &str = "faults.json";
const LOG: &str = "requests.jsonl";
const LOCK: &str = "lock";
const SERVED: &str = "served";

/// No file of a sandbox is larger: a log that is, is reset.
const LIMIT: usize = 1024 * 1024 * 1024;

/// A sandbox folder that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process works with it.
    #[error("another process uses the sandbox in `{}`", .0.display())]
    Busy(PathBuf),
    /// A file or the folder cannot be read or written.
    #[error("could not {action} `{}`", path.display())]
    File {
        /// What was being done.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// A file does not hold what it should.
    #[error("`{}` is not a file of the sandbox", path.display())]
    Syntax {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// A file was written by another version of this program.
    #[error("`{}` has the format {found}, this version knows {FORMAT}", path.display())]
    Format {
        /// Which file.
        path: PathBuf,
        /// The format it has.
        found: u32,
    },
}

/// The folder of a sandbox, held by this process alone until it is dropped.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    /// Released by the operating system when the file closes, also after a crash.
    _lock: Lock,
}

/// What `state.json` holds.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    format_version: u32,
    dialect: Dialect,
    rewrites: Rewrites,
    pace: Pace,
    random: Random,
    last_stamp: Stamp,
    requests: u64,
    portal: Value,
    /// Absent in what an older version of this program saved.
    #[serde(default)]
    ingestion: Option<Value>,
}

impl Store {
    /// Takes the folder, making it if it is not there.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let folder = folder.into();
        let path = folder.join(LOCK);
        match file::Lock::take(&path).map_err(|error| file_error("lock", &path, error))? {
            Some(lock) => {
                let store = Self { folder, _lock: lock };
                // What a killed process left.
                store.remove(SERVED)?;
                Ok(store)
            }
            None => Err(StoreError::Busy(folder)),
        }
    }

    /// Tells other processes where the portal is served.
    pub fn announce(&self, address: SocketAddr) -> Result<(), StoreError> {
        self.write(SERVED, &address)
    }

    /// Where the process that holds the folder serves the portal; `None` if it does not serve it for others.
    pub fn served(folder: &Path) -> Result<Option<SocketAddr>, StoreError> {
        read(&folder.join(SERVED))
    }

    /// The service as it was saved, or `None` if none was.
    pub fn load(&self, clock: Arc<dyn Clock>) -> Result<Option<Service>, StoreError> {
        let path = self.folder.join(STATE);
        let Some(mut state) = read::<State>(&path)? else { return Ok(None) };
        if state.format_version != FORMAT {
            return Err(StoreError::Format { path, found: state.format_version });
        }
        reveal(&mut state.portal);
        let portal: Portal = serde_json::from_value(state.portal).map_err(|source| syntax_error(&path, source))?;
        let mut service = Service::new(clock, state.dialect, 0).with_rewrites(state.rewrites).with_pace(state.pace);
        service.random = state.random;
        service.last_stamp = state.last_stamp;
        service.portal = portal;
        if let Some(mut ingestion) = state.ingestion {
            reveal(&mut ingestion);
            service.ingestion = serde_json::from_value(ingestion).map_err(|source| syntax_error(&path, source))?;
        } else if let Err(error) = service.ingestion.fill(service.clock.now()) {
            tracing::warn!(%error, "the shipped products are missing in this sandbox");
        }
        service.log = Log::starting_at(state.requests);
        service.logged = state.requests;
        service.faults = read::<Vec<FaultRule>>(&self.folder.join(FAULTS))?.unwrap_or_default();
        Ok(Some(service))
    }

    /// Saves the service, and adds the requests it got since to the log.
    pub fn save(&self, service: &mut Service) -> Result<(), StoreError> {
        let path = self.folder.join(STATE);
        let mut portal = serde_json::to_value(&service.portal).map_err(|source| syntax_error(&path, source))?;
        redact(&mut portal);
        // Secrets are sealed already, and a seal keeps its place.
        let mut ingestion = serde_json::to_value(&service.ingestion).map_err(|source| syntax_error(&path, source))?;
        redact_signatures(&mut ingestion);
        let state = State {
            format_version: FORMAT,
            dialect: service.dialect.clone(),
            rewrites: service.rewrites.clone(),
            pace: service.pace,
            random: service.random.clone(),
            last_stamp: service.last_stamp,
            requests: service.log.next_number(),
            portal,
            ingestion: Some(ingestion),
        };
        self.write(STATE, &state)?;
        let mut faults = serde_json::to_value(&service.faults).map_err(|source| syntax_error(&path, source))?;
        redact(&mut faults);
        self.write(FAULTS, &faults)?;
        self.append(service.log.since(service.logged))?;
        service.logged = service.log.next_number();
        Ok(())
    }

    /// The whole request log, oldest first.
    pub fn log(&self) -> Result<Vec<LogEntry>, StoreError> {
        Self::log_in(&self.folder)
    }

    /// The request log in a folder that another process may hold, as far as it is saved.
    pub fn log_in(folder: &Path) -> Result<Vec<LogEntry>, StoreError> {
        let path = folder.join(LOG);
        let Some(bytes) = read_bytes(&path)? else { return Ok(Vec::new()) };
        // A run that died while writing leaves half a line at the end: it ends no line, and is passed over.
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
        bytes[..whole]
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).map_err(|source| syntax_error(&path, source)))
            .collect()
    }

    /// Forgets everything; the next load finds nothing.
    pub fn reset(&self) -> Result<(), StoreError> {
        for name in [STATE, FAULTS, LOG] {
            self.remove(name)?;
        }
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        let path = self.folder.join(name);
        file::remove(&path).map_err(|error| file_error("remove", &path, error))
    }

    fn write(&self, name: &str, value: &impl Serialize) -> Result<(), StoreError> {
        let path = self.folder.join(name);
        let bytes = serde_json::to_vec(value).map_err(|source| syntax_error(&path, source))?;
        file::write(&path, &bytes).map_err(|error| file_error("write", &path, error))
    }

    fn append<'a>(&self, entries: impl Iterator<Item = &'a LogEntry>) -> Result<(), StoreError> {
        let path = self.folder.join(LOG);
        let mut lines = Vec::new();
        for entry in entries {
            serde_json::to_writer(&mut lines, entry).map_err(|source| syntax_error(&path, source))?;
            lines.push(b'\n');
        }
        file::append(&path, &lines).map_err(|error| file_error("write", &path, error))
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, StoreError> {
    let Some(bytes) = read_bytes(path)? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|source| syntax_error(path, source))
}

fn read_bytes(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    file::read_own(path, LIMIT).map_err(|error| file_error("read", path, error))
}

fn file_error(action: &'static str, path: &Path, error: file::Error) -> StoreError {
    StoreError::File { action, path: path.to_owned(), source: error.into() }
}

fn syntax_error(path: &Path, source: serde_json::Error) -> StoreError {
    StoreError::Syntax { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::{Store, StoreError};
    use crate::testing::{Bench, START};
    use crate::{Edit, Fault, FaultRule, When};
    use offerform_system::clock::ManualClock;

    const OFFER: &str = "/api/publishers/contoso/offers/firewall";

    fn document() -> Value {
        json!({
            "publisherId": "contoso", "id": "firewall", "offerTypeId": "microsoft-azure-virtualmachines",
            "definition": {"displayText": "Firewall", "offer": {
                "microsoft-azure-marketplace.smallLogo": "https://c.example/a.png?sv=1&sig=ARTIFACT",
                "microsoft-azure-marketplace.marketoLeadConfiguration": {"serverId": "s", "clientSecret": "HIDDEN"},
                "number": 9_007_199_254_740_993_u64
            }, "plans": [{"planId": "a", "microsoft-azure-virtualmachines.vmImages":
                {"1.0.0": {"osVhdUrl": "https://c.example/d.vhd?sp=r&sig=GIVEN%3D&se=2099"}}}]}
        })
    }

    #[test]
    fn a_portal_survives_from_one_process_to_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let mut bench = Bench::new();
        assert_eq!(bench.put(OFFER, None, &document()).status, 201);
        let before = bench.get(OFFER);
        Store::open(folder.path()).unwrap().save(&mut bench.service).unwrap();

        let store = Store::open(folder.path()).unwrap();
        let mut again = Bench::around(|clock| store.load(clock).unwrap().unwrap());
        let after = again.get(OFFER);
        assert_eq!(after.header("etag"), before.header("etag"));
        let url = "/definition/plans/0/microsoft-azure-virtualmachines.vmImages/1.0.0/osVhdUrl";
        assert_eq!(before.json.pointer(url).unwrap(), "https://c.example/d.vhd?sp=r&sig=GIVEN%3D&se=2099");
        assert_eq!(after.json.pointer(url).unwrap(), "https://c.example/d.vhd?sp=r&sig=sandbox&se=2099");
        assert_eq!(after.json["definition"]["offer"], before.json["definition"]["offer"]);
        assert_eq!(after.json["definition"]["offer"]["number"].to_string(), "9007199254740993");
        let given: Vec<&str> = again.service.given_secrets("contoso/firewall").collect();
        assert_eq!(given, ["/definition/offer/microsoft-azure-marketplace.marketoLeadConfiguration/clientSecret"]);
    }

    #[test]
    fn no_signature_and_no_secret_reaches_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let mut bench = Bench::new();
        bench.put(OFFER, None, &document());
        bench.get(&format!("{OFFER}?sig=QUERYSIGNATURE"));
        bench.service.set_faults(vec![FaultRule {
            when: When::default(),
            times: 1,
            fault: Fault::EditBetween {
                offer: "contoso/firewall".into(),
                edit: Edit::Set {
                    pointer: "/x".into(),
                    value: json!({"clientSecret": "HIDDEN", "u": "https://x/?sig=GIVEN"}),
                },
            },
        }]);
        Store::open(folder.path()).unwrap().save(&mut bench.service).unwrap();
        for entry in fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let text = String::from_utf8(fs::read(&path).unwrap()).unwrap();
            for secret in ["sig=", "ARTIFACT", "HIDDEN", "GIVEN", "QUERYSIGNATURE", "token"] {
                assert!(!text.contains(secret), "{secret} in {}", path.display());
            }
        }
    }

    #[test]
    fn the_log_goes_on_over_processes_and_a_broken_last_line_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let mut bench = Bench::new();
        bench.get(OFFER);
        let store = Store::open(folder.path()).unwrap();
        store.save(&mut bench.service).unwrap();
        store.save(&mut bench.service).unwrap();
        bench.get(OFFER);
        store.save(&mut bench.service).unwrap();
        let mut again = Bench::around(|clock| store.load(clock).unwrap().unwrap());
        again.get(OFFER);
        store.save(&mut again.service).unwrap();
        let path = folder.path().join("requests.jsonl");
        let mut bytes = fs::read(&path).unwrap();
        bytes.extend_from_slice(b"{\"number\":");
        fs::write(&path, bytes).unwrap();
        let numbers: Vec<u64> = store.log().unwrap().iter().map(|entry| entry.number).collect();
        assert_eq!(numbers, [0, 1, 2]);
    }

    #[test]
    fn two_processes_cannot_use_one_folder() {
        let folder = tempfile::tempdir().unwrap();
        let first = Store::open(folder.path()).unwrap();
        assert!(matches!(Store::open(folder.path()), Err(StoreError::Busy(_))));
        drop(first);
        assert!(Store::open(folder.path()).is_ok());
    }

    #[test]
    fn nothing_is_loaded_before_a_save_nor_after_a_reset() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().join("made/by/open")).unwrap();
        let clock = Arc::new(ManualClock::new(START.parse().unwrap()));
        assert!(store.load(clock.clone()).unwrap().is_none());
        store.save(&mut Bench::new().service).unwrap();
        assert!(store.load(clock.clone()).unwrap().is_some());
        store.reset().unwrap();
        store.reset().unwrap();
        assert!(store.load(clock).unwrap().is_none());
    }

    #[test]
    fn a_file_that_is_not_ours_is_an_error_and_not_an_empty_portal() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let clock = Arc::new(ManualClock::new(START.parse().unwrap()));
        fs::write(folder.path().join("state.json"), b"{").unwrap();
        assert!(matches!(store.load(clock.clone()), Err(StoreError::Syntax { .. })));
        store.save(&mut Bench::new().service).unwrap();
        let text = String::from_utf8(fs::read(folder.path().join("state.json")).unwrap()).unwrap();
        let newer = text.replace("\"format_version\":1", "\"format_version\":2");
        fs::write(folder.path().join("state.json"), newer).unwrap();
        assert!(matches!(store.load(clock), Err(StoreError::Format { found: 2, .. })));
    }
}
