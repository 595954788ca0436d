//! A small HTTP server that stands in for Entra, GitHub and the metadata address, and the transport that leads there.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use azure_core::http::{AsyncRawResponse, HttpClient, Request};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// What the stand-in answers.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Answer {
    /// A token that is good for so many seconds.
    pub(crate) fn token(text: &str, seconds: i64) -> Self {
        Self::json(200, &format!(r#"{{"token_type":"Bearer","expires_in":{seconds},"access_token":"{text}"}}"#))
    }

    /// Any JSON.
    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self { status, headers: vec![("content-type", "application/json".to_owned())], body: body.to_owned() }
    }

    /// A refusal in Entra's form.
    pub(crate) fn refused(code: u32, words: &str) -> Self {
        Self::json(
            401,
            &format!(
                r#"{{"error":"invalid_client","error_description":"AADSTS{code}: {words}\r\nTrace ID: t","error_codes":[{code}]}}"#
            ),
        )
    }

    /// A page that is not JSON.
    pub(crate) fn page(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: "<html>busy</html>".to_owned() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// A request that arrived.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// The address it was meant for.
    pub(crate) url: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: String,
}

#[derive(Debug, Default)]
struct State {
    script: VecDeque<Answer>,
    received: Vec<Received>,
}

/// The stand-in. It answers by its script, and when that is at its end with the last answer again.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Endpoint {
    pub(crate) async fn start(script: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State { script: script.into_iter().collect(), received: Vec::new() }));
        let endpoint = Self { port, state };
        tokio::spawn(endpoint.clone().serve(listener));
        endpoint
    }

    async fn serve(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            let endpoint = self.clone();
            let service = service_fn(move |request| {
                let endpoint = endpoint.clone();
                async move { Ok::<_, Infallible>(endpoint.answer(request).await) }
            });
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    }

    async fn answer(&self, request: http::Request<Incoming>) -> http::Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let mut state = self.state.lock().unwrap();
        state.received.push(Received {
            url: format!("{}{}", header("x-meant-for").unwrap(), parts.uri),
            authorization: header("authorization"),
            body: String::from_utf8(body.to_vec()).unwrap(),
        });
        let answer = if state.script.len() > 1 { state.script.pop_front() } else { state.script.front().cloned() };
        let answer = answer.unwrap();
        let mut response = http::Response::builder().status(answer.status);
        for (name, value) in &answer.headers {
            response = response.header(*name, value);
        }
        response.body(Full::from(answer.body)).unwrap()
    }

    /// What arrived so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.lock().unwrap().received.clone()
    }

    /// From now on, answers so.
    pub(crate) fn will(&self, script: impl IntoIterator<Item = Answer>) {
        self.state.lock().unwrap().script = script.into_iter().collect();
    }

    /// Carries requests here that are meant for anywhere.
    pub(crate) fn transport(&self) -> Arc<dyn HttpClient> {
        offerform::tls::choose_cryptography();
        Arc::new(Here { port: self.port, client: reqwest::Client::builder().no_proxy().build().unwrap() })
    }
}

/// Leads every request to the stand-in, whatever its host: the library insists on https for Entra.
#[derive(Debug)]
struct Here {
    port: u16,
    client: reqwest::Client,
}

#[async_trait]
impl HttpClient for Here {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let mut request = request.clone();
        let origin = request.url().origin().ascii_serialization();
        request.insert_header("x-meant-for", origin);
        let url = request.url_mut();
        url.set_scheme("http").unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(self.port)).unwrap();
        self.client.execute_request(&request).await
    }
}
