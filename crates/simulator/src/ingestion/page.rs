//! Lists in pages, in another order each time; a page that is asked for by its token goes on in the order of the first.

use bytes::Bytes;
use http::Request;
use http::header::HOST;
use serde_json::{Value, json};

use super::answer::{Outcome, Refusal, ok};
use super::dialect::{Dialect, NextLink, Order};
use super::route::query;
use crate::artifact::hex;

/// A place in the order that `nonce` decides.
pub(super) fn place(dialect: &Dialect, nonce: u64, id: &str) -> String {
    match dialect.order {
        Order::Stable => id.to_owned(),
        Order::Random => format!("{:016x} {id}", scatter(nonce, id)),
    }
}

/// Spreads texts over all numbers; another seed spreads them in another way (FNV-1a, then SplitMix64).
fn scatter(seed: u64, text: &str) -> u64 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325 ^ seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mixed = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^ (mixed >> 27)
}

/// The page of `entries` (ids and values) that a request asks for.
pub(super) fn page(request: &Request<Bytes>, dialect: &Dialect, nonce: u64, entries: Vec<(String, Value)>) -> Outcome {
    let token = query(request, "continuationToken");
    let (nonce, after) = match &token {
        Some(token) => read(token).ok_or_else(|| Refusal::bad_request("The continuation token is not valid."))?,
        None => (nonce, String::new()),
    };
    let most = match query(request, "$maxpagesize") {
        Some(text) => text.parse().ok().filter(|most| *most > 0),
        None => Some(dialect.page_size.max(1)),
    };
    let most: usize = most.ok_or_else(|| Refusal::bad_request("The value of $maxpagesize is not valid."))?;
    let mut entries: Vec<(String, Value)> =
        entries.into_iter().map(|(id, value)| (place(dialect, nonce, &id), value)).collect();
    entries.retain(|(place, _)| *place > after);
    entries.sort_by(|one, two| one.0.cmp(&two.0));
    let is_last = entries.len() <= most;
    entries.truncate(most);
    let last = entries.last().map(|(place, _)| place.clone());
    let values: Vec<Value> = entries.into_iter().map(|(_, value)| value).collect();
    let mut answer = json!({ "value": values });
    if let Some(last) = last.filter(|_| !is_last) {
        answer["@nextLink"] = json!(next_link(request, dialect, &write(nonce, &last)));
    }
    Ok(ok(&answer))
}

fn next_link(request: &Request<Bytes>, dialect: &Dialect, token: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let old = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    query.extend_pairs(old.filter(|(name, _)| !name.eq_ignore_ascii_case("continuationToken")));
    query.append_pair("continuationToken", token);
    let link = format!("{}?{}", request.uri().path(), query.finish());
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    match (dialect.next_link, host) {
        (NextLink::Relative, _) => link,
        (NextLink::Absolute, Some(host)) => format!("http://{host}{link}"),
        (NextLink::Absolute, None) => format!("https://graph.microsoft.com{link}"),
    }
}

fn write(nonce: u64, place: &str) -> String {
    hex(format!("{nonce} {place}").as_bytes())
}

fn read(token: &str) -> Option<(u64, String)> {
    if !token.is_ascii() || token.len() % 2 == 1 {
        return None;
    }
    let bytes = (0..token.len()).step_by(2).map(|at| u8::from_str_radix(&token[at..at + 2], 16).ok());
    let text = String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()?;
    let (nonce, place) = text.split_once(' ')?;
    Some((nonce.parse().ok()?, place.to_owned()))
}
