//! The parts of a contract that Atalaya enforces, ready for the engine and the router.
//!
//! Nothing here is optional-by-accident: what a document leaves out has its default filled in, and what Atalaya does
//! not enforce is not here (it is listed by [`crate::lint`]).

use crate::{DateTimePattern, Decimal};

/// One contract document.
#[derive(Debug, Clone, PartialEq)]
pub struct Contract {
    /// `id` of the document.
    pub id: String,
    /// `version` of the document, as its author counts.
    pub version: String,
    /// `name` of the document.
    pub name: Option<String>,
    /// `status` of the document (`active`, `draft` …).
    pub status: String,
    /// `apiVersion`: the edition of the standard, such as `v3.1.0`.
    pub api_version: String,
    /// `schema[]`: the tables that the contract describes, in document order.
    pub objects: Vec<Object>,
    /// One feed for each server of type `s3` in `servers[]`, in document order.
    pub feeds: Vec<Feed>,
    /// The feed that judges a file on the desk: the first of `feeds`, or else one without a place, made of the only
    /// schema object and of the first server's dialect.
    pub desk: Option<Feed>,
}

impl Contract {
    /// The feed by which a file is judged that lies in no bucket.
    ///
    /// # Errors
    /// A sentence, when the contract does not say which schema object the file holds.
    pub fn feed_for_check(&self) -> Result<Feed, String> {
        self.desk.clone().ok_or_else(|| match self.objects.len() {
            0 => "the contract has no schema object to check a file against".to_owned(),
            count => format!(
                "the contract has {count} schema objects and no server that says which one a file holds; add a server \
                 with the customProperty schemaObject"
            ),
        })
    }
}

/// A stream of files with one place, one dialect and one table: an ODCS server of type `s3` bound to a schema object.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// The name readers know the data by: the `name` of the schema object.
    pub dataset: String,
    /// `servers[].server`.
    pub server: String,
    /// Which objects belong to the feed.
    pub location: Location,
    /// Index into [`Contract::objects`].
    pub object: usize,
    /// How bytes become records and cells.
    pub dialect: CsvDialect,
    /// How many rejected rows an available file may hold.
    pub reject_threshold: Threshold,
    /// What to do when the same content arrives again.
    pub on_duplicate_content: OnDuplicateContent,
    /// What to do with columns that the contract does not name.
    pub additional_columns: AdditionalColumns,
}

/// `s3://bucket/key` with globs in both parts: `*` within one path segment, `**` across segments, `?`, `[…]`, `{a,b}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Glob of the bucket's name.
    pub bucket: String,
    /// Glob of the object's key; a location that ends in `/` or names only a bucket claims everything below it.
    pub key: String,
}

/// How many rejected rows a file may hold and still become available. Default: none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// The largest tolerated amount, inclusive.
    pub value: f64,
    /// What `value` counts.
    pub unit: Unit,
}

impl Default for Threshold {
    fn default() -> Self {
        Self { value: 0.0, unit: Unit::Rows }
    }
}

/// What a threshold or a measured value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A number of rows.
    Rows,
    /// Rows in a hundred rows read, 0 to 100.
    Percent,
}

/// What to do with content that the feed has seen before, under whatever name or version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnDuplicateContent {
    /// The file ends as `duplicate` and nothing is loaded twice.
    #[default]
    Skip,
    /// The file is processed like any other.
    Process,
}

/// What to do with a column of the file that the contract does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AdditionalColumns {
    /// Leave it out of the output and report it.
    #[default]
    Ignore,
    /// Reject the file.
    Reject,
}

/// How bytes become records and cells, in the words of CSV on the Web and Frictionless.
#[derive(Debug, Clone, PartialEq)]
pub struct CsvDialect {
    /// Byte between cells. Default `,`.
    pub delimiter: u8,
    /// Byte around a cell that holds delimiters or line ends; `None` means that no byte quotes. Default `"`.
    pub quote_char: Option<u8>,
    /// Whether two quotes inside a quoted cell mean one. Default true.
    pub double_quote: bool,
    /// Byte that takes away the meaning of the next one. Default none.
    pub escape_char: Option<u8>,
    /// Whether the first record names the columns. Default true.
    pub header: bool,
    /// Label of the text encoding, as the WHATWG Encoding Standard lists them. Default `utf-8`.
    pub encoding: String,
    /// Start of lines that are comments. Default none.
    pub comment_prefix: Option<String>,
    /// Whether a blank line is passed over (true) or rejected as `blank-row` (false). Default true.
    pub skip_blank_rows: bool,
    /// Which blanks around a cell are taken away. Default none.
    pub trim: Trim,
    /// The decimal mark of numbers. Default `.`.
    pub decimal_char: char,
    /// The mark between groups of digits, removed before a number is read. Default none.
    pub group_char: Option<char>,
    /// Cell texts that mean null, compared after trimming. Default: the empty cell alone.
    pub null_tokens: Vec<String>,
    /// How the file is compressed. Default: found out from its first bytes.
    pub compression: Compression,
}

impl Default for CsvDialect {
    fn default() -> Self {
        Self {
            delimiter: b',',
            quote_char: Some(b'"'),
            double_quote: true,
            escape_char: None,
            header: true,
            encoding: "utf-8".to_owned(),
            comment_prefix: None,
            skip_blank_rows: true,
            trim: Trim::None,
            decimal_char: '.',
            group_char: None,
            null_tokens: vec![String::new()],
            compression: Compression::Auto,
        }
    }
}

/// Which blanks (space and tab) around a cell are taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trim {
    /// None: blanks are content.
    #[default]
    None,
    /// Those before the text.
    Start,
    /// Those after the text.
    End,
    /// Both.
    Both,
}

/// How a file's bytes are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// Gzip when the file starts with gzip's magic bytes, else plain.
    #[default]
    Auto,
    /// Not at all.
    None,
    /// Gzip, one member or several (RFC 1952).
    Gzip,
}

/// One table: an element of `schema[]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// `name`.
    pub name: String,
    /// The columns, in document order; without a header a file's columns stand in this order.
    pub properties: Vec<Property>,
    /// Indices into `properties` of the primary key's columns, in the order of `primaryKeyPosition`. Empty: no key.
    pub primary_key: Vec<usize>,
    /// Rules about the table as a whole.
    pub quality: Vec<QualityRule>,
}

/// One column: an element of `schema[].properties[]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// `name`: the column's name in the output.
    pub name: String,
    /// `physicalName`, or `name` where the document gives none: the column's label in the file's header.
    pub label: String,
    /// `logicalType` with its `logicalTypeOptions`; a property without one is a string.
    pub logical_type: LogicalType,
    /// `required`: a null is an error.
    pub required: bool,
    /// `unique`: a value that an earlier row holds is an error; nulls are not compared.
    pub unique: bool,
    /// `classification`; the values of any but `public` are masked wherever they are shown.
    pub classification: Option<String>,
    /// Rules about the column as a whole.
    pub quality: Vec<QualityRule>,
}

impl Property {
    /// Whether a value of this column must not be shown.
    #[must_use]
    pub fn is_masked(&self) -> bool {
        self.classification.as_deref().is_some_and(|class| !class.eq_ignore_ascii_case("public"))
    }
}

/// The type of a column's values.
#[derive(Debug, Clone, PartialEq)]
pub enum LogicalType {
    /// Text.
    String(StringOptions),
    /// A whole number, 64 bits with sign.
    Integer(NumberOptions),
    /// A decimal number.
    Number(NumberOptions),
    /// `true` or `false`.
    Boolean,
    /// A day. Bounds are days since 1970-01-01.
    Date(TemporalOptions),
    /// A time of day. Bounds are microseconds since midnight.
    Time(TemporalOptions),
    /// A point in time. Bounds are microseconds since 1970-01-01T00:00:00 (UTC, or local where the column has no zone).
    Timestamp(TemporalOptions),
}

/// Options of a string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StringOptions {
    /// Regular expression (checked when the contract is read) that must match somewhere in the value, as in JSON
    /// Schema: anchors are the author's.
    pub pattern: Option<String>,
    /// Fewest Unicode characters.
    pub min_length: Option<u64>,
    /// Most Unicode characters.
    pub max_length: Option<u64>,
}

/// Options of an integer or number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NumberOptions {
    /// Lower and upper bounds.
    pub bounds: Bounds<Decimal>,
    /// The value must be this times a whole number; positive.
    pub multiple_of: Option<Decimal>,
    /// Precision and scale of a number, from `physicalType` such as `DECIMAL(12,2)`.
    pub decimal: Option<DecimalType>,
}

/// Precision and scale of a fixed-point number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecimalType {
    /// Most significant digits, 1 to 38.
    pub precision: u8,
    /// Digits after the point, 0 to `precision`.
    pub scale: u8,
}

/// Options of a date, time or timestamp.
#[derive(Debug, Clone, PartialEq)]
pub struct TemporalOptions {
    /// How the text is written; the default is ISO 8601 (`yyyy-MM-dd`, `HH:mm:ss`, `yyyy-MM-dd'T'HH:mm:ss` with an
    /// optional fraction, and a zone where `has_zone`).
    pub format: DateTimePattern,
    /// Lower and upper bounds, in the unit that [`LogicalType`] names.
    pub bounds: Bounds<i64>,
    /// Whether a value stands for a point in time (true) or for a clock on the wall (false). `timezone` in ODCS.
    pub has_zone: bool,
    /// IANA name of the zone that a text without one is read in; checked when the contract is read. Default `UTC`.
    pub default_zone: String,
}

/// Lower and upper bounds; each is inclusive unless its flag says otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Bounds<T> {
    /// `minimum`.
    pub min: Option<T>,
    /// `maximum`.
    pub max: Option<T>,
    /// `exclusiveMinimum`.
    pub exclusive_min: Option<T>,
    /// `exclusiveMaximum`.
    pub exclusive_max: Option<T>,
}

impl<T> Default for Bounds<T> {
    fn default() -> Self {
        Self { min: None, max: None, exclusive_min: None, exclusive_max: None }
    }
}

/// A quality rule of type `library`: a metric of the whole file compared with a threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct QualityRule {
    /// `name` or `id` of the rule, or the metric's name where the document gives none.
    pub name: String,
    /// What is measured.
    pub metric: Metric,
    /// The comparison that the measured value must satisfy.
    pub operator: Operator,
    /// Whether the measured value is a number of rows or a share of the rows read.
    pub unit: Unit,
    /// What a broken rule does.
    pub severity: Severity,
}

/// What a quality rule measures, over all rows read.
#[derive(Debug, Clone, PartialEq)]
pub enum Metric {
    /// Nulls in the column.
    NullValues,
    /// Cells of the column whose text is in the list; `None` in the list stands for null.
    MissingValues(Vec<Option<String>>),
    /// Values of the column that are not in the list or do not match the pattern (nulls are not looked at).
    InvalidValues {
        /// The texts that are valid; empty when the rule has only a pattern.
        valid_values: Vec<String>,
        /// The regular expression that a valid text matches.
        pattern: Option<String>,
    },
    /// Rows whose values of these columns (indices into [`Object::properties`]; on a property its own index alone) an
    /// earlier row already holds; nulls are not compared.
    DuplicateValues(Vec<usize>),
    /// All rows read.
    RowCount,
}

/// The eight comparisons of ODCS.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Operator {
    /// `=`
    MustBe(f64),
    /// `≠`
    MustNotBe(f64),
    /// `>`
    MustBeGreaterThan(f64),
    /// `≥`
    MustBeGreaterOrEqualTo(f64),
    /// `<`
    MustBeLessThan(f64),
    /// `≤`
    MustBeLessOrEqualTo(f64),
    /// Within both bounds, bounds included.
    MustBeBetween(f64, f64),
    /// Outside both bounds, bounds excluded.
    MustNotBeBetween(f64, f64),
}

impl Operator {
    /// Whether a measured value satisfies the comparison.
    #[must_use]
    pub fn holds(self, value: f64) -> bool {
        match self {
            Self::MustBe(x) => value == x,
            Self::MustNotBe(x) => value != x,
            Self::MustBeGreaterThan(x) => value > x,
            Self::MustBeGreaterOrEqualTo(x) => value >= x,
            Self::MustBeLessThan(x) => value < x,
            Self::MustBeLessOrEqualTo(x) => value <= x,
            Self::MustBeBetween(low, high) => (low..=high).contains(&value),
            Self::MustNotBeBetween(low, high) => !(low..=high).contains(&value),
        }
    }
}

/// What a broken quality rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Severity {
    /// The file is rejected.
    #[default]
    Error,
    /// The breach is counted and told; the file's outcome does not change.
    Warning,
}
