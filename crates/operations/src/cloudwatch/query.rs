//! Queries, in the words of the SDK and in those of `atalaya-cloudwatch`.

use atalaya_cloud::{CloudError, ErrorKind};
use atalaya_cloudwatch::query::{Message, MetricDataResult, StatusCode};
use atalaya_cloudwatch::{MetricDataQuery, MetricId, MetricStat, QuerySource};
use aws_sdk_cloudwatch::types;

/// A query as the SDK has it.
pub(super) fn to_sdk(query: &MetricDataQuery) -> Result<types::MetricDataQuery, CloudError> {
    let built =
        types::MetricDataQuery::builder().id(&query.id).set_label(query.label.clone()).return_data(query.return_data);
    Ok(match &query.source {
        QuerySource::Metric(stat) => {
            let stat = types::MetricStat::builder()
                .metric(metric_to_sdk(&stat.metric))
                .period(seconds(stat.period)?)
                .stat(stat.stat.to_string())
                .set_unit(stat.unit.map(|unit| types::StandardUnit::from(unit.as_str())));
            built.metric_stat(stat.build()).build()
        }
        QuerySource::Expression { expression, period } => {
            built.expression(expression).set_period(period.map(seconds).transpose()?).build()
        }
    })
}

/// How times in labels are written, by a clock that is so many seconds ahead of UTC.
pub(super) fn label_options(timezone: i32) -> types::LabelOptions {
    let (sign, minutes) = (if timezone < 0 { '-' } else { '+' }, timezone.abs() / 60);
    types::LabelOptions::builder().timezone(format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)).build()
}

fn seconds(period: u32) -> Result<i32, CloudError> {
    i32::try_from(period).map_err(|_| {
        CloudError::new(
            ErrorKind::Invalid,
            "GetMetricData",
            format!("a period of {period} s is too long for CloudWatch"),
        )
    })
}

fn metric_to_sdk(metric: &MetricId) -> types::Metric {
    let dimensions =
        metric.dimensions.iter().map(|(name, value)| types::Dimension::builder().name(name).value(value).build());
    types::Metric::builder()
        .namespace(&metric.namespace)
        .metric_name(&metric.name)
        .set_dimensions(Some(dimensions.collect()))
        .build()
}

/// A metric of the SDK; nothing where it has no name.
pub(super) fn metric(metric: &types::Metric) -> Option<MetricId> {
    Some(metric_of(metric.namespace()?, metric.metric_name()?, metric.dimensions()))
}

/// A metric by its parts.
pub(super) fn metric_of(namespace: &str, name: &str, dimensions: &[types::Dimension]) -> MetricId {
    let dimensions = dimensions.iter().filter_map(|dimension| Some((dimension.name()?, dimension.value()?)));
    MetricId::new(namespace, name, dimensions)
}

/// A query of the SDK.
///
/// # Errors
/// What of it is not known here, in words.
pub(super) fn from_sdk(query: &types::MetricDataQuery) -> Result<MetricDataQuery, String> {
    let source = match (query.metric_stat(), query.expression()) {
        (Some(stat), _) => QuerySource::Metric(stat_of(stat)?),
        (None, Some(expression)) => QuerySource::Expression {
            expression: expression.to_owned(),
            period: query.period().and_then(|period| u32::try_from(period).ok()),
        },
        (None, None) => return Err("a query with neither a metric nor an expression".to_owned()),
    };
    Ok(MetricDataQuery {
        id: query.id().unwrap_or_default().to_owned(),
        source,
        label: query.label().map(str::to_owned),
        return_data: query.return_data().unwrap_or(true),
    })
}

fn stat_of(stat: &types::MetricStat) -> Result<MetricStat, String> {
    let metric = stat.metric().and_then(metric).ok_or("a query whose metric has no name")?;
    metric_stat(metric, stat.period(), stat.stat(), stat.unit())
}

/// A statistic of a metric.
///
/// # Errors
/// What of it is not known here, in words.
pub(super) fn metric_stat(
    metric: MetricId,
    period: Option<i32>,
    stat: Option<&str>,
    unit: Option<&types::StandardUnit>,
) -> Result<MetricStat, String> {
    let period = period.and_then(|period| u32::try_from(period).ok()).ok_or("a metric without a period")?;
    let stat = stat.ok_or("a metric without a statistic")?;
    let stat = stat.parse().map_err(|_| format!("the statistic {stat}"))?;
    let unit = unit.map(|unit| unit.as_str().parse().map_err(|_| format!("the unit {}", unit.as_str()))).transpose()?;
    Ok(MetricStat { metric, period, stat, unit })
}

/// A page of an answer.
pub(super) fn result(result: types::MetricDataResult) -> MetricDataResult {
    let messages = result.messages().iter().map(|message| Message {
        code: message.code().unwrap_or_default().to_owned(),
        value: message.value().unwrap_or_default().to_owned(),
    });
    let messages = messages.collect();
    let complete = matches!(result.status_code(), None | Some(types::StatusCode::Complete));
    MetricDataResult {
        timestamps: result.timestamps().iter().map(|at| at.secs()).collect(),
        messages,
        status: if complete { StatusCode::Complete } else { StatusCode::PartialData },
        id: result.id.unwrap_or_default(),
        label: result.label.unwrap_or_default(),
        values: result.values.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_survives_the_way_there_and_back() {
        let metric = MetricId::new("AWS/Lambda", "Errors", [("FunctionName", "f")]);
        let stat = MetricStat {
            metric,
            period: 60,
            stat: "p99.9".parse().expect("a statistic"),
            unit: Some(atalaya_cloudwatch::Unit::BytesPerSecond),
        };
        let expression = QuerySource::Expression { expression: "m1*2".to_owned(), period: Some(300) };
        for source in [QuerySource::Metric(stat), expression] {
            let query = MetricDataQuery { id: "q".to_owned(), source, label: Some("l".to_owned()), return_data: false };
            assert_eq!(from_sdk(&to_sdk(&query).expect("fits")), Ok(query));
        }
        assert_eq!(label_options(5400).timezone(), Some("+0130"));
        assert_eq!(label_options(-5 * 3600).timezone(), Some("-0500"));
        let strange = types::MetricDataQuery::builder().id("q").build();
        assert!(from_sdk(&strange).is_err());
    }
}
