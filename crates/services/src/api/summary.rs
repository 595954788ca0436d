//! Rows of the service's lists: publishers and offers.

use jiff::Timestamp;
use serde_json::{Number, Value};

use super::Status;
use super::json::{list, moment, number, status, text};
use crate::auth::foreign::plain;
use crate::offer::{OfferAddress, OfferTypeId, PublisherId};

/// A publisher account that the signed-in principal can see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublisherSummary {
    /// The id of the publisher, such as `contoso`.
    pub id: PublisherId,
    /// The name for people.
    pub name: Option<String>,
    /// The kinds of offers it may have, in the service's words.
    pub offer_type_categories: Vec<String>,
}

impl PublisherSummary {
    /// Reads a row; `None` without an id.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let definition = value.get("definition").unwrap_or(&Value::Null);
        let categories = list(definition, "offerTypeCategories").iter().filter_map(Value::as_str);
        Some(Self {
            id: PublisherId::new(text(value, "id")?),
            name: text(definition, "displayText").map(|name| plain(&name, 200)),
            offer_type_categories: categories.map(|category| plain(category, 200)).collect(),
        })
    }
}

/// An offer in the list of its publisher's offers.
///
/// Source: cloud-partner-portal-api-retrieve-offers.md.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferSummary {
    /// The address of the offer.
    pub address: OfferAddress,
    /// The type of the offer.
    pub offer_type: Option<OfferTypeId>,
    /// The status of the offer.
    pub status: Option<Status>,
    /// The version of the draft.
    pub version: Option<Number>,
    /// The name for people.
    pub name: Option<String>,
    /// The time of the last change.
    pub changed: Option<Timestamp>,
}

impl OfferSummary {
    /// Reads a row of the list of `publisher`; `None` without an id.
    pub(super) fn read(value: &Value, publisher: &PublisherId) -> Option<Self> {
        let definition = value.get("definition").unwrap_or(&Value::Null);
        Some(Self {
            // The publisher as it was asked for, so that addresses compare whatever letter case the row has.
            address: OfferAddress::new(publisher.as_str(), text(value, "id")?),
            offer_type: text(value, "offerTypeId").map(OfferTypeId::new),
            status: status(value, "status"),
            version: number(value, "version"),
            name: text(definition, "displayText").map(|name| plain(&name, 200)),
            changed: moment(value, "changedTime"),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_need_an_id_and_nothing_else() {
        let publisher = PublisherId::new("contoso");
        let offer = OfferSummary::read(&json!({"id": "fw", "status": null}), &publisher).unwrap();
        assert_eq!(offer.address, OfferAddress::new("contoso", "fw"));
        assert_eq!((offer.status, offer.name), (None, None));
        assert_eq!(OfferSummary::read(&json!({"publisherId": "contoso"}), &publisher), None);
        assert_eq!(OfferSummary::read(&json!("fw"), &publisher), None);
        assert_eq!(PublisherSummary::read(&json!({"definition": {}})), None);
    }

    #[test]
    fn names_are_plain_text() {
        let row =
            json!({"id": "contoso", "definition": {"displayText": "Con\u{1b}toso", "offerTypeCategories": ["vm", 5]}});
        let publisher = PublisherSummary::read(&row).unwrap();
        assert_eq!(
            (publisher.name.as_deref(), publisher.offer_type_categories),
            (Some("Contoso"), vec!["vm".to_owned()])
        );
    }
}
