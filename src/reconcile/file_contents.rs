//! Looks at the files that offers name, for the rules about what is in them.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::artifact::{self, Fetch, look_at};
use crate::rules::{Archive, CheckedContent, Disk, Files, Look, Wanted};
use crate::secret::SecretText;

/// The most bytes of a picture, a document or a list.
const FILE: usize = 10_000_000;

/// The most bytes of an archive that is looked into. Packages have a few megabytes; the service takes more.
const ARCHIVE: usize = 32_000_000;

/// How much is looked at of the beginning of a system's disk, in bytes: where no partition may begin.
const START: usize = 1_048_576;

/// How much is looked at of the end of a disk, in bytes: what ends a VHD.
const END: usize = 512;

/// Looks at files, each once. Why one could not be looked at holds no address.
pub async fn files(fetch: Arc<dyn Fetch>, wanted: BTreeSet<Wanted>) -> Files {
    let look = |wanted: &Wanted| (SecretText::new(wanted.address.expose()), how(wanted.look));
    let looks: Vec<Look> = wanted.iter().map(|wanted| wanted.look).collect();
    // Each is reduced to what rules see of it as soon as it is there: many archives at once would fill the memory.
    let seen = look_at(fetch, wanted.iter().map(look), |number, seen| checked_content(looks[number], seen)).await;
    wanted.into_iter().zip(seen.into_iter().map(|seen| seen.map_err(|error| error.to_string()))).collect()
}

fn how(look: Look) -> artifact::Look {
    match look {
        Look::Whole => artifact::Look::Whole(FILE),
        Look::Archive => artifact::Look::Whole(ARCHIVE),
        Look::SystemDisk => artifact::Look::Parts(artifact::Wanted { start: START, end: END }),
        Look::DataDisk => artifact::Look::Parts(artifact::Wanted { start: 0, end: END }),
    }
}

fn checked_content(look: Look, seen: artifact::FileContent) -> CheckedContent {
    match seen {
        artifact::FileContent::Whole(bytes) if look == Look::Archive => CheckedContent::Archive(Archive::read(&bytes)),
        artifact::FileContent::Whole(bytes) => CheckedContent::Whole(bytes),
        artifact::FileContent::NotFetched(length) => CheckedContent::NotFetched(length),
        artifact::FileContent::Parts(artifact::Parts { length, blob, start, end }) => {
            CheckedContent::Disk(Disk { length, blob, start, end })
        }
    }
}
