//! Live offers as files that a person would have written.
//!
//! Pure: documents in, texts of files out, and nothing that is not proven to be what is live. Secrets and signatures never get
//! into a text; names from the service never get into a path as they are.

mod check;
mod names;
mod share;
mod silences;
#[cfg(test)]
mod tests;
mod tree;
mod variables;

use std::collections::{BTreeMap, HashSet};

pub use check::fault_of as fault;
use names::Names;
use share::Shared;
use tree::Tree;
use variables::Variables;
pub use variables::{Purpose, Variable};

use crate::offer::layout::{OFFER_ID, PUBLISHER_ID};
use crate::offer::{Document, IdentityPath, OfferAddress};
use crate::yaml;

/// Whether parts that several offers have are written once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sharing {
    /// Each offer has all of its own.
    #[default]
    Apart,
    /// They are written once, and each offer refers to them.
    Shared,
}

/// How files are written.
#[derive(Debug, Clone, Copy)]
pub struct Manner<'a> {
    /// Where an editor finds the schema of offer files, seen from the folder.
    pub schema: &'a str,
    /// What becomes of what several offers have.
    pub sharing: Sharing,
}

/// Why something is not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The envelope is not what a file can hold.
    #[error("cannot be written to a file: an id, a SKU or the structure of the offer is not valid")]
    Envelope,
    /// A key of the envelope that offerform knows nothing about.
    #[error("not written to a file: it is not a known part of an offer")]
    NotOfAnOffer,
    /// A key that is the name of a namespace.
    #[error("cannot be written to a file: in files, a key of this name contains the keys of a namespace")]
    Namespace,
    /// It holds a signature or a token that must not be in a file.
    #[error("it contains a signature, which must not be in a file")]
    Signature,
    /// It is nested deeper than a file may be.
    #[error("it is nested too deeply for a file")]
    TooDeep,
    /// It has one of several secrets, and the service does not show which.
    #[error("it has a secret that the service does not show: declare one of {}", .0.join(", "))]
    WhichSecret(Vec<String>),
    /// What was written is not what is live.
    #[error("the file would differ from the portal: {0}")]
    NotProven(String),
    /// Another offer of the run has the same name, but for letter case.
    #[error("the service lists it twice, in different letter case, which files do not distinguish")]
    Twice,
    /// The service answered with another offer.
    #[error("the service answered with another offer, `{0}`")]
    OtherOffer(OfferAddress),
}

/// A place of an offer that no file declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The path of the value.
    pub place: IdentityPath,
    /// Why.
    pub why: Why,
}

/// A value that the service has and `validate` refuses, whatever the file says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// The id of the rule.
    pub rule: &'static str,
    /// The file, below the folder.
    pub file: String,
    /// The line in the file, from 1.
    pub line: usize,
    /// The column in the line, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

/// A file beside that of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Text {
    path: String,
    /// What it says, without the line break at its end.
    content: String,
}

/// An offer that was written.
#[derive(Debug)]
pub struct Imported {
    /// Which offer.
    pub address: OfferAddress,
    /// Its file.
    pub file: String,
    /// The files with its texts and parts.
    pub texts: Vec<String>,
    /// What has to be set before it is changed.
    pub variables: Vec<Variable>,
    /// What no file declares.
    pub left_out: Vec<LeftOut>,
    /// What has to be corrected before `validate` passes.
    pub unfit: Vec<Unfit>,
}

/// Files for offers.
#[derive(Debug, Default)]
pub struct Import {
    /// The offers that are in the files, in the order they were given.
    pub offers: Vec<Imported>,
    /// The offers that are not, and why.
    pub refused: Vec<(OfferAddress, Why)>,
    /// The files by path below the folder, with `/` between folders.
    pub files: BTreeMap<String, String>,
}

/// Writes offers. Nothing is touched on disk.
#[must_use]
pub fn import(offers: &[(OfferAddress, Document)], manner: Manner<'_>) -> Import {
    let mut import = Import::default();
    let mut names = Names::default();
    let mut seen = HashSet::new();
    let mut sound = Vec::new();
    for (asked, document) in offers {
        let address = address(asked, document).and_then(|address| {
            if seen.insert(address.to_string().to_lowercase()) { Ok(address) } else { Err(Why::Twice) }
        });
        match address {
            Ok(address) => {
                let (publisher, offer) = (address.publisher.as_str(), address.offer.as_str());
                let stem = names.take(&[offer.to_owned(), format!("{publisher}-{offer}")]);
                sound.push((address, document, stem));
            }
            Err(why) => import.refused.push((asked.clone(), why)),
        }
    }
    let shared = match manner.sharing {
        Sharing::Apart => Shared::default(),
        Sharing::Shared => {
            let mut taken = BTreeMap::new();
            let trees = sound.iter().filter_map(|(address, document, stem)| {
                written((address, document, stem), &Shared::default(), &mut taken).map(|(tree, _)| tree).ok()
            });
            let trees: Vec<Tree> = trees.collect();
            Shared::of(&trees.iter().map(Tree::parts).collect::<Vec<_>>())
        }
    };
    let mut taken = BTreeMap::new();
    for (address, document, stem) in sound {
        match offer((&address, document, &stem), &shared, manner, &mut taken) {
            Ok((imported, files)) => {
                import.files.extend(files);
                import.offers.push(imported);
            }
            Err(why) => import.refused.push((address, why)),
        }
    }
    import
}

/// The address that the document itself names; its letters may have another case than those that were asked for.
fn address(asked: &OfferAddress, document: &Document) -> Result<OfferAddress, Why> {
    let text = |key: &str| document.content().get(key).and_then(serde_json::Value::as_str).ok_or(Why::Envelope);
    let address = OfferAddress::new(text(PUBLISHER_ID)?, text(OFFER_ID)?).through(document.api());
    let same = address.to_string().eq_ignore_ascii_case(&asked.to_string());
    if same { Ok(address) } else { Err(Why::OtherOffer(address)) }
}

fn written(
    (address, document, stem): (&OfferAddress, &Document, &str),
    shared: &Shared,
    taken: &mut BTreeMap<String, String>,
) -> Result<(Tree, Vec<Variable>), Why> {
    let offer_type = document.offer_type().ok_or(Why::Envelope)?;
    let mut variables = Variables::new(address.offer.as_str(), offer_type.as_str(), taken);
    let tree = tree::write(document, stem, shared, &mut variables)?;
    Ok((tree, variables.declared))
}

/// The files of one offer, proven.
fn offer(
    (address, document, stem): (&OfferAddress, &Document, &str),
    shared: &Shared,
    manner: Manner<'_>,
    taken: &mut BTreeMap<String, String>,
) -> Result<(Imported, BTreeMap<String, String>), Why> {
    let (tree, variables) = written((address, document, stem), shared, taken)?;
    let file = format!("{stem}.yaml");
    let modeline = format!("# yaml-language-server: $schema={}\n", manner.schema);
    let body = modeline.clone() + &yaml::document(&tree.root);
    // One line break at the end is no part of a text, and editors want it there.
    let mut files: BTreeMap<String, String> =
        tree.texts.iter().map(|text| (text.path.clone(), text.content.clone() + "\n")).collect();
    files.extend(shared.parts().filter(|part| body.contains(&part.path)).map(|part| (part.path, part.content)));
    let texts = files.keys().cloned().collect();
    files.insert(file.clone(), body);
    let errors = silences::errors(&files, &file, &tree.root, &variables);
    if let Some(root) = errors.silenced {
        files.insert(file.clone(), modeline + &yaml::document(&root));
    }
    if let Some(fault) = check::fault(&files, &file, (address, document), &variables) {
        return Err(Why::NotProven(fault));
    }
    let (left_out, unfit) = (tree.left_out, errors.unfit);
    Ok((Imported { address: address.clone(), file, texts, variables, left_out, unfit }, files))
}
