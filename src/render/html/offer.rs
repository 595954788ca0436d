//! One offer in the report: what needs a yes, what changes, prices, release, notes, and the listing.

use std::collections::BTreeSet;

use maud::{Markup, html};
use serde_json::Value;

use super::{listing, sheet, text, texts, troubles};
use crate::diff::{Cause, Kind, Operation};
use crate::plan::release::{Level, Obstacle};
use crate::plan::{Action, Guard, OfferPlan, PlannedChange, PriceChange};
use crate::render::human::{label, level, remarks, word};
use crate::render::words;

/// Texts longer than this are shown side by side.
const LONG_TEXT: usize = 40;

/// The section of an offer. The hosts of pictures that it shows are added to `hosts`.
pub(super) fn section(offer: &OfferPlan, hosts: &mut BTreeSet<String>) -> Markup {
    let summary = html! {
        strong { (text(&offer.address().to_string())) } ": " (word(offer))
        " " span.faint { (text(offer.offer_type().as_str())) ", from " code { (text(&offer.desired.file)) } }
        @if offer.is_blocked() { " " span.warn { "apply would refuse it" } }
    };
    let body = html! {
        @if !offer.guards.is_empty() { h3 { "What needs a yes" } (guards(&offer.guards.iter().collect::<Vec<_>>())) }
        @if !offer.changes.is_empty() { h3 { "Changes" } (changes(&offer.desired.file, &offer.changes)) }
        @for sku in offer.prices.chunk_by(|one, two| one.sku == two.sku) { (prices(sku)) }
        (release(offer))
        @for note in &offer.notes { p.faint { "Note: " (text(&note.text)) } }
        (listing::both(offer, hosts))
    };
    sheet::section(&kinds(offer), &summary, &body)
}

/// What an offer is found by.
fn kinds(offer: &OfferPlan) -> Vec<&'static str> {
    let action = match offer.action {
        Action::Create => Some("create"),
        Action::Update => Some("update"),
        Action::None => None,
    };
    let release = (!offer.release.steps.is_empty()).then_some("release");
    let yes = offer.is_blocked().then_some("yes");
    [action, release, yes].into_iter().flatten().collect()
}

/// A table of guards.
pub(super) fn guards(guards: &[&Guard]) -> Markup {
    html! {
        div.wide { table {
            thead { tr { th scope="col" { "kind" } th scope="col" { "for" } th scope="col" { "why" } } }
            tbody { @for guard in guards { (guard_row(guard)) } }
        } }
    }
}

fn guard_row(guard: &Guard) -> Markup {
    html! {
        tr {
            td { code { (guard.code) } br; (guard.level.to_string()) }
            td { code { (text(&guard.target)) } }
            td {
                @if !guard.detail.is_empty() { (text(&guard.detail)) br; }
                (guard.reason)
                @match (&guard.consent, guard.refuses()) {
                    (Some(consent), _) => { br; "Allowed in " code { (text(&consent.origin.file)) ":" (consent.origin.line) } ": " (text(&consent.reason)) },
                    (None, true) => { br; span.warn { "not allowed" } },
                    (None, false) => {},
                }
            }
        }
    }
}

/// Changes that are declared in `file`, those of a SKU together.
pub(super) fn changes(file: &str, changes: &[PlannedChange]) -> Markup {
    let mut skus: Vec<Option<&str>> = changes.iter().map(|planned| planned.change.sku.as_deref()).collect();
    skus.sort_unstable();
    skus.dedup();
    html! {
        @for sku in skus {
            @if let Some(sku) = sku { h4 { "SKU " (text(sku)) } }
            @for planned in changes.iter().filter(|planned| planned.change.sku.as_deref() == sku) {
                (change(file, planned))
            }
        }
    }
}

fn change(file: &str, planned: &PlannedChange) -> Markup {
    let change = &planned.change;
    let below = change
        .sku
        .as_deref()
        .map_or_else(String::new, |sku| format!("/definition/plans/{}/", sku.replace('~', "~0").replace('/', "~1")));
    let remarks = remarks(file, planned).join(", ");
    let word = match (&change.cause, change.operation) {
        (Cause::Undetermined(_), _) => "cannot be compared",
        (Cause::Unmanaged, _) => "left alone",
        (_, Operation::Add) => "added",
        (_, Operation::Replace) => "changed",
        (_, Operation::Remove) => "removed",
    };
    let value = |sealed: &Option<crate::diff::Sealed>| sealed.as_ref().map(|sealed| sealed.value().clone());
    let shows = !matches!(change.cause, Cause::Undetermined(_));
    html! {
        div.change {
            div { code { (label(change, &below)) } ": " (word) @if !remarks.is_empty() { " " span.faint { "(" (remarks) ")" } } }
            @if shows { (values(change.kind, value(&change.before), value(&change.after))) }
        }
    }
}

fn values(kind: Kind, before: Option<Value>, after: Option<Value>) -> Markup {
    if kind == Kind::Html
        && let (Some(Value::String(old)), Some(Value::String(new))) = (&before, &after)
    {
        let (old_text, new_text) = (words::html_text(old), words::html_text(new));
        return if old_text == new_text {
            html! { p.faint { "The text is the same; only its markup differs." } (texts::sides(old, new)) }
        } else {
            texts::sides(&old_text, &new_text)
        };
    }
    let readable = |value: Option<Value>| match value {
        None => String::new(),
        Some(Value::String(html)) if kind == Kind::Html => words::html_text(&html),
        Some(Value::String(text)) => text,
        Some(other) => serde_json::to_string_pretty(&other).unwrap_or_default(),
    };
    let (is_new, is_gone) = (before.is_none(), after.is_none());
    let (before, after) = (readable(before), readable(after));
    match (is_new, is_gone) {
        (true, true) => html! {},
        (true, false) => html! { div.value.added { (text(&after)) } },
        (false, true) => html! { div.value.removed { (text(&before)) } },
        _ if before.len() <= LONG_TEXT && after.len() <= LONG_TEXT => {
            html! { div.code { del { (text(&before)) } " → " ins { (text(&after)) } } }
        }
        _ => texts::sides(&before, &after),
    }
}

fn prices(prices: &[PriceChange]) -> Markup {
    let amount =
        |amount: &Option<serde_json::Number>| amount.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
    html! {
        h3 { "Prices of SKU " (text(prices.first().map_or("", |price| price.sku.as_str()))) }
        div.wide { table {
            thead { tr { @for head in ["market", "price of", "currency", "before", "after", "change"] { th scope="col" { (head) } } } }
            tbody { @for price in prices { tr {
                td { (text(price.market.as_deref().unwrap_or("all"))) }
                td { (text(&price.unit)) }
                td { (text(price.currency.as_deref().unwrap_or_default())) }
                td.number { (amount(&price.before)) }
                td.number { (amount(&price.after)) }
                td.number { (price.percent_text()) }
            } } }
        } }
    }
}

fn release(offer: &OfferPlan) -> Markup {
    let release = &offer.release;
    if release.is_empty() {
        return html! {};
    }
    let name = |of: Level| level(of);
    html! {
        h3 { "Release: " (name(release.from)) " → " (name(release.to)) }
        ul { @for step in &release.steps { li {
            (step.kind)
            @if let Some(estimate) = &step.estimate { " " span.faint { "(usually " (text(estimate)) ")" } }
        } } }
        @match &release.obstacle {
            Some(Obstacle::Busy(operation)) => p.warn { "The service is busy with something else than this draft: " (text(&operation.to_string())) },
            Some(Obstacle::Failed(failed)) => {
                p.warn { (text(&failed.operation.to_string())) " of this same draft failed; it is not started again by itself." }
                (troubles(&failed.troubles))
            },
            None => {},
        }
    }
}
