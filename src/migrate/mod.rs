//! Turns the file of an offer of the Cloud Partner Portal API into one of the Product Ingestion API.
//!
//! Pure: the old file and what both services have in, new files out. What the product is comes from the service, as in an import; from the
//! old file come the references to secrets, the texts in files of their own, the `reconcile` block with the places that the product has,
//! and the comments at the top and on plans. What cannot be carried over is named, and nothing is given out that would not give an empty plan.

mod carry;
mod places;
mod settings;

use std::collections::BTreeMap;

use places::Places;

use crate::desired::Desired;
use crate::import::{self, Manner, Purpose, Sharing, Variable};
use crate::offer::fields::FieldTable;
use crate::offer::locate::{identity_of, locate};
use crate::offer::{Document, OfferAddress, Pointer};
use crate::secret::{SecretLocation, SecretReference, SecretSource, SecretText, without_sas};

/// The file of an offer, and what is around it.
#[derive(Debug, Clone, Copy)]
pub struct Old<'a> {
    /// The offer that the old file declares.
    pub desired: &'a Desired,
    /// The text of the old file.
    pub text: &'a str,
    /// The other texts in its folder and below, by path relative to the folder.
    pub texts: &'a BTreeMap<String, String>,
    /// The draft that the portal has, if it has one: it tells which secret is the address of which disk.
    pub draft: Option<&'a Document>,
    /// Whether the `reconcile` block stands in the old file, and not in a part.
    pub has_own_settings: bool,
}

/// Why an offer is not migrated. Nothing is written then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The product cannot be written to a file.
    #[error(transparent)]
    Import(#[from] import::Why),
    /// The file would not give an empty plan.
    #[error("the new file would differ from the product: {0}")]
    NotProven(String),
    /// A text of the new file would replace a file with other content.
    #[error("`{0}` already exists with other content")]
    InTheWay(String),
}

/// The new files of an offer.
#[derive(Debug)]
pub struct Migrated {
    /// The text of the file that takes the place of the old one.
    pub file: String,
    /// Texts that are new, by path relative to the folder.
    pub texts: BTreeMap<String, String>,
    /// What was carried over from the old file, in words.
    pub carried: Vec<String>,
    /// What was not, in words.
    pub lost: Vec<String>,
    /// Variables that have to be set and that the old file did not name.
    pub variables: Vec<Variable>,
}

/// The files of an offer for the other API. `product` is the draft that this API has of it.
pub fn migrate(old: Old<'_>, product: &Document, schema: &str) -> Result<Migrated, Why> {
    let address = old.desired.address.clone().through(product.api());
    let offers = [(address.clone(), product.clone())];
    let mut found = import::import(&offers, Manner { schema, sharing: Sharing::Apart });
    if let Some((_, why)) = found.refused.pop() {
        return Err(why.into());
    }
    let Some(imported) = found.offers.pop() else { return Err(import::Why::Envelope.into()) };
    let mut texts = found.files;
    let mut file = texts.remove(&imported.file).unwrap_or_default();
    let (mut carried, mut lost) = (Vec::new(), Vec::new());
    let mut shown = Shown::default();
    let mut variables = Vec::new();
    for variable in imported.variables {
        let known = reference(old, &variable).and_then(|reference| Some((written(&reference)?, reference)));
        if let Some((written, reference)) = known {
            file = file.replace(&format!("{{ $secret: {{ env: {} }} }}", variable.name), &written);
            carried.push(format!("`{}` from {reference}", variable.place));
            shown.0.push((reference, variable.value.clone()));
        } else {
            let location = SecretLocation::Env(variable.name.clone());
            shown.0.push((SecretReference { location, version: None }, variable.value.clone()));
            variables.push(variable);
        }
    }
    texts = carry::texts(&mut file, texts, old.texts, &mut carried);
    for (path, content) in &texts {
        if old.texts.get(path).is_some_and(|there| there != content) {
            return Err(Why::InTheWay(path.clone()));
        }
    }
    carry::comments(&mut file, old.text, &mut carried);
    let block = (old.text, &old.desired.reconcile, old.has_own_settings);
    let places = Places::of(&old.desired.offer_type, product);
    settings::reconcile(&mut file, block, &places, (&mut carried, &mut lost));
    carry::lost_comments(&file, old.text, &mut lost);
    let mut files: BTreeMap<String, String> = old.texts.clone();
    files.extend(texts.clone());
    files.insert(NAME.to_owned(), file.clone());
    if let Some(problem) = import::fault(&files, NAME, (&address, product), &shown) {
        return Err(Why::NotProven(problem));
    }
    if old.text.contains("Logo") {
        lost.push("the addresses of logos: the new file has those of the service's copies".to_owned());
    }
    lost.extend(unused(old, &file).into_iter().map(|path| format!("`{path}` is no longer used")));
    Ok(Migrated { file, texts, carried, lost, variables })
}

/// The name of the file while it is proven. The texts that it refers to are beside it.
const NAME: &str = "offer.yaml";

/// The secret of the old file that stands where `variable` would: the address of the same disk, or the secret of the same lead system.
fn reference(old: Old<'_>, variable: &Variable) -> Option<SecretReference> {
    let sealed = old.desired.document.sealed();
    match (variable.purpose, &variable.value) {
        (Purpose::Disk | Purpose::Address, Some(address)) => {
            let draft = old.draft?.opened();
            let place = place_of(draft.content(), &without_sas(address.expose()), &Pointer::root())?;
            let table = FieldTable::of(&old.desired.offer_type);
            let identity = identity_of(table, draft.content(), &place)?;
            let declared = old.desired.document.opened();
            let (at, _) = locate(table, declared.content(), &identity)?;
            sealed.get(&at).cloned()
        }
        (Purpose::Secret, _) => {
            let key = variable.place.tokens().last();
            let mut same = sealed.iter().filter(|(at, _)| at.tokens().last() == key);
            let (_, reference) = same.next()?;
            same.next().is_none().then(|| reference.clone())
        }
        _ => None,
    }
}

/// Where an address is in a document, signatures aside.
fn place_of(value: &serde_json::Value, address: &str, at: &Pointer) -> Option<Pointer> {
    use serde_json::Value;
    match value {
        Value::String(text) => (without_sas(text) == address).then(|| at.clone()),
        Value::Array(list) => list.iter().enumerate().find_map(|(index, one)| place_of(one, address, &at.index(index))),
        Value::Object(members) => members.iter().find_map(|(key, member)| place_of(member, address, &at.key(key))),
        _ => None,
    }
}

/// A reference as a file has it on one line; `None` for one to a file, whose path depends on where it is written.
fn written(reference: &SecretReference) -> Option<String> {
    match (&reference.location, &reference.version) {
        (SecretLocation::Env(name), None) => Some(format!("{{ $secret: {{ env: {name} }} }}")),
        // JSON is YAML in one line.
        _ => crate::manifest::directive(reference).map(|directive| directive.to_string()),
    }
}

/// The texts that the old file named and the new one does not.
fn unused(old: Old<'_>, file: &str) -> Vec<String> {
    old.texts.keys().filter(|path| old.text.contains(path.as_str()) && !file.contains(path.as_str())).cloned().collect()
}

/// The values that the service shows, by the references that take their place.
#[derive(Debug, Default)]
struct Shown(Vec<(SecretReference, Option<SecretText>)>);

impl SecretSource for Shown {
    fn value(&self, reference: &SecretReference) -> Option<SecretText> {
        self.0.iter().find(|(known, _)| known == reference)?.1.clone()
    }
}

/// Whether a file declares an offer that can be migrated.
#[must_use]
pub fn is_migratable(address: &OfferAddress) -> bool {
    address.api == crate::offer::Api::CloudPartnerPortal
}
