//! The one canonical form both sides of a comparison go through.
//!
//! A [`View`] is a value together with its place in the field table. [`View::form`] unfolds it by one level into what it
//! *means*: a set, a list with identities, a sequence, a map. Two views are compared by form and never by text, so
//! numbers are equal by value, the order of sets does not matter, and what the service adds by itself is no difference.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::{Map, Number, Value};

use super::fields::{Comparison, Field, FieldPlace, ListMeaning};
use crate::secret::without_sas;

/// A value seen through the field table.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The place of the value in the field table.
    pub place: FieldPlace<'static>,
    /// The value as it is.
    pub value: &'a Value,
}

/// What a value means, unfolded by one level.
#[derive(Debug)]
pub enum Form<'a> {
    /// A value without parts.
    Scalar,
    /// Named members.
    Map(&'a Map<String, Value>),
    /// Elements without order or repetition, by their canonical text.
    Set(BTreeMap<Cow<'a, str>, Element<'a>>),
    /// Elements with an identity, in the order they are written.
    Keyed(IndexMap<Cow<'a, str>, Element<'a>>),
    /// Elements whose order matters.
    Sequence(&'a [Value]),
}

/// An element of a list and where it stands in it.
#[derive(Debug, Clone, Copy)]
pub struct Element<'a> {
    /// Its position in the list as written.
    pub index: usize,
    /// Its value.
    pub value: &'a Value,
}

impl<'a> View<'a> {
    /// Pairs a value with its place.
    #[must_use]
    pub fn new(place: FieldPlace<'static>, value: &'a Value) -> Self {
        Self { place, value }
    }

    /// What is special about the field.
    #[must_use]
    pub fn field(self) -> &'static Field {
        self.place.field()
    }

    /// The form of the value, by which it is compared.
    #[must_use]
    pub fn form(self) -> Form<'a> {
        match self.value {
            Value::Object(members) => Form::Map(members),
            Value::Array(elements) => self.list(elements),
            _ => Form::Scalar,
        }
    }

    fn list(self, elements: &'a [Value]) -> Form<'a> {
        match self.field().list {
            ListMeaning::Set => Form::Set(
                elements
                    .iter()
                    .enumerate()
                    .map(|(index, value)| (text(value), Element { index, value }))
                    .rev()
                    .collect(),
            ),
            // A list whose elements cannot be distinguished is compared as it stands.
            meaning @ (ListMeaning::KeyedBy(_) | ListMeaning::NumberedBy(..)) => {
                keyed(elements, meaning).map_or(Form::Sequence(elements), Form::Keyed)
            }
            ListMeaning::Sequence => Form::Sequence(elements),
        }
    }

    /// Whether both mean the same, with nothing declared left over on either side.
    #[must_use]
    pub fn same(self, other: Self) -> bool {
        if self.field().comparison == Comparison::ServerOwned {
            return true;
        }
        match (self.form(), other.form()) {
            (Form::Map(one), Form::Map(two)) => self.place.covers(one, two) && self.place.is_nothing_more(one, two),
            (Form::Set(one), Form::Set(two)) => one.len() == two.len() && one.keys().eq(two.keys()),
            (Form::Keyed(one), Form::Keyed(two)) => {
                one.len() == two.len()
                    && one.iter().all(|(key, element)| {
                        two.get(key).is_some_and(|other| {
                            let place = self.place.element();
                            View::new(place, element.value).same(View::new(place, other.value))
                        })
                    })
            }
            (Form::Sequence(one), Form::Sequence(two)) => {
                let place = self.place.element();
                one.len() == two.len()
                    && one.iter().zip(two).all(|(one, two)| View::new(place, one).same(View::new(place, two)))
            }
            (Form::Scalar, Form::Scalar) => self.same_scalar(other),
            _ => false,
        }
    }

    fn same_scalar(self, other: Self) -> bool {
        match (self.value, other.value) {
            (Value::Number(one), Value::Number(two)) => same_number(one, two),
            (Value::String(one), Value::String(two)) if self.field().is_signed() => {
                without_sas(one) == without_sas(two)
            }
            (one, two) => one == two,
        }
    }
}

impl FieldPlace<'static> {
    fn covers(self, one: &Map<String, Value>, two: &Map<String, Value>) -> bool {
        one.iter().all(|(key, value)| {
            let place = self.key(key);
            match two.get(key) {
                _ if place.is_never_compared() => true,
                Some(other) => View::new(place, value).same(View::new(place, other)),
                None => value.is_null() || place.field().is_default(value),
            }
        })
    }

    /// Whether the members that only `two` has mean as much as their absence.
    ///
    /// Only these: to compare the common ones from both sides would double the work at every level of nesting.
    fn is_nothing_more(self, one: &Map<String, Value>, two: &Map<String, Value>) -> bool {
        two.iter().filter(|(key, _)| !one.contains_key(*key)).all(|(key, value)| {
            let place = self.key(key);
            place.is_never_compared() || value.is_null() || place.field().is_default(value)
        })
    }

    fn is_never_compared(self) -> bool {
        matches!(self.field().comparison, Comparison::ServerOwned | Comparison::Secret)
    }
}

fn keyed(elements: &[Value], meaning: ListMeaning) -> Option<IndexMap<Cow<'_, str>, Element<'_>>> {
    let mut all = IndexMap::with_capacity(elements.len());
    for (index, value) in elements.iter().enumerate() {
        let identity = meaning.identity(value)?;
        if all.insert(identity, Element { index, value }).is_some() {
            return None;
        }
    }
    Some(all)
}

/// A text that is the same for values that mean the same, whatever their order of keys and spelling of numbers. A member that
/// is explicitly `null` means as much as none.
#[must_use]
pub fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Object(_) | Value::Array(_) => Cow::Owned(canonical_json(&without_nulls(value))),
        other => Cow::Owned(canonical_json(other)),
    }
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, member)| !member.is_null());
            Value::Object(kept.map(|(key, member)| (key.clone(), without_nulls(member))).collect())
        }
        Value::Array(elements) => elements.iter().map(without_nulls).collect(),
        scalar => scalar.clone(),
    }
}

/// `value` as JSON with sorted keys and numbers in one spelling: what is hashed.
#[must_use]
pub fn canonical_json(value: &Value) -> String {
    View::new(FieldPlace::default(), value).json()
}

/// `value` as canonical JSON, without the signatures of all texts that are signed addresses, whatever their fields: the service
/// renews signatures at any time.
#[must_use]
pub fn unsigned_json(value: &Value) -> String {
    let mut out = String::new();
    View::new(FieldPlace::default(), value).write(Signatures::NowhereWritten, &mut out);
    out
}

/// Whether signatures in addresses are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signatures {
    Written,
    /// Not in fields that hold signed addresses or artifacts.
    LeftOutOfSignedFields,
    NowhereWritten,
}

impl View<'_> {
    /// The value as JSON with sorted keys, sorted elements where order means nothing, and numbers in one spelling.
    #[must_use]
    pub fn json(self) -> String {
        let mut out = String::new();
        self.write(Signatures::Written, &mut out);
        out
    }

    /// The value as canonical JSON, without the signatures in fields that contain signed addresses or artifacts. Any other text is
    /// written whole.
    #[must_use]
    pub fn unsigned_json(self) -> String {
        let mut out = String::new();
        self.write(Signatures::LeftOutOfSignedFields, &mut out);
        out
    }

    fn write(self, signatures: Signatures, out: &mut String) {
        let element = self.place.element();
        let each = |value, out: &mut String| View::new(element, value).write(signatures, out);
        match self.form() {
            Form::Map(members) => {
                let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
                sorted.sort_unstable_by_key(|(key, _)| *key);
                write_all(sorted, ['{', '}'], out, |(key, member), out| {
                    write_text(key, out);
                    out.push(':');
                    View::new(self.place.key(key), member).write(signatures, out);
                });
            }
            Form::Set(elements) => write_all(elements.values(), ['[', ']'], out, |found, out| each(found.value, out)),
            Form::Keyed(mut elements) => {
                elements.sort_unstable_keys();
                write_all(elements.values(), ['[', ']'], out, |found, out| each(found.value, out));
            }
            Form::Sequence(elements) => write_all(elements, ['[', ']'], out, each),
            Form::Scalar => match self.value {
                Value::String(text) => {
                    let is_signed = match signatures {
                        Signatures::Written => false,
                        Signatures::LeftOutOfSignedFields => self.field().is_signed(),
                        Signatures::NowhereWritten => true,
                    };
                    write_text(&if is_signed { without_sas(text) } else { Cow::Borrowed(text.as_str()) }, out);
                }
                Value::Number(number) => out.push_str(&decimal(number.as_str())),
                scalar => out.push_str(&scalar.to_string()),
            },
        }
    }
}

fn write_all<T>(
    parts: impl IntoIterator<Item = T>,
    [open, close]: [char; 2],
    out: &mut String,
    mut write: impl FnMut(T, &mut String),
) {
    out.push(open);
    for (position, part) in parts.into_iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        write(part, out);
    }
    out.push(close);
}

fn write_text(text: &str, out: &mut String) {
    // Hardly any text has something to escape.
    if text.bytes().all(|byte| byte >= b' ' && !matches!(byte, b'"' | b'\\')) {
        out.push('"');
        out.push_str(text);
        out.push('"');
        return;
    }
    out.push_str(&serde_json::to_string(text).expect("invariant: a text is JSON"));
}

/// Which of two JSON numbers is greater, exactly; `None` if one is too large or too small to tell.
#[must_use]
pub fn compare_numbers(one: &Number, two: &Number) -> Option<Ordering> {
    let (one, two) = (Scientific::of(one)?, Scientific::of(two)?);
    let by_sign = one.sign.cmp(&two.sign);
    if by_sign != Ordering::Equal || one.sign == 0 {
        return Some(by_sign);
    }
    // Of two numbers `0.digits E magnitude` the greater magnitude decides, then the digits from the left.
    let size = one.magnitude.cmp(&two.magnitude).then_with(|| one.digits.cmp(&two.digits));
    Some(if one.sign > 0 { size } else { size.reverse() })
}

/// A number as `sign 0.digits E magnitude`, without leading or trailing zeros in its digits.
struct Scientific {
    sign: i8,
    digits: String,
    magnitude: i128,
}

impl Scientific {
    fn of(number: &Number) -> Option<Self> {
        let text = decimal(number.as_str());
        let (negative, text) = text.strip_prefix('-').map_or((false, &*text), |rest| (true, rest));
        let (digits, exponent) = text.split_once('E').unwrap_or((text, "0"));
        if digits == "0" {
            return Some(Self { sign: 0, digits: String::new(), magnitude: 0 });
        }
        // An exponent that does not fit leaves a mantissa with a point.
        if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let magnitude = exponent.parse::<i128>().ok()?.checked_add(i128::try_from(digits.len()).ok()?)?;
        let digits = digits.trim_end_matches('0').to_owned();
        Some(Self { sign: if negative { -1 } else { 1 }, digits, magnitude })
    }
}

fn same_number(one: &Number, two: &Number) -> bool {
    one.as_str() == two.as_str() || decimal(one.as_str()) == decimal(two.as_str())
}

/// A JSON number as `sign digits E exponent` without leading or trailing zeros: equal text, equal value.
///
/// Numbers are kept as text throughout, so no digit is lost; this is the only place that interprets them.
fn decimal(number: &str) -> Cow<'_, str> {
    // Nearly all are small whole numbers.
    if number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0') {
        let significant = number.trim_end_matches('0');
        return match number.len() - significant.len() {
            0 => Cow::Borrowed(number),
            zeros => Cow::Owned(format!("{significant}E{zeros}")),
        };
    }
    let (negative, number) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Cow::Borrowed("0");
    }
    let trailing = digits.len() - digits.trim_end_matches('0').len();
    let shift = i128::try_from(trailing).unwrap_or(0) - i128::try_from(fraction.len()).unwrap_or(0);
    let sign = if negative { "-" } else { "" };
    Cow::Owned(match exponent.parse::<i128>().ok().and_then(|exponent| exponent.checked_add(shift)) {
        Some(0) => format!("{sign}{significant}"),
        Some(exponent) => format!("{sign}{significant}E{exponent}"),
        // An exponent beyond 128 bits: only the very same spelling is the same number.
        None => format!("{sign}{mantissa}E{exponent}"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::OfferTypeId;
    use super::super::fields::FieldTable;
    use super::*;

    fn same(path: &str, one: &str, two: &str) -> bool {
        let table = FieldTable::of(&OfferTypeId::new("microsoft-azure-virtualmachines"));
        let place = path.split('/').filter(|key| !key.is_empty()).fold(table.root(), FieldPlace::key);
        let (one, two) = (serde_json::from_str(one).unwrap(), serde_json::from_str(two).unwrap());
        let forth = View::new(place, &one).same(View::new(place, &two));
        assert_eq!(forth, View::new(place, &two).same(View::new(place, &one)), "sameness has no direction");
        forth
    }

    #[test]
    fn numbers_are_equal_by_value_and_no_digit_is_lost() {
        for (one, two, expected) in [
            ("1", "1.0", true),
            ("0.1", "1e-1", true),
            ("100", "1E+2", true),
            ("12000", "12e3", true),
            ("12000", "120", false),
            ("-0", "0.00", true),
            ("9007199254740993", "9007199254740992", false),
            ("1", "-1", false),
            ("18446744073709551617", "18446744073709551618", false),
            ("1e400", "1e401", false),
            ("1", "\"1\"", false),
        ] {
            assert_eq!(same("x", one, two), expected, "{one} and {two}");
        }
    }

    #[test]
    fn sets_have_no_order_and_sequences_have() {
        assert!(same("definition/plans/0/regions", r#"["NO","DE"]"#, r#"["DE","NO"]"#));
        assert!(!same("definition/plans/0/regions", r#"["NO","DE"]"#, r#"["NO"]"#));
        assert!(same("definition/plans/0/regions", r#"[{"a":null,"b":1}]"#, r#"[{"b":1.0}]"#));
        let links = "definition/offer/microsoft-azure-marketplace.usefulLinks";
        assert!(!same(links, r#"[{"a":1},{"b":1}]"#, r#"[{"b":1},{"a":1}]"#));
    }

    #[test]
    fn skus_are_compared_by_id_whatever_their_order() {
        assert!(same("definition/plans", r#"[{"planId":"a"},{"planId":"b"}]"#, r#"[{"planId":"b"},{"planId":"a"}]"#));
        assert!(!same("definition/plans", r#"[{"planId":"a","x":1}]"#, r#"[{"planId":"a","x":2}]"#));
        assert!(!same("definition/plans", r#"[{"planId":"a"},{"planId":"a"}]"#, r#"[{"planId":"a"}]"#));
    }

    #[test]
    fn what_the_service_adds_by_itself_is_no_difference() {
        assert!(same("", r#"{"id":"x","version":3}"#, r#"{"id":"x"}"#));
        let offer = "definition/offer";
        assert!(same(offer, "{}", r#"{"microsoft-azure-marketplace.marketoLeadConfiguration":{}}"#));
        assert!(!same(offer, "{}", r#"{"microsoft-azure-marketplace.title":""}"#));
    }

    #[test]
    fn deep_maps_are_compared_once_at_each_level() {
        let nested = |innermost: &str| format!("{}{innermost}{}", "{\"a\":".repeat(64), "}".repeat(64));
        assert!(same("x", &nested("1"), &nested("1.0")));
        assert!(!same("x", &nested("1"), &nested("2")));
    }

    #[test]
    fn signed_urls_are_the_same_without_their_signature() {
        let logo = "definition/offer/microsoft-azure-marketplace.smallLogo";
        assert!(same(logo, r#""https://x/a?sv=1&sig=a""#, r#""https://x/a?sv=2&sig=b""#));
        assert!(!same(logo, r#""https://x/a?v=1""#, r#""https://x/a?v=2""#));
    }

    #[test]
    fn canonical_text_has_one_spelling() {
        assert_eq!(canonical_json(&json!({"b": [1, null], "a": "x\n"})), r#"{"a":"x\n","b":[1,null]}"#);
        let number: Value = serde_json::from_str("[1.50, 0.015e2, 1500e-3]").unwrap();
        assert_eq!(canonical_json(&number), "[15E-1,15E-1,15E-1]");
    }
}
