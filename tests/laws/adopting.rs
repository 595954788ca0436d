//! Laws of adopting: what was edited in the portal and written back is no difference any more, and nothing else changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use offerform::adopt::{Adoption, Declared, Subject, adopt};
use offerform::desired::{self, Desired, NoVariables};
use offerform::diff::{Change, Comparison, Ownership, compare};
use offerform::import::{Manner, Sharing, import};
use offerform::offer::fields::FieldTable;
use offerform::offer::{Document, OfferAddress};
use offerform::source::{MemoryTree, Sources};
use proptest::prelude::*;
use serde_json::Value;

use crate::offers;

fn tree(files: &BTreeMap<String, String>) -> MemoryTree {
    files.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(path, text.as_str()))
}

fn loaded(files: &BTreeMap<String, String>) -> (Arc<Desired>, Sources) {
    let mut loaded = desired::load(&tree(files), &["firewall.yaml".to_owned()], &NoVariables);
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    (Arc::new(loaded.desired.remove(0)), loaded.sources)
}

fn changes(desired: &Desired, live: &Document, ownership: Ownership) -> Vec<Change> {
    let plain = Comparison::plain(FieldTable::of(&desired.offer_type), &desired.document, live);
    compare(Comparison { ownership, ..plain }).changes
}

/// The files after everything that `live` has otherwise was adopted.
pub(crate) fn adopted(
    files: &BTreeMap<String, String>,
    live: &Document,
    ownership: Ownership,
) -> (Adoption, BTreeMap<String, String>) {
    let (desired, sources) = loaded(files);
    let changes = changes(&desired, live, ownership);
    let wanted = changes.iter().filter(|change| change.is_determined()).collect();
    let subject = Subject { desired: Arc::clone(&desired), live, changes: wanted, conflicts: Vec::new() };
    let (tree, selection, offers) = (tree(files), ["firewall.yaml".to_owned()], [desired]);
    let declared =
        Declared { tree: &tree, offers: &offers, sources: &sources, selection: &selection, environment: &NoVariables };
    let adoption = adopt(declared, &[subject]);
    let mut next = files.clone();
    next.extend(adoption.files.iter().map(|(path, text)| (path.to_string(), text.clone())));
    (adoption, next)
}

proptest! {
    #[test]
    fn what_is_adopted_is_no_difference_and_what_is_left_still_is((kind, one, two) in offers::pair(), exact in any::<bool>()) {
        // No file can hold this id: that is for the laws about importing.
        let possible = |content: &Value| {
            let text = content.to_string().replace("\"planId\":\"a/b~c\"", "\"planId\":\"basic\"");
            serde_json::from_str::<Value>(&text).unwrap()
        };
        let shown = |content: &Value| Document::new(possible(&offers::split_secrets(content, true).0));
        let (before, after) = (shown(&one), shown(&two));
        let asked = [(OfferAddress::new("contoso", "firewall"), before)];
        let files = import(&asked, Manner { schema: "x", sharing: Sharing::Apart }).files;
        prop_assert!(files.contains_key("firewall.yaml"), "{}", kind);
        let ownership = if exact { Ownership::Exact } else { Ownership::Declared };
        let (adoption, next) = adopted(&files, &after, ownership);
        let (desired, _) = loaded(&next);
        let still: Vec<String> = changes(&desired, &after, ownership)
            .into_iter()
            .filter(|change| change.is_determined() && change.displaced_by.is_empty())
            .map(|change| change.identity.to_string())
            .collect();
        prop_assert!(still.len() <= adoption.left.len(), "{:?}\n{:?}\n{}\n{}", still, adoption.left, files["firewall.yaml"], next["firewall.yaml"]);
        for text in next.values() {
            prop_assert!(!text.contains("SIGNATURE"), "{}", text);
        }
        if adoption.left.is_empty() {
            // Back again: what was adopted can be adopted the other way.
            let (again, _) = adopted(&next, &after, ownership);
            prop_assert!(again.files.is_empty() && again.left.is_empty(), "{:?}", again);
        }
    }
}
