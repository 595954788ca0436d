//! Any text where an address should be, or could be: signatures come out, and nothing else is lost.

use fastrand::Rng;
use offerform::api::Endpoint;
use offerform::offer::Pointer;
use offerform::render::visible;
use offerform::secret::{mask, redact, without_sas};

use crate::Tell;
use crate::corpus::{EXAMPLES, SNIPPETS};
use crate::mutate::{bytes, one_of};

/// What stands before a signature, in all forms it was seen in: plain, in HTML, in JSON, in another address.
const BEFORE: [&str; 12] = [
    "?sig=",
    "&sig=",
    "?sv=1&sig=",
    "&amp;sig=",
    "?SIG=",
    "&Sig=",
    "%26sig%3D",
    "%3Fsig%3d",
    "\\u0026sig=",
    "\\u0026sig\\u003d",
    " sig=",
    "%2526sig%253D",
];

/// What stands within one.
const BETWEEN: [&str; 8] = ["", "%2B", "%2F", "%252B", "%252f", "%2b", "-", "_"];

/// What stands behind one.
const BEHIND: [&str; 14] =
    ["", "&se=2027", "\"", "' ", "<br>", " and", "\n", "&amp;se=1", "\\u0026se=1", "%26se%3D1", ")", "#x", "\\n", ","];

pub(crate) fn attempt(case: u64, tell: Tell<'_>) {
    let mut random = Rng::with_seed(case);
    let others: Vec<&[u8]> =
        EXAMPLES.iter().map(|(_, bytes)| bytes.as_slice()).chain(SNIPPETS.map(str::as_bytes)).collect();
    let start = if random.u8(..4) == 0 {
        let words = [
            "https://x.blob.core.windows.net/v/a.vhd?sv=1&sig=abc%3D&se=2",
            "https://user:pw@[::1]:99/?#x",
            "/a~1b/~0",
        ];
        one_of(&mut random, &words).as_bytes()
    } else {
        one_of(&mut random, &SNIPPETS).as_bytes()
    };
    let around = String::from_utf8_lossy(&bytes(&mut random, start, &others)).into_owned();
    let at = (0..=random.usize(..=around.len())).rev().find(|at| around.is_char_boundary(*at)).unwrap_or(0);
    let (before, behind) = around.split_at(at);
    let mut half = || -> String { std::iter::repeat_with(|| random.alphanumeric()).take(20).collect() };
    let halves = [half(), half()];
    // Base64 has two characters that are no letters; they are escaped with the text they stand in.
    let signature = halves.join(BETWEEN[random.usize(..BETWEEN.len())]);
    let mark = one_of(&mut random, &BEFORE);
    let text = format!("{before}{mark}{signature}{}{behind}", one_of(&mut random, &BEHIND));
    tell(format_args!("{text}"));
    check(&text);
    for shown in [redact(&text), mask(&text), visible(&text)] {
        let left = halves.iter().any(|half| shown.contains(half));
        assert!(!left, "{mark}: a signature is left in {shown:?}");
    }
}

/// What holds of any text.
pub(crate) fn check(text: &str) {
    let once = redact(text);
    assert_eq!(redact(&once), once, "redacting twice is not redacting once");
    assert_eq!(mask(text).len(), text.len(), "positions move");
    assert_eq!(mask(text).lines().count(), text.lines().count(), "lines move");
    let bare = without_sas(text);
    assert_eq!(without_sas(&bare), bare, "an address without a signature has one");
    assert!(!visible(text).contains(['\u{1b}', '\u{202e}', '\n', '\u{0}']));
    if let Ok(endpoint) = text.parse::<Endpoint>() {
        let again: Endpoint = endpoint.as_str().parse().unwrap();
        assert_eq!(again.as_str(), endpoint.as_str());
        let host = endpoint.as_str().trim_end_matches('/');
        assert!(!host.contains(['@', '?', '#']) && host.matches('/').count() == 2, "{host}");
    }
    if let Some(pointer) = Pointer::parse(text) {
        let again = pointer.tokens().fold(Pointer::root(), |pointer, token| pointer.key(&token));
        assert_eq!(again.tokens().collect::<Vec<_>>(), pointer.tokens().collect::<Vec<_>>());
    }
}
