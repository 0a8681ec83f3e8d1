use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;

const ID: &str = "6d68ca91-49c9-448d-89b8-7ca3e6dc66aa";

fn fields(group: &str, message: &str, names: &[&str]) -> Vec<Option<String>> {
    let mut reads = Reads::default();
    names.iter().enumerate().for_each(|(slot, name)| reads.add(name, slot));
    let event = LogEvent { at: 1000, ingested: 2500, stream: "stream".to_owned(), message: message.to_owned() };
    let group = Group::new("123456789012", group);
    let mut row = vec![Value::Null; names.len()];
    reads.read(&event, &group, &mut row);
    row.iter().map(|value| value.printed().map(Cow::into_owned)).collect()
}

#[track_caller]
fn check(group: &str, message: &str, expected: &[(&str, Option<&str>)]) {
    let names: Vec<_> = expected.iter().map(|(name, _)| *name).collect();
    let found = fields(group, message, &names);
    let expected: Vec<_> = expected.iter().map(|(_, value)| value.map(str::to_owned)).collect();
    assert_eq!(found, expected, "{names:?} of {message}");
}

#[test]
fn every_event_has_system_fields() {
    check(
        "/g",
        "a line",
        &[
            ("@message", Some("a line")),
            ("@timestamp", Some("1970-01-01 00:00:01.000")),
            ("@ingestionTime", Some("1970-01-01 00:00:02.500")),
            ("@logStream", Some("stream")),
            ("@log", Some("123456789012:/g")),
            ("@type", None),
            ("@entity.KeyAttributes.Name", None),
            ("message", None),
        ],
    );
}

#[test]
fn json_is_flattened() {
    let event = json!({
        "level": "ERROR", "rows": 3, "ratio": 0.25, "done": true, "none": null, "huge": u64::MAX,
        "nested": {"items": [{"id": 7}, "x"], "deep": {"er": "value"}}, "dotted.name": {"in.side": 1},
        "@at": "an at", "foo-bar": "dash", "escaped": "a \"b\"\n", "empty": {}, "1": "digit"
    });
    let expected = [
        ("level", Some("ERROR")),
        ("rows", Some("3")),
        ("ratio", Some("0.25")),
        ("done", Some("1")),
        ("none", None),
        ("huge", Some("18446744073709552000")),
        ("nested", None),
        ("nested.items", None),
        ("nested.items.0.id", Some("7")),
        ("nested.items.1", Some("x")),
        ("nested.items.2", None),
        ("nested.deep.er", Some("value")),
        ("dotted.name.in.side", Some("1")),
        ("@@at", Some("an at")),
        ("@at", None),
        ("foo-bar", Some("dash")),
        ("escaped", Some("a \"b\"\n")),
        ("empty", None),
        ("1", Some("digit")),
    ];
    check("/g", &format!(" {event}\n"), &expected);
    check("/aws/lambda/f", &event.to_string(), &expected);
}

#[test]
fn what_is_no_json_object_has_no_fields() {
    for text in
        [r#"{"a": 1} and more"#, r#"{"a": 1"#, r#"{"a": 1, "b": }"#, r#"[{"a": 1}]"#, "a", "", "{", r#"x {"a": 1}"#]
    {
        check("/g", text, &[("a", None), ("0.a", None)]);
    }
}

#[test]
fn the_first_json_in_a_lambda_line_counts() {
    let group = "/aws/lambda/f";
    check(
        group,
        &format!("2024-04-14T01:17:35.426Z\t{ID}\tINFO\t{{\"a\": 1}} {{\"b\": 2}}"),
        &[("a", Some("1")), ("b", None), ("@requestId", Some(ID)), ("@type", None)],
    );
    check(group, r#"map{x} then {"a": {"b": "c"}}"#, &[("a.b", Some("c"))]);
    check(group, &"{".repeat(5000), &[("a", None)]);
}

#[test]
fn two_hundred_fields_are_discovered() {
    let members: serde_json::Map<_, _> = (0..250).map(|index| (format!("f{index:03}"), json!([index]))).collect();
    let text = Json::Object(members).to_string();
    check("/g", &text, &[("f000.0", Some("0")), ("f199.0", Some("199")), ("f200.0", None)]);
}

#[test]
fn lambdas_lines_are_read() {
    let group = "/aws/lambda/f";
    let report = format!(
        "REPORT RequestId: {ID}\tDuration: 8.40 ms\tBilled Duration: 179 ms\tMemory Size: 128 MB\t\
         Max Memory Used: 66 MB\tInit Duration: 170.13 ms\t\nXRAY TraceId: 1-62e900b2-abc\tSegmentId: 0efbd1\tSampled: true\n"
    );
    check(
        group,
        &report,
        &[
            ("@type", Some("REPORT")),
            ("@requestId", Some(ID)),
            ("@duration", Some("8.4")),
            ("@billedDuration", Some("179")),
            ("@memorySize", Some("1.28E8")),
            ("@maxMemoryUsed", Some("6.6E7")),
            ("@initDuration", Some("170.13")),
            ("@xrayTraceId", Some("1-62e900b2-abc")),
            ("@xraySegmentId", Some("0efbd1")),
        ],
    );
    check(
        group,
        &format!("REPORT RequestId: {ID}\tDuration: 3000.00 ms\tStatus: timeout"),
        &[("@duration", Some("3000")), ("@initDuration", None), ("@xrayTraceId", None)],
    );
    let start = format!("START RequestId: {ID} Version: $LATEST");
    check(group, &start, &[("@type", Some("START")), ("@requestId", Some(ID)), ("@duration", None)]);
    check(group, &format!("END RequestId: {ID}\n"), &[("@type", Some("END")), ("@requestId", Some(ID))]);
    check(
        group,
        "INIT_START Runtime Version: provided:al2023.v50\tRuntime Version ARN: arn:aws",
        &[("@type", Some("INIT_START")), ("@requestId", None)],
    );
    check(
        group,
        "INIT_REPORT Init Duration: 154.03 ms\tPhase: init\tStatus: error",
        &[("@type", Some("INIT_REPORT")), ("@initDuration", Some("154.03")), ("@duration", None)],
    );
    check(
        group,
        &format!("2024-04-14T01:17:35.426Z {ID} Task timed out after 3.05 seconds"),
        &[("@requestId", Some(ID)), ("@type", None)],
    );
    check(group, "ENDED well, REPORT follows", &[("@type", None), ("@requestId", None)]);
    check("/other", &start, &[("@type", None), ("@requestId", None)]);
}

#[test]
fn platform_events_say_the_same() {
    let group = "/aws/lambda/f";
    let event = json!({"time": "2024-04-14T01:17:35.426Z", "type": "platform.report", "record": {
        "requestId": ID, "status": "success", "tracing": {"spanId": "s", "type": "X-Amzn-Trace-Id", "value": "Root=1-a"},
        "metrics": {"durationMs": 8.4, "billedDurationMs": 9, "memorySizeMB": 128, "maxMemoryUsedMB": 66, "initDurationMs": 170.13}
    }});
    check(
        group,
        &event.to_string(),
        &[
            ("@type", Some("REPORT")),
            ("@requestId", Some(ID)),
            ("@duration", Some("8.4")),
            ("@billedDuration", Some("9")),
            ("@memorySize", Some("1.28E8")),
            ("@maxMemoryUsed", Some("6.6E7")),
            ("@initDuration", Some("170.13")),
            ("@xrayTraceId", Some("Root=1-a")),
            ("@xraySegmentId", Some("s")),
            ("record.metrics.durationMs", Some("8.4")),
            ("type", Some("platform.report")),
        ],
    );
    let kind = |kind: &str, record: Json| json!({"time": "t", "type": kind, "record": record}).to_string();
    let init = kind("platform.initReport", json!({"metrics": {"durationMs": 12.5}}));
    check(group, &init, &[("@type", Some("INIT_REPORT")), ("@initDuration", Some("12.5")), ("@duration", None)]);
    check(
        group,
        &kind("platform.start", json!({"requestId": ID})),
        &[("@type", Some("START")), ("@requestId", Some(ID))],
    );
    check(group, &kind("platform.runtimeDone", json!({"requestId": ID})), &[("@type", Some("END"))]);
    check(group, &kind("platform.extension", json!({})), &[("@type", None)]);
}

/// The fields of a value by a recursion over the whole of it.
fn flattened(json: &Json, name: &str, fields: &mut Vec<(String, String)>) {
    let inside = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
    match json {
        Json::Null => {}
        Json::Object(members) => members.iter().for_each(|(part, json)| flattened(json, &inside(part), fields)),
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, json)| flattened(json, &inside(&index.to_string()), fields));
        }
        Json::Bool(value) => fields.push((name.to_owned(), u8::from(*value).to_string())),
        Json::Number(number) => fields.push((name.to_owned(), number.to_string())),
        Json::String(text) => fields.push((name.to_owned(), text.clone())),
    }
}

fn json_value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i32>().prop_map(Json::from),
        "[a-z\"\\\\ é]{0,6}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map("[a-c]{1,2}", inner, 0..4)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_field_of_an_object_is_found(members in prop::collection::btree_map("[a-c]{1,2}", json_value(), 0..5)) {
        let json = Json::Object(members.into_iter().collect());
        let mut expected = Vec::new();
        flattened(&json, "", &mut expected);
        expected.truncate(200);
        let names: Vec<_> = expected.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<_> = expected.iter().map(|(_, value)| Some(value.clone())).collect();
        prop_assert_eq!(fields("/g", &json.to_string(), &names), values.clone());
        prop_assert_eq!(fields("/aws/lambda/f", &format!("INFO {json} tail"), &names), values);
    }

    #[test]
    fn no_line_is_too_odd(message in "\\PC{0,80}", prefix in prop::sample::select(vec!["", "REPORT RequestId: ", "{", "INIT_START "])) {
        let message = format!("{prefix}{message}");
        let names = ["@type", "@requestId", "@duration", "a", "a.b", "@message"];
        prop_assert_eq!(fields("/aws/lambda/f", &message, &names).pop().flatten(), Some(message));
    }
}
