//! `schema[]`: objects, their properties, the options of each logical type, relationships.

use atalaya_document::{Content, Node};

use super::{
    Edition::{self, V302, V310},
    fields::{CUSTOM_PROPERTIES, DEFINITIONS, STABLE_ID, TAGS},
    quality::QUALITY,
    shape::{Field, Openness::Closed, Record, Shape, field, text},
};

/// What objects and properties share.
const ELEMENT: &[Field] = &[
    STABLE_ID,
    text("physicalType"),
    text("description"),
    text("businessName"),
    DEFINITIONS,
    TAGS,
    CUSTOM_PROPERTIES,
    field("quality", Shape::Records(&QUALITY)),
];

const PROPERTIES: Field = field("properties", Shape::Records(&PROPERTY));

pub(super) static OBJECT: Record = Record::plain(
    "a schema object",
    &[
        ELEMENT,
        &[
            text("name").required(),
            field("logicalType", Shape::OneOf(&["object"])),
            text("physicalName"),
            text("dataGranularityDescription"),
            PROPERTIES,
            field("relationships", Shape::Records(&OBJECT_RELATIONSHIP)).since(V310),
        ],
    ],
    Closed,
);

const COLUMN: &[Field] = &[
    field("primaryKey", Shape::Flag),
    field("primaryKeyPosition", Shape::Whole),
    field("logicalType", Shape::OneOf(&["string", "date", "number", "integer", "object", "array", "boolean"]))
        .until(V302),
    field(
        "logicalType",
        Shape::OneOf(&["string", "date", "timestamp", "time", "number", "integer", "object", "array", "boolean"]),
    )
    .since(V310),
    text("physicalName").since(V302),
    field("required", Shape::Flag),
    field("unique", Shape::Flag),
    field("partitioned", Shape::Flag),
    field("partitionKeyPosition", Shape::Whole),
    text("classification"),
    text("encryptedName"),
    field("transformSourceObjects", Shape::Texts),
    text("transformLogic"),
    text("transformDescription"),
    field("examples", Shape::List),
    field("criticalDataElement", Shape::Flag),
    field("relationships", Shape::Records(&PROPERTY_RELATIONSHIP)).since(V310),
];

static PROPERTY: Record = Record {
    noun: "a property",
    groups: &[ELEMENT, COLUMN, &[text("name").required()]],
    openness: Closed,
    more: Some(of_logical_type),
    rule: None,
};

/// What `items` of an array describes. In v3.0.x it may have `properties` whatever its type.
static ITEM: Record = Record {
    noun: "the items of an array",
    groups: &[ELEMENT, COLUMN, &[text("name"), PROPERTIES.until(V302)]],
    openness: Closed,
    more: Some(of_logical_type),
    rule: None,
};

/// Fields that a property has because of its logical type. The published schemas apply every type's options at once
/// to a property without a type, which no option satisfies.
fn of_logical_type(property: &Node, edition: Edition) -> Vec<&'static [Field]> {
    let Some(logical_type) = property.get("logicalType") else { return vec![UNTYPED] };
    let named = logical_type.text().and_then(|name| TYPES.iter().find(|known| known.0 == name));
    match named {
        Some((_, since, fields)) if *since <= edition => vec![fields],
        _ => vec![FREE],
    }
}

const fn options(record: &'static Record) -> Field {
    field("logicalTypeOptions", Shape::Record(record))
}

const FREE: &[Field] = &[field("logicalTypeOptions", Shape::Table)];
const UNTYPED: &[Field] = &[options(&NO_OPTIONS), PROPERTIES, ITEMS];
const ITEMS: Field = field("items", Shape::Record(&ITEM));

static TYPES: &[(&str, Edition, &[Field])] = &[
    ("string", Edition::V300, &[options(&STRING)]),
    ("date", Edition::V300, &[options(&DATE)]),
    ("timestamp", V310, &[options(&CLOCK)]),
    ("time", V310, &[options(&CLOCK)]),
    ("integer", Edition::V300, &[options(&INTEGER)]),
    ("number", Edition::V300, &[options(&NUMBER)]),
    ("object", Edition::V300, &[options(&NESTED), PROPERTIES]),
    ("array", Edition::V300, &[options(&ARRAY), ITEMS]),
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

const RELATIONSHIP: &[Field] =
    &[field("type", Shape::OneOf(&["foreignKey"])), field("to", Shape::Reference).required(), CUSTOM_PROPERTIES];

static OBJECT_RELATIONSHIP: Record = Record {
    noun: "a relationship of an object",
    groups: &[RELATIONSHIP, &[field("from", Shape::Reference).required()]],
    openness: Closed,
    more: None,
    rule: Some(ends_alike),
};

static PROPERTY_RELATIONSHIP: Record = Record::plain("a relationship of a property", &[RELATIONSHIP], Closed);

/// A composite key refers to a composite key.
fn ends_alike(relationship: &Node, _: Edition) -> Option<(String, String)> {
    let is_list = |key| relationship.get(key).map(|node| matches!(node.content, Content::List(_)));
    match (is_list("from"), is_list("to")) {
        (Some(from), Some(to)) if from != to => Some((
            "from and to must both be one reference or both be a list of references".to_owned(),
            "write both as lists for a composite key".to_owned(),
        )),
        _ => None,
    }
}
