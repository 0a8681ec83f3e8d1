//! Aggregates of the rows of a group.

use std::{
    cmp::Ordering,
    collections::{HashMap, HashSet},
};

use crate::{order, plan::AggregateKind, value::Value};

/// What is known of a group's rows so far.
pub(super) enum Accumulator {
    Count(i64),
    Distinct(HashSet<String>),
    Sum(Sum),
    Average {
        sum: f64,
        count: u64,
    },
    /// The least or greatest value in the order of `sort`, and which of the two it is. How CloudWatch compares texts
    /// with numbers here is not published.
    Extreme {
        best: Value<'static>,
        wanted: Ordering,
        is_number: bool,
    },
    Percentile {
        values: Vec<f64>,
        percent: f64,
    },
    Spread {
        count: u64,
        mean: f64,
        squares: f64,
        is_root: bool,
    },
    /// The value of the row with the least or greatest time.
    ByTime {
        at: i64,
        value: Value<'static>,
        wanted: Ordering,
    },
    Values {
        seen: HashMap<String, ()>,
        values: Vec<String>,
    },
}

/// Whole as long as all values are, so that a large sum keeps its digits.
#[derive(Default)]
pub(super) struct Sum {
    whole: Option<i64>,
    real: f64,
    count: u64,
}

impl Accumulator {
    pub(super) fn new(kind: AggregateKind) -> Self {
        let extreme = |wanted, is_number| Self::Extreme { best: Value::Null, wanted, is_number };
        let by_time = |wanted| Self::ByTime { at: 0, value: Value::Null, wanted };
        let spread = |is_root| Self::Spread { count: 0, mean: 0.0, squares: 0.0, is_root };
        match kind {
            AggregateKind::Count => Self::Count(0),
            AggregateKind::CountDistinct => Self::Distinct(HashSet::new()),
            AggregateKind::Sum => Self::Sum(Sum { whole: Some(0), ..Sum::default() }),
            AggregateKind::Average => Self::Average { sum: 0.0, count: 0 },
            AggregateKind::Minimum => extreme(Ordering::Less, true),
            AggregateKind::Maximum => extreme(Ordering::Greater, true),
            AggregateKind::SortsFirst => extreme(Ordering::Less, false),
            AggregateKind::SortsLast => extreme(Ordering::Greater, false),
            AggregateKind::Percentile(percent) => Self::Percentile { values: Vec::new(), percent },
            AggregateKind::Variance => spread(false),
            AggregateKind::StandardDeviation => spread(true),
            AggregateKind::Earliest => by_time(Ordering::Less),
            AggregateKind::Latest => by_time(Ordering::Greater),
            AggregateKind::Values => Self::Values { seen: HashMap::new(), values: Vec::new() },
        }
    }

    /// Takes the value of a row, whose time is asked for where it counts. Missing values count nowhere, and those that
    /// are no numbers not where numbers are computed with.
    pub(super) fn add(&mut self, value: &Value<'_>, time: impl Fn() -> Option<i64>) {
        if value.is_null() {
            return;
        }
        match self {
            Self::Count(count) => *count += 1,
            Self::Distinct(seen) => {
                if let Some(text) = value.text()
                    && !seen.contains(&*text)
                {
                    seen.insert(text.into_owned());
                }
            }
            Self::Sum(sum) => sum.add(value),
            Self::Average { sum, count } => {
                if let Some(number) = value.number() {
                    *sum += number;
                    *count += 1;
                }
            }
            Self::Extreme { best, wanted, .. } => {
                if best.is_null() || order::ascending(value, best) == *wanted {
                    *best = value.clone().into_owned();
                }
            }
            Self::Percentile { values, .. } => values.extend(value.number()),
            Self::Spread { count, mean, squares, .. } => {
                if let Some(number) = value.number() {
                    *count += 1;
                    let before = number - *mean;
                    *mean += before / *count as f64;
                    *squares += before * (number - *mean);
                }
            }
            Self::ByTime { at, value: kept, wanted } => {
                if let Some(time) = time()
                    && (kept.is_null() || time.cmp(at) == *wanted)
                {
                    *at = time;
                    *kept = value.clone().into_owned();
                }
            }
            Self::Values { seen, values } => {
                if let Some(text) = value.text()
                    && !seen.contains_key(&*text)
                {
                    seen.insert(text.clone().into_owned(), ());
                    values.push(text.into_owned());
                }
            }
        }
    }

    /// The result; nothing where no value counted, but for counts.
    pub(super) fn result(self) -> Value<'static> {
        match self {
            Self::Count(count) => Value::Whole(count),
            Self::Distinct(seen) => Value::Whole(seen.len() as i64),
            Self::Sum(sum) => sum.result(),
            Self::Average { count: 0, .. } => Value::Null,
            Self::Average { sum, count } => Value::real(sum / count as f64),
            Self::Extreme { best: Value::Time(at), is_number: true, .. } => time_of_extreme(at),
            Self::Extreme { best, .. } => best,
            Self::Percentile { values, percent } => percentile(values, percent),
            Self::Spread { count: 0, .. } => Value::Null,
            Self::Spread { count, squares, is_root, .. } => {
                let variance = variance(squares, count);
                Value::real(if is_root { variance.sqrt() } else { variance })
            }
            Self::ByTime { value, .. } => value,
            Self::Values { values, .. } => Value::owned(serde_json::Value::from(values).to_string()),
        }
    }
}

impl Sum {
    fn add(&mut self, value: &Value<'_>) {
        let Some(number) = value.number() else { return };
        self.count += 1;
        self.real += number;
        self.whole = self.whole.zip(value.whole()).and_then(|(sum, value)| sum.checked_add(value));
    }

    fn result(self) -> Value<'static> {
        match (self.count, self.whole) {
            (0, _) => Value::Null,
            (_, Some(whole)) => Value::Whole(whole),
            (_, None) => Value::real(self.real),
        }
    }
}

/// `min(@timestamp)` and `max(@timestamp)` are milliseconds, of which `fromMillis` makes a time again (seen, not
/// documented).
fn time_of_extreme(at: i64) -> Value<'static> {
    Value::Whole(at)
}

/// The least value that so many percent of all are not above (nearest rank). How CloudWatch computes it is not
/// published.
fn percentile(mut values: Vec<f64>, percent: f64) -> Value<'static> {
    if values.is_empty() {
        return Value::Null;
    }
    let rank = (percent / 100.0 * values.len() as f64).ceil().max(1.0) as usize;
    let place = rank.min(values.len()) - 1;
    let (_, value, _) = values.select_nth_unstable_by(place, f64::total_cmp);
    Value::real(*value)
}

/// The mean of the squared distances from the mean, over all values. Whether CloudWatch divides by one less is not
/// published.
fn variance(squares: f64, count: u64) -> f64 {
    squares / count as f64
}
