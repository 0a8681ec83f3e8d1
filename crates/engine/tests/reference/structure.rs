//! Files that are hardly files: empty, header only, binary, cut short, and headers that do not fit.

use std::io::Write;

use atalaya_engine::Limits;
use flate2::{Compression, write::GzEncoder};
use serde_json::json;

use crate::harness::{Run, Sheet, check_with, plan};

fn pair() -> Sheet {
    Sheet::of_text(["first_name", "last_name"])
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A fault of the whole file, that says where and what to do, and no table.
fn refused(run: &Run, code: &str) {
    assert!(!run.is_available(), "{:?}", run.verdict);
    assert!(!run.rejects.is_empty());
    for reject in &run.rejects {
        assert_eq!((reject.code.as_str(), reject.row), (code, None), "{reject:?}");
        assert!(reject.hint.as_deref().is_some_and(|hint| !hint.is_empty()), "a hint says what to do: {reject:?}");
    }
}

#[test]
fn files_without_a_record() {
    for bytes in [&b""[..], b"\n", b"\r\n\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n\n"] {
        refused(&pair().check(bytes), "source-error");
    }
    refused(&pair().dialect(json!({"commentPrefix": "#"})).check("# nothing\n#"), "source-error");
    refused(&pair().check(gzip(b"")), "source-error");
}

#[test]
fn a_header_alone_is_a_table_of_no_rows() {
    for text in ["c1,c2\n", "c1,c2", "c1,c2\r\n\r\n"] {
        let run = Sheet::of_text(["c1", "c2"]).strict().check(text);
        assert!(run.is_available() && run.rejects.is_empty(), "{text:?}: {:?}", run.rejects);
        assert_eq!((run.counts(), run.table.names()), ([0, 0, 0], vec!["c1".to_owned(), "c2".to_owned()]));
    }
}

#[test]
fn gzip_that_is_broken_is_unreadable() {
    let whole = gzip("first_name,last_name\nAda,Lovelace\n".repeat(400).as_bytes());
    for cut in [1, 5, 11, whole.len() / 2, whole.len() - 9, whole.len() - 4, whole.len() - 1] {
        let run = pair().dialect(json!({"compression": "gzip"})).check(&whole[..cut]);
        assert!(run.verdict.unreadable && !run.is_available(), "cut at {cut}: {:?}", run.verdict);
        assert!(
            run.rejects.iter().any(|reject| reject.code == "source-error" && reject.row.is_none()),
            "{:?}",
            run.faults()
        );
    }
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x55;
    assert!(pair().check(&damaged).verdict.unreadable);
    let mut checksum = whole.clone();
    let at = checksum.len() - 6;
    checksum[at] ^= 1;
    assert!(pair().check(&checksum).verdict.unreadable, "the checksum is checked");
    // Said to be gzip and is not.
    let run = pair().dialect(json!({"compression": "gzip"})).check("first_name,last_name\nAda,Lovelace\n");
    assert!(run.verdict.unreadable, "{:?}", run.verdict);
}

#[test]
fn bytes_after_a_gzip_member() {
    let mut padded = gzip(b"first_name,last_name\nAda,Lovelace\n");
    padded.extend([0; 512]);
    // Tapes and some tools pad with zeros: gzip itself ignores them.
    let run = pair().check(&padded);
    println!("zeros after the member: {:?}", run.verdict.outcome);
    let mut garbage = gzip(b"first_name,last_name\nAda,Lovelace\n");
    garbage.extend(b"garbage");
    let run = pair().check(&garbage);
    assert!(
        run.verdict.unreadable || !run.verdict.warnings.is_empty(),
        "bytes that are nothing are told: {:?}",
        run.verdict
    );
}

#[test]
fn plain_means_plain() {
    // A file that begins with gzip's magic bytes is text where the contract says so, and then hardly good text.
    let run = pair().dialect(json!({"compression": "none"})).check(gzip(b"first_name,last_name\nAda,Lovelace\n"));
    assert!(!run.is_available(), "{:?}", run.verdict);
}

#[test]
fn binary_files() {
    let png: Vec<u8> = [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &(0..=255).collect::<Vec<u8>>().repeat(20)].concat();
    let zip: Vec<u8> = [&b"PK\x03\x04\x14\0\0\0\x08\0"[..], &(0..=255).rev().collect::<Vec<u8>>().repeat(20)].concat();
    for bytes in [png, zip, vec![0; 4000], vec![0xff; 4000]] {
        let run = pair().check(&bytes);
        assert!(!run.is_available(), "{:?}", run.verdict);
        assert!(run.rejects.len() < 20, "a binary file is one fault, not thousands: {}", run.rejects.len());
    }
}

#[test]
fn labels_that_look_like_other_formats() {
    for label in ["PAR1", "%PDF", "BZh9", "PK", "Obj"] {
        let run = Sheet::of_text([label, "b"]).check(format!("{label},b\n1,2\n"));
        assert!(run.is_available() && run.counts() == [1, 1, 0], "{label}: {:?}", run.rejects);
    }
}

#[test]
fn a_record_beyond_the_limit_is_unreadable() {
    let mut limits = Limits::default();
    limits.record_bytes = 1000;
    let plan = plan(&pair().contract(), Some(limits));
    let long = "x".repeat(5000);
    let run = check_with(&plan, format!("first_name,last_name\nAda,{long}\nGrace,Hopper\n").as_bytes());
    assert!(run.verdict.unreadable && !run.is_available(), "{:?}", run.verdict);
    // A quote that never closes is how this happens in practice: the message names the line where the record starts.
    let open = format!("first_name,last_name\nAda,\"{}", "x,y\n".repeat(2000));
    let run = check_with(&plan, open.as_bytes());
    assert!(run.verdict.unreadable, "{:?}", run.verdict);
    let reject = &run.rejects[0];
    assert_eq!((reject.line, reject.byte), (Some(2), Some(21)), "{reject:?}");
    assert!(reject.hint.as_deref().is_some_and(|hint| hint.contains("opens on line 2")), "{reject:?}");
    // The limit is on records, not on files.
    let run = check_with(&plan, format!("first_name,last_name\n{}", "Ada,Lovelace\n".repeat(500)).as_bytes());
    assert!(run.is_available() && run.verdict.rows.read == 500);
    // A header beyond the limit.
    let run = check_with(&plan, long.as_bytes());
    assert!(run.verdict.unreadable, "{:?}", run.verdict);
}

#[test]
fn columns_in_any_order_and_more_of_them() {
    let sheet = Sheet::of_text(["a", "b"]);
    let run = sheet.check("z,b,y,a\n1,2,3,4\n5,6,7,8\n");
    assert_eq!(run.texts(), [["4", "2"], ["8", "6"]]);
    let told = run.verdict.warnings.join(" ");
    assert!(told.contains('z') && told.contains('y'), "columns left out are reported by name: {told}");
    let run = sheet.custom("additionalColumns", json!("reject")).check("z,b,y,a\n1,2,3,4\n");
    refused(&run, "extra-label");
    assert_eq!(run.rejects.len(), 2, "{:?}", run.faults());
}

#[test]
fn labels_that_are_nearly_right_get_a_suggestion() {
    let sheet = pair();
    let run = Sheet::of_text(["first_name", "last_name", "age"]).check("frist_name,Last_Name,age\nAda,Lovelace,36\n");
    refused(&run, "missing-label");
    assert_eq!(run.rejects.len(), 2, "all faults of the header at once: {:?}", run.faults());
    for (reject, near) in run.rejects.iter().zip(["frist_name", "Last_Name"]) {
        let said = format!("{} {}", reject.message, reject.hint.clone().unwrap_or_default());
        assert!(said.contains(near), "{said}");
    }
    // A blank around a label is content, unless the dialect trims.
    refused(&sheet.check("first_name, last_name\nAda,Lovelace\n"), "missing-label");
    assert!(sheet.dialect(json!({"trim": true})).check("first_name, last_name \nAda,Lovelace\n").is_available());
}

#[test]
fn a_label_that_stands_twice() {
    let run = Sheet::of_text(["a", "b"]).check("a,b,a\n1,2,3\n");
    refused(&run, "duplicate-label");
    // Two columns of one label that nobody asked for hurt nobody.
    let sheet = Sheet::of_text(["a"]);
    let run = sheet.check("a,x,x\n1,2,3\n");
    assert_eq!((run.counts(), run.texts()), ([1, 1, 0], vec![vec!["1".to_owned()]]));
    assert!(run.verdict.warnings[0].starts_with("2 columns"), "{:?}", run.verdict.warnings);
    refused(&sheet.custom("additionalColumns", json!("reject")).check("a,x,x\n1,2,3\n"), "extra-label");
}

#[test]
fn labels_are_compared_without_the_blanks_that_the_dialect_takes_away() {
    let column = json!({"name": "a", "physicalName": " a ", "logicalType": "integer"});
    let trimmed = Sheet::new([column.clone()]).dialect(json!({"trim": true}));
    assert_eq!(trimmed.check(" a ,b\n1,2\n").counts(), [1, 1, 0]);
    assert_eq!(Sheet::new([column]).check(" a ,b\n1,2\n").counts(), [1, 1, 0]);
    // An escape in a label is one too.
    let escaped = Sheet::of_text(["a,b"]).dialect(json!({"escapeChar": "\\"}));
    assert_eq!(escaped.check("a\\,b\n1\n").counts(), [1, 1, 0]);
}

#[test]
fn few_bytes_get_a_verdict() {
    for bytes in [&b"B"[..], b"BZ", b"BZh", b"PK", b"PAR", b"PAR1", b"\x1f", b"\x1f\x8b", b"\xff\xfe", b"%PD", b"7z"] {
        let run = Sheet::of_text(["a"]).check(bytes);
        assert!(!run.is_available(), "{bytes:?}: {:?}", run.verdict);
    }
    let run = Sheet::of_text(["PAR1", "Größe"]).check("PAR1,Größe\n1,2\n");
    assert_eq!(run.counts(), [1, 1, 0], "{:?}", run.rejects);
    refused(&Sheet::of_text(["a"]).check(b"PAR1\x15\x04\x15\x10\x00\x00"), "source-error");
    refused(&Sheet::of_text(["a"]).check(b"BZh91AY&SY\x00\x01\x02\x03"), "source-error");
}

#[test]
fn files_are_named_for_what_they_are() {
    let utf32: Vec<u8> = "a,b\n1,2\n".chars().flat_map(|letter| u32::from(letter).to_le_bytes()).collect();
    let marked = [&b"\xff\xfe\0\0"[..], &utf32].concat();
    for (bytes, part) in [
        (&gzip(&gzip(b"first_name,last_name\nAda,Lovelace\n"))[..], "compressed twice"),
        (&utf32, "UTF-32"),
        (&marked, "UTF-32"),
        (b"\xef\xbb\xbf\xef\xbb\xbffirst_name,last_name\n", "two byte-order marks"),
        (b"{\"first_name\": \"Ada\"}\n", "JSON"),
        (b"[\n  {\"first_name\": \"Ada\"}\n]\n", "JSON"),
        (b"<!DOCTYPE html>\n<html>\n", "HTML"),
        (b"<?xml version=\"1.0\"?>\n", "XML"),
        (b"sep=;\nfirst_name;last_name\n", "sep="),
        (b"<Error><Code>AccessDenied</Code></Error>\n", "XML"),
        (b"[[\"first_name\"]]\n", "JSON"),
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        (b"PK\x05\x06\0\0\0\0", "zip"),
        (b"{\\rtf1\\ansi first_name", "RTF"),
        (b"\"first_name,last_name\"\n\"Ada,Lovelace\"\n", "quote each label"),
        (b"Names of 2024\n\nall of them\nfirst_name,last_name\nAda,Lovelace\n", "line 4"),
    ] {
        let run = pair().check(bytes);
        assert!(!run.is_available() && run.rejects.len() <= 2, "{part}: {:?}", run.rejects);
        let words = format!("{} {}", run.rejects[0].message, run.rejects[0].hint.as_deref().unwrap());
        assert!(words.contains(part), "{part}: {words}");
    }
    // What a file looks like counts only where its header or its first row is wrong.
    let odd = Sheet::of_text(["{\"a\"", "<html>"]);
    assert_eq!(odd.check("\"{\"\"a\"\"\",<html>\n1,2\n").counts(), [1, 1, 0]);
    let headless = pair().dialect(json!({"header": false}));
    assert_eq!(headless.check("\"{\"\"a\"\"}\",x\n").counts(), [1, 1, 0]);
    assert!(headless.check("{\"a\": 1}\n").rejects[0].message.contains("JSON"));
    for (text, part) in [("sep=;\n1,2\n", "sep="), ("<html>,x\n", "HTML")] {
        let run = headless.check(text);
        assert!(!run.is_available() && run.rejects[0].message.contains(part), "{text}: {:?}", run.rejects);
    }
    let json = Sheet::of_text(["a"]).dialect(json!({"header": false})).check("{\"a\": 1}\n");
    assert!(json.verdict.warnings[0].contains("JSON"), "{:?}", json.verdict);
    // The places of zero bytes tell UTF-16 of either order, and where there are none it is none.
    let utf16 = |text: &str, unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    let text = "first_name,last_name\nAda,Lovelace\n";
    for (encoding, bytes, part) in [
        ("utf-8", utf16(text, u16::to_le_bytes), "utf-16le"),
        ("utf-8", utf16(text, u16::to_be_bytes), "utf-16be"),
        ("utf-16le", utf16(text, u16::to_be_bytes), "utf-16be"),
        ("utf-16be", text.as_bytes().to_vec(), "ASCII"),
    ] {
        let run = pair().dialect(json!({"encoding": encoding, "header": false})).check(&bytes);
        assert!(!run.is_available() && run.rejects[0].message.contains(part), "{encoding}: {:?}", run.rejects);
    }
    // The dialect can pass over what a spreadsheet program puts first.
    let passed = pair().dialect(json!({"commentPrefix": "sep="}));
    assert_eq!(passed.check("sep=,\nfirst_name,last_name\nAda,Lovelace\n").counts(), [1, 1, 0]);
}

#[test]
fn a_missing_column_is_a_fault_of_the_file() {
    let run = Sheet::of_text(["a", "b"]).check("a\n1\n2\n");
    refused(&run, "missing-label");
    assert_eq!((run.rejects.len(), run.counts()[1], run.table.rows()), (1, 0, 0));
    assert_eq!((run.rejects[0].column.as_deref(), run.rejects[0].line), (Some("b"), Some(1)));
}

#[test]
fn without_a_header_columns_go_by_position() {
    let sheet = Sheet::of_text(["a", "b"]).dialect(json!({"header": false}));
    let run = sheet.check("1,2\n3\n4,5,6\n7,8");
    assert_eq!(run.texts(), [["1", "2"], ["7", "8"]]);
    assert_eq!(run.faults(), ["2 missing-cell b", "3 extra-cell -"]);
}

#[test]
fn a_column_may_be_named_otherwise_than_its_label() {
    let columns = [json!({"name": "amount", "physicalName": "Importe (€)", "logicalType": "integer"})];
    let run = Sheet::new(columns).check("Importe (€)\n5\nx\n");
    assert_eq!(run.table.names(), ["amount"]);
    assert_eq!(run.faults(), ["2 type-error amount"]);
}

#[test]
fn text_after_a_closing_quote_spoils_the_row_alone() {
    let run = Sheet::of_text(["a", "b"]).check("a,b\n\"x\"y,1\n\"z\",2\n\"q\" ,3\n");
    assert_eq!(run.rejected_rows().into_iter().collect::<Vec<_>>(), [1, 3], "{:?}", run.rejects);
    assert_eq!(run.texts(), [["z", "2"]]);
}

/// Such a label would be left out, and the rows in it with it.
#[test]
fn a_quote_that_makes_rows_part_of_a_label_ends_reading() {
    let sheet = Sheet::of_text(["a", "b"]);
    for (text, opened) in [
        ("a,b,\"z\n1,x,X\n2,y,Y\"\n3,w,W\n", 1),
        ("a,b,\"z\n1,x\"\n", 1),
        ("a,b,\"z\r1,x,X\r2,y,Y\"\r", 1),
        ("a,b,\"one\r\ntwo\",\"z\r\n1,x,X,\"\r\n3,w,W,V\r\n", 2),
    ] {
        let run = sheet.check(text);
        assert!(run.verdict.unreadable && run.rejects.len() == 1, "{text:?}: {:?}", run.verdict);
        let message = &run.rejects[0].message;
        assert!(message.contains(&format!("opens on line {opened}, in the header")), "{text:?}: {message}");
    }
    // Labels of several lines are no rarity.
    for label in ["one\ntwo", "one, two\nthree", "one\n"] {
        let run = sheet.check(format!("a,b,\"{label}\"\n1,2,3\n"));
        assert_eq!(run.counts(), [1, 1, 0], "{label:?}");
    }
}

/// Where rows end with a delimiter, the empty cell behind it is none that is wanted.
#[test]
fn a_row_with_text_behind_the_last_delimiter_has_a_cell_too_many() {
    let run = Sheet::of_text(["a", "b"]).check("a,b\n1,x,\n2,y,z\n");
    assert!(run.rejects[0].message.contains("has 3 cells, 2 are wanted"), "{:?}", run.rejects);
}

#[test]
fn a_quote_that_never_closes_ends_reading() {
    let sheet = Sheet::of_text(["a", "b"]);
    for (text, line, opened, read) in [
        ("a,b\n1,2\n3,\"open\n5,6\n", 3, 3, 1),
        ("a,b\n\"x\ny\",\"open\n5,6\n", 2, 3, 0),
        ("a,b\n1,2\n\"x\"y,\"open", 3, 3, 1),
        ("a,\"b\n1,2\n", 1, 1, 0),
        ("\n\"a\nx\",\"b\n1,2\n", 2, 3, 0),
    ] {
        let run = sheet.check(text);
        assert!(run.verdict.unreadable && !run.is_available(), "{text:?}: {:?}", run.verdict);
        assert_eq!((run.rejects.len(), run.rejects[0].line, run.counts()[0]), (1, Some(line), read), "{text:?}");
        let message = &run.rejects[0].message;
        assert!(message.contains(&format!("opens on line {opened},")), "{text:?}: {message}");
    }
    // A later quote that ends no cell closes nothing either: what lies between are rows.
    let run = sheet.check("a,b\n1,\"x\n2,y\n3,z\n4,\"ok\"\n5,w\n");
    assert!(run.verdict.unreadable && run.rejects.len() == 1, "{:?}", run.verdict);
    assert!(run.rejects[0].message.contains("opens on line 2,") && run.rejects[0].message.contains("on line 5,"));
    // Two that make a cell are CSV, and what lies between may well be text: that it looks like rows is told.
    let run = sheet.check("a,b\n1,\"x\n2,y\n3,5\"\n");
    assert_eq!(run.counts(), [1, 1, 0]);
    assert!(run.verdict.warnings[0].contains("look like rows, the first on line 2"), "{:?}", run.verdict.warnings);
    assert!(sheet.check("a,b\n1,\"x\nsome text\nmore\"\n").verdict.warnings.is_empty());
    let three = Sheet::of_text(["a", "b", "c"]);
    for (sheet, text) in [
        (&sheet, "a,b\r1,\"x\r2,y\r3,5\"\r4,z\r"),
        (&sheet, "a,b\r\n1,\"x\r\n2,y\r\n3,5\"\r\n"),
        (&sheet, "a,b\n1,\"x\n2,y\n3,5\",\n4,z,\n"),
        (&sheet, "a,b,\n1,\"x\n2,y\n3,5\",\n4,z,\n"),
        (&sheet, "a,b\n1,\"x\n2,y,\n3,5\"\n"),
        (&three, "a,b,c\n1,x,\"2\n3,y,4\"\n"),
    ] {
        let warnings = sheet.check(text).verdict.warnings;
        assert!(warnings.iter().any(|warning| warning.contains("look like rows")), "{text:?}: {warnings:?}");
    }
    assert!(three.check("a,b,c\n1,\"Main St 5\n28001, Madrid\",x\n").verdict.warnings.is_empty());
    // So it is where a hundred thousand rows follow.
    let many = format!("a,b\n1,2\n\"3,4\n{}", "5,6\n".repeat(100_000));
    let run = sheet.check(many);
    assert!(run.verdict.unreadable && run.rejects[0].message.contains("line 3,"), "{:?}", run.verdict);
}
