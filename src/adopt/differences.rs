//! The differences between what is declared and what is to be, each at the place where it is written.

use serde_json::Value;
use similar::{DiffOp, TextDiff};

use crate::offer::Pointer;
use crate::offer::layout::ELEMENT_IDS;

/// One difference. Places are those of what is declared.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Difference {
    /// A value is another one.
    Replace(Pointer, Value),
    /// A member or an element is gone.
    Remove(Pointer),
    /// A mapping has one more member, before the one with this key; as the last one if none is named.
    AddMember(Pointer, String, Value, Option<String>),
    /// A list has one more element, before the one that is at this position now.
    AddElement(Pointer, usize, Value),
}

impl Difference {
    /// Whether its place is that of what holds the value.
    pub(super) fn is_inside(&self) -> bool {
        matches!(self, Self::AddMember(..) | Self::AddElement(..))
    }

    /// Where it is: the value, or what holds it.
    pub(super) fn place(&self) -> &Pointer {
        match self {
            Self::Replace(at, _) | Self::Remove(at) | Self::AddMember(at, ..) | Self::AddElement(at, ..) => at,
        }
    }
}

/// All differences, outermost first.
pub(super) fn between(old: &Value, new: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    visit(&Pointer::root(), old, new, &mut found);
    found
}

fn visit(at: &Pointer, old: &Value, new: &Value, found: &mut Vec<Difference>) {
    match (old, new) {
        _ if old == new => {}
        // What is empty is written in brackets, and what becomes empty will be. Where nothing stays there is nothing to keep.
        (Value::Object(one), Value::Object(two)) if !one.keys().any(|key| two.contains_key(key)) => {
            found.push(Difference::Replace(at.clone(), Value::Object(two.clone())));
        }
        (Value::Array(one), Value::Array(two)) if one.is_empty() || two.is_empty() => {
            found.push(Difference::Replace(at.clone(), Value::Array(two.clone())));
        }
        (Value::Object(one), Value::Object(two)) => {
            for (key, value) in one {
                match two.get(key) {
                    Some(other) => visit(&at.key(key), value, other, found),
                    None => found.push(Difference::Remove(at.key(key))),
                }
            }
            for (number, (key, value)) in two.iter().enumerate().filter(|(_, (key, _))| !one.contains_key(*key)) {
                let next = two.keys().skip(number).find(|key| one.contains_key(*key)).cloned();
                found.push(Difference::AddMember(at.clone(), key.clone(), value.clone(), next));
            }
        }
        (Value::Array(one), Value::Array(two)) => lists(at, one, two, found),
        _ => found.push(Difference::Replace(at.clone(), new.clone())),
    }
}

fn lists(at: &Pointer, one: &[Value], two: &[Value], found: &mut Vec<Difference>) {
    let key = identity(one, two);
    let names = |list: &[Value]| -> Vec<String> {
        list.iter()
            .map(|element| match key {
                Some(key) => element[key].to_string(),
                None => element.to_string(),
            })
            .collect()
    };
    let (old_names, new_names) = (names(one), names(two));
    for step in steps(&old_names, &new_names) {
        let (old, new) = (step.old_range(), step.new_range());
        if let DiffOp::Equal { .. } = step {
            for (index, other) in old.zip(new) {
                visit(&at.index(index), &one[index], &two[other], found);
            }
            continue;
        }
        let all = old.len() == one.len();
        let is_large = |value: &Value| value.is_object() || value.is_array();
        let alike = one[old.clone()].iter().zip(&two[new.clone()]).all(|(one, two)| is_large(one) && is_large(two));
        // Small values come and go; of a large one a part may have changed.
        let common = if key.is_none() && (alike || all) { old.len().min(new.len()) } else { 0 };
        for (index, other) in old.clone().zip(new.clone()).take(common) {
            visit(&at.index(index), &one[index], &two[other], found);
        }
        found.extend(old.clone().skip(common).map(|index| Difference::Remove(at.index(index))));
        let added = new.skip(common).map(|other| Difference::AddElement(at.clone(), old.end, two[other].clone()));
        found.extend(added);
    }
}

/// The steps from one list of texts to another. They are found as for the lines of a text, so that the algorithms are compiled once.
pub(super) fn steps(old: &[String], new: &[String]) -> Vec<DiffOp> {
    let old: Vec<&str> = old.iter().map(String::as_str).collect();
    let new: Vec<&str> = new.iter().map(String::as_str).collect();
    TextDiff::from_slices(&old, &new).ops().to_vec()
}

/// The key that tells the elements of both lists apart.
fn identity(one: &[Value], two: &[Value]) -> Option<&'static str> {
    ELEMENT_IDS.into_iter().find(|key| {
        [one, two].iter().all(|list| {
            let mut ids: Vec<&str> = list.iter().filter_map(|element| element.get(key)?.as_str()).collect();
            let count = ids.len();
            ids.sort_unstable();
            ids.dedup();
            ids.len() == count && count == list.len()
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_compared_by_element() {
        let shown = |old: Value, new: Value| between(&old, &new);
        let root = Pointer::root();
        assert_eq!(
            shown(json!(["a", "b", "c"]), json!(["b", "c", "d"])),
            [Difference::Remove(root.index(0)), Difference::AddElement(root.clone(), 3, json!("d"))]
        );
        assert_eq!(
            shown(json!([{"planId": "a", "x": 1}, {"planId": "b", "x": 1}]), json!([{"planId": "b", "x": 2}])),
            [Difference::Remove(root.index(0)), Difference::Replace(root.index(1).key("x"), json!(2))]
        );
        assert_eq!(
            shown(json!([1, {"a": 1}]), json!([1, {"a": 2}])),
            [Difference::Replace(root.index(1).key("a"), json!(2))]
        );
        assert_eq!(
            shown(json!({"a": 1, "c": 1}), json!({"b": [], "c": 1})),
            [
                Difference::Remove(root.key("a")),
                Difference::AddMember(root.clone(), "b".into(), json!([]), Some("c".into()))
            ]
        );
        assert_eq!(
            shown(json!({"a": 1}), json!({"a": 1, "b": 2})),
            [Difference::AddMember(root, "b".into(), json!(2), None)]
        );
    }
}
