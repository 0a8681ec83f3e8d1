//! The calls of CloudWatch that functions and operators both make, in the types of its client: adapters read them
//! further, into their own types.

use aws_sdk_cloudwatch::{
    Client,
    operation::describe_alarms::{DescribeAlarmsOutput, builders::DescribeAlarmsFluentBuilder},
    types::{
        AlarmHistoryItem, AlarmType, CompositeAlarm, HistoryItemType, LabelOptions, MetricAlarm, MetricDataQuery,
        MetricDataResult, ScanBy, StateValue,
    },
};
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use crate::{CloudError, SdkResult as _, time::datetime};

/// The most alarms that one call may name, and the most items that one answer may hold (API reference).
pub const MAX_RECORDS: usize = 100;

/// Amazon CloudWatch, by the calls that more than one adapter makes.
#[derive(Debug, Clone)]
pub struct CloudWatchClient(Client);

impl CloudWatchClient {
    /// Through this client.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }

    /// The client itself, for calls that one adapter alone makes.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.0
    }

    /// Those of at most [`MAX_RECORDS`] alarms that exist, in this state or in any (`cloudwatch:DescribeAlarms`).
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn described(
        &self,
        names: &[String],
        state: Option<StateValue>,
    ) -> Result<DescribeAlarmsOutput, CloudError> {
        // Without the kinds CloudWatch leaves the composite alarms out.
        let call = self
            .0
            .describe_alarms()
            .set_alarm_names(Some(names.to_vec()))
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm)
            .set_state_value(state)
            .max_records(MAX_RECORDS as i32);
        call.send().await.of_call(|| format!("DescribeAlarms {}", names.join(" ")))
    }

    /// Names of the alarms that the rule of this one names (`cloudwatch:DescribeAlarms`).
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn children(&self, name: &str) -> Result<Vec<String>, CloudError> {
        let call = self.0.describe_alarms().children_of_alarm_name(name);
        self.names(call, || format!("DescribeAlarms children of {name}")).await
    }

    /// Names of the composite alarms whose rules name this one (`cloudwatch:DescribeAlarms`).
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn parents(&self, name: &str) -> Result<Vec<String>, CloudError> {
        let call = self.0.describe_alarms().parents_of_alarm_name(name);
        self.names(call, || format!("DescribeAlarms parents of {name}")).await
    }

    /// Of relatives CloudWatch tells no more than their names.
    async fn names(
        &self,
        call: DescribeAlarmsFluentBuilder,
        action: impl Fn() -> String,
    ) -> Result<Vec<String>, CloudError> {
        let mut pages = call.into_paginator().send();
        let mut names = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.of_call(&action)?;
            names.extend(page.composite_alarms().iter().filter_map(CompositeAlarm::alarm_name).map(str::to_owned));
            names.extend(page.metric_alarms().iter().filter_map(MetricAlarm::alarm_name).map(str::to_owned));
        }
        Ok(names)
    }

    /// The newest changes of state, the newest first, at most `most` of [`MAX_RECORDS`]: of one alarm or of all, from
    /// and until these times (`cloudwatch:DescribeAlarmHistory`). CloudWatch remembers two weeks.
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn state_changes(
        &self,
        name: Option<&str>,
        (start, end): (Option<Timestamp>, Option<Timestamp>),
        most: usize,
    ) -> Result<Vec<AlarmHistoryItem>, CloudError> {
        let call = self
            .0
            .describe_alarm_history()
            .set_alarm_name(name.map(str::to_owned))
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm)
            .history_item_type(HistoryItemType::StateUpdate)
            .set_start_date(start.map(datetime))
            .set_end_date(end.map(datetime))
            .scan_by(ScanBy::TimestampDescending)
            .max_records(most.min(MAX_RECORDS) as i32);
        let answer = call.send().await;
        let answer = answer.of_call(|| format!("DescribeAlarmHistory {}", name.unwrap_or("of all alarms")))?;
        Ok(answer.alarm_history_items.unwrap_or_default())
    }

    /// What queries return between two times, points oldest first. A series whose points come in several pages has
    /// several results (`cloudwatch:GetMetricData`).
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn metric_data(
        &self,
        queries: Vec<MetricDataQuery>,
        (start, end): (DateTime, DateTime),
        labels: Option<LabelOptions>,
    ) -> Result<Vec<MetricDataResult>, CloudError> {
        let call = self
            .0
            .get_metric_data()
            .set_metric_data_queries(Some(queries))
            .start_time(start)
            .end_time(end)
            .scan_by(ScanBy::TimestampAscending)
            .set_label_options(labels);
        let mut pages = call.into_paginator().send();
        let mut results = Vec::new();
        while let Some(page) = pages.next().await {
            results.extend(page.of_call(|| "GetMetricData")?.metric_data_results.unwrap_or_default());
        }
        Ok(results)
    }
}
