//! One call of the service: sign in, send, take note, repeat where that is right, judge the answer.
//!
//! [`Reader`] makes GET requests and nothing else, [`Writer`] the others. Neither can be made from the other.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use jiff::Timestamp;
use serde_json::Value;

use super::Action;
use super::endpoint::{Endpoint, OperationLocation, Path};
use super::error::{Error, Failure};
use super::headers::Headers;
use super::refusal::{Refusal, correlation_id, forget_correlation_id};
use super::retry::{self, Policy, Safety};
use super::seen::SeenTypes;
use super::transport::{Transport, TransportError};
use crate::auth::foreign::{Reason, plain};
use crate::auth::{BearerToken, TokenProvider};
use crate::backend::{NoLog, RequestLog, RequestRecord};
use crate::clock::{Bounds, Clock};
use crate::offer::RequestBody;
use crate::secret::REDACTED;

/// What a client needs from outside.
#[derive(Clone)]
pub struct Connection {
    /// The base address of the Cloud Partner Portal API.
    pub endpoint: Endpoint,
    /// Sends the requests.
    pub transport: Arc<dyn Transport>,
    /// Provides the token of each request.
    pub tokens: Arc<dyn TokenProvider>,
    /// Tells the time and waits between tries.
    pub clock: Arc<dyn Clock>,
    /// How often and how long something is tried again.
    pub policy: Policy,
    /// When nothing is tried again any more.
    pub bounds: Bounds,
    /// What requests carry beside the headers of this program.
    pub headers: Headers,
    /// Receives every request.
    pub log: Arc<dyn RequestLog>,
    /// The random parts of pauses follow from it.
    pub seed: u64,
    /// The types that offers were seen to have.
    pub(super) types: Arc<SeenTypes>,
}

/// Names the endpoint only: what transports and providers print is not known here.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl Connection {
    /// A connection with the default policy, seed 0 and no log.
    #[must_use]
    pub fn new(
        endpoint: Endpoint,
        transport: Arc<dyn Transport>,
        tokens: Arc<dyn TokenProvider>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (policy, bounds, headers) = (Policy::default(), Bounds::default(), Headers::default());
        Self {
            endpoint,
            transport,
            tokens,
            clock,
            policy,
            bounds,
            headers,
            log: Arc::new(NoLog),
            seed: 0,
            types: Arc::default(),
        }
    }

    /// The address of a path, or the error that it has none.
    fn uri(&self, action: &Action, path: Option<Path>, query: &[(&str, &str)]) -> Result<Uri, Error> {
        let uri = path.and_then(|path| self.endpoint.uri(&path, query));
        uri.ok_or_else(|| Error::Unaddressable { action: action.clone() })
    }
}

/// A client that can send GET requests only.
#[derive(Debug, Clone)]
pub(crate) struct Reader(Arc<Connection>);

impl Reader {
    pub(crate) fn new(connection: Arc<Connection>) -> Self {
        Self(connection)
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    pub(crate) fn bounded(&self, bounds: Bounds) -> Connection {
        Connection { bounds, ..Connection::clone(&self.0) }
    }

    pub(super) fn types(&self) -> &SeenTypes {
        &self.0.types
    }

    /// The JSON at a path.
    pub(super) async fn get(
        &self,
        action: Action,
        path: Option<Path>,
        query: &[(&str, &str)],
    ) -> Result<Answer, Error> {
        let uri = self.0.uri(&action, path, query)?;
        self.get_uri(action, uri).await
    }

    /// The JSON at the place of an operation.
    pub(super) async fn get_operation(&self, action: Action, place: &OperationLocation) -> Result<Answer, Error> {
        let Some(uri) = self.0.endpoint.operation_uri(place) else {
            return Err(Error::Unaddressable { action });
        };
        self.get_uri(action, uri).await
    }

    /// The JSON at an address, which must lie within the endpoint.
    pub(crate) async fn get_uri(&self, action: Action, uri: Uri) -> Result<Answer, Error> {
        let call = Call {
            action,
            method: Method::GET,
            uri,
            if_match: None,
            body: RequestBody::default(),
            safety: Safety::Reading,
        };
        exchange(&self.0, call).await
    }
}

/// Sends PUT and POST requests.
#[derive(Debug, Clone)]
pub(crate) struct Writer(Arc<Connection>);

impl Writer {
    pub(crate) fn new(connection: Arc<Connection>) -> Self {
        Self(connection)
    }

    /// Replaces what is at a path.
    pub(super) async fn put(
        &self,
        action: Action,
        path: Option<Path>,
        body: RequestBody,
        if_match: Option<HeaderValue>,
        safety: Safety,
    ) -> Result<Answer, Error> {
        let uri = self.0.uri(&action, path, &[])?;
        exchange(&self.0, Call { action, method: Method::PUT, uri, if_match, body, safety }).await
    }

    /// Sends JSON to an address, which must lie within the endpoint, and reads the answer.
    pub(crate) async fn post_uri(
        &self,
        action: Action,
        uri: Uri,
        body: RequestBody,
        safety: Safety,
    ) -> Result<Answer, Error> {
        exchange(&self.0, Call { action, method: Method::POST, uri, if_match: None, body, safety }).await
    }

    /// Starts or stops something. Also returns where the operation is that the answer names, if it names one.
    pub(super) async fn post(
        &self,
        action: Action,
        path: Option<Path>,
        body: Bytes,
    ) -> Result<(Answer, Option<OperationLocation>), Error> {
        let uri = self.0.uri(&action, path, &[])?;
        let call = Call {
            action: action.clone(),
            method: Method::POST,
            uri: uri.clone(),
            if_match: None,
            body: RequestBody::plain(body),
            safety: Safety::Starting,
        };
        let answer = exchange(&self.0, call).await?;
        let place = answer.operation(&self.0.endpoint, &uri);
        let place = place.map_err(|failure| Error::Ambiguous { action, failure: Box::new(failure) })?;
        Ok((answer, place))
    }
}

/// A request, before it is signed.
#[derive(Debug)]
struct Call {
    action: Action,
    method: Method,
    uri: Uri,
    if_match: Option<HeaderValue>,
    body: RequestBody,
    safety: Safety,
}

/// An answer that says yes.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(super) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The JSON; `null` if there is none, which only answers to writing may lack.
    pub(crate) body: Value,
}

impl Answer {
    /// The operation that the headers name: the pages say `Location`, clients read `Operation-Location`.
    fn operation(&self, endpoint: &Endpoint, asked: &Uri) -> Result<Option<OperationLocation>, Failure> {
        let named = self.headers.get("operation-location").or_else(|| self.headers.get(header::LOCATION));
        let Some(text) = named.map(|value| String::from_utf8_lossy(value.as_bytes())) else {
            return Ok(None);
        };
        let place = endpoint.location(asked, &text);
        place.map(Some).ok_or_else(|| Failure::Elsewhere { to: without_query(&text) })
    }

    /// The failure that this answer is not what was expected.
    pub(crate) fn unreadable(&self, problem: &str) -> Failure {
        Failure::Unreadable { problem: Reason::new(problem), correlation_id: correlation_id(&self.headers) }
    }
}

/// What the tries of one call have in common.
#[derive(Debug, Default)]
struct Tries {
    made: AtomicU32,
    /// Whether a refused token was replaced; that is done once.
    renewed: AtomicBool,
    /// Whether the service may have acted on one of them: then not even its clear refusal of a later one tells.
    doubtful: AtomicBool,
}

async fn exchange(connection: &Connection, call: Call) -> Result<Answer, Error> {
    let tries = Tries::default();
    let seed = retry::seed_for(connection.seed, &call.method, &call.uri);
    let attempt = || async {
        let outcome = attempt(connection, &call, &tries).await;
        if outcome.as_ref().is_err_and(|failure| !failure.is_certain()) {
            tries.doubtful.store(true, Ordering::Relaxed);
        }
        outcome
    };
    // Boxed: the compiler cannot see through the repeating closures that this future may move between threads.
    let outcome =
        retry::run((connection.policy, &connection.bounds), &connection.clock, seed, call.safety, attempt).await;
    outcome.map_err(|failure| {
        let certain = call.safety == Safety::Reading || !tries.doubtful.load(Ordering::Relaxed);
        let failure = Box::new(failure);
        let action = call.action;
        if certain { Error::Failed { action, failure } } else { Error::Ambiguous { action, failure } }
    })
}

/// One try; a second one at once if the token turns out to have ended.
async fn attempt(connection: &Connection, call: &Call, tries: &Tries) -> Result<Answer, Failure> {
    let token = connection.tokens.token().await?;
    let answer = send(connection, call, &token, tries).await?;
    if answer.status() != StatusCode::UNAUTHORIZED {
        return judge(answer, (call, &token), connection.clock.now());
    }
    // What was refused for its token was not acted on. It is sent again under a new token, once, except under `*`: signing
    // in takes time, and the comparison that stands in for a revision there must be made just before.
    connection.tokens.invalidate(&token);
    let first = tries.renewed.swap(true, Ordering::Relaxed);
    if first || call.safety == Safety::Unguarded {
        return judge(answer, (call, &token), connection.clock.now());
    }
    let renewed = connection.tokens.token().await?;
    if renewed.is(&token) {
        return judge(answer, (call, &token), connection.clock.now());
    }
    let answer = send(connection, call, &renewed, tries).await?;
    judge(answer, (call, &renewed), connection.clock.now())
}

/// Sends the request once and takes note of it.
async fn send(
    connection: &Connection,
    call: &Call,
    token: &BearerToken,
    tries: &Tries,
) -> Result<Response<Bytes>, Failure> {
    let request = request(call, token, &connection.headers)?;
    let attempt = tries.made.fetch_add(1, Ordering::Relaxed) + 1;
    let started = connection.clock.now();
    let mut outcome = connection.transport.send(request).await;
    if let Ok(answer) = &mut outcome {
        // Shown, logged and reported from here on, it must not repeat what the service was given.
        forget_correlation_id(answer.headers_mut(), |id| call.body.redact(id).replace(token.expose(), REDACTED));
    }
    let duration = Duration::try_from(connection.clock.now().duration_since(started)).unwrap_or_default();
    let record = RequestRecord {
        method: call.method.to_string(),
        path: plain(call.uri.path(), 2000),
        address: call.action.address().cloned(),
        attempt,
        status: outcome.as_ref().ok().map(|answer| answer.status().as_u16()),
        correlation_id: outcome.as_ref().ok().and_then(|answer| correlation_id(answer.headers())),
        started,
        duration,
    };
    tracing::debug!(
        method = record.method,
        path = record.path,
        attempt,
        status = record.status,
        correlation_id = record.correlation_id,
        milliseconds = record.duration.as_millis(),
        failure = outcome.as_ref().err().map(tracing::field::display),
        "request"
    );
    connection.log.record(record);
    Ok(outcome?)
}

fn request(call: &Call, token: &BearerToken, further: &Headers) -> Result<Request<Bytes>, Failure> {
    let unfit =
        |_| TransportError::NotSent(Reason::new("the token contains characters that cannot be sent in a header"));
    let mut authorization = HeaderValue::from_str(&format!("Bearer {}", token.expose())).map_err(unfit)?;
    // So that printing the request's headers does not print it.
    authorization.set_sensitive(true);
    let mut request = Request::new(call.body.clone().into_bytes());
    *request.method_mut() = call.method.clone();
    *request.uri_mut() = call.uri.clone();
    let headers = request.headers_mut();
    // Wanted on every call, with or without a body. Source: cloud-partner-portal-api-overview.md.
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    further.put_into(headers);
    headers.insert(header::AUTHORIZATION, authorization);
    if let Some(revision) = &call.if_match {
        headers.insert(header::IF_MATCH, revision.clone());
    }
    Ok(request)
}

/// Tells a yes from a no.
fn judge(answer: Response<Bytes>, (call, token): (&Call, &BearerToken), now: Timestamp) -> Result<Answer, Failure> {
    let (parts, bytes) = answer.into_parts();
    if parts.status.is_redirection() {
        let to = parts.headers.get(header::LOCATION).map(|to| String::from_utf8_lossy(to.as_bytes()).into_owned());
        return Err(Failure::Redirected { status: parts.status.as_u16(), to: without_query(&to.unwrap_or_default()) });
    }
    if !parts.status.is_success() {
        // Whatever the service repeats of what it was given stays unseen.
        let redact = |text: &str| call.body.redact(text).replace(token.expose(), REDACTED);
        return Err(Refusal::read(parts.status, &parts.headers, &bytes, now).map_text(redact).into());
    }
    let body = match call.safety {
        // The body of an answer to publish, go-live or cancel means nothing.
        Safety::Starting => Value::Null,
        Safety::Guarded | Safety::Unguarded if bytes.trim_ascii().is_empty() => Value::Null,
        _ => read(&bytes, &parts.headers)?,
    };
    Ok(Answer { status: parts.status, headers: parts.headers, body })
}

fn read(bytes: &[u8], headers: &HeaderMap) -> Result<Value, Failure> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|error| {
        let correlation_id = correlation_id(headers);
        if error.is_eof() && !bytes.trim_ascii().is_empty() {
            return Failure::CutOff { correlation_id };
        }
        Failure::Unreadable { problem: Reason::of(&error), correlation_id }
    })
}

/// An address as it can be shown: the query may hold a token.
fn without_query(address: &str) -> String {
    plain(address.split(['?', '#']).next().unwrap_or_default(), 300)
}
