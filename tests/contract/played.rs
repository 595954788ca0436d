//! The simulator as a partner: in the same process, and over HTTP on a loopback port.

use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use offerform::api::{Client, HttpTransport, Limits, Transport, TransportError};
use offerform::auth::foreign::Reason;
use offerform::clock::Clock;
use offerform::offer::OfferAddress;
use offerform::simulator::{
    Dialect, Edit, ErrorBody, EtagPlace, Fault, FaultRule, Letters, OperationAddress, PreviewReady, Reply, Rewrites,
    Service, TimeForm, When, http_server, seed,
};
use serde_json::Value;

use super::{Bench, TestClock};

/// How the simulator is reached.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    InProcess,
    Http,
}

pub(crate) const WAYS: [Way; 2] = [Way::InProcess, Way::Http];

/// Both readings of the API, and every switch that touches what the client reads.
pub(crate) fn dialects() -> Vec<Dialect> {
    let mut dialects = vec![Dialect::default(), Dialect::reference(), Dialect::clients()];
    for place in [EtagPlace::Body, EtagPlace::HeaderAndBody, EtagPlace::Nowhere] {
        dialects.push(Dialect { etag_on_get: place, etag_on_put: place, ..Dialect::default() });
    }
    for body in [ErrorBody::ErrorObject, ErrorBody::Message, ErrorBody::Empty, ErrorBody::Html, ErrorBody::Problem] {
        dialects.push(Dialect { error_body: body, unauthorized_body: body, ..Dialect::default() });
    }
    for operation_address in [OperationAddress::NotMigrated, OperationAddress::Migrated] {
        dialects.push(Dialect { operation_address, letters: Letters::Lower, ..Dialect::default() });
        let preview_ready = PreviewReady::OwnStatus;
        dialects.push(Dialect { operation_address, preview_ready, ..Dialect::reference() });
    }
    for preview_ready in [PreviewReady::SignOffStep, PreviewReady::SignOffName] {
        dialects.push(Dialect { preview_ready, time_form: TimeForm::Seconds, ..Dialect::default() });
    }
    dialects
}

/// The shipped portal, played without rewrites: what is PUT comes back as it is.
pub(crate) struct Played {
    pub(crate) client: Client,
    pub(crate) bench: Bench,
    pub(crate) dialect: Dialect,
    service: Arc<Mutex<Service>>,
}

impl Played {
    pub(crate) async fn start(way: Way, dialect: &Dialect) -> Self {
        let clock = TestClock::new();
        let shared: Arc<dyn Clock> = Arc::<TestClock>::clone(&clock);
        let mut service = Service::new(Arc::clone(&shared), dialect.clone(), 1).with_rewrites(Rewrites::none());
        seed::fill(&mut service).unwrap();
        let service = Arc::new(Mutex::new(service));
        let (endpoint, transport): (_, Arc<dyn Transport>) = match way {
            Way::InProcess => {
                let transport = InProcess { service: Arc::clone(&service), clock: Arc::clone(&shared) };
                ("https://cloudpartner.azure.com".parse().unwrap(), Arc::new(transport))
            }
            Way::Http => {
                let listener = http_server::listen(([127, 0, 0, 1], 0).into()).await.unwrap();
                let endpoint = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
                tokio::spawn(http_server::serve(Arc::clone(&service), listener, Arc::clone(&shared), pending()));
                let transport = HttpTransport::new(&endpoint, Limits::default()).unwrap();
                (endpoint, Arc::new(transport))
            }
        };
        let bench = Bench::with_clock(endpoint, transport, clock);
        Self { client: Client::new(bench.connection.clone()), bench, dialect: dialect.clone(), service }
    }

    pub(crate) fn service(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap()
    }

    /// Has one request of `method` go wrong.
    pub(crate) fn break_once(&self, method: &str, fault: Fault) {
        let when = When { method: method.to_owned(), ..When::default() };
        self.service().set_faults(vec![FaultRule { when, times: 1, fault }]);
    }

    /// Somebody edits an offer in the portal.
    pub(crate) fn edit(&self, address: &OfferAddress, pointer: &str, value: Value) {
        let edit = Edit::Set { pointer: pointer.to_owned(), value };
        self.service().edit(&address.to_string(), &edit).unwrap();
    }

    /// What the portal has now.
    pub(crate) async fn content(&self, address: &OfferAddress) -> Value {
        self.client.reading().offer(address).await.unwrap().unwrap().document.content().clone()
    }
}

/// The simulator without a network. What the network would lose is lost.
#[derive(Debug)]
struct InProcess {
    service: Arc<Mutex<Service>>,
    clock: Arc<dyn Clock>,
}

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let mut reply = self.service.lock().unwrap().handle(&request);
        while let Reply::Delay(duration, inner) = reply {
            self.clock.sleep(duration).await;
            reply = *inner;
        }
        match reply {
            Reply::Answer(answer) => Ok(answer),
            _ => Err(TransportError::Lost(Reason::new("the connection was closed"))),
        }
    }
}
