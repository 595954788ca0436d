//! `offerform doctor`: what a run would stumble over, each with what to do about it. Changes nothing, here and in the portal.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::account_keys::{self, left_to_azure};
use super::arguments::{DoctorArguments, Format};
use super::context::Context;
use super::secrets::Secrets;
use super::service::Service;
use super::start::store;

use super::{CliError, Exit, output};
use crate::backend::{Publisher, Reader};
use crate::desired;
use crate::offer::{Api, PublisherId};
use crate::record::{Reach, Store};
use crate::render::checkup::{Check, Checkup, Finding};
use crate::render::human;
use crate::render::json::v1;
use crate::secret::{SecretLocation, SignedBlob};
use crate::source::{GitError, GitTree, WorkTree};
use crate::workspace::FILE_NAME;

/// From here on a wrong clock is reported; signatures of disks begin and end by it.
const NOTABLE: SignedDuration = SignedDuration::from_secs(60);

/// From here on signing in may fail: tokens are good from a moment on, and Entra allows for five minutes. Source: "Access tokens in the
/// Microsoft identity platform", learn.microsoft.com.
const TOO_MUCH: SignedDuration = SignedDuration::from_secs(300);

/// How checks are made here.
impl Check {
    fn new(of: &'static str, finding: Finding, text: impl Into<String>) -> Self {
        Self { of, finding, text: text.into(), advice: None }
    }

    fn ok(of: &'static str, text: impl Into<String>) -> Self {
        Self::new(of, Finding::Ok, text)
    }

    fn failed(of: &'static str, error: &CliError) -> Self {
        let failure = error.failure();
        Self { advice: failure.hint.clone(), ..Self::new(of, Finding::Failed, failure.message.as_str()) }
    }

    /// A check of something that a run can do without: its failure is a warning.
    fn noted(of: &'static str, error: &CliError) -> Self {
        Self { finding: Finding::Warning, ..Self::failed(of, error) }
    }

    fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}

pub(super) async fn run(context: &Context, arguments: &DoctorArguments) -> Result<Exit, CliError> {
    let tree = context.repository.tree(&[])?;
    let mut checks = vec![settings(context), files(context, &tree)];
    checks.extend(signatures(context, &tree));
    checks.extend(git(&tree));
    checks.extend(arguments.base.as_deref().map(|base| base_commit(&tree, base)));
    checks.push(record(context, &tree));
    checks.extend(service(context, &apis(context, &tree)).await);
    checks.extend(keys_of_azure(context, &tree).await);
    let checkup = Checkup { checks };
    output::data(|out| match arguments.print.format {
        Format::Human => human::checkup(&checkup, out, context.terminal.stdout),
        Format::Json => v1::checkup(&checkup, out),
    })?;
    Ok(if checkup.count(Finding::Failed) > 0 { Exit::Error } else { Exit::Done })
}

/// That they can be read is known by now: without them no command begins.
fn settings(context: &Context) -> Check {
    let file = context.root().join(FILE_NAME);
    let from = if file.is_file() { FILE_NAME } else { "no settings file; defaults and variables apply" };
    if context.settings.notification_emails.is_empty() && !context.settings.sandbox {
        return Check::new("settings", Finding::Warning, format!("{from}; no notification e-mails are set"))
            .advice("to be notified of releases, set `notification_emails: [team@contoso.example]` in offerform.yaml");
    }
    Check::ok("settings", from)
}

fn files(context: &Context, tree: &WorkTree) -> Check {
    let loaded = desired::load(tree, &context.repository.offers(), &context.environment);
    let count = loaded.desired.len();
    if loaded.diagnostics.has_errors() && count == 0 && tree_is_bare(context) {
        let folders = context.repository.offers();
        let folders = folders.iter().map(|folder| format!("`{}`", output::shown(Path::new(folder))));
        let folders = folders.collect::<Vec<_>>().join(", ");
        return Check::new("files", Finding::Warning, format!("there are no offer files in {folders}"))
            .advice("`offerform import --all` writes the offers of the portal into files");
    }
    if loaded.diagnostics.has_errors() {
        return Check::new("files", Finding::Failed, format!("{}, and files with errors", counted(count)))
            .advice("`offerform validate` shows the errors");
    }
    Check::ok("files", counted(count))
}

/// Whether the keys are there that addresses of disks are signed with, one check for each variable.
fn signatures(context: &Context, tree: &WorkTree) -> Vec<Check> {
    let loaded = desired::load(tree, &context.repository.offers(), &context.environment);
    let mut blobs: BTreeMap<String, SignedBlob> = BTreeMap::new();
    for offer in &loaded.desired {
        for reference in offer.document.sealed().values() {
            if let SecretLocation::Sas(blob) = &reference.location
                && let Some(name) = blob.key.variable()
            {
                blobs.entry(name.to_owned()).or_insert_with(|| (**blob).clone());
            }
        }
    }
    let secrets = Secrets::real(&context.environment, tree.root());
    let check = |(name, blob): (String, SignedBlob)| match secrets.sign(&blob) {
        None => {
            Check::new("signatures", Finding::Warning, format!("{name} is not set, so disks cannot be signed here"))
                .advice(format!("where apply runs, set {name} to the key of the storage account `{}`", blob.account))
        }
        Some(Err(error)) => Check::new("signatures", Finding::Failed, format!("{name}: {error}"))
            .advice(format!("copy the key again with `az storage account keys list --account-name {}`", blob.account)),
        Some(Ok(_)) => Check::ok("signatures", format!("disks of `{}` are signed with {name}", blob.account)),
    };
    blobs.into_iter().map(check).collect()
}

/// Whether Azure gives the keys that files leave to it, one check for each account.
async fn keys_of_azure(context: &Context, tree: &WorkTree) -> Vec<Check> {
    let loaded = desired::load(tree, &context.repository.offers(), &context.environment);
    let wanted = left_to_azure(loaded.desired.iter().flat_map(|offer| offer.document.sealed().values()));
    if wanted.is_empty() || context.settings.sandbox {
        return Vec::new();
    }
    let accounts = match account_keys::accounts(context) {
        Ok(accounts) => accounts,
        Err(error) => return vec![Check::failed("signatures", &error)],
    };
    let mut checks = Vec::new();
    for (account, place) in wanted {
        checks.push(match accounts.key(&account, &place).await {
            Ok(_) => Check::ok("signatures", format!("disks of `{account}` are signed with its key from Azure")),
            Err(error) => Check::failed("signatures", &account_keys::failed(&error)),
        });
    }
    checks
}

fn counted(offers: usize) -> String {
    if offers == 1 { "1 offer".to_owned() } else { format!("{offers} offers") }
}

/// Whether what the settings name holds nothing at all.
fn tree_is_bare(context: &Context) -> bool {
    let is_bare = |path: &String| {
        let hidden = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with('.');
        std::fs::read_dir(path).map_or(true, |entries| entries.flatten().all(hidden))
    };
    context.repository.offers().iter().all(is_bare)
}

/// Whether git is there, and how much of the history.
fn git(tree: &WorkTree) -> Vec<Check> {
    let commit = match GitTree::resolve(tree, "HEAD") {
        Ok(commit) => commit,
        Err(error @ GitError::Program(_)) => {
            let check = Check::failed("git", &CliError::from(&error));
            return vec![check.advice("install git: --base, drift and the record in git notes need it")];
        }
        Err(error @ GitError::NoRepository(_)) => {
            let check = Check::new("git", Finding::Warning, CliError::from(&error).failure().message.as_str());
            return vec![
                check.advice("run `git init` and commit the files: --base and drift read earlier commits from git"),
            ];
        }
        Err(GitError::NoCommit { .. }) => {
            let check = Check::new("git", Finding::Warning, "nothing was committed yet");
            return vec![check.advice("commit the files: drift compares committed files")];
        }
        Err(error) => return vec![Check::failed("git", &CliError::from(&error))],
    };
    let depth = match GitTree::is_shallow(tree) {
        Some(true) => Check::new("history", Finding::Warning, "the clone is shallow: older commits are missing")
            .advice("run `git fetch --unshallow`; in a workflow, set `fetch-depth: 0` for actions/checkout, or `fetchDepth: 0`"),
        _ => Check::ok("history", "complete"),
    };
    vec![Check::ok("git", format!("at commit {}", commit.get(..10).unwrap_or(&commit))), depth]
}

fn base_commit(tree: &WorkTree, base: &str) -> Check {
    match GitTree::resolve(tree, base) {
        Ok(commit) => Check::ok("base", format!("{base} is {}", commit.get(..10).unwrap_or(&commit))),
        Err(error) => Check::failed("base", &CliError::from(&error).maybe_hint(error.hint().map(ToOwned::to_owned))),
    }
}

/// Whether what is known of the service's rewrites can be read and kept. No run needs it, so nothing here is more than a warning.
fn record(context: &Context, tree: &WorkTree) -> Check {
    let Some(store) = store(context, tree.root()) else {
        return Check::new(
            "record",
            Finding::Warning,
            "no record is kept: rewrites of the service are shown as changes",
        )
        .advice("set `record: file`, or `record: git-notes` for pipelines, in offerform.yaml");
    };
    if let Some(failure) = store.load().errors.first() {
        return Check::noted("record", &CliError::from(failure)).advice(match &store {
            Store::File(_) => "make the file readable; without it, plans show more differences, but no write is wrong",
            Store::Notes(_) => {
                "make `git fetch` work here; in a workflow, set `persist-credentials: true` for actions/checkout"
            }
        });
    }
    let in_pipeline = context.environment.get("CI").is_some() || context.environment.get("TF_BUILD").is_some();
    match store.rehearse() {
        Err(error) => Check::noted("record", &CliError::from(&error)).advice(
            "apply must push refs/notes/offerform: give its job `contents: write`, or the user permission to push",
        ),
        Ok(Reach::Shared) => Check::ok("record", format!("{}, and it can be pushed", store.place())),
        Ok(Reach::Here) if in_pipeline && !context.settings.sandbox => {
            Check::new("record", Finding::Warning, format!("{}, but other machines do not have it", store.place()))
                .advice("set `record: git-notes` in offerform.yaml")
        }
        Ok(Reach::Here) => {
            let place = store.place();
            let root = tree.root().display().to_string();
            Check::ok("record", place.strip_prefix(&root).unwrap_or(&place).trim_start_matches('/'))
        }
    }
}

/// The APIs that the files and the settings name.
fn apis(context: &Context, tree: &WorkTree) -> BTreeSet<Api> {
    let loaded = desired::load(tree, &context.repository.offers(), &context.environment);
    let mut apis: BTreeSet<Api> = loaded.desired.iter().map(|offer| offer.address.api).collect();
    apis.extend(context.settings.named_api());
    if apis.is_empty() {
        apis.insert(context.settings.api());
    }
    apis
}

/// Whether the service can be reached, lets us in, and has what we look for.
async fn service(context: &Context, apis: &BTreeSet<Api>) -> Vec<Check> {
    let service = match Service::connect(context).await {
        Ok(service) => service,
        Err(error) => return vec![Check::failed("sign-in", &error)],
    };
    let mut checks = Vec::new();
    if apis.contains(&Api::CloudPartnerPortal) {
        checks.extend(portal(context, &service).await);
    }
    if apis.contains(&Api::ProductIngestion) {
        checks.extend(ingestion(context, &service).await);
    }
    // What is wrong with the end of a connection is nothing that a run would stumble over.
    let _ = service.close().await;
    checks
}

/// Checks the sign-in, the clock, the publisher and the offers of the Cloud Partner Portal API.
async fn portal(context: &Context, service: &Service) -> Vec<Check> {
    let mut checks = vec![sign_in(service, Api::CloudPartnerPortal).await];
    if checks[0].finding != Finding::Ok {
        return checks;
    }
    let client = service.reading();
    match client.publishers().await {
        Err(error) => checks.push(Check::failed("service", &CliError::from(error))),
        Ok(publishers) => {
            checks.push(clock(client.time().await.ok().flatten(), context.clock.now()));
            checks.push(publisher(context, &publishers));
            checks.extend(offers(context, client.as_ref(), &publishers).await);
        }
    }
    checks
}

/// Checks the sign-in and the products of the Product Ingestion API, which has no publishers.
async fn ingestion(context: &Context, service: &Service) -> Vec<Check> {
    let api = Api::ProductIngestion;
    let mut checks = vec![sign_in(service, api).await];
    if checks[0].finding != Finding::Ok {
        return checks;
    }
    let publisher = PublisherId::new(context.settings.publisher.as_deref().unwrap_or_default());
    checks.push(match service.reading().offers(&publisher, api).await {
        Ok(products) => Check::ok("products", format!("{} can be read through the {api}", products.len())),
        Err(error) => Check::failed("products", &CliError::from(error)),
    });
    checks
}

async fn sign_in(service: &Service, api: Api) -> Check {
    let tokens = service.tokens(api);
    match tokens.token().await {
        Err(error) => Check::failed("sign-in", &CliError::from(error)),
        Ok(token) => {
            let until = token.expires().map_or(String::new(), |expires| format!(", until {expires}"));
            let other = if api == Api::default() { String::new() } else { format!(", for the {api}") };
            Check::ok("sign-in", format!("{}{until}{other}", tokens.describe()))
        }
    }
}

fn clock(service: Option<Timestamp>, here: Timestamp) -> Check {
    let Some(service) = service else {
        return Check::new("clock", Finding::Warning, "the service does not return the time");
    };
    let apart = here.duration_since(service);
    let seconds = apart.as_secs().unsigned_abs();
    let which = if apart.is_negative() { "behind" } else { "ahead" };
    let advice = "synchronise the clock of the machine with the network (NTP)";
    match apart.abs() {
        apart if apart >= TOO_MUCH => {
            Check::new("clock", Finding::Failed, format!("{seconds} seconds {which}; signing in fails")).advice(advice)
        }
        apart if apart >= NOTABLE => {
            Check::new("clock", Finding::Warning, format!("{seconds} seconds {which}")).advice(advice)
        }
        _ => Check::ok("clock", "as the service's"),
    }
}

fn publisher(context: &Context, publishers: &[Publisher]) -> Check {
    let names: Vec<&str> = publishers.iter().map(|publisher| publisher.id.as_str()).collect();
    let wanted = context.settings.publisher.as_deref();
    let advice = "add the principal to the publisher account, as owner or contributor, by its object id in your tenant";
    match wanted {
        _ if names.is_empty() => Check::new("publisher", Finding::Failed, "none is visible").advice(advice),
        Some(wanted) if !names.iter().any(|name| name.eq_ignore_ascii_case(wanted)) => Check::new(
            "publisher",
            Finding::Failed,
            format!("`{wanted}` is not visible; visible are: {}", names.join(", ")),
        )
        .advice(advice),
        Some(wanted) => Check::ok("publisher", wanted),
        None => Check::ok("publisher", names.join(", ")),
    }
}

/// Whether offers can be read, and not only the list of publishers.
async fn offers(context: &Context, client: &dyn Reader, publishers: &[Publisher]) -> Vec<Check> {
    let wanted = context.settings.publisher.as_deref();
    let is_wanted = |id: &str| wanted.is_none_or(|wanted| id.eq_ignore_ascii_case(wanted));
    let mut checks = Vec::new();
    for publisher in publishers.iter().filter(|publisher| is_wanted(publisher.id.as_str())) {
        checks.push(match client.offers(&publisher.id, Api::CloudPartnerPortal).await {
            Ok(offers) => Check::ok("offers", format!("{} of {} can be read", offers.len(), publisher.id)),
            Err(error) => Check::failed("offers", &CliError::from(error)),
        });
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_wrong_is_told_and_one_that_is_far_off_fails() {
        let here: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        for (service, finding, text) in [
            ("2026-11-21T12:00:00Z", Finding::Ok, "as the service's"),
            ("2026-11-21T12:00:59Z", Finding::Ok, "as the service's"),
            ("2026-11-21T12:01:00Z", Finding::Warning, "60 seconds behind"),
            ("2026-11-21T11:58:00Z", Finding::Warning, "120 seconds ahead"),
            ("2026-11-21T12:05:00Z", Finding::Failed, "300 seconds behind; signing in fails"),
            ("2026-11-21T10:00:00Z", Finding::Failed, "7200 seconds ahead; signing in fails"),
        ] {
            let check = clock(Some(service.parse().unwrap()), here);
            assert_eq!((check.finding, check.text.as_str()), (finding, text), "{service}");
        }
        assert_eq!(clock(None, here).finding, Finding::Warning);
    }
}
