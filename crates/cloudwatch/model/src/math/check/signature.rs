//! The functions of metric math, and how each is called.

/// How a function is called.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) name: &'static str,
    /// The least and greatest number of arguments.
    pub(super) arguments: (usize, usize),
    /// What a call looks like.
    pub(super) usage: &'static str,
}

const fn function(name: &'static str, least: usize, most: usize, usage: &'static str) -> Signature {
    Signature { name, arguments: (least, most), usage }
}

/// Every function (CloudWatch user guide, "Functions supported for metric math"), by its name.
const FUNCTIONS: [Signature; 39] = [
    function("ABS", 1, 1, "ABS(m1)"),
    function("ANOMALY_DETECTION_BAND", 1, 2, "ANOMALY_DETECTION_BAND(m1, 2)"),
    function("AVG", 1, 1, "AVG(m1) or AVG([m1, m2])"),
    function("CEIL", 1, 1, "CEIL(m1)"),
    function("DATAPOINT_COUNT", 1, 1, "DATAPOINT_COUNT(m1) or DATAPOINT_COUNT([m1, m2])"),
    function("DATE", 1, 1, "DATE(m1)"),
    function("DAY", 1, 1, "DAY(m1)"),
    function("DB_PERF_INSIGHTS", 3, 3, "DB_PERF_INSIGHTS('RDS', 'db-ABC', 'os.cpuUtilization.user.avg')"),
    function("DIFF", 1, 1, "DIFF(m1)"),
    function("DIFF_TIME", 1, 1, "DIFF_TIME(m1)"),
    function("EPOCH", 1, 1, "EPOCH(m1)"),
    function("FILL", 2, 2, "FILL(m1, 0), FILL(m1, m2), FILL(m1, REPEAT) or FILL(m1, LINEAR)"),
    function("FIRST", 1, 1, "FIRST([m1, m2])"),
    function("FLOOR", 1, 1, "FLOOR(m1)"),
    function("HOUR", 1, 1, "HOUR(m1)"),
    function("IF", 2, 3, "IF(m1 > 5, m2) or IF(m1 > 5, m2, m3)"),
    function("INSIGHT_RULE_METRIC", 2, 2, "INSIGHT_RULE_METRIC('rule', 'UniqueContributors')"),
    function("LAMBDA", 1, usize::MAX, "LAMBDA('function', 'argument')"),
    function("LAST", 1, 1, "LAST([m1, m2])"),
    function("LOG", 1, 1, "LOG(m1)"),
    function("LOG10", 1, 1, "LOG10(m1)"),
    function("MAX", 1, 1, "MAX(m1) or MAX([m1, m2])"),
    function("METRICS", 0, 1, "METRICS() or METRICS('part of an id')"),
    function("METRIC_COUNT", 1, 1, "METRIC_COUNT(METRICS())"),
    function("MIN", 1, 1, "MIN(m1) or MIN([m1, m2])"),
    function("MINUTE", 1, 1, "MINUTE(m1)"),
    function("MONTH", 1, 1, "MONTH(m1)"),
    function("PERIOD", 1, 1, "PERIOD(m1)"),
    function("RATE", 1, 1, "RATE(m1)"),
    function("REMOVE_EMPTY", 1, 1, "REMOVE_EMPTY(METRICS())"),
    function("RUNNING_SUM", 1, 1, "RUNNING_SUM(m1)"),
    function("SEARCH", 2, 3, "SEARCH('{AWS/Lambda, FunctionName} Errors', 'Sum', 300)"),
    function("SERVICE_QUOTA", 1, 1, "SERVICE_QUOTA(m1)"),
    function("SLICE", 2, 3, "SLICE(METRICS(), 0, 10)"),
    function("SORT", 3, 4, "SORT(METRICS(), AVG, DESC, 10)"),
    function("STDDEV", 1, 1, "STDDEV(m1) or STDDEV([m1, m2])"),
    function("SUM", 1, 1, "SUM(m1) or SUM([m1, m2])"),
    function("TIME_SERIES", 1, 1, "TIME_SERIES(10)"),
    function("YEAR", 1, 1, "YEAR(m1)"),
];

/// The signature of a name; otherwise what to write instead.
pub(super) fn signature(name: &str) -> Result<&'static Signature, String> {
    if let Some(signature) = FUNCTIONS.iter().find(|function| function.name == name) {
        return Ok(signature);
    }
    let upper = name.to_ascii_uppercase();
    if FUNCTIONS.iter().any(|function| function.name == upper) {
        return Err(format!("functions are written in upper case: {upper}"));
    }
    let all: Vec<_> = FUNCTIONS.iter().map(|function| function.name).collect();
    Err(match upper.as_str() {
        "ROUND" => "there is no function ROUND; write FLOOR(m1 + 0.5)".to_owned(),
        "NOT" => "there is no function NOT; compare with `== 0`".to_owned(),
        _ => format!("there is no function `{name}`; there are {}", all.join(", ")),
    })
}
