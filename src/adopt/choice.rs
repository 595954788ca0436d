//! Which differences are written back: those that somebody made in the portal, at the place that is meant.

use std::borrow::Cow;

use crate::desired::Desired;
use crate::diagnostic::nearest;
use crate::diff::{Cause, Change};
use crate::manifest::{dotted, is_namespace};
use crate::offer::canonical::{Form, View};
use crate::offer::fields::FieldTable;
use crate::offer::locate::step;
use crate::offer::{OfferTypeId, Pointer};

/// What is wanted of the differences.
#[derive(Debug, Clone)]
pub struct Filter {
    /// What is known of who made them.
    pub before: Before,
    /// Only what is here, or below: in the form of the API, or below a namespace.
    pub place: Option<Pointer>,
    /// What becomes of what was changed on both sides.
    pub conflicts: Conflicts,
}

/// Whether it is known what the files declared before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// It is: edits in the portal are distinguished from changes of the files.
    Known,
    /// It is not: every difference counts as an edit in the portal.
    Unknown,
}

/// What becomes of a value that was changed here and in the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflicts {
    /// It stays as the files have it.
    Left,
    /// It becomes what the portal has.
    Taken,
}

/// What is done about a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The live value is written into the files.
    Adopt,
    /// It was changed here, too, and is left.
    Conflict,
    /// Nothing: the files say so on purpose, or it is not meant.
    Nothing,
}

impl Filter {
    /// What is done about a change, whose place in the live document is `path`.
    #[must_use]
    pub fn choice(&self, offer_type: &OfferTypeId, change: &Change, path: &Pointer) -> Choice {
        if !change.is_determined() || !self.means(offer_type, change, path) {
            return Choice::Nothing;
        }
        match (&change.cause, self.before, self.conflicts) {
            (Cause::Declared, Before::Unknown, _)
            | (Cause::Drift, Before::Known, _)
            | (Cause::Conflict, _, Conflicts::Taken) => Choice::Adopt,
            (Cause::Conflict, _, Conflicts::Left) => Choice::Conflict,
            _ => Choice::Nothing,
        }
    }

    /// Whether a change is at the place, or below it.
    #[must_use]
    pub fn means(&self, offer_type: &OfferTypeId, change: &Change, path: &Pointer) -> bool {
        let Some(place) = &self.place else { return true };
        let place = dotted(place, offer_type.as_str());
        // All keys of a namespace are below it, as they are in a file.
        let namespace = place.tokens().last().filter(|last| is_namespace(last, offer_type.as_str()));
        let start = namespace.map(|_| format!("{place}."));
        let is_here =
            |at: &Pointer| at.is_within(&place) || start.as_deref().is_some_and(|start| at.as_str().starts_with(start));
        // A person may write either path.
        Pointer::parse(change.identity.as_str()).is_some_and(|identity| is_here(&identity)) || is_here(path)
    }
}

/// Where a place leads in what an offer declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lead {
    /// The place leads to something.
    There,
    /// Nowhere; a place that is there and is written nearly like it, if there is one.
    Nowhere(Option<Pointer>),
}

/// Follows a place, by positions or through identities, into what an offer declares.
#[must_use]
pub fn lead(offer: &Desired, place: &Pointer) -> Lead {
    let offer_type = offer.offer_type.as_str();
    let document = offer.document.working_copy();
    let mut view = View::new(FieldTable::of(&offer.offer_type).root(), document.content());
    let mut there = Pointer::root();
    let tokens: Vec<String> = dotted(place, offer_type).tokens().collect();
    for (depth, token) in tokens.iter().enumerate() {
        if let Some(next) = step(view, token).map(|(_, next)| next).or_else(|| by_position(view, token)) {
            view = next;
            there = there.key(token);
            continue;
        }
        let names = names(&view.form());
        let rest = &tokens[depth + 1..];
        if rest.is_empty() && is_namespace(token, offer_type) {
            let start = format!("{token}.");
            if names.iter().any(|name| name.starts_with(&start)) {
                return Lead::There;
            }
        }
        let near = nearest(token, names.iter().map(AsRef::as_ref)).map(|near| there.key(near));
        return Lead::Nowhere(near.map(|near| rest.iter().fold(near, |at, token| at.key(token))));
    }
    Lead::There
}

/// The element of a list at a position.
fn by_position<'a>(list: View<'a>, token: &str) -> Option<View<'a>> {
    let element = list.value.as_array()?.get(token.parse::<usize>().ok()?)?;
    Some(View::new(list.place.element(), element))
}

/// What could have been written in place of a part that leads nowhere.
fn names<'a>(form: &Form<'a>) -> Vec<Cow<'a, str>> {
    match form {
        Form::Map(members) => members.keys().map(|key| Cow::Borrowed(key.as_str())).collect(),
        Form::Keyed(elements) => elements.keys().cloned().collect(),
        Form::Set(elements) => elements.keys().cloned().collect(),
        Form::Sequence(_) | Form::Scalar => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desired::{self, NoVariables};
    use crate::source::MemoryTree;

    const OFFER: &str = "publisherId: contoso
id: fw
offerTypeId: microsoft-azure-virtualmachines
definition:
  displayText: Firewall
  offer:
    microsoft-azure-marketplace: { title: Firewall, summary: Filters }
  plans:
    - planId: standard
      regions: [US, NO]
      microsoft-azure-virtualmachines: { recommendedVMSizes: [d2s-standard-v3] }
";

    #[test]
    fn a_place_leads_to_what_is_declared_or_to_what_it_was_meant_to_be() {
        let tree = MemoryTree::default().with("a.yaml", OFFER);
        let offer = desired::load(&tree, &["a.yaml".to_owned()], &NoVariables).desired.remove(0);
        let market = "/definition/offer/microsoft-azure-marketplace";
        for (place, expected) in [
            ("", Ok(())),
            ("/definition/offer", Ok(())),
            (market, Ok(())),
            (&format!("{market}.title"), Ok(())),
            (&format!("{market}/title"), Ok(())),
            ("/definition/plans/standard/regions/NO", Ok(())),
            ("/definition/plans/0/regions/1", Ok(())),
            ("/definition/plans/0/microsoft-azure-virtualmachines", Ok(())),
            ("/definition/plans/standard/microsoft-azure-virtualmachines/recommendedVMSizes/0", Ok(())),
            ("/definition/ofer", Err("/definition/offer")),
            ("/definition/ofer/x", Err("/definition/offer/x")),
            (&format!("{market}/titel"), Err("/definition/offer/microsoft-azure-marketplace.title")),
            ("/definition/plans/standart/regions", Err("/definition/plans/standard/regions")),
            ("/definition/plans/1", Err("")),
            ("/definition/offer/microsoft-azure-other", Err("")),
            ("/definition/displayText/0", Err("")),
        ] {
            let expected = match expected {
                Ok(()) => Lead::There,
                Err(near) => Lead::Nowhere(Pointer::parse(near).filter(|_| !near.is_empty())),
            };
            assert_eq!(lead(&offer, &Pointer::parse(place).unwrap()), expected, "{place}");
        }
    }
}
