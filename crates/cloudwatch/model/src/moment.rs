//! How CloudWatch writes a moment. All are UTC.

use jiff::Timestamp;

fn timestamp(at: i64) -> Timestamp {
    let (least, most) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(at.clamp(least, most)).expect("the second is inside the calendar")
}

/// `2024-07-05T15:19:31.000+0000`, as in notifications and reason data.
pub(crate) fn with_offset(at: i64) -> String {
    timestamp(at).strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string()
}

/// `2024-07-05T15:19:31Z`, as on EventBridge.
pub(crate) fn zulu(at: i64) -> String {
    timestamp(at).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `05/07/24 15:19:00`, as in a metric alarm's reason.
pub(crate) fn day_first(at: i64) -> String {
    timestamp(at).strftime("%d/%m/%y %H:%M:%S").to_string()
}

/// `Wednesday 10 November, 2021 02:45:55 UTC`, as in a composite alarm's reason.
pub(crate) fn spoken(at: i64) -> String {
    timestamp(at).strftime("%A %d %B, %Y %H:%M:%S UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_four_ways() {
        let at = 1_636_512_355;
        assert_eq!(with_offset(at), "2021-11-10T02:45:55.000+0000");
        assert_eq!(zulu(at), "2021-11-10T02:45:55Z");
        assert_eq!(day_first(at), "10/11/21 02:45:55");
        assert_eq!(spoken(at), "Wednesday 10 November, 2021 02:45:55 UTC");
        assert!(zulu(i64::MAX).starts_with("9999"));
    }
}
