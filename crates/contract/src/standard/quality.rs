//! `quality[]`: the fields of a rule depend on its type, its metric and the edition.

use atalaya_document::{Content, Node};

use super::{
    Edition::{self, V302, V310},
    fields::{CUSTOM_PROPERTIES, DEFINITIONS, STABLE_ID, TAGS},
    shape::{Field, Openness::ClosedSince310, Record, Shape, field, text},
};

/// The eight comparisons.
pub(super) const OPERATORS: &[Field] = &[
    field("mustBe", Shape::Any),
    field("mustNotBe", Shape::Any),
    field("mustBeGreaterThan", Shape::Number),
    field("mustBeGreaterOrEqualTo", Shape::Number),
    field("mustBeLessThan", Shape::Number),
    field("mustBeLessOrEqualTo", Shape::Number),
    field("mustBeBetween", Shape::Range),
    field("mustNotBeBetween", Shape::Range),
];

pub(super) static QUALITY: Record = Record {
    noun: "a quality rule",
    groups: &[&[
        STABLE_ID,
        DEFINITIONS,
        text("businessImpact"),
        CUSTOM_PROPERTIES,
        text("description"),
        field(
            "dimension",
            Shape::OneOf(&[
                "accuracy",
                "completeness",
                "conformity",
                "consistency",
                "coverage",
                "timeliness",
                "uniqueness",
            ]),
        ),
        text("method"),
        text("name"),
        text("schedule"),
        text("scheduler"),
        text("severity"),
        TAGS,
        field("type", Shape::OneOf(&["text", "library", "sql", "custom"])),
        text("unit"),
    ]],
    openness: ClosedSince310,
    more: Some(of_type),
    rule: Some(one_operator),
};

const LIBRARY: &[Field] = &[
    text("rule").required().until(V302),
    text("rule").since(V310),
    field("metric", Shape::OneOf(&["nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount"]))
        .required()
        .since(V310),
    field("arguments", Shape::Table).since(V310),
];
const SQL: &[Field] = &[text("query").required()];
const CUSTOM: &[Field] = &[text("engine").required(), field("implementation", Shape::TextOrTable).required()];

fn is_type(rule: &Node, name: &str) -> bool {
    rule.get("type").and_then(Node::text) == Some(name)
}

/// Whether the rule is judged as one of type library. v3.0.x takes an absent type for it, v3.1.0 a metric.
fn is_library(rule: &Node, edition: Edition) -> bool {
    let implied = if edition < V310 {
        rule.get("type").is_none()
    } else {
        matches!(rule.get("metric").map(|metric| &metric.content), Some(Content::Text(_)))
    };
    implied || is_type(rule, "library")
}

fn of_type(rule: &Node, edition: Edition) -> Option<Vec<&'static [Field]>> {
    let mut groups: Vec<&'static [Field]> = Vec::new();
    if is_library(rule, edition) {
        groups.extend([LIBRARY, OPERATORS]);
    }
    if is_type(rule, "sql") {
        groups.push(SQL);
        if edition >= V310 {
            groups.push(OPERATORS);
        }
    }
    if is_type(rule, "custom") {
        groups.push(CUSTOM);
    }
    Some(groups)
}

/// Since v3.1.0 a rule that measures has exactly one comparison.
fn one_operator(rule: &Node, edition: Edition) -> Option<(String, String)> {
    if edition < V310 || !(is_library(rule, edition) || is_type(rule, "sql")) {
        return None;
    }
    let used: Vec<&str> = OPERATORS.iter().map(|field| field.name).filter(|name| rule.get(name).is_some()).collect();
    match used.len() {
        1 => None,
        0 => Some((
            "the rule compares with nothing".to_owned(),
            "add one comparison, such as mustBe: 0 or mustBeLessThan: 5".to_owned(),
        )),
        _ => Some((
            format!("the rule has {} comparisons: {}", used.len(), used.join(", ")),
            "keep one; write a second rule or mustBeBetween for a range".to_owned(),
        )),
    }
}
