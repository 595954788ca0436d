//! Reads an offer after a write that the service accepted, until the write shows.
//!
//! That the service accepted a write does not prove that it took effect. It may show the former document for a moment, so the offer
//! is read a few times. A write that nobody saw is not reported as done: whoever reads the report would take the files for released.
//!
//! A service without revisions is different: there a revision is a hash of the content, and the same revision after a write that was carried
//! out can also mean that the service keeps another form of each new value, and had it already. If it still shows that content at the last
//! read, that is what it makes of the write.

use std::time::Duration;

use super::Interrupt;
use crate::apply::{ErrorMessage, Progress};
use crate::backend::{LiveDocument, Reader, WriteAnswer};
use crate::clock::Clock;
use crate::offer::Revision;
use crate::plan::OfferPlan;

/// The pauses between the reads. A write shows at once at a service that keeps its promises; half a minute is enough for copies of a
/// database to agree.
const PAUSES: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
];

/// Whose document a read after a write shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadRevision {
    /// The document that this run has just written.
    Written,
    /// The document as it is after the write was carried out. The service has no revisions, so nobody can tell an edit that was made right
    /// after the write from what the service made of it.
    Unversioned,
    /// One that somebody wrote after this run did.
    Later,
    /// Nobody can tell: the answer to the write named no revision.
    Unnamed,
}

impl ReadRevision {
    /// Measures a revision that was read by the one before the write and by the one that the answer to the write named. `None` if the
    /// offer still has the revision that it had before.
    fn of(before: Option<&Revision>, written: Option<&Revision>, read: Option<&Revision>) -> Option<Self> {
        match written {
            _ if read.is_some() && read == before => None,
            Some(_) if read == written && read.is_some_and(Revision::is_computed) => Some(Self::Unversioned),
            Some(_) if read == written => Some(Self::Written),
            Some(_) => Some(Self::Later),
            None => Some(Self::Unnamed),
        }
    }
}

/// Reads what a write made.
pub(super) struct ReadBack<'a> {
    pub(super) client: &'a dyn Reader,
    pub(super) clock: &'a dyn Clock,
    pub(super) interrupt: &'a Interrupt,
    pub(super) progress: &'a dyn Progress,
}

impl ReadBack<'_> {
    /// The offer as it is after a write that the service accepted, or why that is not known.
    pub(super) async fn after(
        &self,
        current: &OfferPlan,
        answer: &WriteAnswer,
    ) -> Result<(LiveDocument, ReadRevision), ErrorMessage> {
        let address = current.address();
        let mut pauses = PAUSES.iter();
        let mut waited = Duration::ZERO;
        self.progress.step(address, "reading back");
        loop {
            // The content that a hash stands for, where the same content may be what the write made.
            let mut unchanged = None;
            let what = match self.client.draft(address).await {
                Ok(Some(live)) => {
                    let seen = ReadRevision::of(current.revision(), answer.revision.as_ref(), live.revision.as_ref());
                    if let Some(seen) = seen {
                        return Ok((live, seen));
                    }
                    unchanged = Some(live).filter(|live| live.revision.as_ref().is_some_and(Revision::is_computed));
                    "the offer still has its old revision"
                }
                Ok(None) => "the service does not return the offer",
                Err(error) => {
                    let read = ErrorMessage::from(&error);
                    let message =
                        format!("the service accepted the write, and reading it back failed: {}", read.message);
                    return Err(ErrorMessage { message, hint: Some(LOOK.to_owned()), ..read });
                }
            };
            let Some(pause) = pauses.next().filter(|_| !self.interrupt.is_raised()) else {
                if let Some(live) = unchanged {
                    return Ok((live, ReadRevision::Unversioned));
                }
                let after =
                    if waited.is_zero() { String::new() } else { format!(" after {} seconds", waited.as_secs()) };
                let message = format!("the service accepted the write, and{after} {what}");
                return Err(ErrorMessage { message, hint: Some(LOOK.to_owned()), correlation_id: None });
            };
            self.progress.step(address, "written, but not visible yet; reading again");
            self.clock.sleep(*pause).await;
            waited += *pause;
        }
    }
}

/// What to do about a write that nobody saw.
const LOOK: &str = "run plan to see the offer as it is now; apply again if it shows the same changes";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_that_has_not_moved_shows_no_write() {
        let [before, written, other] = ["\"1\"", "\"2\"", "\"3\""].map(Revision::new);
        let computed = Revision::computed("4");
        for (known, answered, read, expected) in [
            (Some(&before), Some(&written), Some(&written), Some(ReadRevision::Written)),
            (Some(&before), Some(&written), Some(&other), Some(ReadRevision::Later)),
            (Some(&before), Some(&written), Some(&before), None),
            (Some(&before), Some(&before), Some(&before), None),
            (Some(&before), None, Some(&before), None),
            (Some(&before), None, Some(&other), Some(ReadRevision::Unnamed)),
            (None, Some(&written), Some(&written), Some(ReadRevision::Written)),
            (None, None, Some(&other), Some(ReadRevision::Unnamed)),
            (None, None, None, Some(ReadRevision::Unnamed)),
            (Some(&before), Some(&computed), Some(&computed), Some(ReadRevision::Unversioned)),
            (Some(&before), Some(&computed), Some(&other), Some(ReadRevision::Later)),
            (Some(&computed), Some(&computed), Some(&computed), None),
        ] {
            assert_eq!(ReadRevision::of(known, answered, read), expected, "{known:?} {answered:?} {read:?}");
        }
    }
}
