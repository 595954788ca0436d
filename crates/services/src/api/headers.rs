//! Headers that requests carry beside those of this program, or in their place: for the day on which a header becomes compulsory,
//! or unwelcome.

use std::collections::BTreeMap;
use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::auth::foreign::plain;

/// Headers that nobody but this program sets: they say who asks, where, for what, and on which condition.
const RESERVED: [&str; 19] = [
    "authorization",
    "connection",
    "content-length",
    "expect",
    "host",
    "if-match",
    "if-none-match",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    // They would make a write of a read.
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    // They would lead a request to another path.
    "x-original-url",
    "x-rewrite-url",
];

/// Further headers of every request to the service. An empty value leaves out a header that would be sent otherwise.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(BTreeMap<String, (HeaderName, HeaderValue)>);

/// A header that cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Its name is none.
    #[error("`{0}` is not the name of a header")]
    Name(String),
    /// Its value cannot be sent. It may be a secret, so it is not repeated.
    #[error("the value of the header `{0}` contains characters that cannot be sent")]
    Value(String),
    /// It belongs to this program.
    #[error("the header `{0}` cannot be set: offerform sets it itself")]
    Reserved(String),
}

impl Headers {
    /// Sets a header, in place of one of the same name.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), HeaderError> {
        let shown = || plain(name, 100);
        let header: HeaderName = name.trim().parse().map_err(|_| HeaderError::Name(shown()))?;
        if RESERVED.contains(&header.as_str()) {
            return Err(HeaderError::Reserved(shown()));
        }
        let mut value = HeaderValue::from_str(value.trim()).map_err(|_| HeaderError::Value(shown()))?;
        value.set_sensitive(true);
        self.0.insert(header.as_str().to_owned(), (header, value));
        Ok(())
    }

    /// Puts them among the headers of a request.
    pub(super) fn put_into(&self, headers: &mut HeaderMap) {
        for (name, value) in self.0.values() {
            if value.is_empty() {
                headers.remove(name);
            } else {
                headers.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Names only: a value may be a secret.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_about_a_request_cannot_be_set() {
        let mut headers = Headers::default();
        for name in ["Authorization", "HOST", "content-length", "If-Match", " if-match ", "X-HTTP-Method-Override"] {
            assert!(matches!(headers.set(name, "x"), Err(HeaderError::Reserved(_))), "{name}");
        }
        for name in ["", "a b", "a:b", "ü"] {
            assert!(matches!(headers.set(name, "x"), Err(HeaderError::Name(_))), "{name}");
        }
        let error = headers.set("x-key", "hunter2\nhost: evil.example").unwrap_err();
        assert!(matches!(error, HeaderError::Value(_)) && !error.to_string().contains("hunter2"));
        assert_eq!(headers, Headers::default());
    }

    #[test]
    fn a_header_is_added_replaced_or_left_out() {
        let mut headers = Headers::default();
        headers.set("X-New", "1").unwrap();
        headers.set("x-new", " 2 ").unwrap();
        headers.set("Accept", "*/*").unwrap();
        headers.set("Content-Type", "").unwrap();
        let mut sent = HeaderMap::new();
        sent.insert("accept", HeaderValue::from_static("application/json"));
        sent.insert("content-type", HeaderValue::from_static("application/json"));
        headers.put_into(&mut sent);
        assert_eq!(
            (sent.len(), &sent["x-new"], &sent["accept"]),
            (2, &HeaderValue::from_static("2"), &"*/*".parse().unwrap())
        );
        assert!(!format!("{headers:?} {sent:?}").contains('2'));
    }
}
