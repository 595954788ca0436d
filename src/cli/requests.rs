//! What the settings say about single requests: how long they may take, and which headers they carry.

use std::collections::BTreeMap;

use super::CliError;
use super::arguments::duration;
use crate::api::{Headers, Limits};
use crate::workspace::Timeouts;

/// The limits of requests: variables come before the file.
pub(super) fn limits(file: Timeouts, variable: impl Fn(&str) -> Option<String>) -> Result<Limits, CliError> {
    let time = |name: &str, key: &str, file: Option<String>| {
        let (what, text) = match (variable(name), file) {
            (Some(text), _) => (name.to_owned(), text),
            (None, Some(text)) => (format!("`timeouts.{key}` in the settings"), text),
            (None, None) => return Ok(None),
        };
        duration(&text).map(Some).map_err(|why| CliError::failed(format!("{what} is `{text}`: {why}")))
    };
    let default = Limits::default();
    let read = time("OFFERFORM_READ_TIMEOUT", "read", file.read)?.unwrap_or(default.read);
    let write = time("OFFERFORM_WRITE_TIMEOUT", "write", file.write)?.unwrap_or(default.write);
    Ok(Limits { read, write, ..default })
}

/// The further headers of requests: those of the command line come before those of the file.
pub(super) fn headers(file: &BTreeMap<String, String>, flags: &[String]) -> Result<Headers, CliError> {
    let mut headers = Headers::default();
    for (name, value) in file {
        headers.set(name, value).map_err(|error| CliError::from(&error).hint("correct `headers` in the settings"))?;
    }
    for flag in flags {
        let (name, value) = flag.split_once('=').ok_or_else(|| {
            CliError::failed("--header takes NAME=VALUE").hint("an empty value removes the header, such as `Accept=`")
        })?;
        headers.set(name, value).map_err(|error| CliError::from(&error))?;
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_variable_comes_before_the_file_and_the_file_before_the_default() {
        let seconds = |file: Timeouts, variable: Option<&str>| {
            let variable = |name: &str| variable.filter(|_| name == "OFFERFORM_WRITE_TIMEOUT").map(ToOwned::to_owned);
            let limits = limits(file, variable).unwrap();
            (limits.read.as_secs(), limits.write.as_secs())
        };
        let file = || Timeouts { read: Some("90s".to_owned()), write: Some("15m".to_owned()) };
        assert_eq!(seconds(Timeouts::default(), None), (120, 600));
        assert_eq!(seconds(file(), None), (90, 900));
        assert_eq!(seconds(file(), Some("1h")), (90, 3600));
        assert!(limits(Timeouts { read: Some("0s".to_owned()), write: None }, |_| None).is_err());
        assert_eq!(Limits::default().connect, Duration::from_secs(10));
    }

    #[test]
    fn a_header_of_the_command_line_comes_before_one_of_the_file() {
        let file = BTreeMap::from([("X-One".to_owned(), "file".to_owned()), ("x-two".to_owned(), "file".to_owned())]);
        let merged = headers(&file, &["x-one=flag=1".to_owned()]).unwrap();
        let mut expected = Headers::default();
        expected.set("x-one", "flag=1").unwrap();
        expected.set("x-two", "file").unwrap();
        assert_eq!(merged, expected);
        assert!(headers(&file, &["x-one".to_owned()]).is_err());
    }
}
