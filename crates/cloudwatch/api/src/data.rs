//! `GetMetricData`.

use serde_json::{Value, json};

use super::{ApiError, Input, metric_data};
use atalaya_cloudwatch::{
    CloudWatch, MetricDataQuery, MetricStat, QuerySource,
    query::{MetricDataOptions, MetricDataResult, ScanBy, get_metric_data},
};

/// How many queries one call may have.
const MOST_QUERIES: usize = 500;

pub(super) fn get(cloudwatch: &CloudWatch, input: &Value) -> Result<Value, ApiError> {
    let known = ["MetricDataQueries", "StartTime", "EndTime", "ScanBy", "MaxDatapoints", "LabelOptions"];
    let input = Input::of_call(input, &known)?;
    let queries = input.objects(
        "MetricDataQueries",
        &["Id", "MetricStat", "Expression", "Label", "ReturnData", "Period", "AccountId"],
    )?;
    if queries.len() > MOST_QUERIES {
        return Err(ApiError::value(format!(
            "MetricDataQueries has {} entries, more than {MOST_QUERIES}",
            queries.len()
        )));
    }
    let queries = queries.iter().map(|input| query(input, cloudwatch)).collect::<Result<Vec<_>, _>>()?;
    let (start, end) = (input.required_time("StartTime")?, input.required_time("EndTime")?);
    let found = get_metric_data(cloudwatch.store(), &queries, start, end, &options(cloudwatch, &input)?)?;
    Ok(json!({"MetricDataResults": found.iter().map(result).collect::<Vec<_>>(), "Messages": []}))
}

fn options(cloudwatch: &CloudWatch, input: &Input<'_>) -> Result<MetricDataOptions, ApiError> {
    let account = cloudwatch.account();
    let mut options = MetricDataOptions {
        account_id: account.id.clone(),
        region: account.region.clone(),
        ..MetricDataOptions::at(cloudwatch.now())
    };
    let orders = [ScanBy::TimestampDescending, ScanBy::TimestampAscending];
    let spelled = |order| match order {
        ScanBy::TimestampDescending => "TimestampDescending",
        ScanBy::TimestampAscending => "TimestampAscending",
    };
    options.scan_by = input.one_of("ScanBy", &orders, spelled)?.unwrap_or_default();
    if let Some(most) = input.whole("MaxDatapoints", 1, u32::MAX)? {
        options.max_datapoints = most as usize;
    }
    if let Some(labels) = input.object("LabelOptions", &["Timezone"])?
        && let Some(text) = labels.text("Timezone")?
    {
        options.timezone = MetricDataOptions::timezone(text).ok_or_else(|| {
            ApiError::value(format!("{} is `{text}`, which must be like +0130", labels.at("Timezone")))
        })?;
    }
    Ok(options)
}

fn query(input: &Input<'_>, cloudwatch: &CloudWatch) -> Result<MetricDataQuery, ApiError> {
    let id = input.required_text("Id")?.to_owned();
    if let Some(account) = input.text("AccountId")?.filter(|account| *account != cloudwatch.account().id) {
        let place = input.at("AccountId");
        return Err(ApiError::value(format!("{place} is `{account}`; metrics of other accounts are not supported")));
    }
    let stat = input.object("MetricStat", &["Metric", "Period", "Stat", "Unit"])?;
    let source = match (stat, input.text("Expression")?) {
        (Some(stat), None) => QuerySource::Metric(metric_stat(&stat)?),
        (None, Some(expression)) => {
            QuerySource::Expression { expression: expression.to_owned(), period: input.whole("Period", 1, u32::MAX)? }
        }
        _ => {
            let place = input.at("MetricStat");
            return Err(ApiError::combination(format!("exactly one of {place} and Expression must be given")));
        }
    };
    let label = input.text("Label")?.map(str::to_owned);
    Ok(MetricDataQuery { id, source, label, return_data: input.flag("ReturnData")?.unwrap_or(true) })
}

fn metric_stat(input: &Input<'_>) -> Result<MetricStat, ApiError> {
    let metric = input.object("Metric", &["Namespace", "MetricName", "Dimensions"])?;
    let metric = input.required("Metric", metric)?;
    Ok(MetricStat {
        metric: metric_data::metric(&metric, metric.required_text("Namespace")?)?,
        period: input.required("Period", input.whole("Period", 1, u32::MAX)?)?,
        stat: input.required("Stat", input.parsed("Stat")?)?,
        unit: input.parsed("Unit")?,
    })
}

fn result(found: &MetricDataResult) -> Value {
    let mut told = json!({
        "Id": found.id,
        "Label": found.label,
        "Timestamps": found.timestamps,
        "Values": found.values,
        "StatusCode": found.status.as_str(),
    });
    if !found.messages.is_empty() {
        let messages = found.messages.iter().map(|message| json!({"Code": message.code, "Value": message.value}));
        told["Messages"] = messages.collect();
    }
    told
}
