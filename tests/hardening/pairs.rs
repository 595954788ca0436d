//! Pairs of documents. Two that differ in anything but a secret or the parameters of a signature in a signed field have other
//! digests, and look otherwise in every format; and members that only look like fields change no guard.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fastrand::Rng;
use offerform::backend::Production;
use offerform::desired::{self, Desired, NoVariables};
use offerform::diff::Unmanaged;
use offerform::offer::fields::{Comparison, FieldPlace, FieldTable};
use offerform::offer::layout::{Holder, Layout, fields};
use offerform::offer::{Document, OfferTypeId, Pointer, Revision};
use offerform::plan::{self, Inputs, Known, Live, Lookup, OfferPlan, Plan, Policy};
use offerform::record::Rewrites;
use offerform::render::json::v1;
use offerform::render::markdown::{self, Medium};
use offerform::render::{Style, html, human};
use offerform::secret::{NoSecrets, looks_secret};
use offerform::source::MemoryTree;
use serde_json::{Map, Value, json};

use crate::Tell;
use crate::corpus::OFFERS;
use crate::mutate::{one_of, value};
use crate::pointers::pointers;

/// What is put into texts to tell two of them apart, or to hide that they are not the same.
const TRICKS: [&str; 24] = [
    "?sig=1&sv=CLICK https://evil.example NOW",
    "?sv=1&se=2030",
    "?v=2",
    "#a?b&sig=c",
    "(redacted)",
    "(redacted: looks like a GitHub token)",
    " ",
    "\u{a0}",
    "\u{200b}",
    "\u{202e}",
    "\u{1b}[8m",
    "\r",
    "\n",
    "\u{0}",
    "<p>",
    "<!-- x -->",
    "<script>",
    "&lt;",
    "\\u0026sig=1",
    "`",
    "\"",
    "…",
    "0",
    "https://user@host.example/",
];

/// Addresses, first those that are signed.
const ADDRESSES: [&str; 8] = [
    "https://x.example/a.vhd?sv=1&sig=abc",
    "https://x.example/a.vhd?sv=2&sig=def&se=2030",
    "https://x.example/b.vhd?sv=1&sig=abc",
    "https://x.example/a.vhd?v=2&sv=1&sig=abc",
    "https://x.example/a.vhd?sv=1&sig=abc#b",
    "http://x.example/a.vhd?sv=1&sig=abc",
    "https://x.example/a.vhd?sv=1",
    "https://x.example/a.vhd",
];

/// What the signed ones are without their signatures.
const SIGNED: [&str; 6] = [
    "https://x.example/a.vhd",
    "https://x.example/a.vhd",
    "https://x.example/b.vhd",
    "https://x.example/a.vhd?v=2",
    "https://x.example/a.vhd#b",
    "http://x.example/a.vhd",
];

/// Two documents that differ in one place, what is live, and whether the two look alike: if the place is the signature of an
/// address, they do.
struct Case {
    kind: String,
    one: Value,
    other: Value,
    live: Value,
    looks_alike: bool,
}

pub(crate) fn attempt(case: u64, tell: Tell<'_>) {
    let mut random = Rng::with_seed(case);
    let start = one_of(&mut random, &OFFERS).clone();
    let kind = start["offerTypeId"].as_str().unwrap().to_owned();
    let mut bent = || if random.u8(..3) == 0 { start.clone() } else { value(&mut random, &start, &OFFERS) };
    let (declared, live) = (bent(), bent());
    check(case, &kind, (&declared, &live), tell);
}

/// Tries documents that came from elsewhere.
pub(crate) fn check_all(number: usize, declared: &Value, live: &Value) {
    let start = &OFFERS[number % OFFERS.len()];
    check(number as u64, start["offerTypeId"].as_str().unwrap(), (declared, live), &|_| ());
}

fn check(number: u64, kind: &str, (declared, live): (&Value, &Value), tell: Tell<'_>) {
    let mut random = Rng::with_seed(number ^ 0x5eed);
    if let Some(case) = differing(&mut random, kind, declared, live) {
        tell(format_args!("{kind}\none {}\nother {}\nlive {live}", case.one, case.other));
        check_shown(&case);
    }
    tell(format_args!("{kind}\ndeclared {declared}\nlive {live}"));
    check_decoys(&mut random, kind, declared, live);
}

/// Two documents that are the same but for one place.
fn differing(random: &mut Rng, kind: &str, declared: &Value, live: &Value) -> Option<Case> {
    let table = FieldTable::of(&OfferTypeId::new(kind));
    let places = pointers(declared.get("definition")?, "/definition");
    let chosen: &String = one_of(random, &places);
    let at = Pointer::parse(chosen).unwrap();
    let here = declared.pointer(at.as_str())?;
    let place = at.tokens().fold(table.root(), |place, token| below(place, &token));
    // What identifies an element makes it another one, what the service owns is never sent, and a secret is not shown.
    let compared = matches!(place.field().comparison, Comparison::Value | Comparison::SignedUrl);
    if !compared || at.tokens().any(|token| ["planId", "categoryL1"].contains(&token.as_str())) {
        return None;
    }
    let is_signed = place.field().comparison == Comparison::SignedUrl;
    let (one, other, looks_alike) = match here {
        Value::String(_) if is_signed => {
            let (one, other) = (random.usize(..ADDRESSES.len()), random.usize(..ADDRESSES.len()));
            let are_signed = [one, other].map(|index| index < SIGNED.len());
            let is_same = are_signed == [true, true] && SIGNED[one] == SIGNED[other];
            // That there is a signature or none is shown, and is no other document.
            if are_signed[0] != are_signed[1] {
                return None;
            }
            (json!(ADDRESSES[one]), json!(ADDRESSES[other]), one == other || is_same)
        }
        Value::String(text) => {
            let mut bent = || text_near(random, text);
            let (one, other) = (bent(), bent());
            let looks_alike = one == other;
            (json!(one), json!(other), looks_alike)
        }
        Value::Number(_) => (json!(0.05), json!(random.u16(1..)), false),
        Value::Array(elements) => {
            let mut more = elements.clone();
            more.push(json!(format!("marker {}", one_of(random, &TRICKS))));
            (here.clone(), Value::Array(more), false)
        }
        Value::Object(members) => {
            let with = |key: &str| {
                let mut members = members.clone();
                members.insert(key.to_owned(), json!("marker"));
                Value::Object(members)
            };
            let key = format!("key{}", one_of(random, &TRICKS));
            (with(&key), if random.bool() { with(&format!("{key}.")) } else { here.clone() }, false)
        }
        _ => return None,
    };
    // Such a text is refused before anything is planned.
    if [&one, &other].into_iter().any(|value| !is_signed && holds_secret(value)) {
        return None;
    }
    let with = |value: Value| {
        let mut document = declared.clone();
        *document.pointer_mut(at.as_str()).unwrap() = value;
        document
    };
    Some(Case { kind: kind.to_owned(), one: with(one), other: with(other), live: live.clone(), looks_alike })
}

fn below(place: FieldPlace<'static>, token: &str) -> FieldPlace<'static> {
    if token.bytes().all(|byte| byte.is_ascii_digit()) { place.element() } else { place.key(token) }
}

fn holds_secret(value: &Value) -> bool {
    match value {
        Value::String(text) => looks_secret(text),
        Value::Array(elements) => elements.iter().any(holds_secret),
        Value::Object(members) => members.iter().any(|(key, member)| looks_secret(key) || holds_secret(member)),
        _ => false,
    }
}

fn text_near(random: &mut Rng, text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..random.usize(..3) {
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let (at, trick): (usize, &str) = (*one_of(random, &ends), *one_of(random, &TRICKS));
        text.insert_str(at, trick);
    }
    text
}

fn check_shown(case: &Case) {
    let [one, other] = [&case.one, &case.other].map(|document| shown(&case.kind, document, &case.live));
    for ((format, one), (_, other)) in one.iter().zip(&other) {
        if case.looks_alike {
            assert_eq!(one, other, "{format}: only a signature differs");
        } else {
            assert_ne!(one, other, "{format}: it does not tell two documents apart");
        }
    }
}

/// Everything that is shown of a plan, with its digest, by the name of the format.
fn shown(kind: &str, desired: &Value, live: &Value) -> Vec<(&'static str, String)> {
    let plan = Plan::new(vec![planned(kind, desired, live, Production::NotAsked)]);
    let written = |write: &dyn Fn(&mut Vec<u8>) -> std::io::Result<()>| {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        // The digest stands in all of them, and would tell them apart by itself.
        String::from_utf8(out).unwrap().replace(plan.digest().as_str(), "DIGEST")
    };
    let none = BTreeSet::new();
    let context = v1::PlanContext {
        endpoint: "https://service.example",
        paths: &[],
        offers: &[],
        publisher: None,
        compared_secrets: &none,
        allow: Vec::new(),
        drift: "keep",
        overwrite_conflicts: false,
        rotate_secrets: false,
        no_fetch: false,
        release: json!({}),
    };
    vec![
        ("digest", plan.digest().to_string()),
        ("human", written(&|out| human::plan(&plan, out, Style::plain()))),
        ("markdown", written(&|out| markdown::plan(&plan).write(Medium { room: usize::MAX, html: None }, out))),
        ("html", written(&|out| html::plan(&plan, out))),
        ("json", written(&|out| v1::plan(&plan, &context, out))),
    ]
}

fn planned(kind: &str, desired: &Value, live: &Value, production: Production) -> OfferPlan {
    let text = format!("publisherId: contoso\nid: x\nofferTypeId: {kind}\ndefinition: {{}}\n");
    let tree = MemoryTree::default().with("offer.yaml", text);
    let mut loaded = desired::load(&tree, &["offer.yaml".to_owned()], &NoVariables);
    let document = Document::with_sealed(desired.clone(), BTreeMap::new());
    let desired = Desired { document, ..loaded.desired.remove(0) };
    let live = Live { document: Arc::new(Document::new(live.clone())), revision: Some(Revision::new("\"1\"")) };
    let known = Known { production: Lookup::Done(production), ..Known::NOTHING };
    let built = plan::build(&Inputs {
        live: Some(live),
        policy: Policy { unmanaged: Unmanaged::Skipped, ..Policy::default() },
        known: &known,
        ..Inputs::of(Arc::new(desired), &loaded.sources, &Rewrites::default(), &NoSecrets)
    });
    match built {
        Ok(built) => built.plan().unwrap(),
        Err(error) => panic!("{error}: {}", std::error::Error::source(&error).unwrap()),
    }
}

/// Guards that look at everything there is, so that any other member makes a difference: a price changes alone or not, and a SKU
/// has the content of another one or not.
const LOOK_AT_ALL: [&str; 3] = ["price-change-mixed", "sku-renamed", "sku-removal"];

fn check_decoys(random: &mut Rng, kind: &str, declared: &Value, live: &Value) {
    let guards = |declared: &Value, live: &Value, production: &Value| -> BTreeSet<String> {
        let production = Production::Is(Arc::new(Document::new(production.clone())));
        let plan = planned(kind, declared, live, production);
        let names = plan.guards().iter().map(offerform::plan::Guard::name);
        names.filter(|name| !LOOK_AT_ALL.iter().any(|code| name.starts_with(code))).collect()
    };
    // A document that changes nothing is not judged, and a decoy is a change.
    let mut declared = declared.clone();
    if let Some(offer) = declared.pointer_mut("/definition/offer").and_then(Value::as_object_mut) {
        offer.insert("contoso.neutral".to_owned(), json!(1));
    } else {
        return;
    }
    let expected = guards(&declared, live, live);
    let layout = Layout::of(&OfferTypeId::new(kind));
    let disguised = disguise(random, &declared, &layout);
    assert_eq!(guards(&disguised, live, live), expected, "decoys in the files: {disguised}");
    // The same decoys in all of them: a decoy of the portal's alone is no part of what a file declares.
    let seed = random.u64(..);
    let [declared, live] = [&declared, live].map(|document| disguise(&mut Rng::with_seed(seed), document, &layout));
    assert_eq!(guards(&declared, &live, &live), expected, "decoys everywhere: {declared}");
}

/// The document with members that only look like fields.
fn disguise(random: &mut Rng, document: &Value, layout: &Layout) -> Value {
    let mut document = document.clone();
    if let Some(offer) = document.pointer_mut("/definition/offer") {
        add_decoys(random, offer, Holder::Offer, layout);
    }
    for sku in document.pointer_mut("/definition/plans").and_then(Value::as_array_mut).into_iter().flatten() {
        add_decoys(random, sku, Holder::Sku, layout);
        for generation in sku.get_mut("diskGenerations").and_then(Value::as_array_mut).into_iter().flatten() {
            add_decoys(random, generation, Holder::Sku, layout);
        }
    }
    document
}

fn add_decoys(random: &mut Rng, holder: &mut Value, kind: Holder, layout: &Layout) {
    let Some(members) = holder.as_object_mut() else { return };
    let values: Vec<Value> = members.values().filter(|value| !value.is_null()).cloned().collect();
    let mut decoys = Map::new();
    for field in fields().filter(|field| field.holder == kind) {
        let key = layout.key(field);
        let name = match random.u8(..5) {
            0 => format!("a-decoy.{}", field.name),
            1 => format!("zz.microsoft-azure-marketplace.{}", field.name),
            2 => key.to_ascii_uppercase(),
            3 => format!("{key}.{}", field.name),
            _ => format!("{key} "),
        };
        let mut decoy =
            if values.is_empty() || random.bool() { json!(["US"]) } else { one_of(random, &values).clone() };
        if let Some(price) = decoy.pointer_mut("/coreMultiplier") {
            *price = json!({"currency": "USD", "single": 0});
        }
        if !members.contains_key(&name) && name != *key {
            decoys.insert(name, decoy);
        }
    }
    // Before and behind what is there: the first of two is not the one that counts.
    if random.bool() {
        decoys.extend(std::mem::take(members));
        *members = decoys;
    } else {
        members.extend(decoys);
    }
}
