//! Texts, whole numbers, decimals and truth values at the edges of their types.

use serde_json::{Value, json};

use crate::harness::{Sheet, refuses, takes};

fn integer(options: Value) -> Value {
    json!({"logicalType": "integer", "logicalTypeOptions": options})
}

fn number() -> Value {
    json!({"logicalType": "number"})
}

fn fixed(precision: u8, scale: u8) -> Value {
    json!({"logicalType": "number", "physicalType": format!("DECIMAL({precision},{scale})")})
}

fn text(options: Value) -> Value {
    json!({"logicalType": "string", "logicalTypeOptions": options})
}

#[test]
fn whole_numbers_of_64_bits() {
    let cells = [
        ("0", "0"),
        ("-0", "0"),
        ("007", "7"),
        ("+5", "5"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("0000000000000000000000000000001", "1"),
    ];
    takes(integer(json!({})), json!({}), &cells);
    let wrong = [
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551617",
        "99999999999999999999999999999999999999999999",
        "1.0",
        "1.",
        "1e3",
        "0x1F",
        "1_000",
        "1,000",
        " 1",
        "1 ",
        "--1",
        "+-1",
        "+",
        "-",
        "５",
        "١",
        "1\u{0}",
        "NaN",
        "true",
    ];
    refuses(integer(json!({})), json!({}), "type-error", &wrong);
    takes(integer(json!({})), json!({}), &[("", "∅")]);
}

#[test]
fn binary_numbers_are_finite() {
    let cells = [
        ("1e3", "1000"),
        ("-1.5E-3", "-0.0015"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+1.25", "1.25"),
        ("0.1", "0.1"),
        ("9007199254740993", "9007199254740992"),
        ("123456789012345678901234567890", "123456789012345680000000000000"),
    ];
    takes(number(), json!({}), &cells);
    let largest = f64::MAX.to_string();
    takes(
        number(),
        json!({}),
        &[("1.7976931348623157e308", &largest), ("5e-324", &5e-324_f64.to_string()), ("1e-400", "0")],
    );
    let wrong = [
        "1e400", "-1e400", "NaN", "nan", "inf", "-inf", "Infinity", "INF", "1e", "1e+", "e5", ".", "-.", "1.2.3",
        "1,5", "0x10", "1f", "1 000", "١",
    ];
    refuses(number(), json!({}), "type-error", &wrong);
}

#[test]
fn fixed_point_numbers_are_exact() {
    let cells = [
        ("1", "1.00"),
        ("1.5", "1.50"),
        ("1.230", "1.23"),
        ("-999.99", "-999.99"),
        ("1e2", "100.00"),
        ("0.001e2", "0.10"),
        (".5", "0.50"),
        ("-0", "0.00"),
        ("000999.9900", "999.99"),
    ];
    takes(fixed(5, 2), json!({}), &cells);
    refuses(
        fixed(5, 2),
        json!({}),
        "type-error",
        &["1.234", "1000", "1000.00", "-1000", "1e3", "1e-3", "NaN", "1e400", "-", "1e99999999999"],
    );
    let nines = "9".repeat(38);
    takes(fixed(38, 0), json!({}), &[(&nines, &nines), (&format!("-{nines}"), &format!("-{nines}"))]);
    refuses(fixed(38, 0), json!({}), "type-error", &[&format!("1{}", "0".repeat(38)), &format!("{nines}9"), "0.5"]);
    let small = format!("0.{}1", "0".repeat(37));
    takes(fixed(38, 38), json!({}), &[(&small, &small)]);
    refuses(fixed(38, 38), json!({}), "type-error", &["1", "-1", &format!("{small}1")]);
}

#[test]
fn zeros_in_front_or_behind_are_no_digits_that_count() {
    let zeros = "0".repeat(60);
    takes(fixed(5, 2), json!({}), &[(&format!("{zeros}1.5"), "1.50"), (&format!("1.5{zeros}"), "1.50")]);
    takes(fixed(5, 2), json!({}), &[(&format!("{zeros}.{zeros}"), "0.00"), (&format!("15{zeros}e-61"), "1.50")]);
}

#[test]
fn group_and_decimal_marks() {
    let german = json!({"delimiter": ";", "decimalChar": ",", "groupChar": "."});
    takes(
        fixed(9, 2),
        german.clone(),
        &[("1.234,56", "1234.56"), ("-1.234.567,8", "-1234567.80"), ("0,5", "0.50"), (",5", "0.50")],
    );
    // Marks stand between groups of three digits of the integer part, and nowhere else.
    let wrong = ["1.2.3,4", ".1,5", "19.99", "1..5", ".5", "1.234.", "1,234.567", "1,2,3", ".", "...", "1 234,5"];
    refuses(fixed(9, 2), german.clone(), "type-error", &wrong);
    let indian = json!({"groupChar": ",", "groupSizes": [3, 2]});
    takes(fixed(9, 2), indian.clone(), &[("12,34,567.8", "1234567.80"), ("1,234", "1234.00")]);
    refuses(fixed(9, 2), indian, "type-error", &["1,234,567", "123,456"]);
    takes(number(), german.clone(), &[("1.234,56", "1234.56")]);
    takes(integer(json!({})), german, &[("1.234.567", "1234567")]);
    let swiss = json!({"groupChar": "'"});
    takes(fixed(9, 2), swiss, &[("1'234.5", "1234.50")]);
    let narrow = json!({"groupChar": "\u{202f}", "decimalChar": ","});
    takes(fixed(9, 2), narrow.clone(), &[("1\u{202f}234,5", "1234.50")]);
    refuses(fixed(9, 2), narrow, "type-error", &["1.5"]);
    // Without a group character nothing is removed, and the point is no decimal mark where another is.
    refuses(number(), json!({"decimalChar": ","}), "type-error", &["1.5", "1.000,5"]);
    // A text is not a number: its marks stay.
    takes(text(json!({})), json!({"groupChar": ","}), &[("1,234", "1,234")]);
}

#[test]
fn truth_values() {
    takes(json!({"logicalType": "boolean"}), json!({}), &[("true", "true"), ("false", "false"), ("", "∅")]);
    refuses(json!({"logicalType": "boolean"}), json!({}), "type-error", &["2", "t ", "nope", "truefalse", " true"]);
}

#[test]
fn lengths_count_characters() {
    takes(
        text(json!({"minLength": 2, "maxLength": 2})),
        json!({}),
        &[("日本", "日本"), ("👩👩", "👩👩"), ("é!", "é!"), ("\n\n", "\n\n")],
    );
    refuses(text(json!({"maxLength": 2})), json!({}), "constraint-error", &["abc", "e\u{301}!", "👩‍👩"]);
    refuses(text(json!({"minLength": 2})), json!({}), "constraint-error", &["日", "x"]);
    // No rule but required looks at a null.
    takes(text(json!({"minLength": 2, "pattern": "^x"})), json!({}), &[("", "∅")]);
    // Where the empty cell is no null, it is a text of no characters.
    refuses(text(json!({"minLength": 1})), json!({"nullTokens": ["NA"]}), "constraint-error", &[""]);
}

#[test]
fn patterns_match_somewhere() {
    takes(text(json!({"pattern": "b+"})), json!({}), &[("abc", "abc")]);
    refuses(text(json!({"pattern": "^b+$"})), json!({}), "constraint-error", &["abc", "b\nb", "b\n"]);
    // As in ECMA-262: ASCII letters and digits, whatever the text.
    takes(text(json!({"pattern": "^\\w+$"})), json!({}), &[("aZ_9", "aZ_9")]);
    refuses(text(json!({"pattern": "^\\w+$"})), json!({}), "constraint-error", &["日本"]);
    refuses(text(json!({"pattern": "^\\d{3}$"})), json!({}), "constraint-error", &["١٢٣"]);
}

#[test]
fn bounds_are_inclusive_unless_they_say_otherwise() {
    let within = integer(json!({"minimum": -3, "maximum": 3}));
    takes(within.clone(), json!({}), &[("-3", "-3"), ("3", "3")]);
    refuses(within, json!({}), "constraint-error", &["-4", "4"]);
    let between = integer(json!({"exclusiveMinimum": 1.5, "exclusiveMaximum": 3}));
    takes(between.clone(), json!({}), &[("2", "2")]);
    refuses(between, json!({}), "constraint-error", &["1", "3"]);
    let price = json!({"logicalType": "number", "physicalType": "DECIMAL(6,2)", "logicalTypeOptions": {"minimum": 0.1, "maximum": 99.995}});
    takes(price.clone(), json!({}), &[("0.10", "0.10"), ("99.99", "99.99")]);
    refuses(price, json!({}), "constraint-error", &["0.09", "100"]);
    let float = json!({"logicalType": "number", "logicalTypeOptions": {"minimum": 0.1, "exclusiveMaximum": 0.3}});
    takes(float.clone(), json!({}), &[("0.1", "0.1"), ("0.29", "0.29")]);
    refuses(float, json!({}), "constraint-error", &["0.3", "0.09", "-1"]);
    // A bound beyond the type's range bounds nothing, or all.
    takes(integer(json!({"maximum": 1e30})), json!({}), &[("9223372036854775807", "9223372036854775807")]);
    refuses(integer(json!({"minimum": 1e30})), json!({}), "constraint-error", &["9223372036854775807"]);
}

#[test]
fn multiples_are_decimal() {
    let tenths = json!({"logicalType": "number", "logicalTypeOptions": {"multipleOf": 0.1}});
    takes(tenths.clone(), json!({}), &[("0.3", "0.3"), ("-0.7", "-0.7"), ("1e2", "100"), ("0", "0")]);
    refuses(tenths, json!({}), "constraint-error", &["0.35", "0.05"]);
    let cents =
        json!({"logicalType": "number", "physicalType": "DECIMAL(12,4)", "logicalTypeOptions": {"multipleOf": 0.05}});
    takes(cents.clone(), json!({}), &[("0.15", "0.1500"), ("-2", "-2.0000")]);
    refuses(cents, json!({}), "constraint-error", &["0.16", "0.0001"]);
    refuses(integer(json!({"multipleOf": 4})), json!({}), "constraint-error", &["6", "-2"]);
    takes(integer(json!({"multipleOf": 2.5})), json!({}), &[("5", "5"), ("-10", "-10")]);
}

#[test]
fn a_type_error_hides_the_other_rules_of_its_cell_alone() {
    let run = Sheet::new([
        json!({"name": "a", "logicalType": "integer", "unique": true, "required": true, "logicalTypeOptions": {"minimum": 5}}),
        json!({"name": "b", "logicalType": "integer", "logicalTypeOptions": {"minimum": 5, "multipleOf": 2}}),
    ])
    .check("a,b\nx,3\nx,7\n,6\n");
    assert_eq!(
        run.faults(),
        [
            "1 type-error a",
            "1 constraint-error b",
            "1 constraint-error b",
            "2 type-error a",
            "2 constraint-error b",
            "3 constraint-error a"
        ]
    );
    assert_eq!(run.rows_breaking("b", "minimum"), [1]);
    assert_eq!(run.rows_breaking("b", "multipleOf"), [1, 2]);
    assert_eq!(run.rows_breaking("a", "required"), [3]);
}

#[test]
fn null_tokens_after_trimming() {
    let dialect = json!({"trim": true, "nullTokens": ["NA", "n/a"]});
    takes(integer(json!({})), dialect.clone(), &[(" NA ", "∅"), ("n/a\t", "∅"), (" 7 ", "7")]);
    refuses(integer(json!({})), dialect, "type-error", &["na", "N A", "", " "]);
    // Without trimming a token with blanks is no token.
    refuses(integer(json!({})), json!({"nullTokens": ["NA"]}), "type-error", &["NA "]);
    takes(text(json!({})), json!({"trim": true}), &[("  ", "∅"), (" a b\t", "a b"), ("\u{a0}x", "\u{a0}x")]);
    takes(text(json!({})), json!({"trim": "start"}), &[(" a ", "a ")]);
    takes(text(json!({})), json!({"trim": "end"}), &[(" a ", " a")]);
    // A token that is a number or a truth value is null all the same.
    takes(integer(json!({})), json!({"nullTokens": ["-999", "true"]}), &[("-999", "∅"), ("-99", "-99")]);
}

/// Cells of one value in several writings, of which one means null: what one cell was found to be says nothing of the
/// next.
#[test]
fn null_tokens_beside_other_writings_of_their_value() {
    let column = |name: &str, kind: &str| json!({"name": name, "logicalType": kind});
    let sheet = Sheet::new([column("i", "integer"), column("f", "number"), column("k", "string")])
        .dialect(json!({"nullTokens": ["007", "-0", "1.0", "+5"]}));
    let run = sheet.check("i,f,k\n7,1,a\n007,1.0,b\n07,1.00,c\n0,0,d\n-0,-0,e\n00,00,f\n5,5,g\n+5,+5,h\n7,1,i\n");
    let cells: Vec<String> = run.texts().into_iter().map(|row| row[..2].join(" ")).collect();
    assert_eq!(cells, ["7 1", "∅ ∅", "7 1", "0 0", "∅ ∅", "0 0", "5 5", "∅ ∅", "7 1"]);
}
