//! The subject of a notification.

use crate::alarm::State;

/// A subject's greatest length in characters.
const MOST_CHARACTERS: usize = 100;

/// `ALARM: "orders-errors" in EU (Ireland)`; a long name is cut and ends with `...`, so that the whole has 100
/// characters.
pub(super) fn subject(state: State, alarm: &str, region: &str) -> String {
    let around = state.as_str().len() + ": \"\" in ".len() + region.chars().count();
    let room = MOST_CHARACTERS - around;
    if alarm.chars().count() <= room {
        return format!("{}: \"{alarm}\" in {region}", state.as_str());
    }
    let cut: String = alarm.chars().take(room - 3).collect();
    format!("{}: \"{cut}...\" in {region}", state.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_to_a_hundred_characters() {
        assert_eq!(subject(State::Alarm, "orders-errors", "EU (Ireland)"), r#"ALARM: "orders-errors" in EU (Ireland)"#);
        let fits = "x".repeat(100 - r#"OK: "" in EU (Ireland)"#.len());
        assert_eq!(subject(State::Ok, &fits, "EU (Ireland)").len(), 100);
        let long = subject(State::Ok, &format!("{fits}y"), "EU (Ireland)");
        assert_eq!(long.len(), 100);
        assert!(long.ends_with(r#"x..." in EU (Ireland)"#), "{long}");
        let most = subject(State::InsufficientData, &"é".repeat(255), "US West (N. California)");
        assert_eq!(most.chars().count(), 100);
    }
}
