//! The service itself: takes a request, lets time and the fault script do their part, and hands the request to
//! the endpoint it names.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderValue, IF_MATCH};
use http::{Method, Request, Response, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use super::answer::{Outcome, Refusal, Reply, method_not_allowed};
use super::broken::{broken, http_date};
use super::dialect::{ContentType, Dialect, ErrorBody};
use super::edit::{Edit, EditError};
use super::fault::{Fault, FaultRule, Fired, Timing, fire};
use super::ingestion::{self, Ingestion};
use super::log::{IfMatch, Log, LogEntry};
use super::operation::{Failure, Pace};
use super::portal::{Offer, Portal, View};
use super::rewrite::{Rewrite, Rewrites};
use super::route::Route;
use super::slot::Slot;
use super::stamp::{Random, Stamp};

/// The one version of the API (cloud-partner-portal-api-considerations.md).
const API_VERSION: &str = "2017-10-31";
/// The header by which support finds a request.
const CORRELATION: &str = "x-ms-correlation-request-id";

/// The service, played: a state machine without input, output or a time of its own.
pub struct Service {
    pub(super) clock: Arc<dyn offerform_system::clock::Clock>,
    pub(super) dialect: Dialect,
    pub(super) rewrites: Rewrites,
    pub(super) pace: Pace,
    pub(super) latency: Duration,
    pub(super) portal: Portal,
    pub(super) ingestion: Ingestion,
    pub(super) faults: Vec<FaultRule>,
    pub(super) log: Log,
    /// The first entry of the log that was not saved yet.
    pub(super) logged: u64,
    pub(super) random: Random,
    pub(super) last_stamp: Stamp,
    /// Whether the caller acts for any publisher that it names.
    pub(super) acts_for_all: bool,
}

impl Service {
    /// An empty portal; `seed` decides the ids that it makes up.
    #[must_use]
    pub fn new(clock: Arc<dyn offerform_system::clock::Clock>, dialect: Dialect, seed: u64) -> Self {
        Self {
            clock,
            dialect,
            rewrites: Rewrites::default(),
            pace: Pace::default(),
            latency: Duration::ZERO,
            portal: Portal::default(),
            ingestion: Ingestion::new(ingestion::Dialect::default(), !seed),
            faults: Vec::new(),
            log: Log::default(),
            logged: 0,
            random: Random::new(seed),
            last_stamp: Stamp::default(),
            acts_for_all: false,
        }
    }

    /// The same service, whose caller acts for any publisher that it names: one that is not known yet is there with its first
    /// offer. Otherwise a call for such a publisher is 403.
    #[must_use]
    pub fn acting_for_all(mut self) -> Self {
        self.acts_for_all = true;
        self
    }

    /// The same service with other rewrites.
    #[must_use]
    pub fn with_rewrites(mut self, rewrites: Rewrites) -> Self {
        self.rewrites = rewrites;
        self
    }

    /// The same service at another pace.
    #[must_use]
    pub fn with_pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// The same service, each answer taking `latency`.
    #[must_use]
    pub fn with_latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Changes how the service speaks from now on.
    pub fn set_dialect(&mut self, dialect: Dialect) {
        self.dialect = dialect;
        for offer in self.portal.offers.values_mut() {
            offer.answer = None;
        }
    }

    /// How the service speaks.
    #[must_use]
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// The fault rules that have not fired yet.
    #[must_use]
    pub fn faults(&self) -> &[FaultRule] {
        &self.faults
    }

    /// Replaces the fault script.
    pub fn set_faults(&mut self, faults: Vec<FaultRule>) {
        self.faults = faults;
    }

    /// The requests so far, oldest first.
    pub fn log(&self) -> impl Iterator<Item = &LogEntry> {
        self.log.since(0)
    }

    /// Adds a publisher the caller acts for, as `GET /publishers` returns it.
    pub fn add_publisher(&mut self, publisher: Value) {
        self.portal.publishers.push(publisher);
    }

    /// Edits the draft of `offer` (`publisher/offer`) as a person would in the portal: the ETag changes.
    ///
    /// A place below `/resources`, and any place of an offer that only the Product Ingestion API has, is one of a product, whatever
    /// publisher is named.
    pub fn edit(&mut self, offer: &str, edit: &Edit) -> Result<(), EditError> {
        if let Some(resource) = offer.strip_prefix("product-ingestion/") {
            self.settle_products();
            return self.ingestion.edit(resource, edit);
        }
        let product = offer.split_once('/').map_or(offer, |(_, product)| product);
        let is_product = edit.is_of_product() || !self.portal.offers.contains_key(offer);
        if is_product {
            self.settle_products();
        }
        if is_product && self.ingestion.products().contains(&product) {
            let held = |name: &str| self.ingestion.held(&format!("{product}/{name}"), Slot::Draft).is_some();
            let (name, edit) = edit.of_resource(held)?;
            return self.ingestion.edit(&format!("{product}/{name}"), &edit);
        }
        let changed = self.next_stamp();
        let found = self.portal.offers.get_mut(offer).ok_or_else(|| EditError::UnknownOffer(offer.to_owned()))?;
        let mut document = found.draft.document.clone();
        edit.apply(&mut document)?;
        if self.rewrites.contains(Rewrite::HideSecrets) {
            found.keep_secrets_of(edit, &mut document);
        }
        found.replace_draft(document, changed);
        Ok(())
    }

    /// The addresses `publisher/offer` of all offers, sorted.
    pub fn offers(&self) -> impl Iterator<Item = &str> {
        self.portal.offers.keys().map(String::as_str)
    }

    /// The external ids of the products that only the Product Ingestion API has, sorted.
    pub fn products(&self) -> impl Iterator<Item = &str> {
        let is_offer = |product: &str| self.offers().any(|offer| offer.rsplit('/').next() == Some(product));
        self.ingestion.products().into_iter().filter(move |product| !is_offer(product))
    }

    /// The draft of `offer` (`publisher/offer`) as a GET would return it now, without asking for it: no request is
    /// logged and no fault fires.
    #[must_use]
    pub fn document(&self, offer: &str) -> Option<Value> {
        let offer = self.portal.offers.get(offer)?;
        Some(offer.compose(&offer.draft, &self.view(self.clock.now())))
    }

    /// JSON pointers of the secret fields of an offer that hold a value; the values are known to nobody.
    pub fn given_secrets(&self, offer: &str) -> impl Iterator<Item = &str> {
        self.portal.offers.get(offer).into_iter().flat_map(|offer| &offer.given).map(String::as_str)
    }

    /// Whether the secret at `pointer` was last given as `candidate`; `None` if this process has not seen it.
    #[must_use]
    pub fn secret_matches(&self, offer: &str, pointer: &str, candidate: &str) -> Option<bool> {
        self.portal.offers.get(offer)?.fingerprints.matches(pointer, candidate)
    }

    /// Acts on a request and answers it, as far as the fault script lets it.
    pub fn handle(&mut self, request: &Request<Bytes>) -> Reply {
        let now = self.clock.now();
        self.portal.settle(now, &self.dialect);
        let fired = fire(&mut self.faults, request.method().as_str(), request.uri().path());
        for (offer, edit) in &fired.edits {
            if let Err(error) = self.edit(offer, edit) {
                tracing::warn!(%error, "an edit of the fault script could not be made");
            }
        }
        let correlation = self.random.guid();
        let mut reply = self.act_under(request, &fired, now);
        if let Reply::Answer(answer) | Reply::Truncate(answer, _) = &mut reply {
            let headers = answer.headers_mut();
            headers.extend(
                HeaderValue::from_str(&correlation)
                    .ok()
                    .map(|value| (http::HeaderName::from_static(CORRELATION), value)),
            );
            headers.extend(HeaderValue::from_str(&http_date(now)).ok().map(|value| (DATE, value)));
        }
        let delay = self.latency + fired.delay;
        self.note(request, &reply, correlation, (now, delay), &fired);
        if delay.is_zero() { reply } else { Reply::Delay(delay, Box::new(reply)) }
    }

    /// Acts on the request unless a fault stands before that, and puts the fault that comes after on the answer.
    fn act_under(&mut self, request: &Request<Bytes>, fired: &Fired, now: Timestamp) -> Reply {
        match &fired.deciding {
            None => Reply::Answer(self.act(request, now, fired)),
            Some(Fault::LoseRequest) => Reply::LoseRequest,
            Some(Fault::Truncate { keep }) => {
                let answer = self.act(request, now, fired);
                match answer.body().len().checked_sub(1) {
                    Some(most) => Reply::Truncate(answer, (*keep).min(most)),
                    None => Reply::LoseAnswer,
                }
            }
            Some(Fault::Status { status, retry_after, body, timing }) => {
                if *timing == Timing::AfterActing {
                    self.act(request, now, fired);
                }
                Reply::Answer(broken(request.uri().path(), (*status, *retry_after, *body), now))
            }
            Some(_) => {
                self.act(request, now, fired);
                Reply::LoseAnswer
            }
        }
    }

    fn act(&mut self, request: &Request<Bytes>, now: Timestamp, fired: &Fired) -> Response<Bytes> {
        if ingestion::is_for(request.uri().path()) {
            return self.act_on_products(request, now, fired);
        }
        if !has_token(request) {
            let message = "Authorization has been denied for this request.";
            return Refusal::new(StatusCode::UNAUTHORIZED, "Unauthorized", message)
                .answer(self.dialect.unauthorized_body);
        }
        if query(request, "api-version").as_deref() != Some(API_VERSION) {
            let message = format!("Invalid api version. Allowed values are [{API_VERSION}]");
            return Refusal::new(StatusCode::BAD_REQUEST, "InvalidAPIVersion", message).answer(ErrorBody::ErrorObject);
        }
        let form = self.dialect.error_body;
        let Some(route) = Route::parse(request.uri().path()) else {
            return Refusal::not_found("The resource cannot be found.").answer(form);
        };
        if !route.methods().split(", ").any(|method| request.method() == method) {
            return method_not_allowed(route.methods(), form);
        }
        self.admit(request, &route)
            .and_then(|()| self.dispatch(request, &route, now, fired.failure.as_ref()))
            .unwrap_or_else(|refusal| refusal.answer(form))
    }

    fn admit(&self, request: &Request<Bytes>, route: &Route) -> Result<(), Refusal> {
        if self.dialect.content_type == ContentType::Required && !is_json(request) {
            let message = "The request must have the content type application/json.";
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType", message));
        }
        match route.publisher() {
            Some(publisher) if !self.acts_for_all && !self.portal.has_publisher(publisher) => {
                let message = format!("The caller does not have access to the publisher '{publisher}'.");
                Err(Refusal::new(StatusCode::FORBIDDEN, "Forbidden", message))
            }
            _ => Ok(()),
        }
    }

    fn dispatch(
        &mut self,
        request: &Request<Bytes>,
        route: &Route,
        now: Timestamp,
        failure: Option<&Failure>,
    ) -> Outcome {
        match route {
            Route::Publishers => Ok(self.list_publishers()),
            Route::OfferTypes => Ok(Self::list_offer_types()),
            Route::Offers(publisher) => self.list_offers(publisher, request, now),
            Route::Offer(address) if request.method() == Method::PUT => self.put_offer(address, request, now),
            Route::Offer(address) => self.get_offer(address, request, now),
            Route::Version(address, version) => self.get_version(address, version, request, now),
            Route::Slot(address, slot) => self.get_slot(address, slot, request, now),
            Route::Status(address) => self.get_status(address, now),
            Route::Publish(address) => self.publish(address, request, now, failure),
            Route::GoLive(address) => self.go_live(address, now, failure),
            Route::Cancel(address) => self.cancel(address, request, now),
            Route::Submissions(address) => self.list_submissions(address, request, now),
            Route::Operation(address, id) => self.get_operation(address, id, now),
            Route::OperationOfOffer(key) => self.get_operation_of_offer(key, now),
        }
    }

    /// The offer at `key`, or the refusal of a call that names one that is not there.
    pub(super) fn offer(&self, key: &str) -> Result<&Offer, Refusal> {
        self.portal.offers.get(key).ok_or_else(|| no_offer(key))
    }

    /// The same, to be changed.
    pub(super) fn offer_mut(&mut self, key: &str) -> Result<&mut Offer, Refusal> {
        self.portal.offers.get_mut(key).ok_or_else(|| no_offer(key))
    }

    /// A moment later than any before, even if the clock stands still. Operations stamp drafts by themselves: those moments are
    /// over, too, or one revision would stand for two contents.
    pub(super) fn next_stamp(&mut self) -> Stamp {
        let drafts = self.portal.offers.values().map(|offer| offer.draft.changed);
        let last = drafts.fold(self.last_stamp, Stamp::max);
        self.last_stamp = last.next(self.clock.now());
        self.last_stamp
    }

    /// How documents are looked at, with no ETag inside.
    pub(super) fn view(&self, now: Timestamp) -> View<'_> {
        View { dialect: &self.dialect, now, etag: super::dialect::EtagPlace::Nowhere, signed: None }
    }

    fn note(
        &mut self,
        request: &Request<Bytes>,
        reply: &Reply,
        correlation_id: String,
        (at, delay): (Timestamp, Duration),
        fired: &Fired,
    ) {
        let status = match reply {
            Reply::Answer(answer) | Reply::Truncate(answer, _) => Some(answer.status().as_u16()),
            _ => None,
        };
        self.log.add(LogEntry {
            number: 0,
            at,
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            if_match: IfMatch::of(request.headers().get(IF_MATCH).map(HeaderValue::as_bytes)),
            status,
            correlation_id,
            milliseconds: u64::try_from(delay.as_millis()).unwrap_or(u64::MAX),
            faults: fired.names.iter().map(|name| (*name).to_owned()).collect(),
        });
    }
}

fn no_offer(key: &str) -> Refusal {
    Refusal::not_found(format!("The offer '{key}' does not exist."))
}

/// Documents may hold signatures, so they are not shown.
impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("dialect", &self.dialect)
            .field("offers", &self.portal.offers.keys())
            .field("faults", &self.faults.len())
            .finish_non_exhaustive()
    }
}

/// The value of a query parameter, decoded.
pub(super) fn query(request: &Request<Bytes>, name: &str) -> Option<String> {
    let query = request.uri().query()?;
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Any bearer token will do, as long as there is one.
pub(super) fn has_token(request: &Request<Bytes>) -> bool {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    header
        .split_once(' ')
        .is_some_and(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty())
}

fn is_json(request: &Request<Bytes>) -> bool {
    let header = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    header.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}
