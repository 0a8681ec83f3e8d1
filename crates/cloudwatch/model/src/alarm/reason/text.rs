//! The text of a metric alarm's reason.

use std::fmt::Write as _;

use super::{Findings, number::java_double};
use crate::alarm::{MissingData, State};
use crate::moment;

/// Up to this many points stand beside their count; of more, the newest stand in a sentence of their own. Three and
/// five have been seen; four is this library's choice.
const INLINE_POINTS: usize = 3;
/// How many points that sentence lists.
const RECENT_POINTS: usize = 5;
/// A reason's greatest length in characters (API reference, `StateReason`).
const MOST_CHARACTERS: usize = 1023;

/// The reason within its greatest length.
fn truncated(reason: String) -> String {
    match reason.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => reason[..end].to_owned(),
        None => reason,
    }
}

/// `Threshold Crossed: 1 datapoint [8.0 (05/07/24 15:19:00)] was greater than the threshold (5.0).` and its kin.
pub(crate) fn threshold_crossed(findings: &Findings) -> String {
    if findings.state == State::InsufficientData {
        return format!("Insufficient Data: {} unknown.", counted(findings.periods, "datapoint", true));
    }
    let alarming = findings.state == State::Alarm;
    let breaches = |value| findings.comparison.breaches(value, findings.threshold);
    let supporting: Vec<_> = findings.real().filter(|(_, value)| breaches(*value) == alarming).collect();
    let mut text = String::from("Threshold Crossed: ");
    if supporting.is_empty() {
        write_only_gaps(&mut text, findings);
    } else {
        write_points(&mut text, findings, &supporting);
    }
    text.push('.');
    truncated(text)
}

/// What is said when missing points alone decided.
fn write_only_gaps(text: &mut String, findings: &Findings) {
    match findings.real().count() {
        0 => text.push_str("no datapoints were"),
        real => text.push_str(&counted(real, "datapoint", true)),
    }
    let periods = counted(findings.periods, "period", false);
    push(text, format_args!(" received for {periods}"));
    write_gaps(text, findings);
}

fn write_points(text: &mut String, findings: &Findings, supporting: &[(i64, f64)]) {
    let count = supporting.len();
    match findings.datapoints {
        Some(_) => push(text, format_args!("{count} out of the last {} datapoints", findings.periods)),
        None => text.push_str(&counted(count, "datapoint", false)),
    }
    if count <= INLINE_POINTS {
        push(text, format_args!(" [{}]", listed(supporting)));
    }
    let verb = if count == 1 { "was" } else { "were" };
    let not = if findings.state == State::Alarm { "" } else { " not" };
    let threshold = java_double(findings.threshold);
    push(text, format_args!(" {verb}{not} {} the threshold ({threshold})", findings.comparison.in_words()));
    write_gaps(text, findings);
    if count > INLINE_POINTS {
        let recent = listed(&supporting[..count.min(RECENT_POINTS)]);
        push(text, format_args!(". The most recent datapoints which crossed the threshold: [{recent}]"));
    }
    if let Some(datapoints) = findings.datapoints {
        // From ALARM back to OK fewer than M breaching points are needed, which is N - M + 1 others. Only M = N has
        // been seen, so the figure for others is this library's choice.
        let (least, change) = match findings.state {
            State::Alarm => (datapoints, "OK -> ALARM"),
            _ => (findings.periods + 1 - datapoints, "ALARM -> OK"),
        };
        push(text, format_args!(" (minimum {} for {change} transition)", counted(least, "datapoint", false)));
    }
}

fn write_gaps(text: &mut String, findings: &Findings) {
    let gaps = findings.looked.len() - findings.real().count();
    let treated = match findings.missing {
        MissingData::Breaching => "Breaching",
        MissingData::NotBreaching => "NonBreaching",
        // Gaps that count as nothing are not told of.
        MissingData::Missing | MissingData::Ignore => return,
    };
    if gaps > 0 {
        push(text, format_args!(" and {} treated as [{treated}]", counted(gaps, "missing datapoint", true)));
    }
}

/// `8.0 (05/07/24 15:19:00), 7.0 (05/07/24 15:18:00)`.
fn listed(points: &[(i64, f64)]) -> String {
    let points = points.iter().map(|(at, value)| format!("{} ({})", java_double(*value), moment::day_first(*at)));
    points.collect::<Vec<_>>().join(", ")
}

/// `1 datapoint`, `2 datapoints`; with the verb `1 datapoint was`, `2 datapoints were`.
fn counted(count: usize, noun: &str, verb: bool) -> String {
    match (count, verb) {
        (1, false) => format!("1 {noun}"),
        (1, true) => format!("1 {noun} was"),
        (_, false) => format!("{count} {noun}s"),
        (_, true) => format!("{count} {noun}s were"),
    }
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("writing to a string does not fail");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alarm::Comparison;
    use crate::alarm::reason::{Looked, Reading};

    fn at(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().expect("a time").as_second()
    }

    /// Readings a minute apart, newest first.
    fn findings(state: State, newest: &str, values: &[Option<f64>]) -> Findings {
        let newest = at(newest);
        let look = |(age, value): (usize, &Option<f64>)| Looked {
            at: newest - 60 * age as i64,
            reading: Reading { value: *value, sample_count: value.map(|_| 1.0) },
        };
        Findings {
            looked: values.iter().enumerate().map(look).collect(),
            state,
            periods: values.len(),
            datapoints: None,
            threshold: 1.0,
            comparison: Comparison::GreaterThanThreshold,
            missing: MissingData::Missing,
        }
    }

    #[test]
    fn published_reasons_of_one_point_are_met() {
        let comparison = Comparison::GreaterThanOrEqualToThreshold;
        let alarm = findings(State::Alarm, "2024-07-05T15:19:00Z", &[Some(8.0)]);
        assert_eq!(
            threshold_crossed(&Findings { threshold: 5.0, comparison, ..alarm }),
            "Threshold Crossed: 1 datapoint [8.0 (05/07/24 15:19:00)] was greater than or equal to the threshold (5.0)."
        );
        let ok = findings(State::Ok, "2024-03-19T17:14:00Z", &[Some(0.0)]);
        assert_eq!(
            threshold_crossed(&Findings { comparison, ..ok }),
            "Threshold Crossed: 1 datapoint [0.0 (19/03/24 17:14:00)] was not greater than or equal to the threshold (1.0)."
        );
        let alarm = findings(State::Alarm, "2024-09-09T01:54:00Z", &[Some(66.6)]);
        assert_eq!(
            threshold_crossed(&Findings { threshold: 30.0, datapoints: Some(1), ..alarm }),
            "Threshold Crossed: 1 out of the last 1 datapoints [66.6 (09/09/24 01:54:00)] was greater than the threshold (30.0) (minimum 1 datapoint for OK -> ALARM transition)."
        );
        let ok = findings(State::Ok, "2019-10-01T13:46:00Z", &[Some(0.07)]);
        assert_eq!(
            threshold_crossed(&Findings { threshold: 50.0, datapoints: Some(1), ..ok }),
            "Threshold Crossed: 1 out of the last 1 datapoints [0.07 (01/10/19 13:46:00)] was not greater than the threshold (50.0) (minimum 1 datapoint for ALARM -> OK transition)."
        );
    }

    #[test]
    fn published_reasons_of_several_points_are_met() {
        let three = findings(State::Alarm, "2024-08-19T05:50:00Z", &[Some(2.0), Some(3.0), Some(1.0)]);
        assert_eq!(
            threshold_crossed(&Findings { threshold: 0.0, ..three }),
            "Threshold Crossed: 3 datapoints [2.0 (19/08/24 05:50:00), 3.0 (19/08/24 05:49:00), 1.0 (19/08/24 05:48:00)] were greater than the threshold (0.0)."
        );
        let values: Vec<_> = [60.0, 60.0].into_iter().chain([59.0; 28]).map(Some).collect();
        let thirty = findings(State::Alarm, "2024-12-06T05:34:00Z", &values);
        assert_eq!(
            threshold_crossed(&Findings { threshold: 20.0, datapoints: Some(30), ..thirty }),
            "Threshold Crossed: 30 out of the last 30 datapoints were greater than the threshold (20.0). The most recent datapoints which crossed the threshold: [60.0 (06/12/24 05:34:00), 60.0 (06/12/24 05:33:00), 59.0 (06/12/24 05:32:00), 59.0 (06/12/24 05:31:00), 59.0 (06/12/24 05:30:00)] (minimum 30 datapoints for OK -> ALARM transition)."
        );
        let many = findings(State::Alarm, "2024-12-19T08:33:00Z", &[Some(1.0); 24]);
        assert_eq!(
            threshold_crossed(&Findings { threshold: 0.0, ..many }),
            "Threshold Crossed: 24 datapoints were greater than the threshold (0.0). The most recent datapoints which crossed the threshold: [1.0 (19/12/24 08:33:00), 1.0 (19/12/24 08:32:00), 1.0 (19/12/24 08:31:00), 1.0 (19/12/24 08:30:00), 1.0 (19/12/24 08:29:00)]."
        );
        let ok = findings(State::Ok, "2023-09-08T15:36:00Z", &[Some(0.5), Some(2.0), Some(2.0)]);
        assert_eq!(
            threshold_crossed(&Findings { datapoints: Some(3), ..ok }),
            "Threshold Crossed: 1 out of the last 3 datapoints [0.5 (08/09/23 15:36:00)] was not greater than the threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition)."
        );
    }

    #[test]
    fn published_reasons_of_gaps_are_met() {
        let mut values = vec![None; 20];
        values[0] = Some(613.0);
        let rare = Findings {
            datapoints: Some(1),
            comparison: Comparison::GreaterThanOrEqualToThreshold,
            missing: MissingData::NotBreaching,
            ..findings(State::Alarm, "2024-03-16T12:15:00Z", &values)
        };
        assert_eq!(
            threshold_crossed(&rare),
            "Threshold Crossed: 1 out of the last 20 datapoints [613.0 (16/03/24 12:15:00)] was greater than or equal to the threshold (1.0) and 19 missing datapoints were treated as [NonBreaching] (minimum 1 datapoint for OK -> ALARM transition)."
        );
        let none = |missing, periods: usize, state| {
            threshold_crossed(&Findings { missing, ..findings(state, "2024-03-16T12:15:00Z", &vec![None; periods]) })
        };
        assert_eq!(
            none(MissingData::NotBreaching, 1, State::Ok),
            "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching]."
        );
        assert_eq!(
            none(MissingData::Breaching, 2, State::Alarm),
            "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching]."
        );
        assert_eq!(
            none(MissingData::Missing, 1, State::InsufficientData),
            "Insufficient Data: 1 datapoint was unknown."
        );
        assert_eq!(
            none(MissingData::Missing, 5, State::InsufficientData),
            "Insufficient Data: 5 datapoints were unknown."
        );
    }

    #[test]
    fn gaps_that_alarm_beside_a_good_point_are_told_as_seen() {
        let found = Findings {
            datapoints: Some(2),
            missing: MissingData::Breaching,
            ..findings(State::Alarm, "2024-03-16T12:15:00Z", &[None, Some(0.0), None])
        };
        assert_eq!(
            threshold_crossed(&found),
            "Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching]."
        );
    }

    #[test]
    fn a_reason_has_at_most_1023_characters() {
        assert_eq!(truncated("é".repeat(2000)).chars().count(), MOST_CHARACTERS);
        assert_eq!(truncated("short".to_owned()), "short");
    }
}
