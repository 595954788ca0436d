//! Sends one write and tells what its answer means. It chooses nothing.

use crate::api::{self, Client, PutAnswer};
use crate::offer::{OfferAddress, RequestBody};
use crate::plan::Precondition;

/// What became of a write.
#[derive(Debug)]
pub enum Sent {
    /// The service says that it is done.
    Done(PutAnswer),
    /// The offer is not as the precondition says; nothing was written.
    Overtaken(api::Error),
    /// Nothing was written.
    Refused(api::Error),
    /// Only reading can tell.
    Lost(api::Error),
}

/// PUTs the offer under the step's precondition.
pub async fn send(client: &Client, address: &OfferAddress, body: RequestBody, precondition: &Precondition) -> Sent {
    let condition = match precondition {
        Precondition::Absent => api::Precondition::Create,
        Precondition::Revision(revision) => api::Precondition::Match(revision.clone()),
        Precondition::SameContent => api::Precondition::Weak,
    };
    match client.put(address, body, &condition).await {
        Ok(answer) => Sent::Done(answer),
        Err(error) if error.is_ambiguous() => Sent::Lost(error),
        Err(error) if error.is_precondition_failed() => Sent::Overtaken(error),
        // Somebody created the offer meanwhile, or the request is wrong: the service uses the same answers for both, and
        // reading tells which.
        Err(error) if *precondition == Precondition::Absent && (error.is_bad_request() || error.is_conflict()) => {
            Sent::Overtaken(error)
        }
        Err(error) => Sent::Refused(error),
    }
}
