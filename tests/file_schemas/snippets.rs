//! Good and bad snippets, by hand: each bad one is refused where the mistake is.

use jsonschema::Validator;
use offerform::desired::{self, NoVariables};
use offerform::diagnostic::{Diagnostics, Severity};
use offerform::rules::{self, Circumstances};
use offerform::secret::NoSecrets;
use offerform::source::MemoryTree;
use serde_json::Value;

use crate::bad::BAD;
use crate::editor::document;
use crate::good::GOOD;
use crate::validator;

pub(crate) const VM: &str = "microsoft-azure-virtualmachines";
pub(crate) const CORE: &str = "microsoft-azure-corevm";
pub(crate) const APP: &str = "microsoft-azure-applications";
pub(crate) const OTHER: &str = "contoso-robots";

/// An offer with these lines below its envelope.
fn written(offer_type: &str, rest: &str) -> String {
    let rest = if rest.starts_with('{') { format!("<<: {rest}") } else { rest.to_owned() };
    format!("publisherId: contoso\nid: sample\nofferTypeId: {offer_type}\n{rest}\n")
}

fn offer(offer_type: &str, rest: &str) -> Value {
    document(&written(offer_type, rest))
}

fn errors(validator: &Validator, instance: &Value) -> Vec<(String, String)> {
    validator.iter_errors(instance).map(|error| (error.instance_path().to_string(), error.to_string())).collect()
}

#[test]
fn what_is_good_passes() {
    let whole = validator("offer");
    for (offer_type, rest) in GOOD {
        let instance = offer(offer_type, rest);
        assert_eq!(errors(&whole, &instance), [], "{offer_type}: {rest}");
        if let Some(own) = own_schema(offer_type) {
            assert_eq!(errors(&validator(own), &instance), [], "{own}: {rest}");
        }
    }
}

/// An editor should not praise what the program refuses.
#[test]
fn what_is_good_loads() {
    let parts = [
        ("definition.yaml", "{}"),
        ("plans.yaml", "[]"),
        ("plan.yaml", "{ planId: a }"),
        ("parts/reconcile.yaml", "{}"),
    ];
    let parts = parts.into_iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(path, text));
    for (offer_type, rest) in GOOD {
        let tree = parts.clone().with("a.yaml", written(offer_type, rest));
        let loaded = desired::load(&tree, &["a.yaml".to_owned()], &NoVariables);
        let errors: Vec<&str> = loaded
            .diagnostics
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| finding.message.as_str())
            .collect();
        assert!(errors.is_empty(), "{offer_type}: {rest}: {errors:?}");
        assert_eq!(loaded.desired.len(), 1);
    }
}

/// What the program says about an offer: findings of the loader, then those of the rules.
fn told(text: &str) -> Vec<String> {
    let tree = MemoryTree::default().with("a.yaml", text);
    let loaded = desired::load(&tree, &["a.yaml".to_owned()], &NoVariables);
    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    let circumstances = Circumstances { now, secrets: &NoSecrets };
    let judged: Vec<Diagnostics> =
        loaded.desired.iter().map(|offer| rules::judge(offer, circumstances, None)).collect();
    let all = loaded.diagnostics.iter().chain(judged.iter().flatten());
    all.map(|finding| finding.message.clone()).collect()
}

/// The program is not silent where an editor underlines: what is no error there is a warning at least.
#[test]
fn what_is_bad_is_told_by_the_program_too() {
    for (offer_type, rest, ..) in BAD {
        assert_ne!(told(&written(offer_type, rest)), [""; 0], "{offer_type}: {rest}");
    }
}

fn own_schema(offer_type: &str) -> Option<&'static str> {
    match offer_type {
        VM => Some("offer-virtual-machine"),
        CORE => Some("offer-core-vm"),
        APP => Some("offer-application"),
        _ => None,
    }
}

#[test]
fn what_is_bad_is_refused_where_it_is() {
    let whole = validator("offer");
    for (offer_type, rest, place, word) in BAD {
        let instance = offer(offer_type, rest);
        let found = errors(&whole, &instance);
        let is_expected = |(at, why): &(String, String)| at == place && why.contains(word);
        assert!(found.iter().any(is_expected), "{rest}: {found:#?}");
        if let Some(own) = own_schema(offer_type) {
            let found = errors(&validator(own), &instance);
            assert!(found.iter().any(is_expected), "{own}: {rest}: {found:#?}");
        }
    }
}

#[test]
fn the_envelope_is_required_of_every_type_unless_a_file_is_merged_in() {
    let whole = validator("offer");
    let found = errors(&whole, &document("{}"));
    for key in ["publisherId", "id", "offerTypeId", "definition"] {
        assert!(found.iter().any(|(_, why)| why.contains(&format!("\"{key}\""))), "{key}: {found:?}");
    }
    assert_eq!(errors(&whole, &document("<<: { $file: base.yaml }\nid: other")), []);
    for (key, value) in
        [("id", "Big"), ("id", "ends-"), ("publisherId", "a/b"), ("publisherId", "''"), ("offerTypeId", "7")]
    {
        let mut instance = offer(OTHER, "definition: {}");
        instance[key] = document(value);
        assert_eq!(errors(&whole, &instance)[0].0, format!("/{key}"), "{key}: {value}");
    }
}

#[test]
fn settings_are_checked() {
    let settings = validator("offerform");
    for good in [
        "~",
        "{}",
        "{ offers: ['offers/**/*.yaml'], record: git-notes, guards: { max_changed_percent: 20 }, parallelism: 256 }",
    ] {
        assert_eq!(errors(&settings, &document(good)), [], "{good}");
    }
    for (bad, place) in [
        ("{ offers: offers }", "/offers"),
        ("{ parallelism: 0 }", "/parallelism"),
        ("{ parallelism: '8' }", "/parallelism"),
        ("{ record: git }", "/record"),
        ("{ auth: magic }", "/auth"),
        ("{ endpoint: localhost }", "/endpoint"),
        ("{ guards: { max_changed_percent: 101 } }", "/guards/max_changed_percent"),
        ("{ guards: { max: 1 } }", "/guards"),
        ("{ notification_emails: ['a@b,c@d'] }", "/notification_emails/0"),
        ("{ ofers: [] }", ""),
    ] {
        assert_eq!(errors(&settings, &document(bad))[0].0, place, "{bad}");
    }
}

#[test]
fn a_part_of_a_listing_is_checked() {
    let part = validator("part-listing");
    assert_eq!(
        errors(
            &part,
            &document("{ title: X, supportContactPhone: +1 425 555 0111, usefulLinks: { $file: links.yaml } }")
        ),
        []
    );
    for (bad, place) in [("{ titel: X }", ""), ("{ supportContactPhone: 4255550111 }", "/supportContactPhone")] {
        assert_eq!(errors(&part, &document(bad))[0].0, place, "{bad}");
    }
}
