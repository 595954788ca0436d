//! Names of files and variables, made of names that come from the service and may be anything.
//!
//! A name of a file has letters, digits, `-` and `_` only, is none that Windows keeps for itself, and differs from all others
//! in more than letter case. So it never leads out of the folder, whatever it is made of.

use std::collections::HashSet;

use crate::offer::{IdentityPath, OfferPart, layout};

/// How long the name of a file is at most, without what tells it from others and without its extension.
const LONGEST: usize = 80;

/// Names that mean something else to Windows, whatever their extension.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "conin", "conout"];

/// Names that this program uses for other files: the settings file, and the folder of shared parts.
const USED_BY_OFFERFORM: [&str; 2] = ["offerform", "parts"];

/// The names in one folder.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// A name that nothing else here has: the first of `wishes` that is free, or else the last with a number.
    pub(super) fn take(&mut self, wishes: &[String]) -> String {
        for release_request in wishes {
            let name = safe(release_request);
            if self.0.insert(name.to_lowercase()) {
                return name;
            }
        }
        let last = wishes.last().map_or_else(String::new, |release_request| safe(release_request));
        let numbered = (2..).map(|number: u32| format!("{last}-{number}"));
        numbered.into_iter().find(|name| self.0.insert(name.to_lowercase())).unwrap_or(last)
    }
}

/// The part of `name` that can stand in the name of a file anywhere.
fn safe(name: &str) -> String {
    let kept = name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' });
    let kept: String = kept.take(LONGEST).collect();
    let kept = kept.trim_matches('-');
    let lower = kept.to_ascii_lowercase();
    let port = lower.strip_prefix("com").or_else(|| lower.strip_prefix("lpt"));
    let is_port = port.is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()));
    if kept.is_empty() || is_port || RESERVED.contains(&lower.as_str()) || USED_BY_OFFERFORM.contains(&lower.as_str()) {
        format!("offer-{kept}").trim_end_matches('-').to_owned()
    } else {
        kept.to_owned()
    }
}

/// Keys of the Product Ingestion API that say no more than the key or the id below them.
const SAYS_NOTHING: [&str; 9] = [
    "customer-leads",
    "listing",
    "plan-listing",
    "virtual-machine-plan-technical-configuration",
    "core-virtual-machine-plan-technical-configuration",
    "container-plan-technical-configuration",
    "vmImageVersions",
    "source",
    "en-us",
];

/// What a value is called: the keys on the way to it, without those that every offer has.
pub(super) fn words(at: &IdentityPath, offer_type: &str) -> Vec<String> {
    let (part, rest) = OfferPart::of_path(at);
    let ids = match part {
        OfferPart::Sku(sku) | OfferPart::Generations(sku) | OfferPart::Plan(sku) => vec![sku],
        OfferPart::Generation(sku, generation) => vec![sku, generation],
        OfferPart::Document
        | OfferPart::Definition
        | OfferPart::Offer
        | OfferPart::Skus
        | OfferPart::Product
        | OfferPart::Plans => Vec::new(),
    };
    let mut words = Vec::new();
    for token in ids.iter().chain(&rest) {
        let (namespace, key) = layout::named(token, offer_type);
        words.extend(namespace.map(ToOwned::to_owned));
        // They hold one object for each version, or say no more than the key below them.
        if !layout::IMAGES.iter().any(|images| images.name == key) && !SAYS_NOTHING.contains(&key) {
            let word = key.trim_end_matches("LeadConfiguration");
            // A generation is often called like its SKU, and something more.
            let more = words.last().and_then(|last| word.strip_prefix(last.as_str())?.strip_prefix('-'));
            words.push(more.unwrap_or(word).to_owned());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// `skuDescription` as `sku-description`.
pub(super) fn kebab(word: &str) -> String {
    separated(word, '-').to_ascii_lowercase()
}

/// The name of a variable: `contoso-fw`, `1.9.2`, `osVhdUrl` is `CONTOSO_FW_1_9_2_OS_VHD_URL`.
pub(super) fn variable(words: &[String]) -> String {
    let joined: Vec<String> = words.iter().map(|word| separated(word, '_')).collect();
    let kept = joined
        .join("_")
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
        .collect::<String>();
    let parts: Vec<&str> = kept.split('_').filter(|part| !part.is_empty()).collect();
    let name: String = parts.join("_").chars().take(200).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name
    } else {
        format!("OFFER_{name}").trim_end_matches('_').to_owned()
    }
}

/// The word with a separator before each capital that follows a small letter or begins a new word.
fn separated(word: &str, separator: char) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut out = String::with_capacity(word.len() + 4);
    for (position, letter) in letters.iter().enumerate() {
        let before = position.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(position + 1);
        let begins = before.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            || (before.is_some_and(|c| c.is_ascii_uppercase()) && after.is_some_and(char::is_ascii_lowercase));
        if letter.is_ascii_uppercase() && begins {
            out.push(separator);
        }
        out.push(*letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_the_service_is_the_name_of_a_file_in_the_folder_and_nothing_else() {
        let long = "x".repeat(300);
        for (id, expected) in [
            ("firewall", "firewall"),
            ("Fire_wall-2", "Fire_wall-2"),
            ("../x", "x"),
            ("a/b", "a-b"),
            ("..", "offer"),
            (".hidden", "hidden"),
            ("", "offer"),
            ("CON", "offer-CON"),
            ("con.txt", "con-txt"),
            ("lpt1", "offer-lpt1"),
            ("lpt", "lpt"),
            ("C:\\x", "C--x"),
            ("offerform", "offer-offerform"),
            ("parts", "offer-parts"),
            ("a.yaml", "a-yaml"),
            ("grün 😀", "gr-n"),
            ("a\u{0}b\nc", "a-b-c"),
            (long.as_str(), &long[..80]),
        ] {
            assert_eq!(Names::default().take(&[id.to_owned()]), expected, "{id}");
        }
    }

    #[test]
    fn two_names_differ_in_more_than_letter_case() {
        let mut names = Names::default();
        let wishes = |offer: &str, publisher: &str| [offer.to_owned(), format!("{publisher}-{offer}")];
        let taken: Vec<_> = [("fw", "one"), ("FW", "two"), ("Fw", "Two"), ("a/b", "x"), ("a.b", "x")]
            .map(|(offer, publisher)| names.take(&wishes(offer, publisher)))
            .into();
        assert_eq!(taken, ["fw", "two-FW", "Two-Fw-2", "a-b", "x-a-b"]);
    }

    #[test]
    fn variables_and_texts_are_called_after_their_place() {
        let vm = "microsoft-azure-virtualmachines";
        for (at, variable_name, file) in [
            (
                "/definition/plans/standard/microsoft-azure-virtualmachines.vmImages/1.9.2/osVhdUrl",
                "FIREWALL_STANDARD_1_9_2_OS_VHD_URL",
                "standard-1.9.2-os-vhd-url",
            ),
            (
                "/definition/offer/microsoft-azure-marketplace.marketoLeadConfiguration/clientSecret",
                "FIREWALL_MARKETO_CLIENT_SECRET",
                "marketo-client-secret",
            ),
            (
                "/definition/offer/microsoft-azure-marketplace-testdrive.description",
                "FIREWALL_MARKETPLACE_TESTDRIVE_DESCRIPTION",
                "marketplace-testdrive-description",
            ),
            (
                "/definition/plans/linux-12/diskGenerations/linux-12-gen2/x",
                "FIREWALL_LINUX_12_GEN2_X",
                "linux-12-gen2-x",
            ),
            ("/definition/plans/a~1b/x.skuDescription", "FIREWALL_A_B_X_SKU_DESCRIPTION", "a/b-x.sku-description"),
        ] {
            let at = IdentityPath::parse(at).unwrap();
            let words = words(&at, vm);
            let with_offer: Vec<String> = [vec!["firewall".to_owned()], words.clone()].concat();
            assert_eq!(variable(&with_offer), variable_name);
            assert_eq!(words.iter().map(|word| kebab(word)).collect::<Vec<_>>().join("-"), file);
        }
        assert_eq!(variable(&["1.0".to_owned(), "üö".to_owned()]), "OFFER_1_0");
        assert_eq!(variable(&[]), "OFFER");
    }
}
