//! `servers[]`: the fields of each type of server.

use atalaya_document::Node;

use super::{
    Edition::{self, V300, V301, V302, V310, V320},
    fields::{CUSTOM_PROPERTIES, ROLE, STABLE_ID},
    shape::{Field, Openness::ClosedSince310, Record, Shape, field, text},
};

pub(super) static SERVER: Record = Record {
    noun: "a server",
    groups: &[&[
        STABLE_ID,
        text("server").required(),
        field("type", Shape::ServerType).required(),
        text("description"),
        text("environment"),
        field("roles", Shape::Records(&ROLE)),
        CUSTOM_PROPERTIES,
    ]],
    openness: ClosedSince310,
    more: Some(of_type),
    rule: None,
};

/// The types of server, each with the first edition that knows it.
pub(super) fn types() -> impl Iterator<Item = (&'static str, Edition)> {
    TYPES.iter().map(|known| (known.name, known.since))
}

fn of_type(server: &Node, edition: Edition) -> Option<Vec<&'static [Field]>> {
    let name = server.get("type").and_then(Node::text)?;
    let known = TYPES.iter().filter(|known| known.name == name && known.since <= edition);
    let fields: Vec<_> = known.map(|known| known.fields).collect();
    (!fields.is_empty()).then_some(fields)
}

struct Type {
    name: &'static str,
    since: Edition,
    fields: &'static [Field],
}

const fn kind(name: &'static str, fields: &'static [Field]) -> Type {
    Type { name, since: V300, fields }
}

const fn later(name: &'static str, since: Edition, fields: &'static [Field]) -> Type {
    Type { name, since, fields }
}

const HOST: Field = text("host");
const PORT: Field = field("port", Shape::Port);
const DATABASE: Field = text("database");
const SCHEMA: Field = text("schema");
const CATALOG: Field = text("catalog");
const ACCOUNT: Field = text("account");
const LOCATION: Field = text("location");
const FORMAT: Field = text("format");
/// The character encoding of the data, where a server hands out bytes.
const ENCODING: Field = text("encoding").since(V320);

const FILE_FORMAT: Shape = Shape::OneOf(&["parquet", "delta", "json", "csv"]);
const DELIMITER_OLD: Field = field("delimiter", Shape::OneOf(&["new_line", "array"])).until(V302);
const DELIMITER: Field = text("delimiter").since(V310);

const HOST_AND_DATABASE: &[Field] = &[HOST.required(), PORT, DATABASE.required()];
const DATABASE_AT_HOST: &[Field] = &[HOST, PORT, DATABASE.required()];
const HOST_PORT_DATABASE: &[Field] = &[HOST.required(), PORT.required(), DATABASE.required()];
const HOST_TO_SCHEMA: &[Field] = &[HOST.required(), PORT.required(), DATABASE.required(), SCHEMA.required()];

static TYPES: &[Type] = &[
    kind("api", &[LOCATION.required()]),
    kind(
        "athena",
        &[
            field("staging_dir", Shape::Any).required().until(V301),
            text("stagingDir").until(V301),
            text("stagingDir").required().since(V302).until(V310),
            text("stagingDir").since(V320),
            text("workgroup").since(V320),
            SCHEMA.required(),
            CATALOG,
            text("regionName"),
        ],
    ),
    kind(
        "azure",
        &[
            LOCATION.required(),
            field("format", FILE_FORMAT).required().until(V302),
            FORMAT.required().since(V310),
            DELIMITER_OLD,
            DELIMITER,
            ENCODING,
        ],
    ),
    kind("bigquery", &[text("project").required(), text("dataset").required()]),
    kind("clickhouse", HOST_PORT_DATABASE),
    kind("databricks", &[HOST, CATALOG.required(), SCHEMA.required()]),
    kind("denodo", &[HOST.required(), PORT.required(), DATABASE]),
    kind("dremio", &[HOST.required(), PORT.required(), SCHEMA]),
    kind("duckdb", &[DATABASE.required(), field("schema", Shape::Whole).until(V302), SCHEMA.since(V310)]),
    kind("glue", &[ACCOUNT.required(), DATABASE.required(), LOCATION, FORMAT, ENCODING]),
    kind("cloudsql", HOST_TO_SCHEMA),
    kind("db2", &[HOST.required(), PORT.required(), DATABASE.required(), SCHEMA]),
    later("hive", V310, HOST_AND_DATABASE),
    later("impala", V310, HOST_AND_DATABASE),
    kind("informix", HOST_AND_DATABASE),
    kind("kafka", &[HOST.required(), FORMAT, ENCODING]),
    kind("kinesis", &[text("region"), FORMAT, ENCODING]),
    kind("local", &[text("path").required(), FORMAT.required(), ENCODING]),
    kind("mysql", HOST_PORT_DATABASE),
    kind("oracle", &[HOST.required(), PORT.required(), text("serviceName").required()]),
    kind("postgresql", HOST_TO_SCHEMA),
    kind("postgres", HOST_TO_SCHEMA),
    kind("presto", &[HOST.required(), CATALOG, SCHEMA]),
    kind("pubsub", &[text("project").required()]),
    kind("redshift", &[HOST, DATABASE.required(), SCHEMA.required(), text("region"), ACCOUNT]),
    kind(
        "s3",
        &[
            LOCATION.required(),
            text("endpointUrl"),
            field("format", FILE_FORMAT).until(V302),
            FORMAT.since(V310),
            DELIMITER_OLD,
            DELIMITER,
            ENCODING,
        ],
    ),
    kind(
        "sftp",
        &[
            field("location", Shape::Prefix("sftp://")).required(),
            field("format", FILE_FORMAT).until(V302),
            FORMAT.since(V310),
            DELIMITER_OLD,
            DELIMITER,
            ENCODING,
        ],
    ),
    kind("snowflake", &[HOST, PORT, ACCOUNT.required(), DATABASE.required(), SCHEMA.required(), text("warehouse")]),
    kind("sqlserver", &[HOST.required(), PORT, DATABASE.required(), SCHEMA.required()]),
    kind("synapse", HOST_PORT_DATABASE),
    kind("trino", &[HOST.required(), PORT.required(), CATALOG.required(), SCHEMA.required()]),
    kind("vertica", HOST_TO_SCHEMA),
    later("zen", V310, HOST_AND_DATABASE),
    later("btrieve", V320, HOST_AND_DATABASE),
    later("exasol", V320, &[HOST.required(), PORT, SCHEMA]),
    later("fastobjects", V320, DATABASE_AT_HOST),
    later("hana", V320, &[HOST.required(), PORT, DATABASE, SCHEMA]),
    later("iceberg", V320, &[CATALOG.required(), text("catalogUrl").required(), text("namespace"), text("warehouse")]),
    later("ingres", V320, HOST_AND_DATABASE),
    later("poet", V320, DATABASE_AT_HOST),
    later("teradata", V320, &[HOST.required(), PORT, DATABASE]),
    later("vectorwise", V320, HOST_AND_DATABASE),
    later("versant", V320, DATABASE_AT_HOST),
    kind(
        "custom",
        &[
            ACCOUNT,
            CATALOG,
            DATABASE,
            text("dataset"),
            text("delimiter"),
            text("endpointUrl"),
            FORMAT,
            HOST,
            LOCATION,
            text("path"),
            PORT,
            text("project"),
            text("region"),
            text("regionName"),
            SCHEMA,
            text("serviceName"),
            text("stagingDir"),
            text("warehouse"),
            text("stream").since(V310),
            ENCODING,
        ],
    ),
];
