//! Every option of `csvDialect`, alone and where two of them meet.

use serde_json::{Value, json};

use crate::harness::Sheet;

/// The rows of a file of text columns `a` and `b`, read without a header; all must be accepted.
fn rows(dialect: Value, text: impl AsRef<[u8]>) -> Vec<Vec<String>> {
    let mut all = json!({"header": false});
    all.as_object_mut().unwrap().extend(dialect.as_object().unwrap().clone());
    let run = Sheet::of_text(["a", "b"]).dialect(all).check(text);
    assert!(run.rejects.is_empty(), "{:?}", run.rejects);
    run.texts()
}

#[test]
fn quotes() {
    assert_eq!(rows(json!({}), "\"a\"\"b\",\"\"\"\"\n"), [["a\"b", "\""]]);
    assert_eq!(rows(json!({}), "\"a,b\",\"c\r\nd\"\r\n"), [["a,b", "c\r\nd"]]);
    // A quote inside a cell that did not begin with one is text.
    assert_eq!(rows(json!({}), "5\" disk,a\"b\"c\n"), [["5\" disk", "a\"b\"c"]]);
    assert_eq!(rows(json!({"quoteChar": "'"}), "'it''s',\"x\"\n"), [["it's", "\"x\""]]);
    assert_eq!(rows(json!({"quoteChar": null}), "\"a\",\"b\n"), [["\"a\"", "\"b"]]);
    // The last cell is quoted and nothing follows it.
    assert_eq!(rows(json!({}), "a,\"b\""), [["a", "b"]]);
    assert_eq!(rows(json!({}), "a,\"\"\"\""), [["a", "\""]]);
}

#[test]
fn escapes() {
    let escape = json!({"escapeChar": "\\", "doubleQuote": false});
    assert_eq!(rows(escape.clone(), "\"a\\\"b\",\"c\\\\\"\n"), [["a\"b", "c\\"]]);
    assert_eq!(rows(escape.clone(), "a\\,b,c\\\nd\n"), [["a,b", "c\nd"]]);
    assert_eq!(rows(escape.clone(), "\\\"a,\\\\\n"), [["\"a", "\\"]]);
    assert_eq!(rows(json!({"escapeChar": "\\", "quoteChar": null}), "\\a\\,,\"\n"), [["a,", "\""]]);
    // An escape with nothing after it: the file ends within a cell.
    let run = Sheet::of_text(["a", "b"]).dialect(json!({"escapeChar": "\\", "header": false})).check("x,y\\");
    assert!(run.verdict.unreadable && run.faults() == ["- source-error -"], "{:?}", run.verdict);
    // Both an escape and doubled quotes.
    assert_eq!(rows(json!({"escapeChar": "\\"}), "\"a\\\"b\",\"c\"\"d\"\n"), [["a\"b", "c\"d"]]);
    // A quoteChar of its own beside the escape, and a multi-byte character after the escape.
    assert_eq!(rows(json!({"escapeChar": "\\", "quoteChar": "'"}), "'a\\'é',\\日\n"), [["a'é", "日"]]);
}

#[test]
fn delimiters() {
    for delimiter in ["\t", ";", "|", ":", " ", "\u{1}", "\u{1f}", "^"] {
        assert_eq!(
            rows(json!({"delimiter": delimiter}), format!("a,x{delimiter}\"b{delimiter}c\"\n")),
            [["a,x".to_owned(), format!("b{delimiter}c")]]
        );
    }
    // A blank is no delimiter that trimming may take.
    assert_eq!(rows(json!({"delimiter": "\t", "trim": true}), "a\t b \n\tc\n"), [["a", "b"], ["∅", "c"]]);
}

#[test]
fn empty_cells() {
    assert_eq!(rows(json!({}), "a,\n,b\n\"\",\"\"x\n".replace("\"\"x", "y")), [["a", "∅"], ["∅", "b"], ["∅", "y"]]);
    // A quoted empty cell and a bare one are the same text, so both are null.
    assert_eq!(rows(json!({}), "\"\",1\n,2\n"), [["∅", "1"], ["∅", "2"]]);
    assert_eq!(rows(json!({"nullTokens": ["NA"]}), "\"NA\",\"\"\nNA,\n"), [["∅", ""], ["∅", ""]]);
}

#[test]
fn null_tokens_are_compared_as_the_cell_is_written() {
    let database = json!({"escapeChar": "\\", "nullTokens": ["\\N"]});
    assert_eq!(rows(database.clone(), "\\N,\"\\N\"\n"), [["∅", "∅"]]);
    // What is escaped is text: a backslash and an N, and an N alone.
    assert_eq!(rows(database.clone(), "\\\\N,N\n\\NA,\n"), [["\\N", "N"], ["NA", ""]]);
    let trimmed = json!({"escapeChar": "\\", "nullTokens": ["\\N", "NA"], "trim": true});
    assert_eq!(rows(trimmed, " \\N ,\\NA\n"), [["∅", "NA"]]);
    // A doubled quote within quotes is one, as quoting makes no difference.
    assert_eq!(rows(json!({"nullTokens": ["a\"b"]}), "\"a\"\"b\",a\"b\n"), [["∅", "∅"]]);
}

#[test]
fn a_delimiter_at_the_end_of_each_row_is_no_cell() {
    let sheet = Sheet::of_text(["a", "b"]);
    let run = sheet.check("a,b\n1,2,\n3,4\n5,6,x\n7,8,,\n9,0,\"\"\n");
    assert_eq!(run.faults(), ["2 missing-cell ", "3 extra-cell -", "4 extra-cell -"]);
    assert_eq!(run.texts(), [["1", "2"], ["9", "0"]]);
    assert!(run.verdict.warnings[0].contains("end with a delimiter"), "{:?}", run.verdict.warnings);
    // All rows alike, in one stretch, without a header, and with a label's delimiter too.
    let many = "1,2,\n".repeat(500);
    assert_eq!(sheet.check(format!("a,b\n{many}")).counts(), [500, 500, 0]);
    assert_eq!(sheet.check(format!("a,b,\n{many}")).counts(), [500, 500, 0]);
    assert_eq!(sheet.check(format!("a,b,\n{}", many.replace(",\n", "\n"))).counts(), [500, 500, 0]);
    assert_eq!(sheet.clone().dialect(json!({"header": false})).check(&many).counts(), [500, 500, 0]);
    // The first row decides: elsewhere an empty cell too many may be a cell in the wrong place.
    assert_eq!(sheet.check("a,b\n1,2\n3,4,\n").faults(), ["2 extra-cell -"]);
    let strict = sheet.custom("additionalColumns", json!("reject"));
    assert_eq!(strict.check("a,b\n1,2,\n").faults(), ["1 extra-cell -"]);
    assert_eq!(strict.check("a,b,\n1,2,\n").faults(), ["- blank-label -"]);
}

#[test]
fn what_is_passed_over_is_counted() {
    let run = Sheet::of_text(["a", "b"]).dialect(json!({"commentPrefix": "#"})).check("#1\n\na,b\n#2\n\n,\n1,2\n#3");
    assert_eq!((run.verdict.skipped.blank_rows, run.verdict.skipped.comment_lines), (3, 3));
    assert_eq!(run.counts(), [1, 1, 0]);
}

#[test]
fn comments() {
    let hash = json!({"commentPrefix": "#"});
    assert_eq!(rows(hash.clone(), "#x\na,#b\n\"#c\",d\n #e,f\n#\n##\n#last"), [["a", "#b"], ["#c", "d"], [" #e", "f"]]);
    assert_eq!(rows(hash.clone(), "a,\"x\n#y\"\nb,c\n"), [["a", "x\n#y"], ["b", "c"]]);
    assert_eq!(rows(json!({"commentPrefix": "//"}), "//x\n/a,b\n///\n"), [["/a", "b"]]);
    assert_eq!(rows(hash.clone(), "#a\rb,c\r#d\r\ne,f"), [["b", "c"], ["e", "f"]]);
    // A quote or an escape in a comment means nothing.
    assert_eq!(rows(json!({"commentPrefix": "#", "escapeChar": "\\"}), "#\"\\\na,b\n"), [["a", "b"]]);
    let run = Sheet::of_text(["a"]).dialect(hash).check("#1\n#2\na\n#3\nx\n");
    assert_eq!(run.texts(), [["x"]]);
}

#[test]
fn blank_rows_of_one_column() {
    let one = Sheet::of_text(["a"]);
    let run = one.check("a\n1\n\n2\n\n");
    assert_eq!((run.texts(), run.counts()), (vec![vec!["1".to_owned()], vec!["2".to_owned()]], [2, 2, 0]));
    let run = one.dialect(json!({"skipBlankRows": false})).check("a\n1\n\n2\n");
    assert_eq!(run.faults(), ["- blank-row -"]);
    assert_eq!((run.rejects[0].line, run.rejects[0].byte), (Some(3), Some(4)));
    assert_eq!(run.counts(), [2, 2, 0]);
}

#[test]
fn a_row_of_empty_cells_is_blank() {
    let sheet = Sheet::of_text(["a", "b"]);
    let text = "a,b\n,\n1,2\n\"\",\"\"\n,,,\n\"\"\n3,\n,";
    let run = sheet.check(text);
    // A quoted empty cell is a cell: of the row in line 6 the second is missing.
    assert_eq!((run.texts().len(), run.counts(), run.faults()), (3, [4, 3, 1], vec!["3 missing-cell b".to_owned()]));
    let run = sheet.clone().dialect(json!({"skipBlankRows": false})).check(text);
    let found: Vec<_> = run.rejects.iter().map(|reject| (reject.code.as_str(), reject.row, reject.line)).collect();
    let blank = |line| ("blank-row", None, Some(line));
    assert_eq!(found, [blank(2), blank(5), ("missing-cell", Some(3), Some(6)), blank(8)]);
    assert_eq!(run.counts(), [4, 3, 1]);
    // Blanks are content, unless the dialect trims; and a text that means null is a text.
    assert_eq!(sheet.check("a,b\n , \n").texts(), [[" ", " "]]);
    let trimmed = json!({"trim": true, "nullTokens": ["", "NA"]});
    let run = sheet.dialect(trimmed).check("a,b\n , \n\t,\" \"\nNA,NA\n");
    assert_eq!((run.texts(), run.counts()), (vec![vec!["∅".to_owned(); 2]; 2], [2, 2, 0]));
}

#[test]
fn the_last_line_end_begins_no_row() {
    for end in ["", "\n", "\r\n", "\r"] {
        let run = Sheet::of_text(["a", "b"])
            .dialect(json!({"skipBlankRows": false}))
            .strict()
            .check(format!("a,b\n1,2{end}"));
        assert!(run.is_available() && run.rejects.is_empty(), "{end:?}: {:?}", run.rejects);
        assert_eq!(run.counts(), [1, 1, 0], "{end:?}");
    }
}
