//! Somebody edits the portal while the program works: nothing of theirs is lost, and nothing is written that was not
//! planned.

use offerform::apply::Outcome;
use serde_json::{Value, json};

use super::bench::{
    BIG_NUMBER, Bench, DECLARED, LONG_SUMMARY, SUMMARY, TITLE, changes, edit_between, exit, once, outcome, times,
};

#[tokio::test]
async fn the_plan_shows_the_difference_and_apply_writes_it_under_the_revision_that_was_read() {
    let bench = Bench::new();
    let before = bench.document();
    let plan = bench.plan(DECLARED).await;
    assert_eq!(changes(&plan.offers()[0]), [format!("Replace {SUMMARY}")]);
    let report = bench.run(DECLARED, plan, &[]).await;
    assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated));
    let puts = bench.puts();
    assert_eq!(puts.len(), 1);
    assert!(puts[0].if_match.as_deref().unwrap().starts_with("W/\"datetime'"), "{:?}", puts[0].if_match);
    let mut expected = before["definition"].clone();
    expected["offer"]["microsoft-azure-marketplace.summary"] = json!("The declared summary");
    assert_eq!(bench.document()["definition"], expected, "nothing but the summary is another");
    bench.is_silent(DECLARED).await;
    assert_eq!(bench.puts().len(), 1);
}

#[tokio::test]
async fn numbers_beyond_doubles_in_keys_nobody_knows_survive_exactly() {
    let bench = Bench::new();
    bench.apply(DECLARED).await;
    let sent = bench.puts()[0].at(BIG_NUMBER).cloned();
    assert_eq!(sent.map(|number| number.to_string()).as_deref(), Some("9007199254740993"));
    assert_eq!(bench.at(BIG_NUMBER).to_string(), "9007199254740993");
}

#[tokio::test]
async fn an_edit_of_something_unmanaged_between_read_and_write_is_kept() {
    let bench = Bench::new();
    bench.faults(vec![once("PUT", edit_between(LONG_SUMMARY, json!("Just now")))]);
    let report = bench.apply(DECLARED).await;
    assert!(bench.all_faults_fired());
    assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated));
    assert_eq!(bench.puts().len(), 2, "the first was answered with 412");
    assert_eq!(bench.at(LONG_SUMMARY), "Just now");
    assert_eq!(bench.at(SUMMARY), "The declared summary");
}

#[tokio::test]
async fn an_edit_of_something_managed_between_read_and_write_is_a_conflict_and_nothing_is_written() {
    for (pointer, value) in [
        (TITLE, json!("Title by hand")),
        (SUMMARY, json!("Another summary")),
        ("/definition/plans/0/regions", json!(["US"])),
    ] {
        let bench = Bench::new();
        bench.faults(vec![once("PUT", edit_between(pointer, value.clone()))]);
        let report = bench.apply(DECLARED).await;
        assert!(bench.all_faults_fired());
        assert!(matches!(outcome(&report), Outcome::Conflict { .. }), "{pointer}: {:?}", outcome(&report));
        assert_eq!(exit(&report), 3);
        assert_eq!(bench.puts().len(), 1, "the one that was refused");
        assert_eq!(bench.at(pointer), value, "what the other wrote stands");
    }
}

#[tokio::test]
async fn an_edit_between_plan_and_apply_is_seen_before_anything_is_sent() {
    for (pointer, code, puts, summary) in
        [(LONG_SUMMARY, 0, 1, "The declared summary"), (TITLE, 3, 0, "Edited by hand")]
    {
        let bench = Bench::new();
        let plan = bench.plan(DECLARED).await;
        bench.edit(pointer, json!("By another"));
        let report = bench.run(DECLARED, plan, &[]).await;
        assert_eq!((exit(&report), bench.puts().len()), (code, puts), "{pointer}");
        assert_eq!(bench.at(pointer), "By another");
        assert_eq!(bench.at(SUMMARY), summary);
    }
}

#[tokio::test]
async fn somebody_else_who_wrote_the_same_leaves_nothing_to_do() {
    let bench = Bench::new();
    let plan = bench.plan(DECLARED).await;
    bench.edit(SUMMARY, json!("The declared summary"));
    let report = bench.run(DECLARED, plan, &[]).await;
    assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::AlreadyDone));
    assert!(bench.puts().is_empty());
}

#[tokio::test]
async fn five_collisions_in_a_row_are_given_up_and_four_are_not() {
    for (collisions, code, puts) in [(4, 0, 5), (5, 1, 5)] {
        let bench = Bench::new();
        bench.faults(vec![times("PUT", collisions, edit_between(LONG_SUMMARY, json!("Again")))]);
        let report = bench.apply(DECLARED).await;
        assert!(bench.all_faults_fired());
        assert_eq!((exit(&report), bench.puts().len()), (code, puts), "{collisions}: {:?}", outcome(&report));
        assert_eq!(matches!(outcome(&report), Outcome::Failed(_)), code == 1);
        let summary = if code == 0 { "The declared summary" } else { "Edited by hand" };
        assert_eq!(bench.at(SUMMARY), summary);
        assert_eq!(bench.at(LONG_SUMMARY), "Again");
    }
}

#[tokio::test]
async fn an_edit_right_after_the_write_is_neither_learned_nor_called_a_loss() {
    for (pointer, value) in [(LONG_SUMMARY, json!("Later")), (SUMMARY, json!("A later summary"))] {
        let bench = Bench::new();
        // The reads: one of the plan, one of the apply, and then the one that reads back.
        bench.faults(vec![super::bench::nth("GET", 3, edit_between(pointer, value.clone()))]);
        let report = bench.apply(DECLARED).await;
        assert!(bench.all_faults_fired());
        assert_eq!(outcome(&report), &Outcome::Updated, "{pointer}: {:?}", super::bench::remarks(&report));
        let kinds: Vec<_> = super::bench::remarks(&report).iter().map(|(kind, _)| kind.name()).collect();
        // That somebody wrote it, and what of it was sent otherwise.
        let count = if pointer == SUMMARY { 2 } else { 1 };
        assert_eq!(kinds, vec!["not_verified"; count]);
        assert_eq!(bench.at(pointer), value);
        let again = bench.plan(DECLARED).await;
        assert_eq!(again.is_empty(), pointer == LONG_SUMMARY, "an edit of what is managed is shown, not remembered");
    }
}

#[tokio::test]
async fn the_digest_sees_managed_edits_only() {
    let bench = Bench::new();
    let digest = bench.plan(DECLARED).await.digest();
    for (pointer, value, same) in [
        (LONG_SUMMARY, json!("Other"), true),
        (BIG_NUMBER, json!(1), true),
        ("/definition/plans/0/regions", json!(["DE", "US"]), true),
        ("/definition/plans/0/note", Value::Null, true),
        (TITLE, json!("By hand"), false),
        (TITLE, json!("Contoso Firewall"), true),
        (SUMMARY, json!("Another"), false),
    ] {
        bench.edit(pointer, value.clone());
        assert_eq!(bench.plan(DECLARED).await.digest() == digest, same, "{pointer} {value}");
    }
}

#[tokio::test]
async fn an_interrupt_before_the_start_writes_nothing() {
    let bench = Bench::new();
    let plan = bench.plan(DECLARED).await;
    bench.interrupt.raise();
    let report = bench.run(DECLARED, plan, &[]).await;
    assert_eq!((exit(&report), outcome(&report)), (1, &Outcome::NotStarted));
    assert!(bench.puts().is_empty());
}

#[tokio::test]
async fn an_interrupt_finishes_what_is_in_flight_and_begins_no_second_try() {
    let edit = edit_between(LONG_SUMMARY, json!("Meanwhile"));
    let lost = offerform::simulator::Fault::LoseRequest;
    for (fault, expected, summary) in [
        (None, "updated", "The declared summary"),
        (Some(edit), "not_started", "Edited by hand"),
        (Some(lost), "unknown", "Edited by hand"),
    ] {
        let bench = Bench::new();
        let rules = fault.iter().map(|fault| once("PUT", fault.clone())).collect();
        bench.faults(rules);
        bench.is_interrupted_at_the_first_put();
        let report = bench.apply(DECLARED).await;
        assert_eq!((exit(&report), outcome(&report).name()), (1, expected), "{fault:?}");
        assert_eq!(bench.puts().len(), 1, "{fault:?}");
        assert_eq!(bench.at(SUMMARY), summary);
    }
}
