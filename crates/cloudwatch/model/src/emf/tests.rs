use std::path::PathBuf;

use serde_json::json;

use super::*;
use crate::{Frame, Resolution, Statistic, Values};

const NOW: i64 = 1_767_225_600;

fn valid() -> Value {
    json!({
        "_aws": {"Timestamp": NOW * 1000 + 250, "CloudWatchMetrics": [{
            "Namespace": "Acme/Pipeline",
            "Dimensions": [[], ["stage"], ["stage", "dataset"]],
            "Metrics": [{"Name": "rows", "Unit": "Count"}, {"Name": "ms", "Unit": "Milliseconds", "StorageResolution": 1}],
        }]},
        "stage": "ingest", "dataset": "orders", "rows": 1200, "ms": [3.1, 4.7, 2.2], "request_id": "989ffbf8",
    })
}

fn extracted(line: &str) -> Extracted {
    match read(line) {
        Line::Emf(extracted) => extracted,
        Line::NotEmf => panic!("not EMF: {line}"),
    }
}

fn changed(change: impl FnOnce(&mut Value)) -> Extracted {
    let mut document = valid();
    change(&mut document);
    extracted(&document.to_string())
}

fn directive(document: &mut Value) -> &mut Value {
    &mut document["_aws"]["CloudWatchMetrics"][0]
}

fn remove(document: &mut Value, member: &str) {
    document.as_object_mut().expect("an object").remove(member).expect(member);
}

#[test]
fn every_metric_is_published_for_every_set() {
    let found = changed(|_| {});
    assert_eq!(found.faults().count(), 0, "{found:?}");
    let names: Vec<_> = found.data.iter().map(|datum| datum.metric.to_string()).collect();
    assert_eq!(
        names,
        [
            "Acme/Pipeline rows",
            "Acme/Pipeline rows {stage=ingest}",
            "Acme/Pipeline rows {dataset=orders, stage=ingest}",
            "Acme/Pipeline ms",
            "Acme/Pipeline ms {stage=ingest}",
            "Acme/Pipeline ms {dataset=orders, stage=ingest}",
        ]
    );
    let last = &found.data[5];
    assert_eq!((last.at, last.unit, last.resolution), (NOW, Unit::Milliseconds, Resolution::High));
    assert_eq!(last.values, Values::Samples(vec![(3.1, 1.0), (4.7, 1.0), (2.2, 1.0)]));
    assert_eq!((found.data[0].unit, found.data[0].resolution), (Unit::Count, Resolution::Standard));
}

#[test]
fn what_is_at_a_limit_passes() {
    type Change = fn(&mut Value);
    let changes: &[Change] = &[
        |d| d["rows"] = json!(vec![1; 100]),
        |d| d["rows"] = json!([]),
        |d| d["stage"] = "x".repeat(1024).into(),
        |d| directive(d)["Metrics"] = json!(vec![json!({"Name": "rows"}); 100]),
        |d| directive(d)["Dimensions"] = json!([vec!["stage"; 30]]),
        |d| directive(d)["Metrics"][0]["Comment"] = json!({"unknown": "members are ignored"}),
        |d| d["_aws"]["LogGroupName"] = json!(7),
        |d| d["rows"] = json!(-2.0_f64.powi(360)),
    ];
    for change in changes {
        let found = changed(change);
        assert_eq!(found.faults().count(), 0, "{found:?}");
    }
    assert_eq!(changed(|d| d["rows"] = json!([])).data.len(), 3, "an empty array is no datum");
    assert_eq!(changed(|d| directive(d)["Dimensions"] = json!([[]])).data.len(), 2);
}

#[test]
fn a_wrong_build_is_one_parsing_error_and_drops_all() {
    type Change = fn(&mut Value);
    let cases: &[(&str, Change)] = &[
        ("_aws.Timestamp: is missing", |d| remove(&mut d["_aws"], "Timestamp")),
        ("_aws.Timestamp: is a text, not a whole number of milliseconds", |d| d["_aws"]["Timestamp"] = "1".into()),
        ("_aws.Timestamp: is the number 1.5, not a whole number", |d| d["_aws"]["Timestamp"] = json!(1.5)),
        ("_aws.CloudWatchMetrics: is null, not an array", |d| d["_aws"]["CloudWatchMetrics"] = json!(null)),
        ("_aws.CloudWatchMetrics[0]: is the number 1, not an object", |d| *directive(d) = json!(1)),
        ("_aws.CloudWatchMetrics[0].Namespace: is missing", |d| remove(directive(d), "Namespace")),
        ("[0].Namespace: is the number 7, not a text", |d| directive(d)["Namespace"] = json!(7)),
        ("[0].Dimensions: is missing", |d| remove(directive(d), "Dimensions")),
        ("[0].Dimensions: is a text, not an array", |d| directive(d)["Dimensions"] = json!("stage")),
        ("[0].Dimensions[0]: is a text, not an array", |d| directive(d)["Dimensions"] = json!(["stage"])),
        ("[0].Dimensions[0][0]: is the number 1, not a text", |d| directive(d)["Dimensions"] = json!([[1]])),
        ("[0].Metrics: is an object, not an array", |d| directive(d)["Metrics"] = json!({})),
        ("[0].Metrics: is missing", |d| remove(directive(d), "Metrics")),
        ("[0].Metrics[1]: is a text, not an object", |d| directive(d)["Metrics"][1] = json!("ms")),
        ("[0].Metrics[0].Name: is missing", |d| remove(&mut directive(d)["Metrics"][0], "Name")),
        ("[0].Metrics[0].Unit: is null, not a text", |d| directive(d)["Metrics"][0]["Unit"] = json!(null)),
        ("StorageResolution: is a text", |d| directive(d)["Metrics"][0]["StorageResolution"] = json!("1")),
        ("1048551 bytes are more than", |d| {
            let length = d.to_string().len() + r#","padding":"""#.len();
            d["padding"] = "x".repeat(MAX_EVENT_BYTES + 1 - length).into();
        }),
    ];
    for (words, change) in cases {
        let found = changed(change);
        assert_eq!((found.parsing_errors.len(), found.validation_errors.len()), (1, 0), "{words}: {found:?}");
        assert!(found.parsing_errors[0].contains(words), "{words}: {found:?}");
        assert_eq!(found.data, [], "{words}");
    }
    let found = changed(|d| {
        remove(directive(d), "Namespace");
        directive(d)["Metrics"][0]["Name"] = json!(1);
    });
    assert_eq!(found.parsing_errors.len(), 2, "each place is named: {found:?}");
    assert_eq!(counted(&found.parsing_errors, &found.validation_errors), (1, 0));
}

#[test]
fn a_broken_rule_drops_what_it_concerns() {
    type Change = fn(&mut Value);
    // Words of the one error, and how many of the six data are left: 0 without the directive, 4 without one of the
    // three sets, 2 without two of them, 3 without one of the two metrics.
    let cases: &[(&str, usize, Change)] = &[
        ("namespace `` is empty (the directive's", 0, |d| directive(d)["Namespace"] = "".into()),
        ("namespace `a b` has ' '", 0, |d| directive(d)["Namespace"] = "a b".into()),
        ("namespace `:a` begins with a colon", 0, |d| directive(d)["Namespace"] = ":a".into()),
        ("has 256 characters", 0, |d| directive(d)["Namespace"] = "n".repeat(256).into()),
        ("Dimensions has no set", 0, |d| directive(d)["Dimensions"] = json!([])),
        ("101 metrics are more than", 0, |d| directive(d)["Metrics"] = json!(vec![json!({"Name": "rows"}); 101])),
        ("[0].Dimensions[2]: dimension `dataset` is not at the root", 4, |d| remove(d, "dataset")),
        ("dimension `dataset` is true or false at the root, not a text", 4, |d| d["dataset"] = json!(true)),
        ("dimension `dataset` is the number 7 at the root", 4, |d| d["dataset"] = json!(7)),
        ("value of dimension `dataset` `` is empty", 4, |d| d["dataset"] = "".into()),
        ("value of dimension `dataset` ` ` is blank", 4, |d| d["dataset"] = " ".into()),
        ("`año` has 'ñ'; it may have printable ASCII", 4, |d| d["dataset"] = "año".into()),
        ("has 1025 characters, more than 1024", 4, |d| d["dataset"] = "x".repeat(1025).into()),
        ("31 dimensions are more than the 30 of a set (the metrics of these dimensions are dropped)", 4, |d| {
            directive(d)["Dimensions"][2] = json!(vec!["stage"; 31]);
        }),
        ("more than 250 characters", 4, |d| {
            d["d".repeat(251)] = "x".into();
            directive(d)["Dimensions"][2] = json!(["d".repeat(251)]);
        }),
        ("dimension name `:stage` begins with a colon", 4, |d| directive(d)["Dimensions"][2] = json!([":stage"])),
        ("[0].Metrics[0] (`rows`): its value is not at the root of the document (the metric is dropped)", 3, |d| {
            remove(d, "rows");
        }),
        ("its value is null, not a number", 3, |d| d["rows"] = json!(null)),
        ("its value is an object, not a number", 3, |d| d["rows"] = json!({"Values": [1], "Counts": [1]})),
        ("[0].Metrics[1] (`ms`): its value is a text, not a number", 3, |d| d["ms"] = json!([1, "2"])),
        ("101 values are more than 100", 3, |d| d["rows"] = json!(vec![1; 101])),
        ("is not a number between -2^360 and 2^360", 3, |d| d["rows"] = json!(1e109)),
        ("`count` is no unit of CloudWatch", 3, |d| directive(d)["Metrics"][0]["Unit"] = "count".into()),
        ("StorageResolution is 5, not 1 or 60", 3, |d| directive(d)["Metrics"][0]["StorageResolution"] = json!(5)),
        ("metric name `` is empty", 3, |d| {
            d[""] = json!(1);
            directive(d)["Metrics"][0]["Name"] = "".into();
        }),
        ("has 256 characters, more than 255", 3, |d| {
            d["n".repeat(256)] = json!(1);
            directive(d)["Metrics"][0]["Name"] = "n".repeat(256).into();
        }),
    ];
    for (words, left, change) in cases {
        let found = changed(change);
        assert_eq!((found.parsing_errors.len(), found.validation_errors.len()), (0, 1), "{words}: {found:?}");
        assert!(found.validation_errors[0].contains(words), "{words}: {found:?}");
        assert_eq!(found.data.len(), *left, "{words}");
    }
}

#[test]
fn several_faults_are_all_named() {
    let found = changed(|d| {
        directive(d)["Namespace"] = "".into();
        directive(d)["Metrics"][0]["Unit"] = "rows".into();
        directive(d)["Metrics"][0]["StorageResolution"] = json!(0);
        remove(d, "stage");
    });
    assert_eq!(found.validation_errors.len(), 4, "the directive, two sets and a metric: {found:?}");
    let metric = found.validation_errors.last().expect("an error");
    assert!(metric.contains("`rows` is no unit") && metric.contains("; StorageResolution is 0"), "{metric}");
}

#[test]
fn a_fault_of_one_directive_leaves_the_others() {
    let found = changed(|d| {
        let mut second = directive(d).clone();
        second["Namespace"] = "a b".into();
        d["_aws"]["CloudWatchMetrics"].as_array_mut().expect("an array").push(second);
    });
    assert_eq!(found.data.len(), 6);
    assert!(found.validation_errors[0].starts_with("_aws.CloudWatchMetrics[1]: namespace"), "{found:?}");
}

#[test]
fn names_of_members_are_plain_keys() {
    let mut document = valid();
    document["a.b"] = json!(1);
    directive(&mut document)["Metrics"][0]["Name"] = "a.b".into();
    assert_eq!(extracted(&document.to_string()).faults().count(), 0);
    remove(&mut document, "a.b");
    document["a"] = json!({"b": 1});
    assert_eq!(extracted(&document.to_string()).validation_errors.len(), 1);
}

#[test]
fn a_line_without_a_document_is_no_fault() {
    let document = valid().to_string();
    for line in [
        "",
        "START RequestId: 6d68ca91-49c9-448d-89b8-7ca3e6dc66aa Version: $LATEST",
        "{\"level\":\"INFO\",\"message\":\"_aws\"}",
        "{\"_aws\":{}}",
        "{\"_aws\":7}",
        "{\"_aws\":{\"Timestamp\":1}}",
        "[{\"_aws\":{\"CloudWatchMetrics\":[]}}]",
        &format!("{document} done"),
        &format!("{document}{document}"),
        &format!("hello {document}"),
        &document[1..],
    ] {
        assert_eq!(read(line), Line::NotEmf, "{line}");
    }
}

#[test]
fn lambda_s_fields_and_blanks_may_surround_a_document() {
    let document = valid().to_string();
    let expected = read(&document);
    let prefix = "2026-01-01T00:00:00.000Z\t6d68ca91-49c9-448d-89b8-7ca3e6dc66aa\tINFO\t";
    assert_eq!(read(&format!("{prefix}{document}\n")), expected);
    assert_eq!(read(&document.replacen("_aws", "\\u005faws", 1)), expected, "escapes are those of JSON");
}

/// The sum of a metric in the minute of `NOW`.
fn sum(store: &MetricStore, metric: &MetricId) -> Option<f64> {
    let frame = Frame { start: NOW, period: 60, count: 1 };
    store.read(store.find(metric)?, &Statistic::Sum, None, &frame)[0].map(|point| point.value)
}

#[test]
fn a_line_is_put_into_the_store_and_its_faults_are_counted() {
    let mut store = MetricStore::new();
    let counter = |name| MetricId::new("AWS/Logs", name, [("LogGroupName", "/aws/lambda/orders")]);
    let mut ingest = |change: fn(&mut Value)| {
        let mut document = valid();
        change(&mut document);
        super::ingest(&mut store, "/aws/lambda/orders", &document.to_string(), NOW + 5)
    };
    let report = ingest(|_| {});
    assert_eq!(report, IngestReport { is_emf: true, stored: 6, ..IngestReport::default() });
    assert_eq!(ingest(|d| remove(d, "_aws")), IngestReport::default());
    let report = ingest(|d| {
        d["_aws"]["Timestamp"] = "now".into();
        remove(directive(d), "Metrics");
    });
    assert_eq!((report.stored, report.parsing_errors.len()), (0, 2));
    let report = ingest(|d| {
        remove(d, "rows");
        remove(d, "dataset");
    });
    assert_eq!((report.stored, report.validation_errors.len()), (2, 2));
    let report = ingest(|d| d["_aws"]["Timestamp"] = json!((NOW - 15 * 86_400) * 1000));
    assert_eq!((report.stored, report.validation_errors.len()), (0, 1), "{report:?}");
    assert!(report.validation_errors[0].starts_with("_aws.Timestamp: measured 1296005 seconds before"), "{report:?}");

    assert_eq!(sum(&store, &MetricId::total("Acme/Pipeline", "rows")), Some(1200.0));
    assert_eq!(sum(&store, &counter("EMFParsingErrors")), Some(1.0), "one document is one parsing error");
    assert_eq!(sum(&store, &counter("EMFValidationErrors")), Some(3.0), "two parts, and one time out of the window");
    let series = store.find(&counter("EMFValidationErrors")).expect("the counter");
    assert_eq!(store.units(series), [Unit::None]);
}

/// Published documents and broken ones, each with the outcome that a schema validator and the specification gave.
#[test]
fn the_collected_documents_are_judged_as_recorded() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/reference/data/emf");
    let Ok(expected) = std::fs::read_to_string(folder.join("expected.json")) else {
        println!("skipped: the collected EMF documents are not here");
        return;
    };
    let expected: std::collections::BTreeMap<String, Value> =
        serde_json::from_str(&expected).expect("a table of outcomes");
    assert!(expected.len() > 20, "{} documents", expected.len());
    for (name, outcome) in &expected {
        let document = std::fs::read_to_string(folder.join(name)).expect("a document");
        let line = read(&document);
        let is_valid = matches!(&line, Line::Emf(found) if found.faults().count() == 0);
        assert_eq!(Value::Bool(is_valid), outcome["specification_valid"], "{name}: {line:?}");
        if let (true, Line::Emf(found)) = (is_valid, line) {
            assert_eq!(identities(&found), expected_identities(outcome), "{name}");
        }
    }
}

/// Name and names of dimensions of each datum.
fn identities(found: &Extracted) -> Vec<(String, Vec<String>)> {
    let identity =
        |datum: &MetricDatum| (datum.metric.name.clone(), datum.metric.dimensions.keys().cloned().collect::<Vec<_>>());
    let mut identities: Vec<_> = found.data.iter().map(identity).collect();
    identities.sort();
    identities
}

/// The same from the table of outcomes: every metric with every set of its only directive.
fn expected_identities(outcome: &Value) -> Vec<(String, Vec<String>)> {
    let texts = |list: &Value| -> Vec<String> {
        let texts = list.as_array().expect("a list").iter();
        texts.map(|text| text.as_str().expect("a text").to_owned()).collect()
    };
    let sets = outcome["dimension_sets"][0].as_array().expect("the sets of the only directive");
    let mut identities: Vec<_> = texts(&outcome["metrics"])
        .into_iter()
        .flat_map(|metric| {
            sets.iter().map(move |set| {
                let mut names = texts(set);
                names.sort();
                (metric.clone(), names)
            })
        })
        .collect();
    identities.sort();
    identities
}
