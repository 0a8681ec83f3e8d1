//! The estimate of costs, against the same sum done by hand.

use std::collections::BTreeMap;

use atalaya_cloudwatch::{Account, CloudWatch, MetricDatum, MetricId, Resolution, TimeRange, Unit, Values};
use atalaya_cloudwatch_dashboard::{Content, Number, View, look};
use atalaya_cloudwatch_insights::logs::Logs;
use atalaya_contract::FUNCTIONS;

use super::{bodies, place, with_feed};
use crate::stacks::FEEDS;

/// A Thursday at noon, UTC.
const NOW: i64 = 1_767_268_800;
/// Three hours.
const RANGE: i64 = 10_800;
/// Of 730 hours.
const MONTH: f64 = 2_628_000.0;

/// What 1000 files did: the metric, its dimensions, and the values that were measured of it, all alike.
fn counted() -> Vec<(MetricId, f64, f64)> {
    let mut counted = Vec::new();
    let mut add = |namespace: &str, name: &str, dimensions: &[(&str, &str)], value: f64, times: f64| {
        counted.push((MetricId::new(namespace, name, dimensions.iter().copied()), value, times));
    };
    for function in FUNCTIONS {
        let name = format!("atalaya-{function}");
        add("AWS/Lambda", "Invocations", &[("FunctionName", &name)], 1.0, 1000.0);
        add("AWS/Lambda", "Duration", &[("FunctionName", &name)], 100.0, 1000.0);
        let group = format!("/aws/lambda/{name}");
        add("AWS/Logs", "IncomingBytes", &[("LogGroupName", &group)], f64::from(1 << 20), 100.0);
    }
    add("AWS/States", "ConsumedCapacity", &[("ServiceMetric", "StateTransition")], 3.0, 1000.0);
    let table = ("TableName", "atalaya-ledger");
    for dimensions in [
        &[table][..],
        &[table, ("GlobalSecondaryIndexName", "by-dataset")],
        &[table, ("GlobalSecondaryIndexName", "by-state")],
    ] {
        add("AWS/DynamoDB", "ConsumedReadCapacityUnits", dimensions, 0.5, 2000.0);
        add("AWS/DynamoDB", "ConsumedWriteCapacityUnits", dimensions, 2.0, 1000.0);
    }
    for stage in ["intake", "process", "page", "canary"] {
        add("Atalaya", "ObjectReads", &[("Stage", stage)], 2.0, 250.0);
        add("Atalaya", "ObjectWrites", &[("Stage", stage)], 1.0, 500.0);
    }
    for name in ["NumberOfMessagesSent", "NumberOfMessagesReceived", "NumberOfMessagesDeleted", "NumberOfEmptyReceives"]
    {
        add("AWS/SQS", name, &[("QueueName", "atalaya-intake")], 1.0, 1000.0);
    }
    for topic in ["data-users", "alarms", "on-call-page", "on-call-ticket"] {
        let name = format!("atalaya-{topic}");
        add("AWS/SNS", "NumberOfMessagesPublished", &[("TopicName", &name)], 1.0, 250.0);
    }
    add("AWS/Events", "PutEventsEntriesCount", &[], 1.0, 1000.0);
    add("Atalaya", "FilesReceived", &[], 1.0, 1000.0);
    counted
}

/// The bill of that, in US dollars, by the price lists of us-east-1.
const BILL: [(&str, f64); 8] = [
    // 5 functions, 1000 invocations of 100 ms each; process has 2 GiB, the others a quarter each: 3 GiB, 300 GB-seconds.
    ("Lambda", 5000.0 * 0.20 / 1e6 + 300.0 * 0.000_013_333_4),
    ("Step Functions", 3000.0 * 0.025 / 1000.0),
    ("DynamoDB", 3000.0 * 0.125 / 1e6 + 6000.0 * 0.625 / 1e6),
    ("S3 requests", 2000.0 * 0.0004 / 1000.0 + 2000.0 * 0.005 / 1000.0),
    ("SQS", 4000.0 * 0.40 / 1e6),
    ("SNS", 1000.0 * 0.50 / 1e6),
    ("EventBridge", 1000.0 * 1.00 / 1e6),
    // 5 logs of 100 MiB.
    ("CloudWatch Logs", 500.0 / 1024.0 * 0.50),
];

#[test]
fn the_estimate_equals_the_bill_of_what_was_counted() {
    let mut cloudwatch = CloudWatch::new(Account::default(), NOW);
    for (metric, value, times) in counted() {
        // Half of it at the beginning of the range, half near its end.
        for at in [NOW - RANGE, NOW - 600] {
            let (resolution, values) = (Resolution::Standard, Values::Samples(vec![(value, times / 2.0)]));
            let datum = MetricDatum { metric: metric.clone(), at, unit: Unit::None, resolution, values };
            cloudwatch.store_mut().put(&datum, NOW).unwrap_or_else(|error| panic!("{metric}: {error}"));
        }
    }
    let bill: BTreeMap<_, _> = BILL.into();
    let total: f64 = bill.values().sum();

    let done = figures(&cloudwatch, "Variable cost in the whole time range (US dollars)");
    is_near(done["In this time"], total, "the time range");
    is_near(done["A month at this rate"], total * MONTH / RANGE as f64, "the month");
    is_near(done["For 1000 files"], total, "1000 files");
    let by_service = figures(&cloudwatch, "Cost by service in the whole time range (US dollars)");
    assert_eq!(by_service.len(), bill.len(), "{by_service:?}");
    for (service, dollars) in bill {
        is_near(by_service[service], dollars, service);
    }
    let over_time = figures(&cloudwatch, "Cost by service over time (US dollars per period)");
    is_near(over_time.values().sum(), total, "all periods");
}

/// The figures of a widget of Cost by their labels; of a graph, the sum of each line.
fn figures(cloudwatch: &CloudWatch, title: &str) -> BTreeMap<String, f64> {
    let seen = with_feed(&bodies(), FEEDS[0]).expect("valid");
    let cost = seen.dashboards.last().expect("four");
    let view = View::new(TimeRange { start: NOW - RANGE, end: NOW }, NOW);
    let panels = look(cloudwatch, &Logs::default(), cost, &view);
    let panel = panels.into_iter().find(|panel| panel.title == title).unwrap_or_else(|| panic!("no {title:?}"));
    let value = |number: Number| (number.label.clone(), number.value.unwrap_or_else(|| panic!("no {}", number.label)));
    match panel.content {
        Content::Numbers(numbers) => numbers.numbers.into_iter().map(value).collect(),
        Content::Bars(shares) => shares.numbers.into_iter().map(value).collect(),
        Content::Graph(graph) => {
            let sum = |points: &[(i64, f64)]| points.iter().map(|(_, value)| value).sum();
            graph.series.into_iter().map(|line| (line.label, sum(&line.points))).collect()
        }
        other => panic!("{}: {other:?}", place(cost, &cost.widgets()[panel.index])),
    }
}

fn is_near(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{what}: {found} dollars, not {expected}");
}
