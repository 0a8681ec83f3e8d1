//! The document itself, and everything in it that describes people, money and services.

use super::{
    Edition::{V301, V302, V310, V320},
    context::CONTEXT,
    schema::OBJECT,
    servers::SERVER,
    shape::{Field, Openness::*, Record, Shape, field, text},
};

/// `id` of any mapping, since v3.1.0.
pub(super) const STABLE_ID: Field = field("id", Shape::Id).since(V310);
pub(super) const TAGS: Field = field("tags", Shape::Texts);
pub(super) const CUSTOM_PROPERTIES: Field = field("customProperties", Shape::Records(&CUSTOM_PROPERTY));
pub(super) const DEFINITIONS: Field = field("authoritativeDefinitions", Shape::Records(&DEFINITION));

pub(super) static DOCUMENT: Record = Record::plain(
    "the document",
    &[&[
        field("apiVersion", Shape::ApiVersion).required(),
        field("kind", Shape::OneOf(&["DataContract"])).required(),
        text("id").required(),
        text("version").required(),
        text("status").required().until(V310),
        text("status").since(V320),
        text("name"),
        text("tenant"),
        text("domain"),
        text("dataProduct"),
        TAGS,
        field("description", Shape::Record(&DESCRIPTION)),
        field("servers", Shape::Records(&SERVER)),
        CONTEXT,
        field("schema", Shape::Records(&OBJECT)),
        field("support", Shape::Records(&SUPPORT)),
        field("price", Shape::Record(&PRICE)),
        field("team", Shape::Records(&MEMBER)).until(V302),
        field("team", Shape::RecordOrList(&TEAM, &MEMBER)).since(V310),
        field("roles", Shape::Records(&ROLE)),
        text("slaDefaultElement"),
        field("slaProperties", Shape::Records(&SLA)),
        DEFINITIONS.since(V301),
        CUSTOM_PROPERTIES,
        text("contractCreatedTs"),
    ]],
    Closed,
);

static DESCRIPTION: Record = Record::plain(
    "the description",
    &[&[text("usage"), text("purpose"), text("limitations"), DEFINITIONS.since(V301), CUSTOM_PROPERTIES.since(V301)]],
    Open,
);

static SUPPORT: Record = Record::plain(
    "a support channel",
    &[&[
        STABLE_ID,
        text("channel").required(),
        text("url").required().until(V302),
        text("url").since(V310),
        text("description"),
        text("tool"),
        text("scope"),
        text("invitationUrl"),
        CUSTOM_PROPERTIES.since(V310),
    ]],
    ClosedSince310,
);

static PRICE: Record = Record::plain(
    "the price",
    &[&[STABLE_ID, field("priceAmount", Shape::Number), text("priceCurrency"), text("priceUnit")]],
    ClosedSince310,
);

static TEAM: Record = Record::plain(
    "the team",
    &[&[
        STABLE_ID,
        text("name"),
        text("description"),
        field("members", Shape::Records(&MEMBER)),
        TAGS,
        CUSTOM_PROPERTIES,
        DEFINITIONS,
    ]],
    Closed,
);

static MEMBER: Record = Record::plain(
    "a team member",
    &[&[
        STABLE_ID,
        text("username").until(V302),
        text("username").required().since(V310),
        text("name").since(V302),
        text("description").since(V302),
        text("role"),
        text("dateIn"),
        text("dateOut"),
        text("replacedByUsername"),
        TAGS.since(V310),
        CUSTOM_PROPERTIES.since(V310),
        DEFINITIONS.since(V310),
    ]],
    ClosedSince310,
);

pub(super) static ROLE: Record = Record::plain(
    "a role",
    &[&[
        STABLE_ID,
        text("role").required(),
        text("description"),
        text("access"),
        text("firstLevelApprovers"),
        text("secondLevelApprovers"),
        CUSTOM_PROPERTIES.since(V301),
    ]],
    ClosedSince310,
);

static SLA: Record = Record::plain(
    "a service level",
    &[&[
        STABLE_ID,
        text("property").required(),
        field("value", Shape::Scalar).required(),
        field("valueExt", Shape::Scalar),
        text("unit"),
        text("element"),
        text("driver"),
        text("description").since(V310),
        text("scheduler").since(V310),
        text("schedule").since(V310),
        CUSTOM_PROPERTIES.since(V320),
        DEFINITIONS.since(V320),
    ]],
    ClosedSince310,
);

static CUSTOM_PROPERTY: Record = Record::plain(
    "a custom property",
    &[&[
        STABLE_ID,
        text("property").until(V302),
        text("property").required().since(V310),
        field("value", Shape::Any).until(V302),
        field("value", Shape::Any).required().since(V310),
        text("description").since(V310),
        text("vendor").since(V320),
    ]],
    ClosedSince310,
);

static DEFINITION: Record = Record::plain(
    "an authoritative definition",
    &[&[STABLE_ID, text("url").required(), text("type").required(), text("description").since(V310)]],
    ClosedSince310,
);
