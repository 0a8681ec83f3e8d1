//! Queries of CloudWatch Logs Insights, through the SDK.

use std::time::{Duration, Instant};

use atalaya_cloudwatch::TimeRange;
use atalaya_cloudwatch_insights::{Answer, Query, Statistics, logs as memory};
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::operation::get_query_results::GetQueryResultsOutput;
use aws_sdk_cloudwatchlogs::types::{QueryStatus, ResultField};

use crate::connect::refused;
use crate::exit::Failure;

/// How often a query is asked whether it is done.
const ASK_EVERY: Duration = Duration::from_millis(250);
/// How long a query may take.
const DEADLINE: Duration = Duration::from_secs(60);

/// A client, with the calls that commands make.
#[derive(Debug, Clone)]
pub(crate) struct Logs(Client);

impl Logs {
    /// Through this client.
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// Runs a query over these groups, from `start` until just before `end`, and waits for its end.
    pub(crate) async fn search(&self, groups: &[String], query: &str, start: i64, end: i64) -> Result<Answer, Failure> {
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
            .map_err(|error| refused("search the logs", &error))?;
        let id = started.query_id().unwrap_or_default().to_owned();
        let begun = Instant::now();
        loop {
            let results = self.0.get_query_results().query_id(&id).send().await;
            let results = results.map_err(|error| refused("read what the search of the logs found", &error))?;
            match results.status() {
                Some(QueryStatus::Scheduled | QueryStatus::Running) if begun.elapsed() < DEADLINE => {
                    tokio::time::sleep(ASK_EVERY).await;
                }
                Some(QueryStatus::Complete) => return answer(query, groups, &results),
                Some(QueryStatus::Scheduled | QueryStatus::Running) => {
                    // That nobody waits for it any more is all that is meant; it ends by itself, too.
                    let _ = self.0.stop_query().query_id(&id).send().await;
                    let seconds = DEADLINE.as_secs();
                    return Err(Failure::unreachable(format!("the search of the logs took more than {seconds} s")));
                }
                other => {
                    let status = other.map_or("without a status", QueryStatus::as_str);
                    return Err(Failure::unreachable(format!("the search of the logs ended as {status}")));
                }
            }
        }
    }
}

/// The rows with the columns that the query has. What of a row CloudWatch leaves out is empty.
fn answer(query: &str, groups: &[String], results: &GetQueryResultsOutput) -> Result<Answer, Failure> {
    let mut answer = shape(query, groups)?;
    for row in results.results() {
        let cell =
            |column: &String| row.iter().find(|field| field.field() == Some(column)).and_then(ResultField::value);
        answer.rows.push(answer.columns.iter().map(|column| cell(column).map(str::to_owned)).collect());
        let pointer = row.iter().find(|field| field.field() == Some("@ptr")).and_then(ResultField::value);
        answer.pointers.extend(pointer.map(str::to_owned));
    }
    let whole = |number: f64| number.max(0.0) as u64;
    answer.statistics = results.statistics().map_or_else(Statistics::default, |found| Statistics {
        records_matched: whole(found.records_matched()),
        records_scanned: whole(found.records_scanned()),
        bytes_scanned: whole(found.bytes_scanned()),
    });
    Ok(answer)
}

/// The answer without rows: its columns, and which of them make lines over time, follow from the query alone.
fn shape(query: &str, groups: &[String]) -> Result<Answer, Failure> {
    let names: Vec<_> = groups.iter().map(String::as_str).collect();
    let nothing = memory::Logs::new(memory::Limits::default());
    let parsed = Query::parse(query).map_err(|error| Failure::template(error.to_string()))?;
    parsed
        .run(&nothing, &names, TimeRange { start: 0, end: 1 }, 0)
        .map_err(|error| Failure::template(error.to_string()))
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
        let answer = answer(query, &["/aws/lambda/a".to_owned()], &results).expect("the query is right");
        let errors = answer.column("errors").expect("a column");
        let cells: Vec<_> = answer.rows.iter().map(|row| row[errors].as_deref()).collect();
        assert_eq!(cells, [Some("3"), None]);
        assert_eq!(answer.time_series.expect("lines over time").period, 300);
    }
}
