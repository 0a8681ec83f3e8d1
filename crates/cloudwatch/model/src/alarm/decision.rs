//! What state the points of an evaluation call for.

use crate::alarm::{MissingData, State};

/// What one period of the evaluation range says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// It has no data point.
    Missing,
    /// Its data point is within the threshold.
    Within,
    /// Its data point is beyond the threshold.
    Breaching,
}

/// What an evaluation comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// The alarm has this state.
    Become(State),
    /// The alarm keeps the state that it has.
    Keep,
}

impl Decision {
    fn alarm_if(breaches: bool) -> Self {
        Self::Become(if breaches { State::Alarm } else { State::Ok })
    }
}

/// What an alarm over a young breach becomes that neither reaches M points nor is old enough to count as one that
/// lasted. The user guide only says that it does not go into ALARM; that it keeps its state is this library's choice.
const TOO_YOUNG_TO_TELL: Decision = Decision::Keep;

/// Decides on `slots`, oldest first, for M (`datapoints`) of N (`periods`) points.
///
/// CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data": with N real points or more in the
/// range, the newest N of them decide, and gaps between them are stepped over. With fewer, `missing` says what stands
/// for the rest.
#[must_use]
pub fn decide(slots: &[Slot], periods: usize, datapoints: usize, missing: MissingData) -> Decision {
    let (mut real, mut breaching, mut oldest_breach) = (0, 0, 0);
    for (position, slot) in slots.iter().rev().enumerate() {
        match slot {
            Slot::Missing => continue,
            Slot::Within => {}
            Slot::Breaching => {
                breaching += 1;
                oldest_breach = position + 1;
            }
        }
        real += 1;
        if real == periods {
            return Decision::alarm_if(breaching >= datapoints);
        }
    }
    let unknown = periods - real;
    match missing {
        MissingData::Breaching => Decision::alarm_if(breaching + unknown >= datapoints),
        MissingData::NotBreaching => Decision::alarm_if(breaching >= datapoints),
        MissingData::Missing if real == 0 => Decision::Become(State::InsufficientData),
        MissingData::Ignore if real == 0 => Decision::Keep,
        MissingData::Missing | MissingData::Ignore if breaching >= datapoints => Decision::Become(State::Alarm),
        // A point within the threshold anywhere in the range speaks against a breach that lasts.
        MissingData::Missing | MissingData::Ignore if breaching < real => Decision::Become(State::Ok),
        MissingData::Missing if oldest_breach >= datapoints => Decision::Become(State::Alarm),
        MissingData::Ignore if oldest_breach >= datapoints => Decision::Keep,
        MissingData::Missing | MissingData::Ignore => TOO_YOUNG_TO_TELL,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALARM: Decision = Decision::Become(State::Alarm);
    const OK: Decision = Decision::Become(State::Ok);
    const UNKNOWN: Decision = Decision::Become(State::InsufficientData);
    const KEEP: Decision = Decision::Keep;
    const MODES: [MissingData; 4] =
        [MissingData::Missing, MissingData::Ignore, MissingData::Breaching, MissingData::NotBreaching];

    fn slots(text: &str) -> Vec<Slot> {
        let slot = |word| match word {
            "-" => Slot::Missing,
            "0" => Slot::Within,
            "X" => Slot::Breaching,
            other => panic!("{other} is no slot"),
        };
        text.split_whitespace().map(slot).collect()
    }

    /// Each published row, in each mode: missing, ignore, breaching, notBreaching.
    #[test]
    fn the_published_tables_hold() {
        let tables = [
            (
                3,
                [
                    ("0 - X - X", [OK, OK, OK, OK]),
                    ("0 - - - -", [OK, OK, OK, OK]),
                    ("- - - - -", [UNKNOWN, KEEP, ALARM, OK]),
                    ("0 X X - X", [ALARM, ALARM, ALARM, ALARM]),
                    ("- - X - -", [ALARM, KEEP, ALARM, OK]),
                ],
            ),
            (
                2,
                [
                    ("0 - X - X", [ALARM, ALARM, ALARM, ALARM]),
                    ("0 0 X 0 X", [ALARM, ALARM, ALARM, ALARM]),
                    ("0 - X - -", [OK, OK, ALARM, OK]),
                    ("- - - - 0", [OK, OK, ALARM, OK]),
                    ("- - - X -", [ALARM, KEEP, ALARM, OK]),
                ],
            ),
        ];
        let mut cells = 0;
        for (datapoints, rows) in tables {
            for (row, expected) in rows {
                for (mode, expected) in MODES.into_iter().zip(expected) {
                    let found = decide(&slots(row), 3, datapoints, mode);
                    assert_eq!(found, expected, "{row}, {datapoints} of 3, {mode:?}");
                    cells += 1;
                }
            }
        }
        assert_eq!(cells, 40);
    }

    #[test]
    fn a_young_breach_with_nothing_around_it_does_not_alarm() {
        for row in ["- - - - X", "- - - X -"] {
            assert_eq!(decide(&slots(row), 3, 3, MissingData::Missing), KEEP, "{row}");
            assert_eq!(decide(&slots(row), 3, 3, MissingData::Ignore), KEEP, "{row}");
        }
        assert_eq!(decide(&slots("- - X X -"), 3, 3, MissingData::Missing), ALARM, "the older one has lasted");
        assert_eq!(decide(&slots("0 X - - -"), 3, 3, MissingData::Missing), OK, "a point within speaks against it");
    }

    #[test]
    fn a_single_breach_keeps_the_alarm_until_it_leaves_the_range() {
        for row in ["- - X", "- X -", "X - -"] {
            assert_eq!(decide(&slots(row), 1, 1, MissingData::NotBreaching), ALARM, "{row}");
        }
        assert_eq!(decide(&slots("- - -"), 1, 1, MissingData::NotBreaching), OK);
        assert_eq!(decide(&slots("X - 0"), 1, 1, MissingData::NotBreaching), OK);
    }

    /// The reference's own words, step by step, with lists instead of counters.
    fn restated(slots: &[Slot], n: usize, m: usize, missing: MissingData) -> Decision {
        let newest_first: Vec<Slot> = slots.iter().rev().copied().collect();
        let real: Vec<Slot> = newest_first.iter().copied().filter(|slot| *slot != Slot::Missing).collect();
        let breaching = |points: &[Slot]| points.iter().filter(|slot| **slot == Slot::Breaching).count();
        if real.len() >= n {
            return if breaching(&real[..n]) >= m { ALARM } else { OK };
        }
        let b = breaching(&real);
        let fill = n - real.len();
        if missing == MissingData::Breaching {
            return if b + fill >= m { ALARM } else { OK };
        }
        if missing == MissingData::NotBreaching {
            return if b >= m { ALARM } else { OK };
        }
        if real.is_empty() {
            return if missing == MissingData::Missing { UNKNOWN } else { KEEP };
        }
        if b >= m {
            return ALARM;
        }
        if b == real.len() {
            let oldest = newest_first.iter().rposition(|slot| *slot != Slot::Missing).expect("a real point") + 1;
            return if oldest >= m && missing == MissingData::Missing { ALARM } else { KEEP };
        }
        OK
    }

    proptest! {
        #[test]
        fn the_decision_is_the_restated_one(
            slots in prop::collection::vec(
                prop_oneof![Just(Slot::Missing), Just(Slot::Within), Just(Slot::Breaching)], 0..20),
            periods in 1_usize..12,
            share in 0.0_f64..1.0,
            mode in 0_usize..4,
        ) {
            let datapoints = 1 + (share * periods as f64) as usize;
            let missing = MODES[mode];
            prop_assert_eq!(decide(&slots, periods, datapoints, missing), restated(&slots, periods, datapoints, missing));
        }
    }
}
