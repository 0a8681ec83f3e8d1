//! The length of the periods that a graph is drawn in.

use atalaya_cloudwatch::TimeRange;

/// Who says how long a period is (dashboard body, `periodOverride`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PeriodChoice {
    /// `auto`: it follows the length of the time range, for every graph alike.
    #[default]
    Auto,
    /// `inherit`: each metric's own, else its widget's, else 300 seconds.
    Inherit,
    /// So many seconds: 1, 5, 10, 20, 30 or a multiple of 60.
    Fixed(u32),
}

/// The periods that are chosen among, in seconds.
const STEPS: [u32; 6] = [60, 300, 900, 3600, 21_600, 86_400];
/// The most points that a line should have.
const MOST_POINTS: i64 = 720;
const DAY: i64 = 86_400;

/// The shortest of a minute, 5 and 15 minutes, 1 and 6 hours and a day that gives at most 720 points and that the
/// metrics of the range's start are still kept at. How CloudWatch's console chooses is unpublished.
pub(super) fn automatic(range: TimeRange, now: i64) -> u32 {
    let kept = kept(range.start, now);
    let fits = |step: u32| step >= kept && (range.end - range.start) <= MOST_POINTS * i64::from(step);
    STEPS.into_iter().find(|step| fits(*step)).unwrap_or(STEPS[STEPS.len() - 1])
}

/// The one period that covers the range: a multiple of the periods that metrics of its start are still kept at.
pub(super) fn whole(range: TimeRange, now: i64) -> u32 {
    let step = i64::from(kept(range.start, now));
    u32::try_from((range.end - range.start + step - 1).div_euclid(step).max(1) * step)
        .unwrap_or(u32::MAX - u32::MAX % 3600)
}

/// The shortest period that metrics of this time are kept at, from a minute on (CloudWatch user guide, "Metrics
/// retention").
fn kept(start: i64, now: i64) -> u32 {
    match now - start {
        age if age <= 15 * DAY => 60,
        age if age <= 63 * DAY => 300,
        _ => 3600,
    }
}
