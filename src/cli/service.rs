//! Connects to the service, or to the sandbox in its place.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use azure_core::http::HttpClient;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::CliError;
use super::context::Context;
use super::output::{self, Narration};
use super::product_cache::{ProductCache, cache_folder};
use crate::api::{Client, Connection, HttpTransport, ReadOnlyClient, Transport};
use crate::auth::{self, Audience, BearerToken, Identity, Method, StaticToken, TokenProvider};
use crate::backend::{Ledger, NoLedger, Reader, ReaderRouter, Requests, Writer, WriterRouter};
use crate::clock::Clock;
use crate::ingestion::{self, IngestionReader, IngestionWriter};
use crate::offer::{Api, OfferAddress};
use crate::portal::{PortalReader, PortalWriter};
use crate::reconcile::Memory;
use crate::simulator::http_server;
use crate::simulator::store::{Store, StoreError};
use crate::simulator::{Dialect, Pace, Service as Simulated, seed};

/// A connection to the service, and the sandbox behind it if it is one.
#[derive(Debug)]
pub(super) struct Service {
    connection: Connection,
    ingestion: ingestion::Connection,
    /// What the backends remember from run to run, once the record is open.
    ledger: Arc<SharedLedger>,
    default: Api,
    tokens: BothTokens,
    pub(super) requests: Arc<Requests>,
    sandbox: Option<Sandbox>,
}

/// The record of the run, which is opened after the connection is made.
#[derive(Debug, Default)]
struct SharedLedger(OnceLock<Arc<Memory>>);

impl Ledger for SharedLedger {
    fn recall(&self, address: &OfferAddress, name: &str) -> Option<String> {
        self.0.get()?.recall(address, name)
    }

    fn remember(&self, address: &OfferAddress, name: &str, value: &str) {
        if let Some(memory) = self.0.get() {
            memory.remember(address, name, value);
        }
    }

    fn keep(&self) {
        if let Some(memory) = self.0.get() {
            Ledger::keep(memory.as_ref());
        }
    }
}

/// Gives no token, and says why to those that need one.
#[derive(Debug)]
struct NoToken(Identity, auth::Error);

#[async_trait]
impl TokenProvider for NoToken {
    async fn token(&self) -> Result<BearerToken, auth::Error> {
        Err(self.1.clone())
    }

    fn invalidate(&self, _token: &BearerToken) {}

    fn describe(&self) -> Identity {
        self.0.clone()
    }
}

/// The sandbox behind a connection.
#[derive(Debug)]
enum Sandbox {
    /// This process plays it.
    Ours(RunningSandbox),
    /// Another process serves it.
    Served(SocketAddr),
}

impl Sandbox {
    async fn reach(context: &Context) -> Result<Self, CliError> {
        match open(context).await? {
            Opened::Here(store, service) => Ok(Self::Ours(RunningSandbox::start(context, store, *service, 0).await?)),
            Opened::Served(address) => Ok(Self::Served(address)),
        }
    }

    fn address(&self) -> SocketAddr {
        match self {
            Self::Ours(sandbox) => sandbox.address,
            Self::Served(address) => *address,
        }
    }
}

impl Service {
    /// Connects as the settings say. No request is made yet.
    pub(super) async fn connect(context: &Context) -> Result<Self, CliError> {
        let sandbox = if context.settings.sandbox { Some(Sandbox::reach(context).await?) } else { None };
        let endpoint = match &sandbox {
            Some(sandbox) => format!("http://{}", sandbox.address()).parse().map_err(|error| CliError::from(&error))?,
            None => context.settings.endpoint()?,
        };
        let transport =
            HttpTransport::new(&endpoint, context.settings.limits).map_err(|error| CliError::from(&error))?;
        let ingestion_endpoint = match &sandbox {
            Some(_) => format!("{endpoint}{}", ingestion::PATH).parse().map_err(|error| CliError::from(&error))?,
            None => context.settings.ingestion_endpoint.clone(),
        };
        let (tokens, ingestion_tokens) = if sandbox.is_some() {
            let tokens: Arc<dyn TokenProvider> = Arc::new(StaticToken::new("sandbox")?);
            (Arc::clone(&tokens), tokens)
        } else {
            let http: Arc<dyn HttpClient> = Arc::new(transport.client().clone());
            tokens(context, http)?
        };
        let ingestion_transport = HttpTransport::new(ingestion_endpoint.origin(), context.settings.limits);
        let ingestion_transport = ingestion_transport.map_err(|error| CliError::from(&error))?;
        let requests = Arc::new(Requests::default());
        let transport: Arc<dyn Transport> = Arc::new(transport);
        let mut connection = Connection::new(endpoint, transport, Arc::clone(&tokens), Arc::clone(&context.clock));
        connection.log = Arc::clone(&requests) as _;
        connection.headers = context.settings.headers.clone();
        connection.seed = u64::from(std::process::id());
        let ledger = Arc::<SharedLedger>::default();
        let mut http = connection.clone();
        http.endpoint = ingestion_endpoint.origin().clone();
        http.transport = Arc::new(ingestion_transport);
        http.tokens = Arc::clone(&ingestion_tokens);
        let cache = product_cache(context, &ingestion_endpoint, sandbox.is_some());
        let ingestion = ingestion::Connection {
            endpoint: ingestion_endpoint,
            http,
            pins: context.settings.pins.clone(),
            ledger: Arc::clone(&ledger) as _,
            cache: Arc::clone(&cache),
        };
        let default = context.settings.api();
        let tokens = (tokens, ingestion_tokens);
        Ok(Self { connection, ingestion, ledger, default, tokens, requests, sandbox })
    }

    /// Where tokens for an API come from.
    pub(super) fn tokens(&self, api: Api) -> &dyn TokenProvider {
        match api {
            Api::CloudPartnerPortal => self.tokens.0.as_ref(),
            Api::ProductIngestion => self.tokens.1.as_ref(),
        }
    }

    /// The name of the service behind an API.
    pub(super) fn name_of(&self, api: Api) -> String {
        match api {
            Api::CloudPartnerPortal => self.name(),
            Api::ProductIngestion => self.ingestion_name(),
        }
    }

    /// Reads from the service, and cannot change anything.
    pub(super) fn reading(&self) -> Arc<dyn Reader> {
        Arc::new(ReaderRouter {
            portal: Arc::new(PortalReader::new(ReadOnlyClient::new(self.connection.clone()))),
            ingestion: Arc::new(IngestionReader::new(self.ingestion.clone())),
            default: self.default,
        })
    }

    /// The same record, which the backends use from now on.
    pub(super) fn remembering(&self, memory: Memory) -> Arc<Memory> {
        let memory = Arc::new(memory);
        // A second record of the same run is of other files; ids are the same in both.
        let _ = self.ledger.0.set(Arc::clone(&memory));
        memory
    }

    /// The writer for offers of both APIs.
    pub(super) fn writing(&self) -> Arc<dyn Writer> {
        Arc::new(WriterRouter {
            portal: Arc::new(PortalWriter::new(Client::new(self.connection.clone()))),
            ingestion: Arc::new(IngestionWriter::new(self.ingestion.clone())),
            default: self.default,
        })
    }

    /// The name of the Product Ingestion API in the record.
    pub(super) fn ingestion_name(&self) -> String {
        if self.sandbox.is_some() {
            format!("sandbox ({})", Api::ProductIngestion.name())
        } else {
            self.ingestion.endpoint.to_string()
        }
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
        self.ingestion.cache.keep();
        match self.sandbox {
            Some(Sandbox::Ours(sandbox)) => sandbox.stop().await,
            Some(Sandbox::Served(_)) | None => Ok(()),
        }
    }
}

/// The ids of products that this machine remembers of a service. Nothing is remembered of the sandbox of this process, which is another
/// service each time.
fn product_cache(context: &Context, endpoint: &ingestion::Endpoint, is_sandbox: bool) -> Arc<dyn Ledger> {
    match cache_folder(&context.environment).filter(|_| !is_sandbox) {
        Some(folder) => Arc::new(ProductCache::open(&folder, &endpoint.to_string())),
        None => Arc::new(NoLedger),
    }
}

/// The sources of tokens for the two APIs.
type BothTokens = (Arc<dyn TokenProvider>, Arc<dyn TokenProvider>);

/// The tokens for the Cloud Partner Portal API and for the Product Ingestion API. If only one of them can be had, that stops nobody who does
/// not need the other.
fn tokens(context: &Context, http: Arc<dyn HttpClient>) -> Result<BothTokens, CliError> {
    let variable = |name: &str| context.environment.get(name).map(ToOwned::to_owned);
    let portal = auth::Options::new(Arc::clone(&context.clock), http);
    let audience = Audience { scope: ingestion::SCOPE, token_variable: Some(INGESTION_TOKEN) };
    let ingestion = auth::Options { audience, ..portal.clone() };
    let choose = |options: &auth::Options| auth::choose(context.settings.auth, &variable, options);
    let missing = |error: auth::Error| -> Arc<dyn TokenProvider> {
        let method = context.settings.auth.unwrap_or(Method::Token);
        Arc::new(NoToken(Identity::of(method), error))
    };
    match (choose(&portal), choose(&ingestion)) {
        (Ok(portal), Ok(ingestion)) => Ok((portal, ingestion)),
        (Ok(portal), Err(error)) => Ok((portal, missing(error))),
        (Err(error), Ok(ingestion)) => Ok((missing(error), ingestion)),
        (Err(error), Err(_)) => Err(error.into()),
    }
}

/// The variable with a ready token for the Product Ingestion API.
const INGESTION_TOKEN: &str = "OFFERFORM_INGESTION_TOKEN";

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
    /// Serves the sandbox of a folder.
    pub(super) async fn start(
        context: &Context,
        store: Store,
        service: Simulated,
        port: u16,
    ) -> Result<Self, CliError> {
        let listener = http_server::listen((Ipv4Addr::LOCALHOST, port).into()).await.map_err(|error| {
            CliError::from(&error).hint("pass another port with --port, or leave it out to use a free one")
        })?;
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

    /// Tells other commands where it is served.
    pub(super) fn announce(&self) -> Result<(), CliError> {
        self.store.announce(self.address).map_err(|error| CliError::from(&error))
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

/// The sandbox of this repository.
pub(super) enum Opened {
    /// Its folder, held by this process, and the service in it: as it was left, or as shipped.
    Here(Store, Box<Simulated>),
    /// Another process serves it there.
    Served(SocketAddr),
}

/// How long another command that uses the sandbox is waited for.
const WAIT: SignedDuration = SignedDuration::from_secs(60);

/// How often is looked whether it is done.
const LOOK: Duration = Duration::from_millis(100);

/// The sandbox of this repository.
pub(super) async fn open(context: &Context) -> Result<Opened, CliError> {
    let folder = context.sandbox_folder();
    let store = match hold(context, &folder).await? {
        Held::Here(store) => store,
        Held::Served(address) => return Ok(Opened::Served(address)),
    };
    let service = load(context, &store, &folder)?;
    // Files may declare offers of any publisher: the sandbox is for trying them at once.
    Ok(Opened::Here(store, Box::new(service.acting_for_all())))
}

/// Who holds the folder of a sandbox.
pub(super) enum Held {
    /// This process.
    Here(Store),
    /// Another process, which serves it there.
    Served(SocketAddr),
}

/// Takes the folder of a sandbox. Another command that uses it is waited for, within bounds.
pub(super) async fn hold(context: &Context, folder: &Path) -> Result<Held, CliError> {
    let end = context.clock.now().saturating_add(WAIT).unwrap_or(Timestamp::MAX);
    let mut is_announced = false;
    loop {
        match Store::open(folder) {
            Ok(store) => return Ok(Held::Here(store)),
            Err(busy @ StoreError::Busy(_)) => {
                if let Some(address) = Store::served(folder).map_err(|error| CliError::from(&error))? {
                    return Ok(Held::Served(address));
                }
                if context.clock.now() >= end {
                    let waited = format!("waited for {} s; end the other command, or try again later", WAIT.as_secs());
                    return Err(CliError::from(&busy).hint(waited));
                }
                if !is_announced && context.terminal.narration != Narration::Quiet {
                    let most = WAIT.as_secs();
                    output::narrate(|out| {
                        writeln!(out, "waiting up to {most} s for another command that uses the sandbox")
                    });
                }
                is_announced = true;
                context.clock.sleep(LOOK).await;
            }
            Err(error) => return Err(CliError::from(&error)),
        }
    }
}

/// The service in a folder: as it was left, or as shipped.
fn load(context: &Context, store: &Store, folder: &Path) -> Result<Simulated, CliError> {
    let clock: Arc<dyn Clock> = Arc::clone(&context.clock);
    if let Some(service) = store
        .load(Arc::clone(&clock))
        .map_err(|error| CliError::from(&error).hint("`offerform sandbox reset` restores the initial portal"))?
    {
        return Ok(service);
    }
    let mut service =
        Simulated::new(Arc::clone(&clock), Dialect::default(), random_seed(&clock)).with_pace(Pace::sandbox());
    seed::fill(&mut service).map_err(|error| CliError::from(&error))?;
    store.save(&mut service).map_err(|error| CliError::from(&error))?;
    if context.terminal.narration != Narration::Quiet {
        let folder = output::shown(folder);
        output::narrate(|out| writeln!(out, "sandbox: created in {folder}, with the initial portal"));
    }
    Ok(service)
}
