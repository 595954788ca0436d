//! The service as a whole, over its endpoints, in a time that the test decides.

mod endpoints;
mod faults;
mod over_http;
mod releases;
mod rewrites;
