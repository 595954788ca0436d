//! `offerform sandbox`: the built-in simulator by hand.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::arguments::{Format, SandboxArguments, SandboxCommand};
use super::context::Context;
use super::interrupt::Signals;
use super::secrets::STAND_INS;
use super::served::{Served, known};
use super::service::{self, Held, Opened, RunningSandbox};
use super::{CliError, Exit, output};
use crate::api::Endpoint;
use crate::file;
use crate::render::visible;
use crate::simulator::control::EditOrder;
use crate::simulator::store::Store;
use crate::simulator::{Edit, EditError, FaultRule, LogEntry, Service as Simulated};

/// How often a served sandbox is saved, so that a killed one loses little.
const SAVE_EVERY: Duration = Duration::from_secs(2);

pub(super) async fn run(context: &Context, arguments: SandboxArguments) -> Result<Exit, CliError> {
    match arguments.command {
        SandboxCommand::Serve { port } => serve(context, port).await?,
        SandboxCommand::Reset => reset(context).await?,
        SandboxCommand::Edit { offer, pointer, value, remove: _ } => edit(context, offer, pointer, value).await?,
        SandboxCommand::Log { last, print } => log(context, last, print.format).await?,
        SandboxCommand::Faults { file, clear } => faults(context, file.as_deref(), clear).await?,
    }
    Ok(Exit::Done)
}

async fn serve(context: &Context, port: u16) -> Result<(), CliError> {
    let mut signals = Signals::listen();
    let (store, service) = match service::open(context).await? {
        Opened::Here(store, service) => (store, *service),
        Opened::Served(address) => {
            return Err(CliError::failed(format!("the sandbox is already being served at http://{address}"))
                .hint("use --sandbox in this repository, or --endpoint with this address elsewhere"));
        }
    };
    let sandbox = RunningSandbox::start(context, store, service, port).await?;
    sandbox.announce()?;
    let address = sandbox.address;
    output::data(|out| writeln!(out, "http://{address}"))?;
    output::narrate(|out| {
        writeln!(out, "serving the sandbox until Ctrl-C; any token is accepted:")?;
        writeln!(out, "  OFFERFORM_TOKEN=anything offerform --endpoint http://{address} whoami")
    });
    let mut stop = std::pin::pin!(signals.any());
    loop {
        tokio::select! {
            () = &mut stop => break,
            () = context.clock.sleep(SAVE_EVERY) => sandbox.save()?,
        }
    }
    sandbox.stop().await
}

async fn reset(context: &Context) -> Result<(), CliError> {
    let folder = context.sandbox_folder();
    // A sandbox that cannot be loaded is what reset is for.
    let store = match service::hold(context, &folder).await? {
        Held::Here(store) => store,
        Held::Served(address) => {
            let message = format!("the sandbox is being served at http://{address} and cannot be reset");
            return Err(CliError::failed(message).hint("end `offerform sandbox serve` first"));
        }
    };
    store.reset().map_err(|error| CliError::from(&error))?;
    for path in ["record.json", STAND_INS].map(|name| folder.join(name)) {
        file::remove(&path).map_err(|error| {
            CliError::failed(format!("removing `{}`: {}", path.display(), std::io::Error::from(error)))
        })?;
    }
    output::data(|out| writeln!(out, "the sandbox is reset to the initial portal"))
}

/// The sandbox that a command is about.
enum Target {
    /// That of this repository, which nobody else uses.
    Here(Store, Box<Simulated>),
    /// One that another process serves; with its folder if that is the one of this repository.
    Served(Served, Option<PathBuf>),
}

impl Target {
    /// The one served at the endpoint, if that is on this machine; else that of this repository.
    async fn find(context: &Context) -> Result<Self, CliError> {
        let here = context.settings.endpoint().ok().filter(Endpoint::is_plain).filter(|_| !context.settings.sandbox);
        if let Some(endpoint) = here {
            return Ok(Self::Served(Served::at(endpoint)?, None));
        }
        Ok(match service::open(context).await? {
            Opened::Here(store, service) => Self::Here(store, service),
            Opened::Served(address) => {
                let endpoint = format!("http://{address}").parse().map_err(|error| CliError::from(&error))?;
                Self::Served(Served::at(endpoint)?, Some(context.sandbox_folder()))
            }
        })
    }
}

async fn edit(context: &Context, offer: String, pointer: String, value: Option<String>) -> Result<(), CliError> {
    let edit = match value {
        // What is no JSON is taken as text, so that a word needs no second pair of quotes.
        Some(text) => {
            let value = serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text));
            Edit::Set { pointer, value }
        }
        None => Edit::Remove { pointer },
    };
    match Target::find(context).await? {
        Target::Here(store, mut service) => {
            let known = |service: &Simulated| {
                let (offers, products): (Vec<_>, Vec<_>) = (service.offers().collect(), service.products().collect());
                known(&offers, &products)
            };
            service.edit(&offer, &edit).map_err(|error| {
                let is_other_offer = matches!(error, EditError::UnknownOffer(_));
                CliError::from(&error).maybe_hint(is_other_offer.then(|| known(&service)))
            })?;
            store.save(&mut service).map_err(|error| CliError::from(&error))?;
        }
        Target::Served(served, _) => served.edit(&EditOrder { offer: offer.clone(), edit }).await?,
    }
    output::data(|out| writeln!(out, "{}: edited in the sandbox", visible(&offer)))
}

async fn log(context: &Context, last: Option<usize>, format: Format) -> Result<(), CliError> {
    let entries = match Target::find(context).await? {
        Target::Here(store, _) => store.log().map_err(|error| CliError::from(&error))?,
        Target::Served(served, folder) => {
            let mut entries = match folder {
                Some(folder) => Store::log_in(&folder).map_err(|error| CliError::from(&error))?,
                None => Vec::new(),
            };
            let next = entries.last().map_or(0, |entry| entry.number + 1);
            entries.extend(served.log().await?.into_iter().filter(|entry| entry.number >= next));
            entries
        }
    };
    let from = last.map_or(0, |last| entries.len().saturating_sub(last));
    output::data(|out| {
        entries[from..].iter().try_for_each(|entry| match format {
            Format::Human => writeln!(out, "{}", line(entry)),
            Format::Json => {
                serde_json::to_writer(&mut *out, entry)?;
                writeln!(out)
            }
        })
    })
}

fn line(entry: &LogEntry) -> String {
    let status = entry.status.map_or_else(|| "---".to_owned(), |status| status.to_string());
    let faults = if entry.faults.is_empty() { String::new() } else { format!("  [{}]", entry.faults.join(", ")) };
    let at = entry.at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ");
    let text = format!("{:>5}  {at}  {:<4} {status}  {}{faults}", entry.number, entry.method, entry.path);
    visible(&text).into_owned()
}

async fn faults(context: &Context, file: Option<&Path>, clear: bool) -> Result<(), CliError> {
    let wanted = match file {
        Some(path) => Some(read_faults(path)?),
        None => clear.then(Vec::new),
    };
    let set = match Target::find(context).await? {
        Target::Here(store, mut service) => {
            if let Some(rules) = wanted {
                service.set_faults(rules);
                store.save(&mut service).map_err(|error| CliError::from(&error))?;
            }
            service.faults().to_vec()
        }
        Target::Served(served, _) => served.faults(wanted).await?,
    };
    output::data(|out| {
        serde_json::to_writer_pretty(&mut *out, &set)?;
        writeln!(out)
    })
}

/// How many bytes a file of faults has at most.
const LARGEST_FAULTS: usize = 1024 * 1024;

fn read_faults(path: &Path) -> Result<Vec<FaultRule>, CliError> {
    let failed = |why: String| CliError::failed(format!("reading faults `{}`: {why}", path.display()));
    let bytes = file::read(path, LARGEST_FAULTS).map_err(|error| failed(io::Error::from(error).to_string()))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| failed(error.to_string()).hint("docs/simulator.md shows the form of a rule"))
}
