//! How the tool itself runs: flags, then `OFFERFORM_*`, then `offerform.yaml`, then defaults.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::CliError;
use super::arguments::{ColourChoice, DriftChoice, Global};
use super::environment::Environment;
use super::requests;
use crate::api::{Endpoint, Headers, Limits};
use crate::auth::Method;
use crate::ingestion;
use crate::offer::Api;
use crate::plan::OnDrift;
use crate::workspace::{RecordPlace, RepositorySettings};

/// Offers at once when nothing else is said: fast enough, and far from what makes the service throttle.
const DEFAULT_PARALLELISM: u16 = 8;

/// The settings of a run.
#[derive(Debug)]
pub(super) struct Settings {
    endpoint: Endpoint,
    /// Whether the machine named the endpoint, and not the repository alone.
    is_confirmed: bool,
    pub(super) publisher: Option<String>,
    pub(super) auth: Option<Method>,
    pub(super) offers: Vec<String>,
    pub(super) parallelism: usize,
    pub(super) record: RecordPlace,
    /// Whom the service writes to about releases.
    pub(super) notification_emails: Vec<String>,
    /// How many percent of the offers one run may update.
    pub(super) max_changed_percent: Option<u8>,
    /// What is done about edits in the portal, unless a flag says something else.
    pub(super) drift: OnDrift,
    /// How long requests may take.
    pub(super) limits: Limits,
    /// What requests carry beside the headers of this program.
    pub(super) headers: Headers,
    pub(super) sandbox: bool,
    /// The API that a flag, a variable or the file names.
    api: Option<Api>,
    /// Where the Product Ingestion API is.
    pub(super) ingestion_endpoint: ingestion::Endpoint,
    /// The schema versions of the Product Ingestion API that are written.
    pub(super) pins: ingestion::Pins,
}

impl Settings {
    /// Puts flags, environment and file together. `root` is where `offerform.yaml` is looked for.
    pub(super) fn new(global: &Global, environment: &Environment, root: &Path) -> Result<Self, CliError> {
        let named = global.config.clone().or_else(|| text(environment, "OFFERFORM_CONFIG").map(PathBuf::from));
        let file = RepositorySettings::read(named.as_deref(), root)
            .map_err(|error| CliError::from(&error).maybe_hint(error.hint()))?;
        let max_changed_percent = file.max_changed_percent("the settings").map_err(|error| CliError::from(&error))?;
        let named = global.endpoint.clone().or_else(|| text(environment, "OFFERFORM_ENDPOINT"));
        let is_confirmed = named.is_some();
        let endpoint = named.or(file.endpoint).unwrap_or_else(|| Endpoint::default().to_string());
        let endpoint = endpoint.parse::<Endpoint>().map_err(|error| CliError::from(&error))?;
        let auth = match global.auth {
            Some(method) => Some(method),
            None => first(None, environment, "OFFERFORM_AUTH", file.auth)
                .map(|text| text.parse::<Method>().map_err(|error| CliError::from(&error)))
                .transpose()?,
        };
        let parallelism = match text(environment, "OFFERFORM_PARALLELISM") {
            Some(value) => Some(number("OFFERFORM_PARALLELISM", &value)?),
            None => {
                file.parallelism.map(|value| number("`parallelism` in the settings", &value.to_string())).transpose()?
            }
        };
        let api = match global.api {
            Some(api) => Some(api),
            None => first(None, environment, "OFFERFORM_API", file.api)
                .map(|text| text.parse::<Api>().map_err(|error| CliError::from(&error)))
                .transpose()?,
        };
        // Only a variable names it: whoever names it gets the token.
        let ingestion_endpoint = text(environment, "OFFERFORM_INGESTION_ENDPOINT");
        // Whoever plays the portal on this machine plays the other API as well: nothing is to leave the machine.
        let beside = endpoint.is_of_this_machine().then(|| format!("{endpoint}{}", ingestion::PATH));
        let ingestion_endpoint = ingestion_endpoint
            .or(beside)
            .map(|text| text.parse::<ingestion::Endpoint>().map_err(|error| CliError::from(&error)))
            .transpose()?
            .unwrap_or_default();
        Ok(Self {
            api,
            ingestion_endpoint,
            pins: pins(file.schemas)?,
            is_confirmed: is_confirmed
                || endpoint.is_of_this_machine()
                || endpoint.as_str() == Endpoint::default().as_str(),
            endpoint,
            publisher: first(global.publisher.as_ref(), environment, "OFFERFORM_PUBLISHER", file.publisher),
            auth,
            offers: file.offers,
            parallelism: usize::from(parallelism.unwrap_or(DEFAULT_PARALLELISM)),
            record: file.record,
            notification_emails: emails(environment, file.notification_emails)?,
            max_changed_percent,
            drift: drift(environment)?.map(OnDrift::from).or(file.drift).unwrap_or_default(),
            limits: requests::limits(file.timeouts, |name| text(environment, name))?,
            headers: requests::headers(&file.headers, &global.headers)?,
            // A flag comes before a variable: who names an endpoint means it.
            sandbox: global.sandbox || (global.endpoint.is_none() && flag(environment, "OFFERFORM_SANDBOX")),
        })
    }
}

/// The schema versions that the settings name.
fn pins(schemas: BTreeMap<String, String>) -> Result<ingestion::Pins, CliError> {
    let version = |(kind, text): (String, String)| {
        let version =
            text.parse().map_err(|error| CliError::failed(format!("`schemas.{kind}` in the settings: {error}")));
        Ok((kind, version?))
    };
    Ok(ingestion::Pins::new(schemas.into_iter().map(version).collect::<Result<_, CliError>>()?))
}

impl Settings {
    /// The API of offers that no file declares.
    pub(super) fn api(&self) -> Api {
        self.api.unwrap_or_default()
    }

    /// The API that the settings name for offers that no file declares; `None` if they name none.
    pub(super) fn named_api(&self) -> Option<Api> {
        self.api
    }

    /// The service that gets the token.
    ///
    /// Fails if only the settings file of the repository names it: whoever can propose a change to the repository would choose
    /// who gets the token.
    pub(super) fn endpoint(&self) -> Result<Endpoint, CliError> {
        if self.is_confirmed {
            return Ok(self.endpoint.clone());
        }
        let endpoint = self.endpoint.as_str();
        let message = format!("only the settings file of the repository names the endpoint {endpoint}");
        let hint = format!(
            "the endpoint receives your token, so confirm it with OFFERFORM_ENDPOINT={endpoint} or --endpoint {endpoint}"
        );
        Err(CliError::failed(message).hint(hint))
    }
}

/// When to use colours.
pub(super) fn colour(global: &Global, environment: &Environment) -> Result<ColourChoice, CliError> {
    if let Some(choice) = global.color {
        return Ok(choice);
    }
    let Some(value) = text(environment, "OFFERFORM_COLOR") else { return Ok(ColourChoice::Auto) };
    clap::ValueEnum::from_str(&value, true)
        .map_err(|_| CliError::failed(format!("OFFERFORM_COLOR is `{value}`; expected `auto`, `always` or `never`")))
}

fn first(flag: Option<&String>, environment: &Environment, variable: &str, file: Option<String>) -> Option<String> {
    flag.cloned().or_else(|| text(environment, variable)).or(file)
}

/// A variable that is set to something.
fn text(environment: &Environment, name: &str) -> Option<String> {
    environment.get(name).filter(|value| !value.is_empty()).map(ToOwned::to_owned)
}

fn flag(environment: &Environment, name: &str) -> bool {
    environment.get(name).is_some_and(|value| !matches!(value, "" | "0" | "false" | "no"))
}

/// Whom the service writes to: separated by commas in the variable.
fn emails(environment: &Environment, file: Vec<String>) -> Result<Vec<String>, CliError> {
    let variable = text(environment, "OFFERFORM_NOTIFICATION_EMAILS");
    let emails = variable.map_or(file, |text| text.split(',').map(|email| email.trim().to_owned()).collect());
    let is_email = |email: &&String| email.contains('@') && !email.contains(|c: char| c == ',' || c.is_whitespace());
    match emails.iter().find(|email| !is_email(email)) {
        Some(wrong) => Err(CliError::failed(format!("notification e-mail `{wrong}` is not an address"))
            .hint("write `notification_emails: [team@contoso.example]`, one address each")),
        None => Ok(emails),
    }
}

/// What is done about edits in the portal, as the environment says.
fn drift(environment: &Environment) -> Result<Option<DriftChoice>, CliError> {
    let Some(value) = text(environment, "OFFERFORM_DRIFT") else { return Ok(None) };
    let choice = clap::ValueEnum::from_str(&value, true);
    let wrong = |_| CliError::failed(format!("OFFERFORM_DRIFT is `{value}`; expected `keep`, `revert` or `refuse`"));
    choice.map(Some).map_err(wrong)
}

fn number(what: &str, text: &str) -> Result<u16, CliError> {
    let parsed = text.parse::<u16>().ok().filter(|number| (1..=256).contains(number));
    parsed.ok_or_else(|| CliError::failed(format!("{what} is `{text}`; expected a number from 1 to 256")))
}
