//! What every command starts from: settings, files, terminal, clock.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::CliError;
use super::arguments::Global;
use super::output::Terminal;
use super::settings::{self, Environment, Settings};
use crate::clock::{Clock, SystemClock};
use crate::source::{GitTree, WorkTree};

/// What every command starts from.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) settings: Settings,
    pub(super) environment: Environment,
    pub(super) terminal: Terminal,
    pub(super) clock: Arc<dyn Clock>,
    current: PathBuf,
    root: PathBuf,
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
        Ok(Self { settings, environment, terminal, clock: Arc::new(SystemClock), current, root })
    }

    /// The files that `paths` belong to.
    pub(super) fn tree(&self, paths: &[String]) -> Result<WorkTree, CliError> {
        WorkTree::open(&self.current, paths).map_err(|error| CliError::from(&error))
    }

    /// The paths that the settings of a commit name.
    pub(super) fn offers_at(&self, tree: &GitTree) -> Result<Vec<String>, CliError> {
        let offers = settings::offers_at(tree)?;
        Ok(self.in_root(&offers))
    }

    /// The paths that the settings name.
    pub(super) fn offers(&self) -> Vec<String> {
        self.in_root(&self.settings.offers)
    }

    /// Settings speak of the repository, wherever in it the person is.
    fn in_root(&self, offers: &[String]) -> Vec<String> {
        let path = |path: &str| self.root.join(path).display().to_string();
        if offers.is_empty() { vec![path("offers")] } else { offers.iter().map(|offer| path(offer)).collect() }
    }

    /// The folder of the sandbox: beside the settings, whatever files are looked at.
    pub(super) fn sandbox_folder(&self) -> PathBuf {
        self.root.join(".offerform").join("sandbox")
    }

    /// The root of the repository around the current folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }
}
