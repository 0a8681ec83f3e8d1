//! The Parquet file as others will read it: row groups, nulls, dictionaries that grow too large, and statistics, which
//! readers trust when they leave row groups out.

use std::fmt::Write;

use arrow_schema::DataType;
use parquet::{
    arrow::arrow_reader::ParquetRecordBatchReaderBuilder,
    data_type::{AsBytes, ByteArray},
    file::{metadata::ParquetMetaData, statistics::Statistics},
};
use serde_json::{Value, json};

use crate::harness::{Run, Sheet};

fn metadata(run: &Run) -> ParquetMetaData {
    let builder = ParquetRecordBatchReaderBuilder::try_new(run.parquet.clone()).expect("a Parquet file");
    builder.metadata().as_ref().clone()
}

/// Statistics of a column's chunks, one for each row group.
fn statistics(run: &Run, column: usize) -> Vec<Statistics> {
    let metadata = metadata(run);
    metadata.row_groups().iter().filter_map(|group| group.column(column).statistics().cloned()).collect()
}

fn column(name: &str, kind: &str, more: Value) -> Value {
    let mut column = json!({"name": name, "logicalType": kind});
    column.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    column
}

/// More rows than a row group holds, with long runs, texts that all differ, a column that is null throughout, and one
/// that is null but once.
#[test]
fn more_rows_than_a_row_group() {
    const ROWS: u64 = 1_300_000;
    let mut text = String::from("n,run,text,none,rare\n");
    for row in 0..ROWS {
        let rare = if row == 1_234_567 { "here" } else { "" };
        writeln!(text, "{row},{},t{:x},,{rare}", row / 100_000, row * 7_919).unwrap();
    }
    let sheet = Sheet::new([
        column("n", "integer", json!({"required": true})),
        column("run", "integer", json!({})),
        column("text", "string", json!({})),
        column("none", "string", json!({})),
        column("rare", "string", json!({})),
    ]);
    let run = sheet.check(&text);
    assert_eq!(run.counts(), [ROWS, ROWS, 0]);
    let metadata = metadata(&run);
    assert_eq!(metadata.file_metadata().num_rows(), i64::try_from(ROWS).unwrap());
    let rows: i64 = metadata.row_groups().iter().map(|group| group.num_rows()).sum();
    assert_eq!(rows, i64::try_from(ROWS).unwrap());
    assert!(metadata.num_row_groups() > 1, "a reader needs not hold the file");
    assert_eq!(run.table.facts("n").sum.to_string(), (ROWS * (ROWS - 1) / 2).to_string());
    assert_eq!(run.table.facts("run").max.map(|max| max.to_string()).as_deref(), Some("12"));
    assert_eq!((run.table.nulls("none"), run.table.nulls("rare")), (1_300_000, 1_299_999));
    for (row, cell) in run.table.column("text").into_iter().enumerate().step_by(9_973) {
        assert_eq!(cell, Some(format!("t{:x}", row as u64 * 7_919)), "row {row}");
    }
    assert_eq!(run.table.column("rare")[1_234_567].as_deref(), Some("here"));
    let nulls: u64 = statistics(&run, 4).iter().filter_map(Statistics::null_count_opt).sum();
    assert_eq!(nulls, 1_299_999);
}

/// The least and the greatest value of a column of 64-bit numbers, as its statistics say.
fn bounds(run: &Run, at: usize) -> (i64, i64) {
    let all = statistics(run, at);
    let each = all.iter().map(|chunk| match chunk {
        Statistics::Int64(chunk) => (*chunk.min_opt().expect("a minimum"), *chunk.max_opt().expect("a maximum")),
        Statistics::Int32(chunk) => {
            (i64::from(*chunk.min_opt().expect("a minimum")), i64::from(*chunk.max_opt().expect("a maximum")))
        }
        other => panic!("{other:?}"),
    });
    each.reduce(|left, right| (left.0.min(right.0), left.1.max(right.1))).expect("a row group")
}

#[test]
fn statistics_hold_for_the_rows_that_are_there() {
    // The rejected row holds the extremes of every column: they may not stay behind in the statistics.
    let run = Sheet::new([
        column("i", "integer", json!({})),
        column("day", "date", json!({})),
        column("at", "timestamp", json!({"logicalTypeOptions": {"timezone": true}})),
        column("s", "string", json!({})),
        column("f", "number", json!({})),
        column("bad", "integer", json!({})),
    ])
    .check(
        "i,day,at,s,f,bad\n\
         -9223372036854775808,0001-01-01,0001-01-01T00:00:00Z,!,-1e300,x\n\
         5,2024-02-29,2024-01-01T00:00:00Z,é,-0.0,1\n\
         -3,1969-12-31,1969-12-31T23:59:59Z,日本,2.5,2\n\
         ,,,,,3\n\
         9223372036854775807,9999-12-31,9999-12-31T00:00:00Z,\u{10ffff},1e300,x\n",
    );
    assert_eq!(run.counts(), [5, 3, 2]);
    assert_eq!(bounds(&run, 0), (-3, 5));
    assert_eq!(bounds(&run, 1), (-1, 19_782));
    assert_eq!(bounds(&run, 2), (-1_000_000, 1_704_067_200_000_000));
    for chunk in statistics(&run, 3) {
        let Statistics::ByteArray(chunk) = chunk else { panic!("texts") };
        assert!(chunk.min_opt().expect("a minimum") <= &ByteArray::from("é"), "{chunk:?}");
        assert!(chunk.max_opt().expect("a maximum").as_bytes() >= "日本".as_bytes(), "{chunk:?}");
        assert!(chunk.max_opt().expect("a maximum").as_bytes() < "\u{10ffff}".as_bytes(), "{chunk:?}");
    }
    for chunk in statistics(&run, 4) {
        let Statistics::Double(chunk) = chunk else { panic!("numbers") };
        // Zero has two signs: the smallest must not exclude -0, the format says.
        assert!(chunk.min_opt().is_some_and(|min| *min <= 0.0) && chunk.max_opt().is_some_and(|max| *max >= 2.5));
    }
    for at in 0..5 {
        let nulls: u64 = statistics(&run, at).iter().filter_map(Statistics::null_count_opt).sum();
        assert_eq!(nulls, 1, "column {at}");
    }
}

#[test]
fn a_column_of_nulls_has_no_extremes() {
    let run = Sheet::new([column("a", "integer", json!({})), column("b", "string", json!({}))]).check("a,b\n,x\n,y\n");
    for chunk in statistics(&run, 0) {
        assert!(chunk.min_bytes_opt().is_none() && chunk.max_bytes_opt().is_none(), "{chunk:?}");
        assert_eq!(chunk.null_count_opt(), Some(2));
    }
    assert_eq!(run.texts(), [["∅", "x"], ["∅", "y"]]);
}

#[test]
fn no_rows_have_a_schema() {
    let run = Sheet::new([
        column("a", "integer", json!({"required": true})),
        column("b", "number", json!({"physicalType": "DECIMAL(20,3)"})),
        column("c", "boolean", json!({})),
    ])
    .check("a,b,c\n");
    assert_eq!(run.table.names(), ["a", "b", "c"]);
    assert_eq!(run.table.data_type("b"), DataType::Decimal128(20, 3));
    assert!(!run.table.schema.field(0).is_nullable() && run.table.schema.field(1).is_nullable());
    assert_eq!(metadata(&run).file_metadata().num_rows(), 0);
}

#[test]
fn decimals_of_every_width() {
    for precision in [1_u8, 2, 4, 9, 10, 11, 18, 19, 20, 37, 38] {
        for scale in [0, precision / 2, precision] {
            let digits = "9".repeat(usize::from(precision));
            let (whole, fraction) = digits.split_at(usize::from(precision - scale));
            let most = format!(
                "{}{}",
                if whole.is_empty() { "0" } else { whole },
                if fraction.is_empty() { String::new() } else { format!(".{fraction}") }
            );
            let physical = format!("DECIMAL({precision},{scale})");
            let sheet = Sheet::new([
                column("d", "number", json!({"physicalType": physical})),
                column("k", "string", json!({})),
            ]);
            let run = sheet.check(format!("d,k\n{most},a\n-{most},b\n0,c\n,d\n"));
            let zero = if scale == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(usize::from(scale))) };
            let wanted = [most.clone(), format!("-{most}"), zero, "∅".to_owned()];
            let found: Vec<String> = run.texts().into_iter().map(|row| row[0].clone()).collect();
            assert_eq!(found, wanted, "{physical}");
            assert_eq!(run.table.data_type("d"), DataType::Decimal128(precision, i8::try_from(scale).unwrap()));
        }
    }
}

#[test]
fn texts_of_every_length() {
    let mut text = String::from("a,b\n");
    let mut wanted = Vec::new();
    for length in [0, 1, 2, 63, 64, 65, 127, 255, 256, 4_095, 4_096, 65_535, 65_536, 300_000, 1_200_000, 3] {
        let cell: String = "aé日".chars().cycle().take(length).collect();
        writeln!(text, "{cell},x").unwrap();
        wanted.push(cell);
    }
    let run = Sheet::of_text(["a", "b"]).dialect(json!({"nullTokens": []})).check(&text);
    let found: Vec<String> = run.texts().into_iter().map(|row| row[0].clone()).collect();
    assert!(found == wanted, "lengths {:?}", found.iter().map(String::len).collect::<Vec<_>>());
}

/// Dictionaries: one value throughout, few values, exactly as many as fit in so many bits, and too many.
#[test]
fn values_that_repeat_and_values_that_do_not() {
    for distinct in [1_u64, 2, 3, 7, 8, 9, 255, 256, 257, 65_536, 90_000] {
        let mut text = String::from("n,t,f,d\n");
        let value = |row: u64| (row * row + row / 3) % distinct;
        for row in 0..90_000 {
            let value = value(row);
            let gap = if row % 1_000 < 17 { String::new() } else { value.to_string() };
            writeln!(text, "{gap},v{value},{value}.5,{value}.25").unwrap();
        }
        let run = Sheet::new([
            column("n", "integer", json!({})),
            column("t", "string", json!({})),
            column("f", "number", json!({})),
            column("d", "number", json!({"physicalType": "DECIMAL(12,2)"})),
        ])
        .check(&text);
        for (row, cells) in (0_u64..).zip(run.texts()) {
            let value = value(row);
            let first = if row % 1_000 < 17 { "∅".to_owned() } else { value.to_string() };
            assert_eq!(cells, [first, format!("v{value}"), format!("{value}.5"), format!("{value}.25")], "row {row}");
        }
    }
}

/// Texts of which one begins or ends as another does, of every length, each several times and in two orders.
#[test]
fn texts_that_look_alike() {
    let mut texts: Vec<String> = (0..70).map(|length| "a".repeat(length)).collect();
    texts.extend((1..70).map(|length| "a".repeat(length - 1) + "b"));
    texts.extend((1..70).map(|length| "b".to_owned() + &"a".repeat(length - 1)));
    texts.extend((0..70).map(|length| "a".repeat(length) + "\u{0}"));
    texts.extend((1..40).map(|length| "\u{0}".repeat(length)));
    texts.extend((0..40).map(|length| format!("{0}x{0}", "ab".repeat(length))));
    let rows: Vec<&String> = texts.iter().chain(texts.iter().rev()).chain(&texts).collect();
    let mut text = String::from("k,t\n");
    rows.iter().for_each(|cell| writeln!(text, "x,{cell}").unwrap());
    let run = Sheet::of_text(["k", "t"]).dialect(json!({"nullTokens": []})).check(&text);
    let found: Vec<String> = run.texts().into_iter().map(|row| row[1].clone()).collect();
    assert!(found.iter().eq(rows.iter().copied()), "{} of {}", found.len(), rows.len());
}

#[test]
fn truth_values_and_nulls_in_every_place() {
    let mut text = String::from("b,k\n");
    let pattern = |row: usize| ["true", "false", ""][(row * row / 7 + row) % 3];
    for row in 0..5_000 {
        writeln!(text, "{},x", pattern(row)).unwrap();
    }
    let run = Sheet::new([column("b", "boolean", json!({})), column("k", "string", json!({}))]).check(&text);
    for (row, cell) in run.table.column("b").into_iter().enumerate() {
        assert_eq!(cell.as_deref().unwrap_or_default(), pattern(row), "row {row}");
    }
}

#[test]
fn a_thousand_columns() {
    let labels: Vec<String> = (0..1_000).map(|at| format!("c{at}")).collect();
    let rows: Vec<String> =
        (0..50).map(|row| (0..1_000).map(|at| (row * at).to_string()).collect::<Vec<_>>().join(",")).collect();
    let columns = labels.iter().map(|label| column(label, "integer", json!({})));
    let run = Sheet::new(columns).check(format!("{}\n{}\n", labels.join(","), rows.join("\n")));
    assert_eq!(run.counts(), [50, 50, 0]);
    for (row, cells) in run.texts().into_iter().enumerate() {
        assert!(cells.iter().enumerate().all(|(at, cell)| *cell == (row * at).to_string()), "row {row}");
    }
}

#[test]
fn the_file_is_compressed_with_zstd() {
    let run = Sheet::of_text(["a"]).check("a\nx\n");
    let metadata = metadata(&run);
    let compression = metadata.row_group(0).column(0).compression();
    assert!(matches!(compression, parquet::basic::Compression::ZSTD(_)), "{compression:?}");
}
