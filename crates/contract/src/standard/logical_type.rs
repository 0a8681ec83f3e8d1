//! The logical types of properties, and what a property has because of its type.

use atalaya_document::Node;

use super::{
    Edition::{self, V300, V302, V310, V320},
    schema::{ITEM, PROPERTIES},
    shape::{Field, Openness::Closed, Record, Shape, field, text},
};

pub(super) const LOGICAL_TYPES: &[(&str, Edition)] = &[
    ("string", V300),
    ("date", V300),
    ("timestamp", V310),
    ("time", V310),
    ("number", V300),
    ("integer", V300),
    ("object", V300),
    ("array", V300),
    ("boolean", V300),
    ("map", V320),
    ("vector", V320),
];

/// Fields that a property has because of its logical type. The published schemas apply every type's options at once
/// to a property without a type, which no option satisfies.
pub(super) fn of_logical_type(property: &Node, edition: Edition) -> Option<Vec<&'static [Field]>> {
    let Some(logical_type) = property.get("logicalType") else { return Some(vec![UNTYPED]) };
    let named = logical_type.text().and_then(|name| TYPES.iter().find(|known| known.0 == name));
    Some(match named {
        Some((_, since, fields)) if *since <= edition => vec![fields],
        _ => vec![FREE],
    })
}

const fn options(record: &'static Record) -> Field {
    field("logicalTypeOptions", Shape::Record(record))
}

const FREE_OPTIONS: Field = field("logicalTypeOptions", Shape::Table);
const FREE: &[Field] = &[FREE_OPTIONS];
const UNTYPED: &[Field] = &[options(&NO_OPTIONS), PROPERTIES, ITEMS];
const ITEMS: Field = field("items", Shape::Record(&ITEM));

static TYPES: &[(&str, Edition, &[Field])] = &[
    ("string", V300, &[options(&STRING)]),
    ("date", V300, &[options(&DATE)]),
    ("timestamp", V310, &[options(&CLOCK)]),
    ("time", V310, &[options(&CLOCK)]),
    ("integer", V300, &[options(&INTEGER)]),
    ("number", V300, &[options(&NUMBER)]),
    ("object", V300, &[options(&NESTED), PROPERTIES]),
    ("array", V300, &[options(&ARRAY), ITEMS]),
    ("map", V320, &[FREE_OPTIONS, field("map", Shape::Record(&MAP)).required()]),
    ("vector", V320, &[options(&VECTOR)]),
];

static NO_OPTIONS: Record = Record::plain("logicalTypeOptions without a logicalType", &[], Closed);

static STRING: Record = Record::plain(
    "logicalTypeOptions of a string",
    &[&[field("minLength", Shape::Count), field("maxLength", Shape::Count), text("pattern"), text("format")]],
    Closed,
);

/// In v3.0.x the exclusive bounds are flags on the inclusive ones, since v3.1.0 bounds of their own.
const EXCLUSIVE_FLAGS: &[Field] =
    &[field("exclusiveMinimum", Shape::Flag).until(V302), field("exclusiveMaximum", Shape::Flag).until(V302)];

const TEXT_BOUNDS: &[Field] = &[
    text("format"),
    text("minimum"),
    text("maximum"),
    text("exclusiveMinimum").since(V310),
    text("exclusiveMaximum").since(V310),
];

const NUMBER_BOUNDS: &[Field] = &[
    field("multipleOf", Shape::Positive),
    field("minimum", Shape::Number),
    field("maximum", Shape::Number),
    field("exclusiveMinimum", Shape::Number).since(V310),
    field("exclusiveMaximum", Shape::Number).since(V310),
];

static DATE: Record = Record::plain("logicalTypeOptions of a date", &[TEXT_BOUNDS, EXCLUSIVE_FLAGS], Closed);

static CLOCK: Record = Record::plain(
    "logicalTypeOptions of a time or timestamp",
    &[TEXT_BOUNDS, &[field("timezone", Shape::Flag), text("defaultTimezone")]],
    Closed,
);

static INTEGER: Record = Record::plain(
    "logicalTypeOptions of an integer",
    &[
        NUMBER_BOUNDS,
        EXCLUSIVE_FLAGS,
        &[field("format", Shape::OneOf(&["i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128"]))],
    ],
    Closed,
);

static NUMBER: Record = Record::plain(
    "logicalTypeOptions of a number",
    &[NUMBER_BOUNDS, EXCLUSIVE_FLAGS, &[field("format", Shape::OneOf(&["f32", "f64"]))]],
    Closed,
);

static NESTED: Record = Record::plain(
    "logicalTypeOptions of an object",
    &[&[field("maxProperties", Shape::Count), field("minProperties", Shape::Count), field("required", Shape::Names)]],
    Closed,
);

static ARRAY: Record = Record::plain(
    "logicalTypeOptions of an array",
    &[&[field("maxItems", Shape::Count), field("minItems", Shape::Count), field("uniqueItems", Shape::Flag)]],
    Closed,
);

static MAP: Record = Record::plain(
    "a map",
    &[&[field("key", Shape::Record(&ITEM)).required(), field("value", Shape::Record(&ITEM)).required()]],
    Closed,
);

static VECTOR: Record = Record::plain(
    "logicalTypeOptions of a vector",
    &[&[
        field("dimensions", Shape::AtLeastOne).required(),
        field("elementType", Shape::OneOf(&["float16", "float32", "float64", "bfloat16", "int8", "uint8", "binary"])),
        field("distanceMetric", Shape::OneOf(&["cosine", "euclidean", "dotProduct", "manhattan", "hamming"])),
        field("normalized", Shape::Flag),
        text("embeddingModel"),
        text("embeddingModelVersion"),
    ]],
    Closed,
);
