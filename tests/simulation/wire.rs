//! The network between one process and the portal: loses what the script says, lets others act in between, and watches.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use offerform::api::{Transport, TransportError};
use offerform::auth::foreign::Reason;
use offerform::clock::Clock as _;
use offerform::simulator::Reply;

use super::process::Process;
use super::promises;
use super::sabotage::Sabotage;
use super::schedule::Death;
use super::world::World;

/// The only way from a process to the portal.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) world: Arc<World>,
    pub(crate) process: Arc<Process>,
    pub(crate) sabotage: Sabotage,
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let request = self.sabotage.of_request(request);
        let sent = self.once(request.clone()).await;
        self.sabotage.of_answer(self, request, sent).await
    }
}

impl Wire {
    /// Sends a request once, and sees to it that the process dies when its time has come.
    pub(crate) async fn once(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let number = self.process.next_request();
        self.pause().await;
        if self.process.run.killed_at == Some(Death::Before(number)) {
            self.process.die();
        }
        self.process.goes_on().await;
        let reply = self.act(&request);
        if self.process.run.killed_at == Some(Death::After(number)) {
            self.process.die();
        }
        self.process.goes_on().await;
        let mut reply = reply;
        while let Reply::Delay(duration, inner) = reply {
            self.world.clock.sleep(duration).await;
            reply = *inner;
        }
        self.pause().await;
        self.process.goes_on().await;
        match reply {
            Reply::Answer(answer) => Ok(answer),
            _ => Err(TransportError::Lost(Reason::new("the connection was closed"))),
        }
    }

    /// Lets the portal act, and looks at what it did.
    fn act(&self, request: &Request<Bytes>) -> Reply {
        self.maybe_edit();
        let offer = offer_of(request);
        let before = offer.as_ref().and_then(|offer| self.world.draft(offer));
        self.world.service().set_faults(self.process.faults());
        let reply = self.world.service().handle(request);
        let left = self.world.service().faults().to_vec();
        self.process.set_faults(left);
        let after = offer.as_ref().and_then(|offer| self.world.draft(offer));
        self.world.tell(format!(
            "  {} {} {} -> {}",
            self.process.name,
            request.method(),
            request.uri().path(),
            word(&reply)
        ));
        if let (&Method::PUT, Some(offer), Some(after)) = (request.method(), &offer, &after) {
            promises::nothing_is_overwritten_unseen(&self.world, &self.process, offer, before.as_ref(), after);
        }
        self.world.look();
        self.maybe_edit();
        reply
    }

    fn maybe_edit(&self) {
        if self.process.run.edits > 0 && self.world.below(100) < self.process.run.edits {
            self.world.edit();
        }
    }

    /// Lets others go first, sometimes.
    async fn pause(&self) {
        for _ in 0..self.world.below(4) {
            tokio::task::yield_now().await;
        }
    }
}

/// `publisher/offer` of a request that is about one.
fn offer_of(request: &Request<Bytes>) -> Option<String> {
    let mut parts = request.uri().path().split('/').skip_while(|part| *part != "publishers");
    let (_, publisher, _, offer) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    Some(format!("{publisher}/{offer}"))
}

fn word(reply: &Reply) -> String {
    match reply {
        Reply::Answer(answer) => answer.status().as_u16().to_string(),
        Reply::LoseRequest => "request lost".to_owned(),
        Reply::LoseAnswer => "answer lost".to_owned(),
        Reply::Truncate(answer, _) => format!("{} truncated", answer.status().as_u16()),
        Reply::Delay(duration, inner) => format!("{} after {duration:?}", word(inner)),
    }
}
