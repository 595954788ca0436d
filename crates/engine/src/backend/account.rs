//! Publisher accounts.

use crate::offer::PublisherId;

/// A publisher account that the signed-in principal can see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// The id of the publisher, such as `contoso`.
    pub id: PublisherId,
    /// The name of the publisher for people.
    pub name: Option<String>,
}
