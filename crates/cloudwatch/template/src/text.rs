//! A template's text → a tree. The short tags (`!Sub`) become the long forms (`Fn::Sub`), so that YAML and JSON mean one
//! thing.

use atalaya_document::{Dialect, Fault, Meaning, MergeKeys, Node, Place, Tag, read_json, read_yaml, scalar};

use super::error::TemplateError;

/// How many nodes aliases and loops may make of a template. A template of CloudFormation's own limit, 1 MB, stays below.
pub(crate) const MAX_NODES: usize = 500_000;

/// CloudFormation's documents. Where a property asks for a number, a text of one in another notation is read anyway.
const TEMPLATE: Dialect = Dialect {
    noun: "template",
    if_empty: None,
    max_depth: 100,
    max_nodes: MAX_NODES,
    plain: scalar::decimal,
    tag: function,
    merge_keys: MergeKeys::Refused {
        message: "merge keys (`<<`) are not supported by CloudFormation",
        hint: "repeat the keys, or give a whole value an anchor and use it by an alias",
    },
};

/// The functions that have a short tag `!Name`; their long form is `Fn::Name`.
const FUNCTIONS: [&str; 20] = [
    "And",
    "Base64",
    "Cidr",
    "Contains",
    "Equals",
    "FindInMap",
    "ForEach",
    "GetAZs",
    "GetAtt",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
];

/// Reads a template. As for CloudFormation, a text that starts with `{` is JSON, and any other is YAML.
///
/// # Errors
/// The first fault of syntax, with its place.
pub(crate) fn read(text: &str) -> Result<Node, TemplateError> {
    let start = text.trim_start_matches(|first: char| first == '\u{feff}' || first.is_whitespace());
    if start.starts_with('{') {
        return Ok(read_json(text, &TEMPLATE)?);
    }
    read_yaml(text, &TEMPLATE).map_err(|faults| faults.into_iter().next().expect("a refusal has a reason").into())
}

/// The function that a short tag stands for.
fn function(tag: Tag<'_>, place: Place) -> Result<Meaning, Fault> {
    let Tag { handle, name } = tag;
    match name {
        _ if handle != "!" => {
            Err(Fault::new(place, format!("the tag `{handle}{name}` is not supported by CloudFormation")))
        }
        "Ref" | "Condition" => Ok(Meaning::Under(name.to_owned())),
        _ if FUNCTIONS.contains(&name) => Ok(Meaning::Under(format!("Fn::{name}"))),
        _ => Err(Fault::new(place, format!("the tag `!{name}` is no function of CloudFormation"))
            .hint("functions are spelled as in !Ref, !Sub, !GetAtt, !FindInMap; upper and lower case count")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_tags_are_the_long_forms() {
        let yaml = "[!Ref A, !Sub '${A}', !GetAtt A.Arn, !Join [',', [a, !Ref B]], !Condition C, !If [C, 1, !Ref D]]";
        let json = r#"{"list": [{"Ref": "A"}, {"Fn::Sub": "${A}"}, {"Fn::GetAtt": "A.Arn"},
            {"Fn::Join": [",", ["a", {"Ref": "B"}]]}, {"Condition": "C"}, {"Fn::If": ["C", 1, {"Ref": "D"}]}]}"#;
        assert_eq!(read(&format!("list: {yaml}")).expect("yaml"), read(json).expect("json"));
        // What a function is given is text, whatever it looks like.
        assert_eq!(read("a: !Ref 5").expect("reads"), read(r#"{"a": {"Ref": "5"}}"#).expect("json"));
    }

    #[test]
    fn a_template_is_json_when_it_starts_like_it() {
        for text in ["\u{feff}{\"a\": \"\\ud83d\\ude00\"}", "\n {\"a\": \"\\ud83d\\ude00\"}"] {
            assert_eq!(read(text).expect(text).get("a").and_then(Node::text), Some("\u{1f600}"));
        }
    }

    #[test]
    fn what_cannot_be_read_has_a_line() {
        for (text, line, words) in [
            ("", 1, "the template is empty"),
            ("a: 1\nb: !Reff x\n", 2, "`!Reff` is no function of CloudFormation"),
            ("a: !!binary x\n", 1, "`!!binary` is not supported by CloudFormation"),
            ("a: 1\nb: 2\na: 3\n", 3, "a second time"),
            ("a: &x {b: 1}\nd:\n  <<: *x\n", 3, "merge keys"),
            ("{\"a\": 1, \"a\": 2}", 1, "a second time"),
        ] {
            let fault = read(text).expect_err(text);
            assert_eq!(fault.line, line, "{text:?}: {fault}");
            assert!(fault.message.contains(words), "{text:?}: {fault}");
            assert_eq!(fault.path, "", "{text:?}");
        }
    }
}
