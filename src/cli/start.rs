//! What a run starts from: arguments, settings and the connection, handed to `reconcile` as one value.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::arguments::{Comparing, Fetching, Parallelism, ReleaseFlags};
use super::context::Context;
use super::secrets::{Secrets, StandIns, Values};
use super::service::Service;
use super::{CliError, findings, output, progress};
use crate::apply::{ErrorMessage, Silent};
use crate::artifact::{Artifacts, HttpFetch, Limits, Reach};
use crate::diff::{Secrecy, Unmanaged};
use crate::offer::{Document, OfferAddress};
use crate::plan::{Allowance, OnConflict, OnDrift};
use crate::reconcile::{Choices, Memory, Planned, Run, Surroundings};
use crate::record::{self, Store};
use crate::render::human;
use crate::secret::SecretSource;
use crate::workspace::{Selection, Workspace};

/// A run over the files of `workspace`.
pub(super) fn over<'c>(
    context: &'c Context,
    service: &Service,
    (selection, workspace): (Selection, Workspace),
    (secrets, fetching, parallelism): (Arc<dyn SecretSource>, Fetching, Parallelism),
) -> Result<Run<'c>, CliError> {
    let surroundings = Surroundings {
        artifacts: artifacts(context, fetching)?,
        parallelism: parallelism.or(context.settings.parallelism),
        progress: progress::reading(context.terminal.narration, workspace.desired.len()),
        ..surroundings(context, service, workspace.tree.root(), secrets)
    };
    Ok(Run { repository: &context.repository, selection, workspace, surroundings })
}

/// What a run has besides the files of the repository with the root `root`. Files behind addresses are not fetched.
pub(super) fn surroundings(
    context: &Context,
    service: &Service,
    root: &Path,
    secrets: Arc<dyn SecretSource>,
) -> Surroundings {
    Surroundings {
        endpoint: service.name(),
        client: service.reading(),
        secrets,
        memory: memory(context, root, service),
        artifacts: Arc::new(Artifacts::unseen()),
        parallelism: context.settings.parallelism,
        progress: Arc::new(Silent),
        today: context.today(),
    }
}

/// What is asked for about a plan, on the command line and in the settings.
pub(super) fn choices(
    context: &Context,
    comparing: &Comparing,
    (release, unmanaged, allow): (ReleaseFlags, Unmanaged, &[Allowance]),
) -> Choices {
    Choices {
        base: comparing.base.clone(),
        on_drift: comparing.drift.map_or(context.settings.drift, OnDrift::from),
        on_conflict: if comparing.overwrite_conflicts { OnConflict::Overwrite } else { OnConflict::Refuse },
        secrecy: if comparing.rotate_secrets { Secrecy::Rotated } else { Secrecy::Kept },
        unmanaged,
        release: release.release_request(),
        max_changed_percent: context.settings.max_changed_percent,
        allow: allow.to_vec(),
    }
}

/// Where the secrets of this run come from.
pub(super) fn secrets(context: &Context, workspace: &Workspace) -> Secrets {
    secrets_of(context, workspace.tree.root())
}

/// The secrets that files of the repository with the root `root` refer to.
pub(super) fn secrets_of(context: &Context, root: &Path) -> Secrets {
    let sandbox = || Values::Placeholders(StandIns::of(&context.sandbox_folder(), &context.clock));
    let values = if context.settings.sandbox { sandbox() } else { Values::Real };
    let keys = context.keys.clone();
    Secrets { environment: context.environment.clone(), root: root.to_path_buf(), values, keys }
}

/// The files behind addresses: fetched where that is needed, unless nobody wants it or the portal is played.
fn artifacts(context: &Context, fetching: Fetching) -> Result<Arc<Artifacts>, CliError> {
    if fetching.no_fetch || context.settings.sandbox {
        return Ok(Arc::new(Artifacts::unseen()));
    }
    let fetch = HttpFetch::new(Reach::Public, Limits::default()).map_err(|error| CliError::from(&error))?;
    Ok(Arc::new(Artifacts::fetched_by(Arc::new(fetch))))
}

/// What is remembered of the service's rewrites; less than there was is a warning.
pub(super) fn memory(context: &Context, root: &Path, service: &Service) -> Arc<Memory> {
    let endpoint = service.name();
    let Some(store) = store(context, root) else { return service.remembering(Memory::empty(endpoint)) };
    let (memory, errors) = Memory::open(endpoint, store);
    for error in &errors {
        let consequence = "; known rewrites of the service may appear as changes";
        output::warning(context.terminal.narration, &CliError::from(error), consequence);
    }
    service.remembering(memory.with_ingestion(service.ingestion_name()))
}

/// Where the record is kept, if it is. That of the sandbox is its own.
pub(super) fn store(context: &Context, root: &Path) -> Option<Store> {
    if context.settings.sandbox {
        return Some(Store::File(record::File::new(context.sandbox_folder().join("record.json"))));
    }
    context.settings.record.store(root)
}

/// Records offers whose files were just written from the portal as applied. The files are read again: what they declare now counts.
pub(super) fn record(
    context: &Context,
    selection: Selection,
    surroundings: &Surroundings,
    lives: BTreeMap<OfferAddress, Document>,
) -> Result<(), CliError> {
    let workspace = findings::opened(context, context.repository.open(&selection))?;
    let secrets = Arc::new(secrets(context, &workspace));
    let artifacts = Arc::new(Artifacts::unseen());
    let surroundings = Surroundings { secrets, artifacts, ..surroundings.clone() };
    let run = Run { repository: &context.repository, selection, workspace, surroundings };
    run.record_as_applied(lives)?;
    keep(context, &run.surroundings.memory);
    Ok(())
}

/// Writes what the run recorded.
pub(super) fn keep(context: &Context, memory: &Memory) {
    not_recorded(context, memory.keep().err());
}

/// Warns that what was applied could not be recorded.
pub(super) fn not_recorded(context: &Context, error: Option<record::Error>) {
    if let Some(error) = error {
        let consequence = "; the next plan may show applied values as edits in the portal";
        output::warning(context.terminal.narration, &CliError::from(&error), consequence);
    }
}

/// Shows what is said of the base's files and of the offers that could not be read. If there are any of those, `consequence` is the
/// error.
pub(super) fn complete(
    context: &Context,
    (planned, base): (&Planned, Option<&str>),
    consequence: &str,
) -> Result<(), CliError> {
    findings::of_base(context, base, planned.base_findings.as_ref());
    if planned.failures.is_empty() {
        return Ok(());
    }
    failures(context, &planned.failures);
    Err(CliError::failed(consequence))
}

/// Shows which offers could not be read, and why.
pub(super) fn failures(context: &Context, failures: &[(OfferAddress, ErrorMessage)]) {
    output::narrate(|out| human::failures(failures, out, context.terminal.stderr));
}
