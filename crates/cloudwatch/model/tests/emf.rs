//! Whatever a log line says, reading it ends well.

use atalaya_cloudwatch::emf::{self, Line};
use proptest::{prelude::*, sample::select};
use serde_json::{Map, Value, json};

/// Any JSON made of the words of the format.
fn document() -> impl Strategy<Value = Value> {
    let words = vec![
        "_aws",
        "CloudWatchMetrics",
        "Timestamp",
        "Namespace",
        "Dimensions",
        "Metrics",
        "Name",
        "Unit",
        "StorageResolution",
        "a",
        "b",
        "Count",
        "Acme",
        "",
        ":",
        "ñ",
    ];
    let word = select(words);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        select(vec![0_i64, 1, 60, -1, i64::MIN, i64::MAX, 1_767_225_600_000]).prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..8).prop_map(|members| {
                members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
            }),
        ]
    })
}

fn valid() -> Value {
    json!({
        "_aws": {"Timestamp": 1_767_225_600_000_i64, "CloudWatchMetrics": [{
            "Namespace": "Acme",
            "Dimensions": [[], ["a"], ["a", "b"]],
            "Metrics": [{"Name": "rows", "Unit": "Count"}, {"Name": "ms", "StorageResolution": 1}],
        }]},
        "a": "x", "b": "y", "rows": 1200, "ms": [3.1, 4.7, 2.2],
    })
}

/// Every place of a document.
fn places(value: &Value, place: &str, found: &mut Vec<String>) {
    found.push(place.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| places(item, &format!("{place}/{index}"), found));
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, item)| places(item, &format!("{place}/{name}"), found));
        }
        _ => {}
    }
}

/// What holds for every line.
fn judge(line: &str) -> Line {
    let read = emf::read(line);
    if let Line::Emf(found) = &read {
        assert!(found.parsing_errors.is_empty() || found.data.is_empty(), "{found:?}");
        for datum in &found.data {
            assert_eq!(datum.check(datum.at), Ok(()), "what is extracted keeps the rules");
        }
    }
    read
}

proptest! {
    #[test]
    fn any_text_is_read(line in "\\PC*") {
        judge(&line);
    }

    #[test]
    fn any_document_is_read(document in document()) {
        judge(&document.to_string());
        let directives = json!({"_aws": {"Timestamp": 1, "CloudWatchMetrics": document}, "a": "x", "b": [1]});
        prop_assert!(matches!(judge(&directives.to_string()), Line::Emf(_)));
    }

    /// One place of a valid document made something else: six data, or fewer and a fault that says why.
    #[test]
    fn what_is_missing_is_told((place, value) in (any::<prop::sample::Index>(), document())) {
        let mut changed = valid();
        let mut all = Vec::new();
        places(&changed, "", &mut all);
        *changed.pointer_mut(&all[place.index(all.len())]).expect("a place of the document") = value;
        if let Line::Emf(found) = judge(&changed.to_string()) {
            let asked: usize = asked(&changed);
            prop_assert!(found.data.len() == asked || found.faults().count() > 0, "{:?} of {}", found, changed);
        }
    }

    #[test]
    fn any_cut_of_a_line_is_read(cut in any::<prop::sample::Index>()) {
        let line = valid().to_string();
        let end = cut.index(line.len());
        prop_assert_eq!(judge(&line[..end]), Line::NotEmf);
    }
}

/// How many data the directives ask for, where they can be counted: metrics with values times sets.
fn asked(document: &Value) -> usize {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let has_values = |metric: &Value| {
        let target = metric["Name"].as_str().and_then(|name| document.get(name));
        target.is_some_and(|target| target.as_array().is_none_or(|values| !values.is_empty()))
    };
    let of = |directive: &Value| {
        let metrics = list(&directive["Metrics"]).iter().filter(|metric| has_values(metric)).count();
        metrics * list(&directive["Dimensions"]).len()
    };
    list(&document["_aws"]["CloudWatchMetrics"]).iter().map(of).sum()
}
