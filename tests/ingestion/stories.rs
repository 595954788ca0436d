//! Random stories: files change, runs are killed or lose answers, others edit and publish, time goes by. At the end nothing is in the way
//! any more, and what git says is what customers have.
//!
//! `OFFERFORM_PRODUCT_STORIES` says how many stories are played; `OFFERFORM_PRODUCT_STORY` plays one of them.

use std::collections::BTreeMap;
use std::time::Duration;

use offerform::apply::Outcome;
use offerform::plan::ReleaseRequest;
use offerform::simulator::ingestion::Dialect;
use offerform::simulator::{ErrorBody, Fault, FaultRule, Timing, When};
use serde_json::{Value, json};

use crate::bench::{Bench, SCHEMAS, call, edit_as_another_client, outcomes};

/// How many stories are played if nobody says.
const STORIES: u64 = 12;

/// How many things happen in a story.
const EVENTS: usize = 12;

/// Numbers that follow from a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

struct Story {
    seed: u64,
    chance: Chance,
    bench: Bench,
    files: BTreeMap<String, String>,
    /// What git says, and the number of the last change.
    title: String,
    number: u64,
    /// What somebody else wrote last to a resource that no file changes.
    note: Option<u64>,
    /// What happened, for whoever reads a failure.
    told: Vec<String>,
}

impl Story {
    async fn new(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let dialect = match chance.below(3) {
            0 => Dialect::default(),
            1 => Dialect::reports(),
            _ => Dialect::reference(),
        };
        let bench = Bench::speaking(dialect);
        let files = bench.import(&["image-scanner"]).await.files;
        let files = files.into_iter().map(|(path, text)| (path, text + "reconcile: { release: live }\n")).collect();
        let title = "Contoso Image Scanner".to_owned();
        Self { seed, chance, bench, files, title, number: 0, note: None, told: Vec::new() }
    }

    fn declare(&mut self) {
        self.number += 1;
        let new = format!("Title {}", self.number);
        let file = self.files.get_mut("image-scanner.yaml").unwrap();
        *file = file.replace(&format!("title: {}", self.title), &format!("title: {new}"));
        self.title = new;
    }

    /// Something that goes wrong with one of the next requests.
    fn fault(&mut self) -> FaultRule {
        let fault = match self.chance.below(5) {
            0 => Fault::LoseRequest,
            1 => Fault::LoseAnswer,
            2 => Fault::Truncate { keep: usize::try_from(self.chance.below(60)).unwrap() },
            3 => status(503, Timing::BeforeActing),
            _ => status(500, Timing::AfterActing),
        };
        let method = if self.chance.below(2) == 0 { "POST" } else { "GET" };
        let nth = 1 + u32::try_from(self.chance.below(if method == "POST" { 2 } else { 8 })).unwrap();
        FaultRule { when: When { method: method.to_owned(), path: String::new(), nth }, times: 1, fault }
    }

    async fn apply(&mut self) {
        // Whatever somebody else left in the draft stops a run or is taken back; what is reported done is done.
        let report = self.bench.try_apply(&self.files).await;
        self.bench.faults(Vec::new());
        let Some(report) = report else { return };
        let outcome = outcomes(&report)[0].clone();
        self.told.push(format!("apply: {outcome:?}"));
        if matches!(outcome, Outcome::Updated | Outcome::AlreadyDone | Outcome::Unchanged) {
            assert_eq!(self.draft_title(), self.title, "reported as done: {}", self.story());
        }
    }

    fn draft_title(&self) -> String {
        self.bench.resource("image-scanner", "listing", None)["title"].as_str().unwrap().to_owned()
    }

    fn live_title(&self) -> String {
        let guid = self.bench.get("product?externalId=image-scanner")["value"][0]["id"].clone();
        let tree = self.bench.get(&format!("resource-tree/{}?targetType=live", guid.as_str().unwrap()));
        let resources = tree["resources"].as_array().unwrap();
        let listing = resources.iter().find(|one| one["$schema"].as_str().unwrap().contains("/listing/")).unwrap();
        listing["title"].as_str().unwrap().to_owned()
    }

    async fn event(&mut self) {
        match self.chance.below(9) {
            0 | 1 => self.declare(),
            2 => {
                let fault = self.fault();
                self.told.push(format!("{fault:?}"));
                self.bench.faults(vec![fault]);
                self.apply().await;
            }
            3 | 4 => self.apply().await,
            5 => {
                let keeps = self.chance.below(2) == 0;
                self.told.push(format!("restart, record kept: {keeps}"));
                self.bench.restart(keeps);
            }
            6 => {
                let hours = self.chance.below(80);
                self.told.push(format!("{hours} hours"));
                self.bench.wait(Duration::from_hours(hours));
            }
            7 => {
                self.number += 1;
                let number = self.number;
                self.told.push(format!("somebody notes {number}"));
                let mut service = self.bench.service();
                edit_as_another_client(&mut service, "image-scanner", "property", None, |property| {
                    property["contoso.note"] = json!(number);
                });
                drop(service);
                self.bench.wait(Duration::from_mins(10));
                self.note = Some(number);
            }
            _ => {
                self.told.push("somebody publishes".to_owned());
                let guid = self.bench.get("product?externalId=image-scanner")["value"][0]["id"].clone();
                let resource = json!({
                    "$schema": format!("{SCHEMAS}/submission/2022-03-01-preview2"),
                    "product": guid, "target": {"targetType": "preview"},
                });
                let body =
                    json!({"$schema": format!("{SCHEMAS}/configure/2022-03-01-preview2"), "resources": [resource]});
                call(&mut self.bench.service(), "POST", "configure", &body.to_string());
                self.bench.wait(Duration::from_mins(5));
            }
        }
    }

    fn story(&self) -> String {
        format!("seed {}:\n  {}", self.seed, self.told.join("\n  "))
    }

    async fn play(mut self) {
        for _ in 0..EVENTS {
            self.bench.following = if self.chance.below(2) == 0 {
                offerform::reconcile::Following::Return
            } else {
                offerform::reconcile::Following::ToTheEnd
            };
            self.event().await;
        }
        // Nothing is in the way any more.
        self.bench.release_request = ReleaseRequest {
            after_failure: offerform::plan::release::AfterFailure::Retry,
            ..self.bench.release_request
        };
        for _ in 0..12 {
            self.bench.wait(Duration::from_hours(200));
            self.apply().await;
        }
        assert_eq!(self.live_title(), self.title, "{}", self.story());
        self.bench.is_silent(&self.files).await;
        let note: Value = self.note.map_or(Value::Null, |note| json!(note));
        let property = self.bench.resource("image-scanner", "property", None);
        assert_eq!(property.get("contoso.note").cloned().unwrap_or_default(), note, "{}", self.story());
        self.is_never_submitted_twice();
    }

    /// No submission to the preview follows another one of the same content that the same run had begun, and no number goes live twice.
    fn is_never_submitted_twice(&self) {
        let writes = self.bench.writes();
        let submissions = writes.iter().filter_map(|body| {
            let resource = &body["resources"][0];
            resource["$schema"].as_str()?.contains("/submission/").then_some(resource)
        });
        let live: Vec<&str> = submissions.filter_map(|resource| resource["id"].as_str()).collect();
        let mut arrived = std::collections::BTreeMap::<&str, usize>::new();
        for id in live {
            *arrived.entry(id).or_default() += 1;
        }
        // A go-live is sent again only if the first request was lost, which a fault can do once in each run.
        let most = self.told.iter().filter(|told| told.contains("Fault") || told.contains("fault")).count() + 1;
        assert!(arrived.values().all(|count| *count <= most), "{arrived:?} {}", self.story());
    }
}

fn status(status: u16, timing: Timing) -> Fault {
    Fault::Status { status, retry_after: None, body: ErrorBody::ErrorObject, timing }
}

#[expect(clippy::disallowed_methods, reason = "a test that is told how long it runs")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::test]
async fn whatever_happens_customers_get_what_git_says_in_the_end() {
    if let Some(seed) = number("OFFERFORM_PRODUCT_STORY") {
        return Story::new(seed).await.play().await;
    }
    for seed in 0..number("OFFERFORM_PRODUCT_STORIES").unwrap_or(STORIES) {
        Story::new(seed).await.play().await;
    }
}
