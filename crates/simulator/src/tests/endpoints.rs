//! What each endpoint answers, and with which status.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::testing::{Bench, ReadAnswer};
use crate::{ChangedTime, ContentType, Dialect, Edit, ErrorBody, EtagPlace, IfMatch, MissingIfMatch, Rewrites};

const OFFER: &str = "/api/publishers/contoso/offers/sensor";

fn sensor() -> Value {
    json!({
        "publisherId": "contoso", "id": "sensor", "offerTypeId": "contoso-sensors",
        "definition": {"displayText": "Sensor", "offer": {"z.last": 1, "a.first": 9_007_199_254_740_993_u64}, "plans": []}
    })
}

fn code(seen: &ReadAnswer) -> &str {
    seen.json["error"]["code"].as_str().unwrap_or_default()
}

#[test]
fn a_create_is_201_and_comes_back_whole_with_an_etag() {
    let mut bench = Bench::new();
    assert_eq!(bench.get(OFFER).status, 404);
    let put = bench.put(OFFER, None, &sensor());
    assert_eq!(put.status, 201);
    let got = bench.get(OFFER);
    assert_eq!((got.status, &got.text), (200, &put.text));
    assert_eq!(got.header("etag"), Some("W/\"datetime'2026-11-21T10%3A00%3A00.0000000Z'\""));
    assert_eq!(got.header("etag"), put.header("etag"));
    assert_eq!(got.json["definition"], sensor()["definition"]);
    assert!(got.text.contains(r#""offer":{"z.last":1,"a.first":9007199254740993}"#), "order and digits are kept");
    assert_eq!(got.json["changedTime"], "2026-11-21T10:00:00.0000000Z");
    assert_eq!((&got.json["version"], &got.json["status"]), (&json!(1), &json!("neverPublished")));
}

#[test]
fn an_update_needs_the_etag_of_what_it_replaces() {
    let mut bench = Bench::new();
    let first = bench.put(OFFER, None, &sensor());
    let etag = first.header("etag").unwrap();
    let without = bench.put(OFFER, None, &sensor());
    assert_eq!((without.status, code(&without)), (409, "InvalidResourceId"));
    assert_eq!(bench.put(OFFER, Some("W/\"old\""), &sensor()).status, 412);
    let second = bench.put(OFFER, Some(etag), &sensor());
    assert_eq!(second.status, 200);
    assert_ne!(second.header("etag"), Some(etag), "a new one, though the clock stands still");
    assert_eq!(bench.put(OFFER, Some(etag), &sensor()).status, 412);
    assert_eq!(bench.put(OFFER, Some("*"), &sensor()).status, 200);
}

#[test]
fn an_update_without_an_etag_is_400_in_the_other_reading() {
    let mut bench = Bench::speaking(Dialect { missing_if_match: MissingIfMatch::BadRequest, ..Dialect::default() });
    bench.put(OFFER, None, &sensor());
    let refused = bench.put(OFFER, None, &sensor());
    assert_eq!((refused.status, code(&refused)), (400, "BadRequest"));
}

#[test]
fn a_create_under_an_etag_is_412_and_under_a_star_201() {
    let mut bench = Bench::new();
    assert_eq!(bench.put(OFFER, Some("W/\"x\""), &sensor()).status, 412);
    assert_eq!(bench.put(OFFER, Some("*"), &sensor()).status, 201);
}

#[test]
fn what_the_service_owns_can_be_sent_and_is_ignored() {
    let mut bench = Bench::rewriting(Rewrites::none());
    let mut document = sensor();
    for (name, value) in [
        ("version", json!(99)),
        ("status", json!("succeeded")),
        ("changedTime", json!("2001-01-01T00:00:00Z")),
        ("pcMigrationStatus", json!("migrated")),
        ("lockStatus", json!("locked")),
        ("eTag", json!("x")),
    ] {
        document[name] = value;
    }
    document["definition"]["changedTime"] = json!("2001-01-01T00:00:00Z");
    document["unknownKey"] = json!({"kept": true});
    assert_eq!(bench.put(OFFER, None, &document).status, 201);
    let got = bench.get(OFFER).json;
    assert_eq!(got["version"], 1);
    assert_eq!(got["status"], "neverPublished");
    assert_eq!(got["changedTime"], "2026-11-21T10:00:00.0000000Z");
    assert_eq!(got["pcMigrationStatus"], "none");
    assert_eq!(got["lockStatus"], "none");
    assert_eq!(got.get("eTag"), None);
    assert_eq!(got["definition"].get("changedTime"), None);
    assert_eq!(got["unknownKey"], json!({"kept": true}));
}

#[test]
fn the_etag_stands_where_the_dialect_puts_it() {
    for (place, in_header, in_body) in [
        (EtagPlace::Header, true, false),
        (EtagPlace::Body, false, true),
        (EtagPlace::HeaderAndBody, true, true),
        (EtagPlace::Nowhere, false, false),
    ] {
        let mut bench = Bench::speaking(Dialect { etag_on_get: place, etag_on_put: place, ..Dialect::default() });
        for seen in [bench.put(OFFER, None, &sensor()), bench.get(OFFER), bench.get(OFFER)] {
            assert_eq!(seen.header("etag").is_some(), in_header, "{place:?}");
            assert_eq!(seen.json.get("eTag").is_some(), in_body, "{place:?}");
        }
    }
}

#[test]
fn changed_time_stands_inside_the_definition_in_one_reading() {
    let mut bench = Bench::speaking(Dialect { changed_time: ChangedTime::InDefinition, ..Dialect::default() });
    bench.put(OFFER, None, &sensor());
    for document in [bench.get(OFFER).json, bench.get("/api/publishers/contoso/offers").json[0].clone()] {
        assert_eq!(document.get("changedTime"), None);
        assert_eq!(document["definition"]["changedTime"], "2026-11-21T10:00:00.0000000Z");
    }
}

#[test]
fn offers_are_listed_in_short_and_can_be_filtered_by_type() {
    let mut bench = Bench::new();
    bench.put(OFFER, None, &sensor());
    let list = "/api/publishers/contoso/offers";
    let row = json!({
        "offerTypeId": "contoso-sensors", "publisherId": "contoso", "status": "neverPublished", "id": "sensor",
        "version": 1, "definition": {"displayText": "Sensor"}, "changedTime": "2026-11-21T10:00:00.0000000Z"
    });
    assert_eq!(bench.get(list).json, json!([row]));
    assert_eq!(bench.get(&format!("{list}?$filter=offerTypeId%20eq%20'contoso-sensors'")).json, json!([row]));
    assert_eq!(bench.get(&format!("{list}?%24filter=offerTypeId+eq+'other'")).json, json!([]));
    assert_eq!(bench.get(&format!("{list}?$filter=version%20gt%201")).status, 400);
}

#[test]
fn publishers_and_offer_types_are_listed() {
    let mut bench = Bench::new();
    assert_eq!(bench.get("/api/publishers").json[0]["id"], "contoso");
    assert_eq!(bench.get("/api/offerTypes").json[1]["id"], "microsoft-azure-corevm");
}

#[test]
fn calls_that_cannot_be_served_have_their_status() {
    let mut bench = Bench::new();
    bench.put(OFFER, None, &sensor());
    for (method, path, status) in [
        ("GET", "/api/publishers/fabrikam/offers", 403),
        ("GET", "/api/publishers/fabrikam/offers/sensor", 403),
        ("GET", "/api/operations/fabrikam$sensor$2$preview", 403),
        ("GET", "/api/publishers/contoso/offers/none", 404),
        ("GET", "/api/publishers/contoso/offers/none/status", 404),
        ("GET", "/api/publishers/contoso/offers/none/submissions/", 404),
        ("POST", "/api/publishers/contoso/offers/none/publish", 404),
        ("POST", "/api/publishers/contoso/offers/none/golive", 404),
        ("POST", "/api/publishers/contoso/offers/none/cancel", 404),
        ("GET", "/api/publishers/contoso/offers/sensor/versions/7", 404),
        ("GET", "/api/publishers/contoso/offers/sensor/versions/x", 400),
        ("GET", "/api/publishers/contoso/offers/sensor/versions/1", 200),
        ("GET", "/api/publishers/contoso/offers/sensor/slot/DRAFT", 200),
        ("GET", "/api/publishers/contoso/offers/sensor/slot/Preview", 404),
        ("GET", "/api/publishers/contoso/offers/sensor/slot/production", 404),
        ("GET", "/api/publishers/contoso/offers/sensor/slot/staging", 400),
        ("GET", "/api/publishers/contoso/offers/sensor/operations/none", 404),
        ("GET", "/api/operations/contoso$sensor$9$preview", 404),
        ("GET", "/api/elsewhere", 404),
        ("DELETE", "/api/publishers/contoso/offers/sensor", 405),
        ("POST", "/api/publishers", 405),
        ("GET", "/api/publishers/contoso/offers/sensor/publish", 405),
    ] {
        assert_eq!(bench.call(method, path, &[], "{}").status, status, "{method} {path}");
    }
    let refused = bench.call("DELETE", OFFER, &[], "");
    assert_eq!(refused.header("allow"), Some("GET, PUT"));
}

#[test]
fn an_unknown_api_version_is_refused_in_the_words_of_the_service() {
    let mut bench = Bench::new();
    let expected =
        r#"{"error":{"code":"InvalidAPIVersion","message":"Invalid api version. Allowed values are [2017-10-31]"}}"#;
    for uri in ["/api/publishers", "/api/publishers?api-version=2016-01-01"] {
        let request = Request::get(uri).header("authorization", "Bearer t").body(Bytes::new()).unwrap();
        let seen = bench.raw(&request);
        assert_eq!((seen.status, seen.text.as_str()), (400, expected));
    }
}

#[test]
fn a_request_without_a_token_is_401_in_each_form() {
    let denied = "Authorization has been denied for this request.";
    for (form, expected) in [
        (ErrorBody::Message, json!({ "Message": denied })),
        (ErrorBody::ErrorObject, json!({"error": {"code": "Unauthorized", "message": denied}})),
        (ErrorBody::Empty, Value::Null),
        (ErrorBody::Html, Value::Null),
    ] {
        let mut bench = Bench::speaking(Dialect { unauthorized_body: form, ..Dialect::default() });
        for header in [None, Some("Bearer "), Some("Basic abc"), Some("token")] {
            let mut request = Request::get("/api/publishers?api-version=2017-10-31");
            if let Some(header) = header {
                request = request.header("authorization", header);
            }
            let seen = bench.raw(&request.body(Bytes::new()).unwrap());
            assert_eq!((seen.status, &seen.json), (401, &expected), "{header:?}");
        }
    }
}

#[test]
fn a_missing_content_type_matters_only_in_one_reading() {
    for (content_type, status) in [(ContentType::Optional, 200), (ContentType::Required, 415)] {
        let mut bench = Bench::speaking(Dialect { content_type, ..Dialect::default() });
        let request = Request::get("/api/publishers?api-version=2017-10-31").header("authorization", "Bearer t");
        assert_eq!(bench.raw(&request.body(Bytes::new()).unwrap()).status, status);
        assert_eq!(bench.get("/api/publishers").status, 200);
    }
}

#[test]
fn every_answer_names_itself_and_is_logged_without_its_content() {
    let mut bench = Bench::new();
    let put = bench.put(OFFER, Some("*"), &sensor());
    let missing = bench.get("/api/publishers/contoso/offers/none?sig=abc");
    let log: Vec<_> = bench.service.log().cloned().collect();
    for (entry, seen, if_match) in [(&log[0], &put, IfMatch::Any), (&log[1], &missing, IfMatch::Absent)] {
        assert_eq!(Some(entry.correlation_id.as_str()), seen.header("x-ms-correlation-request-id"));
        assert_eq!(entry.status, Some(seen.status));
        assert_eq!(entry.if_match, if_match);
    }
    assert_ne!(log[0].correlation_id, log[1].correlation_id);
    let text = serde_json::to_string(&log).unwrap();
    assert!(!text.contains("sig=") && !text.contains("abc") && !text.contains("Sensor"));
}

#[test]
fn an_edit_in_the_portal_changes_one_value_and_the_etag() {
    let mut bench = Bench::new();
    let before = bench.put(OFFER, None, &sensor());
    let edit = Edit::Set { pointer: "/definition/displayText".into(), value: json!("By hand") };
    bench.service.edit("contoso/sensor", &edit).unwrap();
    let after = bench.get(OFFER);
    assert_eq!(after.json["definition"]["displayText"], "By hand");
    assert_ne!(after.header("etag"), before.header("etag"));
    assert_eq!(bench.put(OFFER, before.header("etag"), &sensor()).status, 412);
    assert!(bench.service.edit("contoso/none", &edit).is_err());
}

#[test]
fn what_is_read_can_be_sent_back_as_it_is() {
    let mut bench = Bench::new();
    bench.put(OFFER, None, &sensor());
    let read = bench.get(OFFER);
    let again = bench.call("PUT", OFFER, &[("if-match", read.header("etag").unwrap())], &read.text);
    assert_eq!(again.status, 200);
    assert_eq!(again.json["definition"], read.json["definition"]);
    assert_eq!(bench.get(OFFER).json["definition"], read.json["definition"]);
}
