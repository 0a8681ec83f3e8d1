//! What a query of Logs Insights takes over 100,000 events: `cargo bench -p atalaya-cloudwatch --bench insights`.

use std::{hint::black_box, time::Instant};

use atalaya_cloudwatch::TimeRange;
use atalaya_cloudwatch_insights::{
    Query,
    logs::{Limits, LogEvent, Logs},
};

const EVENTS: i64 = 100_000;
const START: i64 = 1_720_191_600;
const GROUP: &str = "/aws/lambda/bench";

fn main() {
    let mut logs = Logs::new(Limits::default());
    for index in 0..EVENTS {
        let at = START * 1000 + index * 36;
        logs.put(GROUP, LogEvent { at, ingested: at, stream: format!("stream-{}", index % 4), message: line(index) });
    }
    let bytes: usize = (0..EVENTS).map(|index| line(index).len()).sum();
    println!("{EVENTS} events, {:.0} bytes each", bytes as f64 / EVENTS as f64);
    for text in [
        "limit 100",
        "fields @timestamp, message, file_id | filter level = 'ERROR' | sort @timestamp desc | limit 20",
        "filter @message like /(?i)unfinished/ | stats count(*)",
        "filter @type = 'REPORT' | stats count(@initDuration), pct(@duration, 95) by bin(5m)",
        "stats count(*), sum(rows), pct(took, 99) by dataset, bin(1m)",
        "parse @message 'file_id\":\"*\"' as file | stats count_distinct(file) by level",
        "fields file_id, rows | sort rows desc, file_id | limit 10",
    ] {
        let query = Query::parse(text).expect("right");
        let range = TimeRange { start: START, end: START + 3600 };
        let run = || query.run(&logs, &[GROUP], range, START + 3600).expect("a group is named");
        let rows = run().rows.len();
        let best = (0..5).map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed().as_secs_f64() * 1e3
        });
        println!("{:>7.1} ms {rows:>6} rows  {text}", best.fold(f64::INFINITY, f64::min));
    }
}

fn line(index: i64) -> String {
    let id = format!("6d68ca91-49c9-448d-89b8-{index:012x}");
    if index % 10 == 9 {
        let cold = if index % 1000 == 9 { "Init Duration: 170.13 ms\t" } else { "" };
        return format!(
            "REPORT RequestId: {id}\tDuration: {}.25 ms\tBilled Duration: 9 ms\tMemory Size: 512 MB\tMax Memory Used: 66 MB\t{cold}",
            index % 977
        );
    }
    let level = if index % 50 == 0 { "ERROR" } else { "INFO" };
    format!(
        r#"{{"timestamp":"2024-07-05T15:00:01.000Z","level":"{level}","message":"read {index} rows","target":"atalaya_process::content","attempt":1,"dataset":"feed-{}","file_id":"f-{}","key":"landing/feed/{index}.csv","request_id":"{id}","rows":{},"stage":"process","took":{}.5}}"#,
        index % 7,
        index % 5000,
        index * 7 % 1009,
        index % 313
    )
}
