//! Parquet bytes read back: cells as text, and exact facts about columns.

use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, LargeStringArray,
    RecordBatch, StringArray, StringViewArray, Time64MicrosecondArray, Time64NanosecondArray,
    TimestampMicrosecondArray, TimestampNanosecondArray,
};
use arrow_schema::{DataType, Schema, SchemaRef, TimeUnit};
use atalaya_contract::Decimal;
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// What a Parquet file holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

/// Count, exact sum, smallest and largest of a column's values that are not null.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) values: usize,
    pub(crate) sum: Decimal,
    pub(crate) min: Option<Decimal>,
    pub(crate) max: Option<Decimal>,
}

impl Table {
    /// Reads a whole Parquet file; no bytes are a table without columns.
    pub(crate) fn read(parquet: &Bytes) -> Self {
        if parquet.is_empty() {
            return Self { schema: SchemaRef::new(Schema::empty()), batches: Vec::new() };
        }
        let builder = ParquetRecordBatchReaderBuilder::try_new(parquet.clone()).expect("a Parquet file");
        let schema = builder.schema().clone();
        let batches = builder.build().expect("a reader").collect::<Result<_, _>>().expect("readable row groups");
        Self { schema, batches }
    }

    pub(crate) fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    pub(crate) fn data_type(&self, column: &str) -> DataType {
        self.schema.field_with_name(column).expect(column).data_type().clone()
    }

    fn arrays<'a>(&'a self, column: &str) -> impl Iterator<Item = &'a ArrayRef> {
        let index = self.schema.index_of(column).unwrap_or_else(|_| panic!("no column {column}"));
        self.batches.iter().map(move |batch| batch.column(index))
    }

    /// All cells of one column, in order.
    pub(crate) fn column(&self, name: &str) -> Vec<Option<String>> {
        self.arrays(name).flat_map(|array| (0..array.len()).map(|row| cell(array, row))).collect()
    }

    /// All rows, each as the texts of its cells.
    pub(crate) fn cells(&self) -> Vec<Vec<Option<String>>> {
        self.batches
            .iter()
            .flat_map(|batch| {
                (0..batch.num_rows()).map(|row| batch.columns().iter().map(|array| cell(array, row)).collect())
            })
            .collect()
    }

    pub(crate) fn nulls(&self, column: &str) -> usize {
        self.arrays(column).map(|array| array.null_count()).sum()
    }

    /// Exact facts about a whole-number or fixed-point column.
    pub(crate) fn facts(&self, column: &str) -> Facts {
        let mut facts = Facts { values: 0, sum: Decimal::from(0), min: None, max: None };
        for value in self.arrays(column).flat_map(decimals) {
            facts.values += 1;
            facts.sum = add(facts.sum, value);
            facts.min = Some(facts.min.map_or(value, |min| min.min(value)));
            facts.max = Some(facts.max.map_or(value, |max| max.max(value)));
        }
        facts
    }
}

fn add(left: Decimal, right: Decimal) -> Decimal {
    let scale = left.scale.max(right.scale);
    let (left, right) = (left.rescale(scale).expect("fits"), right.rescale(scale).expect("fits"));
    Decimal { mantissa: left + right, scale }
}

fn decimals(array: &ArrayRef) -> Vec<Decimal> {
    match array.data_type() {
        DataType::Int64 => {
            array.as_any().downcast_ref::<Int64Array>().unwrap().iter().flatten().map(Decimal::from).collect()
        }
        DataType::Decimal128(_, scale) => {
            let scale = u32::try_from(*scale).expect("not negative");
            let array = array.as_any().downcast_ref::<Decimal128Array>().unwrap();
            array.iter().flatten().map(|mantissa| Decimal { mantissa, scale }).collect()
        }
        other => panic!("{other} has no exact sum"),
    }
}

/// Text of one cell: as a person would write the value, `None` for null.
fn cell(array: &ArrayRef, row: usize) -> Option<String> {
    if array.is_null(row) {
        return None;
    }
    let any = array.as_any();
    Some(match array.data_type() {
        DataType::Utf8 => any.downcast_ref::<StringArray>().unwrap().value(row).to_owned(),
        DataType::LargeUtf8 => any.downcast_ref::<LargeStringArray>().unwrap().value(row).to_owned(),
        DataType::Utf8View => any.downcast_ref::<StringViewArray>().unwrap().value(row).to_owned(),
        DataType::Boolean => any.downcast_ref::<BooleanArray>().unwrap().value(row).to_string(),
        DataType::Int64 => any.downcast_ref::<Int64Array>().unwrap().value(row).to_string(),
        DataType::Float64 => any.downcast_ref::<Float64Array>().unwrap().value(row).to_string(),
        DataType::Decimal128(_, scale) => {
            let mantissa = any.downcast_ref::<Decimal128Array>().unwrap().value(row);
            Decimal { mantissa, scale: u32::try_from(*scale).expect("not negative") }.to_string()
        }
        DataType::Date32 => date(any.downcast_ref::<Date32Array>().unwrap().value(row)),
        DataType::Time64(TimeUnit::Microsecond) => {
            clock(any.downcast_ref::<Time64MicrosecondArray>().unwrap().value(row) * 1000)
        }
        DataType::Time64(TimeUnit::Nanosecond) => {
            clock(any.downcast_ref::<Time64NanosecondArray>().unwrap().value(row))
        }
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            let micros = any.downcast_ref::<TimestampMicrosecondArray>().unwrap().value(row);
            timestamp(i128::from(micros) * 1000, zone.is_some())
        }
        DataType::Timestamp(TimeUnit::Nanosecond, zone) => {
            let nanos = any.downcast_ref::<TimestampNanosecondArray>().unwrap().value(row);
            timestamp(i128::from(nanos), zone.is_some())
        }
        other => panic!("no text for {other}"),
    })
}

fn date(days: i32) -> String {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.checked_add(jiff::Span::new().days(days)).expect("a day in range").to_string()
}

fn timestamp(nanos: i128, has_zone: bool) -> String {
    const DAY: i128 = 86_400_000_000_000;
    let day = i32::try_from(nanos.div_euclid(DAY)).expect("a day in range");
    let rest = i64::try_from(nanos.rem_euclid(DAY)).expect("within a day");
    format!("{}T{}{}", date(day), clock(rest), if has_zone { "Z" } else { "" })
}

fn clock(nanos: i64) -> String {
    let (seconds, fraction) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    let text = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if fraction == 0 { text } else { format!("{text}.{}", format!("{fraction:09}").trim_end_matches('0')) }
}
