//! The service with both of its APIs, its clock, what others do in it, and what an observer remembers of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use fastrand::Rng;
use http::Request;
use jiff::Timestamp;
use offerform::clock::Clock;
use offerform::offer::Api;
use offerform::simulator::ingestion::{Omitted, SubmissionList};
use offerform::simulator::{Edit, Fault, FaultRule, Held, Release, Reply, Service, Slot, When};
use serde_json::{Value, json};

use super::declared::Habits;
use super::jobs::Jobs;
use super::products;
use super::schedule::{Schedule, failure};
use super::vocabulary::{Cast, Vocabulary, id_of};
use super::wire::Deed;

/// By how much a list of submissions lags, in that reading.
const LAG: Duration = Duration::from_secs(30);

/// How every value begins that somebody writes in the portal.
pub(crate) const BY_HAND: &str = "https://edited.example/by-hand/";

/// Where the files of a run come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The commit of this number.
    Commit(usize),
    /// A branch, or files that are not committed.
    Elsewhere,
}

/// A clock that moves by sleeping, which takes no time.
#[derive(Debug)]
pub(crate) struct WorldClock(Mutex<Timestamp>);

impl WorldClock {
    pub(crate) fn advance(&self, duration: Duration) {
        *self.0.lock().unwrap() += duration;
    }
}

#[async_trait]
impl Clock for WorldClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        self.advance(duration);
        tokio::task::yield_now().await;
    }
}

/// One state of what an offer has in one slot.
#[derive(Debug, Clone)]
pub(super) struct Sight {
    pub(super) offer: String,
    pub(super) slot: Slot,
    pub(super) mark: (u64, i64),
    pub(super) document: Value,
}

/// Everything outside of the processes.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) clock: Arc<WorldClock>,
    /// The APIs of the offers.
    pub(crate) cast: Cast,
    service: Mutex<Service>,
    random: Mutex<Rng>,
    /// What others last put into fields that no commit declares, by offer and pointer.
    pub(super) unmanaged: Mutex<BTreeMap<(String, String), Value>>,
    /// Who last wrote a declared field, and what, by offer and pointer: what it is called where a run comes from.
    writers: Mutex<BTreeMap<(String, String), (Origin, Value)>>,
    pub(crate) habits: Habits,
    /// Every state that any draft, preview or production was ever in, in order.
    pub(super) history: Mutex<Vec<Sight>>,
    /// What the Product Ingestion API does later than it is asked.
    pub(super) jobs: Jobs,
    edits: Mutex<usize>,
    lines: Mutex<Vec<String>>,
    /// The first promise that was broken.
    broken: Mutex<Option<String>>,
}

impl World {
    pub(crate) fn new(random: &mut Rng, schedule: &Schedule) -> Self {
        let clock = Arc::new(WorldClock(Mutex::new("2030-01-01T00:00:00Z".parse().unwrap())));
        let shared: Arc<dyn Clock> = Arc::<WorldClock>::clone(&clock);
        let mut service =
            Service::new(shared, schedule.dialect.clone(), random.u64(..)).with_rewrites(schedule.rewrites.clone());
        service = service.with_pace(schedule.pace);
        service.ingestion_mut().set_dialect(schedule.product_dialect.clone());
        service.add_publisher(json!({"id": "contoso", "definition": {"displayText": "Contoso"}}));
        Self {
            clock,
            cast: schedule.cast,
            service: Mutex::new(service),
            random: Mutex::new(random.fork()),
            unmanaged: Mutex::default(),
            writers: Mutex::default(),
            habits: schedule.habits,
            history: Mutex::default(),
            jobs: Jobs::default(),
            edits: Mutex::default(),
            lines: Mutex::default(),
            broken: Mutex::default(),
        }
    }

    pub(crate) fn service(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap()
    }

    /// A number below `bound`, from the seed.
    pub(crate) fn below(&self, bound: u8) -> u8 {
        self.random.lock().unwrap().u8(0..bound)
    }

    /// Tells what happens.
    pub(crate) fn tell(&self, line: impl Into<String>) {
        self.lines.lock().unwrap().push(format!("{} {}", self.clock.now(), line.into()));
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// A promise was broken.
    pub(crate) fn broken(&self, what: String) {
        self.tell(format!("BROKEN: {what}"));
        self.broken.lock().unwrap().get_or_insert(what);
    }

    pub(crate) fn result(&self) -> Result<(), String> {
        self.broken.lock().unwrap().clone().map_or(Ok(()), Err)
    }

    /// Whether an offer is managed through the Product Ingestion API.
    pub(crate) fn is_product(&self, offer: &str) -> bool {
        self.cast.api(offer) == Api::ProductIngestion
    }

    /// Where the fields of an offer are.
    pub(crate) fn vocabulary(&self, offer: &str) -> &'static Vocabulary {
        Vocabulary::of(self.cast.api(offer))
    }

    /// All offers that the service has, as `publisher/offer`.
    fn offers(&self) -> Vec<String> {
        let service = self.service();
        let of_portal = service.offers().map(str::to_owned).filter(|offer| !self.is_product(offer));
        let products = service.ingestion().products().into_iter().map(|product| format!("contoso/{product}"));
        of_portal.chain(products.filter(|offer| self.is_product(offer))).collect()
    }

    /// What an offer has in a slot now, without what the service owns.
    pub(crate) fn held(&self, offer: &str, slot: Slot) -> Option<Value> {
        if self.is_product(offer) {
            return products::document(&self.service(), id_of(offer), slot);
        }
        self.service().held(offer, slot).map(|held| held.document.clone())
    }

    /// The operations of an offer, oldest first.
    pub(crate) fn releases(&self, offer: &str) -> Vec<Release> {
        if self.is_product(offer) { self.releases_of_product(offer) } else { self.service().releases(offer) }
    }

    pub(crate) fn release_count(&self, offer: &str) -> usize {
        if self.is_product(offer) { self.releases_of_product(offer).len() } else { self.service().release_count(offer) }
    }

    /// Whether the service keeps a field that a write does not contain.
    pub(crate) fn keeps_what_is_left_out(&self, offer: &str) -> bool {
        self.is_product(offer) && self.service().ingestion().dialect().omitted == Omitted::Preserved
    }

    /// How many operations of an offer a list shows now.
    pub(crate) fn listed_releases(&self, offer: &str) -> usize {
        if !self.is_product(offer) {
            return self.release_count(offer);
        }
        let lags = self.service().ingestion().dialect().submission_list == SubmissionList::Lags;
        let shown_until = if lags { self.clock.now() - LAG } else { self.clock.now() };
        self.started_until(offer, shown_until)
    }

    /// How many states there were so far.
    pub(crate) fn moment(&self) -> usize {
        self.history.lock().unwrap().len()
    }

    /// The states that a slot was in since `moment`, the one at that moment included.
    pub(crate) fn held_since(&self, offer: &str, slot: Slot, moment: usize) -> Vec<Value> {
        let history = self.history.lock().unwrap();
        let of = |sight: &&Sight| sight.offer == offer && sight.slot == slot;
        let before = history[..moment].iter().rev().find(of);
        before.into_iter().chain(history[moment..].iter().filter(of)).map(|sight| sight.document.clone()).collect()
    }

    /// Somebody publishes an offer in the portal, goes live with it or cancels what runs; the service may refuse it.
    pub(crate) fn hand(&self) {
        self.look();
        let offers = self.offers();
        if offers.is_empty() {
            return;
        }
        let (offer, deed, failing) = {
            let mut random = self.random.lock().unwrap();
            let offer = offers[random.usize(..offers.len())].clone();
            let deed = [Deed::Publish, Deed::Publish, Deed::GoLive, Deed::Cancel][random.usize(0..4)];
            (offer, deed, (deed == Deed::Publish && random.u8(0..4) == 0).then(|| failure(&mut random)))
        };
        let Some(request) = self.request_by_hand(&offer, deed) else { return };
        let fault = failing.map(|failure| FaultRule {
            when: When::default(),
            times: 1,
            fault: Fault::FailCertification(failure),
        });
        let before = self.open_jobs();
        self.service().set_faults(fault.into_iter().collect());
        let reply = self.service().handle(&request);
        if let Reply::Answer(answer) = reply {
            self.tell(format!("by hand: {deed:?} {offer} -> {}", answer.status().as_u16()));
        }
        self.note_job(&before, &offer, None);
        self.look();
    }

    fn request_by_hand(&self, offer: &str, deed: Deed) -> Option<Request<Bytes>> {
        if self.is_product(offer) {
            return products::by_hand(&self.service(), id_of(offer), deed);
        }
        let verb = match deed {
            Deed::Write => return None,
            Deed::Publish => "publish",
            Deed::GoLive => "golive",
            Deed::Cancel => "cancel",
        };
        let path = offer.replace('/', "/offers/");
        let request = Request::post(format!("/api/publishers/{path}/{verb}?api-version=2017-10-31"))
            .header("authorization", "Bearer somebody")
            .header("content-type", "application/json")
            .body(Bytes::from_static(br#"{"metadata":{"notification-emails":"somebody@contoso.example"}}"#))
            .unwrap();
        Some(request)
    }

    /// Somebody edits a field of some offer in the portal: one that files declare, or one that none does.
    pub(crate) fn edit(&self) {
        self.look();
        let offers = self.offers();
        if offers.is_empty() {
            return;
        }
        let (offer, pointer, is_unmanaged) = {
            let mut random = self.random.lock().unwrap();
            let offer = offers[random.usize(..offers.len())].clone();
            let vocabulary = self.vocabulary(&offer);
            let managed = vocabulary.edited();
            let unmanaged = random.bool();
            let pointer = if unmanaged {
                vocabulary.unmanaged[random.usize(..vocabulary.unmanaged.len())].to_owned()
            } else {
                managed[random.usize(..managed.len())].clone()
            };
            (offer, pointer, unmanaged)
        };
        let number = {
            let mut edits = self.edits.lock().unwrap();
            *edits += 1;
            *edits
        };
        let value = json!(format!("{BY_HAND}{number}"));
        if !self.set(&offer, &pointer, &value) {
            return;
        }
        if is_unmanaged {
            self.unmanaged.lock().unwrap().insert((offer.clone(), pointer), value);
        }
        self.saw_edit(&offer);
    }

    /// Sets a field by hand, if there is such an offer and such a place in it.
    fn set(&self, offer: &str, pointer: &str, value: &Value) -> bool {
        let edit = Edit::Set { pointer: pointer.to_owned(), value: value.clone() };
        let done = if self.is_product(offer) {
            products::edit(&mut self.service(), id_of(offer), pointer, value.clone())
        } else {
            self.service().edit(offer, &edit)
        };
        if done.is_ok() {
            self.tell(format!("edit {offer} {pointer} = {value}"));
        }
        done.is_ok()
    }

    fn saw_edit(&self, offer: &str) {
        if self.is_product(offer) {
            self.observe(offer, None);
        }
        self.look();
    }

    /// Somebody edits a text that the service rewrites, or takes out a market.
    pub(crate) fn edit_more(&self, extra: &mut Rng) {
        self.look();
        let offers = self.offers();
        if offers.is_empty() {
            return;
        }
        let offer = &offers[extra.usize(..offers.len())];
        let number = {
            let mut edits = self.edits.lock().unwrap();
            *edits += 1;
            *edits
        };
        let vocabulary = self.vocabulary(offer);
        let (pointer, value) = match extra.u8(0..3) {
            0 => (vocabulary.description, json!(format!("{BY_HAND}{number}"))),
            1 => (vocabulary.words, json!(format!("{BY_HAND}{number}"))),
            _ if self.is_product(offer) => (vocabulary.markets, json!(["us"])),
            _ => (vocabulary.markets, json!(["US"])),
        };
        self.set(offer, pointer, &value);
        self.saw_edit(offer);
    }

    /// A process wrote a declared field.
    pub(crate) fn wrote(&self, (offer, pointer): (&str, &str), origin: Origin, value: &Value) {
        self.writers.lock().unwrap().insert((offer.to_owned(), pointer.to_owned()), (origin, value.clone()));
    }

    /// Where the value of a field comes from, if a process wrote it.
    pub(crate) fn writer(&self, offer: &str, pointer: &str, value: &Value) -> Option<Origin> {
        let writers = self.writers.lock().unwrap();
        let (origin, written) = writers.get(&(offer.to_owned(), pointer.to_owned()))?;
        (written == value).then_some(*origin)
    }

    /// Looks at everything: what others put into drafts has to be there still.
    pub(crate) fn look(&self) {
        self.catch_up();
        let mut service = self.service();
        let mut history = self.history.lock().unwrap();
        let offers: Vec<String> = service.offers().map(str::to_owned).filter(|offer| !self.is_product(offer)).collect();
        let mut lost = None;
        for offer in offers {
            for slot in [Slot::Draft, Slot::Preview, Slot::Production] {
                let Some(Held { document, mark }) = service.held(&offer, slot) else { continue };
                let latest = history.iter().rev().find(|sight| sight.offer == offer && sight.slot == slot);
                if latest.is_some_and(|sight| sight.mark == mark) {
                    continue;
                }
                if slot == Slot::Draft {
                    lost =
                        lost.or_else(|| self.lost(&offer, document).first().map(|lost| told(&offer, lost, document)));
                }
                history.push(Sight { offer: offer.clone(), slot, mark, document: document.clone() });
            }
        }
        drop((service, history));
        if let Some(lost) = lost {
            self.broken(lost);
        }
    }

    /// What somebody put into a draft, and is not there any more: the places and the values.
    pub(super) fn lost(&self, offer: &str, document: &Value) -> Vec<(String, Value)> {
        let unmanaged = self.unmanaged.lock().unwrap();
        let of_offer = unmanaged.iter().filter(|((of, _), _)| of == offer);
        let lost = of_offer.filter(|((_, pointer), value)| document.pointer(pointer) != Some(value));
        lost.map(|((_, pointer), value)| (pointer.clone(), value.clone())).collect()
    }
}

/// The words for an edit that is lost.
pub(super) fn told(offer: &str, (pointer, value): &(String, Value), document: &Value) -> String {
    let now = document.pointer(pointer);
    format!("{offer} {pointer} was {value} and is {now:?}, though no file declares it")
}
