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
    // Also when no one asked for it: Frictionless judges so, and a doubled label is a sign of a broken export.
    refused(&Sheet::of_text(["a"]).check("a,x,x\n1,2,3\n"), "duplicate-label");
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

#[test]
fn a_quote_that_never_closes() {
    let run = Sheet::of_text(["a", "b"]).check("a,b\n1,2\n3,\"open\n5,6\n");
    assert!(!run.rejects.is_empty(), "{:?}", run.verdict);
    assert_eq!(run.rejects[0].line, Some(3));
    assert_eq!(
        run.texts().first().map(|row| row.join(",")),
        Some("1,2".to_owned()),
        "rows before it are judged as they are"
    );
}
