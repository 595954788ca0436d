//! The endpoints: product-ingestion-api.md.

use bytes::Bytes;
use http::Request;
use percent_encoding::percent_decode_str;

use super::identity::is_durable_id;

/// Where the API is, below the host `graph.microsoft.com`.
pub(super) const BASE: &str = "/rp/product-ingestion";

/// Whether a path is one of this API.
pub(crate) fn is_for(path: &str) -> bool {
    path.strip_prefix(BASE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// An endpoint with the names in its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    Products,
    Plans,
    Resource(String),
    Tree(String),
    Submissions(String),
    Submission(String, String),
    Configure,
    Job(String),
    JobStatus(String),
    CancelJob(String),
}

impl Route {
    /// The endpoint behind a path; `None` if there is none.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let rest = path.strip_prefix(BASE)?.strip_prefix('/')?.trim_end_matches('/');
        let segments: Vec<String> =
            rest.split('/').map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        Some(match segments.as_slice() {
            ["product"] => Self::Products,
            ["plan"] => Self::Plans,
            ["resource-tree", "product", guid] => Self::Tree((*guid).to_owned()),
            ["submission", guid] => Self::Submissions((*guid).to_owned()),
            ["submission", guid, number] => Self::Submission((*guid).to_owned(), (*number).to_owned()),
            ["configure"] => Self::Configure,
            ["configure", job] => Self::Job((*job).to_owned()),
            ["configure", job, "status"] => Self::JobStatus((*job).to_owned()),
            ["configure", job, "cancel"] => Self::CancelJob((*job).to_owned()),
            [_, _, ..] => Self::Resource(Some(segments.join("/")).filter(|id| is_durable_id(id))?),
            _ => return None,
        })
    }

    /// The method that the endpoint takes.
    pub(super) fn method(&self) -> &'static str {
        match self {
            Self::Configure | Self::CancelJob(_) => "POST",
            _ => "GET",
        }
    }
}

/// The value of a query parameter, decoded. Letters of its name do not count: clients write `externalId` in several ways.
pub(super) fn query(request: &Request<Bytes>, name: &str) -> Option<String> {
    let query = request.uri().query()?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn every_endpoint_is_found_by_its_path() {
        for (path, expected) in [
            ("product", Some(Route::Products)),
            ("plan", Some(Route::Plans)),
            ("product/p", Some(Route::Resource("product/p".into()))),
            (
                "listing/p/public/main/default/en-us",
                Some(Route::Resource("listing/p/public/main/default/en-us".into())),
            ),
            ("resource-tree/product/p", Some(Route::Tree("p".into()))),
            ("submission/p", Some(Route::Submissions("p".into()))),
            ("submission/p/12", Some(Route::Submission("p".into(), "12".into()))),
            ("configure", Some(Route::Configure)),
            ("configure/j", Some(Route::Job("j".into()))),
            ("configure/j/status", Some(Route::JobStatus("j".into()))),
            ("configure/j/cancel", Some(Route::CancelJob("j".into()))),
            ("else", None),
        ] {
            assert_eq!(Route::parse(&format!("/rp/product-ingestion/{path}")), expected, "{path}");
        }
        assert_eq!(Route::parse("/rp/product-ingestions/product"), None);
    }
}
