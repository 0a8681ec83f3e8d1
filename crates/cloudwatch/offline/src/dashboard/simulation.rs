//! A dashboard of a template with the data of a file: no deployment, no account.

use std::collections::BTreeMap;
use std::path::Path;

use atalaya_cloudwatch::{Account, CloudWatch, MetricDatum, Resolution, Unit, Values};
use atalaya_cloudwatch_dashboard::{AlarmFacts, look};
use atalaya_cloudwatch_insights::logs::{Limits, Logs};
use jiff::Timestamp;

use atalaya_terminal::exit::Failure;

use super::series_file::{self, Series};
use super::{Shown, Templates, TimeArgs, choose};

/// Seconds of a period of the file.
const MINUTE: i64 = 60;

/// Reads the series, lets the time of the series pass, and looks. The series begin together, and the
/// longest ends where the dashboard's time does.
///
/// # Errors
/// There is no such dashboard, or it, an alarm, the series, the time or a variable is wrong.
pub fn simulate(
    templates: Templates,
    name: &str,
    series: &Path,
    time: &TimeArgs,
    chosen: BTreeMap<String, String>,
) -> Result<Shown, Failure> {
    let dashboard = templates.dashboard(name)?;
    let series = series_file::read(series, &templates.variables)?;
    let end = time.end.unwrap_or_else(Timestamp::now).as_second().div_euclid(MINUTE) * MINUTE;
    let account = Account { id: templates.context.account_id, region: templates.context.region };
    let cloudwatch = passed(account, templates.alarms, &series, end)?;
    let mut view = time.view(&dashboard, end)?;
    view.alarms = cloudwatch.alarms().map(AlarmFacts::from).collect();
    let opening = dashboard.default_choice(cloudwatch.store(), end);
    let (dashboard, variables) = choose(&dashboard, opening, chosen)?;
    let logs = Logs::new(Limits::default());
    let panels = look(&cloudwatch, &logs, &dashboard, &view);
    Ok(Shown { name: dashboard.name().to_owned(), range: view.range, now: end, variables, panels })
}

/// A CloudWatch in which the series have happened until `end`, and the alarms have seen it.
fn passed(
    account: Account,
    alarms: Vec<atalaya_cloudwatch::alarm::Alarm>,
    series: &[Series],
    end: i64,
) -> Result<CloudWatch, Failure> {
    let periods = series.iter().map(|series| i64::from(series.notation.periods)).max().unwrap_or_default();
    let start = end - periods * MINUTE;
    let mut cloudwatch = CloudWatch::new(account, start);
    cloudwatch
        .put_alarms(alarms)
        .map_err(|error| Failure::template(format!("CloudWatch refuses an alarm: {error}")))?;
    for Series { metric, notation } in series {
        for sample in &notation.samples {
            let at = start + i64::from(sample.period) * MINUTE;
            let values = Values::Samples(vec![(sample.value, f64::from(sample.count))]);
            let datum =
                MetricDatum { metric: metric.clone(), at, unit: Unit::None, resolution: Resolution::Standard, values };
            cloudwatch
                .store_mut()
                .put(&datum, at)
                .map_err(|error| Failure::usage(format!("CloudWatch refuses data of {metric}: {error}")))?;
        }
    }
    cloudwatch.advance_to(end);
    Ok(cloudwatch)
}
