//! What is wrong with bodies, each by its path.

use super::*;

/// A change of a body: at this place this value is put (`null` removes it), and then this must be told.
type Case = (&'static str, Value, &'static str, &'static str);

/// Puts each value into the body of everything, and expects the one fault.
#[track_caller]
fn each(cases: Vec<Case>) {
    for (place, value, path, words) in cases {
        let mut body = super::bodies::of_everything();
        put(&mut body, place, value);
        let told = faults(&body);
        let found = told.iter().any(|fault| fault.starts_with(&format!("{path}: ")) && fault.contains(words));
        assert!(found, "{place}: expected `{path}: …{words}…`, told:\n{}", told.join("\n"));
    }
}

fn put(body: &mut Value, place: &str, value: Value) {
    let (parent, name) = place.rsplit_once('/').expect("a pointer");
    match body.pointer_mut(parent).unwrap_or_else(|| panic!("{parent}")) {
        Value::Object(members) if value.is_null() => {
            members.remove(name);
        }
        Value::Object(members) => {
            members.insert(name.to_owned(), value);
        }
        Value::Array(entries) => entries[name.parse::<usize>().expect("an index")] = value,
        other => panic!("{other}"),
    }
}

#[test]
fn of_the_body() {
    each(vec![
        ("/widgets", json!(null), "/widgets", "is missing; a dashboard has widgets"),
        ("/widgets", json!({}), "/widgets", "must be an array, is an object"),
        ("/widget", json!([]), "/widget", "there is no property `widget` here; did you mean `widgets`?"),
        ("/start", json!("-P6H"), "/start", "`-P6H` is no relative time"),
        ("/start", json!("-PT0H"), "/start", "`-PT0H` is no relative time"),
        ("/start", json!("yesterday"), "/start", "`yesterday` is no time in ISO 8601"),
        ("/start", json!(3), "/start", "must be text, is 3"),
        ("/end", json!("2026-01-05T06:00:00Z"), "/end", "stands only together with a start that is a time"),
        ("/periodOverride", json!("always"), "/periodOverride", "must be one of auto, inherit, is `always`"),
    ]);
    assert_eq!(faults(&json!([])), [": must be an object, is an array"].map(|text| text.trim_start_matches(": ")));
    let alone = faults(&json!({"end": "2026-01-05T06:00:00Z", "widgets": []}));
    assert!(alone[0].starts_with("/end: needs a start"), "{alone:?}");
    let turned = json!({"start": "2026-01-05T06:00:00Z", "end": "2026-01-05T05:00:00Z", "widgets": []});
    assert_eq!(faults(&turned), ["/end: must be later than start"]);
}

#[test]
fn of_names() {
    let of = |name: &str| Dashboard::parse(name, &json!({"widgets": []})).expect_err(name).to_string();
    assert!(of("").contains("has 1 to 255 characters, and this has 0"));
    assert!(of("a b").contains("and this has ` `"));
    assert!(of(&"a".repeat(256)).contains("this has 256"));
    assert!(Dashboard::parse(&"a-_9".repeat(63), &json!({"widgets": []})).is_ok());
}

#[test]
fn of_widgets() {
    each(vec![
        ("/widgets/0", json!("text"), "/widgets/0", "must be an object, is the text \"text\""),
        (
            "/widgets/0/type",
            json!(null),
            "/widgets/0/type",
            "is missing; a widget is of type metric, text, log or alarm",
        ),
        ("/widgets/0/type", json!("texts"), "/widgets/0/type", "must be one of metric, text, log, alarm, is `texts`"),
        ("/widgets/0/type", json!("explorer"), "/widgets/0/type", "widgets of type explorer are not supported"),
        ("/widgets/0/type", json!("custom"), "/widgets/0/type", "widgets of type custom are not supported"),
        ("/widgets/0/type", json!("chart"), "/widgets/0/type", "widgets of type chart are not supported"),
        ("/widgets/0/properties", json!(null), "/widgets/0/properties", "is missing"),
        ("/widgets/0/x", json!(24), "/widgets/0/x", "must be a whole number from 0 to 23, is 24"),
        ("/widgets/0/x", json!(1), "/widgets/0/x", "reaches beyond the grid's 24; begin it at most in column 0"),
        ("/widgets/0/x", json!(0.5), "/widgets/0/x", "must be a whole number from 0 to 23, is 0.5"),
        ("/widgets/0/x", json!(null), "/widgets/0/x", "a widget with `y` needs it too"),
        ("/widgets/0/y", json!(null), "/widgets/0/y", "a widget with `x` needs it too"),
        ("/widgets/0/y", json!(-1), "/widgets/0/y", "must be a whole number from 0"),
        ("/widgets/0/width", json!(25), "/widgets/0/width", "must be a whole number from 1 to 24, is 25"),
        ("/widgets/0/height", json!(0), "/widgets/0/height", "must be a whole number from 1 to 1000, is 0"),
        ("/widgets/0/hight", json!(2), "/widgets/0/hight", "did you mean `height`?"),
        ("/widgets/0/a~1b", json!(2), "/widgets/0/a~01b", "there is no property `a~1b` here"),
    ]);
}

#[test]
fn of_text_log_and_alarm_widgets() {
    each(vec![
        ("/widgets/0/properties/markdown", json!(null), "/widgets/0/properties/markdown", "is missing"),
        ("/widgets/0/properties/markdown", json!(1), "/widgets/0/properties/markdown", "must be text, is 1"),
        (
            "/widgets/0/properties/background",
            json!("red"),
            "/widgets/0/properties/background",
            "one of solid, transparent",
        ),
        ("/widgets/0/properties/title", json!("T"), "/widgets/0/properties/title", "known here: markdown, background"),
        (
            "/widgets/7/properties/query",
            json!(null),
            "/widgets/7/properties/query",
            "is missing; it is written as SOURCE",
        ),
        (
            "/widgets/7/properties/query",
            json!("fields @message"),
            "/widgets/7/properties/query",
            "begins with the log groups",
        ),
        ("/widgets/7/properties/query", json!("SOURCE 'a' | "), "/widgets/7/properties/query", "nothing follows"),
        ("/widgets/7/properties/region", json!(null), "/widgets/7/properties/region", "is missing"),
        (
            "/widgets/7/properties/view",
            json!("gauge"),
            "/widgets/7/properties/view",
            "table, timeSeries, bar, pie, is `gauge`",
        ),
        ("/widgets/8/properties/alarms", json!(null), "/widgets/8/properties/alarms", "is missing"),
        (
            "/widgets/8/properties/alarms",
            json!([]),
            "/widgets/8/properties/alarms",
            "must have 1 to 100 entries, has 0",
        ),
        ("/widgets/8/properties/alarms/1", json!("Two"), "/widgets/8/properties/alarms/1", "must be an alarm's ARN"),
        ("/widgets/8/properties/alarms/1", json!(2), "/widgets/8/properties/alarms/1", "is 2"),
        (
            "/widgets/8/properties/sortBy",
            json!("name"),
            "/widgets/8/properties/sortBy",
            "default, stateUpdatedTimestamp, timestamp",
        ),
        (
            "/widgets/8/properties/states/0",
            json!("ALERT"),
            "/widgets/8/properties/states/0",
            "ALARM, INSUFFICIENT_DATA, OK",
        ),
    ]);
}

#[test]
fn of_metric_widgets() {
    let at = "/widgets/1/properties";
    let cases = vec![
        ("region", json!(null), "region", "is missing; it says where the metrics are"),
        ("metrics", json!(null), "metrics", "is missing; a metric widget has `metrics`, or an alarm"),
        ("metric", json!([]), "metric", "did you mean `metrics`?"),
        ("view", json!("lines"), "view", "must be one of timeSeries, singleValue, gauge, bar, pie, table"),
        ("view", json!("gauge"), "yAxis", "NOT THERE"),
        ("stacked", json!("yes"), "stacked", "must be true or false, is the text \"yes\""),
        ("stat", json!("Mean"), "stat", "`Mean` is no statistic"),
        ("period", json!(90), "period", "a period of 90 s is none"),
        ("period", json!("60"), "period", "must be a whole number"),
        ("timezone", json!("UTC"), "timezone", "`UTC` is no time zone"),
        ("liveData", json!(1), "liveData", "must be true or false"),
        ("legend", json!("right"), "legend", "must be an object"),
        ("legend/position", json!("left"), "legend/position", "must be one of right, bottom, hidden"),
        ("yAxis/middle", json!({}), "yAxis/middle", "there is no property `middle`"),
        ("yAxis/left/min", json!(11), "yAxis/left/max", "must be greater than min"),
        ("yAxis/left/minimum", json!(1), "yAxis/left/minimum", "there is no property `minimum` here"),
        ("yAxis/left/max", json!("10"), "yAxis/left/max", "must be a number"),
        (
            "annotations/alarms",
            json!(["arn:aws:cloudwatch:us-east-1:1:alarm:A"]),
            "annotations/alarms",
            "no other annotations",
        ),
        ("annotations/alarms", json!(["arn:aws:cloudwatch:us-east-1:1:alarm:A"]), "metrics", "has no `metrics`"),
        ("annotations/alarms", json!(["a", "b"]), "annotations/alarms", "must have 0 to 1 entries, has 2"),
        ("annotations/horizontal/0/value", json!(null), "annotations/horizontal/0/value", "is missing"),
        ("annotations/horizontal/0/color", json!("red"), "annotations/horizontal/0/color", "`red` is no colour"),
        ("annotations/horizontal/0/color", json!("#12"), "annotations/horizontal/0/color", "`#12` is no colour"),
        ("annotations/horizontal/0/fill", json!("after"), "annotations/horizontal/0/fill", "above, below, none"),
        ("annotations/horizontal/0/yAxis", json!("up"), "annotations/horizontal/0/yAxis", "left, right"),
        ("annotations/horizontal/1/1/value", json!("x"), "annotations/horizontal/1/1/value", "must be a number"),
        ("annotations/horizontal/1", json!([{"value": 1}]), "annotations/horizontal/1", "a band has two edges"),
        ("annotations/vertical/0/value", json!("noon"), "annotations/vertical/0/value", "no time in ISO 8601"),
        ("annotations/vertical/0/fill", json!("above"), "annotations/vertical/0/fill", "after, before, none"),
        ("annotations/vertical/0/yAxis", json!("left"), "annotations/vertical/0/yAxis", "there is no property `yAxis`"),
        ("table", json!({"layout": "flat"}), "table/layout", "must be one of horizontal, vertical"),
        ("table", json!({"summaryColumns": ["MED"]}), "table/summaryColumns/0", "must be one of MIN, MAX, SUM, AVG"),
    ];
    for (place, value, path, words) in cases.into_iter().filter(|case| case.3 != "NOT THERE") {
        let mut body = super::bodies::of_everything();
        put(&mut body, &format!("{at}/{place}"), value);
        let told = faults(&body);
        let path = format!("{at}/{path}: ");
        assert!(
            told.iter().any(|it| it.starts_with(&path) && it.contains(words)),
            "{path}{words}:\n{}",
            told.join("\n")
        );
    }
    let mut gauge = super::bodies::of_everything();
    put(&mut gauge, "/widgets/3/properties/yAxis/left/max", json!(null));
    assert_eq!(
        faults(&gauge),
        ["/widgets/3/properties/yAxis: a gauge needs both ends of its dial: left.min and left.max"]
    );
}

#[test]
fn of_rows() {
    for (row, path, words) in [
        (json!("m"), "", "must be an array such as"),
        (json!([]), "", "is empty"),
        (json!([{}]), "/0", "a row that is only an object has an `expression`"),
        (json!(["Acme"]), "", "a metric has a namespace and a name"),
        (json!(["Acme", "m", "d"]), "", "the dimension `d` has no value"),
        (json!(["Acme", "m", "d", 1]), "/3", "must be text, is 1"),
        (json!(["Acme", "m", "d", ""]), "/3", "is empty"),
        (json!(["Acme", "m", "d", "1", "d", "2"]), "", "a dimension stands there twice"),
        (json!(["Acme", "m", {"stat": "Mean"}]), "/2/stat", "`Mean` is no statistic"),
        (json!(["Acme", "m", {"period": 61}]), "/2/period", "a period of 61 s is none"),
        (json!(["Acme", "m", {"color": "blue"}]), "/2/color", "is no colour"),
        (json!(["Acme", "m", {"yAxis": "top"}]), "/2/yAxis", "left, right"),
        (json!(["Acme", "m", {"visible": "no"}]), "/2/visible", "must be true or false"),
        (json!(["Acme", "m", {"lable": "x"}]), "/2/lable", "did you mean `label`?"),
        (json!(["Acme", "m", {"label": "${MEDIAN}"}]), "", "`${MEDIAN}` is no value"),
        (json!(["Acme", "m", {"id": "M1"}]), "", "lower-case letter"),
        (json!(["Acme", "m", {"id": ""}]), "/2/id", "is empty"),
        (json!(["Acme", "m", {"id": "first"}]), "", "the id `first` stands twice"),
        (json!(["Acme", "m", {"expression": "first"}]), "/2/expression", "an expression stands alone in its row"),
        (json!([{"expression": "first + other"}]), "", "unknown id `other`"),
        (json!([{"expression": "first +"}]), "", "the expression ends where a value is needed"),
        (json!([{"expression": "SUM(first)"}]), "", "the result is a number, and must be a series"),
        (json!([{"expression": "ANOMALY_DETECTION_BAND(first)"}]), "", "ANOMALY_DETECTION_BAND"),
        (json!([{"expression": 1}]), "/0/expression", "must be text"),
        (
            json!([{"expression": "SELECT AVG(m) FROM Acme"}]),
            "/0/expression",
            "Metrics Insights queries (SELECT) are not supported",
        ),
        (json!([".", "m"]), "", "NOT THERE"),
        (
            json!(["...", "a", "b", "c", "d", "e"]),
            "/0",
            "`...` is followed by 5 elements, and the row above has only 4",
        ),
        (json!([".", ".", ".", ".", ".", "x"]), "/4", "`.` repeats element 5 of the row above, which has 4"),
        (json!(["Acme", "..."]), "/1", "`...` stands only at the beginning of a row"),
    ] {
        if words == "NOT THERE" {
            continue;
        }
        let told = faults(&of_metrics(json!({"metrics": [["Acme", "m", "a", "b", {"id": "first"}], row]})));
        let path = format!("/widgets/0/properties/metrics/1{path}: ");
        assert!(
            told.len() == 1 && told[0].starts_with(&path) && told[0].contains(words),
            "{path}{words}:\n{}",
            told.join("\n")
        );
    }
    let first = faults(&of_metrics(json!({"metrics": [[".", "m"]]})));
    assert_eq!(
        first,
        [
            "/widgets/0/properties/metrics/0: repeats the metric above it, and there is none; write the first row in full"
        ]
    );
}

#[test]
fn all_faults_come_at_once() {
    let rows = json!([
        ["Acme", "m", "d"],
        [".", ".", ".", "repeats a row with a fault, which is told there"],
        ["Acme", "m", {"id": "a", "stat": "Mean"}],
        [{"expression": "a + b", "id": "c"}],
        [{"expression": "a + c"}],
        [{"expression": "a * / 2"}],
    ]);
    let mut body = of_metrics(json!({"metrics": rows, "legend": {"position": "up"}}));
    body["start"] = json!("soon");
    let told = faults(&body);
    let paths: Vec<&str> = told.iter().map(|fault| fault.split(": ").next().expect("a path")).collect();
    assert_eq!(
        paths,
        [
            "/start",
            "/widgets/0/properties/legend/position",
            "/widgets/0/properties/metrics/0",
            "/widgets/0/properties/metrics/2/2/stat",
            "/widgets/0/properties/metrics/3",
            "/widgets/0/properties/metrics/5",
        ],
        "{}",
        told.join("\n")
    );
    let faults = Dashboard::parse("board", &body).expect_err("faults").to_string();
    assert!(faults.lines().all(|line| line.starts_with("dashboard `board`: /")), "{faults}");
}

#[test]
fn of_cycles_and_hidden_rows() {
    let told = faults(&of_metrics(json!({"metrics": [
        [{"expression": "b + 1", "id": "a", "visible": false}],
        [{"expression": "a + 1", "id": "b", "visible": false}],
        [{"expression": "missing + 1", "id": "c", "visible": false}],
    ]})));
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().any(|fault| fault.contains("expressions need each other")), "{told:?}");
    assert!(told.iter().any(|fault| fault.contains("unknown id `missing`")), "{told:?}");
}

#[test]
fn of_variables() {
    each(vec![
        ("/variables/0/type", json!("dimension"), "/variables/0/type", "must be one of property, pattern"),
        ("/variables/0/type", json!(null), "/variables/0/type", "is missing"),
        (
            "/variables/0/property",
            json!(null),
            "/variables/0/property",
            "a variable of type property says what it changes",
        ),
        ("/variables/0/pattern", json!("x"), "/variables/0/pattern", "a variable of type property has no `pattern`"),
        ("/variables/1/pattern", json!("a("), "/variables/1/pattern", "`a(` is no pattern"),
        ("/variables/1/pattern", json!(""), "/variables/1/pattern", "is empty"),
        ("/variables/0/id", json!("a b"), "/variables/0/id", "and this has ` `"),
        ("/variables/0/id", json!("a".repeat(33)), "/variables/0/id", "must have 1 to 32 characters, has 33"),
        ("/variables/0/id", json!("stage"), "/variables/2/id", "the id `stage` stands twice"),
        ("/variables/0/label", json!("l".repeat(31)), "/variables/0/label", "must have 1 to 30 characters"),
        ("/variables/0/inputType", json!("list"), "/variables/0/inputType", "must be one of input, select, radio"),
        (
            "/variables/0/search",
            json!("{AWS/Lambda"),
            "/variables/0/search",
            "is no search: the schema has no closing }",
        ),
        ("/variables/0/search", json!(null), "/variables/0/search", "a search has a dimension to populate from"),
        ("/variables/0/populateFrom", json!(null), "/variables/0/populateFrom", "is missing"),
        ("/variables/0/values", json!([{"value": "x"}]), "/variables/0/search", "has `values` or a `search`, not both"),
        ("/variables/1/values", json!(null), "/variables/1/values", "is missing; what is selected from"),
        ("/variables/1/values", json!([]), "/variables/1/values", "must have 1 to 500 entries"),
        ("/variables/1/values/0", json!({"label": "x"}), "/variables/1/values/0/value", "is missing"),
        (
            "/variables/1/values/0/value",
            json!([]),
            "/variables/1/values/0/value",
            "must be a text, a number, true or false",
        ),
        (
            "/variables/1/values/0/value",
            json!("v".repeat(256)),
            "/variables/1/values/0/value",
            "more than 255 characters",
        ),
        (
            "/variables/1/defaultValue",
            json!("mars"),
            "/variables/1/defaultValue",
            "`mars` is none of the values, which are",
        ),
        ("/variables/2/visible", json!("no"), "/variables/2/visible", "must be true or false"),
        ("/variables/2/lable", json!("no"), "/variables/2/lable", "did you mean `label`?"),
    ]);
    let variable = json!({"type": "pattern", "pattern": "x", "inputType": "input", "id": "x"});
    let many = json!({"widgets": [], "variables": vec![variable; 26]});
    assert!(faults(&many)[0].contains("must have 0 to 25 entries, has 26"));
}
