//! Networks as companies have them: an authority of their own, a proxy, and names that lead nowhere.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::sealed::{Ran, Sealed, offer};

/// What the service has of the one offer.
const DOCUMENT: &str = r#"{"publisherId":"contoso","id":"one","offerTypeId":"microsoft-azure-invented","version":1,
    "definition":{"offer":{"microsoft-azure-invented.title":"One"}}}"#;

fn data(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/tls")).join(name)
}

fn authority() -> String {
    data("authority.pem").display().to_string()
}

/// A service behind TLS, whose certificate is for `localhost` and `service.example`. Returns its port.
fn service() -> u16 {
    let chain = vec![CertificateDer::from_pem_file(data("server.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(data("server-key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let config = Arc::clone(&config);
            thread::spawn(move || answer(StreamOwned::new(ServerConnection::new(config).unwrap(), stream.unwrap())));
        }
    });
    port
}

/// Answers one request with the document, and closes. A client that turns away is no concern of ours.
fn answer(mut stream: StreamOwned<ServerConnection, TcpStream>) {
    let mut bytes = [0; 16 * 1024];
    if stream.read(&mut bytes).is_ok_and(|length| length > 0) {
        let head = format!(
            "HTTP/1.1 200 OK\r\netag: \"1\"\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            DOCUMENT.len()
        );
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(DOCUMENT.as_bytes()));
        stream.conn.send_close_notify();
        let _ = stream.flush();
    }
}

/// A proxy that leads every tunnel to one port of this machine, or refuses it with a status.
struct Proxy {
    address: String,
    /// Everything that was sent to it before a tunnel was there.
    heard: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start(target: Result<u16, &'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let kept = Arc::clone(&kept);
                thread::spawn(move || tunnel(stream.unwrap(), target, &kept));
            }
        });
        Self { address, heard }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

fn tunnel(stream: TcpStream, target: Result<u16, &'static str>, kept: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    while reader.read_line(&mut head).is_ok_and(|length| length > 2) {}
    kept.lock().unwrap().push(head);
    let mut client = stream;
    let port = match target {
        Ok(port) => port,
        Err(status) => {
            let _ = client.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").as_bytes());
            return;
        }
    };
    let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    thread::spawn(move || std::io::copy(&mut from, &mut to));
    let _ = std::io::copy(&mut reader, &mut server);
}

/// Plans the one offer at an endpoint.
fn plan(endpoint: &str, variables: &[(&str, &str)]) -> Ran {
    let sealed = Sealed::empty();
    sealed.write("offers/one.yaml", &offer("one", "title: One"));
    let variables: Vec<_> =
        [("OFFERFORM_TOKEN", "secret-token")].into_iter().chain(variables.iter().copied()).collect();
    sealed.run_with(&variables, &format!("--endpoint {endpoint} plan"))
}

/// Whether a run failed, saying all of this.
#[track_caller]
fn fails_with(ran: &Ran, words: &[&str]) {
    let said = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    assert_eq!(ran.exit, 1, "{said}");
    for word in words {
        assert!(said.contains(&word.to_lowercase()), "`{word}` is missing in: {said}");
    }
    assert!(!said.contains("secret-token"), "{said}");
}

#[test]
fn a_private_authority_is_trusted_if_it_is_named() {
    let endpoint = format!("https://localhost:{}", service());
    let ran = plan(&endpoint, &[("SSL_CERT_FILE", &authority())]);
    assert_eq!(
        (ran.exit, ran.stdout.lines().last()),
        (0, Some("Plan: 0 to create, 0 to update, 0 to release, 1 unchanged.")),
        "{ran:?}"
    );
    // Without it the whole chain of causes is told, down to that of the certificate, and what to do about it.
    fails_with(
        &plan(&endpoint, &[]),
        &["reading offer `contoso/one`", "not trusted", "UnknownIssuer", "SSL_CERT_FILE"],
    );
}

#[test]
fn a_certificate_of_another_name_is_told_from_an_unknown_authority() {
    let ran = plan(&format!("https://127.0.0.1:{}", service()), &[("SSL_CERT_FILE", &authority())]);
    fails_with(&ran, &["not trusted", "not valid for name", "127.0.0.1", "localhost"]);
}

#[test]
fn a_proxy_carries_what_it_cannot_read_and_is_passed_by_where_that_is_said() {
    let port = service();
    let (proxy, trust) = (Proxy::start(Ok(port)), authority());
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let before = proxy.heard().len();
        // A name that leads nowhere: only the proxy knows where the service is.
        let ran = plan("https://service.example", &[("SSL_CERT_FILE", &trust), (variable, &proxy.address)]);
        assert_eq!(ran.exit, 0, "{variable}: {ran:?}");
        let heard = &proxy.heard()[before..];
        assert!(heard[0].starts_with("CONNECT service.example:443 HTTP/1.1"), "{heard:?}");
        assert!(heard.iter().all(|head| !head.contains("secret-token")), "{heard:?}");
    }
    let before = proxy.heard().len();
    for hosts in ["localhost", "other.example,localhost", "*"] {
        let variables = [("SSL_CERT_FILE", trust.as_str()), ("HTTPS_PROXY", &proxy.address), ("NO_PROXY", hosts)];
        let ran = plan(&format!("https://localhost:{port}"), &variables);
        assert_eq!(ran.exit, 0, "{hosts}: {ran:?}");
    }
    assert_eq!(proxy.heard().len(), before, "nothing went through it");
}

#[test]
fn an_endpoint_of_this_machine_in_plain_text_never_goes_through_a_proxy() {
    let proxy = Proxy::start(Err("502 Bad Gateway"));
    let stand_in = crate::stand_in::StandIn::always(200, DOCUMENT);
    let ran = plan(&stand_in.endpoint, &[("HTTP_PROXY", &proxy.address), ("http_proxy", &proxy.address)]);
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert_eq!(proxy.heard(), Vec::<String>::new(), "it would have seen the token");
}

#[test]
fn a_proxy_that_refuses_is_named_with_its_reason() {
    let trust = authority();
    for (status, words) in
        [("407 Proxy Authentication Required", "proxy authorization required"), ("403 Forbidden", "tunnel")]
    {
        let proxy = Proxy::start(Err(status));
        let ran = plan("https://service.example", &[("SSL_CERT_FILE", &trust), ("HTTPS_PROXY", &proxy.address)]);
        fails_with(&ran, &["no connection could be made", words, "proxy"]);
    }
}

#[test]
fn a_name_that_leads_nowhere_is_said_to() {
    let ran = plan("https://service.invalid", &[("SSL_CERT_FILE", &authority())]);
    fails_with(&ran, &["no connection could be made", "dns", "check the endpoint"]);
}
