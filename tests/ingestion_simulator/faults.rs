//! Faults: the same rules as for the other API.

use std::time::Duration;

use serde_json::json;

use super::{Bench, messages, resource};
use offerform::simulator::Slot;
use offerform::simulator::ingestion::ResourceFailure;
use offerform::simulator::{Edit, ErrorBody, Fault, Reply, RetryAfter, Timing};

fn listing(product: &str) -> String {
    let body =
        json!({"kind": "azureSaaS", "product": format!("product/{product}"), "languageId": "en-us", "title": "New"});
    let schema = "https://schema.mp.microsoft.com/schema/configure/2022-03-01-preview2";
    json!({ "$schema": schema, "resources": [resource("listing/preview3", body)] }).to_string()
}

fn title(bench: &mut Bench) -> String {
    bench.wait(Duration::from_mins(10));
    bench.service.settle_products();
    let held = bench.service.ingestion().held("policy-console/listing/en-us", Slot::Draft).unwrap();
    held["title"].as_str().unwrap().to_owned()
}

#[test]
fn a_lost_request_does_nothing_and_a_lost_answer_does_all() {
    for (fault, expected) in [(Fault::LoseRequest, "Contoso Policy Console"), (Fault::LoseAnswer, "New")] {
        let mut bench = Bench::new();
        let product = bench.product("policy-console");
        bench.fault("POST", "*/configure", fault);
        let reply = bench.reply("POST", "configure", &listing(&product));
        assert!(matches!(reply, Reply::LoseRequest | Reply::LoseAnswer));
        assert_eq!(title(&mut bench), expected);
    }
}

#[test]
fn an_error_comes_before_or_after_the_request_was_acted_upon() {
    for (timing, expected) in [(Timing::BeforeActing, "Contoso Policy Console"), (Timing::AfterActing, "New")] {
        let mut bench = Bench::new();
        let product = bench.product("policy-console");
        let fault = Fault::Status { status: 503, retry_after: None, body: ErrorBody::ErrorObject, timing };
        bench.fault("POST", "*/configure", fault);
        let seen = bench.call("POST", "configure", &listing(&product));
        assert_eq!((seen.status, &seen.json["error"]["code"]), (503, &json!("serviceUnavailable")));
        assert_eq!(title(&mut bench), expected);
    }
}

#[test]
fn errors_of_every_kind_are_spelled_as_this_api_spells_them() {
    for (status, code) in
        [(403, "forbidden"), (409, "conflict"), (429, "tooManyRequests"), (500, "internalServerError")]
    {
        let mut bench = Bench::new();
        let retry_after = Some(RetryAfter::Seconds(7));
        let fault = Fault::Status { status, retry_after, body: ErrorBody::ErrorObject, timing: Timing::BeforeActing };
        bench.fault("GET", "*/product", fault);
        let seen = bench.call("GET", "product", "");
        assert_eq!((seen.status, &seen.json["error"]["code"]), (status, &json!(code)));
        assert_eq!(seen.headers["retry-after"], "7");
        assert_eq!(bench.call("GET", "product", "").status, 200);
    }
}

#[test]
fn answers_break_off_and_are_late() {
    let mut bench = Bench::new();
    bench.fault("GET", "*/product", Fault::Truncate { keep: 20 });
    assert!(matches!(bench.reply("GET", "product", ""), Reply::Truncate(_, 20)));
    bench.fault("GET", "*/product", Fault::Delay { milliseconds: 25_000 });
    let Reply::Delay(delay, inner) = bench.reply("GET", "product", "") else { panic!("not late") };
    assert_eq!(delay, Duration::from_secs(25));
    assert!(matches!(*inner, Reply::Answer(answer) if answer.status() == 200));
}

#[test]
fn one_resource_of_a_job_can_fail() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let failure = ResourceFailure { resource: "reseller".to_owned(), message: "The disk is full.".to_owned() };
    bench.fault("POST", "*/configure", Fault::FailResource(failure));
    let reseller = json!({"product": format!("product/{product}"), "resellerChannelState": "none", "audiences": []});
    let listing =
        json!({"kind": "azureSaaS", "product": format!("product/{product}"), "languageId": "en-us", "title": "New"});
    let resources = [resource("reseller/preview2", reseller), resource("listing/preview3", listing)];
    let status = bench.done(&resources);
    assert_eq!(messages(&status["errors"][0]), ["Operation failed", "The disk is full."]);
    assert_eq!(title(&mut bench), "New");
    let held = bench.service.ingestion().held("policy-console/reseller", Slot::Draft).unwrap();
    assert_eq!(held["resellerChannelState"], "all");
    bench.write(&resources);
}

#[test]
fn somebody_edits_a_product_between_two_requests() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let edit = Edit::Set { pointer: "/title".to_owned(), value: json!("By hand") };
    let offer = "product-ingestion/policy-console/listing/en-us".to_owned();
    bench.fault("GET", "*/resource-tree/*", Fault::EditBetween { offer, edit });
    let tree = bench.get(&format!("resource-tree/product/{product}"));
    assert_eq!(super::of_kind(&tree, "listing")[0]["title"], "By hand");
    for (name, pointer) in [
        ("policy-console/plan/standard", "/alias"),
        ("policy-console/plan-listing/standard/en-us", "/name"),
        ("policy-console/listing-asset/en-us/azurelogosmall/1", "/url"),
        ("firewall/virtual-machine-plan-technical-configuration/byol", "/openPorts"),
    ] {
        let edit = Edit::Set { pointer: pointer.to_owned(), value: json!("x") };
        bench.service.edit(&format!("product-ingestion/{name}"), &edit).unwrap();
        assert_eq!(bench.service.ingestion().held(name, Slot::Draft).unwrap().pointer(pointer).unwrap(), "x");
    }
    let unknown = Edit::Remove { pointer: "/x".to_owned() };
    assert!(bench.service.edit("product-ingestion/nothing/listing/en-us", &unknown).is_err());
}

#[test]
fn requests_of_both_apis_are_in_one_log() {
    let mut bench = Bench::new();
    bench.get("product?$version=2022-07-01");
    let last = bench.service.log().last().unwrap();
    assert_eq!((last.method.as_str(), last.path.as_str()), ("GET", "/rp/product-ingestion/product"));
    assert_eq!((last.status, last.query.as_str()), (Some(200), "$version=2022-07-01"));
}
