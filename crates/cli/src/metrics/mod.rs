//! `atalaya metrics`: the metrics that have data, and the points of one.

mod list;
mod points;
mod series;

use crate::args::{GlobalArgs, MetricsArgs};
use crate::connect;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;

use series::Asked;

/// The periods that a course may have, in seconds.
const PERIODS: [i64; 6] = [60, 300, 900, 3600, 21_600, 86_400];
/// The most points of a course.
const POINTS: i64 = 360;
/// How long CloudWatch keeps points of less than five minutes, and of less than an hour, in seconds (user guide,
/// "Metrics retention").
const KEPT: [(i64, i64); 2] = [(15 * 86_400, 300), (63 * 86_400, 3600)];

/// Lists, or shows one.
pub(crate) async fn run(args: &MetricsArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let cloudwatch = connect::cloudwatch(global, output).await?;
    let asked = Asked::new(args, cloudwatch.now().await.as_second())?;
    match &args.name {
        None => list::run(&cloudwatch, &asked, output).await,
        Some(name) => points::run(&cloudwatch, &asked, name, output).await,
    }
}

/// The time between two moments, widened to whole periods.
pub(crate) const fn whole_periods(start: i64, end: i64, period: i64) -> (i64, i64) {
    (start.div_euclid(period) * period, (end + period - 1).div_euclid(period) * period)
}

/// The shortest period with which a course over the last `length` seconds has no more than [`POINTS`] points that are
/// still kept.
fn period(length: i64) -> i64 {
    let kept = KEPT.into_iter().filter(|(age, _)| length > *age).map(|(_, period)| period).max().unwrap_or(0);
    let fits = |period: &i64| *period >= kept && length <= period * POINTS;
    PERIODS.into_iter().find(fits).unwrap_or(PERIODS[PERIODS.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_time_has_longer_periods() {
        const HOUR: i64 = 3600;
        let periods = [HOUR, 6 * HOUR, 24 * HOUR, 72 * HOUR, 20 * 24 * HOUR, 400 * 24 * HOUR].map(period);
        assert_eq!(periods, [60, 60, 300, 900, 21_600, 86_400]);
        assert_eq!(whole_periods(61, 119, 60), (60, 120));
        assert_eq!(whole_periods(60, 120, 60), (60, 120));
    }
}
