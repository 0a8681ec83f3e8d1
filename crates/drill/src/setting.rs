//! The worlds that drills need: parameters of the pipeline's and the alarms' stacks, and the pace of CloudWatch's clock.

use std::path::Path;

use atalaya_local::StartOptions;

/// The feed that drills send files of; it has alarms of its own.
pub const FEED: &str = "readings";

/// More files than any drill sends: a burn rate that wants to have seen so many says nothing.
const NEVER: &str = "1000000";

/// What a file may take, in milliseconds of the wall's clock, which is the functions': three minutes of the fast one.
const LATENCY: &str = "3000";

/// A kind of world. Drills of one kind share a world, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setting {
    /// The alarms as they are deployed, but for the burn rates: failures of one drill would be in the hours that they
    /// look back over in the next.
    Usual,
    /// The same with a clock three times as fast, for alarms that look back over a quarter of an hour and more.
    Fast,
    /// With a clock on which an hour takes ten seconds, for the alarm that looks at hours; files are due at all times.
    Hours,
    /// With burn rates that speak after few files; a world for one drill only, since they remember for hours.
    ServiceLevel,
}

/// How long process may run, in seconds.
pub(crate) const PROCESS_TIMEOUT: u32 = 5;

impl Setting {
    /// How many of CloudWatch's seconds pass in one of the wall's.
    #[must_use]
    pub const fn clock_speed(self) -> u32 {
        match self {
            Self::Usual => 20,
            Self::Fast | Self::ServiceLevel => 60,
            Self::Hours => 360,
        }
    }

    /// Whether a world of this kind can be used for one drill after the other.
    #[must_use]
    pub const fn is_shared(self) -> bool {
        !matches!(self, Self::ServiceLevel)
    }

    /// How such a world is started.
    pub(crate) fn options(self, project: &Path) -> StartOptions {
        let pairs =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let mut options = StartOptions::new(project);
        options.clock_speed = self.clock_speed();
        options.feeds = vec![FEED.to_owned(), "canary".to_owned()];
        // The queue hides a message for six times as long when the intake died with it.
        options.parameters = pairs(&[
            ("IntakeTimeoutSeconds", "2"),
            // A minute of trying, and then what it gave up on can be seen.
            ("IntakeReceives", "5"),
            ("ProcessTimeoutSeconds", &PROCESS_TIMEOUT.to_string()),
        ]);
        options.alarm_parameters = match self {
            Self::Usual => pairs(&[("SloMinimumFiles", NEVER)]),
            Self::Fast => pairs(&[("SloMinimumFiles", NEVER), ("LatencyP95Milliseconds", LATENCY)]),
            Self::Hours => pairs(&[
                ("SloMinimumFiles", NEVER),
                ("NoFilesHours", "1"),
                ("DueFromHour", "0"),
                ("DueToHour", "24"),
                ("DueFromDay", "1"),
                ("DueToDay", "7"),
            ]),
            Self::ServiceLevel => pairs(&[("SloMinimumFiles", "20")]),
        };
        options
    }
}
