//! The service on a loopback port: HTTP/1.1, real connections, real delays.
//!
//! What a fault script loses is lost here: the connection closes without an answer, or in the middle of one that
//! had announced its full length.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::answer::{Reply, empty_answer};
use super::control;
use super::service::Service;
use offerform_system::clock::Clock;

/// The largest request body that is read.
const BODY_LIMIT: usize = 32 * 1024 * 1024;

/// A server that cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The simulator speaks to its own machine only.
    #[error("the simulator serves loopback addresses only, and `{0}` is none")]
    NotLoopback(SocketAddr),
    /// The socket does not work.
    #[error("could not listen for connections on `{address}`")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The socket does not say where it listens.
    #[error("could not tell which port is listened on")]
    Address(#[source] io::Error),
}

/// Listens on a loopback address; port 0 takes any that is free.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    if !address.ip().is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
    TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })
}

/// Serves until `shutdown` is over, then lets requests in flight finish.
pub async fn serve(
    service: Arc<Mutex<Service>>,
    listener: TcpListener,
    clock: Arc<dyn Clock>,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    let address = listener.local_addr().map_err(ServeError::Address)?;
    if !address.ip().is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
    let (stop, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let _ = stream.set_nodelay(true);
                    connections.spawn(converse(stream, Arc::clone(&service), Arc::clone(&clock), stopped.clone()));
                }
                Err(error) => tracing::debug!(%error, "a connection could not be accepted"),
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(stop);
    while connections.join_next().await.is_some() {}
    Ok(())
}

async fn converse(
    stream: TcpStream,
    service: Arc<Mutex<Service>>,
    clock: Arc<dyn Clock>,
    mut stopped: watch::Receiver<()>,
) {
    let answer_all = service_fn(|request| answer(request, Arc::clone(&service), Arc::clone(&clock)));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer_all);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// The connection closes without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the fault script closes this connection")]
struct Lost;

async fn answer(
    request: Request<Incoming>,
    service: Arc<Mutex<Service>>,
    clock: Arc<dyn Clock>,
) -> Result<Response<Answer>, Lost> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else {
        return Ok(empty_answer(StatusCode::PAYLOAD_TOO_LARGE).map(Answer::whole));
    };
    let request = Request::from_parts(head, body.to_bytes());
    let mut reply = {
        let mut service = service.lock().unwrap_or_else(PoisonError::into_inner);
        match control::answer(&mut service, &request) {
            Some(answer) => Reply::Answer(answer),
            None => service.handle(&request),
        }
    };
    while let Reply::Delay(duration, inner) = reply {
        clock.sleep(duration).await;
        reply = *inner;
    }
    match reply {
        Reply::Answer(answer) => Ok(answer.map(Answer::whole)),
        Reply::Truncate(answer, keep) => Ok(answer.map(|body| Answer::broken(&body, keep))),
        Reply::LoseRequest | Reply::LoseAnswer | Reply::Delay(..) => Err(Lost),
    }
}

/// A body that keeps its promise, or breaks off.
struct Answer {
    announced: u64,
    rest: Option<Bytes>,
    ending: EndOfAnswer,
}

enum EndOfAnswer {
    Complete,
    /// What was written must leave the machine before the connection breaks: one more turn for it.
    BreaksAfterFlush,
    Breaks,
}

impl Answer {
    fn whole(body: Bytes) -> Self {
        Self { announced: body.len() as u64, rest: Some(body), ending: EndOfAnswer::Complete }
    }

    fn broken(body: &Bytes, keep: usize) -> Self {
        let kept = body.slice(..keep.min(body.len()));
        Self { announced: body.len() as u64, rest: Some(kept), ending: EndOfAnswer::BreaksAfterFlush }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Lost;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Lost>>> {
        if let Some(bytes) = self.rest.take().filter(|bytes| !bytes.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.ending {
            EndOfAnswer::Complete => Poll::Ready(None),
            EndOfAnswer::BreaksAfterFlush => {
                self.ending = EndOfAnswer::Breaks;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            EndOfAnswer::Breaks => Poll::Ready(Some(Err(Lost))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.ending, EndOfAnswer::Complete) && self.rest.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        let left = self.rest.as_ref().map_or(0, |bytes| bytes.len() as u64);
        SizeHint::with_exact(if matches!(self.ending, EndOfAnswer::Complete) { left } else { self.announced })
    }
}
