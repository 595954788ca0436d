//! Who is signed in, as JSON.

use std::io::{self, Write};

use serde::Serialize;

/// The schema of this document.
pub const WHOAMI_SCHEMA: &str = include_str!("../../../../schemas/whoami.schema.json");

/// Who is signed in, and what that can see. Whatever is not known is `None`.
#[derive(Debug, Serialize)]
pub struct Whoami<'a> {
    /// The version of the format.
    pub format_version: &'static str,
    /// The service that was asked, or `sandbox`.
    pub endpoint: &'a str,
    /// The way of signing in, as `--auth` takes it.
    pub method: &'static str,
    /// The tenant's id or name.
    pub tenant: Option<&'a str>,
    /// The id of the application (client id), if the token names one.
    pub client: Option<&'a str>,
    /// The user name, if a person is signed in.
    pub user: Option<&'a str>,
    /// Until when the token is good: RFC 3339.
    pub expires: Option<String>,
    /// The publishers that can be seen, by id.
    pub publishers: Vec<Publisher<'a>>,
}

/// A publisher.
#[derive(Debug, Serialize)]
pub struct Publisher<'a> {
    /// The id of the publisher.
    pub id: &'a str,
    /// Its name for people.
    pub name: Option<&'a str>,
}

/// Writes who is signed in. It holds no token.
pub fn whoami(whoami: &Whoami<'_>, out: &mut dyn Write) -> io::Result<()> {
    super::write(whoami, out)
}
