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
    // An escape with nothing after it: the last byte of the file.
    let run = Sheet::of_text(["a", "b"]).dialect(json!({"escapeChar": "\\", "header": false})).check("x,y\\");
    assert_eq!(run.verdict.rows.read, 1, "{:?}", run.verdict);
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
fn a_delimiter_at_the_end_is_a_cell() {
    let run = Sheet::of_text(["a", "b"]).check("a,b\n1,2,\n3,4\n");
    assert_eq!(run.faults(), ["1 extra-cell -"]);
    assert_eq!(run.texts(), [["3", "4"]]);
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
    assert_eq!((run.texts().len(), run.counts(), run.rejects.len()), (2, [2, 2, 0], 0), "{:?}", run.rejects);
    let run = sheet.clone().dialect(json!({"skipBlankRows": false})).check(text);
    let found: Vec<_> = run.rejects.iter().map(|reject| (reject.code.as_str(), reject.row, reject.line)).collect();
    assert_eq!(found, [2, 4, 5, 6, 8].map(|line| ("blank-row", None, Some(line))));
    assert_eq!(run.counts(), [2, 2, 0]);
    // Blanks are content, unless the dialect trims; and a text that means null is a text.
    assert_eq!(sheet.check("a,b\n , \n").texts(), [[" ", " "]]);
    let trimmed = json!({"trim": true, "nullTokens": ["", "NA"]});
    let run = sheet.dialect(trimmed).check("a,b\n , \n\t,\" \"\nNA,NA\n");
    assert_eq!((run.texts(), run.counts()), (vec![vec!["∅".to_owned(); 2]], [1, 1, 0]));
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
