//! `offerform sandbox`: the built-in simulator by hand.

use std::path::Path;
use std::time::Duration;

use super::arguments::{Format, SandboxArguments, SandboxCommand};
use super::context::Context;
use super::interrupt::Signals;
use super::secrets::STAND_INS;
use super::service::{self, RunningSandbox};
use super::{CliError, Exit, output};
use crate::file;
use crate::render::visible;
use crate::simulator::store::Store;
use crate::simulator::{Edit, FaultRule, LogEntry};

/// How often a served sandbox is saved, so that a killed one loses little.
const SAVE_EVERY: Duration = Duration::from_secs(2);

pub(super) async fn run(context: &Context, arguments: SandboxArguments) -> Result<Exit, CliError> {
    match arguments.command {
        SandboxCommand::Serve { port } => serve(context, port).await?,
        SandboxCommand::Reset => reset(context)?,
        SandboxCommand::Edit { offer, pointer, value, remove: _ } => edit(context, &offer, pointer, value)?,
        SandboxCommand::Log { last, print } => log(context, last, print.format)?,
        SandboxCommand::Faults { file, clear } => faults(context, file.as_deref(), clear)?,
    }
    Ok(Exit::Done)
}

async fn serve(context: &Context, port: u16) -> Result<(), CliError> {
    let mut signals = Signals::listen();
    let sandbox = RunningSandbox::start(context, port).await?;
    let address = sandbox.address;
    output::data(|out| writeln!(out, "http://{address}"))?;
    output::narrate(|out| {
        writeln!(out, "serving the sandbox until Ctrl-C; any token will do:")?;
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

fn reset(context: &Context) -> Result<(), CliError> {
    let folder = context.sandbox_folder();
    let store = Store::open(&folder).map_err(|error| CliError::from(&error))?;
    store.reset().map_err(|error| CliError::from(&error))?;
    for path in ["record.json", STAND_INS].map(|name| folder.join(name)) {
        file::remove(&path).map_err(|error| {
            CliError::failed(format!("removing `{}`: {}", path.display(), std::io::Error::from(error)))
        })?;
    }
    output::data(|out| writeln!(out, "the sandbox starts from the shipped portal again"))
}

fn edit(context: &Context, offer: &str, pointer: String, value: Option<String>) -> Result<(), CliError> {
    let (store, mut service) = service::open(context)?;
    let edit = match value {
        // What is no JSON is taken as text, so that a word needs no second pair of quotes.
        Some(text) => {
            let value = serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text));
            Edit::Set { pointer, value }
        }
        None => Edit::Remove { pointer },
    };
    service.edit(offer, &edit).map_err(|error| CliError::from(&error).hint(known(&service)))?;
    store.save(&mut service).map_err(|error| CliError::from(&error))?;
    output::data(|out| writeln!(out, "{}: edited as if in the portal", visible(offer)))
}

fn known(service: &crate::simulator::Service) -> String {
    let offers: Vec<&str> = service.offers().collect();
    format!("the portal has {}", offers.join(", "))
}

fn log(context: &Context, last: Option<usize>, format: Format) -> Result<(), CliError> {
    let (store, _) = service::open(context)?;
    let entries = store.log().map_err(|error| CliError::from(&error))?;
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
    let text = format!("{:>5}  {}  {:<4} {status}  {}{faults}", entry.number, entry.at, entry.method, entry.path);
    visible(&text).into_owned()
}

fn faults(context: &Context, file: Option<&Path>, clear: bool) -> Result<(), CliError> {
    let (store, mut service) = service::open(context)?;
    if let Some(path) = file {
        let failed = |why: String| CliError::failed(format!("reading faults `{}`: {why}", path.display()));
        let bytes = std::fs::read(path).map_err(|source| failed(source.to_string()))?;
        let rules: Vec<FaultRule> = serde_json::from_slice(&bytes)
            .map_err(|error| failed(error.to_string()).hint("docs/simulator.md shows the form of a rule"))?;
        service.set_faults(rules);
    } else if clear {
        service.set_faults(Vec::new());
    }
    if file.is_some() || clear {
        store.save(&mut service).map_err(|error| CliError::from(&error))?;
    }
    output::data(|out| {
        serde_json::to_writer_pretty(&mut *out, service.faults())?;
        writeln!(out)
    })
}
