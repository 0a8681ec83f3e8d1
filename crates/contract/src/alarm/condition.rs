//! When an alarm on metrics goes into ALARM, in the words of page, terminal and console.

use std::fmt;

use crate::format::{number, period};

/// How a value is compared with the threshold; the value stands on the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `>`
    GreaterThanThreshold,
    /// `>=`
    GreaterThanOrEqualToThreshold,
    /// `<`
    LessThanThreshold,
    /// `<=`
    LessThanOrEqualToThreshold,
    /// Outside a band that CloudWatch has learnt; such an alarm has no threshold.
    OutsideBand,
}

impl Comparison {
    /// The comparison that CloudWatch spells so.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "GreaterThanThreshold" => Self::GreaterThanThreshold,
            "GreaterThanOrEqualToThreshold" => Self::GreaterThanOrEqualToThreshold,
            "LessThanThreshold" => Self::LessThanThreshold,
            "LessThanOrEqualToThreshold" => Self::LessThanOrEqualToThreshold,
            "LessThanLowerOrGreaterThanUpperThreshold" | "LessThanLowerThreshold" | "GreaterThanUpperThreshold" => {
                Self::OutsideBand
            }
            _ => return None,
        })
    }

    /// Whether the value crosses the threshold; a band is not known here.
    #[must_use]
    pub fn crosses(self, value: f64, threshold: f64) -> bool {
        match self {
            Self::GreaterThanThreshold => value > threshold,
            Self::GreaterThanOrEqualToThreshold => value >= threshold,
            Self::LessThanThreshold => value < threshold,
            Self::LessThanOrEqualToThreshold => value <= threshold,
            Self::OutsideBand => false,
        }
    }

    /// The comparison that holds where this one does not; a band has none.
    #[must_use]
    pub const fn opposite(self) -> Option<Self> {
        Some(match self {
            Self::GreaterThanThreshold => Self::LessThanOrEqualToThreshold,
            Self::GreaterThanOrEqualToThreshold => Self::LessThanThreshold,
            Self::LessThanThreshold => Self::GreaterThanOrEqualToThreshold,
            Self::LessThanOrEqualToThreshold => Self::GreaterThanThreshold,
            Self::OutsideBand => return None,
        })
    }

    /// The sign of the comparison, of ASCII: `>`, `>=`, `<`, `<=` or `outside`.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::GreaterThanThreshold => ">",
            Self::GreaterThanOrEqualToThreshold => ">=",
            Self::LessThanThreshold => "<",
            Self::LessThanOrEqualToThreshold => "<=",
            Self::OutsideBand => "outside",
        }
    }

    /// What follows `the value is`: `at or above`.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::GreaterThanThreshold => "more than",
            Self::GreaterThanOrEqualToThreshold => "at or above",
            Self::LessThanThreshold => "less than",
            Self::LessThanOrEqualToThreshold => "at or below",
            Self::OutsideBand => "outside",
        }
    }
}

/// What a period without data counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingData {
    /// As nothing; without any data the state is INSUFFICIENT_DATA. CloudWatch's choice where an alarm makes none.
    #[default]
    Missing,
    /// As nothing; without any data the state stays.
    Ignore,
    /// As beyond the threshold.
    Breaching,
    /// As within the threshold.
    NotBreaching,
}

impl MissingData {
    /// The treatment that CloudWatch spells so; another word counts as `missing`, as no word does.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "ignore" => Self::Ignore,
            "breaching" => Self::Breaching,
            "notBreaching" => Self::NotBreaching,
            _ => Self::Missing,
        }
    }

    /// What follows `a period without data`.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Missing => "is passed over, and without any data the state is INSUFFICIENT_DATA",
            Self::Ignore => "is passed over, and without any data the state stays",
            Self::Breaching => "counts as beyond the threshold",
            Self::NotBreaching => "counts as within the threshold",
        }
    }
}

/// The periods that an alarm decides on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlarmPeriods {
    /// In how many of them the threshold has to be crossed, at most `of`.
    pub datapoints: u32,
    /// How many the alarm looks at.
    pub of: u32,
    /// Seconds of one; absent where an expression does not say it.
    pub seconds: Option<u32>,
}

impl fmt::Display for AlarmPeriods {
    /// `within 5 min`, `in 3 periods of 5 min in a row`, `in 2 of 3 periods of 5 min`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.seconds.map(period);
        let each = length.as_ref().map(|length| format!(" of {length}")).unwrap_or_default();
        match (self.datapoints, self.of, length) {
            (_, 0 | 1, Some(length)) => write!(f, "within {length}"),
            (_, 0 | 1, None) => f.write_str("in a period"),
            (some, all, _) if some == all => write!(f, "in {all} periods{each} in a row"),
            (some, all, _) => write!(f, "in {some} of {all} periods{each}"),
        }
    }
}

/// When an alarm on metrics goes into ALARM.
#[derive(Debug, Clone, PartialEq)]
pub struct AlarmCondition {
    /// What is measured: `the value`, `Sum of FilesFailed`.
    pub what: String,
    /// How it is compared with the threshold.
    pub comparison: Comparison,
    /// The threshold.
    pub threshold: f64,
    /// In which periods.
    pub periods: AlarmPeriods,
    /// What a period without data counts as.
    pub missing_data: MissingData,
}

impl fmt::Display for AlarmCondition {
    /// `the value is more than 5 in 2 of 3 periods of 1 min; a period without data counts as within the threshold`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, comparison, threshold, periods, missing_data } = self;
        write!(f, "{what} is {} {} {periods}; ", comparison.in_words(), number(*threshold))?;
        write!(f, "a period without data {}", missing_data.in_words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_one_sentence() {
        let condition = |datapoints, of, seconds| {
            let periods = AlarmPeriods { datapoints, of, seconds };
            let (comparison, missing_data) = (Comparison::GreaterThanOrEqualToThreshold, MissingData::NotBreaching);
            AlarmCondition { what: "the value".to_owned(), comparison, threshold: 1234.56, periods, missing_data }
                .to_string()
        };
        let missing = "a period without data counts as within the threshold";
        for (text, periods) in [
            (condition(1, 1, Some(300)), "within 5 min"),
            (condition(3, 3, Some(60)), "in 3 periods of 1 min in a row"),
            (condition(2, 3, Some(60)), "in 2 of 3 periods of 1 min"),
            (condition(2, 3, None), "in 2 of 3 periods"),
            (condition(1, 1, None), "in a period"),
        ] {
            assert_eq!(text, format!("the value is at or above 1,234.6 {periods}; {missing}"));
        }
    }

    #[test]
    fn of_a_comparison_and_its_opposite_one_holds() {
        let names = [
            "GreaterThanThreshold",
            "GreaterThanOrEqualToThreshold",
            "LessThanThreshold",
            "LessThanOrEqualToThreshold",
        ];
        for name in names {
            let comparison = Comparison::from_name(name).expect("a comparison");
            let opposite = comparison.opposite().expect("no band");
            for value in [0.0, 1.0, 2.0] {
                assert_ne!(comparison.crosses(value, 1.0), opposite.crosses(value, 1.0), "{name} of {value}");
            }
        }
        assert_eq!(Comparison::from_name("GreaterThanUpperThreshold").and_then(Comparison::opposite), None);
        assert_eq!(Comparison::from_name("greater"), None);
    }
}
