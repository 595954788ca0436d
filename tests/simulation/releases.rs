//! What has to hold of releases: never two for one draft, never one of something else, and no report that tells otherwise.

use std::collections::BTreeMap;

use offerform::apply::{OfferReport, Report, StepOutcome, StepReport, Verdict};
use offerform::backend::OperationKind;
use offerform::plan::release::{AfterFailure, Level};
use offerform::simulator::{Release, ReleaseKind, ReleaseState, Slot};
use serde_json::Value;

use super::by_hand::fields;
use super::declared::{Commit, ordered, withdrawn};
use super::process::{Look, Process};
use super::wire::Deed;
use super::world::World;

/// A process's request was acted upon: what did it start? `look` is what the process had looked at when it sent the request.
pub(crate) fn what_is_started_may_be(
    world: &World,
    process: &Process,
    (offer, look): (&str, &Look),
    (before, after): (&[Release], &[Release]),
) {
    let states = |releases: &[Release]| -> Vec<_> {
        releases.iter().map(|release| (release.state, release.is_to_be_cancelled)).collect()
    };
    if states(before) != states(after) {
        process.acted.lock().unwrap().push(offer.to_owned());
    }
    for (index, new) in after.iter().enumerate().skip(before.len()) {
        process.started.lock().unwrap().push((offer.to_owned(), index));
        if process.step.is_some() {
            it_is_what_was_shown(world, process, offer, (new, look));
        } else {
            it_is_asked_for(world, process, offer, new);
            it_was_looked_at(world, process, offer, (new, look));
        }
        nobody_loses_a_market(world, process, offer, (new, look));
        if let Some(last) = before.last().filter(|_| before.len() <= look.releases) {
            it_is_no_second_one(world, process, offer, (new, last, look));
        }
    }
}

/// Nothing is released further than its file or a flag says.
fn it_is_asked_for(world: &World, process: &Process, offer: &str, new: &Release) {
    let wanted = process.run.release_request.level(process.commit.level(offer));
    let needed = match new.kind {
        ReleaseKind::Publish => Level::Preview,
        ReleaseKind::GoLive => Level::Live,
    };
    if wanted < needed {
        world.broken(format!(
            "{} started {:?} of {offer}, which is to be released to {wanted:?}",
            process.name, new.kind
        ));
    }
}

/// Nothing is released but what was, at the last look before, what is declared. Nobody can look any later.
fn it_was_looked_at(world: &World, process: &Process, offer: &str, (new, look): (&Release, &Look)) {
    let needed = match new.kind {
        ReleaseKind::Publish => Slot::Draft,
        ReleaseKind::GoLive => Slot::Preview,
    };
    // A go-live of a product names the preview, so it brings exactly what that has.
    let named = (needed == Slot::Preview && world.is_product(offer)).then(|| (needed, new.content.clone()));
    let seen = named.as_ref().or(look.content.as_ref()).filter(|(slot, _)| *slot == needed);
    if !seen.is_some_and(|(_, content)| process.commit.is_kept_by(offer, content)) {
        let what = new.kind;
        let seen = seen.map(|(_, content)| fields(content));
        world.broken(format!(
            "{} started {what:?} of {offer}, and had not seen that it is what is declared, but {seen:?}",
            process.name
        ));
    }
}

/// A step by hand starts what it was told to, with what it showed.
fn it_is_what_was_shown(world: &World, process: &Process, offer: &str, (new, look): (&Release, &Look)) {
    let (kind, slot) = match process.step {
        Some(OperationKind::Publish) => (ReleaseKind::Publish, Slot::Draft),
        Some(OperationKind::GoLive) | None => (ReleaseKind::GoLive, Slot::Preview),
    };
    let named = (slot == Slot::Preview && world.is_product(offer)).then(|| (slot, new.content.clone()));
    let seen = named.as_ref().or(look.content.as_ref()).filter(|(seen, _)| *seen == slot);
    let seen = seen.map(|(_, content)| fields(content));
    if new.kind != kind || seen.is_none() || seen != *process.brought.lock().unwrap() {
        world.broken(format!("{} started {:?} of {offer}, which is not what it showed", process.name, new.kind));
    }
}

/// Nothing takes a market from customers unless somebody allowed that.
fn nobody_loses_a_market(world: &World, process: &Process, offer: &str, (new, look): (&Release, &Look)) {
    if new.kind != ReleaseKind::GoLive || process.run.allows {
        return;
    }
    // What comes to customers after the last look at what they have is nobody's fault.
    let Some(sold) = look.sold.clone().or_else(|| world.held(offer, Slot::Production)) else { return };
    let lost = withdrawn(&sold, &new.content);
    if !lost.is_empty() {
        world.broken(format!("{} takes {lost:?} from the customers of {offer}; nobody allowed that", process.name));
    }
}

/// What was released once, or is on its way, is not released again, unless that failed and a retry was asked for.
fn it_is_no_second_one(world: &World, process: &Process, offer: &str, (new, last, look): (&Release, &Release, &Look)) {
    let same = last.content == new.content && look.content.as_ref().is_some_and(|(_, content)| *content == new.content);
    let retry = process.run.release_request.after_failure == AfterFailure::Retry;
    let first_of_its_kind = last.kind != new.kind && new.kind == ReleaseKind::GoLive;
    let may = match last.state {
        ReleaseState::Canceled => true,
        // The service does not tell of what a failed submission was. Only the record of the run that started it does.
        ReleaseState::Failed if world.is_product(offer) && !process.remembers(offer, last) => true,
        ReleaseState::Failed | ReleaseState::Stuck => retry,
        ReleaseState::Running | ReleaseState::PreviewReady | ReleaseState::Completed => false,
    };
    if same && !first_of_its_kind && !may {
        world.broken(format!(
            "{} started {:?} of {offer}; the same was there already: {:?}, {:?}",
            process.name, new.kind, last.kind, last.state
        ));
    }
}

/// What a report says of releases is what happened.
pub(crate) fn the_report_is_true(world: &World, process: &Process, report: &Report, since: Since<'_>) {
    for offer in &report.offers {
        let address = offer.address.to_string();
        let acted = process.acted.lock().unwrap().contains(&address);
        if acted && !offer.wrote() {
            world.broken(format!("{} says that nothing was asked for of {address}: {:?}", process.name, offer.release));
        }
        for step in &offer.release.steps {
            if let Some(untrue) = untrue(world, process, &address, step, since) {
                world
                    .broken(format!("{} says {:?} of {:?} {address}: {untrue}", process.name, step.outcome, step.kind));
            }
        }
        let wanted = process.run.release_request.level(process.commit.level(&address));
        if claims_released(offer, wanted) && !is_released(world, process, &address, (wanted, since)) {
            world.broken(format!("{} says that {address} is released, and it is not", process.name));
        }
    }
    let acted = !process.acted.lock().unwrap().is_empty();
    if report.verdict() == Verdict::Refused && acted {
        world.broken(format!("{} started something, and says that it refused", process.name));
    }
}

/// How things were when a run began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Since<'a> {
    pub(crate) moment: usize,
    /// How many releases each offer had.
    pub(crate) releases: &'a BTreeMap<String, usize>,
}

fn claims_released(offer: &OfferReport, wanted: Level) -> bool {
    // What is left is said not to be what is declared.
    let good = offer.outcome.verdict() == Verdict::Good && offer.left.is_empty();
    good && offer.release.steps.is_empty() && wanted > Level::Draft && offer.release.from >= wanted
}

fn is_released(world: &World, process: &Process, offer: &str, (wanted, since): (Level, Since<'_>)) -> bool {
    let slots: &[Slot] = if wanted == Level::Live { &[Slot::Production] } else { &[Slot::Preview, Slot::Production] };
    slots.iter().any(|slot| {
        world.held_since(offer, *slot, since.moment).iter().any(|content| process.commit.is_kept_by(offer, content))
    })
}

/// Why what is said of a step is not so.
fn untrue(world: &World, process: &Process, offer: &str, step: &StepReport, since: Since<'_>) -> Option<String> {
    let kind = match step.kind {
        OperationKind::Publish => ReleaseKind::Publish,
        OperationKind::GoLive => ReleaseKind::GoLive,
    };
    let releases = world.releases(offer);
    let started = process.started.lock().unwrap().clone();
    let ours = started.iter().any(|(of, index)| of == offer && releases[*index].kind == kind);
    let declared = |release: &Release| is_it(&process.commit, offer, release, kind, step.operation.as_deref());
    let (is_true, why) = match &step.outcome {
        // Of what this run started nobody can look at the content any later than just before. Of anything else it says so only
        // because it is what is declared.
        StepOutcome::Started => {
            let before = since.releases.get(offer).copied().unwrap_or_default();
            let begun = |(index, release): (usize, &Release)| {
                let is_ours = started.iter().any(|(of, number)| of == offer && *number == index);
                is_ours && is_named(release, kind, step.operation.as_deref()) || declared(release)
            };
            let deed = if kind == ReleaseKind::Publish { Deed::Publish } else { Deed::GoLive };
            let is_known =
                releases.iter().enumerate().skip(before).any(begun) || world.is_pending(process, offer, deed);
            (is_known, "nothing like that was started in this run")
        }
        StepOutcome::Running => (releases.iter().any(declared), "there is nothing like that"),
        StepOutcome::Done => {
            let slots: &[Slot] =
                if kind == ReleaseKind::Publish { &[Slot::Preview, Slot::Production] } else { &[Slot::Production] };
            let mut held = slots.iter().flat_map(|slot| world.held_since(offer, *slot, since.moment));
            (held.any(|content: Value| process.commit.is_kept_by(offer, &content)), "it never came there")
        }
        StepOutcome::Failed(_) => {
            // What was accepted and then not carried out has failed, too.
            let asked = process.asked.lock().unwrap();
            let is_failed = asked.iter().any(|asked| asked.offer == offer && asked.failed);
            (is_failed || releases.iter().any(|release| release.is_to_fail), "nothing has failed")
        }
        StepOutcome::Canceled => {
            (releases.iter().any(|release| release.state == ReleaseState::Canceled), "nothing was cancelled")
        }
        StepOutcome::Mismatch(_) => (
            releases.iter().any(|release| release.kind == kind && release.has_arrived),
            "nothing of the kind was ever done",
        ),
        StepOutcome::Refused(_) | StepOutcome::Rejected(_) | StepOutcome::NotStarted | StepOutcome::Later => {
            (!ours, "it was started by this run")
        }
        StepOutcome::TimedOut | StepOutcome::Unknown(_) => (true, ""),
    };
    (!is_true).then(|| why.to_owned())
}

/// Whether a release is the one that is spoken of, and of what is declared.
fn is_it(commit: &Commit, offer: &str, release: &Release, kind: ReleaseKind, name: Option<&str>) -> bool {
    is_named(release, kind, name) && commit.is_kept_by(offer, &release.content)
}

fn is_named(release: &Release, kind: ReleaseKind, name: Option<&str>) -> bool {
    release.kind == kind && name.is_none_or(|name| release.names.iter().any(|other| other == name))
}

/// In the end each offer is released as far as the last commit declares.
pub(crate) fn everything_is_released(world: &World, commit: &Commit) {
    for id in commit.offers.keys() {
        let offer = format!("contoso/{id}");
        let level = commit.level(&offer);
        let held = |slot: Slot| world.held(&offer, slot).map(ordered);
        let draft = held(Slot::Draft);
        let is_in = |slot: Slot| held(slot) == draft;
        let released = match level {
            Level::Draft => true,
            Level::Preview => is_in(Slot::Preview) || is_in(Slot::Production),
            Level::Live => is_in(Slot::Production),
        };
        if !released {
            let slot = if level == Level::Live { Slot::Production } else { Slot::Preview };
            let released = world.held(&offer, slot).unwrap_or_default();
            let (draft, released) = (fields(&draft.unwrap_or_default()), fields(&released));
            let differing: Vec<_> = draft.iter().filter(|(key, value)| released.get(*key) != Some(*value)).collect();
            world.broken(format!(
                "in the end the draft of {offer} is not released to {level:?}: {differing:?}, not as in {released:?}"
            ));
        }
    }
}
