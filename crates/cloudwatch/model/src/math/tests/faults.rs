use proptest::prelude::*;

use super::*;
use crate::query_error::Fault;

/// Each fault: the expression, its kind, the byte at which it stands, and words of what is said.
#[test]
fn faults_name_their_place_and_what_to_do() {
    for (text, kind, offset, words) in [
        ("m1 + m3", Fault::Unknown, 5, "unknown id `m3`; known: m1, m2, result"),
        ("m1 + Sum(m2)", Fault::Unknown, 5, "upper case: SUM"),
        ("ROUND(m1)", Fault::Unknown, 0, "FLOOR(m1 + 0.5)"),
        ("NOPE(m1)", Fault::Unknown, 0, "there is no function `NOPE`; there are ABS"),
        ("m1 * SUM", Fault::Unknown, 5, "needs its arguments"),
        ("m1 + REPEAT", Fault::Unknown, 5, "only in FILL"),
        ("FILL(m1, 'REPEAT')", Fault::Type, 9, "without quotes"),
        ("FILL(m1)", Fault::Arguments, 0, "takes 2 arguments, and 1 stand here: FILL(m1, 0)"),
        ("SUM(m1, m2)", Fault::Arguments, 0, "SUM([m1, m2])"),
        ("ABS(5)", Fault::Type, 4, "needs a series or an array of series here, and this is a number"),
        ("MAX([m1, 5])", Fault::Type, 9, "write TIME_SERIES(5)"),
        ("[]", Fault::Type, 0, "at least one series"),
        ("SUM(METRICS(m1))", Fault::Arguments, 12, "in quotes"),
        ("FIRST(m1)", Fault::Type, 6, "an array of series"),
        ("TIME_SERIES(m1)", Fault::Type, 12, "a number"),
        ("METRICS() * METRICS()", Fault::Type, 0, "cannot join two arrays"),
        ("METRICS() > 5", Fault::Type, 0, "make one series of it"),
        ("IF(METRICS(), m1)", Fault::Type, 3, "a number or a series"),
        ("IF(m1, METRICS())", Fault::Type, 7, "a number or a series"),
        ("IF(SUM(m1) > 1, m1, 0)", Fault::Type, 20, "TIME_SERIES"),
        ("IF(m1)", Fault::Arguments, 0, "takes 2 to 3 arguments"),
        ("m1 / PERIOD(m1 + m2)", Fault::Type, 12, "the id of a metric"),
        ("SORT(METRICS(), MEAN, ASC)", Fault::Unknown, 16, "unknown id `MEAN`"),
        ("SORT(METRICS(), DESC, ASC)", Fault::Arguments, 16, "AVG, MIN, MAX or SUM"),
        ("SORT(METRICS(), AVG, 'DESC')", Fault::Arguments, 21, "ASC or DESC"),
        ("'m1' + 1", Fault::Type, 0, "without quotes"),
        ("SEARCH(m1, 'Sum')", Fault::Arguments, 7, "in single quotes"),
        ("SEARCH(' a ', Sum)", Fault::Unknown, 14, "unknown id `Sum`"),
        ("SEARCH(' a ', 'Mean')", Fault::Arguments, 14, "`Mean` is no statistic"),
        ("SEARCH(' a ', 'Sum', 90)", Fault::Period, 21, "multiple of 60"),
        ("SEARCH(' a AND ', 'Sum')", Fault::Syntax, 15, "a term is needed"),
        ("m1 +", Fault::Syntax, 4, "ends where a value is needed"),
    ] {
        let error = fault(text);
        assert_eq!(error.fault, kind, "{text}: {error}");
        assert_eq!(error.place.as_ref().map(|place| place.offset), Some(offset), "{text}: {error}");
        assert!(error.message.contains(words), "{text}: {error}");
    }
}

#[test]
fn what_needs_aws_is_unsupported_by_name() {
    for (name, text) in [
        ("ANOMALY_DETECTION_BAND", "ANOMALY_DETECTION_BAND(m1, 2)"),
        ("SERVICE_QUOTA", "m1 / SERVICE_QUOTA(m1)"),
        ("INSIGHT_RULE_METRIC", "INSIGHT_RULE_METRIC('rule', 'UniqueContributors')"),
        ("LAMBDA", "LAMBDA('source', 'one', 'two')"),
        ("DB_PERF_INSIGHTS", "DB_PERF_INSIGHTS('RDS', 'db-1', ['os.cpu.user.avg', 'os.cpu.idle.avg'])"),
        ("Metrics Insights", "SELECT AVG(CPUUtilization) FROM \"AWS/EC2\""),
        ("Metrics Insights", "select max(a) from b"),
    ] {
        let error = fault(text);
        assert_eq!(error.fault, Fault::Unsupported, "{text}: {error}");
        assert!(error.message.contains(name) && error.message.contains("unsupported offline"), "{text}: {error}");
    }
    assert_eq!(fault("SERVICE_QUOTA()").fault, Fault::Arguments, "it is parsed all the same");
}

#[test]
fn a_number_is_no_result() {
    let error = fault("SUM(m1) / 2");
    assert_eq!(error.fault, Fault::Type);
    assert_eq!(
        error.to_string(),
        "query `result`: the result is a number, and must be a series; write TIME_SERIES(SUM(m1) / 2)"
    );
}

/// The longest chain of numbers is refused without being written out.
#[test]
fn a_long_number_is_no_result() {
    let error = fault(&["1"; 1024].join("+"));
    assert_eq!(error.message, "the result is a number, and must be a series; write TIME_SERIES(…) around it");
}

/// Calls, operators and arrays of anything, whether their types fit or not.
fn anything() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec!["m1", "m2", "0", "2.5", "METRICS()", "SEARCH('T', 'Sum')"]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 30, 3, |inner| {
        let one = [
            "ABS",
            "LOG",
            "SUM",
            "AVG",
            "STDDEV",
            "DATAPOINT_COUNT",
            "METRIC_COUNT",
            "FIRST",
            "LAST",
            "REMOVE_EMPTY",
            "DIFF",
            "RATE",
            "RUNNING_SUM",
            "TIME_SERIES",
            "HOUR",
            "PERIOD",
        ];
        let two = ["FILL", "SLICE", "IF", "+", "-", "*", "/", "^", "<", "==", "AND", "OR"];
        prop_oneof![
            (prop::sample::select(one.to_vec()), inner.clone()).prop_map(|(name, it)| format!("{name}({it})")),
            (prop::sample::select(two.to_vec()), inner.clone(), inner.clone()).prop_map(|(name, one, other)| {
                if name.len() > 1 && !["==", "AND", "OR"].contains(&name) {
                    format!("{name}({one}, {other})")
                } else {
                    format!("({one} {name} {other})")
                }
            }),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("IF({a}, {b}, {c})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}]")),
            (inner.clone(), inner.clone()).prop_map(|(a, n)| format!("SORT({a}, MAX, DESC, {n})")),
            inner.clone().prop_map(|it| format!("FILL({it}, LINEAR)")),
            inner.prop_map(|it| format!("-{it}")),
        ]
    })
}

proptest! {
    /// Whatever passes the check is computed, or its fault has a place; each series has a point for each period.
    #[test]
    fn what_is_checked_is_computed(text in anything()) {
        match series(&[("m1", "1 - 0 -2"), ("m2", "- - 3 5")], &text) {
            Ok(found) => prop_assert!(found.iter().all(|points| points.len() == 4)),
            Err(error) => {
                let place = error.place.map(|place| place.offset);
                prop_assert!(place.is_none_or(|offset| offset <= text.len()));
                prop_assert!(place.is_some() || error.message.contains("must be a series") || error.fault == Fault::Limit);
            }
        }
    }
}
