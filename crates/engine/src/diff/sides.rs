//! What stands at one place on the three sides: declared, declared before, live.

use serde_json::{Map, Value};

/// The base at one place.
#[derive(Debug, Clone, Copy)]
pub(super) enum BaseValue<'a> {
    Live,
    Is(Option<&'a Value>),
}

impl<'a> BaseValue<'a> {
    pub(super) fn member(self, key: &str) -> Self {
        match self {
            Self::Live => Self::Live,
            Self::Is(value) => Self::Is(value.and_then(|value| value.get(key))),
        }
    }

    /// The member under the first of two names, or else under the second.
    pub(super) fn member_or(self, key: &str, other: &str) -> Self {
        let known = self.members().is_none_or(|members| members.contains_key(key));
        self.member(if known { key } else { other })
    }

    pub(super) fn members(self) -> Option<&'a Map<String, Value>> {
        match self {
            Self::Live => None,
            Self::Is(value) => value.and_then(Value::as_object),
        }
    }
}

/// The three values at one place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trio<'a> {
    pub(super) desired: Option<&'a Value>,
    pub(super) base: BaseValue<'a>,
    pub(super) live: Option<&'a Value>,
}
