//! The parts of an offer document: the offer as a whole, its SKUs and their disk generations, and where they are.
//!
//! Code that needs to know which part a pointer is inside of, or where a part is, asks here and spells no key.

use super::layout::DISK_GENERATIONS;
use super::resource::{PLANS, RESOURCES};
use super::{Api, IdentityPath, Pointer};

/// The key of the object that holds everything a publisher writes.
pub const DEFINITION: &str = "definition";

/// The key of the fields of the offer as a whole, below [`DEFINITION`].
pub const OFFER: &str = "offer";

/// The key of the list of SKUs, below [`DEFINITION`].
pub const SKUS: &str = "plans";

/// The key of everything that a publisher writes, in documents of `api`.
#[must_use]
pub fn body_key(api: Api) -> &'static str {
    match api {
        Api::CloudPartnerPortal => DEFINITION,
        Api::ProductIngestion => RESOURCES,
    }
}

/// A part of an offer document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferPart {
    /// The document itself.
    Document,
    /// Everything that a publisher writes.
    Definition,
    /// The fields of the offer as a whole.
    Offer,
    /// The list of SKUs.
    Skus,
    /// The SKU with this id (or at this position, in a pointer by positions).
    Sku(String),
    /// The list of disk generations of this SKU.
    Generations(String),
    /// A disk generation: the SKU and the id of the generation.
    Generation(String, String),
    /// The resources of a product of the Product Ingestion API.
    Product,
    /// The list of its plans.
    Plans,
    /// The plan with this id (or at this position, in a pointer by positions).
    Plan(String),
}

impl OfferPart {
    /// The innermost part that contains the place at `pointer`, and the rest of the path below that part.
    #[must_use]
    pub fn of(pointer: &Pointer) -> (Self, Vec<String>) {
        Self::of_tokens(pointer.tokens().collect())
    }

    /// The innermost part that contains the value at `path`, and the rest of the path below that part.
    #[must_use]
    pub fn of_path(path: &IdentityPath) -> (Self, Vec<String>) {
        Self::of_tokens(path.tokens().collect())
    }

    fn of_tokens(mut tokens: Vec<String>) -> (Self, Vec<String>) {
        let words: Vec<&str> = tokens.iter().map(String::as_str).collect();
        let (part, depth) = match words.as_slice() {
            [DEFINITION, SKUS, sku, DISK_GENERATIONS, id, ..] => {
                (Self::Generation((*sku).to_owned(), (*id).to_owned()), 5)
            }
            [DEFINITION, SKUS, sku, DISK_GENERATIONS] => (Self::Generations((*sku).to_owned()), 4),
            [DEFINITION, SKUS, sku, ..] => (Self::Sku((*sku).to_owned()), 3),
            [DEFINITION, SKUS] => (Self::Skus, 2),
            [DEFINITION, OFFER, ..] => (Self::Offer, 2),
            [DEFINITION, ..] => (Self::Definition, 1),
            [RESOURCES, PLANS, plan, ..] => (Self::Plan((*plan).to_owned()), 3),
            [RESOURCES, PLANS] => (Self::Plans, 2),
            [RESOURCES, ..] => (Self::Product, 1),
            _ => (Self::Document, 0),
        };
        (part, tokens.split_off(depth))
    }

    /// Where the part is, if it was found by a pointer or is no element of a list.
    #[must_use]
    pub fn pointer(&self) -> Pointer {
        self.tokens().into_iter().fold(Pointer::root(), |pointer, token| pointer.key(token))
    }

    /// The path of the part, if its ids are those of SKUs and generations.
    #[must_use]
    pub fn path(&self) -> IdentityPath {
        self.tokens().into_iter().fold(IdentityPath::root(), |path, token| path.key(token))
    }

    fn tokens(&self) -> Vec<&str> {
        match self {
            Self::Document => vec![],
            Self::Definition => vec![DEFINITION],
            Self::Offer => vec![DEFINITION, OFFER],
            Self::Skus => vec![DEFINITION, SKUS],
            Self::Sku(id) => vec![DEFINITION, SKUS, id],
            Self::Generations(id) => vec![DEFINITION, SKUS, id, DISK_GENERATIONS],
            Self::Generation(id, generation) => vec![DEFINITION, SKUS, id, DISK_GENERATIONS, generation],
            Self::Product => vec![RESOURCES],
            Self::Plans => vec![RESOURCES, PLANS],
            Self::Plan(id) => vec![RESOURCES, PLANS, id],
        }
    }

    /// Whether the part is an object whose keys have a namespace.
    #[must_use]
    pub fn has_namespaces(&self) -> bool {
        matches!(self, Self::Offer | Self::Sku(_) | Self::Generation(..))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_belongs_to_the_innermost_part_around_it() {
        for (text, part, rest) in [
            ("", OfferPart::Document, &[] as &[&str]),
            ("/id", OfferPart::Document, &["id"]),
            ("/definition", OfferPart::Definition, &[]),
            ("/definition/displayText", OfferPart::Definition, &["displayText"]),
            ("/definition/offer", OfferPart::Offer, &[]),
            ("/definition/offer/a~1b/0", OfferPart::Offer, &["a/b", "0"]),
            ("/definition/plans", OfferPart::Skus, &[]),
            ("/definition/plans/basic", OfferPart::Sku("basic".to_owned()), &[]),
            ("/definition/plans/basic/regions/0", OfferPart::Sku("basic".to_owned()), &["regions", "0"]),
            ("/definition/plans/basic/diskGenerations", OfferPart::Generations("basic".to_owned()), &[]),
            (
                "/definition/plans/basic/diskGenerations/g2/x",
                OfferPart::Generation("basic".to_owned(), "g2".to_owned()),
                &["x"],
            ),
            ("/definition/other/plans", OfferPart::Definition, &["other", "plans"]),
            ("/resources/listing/en-us", OfferPart::Product, &["listing", "en-us"]),
            ("/resources/plans", OfferPart::Plans, &[]),
            ("/resources/plans/basic/plan/alias", OfferPart::Plan("basic".to_owned()), &["plan", "alias"]),
        ] {
            let pointer = Pointer::parse(text).unwrap();
            let (found, below) = OfferPart::of(&pointer);
            assert_eq!(
                (&found, below.as_slice()),
                (&part, &rest.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()[..])
            );
            let whole = below.iter().fold(found.pointer(), |at, key| at.key(key));
            assert_eq!(whole, pointer);
        }
    }
}
