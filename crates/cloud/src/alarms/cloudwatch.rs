//! Alarms as Amazon CloudWatch knows them.

use aws_config::SdkConfig;
use aws_sdk_cloudwatch::{
    Client,
    operation::describe_alarms::DescribeAlarmsOutput,
    types::{
        CompositeAlarm, Dimension, Metric, MetricAlarm, MetricDataQuery, MetricDataResult, MetricStat, StandardUnit,
        StateValue,
    },
};
use bytes::Bytes;
use jiff::Timestamp;

use super::{
    AlarmChange, AlarmGraph, AlarmStanding, AlarmState, AskAlarms, CloudWatchClient, DrawAlarms, MAX_RECORDS,
    MetricQuery, MetricSource, Reading, StateChange, newest_first,
};
use crate::{
    CloudError, ErrorKind, SdkResult as _,
    time::{datetime, timestamp},
};

/// Amazon CloudWatch.
#[derive(Debug, Clone)]
pub struct CloudWatchAlarms(CloudWatchClient);

impl CloudWatchAlarms {
    /// The alarms of the account and region.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Self(CloudWatchClient::new(Client::new(config)))
    }

    /// Those of these alarms that are in ALARM; the call is spared when there are none.
    async fn in_alarm(&self, mut names: Vec<String>) -> Result<Vec<AlarmStanding>, CloudError> {
        names.truncate(MAX_RECORDS);
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let answer = self.0.described(&names, Some(StateValue::Alarm)).await?;
        Ok(standings(&answer).filter(|standing| standing.state == AlarmState::Alarm).collect())
    }
}

impl AskAlarms for CloudWatchAlarms {
    async fn alarm(&self, name: &str) -> Result<Option<AlarmStanding>, CloudError> {
        let answer = self.0.described(&[name.to_owned()], None).await?;
        Ok(standings(&answer).find(|standing| standing.name == name))
    }

    async fn parents_in_alarm(&self, name: &str) -> Result<Vec<AlarmStanding>, CloudError> {
        self.in_alarm(self.0.parents(name).await?).await
    }

    async fn children_in_alarm(&self, name: &str) -> Result<Vec<AlarmStanding>, CloudError> {
        self.in_alarm(self.0.children(name).await?).await
    }

    async fn changes(&self, name: &str, until: Timestamp) -> Result<Vec<StateChange>, CloudError> {
        let items = self.0.state_changes(Some(name), (None, Some(until)), MAX_RECORDS).await?;
        let changes = items.iter().filter_map(|item| AlarmChange::read(item).state_change());
        Ok(newest_first(changes.collect(), until))
    }

    async fn readings(
        &self,
        queries: &[MetricQuery],
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Reading>, CloudError> {
        let queries = queries.iter().map(query).collect();
        let series = self.0.metric_data(queries, (datetime(from), datetime(to)), None).await?;
        let first = series.first().and_then(MetricDataResult::id);
        let pages = series.iter().filter(|page| page.id() == first);
        let readings = pages.flat_map(|page| page.timestamps().iter().filter_map(timestamp).zip(page.values()));
        Ok(readings.map(|(at, value)| Reading { at, value: *value }).collect())
    }
}

impl DrawAlarms for CloudWatchAlarms {
    async fn draw(&self, graph: &AlarmGraph) -> Result<Bytes, CloudError> {
        let action = || format!("GetMetricWidgetImage {}", graph.alarm_arn);
        let call = self.0.client().get_metric_widget_image().metric_widget(graph.widget().to_string());
        let answer = call.send().await.of_call(action)?;
        let image = answer.metric_widget_image.map(|image| Bytes::from(image.into_inner()));
        image
            .filter(|image| image.starts_with(PNG))
            .ok_or_else(|| CloudError::new(ErrorKind::Unavailable, action(), "the answer holds no PNG"))
    }
}

/// How every PNG begins.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn standings(answer: &DescribeAlarmsOutput) -> impl Iterator<Item = AlarmStanding> {
    let composite = answer.composite_alarms().iter().filter_map(composite);
    composite.chain(answer.metric_alarms().iter().filter_map(metric))
}

fn metric(alarm: &MetricAlarm) -> Option<AlarmStanding> {
    let since = alarm.state_transitioned_timestamp().or(alarm.state_updated_timestamp());
    Some(AlarmStanding {
        name: alarm.alarm_name()?.to_owned(),
        arn: alarm.alarm_arn().map(str::to_owned),
        on_metrics: true,
        state: AlarmState::from_name(alarm.state_value()?.as_str())?,
        since: since.and_then(timestamp),
        description: alarm.alarm_description().map(str::to_owned),
        tells: alarm.actions_enabled().unwrap_or(true) && !alarm.alarm_actions().is_empty(),
    })
}

fn composite(alarm: &CompositeAlarm) -> Option<AlarmStanding> {
    let since = alarm.state_transitioned_timestamp().or(alarm.state_updated_timestamp());
    let enabled = alarm.actions_enabled().unwrap_or(true) && alarm.actions_suppressed_by().is_none();
    Some(AlarmStanding {
        name: alarm.alarm_name()?.to_owned(),
        arn: alarm.alarm_arn().map(str::to_owned),
        on_metrics: false,
        state: AlarmState::from_name(alarm.state_value()?.as_str())?,
        since: since.and_then(timestamp),
        description: alarm.alarm_description().map(str::to_owned),
        tells: enabled && !alarm.alarm_actions().is_empty(),
    })
}

fn query(query: &MetricQuery) -> MetricDataQuery {
    let call = MetricDataQuery::builder().id(&query.id).return_data(query.returned);
    match &query.source {
        MetricSource::Statistic { namespace, metric, dimensions, statistic, period, unit } => {
            let dimensions =
                dimensions.iter().map(|(name, value)| Dimension::builder().name(name).value(value).build());
            let metric = Metric::builder().namespace(namespace).metric_name(metric);
            let stat = MetricStat::builder()
                .metric(metric.set_dimensions(Some(dimensions.collect())).build())
                .stat(statistic)
                .period(seconds(*period))
                .set_unit(unit.as_deref().map(StandardUnit::from));
            call.metric_stat(stat.build()).build()
        }
        MetricSource::Expression { expression, label, period } => {
            call.expression(expression).set_label(label.clone()).set_period(period.map(seconds)).build()
        }
    }
}

fn seconds(period: u32) -> i32 {
    i32::try_from(period).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatch::types::ActionsSuppressedBy;

    use super::*;

    #[test]
    fn an_alarm_tells_when_it_has_an_action_that_nothing_holds_back() {
        let alarm =
            || CompositeAlarm::builder().alarm_name("a").state_value(StateValue::Alarm).alarm_actions("arn:topic");
        let tells = |alarm: CompositeAlarm| composite(&alarm).map(|standing| standing.tells);
        assert_eq!(tells(alarm().build()), Some(true));
        assert_eq!(tells(alarm().actions_enabled(false).build()), Some(false));
        assert_eq!(tells(alarm().actions_suppressed_by(ActionsSuppressedBy::Alarm).build()), Some(false));
        assert_eq!(tells(alarm().set_alarm_actions(None).build()), Some(false));
        assert_eq!(tells(alarm().set_state_value(None).build()), None);
    }

    #[test]
    fn a_query_says_all_that_the_alarm_watches() {
        let asked = query(&MetricQuery {
            id: "m1".to_owned(),
            source: MetricSource::Statistic {
                namespace: "AWS/Lambda".to_owned(),
                metric: "Errors".to_owned(),
                dimensions: vec![("FunctionName".to_owned(), "f".to_owned())],
                statistic: "p95".to_owned(),
                period: 300,
                unit: Some("Count".to_owned()),
            },
            returned: true,
        });
        let stat = asked.metric_stat().expect("a statistic");
        assert_eq!((stat.stat(), stat.period(), stat.unit()), (Some("p95"), Some(300), Some(&StandardUnit::Count)));
        let metric = stat.metric().expect("a metric");
        assert_eq!((metric.namespace(), metric.metric_name()), (Some("AWS/Lambda"), Some("Errors")));
        assert_eq!(metric.dimensions()[0].value(), Some("f"));
        assert_eq!((asked.id(), asked.return_data()), (Some("m1"), Some(true)));
    }
}
