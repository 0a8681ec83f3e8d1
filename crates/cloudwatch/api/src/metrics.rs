//! `PutMetricData` and `ListMetrics`.

use serde_json::{Value, json};

use super::{ApiError, Input, metric_data, paging};
use atalaya_cloudwatch::{CloudWatch, DimensionFilter, ListFilter, alarm::configuration};

/// How many metrics a page of `ListMetrics` has.
const PAGE_OF_METRICS: usize = 500;

/// All data or none are taken.
pub(super) fn put(cloudwatch: &mut CloudWatch, input: &Value) -> Result<Value, ApiError> {
    let data = metric_data::read(input, cloudwatch.now())?;
    let now = cloudwatch.now();
    for datum in &data {
        datum.check(now)?;
    }
    for datum in &data {
        cloudwatch.store_mut().put(datum, now)?;
    }
    Ok(json!({}))
}

pub(super) fn list(cloudwatch: &CloudWatch, input: &Value) -> Result<Value, ApiError> {
    let input = Input::of_call(input, &["Namespace", "MetricName", "Dimensions", "RecentlyActive", "NextToken"])?;
    let mut filter = ListFilter {
        namespace: input.text("Namespace")?.map(str::to_owned),
        name: input.text("MetricName")?.map(str::to_owned),
        dimensions: Vec::new(),
        recently_active: input.one_of("RecentlyActive", &["PT3H"], |it| it)?.is_some(),
    };
    for dimension in input.objects("Dimensions", &["Name", "Value"])? {
        let name = dimension.required_text("Name")?.to_owned();
        filter.dimensions.push(DimensionFilter { name, value: dimension.text("Value")?.map(str::to_owned) });
    }
    let page = paging::Page::new(input.text("NextToken")?, PAGE_OF_METRICS)?;
    let (metrics, token) = page.of(cloudwatch.store().list(&filter, cloudwatch.now()));
    let metrics: Vec<_> = metrics.into_iter().map(configuration::metric).collect();
    Ok(paging::with_token(json!({"Metrics": metrics}), token))
}
