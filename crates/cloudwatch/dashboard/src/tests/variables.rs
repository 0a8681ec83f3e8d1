//! Variables and what they change.

use std::collections::BTreeMap;

use super::*;

fn chosen(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect()
}

fn board(variables: Value) -> Dashboard {
    parse(&json!({
        "variables": variables,
        "widgets": [
            {"type": "text", "properties": {"markdown": "# Feed orders: files.orders.csv"}},
            {"type": "metric", "properties": {
                "region": "us-east-1", "title": "orders", "period": 300, "stacked": false,
                "metrics": [
                    ["Acme", "rows", "Feed", "orders", {"region": "us-east-1"}],
                    [".", "files", ".", "."],
                    [{"expression": "SEARCH('{Acme,Feed} Feed=\"orders\"', 'Sum')"}],
                    [".", "bytes", ".", "other", "Stage", "Feed"],
                    ["Acme", "Feed"],
                ],
            }},
        ],
    }))
}

#[test]
fn a_property_variable_changes_dimensions() {
    let board = board(json!([{"type": "property", "property": "Feed", "inputType": "input", "id": "feed"}]));
    let changed = board.choose(&chosen(&[("feed", "prices")])).expect("valid");
    let metrics: Vec<String> = changed.metric_rows().map(|row| row.metric.to_string()).collect();
    assert_eq!(
        metrics,
        ["Acme rows {Feed=prices}", "Acme files {Feed=prices}", "Acme bytes {Feed=prices, Stage=Feed}", "Acme Feed"]
    );
    // Texts stay: a property variable changes properties and dimensions only.
    assert_eq!(changed.widgets()[0].markdown(), Some("# Feed orders: files.orders.csv"));
    assert!(changed.expressions().next().expect("a search").expression.contains("\"orders\""));
    assert_eq!(board.choose(&BTreeMap::new()).expect("valid"), board, "without a choice and a default nothing changes");
}

#[test]
fn a_property_variable_changes_json_properties() {
    for (property, value, changed) in [
        ("region", "eu-west-1", vec!["/widgets/1/properties/region", "/widgets/1/properties/metrics/0/4/region"]),
        ("title", "Prices", vec!["/widgets/1/properties/title"]),
    ] {
        let board = board(json!([{"type": "property", "property": property, "inputType": "input", "id": "it"}]));
        let changed_board = board.choose(&chosen(&[("it", value)])).expect("valid");
        let mut expected = board.body().clone();
        for place in changed {
            *expected.pointer_mut(place).expect("a place") = json!(value);
        }
        assert_eq!(changed_board.body(), &expected);
    }
    // Numbers stay numbers, and true and false what they are.
    let period = board(json!([{"type": "property", "property": "period", "inputType": "input", "id": "it"}]));
    let period = period.choose(&chosen(&[("it", "60")])).expect("valid");
    assert_eq!(period.body().pointer("/widgets/1/properties/period"), Some(&json!(60)));
    let stacked = board(json!([{"type": "property", "property": "stacked", "inputType": "input", "id": "it"}]));
    let stacked = stacked.choose(&chosen(&[("it", "true")])).expect("valid");
    assert_eq!(stacked.body().pointer("/widgets/1/properties/stacked"), Some(&json!(true)));
}

#[test]
fn a_pattern_variable_changes_texts() {
    let literal = board(json!([{"type": "pattern", "pattern": "orders", "inputType": "input", "id": "feed"}]));
    let changed = literal.choose(&chosen(&[("feed", "$1 {x}")])).expect("valid");
    assert_eq!(changed.widgets()[0].markdown(), Some("# Feed $1 {x}: files.$1 {x}.csv"));
    assert_eq!(changed.widgets()[1].title(), "$1 {x}");
    assert!(changed.metric_rows().take(2).all(|row| row.metric.dimensions["Feed"] == "$1 {x}"));
    let regex =
        board(json!([{"type": "pattern", "pattern": "orders\\b(?:\\.csv)?", "inputType": "input", "id": "feed"}]));
    let changed = regex.choose(&chosen(&[("feed", "x")])).expect("valid");
    assert_eq!(changed.widgets()[0].markdown(), Some("# Feed x: files.x"));
    // Names of properties are no texts.
    let names = board(json!([{"type": "pattern", "pattern": "title", "inputType": "input", "id": "it"}]));
    assert_eq!(names.choose(&chosen(&[("it", "region")])).expect("valid"), names);
}

#[test]
fn defaults_are_put_in() {
    let variables = json!([
        {"type": "pattern", "pattern": "orders", "inputType": "select", "id": "feed", "defaultValue": "prices",
            "values": [{"value": "orders"}, {"value": "prices", "label": "Prices"}]},
    ]);
    let board = board(variables);
    assert_eq!(board.choose(&BTreeMap::new()).expect("valid").widgets()[1].title(), "prices");
    assert_eq!(board.choose(&chosen(&[("feed", "orders")])).expect("valid").widgets()[1].title(), "orders");
}

#[test]
fn wrong_choices_are_told() {
    let board = board(json!([
        {"type": "pattern", "pattern": "orders", "inputType": "select", "id": "feed",
            "values": [{"value": "orders"}, {"value": "prices"}]},
        {"type": "property", "property": "period", "inputType": "input", "id": "period"},
    ]));
    let told = |pairs: &[(&str, &str)]| board.choose(&chosen(pairs)).expect_err("a fault").to_string();
    let both = told(&[("fed", "orders"), ("feed", "fruit")]);
    assert!(both.contains("there is no variable `fed`; did you mean `feed`?"), "{both}");
    assert!(both.contains("`fruit` is none of the values of `feed`, which are orders and prices"), "{both}");
    assert!(told(&[("period", "61")]).contains("/widgets/1/properties/period: a period of 61 s is none"));
    let without = parse(&json!({"widgets": []})).choose(&chosen(&[("feed", "x")])).expect_err("a fault").to_string();
    assert!(without.contains("there is no variable `feed`; it has none"), "{without}");
}

#[test]
fn searched_values_are_those_of_the_store() {
    let board = board(json!([
        {"type": "pattern", "pattern": "orders", "inputType": "select", "id": "feed", "defaultValue": "__FIRST",
            "search": "{Acme,Feed} MetricName=\"rows\"", "populateFrom": "Feed"},
        {"type": "property", "property": "region", "inputType": "radio", "id": "region", "defaultValue": 1,
            "values": [{"value": 1, "label": "One"}, {"value": true}]},
    ]));
    let mut cloudwatch = cloudwatch();
    let [feed, region] = board.variables() else { panic!("two variables") };
    assert_eq!(feed.values_in(cloudwatch.store(), NOW), []);
    assert_eq!(feed.opens_with(cloudwatch.store(), NOW), None);
    for name in ["prices", "canary", "orders"] {
        fill(&mut cloudwatch, "rows", name, 2, |_| 1.0);
    }
    fill(&mut cloudwatch, "files", "other", 2, |_| 1.0);
    let pairs = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), (*name).to_owned())).collect::<Vec<_>>();
    assert_eq!(feed.values_in(cloudwatch.store(), NOW), pairs(&["canary", "orders", "prices"]));
    assert_eq!(feed.values_in(cloudwatch.store(), NOW + 15 * 86_400), [], "two weeks without data");
    assert_eq!(
        region.values_in(cloudwatch.store(), NOW),
        [("1".to_owned(), "One".to_owned()), ("true".to_owned(), "true".to_owned())]
    );
    let choice = board.default_choice(cloudwatch.store(), NOW);
    assert_eq!(choice, chosen(&[("feed", "canary"), ("region", "1")]));
    assert_eq!(board.choose(&choice).expect("valid").widgets()[1].title(), "canary");
    let labels: Vec<&str> = board.variables().iter().map(|variable| variable.label.as_str()).collect();
    assert_eq!(labels, ["pattern_1", "region"]);
}
