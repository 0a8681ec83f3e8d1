//! `${…}` of a label.

use jiff::{Timestamp, tz::Offset};

use crate::query::{answer::Answer, evaluation::Asker};

/// A value of a series' points in the range of the answer, or a property of its metric.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Placeholder {
    Average,
    Count,
    Sum,
    /// The value of a point.
    Value(Pick),
    /// Its time.
    Time(Pick),
    /// How long ago that is.
    Relative(Pick),
    /// From the value of one point to that of another.
    Range(Pick, Pick),
    /// The time between them.
    TimeRange(Pick, Pick),
    Property(Property),
}

/// One point of a series. Of equal ones the oldest is the least or greatest (unpublished).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pick {
    First,
    Last,
    Min,
    Max,
}

/// `PROP('…')`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Property {
    AccountId,
    /// The account's name. A local AWS gives its accounts none, so it is the id.
    AccountLabel,
    /// The value of this dimension.
    Dimension(String),
    MetricName,
    Namespace,
    Period,
    Region,
    Stat,
}

/// What stands for a value that a series without points does not have (unpublished).
const NOTHING: &str = "--";

const PICKS: [(&str, Pick); 4] = [("FIRST", Pick::First), ("LAST", Pick::Last), ("MIN", Pick::Min), ("MAX", Pick::Max)];

impl Placeholder {
    /// The placeholder between `${` and `}`; otherwise what is wrong with it.
    pub(super) fn parse(name: &str) -> Result<Self, String> {
        let simple = match name {
            "AVG" => Some(Self::Average),
            "DATAPOINT_COUNT" => Some(Self::Count),
            "SUM" => Some(Self::Sum),
            "FIRST_LAST_RANGE" => Some(Self::Range(Pick::First, Pick::Last)),
            "FIRST_LAST_TIME_RANGE" => Some(Self::TimeRange(Pick::First, Pick::Last)),
            "MIN_MAX_RANGE" => Some(Self::Range(Pick::Min, Pick::Max)),
            "MIN_MAX_TIME_RANGE" => Some(Self::TimeRange(Pick::Min, Pick::Max)),
            _ => PICKS.iter().find_map(|(prefix, pick)| match name.strip_prefix(prefix)? {
                "" => Some(Self::Value(*pick)),
                "_TIME" => Some(Self::Time(*pick)),
                "_TIME_RELATIVE" => Some(Self::Relative(*pick)),
                _ => None,
            }),
        };
        if let Some(simple) = simple {
            return Ok(simple);
        }
        match name.strip_prefix("PROP('").and_then(|rest| rest.strip_suffix("')")) {
            Some(property) => Property::parse(property).map(Self::Property),
            None => Err(format!(
                "`${{{name}}}` is no value of a label; there are LABEL, AVG, SUM, DATAPOINT_COUNT, FIRST, LAST, MIN, MAX, \
                 the times of the last four as in MAX_TIME and MAX_TIME_RELATIVE, FIRST_LAST_RANGE, \
                 FIRST_LAST_TIME_RANGE, MIN_MAX_RANGE, MIN_MAX_TIME_RANGE and PROP('…')"
            )),
        }
    }

    pub(super) fn render(&self, answer: &Answer, asker: &Asker<'_>) -> String {
        if let Self::Property(property) = self {
            return property.render(answer, asker);
        }
        self.of_points(answer, asker).unwrap_or_else(|| NOTHING.to_owned())
    }

    fn of_points(&self, answer: &Answer, asker: &Asker<'_>) -> Option<String> {
        let values = || answer.points.iter().flatten();
        let pick = |pick: &Pick| pick.of(&answer.points);
        let time = |pick: &Pick| pick.of(&answer.points).map(|(index, _)| answer.frame.time(index));
        Some(match self {
            Self::Count => values().count().to_string(),
            Self::Sum => pick(&Pick::First).map(|_| number(values().sum()))?,
            Self::Average => pick(&Pick::First).map(|_| number(values().sum::<f64>() / values().count() as f64))?,
            Self::Value(one) => number(pick(one)?.1),
            Self::Time(one) => clock(time(one)?, asker.offset)?,
            Self::Relative(one) => duration(asker.now - time(one)?),
            Self::Range(from, to) => number(pick(to)?.1 - pick(from)?.1),
            Self::TimeRange(from, to) => duration(time(to)? - time(from)?),
            Self::Property(_) => return None,
        })
    }
}

impl Pick {
    /// The number of the point's period, and its value.
    fn of(self, points: &[Option<f64>]) -> Option<(usize, f64)> {
        let mut existing = points.iter().enumerate().filter_map(|(index, point)| Some((index, (*point)?)));
        match self {
            Self::First => existing.next(),
            Self::Last => existing.next_back(),
            Self::Min => existing.reduce(|best, it| if it.1 < best.1 { it } else { best }),
            Self::Max => existing.reduce(|best, it| if it.1 > best.1 { it } else { best }),
        }
    }
}

impl Property {
    fn parse(name: &str) -> Result<Self, String> {
        Ok(match name {
            "AccountId" => Self::AccountId,
            "AccountLabel" => Self::AccountLabel,
            "MetricName" => Self::MetricName,
            "Namespace" => Self::Namespace,
            "Period" => Self::Period,
            "Region" => Self::Region,
            "Stat" => Self::Stat,
            _ => match name.strip_prefix("Dim.") {
                Some(dimension) => Self::Dimension(dimension.to_owned()),
                None => {
                    return Err(format!(
                        "`{name}` is no property of a metric; there are AccountId, AccountLabel, Dim.<name>, MetricName, \
                         Namespace, Period, Region and Stat"
                    ));
                }
            },
        })
    }

    /// The property; nothing where the series is not one metric's, or lacks the dimension (unpublished).
    fn render(&self, answer: &Answer, asker: &Asker<'_>) -> String {
        let of_metric = || {
            let stat = answer.stat.as_ref()?;
            Some(match self {
                Self::Dimension(name) => stat.metric.dimensions.get(name)?.clone(),
                Self::MetricName => stat.metric.name.clone(),
                Self::Namespace => stat.metric.namespace.clone(),
                Self::Period => stat.period.to_string(),
                Self::Stat => stat.stat.to_string(),
                Self::AccountId | Self::AccountLabel => asker.account_id.to_owned(),
                Self::Region => asker.region.to_owned(),
            })
        };
        of_metric().unwrap_or_default()
    }
}

/// At most three decimals (unpublished).
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// `2026-01-05 08:00 UTC`, or `2026-01-05 09:30 +01:30` in another zone. The form is unpublished.
fn clock(second: i64, offset: i32) -> Option<String> {
    let offset = Offset::from_seconds(offset).ok()?;
    let time = offset.to_datetime(Timestamp::from_second(second).ok()?).strftime("%Y-%m-%d %H:%M").to_string();
    let seconds = offset.seconds();
    if seconds == 0 {
        return Some(format!("{time} UTC"));
    }
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
    Some(format!("{time} {sign}{:02}:{:02}", minutes / 60, minutes % 60))
}

/// `1d 2h 5m 10s`, without its zeros and its sign ("the absolute time difference"). The form is unpublished.
fn duration(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    let parts = [(seconds / 86_400, 'd'), (seconds / 3600 % 24, 'h'), (seconds / 60 % 60, 'm'), (seconds % 60, 's')];
    let parts: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}
