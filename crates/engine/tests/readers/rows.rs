//! Rows with a column of every type, and what is hard for readers: nulls, nothing but nulls, zeros of both signs, the
//! ends of ranges, texts that are empty, long, or longer than a page.
//!
//! `table.py` knows the same columns by their names.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// More than a page holds, and more bytes than a row group does.
pub(crate) const COUNT: u64 = 120_000;

/// How a null is written: an empty text is a value.
const NULL: &str = "NA";

const TEXTS: [&str; 5] = ["alpha", "γάμμα", "a text, with a comma", "", "\u{10ffff}"];

/// The contract, as JSON, which is YAML too.
pub(crate) fn contract() -> String {
    let column = |name: &str, kind: &str| json!({"name": name, "logicalType": kind});
    let decimal = |name: &str, kind: &str| json!({"name": name, "logicalType": "number", "physicalType": kind});
    let columns = json!([
        {"name": "id", "logicalType": "integer", "required": true},
        column("boolean", "boolean"),
        column("integer", "integer"),
        column("double", "number"),
        column("double_zeros", "number"),
        column("double_null", "number"),
        decimal("decimal_9_2", "DECIMAL(9,2)"),
        decimal("decimal_18_4", "DECIMAL(18,4)"),
        decimal("decimal_38_6", "DECIMAL(38,6)"),
        column("date", "date"),
        column("time", "time"),
        {"name": "timestamp", "logicalType": "timestamp", "logicalTypeOptions": {"timezone": false}},
        {"name": "timestamp_utc", "logicalType": "timestamp", "logicalTypeOptions": {"timezone": true}},
        {"name": "timestamp_ns", "logicalType": "timestamp", "physicalType": "TIMESTAMP(9)"},
        {"name": "timestamp_ns_utc", "logicalType": "timestamp", "physicalType": "TIMESTAMP(9)",
            "logicalTypeOptions": {"timezone": true}},
        column("text", "string"),
        column("text_long", "string"),
        column("text_null", "string"),
    ]);
    let dialect: Value = json!({"property": "csvDialect", "value": {"header": false, "nullTokens": [NULL]}});
    json!({
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "readers", "version": "1", "status": "active",
        "servers": [{"server": "inbox", "type": "s3", "location": "s3://inbox/rows/*", "format": "csv",
            "customProperties": [dialect]}],
        "schema": [{"name": "rows", "logicalType": "object", "properties": columns}],
    })
    .to_string()
}

/// All rows, without a header.
pub(crate) fn csv() -> String {
    let mut csv = String::new();
    (0..COUNT).for_each(|row| Row(row).append(&mut csv));
    csv
}

struct Row(u64);

impl Row {
    /// Numbers that look like chance and are the same in every run.
    fn chance(&self, salt: u64) -> u64 {
        let mixed =
            (self.0 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(salt.wrapping_mul(0xbf58_476d_1ce4_e5b9));
        (mixed ^ mixed >> 29).wrapping_mul(0x94d0_49bb_1331_11eb) >> 11
    }

    /// One of the ends of a column's range in some rows, else a value from the middle.
    fn end_or(&self, ends: [&str; 2], middle: String) -> String {
        match self.0 % 9973 {
            17 => ends[0].to_owned(),
            18 => ends[1].to_owned(),
            _ => middle,
        }
    }

    /// The cells that may be null.
    fn cells(&self) -> [String; 17] {
        let instant = format!("{}T{}", self.date(), self.time());
        let finer = format!("{instant}{:03}", self.chance(11) % 1000);
        [
            self.chance(1).is_multiple_of(3).to_string(),
            self.end_or(["-9223372036854775808", "9223372036854775807"], self.chance(2).to_string()),
            self.end_or(["-1.7976931348623157e308", "5e-324"], self.double().to_string()),
            ["0.0", "-0.0"][self.chance(4) as usize % 2].to_owned(),
            NULL.to_owned(),
            self.end_or(["-9999999.99", "9999999.99"], format!("{}.25", self.chance(6) % 10_000)),
            self.end_or(
                ["-99999999999999.9999", "99999999999999.9999"],
                format!("-{}.0625", self.chance(7) % 1_000_000),
            ),
            self.end_or(
                ["-99999999999999999999999999999999.999999", "99999999999999999999999999999999.999999"],
                format!("{}.5", self.chance(8)),
            ),
            self.end_or(["0001-01-01", "9999-12-31"], self.date()),
            self.end_or(["00:00:00", "23:59:59.999999"], self.time()),
            self.end_or(["0001-01-01T00:00:00", "9999-12-31T23:59:59.999999"], instant.clone()),
            self.end_or(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"], instant + "Z"),
            self.end_or(["1677-09-22T00:00:00.000000001", "2262-04-10T23:47:16.854775807"], finer.clone()),
            self.end_or(["1677-09-22T00:00:00.000000002Z", "2262-04-10T23:47:16.854775806Z"], finer + "Z"),
            format!("\"{}\"", TEXTS[self.chance(12) as usize % TEXTS.len()]),
            self.long(),
            NULL.to_owned(),
        ]
    }

    fn append(&self, out: &mut String) {
        write!(out, "{}", self.0).expect("a string takes all text");
        for (salt, cell) in (100..).zip(self.cells()) {
            let is_null = self.chance(salt).is_multiple_of(7);
            write!(out, ",{}", if is_null { NULL } else { &cell }).expect("a string takes all text");
        }
        out.push('\n');
    }

    fn double(&self) -> f64 {
        (self.chance(3) % 1_000_000) as f64 / 64.0 - 700.0
    }

    fn date(&self) -> String {
        let days = (self.chance(9) % 40_000) as i32 - 10_000;
        jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(days)).expect("a day").to_string()
    }

    fn time(&self) -> String {
        let micros = self.chance(10) % 86_400_000_000;
        let seconds = micros / 1_000_000;
        format!("{:02}:{:02}:{:02}.{:06}", seconds / 3600, seconds / 60 % 60, seconds % 60, micros % 1_000_000)
    }

    /// A text that does not repeat; one is longer than a page.
    fn long(&self) -> String {
        let words = match self.0 {
            50_000 => 20_000,
            row if row.is_multiple_of(997) => 300,
            _ => 2,
        };
        // Even the shortest is too long for statistics.
        let start = std::iter::once("-".repeat(70));
        start.chain((0..words).map(|word| format!("{:x}", self.chance(1000 + word)))).collect()
    }
}
