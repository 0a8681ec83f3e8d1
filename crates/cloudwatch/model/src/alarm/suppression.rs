//! How another alarm keeps a composite alarm's actions back. Only actions wait: the state always changes at once.
//! CloudWatch user guide, "Suppressing composite alarm actions".

use crate::alarm::State;

/// What keeps the actions back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuppressedBy {
    /// The composite has changed its state, and the suppressor is given time to go into ALARM.
    WaitPeriod,
    /// The suppressor has left ALARM, and its composite is given time to recover.
    ExtensionPeriod,
    /// The suppressor is in ALARM.
    Alarm,
}

impl SuppressedBy {
    /// As `ActionsSuppressedBy` spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WaitPeriod => "WaitPeriod",
            Self::ExtensionPeriod => "ExtensionPeriod",
            Self::Alarm => "Alarm",
        }
    }

    /// The text of `ActionsSuppressedReason`. That of the wait period has been seen; the others are made after it.
    #[must_use]
    pub fn reason(self) -> String {
        format!("Actions suppressed by {}", self.as_str())
    }
}

/// The suppression of one composite alarm. Times are seconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suppression {
    wait: u32,
    extension: u32,
    held: Option<Held>,
}

/// Actions that are kept back: by what, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    by: SuppressedBy,
    /// `None`: as long as the suppressor is in ALARM.
    until: Option<i64>,
}

impl Suppression {
    /// Nothing is kept back yet. `wait` and `extension` are seconds.
    pub(crate) fn new(wait: u32, extension: u32) -> Self {
        Self { wait, extension, held: None }
    }

    /// The same with the lengths of another; a period that runs goes on.
    pub(crate) fn with_periods_of(self, other: &Self) -> Self {
        Self { held: self.held, ..*other }
    }

    /// What keeps the actions back.
    pub(crate) fn held_by(&self) -> Option<SuppressedBy> {
        self.held.map(|held| held.by)
    }

    /// When the running period ends.
    pub(crate) fn ends_at(&self) -> Option<i64> {
        self.held.and_then(|held| held.until)
    }

    /// The composite has changed its state. A running period is discarded.
    pub(crate) fn composite_changed(&mut self, suppressor: State, now: i64) {
        self.held = Some(if suppressor == State::Alarm {
            Held { by: SuppressedBy::Alarm, until: None }
        } else {
            Held { by: SuppressedBy::WaitPeriod, until: Some(now + i64::from(self.wait)) }
        });
    }

    /// The suppressor has changed its state.
    pub(crate) fn suppressor_changed(&mut self, suppressor: State, now: i64) {
        let Some(held) = &mut self.held else { return };
        if suppressor == State::Alarm {
            *held = Held { by: SuppressedBy::Alarm, until: None };
        } else if held.by == SuppressedBy::Alarm {
            let until = Some(now + i64::from(self.extension));
            *held = Held { by: SuppressedBy::ExtensionPeriod, until };
        }
    }

    /// Whether the running period has ended: then the actions of the composite's state run, and nothing is kept back
    /// any more. At a second in which states change too, they are to be told first: which comes first on the real
    /// service is not published, and so a wait of a minute covers the suppressor's next evaluation.
    pub(crate) fn has_ended(&mut self, now: i64) -> bool {
        let ended = self.ends_at().is_some_and(|until| until <= now);
        if ended {
            self.held = None;
        }
        ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The states of composite and suppressor second by second, and the seconds at which actions run with the state
    /// whose actions they are. Both begin in OK. Wait 2, extension 3, as in the user guide.
    fn run(changes: &[(i64, &str, State)]) -> Vec<(i64, State)> {
        let mut suppression = Suppression::new(2, 3);
        let (mut composite, mut suppressor) = (State::Ok, State::Ok);
        let mut acted = Vec::new();
        for now in 0..20 {
            for (_, who, to) in changes.iter().filter(|(at, ..)| *at == now) {
                match *who {
                    "composite" => {
                        composite = *to;
                        suppression.composite_changed(suppressor, now);
                    }
                    _ => {
                        suppressor = *to;
                        suppression.suppressor_changed(suppressor, now);
                    }
                }
            }
            if suppression.has_ended(now) {
                acted.push((now, composite));
            }
        }
        acted
    }

    use State::{Alarm, InsufficientData, Ok as Fine};

    #[test]
    fn example_1_the_suppressor_stays_ok() {
        assert_eq!(run(&[(2, "composite", Alarm)]), [(4, Alarm)]);
    }

    #[test]
    fn example_2_the_suppressor_alarms_while_the_composite_waits() {
        assert_eq!(run(&[(2, "composite", Alarm), (3, "suppressor", Alarm)]), []);
    }

    #[test]
    fn example_3_a_change_while_waiting_begins_a_new_wait() {
        assert_eq!(run(&[(2, "composite", Alarm), (3, "composite", Fine)]), [(5, Fine)]);
    }

    #[test]
    fn example_4_the_suppressor_is_already_in_alarm() {
        assert_eq!(run(&[(1, "suppressor", Alarm), (2, "composite", Alarm)]), []);
    }

    #[test]
    fn example_5_the_extension_ends_and_the_actions_run() {
        let changes = [(1, "suppressor", Alarm), (2, "composite", Alarm), (6, "suppressor", Fine)];
        assert_eq!(run(&changes), [(9, Alarm)]);
    }

    #[test]
    fn example_6_a_change_drops_the_extension() {
        let changes =
            [(1, "suppressor", Alarm), (2, "composite", Alarm), (6, "suppressor", Fine), (7, "composite", Fine)];
        assert_eq!(run(&changes), [(9, Fine)]);
    }

    #[test]
    fn only_an_alarm_suppresses() {
        assert_eq!(run(&[(1, "suppressor", InsufficientData), (2, "composite", Alarm)]), [(4, Alarm)]);
    }

    #[test]
    fn a_suppressor_that_alarms_again_ends_the_extension() {
        let changes = [
            (1, "suppressor", Alarm),
            (2, "composite", Alarm),
            (6, "suppressor", Fine),
            (8, "suppressor", Alarm),
            (10, "suppressor", Fine),
        ];
        assert_eq!(run(&changes), [(13, Alarm)]);
    }

    #[test]
    fn a_suppressor_without_anything_to_suppress_does_nothing() {
        assert_eq!(run(&[(1, "suppressor", Alarm), (3, "suppressor", Fine), (8, "composite", Alarm)]), [(10, Alarm)]);
    }
}
