//! What the commands of an alarm and of its runbook are about: its metrics name the feed or the function, the newest page
//! about it the files.

use std::collections::BTreeMap;

use atalaya_cloudwatch::{
    MetricId, QuerySource,
    alarm::{Alarm, AlarmSource},
};
use atalaya_contract::{FileId, inert};
use serde_json::{Value, json};

use super::notices::page_of;
use crate::{Notice, stack::STACK};

/// The newest page about each alarm that is on or was, by the alarm's name.
#[derive(Debug, Default)]
pub(super) struct Pages<'a>(BTreeMap<&'a str, &'a Notice>);

impl<'a> Pages<'a> {
    /// Reads what on-call got, in the order of its arrival. A page that says that an alarm is over names no files.
    pub(super) fn newest(notices: &'a [Notice]) -> Self {
        let is_alarm = |page: &&Value| page["kind"] == "alarm";
        let named = |notice: &'a Notice| Some((page_of(notice).filter(is_alarm)?["alarm"]["name"].as_str()?, notice));
        Self(notices.iter().filter_map(named).collect())
    }

    /// The values of the placeholders `{dataset}`, `{function}` and `{file_id}` as far as they are known for the alarm,
    /// the files to choose from, and when the page came that names them. A value that a shell would not take as it
    /// stands is left out.
    pub(super) fn context(&self, alarm: &Alarm) -> Value {
        let notice = self.0.get(alarm.name()).copied();
        let page = notice.and_then(page_of);
        let files = page.and_then(|page| page["files"]["named"].as_array()).map_or(&[][..], Vec::as_slice);
        let metrics = metrics(alarm);
        let file = files.first();
        let dataset = dimension(&metrics, "Dataset")
            .or_else(|| file?["dataset"].as_str())
            .or_else(|| page?["datasets"][0].as_str());
        let id = |file: &Value| file["file_id"].as_str().map(|id| FileId::from(id.to_owned()).short().to_owned());
        let known = [
            ("dataset", dataset.map(str::to_owned)),
            ("function", function(&metrics).map(str::to_owned)),
            ("file_id", file.and_then(id)),
        ];
        let values: BTreeMap<_, _> = known
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .filter(|(_, value)| inert::is_shell_plain(value))
            .collect();
        let files: Vec<_> =
            files.iter().map(|file| json!({ "short": id(file), "key": file["key"], "state": file["state"] })).collect();
        json!({ "values": values, "files": files, "page_at": notice.map(|notice| notice.received_at) })
    }
}

/// The metrics that an alarm reads itself.
fn metrics(alarm: &Alarm) -> Vec<&MetricId> {
    let Alarm::Metric(alarm) = alarm else { return Vec::new() };
    match &alarm.source {
        AlarmSource::Metric(stat) => vec![&stat.metric],
        AlarmSource::Math(queries) => queries.iter().filter_map(|query| read_by(&query.source)).collect(),
    }
}

fn read_by(source: &QuerySource) -> Option<&MetricId> {
    match source {
        QuerySource::Metric(stat) => Some(&stat.metric),
        QuerySource::Expression { .. } => None,
    }
}

/// The value of a dimension; one that differs between the metrics is none.
fn dimension<'a>(metrics: &[&'a MetricId], name: &str) -> Option<&'a str> {
    let mut values = metrics.iter().filter_map(|metric| metric.dimensions.get(name));
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// The role of the function that the metrics are of: `process` of `atalaya-process` and of `/aws/lambda/atalaya-process`.
fn function<'a>(metrics: &[&'a MetricId]) -> Option<&'a str> {
    let name = dimension(metrics, "FunctionName").or_else(|| dimension(metrics, "LogGroupName"))?;
    let name = name.strip_prefix("/aws/lambda/").unwrap_or(name);
    name.strip_prefix(STACK)?.strip_prefix('-')
}
