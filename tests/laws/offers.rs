//! Offers that look like real ones: all known types and an unknown one, with what makes comparing hard.
//!
//! Vocabulary and values come from small stocks, so that two offers made apart still meet in most fields. Written from
//! the facts and not from the field table, so that a wrong row there does not hide itself.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use crate::pointers::pointers;

pub(crate) const VM: &str = "microsoft-azure-virtualmachines";
pub(crate) const CORE: &str = "microsoft-azure-corevm";
pub(crate) const APPLICATION: &str = "microsoft-azure-applications";
pub(crate) const UNKNOWN: &str = "acme-widgets";
const MARKETPLACE: &str = "microsoft-azure-marketplace";

/// What every access signature here holds.
pub(crate) const SIGNATURE: &str = "SIGNATURE";

type Any = BoxedStrategy<Value>;

/// A number as it is written: big, odd, and in more than one spelling.
pub(crate) fn number() -> Any {
    const TEXTS: &[&str] = &[
        "0",
        "-0",
        "1",
        "1.0",
        "0.10",
        "1e-1",
        "100",
        "1E+2",
        "9007199254740993",
        "9007199254740992",
        "18446744073709551617",
        "0.30000000000000004441",
        "-3.5",
        "1e400",
    ];
    select(TEXTS).prop_map(|text| serde_json::from_str(text).unwrap()).boxed()
}

fn word() -> Any {
    select(&["one", "two", "three", "", "1", "null"][..]).prop_map(Value::from).boxed()
}

fn text() -> Any {
    const HTML: &[&str] = &[
        "<p>A <b>firewall</b> &amp; more</p>",
        "<p onclick='x()'>A firewall</p>",
        "see https://docs.example/a?sv=1&sig=SIGNATURE for more",
        "Grüße, 世界 😀\nsecond line",
    ];
    prop_oneof![word(), select(HTML).prop_map(Value::from)].boxed()
}

fn address() -> Any {
    const ADDRESSES: &[&str] = &[
        "https://assets.example/a.png",
        "https://assets.example/b.png?v=2",
        "https://hosted.example/1.png?sv=2024&sr=b&sig=SIGNATURE1&se=2030",
        "https://hosted.example/1.png?sv=2024&sr=b&sig=SIGNATURE2&se=2031",
        "https://hosted.example/2.png?v=2&sv=2024&sig=SIGNATURE3",
    ];
    select(ADDRESSES).prop_map(Value::from).boxed()
}

/// A place where a secret stands: see [`split_secrets`].
fn secret() -> Any {
    select(&["KNOWN", "OTHER", "UNSET"][..]).prop_map(|name| json!({"$secret": name})).boxed()
}

fn signed_address() -> Any {
    prop_oneof![address(), secret()].boxed()
}

fn set(words: &'static [&'static str]) -> Any {
    let repeated = vec(select(words), 0..4);
    prop_oneof![
        4 => subsequence(words, 0..=words.len()).prop_shuffle().prop_map(Value::from),
        1 => repeated.prop_map(Value::from),
    ]
    .boxed()
}

fn sequence(element: Any) -> Any {
    vec(element, 0..4).prop_map(Value::from).boxed()
}

/// Some of the members, now and then one that is explicitly `null`.
fn some(members: Vec<(String, Any)>) -> Any {
    let members: Vec<_> = members
        .into_iter()
        .map(|(key, value)| {
            let value = prop_oneof![1 => Just(Value::Null), 12 => value];
            option::weighted(0.6, value).prop_map(move |value| Some((key.clone(), value?)))
        })
        .collect();
    members.prop_shuffle().prop_map(|members| Value::Object(members.into_iter().flatten().collect())).boxed()
}

fn named(members: &[(&str, &Any)]) -> Vec<(String, Any)> {
    members.iter().map(|(key, value)| ((*key).to_owned(), (*value).clone())).collect()
}

/// A list whose elements are told apart by `key`.
fn keyed(key: &'static str, identities: &'static [&'static str], element: Any) -> Any {
    subsequence(identities, 0..=identities.len())
        .prop_shuffle()
        .prop_flat_map(move |chosen| chosen.into_iter().map(|id| with(element.clone(), key, id)).collect::<Vec<_>>())
        .prop_map(Value::from)
        .boxed()
}

fn with(element: Any, key: &'static str, value: &'static str) -> Any {
    element
        .prop_map(move |mut element| {
            element[key] = json!(value);
            element
        })
        .boxed()
}

fn prices() -> Any {
    let regions = some(named(&[("DE", &number()), ("NO", &number())]));
    let sheet = some(named(&[("uri", &address())]));
    some(named(&[
        ("isByol", &any::<bool>().prop_map(Value::from).boxed()),
        ("coreMultiplier", &some(named(&[("currency", &word()), ("single", &number())]))),
        ("regionPrices", &regions),
        ("spreadSheetPricing", &sheet),
    ]))
}

fn images() -> Any {
    let disks = sequence(some(named(&[("lun", &number()), ("lunVhdUrl", &address())])));
    let image = some(named(&[("mediaName", &word()), ("osVhdUrl", &signed_address()), ("lunVhdDetails", &disks)]));
    some(named(&[("1.0.0", &image), ("1.10.0", &image), ("2026.1", &image)]))
}

fn categories() -> Any {
    let below = set(&["firewalls", "routing", "scanning"]);
    keyed("categoryL1", &["networking", "security"], some(named(&[("categoryL2-networking", &below)])))
}

/// The listing, which stands under the prefix of the type or of the marketplace.
fn listing(prefix: &str) -> Vec<(String, Any)> {
    let link = some(named(&[("linkTitle", &word()), ("linkUrl", &address())]));
    let lead = |secret_key: &str| some(named(&[("serverId", &word()), ("formId", &word()), (secret_key, &secret())]));
    let fields = [
        ("title", text()),
        ("description", text()),
        ("smallLogo", address()),
        ("heroLogo", address()),
        ("screenshots", sequence(address())),
        ("usefulLinks", sequence(link)),
        ("allowedSubscriptions", set(&["sub-1", "sub-2", "sub-3"])),
        ("leadDestination", word()),
        ("marketoLeadConfiguration", lead("clientSecret")),
        ("crmLeadConfiguration", lead("password")),
        ("customAmendments", text()),
        ("legacyOfferId", word()),
    ];
    let mut members: Vec<_> = fields.into_iter().map(|(key, value)| (format!("{prefix}.{key}"), value)).collect();
    // Core virtual machines have their categories in the SKU.
    if prefix == MARKETPLACE {
        members.push((format!("{prefix}.categories"), set(&["network", "security"])));
        members.push((format!("{prefix}.categoryMap"), categories()));
    }
    members
}

fn odd() -> Vec<(String, Any)> {
    named(&[
        ("acme.list", &sequence(small())),
        ("acme.map", &small()),
        ("a/b~c", &small()),
        ("", &small()),
        ("0", &small()),
    ])
}

/// JSON without a meaning, not deep.
fn small() -> Any {
    let leaf = prop_oneof![number(), text(), any::<bool>().prop_map(Value::from)];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            some(named(&[("planId", &inner.clone().boxed()), ("x", &inner.boxed())])),
        ]
    })
    .boxed()
}

fn sku(kind: &'static str) -> Any {
    let flag = any::<bool>().prop_map(Value::from).boxed();
    let generations = some(vec![(format!("{kind}.vmImagesPublicAzure"), images())]);
    let package = some(named(&[("packageVersion", &some(named(&[("packageFile", &address())])))]));
    let audience = keyed("id", &["tenant-1", "tenant-2"], some(named(&[("label", &word())])));
    let mut members = named(&[
        ("displayText", &text()),
        ("regions", &set(&["NO", "DE", "US", "FR"])),
        ("restrictedAudience", &some(named(&[("manualEntries", &audience)]))),
        ("virtualMachinePricing", &prices()),
        ("virtualMachinePricingV2", &prices()),
        ("monthlyPricing", &some(named(&[("regions", &set(&["NO", "DE"])), ("price", &number())]))),
    ]);
    if kind == CORE {
        members.push(("diskGenerations".to_owned(), keyed("planId", &["gen-1", "gen-2"], generations)));
        members.push((format!("{CORE}.categoryMap"), categories()));
    }
    let own = [
        ("skuTitle", text()),
        ("cloudAvailability", set(&["PublicAzure", "Fairfax"])),
        ("recommendedVMSizes", set(&["d2", "d4"])),
        ("openPorts", sequence(number())),
        ("windowsOSType", word()),
        ("osType", word()),
        ("generation", select(&["1", "2"][..]).prop_map(Value::from).boxed()),
        ("supportsExtensions", flag.clone()),
        ("patchOptions", some(named(&[("supportsHotpatch", &flag)]))),
        ("vmImages", images()),
        ("vmImagesPublicAzure", images()),
        ("smallLogo", address()),
        ("package", some(named(&[("1.0.0", &package)]))),
        ("legacyPlanId", word()),
    ];
    members.extend(own.into_iter().map(|(key, value)| (format!("{kind}.{key}"), value)));
    members.extend(odd());
    some(members)
}

/// A type and the content of an offer of that type, with places for secrets.
fn content(kind: &'static str) -> Any {
    let mut listed = listing(if kind == CORE { CORE } else { MARKETPLACE });
    listed.extend(odd());
    let skus = keyed("planId", &["standard", "premium", "a/b~c"], sku(kind));
    let envelope = some(named(&[("version", &number()), ("changedTime", &word()), ("status", &word())]));
    (envelope, some(listed), option::weighted(0.95, skus), word())
        .prop_map(move |(mut offer, listed, skus, display)| {
            offer["id"] = json!("firewall");
            offer["publisherId"] = json!("contoso");
            offer["offerTypeId"] = json!(kind);
            offer["definition"] = json!({"displayText": display, "offer": listed});
            if let Some(skus) = skus {
                offer["definition"]["plans"] = skus;
            }
            offer
        })
        .boxed()
}

pub(crate) fn kind() -> impl Strategy<Value = &'static str> {
    select(&[VM, CORE, APPLICATION, UNKNOWN][..])
}

/// What files declare and what the service has, of one type. Half of the time the second came of the first.
pub(crate) fn pair() -> impl Strategy<Value = (&'static str, Value, Value)> {
    kind().prop_flat_map(|kind| {
        let related = (content(kind), vec((any::<prop::sample::Index>(), edit()), 0..6), any::<u8>()).prop_map(
            move |(declared, edits, habits)| {
                let mut live = service(declared.clone(), habits);
                for (place, edit) in edits {
                    edit_at(&mut live, place, &edit);
                }
                (kind, declared, live)
            },
        );
        let apart = (content(kind), content(kind)).prop_map(move |(declared, live)| (kind, declared, live));
        prop_oneof![related, apart]
    })
}

/// What somebody does to one value in the portal.
#[derive(Debug, Clone)]
enum Edit {
    Set(Value),
    Insert(Value),
    Remove,
    Reverse,
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![small().prop_map(Edit::Set), small().prop_map(Edit::Insert), Just(Edit::Remove), Just(Edit::Reverse)]
}

fn edit_at(document: &mut Value, place: prop::sample::Index, edit: &Edit) {
    let places = pointers(&document["definition"], "/definition");
    let chosen = &places[place.index(places.len())];
    let (parent, last) = chosen.rsplit_once('/').unwrap();
    // Identities stay: a list with a SKU that has none is for the laws about anything.
    if ["planId", "categoryL1", "id", "definition", "displayText", "$secret"].contains(&last) {
        return;
    }
    let value = document.pointer_mut(chosen).unwrap();
    match (edit, value) {
        // Names stay names: a set of texts in which something else stands is for the laws about anything.
        (Edit::Set(new), Value::String(text)) if last.parse::<usize>().is_ok() => {
            text.push_str(new.as_str().unwrap_or("edited"));
        }
        (Edit::Set(new), value) if !value.is_object() && !value.is_array() => *value = new.clone(),
        (Edit::Insert(new), Value::Object(members)) => {
            members.insert("acme.inserted".to_owned(), new.clone());
        }
        (Edit::Reverse, Value::Array(elements)) => elements.reverse(),
        (Edit::Remove, _) => match document.pointer_mut(parent).unwrap() {
            Value::Object(members) => {
                members.shift_remove(&last.replace("~1", "/").replace("~0", "~"));
            }
            Value::Array(elements) => {
                elements.remove(last.parse().unwrap());
            }
            _ => {}
        },
        _ => {}
    }
}

/// What the service makes of an offer; each bit of `habits` is one of its habits.
fn service(mut offer: Value, habits: u8) -> Value {
    let has = |bit: u8| habits & (1 << bit) != 0;
    offer["version"] = json!(7);
    offer["changedTime"] = json!("2026-11-21T10:00:00Z");
    if has(0) {
        insert(&mut offer["definition"]["offer"], "microsoft-azure-marketplace.marketoLeadConfiguration", json!({}));
        insert(&mut offer["definition"]["offer"], "microsoft-azure-corevm.legacyPublisherId", json!("contoso"));
    }
    if has(1) {
        members(&mut offer["definition"]["offer"]).shift_remove("microsoft-azure-marketplace.heroLogo");
    }
    let skus = offer["definition"].get_mut("plans").and_then(Value::as_array_mut);
    for sku in skus.into_iter().flatten() {
        if let Some(prices) = sku.get("virtualMachinePricing").filter(|_| has(2)).cloned() {
            insert(sku, "virtualMachinePricingV2", prices);
        }
        let system = members(sku).shift_remove("microsoft-azure-virtualmachines.windowsOSType");
        if let Some(system) = system {
            let name = if has(3) { "osType" } else { "windowsOSType" };
            sku[format!("{VM}.{name}")] = system;
        }
        if has(4) {
            insert(sku, "microsoft-azure-virtualmachines.isLockedDown", json!(false));
        }
    }
    if has(5) {
        host(&mut offer);
    }
    if has(6) {
        drop_nulls(&mut offer);
    }
    offer
}

fn members(value: &mut Value) -> &mut Map<String, Value> {
    value.as_object_mut().unwrap()
}

fn insert(value: &mut Value, key: &str, member: Value) {
    members(value).entry(key).or_insert(member);
}

fn host(value: &mut Value) {
    match value {
        Value::String(text) if text.starts_with("https://assets") => {
            *text = format!("https://hosted.example/{}?sv=2024&sig=SIGNATURE4", text.len());
        }
        Value::Array(elements) => elements.iter_mut().for_each(host),
        Value::Object(members) => members.values_mut().for_each(host),
        _ => {}
    }
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(drop_nulls),
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        _ => {}
    }
}

/// Takes the secrets out: their places, with their names, and the content as it is declared (`null`) or as the service
/// shows it (an address with a signature).
pub(crate) fn split_secrets(content: &Value, shown: bool) -> (Value, Vec<(String, String)>) {
    let (mut bare, mut places) = (content.clone(), Vec::new());
    for at in pointers(content, "") {
        let Some(name) = content.pointer(&at).and_then(|value| value.get("$secret")).and_then(Value::as_str) else {
            continue;
        };
        let place = bare.pointer_mut(&at).unwrap();
        *place = if shown { secret_value(name, SIGNATURE).into() } else { Value::Null };
        places.push((at, name.to_owned()));
    }
    (bare, places)
}

/// The value of the secret `name`, which is an address.
pub(crate) fn secret_value(name: &str, signature: &str) -> String {
    format!("https://images.example/{name}.vhd?sv=2024&sr=b&sig={signature}&se=2030")
}
