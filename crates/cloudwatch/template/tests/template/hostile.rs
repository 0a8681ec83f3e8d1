//! Random texts and documents.

use atalaya_cloudwatch_template::{Context, Template};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::resolve;

/// Any document of JSON.
fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[A-Za-z:${}&!.]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let key = prop_oneof!["[A-Za-z]{1,6}", any::<String>()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..5).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A document as YAML: scalars in double quotes unless they are no text, collections in blocks.
fn yaml(value: &Value, indent: usize) -> String {
    let pad = "  ".repeat(indent);
    match value {
        Value::Array(items) if !items.is_empty() => {
            items.iter().map(|item| format!("\n{pad}- {}", yaml(item, indent + 1).trim_start_matches(' '))).collect()
        }
        Value::Object(entries) if !entries.is_empty() => {
            entries.iter().map(|(key, value)| format!("\n{pad}{}: {}", quoted(key), yaml(value, indent + 1))).collect()
        }
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// A text in double quotes, everything but plain ASCII escaped.
fn quoted(text: &str) -> String {
    let escape = |letter: char| match letter {
        '"' | '\\' => format!("\\{letter}"),
        ' '..='~' => letter.to_string(),
        letter => format!("\\U{:08X}", u32::from(letter)),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// The same document in JSON and YAML is the same template.
    #[test]
    fn json_equals_yaml(metadata in document()) {
        let properties = json!({ "Resources": { "A": { "Type": "Some::Thing", "Properties": { "P": metadata } } } });
        let from_json = resolve(&properties.to_string(), &Context::default());
        let from_yaml = resolve(yaml(&properties, 0).trim_start(), &Context::default());
        match (from_json, from_yaml) {
            (Ok(json), Ok(yaml)) => match (&json.resources()["A"].properties, &yaml.resources()["A"].properties) {
                (Ok(json), Ok(yaml)) => prop_assert_eq!(json, yaml),
                (Err(json), Err(yaml)) => {
                    let messages = |faults: &atalaya_cloudwatch_template::TemplateErrors| {
                        let mut all: Vec<_> = faults.iter().map(|fault| (fault.path.clone(), fault.message.clone())).collect();
                        all.sort();
                        all
                    };
                    prop_assert_eq!(messages(json), messages(yaml));
                }
                (json, yaml) => prop_assert!(false, "{:?} {:?}", json, yaml),
            },
            (Err(json), Err(yaml)) => prop_assert_eq!(json.iter().count(), yaml.iter().count()),
            (json, yaml) => prop_assert!(false, "{:?} {:?}", json, yaml),
        }
    }

    /// No text makes the reader panic.
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = Template::parse(&text);
    }

    /// Nor does one of the signs of YAML, JSON and functions.
    #[test]
    fn any_signs_are_read_or_refused(text in "[-\\[\\]{}:,&*!|>'\"#%@`?$ \\n\\tAaBbRefSub0-9.]{0,80}") {
        if let Ok(template) = Template::parse(&text) {
            let _ = template.resolve(&Context::default());
        }
        if let Ok(template) = Template::parse(&format!("{{{text}")) {
            let _ = template.resolve(&Context::default());
        }
    }

    /// A right template with a piece of its text replaced is resolved or refused with a place in the text.
    #[test]
    fn a_damaged_template_is_resolved_or_refused(at in 0.0..1.0, length in 0..40_usize, piece in "[-\\[\\]{}:,&*!'\"#$ \\nA-Za-z0-9]{0,12}") {
        let text = include_str!("../../../examples/web-service.yaml");
        let bound = |at: usize| (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
        let start = bound((at * text.len() as f64) as usize);
        let end = bound(start + length);
        let damaged = format!("{}{piece}{}", &text[..start], &text[end..]);
        let lines = damaged.lines().count();
        match Template::parse(&damaged) {
            Err(fault) => prop_assert!((1..=lines + 1).contains(&fault.line), "{}", fault),
            Ok(template) => {
                if let Err(faults) = template.resolve(&Context::default()) {
                    for fault in &faults {
                        prop_assert!((1..=lines + 1).contains(&fault.line), "{}", fault);
                    }
                }
            }
        }
    }
}
