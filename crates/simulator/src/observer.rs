//! What an observer sees who looks at the portal without asking the service: no request is logged, and no fault fires.
//!
//! Tests judge a client by this, so that neither its words nor those of an answer have to be believed.

use serde_json::Value;

use super::operation::{Ending, Kind, Operation, State, StepState};
use super::portal::Offer;
use super::service::Service;
use super::slot::Slot;

/// What an offer has in one slot.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// The content, without what the service owns.
    pub document: &'a Value,
    /// Which content of the offer this is: another one for whatever was put there later.
    pub mark: (u64, i64),
}

/// What an operation does that releases something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseKind {
    /// It brings the draft to the preview.
    Publish,
    /// It brings the preview to the customers.
    GoLive,
}

/// How far such an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseState {
    /// It waits for its turn, or runs.
    Running,
    /// One of its steps has failed, and it does not go on by itself.
    Stuck,
    /// Its preview waits for the publisher.
    PreviewReady,
    /// It is over, and did what it was started for.
    Completed,
    /// It has failed.
    Failed,
    /// It was cancelled.
    Canceled,
}

/// An operation that releases, or released, something.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    /// The names by which the service knows it: its id, and the one of an offer that was not migrated.
    pub names: [String; 2],
    /// What it does.
    pub kind: ReleaseKind,
    /// Whether it runs, waits for the publisher, or has ended, and how.
    pub state: ReleaseState,
    /// Whether its content has come to where it was to be brought.
    pub has_arrived: bool,
    /// Whether one of its steps fails, or will.
    pub is_to_fail: bool,
    /// Whether its cancellation was asked for.
    pub is_to_be_cancelled: bool,
    /// What it brings there, without what the service owns.
    pub content: Value,
}

impl Service {
    /// The operations of `offer` (`publisher/offer`) that released something, oldest first.
    pub fn releases(&mut self, offer: &str) -> Vec<Release> {
        let now = self.clock.now();
        self.portal.settle(now, &self.dialect);
        let Some(offer) = self.portal.offers.get(offer) else { return Vec::new() };
        offer.operations.iter().filter_map(|operation| release(offer, operation, now)).collect()
    }

    /// How many of them there are.
    #[must_use]
    pub fn release_count(&self, offer: &str) -> usize {
        let operations = self.portal.offers.get(offer).map(|offer| offer.operations.iter());
        operations.into_iter().flatten().filter(|operation| operation.kind != Kind::Cancel).count()
    }

    /// What `offer` (`publisher/offer`) has in a slot now.
    pub fn held(&mut self, offer: &str, slot: Slot) -> Option<Held<'_>> {
        let now = self.clock.now();
        self.portal.settle(now, &self.dialect);
        let offer = self.portal.offers.get(offer)?;
        let content = match slot {
            Slot::Draft => Some(&offer.draft),
            Slot::Preview => offer.preview.as_ref(),
            Slot::Production => offer.production.as_ref(),
        };
        content.map(|content| Held { document: &content.document, mark: (content.version, content.changed.ticks()) })
    }
}

fn release(offer: &Offer, operation: &Operation, now: jiff::Timestamp) -> Option<Release> {
    let kind = match operation.kind {
        Kind::Publish => ReleaseKind::Publish,
        Kind::GoLive => ReleaseKind::GoLive,
        Kind::Cancel => return None,
    };
    let failed = operation.steps(now).iter().any(|step| matches!(step, StepState::Ended(_)));
    let state = match operation.state(now) {
        State::NotStarted | State::Running if failed => ReleaseState::Stuck,
        State::NotStarted | State::Running => ReleaseState::Running,
        State::PreviewReady => ReleaseState::PreviewReady,
        State::Ended(Ending::Completed) => ReleaseState::Completed,
        State::Ended(Ending::Failed) => ReleaseState::Failed,
        State::Ended(Ending::Canceled) => ReleaseState::Canceled,
    };
    let has_arrived = match kind {
        ReleaseKind::Publish => operation.previewed.is_some(),
        ReleaseKind::GoLive => state == ReleaseState::Completed,
    };
    Some(Release {
        names: [operation.id.clone(), offer.key_of(operation)],
        kind,
        state,
        has_arrived,
        is_to_fail: operation.failure.is_some(),
        is_to_be_cancelled: operation.cancel_at.is_some(),
        content: operation.content.clone(),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::{ReleaseKind, ReleaseState, Slot};
    use crate::testing::Bench;

    #[test]
    fn an_observer_sees_what_is_released_without_a_trace() {
        let offer = "/api/publishers/contoso/offers/sensor";
        let mut bench = Bench::new();
        let document = json!({"publisherId": "contoso", "id": "sensor", "offerTypeId": "contoso-sensors",
            "definition": {"displayText": "first", "offer": {}, "plans": [{"planId": "a"}]}});
        bench.put(offer, None, &document);
        let mut stands = Vec::new();
        for (verb, days) in [("publish", 0), ("", 6), ("golive", 0), ("", 6)] {
            if !verb.is_empty() {
                bench.post(&format!("{offer}/{verb}"));
            }
            bench.wait(Duration::from_hours(24 * days));
            let asked = bench.service.log().count();
            let releases = bench.service.releases("contoso/sensor");
            stands.push(releases.iter().map(|release| (release.kind, release.state)).collect::<Vec<_>>());
            assert_eq!(bench.service.log().count(), asked);
            assert_eq!(releases.len(), bench.service.release_count("contoso/sensor"));
        }
        let (publish, go_live) = (ReleaseKind::Publish, ReleaseKind::GoLive);
        assert_eq!(
            stands,
            [
                vec![(publish, ReleaseState::Running)],
                vec![(publish, ReleaseState::PreviewReady)],
                vec![(publish, ReleaseState::Completed), (go_live, ReleaseState::Running)],
                vec![(publish, ReleaseState::Completed), (go_live, ReleaseState::Completed)],
            ]
        );
        for slot in [Slot::Draft, Slot::Preview, Slot::Production] {
            assert_eq!(
                bench.service.held("contoso/sensor", slot).map(|held| held.document.clone()),
                Some(document.clone())
            );
        }
        assert!(bench.service.held("contoso/nothing", Slot::Draft).is_none());
    }
}
