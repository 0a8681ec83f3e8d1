//! Mutants of a metric alarm.

use super::{Category, Mutant};
use atalaya_cloudwatch::{
    MetricStat, QuerySource, Statistic,
    alarm::{Alarm, AlarmSource, Comparison, LowSamples, MetricAlarm, MissingData},
};

/// Periods below a minute, which high-resolution alarms have.
const SHORT_PERIODS: [u32; 3] = [10, 20, 30];

/// Every mutant of the alarm: one change each.
pub(super) fn mutants(alarm: &MetricAlarm) -> Vec<Mutant> {
    let mut found = Mutants { alarm, mutants: Vec::new() };
    found.thresholds();
    found.comparisons();
    found.periods();
    found.counts();
    found.missing_data();
    found.statistics();
    found.expressions();
    found.mutants
}

struct Mutants<'a> {
    alarm: &'a MetricAlarm,
    mutants: Vec<Mutant>,
}

impl Mutants<'_> {
    /// Adds the alarm with one change.
    fn add(
        &mut self,
        category: Category,
        field: &str,
        way: &str,
        from: String,
        to: String,
        change: impl FnOnce(&mut MetricAlarm),
    ) {
        let mut alarm = self.alarm.clone();
        change(&mut alarm);
        let (field, way) = (field.to_owned(), way.to_owned());
        self.mutants.push(Mutant { category, field, way, from, to, alarm: Alarm::Metric(alarm) });
    }

    fn thresholds(&mut self) {
        let from = self.alarm.threshold;
        for (way, sign) in [("up", 1.0), ("down", -1.0)] {
            let to = tidy(from + sign * step(from));
            self.add(Category::Required, "Threshold", way, from.to_string(), to.to_string(), |alarm| {
                alarm.threshold = to
            });
        }
    }

    fn comparisons(&mut self) {
        let from = self.alarm.comparison;
        for to in Comparison::ALL.into_iter().filter(|to| *to != from) {
            let (old, new) = (from.as_str().to_owned(), to.as_str().to_owned());
            self.add(Category::Required, "ComparisonOperator", to.as_str(), old, new, |alarm| alarm.comparison = to);
        }
    }

    fn periods(&mut self) {
        let Some(from) = stats(&self.alarm.source).first().map(|stat| stat.period) else { return };
        for (way, to) in [("longer", Some(longer(from))), ("shorter", shorter(from))] {
            let Some(to) = to else { continue };
            self.add(Category::Required, "Period", way, from.to_string(), to.to_string(), |alarm| {
                set_period(&mut alarm.source, to);
            });
        }
    }

    fn counts(&mut self) {
        let of = self.alarm.evaluation_periods;
        for (way, to) in [("more", Some(of + 1)), ("fewer", of.checked_sub(1).filter(|to| *to > 0))] {
            let Some(to) = to else { continue };
            self.add(Category::Required, "EvaluationPeriods", way, of.to_string(), to.to_string(), |alarm| {
                alarm.evaluation_periods = to;
            });
        }
        let from = self.alarm.datapoints_to_alarm.unwrap_or(of);
        for (way, to) in [("more", from + 1), ("fewer", from.saturating_sub(1))] {
            if (1..=of).contains(&to) {
                self.add(Category::Required, "DatapointsToAlarm", way, from.to_string(), to.to_string(), |alarm| {
                    alarm.datapoints_to_alarm = Some(to);
                });
            }
        }
    }

    fn missing_data(&mut self) {
        let from = self.alarm.missing_data();
        for to in MissingData::ALL.into_iter().filter(|to| *to != from) {
            let (old, new) = (from.as_str().to_owned(), to.as_str().to_owned());
            self.add(Category::Required, "TreatMissingData", to.as_str(), old, new, |alarm| {
                alarm.treat_missing_data = Some(to);
            });
        }
        if stats(&self.alarm.source).iter().any(|stat| matches!(stat.stat, Statistic::Percentile(_))) {
            let from = self.alarm.low_samples;
            let to = match from {
                LowSamples::Evaluate => LowSamples::Ignore,
                LowSamples::Ignore => LowSamples::Evaluate,
            };
            let (old, new) = (from.as_str().to_owned(), to.as_str().to_owned());
            self.add(Category::Bonus, "EvaluateLowSampleCountPercentile", to.as_str(), old, new, |alarm| {
                alarm.low_samples = to;
            });
        }
    }

    /// Other statistics of each metric.
    fn statistics(&mut self) {
        for (index, id) in ids(&self.alarm.source).into_iter().enumerate() {
            let from = stats(&self.alarm.source)[index].stat;
            let field = id.map_or_else(|| "Statistic".to_owned(), |id| format!("Stat of {id}"));
            for to in others(&from) {
                self.add(Category::Bonus, &field, &to.to_string(), from.to_string(), to.to_string(), |alarm| {
                    stats_mut(&mut alarm.source).swap_remove(index).stat = to;
                });
            }
        }
    }

    /// Other numbers in the expressions of metric math.
    fn expressions(&mut self) {
        let AlarmSource::Math(queries) = &self.alarm.source else { return };
        for (index, query) in queries.iter().enumerate() {
            let QuerySource::Expression { expression, .. } = &query.source else { continue };
            for (place, (at, length)) in numbers(expression).into_iter().enumerate() {
                let from = &expression[at..at + length];
                let Ok(number) = from.parse::<f64>() else { continue };
                let field = format!("Expression of {}, number {}", query.id, place + 1);
                for (way, sign) in [("up", 1.0), ("down", -1.0)] {
                    let to = tidy(number + sign * step(number)).to_string();
                    let changed = format!("{}{to}{}", &expression[..at], &expression[at + length..]);
                    self.add(Category::Bonus, &field, way, from.to_owned(), to, |alarm| {
                        if let AlarmSource::Math(queries) = &mut alarm.source
                            && let QuerySource::Expression { expression, .. } = &mut queries[index].source
                        {
                            *expression = changed;
                        }
                    });
                }
            }
        }
    }
}

/// The smallest step of a number that matters: 1 for whole numbers below 10, else a tenth.
fn step(number: f64) -> f64 {
    if number.fract() == 0.0 && number.abs() < 10.0 { 1.0 } else { number.abs() / 10.0 }
}

/// Without the dust that binary fractions leave behind.
fn tidy(number: f64) -> f64 {
    format!("{number:.12e}").parse().unwrap_or(number)
}

fn longer(period: u32) -> u32 {
    SHORT_PERIODS.into_iter().find(|short| *short > period).unwrap_or((period / 60 + 1) * 60)
}

fn shorter(period: u32) -> Option<u32> {
    if period > 60 {
        return Some((period - 1) / 60 * 60);
    }
    SHORT_PERIODS.into_iter().rev().find(|short| *short < period)
}

/// The statistics that the alarm reads.
pub(crate) fn stats(source: &AlarmSource) -> Vec<&MetricStat> {
    match source {
        AlarmSource::Metric(stat) => vec![stat],
        AlarmSource::Math(queries) => {
            let stats = queries.iter().filter_map(|query| match &query.source {
                QuerySource::Metric(stat) => Some(stat),
                QuerySource::Expression { .. } => None,
            });
            stats.collect()
        }
    }
}

/// For each statistic that the alarm reads the id of its query, where it has one.
fn ids(source: &AlarmSource) -> Vec<Option<String>> {
    match source {
        AlarmSource::Metric(_) => vec![None],
        AlarmSource::Math(queries) => {
            let metrics = queries.iter().filter(|query| matches!(query.source, QuerySource::Metric(_)));
            metrics.map(|query| Some(query.id.clone())).collect()
        }
    }
}

fn stats_mut(source: &mut AlarmSource) -> Vec<&mut MetricStat> {
    match source {
        AlarmSource::Metric(stat) => vec![stat],
        AlarmSource::Math(queries) => {
            let stats = queries.iter_mut().filter_map(|query| match &mut query.source {
                QuerySource::Metric(stat) => Some(stat),
                QuerySource::Expression { .. } => None,
            });
            stats.collect()
        }
    }
}

/// One period for the whole alarm: CloudWatch asks for that.
fn set_period(source: &mut AlarmSource, to: u32) {
    for stat in stats_mut(source) {
        stat.period = to;
    }
    if let AlarmSource::Math(queries) = source {
        for query in queries {
            if let QuerySource::Expression { period: Some(period), .. } = &mut query.source {
                *period = to;
            }
        }
    }
}

/// The statistics that one is easily mistaken for.
fn others(statistic: &Statistic) -> Vec<Statistic> {
    use Statistic::{Average, Maximum, Minimum, Percentile, SampleCount, Sum};
    match statistic {
        SampleCount => vec![Sum],
        Average => vec![Sum, Maximum, Minimum],
        Sum => vec![Average, Maximum, SampleCount],
        Minimum => vec![Average, Maximum],
        Maximum => vec![Average, Minimum, Sum],
        Percentile(share) => vec![Percentile(tidy(100.0 - (100.0 - share) * 2.0).max(0.0)), Average, Maximum],
        _ => vec![Average, Maximum],
    }
}

/// Where the numbers of an expression stand: start and length in bytes. Digits of names (`m1`) and of texts in quotes
/// are no numbers.
fn numbers(expression: &str) -> Vec<(usize, usize)> {
    let bytes = expression.as_bytes();
    let mut found = Vec::new();
    let mut quote = None;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
        match quote {
            Some(open) if open == byte => quote = None,
            Some(_) => {}
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            None if is_word(byte) => {
                let length = bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
                if byte.is_ascii_digit() {
                    found.push((at, length));
                }
                at += length;
                continue;
            }
            None => {}
        }
        at += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_the_smallest_that_matter() {
        let both = |number: f64| (tidy(number + step(number)), tidy(number - step(number)));
        assert_eq!(both(1.0), (2.0, 0.0));
        assert_eq!(both(0.0), (1.0, -1.0));
        assert_eq!(both(0.5), (0.55, 0.45));
        assert_eq!(both(0.1), (0.11, 0.09));
        assert_eq!(both(900.0), (990.0, 810.0));
    }

    #[test]
    fn periods_go_to_their_neighbours() {
        let around = |period| (shorter(period), longer(period));
        assert_eq!(around(10), (None, 20));
        assert_eq!(around(30), (Some(20), 60));
        assert_eq!(around(60), (Some(30), 120));
        assert_eq!(around(300), (Some(240), 360));
    }

    #[test]
    fn only_numbers_of_an_expression_are_numbers() {
        let expression = "IF(m1 > 5, e2/1.5e3, FILL(m10, 0)) + SUM(METRICS('a9'))";
        let texts: Vec<_> = numbers(expression).into_iter().map(|(at, length)| &expression[at..at + length]).collect();
        assert_eq!(texts, ["5", "1.5e3", "0"]);
    }
}
