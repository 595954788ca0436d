//! The field table: what is special about a field, said once.
//!
//! A document is opaque; this table names the few places where equality is not the plain one, because the service owns
//! the value, orders it as it likes, hosts it elsewhere, or never returns it. No other module knows a field of the
//! service by name, but for the guards, which judge fields one by one. A new field gets a row in `table`, and nothing
//! else changes.

mod resources;
mod table;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{Api, OfferTypeId};

/// How a value is compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Comparison {
    /// As JSON: numbers by value, objects without order.
    #[default]
    Value,
    /// Never: the service sets it.
    ServerOwned,
    /// Never: the service takes it and does not give it back.
    Secret,
    /// A URL the service downloads from and replaces by one of its own.
    Artifact,
    /// A URL the service keeps as given, but whose access signature is renewed now and then.
    SignedUrl,
}

impl Comparison {
    /// Whether a value from outside of the files, which nobody is to see, can stand here: the service never shows it, or it is an
    /// address whose signature is not shown.
    #[must_use]
    pub fn can_hold_a_secret(self) -> bool {
        matches!(self, Self::Secret | Self::Artifact | Self::SignedUrl)
    }
}

/// How the elements of a list are identified.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ListMeaning {
    /// Order matters, and the list is one value.
    #[default]
    Sequence,
    /// Order means nothing, elements are compared one by one.
    Set,
    /// Elements are compared by the value of this key.
    KeyedBy(&'static str),
    /// Elements are compared by the text under the first key and the number under the second; no number means 0.
    NumberedBy(&'static str, &'static str),
}

impl ListMeaning {
    /// What identifies an element; `None` for one without identity, and for every element of a list without identities.
    #[must_use]
    pub fn identity(self, element: &Value) -> Option<Cow<'_, str>> {
        let text = |key: &str| element.get(key)?.as_str();
        match self {
            Self::Sequence | Self::Set => None,
            Self::KeyedBy(key) => text(key).map(Cow::Borrowed),
            Self::NumberedBy(key, number) => Some(match element.get(number).and_then(Value::as_u64) {
                None | Some(0) => Cow::Borrowed(text(key)?),
                Some(number) => Cow::Owned(format!("{} {number}", text(key)?)),
            }),
        }
    }

    /// An element that has this identity and nothing else; `None` for a list without identities.
    #[must_use]
    pub fn element(self, identity: &str) -> Option<Value> {
        match self {
            Self::Sequence | Self::Set => None,
            Self::KeyedBy(key) => Some(json!({ key: identity })),
            Self::NumberedBy(key, number) => Some(match identity.rsplit_once(' ') {
                Some((text, digits)) if digits.parse::<u64>().is_ok() => {
                    json!({ key: text, number: digits.parse::<u64>().unwrap_or_default() })
                }
                _ => json!({ key: identity }),
            }),
        }
    }
}

/// What the service does with a value besides storing it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fate {
    /// The service stores the value, and does nothing else with it.
    #[default]
    Kept,
    /// It may be taken and be absent afterwards.
    MayBeDropped,
    /// It is returned, but a PUT that holds it is refused.
    RefusedInPut,
}

/// What is special about one field. The default is: nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Field {
    /// How its value is compared.
    pub comparison: Comparison,
    /// What it means if it is a list.
    pub list: ListMeaning,
    /// What becomes of it in a PUT.
    pub fate: Fate,
    /// What the service puts there by itself, as JSON text; an absent value means the same.
    default: Option<&'static str>,
    /// An older or newer name of the same field, beside it.
    pub alias: Option<&'static str>,
    /// A sibling that the service keeps equal to this field.
    pub mirror: Option<&'static str>,
    /// A sibling that the service works out from this field, whatever is sent for it.
    pub derives: Option<&'static str>,
    /// Siblings that say in another way what this field says: a body that holds both contradicts itself.
    pub excludes: &'static [&'static str],
    /// Whether the text of the field is HTML.
    pub markup: Markup,
    /// Whether the service always has it: it can be changed and not removed, so that a file which leaves it out asks for nothing.
    pub is_permanent: bool,
}

/// What kind of text a field holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Markup {
    /// Plain text, or no text at all.
    #[default]
    None,
    /// HTML, shown to people as text.
    Html,
}

/// The field nothing is special about.
pub static PLAIN: Field = Field {
    comparison: Comparison::Value,
    list: ListMeaning::Sequence,
    fate: Fate::Kept,
    default: None,
    alias: None,
    mirror: None,
    derives: None,
    excludes: &[],
    markup: Markup::None,
    is_permanent: false,
};

impl Field {
    /// Whether it holds addresses that are signed anew without becoming others.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        matches!(self.comparison, Comparison::SignedUrl | Comparison::Artifact)
    }

    /// Whether `value` is what the service means by the field's absence.
    #[must_use]
    pub fn is_default(&self, value: &Value) -> bool {
        self.default.is_some_and(|text| match text {
            "{}" => value.as_object().is_some_and(serde_json::Map::is_empty),
            "[]" => value.as_array().is_some_and(Vec::is_empty),
            _ => serde_json::from_str::<Value>(text).is_ok_and(|default| default == *value),
        })
    }
}

/// The field table of one offer type, as a tree that is walked together with a document.
#[derive(Debug, Default)]
pub struct FieldTable {
    root: Branch,
}

#[derive(Debug, Default)]
struct Branch {
    field: Field,
    keys: HashMap<&'static str, Branch>,
    any: Option<Box<Branch>>,
}

/// A place in the field table, moved along with a walk through a document. The default is a place of which the table says
/// nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct FieldPlace<'t>(Option<&'t Branch>);

impl FieldTable {
    /// The table for an offer type. Types without rows of their own get the envelope and the marketplace listing. All types of the
    /// Product Ingestion API share one table: its resource types tell them apart.
    #[must_use]
    pub fn of(offer_type: &OfferTypeId) -> &'static Self {
        static TABLES: LazyLock<HashMap<&'static str, FieldTable>> =
            LazyLock::new(|| table::TYPES.iter().map(|(name, rows)| (*name, FieldTable::new(rows))).collect());
        static OTHER: LazyLock<FieldTable> = LazyLock::new(|| FieldTable::new(table::OTHER));
        static RESOURCES: LazyLock<FieldTable> = LazyLock::new(|| FieldTable::new(&[resources::ROWS]));
        if offer_type.api() == Api::ProductIngestion {
            return &RESOURCES;
        }
        TABLES.get(offer_type.as_str()).unwrap_or(&OTHER)
    }

    fn new(groups: &[&'static [table::Row]]) -> Self {
        let mut root = Branch::default();
        for (path, field) in groups.iter().copied().flatten() {
            root.descend(path).field = *field;
        }
        Self { root }
    }

    /// The place of the whole document.
    #[must_use]
    pub fn root(&self) -> FieldPlace<'_> {
        FieldPlace(Some(&self.root))
    }

    /// The place of the value that the steps of a pointer or of a path lead to. A step into a list may be a position or an
    /// identity: the table says the same of all elements.
    #[must_use]
    pub fn place(&self, tokens: impl Iterator<Item = String>) -> FieldPlace<'_> {
        tokens.fold(self.root(), |place, token| place.key(&token))
    }
}

impl Branch {
    fn descend(&mut self, path: &'static str) -> &mut Self {
        path.split('/').fold(self, |branch, key| {
            if key == "*" { branch.any.get_or_insert_default() } else { branch.keys.entry(key).or_default() }
        })
    }
}

impl<'t> FieldPlace<'t> {
    /// The place of the member `key`.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        Self(self.0.and_then(|branch| branch.keys.get(key).or(branch.any.as_deref())))
    }

    /// The place of any element of a list.
    #[must_use]
    pub fn element(self) -> Self {
        Self(self.0.and_then(|branch| branch.any.as_deref()))
    }

    /// What is special about the field here.
    #[must_use]
    pub fn field(self) -> &'t Field {
        self.0.map_or(&PLAIN, |branch| &branch.field)
    }

    /// The members the table names here, with what it says about them, in no particular order.
    pub fn members(self) -> impl Iterator<Item = (&'static str, &'t Field)> {
        self.0.into_iter().flat_map(|branch| branch.keys.iter().map(|(key, below)| (*key, &below.field)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::offer::disk::{DATA_DISK_ADDRESSES, DATA_DISKS, SYSTEM_DISK};

    fn field(offer_type: &str, path: &str) -> Field {
        let table = FieldTable::of(&OfferTypeId::new(offer_type));
        *path.split('/').fold(table.root(), FieldPlace::key).field()
    }

    #[test]
    fn rows_are_found_through_lists_and_versions() {
        let vm = "microsoft-azure-virtualmachines";
        let url = "definition/plans/0/microsoft-azure-virtualmachines.vmImages/1.0.0/osVhdUrl";
        assert_eq!(field(vm, url).comparison, Comparison::SignedUrl);
        assert_eq!(field(vm, "definition/plans").list, ListMeaning::KeyedBy("planId"));
        assert_eq!(field(vm, "definition/plans/3/regions").list, ListMeaning::Set);
        assert_eq!(field(vm, "changedTime").comparison, Comparison::ServerOwned);
    }

    #[test]
    fn the_addresses_of_disks_are_signed_wherever_images_stand() {
        let (vm, core) = ("microsoft-azure-virtualmachines", "microsoft-azure-corevm");
        for (offer_type, images) in [
            (vm, "definition/plans/0/microsoft-azure-virtualmachines.vmImages"),
            (core, "definition/plans/0/microsoft-azure-corevm.vmImagesPublicAzure"),
            (core, "definition/plans/0/diskGenerations/0/microsoft-azure-corevm.vmImagesPublicAzure"),
        ] {
            let data = DATA_DISK_ADDRESSES.map(|key| format!("{DATA_DISKS}/0/{key}"));
            for address in data.into_iter().chain([SYSTEM_DISK.to_owned()]) {
                let path = format!("{images}/1.0.0/{address}");
                assert_eq!(field(offer_type, &path).comparison, Comparison::SignedUrl, "{path}");
            }
        }
    }

    #[test]
    fn a_type_nobody_knows_has_the_envelope_and_the_listing() {
        assert_eq!(field("acme", "version").comparison, Comparison::ServerOwned);
        assert_eq!(field("acme", "definition/plans").list, ListMeaning::KeyedBy("planId"));
        assert_eq!(
            field("acme", "definition/offer/microsoft-azure-marketplace.smallLogo").comparison,
            Comparison::Artifact
        );
        assert_eq!(field("acme", "definition/offer/acme.list").list, ListMeaning::Sequence);
    }

    #[test]
    fn defaults_are_not_only_empty_values() {
        let vm = "microsoft-azure-virtualmachines";
        let generation = field(vm, "definition/plans/0/microsoft-azure-virtualmachines.generation");
        assert!(generation.is_default(&json!("1")));
        assert!(!generation.is_default(&json!("2")));
        let lead = field(vm, "definition/offer/microsoft-azure-marketplace.marketoLeadConfiguration");
        assert!(lead.is_default(&json!({})));
        assert!(!lead.is_default(&json!({"formId": "1"})));
    }
}
