use super::*;

/// "Comparison and logical operators" of the user guide.
#[test]
fn the_published_comparisons() {
    let metrics = [("metric1", "30 20 0 0"), ("metric2", "20 - 20 -")];
    check(
        &metrics,
        &[
            ("metric1 < metric2", "0 0 1 0"),
            ("(metric1 < metric2)", "0 0 1 0"),
            ("metric1 >= 30", "1 0 0 0"),
            ("metric1 > 15 AND metric2 > 15", "1 0 0 0"),
            ("metric1 > 15 && metric2 > 15", "1 0 0 0"),
        ],
    );
}

#[test]
fn a_missing_side_counts_as_zero_where_the_other_has_a_point() {
    let metrics = [("a", "6 5 - -"), ("b", "2 - 3 -")];
    check(
        &metrics,
        &[
            ("a + b", "8 5 3 -"),
            ("a - b", "4 5 -3 -"),
            ("a * b", "12 0 0 -"),
            // 6/2; 5/0 is dropped; 0/3; neither.
            ("a / b", "3 - 0 -"),
            // 6²; 5⁰ = 1; 0³ = 0; neither.
            ("a ^ b", "36 1 0 -"),
            ("a == b", "0 0 0 -"),
            ("a != b", "1 1 1 -"),
            ("a <= b", "0 0 1 -"),
            ("a > b", "1 1 0 -"),
            ("a AND b", "1 0 0 -"),
            ("a OR b", "1 1 1 -"),
            ("a || b", "1 1 1 -"),
        ],
    );
}

#[test]
fn a_number_makes_no_points() {
    let metrics = [("a", "6 - 0 -2")];
    check(
        &metrics,
        &[
            ("a + 1", "7 - 1 -1"),
            ("1 - a", "-5 - 1 3"),
            ("12 / a", "2 - - -6"),
            ("a / 0", "- - - -"),
            ("a > 0", "1 - 0 0"),
            ("0 <= a", "1 - 1 0"),
            ("a AND 1", "1 - 0 1"),
            ("a OR 0", "1 - 0 1"),
            ("-a", "-6 - 0 2"),
            ("-a ^ 2", "36 - 0 4"),
            ("2 ^ 3 ^ 0 * a", "12 - 0 -4"),
            // The root of a negative number is none.
            ("a ^ 0.5", "2.449489742783178 - 0 -"),
            ("a * (1 - 0.75) / 0.25", "6 - 0 -2"),
            ("a * 1e308 * 10", "- - 0 -"),
            // A number without a value takes every point away.
            ("a * (1 / 0)", "- - - -"),
        ],
    );
}

#[test]
fn arrays_are_computed_series_by_series() {
    let metrics = [("a", "1 2 -"), ("b", "10 - 30")];
    let both = |text| series(&metrics, text).expect(text);
    assert_eq!(both("[a, b] * 2"), [points("2 4 -"), points("20 - 60")]);
    assert_eq!(both("100 / [a, b]"), [points("100 50 -"), points("10 - 3.3333333333333335")]);
    assert_eq!(both("-[a, b]"), [points("-1 -2 -"), points("-10 - -30")]);
    // Each against a; where one side has a point the other counts as 0.
    assert_eq!(both("[a, b] - a"), [points("0 0 -"), points("9 -2 30")]);
    assert_eq!(both("a - [a, b]"), [points("0 0 -"), points("-9 2 -30")]);
    assert_eq!(both("METRICS() / 10"), [points("0.1 0.2 -"), points("1 - 3")]);
}

#[test]
fn other_expressions_are_variables() {
    let queries = [expression("e2", "e1 + m1"), expression("e1", "m1 * 10"), metric("m1")];
    let table = Table { points: [(MetricId::total("T", "m1"), points("1 - 3"))].into() };
    let program = Program::compile(&queries).expect("in any order");
    let frame = Frame { start: START, period: PERIOD, count: 3 };
    let found = program.evaluate_on(&table, &frame).expect("evaluates");
    let found: Vec<_> = found.into_iter().map(|series| (series.id, series.values)).collect();
    assert_eq!(found, [("e2".to_owned(), points("11 - 33")), ("e1".to_owned(), points("10 - 30"))]);
}

#[test]
fn a_hidden_expression_may_be_a_number() {
    let mut mean = expression("mean", "AVG(m1)");
    mean.return_data = false;
    let queries = [metric("m1"), mean, expression("e", "m1 - mean")];
    let table = Table { points: [(MetricId::total("T", "m1"), points("1 - 3"))].into() };
    let frame = Frame { start: START, period: PERIOD, count: 3 };
    let program = Program::compile(&queries).expect("valid");
    assert_eq!(program.returned_on(&table, &frame), Ok(points("-1 - 1")));
}

/// The longest chain that fits into an expression is computed without running out of stack.
#[test]
fn a_long_chain_is_computed() {
    let text = ["1"; 1023].join("+") + "*m1";
    assert_eq!(text.len(), 2048);
    assert_eq!(one(&[("m1", "1 -")], &text), points("1023 -"));
    let minus = "-".repeat(90) + "m1";
    assert_eq!(one(&[("m1", "1 -")], &minus), points("1 -"));
    let calls = "FILL(".repeat(90) + "m1" + &", 7)".repeat(90);
    assert_eq!(one(&[("m1", "1 -")], &calls), points("1 7"));
}
