//! The settings file of a repository, `offerform.yaml`: at hand, and as it was at a commit.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Deserialize;

use crate::file;
use crate::plan::OnDrift;
use crate::record::{self, Store};
use crate::source::{self, FILE_LIMIT, GitTree, RelativePath, Tree as _, WorkTree};

/// The settings file's name at the root of a repository.
pub const FILE_NAME: &str = "offerform.yaml";

/// Why the settings file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// It cannot be read.
    #[error("reading settings `{name}`: {problem}")]
    Unreadable {
        /// The settings file as it was named, or as it lies at the root.
        name: String,
        /// What is in the way.
        problem: String,
    },
    /// It is not text.
    #[error("settings `{0}` are not UTF-8 text")]
    NotText(String),
    /// It is not what a settings file looks like.
    #[error("settings `{place}`: {problem}")]
    Malformed {
        /// The file, the line and the column.
        place: String,
        /// What is wrong there.
        problem: String,
    },
    /// The limit of changed offers is not a percentage.
    #[error("`guards.max_changed_percent` in {name} is {percent}; expected a number from 0 to 100")]
    NotAPercentage {
        /// The settings that contain the number: a file, or a commit and a file.
        name: String,
        /// The number that stands there, greater than 100.
        percent: u8,
    },
}

impl SettingsError {
    /// What the user can do next; `None` if that is unknown.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let known = "known settings are offers, endpoint, publisher, auth, api, schemas, parallelism, record, notification_emails, drift, timeouts, \
                     headers and guards";
        matches!(self, Self::Malformed { .. }).then(|| known.to_owned())
    }
}

/// Where the record is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordPlace {
    /// In `.offerform/record.json`.
    #[default]
    File,
    /// In `refs/notes/offerform`.
    GitNotes,
    /// No record is kept.
    None,
}

impl RecordPlace {
    /// The record of the repository with the root `root`; `None` if none is kept.
    #[must_use]
    pub fn store(self, root: &Path) -> Option<Store> {
        match self {
            Self::File => Some(Store::File(record::File::new(root.join(".offerform").join("record.json")))),
            Self::GitNotes => Some(Store::Notes(record::Notes::new(root))),
            Self::None => None,
        }
    }
}

/// `timeouts` in the settings file: lengths of time such as `90s`, as they were written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timeouts {
    /// Of a request that reads.
    pub read: Option<String>,
    /// Of a request that writes.
    pub write: Option<String>,
}

/// `guards` in the settings file.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Guards {
    max_changed_percent: Option<u8>,
}

/// What the settings file says. Flags and variables come before it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RepositorySettings {
    /// The paths of the offer files, relative to the root.
    pub offers: Vec<String>,
    /// The address of the service.
    pub endpoint: Option<String>,
    /// The publisher whose offers are meant.
    pub publisher: Option<String>,
    /// The way to sign in.
    pub auth: Option<String>,
    /// The API of offers that no file declares.
    pub api: Option<String>,
    /// The schema versions of the Product Ingestion API that are written, by resource type.
    pub schemas: BTreeMap<String, String>,
    /// How many offers to work on at once.
    pub parallelism: Option<u16>,
    /// Where the record is kept.
    pub record: RecordPlace,
    /// Whom the service writes to about releases.
    pub notification_emails: Vec<String>,
    /// What is done about edits in the portal.
    pub drift: Option<OnDrift>,
    /// How long requests may take.
    pub timeouts: Timeouts,
    /// Further headers of requests.
    pub headers: BTreeMap<String, String>,
    guards: Guards,
}

impl RepositorySettings {
    /// Reads the settings file that is named, or else the one at `root`; without one, all settings have their defaults.
    pub fn read(named: Option<&Path>, root: &Path) -> Result<Self, SettingsError> {
        let path = named.map_or_else(|| root.join(FILE_NAME), Path::to_path_buf);
        let name = path.display().to_string();
        let unreadable = |problem: String| SettingsError::Unreadable { name: name.clone(), problem };
        let bytes = match named {
            Some(path) => {
                file::read(path, FILE_LIMIT).map_err(|error| unreadable(io::Error::from(error).to_string()))?
            }
            None => match of_repository(root) {
                Ok(bytes) => bytes,
                Err(source::Error::Missing { .. }) => return Ok(Self::default()),
                Err(error) => return Err(unreadable(crate::text::chain(&error))),
            },
        };
        parse(bytes, &name)
    }

    /// The settings file at the root of a commit; without one, all settings have their defaults.
    pub fn at(commit: &GitTree) -> Result<Self, SettingsError> {
        let Ok(path) = RelativePath::parse(FILE_NAME) else { return Ok(Self::default()) };
        if commit.kind(&path).is_none() {
            return Ok(Self::default());
        }
        let name = commit.shown(&path);
        let unreadable = |error| SettingsError::Unreadable { name: name.clone(), problem: crate::text::chain(&error) };
        parse(commit.read(&path, FILE_LIMIT).map_err(unreadable)?, &name)
    }

    /// How many percent of the offers one run may update; `None` if there is no limit. `name` says in an error which settings these are.
    pub fn max_changed_percent(&self, name: &str) -> Result<Option<u8>, SettingsError> {
        match self.guards.max_changed_percent {
            Some(percent) if percent > 100 => Err(SettingsError::NotAPercentage { name: name.to_owned(), percent }),
            percent => Ok(percent),
        }
    }
}

/// The settings file at the root of a repository. As with every file of a repository, a link in its place leads nowhere outside.
fn of_repository(root: &Path) -> Result<Vec<u8>, source::Error> {
    WorkTree::discover(root)?.read(&RelativePath::parse(FILE_NAME)?, FILE_LIMIT)
}

fn parse(bytes: Vec<u8>, name: &str) -> Result<RepositorySettings, SettingsError> {
    let text = String::from_utf8(bytes).map_err(|_| SettingsError::NotText(name.to_owned()))?;
    let parsed: Option<RepositorySettings> = serde_yaml::from_str(&text).map_err(|error| {
        let place = error.location().map_or(String::new(), |at| format!(":{}:{}", at.line(), at.column()));
        SettingsError::Malformed { place: format!("{name}{place}"), problem: error.to_string() }
    })?;
    Ok(parsed.unwrap_or_default())
}
