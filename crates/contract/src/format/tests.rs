use serde_json::Value;

use super::*;

/// Pairs of a value and its text, by function; the console's tests read them too.
const EXAMPLES: &str = include_str!("examples.json");

fn check(function: &str, write: impl Fn(&Value) -> String) {
    let examples: Value = serde_json::from_str(EXAMPLES).expect("JSON");
    let pairs = examples[function].as_array().expect("pairs of this function");
    assert!(!pairs.is_empty());
    for pair in pairs {
        assert_eq!(write(&pair[0]), pair[1].as_str().expect("a text"), "{function}({})", pair[0]);
    }
}

fn seconds(value: &Value) -> Duration {
    Duration::from_secs_f64(value.as_f64().expect("seconds"))
}

#[test]
fn examples_that_the_console_shares_hold() {
    let whole = |value: &Value| value.as_u64().expect("a whole number");
    check("grouped", |value| grouped(whole(value)));
    check("counted", |value| counted(whole(value), "row"));
    check("bytes", |value| bytes(whole(value)));
    check("duration", |value| duration(seconds(value)));
    check("age", |value| age(seconds(value)));
    check("time", |value| time(value.as_str().expect("a time").parse().expect("a time")));
}

#[test]
fn sizes_never_show_a_thousand() {
    assert_eq!(bytes(u64::MAX), "18447 PB");
}

#[test]
fn numbers_have_as_many_decimals_as_they_need() {
    for (value, text) in [
        (0.0, "0"),
        (8.0, "8"),
        (-2.0, "-2"),
        (1_234_567.0, "1,234,567"),
        (1234.56, "1,234.6"),
        (66.666_67, "66.67"),
        (12.25, "12.25"),
        (99.999, "100"),
        (999.96, "1,000"),
        (0.5, "0.5"),
        (0.071_234_5, "0.0712"),
        (0.001_25, "0.00125"),
        (0.000_012_3, "0.0000123"),
        (-0.25, "-0.25"),
        (1e-9, "1.00e-9"),
        (1e15, "1e15"),
        (f64::NAN, "NaN"),
    ] {
        assert_eq!(number(value), text, "{value}");
    }
}

#[test]
fn lengths_that_were_set_are_in_whole_units() {
    let texts = [0, 10, 60, 90, 300, 3600, 21_600, 86_400].map(period);
    assert_eq!(texts, ["0 s", "10 s", "1 min", "90 s", "5 min", "1 h", "6 h", "1 d"]);
}

#[test]
fn a_clock_that_ran_backwards_makes_no_time() {
    let at: Timestamp = "2026-03-01T00:00:05Z".parse().expect("a time");
    let before: Timestamp = "2026-03-01T00:00:00Z".parse().expect("a time");
    assert_eq!((elapsed(at, before), elapsed(before, at)), ("0 ms".to_owned(), "5.00 s".to_owned()));
    assert_eq!(ago(before, at), "5 s ago");
    assert_eq!((time_utc(at), clock_utc(at)), ("2026-03-01 00:00:05 UTC".to_owned(), "00:00 UTC".to_owned()));
}

#[test]
fn texts_are_cut_between_characters() {
    assert_eq!([shorten("ñandú", 5), shorten("ñandú", 4), shorten("ñ andú", 2)], ["ñandú", "ñand…", "ñ…"]);
}
