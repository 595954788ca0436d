//! The portal, its clock, what others do in it, and what a bystander remembers of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use fastrand::Rng;
use jiff::Timestamp;
use offerform::clock::Clock;
use offerform::simulator::{Edit, Service};
use serde_json::{Value, json};

use super::declared::{self, UNMANAGED};
use super::schedule::Schedule;

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

/// One state of one draft.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) offer: String,
    pub(crate) document: Value,
}

/// Everything outside of the processes.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) clock: Arc<WorldClock>,
    service: Mutex<Service>,
    random: Mutex<Rng>,
    /// What others last put into fields that no commit declares, by offer and pointer.
    unmanaged: Mutex<BTreeMap<(String, String), Value>>,
    /// Every state that any draft was ever in, in order.
    history: Mutex<Vec<Draft>>,
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
        service.add_publisher(json!({"id": "contoso", "definition": {"displayText": "Contoso"}}));
        Self {
            clock,
            service: Mutex::new(service),
            random: Mutex::new(random.fork()),
            unmanaged: Mutex::default(),
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

    /// The draft of an offer now.
    pub(crate) fn draft(&self, offer: &str) -> Option<Value> {
        self.service().document(offer)
    }

    /// How many states there were so far.
    pub(crate) fn moment(&self) -> usize {
        self.history.lock().unwrap().len()
    }

    /// The states that a draft was in since `moment`, the one at that moment included.
    pub(crate) fn drafts_since(&self, offer: &str, moment: usize) -> Vec<Value> {
        let history = self.history.lock().unwrap();
        let before = history[..moment].iter().rev().find(|draft| draft.offer == offer);
        before
            .into_iter()
            .chain(history[moment..].iter().filter(|draft| draft.offer == offer))
            .map(|draft| draft.document.clone())
            .collect()
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
            let managed = declared::managed();
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
        let value = json!(format!("https://edited.example/by-hand/{number}"));
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

    /// Looks at all drafts: what others put there has to be there still.
    pub(crate) fn look(&self) {
        let offers: Vec<String> = self.service().offers().map(str::to_owned).collect();
        for offer in offers {
            let Some(document) = self.draft(&offer) else { continue };
            for ((_, pointer), value) in self.unmanaged.lock().unwrap().iter().filter(|((of, _), _)| *of == offer) {
                if document.pointer(pointer) != Some(value) {
                    let now = document.pointer(pointer);
                    self.broken(format!("{offer} {pointer} was {value} and is {now:?}, though no file declares it"));
                }
            }
            let mut history = self.history.lock().unwrap();
            let last = history.iter().rev().find(|draft| draft.offer == offer);
            if last.is_none_or(|draft| draft.document != document) {
                history.push(Draft { offer, document });
            }
        }
    }
}
