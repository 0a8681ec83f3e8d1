//! Queries of CloudWatch Logs Insights, through the SDK.

use std::time::{Duration, Instant};

use atalaya_cloud::{CloudError, ErrorKind, SdkConfig, SdkResult as _};
use atalaya_cloudwatch::TimeRange;
use atalaya_cloudwatch_insights::{Answer, Query, Statistics, logs as memory};
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::operation::get_query_results::GetQueryResultsOutput;
use aws_sdk_cloudwatchlogs::types::{QueryStatus, ResultField};

/// How often a query is asked whether it is done.
const ASK_EVERY: Duration = Duration::from_millis(250);
/// How long a query may take.
const DEADLINE: Duration = Duration::from_secs(60);
/// The field that points at a whole record.
const POINTER: &str = "@ptr";

/// A client, with the calls that commands make.
#[derive(Debug, Clone)]
pub struct Logs(Client);

impl Logs {
    /// By this configuration. `endpoint_url` is the client's own address, since the configuration's is that of every
    /// other service; without one it is the configuration's.
    #[must_use]
    pub fn new(config: &SdkConfig, endpoint_url: Option<String>) -> Self {
        let mut config = aws_sdk_cloudwatchlogs::config::Builder::from(config);
        if endpoint_url.is_some() {
            config.set_endpoint_url(endpoint_url);
        }
        Self(Client::from_conf(config.build()))
    }

    /// Runs a query over these groups, from `start` until just before `end` (seconds since 1970), and waits for its end
    /// (`logs:StartQuery`, `logs:GetQueryResults`, `logs:StopQuery`).
    ///
    /// # Errors
    /// `Timeout` where it takes more than a minute; where CloudWatch refuses the query or cannot be asked.
    pub async fn search(&self, groups: &[String], query: &str, start: i64, end: i64) -> Result<Answer, CloudError> {
        // Both ends belong to the time of a query (API reference, `StartQuery`).
        let started = self
            .0
            .start_query()
            .set_log_group_names(Some(groups.to_vec()))
            .query_string(query)
            .start_time(start)
            .end_time(end - 1)
            .send()
            .await
            .of_call(|| format!("StartQuery {}", groups.join(" ")))?;
        let id = started.query_id().unwrap_or_default().to_owned();
        let failed = |kind, why| CloudError::new(kind, format!("GetQueryResults {id}"), why);
        let begun = Instant::now();
        loop {
            let results = self.0.get_query_results().query_id(&id).send().await;
            let results = results.of_call(|| format!("GetQueryResults {id}"))?;
            match results.status() {
                Some(QueryStatus::Scheduled | QueryStatus::Running) if begun.elapsed() < DEADLINE => {
                    tokio::time::sleep(ASK_EVERY).await;
                }
                Some(QueryStatus::Complete) => return Ok(answer(query, groups, &results)),
                Some(QueryStatus::Scheduled | QueryStatus::Running) => {
                    // That nobody waits for it any more is all that is meant; it ends by itself, too.
                    let _ = self.0.stop_query().query_id(&id).send().await;
                    let seconds = DEADLINE.as_secs();
                    return Err(failed(ErrorKind::Timeout, format!("not complete after {seconds} s")));
                }
                other => {
                    let status = other.map_or("without a status", QueryStatus::as_str);
                    return Err(failed(ErrorKind::Unavailable, format!("the query ended as {status}")));
                }
            }
        }
    }
}

/// The rows with the columns that the query has. What of a row CloudWatch leaves out is empty.
fn answer(query: &str, groups: &[String], results: &GetQueryResultsOutput) -> Answer {
    let mut answer = shape(query, groups).unwrap_or_else(|| Answer {
        columns: columns(results),
        rows: Vec::new(),
        statistics: Statistics::default(),
        pointers: Vec::new(),
        time_series: None,
    });
    for row in results.results() {
        let cell =
            |column: &String| row.iter().find(|field| field.field() == Some(column)).and_then(ResultField::value);
        answer.rows.push(answer.columns.iter().map(|column| cell(column).map(str::to_owned)).collect());
        let pointer = row.iter().find(|field| field.field() == Some(POINTER)).and_then(ResultField::value);
        answer.pointers.extend(pointer.map(str::to_owned));
    }
    let whole = |number: f64| number.max(0.0) as u64;
    answer.statistics = results.statistics().map_or_else(Statistics::default, |found| Statistics {
        records_matched: whole(found.records_matched()),
        records_scanned: whole(found.records_scanned()),
        bytes_scanned: whole(found.bytes_scanned()),
    });
    answer
}

/// The answer without rows: its columns, and which of them make lines over time, follow from the query alone. Nothing of
/// a query that only CloudWatch understands.
fn shape(query: &str, groups: &[String]) -> Option<Answer> {
    let names: Vec<_> = groups.iter().map(String::as_str).collect();
    let nothing = memory::Logs::new(memory::Limits::default());
    Query::parse(query).ok()?.run(&nothing, &names, TimeRange { start: 0, end: 1 }, 0).ok()
}

/// The columns that the rows themselves have, in the order in which they first appear.
fn columns(results: &GetQueryResultsOutput) -> Vec<String> {
    let mut columns = Vec::new();
    for name in results.results().iter().flatten().filter_map(ResultField::field).filter(|name| *name != POINTER) {
        if !columns.iter().any(|known| known == name) {
            columns.push(name.to_owned());
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_get_the_columns_of_the_query() {
        let field = |name: &str, value: &str| ResultField::builder().field(name).value(value).build();
        let results = GetQueryResultsOutput::builder()
            .results(vec![field("errors", "3"), field("bin(5m)", "2026-01-05 08:00:00.000")])
            .results(vec![field("bin(5m)", "2026-01-05 08:05:00.000")])
            .build();
        let query = "filter level = 'ERROR' | stats count(*) as errors by bin(5m)";
        let answer = answer(query, &["/aws/lambda/a".to_owned()], &results);
        let errors = answer.column("errors").expect("a column");
        let cells: Vec<_> = answer.rows.iter().map(|row| row[errors].as_deref()).collect();
        assert_eq!(cells, [Some("3"), None]);
        assert_eq!(answer.time_series.expect("lines over time").period, 300);
    }

    #[test]
    fn a_query_that_only_cloudwatch_understands_has_the_columns_of_its_rows() {
        let field = |name: &str, value: &str| ResultField::builder().field(name).value(value).build();
        let results = GetQueryResultsOutput::builder()
            .results(vec![field("@message", "a"), field("@ptr", "p1")])
            .results(vec![field("trend", "3"), field("@message", "b"), field("@ptr", "p2")])
            .build();
        let answer = answer("SELECT * FROM something new", &["/aws/lambda/a".to_owned()], &results);
        assert_eq!(answer.columns, ["@message", "trend"]);
        let cells: Vec<Vec<_>> = answer.rows.iter().map(|row| row.iter().map(Option::as_deref).collect()).collect();
        assert_eq!(cells, [[Some("a"), None], [Some("b"), Some("3")]]);
        assert_eq!(answer.pointers, ["p1", "p2"]);
        assert!(answer.time_series.is_none());
    }
}
