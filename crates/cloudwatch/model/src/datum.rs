//! One measurement of a metric, and the rules that it must keep (CloudWatch API reference, `MetricDatum`).

use crate::{MetricId, Unit};

/// A data point may be this much older than the moment of its arrival, in seconds: two weeks.
pub const OLDEST: i64 = 14 * 86_400;
/// A data point may lie this far ahead of the moment of its arrival, in seconds: two hours.
pub const FURTHEST_AHEAD: i64 = 2 * 3600;
/// The most characters of a namespace, of a metric's name and of a dimension's name.
pub const MAX_NAME: usize = 255;
/// The most characters of a dimension's value.
pub const MAX_DIMENSION_VALUE: usize = 1024;
/// The most dimensions of a metric.
pub const MAX_DIMENSIONS: usize = 30;
/// The most distinct values of one datum.
pub const MAX_VALUES: usize = 150;
/// 2^360: no value may lie beyond it on either side.
pub const MAX_MAGNITUDE: f64 = 2.348_542_582_773_833_2e108;

/// How finely a metric is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Resolution {
    /// By the minute: a sample counts for the first second of its minute.
    #[default]
    Standard,
    /// By the second.
    High,
}

impl Resolution {
    /// The second that a sample taken at `at` counts for.
    #[must_use]
    pub const fn stored_at(self, at: i64) -> i64 {
        match self {
            Self::Standard => at - at.rem_euclid(60),
            Self::High => at,
        }
    }
}

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Values, each with how often it was seen. At most 150.
    Samples(Vec<(f64, f64)>),
    /// A summary of samples that are not told one by one.
    StatisticSet {
        /// How many samples there were; above 0.
        sample_count: f64,
        /// Their sum.
        sum: f64,
        /// The least of them.
        minimum: f64,
        /// The greatest of them.
        maximum: f64,
    },
}

/// One measurement of a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricDatum {
    /// The metric.
    pub metric: MetricId,
    /// When it was measured, in seconds since the Unix epoch.
    pub at: i64,
    /// The unit of its values.
    pub unit: Unit,
    /// How finely it is stored.
    pub resolution: Resolution,
    /// What was measured.
    pub values: Values,
}

/// A rule that a datum breaks.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DatumError {
    /// A name is empty, too long, or has characters that it cannot have.
    #[error("{what} `{}` {fault}", clipped(.text))]
    Text {
        /// Which name: `namespace`, `metric name`, `dimension name`, `value of dimension X`.
        what: String,
        /// The name.
        text: String,
        /// What is wrong with it.
        fault: String,
    },
    /// Too many dimensions.
    #[error("{0} dimensions are more than the {MAX_DIMENSIONS} that a metric may have")]
    TooManyDimensions(usize),
    /// A value is no number or out of range.
    #[error("the value {0} is not a number between -2^360 and 2^360")]
    Value(f64),
    /// A count is no number above 0.
    #[error("the count {0} is not a number above 0 and at most 2^360")]
    Count(f64),
    /// No value at all.
    #[error("there is no value")]
    NoValues,
    /// Too many values.
    #[error("{0} values are more than the {MAX_VALUES} that a datum may have")]
    TooManyValues(usize),
    /// A statistic set whose least sample is above its greatest.
    #[error("the statistic set's minimum {minimum} is above its maximum {maximum}")]
    Extremes {
        /// The least sample.
        minimum: f64,
        /// The greatest.
        maximum: f64,
    },
    /// Measured too long ago.
    #[error("measured {} seconds before it arrived: a data point may be at most two weeks ({OLDEST} s) old", now.saturating_sub(*at))]
    TooOld {
        /// When it was measured, in epoch seconds.
        at: i64,
        /// When it arrived, in epoch seconds.
        now: i64,
    },
    /// Measured in the future.
    #[error(
        "measured {} seconds after it arrived: a data point may lie at most two hours ({FURTHEST_AHEAD} s) ahead",
        at.saturating_sub(*now)
    )]
    TooFarAhead {
        /// When it was measured, in epoch seconds.
        at: i64,
        /// When it arrived, in epoch seconds.
        now: i64,
    },
}

impl DatumError {
    fn text(what: impl Into<String>, text: &str, fault: impl Into<String>) -> Self {
        Self::Text { what: what.into(), text: text.to_owned(), fault: fault.into() }
    }
}

impl MetricDatum {
    /// Checks every rule for a datum that arrives at `now` (epoch seconds).
    ///
    /// # Errors
    ///
    /// The first rule that it breaks.
    pub fn check(&self, now: i64) -> Result<(), DatumError> {
        check_metric(&self.metric)?;
        check_time(self.at, now)?;
        match &self.values {
            Values::Samples(samples) => check_samples(samples),
            Values::StatisticSet { sample_count, sum, minimum, maximum } => {
                check_count(*sample_count)?;
                [*sum, *minimum, *maximum].into_iter().try_for_each(check_value)?;
                if minimum > maximum {
                    return Err(DatumError::Extremes { minimum: *minimum, maximum: *maximum });
                }
                Ok(())
            }
        }
    }
}

fn check_metric(metric: &MetricId) -> Result<(), DatumError> {
    check_namespace(&metric.namespace)?;
    check_name(&metric.name)?;
    if metric.dimensions.len() > MAX_DIMENSIONS {
        return Err(DatumError::TooManyDimensions(metric.dimensions.len()));
    }
    metric.dimensions.iter().try_for_each(|(name, value)| {
        check_dimension_name(name)?;
        check_dimension_value(name, value)
    })
}

/// A namespace: 1 to 255 of `0-9 A-Z a-z . - _ / # :`, the first no colon.
pub(crate) fn check_namespace(namespace: &str) -> Result<(), DatumError> {
    let error = |fault: String| DatumError::text("namespace", namespace, fault);
    check_length(namespace, MAX_NAME).map_err(error)?;
    if namespace.starts_with(':') {
        return Err(error("begins with a colon".to_owned()));
    }
    match namespace.chars().find(|c| !c.is_ascii_alphanumeric() && !".-_/#:".contains(*c)) {
        Some(other) => Err(error(format!("has {other:?}; it may have letters, digits and . - _ / # :"))),
        None => Ok(()),
    }
}

/// A metric's name: 1 to 255 characters.
pub(crate) fn check_name(name: &str) -> Result<(), DatumError> {
    check_length(name, MAX_NAME).map_err(|fault| DatumError::text("metric name", name, fault))
}

/// A dimension's name: 1 to 255 printable ASCII characters, one of them not blank, the first no colon.
pub(crate) fn check_dimension_name(name: &str) -> Result<(), DatumError> {
    let error = |fault| DatumError::text("dimension name", name, fault);
    check_length(name, MAX_NAME).and_then(|()| check_printable(name)).map_err(error)?;
    if name.starts_with(':') {
        return Err(error("begins with a colon".to_owned()));
    }
    Ok(())
}

/// A dimension's value: 1 to 1024 printable ASCII characters, one of them not blank.
pub(crate) fn check_dimension_value(name: &str, value: &str) -> Result<(), DatumError> {
    check_length(value, MAX_DIMENSION_VALUE)
        .and_then(|()| check_printable(value))
        .map_err(|fault| DatumError::text(format!("value of dimension `{}`", clipped(name)), value, fault))
}

/// A value: a number between -2^360 and 2^360.
pub(crate) fn check_value(value: f64) -> Result<(), DatumError> {
    if value.abs() <= MAX_MAGNITUDE { Ok(()) } else { Err(DatumError::Value(value)) }
}

/// How often a value was seen. That 0 is refused is not published; a sample that was never seen says nothing.
fn check_count(count: f64) -> Result<(), DatumError> {
    if count > 0.0 && count <= MAX_MAGNITUDE { Ok(()) } else { Err(DatumError::Count(count)) }
}

fn check_samples(samples: &[(f64, f64)]) -> Result<(), DatumError> {
    match samples.len() {
        0 => Err(DatumError::NoValues),
        1..=MAX_VALUES => samples.iter().try_for_each(|(value, count)| check_value(*value).and(check_count(*count))),
        more => Err(DatumError::TooManyValues(more)),
    }
}

fn check_time(at: i64, now: i64) -> Result<(), DatumError> {
    if at < now.saturating_sub(OLDEST) {
        return Err(DatumError::TooOld { at, now });
    }
    if at > now.saturating_add(FURTHEST_AHEAD) {
        return Err(DatumError::TooFarAhead { at, now });
    }
    Ok(())
}

pub(crate) fn check_length(text: &str, most: usize) -> Result<(), String> {
    match text.chars().count() {
        0 => Err("is empty".to_owned()),
        length if length > most => Err(format!("has {length} characters, more than {most}")),
        _ => Ok(()),
    }
}

fn check_printable(text: &str) -> Result<(), String> {
    if let Some(other) = text.chars().find(|c| !matches!(c, ' '..='~')) {
        return Err(format!("has {other:?}; it may have printable ASCII characters only"));
    }
    if text.trim().is_empty() { Err("is blank".to_owned()) } else { Ok(()) }
}

/// The beginning of a text that may be of any length, for a sentence.
pub(crate) fn clipped(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_767_225_600;

    fn datum() -> MetricDatum {
        MetricDatum {
            metric: MetricId::new("Acme/Orders", "Latency", [("Function", "orders")]),
            at: NOW,
            unit: Unit::Milliseconds,
            resolution: Resolution::Standard,
            values: Values::Samples(vec![(1.0, 1.0)]),
        }
    }

    fn error(change: impl FnOnce(&mut MetricDatum)) -> String {
        let mut datum = datum();
        change(&mut datum);
        datum.check(NOW).expect_err("a broken rule").to_string()
    }

    fn passes(change: impl FnOnce(&mut MetricDatum)) {
        let mut datum = datum();
        change(&mut datum);
        assert_eq!(datum.check(NOW), Ok(()));
    }

    #[test]
    fn what_is_at_a_limit_passes() {
        passes(|_| {});
        passes(|d| d.at = NOW - OLDEST);
        passes(|d| d.at = NOW + FURTHEST_AHEAD);
        passes(|d| d.metric.namespace = "n".repeat(255));
        passes(|d| d.metric.name = "ñ".repeat(255));
        passes(|d| d.metric.dimensions = (0..30).map(|i| (format!("d{i}"), "x".repeat(1024))).collect());
        passes(|d| d.values = Values::Samples(vec![(-MAX_MAGNITUDE, 2.5); 150]));
        assert_eq!(MAX_MAGNITUDE, 2.0_f64.powi(360));
    }

    #[test]
    fn each_rule_is_named() {
        type Change = fn(&mut MetricDatum);
        let set = |sample_count, minimum, maximum| Values::StatisticSet { sample_count, sum: 1.0, minimum, maximum };
        let cases: &[(&str, Change)] = &[
            ("namespace `` is empty", |d| d.metric.namespace.clear()),
            ("namespace `:a` begins with a colon", |d| d.metric.namespace = ":a".into()),
            ("namespace `a b` has ' '", |d| d.metric.namespace = "a b".into()),
            ("has 256 characters, more than 255", |d| d.metric.namespace = "n".repeat(256)),
            ("metric name `` is empty", |d| d.metric.name.clear()),
            ("has 256 characters, more than 255", |d| d.metric.name = "n".repeat(256)),
            ("31 dimensions", |d| d.metric.dimensions = (0..31).map(|i| (format!("d{i}"), "x".into())).collect()),
            ("dimension name `:d` begins", |d| d.metric.dimensions = [(":d".into(), "x".into())].into()),
            ("dimension name ` ` is blank", |d| d.metric.dimensions = [(" ".into(), "x".into())].into()),
            ("value of dimension `d` `` is empty", |d| d.metric.dimensions = [("d".into(), "".into())].into()),
            ("`año` has 'ñ'", |d| d.metric.dimensions = [("d".into(), "año".into())].into()),
            ("has '\\n'", |d| d.metric.dimensions = [("d".into(), "a\nb".into())].into()),
            ("1025 characters", |d| d.metric.dimensions = [("d".into(), "x".repeat(1025))].into()),
            ("the value NaN", |d| d.values = Values::Samples(vec![(f64::NAN, 1.0)])),
            ("the value -inf", |d| d.values = Values::Samples(vec![(f64::NEG_INFINITY, 1.0)])),
            ("between -2^360 and 2^360", |d| d.values = Values::Samples(vec![(1e109, 1.0)])),
            ("the count 0 is", |d| d.values = Values::Samples(vec![(1.0, 0.0)])),
            ("the count NaN is", |d| d.values = Values::Samples(vec![(1.0, f64::NAN)])),
            ("there is no value", |d| d.values = Values::Samples(vec![])),
            ("151 values", |d| d.values = Values::Samples(vec![(1.0, 1.0); 151])),
            ("measured 1209601 seconds before", |d| d.at = NOW - OLDEST - 1),
            ("measured 7201 seconds after", |d| d.at = NOW + FURTHEST_AHEAD + 1),
        ];
        for (words, change) in cases {
            let found = error(change);
            assert!(found.contains(words), "{words}: {found}");
        }
        assert!(error(|d| d.values = set(2.0, 2.0, 1.0)).contains("minimum 2 is above its maximum 1"));
        assert!(error(|d| d.values = set(-1.0, 1.0, 1.0)).contains("the count -1"));
        assert!(error(|d| d.values = set(1.0, f64::NAN, 1.0)).contains("the value NaN"));
    }

    #[test]
    fn any_time_is_told() {
        for at in [i64::MIN, i64::MAX] {
            assert!(error(|d| d.at = at).starts_with("measured 922337203"));
        }
    }

    #[test]
    fn a_long_name_is_clipped_in_the_sentence() {
        assert!(error(|d| d.metric.namespace = "n".repeat(100_000)).len() < 150);
    }

    #[test]
    fn standard_resolution_is_the_minute() {
        assert_eq!(Resolution::Standard.stored_at(119), 60);
        assert_eq!(Resolution::Standard.stored_at(-1), -60);
        assert_eq!(Resolution::High.stored_at(119), 119);
    }
}
