//! Brings requests to the Product Ingestion API, which is simulated beside the Cloud Partner Portal API under the same address.

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;

use super::fault::Fired;
use super::ingestion::{Fate, Ingestion, PortalOffer};
use super::portal::Content;
use super::service::{Service, has_token};

impl Service {
    /// The products that the Product Ingestion API has.
    #[must_use]
    pub fn ingestion(&self) -> &Ingestion {
        &self.ingestion
    }

    /// The products that the Product Ingestion API has, for somebody who changes them without a request.
    pub fn ingestion_mut(&mut self) -> &mut Ingestion {
        &mut self.ingestion
    }

    /// Lets the next thing happen to the products that is due by now, and returns when it was due and the id of the job that did it; `None`
    /// if nothing is due. An observer who calls this before anything else happens sees every state that a product is ever in.
    pub fn step_products(&mut self) -> Option<(Timestamp, String)> {
        let now = self.clock.now();
        self.ingestion.settle_next(now)
    }

    /// Brings the products up to date: with the time, and with the portal.
    pub fn settle_products(&mut self) {
        let now = self.clock.now();
        self.ingestion.settle(now);
        let offers = self.portal.offers.iter().map(|(name, offer)| {
            let contents = [Some(&offer.draft), offer.preview.as_ref(), offer.production.as_ref()];
            PortalOffer {
                name,
                contents: contents.map(|content| content.map(|content| &content.document)),
                marks: contents.map(|content| content.map(mark)),
                given: offer.given.iter().map(String::as_str).collect(),
            }
        });
        self.ingestion.follow(offers, now);
    }

    /// Acts on a request to the Product Ingestion API and answers it.
    pub(super) fn act_on_products(
        &mut self,
        request: &Request<Bytes>,
        now: Timestamp,
        fired: &Fired,
    ) -> Response<Bytes> {
        if !has_token(request) {
            return self.ingestion.unauthorized();
        }
        self.settle_products();
        let fate = Fate { submission: fired.failure.clone(), resource: fired.resource_failure.clone() };
        self.ingestion.answer(request, now, self.pace, fate)
    }
}

fn mark(content: &Content) -> (u64, i64) {
    (content.version, content.changed.ticks())
}
