//! Keeps products that are offers of the Cloud Partner Portal as they are there, until something is written through this API.

use jiff::Timestamp;
use serde_json::Value;

use super::offer_field::text;
use super::state::{Ending, Followed, Ingestion, Marks, Product, Submission, Target, Tree, plan_in};
use super::translate::{Source, product_type, translate};
use crate::stamp::Random;

/// An offer of the portal, as this API needs it.
pub(crate) struct PortalOffer<'a> {
    /// `publisher/offer`.
    pub(crate) name: &'a str,
    /// Draft, preview and production.
    pub(crate) contents: [Option<&'a Value>; 3],
    pub(crate) marks: Marks,
    /// JSON pointers of secret fields that hold a value.
    pub(crate) given: Vec<&'a str>,
}

impl Ingestion {
    /// Takes over what changed in the portal.
    pub(crate) fn follow<'a>(&mut self, offers: impl Iterator<Item = PortalOffer<'a>>, now: Timestamp) {
        for seen in offers {
            let known = self.offers.get(seen.name);
            let known = known.map(|guid| self.products.get(guid).and_then(|product| product.offer.as_ref()));
            let is_settled = match known {
                // Deleted through this API.
                Some(None) => true,
                Some(Some(offer)) => !offer.is_followed || offer.marks == seen.marks,
                None => false,
            };
            if !is_settled {
                self.take_over(&seen, now);
            }
        }
    }

    fn take_over(&mut self, seen: &PortalOffer<'_>, now: Timestamp) {
        let [Some(draft), preview, live] = seen.contents else { return };
        let kind = text(draft, "offerTypeId").and_then(product_type);
        let Some((kind, external_id)) = kind.zip(text(draft, "id")) else { return };
        let old = self.offers.get(seen.name).and_then(|guid| self.products.remove(guid));
        // External ids are those of one account, and an account has each only once.
        if old.is_none() && self.product_named(external_id).is_some() {
            return;
        }
        let guid = old.as_ref().map_or_else(|| self.random.guid(), |old| old.guid.clone());
        let mut plans = Plans { old: old.as_ref(), made: Vec::new() };
        let random = &mut self.random;
        let mut tree = |document: &Value| {
            let source = Source { guid: &guid, kind, external_id, document, given: &seen.given };
            translate(&source, &mut |plan| plans.guid(plan, random))
        };
        let (draft, preview, live) = (tree(draft), preview.map(&mut tree), live.map(&mut tree));
        let before = old.and_then(|old| Some((old.submissions, old.offer?.marks)));
        let submissions = self.submissions_of([preview.as_ref(), live.as_ref()], &seen.marks, before.as_ref(), now);
        self.offers.insert(seen.name.to_owned(), guid.clone());
        let product = Product {
            guid: guid.clone(),
            external_id: external_id.to_owned(),
            kind: kind.to_owned(),
            draft,
            preview,
            live,
            submissions,
            offer: Some(Followed { marks: seen.marks, is_followed: true }),
        };
        self.products.insert(guid, product);
    }

    /// The submissions that brought what is in preview and production. One that is still there keeps its number, and so does a preview
    /// that went live.
    fn submissions_of(
        &mut self,
        [preview, live]: [Option<&Tree>; 2],
        marks: &Marks,
        before: Option<&(Vec<Submission>, Marks)>,
        now: Timestamp,
    ) -> Vec<Submission> {
        let kept = |target: Target, at: usize| {
            let (submissions, old) = before?;
            submissions.iter().find(|one| one.target == target && old[at] == marks[at]).cloned()
        };
        let (old_preview, old_live) = (kept(Target::Preview, 1), kept(Target::Live, 2));
        let is_promoted = preview.is_some() && preview == live;
        let live = live.map(|_| {
            old_live.unwrap_or_else(|| {
                let promoted = old_preview.as_ref().filter(|_| is_promoted).map(|one| one.number);
                ended(Target::Live, promoted.unwrap_or_else(|| self.next_submission()), now)
            })
        });
        let preview = preview.map(|_| match (&live, old_preview) {
            (Some(live), _) if is_promoted => ended(Target::Preview, live.number, now),
            (_, Some(old)) => old,
            (_, None) => ended(Target::Preview, self.next_submission(), now),
        });
        live.into_iter().chain(preview).collect()
    }
}

/// A submission that has ended.
fn ended(target: Target, number: u64, at: Timestamp) -> Submission {
    Submission {
        number,
        target,
        created: at,
        begins: at,
        certified: at,
        ends: at,
        content: Tree::new(),
        ending: Some(Ending::Succeeded),
        failure: None,
    }
}

/// The GUIDs of plans: those that they had before, or new ones.
struct Plans<'o> {
    old: Option<&'o Product>,
    made: Vec<(String, String)>,
}

impl Plans<'_> {
    fn guid(&mut self, plan: &str, random: &mut Random) -> String {
        if let Some((_, guid)) = self.made.iter().find(|(name, _)| name == plan) {
            return guid.clone();
        }
        let trees = self.old.into_iter().flat_map(|old| [Some(&old.draft), old.preview.as_ref(), old.live.as_ref()]);
        let known = trees.flatten().find_map(|tree| plan_in(tree, plan));
        let guid = known.map_or_else(|| random.guid(), str::to_owned);
        self.made.push((plan.to_owned(), guid.clone()));
        guid
    }
}
