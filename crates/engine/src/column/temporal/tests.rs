use super::*;

fn temporal(pattern: &str, target: Target, has_zone: bool, zone: &str) -> Temporal {
    of_precision(6, pattern, target, has_zone, zone)
}

fn of_precision(precision: u8, pattern: &str, target: Target, has_zone: bool, zone: &str) -> Temporal {
    let format = match pattern {
        "iso" => DateTimePattern::iso_timestamp(has_zone),
        text => DateTimePattern::parse(text).expect(text),
    };
    let bounds = Bounds::default();
    let options = TemporalOptions { format, bounds, precision, has_zone, default_zone: zone.to_owned() };
    Temporal::new(&options, target).expect(pattern)
}

fn read(temporal: &Temporal, text: &str) -> Option<i64> {
    temporal.read(text.as_bytes()).map(|read| read.0)
}

#[test]
fn dates_are_exact() {
    let iso = temporal("yyyy-MM-dd", Target::Date, false, "UTC");
    assert_eq!(read(&iso, "1970-01-02"), Some(1));
    for text in ["1970-1-2", "1970-02-30", "1970-01-02 ", "70-01-02", "1970/01/02", "1970-13-01", "", "1970-01"] {
        assert_eq!(read(&iso, text), None, "{text:?}");
    }
    assert_eq!((read(&iso, "0000-01-01"), read(&iso, "0001-01-01")), (None, Some(-719_162)));
    let short = temporal("d/M/yyyy", Target::Date, false, "UTC");
    assert_eq!(read(&short, "2/1/1970"), Some(1));
    assert_eq!(read(&short, "02/01/1970"), Some(1));
    let named = temporal("EEE, dd MMM yy", Target::Date, false, "UTC");
    assert_eq!(read(&named, "Sat, 01 Jan 00"), Some(10_957));
    assert_eq!(read(&named, "Sun, 01 Jan 00"), None);
}

#[test]
fn parts_that_say_the_same_must_agree() {
    let twice = temporal("yyyy-MM-dd DDD", Target::Date, false, "UTC");
    assert_eq!(read(&twice, "2024-02-01 032"), Some(19_754));
    assert_eq!(twice.reason(b"2024-02-01 100"), Some(Unread::Conflict));
    assert_eq!(twice.reason(b"2024-02-01 000"), Some(Unread::Day));
    let optional = temporal("yyyy-MM-dd[ MMM]", Target::Date, false, "UTC");
    assert_eq!((read(&optional, "1970-01-02 Jan"), read(&optional, "1970-01-02")), (Some(1), Some(1)));
    assert_eq!(read(&optional, "1970-01-02 Feb"), None);
    let clocks = temporal("HH:mm[ h][ a]", Target::Time, false, "UTC");
    assert_eq!(read(&clocks, "13:00 1 PM"), Some(13 * 3600 * MICROS));
    assert_eq!(clocks.reason(b"13:00 2 PM"), Some(Unread::Conflict));
    let fractions = temporal("HH:mm:ss[.SSSSSS][,SSS]", Target::Time, false, "UTC");
    assert_eq!(read(&fractions, "12:00:00.123456,999"), None);
    let zones = temporal("yyyy-MM-dd HH:mm[ VV][ VV]", Target::Timestamp, true, "UTC");
    assert_eq!(read(&zones, "2024-07-01 12:00 Europe/Rome Asia/Tokyo"), None);
    let zoned = temporal("yyyy-MM-dd HH:mmXXX VV", Target::Timestamp, true, "UTC");
    assert!(read(&zoned, "2024-07-01 02:00+02:00 Europe/Madrid").is_some());
    assert_eq!(zoned.reason(b"2024-07-01 02:00+01:00 Europe/Madrid"), Some(Unread::Conflict));
}

#[test]
fn times_count_microseconds_or_nanoseconds_and_lose_no_digit() {
    let clock = temporal("h:mm a", Target::Time, false, "UTC");
    assert_eq!(read(&clock, "12:30 AM"), Some(30 * 60 * MICROS));
    assert_eq!(read(&clock, "1:05 PM"), Some((13 * 60 + 5) * 60 * MICROS));
    assert_eq!(clock.reason(b"13:05 PM"), Some(Unread::Clock));
    assert_eq!(clock.reason(b"0:05 AM"), Some(Unread::Clock));
    let half = temporal("h:mm[ a]", Target::Time, false, "UTC");
    assert_eq!(half.reason(b"1:05"), Some(Unread::NoHalf));
    let fine = temporal("HH:mm:ss.SSSSSSSSS", Target::Time, false, "UTC");
    assert_eq!(read(&fine, "00:00:01.000001000"), Some(MICROS + 1));
    assert_eq!(fine.reason(b"00:00:01.000001999"), Some(Unread::Fine));
    assert_eq!(read(&fine, "00:00:60.000000000"), None);
    let finer = of_precision(9, "HH:mm:ss.SSSSSSSSS", Target::Time, false, "UTC");
    assert_eq!(read(&finer, "00:00:01.000001999"), Some(NANOS + 1999));
    let coarse = of_precision(3, "iso", Target::Timestamp, false, "UTC");
    assert_eq!(read(&coarse, "1970-01-01T00:00:00.25"), Some(MICROS / 4));
    assert_eq!(coarse.reason(b"1970-01-01T00:00:00.0001"), Some(Unread::Fine));
    assert_eq!(coarse.reason(b"1970-01-01T00:00:00.1234567890123"), Some(Unread::Fine));
    let nanos = of_precision(9, "iso", Target::Timestamp, false, "UTC");
    assert_eq!(read(&nanos, "2262-04-11T23:47:16.854775807"), Some(i64::MAX));
    assert_eq!(read(&nanos, "1677-09-21T00:12:43.145224192"), Some(i64::MIN));
    assert_eq!(nanos.reason(b"1677-09-21T00:12:43.145224191"), Some(Unread::Range));
    assert_eq!(nanos.reason(b"2262-04-11T23:47:16.854775808"), Some(Unread::Range));
}

#[test]
fn timestamps_become_utc_where_they_are_points_in_time() {
    let iso = temporal("iso", Target::Timestamp, true, "UTC");
    assert_eq!(read(&iso, "1970-01-01T00:00:01Z"), Some(MICROS));
    assert_eq!(read(&iso, "1970-01-01T02:00:00.5+02:00"), Some(MICROS / 2));
    assert_eq!(iso.reason(b"9999-12-31T23:59:59-01:00"), Some(Unread::Year));
    assert_eq!(iso.reason(b"0001-01-01T00:00:00+01:00"), Some(Unread::Year));
    let madrid = temporal("yyyy-MM-dd HH:mm:ss", Target::Timestamp, true, "Europe/Madrid");
    assert_eq!(read(&madrid, "2024-07-01 02:00:00"), read(&iso, "2024-07-01T00:00:00Z"));
    assert_eq!(read(&madrid, "2024-01-01 01:00:00"), read(&iso, "2024-01-01T00:00:00Z"));
    let wall = temporal("iso", Target::Timestamp, false, "UTC");
    assert_eq!(read(&wall, "1970-01-01T00:00:01"), Some(MICROS));
    let zoned = temporal("yyyy-MM-dd HH:mm VV", Target::Timestamp, true, "UTC");
    assert_eq!(read(&zoned, "2024-07-01 02:00 Europe/Madrid"), read(&iso, "2024-07-01T00:00:00Z"));
    assert_eq!(zoned.reason(b"2024-07-01 02:00 Europe/Atlantis"), Some(Unread::Zone));
}

#[test]
fn hours_that_a_zone_skips_are_none_and_of_those_it_repeats_the_earlier_counts() {
    let iso = temporal("iso", Target::Timestamp, true, "UTC");
    for (zone, skipped, repeated, earlier) in [
        ("Europe/Madrid", "2024-03-31 02:30:00", "2024-10-27 02:30:00", "2024-10-27T00:30:00Z"),
        ("America/New_York", "2024-03-10 02:00:00", "2024-11-03 01:59:59", "2024-11-03T05:59:59Z"),
        // Half an hour, south of the equator.
        ("Australia/Lord_Howe", "2024-10-06 02:15:00", "2024-04-07 01:45:00", "2024-04-06T14:45:00Z"),
    ] {
        let local = temporal("yyyy-MM-dd HH:mm:ss", Target::Timestamp, true, zone);
        assert_eq!(local.reason(skipped.as_bytes()), Some(Unread::Skipped), "{zone}");
        let (value, rules) = local.read(repeated.as_bytes()).expect("a time");
        assert_eq!((Some(value), rules), (read(&iso, earlier), Rules::REPEATED_HOUR), "{zone}");
    }
    let both = temporal("yyyy-MM-dd HH:mm:ssXXX", Target::Timestamp, true, "Europe/Madrid");
    let (_, rules) = both.read(b"2024-10-27 02:30:00+01:00").expect("a time");
    assert!(rules.is_empty(), "the offset says which of the two it is");
}
