//! An error with what caused it, in one line.

use std::error::Error;

/// The message of `error` and of each of its sources, separated by colons. A message that the one before ends with is left out.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !message.ends_with(&words) {
            message = format!("{message}: {words}");
        }
        source = cause.source();
    }
    message
}
