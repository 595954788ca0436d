//! Laws of what may be shown and kept: no secret, no signature; and of the record: what was learned is recalled.

use std::collections::BTreeSet;

use offerform::diff::Unmanaged;
use offerform::offer::{IdentityPath, OfferAddress};
use offerform::plan::Plan;
use offerform::record::{Memory, Record, Rewrites};
use offerform::render::json::v1;
use offerform::render::{Style, human};
use proptest::option;
use proptest::prelude::*;
use serde_json::json;

use crate::anything::{any_json, any_pair};
use crate::world::{Pair, pair};

fn assert_clean(text: &str) -> Result<(), TestCaseError> {
    for secret in ["SIGNATURE", "SECRET.vhd"] {
        let found = text.find(secret).map(|at| &text[..at]);
        prop_assert!(found.is_none(), "{} is shown behind {}", secret, found.unwrap_or_default());
    }
    Ok(())
}

pub(crate) fn context() -> v1::PlanContext<'static> {
    static NONE: BTreeSet<String> = BTreeSet::new();
    v1::PlanContext {
        endpoint: "https://service.example",
        paths: &[],
        offers: &[],
        publisher: None,
        compared_secrets: &NONE,
        allow: Vec::new(),
        drift: "keep",
        overwrite_conflicts: false,
        rotate_secrets: false,
        no_fetch: false,
        release: serde_json::json!({}),
    }
}

fn path() -> IdentityPath {
    IdentityPath::root().key("definition").key("plans").key("standard").key("x")
}

proptest! {
    #[test]
    fn nothing_that_is_shown_holds_a_secret(pair in prop_oneof![pair(), any_pair()], exists in any::<bool>()) {
        let pair = if exists { pair } else { Pair { live: None, ..pair } };
        let plan = Plan::new(vec![pair.build(Unmanaged::Listed).unwrap()]);
        for planned in plan.offers()[0].changes() {
            assert_clean(&format!("{:?}", planned.change))?;
            assert_clean(&planned.change.fingerprint())?;
        }
        let mut shown = Vec::new();
        human::plan(&plan, &mut shown, Style::plain()).unwrap();
        assert_clean(&String::from_utf8(shown).unwrap())?;
        let mut saved = Vec::new();
        v1::plan(&plan, &context(), &mut saved).unwrap();
        assert_clean(&String::from_utf8(saved).unwrap())?;
    }

    #[test]
    fn what_was_learned_is_recalled(one in option::of(any_json()), two in option::of(any_json()), other in any_json()) {
        let mut rewrites = Rewrites::default();
        let learned = rewrites.learn(path(), one.as_ref(), two.as_ref());
        let mut record = Record::default();
        let address = OfferAddress::new("contoso", "firewall");
        record.set("https://service.example", &address, rewrites);
        let text = serde_json::to_string(&record).unwrap();
        let again: Record = serde_json::from_str(&text).unwrap();
        let rewrites = again.rewrites("https://service.example", &address);
        let expected = if learned { Memory::AsRecorded } else { Memory::None };
        prop_assert_eq!(rewrites.recall(&path(), one.as_ref(), two.as_ref()), expected);
        let moved = json!(["moved", other]);
        prop_assert_ne!(rewrites.recall(&path(), one.as_ref(), Some(&moved)), Memory::AsRecorded);
        prop_assert_ne!(rewrites.recall(&path(), Some(&moved), two.as_ref()), Memory::AsRecorded);
        for kept in ["password", "sig=", "SIGNATURE"] {
            prop_assert!(!text.contains(kept));
        }
    }
}
