//! Calls about dashboards.

use serde_json::{Value, json};

use super::{ApiError, Input, paging};
use atalaya_cloudwatch::Account;
use atalaya_cloudwatch_dashboard::{DashboardFaults, Dashboards, Stored};

/// How many dashboards a page of `ListDashboards` has (API reference).
const PAGE_OF_DASHBOARDS: usize = 1000;

impl From<DashboardFaults> for ApiError {
    /// `DashboardInvalidInputError`, whose code is `InvalidParameterInput`.
    fn from(faults: DashboardFaults) -> Self {
        Self { code: "InvalidParameterInput", message: faults.to_string() }
    }
}

fn not_found(name: &str) -> ApiError {
    ApiError { code: "ResourceNotFound", message: format!("there is no dashboard `{name}`") }
}

/// A body with any fault is refused; the real service keeps one that has only faults of little weight, and tells them.
pub(super) fn put(dashboards: &mut Dashboards, input: &Value, now: i64) -> Result<Value, ApiError> {
    let input = Input::of_call(input, &["DashboardName", "DashboardBody"])?;
    let (name, text) = (input.required_text("DashboardName")?, input.required_text("DashboardBody")?);
    let body: Value = serde_json::from_str(text).map_err(|error| ApiError {
        code: "InvalidParameterInput",
        message: format!("dashboard `{name}`: the body is no JSON: {error}"),
    })?;
    dashboards.put(name, &body, now)?;
    Ok(json!({"DashboardValidationMessages": []}))
}

pub(super) fn get(account: &Account, dashboards: &Dashboards, input: &Value) -> Result<Value, ApiError> {
    let input = Input::of_call(input, &["DashboardName"])?;
    let name = input.required_text("DashboardName")?;
    let dashboard = dashboards.get(name).ok_or_else(|| not_found(name))?;
    Ok(json!({
        "DashboardArn": account.dashboard_arn(name),
        "DashboardBody": dashboard.body().to_string(),
        "DashboardName": name,
    }))
}

pub(super) fn list(account: &Account, dashboards: &Dashboards, input: &Value) -> Result<Value, ApiError> {
    let input = Input::of_call(input, &["DashboardNamePrefix", "NextToken"])?;
    let prefix = input.text("DashboardNamePrefix")?.unwrap_or_default();
    let page = paging::Page::new(input.text("NextToken")?, PAGE_OF_DASHBOARDS)?;
    let dashboards = dashboards.iter().filter(|stored| stored.dashboard.name().starts_with(prefix));
    let (dashboards, token) = page.of(dashboards);
    let entry = |stored: &Stored| {
        let name = stored.dashboard.name();
        json!({
            "DashboardName": name,
            "DashboardArn": account.dashboard_arn(name),
            "LastModified": stored.modified_at,
            "Size": stored.dashboard.body().to_string().len(),
        })
    };
    let entries: Vec<Value> = dashboards.into_iter().map(entry).collect();
    Ok(paging::with_token(json!({"DashboardEntries": entries}), token))
}

/// All are removed, or none where one does not exist (API reference, `DeleteDashboards`).
pub(super) fn delete(dashboards: &mut Dashboards, input: &Value) -> Result<Value, ApiError> {
    let input = Input::of_call(input, &["DashboardNames"])?;
    let names = input.required("DashboardNames", input.texts("DashboardNames")?)?;
    dashboards.remove(&names).map_err(not_found)?;
    Ok(json!({}))
}
