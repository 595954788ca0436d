//! Which steps are missing, as a table.

use serde_json::json;

use super::*;
use crate::backend::{Arrived, Estimates, FailedRelease, Phase, Underway};
use crate::offer::OfferTypeId;
use crate::offer::fields::FieldTable;
use crate::record::Rewrites;
use crate::secret::NoSecrets;

const NEXT: u8 = 1;
const OLDER: u8 = 0;

fn holding(content: u8) -> Document {
    Document::new(json!({ "content": content }))
}

fn name(kind: Option<OperationKind>) -> OperationName {
    OperationName { id: Some("o-1".to_owned()), kind }
}

/// A situation by what stands in the slots and what is under way.
fn situation(
    preview: Option<u8>,
    production: Option<u8>,
    underway: Option<(OperationKind, Phase, Option<u8>)>,
) -> Situation {
    Situation {
        preview: preview.map(holding),
        production: production.map(holding),
        underway: underway.map(|(kind, phase, content)| Underway {
            operation: name(Some(kind)),
            phase,
            content: content.map(holding),
            can_be_cancelled: true,
        }),
        failure: None,
        estimates: Estimates { publish: Some("days".to_owned()), go_live: None },
        arrived: None,
        operations: Vec::new(),
    }
}

#[test]
fn a_preview_that_cannot_be_cancelled_is_replaced() {
    let mut waiting = situation(Some(OLDER), None, Some((OperationKind::Publish, Phase::PreviewReady, None)));
    let request = ReleaseRequest { if_publishing: IfPublishing::Cancel, ..ReleaseRequest::default() };
    let first = |situation: &Situation| decided(Level::Preview, request, situation).steps[0].start.clone();
    assert_eq!(first(&waiting), Start::AfterCancelling(name(Some(OperationKind::Publish))));
    waiting.underway.as_mut().unwrap().can_be_cancelled = false;
    assert_eq!(first(&waiting), Start::Now);
}

fn decided(level: Level, release_request: ReleaseRequest, situation: &Situation) -> ReleasePlan {
    decided_for(level, release_request, situation, false)
}

fn decided_for(
    level: Level,
    release_request: ReleaseRequest,
    situation: &Situation,
    was_published: bool,
) -> ReleasePlan {
    let is_in = |slot: &Document| slot.content() == holding(NEXT).content();
    decide(level, release_request, situation, Next { is_in: &is_in, was_published })
}

fn names(plan: &ReleasePlan) -> Vec<String> {
    plan.steps.iter().map(|step| format!("{} {}", step.start.name(), step.kind.name())).collect()
}

/// A sentence, how far it is to be released, what the service shows, and then from where to where by which steps.
type Row<'a> = (&'a str, Level, &'a Situation, (Level, Level), &'a [&'a str]);

#[test]
fn the_missing_steps_follow_from_the_slots_and_from_what_runs() {
    use Level::{Draft, Live, Preview};
    use OperationKind::{GoLive, Publish};
    use Phase::{PreviewReady, Running};
    let none = situation(None, None, None);
    let publishing = situation(None, None, Some((Publish, Running, Some(NEXT))));
    let ready = situation(Some(NEXT), None, Some((Publish, PreviewReady, None)));
    let going = situation(Some(NEXT), Some(OLDER), Some((GoLive, Running, Some(NEXT))));
    let rows: [Row<'_>; 13] = [
        ("a draft stays one", Draft, &none, (Draft, Draft), &[]),
        ("never published, to the preview", Preview, &none, (Draft, Preview), &["start publish"]),
        ("never published, to customers", Live, &none, (Draft, Live), &["start publish", "start go_live"]),
        ("this draft is being published", Live, &publishing, (Draft, Live), &["attach publish", "start go_live"]),
        ("its preview is there", Preview, &ready, (Preview, Preview), &[]),
        ("its preview waits", Live, &ready, (Preview, Live), &["start go_live"]),
        ("it is going live", Live, &going, (Preview, Live), &["attach go_live"]),
        ("it is going live, and the preview is enough", Preview, &going, (Preview, Preview), &[]),
        ("customers have it", Live, &situation(None, Some(NEXT), None), (Live, Live), &[]),
        ("customers have it, and the preview is gone", Preview, &situation(None, Some(NEXT), None), (Live, Live), &[]),
        (
            "a preview that does not wait cannot go live",
            Live,
            &situation(Some(NEXT), None, None),
            (Preview, Live),
            &["start publish", "start go_live"],
        ),
        (
            "an older preview waits, as previews do",
            Preview,
            &situation(Some(OLDER), None, Some((Publish, PreviewReady, None))),
            (Draft, Preview),
            &["start publish"],
        ),
        (
            "customers have it, whatever is published meanwhile",
            Live,
            &situation(Some(OLDER), Some(NEXT), Some((Publish, Running, Some(OLDER)))),
            (Live, Live),
            &[],
        ),
    ];
    for (sentence, level, situation, (from, to), steps) in rows {
        let plan = decided(level, ReleaseRequest::default(), situation);
        assert_eq!((plan.from, plan.to, names(&plan).as_slice()), (from, to, strings(steps).as_slice()), "{sentence}");
        assert_eq!(plan.obstacle, None, "{sentence}");
    }
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn what_cannot_be_told_to_be_this_draft_is_an_older_one() {
    for content in [Some(OLDER), None] {
        for kind in [OperationKind::Publish, OperationKind::GoLive] {
            let busy = situation(None, None, Some((kind, Phase::Running, content)));
            let release_request = |if_publishing| ReleaseRequest { if_publishing, ..ReleaseRequest::default() };
            let plan = decided(Level::Preview, release_request(IfPublishing::Fail), &busy);
            assert_eq!((plan.obstacle, plan.steps), (Some(Obstacle::Busy(name(Some(kind)))), vec![]));
            let plan = decided(Level::Preview, release_request(IfPublishing::Skip), &busy);
            assert_eq!((plan.is_empty(), plan.to, plan.passed_over.is_some()), (true, Level::Draft, true));
            let plan = decided(Level::Preview, release_request(IfPublishing::Wait), &busy);
            assert_eq!(names(&plan), ["after_waiting publish"]);
            let plan = decided(Level::Live, release_request(IfPublishing::Cancel), &busy);
            assert_eq!(names(&plan), ["after_cancelling publish", "start go_live"]);
        }
    }
}

#[test]
fn a_failure_is_retried_only_if_the_draft_is_another_one_or_somebody_says_so() {
    let failed = |content: u8| Situation {
        failure: Some(FailedRelease {
            failed: FailedOperation { operation: name(Some(OperationKind::Publish)), steps: Vec::new() },
            content: Some(holding(content)),
        }),
        ..situation(None, None, None)
    };
    let retry = ReleaseRequest { after_failure: AfterFailure::Retry, ..ReleaseRequest::default() };
    let stuck =
        |content| situation(None, None, Some((OperationKind::Publish, Phase::Stuck(Vec::new()), Some(content))));
    let rows: [(Situation, ReleaseRequest, &[&str], Option<&str>); 7] = [
        (failed(NEXT), ReleaseRequest::default(), &[], Some("failed")),
        (failed(NEXT), retry, &["start publish"], None),
        (failed(OLDER), ReleaseRequest::default(), &["start publish"], None),
        (stuck(NEXT), ReleaseRequest::default(), &[], Some("failed")),
        (stuck(NEXT), retry, &["after_cancelling publish"], None),
        (stuck(OLDER), ReleaseRequest::default(), &[], Some("busy")),
        // It would never end.
        (
            stuck(OLDER),
            ReleaseRequest { if_publishing: IfPublishing::Wait, ..ReleaseRequest::default() },
            &[],
            Some("busy"),
        ),
    ];
    for (position, (situation, release_request, steps, obstacle)) in rows.into_iter().enumerate() {
        let plan = decided(Level::Preview, release_request, &situation);
        let found = plan.obstacle.as_ref().map(|obstacle| match obstacle {
            Obstacle::Busy(_) => "busy",
            Obstacle::Failed(_) => "failed",
            Obstacle::Unsettled(_) => "unsettled",
        });
        assert_eq!((names(&plan), found), (strings(steps), obstacle), "row {position}");
    }
    // The draft may become what has failed before it is published.
    let other = decided(Level::Preview, ReleaseRequest::default(), &failed(OLDER));
    assert_eq!(other.failed_otherwise.map(|failed| failed.operation), Some(name(Some(OperationKind::Publish))));
    assert_eq!(other.after_failure, AfterFailure::Report);
    assert_eq!(decided(Level::Preview, retry, &failed(OLDER)).after_failure, AfterFailure::Retry);
}

/// A sentence, how far it is to be released, what the service shows, whether the revision is known, and then from where by which
/// steps.
type Sighting<'a> = (&'a str, Level, Situation, bool, Level, &'a [&'a str]);

#[test]
fn what_was_published_of_this_draft_is_published_however_the_service_stores_it() {
    use OperationKind::{GoLive, Publish};
    const STRANGE: u8 = 9;
    let ready = |kind, content: Option<u8>| Situation {
        arrived: Some(Arrived {
            kind,
            version: Some(1),
            content: content.map_or(VersionContent::Missing, |content| VersionContent::Is(holding(content))),
        }),
        ..situation(Some(STRANGE), Some(STRANGE), (kind == Publish).then_some((Publish, Phase::PreviewReady, None)))
    };
    let none = Situation { preview: None, ..ready(Publish, Some(NEXT)) };
    let rows: [Sighting<'_>; 8] = [
        ("the version says so", Level::Preview, ready(Publish, Some(NEXT)), false, Level::Preview, &[]),
        ("the revision says so", Level::Preview, ready(Publish, None), true, Level::Preview, &[]),
        ("nothing says so", Level::Preview, ready(Publish, None), false, Level::Draft, &["start publish"]),
        ("it was an older draft", Level::Preview, ready(Publish, Some(OLDER)), false, Level::Draft, &["start publish"]),
        ("there is no preview", Level::Preview, none, false, Level::Draft, &["start publish"]),
        (
            "it waits for its go-live",
            Level::Live,
            ready(Publish, Some(NEXT)),
            false,
            Level::Preview,
            &["start go_live"],
        ),
        ("customers have it", Level::Live, ready(GoLive, Some(NEXT)), false, Level::Live, &[]),
        ("customers have it, and it is enough", Level::Preview, ready(GoLive, None), true, Level::Live, &[]),
    ];
    for (sentence, level, situation, was_published, from, steps) in rows {
        let plan = decided_for(level, ReleaseRequest::default(), &situation, was_published);
        assert_eq!((plan.from, names(&plan)), (from, strings(steps)), "{sentence}");
    }
    // What runs is this draft if the revision says so, whatever can be read of it.
    let runs = situation(None, None, Some((Publish, Phase::Running, None)));
    assert_eq!(names(&decided_for(Level::Preview, ReleaseRequest::default(), &runs, true)), ["attach publish"]);
}

#[test]
fn a_review_covers_what_is_released_and_what_is_cancelled_and_not_who_starts_it() {
    let print =
        |level, release_request, situation: &Situation| decided(level, release_request, situation).fingerprint();
    let none = situation(None, None, None);
    let attached = situation(None, None, Some((OperationKind::Publish, Phase::Running, Some(NEXT))));
    let older = situation(None, None, Some((OperationKind::Publish, Phase::Running, Some(OLDER))));
    let release_request = |if_publishing| ReleaseRequest { if_publishing, ..ReleaseRequest::default() };
    let preview = print(Level::Preview, ReleaseRequest::default(), &none);
    assert!(preview.is_some());
    assert_eq!(print(Level::Draft, ReleaseRequest::default(), &none), None);
    assert_eq!(print(Level::Preview, ReleaseRequest::default(), &attached), preview);
    assert_eq!(print(Level::Preview, release_request(IfPublishing::Wait), &older), preview);
    assert_ne!(print(Level::Preview, release_request(IfPublishing::Cancel), &older), preview);
    assert_ne!(print(Level::Preview, release_request(IfPublishing::Fail), &older), preview);
    assert_ne!(print(Level::Live, ReleaseRequest::default(), &none), preview);
    // The service's estimates are no part of a review.
    let slower = Situation { estimates: Estimates::default(), ..none };
    assert_eq!(print(Level::Preview, ReleaseRequest::default(), &slower), preview);
}

#[test]
fn content_is_the_same_whatever_the_service_owns_signs_orders_or_adds() {
    let logo = "definition/offer/microsoft-azure-marketplace.smallLogo";
    let offer = |extra: serde_json::Value| {
        let mut document = json!({"version": 3, "status": "running", "changedTime": "2018", "definition": {
            "displayText": "x", "offer": {"a.b": 1}, "plans": [{"planId": "p", "regions": ["US", "DE"]}]}});
        for (path, value) in extra.as_object().unwrap() {
            let (parent, key) = path.rsplit_once('/').unwrap_or(("", path));
            let parent = if parent.is_empty() { String::new() } else { format!("/{parent}") };
            document.pointer_mut(&parent).unwrap()[key] = value.clone();
        }
        Document::new(document)
    };
    let table = FieldTable::of(&OfferTypeId::new("microsoft-azure-virtualmachines"));
    let same = |one: &Document, two: &Document| is_same(table, one, two, &Rewrites::default(), &NoSecrets);
    let hosted = |place: &str| json!({ logo: format!("https://storage.example/{place}/a.png?sig=x") });
    for (sentence, one, two, expected) in [
        ("nothing differs", json!({}), json!({}), true),
        (
            "the service's own fields",
            json!({"version": 4, "status": "succeeded"}),
            json!({"changedTime": "2019"}),
            true,
        ),
        ("the order of a set", json!({}), json!({"definition/plans/0/regions": ["DE", "US"]}), true),
        ("an artifact hosted elsewhere", hosted("one"), hosted("two"), true),
        ("an empty default", json!({"definition/offer/microsoft-azure-marketplace.videos": []}), json!({}), true),
        ("a value", json!({"definition/displayText": "y"}), json!({}), false),
        ("a value that only one side has", json!({"definition/offer/c.d": 1}), json!({}), false),
        (
            "a SKU more",
            json!({"definition/plans": [{"planId": "p", "regions": ["US", "DE"]}, {"planId": "q"}]}),
            json!({}),
            false,
        ),
    ] {
        let (one, two) = (offer(one), offer(two));
        assert_eq!((same(&one, &two), same(&two, &one)), (expected, expected), "{sentence}");
    }
}
