//! Which time of a dashboard is shown.

use atalaya_cloudwatch::TimeRange;
use atalaya_cloudwatch_dashboard::{Dashboard, View};
use atalaya_terminal::exit::Failure;
use atalaya_terminal::span;
use clap::Args;
use jiff::Timestamp;

/// The options that say it.
#[derive(Debug, Clone, Args)]
pub struct TimeArgs {
    /// Show so much time: 90m, 3h, 7d; default: what the dashboard opens with
    #[arg(long, value_name = "TIME", value_parser = span::seconds, conflicts_with = "start")]
    pub since: Option<i64>,
    /// Show the time from here on, such as 2026-01-05T06:00:00Z
    #[arg(long, value_name = "TIME")]
    pub start: Option<Timestamp>,
    /// Show the time until here; default: now
    #[arg(long, value_name = "TIME")]
    pub end: Option<Timestamp>,
}

impl TimeArgs {
    /// The view of a dashboard at `now`, without alarms.
    ///
    /// # Errors
    /// The time ends before it begins.
    pub fn view(&self, dashboard: &Dashboard, now: i64) -> Result<View, Failure> {
        let range = match (self.since, self.start, self.end) {
            (Some(since), None, end) => {
                let end = end.map_or(now, Timestamp::as_second);
                TimeRange { start: end - since, end }
            }
            (None, Some(start), end) => {
                TimeRange { start: start.as_second(), end: end.map_or(now, Timestamp::as_second) }
            }
            (None, None, Some(end)) => dashboard.default_range(end.as_second()),
            _ => dashboard.default_range(now),
        };
        if range.start >= range.end {
            return Err(
                Failure::usage("the time ends before it begins").hint("--start lies before --end and before now")
            );
        }
        let mut view = View::new(range, now);
        view.period = dashboard.default_period();
        Ok(view)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::json;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        time: TimeArgs,
    }

    #[test]
    fn the_options_say_which_time_is_shown() {
        let dashboard = Dashboard::parse("d", &json!({ "start": "-PT1H", "widgets": [] })).expect("valid");
        let now = 1_767_600_000; // 2026-01-05T08:00:00Z
        let range = |more: &[&str]| {
            let line = Line::try_parse_from(["render"].iter().chain(more)).unwrap_or_else(|error| panic!("{error}"));
            line.time.view(&dashboard, now).map(|view| (view.range.start - now, view.range.end - now))
        };
        assert_eq!(range(&[]).expect("the body's"), (-3600, 0));
        assert_eq!(range(&["--since", "2h"]).expect("valid"), (-7200, 0));
        assert_eq!(range(&["--since", "2h", "--end", "2026-01-05T07:00:00Z"]).expect("valid"), (-10_800, -3600));
        assert_eq!(range(&["--start", "2026-01-05T06:00:00Z"]).expect("valid"), (-7200, 0));
        assert!(range(&["--start", "2026-01-05T09:00:00Z"]).is_err());
    }
}
