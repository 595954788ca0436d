//! The portal, its clock, what others do in it, and what an observer remembers of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use fastrand::Rng;
use http::Request;
use jiff::Timestamp;
use offerform::clock::Clock;
use offerform::simulator::{Edit, Fault, FaultRule, Held, Place, Release, Reply, Service, When};
use serde_json::{Value, json};

use super::declared::{self, DESCRIPTION, Habits, MARKETS, UNMANAGED, WORDS};
use super::schedule::{Schedule, failure};

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

/// One state of what an offer has in one place.
#[derive(Debug, Clone)]
struct Sight {
    offer: String,
    place: Place,
    mark: (u64, i64),
    document: Value,
}

/// Everything outside of the processes.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) clock: Arc<WorldClock>,
    service: Mutex<Service>,
    random: Mutex<Rng>,
    /// What others last put into fields that no commit declares, by offer and pointer.
    unmanaged: Mutex<BTreeMap<(String, String), Value>>,
    /// Who last wrote a declared field, and what, by offer and pointer: what it is called where a run comes from.
    writers: Mutex<BTreeMap<(String, String), (Origin, Value)>>,
    pub(crate) habits: Habits,
    /// Every state that any draft, preview or production was ever in, in order.
    history: Mutex<Vec<Sight>>,
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
        service.add_publisher(json!({"id": "contoso", "definition": {"displayText": "Contoso"}}));
        Self {
            clock,
            service: Mutex::new(service),
            random: Mutex::new(random.fork()),
            unmanaged: Mutex::default(),
            writers: Mutex::default(),
            habits: schedule.habits,
            history: Mutex::default(),
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

    /// What an offer has in a place now, without what the service owns.
    pub(crate) fn held(&self, offer: &str, place: Place) -> Option<Value> {
        self.service().held(offer, place).map(|held| held.document.clone())
    }

    /// The operations of an offer, oldest first.
    pub(crate) fn releases(&self, offer: &str) -> Vec<Release> {
        self.service().releases(offer)
    }

    pub(crate) fn release_count(&self, offer: &str) -> usize {
        self.service().release_count(offer)
    }

    /// How many states there were so far.
    pub(crate) fn moment(&self) -> usize {
        self.history.lock().unwrap().len()
    }

    /// The states that a place was in since `moment`, the one at that moment included.
    pub(crate) fn held_since(&self, offer: &str, place: Place, moment: usize) -> Vec<Value> {
        let history = self.history.lock().unwrap();
        let of = |sight: &&Sight| sight.offer == offer && sight.place == place;
        let before = history[..moment].iter().rev().find(of);
        before.into_iter().chain(history[moment..].iter().filter(of)).map(|sight| sight.document.clone()).collect()
    }

    /// Somebody publishes an offer in the portal, goes live with it or cancels what runs; the service may refuse it.
    pub(crate) fn hand(&self) {
        let offers: Vec<String> = self.service().offers().map(str::to_owned).collect();
        if offers.is_empty() {
            return;
        }
        let (offer, verb, failing) = {
            let mut random = self.random.lock().unwrap();
            let offer = offers[random.usize(..offers.len())].replace('/', "/offers/");
            let verb = ["publish", "publish", "golive", "cancel"][random.usize(0..4)];
            (offer, verb, (verb == "publish" && random.u8(0..4) == 0).then(|| failure(&mut random)))
        };
        let request = Request::post(format!("/api/publishers/{offer}/{verb}?api-version=2017-10-31"))
            .header("authorization", "Bearer somebody")
            .header("content-type", "application/json")
            .body(Bytes::from_static(br#"{"metadata":{"notification-emails":"somebody@contoso.example"}}"#))
            .unwrap();
        let fault = failing.map(|failure| FaultRule {
            when: When::default(),
            times: 1,
            fault: Fault::FailCertification(failure),
        });
        self.service().set_faults(fault.into_iter().collect());
        if let Reply::Answer(answer) = self.service().handle(&request) {
            self.tell(format!("by hand: {verb} {offer} -> {}", answer.status().as_u16()));
        }
        self.look();
    }

    /// Somebody edits a field of some offer in the portal: one that files declare, or one that none does.
    pub(crate) fn edit(&self) {
        let offers: Vec<String> = self.service().offers().map(str::to_owned).collect();
        if offers.is_empty() {
            return;
        }
        let (offer, pointer, is_unmanaged) = {
            let mut random = self.random.lock().unwrap();
            let offer = offers[random.usize(..offers.len())].clone();
            let managed = declared::edited();
            let unmanaged = random.bool();
            let pointer = if unmanaged {
                UNMANAGED[random.usize(..UNMANAGED.len())].to_owned()
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
        let edit = Edit::Set { pointer: pointer.clone(), value: value.clone() };
        if self.service().edit(&offer, &edit).is_err() {
            return;
        }
        self.tell(format!("edit {offer} {pointer} = {value}"));
        if is_unmanaged {
            self.unmanaged.lock().unwrap().insert((offer.clone(), pointer), value);
        }
        self.look();
    }

    /// Somebody edits a text that the service rewrites, or takes out a market.
    pub(crate) fn edit_more(&self, extra: &mut Rng) {
        let offers: Vec<String> = self.service().offers().map(str::to_owned).collect();
        if offers.is_empty() {
            return;
        }
        let offer = &offers[extra.usize(..offers.len())];
        let number = {
            let mut edits = self.edits.lock().unwrap();
            *edits += 1;
            *edits
        };
        let (pointer, value) = match extra.u8(0..3) {
            0 => (DESCRIPTION, json!(format!("{BY_HAND}{number}"))),
            1 => (WORDS, json!(format!("{BY_HAND}{number}"))),
            _ => (MARKETS, json!(["US"])),
        };
        let edit = Edit::Set { pointer: pointer.to_owned(), value: value.clone() };
        if self.service().edit(offer, &edit).is_ok() {
            self.tell(format!("edit {offer} {pointer} = {value}"));
        }
        self.look();
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
        let mut service = self.service();
        let mut history = self.history.lock().unwrap();
        let offers: Vec<String> = service.offers().map(str::to_owned).collect();
        let mut lost = None;
        for offer in offers {
            for place in [Place::Draft, Place::Preview, Place::Production] {
                let Some(Held { document, mark }) = service.held(&offer, place) else { continue };
                let latest = history.iter().rev().find(|sight| sight.offer == offer && sight.place == place);
                if latest.is_some_and(|sight| sight.mark == mark) {
                    continue;
                }
                if place == Place::Draft {
                    lost = lost.or_else(|| self.lost(&offer, document));
                }
                history.push(Sight { offer: offer.clone(), place, mark, document: document.clone() });
            }
        }
        drop((service, history));
        if let Some(lost) = lost {
            self.broken(lost);
        }
    }

    /// What somebody put into a draft, and is not there any more.
    fn lost(&self, offer: &str, document: &Value) -> Option<String> {
        let unmanaged = self.unmanaged.lock().unwrap();
        let lost =
            unmanaged.iter().find(|((of, pointer), value)| of == offer && document.pointer(pointer) != Some(value));
        lost.map(|((_, pointer), value)| {
            let now = document.pointer(pointer);
            format!("{offer} {pointer} was {value} and is {now:?}, though no file declares it")
        })
    }
}
