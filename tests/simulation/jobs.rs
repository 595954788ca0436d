//! What the Product Ingestion API does later than it is asked: an observer sees each step of each job, and knows which process it is for.
//!
//! The API has no lock. A process can look at a draft and then send what it changes, and an edit that somebody makes in between, or until the
//! job has handled the resource, is lost if it is to a resource that the process changes. Nobody can prevent this; how long it lasts and how
//! often it happens is counted here. An edit of any other resource must never be lost.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use offerform::simulator::{Release, ReleaseKind, ReleaseState, Slot};
use serde_json::Value;

use super::process::{Look, Process};
use super::promises;
use super::releases;
use super::vocabulary::id_of;
use super::wire::Deed;
use super::world::{Sight, World, told};
use super::{products, vocabulary::Vocabulary};

/// The jobs of a story, and what an observer saw of them.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    /// By their ids.
    all: Mutex<BTreeMap<String, Known>>,
    /// The submissions that were started, by offer, oldest first; with what tells them from others.
    started: Mutex<BTreeMap<String, Vec<Started>>>,
    /// When each field of a draft last changed, as a number that grows, by offer and pointer.
    changed: Mutex<BTreeMap<(String, String), u64>>,
    moment: Mutex<u64>,
    window: Mutex<Window>,
}

/// A job: the offer it is for, and the request that it carries out, if that is one of a process.
#[derive(Debug, Clone)]
struct Known {
    offer: String,
    of: Option<Job>,
}

/// A request of a process that the service carries out later.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) process: Arc<Process>,
    pub(crate) deed: Deed,
    /// Its number among the requests of the process that change something.
    pub(crate) asked: usize,
    /// What the process had looked at when it sent the request.
    pub(crate) look: Look,
    /// When it had read the draft since its last write; `None` if it had not.
    pub(crate) read: Option<Read>,
    /// Whether there was no such product.
    pub(crate) creates: bool,
    /// When its last step so far was done.
    pub(crate) stepped: Timestamp,
}

/// A read of a draft.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Read {
    /// The moment, as a number that grows.
    pub(crate) moment: u64,
    pub(crate) at: Timestamp,
}

impl Job {
    /// How long ago the process had read the draft when the last step was done.
    fn window(&self) -> Duration {
        let took = self.read.map(|read| self.stepped.duration_since(read.at));
        took.and_then(|took| Duration::try_from(took).ok()).unwrap_or_default()
    }
}

#[derive(Debug, Clone)]
struct Started {
    identity: (u64, Timestamp),
    release: Release,
}

/// What was lost because the service has no lock.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Window {
    /// How many values that somebody had set were overwritten by a write that could not know of them.
    pub(crate) lost: u32,
    /// The longest time between the read before such a write and the end of the write.
    pub(crate) longest: Duration,
    /// The longest such time of all writes, whether something was lost or not.
    pub(crate) longest_of_all: Duration,
    /// How many resources were written.
    pub(crate) writes: u32,
}

impl Window {
    /// Adds what was lost elsewhere.
    pub(crate) fn add(&mut self, other: Self) {
        self.lost += other.lost;
        self.writes += other.writes;
        self.longest = self.longest.max(other.longest);
        self.longest_of_all = self.longest_of_all.max(other.longest_of_all);
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} writes of a resource without a lock: {} edits of the same resource were overwritten that could not be known of, at most \
             {:?} after the draft was read; the longest time between a read and the end of its write was {:?}",
            self.writes, self.lost, self.longest, self.longest_of_all
        )
    }
}

impl World {
    /// A number that is larger than all before.
    pub(crate) fn next_moment(&self) -> u64 {
        let mut moment = self.jobs.moment.lock().unwrap();
        *moment += 1;
        *moment
    }

    /// The draft of a product as it was at a moment.
    pub(crate) fn draft_at(&self, offer: &str, moment: u64) -> Option<Value> {
        let history = self.history.lock().unwrap();
        let is_it = |sight: &&Sight| sight.offer == offer && sight.slot == Slot::Draft && sight.mark.0 <= moment;
        history.iter().rev().find(is_it).map(|sight| sight.document.clone())
    }

    pub(crate) fn window(&self) -> Window {
        *self.jobs.window.lock().unwrap()
    }

    pub(crate) fn open_jobs(&self) -> BTreeSet<String> {
        self.service().ingestion().open_jobs().into_iter().map(str::to_owned).collect()
    }

    /// The offer that a job is for.
    pub(crate) fn offer_of_job(&self, job: &str) -> Option<String> {
        self.jobs.all.lock().unwrap().get(job).map(|known| known.offer.clone())
    }

    /// Notes the job that was accepted since `before`, if one was.
    pub(crate) fn note_job(&self, before: &BTreeSet<String>, offer: &str, of: Option<Job>) {
        if let Some(id) = self.open_jobs().difference(before).next() {
            self.jobs.all.lock().unwrap().insert(id.clone(), Known { offer: offer.to_owned(), of });
        }
    }

    /// Whether a request of this kind was accepted for a process and its job has not ended.
    pub(crate) fn is_pending(&self, process: &Process, offer: &str, deed: Deed) -> bool {
        let open = self.open_jobs();
        let jobs = self.jobs.all.lock().unwrap();
        open.iter().filter_map(|id| jobs.get(id)).any(|known| {
            let is_of = |job: &Job| job.deed == deed && job.process.name == process.name;
            known.offer == offer && known.of.as_ref().is_some_and(is_of)
        })
    }

    /// Lets all happen that is due, one thing after the other, and looks at each.
    pub(crate) fn catch_up(&self) {
        loop {
            let Some((at, id)) = self.service().step_products() else { return };
            let Some(mut known) = self.jobs.all.lock().unwrap().get(&id).cloned() else { continue };
            if let Some(job) = &mut known.of {
                job.stepped = at;
            }
            let failed = self.service().ingestion().has_failed(&id);
            if let Some(job) = &known.of
                && failed
            {
                job.process.note_failure(job.asked);
            }
            self.observe(&known.offer, known.of.as_ref());
        }
    }

    /// Looks at a product that may have changed, because of `cause` if that is known.
    pub(crate) fn observe(&self, offer: &str, cause: Option<&Job>) {
        for slot in [Slot::Draft, Slot::Preview, Slot::Production] {
            let Some(document) = self.held(offer, slot) else { continue };
            let before = {
                let history = self.history.lock().unwrap();
                let latest = history.iter().rev().find(|sight| sight.offer == offer && sight.slot == slot);
                latest.map(|sight| sight.document.clone())
            };
            if before.as_ref() == Some(&document) {
                continue;
            }
            let moment = self.next_moment();
            if slot == Slot::Draft {
                self.draft_changed(offer, (before.as_ref(), &document), cause, moment);
            }
            self.history.lock().unwrap().push(Sight { offer: offer.to_owned(), slot, mark: (moment, 0), document });
        }
        self.observe_releases(offer, cause);
    }

    fn draft_changed(&self, offer: &str, (before, after): (Option<&Value>, &Value), cause: Option<&Job>, moment: u64) {
        let cause = cause.filter(|job| job.deed == Deed::Write);
        let excused = |pointer: &str| cause.is_some_and(|job| self.could_not_be_known(job, offer, pointer));
        for lost in self.lost(offer, after) {
            if !excused(&lost.0) {
                self.broken(told(offer, &lost, after));
            }
            self.unmanaged.lock().unwrap().remove(&(offer.to_owned(), lost.0));
            self.lost_one(cause);
        }
        let vocabulary = self.vocabulary(offer);
        let changed: BTreeSet<String> = fields_of(vocabulary)
            .filter(|pointer| before.and_then(|before| before.pointer(pointer)) != after.pointer(pointer))
            .collect();
        if let Some(job) = cause {
            let window = job.window();
            let mut of_all = self.jobs.window.lock().unwrap();
            of_all.writes += 1;
            of_all.longest_of_all = of_all.longest_of_all.max(window);
            drop(of_all);
            let was_known: BTreeSet<String> = changed.iter().filter(|pointer| !excused(pointer)).cloned().collect();
            for _ in was_known.len()..changed.len() {
                self.lost_one(cause);
            }
            let process = &job.process;
            promises::nothing_wrong_is_sent(self, process, offer, before, after);
            let seen = if job.creates { None } else { before };
            promises::nothing_is_overwritten_unseen(self, process, offer, (seen, after), &excused);
            process.note_changes(job.asked, was_known);
        }
        let mut times = self.jobs.changed.lock().unwrap();
        for pointer in changed {
            times.insert((offer.to_owned(), pointer), moment);
        }
    }

    /// Whether a value was put there after the process that overwrites it had read the draft for the last time, in a resource that it had
    /// a reason to send.
    fn could_not_be_known(&self, job: &Job, offer: &str, pointer: &str) -> bool {
        if job.creates {
            return true;
        }
        let is_later = |read: Read| {
            let changed = self.jobs.changed.lock().unwrap();
            changed.get(&(offer.to_owned(), pointer.to_owned())).is_some_and(|changed| *changed > read.moment)
        };
        let inner = products::split(pointer).1;
        let resource = pointer.strip_suffix(&inner).unwrap_or(pointer);
        let is_within = |one: &str, other: &str| one == other || one.starts_with(&format!("{other}/"));
        let shown = job.process.shown.lock().unwrap();
        let concerns = |path: &str| is_within(path, resource) || is_within(resource, path);
        let has_reason = shown.keys().any(|(of, path)| of == offer && concerns(path));
        has_reason && job.read.is_some_and(is_later)
    }

    fn lost_one(&self, cause: Option<&Job>) {
        let Some(job) = cause.filter(|job| !job.creates) else { return };
        let took = job.window();
        self.tell(format!(
            "an edit is lost that {} could not know of, {took:?} after it had read the draft",
            job.process.name
        ));
        let mut window = self.jobs.window.lock().unwrap();
        window.lost += 1;
        window.longest = window.longest.max(took);
    }

    fn observe_releases(&self, offer: &str, cause: Option<&Job>) {
        let submissions = self.service().ingestion().submissions(id_of(offer));
        for submission in submissions {
            let identity = (submission.number, submission.created);
            let mut started = self.jobs.started.lock().unwrap();
            let of_offer = started.entry(offer.to_owned()).or_default();
            if of_offer.iter().any(|one| one.identity == identity && one.release.kind == submission.kind) {
                continue;
            }
            drop(started);
            let slot = match submission.kind {
                ReleaseKind::Publish => Slot::Draft,
                ReleaseKind::GoLive => Slot::Preview,
            };
            let job = self.service().ingestion().job_of_submission(id_of(offer)).map(str::to_owned);
            let number = submission.number;
            let name = match submission.kind {
                ReleaseKind::Publish => format!("preview/{number}"),
                ReleaseKind::GoLive => format!("live/{number}"),
            };
            let release = Release {
                names: [job.unwrap_or_default(), name],
                kind: submission.kind,
                state: submission.state,
                has_arrived: false,
                is_to_fail: submission.is_to_fail,
                is_to_be_cancelled: false,
                content: self.held(offer, slot).unwrap_or_default(),
            };
            let before = self.releases_of_product(offer);
            let started = Started { identity, release };
            self.jobs.started.lock().unwrap().entry(offer.to_owned()).or_default().push(started);
            let after = self.releases_of_product(offer);
            if let Some(job) = cause {
                releases::what_is_started_may_be(self, &job.process, (offer, &job.look), (&before, &after));
            }
        }
    }

    /// How many submissions of a product were started until then.
    pub(crate) fn started_until(&self, offer: &str, until: Timestamp) -> usize {
        let started = self.jobs.started.lock().unwrap();
        started.get(offer).into_iter().flatten().filter(|one| one.identity.1 <= until).count()
    }

    /// The submissions of a product that were ever started, oldest first.
    pub(crate) fn releases_of_product(&self, offer: &str) -> Vec<Release> {
        let now = self.service().ingestion().submissions(id_of(offer));
        let started = self.jobs.started.lock().unwrap();
        let of_offer = started.get(offer).into_iter().flatten();
        let releases = of_offer.map(|one| {
            let same = now
                .iter()
                .find(|other| (other.number, other.created) == one.identity && other.kind == one.release.kind);
            let state = same.map_or(ReleaseState::Canceled, |same| same.state);
            let has_arrived = matches!(state, ReleaseState::PreviewReady | ReleaseState::Completed);
            Release { state, has_arrived, ..one.release.clone() }
        });
        releases.collect()
    }
}

/// The fields of a draft that are followed.
fn fields_of(vocabulary: &Vocabulary) -> impl Iterator<Item = String> {
    let others = vocabulary.unmanaged.into_iter().chain([vocabulary.markets]).map(str::to_owned);
    vocabulary.managed().into_iter().chain(others)
}
