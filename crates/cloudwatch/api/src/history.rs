//! `DescribeAlarmHistory`.

use serde_json::{Value, json};

use super::{ApiError, Input, alarm_filter::Kinds, paging};
use atalaya_cloudwatch::{
    CloudWatch,
    alarm::{Alarm, AlarmStatus, HistoryItem, HistoryItemType},
};

/// How many items a page has at most.
const PAGE_OF_ITEMS: u32 = 100;

pub(super) fn describe(cloudwatch: &CloudWatch, input: &Value) -> Result<Value, ApiError> {
    let known =
        ["AlarmName", "AlarmTypes", "HistoryItemType", "StartDate", "EndDate", "MaxRecords", "NextToken", "ScanBy"];
    let input = Input::of_call(input, &known)?;
    let name = input.text("AlarmName")?;
    let kinds = Kinds::read(&input)?;
    let item_type = input.one_of("HistoryItemType", &HistoryItemType::ALL, HistoryItemType::as_str)?;
    let (start, end) = (input.time("StartDate")?, input.time("EndDate")?);
    let orders = ["TimestampDescending", "TimestampAscending"];
    let ascending = input.one_of("ScanBy", &orders, |it| it)? == Some("TimestampAscending");
    let page = input.page(PAGE_OF_ITEMS)?;
    let takes = |item: &HistoryItem| {
        item_type.is_none_or(|item_type| item.item_type == item_type)
            && start.is_none_or(|start| item.at >= start)
            && end.is_none_or(|end| item.at <= end)
    };
    let alarms = cloudwatch
        .alarms()
        .filter(|alarm| kinds.take(alarm) && name.is_none_or(|name| alarm.definition.name() == name));
    let mut items: Vec<(&AlarmStatus, &HistoryItem)> = alarms
        .flat_map(|alarm| cloudwatch.history(alarm.definition.name()).iter().map(move |item| (alarm, item)))
        .filter(|(_, item)| takes(item))
        .collect();
    items.sort_by_key(|(_, item)| item.at);
    if !ascending {
        items.reverse();
    }
    let (items, token) = page.of(items);
    let items: Vec<_> = items.into_iter().map(told).collect();
    Ok(paging::with_token(json!({"AlarmHistoryItems": items}), token))
}

fn told((alarm, item): (&AlarmStatus, &HistoryItem)) -> Value {
    json!({
        "AlarmName": alarm.definition.name(),
        "AlarmType": match &*alarm.definition {
            Alarm::Metric(_) => "MetricAlarm",
            Alarm::Composite(_) => "CompositeAlarm",
        },
        "Timestamp": item.at,
        "HistoryItemType": item.item_type.as_str(),
        "HistorySummary": item.summary,
        "HistoryData": item.data,
    })
}
