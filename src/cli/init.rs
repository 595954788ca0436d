//! `offerform init`: what a repository with offers begins with. Writes what is missing, never over anything, and asks no service.

use std::path::{Path, PathBuf};

use super::arguments::{Format, InitArguments, System};
use super::context::Context;
use super::{CliError, Exit, output, schemas};
use crate::file;
use crate::render::init::{self, Outcome, Setup, SetupFile};
use crate::render::json::v1;
use crate::source::FILE_LIMIT;
use crate::workspace::FILE_NAME;

/// What lies in the repository for the sandbox and the record, and for nobody else.
const IGNORED: &str = "/.offerform/";

/// The file that names it.
const IGNORING: &str = ".gitignore";

/// A file of a pipeline: where it goes, and what is in it.
type Pipeline = (&'static str, &'static str);

const GITHUB: [Pipeline; 5] = [
    (".github/actions/offerform/action.yml", include_str!("../../action.yml")),
    (".github/workflows/offerform-plan.yml", include_str!("../../examples/workflows/github/plan.yml")),
    (".github/workflows/offerform-apply.yml", include_str!("../../examples/workflows/github/apply.yml")),
    (".github/workflows/offerform-drift.yml", include_str!("../../examples/workflows/github/drift.yml")),
    (".github/workflows/offerform-image.yml", include_str!("../../examples/workflows/github/image.yml")),
];

const AZURE_PIPELINES: [Pipeline; 4] = [
    (".azure-pipelines/offerform-plan.yml", include_str!("../../examples/workflows/azure-pipelines/plan.yml")),
    (".azure-pipelines/offerform-apply.yml", include_str!("../../examples/workflows/azure-pipelines/apply.yml")),
    (".azure-pipelines/offerform-drift.yml", include_str!("../../examples/workflows/azure-pipelines/drift.yml")),
    (".azure-pipelines/offerform-image.yml", include_str!("../../examples/workflows/azure-pipelines/image.yml")),
];

pub(super) fn run(context: &Context, arguments: &InitArguments) -> Result<Exit, CliError> {
    let folder = arguments.dir.clone().unwrap_or_else(|| context.root().to_path_buf());
    let publisher = publisher(context)?;
    let mut files = vec![
        (FILE_NAME, settings_file(publisher, arguments.workflows)),
        ("offer.schema.json", schemas::OFFER.to_owned()),
    ];
    if !folder.join("offers").exists() {
        // git keeps no empty folder.
        files.push(("offers/.gitkeep", String::new()));
    }
    files.extend(pipelines(arguments.workflows).iter().map(|(path, text)| (*path, (*text).to_owned())));
    let mut setup = Setup { folder: folder.display().to_string(), files: Vec::new(), next: Vec::new() };
    let mut made: Vec<(PathBuf, &str)> = Vec::new();
    for (path, text) in &files {
        let outcome = outcome(&folder.join(path), text);
        if outcome == Outcome::Made {
            made.push((folder.join(path), text));
        }
        setup.files.push(SetupFile { path, outcome });
    }
    let ignoring = folder.join(IGNORING);
    let ignored = ignored(&ignoring)?;
    let outcome = match &ignored {
        Some(text) => {
            made.push((ignoring, text));
            Outcome::Added(IGNORED)
        }
        None => Outcome::Same,
    };
    setup.files.push(SetupFile { path: IGNORING, outcome });
    setup.next = next(publisher, arguments.workflows, context.settings.sandbox);
    output::files(&folder, &made)?;
    match arguments.print.format {
        Format::Human => output::data(|out| init::human(&setup, out))?,
        Format::Json => output::data(|out| v1::setup(&setup, out))?,
    }
    Ok(Exit::Done)
}

fn pipelines(system: System) -> &'static [Pipeline] {
    match system {
        System::Github => &GITHUB,
        System::AzurePipelines => &AZURE_PIPELINES,
        System::None => &[],
    }
}

/// The publisher that is named. It goes into a file that is read again, so it has to look like one.
fn publisher(context: &Context) -> Result<Option<&str>, CliError> {
    let publisher = context.settings.publisher.as_deref();
    let is_id =
        |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    match publisher {
        Some(id) if !is_id(id) => Err(CliError::failed(format!("`{id}` is not a publisher id"))
            .hint("use the id that `offerform whoami` shows, such as `contoso`")),
        publisher => Ok(publisher),
    }
}

fn settings_file(publisher: Option<&str>, system: System) -> String {
    let publisher = publisher
        .map_or("# publisher: contoso # only offers of this publisher".to_owned(), |id| format!("publisher: \"{id}\""));
    let record = match system {
        System::None => {
            "record: file # what was applied last; `git-notes` shares it with every clone and with pipelines"
        }
        System::Github | System::AzurePipelines => {
            "record: git-notes # what was applied last, for every clone; `apply` needs permission to push (GitHub: `contents: write`)"
        }
    };
    format!(
        "# Settings of offerform; `offerform schema settings` describes all of them.\noffers: [offers]\n{publisher}\n{record}\n\
         # Addresses that the service notifies about releases; if none are set, nobody is notified:\n\
         # notification_emails: [marketplace@contoso.example]\n"
    )
}

/// What becomes of a file: it is made if it is missing.
fn outcome(path: &Path, text: &str) -> Outcome {
    // A link that leads nowhere is something, too.
    if path.symlink_metadata().is_err() {
        return Outcome::Made;
    }
    let same = file::read(path, FILE_LIMIT).is_ok_and(|bytes| bytes == text.as_bytes());
    if same { Outcome::Same } else { Outcome::Other }
}

/// What `.gitignore` becomes; nothing if it names the folder already.
fn ignored(path: &Path) -> Result<Option<String>, CliError> {
    let before = match file::read(path, FILE_LIMIT) {
        Ok(bytes) => bytes,
        Err(error) if error.is_missing() => Vec::new(),
        Err(error) => {
            let problem = std::io::Error::from(error);
            return Err(CliError::failed(format!("reading `{}`: {problem}", path.display())));
        }
    };
    let before = String::from_utf8(before).map_err(|_| {
        CliError::failed(format!("`{}` is not UTF-8 text", path.display()))
            .hint(format!("add the line `{IGNORED}` by hand, then run this again"))
    })?;
    let names_it = |line: &str| line.trim().trim_matches('/') == IGNORED.trim_matches('/');
    if before.lines().any(names_it) {
        return Ok(None);
    }
    let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    Ok(Some(format!("{before}{gap}{IGNORED}\n")))
}

fn next(publisher: Option<&str>, system: System, is_sandbox: bool) -> Vec<String> {
    let sign_in = "sign in, for example with `az login`; `offerform whoami` shows the visible publishers";
    let mut steps = Vec::new();
    if !is_sandbox {
        steps.push(sign_in.to_owned());
    }
    steps.extend([
        "`offerform doctor` shows what is missing, and how to fix it".to_owned(),
        publisher.map_or_else(
            || {
                "`offerform import --all` writes the offers of the portal into files; or copy one from the guide"
                    .to_owned()
            },
            |id| format!("`offerform import --all --publisher {id}` writes the offers of the portal into files"),
        ),
        "`offerform plan` then has no changes; commit the files".to_owned(),
    ]);
    match system {
        System::Github => steps.push(
            "set up signing in from GitHub (federated credentials, the variables AZURE_TENANT_ID and AZURE_CLIENT_ID, the \
             environments marketplace and marketplace-approval): docs/pipelines.md of offerform"
                .to_owned(),
        ),
        System::AzurePipelines => steps.push(
            "create a pipeline from each file in .azure-pipelines (`image` only for virtual machines), a service connection `offerform`, and the environments \
             marketplace and marketplace-approval: docs/pipelines.md of offerform"
                .to_owned(),
        ),
        System::None => {
            steps.push("`offerform init --workflows github` (or `azure-pipelines`) adds pipelines at any time".to_owned());
        }
    }
    steps
}
