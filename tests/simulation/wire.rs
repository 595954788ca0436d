//! The network between one process and the portal: loses what the script says, lets others act in between, and watches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use offerform::api::{Transport, TransportError};
use offerform::auth::foreign::Reason;
use offerform::clock::Clock as _;
use offerform::simulator::{Release, Reply, Slot};
use serde_json::Value;

use super::declared::withdrawn;
use super::jobs::{Job, Read};
use super::process::Process;
use super::products;
use super::promises;
use super::releases;
use super::sabotage::Sabotage;
use super::schedule::{Death, Spelling};
use super::vocabulary::{Vocabulary, id_of};
use super::world::World;

/// What a request asks the service to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// To change the draft.
    Write,
    Publish,
    GoLive,
    Cancel,
}

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// It reads what an offer has in a slot.
    Content(Slot),
    /// It reads the operations.
    Operations,
    /// It asks for something to be done.
    Deed(Deed),
    /// It reads something else.
    Other,
}

/// The only way from a process to the portal.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) world: Arc<World>,
    pub(crate) process: Arc<Process>,
    pub(crate) sabotage: Sabotage,
    /// Answers to reads of drafts by their paths: the first ones for an engine that never looks twice, otherwise the last ones.
    pub(crate) drafts: Mutex<BTreeMap<String, Response<Bytes>>>,
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if let Some(answer) = self.sabotage.instead(self, &request) {
            return Ok(answer);
        }
        let request = self.sabotage.of_request(self, request);
        let sent = self.once(request.clone()).await;
        self.sabotage.of_answer(self, request, sent).await
    }
}

impl Wire {
    /// Sends a request once, and sees to it that the process dies when its time has come.
    pub(crate) async fn once(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let number = self.process.next_request();
        self.pause().await;
        if self.process.run.killed_at == Some(Death::Before(number)) {
            self.process.die();
        }
        self.process.goes_on().await;
        let changing = self.process.asked.lock().unwrap().len();
        let reply = self.act(&request);
        if self.process.run.killed_at == Some(Death::After(number)) {
            self.process.die();
        }
        self.process.goes_on().await;
        let mut reply = reply;
        if matches!(*request.method(), Method::PUT | Method::POST) {
            self.process.note_answer(changing, &reply);
        }
        while let Reply::Delay(duration, inner) = reply {
            self.world.clock.sleep(duration).await;
            reply = *inner;
        }
        self.pause().await;
        self.process.goes_on().await;
        match reply {
            Reply::Answer(answer) => Ok(self.spelt(answer)),
            _ => Err(TransportError::Lost(Reason::new("the connection was closed"))),
        }
    }

    /// Lets the portal act, and looks at what it did.
    fn act(&self, request: &Request<Bytes>) -> Reply {
        self.maybe_somebody();
        self.world.look();
        let subject = self.subject(request);
        let deed = match &subject {
            Some((offer, Subject::Deed(deed))) => Some((offer.clone(), *deed)),
            _ => None,
        };
        let before = deed.as_ref().and_then(|(offer, _)| self.world.held(offer, Slot::Draft));
        let releases = deed.as_ref().map(|(offer, _)| self.world.releases(offer)).unwrap_or_default();
        let jobs = self.world.open_jobs();
        self.world.service().set_faults(self.process.faults());
        let reply = self.world.service().handle(&self.bent(request));
        let left = self.world.service().faults().to_vec();
        self.process.set_faults(left);
        self.world.tell(format!(
            "  {} {} {}{} -> {}",
            self.process.name,
            request.method(),
            request.uri().path(),
            deed.as_ref()
                .filter(|_| products::is_for(request))
                .map(|(_, deed)| format!(" ({deed:?})"))
                .unwrap_or_default(),
            word(&reply)
        ));
        match (subject, deed) {
            (_, Some((offer, deed))) if self.world.is_product(&offer) => {
                self.asked_of_product(request, (&offer, deed), (before, &releases), &jobs);
            }
            (_, Some((offer, deed))) => self.asked(request, (&offer, deed), (before, &releases)),
            (Some((offer, subject)), None) => self.looked(request.uri().path(), &offer, subject),
            (None, None) => {}
        }
        self.world.look();
        self.maybe_somebody();
        reply
    }

    /// The Cloud Partner Portal API has acted on a request, or not.
    fn asked(
        &self,
        request: &Request<Bytes>,
        (offer, deed): (&str, Deed),
        (before, releases): (Option<Value>, &[Release]),
    ) {
        if deed != Deed::Write {
            self.process.note_step(offer, deed);
            let after = self.world.releases(offer);
            let look = self.process.look(offer);
            releases::what_is_started_may_be(&self.world, &self.process, (offer, &look), (releases, &after));
            return;
        }
        let after = self.world.held(offer, Slot::Draft);
        let sent: Option<Value> = serde_json::from_slice(request.body()).ok();
        self.process.note_write(offer, sent.as_ref(), (before.as_ref(), after.as_ref()));
        if let Some(after) = after {
            promises::nothing_wrong_is_sent(&self.world, &self.process, offer, before.as_ref(), &after);
            let seen = (before.as_ref(), &after);
            promises::nothing_is_overwritten_unseen(&self.world, &self.process, offer, seen, &|_| false);
        }
    }

    /// The Product Ingestion API has accepted a request, or not. What it makes of it is seen later.
    fn asked_of_product(
        &self,
        request: &Request<Bytes>,
        (offer, deed): (&str, Deed),
        (before, releases): (Option<Value>, &[Release]),
        jobs: &BTreeSet<String>,
    ) {
        let asked = self.process.asked.lock().unwrap().len();
        let read = self.process.reads.lock().unwrap().get(offer).copied();
        if deed == Deed::Write {
            let was_read = read.and_then(|read| self.world.draft_at(offer, read.moment));
            let sent = products::outcome(was_read.as_ref(), request);
            self.process.note_write(offer, Some(&sent), (was_read.as_ref(), was_read.as_ref()));
            // Another write needs another read.
            self.process.reads.lock().unwrap().remove(offer);
        } else {
            self.process.note_step(offer, deed);
        }
        let look = self.process.look(offer);
        if deed == Deed::Cancel {
            let after = self.world.releases(offer);
            releases::what_is_started_may_be(&self.world, &self.process, (offer, &look), (releases, &after));
        }
        let process = Arc::clone(&self.process);
        let creates = before.is_none() || products::creates(request);
        let job = Job { process, deed, asked, look, read, creates, stepped: self.world.clock.now() };
        self.world.note_job(jobs, offer, Some(job));
    }

    /// The offer that a request is about, and what it asks for.
    pub(crate) fn subject(&self, request: &Request<Bytes>) -> Option<(String, Subject)> {
        if products::is_for(request) {
            let offer_of_job = |job: &str| self.world.offer_of_job(job);
            return products::subject(request, &self.world.service(), &offer_of_job);
        }
        let offer = offer_of(request)?;
        let path = request.uri().path().trim_end_matches('/');
        let subject = match (request.method(), path.rsplit('/').next().unwrap_or_default()) {
            (&Method::PUT, _) => Subject::Deed(Deed::Write),
            (&Method::POST, "publish") => Subject::Deed(Deed::Publish),
            (&Method::POST, "golive") => Subject::Deed(Deed::GoLive),
            (&Method::POST, _) => Subject::Deed(Deed::Cancel),
            (_, "preview") => Subject::Content(Slot::Preview),
            (_, "production") => Subject::Content(Slot::Production),
            (_, "submissions") => Subject::Operations,
            (_, id) if id_of(&offer) == id => Subject::Content(Slot::Draft),
            _ => Subject::Other,
        };
        Some((offer, subject))
    }

    /// A request as the service of this story takes it.
    fn bent(&self, request: &Request<Bytes>) -> Request<Bytes> {
        let mut request = request.clone();
        if products::is_for(&request) {
            if *request.method() == Method::POST {
                products::bend(self.world.habits, &mut request);
            }
            return request;
        }
        let is_put = *request.method() == Method::PUT;
        if let Some(mut document) = serde_json::from_slice::<Value>(request.body()).ok().filter(|_| is_put) {
            self.world.habits.bend(&mut document);
            *request.body_mut() = Bytes::from(document.to_string());
        }
        request
    }

    /// Keeps what the process has seen by this request.
    fn looked(&self, path: &str, offer: &str, subject: Subject) {
        let slot = if let Subject::Content(slot) = subject { Some(slot) } else { None };
        if slot == Some(Slot::Draft) {
            let read = Read { moment: self.world.next_moment(), at: self.world.clock.now() };
            self.process.reads.lock().unwrap().insert(offer.to_owned(), read);
        }
        let mut looks = self.process.looks.lock().unwrap();
        let look = looks.entry(offer.to_owned()).or_default();
        look.last.rotate_left(1);
        path.clone_into(&mut look.last[2]);
        if slot == Some(Slot::Production) {
            look.sold = self.world.held(offer, Slot::Production);
        }
        look.content = slot.and_then(|slot| Some((slot, self.world.held(offer, slot)?)));
        if subject == Subject::Operations {
            look.releases = self.world.listed_releases(offer);
        }
    }

    /// An answer in the words of this run.
    fn spelt(&self, answer: Response<Bytes>) -> Response<Bytes> {
        if self.process.run.words == Spelling::Usual || !answer.status().is_success() {
            return answer;
        }
        answer.map(|body| match serde_json::from_slice::<Value>(&body) {
            Ok(mut value) => {
                oddly(&mut value, &|bound| self.world.below(bound));
                Bytes::from(value.to_string())
            }
            Err(_) => body,
        })
    }

    /// Whether the process asks for the draft after what was released, and the submissions: then a publish follows.
    pub(crate) fn just_before_a_publish(&self, path: &str) -> bool {
        let looks = self.process.looks.lock().unwrap();
        let mut followed = looks.values().filter(|look| {
            let [past, submissions, draft] = &look.last;
            let is_past = past.contains("/slot/") || past.contains("/versions/");
            is_past && submissions.contains("/submissions") && draft == path
        });
        path.rsplit('/').nth(1) == Some("offers") && followed.next().is_some()
    }

    /// A document with everything in it that the process declares.
    pub(crate) fn as_declared(&self, body: &Bytes) -> Bytes {
        let Ok(mut document) = serde_json::from_slice::<Value>(body) else { return body.clone() };
        let id = document["id"].as_str().unwrap_or_default().to_owned();
        for (pointer, value) in self.process.commit.offers.get(&id).into_iter().flatten() {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            document.pointer_mut(parent).unwrap()[key] = Value::String(self.world.habits.stored(value));
        }
        Bytes::from(document.to_string())
    }

    /// What customers have, without the markets that they would lose with the draft.
    pub(crate) fn without_lost_markets(&self, path: &str, body: &Bytes) -> Bytes {
        let offer = path.trim_end_matches("/slot/production").rsplit('/').next().unwrap_or_default();
        let draft = self.world.held(&format!("contoso/{offer}"), Slot::Draft);
        let (Some(draft), Ok(mut sold)) = (draft, serde_json::from_slice::<Value>(body)) else { return body.clone() };
        let lost = withdrawn(&sold, &draft);
        let markets = Vocabulary::of_document(&sold).markets;
        if let Some(markets) = sold.pointer_mut(markets).and_then(Value::as_array_mut) {
            markets.retain(|market| lost.iter().all(|lost| market != lost));
        }
        Bytes::from(sold.to_string())
    }

    fn maybe_somebody(&self) {
        if self.process.run.edits > 0 && self.world.below(100) < self.process.run.edits {
            self.world.edit();
        }
        if self.process.run.releases_by_others > 0 && self.world.below(100) < self.process.run.releases_by_others {
            self.world.hand();
        }
    }

    /// Lets others go first, sometimes.
    async fn pause(&self) {
        for _ in 0..self.world.below(4) {
            tokio::task::yield_now().await;
        }
    }
}

/// The same answer with its words as the service may write them, too.
fn oddly(value: &mut Value, below: &dyn Fn(u8) -> u8) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| oddly(element, below)),
        Value::Object(members) => {
            // Where a step says that the preview waits, the whole has to be running.
            let waits = members
                .get("steps")
                .is_some_and(|steps| steps.to_string().to_ascii_lowercase().contains("waitingforpublisherreview"));
            for (name, member) in members {
                match member {
                    Value::String(word) if matches!(name.as_str(), "status" | "submissionState") => {
                        let new = word.eq_ignore_ascii_case("running") && !waits && below(3) == 0;
                        *word = if new { "Verifying".to_owned() } else { cased(word, below) };
                    }
                    other => oddly(other, below),
                }
            }
        }
        _ => {}
    }
}

fn cased(word: &str, below: &dyn Fn(u8) -> u8) -> String {
    match below(3) {
        0 => word.to_ascii_uppercase(),
        1 => word.to_ascii_lowercase(),
        _ => word.to_owned(),
    }
}

/// `publisher/offer` of a request that is about one.
fn offer_of(request: &Request<Bytes>) -> Option<String> {
    let mut parts = request.uri().path().split('/').skip_while(|part| *part != "publishers");
    let (_, publisher, _, offer) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    Some(format!("{publisher}/{offer}"))
}

fn word(reply: &Reply) -> String {
    match reply {
        Reply::Answer(answer) => answer.status().as_u16().to_string(),
        Reply::LoseRequest => "request lost".to_owned(),
        Reply::LoseAnswer => "answer lost".to_owned(),
        Reply::Truncate(answer, _) => format!("{} truncated", answer.status().as_u16()),
        Reply::Delay(duration, inner) => format!("{} after {duration:?}", word(inner)),
    }
}
