//! Times as AWS's clients have them.

use aws_smithy_types::DateTime;
use jiff::Timestamp;

/// A time of a client; nothing where it is beyond what a timestamp can hold.
#[must_use]
pub fn timestamp(at: &DateTime) -> Option<Timestamp> {
    Timestamp::from_nanosecond(at.as_nanos()).ok()
}

/// The same for a client, to the millisecond.
#[must_use]
pub fn datetime(at: Timestamp) -> DateTime {
    DateTime::from_millis(at.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_survives_the_way_there_and_back() {
        let at = Timestamp::from_millisecond(1_767_225_600_500).expect("a time");
        assert_eq!(timestamp(&datetime(at)), Some(at));
        assert_eq!(timestamp(&DateTime::from_secs(i64::MAX)), None);
    }
}
