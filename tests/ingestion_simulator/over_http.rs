//! Both APIs on one port, with a real client.

use std::future::pending;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::{Bench, resource};
use offerform::clock::{Clock, SystemClock};
use offerform::simulator::{Dialect, Fault, FaultRule, Pace, Service, When, http_server, seed};

#[tokio::test]
async fn one_port_serves_both_apis() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut service = Service::new(Arc::clone(&clock), Dialect::default(), 1).with_pace(Pace::sandbox());
    seed::fill(&mut service).unwrap();
    let service = Arc::new(Mutex::new(service));
    let listener = http_server::listen(([127, 0, 0, 1], 0).into()).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(http_server::serve(Arc::clone(&service), listener, Arc::clone(&clock), pending()));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().retry(reqwest::retry::never()).build().unwrap();
    let get = async |path: &str| {
        let answer = client.get(format!("{base}/{path}")).bearer_auth("t").send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        serde_json::from_slice::<Value>(&answer.bytes().await.unwrap()).unwrap()
    };
    let portal = get("api/publishers/contoso/offers/firewall?api-version=2017-10-31").await;
    let found = get("rp/product-ingestion/product?externalId=firewall&$version=2022-07-01").await;
    let product = found["value"][0]["id"].as_str().unwrap().to_owned();
    let guid = product.strip_prefix("product/").unwrap();
    let listing_path = format!("rp/product-ingestion/listing/{guid}/public/main/default/en-us");
    let mut listing = get(&listing_path).await;
    assert_eq!(listing["title"], portal["definition"]["offer"]["microsoft-azure-marketplace.title"]);

    // Pages lead to the next one on the same port.
    let page = get("rp/product-ingestion/product?$maxpagesize=3").await;
    let next = page["@nextLink"].as_str().unwrap().strip_prefix(&format!("{base}/")).unwrap();
    assert_eq!(get(next).await["value"].as_array().unwrap().len(), 2);

    // A write, followed to its end.
    listing = super::sendable(&listing);
    listing["title"] = json!("Over HTTP");
    let schema = "https://schema.mp.microsoft.com/schema/configure/2022-03-01-preview2";
    let body = json!({ "$schema": schema, "resources": [listing] });
    let url = format!("{base}/rp/product-ingestion/configure");
    let answer = client.post(&url).bearer_auth("t").body(body.to_string()).send().await.unwrap();
    assert_eq!(answer.status(), 202);
    let accepted: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let status_path = format!("rp/product-ingestion/configure/{}/status", accepted["jobId"].as_str().unwrap());
    let mut status = get(&status_path).await;
    for _ in 0..200 {
        if status["jobStatus"] == "completed" {
            break;
        }
        clock.sleep(std::time::Duration::from_millis(20)).await;
        status = get(&status_path).await;
    }
    assert_eq!(status["jobResult"], "succeeded", "{status}");
    assert_eq!(get(&listing_path).await["title"], "Over HTTP");

    // What a fault script loses is lost on the wire.
    let when = When { method: "POST".to_owned(), ..When::default() };
    service.lock().unwrap().set_faults(vec![FaultRule { when, times: 1, fault: Fault::LoseAnswer }]);
    assert!(client.post(&url).bearer_auth("t").body(body.to_string()).send().await.is_err());
}

#[test]
fn a_bench_without_a_network_gives_the_same_answers() {
    let mut bench = Bench::new();
    let product = json!({"identity": {"externalId": "in-process"}, "type": "softwareAsAService", "alias": "x"});
    bench.write(&[resource("product/preview3", product)]);
    assert_eq!(bench.get("product?externalId=in-process")["value"].as_array().unwrap().len(), 1);
}
