//! A plan as the comment on a pull request: what customers get, what needs somebody, and each offer with its changes to unfold.

use super::page::{Page, code, html};
use super::{PLAN_MARKER, differences, row_of_offer};
use crate::plan::release::Obstacle;
use crate::plan::{Guard, OfferPlan, Plan, PriceChange, Remedy};
use crate::render::human::{Newer, last_line, level, unsettled, word};
use crate::render::outline::{self, Outline, Reason};
use crate::render::visible;
use crate::text::counted;

/// How many prices the table has; the HTML report and the JSON have all.
const PRICES: usize = 40;

/// A plan.
#[must_use]
pub fn plan(plan: &Plan) -> Page {
    let busy: Vec<&OfferPlan> = plan.offers().iter().filter(|offer| outline::is_busy(offer)).collect();
    let rows: Vec<[String; 4]> = busy.iter().map(|offer| row_of_offer(offer)).collect();
    let mut page = Page::new(PLAN_MARKER, "offerform plan");
    page.paragraph(&format!("**{}**", outline::customers(plan, code)));
    page.paragraph(&last_line(plan.summary()));
    page.report();
    refusal(plan, &mut page);
    page.table(["offer", "action", "changes", "release"], &rows);
    guards(plan, &mut page);
    prices(&busy, &mut page);
    for offer in &busy {
        section(offer, &mut page);
    }
    not_managed(plan, &mut page);
    page
}

/// Why apply would not run the plan.
fn refusal(plan: &Plan, page: &mut Page) {
    let refusing = all_guards(plan).filter(|(_, guard)| guard.refuses()).count();
    let mut reasons = Vec::new();
    if refusing > 0 {
        reasons.push(counted(refusing, ("guard is not allowed", "guards are not allowed")));
    }
    for offer in plan.offers() {
        let address = code(&offer.address().to_string());
        reasons.extend(offer.errors().iter().map(|error| {
            format!("{address} would be written with an error ({}): {}", code(error.code), code(&error.message))
        }));
        let conflicts = offer.conflicts().count();
        if conflicts > 0 {
            let values = counted(conflicts, ("value was", "values were"));
            reasons.push(format!(
                "{values} of {address} changed in the files and in the portal: make them agree, or pass `--overwrite-conflicts`"
            ));
        }
        match &offer.release().obstacle {
            Some(Obstacle::Busy(operation)) => reasons.push(format!(
                "{address} is busy with {}: pass `--if-publishing` with `wait`, `skip` or `cancel`",
                code(&operation.to_string())
            )),
            Some(Obstacle::Unsettled(places)) => reasons.push(format!(
                "{address} is {}: run `offerform adopt`, or pass `--drift revert`",
                html(&unsettled(places))
            )),
            Some(Obstacle::Failed(failed)) => reasons.push(format!(
                "{} of this draft of {address} has failed: correct the offer, or pass `--retry-publish`",
                code(&failed.operation.to_string())
            )),
            None => {}
        }
    }
    match reasons.as_slice() {
        [] => {}
        [one] => page.paragraph(&format!("`apply` will refuse this plan: {one}.")),
        many => {
            page.paragraph("`apply` will refuse this plan:");
            page.list(many);
        }
    }
}

fn all_guards(plan: &Plan) -> impl Iterator<Item = (Option<&OfferPlan>, &Guard)> {
    let of_offers = plan.offers().iter().flat_map(|offer| offer.guards().iter().map(move |guard| (Some(offer), guard)));
    plan.guards().iter().map(|guard| (None, guard)).chain(of_offers)
}

/// The guards by what is to be done about them.
fn guards(plan: &Plan, page: &mut Page) {
    let refusing: Vec<String> =
        all_guards(plan).filter(|(_, guard)| guard.refuses()).map(|(offer, guard)| to_settle(offer, guard)).collect();
    let allowed: Vec<String> = all_guards(plan)
        .filter(|(_, guard)| guard.allowed && guard.remedy != Remedy::NotNeeded)
        .map(|(offer, guard)| passed(offer, guard))
        .collect();
    let warnings: Vec<String> = all_guards(plan)
        .filter(|(_, guard)| guard.remedy == Remedy::NotNeeded)
        .map(|(offer, guard)| what(offer, guard))
        .collect();
    for (heading, entries) in [("Guards", refusing), ("Allowed guards", allowed), ("Warnings", warnings)] {
        if !entries.is_empty() {
            page.paragraph(&format!("### {heading}"));
            page.list(&entries);
        }
    }
}

/// What a guard is about, and why it is there.
fn what(offer: Option<&OfferPlan>, guard: &Guard) -> String {
    let detail = match outline::detail(guard, offer) {
        "" => String::new(),
        detail if detail == guard.detail => format!(": {}", code(detail)),
        pointing => format!(": {pointing}"),
    };
    let (level, name, target) = (guard.level, code(guard.code), code(&guard.target));
    format!("**{level}** {name} for {target}{detail}<br>{}.", capital(guard.reason))
}

fn to_settle(offer: Option<&OfferPlan>, guard: &Guard) -> String {
    let how = match (guard.remedy, offer) {
        (Remedy::None | Remedy::NotNeeded, _) => "It cannot be allowed.".to_owned(),
        (Remedy::Allow, None) => format!("Allow it with {}.", code(&format!("--allow {}", guard.name()))),
        (Remedy::Allow, Some(offer)) => format!(
            "Allow it with {}, or under `reconcile.allow` in {}, with a reason.",
            code(&format!("--allow {}", guard.name())),
            code(&offer.desired().file)
        ),
    };
    format!("{}<br>{how}", what(offer, guard))
}

fn passed(offer: Option<&OfferPlan>, guard: &Guard) -> String {
    let by = match &guard.consent {
        Some(consent) => format!(
            "Allowed in {}: {}",
            code(&format!("{}:{}", consent.origin.file, consent.origin.line)),
            code(&consent.reason)
        ),
        None => "Allowed with `--allow`.".to_owned(),
    };
    format!("{}<br>{by}", what(offer, guard))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// All prices that change, in one table.
fn prices(offers: &[&OfferPlan], page: &mut Page) {
    let all: Vec<(&OfferPlan, &PriceChange)> =
        offers.iter().flat_map(|offer| offer.prices().iter().map(move |price| (*offer, price))).collect();
    if all.is_empty() {
        return;
    }
    page.paragraph("### Prices");
    let shown = outline::most_important(&all, PRICES, |(_, price)| price);
    let rows: Vec<[String; 6]> = shown.into_iter().map(|(offer, price)| row_of_price(offer, price)).collect();
    page.table(["SKU", "market", "price of", "before", "after", "change"], &rows);
    if all.len() > PRICES {
        page.paragraph(&format!(
            "{}; the HTML report lists all.",
            counted(all.len() - PRICES, ("more price changes", "more prices change"))
        ));
    }
}

fn row_of_price(offer: &OfferPlan, price: &PriceChange) -> [String; 6] {
    let currency = price.currency.as_ref().map_or_else(String::new, |currency| format!(" {currency}"));
    let amount = |amount: &Option<serde_json::Number>| {
        amount.as_ref().map_or_else(|| "–".to_owned(), |amount| code(&format!("{amount}{currency}")))
    };
    [
        code(&format!("{}/{}", offer.address(), price.sku)),
        price.market.as_deref().map_or_else(|| "all".to_owned(), code),
        code(&price.unit),
        amount(&price.before),
        amount(&price.after),
        price.remark(),
    ]
}

/// An offer with its changes to unfold; what stays as it is in the portal is set apart from what the plan writes.
fn section(offer: &OfferPlan, page: &mut Page) {
    let outline = Outline::of(offer.changes(), offer.prices());
    let address = html(&offer.address().to_string());
    let (file, kind) = (code(&offer.desired().file), code(offer.offer_type().as_str()));
    let notes = notes(offer, &outline);
    if !outline.written.is_empty() || !notes.is_empty() {
        let patch = differences::patch(&outline.written, &offer.desired().file, Newer::Files);
        let below = format!("From {file}, {kind}.\n\n{notes}");
        page.unfold(&format!("{address}: {}", word(offer)), "diff", &patch, &below);
    }
    for (reason, groups) in &outline.left {
        let patch = differences::patch(groups, &offer.desired().file, Newer::Portal);
        page.unfold(&format!("{address}: {}", reason.heading()), "diff", &patch, &settle(*reason));
    }
}

/// What to do about values that stay as they are.
fn settle(reason: Reason) -> String {
    match reason {
        Reason::Edited => {
            "`-` is in the file, `+` is in the portal. `offerform adopt` writes the portal's values into the files.\n\n"
        }
        Reason::Behind => "`-` is in the file, `+` is in the portal. Update your branch to see them in its files.\n\n",
        Reason::Ignored | Reason::Unmanaged => "",
    }
    .to_owned()
}

/// What else there is to say of an offer: its release, what could not be compared, and notes.
fn notes(offer: &OfferPlan, outline: &Outline<'_>) -> String {
    let mut entries = Vec::new();
    if !offer.release().steps.is_empty() {
        let steps: Vec<String> = offer.release().steps.iter().map(|step| step.kind.to_string()).collect();
        let usually: Vec<&str> = offer.release().steps.iter().filter_map(|step| step.estimate.as_deref()).collect();
        let usually =
            if usually.is_empty() { String::new() } else { format!(", usually {}", code(&usually.join(", "))) };
        let (from, to) = (level(offer.release().from), level(offer.release().to));
        entries.push(format!("release: {from} → {to} by {}{usually}", steps.join(", then ")));
    }
    entries.extend(outline.not_compared.iter().map(|sentence| code(sentence)));
    entries.extend(offer.notes().iter().filter(|note| !outline::says(note)).map(|note| code(&note.text)));
    if entries.is_empty() { String::new() } else { format!("* {}\n\n", entries.join("\n* ")) }
}

/// Offers that the files of the base declare and those of this change do not.
fn not_managed(plan: &Plan, page: &mut Page) {
    let Some(base) = plan.base() else { return };
    let entries: Vec<String> = base
        .no_longer_managed
        .iter()
        .map(|(address, file)| {
            let address = code(&visible(&address.to_string()));
            format!("{address} is no longer managed and stays in the portal as it is (was in {})", code(file))
        })
        .collect();
    if !entries.is_empty() {
        page.list(&entries);
    }
}
