//! `AWS::CloudWatch::Alarm` and `AWS::CloudWatch::CompositeAlarm`.

use std::collections::BTreeMap;

use atalaya_cloudwatch::{
    MetricDataQuery, MetricId, MetricStat, Program, QuerySource, Statistic, Unit,
    alarm::{
        Actions, Alarm, AlarmSource, Comparison, CompositeAlarm, LowSamples, MetricAlarm, MissingData, Rule, Suppressor,
    },
    query_error::Fault,
};

use super::{
    properties::{Field, Properties},
    resolver::Outcome,
};

/// Name and value of each tag.
pub(crate) type Tags = Vec<(String, String)>;

const BAND: &str = "anomaly detection learns its band in AWS";

/// Reads an alarm on a metric or on metric math; `default_name` is for one without AlarmName.
pub(crate) fn metric_alarm(mut properties: Properties<'_>, default_name: String) -> Outcome<(Alarm, Tags)> {
    let p = &mut properties;
    let refused = [
        p.unsupported("ThresholdMetricId", BAND),
        p.unsupported("EvaluationCriteria", "PromQL is evaluated in AWS only"),
        p.unsupported("EvaluationInterval", "PromQL is evaluated in AWS only"),
        p.unsupported("WarmUpConfiguration", "a warm-up is not followed"),
        p.unsupported("ActionConfiguration", "tags are not put into notifications"),
        p.optional("EvaluationWindow", sliding_window).map(drop),
    ];
    let head = head(p, default_name);
    let is_without_threshold = refused[0].is_err() || refused[1].is_err();
    let source = source(p);
    let evaluation_periods = p.required("EvaluationPeriods", |mut field| field.whole());
    let datapoints_to_alarm = p.optional("DatapointsToAlarm", |mut field| field.whole());
    let threshold = match is_without_threshold {
        true => p.optional("Threshold", |mut field| field.number()).map(|found| found.unwrap_or_default()),
        false => p.required("Threshold", |mut field| field.number()),
    };
    let comparison = p.required("ComparisonOperator", comparison);
    let treat_missing_data = p.optional("TreatMissingData", |mut field| {
        field.one_of(&[
            ("missing", MissingData::Missing),
            ("ignore", MissingData::Ignore),
            ("breaching", MissingData::Breaching),
            ("notBreaching", MissingData::NotBreaching),
        ])
    });
    let low_samples = p.optional("EvaluateLowSampleCountPercentile", |mut field| {
        field.one_of(&[("evaluate", LowSamples::Evaluate), ("ignore", LowSamples::Ignore)])
    });
    properties.finish()?;
    refused.into_iter().collect::<Outcome<Vec<()>>>()?;
    let Head { name, description, actions, tags } = head?;
    let alarm = MetricAlarm {
        name,
        description,
        actions,
        source: source?,
        evaluation_periods: evaluation_periods?,
        datapoints_to_alarm: datapoints_to_alarm?,
        threshold: threshold?,
        comparison: comparison?,
        treat_missing_data: treat_missing_data?,
        low_samples: low_samples?.unwrap_or_default(),
    };
    Ok((Alarm::Metric(alarm), tags))
}

/// Reads a composite alarm; `default_name` is for one without AlarmName.
pub(crate) fn composite_alarm(mut properties: Properties<'_>, default_name: String) -> Outcome<(Alarm, Tags)> {
    let p = &mut properties;
    let refused = p.unsupported("ActionConfiguration", "tags are not put into notifications");
    let head = head(p, default_name);
    let rule = p.required("AlarmRule", |mut field| {
        let rule = field.text()?;
        Rule::parse(&rule).map(|_| ()).or_else(|error| field.fail(format!("{}: {error}", field.owner)))?;
        Ok(rule)
    });
    let suppressor = suppressor(p);
    properties.finish()?;
    refused?;
    let Head { name, description, actions, tags } = head?;
    let alarm = CompositeAlarm { name, description, actions, rule: rule?, suppressor: suppressor? };
    Ok((Alarm::Composite(alarm), tags))
}

/// What both kinds have.
struct Head {
    name: String,
    description: Option<String>,
    actions: Actions,
    tags: Tags,
}

fn head(p: &mut Properties<'_>, default_name: String) -> Outcome<Head> {
    let name = p.optional("AlarmName", |mut field| field.text());
    let description = p.optional("AlarmDescription", |mut field| field.text());
    let enabled = p.optional("ActionsEnabled", |mut field| field.flag());
    let [ok, alarm, insufficient_data] = ["OKActions", "AlarmActions", "InsufficientDataActions"]
        .map(|key| p.optional(key, |mut field| field.texts()).map(Option::unwrap_or_default));
    let tags = p.optional("Tags", |mut field| field.each(|field| field.map(|p| pair(p, "Key", "Value"))));
    Ok(Head {
        name: name?.unwrap_or(default_name),
        description: description?,
        actions: Actions {
            enabled: enabled?.unwrap_or(true),
            ok: ok?,
            alarm: alarm?,
            insufficient_data: insufficient_data?,
        },
        tags: tags?.unwrap_or_default(),
    })
}

/// A name and a value, under the given keys.
fn pair(mut properties: Properties<'_>, name: &str, value: &str) -> Outcome<(String, String)> {
    let name = properties.required(name, |mut field| field.text());
    let value = properties.required(value, |mut field| field.text());
    properties.finish()?;
    Ok((name?, value?))
}

fn sliding_window(field: Field<'_, '_>) -> Outcome<()> {
    field.map(|mut properties| {
        let wall_clock = properties.unsupported("WallClockWindow", "only the sliding window is evaluated");
        let sliding = properties.optional("SlidingWindow", |field| field.map(|properties| properties.finish()));
        properties.finish()?;
        wall_clock?;
        sliding.map(drop)
    })
}

fn comparison(mut field: Field<'_, '_>) -> Outcome<Comparison> {
    let text = field.text()?;
    if matches!(
        text.as_str(),
        "LessThanLowerOrGreaterThanUpperThreshold" | "LessThanLowerThreshold" | "GreaterThanUpperThreshold"
    ) {
        let message = format!("{}: {text} is not supported: {BAND}", field.owner);
        return field.fail(message);
    }
    field.one_of(&[
        ("GreaterThanOrEqualToThreshold", Comparison::GreaterThanOrEqualToThreshold),
        ("GreaterThanThreshold", Comparison::GreaterThanThreshold),
        ("LessThanThreshold", Comparison::LessThanThreshold),
        ("LessThanOrEqualToThreshold", Comparison::LessThanOrEqualToThreshold),
    ])
}

/// The properties of an alarm on one metric, which exclude `Metrics`.
const OF_ONE_METRIC: [&str; 7] =
    ["MetricName", "Namespace", "Dimensions", "Period", "Statistic", "ExtendedStatistic", "Unit"];

fn source(p: &mut Properties<'_>) -> Outcome<AlarmSource> {
    if !p.has("Metrics") {
        return one_metric(p).map(AlarmSource::Metric);
    }
    let beside: Vec<_> = OF_ONE_METRIC.into_iter().filter(|key| p.has(key)).collect();
    for key in &beside {
        // It is told below, and must not be told again as unknown.
        let _ = p.optional(key, |_| Ok(()));
    }
    let queries = p.required("Metrics", |mut field| {
        let queries = field.each(|field| field.map(query))?;
        check_queries(field, &queries).map(|()| queries)
    });
    if !beside.is_empty() {
        let message = format!("{} cannot stand beside Metrics", beside.join(", "));
        return p.fail(message, "an alarm is on one metric or on the entries of Metrics");
    }
    queries.map(AlarmSource::Math)
}

/// What metric math says of the queries, told at the query that it is about.
fn check_queries(mut field: Field<'_, '_>, queries: &[MetricDataQuery]) -> Outcome<()> {
    let Err(error) = Program::compile(queries).and_then(|program| program.is_allowed_in_alarm()) else {
        return Ok(());
    };
    let message = format!("{}: {error}", field.owner);
    let entry = queries
        .iter()
        .position(|query| query.id == error.id)
        .and_then(|index| Some((index, field.node.items()?.get(index)?)));
    let Some((index, entry)) = entry else { return field.fail(message) };
    let (node, key) = match entry.entry("Expression") {
        Some(expression) if error.place.is_some() || error.fault == Fault::Unsupported => {
            (&expression.value, "/Expression")
        }
        _ => (entry, ""),
    };
    let path = format!("{}/{index}{key}", field.path);
    Field { node, path: &path, owner: field.owner, faults: field.faults }.fail(message)
}

fn one_metric(p: &mut Properties<'_>) -> Outcome<MetricStat> {
    let metric = metric(p);
    let period = p.required("Period", |mut field| field.whole());
    let simple = p.optional("Statistic", |mut field| {
        let statistic = field.word()?;
        match statistic {
            Statistic::SampleCount | Statistic::Average | Statistic::Sum | Statistic::Minimum | Statistic::Maximum => {
                Ok(statistic)
            }
            _ => field.fail_with(
                format!("{statistic} is no simple statistic"),
                Some("write it as ExtendedStatistic".to_owned()),
            ),
        }
    });
    let extended = p.optional("ExtendedStatistic", |mut field| {
        let statistic = field.word()?;
        match statistic {
            Statistic::SampleCount | Statistic::Average | Statistic::Sum | Statistic::Minimum | Statistic::Maximum => {
                field.fail_with(format!("{statistic} is a simple statistic"), Some("write it as Statistic".to_owned()))
            }
            _ => Ok(statistic),
        }
    });
    let unit = p.optional("Unit", |mut field| field.word::<Unit>());
    let stat = match (simple?, extended?) {
        (Some(stat), None) | (None, Some(stat)) => stat,
        (None, None) => return p.fail("has neither Statistic nor ExtendedStatistic", "one of them is needed"),
        (Some(_), Some(_)) => return p.fail("has both Statistic and ExtendedStatistic", "keep one"),
    };
    Ok(MetricStat { metric: metric?, period: period?, stat, unit: unit? })
}

/// Namespace, name and dimensions, as they stand in an alarm and in the `Metric` of a query.
fn metric(p: &mut Properties<'_>) -> Outcome<MetricId> {
    let namespace = p.required("Namespace", |mut field| field.text());
    let name = p.required("MetricName", |mut field| field.text());
    let dimensions = p.optional("Dimensions", dimensions);
    Ok(MetricId { namespace: namespace?, name: name?, dimensions: dimensions?.unwrap_or_default() })
}

fn dimensions(mut field: Field<'_, '_>) -> Outcome<BTreeMap<String, String>> {
    let pairs = field.each(|field| field.map(|p| pair(p, "Name", "Value")))?;
    let count = pairs.len();
    let dimensions: BTreeMap<_, _> = pairs.into_iter().collect();
    if dimensions.len() < count {
        return field.fail("a dimension stands twice");
    }
    Ok(dimensions)
}

/// One entry of `Metrics`. Without `ReturnData` it is true (PutMetricAlarm, MetricDataQuery).
fn query(mut properties: Properties<'_>) -> Outcome<MetricDataQuery> {
    let p = &mut properties;
    let account = p.unsupported("AccountId", "metrics of other accounts are not known here");
    let id = p.required("Id", |mut field| field.text());
    let label = p.optional("Label", |mut field| field.text());
    let return_data = p.optional("ReturnData", |mut field| field.flag());
    let period = p.optional("Period", |mut field| field.whole());
    let expression = p.optional("Expression", |mut field| field.text());
    let stat = p.optional("MetricStat", |field| field.map(metric_stat));
    let source = match (expression?, stat?) {
        (Some(expression), None) => period.map(|period| QuerySource::Expression { expression, period }),
        (None, Some(stat)) => match period? {
            None => Ok(QuerySource::Metric(stat)),
            Some(_) => p.fail("Period cannot stand beside MetricStat", "write it inside MetricStat"),
        },
        (None, None) => p.fail("has neither Expression nor MetricStat", "one of them is needed"),
        (Some(_), Some(_)) => p.fail("has both Expression and MetricStat", "keep one"),
    };
    properties.finish()?;
    account?;
    Ok(MetricDataQuery { id: id?, source: source?, label: label?, return_data: return_data?.unwrap_or(true) })
}

fn metric_stat(mut properties: Properties<'_>) -> Outcome<MetricStat> {
    let metric = properties.required("Metric", |field| {
        field.map(|mut properties| {
            let metric = metric(&mut properties);
            properties.finish().and(metric)
        })
    });
    let period = properties.required("Period", |mut field| field.whole());
    let stat = properties.required("Stat", |mut field| field.word());
    let unit = properties.optional("Unit", |mut field| field.word());
    properties.finish()?;
    Ok(MetricStat { metric: metric?, period: period?, stat: stat?, unit: unit? })
}

fn suppressor(p: &mut Properties<'_>) -> Outcome<Option<Suppressor>> {
    let alarm = p.optional("ActionsSuppressor", |mut field| field.text());
    let wait = p.optional("ActionsSuppressorWaitPeriod", |mut field| field.whole());
    let extension = p.optional("ActionsSuppressorExtensionPeriod", |mut field| field.whole());
    match (alarm?, wait?, extension?) {
        (Some(alarm), Some(wait), Some(extension)) => Ok(Some(Suppressor { alarm, wait, extension })),
        (None, None, None) => Ok(None),
        _ => p.fail(
            "ActionsSuppressor, ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod go together",
            "write all three or none",
        ),
    }
}
