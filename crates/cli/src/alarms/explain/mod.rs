//! `atalaya alarms explain`: why an alarm is in its state, what it watches, and what to do.

mod datapoints;
mod find;
pub(crate) mod words;

use atalaya_cloud::CloudError;
use atalaya_cloud::alarms::AlarmChange;
use atalaya_cloudwatch::alarm::{Alarm, MetricAlarm};
use atalaya_cloudwatch::query::MetricDataResult;
use atalaya_contract::AlarmDescription;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::list::{Listed, listed, listing};
use crate::args::{AlarmsExplainArgs, GlobalArgs};
use crate::connect;
use crate::metrics;
use atalaya_operations::cloudwatch::{CloudWatch, Deployed, watched};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::human;
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};

use datapoints::Datapoint;
use find::{Found, find};

/// How many changes of the state are told.
const CHANGES: usize = 10;
/// What is looked at of a metric at least, in seconds.
const COURSE: i64 = 3 * 3600;
/// How many periods of an alarm its course has at least.
const PERIODS: i64 = 12;

/// Everything that is known about an alarm.
pub(super) struct Explained {
    alarm: Deployed,
    description: AlarmDescription,
    /// What the state was decided on.
    decided_on: Vec<Datapoint>,
    /// What the metric did lately; of a metric alarm that is known here.
    lately: Option<Lately>,
    /// Of a composite alarm: what its rule names.
    children: Vec<Listed>,
    /// Composite alarms whose rules name this one.
    parents: Vec<Listed>,
    changes: Vec<AlarmChange>,
}

/// The newest points of what an alarm watches.
struct Lately {
    start: i64,
    end: i64,
    /// How long that is, before it is widened to whole periods.
    length: i64,
    points: Vec<Datapoint>,
}

/// Finds the alarm and tells about it.
pub(crate) async fn run(
    args: &AlarmsExplainArgs,
    global: &GlobalArgs,
    output: &mut Output,
) -> Result<Verdict, Failure> {
    let cloudwatch = connect::cloudwatch(global, output).await?;
    let Some(alarm) = meant(&cloudwatch, &args.name, &global.stack, output).await? else {
        return Ok(Verdict::Negative);
    };
    let now = cloudwatch.now().await;
    let explained = gather(&cloudwatch, alarm, now).await?;
    output.answer(&json(&explained))?;
    if !output.is_json() {
        output.line(words::tell(&explained, now))?;
    }
    Ok(Verdict::Fine)
}

/// The alarm that is meant; nothing where several could be, which are listed then.
async fn meant(
    cloudwatch: &CloudWatch,
    wanted: &str,
    stack: &str,
    output: &mut Output,
) -> Result<Option<Deployed>, Failure> {
    // An alarm of somebody else's is found by its whole name.
    if let Some(alarm) = cloudwatch.alarms_named(&[wanted.to_owned()]).await.map_err(connect::cloud)?.pop() {
        return Ok(Some(alarm));
    }
    let alarms = cloudwatch.alarms(&format!("{stack}-"), None).await.map_err(connect::cloud)?;
    let found = match find(&alarms, stack, wanted) {
        Found::One(alarm) => return Ok(Some(alarm.clone())),
        Found::Several(found) => found,
        Found::None(near) => {
            let hint = match near {
                Some(near) => format!("did you mean `{near}`? `atalaya alarms list` shows them all"),
                None if alarms.is_empty() => {
                    format!("no alarm's name begins with {stack}-; is this the right --stack, account and region?")
                }
                None => "`atalaya alarms list` shows them all".to_owned(),
            };
            return Err(Failure::not_found(format!("no alarm is called `{wanted}`")).hint(hint));
        }
    };
    let candidates = listed(found);
    output.answer(&json!({ "candidates": candidates }))?;
    if !output.is_json() {
        let count = human::counted(candidates.len() as u64, "alarm");
        output.line(format!("`{wanted}` fits {count}; name one of them:"))?;
        output.line(listing(&candidates, cloudwatch.now().await))?;
    }
    Ok(None)
}

async fn gather(cloudwatch: &CloudWatch, alarm: Deployed, now: Timestamp) -> Result<Explained, Failure> {
    let description = AlarmDescription::read(alarm.description.as_deref().unwrap_or_default());
    let metric = alarm.metric_alarm();
    let decided_on = datapoints::decided_on(alarm.reason_data.as_deref(), metric);
    let children = async {
        match &alarm.definition {
            Ok(Alarm::Composite(_)) => cloudwatch.children(&alarm.name).await,
            _ => Ok(Vec::new()),
        }
    };
    let lately = async {
        match metric {
            Some(metric) => lately(cloudwatch, metric, now.as_second()).await.map(Some),
            None => Ok(None),
        }
    };
    let (lately, children, parents, changes) =
        tokio::try_join!(lately, children, cloudwatch.parents(&alarm.name), cloudwatch.changes(&alarm.name, CHANGES))
            .map_err(connect::cloud)?;
    let (children, parents) = (listed(&children), listed(&parents));
    Ok(Explained { alarm, description, decided_on, lately, children, parents, changes })
}

/// What the alarm's metric did in the last hours, period by period.
async fn lately(cloudwatch: &CloudWatch, alarm: &MetricAlarm, now: i64) -> Result<Lately, CloudError> {
    let period = i64::from(datapoints::period(alarm));
    let length = (period * i64::from(alarm.evaluation_periods) * 2).max(period * PERIODS).max(COURSE);
    let (start, end) = metrics::whole_periods(now - length, now, period);
    let answers = cloudwatch.data(&watched(alarm), start, end, 0).await?;
    let rule = Some((alarm.comparison, alarm.threshold));
    let judged = |result: &MetricDataResult| {
        let points = result.timestamps.iter().zip(&result.values);
        let point =
            |(at, value): (&i64, &f64)| Some(Datapoint::judged(Timestamp::from_second(*at).ok()?, Some(*value), rule));
        points.filter_map(point).collect()
    };
    Ok(Lately { start, end, length, points: answers.first().map(judged).unwrap_or_default() })
}

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    listed: Listed,
    arn: &'a str,
    summary: &'a str,
    first_step: &'a Option<String>,
    runbook: &'a Option<String>,
    dashboard: &'a Option<String>,
    /// What keeps its actions back.
    suppressed: &'a Option<String>,
    watches: Value,
    decided_on: &'a [Datapoint],
    lately: Option<&'a [Datapoint]>,
    children: &'a [Listed],
    parents: &'a [Listed],
    changes: &'a [AlarmChange],
}

fn json(explained: &Explained) -> Value {
    let Explained { alarm, description, decided_on, lately, children, parents, changes } = explained;
    json!(Answer {
        listed: Listed::from(alarm),
        arn: &alarm.arn,
        summary: &description.summary,
        first_step: &description.first_step,
        runbook: &description.runbook,
        dashboard: &description.dashboard,
        suppressed: &alarm.suppressed,
        watches: watches(alarm),
        decided_on,
        lately: lately.as_ref().map(|lately| &lately.points[..]),
        children,
        parents,
        changes,
    })
}

/// What the alarm watches, for scripts.
fn watches(alarm: &Deployed) -> Value {
    match &alarm.definition {
        Ok(Alarm::Composite(composite)) => json!({ "rule": composite.rule }),
        Ok(Alarm::Metric(metric)) => json!({
            "queries": watched(metric).iter().map(words::query).collect::<Vec<_>>(),
            "period": datapoints::period(metric),
            "evaluation_periods": metric.evaluation_periods,
            "datapoints_to_alarm": metric.datapoints(),
            "comparison": metric.comparison.as_str(),
            "threshold": metric.threshold,
            "missing_data": metric.missing_data().as_str(),
        }),
        Err(unknown) => json!({ "not_known": unknown }),
    }
}

/// A heading of the explanation.
fn heading(text: &str) -> String {
    paint(style::STRONG, text)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An alarm on a metric, in ALARM: more than 5 files failed in a minute.
    pub(crate) fn deployed(name: &str) -> Deployed {
        let time = |text: &str| Some(text.parse::<Timestamp>().expect("a time"));
        let definition = MetricAlarm {
            name: name.to_owned(),
            description: None,
            actions: atalaya_cloudwatch::alarm::Actions::default(),
            source: atalaya_cloudwatch::alarm::AlarmSource::Metric(atalaya_cloudwatch::MetricStat {
                metric: atalaya_cloudwatch::MetricId::total("Atalaya", "FilesFailed"),
                period: 60,
                stat: atalaya_cloudwatch::Statistic::Sum,
                unit: None,
            }),
            evaluation_periods: 3,
            datapoints_to_alarm: Some(2),
            threshold: 5.0,
            comparison: atalaya_cloudwatch::alarm::Comparison::GreaterThanThreshold,
            treat_missing_data: Some(atalaya_cloudwatch::alarm::MissingData::NotBreaching),
            low_samples: atalaya_cloudwatch::alarm::LowSamples::Evaluate,
        };
        Deployed {
            name: name.to_owned(),
            arn: format!("arn:aws:cloudwatch:us-east-1:000000000000:alarm:{name}"),
            description: Some(
                "Files fail.\nSeverity: page\nFirst step: atalaya files --status failed\n\
                 Runbook: https://example.org/FilesFailed.md\nDashboard: https://example.org/overview"
                    .to_owned(),
            ),
            state: atalaya_contract::AlarmState::Alarm,
            since: time("2026-01-05T08:00:00Z"),
            configured: time("2026-01-01T00:00:00Z"),
            reason: Some("Threshold Crossed: 2 datapoints were greater than the threshold (5.0).".to_owned()),
            reason_data: None,
            suppressed: None,
            definition: Ok(Alarm::Metric(definition)),
        }
    }
}
