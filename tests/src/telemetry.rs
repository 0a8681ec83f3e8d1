//! What the functions print on the local AWS is what CloudWatch takes: every metric of the catalogue is really emitted,
//! in valid lines, with the dimensions that the catalogue names; logs are flat JSON that names its file.

use std::{
    collections::BTreeSet,
    io::Write as _,
    process::{Command, Stdio},
};

use atalaya_cloudwatch::{
    MetricId,
    emf::{self, Line},
};
use atalaya_contract::FUNCTIONS;
use atalaya_contract::FileState;
use atalaya_telemetry::{
    Metric,
    catalogue::{self, NAMESPACE},
};
use serde_json::Value;

use crate::world::{World, eventually, project, readings, send_canary, set_variable};

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
fn every_metric_of_the_catalogue_is_emitted_and_every_line_is_valid() {
    let world = World::start();
    let good = every_kind_of_file(&world);
    every_kind_of_page(&world);
    every_trouble(&world);
    eventually("every metric of the catalogue", || {
        let missing = world.local.with_cloudwatch(|cloudwatch| {
            let seen: BTreeSet<_> = cloudwatch.store().metrics().map(|(metric, _)| identity(metric)).collect();
            expected().difference(&seen).cloned().collect::<Vec<_>>()
        });
        if missing.is_empty() { Ok(()) } else { Err(format!("missing: {missing:?}")) }
    });

    let mut emf_lines = Vec::new();
    for function in FUNCTIONS {
        for (line, document) in log_lines(&world, function) {
            if document.get("_aws").is_some() {
                judge(&line, &document);
                emf_lines.push(line);
            }
        }
    }
    by_the_published_schema(&emf_lines);
    every_asker_of_s3(&world);
    the_files_record_tells_its_requests(&emf_lines, &good);

    let lines = log_lines(&world, "process");
    let about = |line: &&(String, Value)| line.1["file_id"] == good && line.1.get("_aws").is_none();
    let told = lines.iter().find(about).expect("process logs about the file");
    for field in ["timestamp", "level", "message", "dataset", "bucket", "key", "stage", "request_id", "execution"] {
        assert!(told.1[field].is_string(), "{field} in {}", told.0);
    }
    world.stop();
}

/// The steps that read S3, and those that write to it or list it: all but notify.
fn every_asker_of_s3(world: &World) {
    let stages = |metric: Metric| -> BTreeSet<String> {
        world.local.with_cloudwatch(|cloudwatch| {
            let metrics = cloudwatch.store().metrics().filter(|(id, _)| id.name == metric.name());
            metrics.filter_map(|(id, _)| id.dimensions.get("Stage").cloned()).collect()
        })
    };
    assert_eq!(stages(Metric::ObjectReads), ["canary", "intake", "process"].map(str::to_owned).into());
    assert_eq!(stages(Metric::ObjectWrites), ["canary", "intake", "page", "process"].map(str::to_owned).into());
}

/// The file is read by one request at least, and its rows are written by another; the line that tells the outcome tells
/// them too.
fn the_files_record_tells_its_requests(emf_lines: &[String], id: &str) {
    let documents = emf_lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let record = documents.into_iter().find(|document| document["file_id"] == id).expect("the record of the file");
    for metric in [Metric::ObjectReads, Metric::ObjectWrites] {
        assert!(record[metric.name()].as_u64().is_some_and(|requests| requests >= 1), "{metric} in {record}");
    }
}

/// Each metric with each of its sets of dimension names.
fn expected() -> BTreeSet<(String, Vec<String>)> {
    let sets = |metric: &Metric| {
        let definition = metric.definition();
        let names = |set: &&[catalogue::Dimension]| set.iter().map(|each| each.name().to_owned()).collect();
        definition.dimensions.iter().map(|set| (definition.name.to_owned(), names(set))).collect::<Vec<_>>()
    };
    Metric::ALL.iter().flat_map(sets).collect()
}

fn identity(metric: &MetricId) -> (String, Vec<String>) {
    assert!(metric.namespace == NAMESPACE || metric.namespace.starts_with("AWS/"), "{metric}");
    (metric.name.clone(), metric.dimensions.keys().cloned().collect())
}

/// Answers with the id of an available one.
fn every_kind_of_file(world: &World) -> String {
    let broken = project().join("tests/contracts/broken.odcs.yaml");
    let contracts = &world.local.outputs().contracts_bucket;
    world.aws(&["s3", "cp", broken.to_str().expect("UTF-8"), &format!("s3://{contracts}/")]);
    let good = world.put("readings/metrics.csv", readings("MET01", 30));
    world.ended(&good, FileState::Available);
    let bad = world.put("readings/metrics-bad.csv", "station,taken_at,celsius,observer\nx,y,z,\n");
    world.ended(&bad, FileState::Rejected);
    let lost = world.put("nowhere/metrics.bin", "?");
    world.ended(&lost, FileState::Unroutable);
    let again = world.put("readings/metrics-again.csv", readings("MET01", 30));
    world.ended(&again, FileState::Duplicate);
    send_canary(world);
    good.to_string()
}

/// An alarm that pages, and one that is quiet since its parent speaks for it.
fn every_kind_of_page(world: &World) {
    for alarm in ["FilesFailed", "NotifyDlq"] {
        set_alarm(world, alarm, "ALARM");
    }
}

/// What is counted when something fails.
fn every_trouble(world: &World) {
    let curated = set_variable(world, "process", "ATALAYA_CURATED_BUCKET", "of-a-bad-release");
    let unlucky = world.put("readings/metrics-unlucky.csv", readings("MET02", 3));
    world.ended(&unlucky, FileState::Failed);
    set_variable(world, "process", "ATALAYA_CURATED_BUCKET", &curated);

    let gone = |topic: &str| format!("{topic}-of-a-bad-release");
    let outputs = world.local.outputs();
    set_variable(world, "page", "ATALAYA_ON_CALL_PAGE_TOPIC_ARN", &gone(&outputs.all["OnCallPageTopicArn"]));
    set_alarm(world, "FilesFailed", "OK");
    set_variable(world, "notify", "ATALAYA_DATA_USERS_TOPIC_ARN", &gone(&outputs.data_users_topic_arn));
    world.put("readings/metrics-untold.csv", readings("MET03", 3));
}

fn set_alarm(world: &World, alarm: &str, state: &str) {
    let name = format!("atalaya-{alarm}");
    let reason = ["--state-value", state, "--state-reason", "a test"];
    world.cloudwatch(&[&["set-alarm-state", "--alarm-name", &name], &reason[..]].concat());
}

/// Fails unless CloudWatch reads every metric of the line, and the catalogue knows them all.
fn judge(line: &str, document: &Value) {
    let Line::Emf(extracted) = emf::read(line) else { panic!("no EMF: {line}") };
    assert!(extracted.parsing_errors.is_empty(), "{:?}: {line}", extracted.parsing_errors);
    assert!(extracted.validation_errors.is_empty(), "{:?}: {line}", extracted.validation_errors);
    assert_eq!(catalogue::disagreements(document), Vec::<String>::new(), "{line}");
}

/// The schema that is published with the format, judged by a validator that others wrote.
fn by_the_published_schema(lines: &[String]) {
    let schema = project().join("../shared/reference/data/emf/emf-schema.json");
    let (true, Ok(python)) = (schema.is_file(), std::env::var("ATALAYA_TEST_PYTHON")) else {
        println!("skipped: the schema of EMF is not there, or ATALAYA_TEST_PYTHON names no Python with jsonschema");
        return;
    };
    let mut command = Command::new(python);
    command.arg(project().join("tests/readers/emf.py")).arg(schema);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("python runs");
    child.stdin.take().expect("piped").write_all(lines.join("\n").as_bytes()).expect("python reads");
    let output = child.wait_with_output().expect("python ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "faults by the published schema");
    println!("{} lines satisfy the published schema", lines.len());
}
