//! The service behind a real loopback socket, asked by a real client.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::sync::oneshot;

use crate::http_server::{ServeError, listen, serve};
use crate::{Dialect, Fault, FaultRule, Service, When};
use offerform_system::clock::{Clock, ManualClock, SystemClock};

const OFFER: &str = "/api/publishers/contoso/offers/sensor?api-version=2017-10-31";

struct Running {
    base: String,
    service: Arc<Mutex<Service>>,
    client: reqwest::Client,
    stop: oneshot::Sender<()>,
    server: tokio::task::JoinHandle<Result<(), ServeError>>,
}

async fn run() -> Running {
    run_with(Arc::new(SystemClock)).await
}

async fn run_with(clock: Arc<dyn Clock>) -> Running {
    let mut service = Service::new(Arc::clone(&clock), Dialect::default(), 1);
    service.add_publisher(json!({"id": "contoso"}));
    let service = Arc::new(Mutex::new(service));
    let listener = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel();
    let server = tokio::spawn(serve(Arc::clone(&service), listener, clock, async move {
        let _ = stopped.await;
    }));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().retry(reqwest::retry::never()).build().unwrap();
    Running { base, service, client, stop, server }
}

impl Running {
    fn fault(&self, fault: Fault) {
        let rule = FaultRule { when: When::default(), times: 1, fault };
        self.service.lock().unwrap().set_faults(vec![rule]);
    }

    async fn put(&self) -> reqwest::Result<reqwest::Response> {
        let document = json!({"publisherId": "contoso", "id": "sensor", "offerTypeId": "t", "definition": {"x": "y".repeat(2000)}});
        let url = format!("{}{OFFER}", self.base);
        self.client.put(url).bearer_auth("t").header("if-match", "*").body(document.to_string()).send().await
    }

    async fn get(&self) -> reqwest::Result<reqwest::Response> {
        self.client.get(format!("{}{OFFER}", self.base)).bearer_auth("t").send().await
    }
}

#[tokio::test]
async fn an_offer_goes_in_and_comes_out() {
    let running = run().await;
    assert_eq!(running.put().await.unwrap().status(), 201);
    let answer = running.get().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["etag"].to_str().unwrap().contains("%3A"));
    assert!(answer.headers().contains_key("x-ms-correlation-request-id"));
    assert!(answer.text().await.unwrap().contains("yyyy"));
    running.stop.send(()).unwrap();
    drop(running.client);
    running.server.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_lost_request_did_nothing_and_a_lost_answer_did() {
    let running = run().await;
    running.fault(Fault::LoseRequest);
    assert!(running.put().await.is_err());
    assert_eq!(running.get().await.unwrap().status(), 404);
    running.fault(Fault::LoseAnswer);
    assert!(running.put().await.is_err());
    assert_eq!(running.get().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_truncated_answer_announces_more_than_it_brings() {
    let running = run().await;
    running.put().await.unwrap();
    let whole = running.get().await.unwrap().content_length().unwrap();
    running.fault(Fault::Truncate { keep: 100 });
    let mut answer = running.get().await.unwrap();
    assert_eq!(answer.content_length(), Some(whole));
    let mut kept = 0;
    let error = loop {
        match answer.chunk().await {
            Ok(Some(chunk)) => kept += chunk.len(),
            Ok(None) => panic!("the body ended as if it were whole"),
            Err(error) => break error,
        }
    };
    assert!(error.is_body() || error.is_decode(), "{error:?}");
    assert_eq!(kept, 100);
    assert_eq!(running.get().await.unwrap().bytes().await.unwrap().len() as u64, whole, "the next one is whole");
}

#[tokio::test]
async fn a_slow_answer_waits_on_the_clock_that_was_handed_in() {
    let clock = Arc::new(ManualClock::new("2026-11-21T10:00:00Z".parse().unwrap()));
    let running = run_with(clock.clone()).await;
    running.put().await.unwrap();
    running.fault(Fault::Delay { milliseconds: 60 * 60 * 1000 });
    let mut asked = std::pin::pin!(running.get());
    let start = clock.now();
    let answer = loop {
        tokio::select! {
            biased;
            answer = &mut asked => break answer.unwrap(),
            () = tokio::task::yield_now() => clock.advance(Duration::from_mins(1)),
        }
    };
    assert_eq!(answer.status(), 200);
    assert!(clock.now().duration_since(start).as_mins() >= 60, "an hour passed on the clock, and none in the test");
}

#[tokio::test]
async fn only_loopback_is_served() {
    let refused = listen("0.0.0.0:0".parse().unwrap()).await;
    assert!(matches!(refused, Err(ServeError::NotLoopback(_))));
    let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let service = Arc::new(Mutex::new(Service::new(Arc::clone(&clock), Dialect::default(), 1)));
    let refused = serve(service, listener, clock, std::future::pending()).await;
    assert!(matches!(refused, Err(ServeError::NotLoopback(_))));
}
