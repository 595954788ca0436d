//! What git wants: one [`Desired`] for each offer that the selected files declare.
//!
//! From here on there are documents with the API's keys; where a value was written is remembered beside them.

mod document;
mod origins;
mod select;

use std::collections::{HashMap, HashSet};

use origins::Vocabulary;
pub use origins::{Origin, Origins};

use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
pub use crate::manifest::Environment;
use crate::manifest::{Composer, Library, Manifest, Node, Reconcile, looks_like_an_offer, read_ahead, unreadable};
use crate::offer::{Document, OfferAddress, OfferTypeId};
use crate::source::{RelativePath, Sources, Span, Tree};

/// One offer as the files declare it.
#[derive(Debug)]
pub struct Desired {
    /// Which offer.
    pub address: OfferAddress,
    /// Its type.
    pub offer_type: OfferTypeId,
    /// What the files say about it: dotted keys, secrets sealed. An explicit `null` is a value; a place that is
    /// `null` because a secret belongs there is in [`Document::sealed`].
    pub document: Document,
    /// Where each value is written.
    pub origins: Origins,
    /// What the file says to offerform.
    pub reconcile: Reconcile,
    /// The file, as people call it.
    pub file: String,
}

/// Everything that was found in the selected files.
#[derive(Debug)]
pub struct Loaded {
    /// The texts that spans point into.
    pub sources: Sources,
    /// The offers without an error, in the order of files and documents.
    pub desired: Vec<Desired>,
    /// The findings, sorted. If one is an error, `desired` may lack an offer.
    pub diagnostics: Diagnostics,
}

/// Reads the offers that `selection` names: files, folders (all `.yaml`, `.yml` and `.json` files below them) and
/// globs, relative to where the person is. Nothing here fails: what goes wrong is among the diagnostics.
#[must_use]
pub fn load(tree: &dyn Tree, selection: &[String], environment: &dyn Environment) -> Loaded {
    let mut library = Library::new(tree);
    let files = select::files(tree, selection, library.findings());
    let mut composer = Composer::new(&mut library, environment);
    let mut offers = Offers::default();
    let files = composer.library().reserve(&files);
    read_ahead(tree, &files, |id, file, draft| {
        composer.library().receive(id, file, draft);
        offers.read_file(&mut composer, file);
    });
    let parts = composer.parts().clone();
    offers.report_strays(&parts, library.findings());
    let (sources, diagnostics) = library.finish();
    Loaded { sources, desired: offers.desired, diagnostics }
}

/// The offers found so far.
#[derive(Default)]
struct Offers {
    desired: Vec<Desired>,
    vocabulary: Vocabulary,
    /// Where each address, in lower case, was declared first.
    declared: HashMap<(String, String), Span>,
    /// Documents that are no offers; fine if another file uses theirs as a part.
    strays: Vec<(RelativePath, Diagnostic)>,
}

impl Offers {
    fn read_file(&mut self, composer: &mut Composer<'_, '_>, file: &RelativePath) {
        let parsed = match composer.library().parsed(file) {
            Ok(parsed) => parsed,
            Err(error) => return composer.library().findings().push(unreadable(&error)),
        };
        let strays = parsed.documents.iter().filter(|document| !looks_like_an_offer(document));
        self.strays.extend(strays.map(|document| (file.clone(), not_an_offer(document))));
        if !parsed.documents.iter().any(looks_like_an_offer) {
            return;
        }
        drop(parsed);
        if let Ok(parsed) = composer.library().take(file) {
            for document in parsed.documents.into_iter().filter(looks_like_an_offer) {
                self.read_offer(composer, file, document, parsed.sound);
            }
        }
    }

    fn read_offer(&mut self, composer: &mut Composer<'_, '_>, file: &RelativePath, document: Node, sound: bool) {
        let (document, complete) = composer.compose(document, file);
        let name = composer.library().tree().shown(file);
        let mut findings = Diagnostics::default();
        let manifest = Manifest::read(document, &mut findings);
        if let Some(manifest) = manifest
            && self.is_first(&manifest, &mut findings)
            && sound
            && complete
            && !findings.has_errors()
        {
            let origins = Origins::of(&manifest.offer, &mut self.vocabulary);
            self.desired.push(desired(manifest, origins, name));
        }
        composer.library().findings().append(findings);
    }

    /// Whether the offer was not declared before. The service does not tell upper from lower case.
    fn is_first(&mut self, manifest: &Manifest, findings: &mut Diagnostics) -> bool {
        let key = (manifest.publisher.text.to_lowercase(), manifest.id.text.to_lowercase());
        let Some(first) = self.declared.get(&key) else {
            self.declared.insert(key, manifest.id.span);
            return true;
        };
        let message = format!("the offer `{}/{}` is declared twice", manifest.publisher.text, manifest.id.text);
        let finding = Diagnostic::error("duplicate-offer", message);
        findings.push(finding.at(manifest.id.span, "again here").related(*first, "first here"));
        false
    }

    fn report_strays(&mut self, parts: &HashSet<RelativePath>, findings: &mut Diagnostics) {
        for (file, finding) in self.strays.drain(..) {
            if !parts.contains(&file) {
                findings.push(finding);
            }
        }
    }
}

fn not_an_offer(document: &Node) -> Diagnostic {
    let finding =
        Diagnostic::error("not-an-offer", "this is not an offer: it has no `offerTypeId` and no `definition`");
    let Some(mapping) = document.as_mapping() else {
        let message = format!("this is not an offer, but {}", document.kind());
        return Diagnostic { message, ..finding }.at(document.span, "");
    };
    let typo =
        mapping.members.iter().find_map(|(key, member)| Some((member, nearest(key, ["offerTypeId", "definition"])?)));
    match (typo, mapping.members.values().next()) {
        (Some((member, near)), _) => finding.at(member.key, "").help(format!("did you mean `{near}`?")),
        (None, Some(first)) => {
            finding.at(first.key, "").help("a file that holds a part of an offer is used by another file with `$file`")
        }
        (None, None) => finding.at(document.span, ""),
    }
}

fn desired(manifest: Manifest, origins: Origins, file: String) -> Desired {
    Desired {
        address: OfferAddress::new(manifest.publisher.text, manifest.id.text),
        offer_type: OfferTypeId::new(manifest.offer_type.text),
        document: document::build(manifest.offer),
        origins,
        reconcile: manifest.reconcile,
        file,
    }
}

#[cfg(test)]
mod tests;
