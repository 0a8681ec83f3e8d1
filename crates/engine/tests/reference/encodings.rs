//! Texts in other encodings than UTF-8, and bytes that are none.

use serde_json::{Value, json};

use crate::harness::Sheet;

fn utf16(text: &str, to: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to).collect()
}

fn texts(encoding: &str, bytes: &[u8]) -> Vec<Vec<String>> {
    let run = Sheet::of_text(["é", "b"]).dialect(json!({"encoding": encoding})).strict().check(bytes);
    assert!(run.is_available(), "{encoding}: {:?}", run.rejects);
    run.texts()
}

#[test]
fn utf_16_with_and_without_its_mark() {
    let text = "é,b\n日本,\"x\ny\"\r\n😀,,\n".replace(",,", ",");
    let wanted = [["日本", "x\ny"], ["😀", "∅"]];
    for mark in ["", "\u{feff}"] {
        let text = format!("{mark}{text}");
        assert_eq!(texts("utf-16le", &utf16(&text, u16::to_le_bytes)), wanted);
        assert_eq!(texts("utf-16be", &utf16(&text, u16::to_be_bytes)), wanted);
    }
    // `utf-16` is little-endian in the Encoding Standard, unless the mark says otherwise.
    assert_eq!(texts("utf-16", &utf16(&format!("\u{feff}{text}"), u16::to_le_bytes)), wanted);
    assert_eq!(texts("utf-16", &utf16(&format!("\u{feff}{text}"), u16::to_be_bytes)), wanted);
}

#[test]
fn single_byte_and_asian_encodings() {
    assert_eq!(texts("windows-1252", b"\xe9,b\n\x80,\x93x\x94\n"), [["€", "“x”"]]);
    assert_eq!(texts("iso-8859-1", b"\xe9,b\n\xfc,1\n"), [["ü", "1"]]);
    assert_eq!(texts("latin1", b"\xe9,b\n\xfc,1\n"), [["ü", "1"]]);
    // In Shift_JIS the second byte of 表 is a backslash's, and that of ポ a vertical bar's.
    let run = Sheet::of_text(["a", "b"])
        .dialect(json!({"encoding": "shift_jis", "delimiter": "|", "escapeChar": "\\"}))
        .check(b"a|b\n\x95\x5c|\x83\x7c\n");
    assert_eq!(run.texts(), [["表", "ポ"]], "{:?}", run.rejects);
    let run = Sheet::of_text(["a", "b"])
        .dialect(json!({"encoding": "gb18030"}))
        .check(b"a,b\n\xd6\xd0\xce\xc4,\x81\x30\x81\x30\n");
    assert_eq!(run.texts(), [["中文", "\u{80}"]]);
}

#[test]
fn bytes_that_are_no_text_reject_their_row() {
    let sheet = Sheet::of_text(["a", "b"]);
    let run = sheet.check(b"a,b\nx,1\n\xffy,2\nz,\xe2\x82\nok,3\nlast,\xe2\x82");
    assert_eq!(run.faults(), ["2 encoding-error a", "3 encoding-error b", "5 encoding-error b"]);
    assert_eq!(run.texts(), [["x", "1"], ["ok", "3"]]);
    // Overlong forms, surrogates and bytes beyond Unicode are no UTF-8.
    for bytes in [&b"\xc0\xaf"[..], b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xf8\x88\x80\x80\x80"] {
        let run = sheet.check([b"a,b\n", bytes, b",1\nx,2\n"].concat());
        assert_eq!(run.faults(), ["1 encoding-error a"], "{bytes:?}");
    }
}

#[test]
fn a_header_that_is_no_text_is_a_fault_of_the_file() {
    let run = Sheet::of_text(["a", "b"]).check(b"a,b\xff\n1,2\n");
    assert!(!run.is_available());
    assert!(run.rejects.iter().all(|reject| reject.row.is_none()), "{:?}", run.rejects);
}

#[test]
fn utf_16_that_is_none() {
    let mut bytes = utf16("a,b\n", u16::to_le_bytes);
    bytes.extend(0xd800_u16.to_le_bytes());
    bytes.extend(utf16("x,1\ny,2\n", u16::to_le_bytes));
    let run = Sheet::of_text(["a", "b"]).dialect(json!({"encoding": "utf-16le"})).check(&bytes);
    assert_eq!(run.faults(), ["1 encoding-error a"]);
    assert_eq!(run.texts(), [["y", "2"]]);
    // An odd byte at the end.
    let mut odd = utf16("a,b\nx,1\ny,2", u16::to_le_bytes);
    odd.push(0x41);
    let run = Sheet::of_text(["a", "b"]).dialect(json!({"encoding": "utf-16le"})).check(&odd);
    assert_eq!(run.rejected_rows().into_iter().collect::<Vec<_>>(), [2], "{:?}", run.rejects);
    assert!(run.faults().iter().all(|fault| fault.contains("encoding-error")), "{:?}", run.faults());
}

#[test]
fn bytes_that_no_legacy_encoding_has() {
    // 0x81 is unassigned in GBK as a lone byte before a line end, and 0xff in Shift_JIS.
    for (encoding, bytes) in [("shift_jis", &b"a,b\nx,1\n\xff,2\ny,3\n"[..]), ("euc-kr", b"a,b\nx,1\n\xff,2\ny,3\n")] {
        let run = Sheet::of_text(["a", "b"]).dialect(json!({"encoding": encoding})).check(bytes);
        assert_eq!(run.faults(), ["2 encoding-error a"], "{encoding}");
        assert_eq!(run.texts(), [["x", "1"], ["y", "3"]], "{encoding}");
    }
}

#[test]
fn an_encoding_that_nobody_knows_is_a_violation() {
    for encoding in ["utf-9", "ebcdic", ""] {
        let document = Sheet::of_text(["a"]).dialect(json!({"encoding": encoding})).document();
        let violations = atalaya_contract::parse(&document).expect_err(encoding);
        assert!(violations.0.iter().any(|violation| violation.path.contains("encoding")), "{violations}");
    }
}

#[test]
fn a_value_with_bytes_that_are_no_text_is_shown_without_breaking_the_list() {
    let columns: [Value; 1] = [json!({"name": "a", "logicalType": "integer"})];
    let run = Sheet::new(columns).check(b"a\n\xff\xfe\"\\\n1\n");
    assert_eq!(run.faults(), ["1 encoding-error a"]);
}
