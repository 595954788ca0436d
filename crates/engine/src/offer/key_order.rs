//! In which order keys are written: what an offer is comes first, what is long comes last, and between them it goes by name, numbers
//! by value. The service's own order is none: it is another one after each save.

use std::cmp::Ordering;

/// What comes first, in this order.
const FIRST: [&str; 30] = [
    "api",
    "publisherId",
    "id",
    "type",
    "kind",
    "offerTypeId",
    "definition",
    "planId",
    "product",
    "property",
    "plan",
    "versionNumber",
    "categoryL1",
    "displayText",
    "offer",
    "title",
    "skuTitle",
    "summary",
    "skuSummary",
    "longSummary",
    "skuLongSummary",
    "description",
    "skuDescription",
    "skuDescriptionPublicAzure",
    "regions",
    "linkTitle",
    "linkUrl",
    "sharedcore",
    "osVhdUrl",
    "isByol",
];

/// What comes last, in this order.
const LAST: [&str; 17] = [
    "smallLogo",
    "mediumLogo",
    "largeLogo",
    "wideLogo",
    "heroLogo",
    "screenshots",
    "videos",
    "leadDestination",
    LEAD_OBJECT,
    "privacyURL",
    "termsOfUse",
    "termsOfUseURL",
    "vmImages",
    "vmImagesPublicAzure",
    "vmImageVersions",
    "diskGenerations",
    "plans",
];

/// Where leads go: names end like this.
const LEAD_OBJECT: &str = "LeadConfiguration";

/// How two keys of one mapping are ordered.
#[must_use]
pub fn compare(one: &str, two: &str) -> Ordering {
    rank(one).cmp(&rank(two)).then_with(|| natural(one, two)).then_with(|| one.cmp(two))
}

fn rank(key: &str) -> usize {
    let first = FIRST.iter().position(|name| *name == key);
    let last = LAST.iter().position(|name| *name == key || (*name == LEAD_OBJECT && key.ends_with(LEAD_OBJECT)));
    first.unwrap_or_else(|| FIRST.len() + last.map_or(0, |position| position + 1))
}

/// By text without letter case, runs of digits by value: `1.9.2` comes before `1.10.0`.
#[must_use]
pub fn natural(one: &str, two: &str) -> Ordering {
    let (mut one, mut two) = (one, two);
    loop {
        let (digits, others) = (digits(one), self::digits(two));
        if digits > 0 && others > 0 {
            let (number, rest) = one.split_at(digits);
            let (other, other_rest) = two.split_at(others);
            let (number, other) = (number.trim_start_matches('0'), other.trim_start_matches('0'));
            let order = number.len().cmp(&other.len()).then_with(|| number.cmp(other));
            if order != Ordering::Equal {
                return order;
            }
            (one, two) = (rest, other_rest);
            continue;
        }
        let (mut letters, mut other_letters) = (one.chars(), two.chars());
        match (letters.next(), other_letters.next()) {
            (Some(a), Some(b)) => {
                let order = a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase());
                if order != Ordering::Equal {
                    return order;
                }
                (one, two) = (letters.as_str(), other_letters.as_str());
            }
            (a, b) => return a.is_some().cmp(&b.is_some()),
        }
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_one_order_whatever_order_they_come_in() {
        let mut keys = [
            "vmImages",
            "1.10.0",
            "crmLeadConfiguration",
            "largeLogo",
            "b",
            "1.9.2",
            "title",
            "A",
            "planId",
            "product",
            "property",
            "plan",
            "versionNumber",
            "termsOfUse",
            "12core",
            "4core",
            "a",
            "01",
            "1",
        ];
        keys.sort_by(|one, two| compare(one, two));
        let expected = [
            "planId",
            "product",
            "property",
            "plan",
            "versionNumber",
            "title",
            "01",
            "1",
            "1.9.2",
            "1.10.0",
            "4core",
            "12core",
            "A",
            "a",
            "b",
            "largeLogo",
            "crmLeadConfiguration",
            "termsOfUse",
            "vmImages",
        ];
        assert_eq!(keys, expected);
    }
}
