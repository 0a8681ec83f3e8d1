//! `schema[]`: objects, their properties, relationships.

use atalaya_document::{Content, Node};

use super::{
    Edition::{self, V302, V310, V320},
    context::{CONTEXT, SYNONYMS},
    fields::{CUSTOM_PROPERTIES, DEFINITIONS, STABLE_ID, TAGS},
    logical_type::{LOGICAL_TYPES, of_logical_type},
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
    SYNONYMS,
    field("deprecated", Shape::Flag).since(V320),
];

pub(super) const PROPERTIES: Field = field("properties", Shape::Records(&PROPERTY));

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
            CONTEXT,
        ],
    ],
    Closed,
);

const COLUMN: &[Field] = &[
    field("primaryKey", Shape::Flag),
    field("primaryKeyPosition", Shape::Whole),
    field("logicalType", Shape::OneOfSince(LOGICAL_TYPES)),
    field("enum", Shape::DistinctRecords(&ENUM_VALUE)).since(V320),
    field("semanticType", Shape::OneOf(&["column", "measure", "dimension"])).since(V320),
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

/// One of the values that a property may have, whatever its type.
static ENUM_VALUE: Record = Record::plain(
    "an allowed value",
    &[&[
        STABLE_ID,
        field("value", Shape::Scalar).required(),
        text("label"),
        text("description"),
        CUSTOM_PROPERTIES,
        DEFINITIONS,
        TAGS,
    ]],
    Closed,
);

static PROPERTY: Record = Record {
    noun: "a property",
    groups: &[ELEMENT, COLUMN, &[text("name").required()]],
    openness: Closed,
    more: Some(of_logical_type),
    rule: None,
};

/// What `items` of an array describes. In v3.0.x it may have `properties` whatever its type.
pub(super) static ITEM: Record = Record {
    noun: "the items of an array",
    groups: &[ELEMENT, COLUMN, &[text("name"), PROPERTIES.until(V302)]],
    openness: Closed,
    more: Some(of_logical_type),
    rule: None,
};

const RELATIONSHIP: &[Field] = &[
    text("id").since(V320),
    field("type", Shape::OneOf(&["foreignKey"])),
    field("to", Shape::Reference).required(),
    CUSTOM_PROPERTIES,
];

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
