//! What to write instead of words that come from elsewhere.

use atalaya_document::nearest;

use super::{
    Edition,
    shape::{Field, Record},
};

/// For what a later edition brought than that of the document.
pub(super) fn came_with(since: Edition, edition: Edition) -> String {
    format!("it came with {}; this document says {}", since.as_str(), edition.as_str())
}

/// What to do about a key that a mapping does not have.
pub(super) fn advice(record: &Record, key: &str, fields: &[&Field]) -> Option<String> {
    let is_options = record.noun.starts_with("logicalTypeOptions");
    let find =
        |table: &[(&str, &str)]| table.iter().find(|(wrong, _)| *wrong == key).map(|(_, right)| (*right).to_owned());
    match find(OWN) {
        Some(own) => Some(own),
        None if is_options => nearest::hint(key, fields.iter().map(|field| field.name)),
        None => find(ADVICE).or_else(|| nearest::hint(key, fields.iter().map(|field| field.name))),
    }
}

/// Keys of Atalaya's own, which the standard keeps in customProperties.
const OWN: &[(&str, &str)] = &[
    ("csvDialect", "write it in the server's customProperties: [{property: csvDialect, value: {delimiter: \";\"}}]"),
    ("quoteChar", "it belongs into the value of the server's customProperty csvDialect"),
    ("escapeChar", "it belongs into the value of the server's customProperty csvDialect"),
    ("nullTokens", "it belongs into the value of the server's customProperty csvDialect"),
    ("decimalChar", "it belongs into the value of the server's customProperty csvDialect"),
    ("header", "it belongs into the value of the server's customProperty csvDialect"),
    ("schemaObject", "write it in the server's customProperties: [{property: schemaObject, value: NAME}]"),
    (
        "rejectThreshold",
        "write it in the contract's customProperties: [{property: rejectThreshold, value: {value: 1, unit: percent}}]",
    ),
    (
        "onDuplicateContent",
        "write it in the contract's customProperties: [{property: onDuplicateContent, value: process}]",
    ),
    (
        "additionalColumns",
        "write it in the contract's customProperties: [{property: additionalColumns, value: reject}]",
    ),
];

/// What people write who come from another format, and what this one calls it.
const ADVICE: &[(&str, &str)] = &[
    ("nullable", "write required: true for a column without nulls"),
    ("isNullable", "write required: true for a column without nulls"),
    ("isUnique", "did you mean `unique`?"),
    ("isPrimaryKey", "did you mean `primaryKey`?"),
    ("primary", "did you mean `primaryKey`?"),
    ("type", "did you mean `logicalType`?"),
    ("columns", "did you mean `properties`?"),
    ("fields", "did you mean `properties`?"),
    ("models", "did you mean `schema`?"),
    ("info", "name, version and status stand at the top of the document"),
    ("minLength", "it belongs into logicalTypeOptions"),
    ("maxLength", "it belongs into logicalTypeOptions"),
    ("pattern", "it belongs into logicalTypeOptions"),
    ("minimum", "it belongs into logicalTypeOptions"),
    ("maximum", "it belongs into logicalTypeOptions"),
    ("format", "it belongs into logicalTypeOptions"),
    ("mustNotBeGreaterThan", "write mustBeLessOrEqualTo"),
    ("mustNotBeLessThan", "write mustBeGreaterOrEqualTo"),
    ("mustNotBeNull", "write required: true on the property, or metric: nullValues with mustBe: 0"),
    ("mustBeNotBetween", "write mustNotBeBetween"),
    ("rule", "since v3.1 it is called `metric`"),
    ("mustBe", "comparisons belong to a rule with a `metric`"),
    ("items", "only a property of logicalType: array has items"),
    ("properties", "only an object has properties"),
];

/// The logical type that another system's type name means.
pub(super) fn suggest_type(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "text" | "varchar" | "char" | "str" => "string",
        "int" | "bigint" | "long" | "smallint" => "integer",
        "decimal" | "float" | "double" | "numeric" | "real" => "number",
        "bool" => "boolean",
        "datetime" | "timestamptz" => "timestamp",
        "struct" | "record" | "map" => "object",
        "list" => "array",
        _ => return None,
    })
}
