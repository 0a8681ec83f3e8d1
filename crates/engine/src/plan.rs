//! A contract compiled for one feed.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use atalaya_contract::{
    AdditionalColumns, Bounds, Compression, Contract, CsvDialect, Decimal, Feed, LogicalType, Metric, Object, Property,
    TemporalOptions, Threshold, Trim,
};

use crate::{
    check::{self, Cell, CellCheck},
    column::{Boolean, FixedPoint, Float, Integer, Kind, NullTokens, NumberMarks, Target, Temporal, Text},
    fault::Rules,
    keys::KeyRule,
    quality::{self, QualityPlan},
    rejects::cut,
    scan::Marks,
    source::Charset,
};

/// Most columns of a table, and most quality rules.
const MOST_COLUMNS: usize = 2048;
const MOST_RULES: usize = 4096;

/// Longest name of a column or a rule, in characters: as much as Athena and Glue take.
const NAME_CHARACTERS: usize = 255;

/// How much of a pattern messages show, and of a name that is too long, in characters.
const SHOWN_PATTERN: usize = 100;
const SHOWN_NAME: usize = 40;

/// A contract that cannot be compiled: what is wrong with it, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct PlanError {
    /// The part of the contract: `csvDialect`, or the name of a property.
    pub place: String,
    /// What is wrong and what would be right.
    pub message: String,
    /// Line of the contract where it stands, from 1, where that is known.
    pub line: Option<usize>,
}

impl PlanError {
    pub(crate) fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into(), line: None }
    }

    /// The same fault with its place.
    pub(crate) fn at(self, place: impl Into<String>) -> Self {
        Self { place: place.into(), ..self }
    }
}

/// A fault whose place the caller knows.
impl From<String> for PlanError {
    fn from(message: String) -> Self {
        Self::new("", message)
    }
}

/// What bounds the engine's memory on one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Longest record, in bytes of UTF-8. A longer one makes the file unreadable. Default 4 MiB.
    pub record_bytes: usize,
    /// Most lines of a record. One that has more makes the file unreadable. Default 524,288.
    pub record_lines: u64,
    /// Memory for the keys of `unique` columns, primary keys and `duplicateValues` rules together. A file that needs
    /// more is rejected. Default 512 MiB, about 16 million distinct keys.
    pub key_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { record_bytes: 4 << 20, record_lines: 1 << 19, key_bytes: 512 << 20 }
    }
}

impl Limits {
    /// Whether a record of so many bytes and line ends is too long.
    pub(crate) fn are_exceeded(&self, bytes: usize, lines: u64) -> bool {
        bytes > self.record_bytes || lines > self.record_lines
    }
}

/// A contract compiled for one of its feeds: it can judge any number of files, at once too.
#[derive(Debug)]
pub struct Plan {
    pub(crate) compression: Compression,
    pub(crate) charset: Charset,
    pub(crate) marks: Marks,
    pub(crate) common: Common,
    pub(crate) header: bool,
    pub(crate) skip_blank_rows: bool,
    pub(crate) columns: Vec<ColumnPlan>,
    pub(crate) keys: Vec<KeyRule>,
    pub(crate) quality: Vec<QualityPlan>,
    /// How many rejected rows are tolerated; `None`: any number.
    pub(crate) threshold: Option<Threshold>,
    pub(crate) additional_columns: AdditionalColumns,
    pub(crate) limits: Limits,
    schema: SchemaRef,
}

/// What every column's reading needs.
#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) marks: Marks,
    pub(crate) nulls: NullTokens,
    pub(crate) numbers: NumberMarks,
}

/// One column of the contract.
#[derive(Debug)]
pub(crate) struct ColumnPlan {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) required: bool,
    pub(crate) masked: bool,
    /// Whether keys or quality rules look at the column's values.
    pub(crate) needs_values: bool,
    pub(crate) kind: Kind,
    /// The limit of each rule that has one, as messages show it.
    pub(crate) limits: Vec<(Rules, String)>,
    /// What else each cell must satisfy.
    pub(crate) checks: Vec<CellCheck>,
}

impl Plan {
    /// Compiles the table that `feed`, one of the contract's feeds, is bound to.
    ///
    /// # Errors
    /// Names the first part of the contract that cannot be enforced: an unknown encoding or time zone, marks of the
    /// dialect that contradict each other, a pattern that is no regular expression.
    pub fn new(contract: &Contract, feed: &Feed) -> Result<Self, PlanError> {
        let in_dialect = |message: String| PlanError::new("csvDialect", message);
        let dialect = &feed.dialect;
        let object = contract.objects.get(feed.object).ok_or_else(|| {
            PlanError::new(format!("servers[{}]", feed.server), "the server is bound to no schema object")
        })?;
        let marks = Marks::new(dialect).map_err(in_dialect)?;
        let numbers =
            NumberMarks { decimal: dialect.decimal_char, group: dialect.group_char, sizes: dialect.group_sizes };
        if Some(numbers.decimal) == numbers.group {
            return Err(in_dialect("decimalChar and groupChar are the same character".to_owned()));
        }
        if object.properties.is_empty() {
            return Err(PlanError::new(&object.name, "the schema object has no properties"));
        }
        if let Some(fault) = size_fault(object) {
            return Err(fault);
        }
        let columns = object.properties.iter().enumerate().map(|(at, property)| {
            ColumnPlan::new(property, object.primary_key.contains(&at), numbers, dialect.trim)
                .map_err(|error| error.at(&property.name))
        });
        let mut columns = columns.collect::<Result<Vec<_>, _>>()?;
        let mut keys = KeyRule::of_object(object);
        let quality = quality::compile(object, &mut columns, &mut keys)?;
        for column in keys.iter().flat_map(|key| &key.columns) {
            columns[*column].needs_values = true;
        }
        let fields = columns.iter().map(ColumnPlan::field);
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        Ok(Self {
            compression: dialect.compression,
            charset: Charset::new(&dialect.encoding).map_err(in_dialect)?,
            common: Common { marks: marks.clone(), nulls: NullTokens::new(&dialect.null_tokens), numbers },
            marks,
            header: dialect.header,
            skip_blank_rows: dialect.skip_blank_rows,
            columns,
            keys,
            quality,
            threshold: Some(feed.reject_threshold),
            additional_columns: feed.additional_columns,
            limits: Limits::default(),
            schema,
        })
    }

    /// Every fault that keeps the table from being compiled, where [`Self::new`] names the first.
    #[must_use]
    pub fn faults(contract: &Contract, feed: &Feed) -> Vec<PlanError> {
        let Err(first) = Self::new(contract, feed) else { return Vec::new() };
        let properties = contract.objects.get(feed.object).map(|object| &object.properties[..]).unwrap_or_default();
        let mut faults: Vec<_> = properties.iter().flat_map(|property| ColumnPlan::faults(property, feed)).collect();
        if faults.is_empty() {
            faults.push(first);
        }
        faults
    }

    /// The same plan with other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The same plan, tolerating any number of rejected rows. What is wrong with the file as a whole still rejects it.
    #[must_use]
    pub fn tolerating_rejects(self) -> Self {
        Self { threshold: None, ..self }
    }

    /// Whether the contract has a primary key, unique columns or a rule that allows no duplicates, so that one row can
    /// stand in another's way.
    #[must_use]
    pub fn compares_rows(&self) -> bool {
        self.keys.iter().any(KeyRule::rejects)
    }

    /// The columns of the output, in the contract's order.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

impl ColumnPlan {
    fn new(property: &Property, is_key: bool, numbers: NumberMarks, trim: Trim) -> Result<Self, PlanError> {
        let mut limits = Vec::new();
        let kind = match &property.logical_type {
            LogicalType::Integer(options) | LogicalType::Number(options) => {
                bound_words(&options.bounds, Decimal::to_string, &mut limits);
                limits.extend(options.multiple_of.map(|step| (Rules::MULTIPLE_OF, step.to_string())));
                match (&property.logical_type, options.decimal) {
                    (LogicalType::Integer(_), _) => Kind::Integer(Integer::new(options, numbers)),
                    (_, None) => Kind::Float(Float::new(options, numbers)),
                    (_, Some(format)) if (1..=38).contains(&format.precision) && format.scale <= format.precision => {
                        Kind::FixedPoint(FixedPoint::new(options, format, numbers))
                    }
                    (_, Some(_)) => {
                        return Err("a decimal has 1 to 38 digits, and no more after the mark".to_owned().into());
                    }
                }
            }
            LogicalType::Boolean => Kind::Boolean(Boolean),
            LogicalType::Date(options) => Kind::Date(temporal(options, Target::Date, &mut limits)?),
            LogicalType::Time(options) => Kind::Time(temporal(options, Target::Time, &mut limits)?),
            LogicalType::Timestamp(options) => Kind::Timestamp(temporal(options, Target::Timestamp, &mut limits)?),
            LogicalType::String(options) => {
                limits.extend(options.min_length.map(|length| (Rules::MIN_LENGTH, length.to_string())));
                limits.extend(options.max_length.map(|length| (Rules::MAX_LENGTH, length.to_string())));
                let pattern = options.pattern.as_ref().map(|pattern| cut(pattern.source(), SHOWN_PATTERN));
                limits.extend(pattern.map(|pattern| (Rules::PATTERN, pattern)));
                Kind::Text(Text::new(options))
            }
        };
        let enumeration = property.enumeration.as_ref();
        let checks = enumeration.map(|values| CellCheck::of_enumeration(values, &kind)).transpose()?;
        // A header's labels are trimmed as its cells are, so the contract's are too.
        Ok(Self {
            name: property.name.clone(),
            label: trim.text(&property.label).to_owned(),
            required: property.required || is_key,
            masked: property.is_masked(),
            needs_values: false,
            kind,
            limits,
            checks: checks.into_iter().collect(),
        })
    }

    /// The faults of a column by itself: of its type, or of values that are listed for it.
    fn faults(property: &Property, feed: &Feed) -> Vec<PlanError> {
        let CsvDialect { decimal_char: decimal, group_char: group, group_sizes: sizes, trim, .. } = feed.dialect;
        let bare = Property { enumeration: None, ..property.clone() };
        let column = match Self::new(&bare, false, NumberMarks { decimal, group, sizes }, trim) {
            Ok(column) => column,
            Err(fault) => return vec![fault.at(&property.name)],
        };
        let of_rules = property.quality.iter().filter_map(|rule| match &rule.metric {
            Metric::InvalidValues { valid_values, .. } => valid_values.as_ref(),
            _ => None,
        });
        let lists = property.enumeration.iter().chain(of_rules);
        lists.flat_map(|list| check::unreadable(list, &column.kind)).map(|fault| fault.at(&property.name)).collect()
    }

    /// Adds a check, unless it does no more than `required` does already.
    pub(crate) fn add_check(&mut self, check: CellCheck) {
        if !(self.required && check.is_no_null()) {
            self.checks.push(check);
        }
    }

    /// What a null that is written as `cell` breaks.
    #[inline]
    pub(crate) fn null_rules(&self, cell: &[u8]) -> Rules {
        if self.required { Rules::REQUIRED } else { self.check_rules(|| Cell::Null(cell)) }
    }

    /// Whether a cell breaks one of the column's checks.
    #[inline]
    pub(crate) fn check_rules<'a>(&self, cell: impl FnOnce() -> Cell<'a>) -> Rules {
        if self.checks.is_empty() {
            return Rules::NONE;
        }
        let cell = cell();
        Rules::CHECKS.when(self.checks.iter().any(|check| check.is_broken(cell)))
    }

    /// The column of the output.
    pub(crate) fn field(&self) -> Field {
        let data_type = match &self.kind {
            Kind::Integer(_) => DataType::Int64,
            Kind::Float(_) => DataType::Float64,
            Kind::FixedPoint(kind) => {
                let format = kind.format();
                // A scale is at most 38.
                DataType::Decimal128(format.precision, format.scale as i8)
            }
            Kind::Boolean(_) => DataType::Boolean,
            Kind::Date(_) => DataType::Date32,
            Kind::Time(kind) => DataType::Time64(unit(kind)),
            Kind::Timestamp(kind) => DataType::Timestamp(unit(kind), kind.has_zone().then(|| Arc::from("UTC"))),
            Kind::Text(_) => DataType::Utf8,
        };
        Field::new(&self.name, data_type, !self.required)
    }

    /// The limit of a rule, as messages show it.
    pub(crate) fn limit(&self, rule: Rules) -> &str {
        self.limits.iter().find(|(known, _)| *known == rule).map_or("", |(_, limit)| limit)
    }
}

/// What of an object is more than a table may have.
fn size_fault(object: &Object) -> Option<PlanError> {
    let Object { name, properties, quality, .. } = object;
    if properties.len() > MOST_COLUMNS {
        let message =
            format!("the schema object has {} properties, and a table has at most {MOST_COLUMNS}", properties.len());
        return Some(PlanError::new(name, message));
    }
    let rules = properties.iter().flat_map(|property| &property.quality).chain(quality);
    let of_rules = rules.clone().map(|rule| ("the name of a quality rule", &rule.name));
    let of_columns =
        properties.iter().flat_map(|property| [("the name", &property.name), ("the label", &property.label)]);
    let long = of_columns.chain(of_rules).find(|(_, text)| text.chars().nth(NAME_CHARACTERS).is_some());
    if let Some((what, text)) = long {
        let message = format!("{what} is longer than {NAME_CHARACTERS} characters: every reject would repeat it");
        return Some(PlanError::new(cut(text, SHOWN_NAME), message));
    }
    let count = rules.count();
    (count > MOST_RULES).then(|| {
        PlanError::new(
            name,
            format!("the schema object has {count} quality rules, and at most {MOST_RULES} are measured"),
        )
    })
}

fn unit(kind: &Temporal) -> TimeUnit {
    if kind.has_nanoseconds() { TimeUnit::Nanosecond } else { TimeUnit::Microsecond }
}

fn temporal(options: &TemporalOptions, target: Target, limits: &mut Vec<(Rules, String)>) -> Result<Temporal, String> {
    let column = Temporal::new(options, target)?;
    bound_words(&options.bounds, |bound| column.iso(*bound), limits);
    Ok(column)
}

fn bound_words<T>(bounds: &Bounds<T>, word: impl Fn(&T) -> String, limits: &mut Vec<(Rules, String)>) {
    let Bounds { min, max, exclusive_min, exclusive_max } = bounds;
    let each = [
        (Rules::MINIMUM, min),
        (Rules::MAXIMUM, max),
        (Rules::EXCLUSIVE_MINIMUM, exclusive_min),
        (Rules::EXCLUSIVE_MAXIMUM, exclusive_max),
    ];
    limits.extend(each.into_iter().filter_map(|(rule, bound)| bound.as_ref().map(|bound| (rule, word(bound)))));
}
