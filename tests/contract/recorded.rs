//! The calls of a public client, azure-img-utils 1.2.0, as they went over the wire when it was run unchanged against `sandbox serve`: on
//! 2026-11-28 with a virtual machine, on 2026-11-29 with a core virtual machine. It adds an image to an offer, publishes it, waits for the
//! preview and goes live. Written anew from the record of methods, paths, headers and shapes of bodies.
//!
//! It looks at little: 200 and 202 are successes and nothing else is; a started operation stands in `Location`; the answers to a
//! publish and a go-live may be empty; the words for how things stand are compared letter by letter.

use std::time::Duration;

use offerform::clock::Clock as _;
use offerform::simulator::{Dialect, LegacyKeys, PreviewReady};
use serde_json::{Value, json};

use super::played::{Played, Way};

const VERSION: &str = "?api-version=2017-10-31";

/// An offer that the client adds an image to, and the images that it adds it to.
#[derive(Debug, Clone, Copy)]
struct Target {
    offer: &'static str,
    images: &'static [&'static str],
}

const VIRTUAL_MACHINE: Target =
    Target { offer: "firewall", images: &["/definition/plans/0/microsoft-azure-virtualmachines.vmImages"] };

/// With a generation, as the client is told to by `--generation-id`.
const CORE_VIRTUAL_MACHINE: Target = Target {
    offer: "linux-images",
    images: &[
        "/definition/plans/0/microsoft-azure-corevm.vmImagesPublicAzure",
        "/definition/plans/0/diskGenerations/0/microsoft-azure-corevm.vmImagesPublicAzure",
    ],
};

impl Target {
    fn path(self) -> String {
        format!("/api/publishers/contoso/offers/{}", self.offer)
    }
}

/// One connection of the client.
struct Caller<'a> {
    played: &'a Played,
    http: reqwest::Client,
    offer: String,
}

/// What the client sees of an answer.
struct Seen {
    status: u16,
    location: Option<String>,
    body: Vec<u8>,
}

impl Seen {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl<'a> Caller<'a> {
    fn of(played: &'a Played, target: Target) -> Self {
        Self { played, http: reqwest::Client::builder().no_proxy().build().unwrap(), offer: target.path() }
    }

    /// Sends what the client sends with every request, and these headers and this body.
    async fn send(&self, method: &str, path: &str, (headers, body): (&[(&str, &str)], String)) -> Seen {
        let base = self.played.bench.connection.endpoint.to_string();
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, format!("{}{path}", base.trim_end_matches('/')));
        for (name, value) in
            [("accept", "application/json"), ("authorization", "Bearer anything")].iter().chain(headers)
        {
            request = request.header(*name, *value);
        }
        let answer = request.body(body).send().await.unwrap();
        let location = answer.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        Seen { status: answer.status().as_u16(), location, body: answer.bytes().await.unwrap().to_vec() }
    }

    /// A read: without `Content-Type`.
    async fn read(&self, path: &str) -> Value {
        let seen = self.send("GET", path, (&[], String::new())).await;
        assert_eq!(seen.status, 200, "{path}");
        seen.json()
    }

    /// Starts something, and returns where it can be followed: a path with the version in it.
    async fn start(&self, verb: &str, body: String) -> String {
        let headers = [("content-type", "application/json")];
        let seen = self.send("POST", &format!("{}/{verb}{VERSION}", self.offer), (&headers, body)).await;
        assert_eq!((seen.status, seen.body.len()), (202, 0), "{verb}");
        let place = seen.location.unwrap();
        assert!(place.starts_with("/api/") && place.ends_with(VERSION), "{place}");
        place
    }

    /// Asks for the status until it is this, as the client does: a preview shows in a step whose name is `publisher-signoff`, too.
    async fn wait_for(&self, wanted: &str) {
        for _ in 0..100 {
            let status = self.read(&format!("{}/status{VERSION}", self.offer)).await;
            let steps = status["steps"].as_array().cloned().unwrap_or_default();
            let sign_off =
                steps.iter().find(|step| step["stepName"] == "publisher-signoff").map(|step| &step["status"]);
            let said = match sign_off {
                Some(word) if status["status"] == "running" && *word == "waitingForPublisherReview" => word,
                _ => &status["status"],
            };
            if said == wanted {
                return;
            }
            self.played.bench.clock.sleep(Duration::from_hours(6)).await;
        }
        panic!("it is never {wanted}");
    }
}

#[tokio::test]
async fn a_client_that_follows_the_pages_adds_an_image_and_brings_it_to_customers() {
    for preview_ready in [PreviewReady::OwnStatus, PreviewReady::SignOffName] {
        adds_an_image(VIRTUAL_MACHINE, &Dialect { preview_ready, ..Dialect::default() }).await;
    }
}

#[tokio::test]
async fn the_same_client_sends_back_what_only_the_service_sets_of_a_core_virtual_machine() {
    adds_an_image(CORE_VIRTUAL_MACHINE, &Dialect::default()).await;
}

#[tokio::test]
async fn where_those_keys_are_refused_the_client_is_told_which() {
    let strict = Dialect { legacy_keys: LegacyKeys::Refused, ..Dialect::default() };
    let played = Played::start(Way::Http, &strict).await;
    let caller = Caller::of(&played, CORE_VIRTUAL_MACHINE);
    let path = format!("{}{VERSION}", caller.offer);
    let document = caller.read(&path).await;
    let headers = [("content-type", "application/json"), ("if-match", "*")];
    let refused = caller.send("PUT", &path, (&headers, document.to_string())).await;
    assert_eq!(refused.status, 400);
    assert!(String::from_utf8_lossy(&refused.body).contains("microsoft-azure-corevm.legacyOfferId"));
    assert_eq!(caller.read(&path).await, document, "nothing was written");
}

async fn adds_an_image(target: Target, dialect: &Dialect) {
    let played = Played::start(Way::Http, dialect).await;
    let caller = Caller::of(&played, target);
    let path = format!("{}{VERSION}", caller.offer);
    let mut document = caller.read(&path).await;
    let legacy = "/definition/offer/microsoft-azure-corevm.legacyOfferId";
    let before = document.pointer(legacy).cloned();
    assert_eq!(before.is_some(), target.offer == "linux-images");
    let image = json!({"osVhdUrl": "https://images.example/new.vhd", "label": "A label", "mediaName": "contoso-20260101",
        "publishedDate": "01/01/2026", "description": "A description", "showInGui": true, "lunVhdDetails": []});
    for images in target.images {
        document.pointer_mut(images).unwrap()["2026.01.01"] = image.clone();
    }

    // The whole document as it was read, with what the service owns, under no revision.
    let headers = [("content-type", "application/json"), ("if-match", "*")];
    let written = caller.send("PUT", &path, (&headers, document.to_string())).await;
    assert_eq!(written.status, 200);
    assert_eq!(written.json().pointer(legacy), before.as_ref());
    for images in target.images {
        assert_eq!(written.json().pointer(images).unwrap()["2026.01.01"], image);
    }

    let emails = json!({"metadata": {"notification-emails": "a@contoso.example,b@contoso.example"}});
    let publish = caller.start("publish", emails.to_string()).await;
    assert_eq!(caller.read(&publish).await["status"], "running");
    caller.wait_for("waitingForPublisherReview").await;

    // Without a body; its length is said to be nothing.
    let go_live = caller.start("golive", String::new()).await;
    assert_eq!(caller.read(&go_live).await["status"], "running");
    caller.wait_for("succeeded").await;
    let sold = caller.read(&format!("{}/slot/production{VERSION}", caller.offer)).await;
    for images in target.images {
        assert_eq!(sold.pointer(images).unwrap()["2026.01.01"], image);
    }
}

#[tokio::test]
async fn an_offer_that_is_not_there_is_told_by_its_status() {
    let played = Played::start(Way::Http, &Dialect::default()).await;
    let caller = Caller::of(&played, VIRTUAL_MACHINE);
    let path = format!("/api/publishers/contoso/offers/nothing{VERSION}");
    assert_eq!(caller.send("GET", &path, (&[], String::new())).await.status, 404);
}
