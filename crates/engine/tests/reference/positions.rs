//! Row, line and byte of every reject, whatever stands before it.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::harness::{Run, Sheet};

fn number_and_text() -> Sheet {
    Sheet::new([json!({"name": "n", "logicalType": "integer"}), json!({"name": "t", "logicalType": "string"})])
}

/// `(row, line, byte)` of every reject.
fn places(run: &Run) -> Vec<(Option<u64>, Option<u64>, Option<u64>)> {
    run.rejects.iter().map(|reject| (reject.row, reject.line, reject.byte)).collect()
}

fn place(row: u64, line: u64, byte: u64) -> (Option<u64>, Option<u64>, Option<u64>) {
    (Some(row), Some(line), Some(byte))
}

/// Demands one reject, of the record that begins with `marker`.
fn found_at(text: &str, dialect: Value, row: u64, line: u64, marker: &str) {
    let byte = text.find(marker).expect("the marker") as u64;
    let run = number_and_text().dialect(dialect).check(text);
    assert_eq!(places(&run), [place(row, line, byte)], "{text:?}: {:?}", run.rejects);
}

#[test]
fn every_line_end_counts_once() {
    found_at("n,t\n1,a\n2,b\nx,c\n4,d\n", json!({}), 3, 4, "x,c");
    found_at("n,t\r\n1,a\r\n2,b\r\nx,c\r\n4,d\r\n", json!({}), 3, 4, "x,c");
    found_at("n,t\r1,a\r2,b\rx,c\r4,d\r", json!({}), 3, 4, "x,c");
    found_at("n,t\r\n1,a\n2,b\rx,c\n", json!({}), 3, 4, "x,c");
    found_at("n,t\n1,a\n2,b\nx,c", json!({}), 3, 4, "x,c");
    found_at("n,t\r1,a\r\rx,c", json!({}), 2, 4, "x,c");
    found_at("n,t\n1,a\r", json!({"header": false}), 1, 1, "n,t");
}

#[test]
fn line_ends_inside_quotes_are_lines_of_the_file() {
    found_at("n,t\n1,\"a\nb\r\nc\rd\"\nx,c\n", json!({}), 2, 6, "x,c");
    found_at("n,\"t\"\n1,\"\n\n\"\nx,\"\n\"\n", json!({}), 2, 5, "x,");
    let header = Sheet::new([json!({"name": "n", "physicalName": "n\nn", "logicalType": "integer"})]);
    assert_eq!(places(&header.check("\"n\nn\"\n1\nx\n")), [place(2, 4, 8)]);
    // An escaped line end is a line of the file too.
    found_at("n,t\n1,a\\\nb\nx,c\n", json!({"escapeChar": "\\"}), 2, 4, "x,c");
    found_at("n,t\r\n1,\"a\\\r\nb\"\r\nx,c\r\n", json!({"escapeChar": "\\"}), 2, 4, "x,c");
}

#[test]
fn comments_and_blank_lines_are_lines_but_no_rows() {
    found_at("# about\n#\nn,t\n\n1,a\n# more, \"quoted\n\n\nx,c\n#end", json!({"commentPrefix": "#"}), 2, 9, "x,c");
    found_at("\n\r\n\rn,t\n1,a\nx,c", json!({}), 2, 6, "x,c");
    found_at("-- a\nn,t\n-1,a\n--x\nx,c", json!({"commentPrefix": "--"}), 2, 5, "x,c");
}

#[test]
fn bytes_are_those_of_the_file_with_its_mark() {
    let text = "\u{feff}n,t\n1,é\nx,日本\ny,z\n";
    let run = number_and_text().check(text);
    assert_eq!(places(&run), [place(2, 3, 12), place(3, 4, 21)], "{:?}", run.rejects);
    assert_eq!(&text.as_bytes()[12..13], b"x");
}

#[test]
fn bytes_are_those_of_the_file_before_it_was_decoded() {
    // Windows-1252: one byte a character. é is two bytes in UTF-8.
    let run = number_and_text().dialect(json!({"encoding": "windows-1252"})).check(b"n,t\n1,\xe9\xe9\xe9\nx,\xe9\nx,y");
    assert_eq!(places(&run), [place(2, 3, 10), place(3, 4, 14)], "{:?}", run.rejects);
    let utf16: Vec<u8> = "\u{feff}n,t\n1,日\nx,é\nx,y\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let run = number_and_text().dialect(json!({"encoding": "utf-16le"})).check(&utf16);
    assert_eq!(places(&run), [place(2, 3, 18), place(3, 4, 26)], "{:?}", run.rejects);
}

#[test]
fn compressed_files_are_counted_as_what_they_hold() {
    let mut bytes = Vec::new();
    // Two members, as `cat a.gz b.gz` makes them; the second begins in the middle of a record.
    for part in ["n,t\n1,a\n2", ",b\nx,c\n"] {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(part.as_bytes()).unwrap();
        bytes.extend(encoder.finish().unwrap());
    }
    for dialect in [json!({}), json!({"compression": "gzip"})] {
        let run = number_and_text().dialect(dialect).check(&bytes);
        assert_eq!(places(&run), [place(3, 4, 12)], "{:?}", run.rejects);
    }
}

#[test]
fn rows_count_data_records_whatever_becomes_of_them() {
    let run = number_and_text().dialect(json!({"skipBlankRows": false})).check("n,t\n1\n\n2,a,b\nx,y\n3,c\nz,d\n");
    let rows: Vec<_> = run.rejects.iter().map(|reject| (reject.code.as_str(), reject.row, reject.line)).collect();
    assert_eq!(
        rows,
        [
            ("missing-cell", Some(1), Some(2)),
            ("blank-row", None, Some(3)),
            ("extra-cell", Some(2), Some(4)),
            ("type-error", Some(3), Some(5)),
            ("type-error", Some(5), Some(7)),
        ]
    );
    assert_eq!(run.counts(), [5, 1, 4]);
}
