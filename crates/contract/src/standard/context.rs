//! What v3.2.0 brought for the readers of a contract that are no people: its context, and other names of things.

use super::{
    Edition::V320,
    fields::{CUSTOM_PROPERTIES, DEFINITIONS, STABLE_ID, TAGS},
    shape::{Field, Openness::Closed, Record, Shape, field, text},
};

/// Of the document or of a schema object.
pub(super) const CONTEXT: Field = field("context", Shape::TextOrRecord(&GUIDANCE)).since(V320);

pub(super) const SYNONYMS: Field = field("synonyms", Shape::Records(&SYNONYM)).since(V320);

static GUIDANCE: Record = Record::plain(
    "the context",
    &[&[
        text("instructions"),
        field("verifiedStatements", Shape::Records(&STATEMENT)),
        field("constraints", Shape::Records(&CONSTRAINT)),
    ]],
    Closed,
);

/// The `id` of an entry is any text: the published schema describes it as stable and restricts nothing.
const ENTRY: &[Field] = &[text("id"), DEFINITIONS, TAGS, CUSTOM_PROPERTIES];

static STATEMENT: Record =
    Record::plain("a verified statement", &[ENTRY, &[text("question").required(), text("answer")]], Closed);

static CONSTRAINT: Record = Record::plain("a constraint", &[ENTRY, &[text("constraint").required()]], Closed);

static SYNONYM: Record = Record::plain(
    "a synonym",
    &[&[
        STABLE_ID,
        text("synonym").required(),
        text("description"),
        text("locale"),
        text("source"),
        text("status"),
        CUSTOM_PROPERTIES,
    ]],
    Closed,
);
