//! The three states in which the service keeps an offer.

/// Where content of an offer or a product can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// What is worked on.
    Draft,
    /// What the publisher looks at before customers do.
    Preview,
    /// What customers have; the Product Ingestion API calls it `live`.
    Production,
}
