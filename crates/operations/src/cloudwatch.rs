//! CloudWatch of a deployment, through the SDK: what is asked of it, in the words of `atalaya-cloudwatch`.

mod alarm;
mod clock;
mod query;

use std::collections::BTreeMap;

use atalaya_cloud::alarms::{AlarmChange, CloudWatchClient, MAX_RECORDS};
use atalaya_cloud::time::timestamp;
use atalaya_cloud::{CloudError, Found as _, SdkConfig, SdkResult as _};
use atalaya_cloudwatch::query::MetricDataResult;
use atalaya_cloudwatch::{MetricDataQuery, MetricId};
use atalaya_contract::AlarmState;
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{AlarmHistoryItem, AlarmType, RecentlyActive, StateValue};
use jiff::Timestamp;
use serde::Serialize;

use clock::AnswerClock;

pub use alarm::{Deployed, watched};

/// How many queries one `GetMetricData` may have (API reference).
const MOST_QUERIES: usize = 500;
/// What `ListMetrics` can narrow its answer to: metrics with data in the last three hours.
const RECENT: i64 = 3 * 3600;

/// A client, with the calls that commands make.
#[derive(Debug, Clone)]
pub struct CloudWatch {
    shared: CloudWatchClient,
    clock: AnswerClock,
}

/// A deployed dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DashboardEntry {
    /// Its whole name.
    pub name: String,
    /// When its body last changed.
    pub modified: Option<Timestamp>,
    /// Bytes of its body.
    pub size: u64,
}

impl CloudWatch {
    /// By this configuration. `endpoint_url` is the client's own address, since the configuration's is that of every
    /// other service; without one it is the configuration's.
    #[must_use]
    pub fn new(config: &SdkConfig, endpoint_url: Option<String>) -> Self {
        let clock = AnswerClock::default();
        let mut config = aws_sdk_cloudwatch::config::Builder::from(config);
        if endpoint_url.is_some() {
            config.set_endpoint_url(endpoint_url);
        }
        let client = Client::from_conf(config.interceptor(clock.clone()).build());
        Self { shared: CloudWatchClient::new(client), clock }
    }

    /// What time it is for CloudWatch: its metrics and the times of its alarms are told by that. It is this machine's
    /// where no answer says otherwise.
    pub async fn now(&self) -> Timestamp {
        if self.clock.ahead().is_none() {
            // Only its date is of interest; a call that fails is told where an answer is needed.
            let _ = self.shared.client().describe_alarms().max_records(1).send().await;
        }
        Timestamp::now() + self.clock.ahead().unwrap_or_default()
    }

    /// The alarms of either kind whose names begin with `prefix`, with the times of their states on this machine's
    /// clock: so long ago as it is for CloudWatch.
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn alarms_by_our_clock(&self, prefix: &str) -> Result<Vec<Deployed>, CloudError> {
        let mut alarms = self.alarms(prefix, None).await?;
        let ahead = self.clock.ahead().unwrap_or_default();
        alarms.iter_mut().for_each(|alarm| alarm.since = alarm.since.map(|since| since - ahead));
        Ok(alarms)
    }

    /// The alarms of either kind whose names begin with `prefix`, in this state or in any.
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn alarms(&self, prefix: &str, state: Option<AlarmState>) -> Result<Vec<Deployed>, CloudError> {
        let mut pages = self
            .shared
            .client()
            .describe_alarms()
            .alarm_name_prefix(prefix)
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm)
            .set_state_value(state.map(|state| StateValue::from(state.as_str())))
            .into_paginator()
            .send();
        let mut alarms = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.of_call(|| format!("DescribeAlarms {prefix}*"))?;
            alarms.extend(page.metric_alarms().iter().map(Deployed::metric));
            alarms.extend(page.composite_alarms().iter().map(Deployed::composite));
        }
        Ok(alarms)
    }

    /// Those of these alarms that exist.
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn alarms_named(&self, names: &[String]) -> Result<Vec<Deployed>, CloudError> {
        let mut alarms = Vec::new();
        for names in names.chunks(MAX_RECORDS) {
            let answer = self.shared.described(names, None).await?;
            alarms.extend(answer.metric_alarms().iter().map(Deployed::metric));
            alarms.extend(answer.composite_alarms().iter().map(Deployed::composite));
        }
        Ok(alarms)
    }

    /// Lets alarms act again.
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn enable_actions(&self, names: &[String]) -> Result<(), CloudError> {
        for names in names.chunks(MAX_RECORDS) {
            let call = self.shared.client().enable_alarm_actions().set_alarm_names(Some(names.to_vec()));
            call.send().await.of_call(|| format!("EnableAlarmActions {}", names.join(" ")))?;
        }
        Ok(())
    }

    /// The alarms that the rule of this one names.
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn children(&self, name: &str) -> Result<Vec<Deployed>, CloudError> {
        self.alarms_named(&self.shared.children(name).await?).await
    }

    /// The composite alarms whose rules name this one.
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn parents(&self, name: &str) -> Result<Vec<Deployed>, CloudError> {
        self.alarms_named(&self.shared.parents(name).await?).await
    }

    /// The newest changes of an alarm's state, the newest first.
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn changes(&self, name: &str, most: usize) -> Result<Vec<AlarmChange>, CloudError> {
        let items = self.shared.state_changes(Some(name), (None, None), most).await?;
        Ok(items.iter().map(AlarmChange::read).collect())
    }

    /// The changes of all alarms' states within a time, at most a hundred: when, which alarm, and from what to what.
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn all_changes(
        &self,
        start: Timestamp,
        end: Timestamp,
    ) -> Result<Vec<(Timestamp, String, String)>, CloudError> {
        let items = self.shared.state_changes(None, (Some(start), Some(end)), MAX_RECORDS).await?;
        let told = |item: &AlarmHistoryItem| {
            Some((timestamp(item.timestamp()?)?, item.alarm_name()?.to_owned(), item.history_summary()?.to_owned()))
        };
        Ok(items.iter().filter_map(told).collect())
    }

    /// The metrics that have had data, of one namespace or of all, with one name or with any. What has had none for
    /// more than two weeks is not told (API reference, `ListMetrics`); where `since` seconds are few, neither is what
    /// has had none for three hours.
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn metrics(
        &self,
        namespace: Option<&str>,
        name: Option<&str>,
        since: i64,
    ) -> Result<Vec<MetricId>, CloudError> {
        let mut pages = self
            .shared
            .client()
            .list_metrics()
            .set_namespace(namespace.map(str::to_owned))
            .set_metric_name(name.map(str::to_owned))
            .set_recently_active((since <= RECENT).then_some(RecentlyActive::Pt3H))
            .into_paginator()
            .send();
        let mut metrics = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.of_call(|| format!("ListMetrics {}", namespace.unwrap_or("of all namespaces")))?;
            metrics.extend(page.metrics().iter().filter_map(query::metric));
        }
        metrics.sort();
        Ok(metrics)
    }

    /// The dashboards whose names begin with `prefix`.
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn dashboards(&self, prefix: &str) -> Result<Vec<DashboardEntry>, CloudError> {
        let mut pages = self.shared.client().list_dashboards().dashboard_name_prefix(prefix).into_paginator().send();
        let mut dashboards = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.of_call(|| format!("ListDashboards {prefix}*"))?;
            dashboards.extend(page.dashboard_entries().iter().map(|entry| DashboardEntry {
                name: entry.dashboard_name().unwrap_or_default().to_owned(),
                modified: entry.last_modified().and_then(timestamp),
                size: entry.size().and_then(|size| u64::try_from(size).ok()).unwrap_or_default(),
            }));
        }
        Ok(dashboards)
    }

    /// The body of a dashboard, if it exists.
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn dashboard_body(&self, name: &str) -> Result<Option<String>, CloudError> {
        let answer = self.shared.client().get_dashboard().dashboard_name(name).send().await;
        let found = answer.of_call(|| format!("GetDashboard {name}")).if_found()?;
        Ok(found.and_then(|dashboard| dashboard.dashboard_body))
    }

    /// Queries that do not refer to each other, in as many calls as they need. Points are oldest first.
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn data_of_each(
        &self,
        queries: &[MetricDataQuery],
        start: i64,
        end: i64,
    ) -> Result<Vec<MetricDataResult>, CloudError> {
        let mut results = Vec::with_capacity(queries.len());
        for queries in queries.chunks(MOST_QUERIES) {
            results.extend(self.data(queries, start, end, 0).await?);
        }
        Ok(results)
    }

    /// Queries of one call. Points are oldest first; times in labels are those of a clock that is `timezone` seconds
    /// ahead of UTC.
    ///
    /// # Errors
    /// Where CloudWatch refuses the call or cannot be asked.
    pub async fn data(
        &self,
        queries: &[MetricDataQuery],
        start: i64,
        end: i64,
        timezone: i32,
    ) -> Result<Vec<MetricDataResult>, CloudError> {
        let queries = queries.iter().map(query::to_sdk).collect::<Result<Vec<_>, _>>()?;
        let labels = (timezone != 0).then(|| query::label_options(timezone));
        let range = (DateTime::from_secs(start), DateTime::from_secs(end));
        let mut results = Results::default();
        for page in self.shared.metric_data(queries, range, labels).await? {
            results.add(page);
        }
        Ok(results.whole)
    }
}

/// Series whose points come in several pages.
#[derive(Default)]
struct Results {
    whole: Vec<MetricDataResult>,
    /// Where a series stands, by its id and its label.
    places: BTreeMap<(String, String), usize>,
}

impl Results {
    fn add(&mut self, page: aws_sdk_cloudwatch::types::MetricDataResult) {
        let page = query::result(page);
        match self.places.get(&(page.id.clone(), page.label.clone())) {
            Some(place) => {
                let whole = &mut self.whole[*place];
                whole.timestamps.extend(page.timestamps);
                whole.values.extend(page.values);
                whole.status = page.status;
                whole.messages.extend(page.messages);
            }
            None => {
                self.places.insert((page.id.clone(), page.label.clone()), self.whole.len());
                self.whole.push(page);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_one_series_become_one() {
        let page = |label: &str, at: i64| {
            let page = aws_sdk_cloudwatch::types::MetricDataResult::builder().id("m").label(label);
            page.timestamps(DateTime::from_secs(at)).values(1.0).build()
        };
        let mut results = Results::default();
        for page in [page("a", 60), page("b", 60), page("a", 120)] {
            results.add(page);
        }
        let times: Vec<_> =
            results.whole.iter().map(|result| (result.label.as_str(), &result.timestamps[..])).collect();
        assert_eq!(times, [("a", &[60, 120][..]), ("b", &[60][..])]);
    }
}
