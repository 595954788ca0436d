//! The options of releases.

use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::{Span, SpanRelativeTo};
use serde::{Deserialize, Serialize};

use crate::plan::ReleaseRequest;
use crate::plan::release::{AfterFailure, Aim, IfPublishing, Level};
use crate::reconcile::{Following, WaitLimits};

/// How far offers are released in this run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Releasing")]
pub(in crate::cli) struct ReleaseFlags {
    /// Publish the drafts to the preview, even if the files say `draft`
    #[arg(long, conflicts_with_all = ["go_live", "no_release"])]
    pub(in crate::cli) publish: bool,
    /// Publish the drafts to the preview, then make them live for customers
    #[arg(long, conflicts_with = "no_release")]
    pub(in crate::cli) go_live: bool,
    /// Do not release anything, whatever the files say
    #[arg(long)]
    pub(in crate::cli) no_release: bool,
    #[command(flatten)]
    pub(in crate::cli) obstacles: ObstacleFlags,
}

/// What to do about a running or failed release that is in the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Releasing")]
pub(in crate::cli) struct ObstacleFlags {
    /// What to do while the service releases an older draft [default: fail]
    #[arg(long, value_name = "WHAT", value_enum)]
    pub(in crate::cli) if_publishing: Option<Busy>,
    /// Start a failed release of the same draft again
    #[arg(long)]
    pub(in crate::cli) retry_publish: bool,
}

/// What to do while the service releases an older draft.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::cli) enum Busy {
    /// Refuse the plan.
    #[default]
    Fail,
    /// Leave the offer unreleased in this run.
    Skip,
    /// Wait until that release ends, then release.
    Wait,
    /// Cancel that release, then release.
    Cancel,
}

/// Whether and how long to wait.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = "Releasing")]
pub(in crate::cli) struct WaitFlags {
    /// Wait until the release ends, which can take days; without it, the next run continues
    #[arg(long)]
    pub(in crate::cli) wait: bool,
    #[command(flatten)]
    pub(in crate::cli) wait_limits: WaitLimitFlags,
}

/// How long to wait.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(in crate::cli) struct WaitLimitFlags {
    /// The time limit for waiting, such as 90m, 12h or 5d; the service continues after it [default: 16d]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    timeout: Option<Duration>,
    /// The longest pause between two polls, such as 30s; pauses start at one second and double [default: 5m]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    poll_interval: Option<Duration>,
}

impl ReleaseFlags {
    /// Whether anything is asked for.
    pub(in crate::cli) fn is_default(self) -> bool {
        self == Self::default()
    }

    pub(in crate::cli) fn release_request(self) -> ReleaseRequest {
        let aim = match (self.publish, self.go_live, self.no_release) {
            (_, _, true) => Aim::Nothing,
            (_, true, _) => Aim::AtLeast(Level::Live),
            (true, _, _) => Aim::AtLeast(Level::Preview),
            _ => Aim::Declared,
        };
        self.obstacles.release_request(aim)
    }
}

impl ObstacleFlags {
    pub(in crate::cli) fn release_request(self, aim: Aim) -> ReleaseRequest {
        let if_publishing = match self.if_publishing.unwrap_or_default() {
            Busy::Fail => IfPublishing::Fail,
            Busy::Skip => IfPublishing::Skip,
            Busy::Wait => IfPublishing::Wait,
            Busy::Cancel => IfPublishing::Cancel,
        };
        let after_failure = if self.retry_publish { AfterFailure::Retry } else { AfterFailure::Report };
        ReleaseRequest { aim, if_publishing, after_failure }
    }
}

impl WaitFlags {
    pub(in crate::cli) fn following(self) -> Following {
        if self.wait { Following::ToTheEnd } else { Following::Return }
    }
}

impl WaitLimitFlags {
    pub(in crate::cli) fn wait_limits(self) -> WaitLimits {
        let default = WaitLimits::default();
        WaitLimits {
            timeout: self.timeout.unwrap_or(default.timeout),
            longest_pause: self.poll_interval.unwrap_or(default.longest_pause),
        }
    }
}

/// What a plan file remembers of the flags it was made with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(in crate::cli) struct ReleaseInFile {
    publish: bool,
    go_live: bool,
    no_release: bool,
    if_publishing: Option<Busy>,
    retry_publish: bool,
}

impl From<ReleaseFlags> for ReleaseInFile {
    fn from(flags: ReleaseFlags) -> Self {
        let ReleaseFlags { publish, go_live, no_release, obstacles } = flags;
        let ObstacleFlags { if_publishing, retry_publish } = obstacles;
        Self { publish, go_live, no_release, if_publishing, retry_publish }
    }
}

impl From<ReleaseInFile> for ReleaseFlags {
    fn from(file: ReleaseInFile) -> Self {
        let ReleaseInFile { publish, go_live, no_release, if_publishing, retry_publish } = file;
        Self { publish, go_live, no_release, obstacles: ObstacleFlags { if_publishing, retry_publish } }
    }
}

/// A length of time, such as `90m`, `5d` or `1h 30m`. A day has 24 hours.
pub(in crate::cli) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = "expected a number with a unit, such as `30s`, `90m`, `12h` or `5d`";
    let span: Span = text.parse().map_err(|_| wrong)?;
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong)?;
    match Duration::try_from(length) {
        Ok(length) if (SECOND..=YEAR).contains(&length) => Ok(length),
        _ => Err("expected a time between a second and a year".to_owned()),
    }
}

const SECOND: Duration = Duration::from_secs(1);

/// The longest of them.
const YEAR: Duration = Duration::from_hours(366 * 24);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_has_a_unit() {
        for (text, seconds) in [
            ("30s", 30),
            ("90m", 5400),
            ("12h", 43_200),
            ("5d", 432_000),
            ("366d", 31_622_400),
            ("1h30m", 5400),
            ("30 s", 30),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for wrong in ["", "5", "d", "0s", "-1s", "367d", "1 month", "1ms", "99999999999999999999d", "1é"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn flags_raise_a_release_or_suppress_it() {
        let flags = |publish, go_live, no_release| ReleaseFlags { publish, go_live, no_release, ..Default::default() };
        for (flags, declared, level) in [
            (flags(false, false, false), Level::Live, Level::Live),
            (flags(true, false, false), Level::Draft, Level::Preview),
            (flags(true, false, false), Level::Live, Level::Live),
            (flags(false, true, false), Level::Preview, Level::Live),
            (flags(false, false, true), Level::Live, Level::Draft),
        ] {
            assert_eq!(flags.release_request().level(declared), level, "{flags:?}");
        }
    }
}
