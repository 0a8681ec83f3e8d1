//! A table large enough for several row groups, with columns of every type and of every way to be encoded, comes back
//! from the Parquet file value by value.

use std::fmt::Write as _;

use arrow_array::{Array, RecordBatch, cast::AsArray, types};
use atalaya_contract::{
    CsvDialect, DateTimePattern, DecimalType, LogicalType, NumberOptions, Object, Property, StringOptions,
    TemporalOptions, Threshold, Unit,
};
use atalaya_engine::{Outcome, Plan};
use bytes::Bytes;
use parquet::{
    arrow::arrow_reader::ParquetRecordBatchReaderBuilder,
    file::{reader::FileReader as _, serialized_reader::SerializedFileReader, statistics::Statistics},
};

use crate::run::{Run, plan_of, run};

const ROWS: u64 = 400_000;

/// A row of the table; every hundredth breaks a rule and must not come back.
struct Row(u64);

impl Row {
    fn is_bad(&self) -> bool {
        self.0 % 100 == 57
    }

    /// Numbers that look like chance and are the same in every run.
    fn chance(&self, salt: u64) -> u64 {
        let mixed =
            (self.0 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(salt.wrapping_mul(0xbf58_476d_1ce4_e5b9));
        (mixed ^ mixed >> 29).wrapping_mul(0x94d0_49bb_1331_11eb) >> 11
    }

    fn is_null(&self, salt: u64) -> bool {
        self.chance(salt + 100).is_multiple_of(7)
    }

    fn small(&self) -> i64 {
        (self.chance(1) % 4001) as i64 - 2000
    }

    fn money(&self) -> i128 {
        i128::from(self.chance(4) % 1_000_000) - 500_000
    }

    fn huge(&self) -> i128 {
        i128::from(self.chance(5)) * 1_000_000_007 * if self.chance(6).is_multiple_of(2) { 1 } else { -1 }
    }

    fn float(&self) -> f64 {
        (self.chance(7) % 100_000) as f64 / 64.0 - 700.0
    }

    fn word(&self) -> String {
        ["alpha", "beta", "γάμμα", "a somewhat longer text, with a comma", "", "x"][self.chance(8) as usize % 6]
            .to_owned()
    }

    fn note(&self) -> String {
        format!("note {} of {}", self.chance(9), self.0)
    }

    fn day(&self) -> i32 {
        (self.chance(10) % 5000) as i32
    }

    fn second(&self) -> i64 {
        (self.chance(11) % 3_000_000_000) as i64
    }

    fn csv(&self, out: &mut String) {
        let null = |salt, text: String| if self.is_null(salt) { "NA".to_owned() } else { text };
        let decimal = |value: i128, scale: usize| {
            let digits = format!("{:0>1$}", value.unsigned_abs(), scale + 1);
            let (whole, fraction) = digits.split_at(digits.len() - scale);
            format!("{}{whole}.{fraction}", if value < 0 { "-" } else { "" })
        };
        let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(self.day())).expect("a day");
        let time = jiff::Timestamp::from_second(self.second()).expect("a point in time");
        let small = if self.is_bad() { "7777".to_owned() } else { self.small().to_string() };
        let cells = [
            self.0.to_string(),
            small,
            null(2, (self.chance(2) % 300).to_string()),
            null(4, decimal(self.money(), 2)),
            decimal(self.huge(), 4),
            null(7, self.float().to_string()),
            format!("\"{}\"", self.word()),
            null(9, self.note()),
            date.to_string(),
            null(11, time.to_string()),
            null(12, (self.chance(12).is_multiple_of(2)).to_string()),
        ];
        writeln!(out, "{}", cells.join(",")).expect("a string takes all text");
    }
}

fn plan() -> Plan {
    let integer = |options| LogicalType::Integer(options);
    let number = |decimal| LogicalType::Number(NumberOptions { decimal, ..NumberOptions::default() });
    let temporal = |format: DateTimePattern, has_zone| TemporalOptions {
        format,
        bounds: Default::default(),
        precision: 6,
        has_zone,
        default_zone: "UTC".to_owned(),
    };
    let mut below = NumberOptions::default();
    below.bounds.max = Some(2000.into());
    let columns = [
        ("id", integer(NumberOptions::default()), true),
        ("small", integer(below), true),
        ("nullable", integer(NumberOptions::default()), false),
        ("money", number(Some(DecimalType { precision: 9, scale: 2 })), false),
        ("huge", number(Some(DecimalType { precision: 30, scale: 4 })), true),
        ("float", number(None), false),
        ("word", LogicalType::String(StringOptions::default()), true),
        ("note", LogicalType::String(StringOptions::default()), false),
        ("day", LogicalType::Date(temporal(DateTimePattern::iso_date(), false)), true),
        ("time", LogicalType::Timestamp(temporal(DateTimePattern::iso_timestamp(true), true)), false),
        ("flag", LogicalType::Boolean, false),
    ];
    let properties = columns.map(|(name, logical_type, required)| Property {
        name: name.to_owned(),
        label: name.to_owned(),
        logical_type,
        required,
        // Compared by value, so that this column's values take the other way to the dictionary.
        unique: name == "id",
        enumeration: None,
        classification: None,
        quality: Vec::new(),
    });
    let object =
        Object { name: "t".to_owned(), properties: properties.into(), primary_key: Vec::new(), quality: Vec::new() };
    let dialect = CsvDialect { header: false, null_tokens: vec!["NA".to_owned()], ..CsvDialect::default() };
    plan_of(object, dialect, Threshold { value: 1.into(), unit: Unit::Percent })
}

fn check(batch: &RecordBatch, at: usize, row: &Row) {
    let id = row.0;
    let column = |index: usize, salt: u64| {
        let column = batch.column(index);
        assert_eq!(column.is_null(at), row.is_null(salt), "row {id}, column {index}");
        (!column.is_null(at)).then_some(column)
    };
    assert_eq!(batch.column(0).as_primitive::<types::Int64Type>().value(at), id as i64);
    assert_eq!(batch.column(1).as_primitive::<types::Int64Type>().value(at), row.small());
    if let Some(column) = column(2, 2) {
        assert_eq!(column.as_primitive::<types::Int64Type>().value(at), (row.chance(2) % 300) as i64);
    }
    if let Some(column) = column(3, 4) {
        assert_eq!(column.as_primitive::<types::Decimal128Type>().value(at), row.money());
    }
    assert_eq!(batch.column(4).as_primitive::<types::Decimal128Type>().value(at), row.huge());
    if let Some(column) = column(5, 7) {
        assert_eq!(column.as_primitive::<types::Float64Type>().value(at), row.float());
    }
    assert_eq!(batch.column(6).as_string::<i32>().value(at), row.word());
    if let Some(column) = column(7, 9) {
        assert_eq!(column.as_string::<i32>().value(at), row.note());
    }
    assert_eq!(batch.column(8).as_primitive::<types::Date32Type>().value(at), row.day());
    if let Some(column) = column(9, 11) {
        assert_eq!(column.as_primitive::<types::TimestampMicrosecondType>().value(at), row.second() * 1_000_000);
    }
    if let Some(column) = column(10, 12) {
        assert_eq!(column.as_boolean().value(at), row.chance(12).is_multiple_of(2));
    }
}

/// The footer's ranges and null counts are those of the accepted rows, row group by row group.
fn check_statistics(run: &Run) {
    let reader = SerializedFileReader::new(Bytes::from(run.parquet.clone())).expect("a Parquet file");
    let groups = reader.metadata().row_groups();
    assert!(groups.len() > 1, "the table was meant to need several row groups");
    let mut good = (0..ROWS).map(Row).filter(|row| !row.is_bad());
    for group in groups {
        let rows: Vec<Row> = good.by_ref().take(group.num_rows() as usize).collect();
        let of = |column: usize| group.column(column).statistics().expect("statistics").clone();
        let Statistics::Int64(small) = of(1) else { panic!("integers are 64 bits") };
        let smalls = || rows.iter().map(Row::small);
        assert_eq!((small.min_opt().copied(), small.max_opt().copied()), (smalls().min(), smalls().max()));
        let nulls = |column, salt| {
            let found = rows.iter().filter(|row| row.is_null(salt)).count() as u64;
            assert_eq!(of(column).null_count_opt(), Some(found), "column {column}");
        };
        for (column, salt) in [(2, 2), (3, 4), (5, 7), (7, 9), (9, 11), (10, 12)] {
            nulls(column, salt);
        }
        let Statistics::ByteArray(note) = of(7) else { panic!("text is a byte array") };
        let notes = || rows.iter().filter(|row| !row.is_null(9)).map(Row::note);
        let text = |value: Option<&parquet::data_type::ByteArray>| {
            value.map(|value| value.as_utf8().expect("text").to_owned())
        };
        assert_eq!((text(note.min_opt()), text(note.max_opt())), (notes().min(), notes().max()));
        let Statistics::Double(float) = of(5) else { panic!("numbers are doubles") };
        let floats = || rows.iter().filter(|row| !row.is_null(7)).map(Row::float);
        assert_eq!(float.min_opt().copied(), floats().reduce(f64::min));
        assert_eq!(float.max_opt().copied(), floats().reduce(f64::max));
    }
}

#[test]
fn every_type_comes_back_from_every_encoding() {
    let mut csv = String::new();
    (0..ROWS).for_each(|row| Row(row).csv(&mut csv));
    let run = run(&plan().into(), csv.as_bytes().chunks(100_000));
    assert_eq!((run.verdict.outcome, run.verdict.rows.rejected), (Outcome::Available, ROWS / 100));
    let mut good = (0..ROWS).map(Row).filter(|row| !row.is_bad());
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(run.parquet.clone())).expect("a Parquet file");
    for batch in reader.with_batch_size(10_000).build().expect("a reader") {
        let batch = batch.expect("a batch");
        for at in 0..batch.num_rows() {
            check(&batch, at, &good.next().expect("no more rows than went in"));
        }
    }
    assert!(good.next().is_none(), "every good row came back");
    check_statistics(&run);
}
