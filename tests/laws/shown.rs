//! What is reviewed is what is sent: documents that differ in anything but a secret or a signature differ in everything that is
//! shown of them, and in the digest.

use offerform::diff::Unmanaged;
use offerform::offer::Pointer;
use offerform::offer::fields::{Comparison, FieldPlace};
use offerform::plan::Plan;
use offerform::render::json::v1;
use offerform::render::markdown::{self, Medium};
use offerform::render::{Style, html, human};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::secrets::context;
use crate::world::{Pair, pair};

/// The texts of a document that are compared as they are, and the addresses that are compared without their signatures.
fn texts(place: FieldPlace<'static>, value: &Value, at: Pointer, found: &mut Vec<(Pointer, bool)>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members.iter().filter(|(key, _)| *key != "planId") {
                texts(place.key(key), member, at.key(key), found);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                texts(place.element(), element, at.index(index), found);
            }
        }
        Value::String(_) => match place.field().comparison {
            Comparison::Value => found.push((at, false)),
            Comparison::SignedUrl => found.push((at, true)),
            Comparison::Secret | Comparison::ServerOwned | Comparison::Artifact => {}
        },
        _ => {}
    }
}

/// Everything that is shown of the plan that makes `live` into `desired`, with its digest, by the name of the format.
fn shown(pair: &Pair, at: &Pointer, text: &str) -> Vec<(&'static str, String)> {
    let mut content = pair.desired.content().clone();
    *content.pointer_mut(at.as_str()).unwrap() = json!(text);
    let desired = offerform::offer::Document::with_sealed(content, pair.desired.sealed().clone());
    let pair = Pair { desired, ..pair.clone() };
    let plan = Plan::new(vec![pair.build(Unmanaged::Skipped).unwrap()]);
    let written = |write: &dyn Fn(&mut Vec<u8>) -> std::io::Result<()>| {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        // The digest stands in all of them, and would tell them apart by itself.
        String::from_utf8(out).unwrap().replace(plan.digest().as_str(), "DIGEST")
    };
    vec![
        ("digest", plan.digest().to_string()),
        ("human", written(&|out| human::plan(&plan, out, Style::plain()))),
        ("markdown", written(&|out| markdown::plan(&plan).write(Medium { room: usize::MAX, html: None }, out))),
        ("html", written(&|out| html::plan(&plan, out))),
        ("json", written(&|out| v1::plan(&plan, &context(), out))),
    ]
}

proptest! {
    // Each case makes six plans and shows each in four formats; tests/hardening bends pairs of documents for as long as one likes.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_differs_is_shown_to_differ_and_signatures_are_not(pair in pair(), which in any::<Index>()) {
        let mut places = Vec::new();
        let definition = pair.desired.content()["definition"].clone();
        let at = Pointer::root().key("definition");
        texts(pair.table().root().key("definition"), &definition, at, &mut places);
        if places.is_empty() {
            return Ok(());
        }
        let (at, is_signed) = &places[which.index(places.len())];
        let differing: [&str; 6] = if *is_signed {
            [
                "https://x/a.vhd?sv=1&sig=a", "https://x/a.vhd?sv=1&sig=a#b", "https://x/a.vhd?sv=1&sig=a&v=2",
                "https://x/b.vhd?sv=1&sig=a", "https://x/a.vhd?sig=a NOW", "http://x/a.vhd?sv=1&sig=a",
            ]
        } else {
            [
                "Firewall", "Firewall?sv=1&se=CLICK", "Firewall?sig=1&sv=CLICK https://evil.example NOW",
                "https://x/?sig=1&sv=CLICK", "https://x/?sv=1", "https://x/",
            ]
        };
        let all: Vec<_> = differing.iter().map(|text| shown(&pair, at, text)).collect();
        for (one, first) in all.iter().enumerate() {
            for (other, second) in all.iter().enumerate().skip(one + 1) {
                for ((format, one_text), (_, other_text)) in first.iter().zip(second) {
                    prop_assert_ne!(one_text, other_text, "{} at {}: {} and {}", format, at, differing[one], differing[other]);
                }
            }
        }
        if *is_signed {
            prop_assert_eq!(shown(&pair, at, "https://x/a.vhd?sv=1&sig=a"), shown(&pair, at, "https://x/a.vhd?sv=2&sig=b&se=3"));
        }
    }
}
