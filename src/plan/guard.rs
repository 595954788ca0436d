//! Reasons why a plan needs somebody's yes.
//!
//! Guards belong to the plan: they are found from documents, shown with everything else, and refused by apply until they
//! are allowed by code *and* target.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use crate::desired::Desired;
use crate::diff::{Change, Operation};
use crate::offer::fields::{Comparison, FieldTable, Place};
use crate::offer::{Document, Pointer};

/// How serious a guard is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The service refuses it, or it cannot be expressed. Nobody can allow it.
    Block,
    /// Accepted once, it cannot be undone.
    OneWay,
    /// It touches people who already bought.
    Customer,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Block => "BLOCK",
            Self::OneWay => "ONE-WAY",
            Self::Customer => "CUSTOMER",
        })
    }
}

/// One kind of guard: what `docs/errors-and-exit-codes.md` lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The stable name.
    pub code: &'static str,
    /// How serious it is.
    pub level: Level,
    /// Why it needs a yes.
    pub reason: &'static str,
    /// Where that is said, publicly.
    pub source: &'static str,
}

/// The offer's type changes.
pub const OFFER_TYPE_CHANGED: Kind = Kind {
    code: "offer-type-changed",
    level: Level::Block,
    reason: "the type of an existing offer cannot change; make a new offer",
    source: "articles/marketplace/includes/change-offer-type.md",
};

/// A SKU goes away.
pub const SKU_REMOVAL: Kind = Kind {
    code: "sku-removal",
    level: Level::Customer,
    reason: "nobody can buy the SKU any more after the next publish, and scale sets that use it cannot grow",
    source: "articles/marketplace/cloud-partner-portal/manage-offers/cpp-delete-offer.md",
};

/// No SKU is left.
pub const LAST_SKU_REMOVAL: Kind = Kind {
    code: "last-sku-removal",
    level: Level::Block,
    reason: "an offer keeps at least one SKU; stop selling the offer in the portal instead",
    source: "articles/marketplace/azure-vm-create-certification-faq.md",
};

/// A PUT would erase a secret that the portal has and no file declares.
pub const SECRET_NOT_DECLARED: Kind = Kind {
    code: "secret-not-declared",
    level: Level::OneWay,
    reason: "the service never returns this secret, so a PUT that does not declare it erases it",
    source: "articles/marketplace/cloud-partner-portal-api-retrieve-specific-offer.md",
};

/// Prices by region are declared for one currency table only.
pub const REGION_PRICES_ONE_BLOCK: Kind = Kind {
    code: "region-prices-one-block",
    level: Level::Block,
    reason: "the two price blocks use different currencies in many regions: declare `regionPrices` in both",
    source: "articles/marketplace/cloud-partner-portal-api-setting-price.md",
};

/// Every kind of guard there is.
pub const KINDS: &[Kind] =
    &[OFFER_TYPE_CHANGED, SKU_REMOVAL, LAST_SKU_REMOVAL, SECRET_NOT_DECLARED, REGION_PRICES_ONE_BLOCK];

/// A guard of one plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// The stable name of its kind.
    pub code: &'static str,
    /// How serious it is.
    pub level: Level,
    /// What it is about: `publisher/offer`, and a SKU or field behind it.
    pub target: String,
    /// Why it needs a yes.
    pub reason: &'static str,
    /// Where that is said, publicly.
    pub source: &'static str,
    /// Whether it was allowed.
    pub allowed: bool,
}

impl Guard {
    fn new(kind: Kind, target: String) -> Self {
        Self { code: kind.code, level: kind.level, target, reason: kind.reason, source: kind.source, allowed: false }
    }

    /// Whether apply refuses because of it.
    #[must_use]
    pub fn refuses(&self) -> bool {
        !self.allowed
    }

    /// `code:target`, as it is given to `--allow`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.code, self.target)
    }
}

/// Somebody's yes to one guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    code: String,
    target: String,
}

impl Allowance {
    /// Whether it is a yes to `guard`.
    #[must_use]
    pub fn names(&self, guard: &Guard) -> bool {
        self.code == guard.code && self.target == guard.target
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.code, self.target)
    }
}

/// The text is not of the form `CODE:TARGET`, or there is no such code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseAllowanceError {
    /// There is no colon, or nothing on one side of it.
    #[error("`{0}` is not of the form `CODE:TARGET`, such as `sku-removal:contoso/firewall/standard`")]
    Form(String),
    /// No guard has this code.
    #[error("there is no guard `{0}`")]
    Code(String),
}

impl FromStr for Allowance {
    type Err = ParseAllowanceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some((code, target)) if !code.is_empty() && !target.is_empty() => {
                if KINDS.iter().any(|kind| kind.code == code) {
                    Ok(Self { code: code.to_owned(), target: target.to_owned() })
                } else {
                    Err(ParseAllowanceError::Code(code.to_owned()))
                }
            }
            _ => Err(ParseAllowanceError::Form(text.to_owned())),
        }
    }
}

/// Finds the guards of one offer that is to be updated.
pub(super) fn find(desired: &Desired, live: &Document, changes: &[Change]) -> Vec<Guard> {
    let mut guards = Vec::new();
    let address = desired.address.to_string();
    let live_type = live.content().get("offerTypeId").and_then(Value::as_str);
    if live_type.is_some_and(|live| live != desired.offer_type.as_str()) {
        guards.push(Guard::new(OFFER_TYPE_CHANGED, address.clone()));
    }
    guards.extend(removed_skus(desired, &address, changes));
    guards.extend(region_prices(&address, changes));
    guards.extend(undeclared_secrets(desired, live, &address));
    guards
}

fn removed_skus(desired: &Desired, address: &str, changes: &[Change]) -> Vec<Guard> {
    let plans = Pointer::root().key("definition").key("plans");
    let left = desired.document.get(&plans).and_then(Value::as_array).map(Vec::len);
    changes
        .iter()
        .filter(|change| change.operation == Operation::Remove)
        .filter_map(|change| {
            if change.identity == plans {
                return Some(Guard::new(LAST_SKU_REMOVAL, address.to_owned()));
            }
            if change.identity.parent().as_ref() != Some(&plans) {
                return None;
            }
            let sku = change.sku.as_deref().unwrap_or_default();
            let kind = if left == Some(0) { LAST_SKU_REMOVAL } else { SKU_REMOVAL };
            Some(Guard::new(kind, format!("{address}/{sku}")))
        })
        .collect()
}

/// A change of `regionPrices` that came by mirroring would put one block's prices into the other block's currencies.
fn region_prices(address: &str, changes: &[Change]) -> Option<Guard> {
    let mirrored = changes.iter().find(|change| {
        let tokens: Vec<String> = change.identity.tokens().collect();
        let [_, _, _, block, rest @ ..] = tokens.as_slice() else { return false };
        let declared_at: Vec<String> = change.edit.value.as_ref().map_or(Vec::new(), |at| at.tokens().collect());
        let from_other = declared_at.get(3).is_some_and(|declared| declared != block);
        from_other && rest.first().is_some_and(|key| key == "regionPrices")
    })?;
    Some(Guard::new(REGION_PRICES_ONE_BLOCK, format!("{address}/{}", mirrored.sku.as_deref().unwrap_or_default())))
}

/// Lead objects that are in use live and hold a secret that is not declared; or the destination of leads, if nothing of
/// its object is to be seen: then all that it holds is a secret.
fn undeclared_secrets(desired: &Desired, live: &Document, address: &str) -> Vec<Guard> {
    let table = FieldTable::of(&desired.offer_type);
    let place = table.root().key("definition").key("offer");
    let offer = Pointer::root().key("definition").key("offer");
    let Some(Value::Object(members)) = live.get(&offer) else { return Vec::new() };
    let declares_secret = |key: &str| desired.document.sealed().keys().any(|at| at.is_within(&offer.key(key)));
    let is_removed = |key: &str| desired.document.get(&offer.key(key)).is_some_and(Value::is_null);
    let objects = || members.iter().filter(|(key, _)| key.ends_with(LEAD_OBJECT));
    let in_use = |value: &Value| value.as_object().is_some_and(|object| !object.is_empty());
    let mut keys: Vec<&str> = objects()
        .filter(|(key, value)| holds_secret(place.key(key)) && in_use(value))
        .filter(|(key, _)| !declares_secret(key) && !is_removed(key))
        .map(|(key, _)| key.as_str())
        .collect();
    let unseen = objects().all(|(_, value)| !in_use(value))
        && desired.document.sealed().keys().all(|at| !at.tokens().any(|token| token.ends_with(LEAD_OBJECT)));
    let chosen = members.iter().filter(|(key, value)| key.ends_with(LEAD_DESTINATION) && is_destination(value));
    keys.extend(
        chosen
            .map(|(key, _)| key.as_str())
            .filter(|key| unseen && desired.document.get(&offer.key(key)).is_none_or(is_destination)),
    );
    keys.iter().map(|key| Guard::new(SECRET_NOT_DECLARED, format!("{address}/{key}"))).collect()
}

/// Names of lead objects end like this, whatever their namespace. Source: vm_create_valid_response.json.
const LEAD_OBJECT: &str = "LeadConfiguration";

/// The field that chooses among them. Source: cloud-partner-portal-api-creating-offer.md, which shows `None`.
const LEAD_DESTINATION: &str = ".leadDestination";

fn is_destination(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty() && !text.eq_ignore_ascii_case("none"))
}

fn holds_secret(place: Place<'static>) -> bool {
    place.members().any(|(_, field)| field.comparison == Comparison::Secret)
}
