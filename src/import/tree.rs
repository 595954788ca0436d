//! From a live document to what a person would have written.
//!
//! Left out is what says nothing: what the service owns, what it adds by itself, what it works out from something else. What
//! cannot be written (a text with a signature in the middle of a list) is left out as well, and reported: the portal keeps it, since
//! nothing declares it.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::names::{self, Names};
use super::share::{Members, Shared};
use super::variables::{Purpose, Variables};
use super::{LeftOut, Text, Why};
use crate::manifest::{self, is_id, is_namespace};
use crate::offer::canonical::{Form, View};
use crate::offer::fields::{Comparison, FieldPlace, Markup};
use crate::offer::layout::{self, MARKETPLACE, OFFER_ID, PLAN_ID, PUBLISHER_ID};
use crate::offer::part::body_key;
use crate::offer::resource::API;
use crate::offer::{Api, Document, IdentityPath, OfferPart, key_order};
use crate::secret::{is_signed, redact, without_sas};
use crate::yaml::Item;

/// A text of more bytes than this goes into a file of its own.
const LONG_TEXT: usize = 600;

/// HTML of more bytes than this does.
const LONG_HTML: usize = 200;

/// How deep a value may be: a file holds 64 levels, and a namespace is one of them.
const DEPTH: usize = 60;

/// What an offer is written as.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) root: Item,
    pub(super) texts: Vec<Text>,
    pub(super) left_out: Vec<LeftOut>,
    /// What it says about whom to reach, by namespace.
    pub(super) contacts: Vec<Members>,
}

impl Tree {
    /// What may be shared with other offers: its texts, and what it says about whom to reach.
    pub(super) fn parts(&self) -> (&[Text], &[Members]) {
        (&self.texts, &self.contacts)
    }
}

/// Whether a value is compared by itself, or only together with the list around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Members,
    List,
}

/// Writes an offer. `stem` is the name of its file, and of the folder with its texts.
pub(super) fn write(
    document: &Document,
    stem: &str,
    shared: &Shared,
    variables: &mut Variables<'_>,
) -> Result<Tree, Why> {
    let content = document.content();
    let api = document.api();
    let (type_key, body_key) = (layout::type_key(api), body_key(api));
    let id = |key: &str| content.get(key).and_then(Value::as_str).filter(|id| is_id(id)).ok_or(Why::Envelope);
    let (publisher, offer, offer_type) = (id(PUBLISHER_ID)?, id(OFFER_ID)?, id(type_key)?);
    let body = content.get(body_key).filter(|value| value.is_object()).ok_or(Why::Envelope)?;
    let mut writer = Writer {
        offer_type,
        stem,
        shared,
        variables,
        names: Names::default(),
        texts: Vec::new(),
        left_out: Vec::new(),
        contacts: Vec::new(),
    };
    let root: FieldPlace<'static> = document.field_table().root();
    let at = IdentityPath::root().key(body_key);
    let body = writer.value(root.key(body_key), body, &at, Within::Members)?;
    for (key, value) in content.as_object().into_iter().flatten() {
        let known = [API, PUBLISHER_ID, OFFER_ID, type_key, body_key].contains(&key.as_str());
        if !known && root.key(key).field().comparison != Comparison::ServerOwned && !value.is_null() {
            let place = IdentityPath::root().key(&redact(&without_sas(key)));
            writer.left_out.push(LeftOut { place, why: Why::NotOfAnOffer });
        }
    }
    let mut members = vec![
        (PUBLISHER_ID.to_owned(), Item::text(publisher)),
        (OFFER_ID.to_owned(), Item::text(offer)),
        (type_key.to_owned(), Item::text(offer_type)),
        (body_key.to_owned(), body),
    ];
    if api != Api::default() {
        members.insert(0, (API.to_owned(), Item::text(api.name())));
    }
    let root = Item::Map(members);
    Ok(Tree { root, texts: writer.texts, left_out: writer.left_out, contacts: writer.contacts })
}

struct Writer<'a, 'v> {
    offer_type: &'a str,
    stem: &'a str,
    shared: &'a Shared,
    variables: &'a mut Variables<'v>,
    names: Names,
    texts: Vec<Text>,
    left_out: Vec<LeftOut>,
    contacts: Vec<Members>,
}

impl Writer<'_, '_> {
    fn value(
        &mut self,
        place: FieldPlace<'static>,
        value: &Value,
        at: &IdentityPath,
        within: Within,
    ) -> Result<Item, Why> {
        if at.tokens().count() > DEPTH {
            return Err(Why::TooDeep);
        }
        fits_the_envelope(value, at)?;
        match View::new(place, value).form() {
            Form::Scalar => match value {
                Value::String(text) => self.text(place, text, at, within),
                scalar => Ok(Item::Scalar(scalar.clone())),
            },
            Form::Map(members) => self.map(place, members, at, within),
            Form::Set(elements) => {
                let mut sorted: Vec<_> = elements.into_iter().collect();
                sorted.sort_by(|(one, _), (two, _)| key_order::natural(one, two));
                sorted
                    .into_iter()
                    .map(|(_, element)| exact(element.value, at))
                    .collect::<Result<_, _>>()
                    .map(Item::List)
            }
            Form::Keyed(elements) => {
                let items = elements
                    .into_iter()
                    .map(|(identity, element)| self.value(place.element(), element.value, &at.key(&identity), within));
                items.collect::<Result<_, _>>().map(Item::List)
            }
            Form::Sequence(elements) => {
                let items = elements
                    .iter()
                    .enumerate()
                    .map(|(index, element)| self.value(place.element(), element, &at.index(index), Within::List));
                items.collect::<Result<_, _>>().map(Item::List)
            }
        }
    }

    fn map(
        &mut self,
        place: FieldPlace<'static>,
        members: &Map<String, Value>,
        at: &IdentityPath,
        within: Within,
    ) -> Result<Item, Why> {
        let mut written = Vec::with_capacity(members.len());
        for (key, value) in members {
            let field = place.key(key).field();
            let owned = field.comparison == Comparison::ServerOwned || follows(place, members, key, value);
            if value.is_null() || field.is_default(value) || owned || field.comparison == Comparison::Secret {
                continue;
            }
            let below = at.key(key);
            match self.member(place.key(key), (key, value), &below, within) {
                // All of it says nothing.
                Ok(Item::Map(inner)) if inner.is_empty() && !is_empty(value) && within == Within::Members => {}
                Ok(item) => written.push((key.clone(), item)),
                Err(why) if within == Within::List => return Err(why),
                // A key is shown, and can hold a signature itself.
                Err(why) => self.left_out.push(LeftOut { place: at.key(&redact(&without_sas(key))), why }),
            }
        }
        if within == Within::Members && !members.is_empty() {
            written.extend(self.secrets(place, members, at));
        }
        Ok(Item::Map(self.arranged(written, at)))
    }

    fn member(
        &mut self,
        place: FieldPlace<'static>,
        (key, value): (&str, &Value),
        at: &IdentityPath,
        within: Within,
    ) -> Result<Item, Why> {
        let around = at.parent().unwrap_or_default();
        if is_namespaced(&around) && is_namespace(key, self.offer_type) {
            return Err(Why::Namespace);
        }
        if is_signed(key) {
            return Err(Why::Signature);
        }
        self.value(place, value, at, within)
    }

    fn text(&mut self, place: FieldPlace<'static>, text: &str, at: &IdentityPath, within: Within) -> Result<Item, Why> {
        let field = place.field();
        match field.comparison {
            Comparison::SignedUrl if !text.is_empty() => {
                return Ok(self.variables.declare(at, Purpose::Disk, Some(text)));
            }
            Comparison::Artifact if !is_signed(&without_sas(text)) => {
                return Ok(Item::text(without_sas(text)));
            }
            _ => {}
        }
        if is_signed(text) {
            let is_address = text.starts_with("https://") && !text.contains(char::is_whitespace);
            return if within == Within::Members && is_address && field.comparison.can_hold_a_secret() {
                Ok(self.variables.declare(at, Purpose::Address, Some(text)))
            } else {
                Err(Why::Signature)
            };
        }
        let html = field.markup == Markup::Html || (text.starts_with('<') && text.contains("</"));
        let long = text.len() > if html { LONG_HTML } else { LONG_TEXT } || (html && text.contains('\n'));
        if within == Within::Members && long && can_be_a_file(text) {
            return Ok(self.file(text, at, if html { "html" } else { "txt" }));
        }
        Ok(Item::text(text))
    }

    /// Puts a text into a file of its own.
    fn file(&mut self, text: &str, at: &IdentityPath, extension: &str) -> Item {
        let path = if let Some(path) = self.shared.text(text) {
            path.to_owned()
        } else {
            let words: Vec<String> = names::words(at, self.offer_type).iter().map(|word| names::kebab(word)).collect();
            let name = self.names.take(&[words.join("-")]);
            format!("{}/{name}.{extension}", self.stem)
        };
        self.texts.push(Text { path: path.clone(), content: text.to_owned() });
        Item::inline("$file", Item::text(path))
    }

    /// The secrets that an object in use has. The service does not show them, and a write that does not declare them erases them.
    fn secrets(
        &mut self,
        place: FieldPlace<'static>,
        members: &Map<String, Value>,
        at: &IdentityPath,
    ) -> Vec<(String, Item)> {
        let mut secret: Vec<&str> =
            place.members().filter(|(_, field)| field.comparison == Comparison::Secret).map(|(key, _)| key).collect();
        secret.sort_unstable();
        let shown: Vec<&str> = secret.iter().copied().filter(|key| members.contains_key(*key)).collect();
        let chosen = if shown.is_empty() { secret } else { shown };
        match chosen.as_slice() {
            [] => Vec::new(),
            [key] => vec![((*key).to_owned(), self.variables.declare(&at.key(key), Purpose::Secret, None))],
            several => {
                let names = several.iter().map(|key| (*key).to_owned()).collect();
                self.left_out.push(LeftOut { place: at.clone(), why: Why::WhichSecret(names) });
                Vec::new()
            }
        }
    }

    /// The members in their order, below their namespaces.
    fn arranged(&mut self, members: Vec<(String, Item)>, at: &IdentityPath) -> Vec<(String, Item)> {
        let namespaced = is_namespaced(at);
        let mut own = Vec::new();
        let mut spaces: HashMap<String, Vec<(String, Item)>> = HashMap::new();
        for (key, item) in members {
            match manifest::split(&key, self.offer_type).filter(|_| namespaced) {
                Some((space, rest)) => spaces.entry(space.to_owned()).or_default().push((rest.to_owned(), item)),
                None => own.push((key, item)),
            }
        }
        own.sort_by(|(one, _), (two, _)| key_order::compare(one, two));
        let mut spaces: Vec<_> = spaces.into_iter().collect();
        spaces.sort_by(|(one, _), (two, _)| self.rank(one).cmp(&self.rank(two)).then_with(|| one.cmp(two)));
        let mut written: Vec<_> = own.into_iter().map(|(key, item)| (manifest::escaped(&key), item)).collect();
        // Generations are SKUs inside of a SKU: they come behind what it says about itself.
        let generations = written.iter().position(|(key, _)| key == "diskGenerations").map(|at| written.remove(at));
        for (space, mut members) in spaces {
            members.sort_by(|(one, _), (two, _)| key_order::compare(one, two));
            let members = self.shared.merged(members, &mut self.contacts);
            let members = members.into_iter().map(|(key, item)| match item {
                Item::Merge(_) => (key, item),
                item => (manifest::escaped(&key), item),
            });
            written.push((space, Item::Map(members.collect())));
        }
        written.extend(generations);
        written
    }

    fn rank(&self, space: &str) -> usize {
        match space {
            MARKETPLACE => 0,
            space if space == self.offer_type => 1,
            _ => 2,
        }
    }
}

/// Whether keys below here may stand below their namespace.
fn is_namespaced(at: &IdentityPath) -> bool {
    let (part, rest) = OfferPart::of_path(at);
    part.has_namespaces() && rest.is_empty()
}

/// Whether the value has the kind that a file has to have here.
fn fits_the_envelope(value: &Value, at: &IdentityPath) -> Result<(), Why> {
    let (part, rest) = OfferPart::of_path(at);
    match part {
        OfferPart::Offer if rest.is_empty() && !value.is_object() => Err(Why::Envelope),
        OfferPart::Plans if !rest.is_empty() => Ok(()),
        OfferPart::Skus | OfferPart::Generations(_) | OfferPart::Plans => {
            let skus = value.as_array().ok_or(Why::Envelope)?;
            let ids = skus.iter().map(|sku| sku.get(PLAN_ID).and_then(Value::as_str).filter(|id| is_id(id)));
            let mut ids: Vec<String> =
                ids.map(|id| id.map(str::to_ascii_lowercase)).collect::<Option<_>>().ok_or(Why::Envelope)?;
            ids.sort();
            if ids.windows(2).any(|pair| pair[0] == pair[1]) { Err(Why::Envelope) } else { Ok(()) }
        }
        _ => Ok(()),
    }
}

/// Whether a member says what another one says already: the same prices in the older block, or prices that are worked out from a
/// sheet.
fn follows(place: FieldPlace<'static>, members: &Map<String, Value>, key: &str, value: &Value) -> bool {
    let derived = members.iter().any(|(other, said)| place.key(other).field().derives == Some(key) && !said.is_null());
    let mirror =
        place.key(key).field().mirror.filter(|other| *other < key).and_then(|other| Some((other, members.get(other)?)));
    // Prices by market are in currencies of their own in each block: both have to be declared to be changed.
    let by_market = value.get("regionPrices").and_then(Value::as_object).is_some_and(|prices| !prices.is_empty());
    let mirrored = mirror.is_some_and(|(other, said)| {
        let place = place.key(other);
        View::new(place, said).same(View::new(place, value))
    });
    derived || (mirrored && !by_market)
}

/// An element of a set, of which nothing can be left out.
fn exact(value: &Value, at: &IdentityPath) -> Result<Item, Why> {
    if at.tokens().count() > DEPTH {
        return Err(Why::TooDeep);
    }
    match value {
        Value::String(text) if is_signed(text) => Err(Why::Signature),
        Value::Array(elements) => {
            elements.iter().map(|element| exact(element, &at.index(0))).collect::<Result<_, _>>().map(Item::List)
        }
        Value::Object(members) => {
            let members = members.iter().filter(|(_, member)| !member.is_null());
            let item = |(key, member): (&String, &Value)| {
                if is_signed(key) {
                    Err(Why::Signature)
                } else {
                    Ok((manifest::escaped(key), exact(member, &at.key(key))?))
                }
            };
            members.map(item).collect::<Result<_, _>>().map(Item::Map)
        }
        scalar => Ok(Item::Scalar(scalar.clone())),
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}

/// Whether a file can hold exactly this text: its line ends become LF, and neither a byte order mark nor one final line break is
/// part of the value.
fn can_be_a_file(text: &str) -> bool {
    !text.contains(['\r', '\0']) && !text.starts_with('\u{feff}')
}
