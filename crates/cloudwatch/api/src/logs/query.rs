//! The four operations.

use serde_json::{Value, json};

use super::ApiError;
use crate::{
    Input, Page,
    logs::{LogsService, service::StoredQuery},
};
use atalaya_cloudwatch::TimeRange;
use atalaya_cloudwatch_insights::{Answer, DEFAULT_ROWS, MOST_GROUPS, Query, logs::Logs};

/// The most characters of a query, and the most rows that one asks for (API reference, `StartQuery`).
const LONGEST_QUERY: usize = 10_000;
const MOST_ROWS: u32 = 100_000;
/// The language of all queries here.
const LANGUAGE: &str = "CWLI";
/// The state of all queries.
const COMPLETE: &str = "Complete";

pub(super) fn start(service: &mut LogsService, input: &Value) -> Result<Value, ApiError> {
    let known = [
        "queryLanguage",
        "logGroupName",
        "logGroupNames",
        "logGroupIdentifiers",
        "startTime",
        "endTime",
        "queryString",
        "limit",
    ];
    let input = Input::of_call(input, &known)?;
    check_language(&input)?;
    let text = input.required_text("queryString")?;
    if text.chars().count() > LONGEST_QUERY {
        return Err(ApiError::parameter(format!("queryString has more than {LONGEST_QUERY} characters")));
    }
    let (start, end) = (input.required_time("startTime")?, input.required_time("endTime")?);
    if start > end {
        return Err(ApiError::parameter(format!("startTime ({start}) is after endTime ({end})")));
    }
    let most_rows = input.whole("limit", 1, MOST_ROWS)?.map_or(DEFAULT_ROWS, |limit| limit as usize);
    let query = Query::parse(text)?;
    let groups = groups(service.logs(), &input, query.groups())?;
    let names: Vec<&str> = groups.iter().map(String::as_str).collect();
    // Both ends belong to the range.
    let range = TimeRange { start, end: end + 1 };
    let answer = query.run_for(service.logs(), &names, range, service.now(), most_rows)?;
    Ok(json!({"queryId": service.keep(text, groups, answer)}))
}

fn check_language(input: &Input<'_>) -> Result<(), ApiError> {
    match input.text("queryLanguage")? {
        None | Some(LANGUAGE) => Ok(()),
        Some(other) => {
            Err(ApiError::parameter(format!("queryLanguage is `{other}`; {LANGUAGE} is supported, not SQL and PPL")))
        }
    }
}

/// The groups of a query, all of which must exist: one of the three members names them, or `SOURCE` does.
fn groups(logs: &Logs, input: &Input<'_>, of_source: &[String]) -> Result<Vec<String>, ApiError> {
    let members = ["logGroupName", "logGroupNames", "logGroupIdentifiers"];
    let given: Vec<_> = members.into_iter().filter(|name| input.has(name)).collect();
    let named = match given[..] {
        [] => Vec::new(),
        ["logGroupName"] => vec![input.required_text("logGroupName")?],
        [list] => input.texts(list)?.unwrap_or_default(),
        _ => return Err(ApiError::parameter(format!("only one of {} may be given", members.join(", ")))),
    };
    let mut groups = named.into_iter().map(|name| name_of(logs, name)).collect::<Result<Vec<_>, _>>()?;
    groups.extend(of_source.iter().cloned());
    groups.sort_unstable();
    groups.dedup();
    if groups.len() > MOST_GROUPS {
        return Err(ApiError::limit(format!("{} log groups are more than the {MOST_GROUPS} of a query", groups.len())));
    }
    if let Some(missing) = groups.iter().find(|name| !logs.has(name)) {
        return Err(ApiError::not_found(format!("the log group `{missing}` does not exist")));
    }
    Ok(groups)
}

/// The name of a group, which may be given as its ARN.
fn name_of(logs: &Logs, identifier: &str) -> Result<String, ApiError> {
    if !identifier.starts_with("arn:") {
        return Ok(identifier.to_owned());
    }
    let account = logs.account();
    let prefix = format!("arn:{}:logs:{}:{}:log-group:", account.partition(), account.region, account.id);
    let name = identifier.strip_prefix(&prefix).map(|name| name.strip_suffix(":*").unwrap_or(name));
    let missing =
        || ApiError::not_found(format!("there is no log group `{identifier}`; those here begin with {prefix}"));
    name.map(str::to_owned).ok_or_else(missing)
}

fn stored<'a>(service: &'a LogsService, input: &Input<'_>) -> Result<&'a StoredQuery, ApiError> {
    let id = input.required_text("queryId")?;
    let found = service.queries().find(|query| query.id == id);
    found.ok_or_else(|| ApiError::not_found(format!("there is no query `{id}`")))
}

pub(super) fn results(service: &LogsService, input: &Value) -> Result<Value, ApiError> {
    const LARGEST_PAGE: u32 = 10_000;
    let input = Input::of_call(input, &["queryId", "maxItems", "nextToken"])?;
    let answer = &stored(service, &input)?.answer;
    let size = input.whole("maxItems", 1, LARGEST_PAGE)?.unwrap_or(LARGEST_PAGE) as usize;
    let (rows, token) = Page::new(input.text("nextToken")?, size)?.of(rows(answer));
    let statistics = json!({
        "recordsMatched": answer.statistics.records_matched as f64,
        "recordsScanned": answer.statistics.records_scanned as f64,
        "bytesScanned": answer.statistics.bytes_scanned as f64,
    });
    let told = json!({"queryLanguage": LANGUAGE, "results": rows, "statistics": statistics, "status": COMPLETE});
    Ok(with_token(told, token))
}

/// Each row as its fields, of which missing ones are left out; that of an event ends with its `@ptr`.
fn rows(answer: &Answer) -> impl Iterator<Item = Vec<Value>> {
    answer.rows.iter().enumerate().map(|(index, row)| {
        let cells = answer.columns.iter().zip(row).filter_map(|(field, value)| Some((field.as_str(), value.as_ref()?)));
        let pointer = answer.pointers.get(index).map(|pointer| ("@ptr", pointer));
        cells.chain(pointer).map(|(field, value)| json!({"field": field, "value": value})).collect()
    })
}

/// Queries end at once, so there is nothing to stop, and `success` says whether something was stopped.
pub(super) fn stop(service: &LogsService, input: &Value) -> Result<Value, ApiError> {
    let input = Input::of_call(input, &["queryId"])?;
    stored(service, &input)?;
    Ok(json!({"success": false}))
}

pub(super) fn describe(service: &LogsService, input: &Value) -> Result<Value, ApiError> {
    const LARGEST_PAGE: u32 = 1000;
    let statuses = ["Scheduled", "Running", COMPLETE, "Failed", "Cancelled", "Timeout", "Unknown"];
    let input = Input::of_call(input, &["logGroupName", "status", "maxResults", "nextToken", "queryLanguage"])?;
    check_language(&input)?;
    let group = input.text("logGroupName")?;
    let is_wanted = input.one_of("status", &statuses, |status| status)?.is_none_or(|status| status == COMPLETE);
    let size = input.whole("maxResults", 1, LARGEST_PAGE)?.unwrap_or(LARGEST_PAGE) as usize;
    let of_group = |query: &&StoredQuery| group.is_none_or(|group| query.groups.iter().any(|name| name == group));
    let found = service.queries().filter(|_| is_wanted).filter(of_group);
    let (queries, token) = Page::new(input.text("nextToken")?, size)?.of(found);
    let queries: Vec<_> = queries.into_iter().map(described).collect();
    Ok(with_token(json!({"queries": queries}), token))
}

fn described(query: &StoredQuery) -> Value {
    let mut told = json!({
        "queryLanguage": LANGUAGE, "queryId": query.id, "queryString": query.text, "status": COMPLETE,
        "createTime": query.created * 1000, "queryDuration": 0,
        "bytesScanned": query.answer.statistics.bytes_scanned as f64,
    });
    if let [group] = &query.groups[..] {
        told["logGroupName"] = json!(group);
    }
    told
}

fn with_token(mut answer: Value, token: Option<String>) -> Value {
    if let Some(token) = token {
        answer["nextToken"] = json!(token);
    }
    answer
}
