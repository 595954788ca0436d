//! What is shown of an offer's plan, and in which part: the same on a terminal, in a comment and on a page.

use std::collections::{BTreeMap, BTreeSet};

use crate::backend::OperationKind;
use crate::diff::{Cause, Change, Doubt, Left};
use crate::offer::layout::is_price_block;
use crate::offer::{IdentityPath, OfferPart};
use crate::plan::{Action, Guard, Level, Note, OfferPlan, Plan, PlannedChange, PriceChange};
use crate::secret::SecretLocation;
use crate::text::counted;

/// How many variables or fields one line names.
const NAMED: usize = 4;

/// How many offers one line names.
const OFFERS: usize = 3;

/// The changes of an offer, sorted into the parts of its plan.
#[derive(Debug, Default)]
pub(super) struct Outline<'a> {
    /// What the plan writes.
    pub(super) written: Vec<Group<'a>>,
    /// What differs and stays as it is, by the reason.
    pub(super) left: Vec<(Reason, Vec<Group<'a>>)>,
    /// What could not be compared: a sentence for each reason.
    pub(super) not_compared: Vec<String>,
}

/// Why a value that differs stays as it is in the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// Somebody edited it in the portal.
    Edited,
    /// It was applied from elsewhere since this branch began.
    Behind,
    /// The offer file says to ignore it.
    Ignored,
    /// No file declares it.
    Unmanaged,
}

impl Reason {
    /// What stands above such values.
    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::Edited => "edited in the portal, left as it is",
            Self::Behind => "applied from elsewhere since this branch started, left alone (update your branch)",
            Self::Ignored => "ignored by the offer file, left as it is",
            Self::Unmanaged => "not declared in any file, left as it is",
        }
    }

    fn of(change: &Change) -> Option<Self> {
        match (&change.left, &change.cause) {
            (Some(Left::KeptDrift), _) => Some(Self::Edited),
            (Some(Left::Behind), _) => Some(Self::Behind),
            (Some(Left::Ignored), _) => Some(Self::Ignored),
            (None, Cause::Unmanaged) => Some(Self::Unmanaged),
            (None, _) => None,
        }
    }
}

/// Changes that stand together: those of the offer, of a SKU, or of a generation of one.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The SKU.
    pub(super) sku: Option<&'a str>,
    /// The generation of the SKU, in offers of core virtual machines.
    pub(super) generation: Option<String>,
    /// The path of the part that the changes are in; the root for the offer.
    pub(super) place: IdentityPath,
    /// The changes, by their place.
    pub(super) changes: Vec<&'a PlannedChange>,
}

impl Group<'_> {
    /// What stands above the group; `None` for the offer itself.
    pub(super) fn heading(&self) -> Option<String> {
        let sku = self.sku?;
        Some(match &self.generation {
            None => format!("SKU {sku}"),
            Some(generation) => format!("SKU {sku}, generation {generation}"),
        })
    }

    /// The change that adds or removes the SKU as a whole, if that is all there is.
    pub(super) fn whole(&self) -> Option<&PlannedChange> {
        match self.changes.as_slice() {
            [one] if one.change.identity == self.place => Some(one),
            _ => None,
        }
    }
}

impl<'a> Outline<'a> {
    /// Sorts the changes of an offer. A price that `prices` holds is left to the table of prices.
    pub(super) fn of(changes: &'a [PlannedChange], prices: &[PriceChange]) -> Self {
        let (unknown, known): (Vec<_>, Vec<_>) =
            changes.iter().partition(|planned| planned.change.left.is_none() && doubt(&planned.change).is_some());
        let (left, written): (Vec<_>, Vec<_>) =
            known.into_iter().partition(|planned| Reason::of(&planned.change).is_some());
        let written: Vec<_> =
            written.into_iter().filter(|planned| !prices.iter().any(|price| is_in(price, &planned.change))).collect();
        let mut by_reason: BTreeMap<Reason, Vec<&PlannedChange>> = BTreeMap::new();
        for planned in left {
            if let Some(reason) = Reason::of(&planned.change) {
                by_reason.entry(reason).or_default().push(planned);
            }
        }
        Self {
            written: grouped(written),
            left: by_reason.into_iter().map(|(reason, changes)| (reason, grouped(changes))).collect(),
            not_compared: not_compared(&unknown),
        }
    }
}

/// Whether there is more to show of an offer than that nothing happens to it.
pub(super) fn is_busy(offer: &OfferPlan) -> bool {
    let shows = |planned: &PlannedChange| planned.change.left.is_some() || doubt(&planned.change).is_none();
    offer.action() != Action::None
        || !offer.release().is_empty()
        || !offer.guards().is_empty()
        || offer.changes().iter().any(shows)
}

/// Whether something of an offer could not be compared.
pub(super) fn is_in_doubt(offer: &OfferPlan) -> bool {
    offer.changes().iter().any(|planned| planned.change.left.is_none() && doubt(&planned.change).is_some())
}

/// How many values of an offer change. A price that stands in both of its blocks is one, as in the table of prices.
pub(super) fn change_count(changes: &[PlannedChange]) -> usize {
    let mut prices = BTreeSet::new();
    let counts = |planned: &&PlannedChange| match price_place(&planned.change) {
        Some(place) => prices.insert(place),
        None => true,
    };
    changes.iter().filter(|planned| planned.change.is_determined()).filter(counts).count()
}

/// Where a price stands, whichever of its blocks it is in; `None` if the change is of something else.
fn price_place(change: &Change) -> Option<Vec<String>> {
    let mut tokens: Vec<String> = change.identity.tokens().collect();
    if !is_price_block(tokens.get(3)?) {
        return None;
    }
    tokens.remove(3);
    Some(tokens)
}

/// Whether the outline says what this note does.
pub(super) fn says(note: &Note) -> bool {
    note.code == "undetermined"
}

/// The change of an offer that a row of the table of prices stands for: it says where the price is declared.
pub(super) fn change_of<'a>(price: &PriceChange, changes: &'a [PlannedChange]) -> Option<&'a PlannedChange> {
    changes.iter().find(|planned| is_in(price, &planned.change))
}

fn doubt(change: &Change) -> Option<&Doubt> {
    match &change.cause {
        Cause::Undetermined(doubt) => Some(doubt),
        _ => None,
    }
}

/// Whether a row of the table of prices says all that this change does.
fn is_in(price: &PriceChange, change: &Change) -> bool {
    if change.sku.as_deref() != Some(price.sku.as_str()) || change.kind != crate::diff::ChangeKind::Value {
        return false;
    }
    let number = |sealed: &Option<crate::diff::RedactedValue>| sealed.as_ref().map(|sealed| sealed.value().clone());
    let amount = |amount: &Option<serde_json::Number>| amount.clone().map(serde_json::Value::Number);
    let tokens: Vec<String> = change.identity.tokens().collect();
    let is_unit = match (tokens.get(3).map(String::as_str), tokens.last()) {
        (Some(block), Some(last)) if is_price_block(block) => *last == price.unit || last == "price",
        _ => false,
    };
    let is_market = match &price.market {
        None => !tokens.iter().any(|token| token == "regionPrices"),
        Some(market) => tokens.contains(market),
    };
    is_unit
        && is_market
        && number(&change.before) == amount(&price.before)
        && number(&change.after) == amount(&price.after)
}

fn grouped(changes: Vec<&PlannedChange>) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<(Option<&str>, Option<String>), Vec<&PlannedChange>> = BTreeMap::new();
    for planned in changes {
        let change = &planned.change;
        groups.entry((change.sku.as_deref(), generation(change))).or_default().push(planned);
    }
    let mut arranged = Vec::with_capacity(groups.len());
    for ((sku, generation), mut changes) in groups {
        changes.sort_by(|one, two| one.change.identity.cmp(&two.change.identity));
        let part = match (sku, &generation) {
            (None, _) => OfferPart::Document,
            (Some(sku), None) => match changes.first().map(|planned| OfferPart::of_path(&planned.change.identity).0) {
                Some(OfferPart::Plan(_) | OfferPart::Plans) => OfferPart::Plan(sku.to_owned()),
                _ => OfferPart::Sku(sku.to_owned()),
            },
            (Some(sku), Some(generation)) => OfferPart::Generation(sku.to_owned(), generation.clone()),
        };
        let place = part.path();
        arranged.push(Group { sku, generation, place, changes });
    }
    arranged
}

/// The generation that a change is inside of.
fn generation(change: &Change) -> Option<String> {
    match OfferPart::of_path(&change.identity) {
        (OfferPart::Generation(_, id), rest) if !rest.is_empty() => Some(id),
        _ => None,
    }
}

/// A sentence for each reason why values could not be compared.
fn not_compared(unknown: &[&PlannedChange]) -> Vec<String> {
    let (mut unset, mut hosted, mut dropped) = (Vec::new(), Vec::new(), Vec::new());
    for planned in unknown {
        match doubt(&planned.change) {
            Some(Doubt::SecretNotSet(reference)) => unset.push((&planned.change, &reference.location)),
            Some(Doubt::Hosted) => hosted.push(&planned.change),
            Some(Doubt::Dropped) => dropped.push(&planned.change),
            None => {}
        }
    }
    let mut sentences = Vec::new();
    if !unset.is_empty() {
        let mut names: Vec<String> = unset.iter().map(|(_, location)| location_name(location)).collect();
        names.sort();
        names.dedup();
        let images = unset.iter().all(|(change, _)| is_image_address(change));
        let what = if images { ("image address", "image addresses") } else { ("value", "values") };
        sentences.push(format!("{} not compared: set {}", counted(unset.len(), what), few(&names)));
    }
    for (changes, why) in
        [(hosted, "the service keeps its own copies"), (dropped, "the service is known to drop this value")]
    {
        if !changes.is_empty() {
            let mut names: Vec<String> = changes.iter().map(|change| last_key(change)).collect();
            names.sort();
            names.dedup();
            let count = counted(changes.len(), ("field", "fields"));
            sentences.push(format!("{count} not compared: {why} ({})", few(&names)));
        }
    }
    sentences
}

fn location_name(location: &SecretLocation) -> String {
    match location {
        SecretLocation::Env(name) => name.clone(),
        SecretLocation::File(path) => format!("the file {path}"),
        SecretLocation::Sas(blob) => {
            blob.key.variable().map_or_else(|| format!("the key of `{}` from Azure", blob.account), ToOwned::to_owned)
        }
    }
}

fn is_image_address(change: &Change) -> bool {
    change.identity.tokens().last().is_some_and(|key| {
        let key = key.to_ascii_lowercase();
        key.ends_with("vhdurl") || key == "uri"
    })
}

/// The last key of a change's place, without its namespace. An address is named by what has it.
fn last_key(change: &Change) -> String {
    let tokens: Vec<_> = change.identity.tokens().collect();
    let key = match tokens.as_slice() {
        [.., owner, key] if *key == "url" => owner,
        [.., key] => key,
        [] => return String::new(),
    };
    key.rsplit_once('.').map_or(key.as_ref(), |(_, name)| name).to_owned()
}

/// The first names of a list, and how many more there are.
fn few(names: &[String]) -> String {
    let first = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len() {
        count if count > NAMED => format!("{first} and {} more", count - NAMED),
        _ => first,
    }
}

/// What the plan means for people who buy. `name` writes the address of an offer.
pub(super) fn customers(plan: &Plan, name: fn(&str) -> String) -> String {
    let with = |kind: OperationKind| -> Vec<&OfferPlan> {
        let has = |offer: &&OfferPlan| offer.release().steps.iter().any(|step| step.kind == kind);
        plan.offers().iter().filter(has).collect()
    };
    let (live, preview) = (with(OperationKind::GoLive), with(OperationKind::Publish));
    let touching = plan
        .offers()
        .iter()
        .flat_map(crate::plan::OfferPlan::guards)
        .filter(|guard| guard.level == Level::Customer)
        .count();
    let touching = match touching {
        0 => String::new(),
        count => {
            format!(" {} who already bought.", counted(count, ("change affects customers", "changes affect customers")))
        }
    };
    if plan.is_empty() {
        "Nothing changes for customers.".to_owned()
    } else if !live.is_empty() {
        format!("Customers get the changes of {}.{touching}", named(&live, name))
    } else if !preview.is_empty() {
        format!("Customers see nothing yet: {} only to the preview.{touching}", goes(&preview, name))
    } else {
        format!("Customers see nothing yet: only drafts change.{touching}")
    }
}

fn named(offers: &[&OfferPlan], name: fn(&str) -> String) -> String {
    let names: Vec<String> = offers.iter().take(OFFERS).map(|offer| name(&offer.address().to_string())).collect();
    match offers.len() {
        1 => names.concat(),
        count if count > OFFERS => format!("{count} offers"),
        _ => names.join(" and "),
    }
}

fn goes(offers: &[&OfferPlan], name: fn(&str) -> String) -> String {
    let verb = if offers.len() == 1 { "goes" } else { "go" };
    format!("{} {verb}", named(offers, name))
}

/// What a guard says about an offer. The prices that trip it stand in the table of prices, with its code, and not here again.
pub(super) fn detail<'g>(guard: &'g Guard, offer: Option<&OfferPlan>) -> &'g str {
    let is_in_table = |offer: &OfferPlan| {
        let mut of_guard = offer.prices().iter().filter(|price| price.guard == Some(guard.code));
        of_guard.any(|price| guard.target == format!("{}/{}", offer.address(), price.sku))
    };
    if offer.is_some_and(is_in_table) { "see its prices below" } else { &guard.detail }
}

/// The prices of a table that has room for `room` of them: those that trip a guard first, where not all fit.
pub(super) fn most_important<T>(prices: &[T], room: usize, price: impl Fn(&T) -> &PriceChange) -> Vec<&T> {
    let mut shown: Vec<&T> = prices.iter().collect();
    if shown.len() > room {
        shown.sort_by_key(|row| price(row).guard.is_none());
        shown.truncate(room);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_that_trip_a_guard_are_shown_where_not_all_fit() {
        let price = |unit: &str, guard| PriceChange {
            sku: "one".to_owned(),
            market: None,
            unit: unit.to_owned(),
            currency: None,
            before: None,
            after: None,
            guard,
        };
        let all = [price("1core", None), price("2core", None), price("4core", Some("price-raised"))];
        let shown = |room| most_important(&all, room, |price| price).into_iter().map(|price| price.unit.as_str());
        assert_eq!(shown(2).collect::<Vec<_>>(), ["4core", "1core"]);
        assert_eq!(shown(3).collect::<Vec<_>>(), ["1core", "2core", "4core"], "all fit");
    }
}
