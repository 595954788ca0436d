//! Whether a product, a plan, an asset or an image version is on sale.

use serde_json::Value;

use crate::offer::layout::member;

/// The key of the word for it in the form that guards read; absent for what is on sale.
const KEY: &str = "product-ingestion.availability";

/// Whether something is on sale, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::plan::guard) enum Availability {
    /// Its state is no word. It is taken to be on sale before, and withdrawn after.
    Unreadable,
    /// Nobody can buy or deploy it any more.
    Withdrawn,
    /// It will be withdrawn on a date.
    Scheduled,
    OnSale,
}

impl Availability {
    /// Of a resource, or of an element of one. Every state but `generallyAvailable` keeps new customers away. Source: the enum
    /// `lifecycleState` of the schemas, and product-ingestion-api.md.
    pub(super) fn of(resource: &Value) -> Self {
        match member(resource, "lifecycleState") {
            None => {}
            Some(Value::String(state)) if state == "generallyAvailable" => {}
            Some(Value::String(_)) => return Self::Withdrawn,
            Some(_) => return Self::Unreadable,
        }
        if member(resource, "deprecationSchedule").is_some() { Self::Scheduled } else { Self::OnSale }
    }

    /// Writes it into the form.
    pub(super) fn mark(self, put: &mut dyn FnMut(&str, Option<Value>)) {
        let word = match self {
            Self::Unreadable => "unreadable",
            Self::Withdrawn => "withdrawn",
            Self::Scheduled => "scheduled",
            Self::OnSale => return,
        };
        put(KEY, Some(word.into()));
    }

    /// Reads it from the form. What is not there is withdrawn, and what has no word for it is on sale.
    pub(in crate::plan::guard) fn marked(element: Option<&Value>) -> Self {
        let Some(element) = element else { return Self::Withdrawn };
        match member(element, KEY).and_then(Value::as_str) {
            Some("unreadable") => Self::Unreadable,
            Some("withdrawn") => Self::Withdrawn,
            Some("scheduled") => Self::Scheduled,
            _ => Self::OnSale,
        }
    }

    fn before(self) -> Self {
        if self == Self::Unreadable { Self::OnSale } else { self }
    }

    fn after(self) -> Self {
        if self == Self::Unreadable { Self::Withdrawn } else { self }
    }

    /// Whether it can still be bought, if only for a while.
    pub(in crate::plan::guard) fn is_left(self) -> bool {
        self.after() > Self::Withdrawn
    }

    /// Whether a step from `live` to `after` takes something away that is there in `before` too.
    pub(in crate::plan::guard) fn is_lost(live: Self, before: Self, after: Self) -> bool {
        live != after && after.after() < live.before() && after.after() < before.before()
    }

    /// How something is lost, for a detail; empty if it is not there any more.
    pub(in crate::plan::guard) fn words(after: Option<&Value>) -> &'static str {
        match (after, Self::marked(after)) {
            (None, _) | (_, Self::OnSale) => "",
            (_, Self::Scheduled) => "its deprecation is scheduled",
            (_, Self::Withdrawn) => "it stays, and is deprecated",
            (_, Self::Unreadable) => "its `lifecycleState` cannot be read",
        }
    }
}
