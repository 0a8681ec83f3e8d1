use super::*;

#[test]
fn each_point_by_itself() {
    let metrics = [("m", "-2.5 - 0 100 2.4")];
    check(
        &metrics,
        &[
            ("ABS(m)", "2.5 - 0 100 2.4"),
            ("CEIL(m)", "-2 - 0 100 3"),
            ("FLOOR(m)", "-3 - 0 100 2"),
            ("FLOOR(m + 0.5)", "-2 - 0 100 2"),
            // The logarithm of zero and less is none.
            ("LOG10(m)", "- - - 2 0.38021124171160603"),
            ("LOG(m)", "- - - 4.605170185988092 0.8754687373538999"),
        ],
    );
    let found = series(&[("a", "-1 2"), ("b", "- -3")], "ABS([a, b])").expect("valid");
    assert_eq!(found, [points("1 2"), points("- 3")]);
}

#[test]
fn each_point_and_the_one_before() {
    let metrics = [("m", "- 10 13 - - 4")];
    check(
        &metrics,
        &[
            // 13 - 10 after one minute; 4 - 13 after three.
            ("DIFF(m)", "- - 3 - - -9"),
            ("DIFF_TIME(m)", "- - 60 - - 180"),
            ("RATE(m)", "- - 0.05 - - -0.05"),
            ("RUNNING_SUM(m)", "- 10 23 - - 27"),
            ("DIFF(FILL(m, 0))", "- 10 3 -13 0 4"),
        ],
    );
    let found = series(&[("a", "1 4"), ("b", "5 3")], "RATE(METRICS())").expect("valid");
    assert_eq!(found, [points("- 0.05"), points("- -0.03333333333333333")]);
    let found = series(&[("a", "1 4"), ("b", "5 3")], "RUNNING_SUM([a, b])").expect("valid");
    assert_eq!(found, [points("1 5"), points("5 8")]);
}

#[test]
fn a_series_becomes_a_number() {
    let metrics = [("m", "2 - 4 9"), ("none", "- - - -")];
    check(
        &metrics,
        &[
            ("TIME_SERIES(SUM(m))", "15 15 15 15"),
            ("TIME_SERIES(AVG(m))", "5 5 5 5"),
            ("TIME_SERIES(MIN(m))", "2 2 2 2"),
            ("TIME_SERIES(MAX(m))", "9 9 9 9"),
            // The mean is 5: the squares 9, 1 and 16 make 26, a third of which has the root 2.94….
            ("TIME_SERIES(STDDEV(m))", "2.943920288775949 2.943920288775949 2.943920288775949 2.943920288775949"),
            ("TIME_SERIES(DATAPOINT_COUNT(m))", "3 3 3 3"),
            ("TIME_SERIES(DATAPOINT_COUNT(none))", "0 0 0 0"),
            ("TIME_SERIES(AVG(none))", "- - - -"),
            ("TIME_SERIES(SUM(none))", "- - - -"),
            ("TIME_SERIES(MAX(none))", "- - - -"),
            ("m - AVG(m)", "-3 - -1 4"),
            ("m / PERIOD(m)", "0.03333333333333333 - 0.06666666666666667 0.15"),
            ("TIME_SERIES(5 * 2)", "10 10 10 10"),
        ],
    );
}

#[test]
fn the_time_of_each_period() {
    // 2026-01-05T08:00:00Z is a Monday; gaps of the argument do not matter.
    check(
        &[("m", "1 - 1")],
        &[
            ("MINUTE(m)", "0 1 2"),
            ("HOUR(m)", "8 8 8"),
            ("DAY(m)", "1 1 1"),
            ("DATE(m)", "5 5 5"),
            ("MONTH(m)", "1 1 1"),
            ("YEAR(m)", "2026 2026 2026"),
            ("EPOCH(m)", "1767600000 1767600060 1767600120"),
        ],
    );
    let program = Program::compile(&[metric("m"), expression("e", "DAY(m) * 10000 + MONTH(m) * 100 + DATE(m)")]);
    // A day from Sunday the 28th of February 2027 on: Sunday is 7, and Monday begins March.
    let frame = Frame { start: 1_803_772_800, period: 86_400, count: 2 };
    let found = program.expect("valid").returned_on(&Table::default(), &frame);
    assert_eq!(found, Ok(points("70228 10301")));
}
