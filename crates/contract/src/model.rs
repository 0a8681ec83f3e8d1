//! The parts of a contract that Atalaya enforces, ready for the engine and the router.
//!
//! Nothing here is optional-by-accident: what a document leaves out has its default filled in, and what Atalaya does
//! not enforce is not here (it is listed by [`crate::lint`]).

mod quality;

use crate::{CANARY_CONTRACT, DateTimePattern, Decimal, Pattern};

pub use quality::{Literal, LiteralKind, Metric, Operator, QualityRule, Severity, Threshold, Unit};

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
    /// Whether it is the contract of Atalaya's own canary files.
    #[must_use]
    pub fn is_canary(&self) -> bool {
        self.id == CANARY_CONTRACT
    }

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
    /// The mark between groups of digits of a number's integer part. Default none.
    pub group_char: Option<char>,
    /// How many digits stand between group marks.
    pub group_sizes: GroupSizes,
    /// Cell texts that mean null: compared with the cell as it is written, after trimming and before escapes are taken
    /// away; quotes around it make no difference. Default: the empty cell alone.
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
            group_sizes: GroupSizes::default(),
            null_tokens: vec![String::new()],
            compression: Compression::Auto,
        }
    }
}

/// How many digits stand between the group marks of a number, as in the number patterns of Unicode's CLDR (UTS #35):
/// `#,##,##0` has a primary size of 3 and a secondary one of 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupSizes {
    /// Digits behind the last mark, 1 to 9.
    pub primary: u8,
    /// Digits between two marks, and the most before the first, 1 to 9.
    pub secondary: u8,
}

impl Default for GroupSizes {
    fn default() -> Self {
        Self { primary: 3, secondary: 3 }
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

impl Trim {
    /// The text without the blanks that are taken away.
    #[must_use]
    pub fn text(self, text: &str) -> &str {
        const BLANKS: [char; 2] = [' ', '\t'];
        match self {
            Self::None => text,
            Self::Start => text.trim_start_matches(BLANKS),
            Self::End => text.trim_end_matches(BLANKS),
            Self::Both => text.trim_matches(BLANKS),
        }
    }
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
    /// `enum`: the only values that are valid, nulls aside. None: any.
    pub enumeration: Option<Vec<Literal>>,
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
    /// A time of day, counted from midnight.
    Time(TemporalOptions),
    /// A point in time, counted from 1970-01-01T00:00:00 (UTC, or local where the column has no zone).
    Timestamp(TemporalOptions),
}

/// Options of a string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StringOptions {
    /// Regular expression that must match somewhere in the value, as in JSON Schema: anchors are the author's.
    pub pattern: Option<Pattern>,
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
    /// Lower and upper bounds: of a date in days, of others in microseconds, or nanoseconds where [`Self::precision`]
    /// is above six.
    pub bounds: Bounds<i64>,
    /// Most digits of a fraction of a second that are not zero, 0 to 9; a finer value is no value of the column. From
    /// `physicalType` such as `TIMESTAMP(9)`. Default 6.
    pub precision: u8,
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
