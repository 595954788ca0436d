//! What every command starts from: settings, files, terminal, clock.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::CliError;
use super::arguments::Global;
use super::environment::Environment;
use super::keyring::Keyring;
use super::output::Terminal;
use super::secrets::ThisMachine;
use super::settings::{self, Settings};
use crate::clock::{Clock, SystemClock};
use crate::source::WorkTree;
use crate::workspace::Repository;

/// What every command starts from.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) settings: Settings,
    pub(super) environment: Environment,
    pub(super) terminal: Terminal,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) repository: Repository,
    /// Keys of storage accounts that were got from Azure in this run.
    pub(super) keys: Keyring,
}

impl Context {
    /// Reads the environment and the settings, and starts the log.
    pub(super) fn new(global: &Global) -> Result<Self, CliError> {
        let environment = Environment::of_process();
        let terminal = Terminal::new(settings::colour(global, &environment)?, global.quiet, &environment);
        super::log::start(global.verbose, terminal.stderr.colour);
        let current = std::env::current_dir()
            .map_err(|source| CliError::failed(format!("finding the current folder: {source}")))?;
        let tree = WorkTree::discover(&current).map_err(|error| CliError::from(&error))?;
        let root = tree.root().to_path_buf();
        let settings = Settings::new(global, &environment, &root)?;
        let keys = Keyring::default();
        let machine = Arc::new(ThisMachine { environment: environment.clone(), keys: keys.clone() });
        let repository = Repository::new(current, root, settings.offers.clone(), machine);
        Ok(Self { settings, environment, terminal, clock: Arc::new(SystemClock), repository, keys })
    }

    /// The day, in UTC: for what files limit in time.
    pub(super) fn today(&self) -> jiff::civil::Date {
        self.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// The folder of the sandbox: beside the settings, whatever files are looked at.
    pub(super) fn sandbox_folder(&self) -> PathBuf {
        self.root().join(".offerform").join("sandbox")
    }

    /// The root of the repository around the current folder.
    pub(super) fn root(&self) -> &Path {
        self.repository.root()
    }
}
