//! What the client sends and to whom, and what it never lets out.

use std::io;
use std::sync::{Arc, Mutex};

use http::Method;
use offerform::api::{Client, Endpoint, Error, OperationLocation, Precondition, ReadOnlyClient};
use offerform::offer::{OfferAddress, PublisherId, Revision, Slot};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use super::scripted::{Scripted, answer, lost, offer, status};
use super::{Bench, TOKEN, address, body_of, told};

fn scripted(script: impl IntoIterator<Item = super::scripted::Outcome>) -> (Arc<Scripted>, Bench) {
    let transport = Scripted::new(script);
    let bench = Bench::new(Endpoint::default(), Arc::<Scripted>::clone(&transport) as _);
    (transport, bench)
}

#[tokio::test]
async fn every_call_names_version_and_content_type() {
    let (transport, bench) = scripted([answer(202, &[("location", "/api/operations/1")], "")]);
    let client = Client::new(bench.connection.clone());
    let place = OperationLocation::of(&address(), "contoso$fw$2$preview").unwrap();
    // Their outcomes do not matter here: only what is sent.
    let reading = client.reading();
    let _ = reading.publishers().await;
    let _ = reading.offers(&PublisherId::new("contoso")).await;
    let _ = reading.offer(&address()).await;
    let _ = reading.offer_with_pricing(&address()).await;
    let _ = reading.version(&address(), 3).await;
    let _ = reading.slot(&address(), Slot::Production).await;
    let _ = reading.status(&address()).await;
    let _ = reading.submissions(&address()).await;
    let _ = reading.operation(&address(), &place).await;
    let _ = reading.offer_types().await;
    let reads = transport.sent().len();
    let _ = client.put(&address(), body_of(&json!({})), &Precondition::Create).await;
    let _ = client.publish(&address(), &["a@x.example".to_owned(), "b@x.example".to_owned()]).await;
    let _ = client.go_live(&address()).await;
    let _ = client.cancel(&address(), &[]).await;
    let sent = transport.sent();
    for request in &sent {
        let query = request.uri().query().unwrap();
        assert_eq!(query.matches("api-version=2017-10-31").count(), 1, "{query}");
        assert_eq!(request.headers()["content-type"], "application/json");
        assert_eq!(request.uri().authority().unwrap(), "cloudpartner.azure.com");
    }
    assert!(sent[..reads].iter().all(|request| request.method() == Method::GET && request.body().is_empty()));
    let lines: Vec<_> = sent.iter().map(|request| format!("{} {}", request.method(), request.uri().path())).collect();
    assert_eq!(
        lines,
        [
            "GET /api/publishers",
            "GET /api/publishers/contoso/offers",
            "GET /api/publishers/contoso/offers/fw",
            "GET /api/publishers/contoso/offers/fw",
            "GET /api/publishers/contoso/offers/fw/versions/3",
            "GET /api/publishers/contoso/offers/fw/slot/production",
            "GET /api/publishers/contoso/offers/fw/status",
            "GET /api/publishers/contoso/offers/fw/submissions/",
            "GET /api/operations/contoso$fw$2$preview",
            "GET /api/offerTypes",
            "PUT /api/publishers/contoso/offers/fw",
            "POST /api/publishers/contoso/offers/fw/publish",
            "POST /api/publishers/contoso/offers/fw/golive",
            "POST /api/publishers/contoso/offers/fw/cancel",
        ]
    );
    assert!(sent[3].uri().query().unwrap().contains("includeAllPricing=true"));
    assert!(!sent[10].headers().contains_key("if-match"), "a create");
    assert_eq!(sent[11].body(), r#"{"metadata":{"notification-emails":"a@x.example,b@x.example"}}"#);
}

#[tokio::test]
async fn further_headers_go_with_every_call_and_change_nothing_of_ours() {
    let (transport, mut bench) = scripted([offer()]);
    bench.connection.headers.set("x-ms-required", "since today").unwrap();
    bench.connection.headers.set("Accept", "").unwrap();
    let client = Client::new(bench.connection.clone());
    client.reading().offer(&address()).await.unwrap();
    client.put(&address(), body_of(&json!({})), &Precondition::Match(Revision::new("\"1\""))).await.unwrap();
    for request in transport.sent() {
        let headers = request.headers();
        assert_eq!((&headers["x-ms-required"], headers.get("accept")), (&"since today".parse().unwrap(), None));
        assert_eq!(headers["authorization"], format!("Bearer {TOKEN}-1"));
        assert_eq!(headers["content-type"], "application/json");
    }
    assert_eq!(transport.sent()[1].headers()["if-match"], "\"1\"");
}

#[tokio::test]
async fn a_document_of_another_offer_is_not_taken_for_the_one_that_was_asked_for() {
    for body in
        [r#"{"id":"other","publisherId":"contoso"}"#, r#"{"id":"fw","publisherId":"fabrikam"}"#, "{}", r#"{"id":7}"#]
    {
        let (_, bench) = scripted([answer(200, &[("etag", "a")], body)]);
        let reading = ReadOnlyClient::new(bench.connection.clone());
        assert!(reading.offer(&address()).await.is_err(), "{body}");
        assert!(reading.slot(&address(), Slot::Production).await.is_err(), "{body}");
        assert!(reading.version(&address(), 3).await.is_err(), "{body}");
    }
    let (_, bench) = scripted([answer(200, &[("etag", "a")], r#"{"id":"FW","publisherId":"Contoso"}"#)]);
    let reading = ReadOnlyClient::new(bench.connection.clone());
    assert!(reading.offer(&address()).await.is_ok(), "the service does not tell upper from lower case");
}

#[tokio::test]
async fn the_answer_to_a_write_that_is_about_another_offer_leaves_it_open_whether_it_was_done() {
    for (body, is_taken) in [
        (r#"{"id":"fw"}"#, true),
        ("{}", true),
        (r#"{"id":"other"}"#, false),
        (r#"{"id":"fw","publisherId":"fabrikam"}"#, false),
    ] {
        let (_, bench) = scripted([answer(200, &[("etag", "a")], body)]);
        let put =
            Client::new(bench.connection.clone()).put(&address(), body_of(&json!({})), &Precondition::Create).await;
        assert_eq!(put.is_ok(), is_taken, "{body}");
        assert!(is_taken || matches!(put, Err(Error::Ambiguous { .. })), "{body}: {put:?}");
    }
}

#[tokio::test]
async fn a_slot_with_the_document_of_another_type_is_not_taken_for_the_offer() {
    let of = |offer_type: &str| {
        let body = json!({"id": "fw", "publisherId": "contoso", "offerTypeId": offer_type}).to_string();
        answer(200, &[("etag", "a")], &body)
    };
    for (second, is_taken) in
        [("microsoft-azure-corevm", false), ("acme", false), ("Microsoft-Azure-VirtualMachines", true)]
    {
        let machine = "microsoft-azure-virtualmachines";
        let (_, bench) = scripted([of(machine), of(second), of(second), of(second), of(second)]);
        let client = Client::new(bench.connection.clone());
        let reading = client.reading();
        assert!(reading.offer(&address()).await.is_ok());
        assert_eq!(reading.slot(&address(), Slot::Preview).await.is_ok(), is_taken, "{second}");
        assert_eq!(reading.slot(&address(), Slot::Production).await.is_ok(), is_taken, "{second}");
        assert_eq!(reading.version(&address(), 3).await.is_ok(), is_taken, "{second}");
        assert_eq!(client.reading().offer(&address()).await.is_ok(), is_taken, "{second}: from another client, too");
    }
}

#[tokio::test]
async fn a_revision_that_cannot_be_sent_back_is_no_missing_one() {
    let mut response = offer().unwrap();
    response.headers_mut().insert("etag", http::HeaderValue::from_bytes(b"\"a\xff\"").unwrap());
    let (_, bench) = scripted([Ok(response)]);
    let read = ReadOnlyClient::new(bench.connection.clone()).offer(&address()).await;
    assert!(read.is_err(), "{read:?}");
}

#[tokio::test]
async fn a_correlation_id_that_repeats_the_token_is_not_shown() {
    for (status, body) in [(403, ""), (200, "{")] {
        let mut response = answer(status, &[], body).unwrap();
        response.headers_mut().insert("x-ms-correlation-request-id", format!("{TOKEN}-1").parse().unwrap());
        let (_, bench) = scripted([Ok(response)]);
        let error = ReadOnlyClient::new(bench.connection.clone()).offer(&address()).await.unwrap_err();
        assert!(!told(&error).contains(TOKEN), "{}", told(&error));
        assert!(!format!("{error:?}").contains(TOKEN), "{error:?}");
    }
}

#[tokio::test]
async fn a_revision_goes_back_byte_for_byte() {
    let etag = "W/\"datetime'2017-06-07T06%3A15%3A40.4771399Z'\"";
    let (transport, bench) = scripted([answer(200, &[("etag", etag)], r#"{"id":"fw"}"#)]);
    let client = Client::new(bench.connection.clone());
    let live = client.reading().offer(&address()).await.unwrap().unwrap();
    assert_eq!(live.revision, Some(Revision::new(etag)));
    client.put(&address(), body_of(&json!({})), &Precondition::Match(live.revision.unwrap())).await.unwrap();
    assert_eq!(transport.sent()[1].headers()["if-match"].as_bytes(), etag.as_bytes());
}

#[tokio::test]
async fn numbers_of_any_size_survive_a_read_and_a_write() {
    let text =
        r#"{"id":"fw","version":9007199254740993,"x":{"y":[18446744073709551617,1.10,-0.0,1e+400]},"b":"ü\u0000"}"#;
    let (transport, bench) = scripted([answer(200, &[], text)]);
    let client = Client::new(bench.connection.clone());
    let live = client.reading().offer(&address()).await.unwrap().unwrap();
    client.put(&address(), super::body(&live.document), &Precondition::Weak).await.unwrap();
    assert_eq!(transport.sent()[1].body(), text);
}

#[tokio::test]
async fn a_redirect_is_explained_and_not_followed() {
    for target in ["https://evil.example/take?token=x", "/elsewhere", ""] {
        let (transport, bench) = scripted([answer(302, &[("location", target)], "")]);
        let client = Client::new(bench.connection.clone());
        let error = client.reading().offer(&address()).await.unwrap_err();
        let told = told(&error);
        assert!(told.contains("redirects to") && !told.contains("token=x"), "{told}");
        assert!(error.hint().unwrap().contains("proxy"));
        assert!(client.publish(&address(), &[]).await.unwrap_err().is_ambiguous());
        assert_eq!(transport.sent().len(), 2);
    }
}

#[tokio::test]
async fn an_operation_on_another_host_is_refused_though_it_was_started() {
    for header in ["location", "operation-location"] {
        for foreign in [
            "https://evil.example/api/operations/1?sig=abc",
            "//evil.example/api/operations/1",
            "http://cloudpartner.azure.com/api/x",
        ] {
            let (transport, bench) = scripted([answer(202, &[(header, foreign)], "")]);
            let error = Client::new(bench.connection.clone()).publish(&address(), &[]).await.unwrap_err();
            assert!(error.is_ambiguous(), "the caller must look");
            let told = told(&error);
            assert!(told.contains("outside the endpoint") && !told.contains("sig=abc"), "{told}");
            assert_eq!(transport.sent().len(), 1);
        }
    }
}

#[tokio::test]
async fn an_operation_is_found_by_either_header_and_in_either_form() {
    for (header, place, id) in [
        ("location", "/api/operations/contoso$fw$2$preview?api-version=2017-10-31", "contoso$fw$2$preview"),
        ("operation-location", "/api/publishers/contoso/offers/fw/operations/9b-1?api-version=2017-10-31", "9b-1"),
        ("operation-location", "https://cloudpartner.azure.com/api/operations/7", "7"),
    ] {
        let (transport, bench) =
            scripted([answer(202, &[(header, place)], ""), answer(200, &[], r#"[{"status":"running"}]"#)]);
        let client = Client::new(bench.connection.clone());
        let found = client.go_live(&address()).await.unwrap().operation.unwrap();
        assert_eq!(found.id(), id);
        client.reading().operation(&address(), &found).await.unwrap();
        let asked = transport.sent()[1].uri().to_string();
        let path = place.trim_start_matches("https://cloudpartner.azure.com").split('?').next().unwrap();
        assert_eq!(asked, format!("https://cloudpartner.azure.com{path}?api-version=2017-10-31"));
    }
    let (_, bench) = scripted([status(202)]);
    assert_eq!(Client::new(bench.connection.clone()).go_live(&address()).await.unwrap().operation, None);
}

#[tokio::test]
async fn an_id_that_leads_elsewhere_is_never_sent() {
    let (transport, bench) = scripted([offer()]);
    let client = ReadOnlyClient::new(bench.connection.clone());
    for (publisher, id) in [("", "fw"), ("contoso", ""), ("..", "fw"), ("contoso", "..")] {
        let outcome = client.offer(&OfferAddress::new(publisher, id)).await;
        assert!(matches!(outcome, Err(Error::Unaddressable { .. })));
    }
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn a_row_that_cannot_be_read_spoils_the_list() {
    for body in [r#"[{"id":"fw"},{}]"#, r#"{"value":[]}"#, "null", r#"[{"id":5}]"#] {
        let (_, bench) = scripted([answer(200, &[], body)]);
        let client = ReadOnlyClient::new(bench.connection.clone());
        let outcome = client.offers(&PublisherId::new("contoso")).await;
        assert!(outcome.is_err(), "what is not in a list is taken not to exist: {body}");
    }
}

/// Keeps what is logged.
#[derive(Debug, Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn neither_token_nor_signature_nor_secret_gets_into_any_text() {
    let lines = Lines::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(lines.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let leaky = format!(r#"{{"Message":"Bearer {TOKEN}-1 was sent to https://x.example/y?sv=1&sig=abc%2Fdef"}}"#);
    let secret = body_of(&json!({"clientSecret": "hunter2", "url": "https://x.example/y?sv=1&sig=abc%2Fdef"}));
    let mut shown = String::new();
    for outcome in [answer(400, &[], &leaky), answer(429, &[], &leaky), answer(500, &[], &leaky), lost(), status(401)] {
        let (transport, bench) = scripted([outcome]);
        let client = Client::new(bench.connection.clone());
        let error = client.put(&address(), secret.clone(), &Precondition::Create).await.unwrap_err();
        let (hint, requests) = (error.hint(), bench.requests.all());
        let sent = transport.sent().remove(0).into_parts().0;
        shown += &[told(&error), format!("{error:?} {hint:?} {client:?} {requests:?} {sent:?}")].concat();
    }
    shown += std::str::from_utf8(&lines.0.lock().unwrap()).unwrap();
    assert!(shown.contains("trying again"), "the log was kept");
    for secret in [TOKEN, "hunter2", "abc%2Fdef"] {
        let at = shown.find(secret).map(|at| &shown[at.saturating_sub(80)..at + 30]);
        assert_eq!(at, None);
    }
}
