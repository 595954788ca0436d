//! Reads the secrets that manifests refer to, as late as possible.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::environment::Environment;
use super::keyring::Keyring;
use super::{CliError, output};
use crate::clock::{Clock, SystemClock};
use crate::file;
use crate::import::{Manner, Sharing, import};
use crate::manifest;
use crate::offer::{Document, OfferAddress};
use crate::secret::{KeyError, SecretLocation, SecretReference, SecretSource, SecretText, SignedBlob, without_sas};
use crate::simulator::{Dialect, Service as Simulated, seed};
use crate::source::{RelativePath, Tree as _, WorkTree};
use crate::text::chain;
use crate::workspace::Machine;

/// No secret is larger: a SAS URL has a few hundred bytes, a certificate a few thousand.
const LIMIT: usize = 64 * 1024;

/// The variable that names the folder where a machine keeps secrets in files.
const FOLDER: &str = "OFFERFORM_SECRETS_DIR";

/// Secrets from environment variables and from files below the root of the repository.
#[derive(Debug, Clone)]
pub(super) struct Secrets {
    pub(super) environment: Environment,
    pub(super) root: PathBuf,
    pub(super) values: Values,
    /// Keys of storage accounts that were got from Azure.
    pub(super) keys: Keyring,
}

/// Which values are used.
#[derive(Debug, Clone)]
pub(super) enum Values {
    /// The real ones.
    Real,
    /// Made-up ones, the same for the same name: the sandbox needs no set-up, and never sees a real secret.
    Placeholders(StandIns),
}

/// What this machine gives to files: its variables, and the keys that were got in this run.
#[derive(Debug)]
pub(super) struct ThisMachine {
    pub(super) environment: Environment,
    pub(super) keys: Keyring,
}

impl Machine for ThisMachine {
    fn environment(&self) -> &dyn manifest::Environment {
        &self.environment
    }

    fn secrets(&self, root: &Path) -> Arc<dyn SecretSource> {
        Arc::new(Secrets { keys: self.keys.clone(), ..Secrets::real(&self.environment, root) })
    }
}

impl SecretSource for Secrets {
    fn value(&self, reference: &SecretReference) -> Option<SecretText> {
        let found = match (&self.values, &reference.location) {
            (Values::Placeholders(known), SecretLocation::Env(name) | SecretLocation::File(name)) => {
                Some(known.0.get(name).map_or_else(|| placeholder(name), |address| signed(address)))
            }
            (Values::Real, SecretLocation::Env(name)) => {
                self.environment.get(name).filter(|value| !value.is_empty()).map(ToOwned::to_owned)
            }
            (Values::Real, SecretLocation::File(path)) => self.read(path),
            (Values::Placeholders(_), SecretLocation::Sas(blob)) => Some(signed(&blob.address())),
            (Values::Real, SecretLocation::Sas(blob)) => return self.sign(blob)?.ok(),
        };
        found.map(SecretText::new)
    }
}

impl Secrets {
    /// The real ones, if they are set.
    pub(super) fn real(environment: &Environment, root: &Path) -> Self {
        Self {
            environment: environment.clone(),
            root: root.to_path_buf(),
            values: Values::Real,
            keys: Keyring::default(),
        }
    }

    /// The signed address of a blob; `None` if the variable with the key of its account is not set, or if the key was not got from Azure.
    pub(super) fn sign(&self, blob: &SignedBlob) -> Option<Result<SecretText, KeyError>> {
        let key = match blob.key.variable() {
            Some(name) => SecretText::new(self.environment.get(name).filter(|value| !value.is_empty())?),
            None => self.keys.get(&blob.account)?,
        };
        Some(blob.sign(&key, SystemClock.now()))
    }

    /// The content of a file that holds a secret. What cannot be read, or must not be, counts as not set.
    fn read(&self, path: &str) -> Option<String> {
        let bytes = if Path::new(path).is_absolute() { self.of_machine(path) } else { self.of_repository(path) };
        let bytes = bytes.inspect_err(|problem| tracing::info!(file = path, problem, "secret not read")).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let text = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn of_repository(&self, path: &str) -> Result<Vec<u8>, String> {
        let tree = WorkTree::discover(&self.root).map_err(|error| chain(&error))?;
        let path = RelativePath::parse(path).map_err(|error| chain(&error))?;
        tree.read(&path, LIMIT).map_err(|error| chain(&error))
    }

    /// A file outside of the repository, in the folder that the machine names. An offer file cannot name another one: it could have
    /// any file of the machine sent to the service.
    fn of_machine(&self, path: &str) -> Result<Vec<u8>, String> {
        let folder = self.environment.get(FOLDER).filter(|folder| !folder.is_empty());
        let folder = folder.ok_or_else(|| format!("it is outside of the repository, and {FOLDER} is not set"))?;
        let inside = |path: &Path| path.canonicalize().map_err(|error| error.to_string());
        let (folder, path) = (inside(Path::new(folder))?, inside(Path::new(path))?);
        if !path.starts_with(&folder) {
            return Err(format!("it is outside of the repository and of {FOLDER}"));
        }
        file::read(&path, LIMIT).map_err(|error| chain(&error))
    }
}

/// Where stand-ins are kept in the sandbox's folder.
pub(super) const STAND_INS: &str = "stand-ins.json";

/// No file of stand-ins is larger.
const STAND_INS_LIMIT: usize = 64 * 1024 * 1024;

/// What makes an address look signed in the sandbox.
const PLACEHOLDER_SIGNATURE: &str =
    "sp=rl&st=2024-11-04T00%3A00%3A00Z&se=2099-12-31T00%3A00%3A00Z&sv=2024-11-04&sr=c&sig=sandbox";

/// Shaped like a signed URL, so that it fits wherever a secret can stand.
fn placeholder(name: &str) -> String {
    signed(&format!("https://sandbox.blob.core.windows.net/secrets/{name}.vhd"))
}

fn signed(address: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{PLACEHOLDER_SIGNATURE}")
}

/// The addresses that variables stand for in the sandbox, without their signatures: those of imported offers. Kept beside the
/// sandbox's state.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct StandIns(BTreeMap<String, String>);

impl StandIns {
    /// Those of a sandbox: of the shipped portal, whose files may have come from another clone, and those that were kept.
    pub(super) fn of(folder: &Path, clock: &Arc<dyn Clock>) -> Self {
        let mut known = shipped(clock);
        known.extend(Self::kept(folder).0);
        Self(known)
    }

    /// Those that were kept; none if there are none yet, or if they cannot be read.
    fn kept(folder: &Path) -> Self {
        let bytes = file::read_own(&folder.join(STAND_INS), STAND_INS_LIMIT).ok().flatten().unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Adds variables with what the portal shows for them.
    pub(super) fn remember<'v>(
        folder: &Path,
        shown: impl Iterator<Item = (String, &'v SecretText)>,
    ) -> Result<(), CliError> {
        let mut known = Self::kept(folder);
        known.0.extend(shown.map(|(name, value)| (name, without_sas(value.expose()).into_owned())));
        output::file(&folder.join(STAND_INS), |out| Ok(serde_json::to_writer_pretty(out, &known)?))
    }
}

/// What the variables of the shipped offers stand for, had they been imported: so an import is good after a reset, too, and in
/// every clone.
fn shipped(clock: &Arc<dyn Clock>) -> BTreeMap<String, String> {
    let mut service = Simulated::new(Arc::clone(clock), Dialect::default(), 0);
    // The seed is part of this program; were it broken, nothing of the sandbox would work.
    if seed::fill(&mut service).is_err() {
        return BTreeMap::new();
    }
    let offers: Vec<(OfferAddress, Document)> = service
        .offers()
        .filter_map(|name| Some((name.parse().ok()?, Document::new(service.document(name)?))))
        .collect();
    let imported = import(&offers, Manner { schema: "", sharing: Sharing::Apart });
    let variables = imported.offers.into_iter().flat_map(|offer| offer.variables);
    variables.filter_map(|variable| Some((variable.name, without_sas(variable.value?.expose()).into_owned()))).collect()
}

/// Only the secrets that were there when a plan was reviewed: what was compared then is compared again, and nothing else.
#[derive(Debug)]
pub(super) struct AsReviewed {
    pub(super) secrets: Secrets,
    pub(super) compared: BTreeSet<String>,
}

impl SecretSource for AsReviewed {
    fn value(&self, reference: &SecretReference) -> Option<SecretText> {
        if self.compared.contains(&reference.to_string()) { self.secrets.value(reference) } else { None }
    }
}
