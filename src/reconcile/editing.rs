//! The edit of an offer's file: what the files become for the offer to declare something else, and what a plan makes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::adopt::{Declared, Edited, Obstacle, Rewrite, rewrite};
use crate::desired::{self, Desired};
use crate::image::Image;
use crate::offer::locate::locate;
use crate::offer::{Document, OfferAddress};
use crate::plan::Plan;
use crate::source::{RelativePath, Sources};
use crate::workspace::{Everything, Repository, Workspace};

/// An offer whose file is edited, and the files it may share parts with.
#[derive(Debug)]
pub struct Editing<'r> {
    /// The files as they are.
    pub files: Everything,
    /// The offer as they declare it.
    pub desired: Arc<Desired>,
    repository: &'r Repository,
}

/// The new texts of files.
pub type NewTexts = BTreeMap<RelativePath, String>;

/// Why a plan does not take away an image that the files no longer declare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeps {
    /// A guard refuses it, by its name.
    Guard(String),
    /// It was edited in the portal.
    Edit,
    /// Nothing says that it was ever applied from here.
    NotApplied,
}

impl<'r> Editing<'r> {
    /// The edit of the offer `address`; the files themselves if none of them declares it.
    pub fn of(repository: &'r Repository, files: Everything, address: &OfferAddress) -> Result<Self, Box<Everything>> {
        match files.workspace.declared(address).cloned() {
            Some(desired) => Ok(Self { files, desired, repository }),
            None => Err(Box::new(files)),
        }
    }

    /// The new texts of the files for the offer to declare `document`. Nothing is written.
    pub fn texts(&self, document: Document) -> Result<NewTexts, Vec<Obstacle>> {
        let declared = Declared {
            tree: &self.files.workspace.tree,
            offers: &self.files.offers,
            sources: &self.files.workspace.sources,
            selection: &self.files.paths,
            environment: self.repository.environment(),
        };
        rewrite(declared, &[Rewrite { desired: Arc::clone(&self.desired), document }])
    }

    /// The file and the line, from 1, in which the files declare an image as they are.
    #[must_use]
    pub fn place(&self, image: &Image) -> (String, usize) {
        place(&self.desired, &self.files.workspace.sources, image)
    }

    /// The file and the line, from 1, of each of `images` in the files with new texts; `None` if the offer cannot be read from them.
    #[must_use]
    pub fn new_places(&self, texts: &NewTexts, images: &[Image]) -> Option<Vec<(String, usize)>> {
        let (offer, sources) = self.reloaded(texts);
        let offer = offer?;
        Some(images.iter().map(|image| place(&offer, &sources, image)).collect())
    }

    /// The offer, and no other, as the files with new texts declare it.
    #[must_use]
    pub fn workspace(&self, texts: &NewTexts) -> Workspace {
        let (offer, sources) = self.reloaded(texts);
        let before = &self.files.workspace;
        Workspace {
            desired: offer.into_iter().map(Arc::new).collect(),
            all: before.all.clone(),
            is_as_set: before.is_as_set,
            sources: Arc::new(sources),
            tree: before.tree.clone(),
            found: before.found.clone(),
            findings: BTreeMap::new(),
        }
    }

    fn reloaded(&self, texts: &NewTexts) -> (Option<Desired>, Sources) {
        let tree = Edited { tree: &self.files.workspace.tree, files: texts };
        let loaded = desired::load(&tree, &self.files.paths, self.repository.environment());
        let offer = loaded.desired.into_iter().find(|offer| offer.address == self.desired.address);
        (offer, loaded.sources)
    }
}

fn place(offer: &Desired, sources: &Sources, image: &Image) -> (String, usize) {
    let document = offer.document.opened();
    let origin = offer.origins.places().nearest(&image.holder.place(document.content(), &image.version));
    let span = origin.key.unwrap_or(origin.value);
    (sources.name(span.source).to_owned(), sources.line_column(span).0)
}

/// Those of `images` that `plan` does not take away, and why. The plan is one of the edited files and has no other offer.
#[must_use]
pub fn kept(plan: &Plan, images: &[Image]) -> Vec<(Image, Keeps)> {
    let Some(offer) = plan.offers().first() else { return Vec::new() };
    let live = offer.live().map(Document::working_copy);
    let kept = |image: &Image| {
        let target = format!("{}/{}/{}", offer.address(), image.holder, image.version);
        let sku = format!("{}/{}", offer.address(), image.holder);
        let place = image.holder.identity(&image.version);
        let refused = offer.guards().iter().find(|guard| guard.refuses() && guard.is_about_image(&target, &sku));
        if let Some(guard) = refused {
            return Some(Keeps::Guard(guard.name()));
        }
        if offer.conflicts().any(|planned| planned.change.identity.is_within(&place)) {
            return Some(Keeps::Edit);
        }
        let is_live = locate(offer.desired().document.field_table(), live.as_ref()?.content(), &place).is_some();
        let goes = offer.changes().iter().any(|planned| planned.change.identity.is_within(&place));
        (is_live && !goes).then_some(Keeps::NotApplied)
    };
    images.iter().filter_map(|image| Some((image.clone(), kept(image)?))).collect()
}
