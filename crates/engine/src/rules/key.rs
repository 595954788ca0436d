//! Keys that nobody knows, and keys that only look like one that is known.
//!
//! Guards and rules find a field by its whole key. A key that looks like such a field to a reader, and is none, would be sent and
//! not be judged, so it is an error.

use super::finding::Found;
use super::place::Part;
use super::subject::Offer;
use super::vocabulary::{Here, SOURCE, Shape, Stranger, Visited, visit};
use super::{Rule, Types};
use crate::diagnostic::nearest;
use crate::offer::OfferTypeId;
use crate::offer::fields::{Comparison, FieldTable};
use crate::offer::layout::{Holder, Layout, fields};

/// The rule about unknown keys. It has nothing to add where another rule says something about the same key.
pub(super) const KNOWN: &str = "key-known";

pub(super) const RULES: &[Rule] = &[
    Rule::error("key-spelling", Types::KNOWN, spelling).text(
        "a publicly known key is spelled exactly, including letter case, without blanks or other characters",
        "rename it: guards and rules do not check other spellings",
        SOURCE,
    ),
    Rule::error("key-namespace", Types::KNOWN, namespaces).text(
        "a key that ends with the name of a field that guards and rules check is in the namespace of that field",
        "rename it if you mean this field; if the service really has such a key, silence this rule for it",
        SOURCE,
    ),
    Rule::warning(KNOWN, Types::KNOWN, keys).inferred().text(
        "in namespaces whose keys are all publicly known, a key is one of them",
        "it is sent as it is; if the service accepts it, silence this rule for it",
        SOURCE,
    ),
];

fn keys(offer: &Offer<'_>, found: &mut Found) {
    strangers(offer, &mut |here, key, stranger| {
        if stranger.is_unknown {
            let finding = found.at(&here.field(), format!("unknown key `{key}`")).by_key();
            if let Some(near) = nearest(key, stranger.shape.keys()) {
                finding.help(format!("did you mean `{near}`? it is sent as it is"));
            }
        }
    });
}

fn spelling(offer: &Offer<'_>, found: &mut Found) {
    strangers(offer, &mut |here, key, stranger| {
        if let Some(known) = misspelled(key, stranger.shape)
            && !is_server_owned(offer, here, known)
        {
            let message = format!("`{key}` is not `{known}`, and the service distinguishes the two");
            found.at(&here.field(), message).by_key().help(format!("write `{known}`"));
        }
    });
}

fn namespaces(offer: &Offer<'_>, found: &mut Found) {
    let Some(id) = offer.kind.id() else { return };
    let layout = Layout::of(&OfferTypeId::new(id));
    strangers(offer, &mut |here, key, stranger| {
        let Some(holder) = holder(here.steps) else { return };
        let name = folded(key.rsplit_once('.').map_or(key, |(_, name)| name));
        let is_known = stranger.is_in_open_namespace || misspelled(key, stranger.shape).is_some();
        let mut meant = fields()
            .filter(|field| field.holder == holder && folded(field.name) == name)
            .map(|field| layout.key(field));
        // A field may be known by more than one key, such as images by cloud.
        if let Some(known) = meant.next().filter(|known| !is_known && known != key) {
            let message = format!("`{key}` is another field than `{known}`, and guards do not check it");
            found.at(&here.field(), message).by_key();
        }
    });
}

/// What to do with a member whose key is none of those that are known.
type Meet<'m> = dyn FnMut(&Here<'_, '_>, &str, Stranger<'_>) + 'm;

fn strangers(offer: &Offer<'_>, meet: &mut Meet<'_>) {
    visit(offer, &mut |here, seen| {
        if let (Visited::Stranger(stranger), Some(Part::Key(key))) = (seen, here.steps.last()) {
            meet(here, key, stranger);
        }
    });
}

/// The known key that `key` is when case, blanks and signs do not count.
fn misspelled<'s>(key: &str, shape: &'s Shape) -> Option<&'s str> {
    let key = folded(key);
    shape.keys().find(|known| folded(known) == key)
}

/// The service writes what it sets itself in different cases, and ignores it in a request.
fn is_server_owned(offer: &Offer<'_>, here: &Here<'_, '_>, known: &str) -> bool {
    let Some(id) = offer.kind.id() else { return false };
    let table = FieldTable::of(&OfferTypeId::new(id));
    let outer = here.steps.split_last().map_or(&[][..], |(_, outer)| outer);
    let place = outer.iter().fold(table.root(), |place, step| match step {
        Part::Key(key) => place.key(key),
        Part::Index(_) => place.element(),
    });
    place.key(known).field().comparison == Comparison::ServerOwned
}

/// What the mapping is whose member is at `steps`.
fn holder(steps: &[Part<'_>]) -> Option<Holder> {
    let key = |part: &Part<'_>, name: &str| matches!(part, Part::Key(key) if key == name);
    match steps {
        [_, offer, _] if key(offer, "offer") => Some(Holder::Offer),
        [_, plans, _, _] if key(plans, "plans") => Some(Holder::Sku),
        [_, plans, _, generations, _, _] if key(plans, "plans") && key(generations, "diskGenerations") => {
            Some(Holder::Sku)
        }
        _ => None,
    }
}

/// A key in which case, blanks and signs do not count.
fn folded(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric() || *c == '.').flat_map(char::to_lowercase).collect()
}
