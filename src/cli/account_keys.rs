//! The keys of storage accounts that files leave to Azure: `key: { from: azure }`.

use std::collections::BTreeMap;
use std::sync::Arc;

use azure_core::http::HttpClient;

use super::context::Context;
use super::secrets::{Secrets, Values};
use super::{CliError, output};
use crate::api::{Endpoint, HttpTransport};
use crate::auth::{self, Audience};
use crate::plan::Plan;
use crate::secret::{AccountKey, AccountPlace, SecretLocation, SecretReference, SecretText};
use crate::storage::{self, Accounts};

/// The variable that names another address of the service. Only the machine can: the address gets a token.
const ENDPOINT: &str = "OFFERFORM_MANAGEMENT_ENDPOINT";

/// Gets the keys that the writes of a plan need.
pub(super) async fn fetch(context: &Context, plan: &Plan, secrets: &Secrets) -> Result<(), CliError> {
    if !matches!(secrets.values, Values::Real) {
        return Ok(());
    }
    let puts = plan.offers().iter().filter_map(|offer| offer.put());
    let wanted = left_to_azure(puts.flat_map(|put| put.proposal.document.sealed().values()));
    if wanted.is_empty() {
        return Ok(());
    }
    let accounts = accounts(context)?;
    for (account, place) in wanted {
        secrets.keys.keep(account.clone(), key(&accounts, &account, &place).await?);
    }
    Ok(())
}

/// Gets the keys that it takes to look at disks. The sandbox has no accounts. An account whose key cannot be got is a warning.
pub(super) async fn fetch_to_look(context: &Context, wanted: BTreeMap<String, AccountPlace>) {
    if wanted.is_empty() || context.settings.sandbox {
        return;
    }
    let warn = |error: &CliError| output::warning(context.terminal.narration, error, "; its disks are not checked");
    let accounts = match accounts(context) {
        Ok(accounts) => accounts,
        Err(error) => return warn(&error),
    };
    for (account, place) in wanted {
        match key(&accounts, &account, &place).await {
            Ok(key) => context.keys.keep(account, key),
            Err(error) => warn(&error),
        }
    }
}

async fn key(accounts: &Accounts, account: &str, place: &AccountPlace) -> Result<SecretText, CliError> {
    accounts.key(account, place).await.map_err(|error| failed(&error))
}

/// The accounts whose keys are left to Azure, each with its place.
pub(super) fn left_to_azure<'a>(
    references: impl Iterator<Item = &'a SecretReference>,
) -> BTreeMap<String, AccountPlace> {
    let mut wanted = BTreeMap::new();
    for reference in references {
        if let SecretLocation::Sas(blob) = &reference.location
            && let AccountKey::Azure(place) = &blob.key
        {
            wanted.entry(blob.account.clone()).or_insert_with(|| place.clone());
        }
    }
    wanted
}

/// What asks for keys, signed in in the same way as for the portal. No request is made yet.
pub(super) fn accounts(context: &Context) -> Result<Accounts, CliError> {
    let endpoint = context.environment.get(ENDPOINT).filter(|text| !text.is_empty()).unwrap_or(storage::ENDPOINT);
    let endpoint: Endpoint =
        endpoint.parse().map_err(|error| CliError::from(&error).hint(format!("it is what {ENDPOINT} holds")))?;
    let transport = HttpTransport::new(&endpoint, context.settings.limits).map_err(|error| CliError::from(&error))?;
    let http: Arc<dyn HttpClient> = Arc::new(transport.client());
    let options = auth::Options {
        audience: Audience { scope: storage::SCOPE, token_variable: None },
        ..auth::Options::new(Arc::clone(&context.clock), http)
    };
    let variable = |name: &str| context.environment.get(name).map(ToOwned::to_owned);
    let tokens = auth::choose(context.settings.auth, &variable, &options)?;
    Ok(Accounts { endpoint, transport: Arc::new(transport), tokens, clock: Arc::clone(&context.clock) })
}

/// The error that a key could not be got, with what to do.
pub(super) fn failed(error: &storage::Error) -> CliError {
    CliError::from(error).maybe_hint(error.hint())
}
