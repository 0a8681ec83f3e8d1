//! Alarms as Amazon CloudWatch knows them.

use aws_config::SdkConfig;
use aws_sdk_cloudwatch::{
    Client,
    operation::describe_alarms::{DescribeAlarmsOutput, builders::DescribeAlarmsFluentBuilder},
    types::{
        AlarmHistoryItem, AlarmType, CompositeAlarm, Dimension, HistoryItemType, Metric, MetricAlarm, MetricDataQuery,
        MetricStat, ScanBy, StandardUnit, StateValue,
    },
};
use aws_smithy_types::DateTime;
use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    AlarmGraph, AlarmStanding, AlarmState, AskAlarms, DrawAlarms, MetricQuery, MetricSource, Reading, StateChange,
    newest_first,
};
use crate::{CloudError, ErrorKind, SdkResult as _};

/// The most items that one answer may hold.
const PAGE_SIZE: i32 = 100;

/// Amazon CloudWatch.
#[derive(Debug, Clone)]
pub struct CloudWatchAlarms {
    client: Client,
}

impl CloudWatchAlarms {
    /// The alarms of the account and region.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Self { client: Client::new(config) }
    }

    /// Alarms by name, of every kind: without the kinds CloudWatch leaves the composite ones out.
    fn named(&self, names: Vec<String>) -> DescribeAlarmsFluentBuilder {
        self.client
            .describe_alarms()
            .set_alarm_names(Some(names))
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm)
            .max_records(PAGE_SIZE)
    }

    async fn describe(
        &self,
        call: DescribeAlarmsFluentBuilder,
        about: &str,
    ) -> Result<DescribeAlarmsOutput, CloudError> {
        call.send().await.of_call(|| format!("DescribeAlarms {about}"))
    }

    /// Those of `answer` that are in ALARM. Asked for relatives, CloudWatch tells no more than their names: the rest
    /// takes another call, which is spared when there are none.
    async fn in_alarm(&self, answer: DescribeAlarmsOutput, about: &str) -> Result<Vec<AlarmStanding>, CloudError> {
        let composite = answer.composite_alarms().iter().filter_map(CompositeAlarm::alarm_name);
        let metric = answer.metric_alarms().iter().filter_map(MetricAlarm::alarm_name);
        let mut names: Vec<_> = composite.chain(metric).map(str::to_owned).collect();
        names.truncate(PAGE_SIZE as usize);
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let answer = self.describe(self.named(names).state_value(StateValue::Alarm), about).await?;
        Ok(standings(&answer).filter(|standing| standing.state == AlarmState::Alarm).collect())
    }
}

impl AskAlarms for CloudWatchAlarms {
    async fn alarm(&self, name: &str) -> Result<Option<AlarmStanding>, CloudError> {
        let answer = self.describe(self.named(vec![name.to_owned()]), name).await?;
        Ok(standings(&answer).find(|standing| standing.name == name))
    }

    async fn parents_in_alarm(&self, name: &str) -> Result<Vec<AlarmStanding>, CloudError> {
        let call = self.client.describe_alarms().parents_of_alarm_name(name).max_records(PAGE_SIZE);
        let about = format!("parents of {name}");
        let answer = self.describe(call, &about).await?;
        self.in_alarm(answer, &about).await
    }

    async fn children_in_alarm(&self, name: &str) -> Result<Vec<AlarmStanding>, CloudError> {
        let call = self.client.describe_alarms().children_of_alarm_name(name).max_records(PAGE_SIZE);
        let about = format!("children of {name}");
        let answer = self.describe(call, &about).await?;
        self.in_alarm(answer, &about).await
    }

    async fn changes(&self, name: &str, until: Timestamp) -> Result<Vec<StateChange>, CloudError> {
        let answer = self
            .client
            .describe_alarm_history()
            .alarm_name(name)
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm)
            .history_item_type(HistoryItemType::StateUpdate)
            .end_date(datetime(until))
            .scan_by(ScanBy::TimestampDescending)
            .max_records(PAGE_SIZE)
            .send()
            .await
            .of_call(|| format!("DescribeAlarmHistory {name}"))?;
        Ok(newest_first(answer.alarm_history_items().iter().filter_map(change).collect(), until))
    }

    async fn readings(
        &self,
        queries: &[MetricQuery],
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Reading>, CloudError> {
        let answer = self
            .client
            .get_metric_data()
            .set_metric_data_queries(Some(queries.iter().map(query).collect()))
            .start_time(datetime(from))
            .end_time(datetime(to))
            .scan_by(ScanBy::TimestampAscending)
            .send()
            .await
            .of_call(|| "GetMetricData")?;
        let Some(series) = answer.metric_data_results().first() else { return Ok(Vec::new()) };
        let times = series.timestamps().iter().filter_map(timestamp);
        Ok(times.zip(series.values()).map(|(at, value)| Reading { at, value: *value }).collect())
    }
}

impl DrawAlarms for CloudWatchAlarms {
    async fn draw(&self, graph: &AlarmGraph) -> Result<Bytes, CloudError> {
        let action = || format!("GetMetricWidgetImage {}", graph.alarm_arn);
        let call = self.client.get_metric_widget_image().metric_widget(graph.widget().to_string());
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

/// What an item of the history says of the new state.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HistoryData {
    new_state: NewState,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewState {
    state_value: AlarmState,
}

fn change(item: &AlarmHistoryItem) -> Option<StateChange> {
    let to = item
        .history_data()
        .and_then(|data| serde_json::from_str::<HistoryData>(data).ok())
        .map(|data| data.new_state.state_value)
        .or_else(|| AlarmState::from_name(item.history_summary()?.rsplit(' ').next()?))?;
    Some(StateChange { at: item.timestamp().and_then(timestamp)?, to })
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

fn datetime(at: Timestamp) -> DateTime {
    DateTime::from_millis(at.as_millisecond())
}

fn timestamp(at: &DateTime) -> Option<Timestamp> {
    Timestamp::from_millisecond(at.to_millis().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatch::types::ActionsSuppressedBy;

    use super::*;

    #[test]
    fn a_change_is_read_from_its_data_or_its_summary() {
        let at = DateTime::from_millis(1_767_225_600_500);
        let item = |data: Option<&str>, summary: &str| {
            let data = data.map(str::to_owned);
            let item = AlarmHistoryItem::builder().timestamp(at).history_summary(summary).set_history_data(data);
            change(&item.build()).map(|change| (change.at.as_millisecond(), change.to))
        };
        let data = r#"{"version":"1.0","oldState":{"stateValue":"OK"},"newState":{"stateValue":"ALARM"}}"#;
        assert_eq!(item(Some(data), "x"), Some((1_767_225_600_500, AlarmState::Alarm)));
        let summary = "Alarm updated from ALARM to INSUFFICIENT_DATA";
        assert_eq!(item(None, summary), Some((1_767_225_600_500, AlarmState::InsufficientData)));
        assert_eq!(item(Some("{}"), "Alarm \"a\" created"), None);
    }

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
