//! A report says what was asked of the service, and nothing else: it is held against what the network saw.

use std::collections::BTreeSet;

use offerform::apply::{OfferReport, Outcome, Report, StepOutcome, StepReport};
use offerform::backend::OperationKind;
use offerform::offer::Api;

use super::process::{Asked, Process};
use super::vocabulary::Vocabulary;
use super::wire::Deed;
use super::world::World;

/// Holds the report of an apply against the requests of its process.
pub(crate) fn the_report_says_what_was_asked(world: &World, process: &Process, report: &Report) {
    let asked = process.asked.lock().unwrap().clone();
    for offer in &report.offers {
        let address = offer.address.to_string();
        let of_offer: Vec<&Asked> = asked.iter().filter(|asked| asked.offer == address).collect();
        let untrue = untrue_of_writes(offer, &of_offer).or_else(|| untrue_of_steps(&offer.release.steps, &of_offer));
        if let Some(untrue) = untrue {
            world.broken(format!("the report of {} says of {address} {:?}: {untrue}", process.name, offer.outcome));
        }
    }
    let unnamed = asked.iter().find(|asked| report.offers.iter().all(|offer| offer.address.to_string() != asked.offer));
    if let Some(unnamed) = unnamed {
        world.broken(format!("{} asked something of {}, and its report does not name it", process.name, unnamed.offer));
    }
}

/// The same for a step by hand.
pub(crate) fn the_steps_say_what_was_asked(world: &World, process: &Process, steps: &[StepReport]) {
    let asked = process.asked.lock().unwrap().clone();
    let all: Vec<&Asked> = asked.iter().collect();
    if let Some(untrue) = untrue_of_steps(steps, &all) {
        world.broken(format!("{} says {steps:?}: {untrue}", process.name));
    }
}

fn untrue_of_writes(offer: &OfferReport, asked: &[&Asked]) -> Option<String> {
    let puts: Vec<&&Asked> = asked.iter().filter(|asked| asked.deed == Deed::Write).collect();
    let was_written = puts.iter().any(|put| put.is_good());
    let says_written = matches!(offer.outcome, Outcome::Created | Outcome::Updated | Outcome::Incomplete);
    if was_written && !offer.outcome.wrote() {
        return Some("a write was answered with success".to_owned());
    }
    if says_written && !puts.iter().any(|put| put.may_have_acted()) {
        return Some("no write was ever acted upon".to_owned());
    }
    let said: BTreeSet<String> = offer.changes.iter().map(|planned| planned.path.to_string()).collect();
    if !says_written {
        return (!said.is_empty()).then(|| format!("it lists {said:?} as changed"));
    }
    let changed: BTreeSet<&String> = puts.iter().flat_map(|put| &put.changed).collect();
    let sent: BTreeSet<&String> = puts.iter().flat_map(|put| &put.sent).collect();
    // Where the service has no lock, what was changed may be changed back before anybody can see it.
    let not_made = offer.not_made.iter().filter(|_| offer.address.api == Api::ProductIngestion);
    let said: BTreeSet<String> = said.into_iter().chain(not_made.map(|planned| planned.path.to_string())).collect();
    let is_said =
        |pointer: &&&String| said.iter().any(|path| **pointer == path || pointer.starts_with(&format!("{path}/")));
    if let Some(pointer) = changed.iter().find(|pointer| !is_said(pointer)) {
        return Some(format!("{pointer} was changed, and is not listed"));
    }
    // Whether a write whose answer was lost, or says nothing of what was done, was this run's own can be told from its content alone.
    if puts.iter().any(|put| put.may_have_acted() && !put.is_good()) {
        return None;
    }
    let managed = Vocabulary::of(offer.address.api).managed();
    let of_ours = said.iter().filter(|path| managed.contains(path));
    let unsent = of_ours.into_iter().find(|path| !sent.contains(path))?;
    Some(format!("{unsent} is listed as changed, and nothing else was sent for it than was there"))
}

fn untrue_of_steps(steps: &[StepReport], asked: &[&Asked]) -> Option<String> {
    let posts = |deed| asked.iter().filter(|asked| asked.deed == deed).copied().collect::<Vec<_>>();
    for (kind, deed) in [(OperationKind::Publish, Deed::Publish), (OperationKind::GoLive, Deed::GoLive)] {
        let posts = posts(deed);
        let of_kind: Vec<&StepReport> = steps.iter().filter(|step| step.kind == kind).collect();
        if posts.iter().any(|post| post.is_good()) && !of_kind.iter().any(|step| step.asked) {
            return Some(format!("a {deed:?} was answered with success, and no step says that it asked"));
        }
        let started = of_kind.iter().any(|step| step.asked && step.outcome == StepOutcome::Started);
        if started && !posts.iter().any(|post| post.may_have_acted()) {
            return Some(format!("there was no {deed:?} that the service may have acted upon"));
        }
    }
    let says_asked = steps.iter().any(|step| step.asked);
    let was_asked = asked.iter().any(|asked| asked.deed != Deed::Write);
    (says_asked && !was_asked).then(|| "nothing was asked for".to_owned())
}
