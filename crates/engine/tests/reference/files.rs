//! Test files of other readers: rust-csv, Polars, Apache Arrow.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Run, Sheet, read_json, reference};

fn columns(spec: &[(&str, Value)]) -> Vec<Value> {
    let column = |(name, options): &(&str, Value)| {
        let mut column = json!({"name": name});
        column.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
        column
    };
    spec.iter().map(column).collect()
}

fn text() -> Value {
    json!({"logicalType": "string"})
}

fn integer() -> Value {
    json!({"logicalType": "integer"})
}

fn decimal(precision: u8, scale: u8) -> Value {
    json!({"logicalType": "number", "physicalType": format!("DECIMAL({precision},{scale})")})
}

fn clean(run: &Run, rows: u64, columns: usize) {
    assert!(run.is_available() && run.rejects.is_empty(), "{:?}", run.rejects.first());
    assert_eq!(run.counts(), [rows, rows, 0]);
    assert_eq!(run.table.names().len(), columns);
}

/// Text by position: `uspop.csv` begins with a population that is empty.
fn uspop() -> Sheet {
    Sheet::new(columns(&[
        ("City", text()),
        ("State", text()),
        ("Population", integer()),
        ("Latitude", decimal(10, 7)),
        ("Longitude", decimal(10, 7)),
    ]))
}

#[test]
fn rust_csv_populations() {
    let Some(root) = reference("csv/rust-csv") else { return };
    let latin = fs::read(root.join("uspop-latin1.csv")).unwrap();
    for (bytes, encoding) in [(fs::read(root.join("uspop.csv")).unwrap(), "utf-8"), (latin.clone(), "iso-8859-1")] {
        let run = uspop().dialect(json!({"encoding": encoding})).check(&bytes);
        clean(&run, 100, 5);
        assert_eq!(run.table.nulls("Population"), 50);
        assert_eq!(run.table.facts("Population").sum, 2_486_481.into());
    }
    // Read as UTF-8, the file is named with the place of the byte that is none.
    let run = uspop().check(&latin);
    let reject = &run.rejects[0];
    assert_eq!((reject.code.as_str(), reject.row, reject.line), ("encoding-error", Some(3), Some(4)));
    assert_eq!(reject.column.as_deref(), Some("City"));
    // README of the data: the first such byte is 0xd5 at offset 125, and the record starts before it.
    assert!(reject.byte.unwrap() <= 125 && latin[..125].iter().filter(|byte| **byte == b'\n').count() == 3);
    let broken = latin.split(|byte| *byte == b'\n').filter(|line| std::str::from_utf8(line).is_err()).count();
    assert_eq!(run.rejected_rows().len(), broken);
}

#[test]
fn rust_csv_delimiters() {
    let Some(root) = reference("csv/rust-csv") else { return };
    let sheet =
        Sheet::new(columns(&[("city", text()), ("region", text()), ("country", text()), ("population", integer())]));
    let comma = sheet.check(fs::read(root.join("smallpop.csv")).unwrap());
    let colon =
        sheet.clone().dialect(json!({"delimiter": ":"})).check(fs::read(root.join("smallpop-colon.csv")).unwrap());
    clean(&comma, 10, 4);
    assert_eq!(comma.texts(), colon.texts());
}

#[test]
fn polars_tables() {
    let Some(root) = reference("csv/polars") else { return };
    let foods = Sheet::new(columns(&[
        ("category", text()),
        ("calories", integer()),
        ("fats_g", decimal(5, 2)),
        ("sugars_g", integer()),
    ]));
    clean(&foods.check(fs::read(root.join("foods1.csv")).unwrap()), 27, 4);
    clean(&foods.check(fs::read(root.join("foods2.csv")).unwrap()), 27, 4);
    let small = Sheet::new(columns(&[("a", integer()), ("b", text()), ("c", integer())]));
    clean(&small.check(fs::read(root.join("small.csv")).unwrap()), 4, 3);
    let number = || decimal(3, 1);
    let iris = Sheet::new(columns(&[
        ("sepal_length", number()),
        ("sepal_width", number()),
        ("petal_length", number()),
        ("petal_width", number()),
        ("species", text()),
    ]));
    let run = iris.check(fs::read(root.join("docs/iris.csv")).unwrap());
    clean(&run, 150, 5);
    assert_eq!(run.texts()[0], ["5.1", "3.5", "1.4", "0.2", "Setosa"], "a decimal without a leading zero");
    let pokemon = fs::read(root.join("docs/pokemon.csv")).unwrap();
    let labels = [
        "#",
        "Name",
        "Type 1",
        "Type 2",
        "Total",
        "HP",
        "Attack",
        "Defense",
        "Sp. Atk",
        "Sp. Def",
        "Speed",
        "Generation",
        "Legendary",
    ];
    clean(&Sheet::of_text(labels).check(&pokemon), 163, 13);
    // The label `#` also starts comments in many dialects: the header is then a comment, and nothing is left to match.
    let run = Sheet::of_text(labels).dialect(json!({"commentPrefix": "#"})).check(&pokemon);
    assert!(!run.is_available() && run.faults().iter().all(|fault| fault.contains("label")), "{:?}", run.faults());
}

#[test]
fn polars_booleans_in_capitals() {
    let Some(root) = reference("csv/polars") else { return };
    let run = Sheet::new([json!({"name": "Legendary", "logicalType": "boolean"})])
        .check(fs::read(root.join("docs/pokemon.csv")).unwrap());
    clean(&run, 163, 1);
    let legendary = run.table.column("Legendary").iter().filter(|cell| cell.as_deref() == Some("true")).count();
    assert_eq!(legendary, 4, "Articuno, Zapdos, Moltres, Mewtwo");
    assert!(!run.verdict.warnings.is_empty(), "the twelve columns left out are reported");
}

#[test]
fn polars_empty_file() {
    let Some(root) = reference("csv/polars") else { return };
    let run = Sheet::of_text(["a"]).check(fs::read(root.join("empty.csv")).unwrap());
    assert_eq!(run.faults(), ["- source-error -"]);
    assert!(!run.is_available() && !run.verdict.unreadable);
}

#[test]
fn polars_gzip() {
    let Some(root) = reference("csv/polars") else { return };
    let bytes = fs::read(root.join("gzipped.csv.gz")).unwrap();
    let sheet = Sheet::of_text(["a", "b", "c"]).threshold(100.0, "percent");
    let run = sheet.check(&bytes);
    // A blank line, the header, three rows; `2,b,2.0,` has a fourth cell that no column takes.
    assert_eq!(run.faults(), ["2 extra-cell -"]);
    assert_eq!(run.rejects[0].line, Some(4), "lines are those of the uncompressed file");
    assert_eq!(run.counts(), [3, 2, 1]);
}

/// `aggregate_test_100`: whole numbers of every width. Deliberate difference: a whole number has 64 bits with sign, so
/// unsigned 64-bit columns are declared as `number` with `DECIMAL(20,0)`.
#[test]
fn arrow_aggregate_test_100() {
    let Some(root) = reference("csv/arrow-testing") else { return };
    let expected = read_json(&root.join("aggregate_test_100.expected.json"));
    let spec = (1..=13).map(|at| {
        let name = format!("c{at}");
        match at {
            1 | 13 => json!({"name": name, "logicalType": "string"}),
            10 => json!({"name": name, "logicalType": "number", "physicalType": "DECIMAL(20,0)"}),
            11 | 12 => json!({"name": name, "logicalType": "number"}),
            _ => json!({"name": name, "logicalType": "integer"}),
        }
    });
    let sheet = Sheet::new(spec);
    let plain = sheet.check(fs::read(root.join("aggregate_test_100.csv")).unwrap());
    clean(&plain, 100, 13);
    for (fact, of) in [("sums", 0), ("min", 1), ("max", 2)] {
        for (column, wanted) in expected[fact].as_object().unwrap() {
            let facts = plain.table.facts(column);
            let found = [Some(facts.sum), facts.min, facts.max][of].unwrap();
            assert_eq!(found.to_string(), wanted.to_string().trim_matches('"'), "{fact} of {column}");
        }
    }
    let gzip = sheet.check(fs::read(root.join("aggregate_test_100.csv.gz")).unwrap());
    assert_eq!(plain.texts(), gzip.texts());
}

#[test]
fn an_unsigned_number_beyond_64_bits_with_sign_is_a_type_error() {
    let run = Sheet::new([json!({"name": "n", "logicalType": "integer"})])
        .check("n\n9223372036854775807\n9223372036854775808\n");
    assert_eq!(run.faults(), ["2 type-error n"]);
}

/// Any outcome but a crash, a hang or unbounded memory is right; [`crate::harness::hold`] still has to hold.
#[test]
fn arrow_fuzzed_bytes() {
    let Some(root) = reference("csv/arrow-testing/fuzzing") else { return };
    let dialects = [
        json!({}),
        json!({"header": false}),
        json!({"header": false, "escapeChar": "\\", "doubleQuote": false, "skipBlankRows": false, "trim": true}),
        json!({"header": false, "delimiter": ";", "quoteChar": "'", "commentPrefix": "#", "encoding": "windows-1252"}),
        json!({"header": false, "encoding": "utf-16le"}),
    ];
    let mut seen = 0;
    for entry in fs::read_dir(root).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        for dialect in &dialects {
            Sheet::of_text(["a", "b", "c"]).dialect(dialect.clone()).check(&bytes);
            Sheet::new([json!({"name": "a", "logicalType": "integer", "unique": true})])
                .dialect(dialect.clone())
                .check(&bytes);
        }
        seen += 1;
    }
    assert_eq!(seen, 4);
}
