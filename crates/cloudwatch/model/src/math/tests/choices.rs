use super::*;

/// "Using IF expressions" of the user guide.
#[test]
fn the_published_tables() {
    let metrics = [("metric1", "1 1 0 0 -"), ("metric2", "30 - 0 0 30"), ("metric3", "0 0 20 - 20")];
    check(
        &metrics,
        &[
            ("IF(metric1, metric2, metric3)", "30 0 20 0 -"),
            ("IF(metric1, 5, metric3)", "5 5 20 - -"),
            ("IF(metric1, metric2, 5)", "30 0 5 5 -"),
        ],
    );
}

/// Every case of the rule, one period each: the condition is true, false or missing, the branches present or missing.
#[test]
fn the_condition_is_judged_in_each_period() {
    let metrics = [("c", "-2 -2 0 0 -"), ("a", "7 - 7 - 7"), ("b", "9 9 9 - 9")];
    check(
        &metrics,
        &[
            // Any value other than 0 is true, a negative one too.
            ("IF(c, a)", "7 0 - - -"),
            ("IF(c, 1)", "1 1 - - -"),
            ("IF(c, 1, 2)", "1 1 2 2 -"),
            ("IF(c, a, b)", "7 0 9 0 -"),
            ("IF(c, 1, b)", "1 1 9 - -"),
        ],
    );
}

/// A comparison with a number gives 0 for a missing point of either branch; another condition drops the point of the
/// third argument if the second is a number.
#[test]
fn a_comparison_with_a_number_has_no_gaps() {
    let metrics = [("c", "5 5 1 1 -"), ("a", "7 - 7 - 7"), ("b", "9 9 - - 9")];
    check(
        &metrics,
        &[
            ("IF(c > 3, a, b)", "7 0 0 0 -"),
            ("IF(c > 3, 1, b)", "1 1 0 0 -"),
            ("IF(3 < c, 1, b)", "1 1 0 0 -"),
            ("IF((c > 3), 1, b)", "1 1 0 0 -"),
            ("IF(c > 3 AND c > 4, 1, b)", "1 1 - - -"),
            ("IF(c - 1, 1, b)", "1 1 - - -"),
            // c > b counts a missing b as 0, so it is true throughout; in the last period b is greater.
            ("IF(c < b, 1, 2)", "1 1 2 2 1"),
        ],
    );
}

#[test]
fn the_use_cases() {
    let metrics = [("metric1", "100 500 -"), ("limit", "300 300 300")];
    check(
        &metrics,
        &[
            ("IF(metric1<400, metric1)", "100 - -"),
            ("IF(metric1<400, 10, 2)", "10 2 -"),
            // Where the metric is missing it counts as 0, and is not over the limit.
            ("IF(metric1>limit, 1, 0)", "0 1 0"),
            ("IF(DAY(metric1)<6,metric1)", "100 500 0"),
            ("IF(MONTH(metric1) == 4,metric1)", "- - -"),
            // The averages are equal, so the first stays the first.
            ("IF(FIRST(SORT(METRICS(), AVG, DESC))>200, 1, 0)", "0 1 -"),
        ],
    );
}

#[test]
fn a_number_chooses_a_series_whole() {
    let metrics = [("a", "7 - 7"), ("b", "- 9 9"), ("none", "- - -")];
    check(
        &metrics,
        &[
            ("IF(SUM(a) > 10, a, b)", "7 - 7"),
            ("IF(SUM(a) > 20, a, b)", "- 9 9"),
            ("IF(SUM(a) > 20, a)", "- - -"),
            ("IF(1, a)", "7 - 7"),
            ("IF(AVG(none), a, b)", "- - -"),
        ],
    );
}

/// The error budget's rate of burning of a service level, as alarms compute it.
#[test]
fn a_burn_rate() {
    let metrics = [("bad", "1 2 - 5"), ("total", "100 40 200 -")];
    // 1/100/0.001 = 10; 40 are fewer than 50; 0/200; without total there are fewer than 50.
    let found = one(&metrics, "IF(FILL(total,0) < 50, 0, (bad/total) / (1-0.999))");
    let near = |index: usize, expected: f64| (found[index].expect("a point") - expected).abs() < 1e-9;
    assert!(near(0, 10.0) && near(1, 0.0) && near(2, 0.0) && near(3, 0.0), "{found:?}");
}
