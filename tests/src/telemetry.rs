//! What the functions print on the local AWS is what CloudWatch takes: valid EMF of catalogued metrics, flat JSON logs.

use std::collections::BTreeSet;

use atalaya_contract::FileState;
use atalaya_cloudwatch::emf::{self, Line};
use atalaya_telemetry::catalogue;
use serde_json::Value;

use crate::world::{World, eventually, readings, shared};

/// The lines of a function's log that are JSON objects, with the text they were parsed from.
fn log_lines(world: &World, function: &str) -> Vec<(String, Value)> {
    let group = format!("/aws/lambda/atalaya-{function}");
    let log = world.aws_json(&["logs", "filter-log-events", "--log-group-name", &group]);
    let events = log["events"].as_array().expect("events").iter();
    let messages = events.filter_map(|event| event["message"].as_str()).flat_map(str::lines);
    let parse = |line: &str| Some((line.to_owned(), serde_json::from_str(line).ok()?));
    messages.filter_map(parse).filter(|(_, value): &(String, Value)| value.is_object()).collect()
}

#[test]
fn every_metric_line_is_valid_and_every_log_line_names_its_file() {
    let world = shared();
    let good = world.put("readings/metrics.csv", readings("MET01", 30));
    world.ended(&good, FileState::Available);
    let bad = world.put("readings/metrics-bad.csv", "station,taken_at,celsius,observer\nx,y,z,\n");
    world.ended(&bad, FileState::Rejected);
    let lost = world.put("nowhere/metrics.bin", "?");
    world.ended(&lost, FileState::Unroutable);
    let again = world.put("readings/metrics-again.csv", readings("MET01", 30));
    world.ended(&again, FileState::Duplicate);

    let wanted = [
        ("intake", vec!["FilesReceived", "FilesUnroutable", "ColdStart"]),
        (
            "process",
            vec![
                "FilesAvailable",
                "FilesRejected",
                "FilesDuplicate",
                "FileLatency",
                "ProcessDuration",
                "RowsRead",
                "RowsAccepted",
                "RowsRejected",
                "BytesRead",
                "BytesWritten",
                "ColdStart",
            ],
        ),
        ("notify", vec!["NoticesSent", "ColdStart"]),
    ];
    for (function, metrics) in wanted {
        eventually(&format!("the metrics of {function}"), || {
            let seen = metrics_of(&log_lines(world, function));
            let missing: Vec<_> = metrics.iter().filter(|name| !seen.contains(**name)).collect();
            if missing.is_empty() { Ok(()) } else { Err(format!("{missing:?} missing of {seen:?}")) }
        });
    }
    let lines = log_lines(world, "process");
    let about = |line: &&(String, Value)| line.1["file_id"] == good.as_str() && line.1.get("_aws").is_none();
    let told = lines.iter().find(about).expect("process logs about the file");
    for field in ["timestamp", "level", "message", "dataset", "bucket", "key", "stage", "request_id", "execution"] {
        assert!(told.1[field].is_string(), "{field} in {}", told.0);
    }
}

/// Names of all metrics in the lines, having checked each line against the rules of EMF and the catalogue.
fn metrics_of(lines: &[(String, Value)]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (line, document) in lines.iter().filter(|(_, document)| document.get("_aws").is_some()) {
        let Line::Emf(extracted) = emf::read(line) else { panic!("the line is no EMF: {line}") };
        assert_eq!(extracted.faults().collect::<Vec<_>>(), [""; 0], "{line}");
        assert_eq!(catalogue::disagreements(document), Vec::<String>::new(), "{line}");
        let directives = document["_aws"]["CloudWatchMetrics"].as_array().expect("checked");
        let metrics = directives.iter().flat_map(|directive| directive["Metrics"].as_array().expect("checked"));
        names.extend(metrics.filter_map(|metric| metric["Name"].as_str()).map(str::to_owned));
    }
    names
}
