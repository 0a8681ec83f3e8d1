//! The stretch of time that a dashboard shows.

use atalaya_cloudwatch::TimeRange;
use jiff::Timestamp;

use super::{answer::Refusal, request::Asked};

/// The ranges that a page offers, in seconds; a young run opens with one that it fills.
const OFFERED: [(&str, i64); 6] =
    [("15m", 900), ("1h", 3600), ("3h", 10_800), ("12h", 43_200), ("1d", 86_400), ("1w", 604_800)];
/// The longest range: metrics are kept for 15 months.
const LONGEST: i64 = 455 * 86_400;

/// A range, and how it was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) range: TimeRange,
    /// Such as `3h`; `None` between two times.
    pub(super) since: Option<String>,
}

/// The names of the ranges that a page offers.
pub(super) fn offered() -> impl Iterator<Item = &'static str> {
    OFFERED.iter().map(|(name, _)| *name)
}

/// The range that is asked for: `since=3h`, or `start=` and `end=` in ISO 8601. Without any it is `usual`, or the
/// shortest of those offered in which all data since `began` lie, where these are younger.
pub(super) fn chosen(asked: &Asked, usual: TimeRange, began: i64, now: i64) -> Result<Chosen, Refusal> {
    if let Some(start) = asked.parsed::<Timestamp>("start", "a time such as 2026-01-05T06:00:00Z")? {
        let end = asked.parsed::<Timestamp>("end", "a time such as 2026-01-05T09:00:00Z")?;
        let range = TimeRange { start: start.as_second(), end: end.map_or(now, Timestamp::as_second) };
        return checked(range).map(|range| Chosen { range, since: None });
    }
    if let Some(since) = asked.value("since") {
        let length = length(since).ok_or_else(|| {
            let example = "a number with m, h, d or w, such as 15m, 3h, 1d or 1w";
            Refusal::bad(format!("`since` is `{since}`, which is not {example}"))
        })?;
        let range = checked(TimeRange { start: now - length, end: now })?;
        return Ok(Chosen { range, since: Some(since.to_owned()) });
    }
    let length = usual.end - usual.start;
    let fits = |(_, offered): &&(&str, i64)| *offered >= now - began && *offered < length;
    Ok(match OFFERED.iter().find(fits).filter(|_| usual.end == now) {
        Some((name, offered)) => {
            Chosen { range: TimeRange { start: now - offered, end: now }, since: Some((*name).to_owned()) }
        }
        None => {
            let named = OFFERED.iter().find(|(_, offered)| *offered == length && usual.end == now);
            Chosen { range: usual, since: named.map(|(name, _)| (*name).to_owned()) }
        }
    })
}

fn checked(range: TimeRange) -> Result<TimeRange, Refusal> {
    match range.end - range.start {
        ..=0 => Err(Refusal::bad("the range ends before it begins: `end` must be later than `start`")),
        1..=LONGEST => Ok(range),
        _ => Err(Refusal::bad("the range is longer than the 15 months that metrics are kept")),
    }
}

/// Seconds of `15m`, `3h`, `1d`, `1w`.
fn length(text: &str) -> Option<i64> {
    let unit = text.chars().last()?;
    let seconds = match unit {
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
    number.checked_mul(seconds).filter(|length| *length > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_780_000_000;
    const USUAL: TimeRange = TimeRange { start: NOW - 10_800, end: NOW };

    fn choose(query: &[(&str, &str)], began: i64) -> Result<Chosen, String> {
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        chosen(&Asked { query, ..Asked::default() }, USUAL, began, NOW).map_err(|refusal| refusal.sentence)
    }

    #[test]
    fn a_young_run_opens_with_a_range_that_it_fills() {
        let opened = |age: i64| choose(&[], NOW - age).expect("no query").since;
        assert_eq!([10, 901, 3601, 999_999].map(opened), ["15m", "1h", "3h", "3h"].map(|name| Some(name.to_owned())));
    }

    #[test]
    fn what_is_asked_for_is_shown() {
        let one = choose(&[("since", "2d")], NOW).expect("a range");
        assert_eq!((one.range.start, one.range.end, one.since.as_deref()), (NOW - 172_800, NOW, Some("2d")));
        let two = choose(&[("start", "2026-01-05T06:00:00Z"), ("end", "2026-01-05T09:00:00Z")], NOW).expect("a range");
        assert_eq!((two.range.end - two.range.start, two.since), (10_800, None));
        assert_eq!(choose(&[("start", "2026-01-05T06:00:00Z")], NOW).expect("until now").range.end, NOW);
    }

    #[test]
    fn what_is_no_range_is_said() {
        let cases = [
            (vec![("since", "3")], "`since` is `3`, which is not a number with m"),
            (vec![("since", "-3h")], "`since` is `-3h`"),
            (vec![("since", "ü")], "`since` is `ü`"),
            (vec![("since", "999w")], "the range is longer than"),
            (vec![("start", "now")], "`start` is `now`, which is not a time"),
            (vec![("start", "2026-01-05T06:00:00Z"), ("end", "2026-01-05T06:00:00Z")], "the range ends before"),
        ];
        for (query, words) in cases {
            let refused = choose(&query, NOW).expect_err(words);
            assert!(refused.starts_with(words), "{refused}");
        }
    }
}
