//! The network transport against servers that misbehave, on loopback ports.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use offerform::api::{Client, Endpoint, Error, Failure, HttpTransport, Limits, Precondition, TransportError};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{Bench, TOKEN, address, body_of, told};

/// A server that answers every connection with the same bytes and closes it.
struct Blunt {
    endpoint: Endpoint,
    received: Arc<Mutex<Vec<String>>>,
}

impl Blunt {
    async fn start(answer: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let (answer, received) = (answer.into(), Arc::new(Mutex::new(Vec::new())));
        let log = Arc::clone(&received);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = vec![0; 64 * 1024];
                let length = stream.read(&mut bytes).await.unwrap_or(0);
                log.lock().unwrap().push(String::from_utf8_lossy(&bytes[..length]).into_owned());
                let _ = stream.write_all(&answer).await;
            }
        });
        Self { endpoint, received }
    }

    fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }

    fn bench(&self, limits: Limits) -> Bench {
        bench(&self.endpoint, limits)
    }
}

fn bench(endpoint: &Endpoint, limits: Limits) -> Bench {
    let transport = HttpTransport::new(endpoint, limits).unwrap();
    Bench::new(endpoint.clone(), Arc::new(transport))
}

fn transport_error(error: &Error) -> &TransportError {
    match error.failure() {
        Some(Failure::Transport(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_redirect_to_another_host_takes_no_token_there() {
    let other = Blunt::start("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let first =
        Blunt::start(format!("HTTP/1.1 307 Go\r\nlocation: {}/api\r\ncontent-length: 0\r\n\r\n", other.endpoint)).await;
    let client = Client::new(first.bench(Limits::default()).connection);
    let error = client.reading().offer(&address()).await.unwrap_err();
    assert!(matches!(error.failure(), Some(Failure::Redirected { status: 307, .. })));
    assert_eq!(first.received().len(), 1);
    assert!(first.received()[0].contains(TOKEN), "the configured host gets the token");
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn a_connection_that_cannot_be_made_is_tried_again_and_was_certainly_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint: Endpoint = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    drop(listener);
    let bench = bench(&endpoint, Limits::default());
    let client = Client::new(bench.connection.clone());
    let error = client.publish(&address(), &[]).await.unwrap_err();
    assert!(!error.is_ambiguous());
    assert!(matches!(transport_error(&error), TransportError::NotSent(_)), "{error:?}");
    assert_eq!(bench.clock.slept().len(), 4);
}

#[tokio::test]
async fn a_connection_that_dies_leaves_writing_open() {
    for answer in
        ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":\"fw\"", "HTTP/1.1 20", "nonsense\r\n\r\n"]
    {
        let server = Blunt::start(answer).await;
        let client = Client::new(server.bench(Limits::default()).connection);
        let error = client.put(&address(), body_of(&json!({})), &Precondition::Create).await.unwrap_err();
        assert!(error.is_ambiguous(), "{answer:?}: {error:?}");
        assert!(matches!(transport_error(&error), TransportError::Lost(_)));
        assert_eq!(server.received().len(), 1);
        let error = client.reading().offer(&address()).await.unwrap_err();
        assert!(!error.is_ambiguous());
        assert_eq!(server.received().len(), 6, "a reader tries five times");
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_taken_in() {
    let announced = "HTTP/1.1 200 OK\r\ncontent-length: 4000000000\r\n\r\n".to_owned();
    let streamed = format!("HTTP/1.1 200 OK\r\n\r\n\"{}\"", "x".repeat(5000));
    for answer in [announced, streamed] {
        let server = Blunt::start(answer).await;
        let client = Client::new(server.bench(Limits { body: 1000, ..Limits::default() }).connection);
        let error = client.reading().offer(&address()).await.unwrap_err();
        assert!(matches!(transport_error(&error), TransportError::TooLarge(1000)), "{error:?}");
        assert_eq!(server.received().len(), 1);
        assert!(client.go_live(&address()).await.unwrap_err().is_ambiguous());
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint: Endpoint = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let (read, write) = (Duration::from_millis(50), Duration::from_millis(50));
    let mut bench = bench(&endpoint, Limits { read, write, ..Limits::default() });
    bench.connection.policy = offerform::api::retry::Policy::once();
    let client = Client::new(bench.connection);
    let error = client.reading().offer(&address()).await.unwrap_err();
    assert!(matches!(transport_error(&error), TransportError::Slow(_)), "{error:?}");
    assert!(client.publish(&address(), &[]).await.unwrap_err().is_ambiguous());
    drop(listener);
}

/// Answers every request after `pause`.
async fn slow(pause: Duration) -> Endpoint {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = vec![0; 64 * 1024];
            let _ = stream.read(&mut bytes).await;
            offerform::clock::Clock::sleep(&offerform::clock::SystemClock, pause).await;
            let _ =
                stream.write_all(b"HTTP/1.1 200 OK\r\netag: \"2\"\r\ncontent-length: 11\r\n\r\n{\"id\":\"fw\"}").await;
        }
    });
    endpoint
}

#[tokio::test]
async fn a_write_may_take_longer_than_a_read() {
    let endpoint = slow(Duration::from_millis(400)).await;
    let precondition = Precondition::Match(offerform::offer::Revision::new("\"1\""));
    let limits = |read, write| {
        let (read, write) = (Duration::from_millis(read), Duration::from_millis(write));
        let mut bench = bench(&endpoint, Limits { read, write, ..Limits::default() });
        bench.connection.policy = offerform::api::retry::Policy::once();
        Client::new(bench.connection)
    };
    let patient = limits(50, 20_000);
    assert!(patient.put(&address(), body_of(&json!({})), &precondition).await.is_ok());
    let error = patient.reading().offer(&address()).await.unwrap_err();
    assert!(matches!(transport_error(&error), TransportError::Slow(_)) && !error.is_ambiguous(), "{error:?}");
    let hasty = limits(20_000, 50);
    assert!(hasty.reading().offer(&address()).await.is_ok());
    let error = hasty.put(&address(), body_of(&json!({})), &precondition).await.unwrap_err();
    assert!(matches!(transport_error(&error), TransportError::Slow(_)) && error.is_ambiguous(), "{error:?}");
    assert_eq!(Limits::default().write, Duration::from_mins(10));
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_never_sees_the_token() {
    let server = Blunt::start("HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let endpoint: Endpoint = server.endpoint.as_str().replace("http://", "https://").parse().unwrap();
    let error = Client::new(bench(&endpoint, Limits::default()).connection).go_live(&address()).await.unwrap_err();
    assert!(matches!(transport_error(&error), TransportError::NotSent(_)), "{}", told(&error));
    assert_eq!(server.received().len(), 5);
    assert!(server.received().iter().all(|bytes| !bytes.contains(TOKEN)));
}
