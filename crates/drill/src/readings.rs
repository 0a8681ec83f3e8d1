//! The content of the drills' files.

/// The header.
const HEADER: &str = "station,taken_at,celsius\n";

/// So many good rows of a station of its own: no two numbers give a row in common.
pub(crate) fn good(number: usize, rows: u64) -> String {
    let mut text = HEADER.to_owned();
    for row in 0..rows {
        let (hour, minute) = (row / 60 % 24, row % 60);
        let (day, degrees) = (1 + row / 1440 % 28, row % 40);
        text += &format!("DRL{number:05},2026-01-{day:02}T{hour:02}:{minute:02}:00Z,{degrees}.25\n");
    }
    text
}

/// The same with as many rows behind them that are warmer than the contract lets a reading be.
pub(crate) fn too_warm(number: usize, good_rows: u64, bad_rows: u64) -> String {
    let mut text = good(number, good_rows);
    for row in 0..bad_rows {
        text += &format!("DRL{number:05},2026-02-01T{:02}:{:02}:00Z,61.5\n", row / 60 % 24, row % 60);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_as_many_as_asked_for() {
        assert_eq!(good(7, 3).lines().count(), 4);
        assert!(good(7, 1).ends_with("DRL00007,2026-01-01T00:00:00Z,0.25\n"));
        assert_eq!(too_warm(7, 3, 2).lines().count(), 6);
    }
}
