//! Sets of words the service knows: markets and categories. Both are open, since the service was seen to take others.

use serde_json::{Map, Value, json};

use super::kind::{Choice, like, list_of, set_of};
use super::scope::{Keys, firm_mapping};

const MARKETS: &str = include_str!("markets.tsv");
const CATEGORIES: &str = include_str!("categories.tsv");

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// A list of markets.
pub(crate) fn markets() -> Value {
    let markets: Vec<_> = rows(MARKETS).map(|row| (row[0], row[1])).collect();
    let mut market = like("word", &markets);
    market["pattern"] = json!("^[A-Z]{2}$");
    market["patternErrorMessage"] = json!("Two capital letters, such as NO.");
    set_of(&market)
}

/// The map of categories of a group of offer types.
pub(crate) fn category_map(group: &str) -> Value {
    let mut categories: Vec<(&str, &str, Vec<Choice>)> = Vec::new();
    let mut wanted = false;
    for row in rows(CATEGORIES) {
        let [start, key, name] = row[..] else { panic!("{row:?}") };
        if !start.is_empty() {
            wanted = start == group;
        }
        match categories.last_mut() {
            Some((.., below)) if wanted && start.is_empty() => below.push((key, name)),
            _ if wanted => categories.push((key, name, Vec::new())),
            _ => {}
        }
    }
    let first: Vec<_> = categories.iter().map(|(key, name, _)| (*key, *name)).collect();
    let mut members = Map::new();
    members.insert("categoryL1".to_owned(), {
        let mut level = like("word", &first);
        level["description"] = json!("The key of a category.");
        level
    });
    for (key, name, below) in &categories {
        let mut level = list_of(&like("word", below));
        level["description"] = json!(format!("Subcategories of {name}, at most two."));
        members.insert(format!("categoryL2-{key}"), level);
    }
    let mut element = firm_mapping(members, Keys::Closed);
    element["patternProperties"] = json!({ "^categoryL2-": list_of(&json!({ "$ref": "#/$defs/word" })) });
    list_of(&element)
}
