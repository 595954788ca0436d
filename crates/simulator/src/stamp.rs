//! Moments as the service writes them, and the randomness of its ids.
//!
//! The service counts time in ticks of 100 ns: `changedTime` has seven fractional digits, the ETag is made of the
//! same moment, and the version of a submission is a number of ticks above 2^53
//! (cloud-partner-portal-api-retrieve-operations.md).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::dialect::TimeForm;

/// Ticks between 0001-01-01 and 1970-01-01: large numbers of the service count from there.
const TICKS_BEFORE_1970: u64 = 621_355_968_000_000_000;
const TICKS_PER_SECOND: i64 = 10_000_000;

/// A moment in ticks of 100 ns since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Stamp(i64);

impl Stamp {
    /// The moment `now`, cut to whole ticks.
    pub(super) fn at(now: Timestamp) -> Self {
        Self(i64::try_from(now.as_nanosecond().div_euclid(100)).unwrap_or(i64::MAX / 2))
    }

    /// The moment `now`, or the tick after `self` when the clock has not moved on: stamps never repeat.
    pub(super) fn next(self, now: Timestamp) -> Self {
        Self::at(now).max(Self(self.0.saturating_add(1)))
    }

    /// The moment in ticks of 100 ns since 1970.
    pub(super) fn ticks(self) -> i64 {
        self.0
    }

    /// Reads `2017-06-07T06:15:40.4771399Z`, with fewer digits or without a zone too.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let in_utc = || format!("{text}Z").parse::<Timestamp>().ok();
        text.parse::<Timestamp>().ok().or_else(in_utc).map(Self::at)
    }

    /// `2017-06-07T06:15:40.4771399Z`: always seven fractional digits.
    pub(super) fn text(self) -> String {
        let seconds = Timestamp::from_second(self.0.div_euclid(TICKS_PER_SECOND)).unwrap_or(Timestamp::UNIX_EPOCH);
        format!("{}.{:07}Z", seconds.strftime("%Y-%m-%dT%H:%M:%S"), self.0.rem_euclid(TICKS_PER_SECOND))
    }

    /// The moment as a dialect writes it.
    pub(super) fn text_in(self, form: TimeForm) -> String {
        let mut text = self.text();
        match form {
            TimeForm::Ticks => {}
            TimeForm::Milliseconds => text.truncate("2017-06-07T06:15:40.477".len()),
            TimeForm::Seconds => text.truncate("2017-06-07T06:15:40".len()),
        }
        text
    }

    /// The weak ETag of this moment; the colons inside are percent-encoded.
    pub(super) fn etag(self) -> String {
        format!("W/\"datetime'{}'\"", self.text().replace(':', "%3A"))
    }

    /// The moment as a count since the year 1, made odd: no double can hold it exactly.
    pub(super) fn large_number(self) -> u64 {
        TICKS_BEFORE_1970.saturating_add_signed(self.0) | 1
    }
}

/// Repeatable randomness (SplitMix64): the same seed gives the same ids.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A seed for randomness that goes its own way.
    pub(super) fn seed(&mut self) -> u64 {
        self.next()
    }

    /// A GUID of version 4.
    pub(super) fn guid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 48) & 0x3fff,
            low & 0xffff_ffff_ffff
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Random, Stamp, TimeForm};

    #[test]
    fn a_stamp_has_seven_digits_and_survives_being_read() {
        let stamp = Stamp::parse("2017-06-07T06:15:40.4771399Z").unwrap();
        assert_eq!(stamp.text(), "2017-06-07T06:15:40.4771399Z");
        assert_eq!(Stamp::parse("2017-06-07T06:15:40.5").unwrap().text(), "2017-06-07T06:15:40.5000000Z");
        assert_eq!(stamp.text_in(TimeForm::Milliseconds), "2017-06-07T06:15:40.477");
        assert_eq!(stamp.text_in(TimeForm::Seconds), "2017-06-07T06:15:40");
        assert_eq!(Stamp::parse("2017-06-07T06:15:40Z").unwrap().text(), "2017-06-07T06:15:40.0000000Z");
    }

    #[test]
    fn an_etag_is_weak_and_percent_encoded() {
        let stamp = Stamp::parse("2017-06-07T06:15:40.4771399Z").unwrap();
        assert_eq!(stamp.etag(), r#"W/"datetime'2017-06-07T06%3A15%3A40.4771399Z'""#);
    }

    #[test]
    fn stamps_grow_even_when_the_clock_stands_still_or_goes_back() {
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        let earlier = "2026-11-21T09:00:00Z".parse().unwrap();
        let first = Stamp::at(now);
        let second = first.next(now);
        let third = second.next(earlier);
        assert!(first < second && second < third);
    }

    #[test]
    fn a_submission_version_is_beyond_what_a_double_can_hold() {
        let number = Stamp::parse("2018-03-26T21:46:01.1768314Z").unwrap().large_number();
        assert_eq!(number, 636_576_975_611_768_315);
    }

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let (mut one, mut two) = (Random::new(7), Random::new(7));
        let id = one.guid();
        assert_eq!(id, two.guid());
        assert_ne!(id, one.guid());
        assert_eq!(id.len(), 36);
        assert_eq!(id.as_bytes()[14], b'4');
    }
}
