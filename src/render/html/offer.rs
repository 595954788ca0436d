//! One offer in the report: its guards, what changes, prices, release, notes, and the listing.

use std::collections::BTreeSet;

use maud::{Markup, html};
use serde_json::Value;

use super::{failed_steps, listing, sheet, text, texts};
use crate::diff::{Cause, ChangeKind, Operation};
use crate::offer::IdentityPath;
use crate::plan::release::{Level, Obstacle};
use crate::plan::{Action, Guard, OfferPlan, PlannedChange, PriceChange, Remedy};
use crate::render::human::{Newer, Sides, label, level, remarks, unsettled, value_lines, word};
use crate::render::outline::{self, Group, Outline};
use crate::render::words;

/// Texts longer than this are shown side by side.
const LONG_TEXT: usize = 40;

/// The section of an offer. The hosts of pictures that it shows are added to `hosts`.
pub(super) fn section(offer: &OfferPlan, newer: Newer, hosts: &mut BTreeSet<String>) -> Markup {
    let summary = html! {
        strong { (text(&offer.address().to_string())) } ": " (word(offer))
        " " span.faint { (text(offer.offer_type().as_str())) ", from " code { (text(&offer.desired().file)) } }
        @if offer.is_blocked() { " " span.warn { "apply will refuse it" } }
    };
    let body = html! {
        @if !offer.guards().is_empty() { h3 { "Guards" } (guards(Some(offer), &offer.guards().iter().collect::<Vec<_>>())) }
        (outline(&offer.desired().file, &Outline::of(offer.changes(), offer.prices()), newer))
        @for sku in offer.prices().chunk_by(|one, two| one.sku == two.sku) { (prices(sku)) }
        (release(offer))
        @for note in offer.notes().iter().filter(|note| !outline::says(note)) { p.faint { "Note: " (text(&note.text)) } }
        (listing::both(offer, hosts))
    };
    sheet::section(&kinds(offer), &summary, &body)
}

/// What an offer is found by.
fn kinds(offer: &OfferPlan) -> Vec<&'static str> {
    let action = match offer.action() {
        Action::Create => Some("create"),
        Action::Update => Some("update"),
        Action::None => None,
    };
    let release = (!offer.release().steps.is_empty()).then_some("release");
    let yes = offer.is_blocked().then_some("yes");
    [action, release, yes].into_iter().flatten().collect()
}

/// Guards, those that refuse the plan first: what happens, why that matters, how to allow it, and where that is said.
pub(super) fn guards(offer: Option<&OfferPlan>, guards: &[&Guard]) -> Markup {
    let (refusing, others): (Vec<&Guard>, Vec<&Guard>) = guards.iter().partition(|guard| guard.refuses());
    html! {
        @for guard in refusing.into_iter().chain(others) { (one_guard(offer, guard)) }
    }
}

fn one_guard(offer: Option<&OfferPlan>, guard: &Guard) -> Markup {
    let class = if guard.refuses() { "guard refuses" } else { "guard" };
    html! {
        div class=(class) {
            p { strong { (guard.level.to_string()) } " " code { (guard.code) } " for " code { (text(&guard.target)) } }
            @let detail = outline::detail(guard, offer);
            @if !detail.is_empty() { p { (text(detail)) } }
            p { (capital(guard.reason)) "." }
            @match (&guard.consent, guard.refuses(), guard.remedy) {
                (Some(consent), ..) => p { "Allowed in " code { (text(&consent.origin.file)) ":" (consent.origin.line) } ": " (text(&consent.reason)) },
                (None, true, Remedy::None) => p.warn { "It cannot be allowed." },
                (None, true, _) => p {
                    span.warn { "Not allowed." } " Allow it with " code { "--allow " (text(&guard.name())) }
                    @if let Some(offer) = offer { ", or under " code { "reconcile.allow" } " in " code { (text(&offer.desired().file)) } ", with a reason" }
                    "."
                },
                (None, false, Remedy::NotNeeded) => p.faint { "A warning: nothing has to be allowed." },
                (None, false, _) => p { "Allowed with " code { "--allow" } "." },
            }
            p.faint { "Source: " @for (position, source) in guard.source.split("; ").enumerate() {
                @if position > 0 { ", " } code { (source) }
            } }
        }
    }
}

/// All parts of an outline, for an offer that is declared in `file`.
pub(super) fn outline(file: &str, outline: &Outline<'_>, newer: Newer) -> Markup {
    html! {
        @if !outline.written.is_empty() { h3 { "Changes" } (groups(file, &outline.written, newer)) }
        @for (reason, left) in &outline.left { h3 { (capital(reason.heading())) } (groups(file, left, Newer::Portal)) }
        @for sentence in &outline.not_compared { p.faint { (text(sentence)) } }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn groups(file: &str, groups: &[Group<'_>], newer: Newer) -> Markup {
    html! {
        @for group in groups {
            @if let (Some(heading), None) = (group.heading(), group.whole()) { h4 { (text(&heading)) } }
            @for planned in &group.changes { (change(file, planned, &group.place, newer)) }
        }
    }
}

fn change(file: &str, planned: &PlannedChange, below: &IdentityPath, newer: Newer) -> Markup {
    let change = &planned.change;
    let sides = Sides::of(change, newer);
    let remarks = remarks(file, planned, newer).join(", ");
    let word = match (&change.cause, sides.operation) {
        (Cause::Unmanaged, _) => "not declared",
        (_, Operation::Add) => "added",
        (_, Operation::Replace) => "changed",
        (_, Operation::Remove) => "removed",
    };
    html! {
        div.change {
            div { code { (label(change, below)) } ": " (word) @if !remarks.is_empty() { " " span.faint { "(" (remarks) ")" } } }
            (values(change.kind, sides.before, sides.after))
        }
    }
}

fn values(kind: ChangeKind, before: Option<Value>, after: Option<Value>) -> Markup {
    if kind == ChangeKind::Html
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
        Some(Value::String(html)) if kind == ChangeKind::Html => words::html_text(&html),
        Some(Value::String(text)) => text,
        Some(other) => value_lines(&other).join("\n"),
    };
    let (is_new, is_gone) = (before.is_none(), after.is_none());
    let (before, after) = (readable(before), readable(after));
    match (is_new, is_gone) {
        (true, true) => html! {},
        (true, false) => one_side(&after, "added"),
        (false, true) => one_side(&before, "removed"),
        _ if before.len() <= LONG_TEXT && after.len() <= LONG_TEXT => {
            html! { div.code { del { (text(&before)) } " → " ins { (text(&after)) } } }
        }
        _ => texts::sides(&before, &after),
    }
}

/// A value that appears or goes away.
fn one_side(value: &str, class: &str) -> Markup {
    html! { div class={ "value " (class) } { (text(value)) } }
}

/// One side of a price, with its currency.
fn amount(price: &PriceChange, amount: Option<&serde_json::Number>) -> String {
    let currency = price.currency.as_deref().map_or_else(String::new, |currency| format!(" {}", text(currency)));
    amount.map_or_else(|| "–".to_owned(), |amount| format!("{amount}{currency}"))
}

fn prices(prices: &[PriceChange]) -> Markup {
    html! {
        h3 { "Prices of SKU " (text(prices.first().map_or("", |price| price.sku.as_str()))) }
        div.wide { table {
            thead { tr { @for head in ["market", "price of"] { th scope="col" { (head) } } @for head in ["before", "after", "change"] { th.number scope="col" { (head) } } } }
            tbody { @for price in prices { tr {
                td { (text(price.market.as_deref().unwrap_or("all"))) }
                td { (text(&price.unit)) }
                td.number { (amount(price, price.before.as_ref())) }
                td.number { (amount(price, price.after.as_ref())) }
                td.number { (price.remark()) }
            } } }
        } }
    }
}

fn release(offer: &OfferPlan) -> Markup {
    let release = offer.release();
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
            Some(Obstacle::Busy(operation)) => p.warn { "The service is busy with another draft: " (text(&operation.to_string())) },
            Some(Obstacle::Unsettled(places)) => p.warn { (text(&unsettled(places))) },
            Some(Obstacle::Failed(failed)) => {
                p.warn { (text(&failed.operation.to_string())) " of this draft failed. It is started again only with --retry-publish." }
                (failed_steps(&failed.steps))
            },
            None => {},
        }
    }
}
