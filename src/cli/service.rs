//! Connects to the service, or to the sandbox in its place.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use azure_core::http::HttpClient;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::CliError;
use super::context::Context;
use super::output::{self, Narration};
use crate::api::{Client, Connection, HttpTransport, Limits, ReadOnlyClient, Requests, Transport};
use crate::auth::{self, StaticToken, TokenProvider};
use crate::clock::Clock;
use crate::simulator::http_server;
use crate::simulator::store::Store;
use crate::simulator::{Dialect, Pace, Service as Simulated, seed};

/// A connection to the service, and the sandbox behind it if it is one.
#[derive(Debug)]
pub(super) struct Service {
    connection: Connection,
    pub(super) tokens: Arc<dyn TokenProvider>,
    pub(super) requests: Arc<Requests>,
    sandbox: Option<RunningSandbox>,
}

impl Service {
    /// Connects as the settings say. No request is made yet.
    pub(super) async fn connect(context: &Context) -> Result<Self, CliError> {
        let sandbox = if context.settings.sandbox { Some(RunningSandbox::start(context, 0).await?) } else { None };
        let endpoint = match &sandbox {
            Some(sandbox) => format!("http://{}", sandbox.address).parse().map_err(|error| CliError::from(&error))?,
            None => context.settings.endpoint()?,
        };
        let limits = Limits::default();
        let transport = HttpTransport::new(&endpoint, limits).map_err(|error| CliError::from(&error))?;
        let tokens: Arc<dyn TokenProvider> = if sandbox.is_some() {
            Arc::new(StaticToken::new("sandbox")?)
        } else {
            let http: Arc<dyn HttpClient> = Arc::new(transport.client().clone());
            let options = auth::Options::new(Arc::clone(&context.clock), http);
            let variable = |name: &str| context.environment.get(name).map(ToOwned::to_owned);
            auth::choose(context.settings.auth, &variable, &options)?
        };
        let requests = Arc::new(Requests::default());
        let transport: Arc<dyn Transport> = Arc::new(transport);
        let mut connection = Connection::new(endpoint, transport, Arc::clone(&tokens), Arc::clone(&context.clock));
        connection.log = Arc::clone(&requests) as _;
        connection.seed = u64::from(std::process::id());
        Ok(Self { connection, tokens, requests, sandbox })
    }

    /// A client that cannot change anything.
    pub(super) fn reading(&self) -> ReadOnlyClient {
        ReadOnlyClient::new(self.connection.clone())
    }

    /// A client that can.
    pub(super) fn writing(&self) -> Client {
        Client::new(self.connection.clone())
    }

    /// The service's name in plans, reports and the record.
    pub(super) fn name(&self) -> String {
        if self.sandbox.is_some() { "sandbox".to_owned() } else { self.connection.endpoint.as_str().to_owned() }
    }

    /// Ends the connection, and gives what the command came to: the sandbox keeps what happened even if it failed.
    pub(super) async fn close_after<T>(self, result: Result<T, CliError>) -> Result<T, CliError> {
        let closed = self.close().await;
        let outcome = result?;
        closed?;
        Ok(outcome)
    }

    /// Ends the connection; the sandbox keeps what happened.
    pub(super) async fn close(self) -> Result<(), CliError> {
        match self.sandbox {
            Some(sandbox) => sandbox.stop().await,
            None => Ok(()),
        }
    }
}

/// The simulator, served on a port of this machine by this process.
#[derive(Debug)]
pub(super) struct RunningSandbox {
    pub(super) address: SocketAddr,
    service: Arc<Mutex<Simulated>>,
    store: Store,
    shutdown: oneshot::Sender<()>,
    server: JoinHandle<Result<(), http_server::ServeError>>,
}

impl RunningSandbox {
    /// Opens the sandbox's folder and serves it.
    pub(super) async fn start(context: &Context, port: u16) -> Result<Self, CliError> {
        let (store, service) = open(context)?;
        let listener =
            http_server::listen((Ipv4Addr::LOCALHOST, port).into()).await.map_err(|error| CliError::from(&error))?;
        let address = listener.local_addr().map_err(|error| CliError::from(&error))?;
        let service = Arc::new(Mutex::new(service));
        let (shutdown, stopped) = oneshot::channel::<()>();
        let stop = async {
            // The other end is dropped only when the program ends anyway.
            let _ = stopped.await;
        };
        let server = http_server::serve(Arc::clone(&service), listener, Arc::clone(&context.clock), stop);
        Ok(Self { address, service, store, shutdown, server: tokio::spawn(server) })
    }

    /// Saves what happened so far.
    pub(super) fn save(&self) -> Result<(), CliError> {
        let mut service = self.service.lock().unwrap_or_else(PoisonError::into_inner);
        self.store.save(&mut service).map_err(|error| CliError::from(&error))
    }

    /// Stops serving and saves.
    pub(super) async fn stop(self) -> Result<(), CliError> {
        let Self { service, store, shutdown, server, .. } = self;
        // If the server is gone already, there is nothing to stop.
        let _ = shutdown.send(());
        match server.await {
            Ok(served) => served.map_err(|error| CliError::from(&error))?,
            Err(panic) => return Err(CliError::from(&panic)),
        }
        let mut service = service.lock().unwrap_or_else(PoisonError::into_inner);
        store.save(&mut service).map_err(|error| CliError::from(&error))
    }
}

/// Correlation ids and signatures of a new sandbox follow from the moment it is made.
fn random_seed(clock: &Arc<dyn Clock>) -> u64 {
    clock.now().as_microsecond().unsigned_abs()
}

/// The sandbox's folder, and the service in it: as it was left, or as shipped.
pub(super) fn open(context: &Context) -> Result<(Store, Simulated), CliError> {
    let folder = context.sandbox_folder();
    let store = Store::open(&folder).map_err(|error| {
        CliError::from(&error).hint("if `offerform sandbox serve` runs, stop it, or use --endpoint with its address")
    })?;
    let clock: Arc<dyn Clock> = Arc::clone(&context.clock);
    if let Some(service) = store.load(Arc::clone(&clock)).map_err(|error| {
        CliError::from(&error).hint("`offerform sandbox reset` starts again from the shipped portal")
    })? {
        return Ok((store, service));
    }
    let mut service =
        Simulated::new(Arc::clone(&clock), Dialect::default(), random_seed(&clock)).with_pace(Pace::sandbox());
    seed::fill(&mut service).map_err(|error| CliError::from(&error))?;
    store.save(&mut service).map_err(|error| CliError::from(&error))?;
    if context.terminal.narration != Narration::Quiet {
        let folder = shown(&folder);
        output::narrate(|out| writeln!(out, "sandbox: a new one was made in {folder}, with the shipped portal"));
    }
    Ok((store, service))
}

fn shown(folder: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    folder.strip_prefix(&current).unwrap_or(folder).display().to_string()
}
