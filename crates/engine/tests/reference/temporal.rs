//! Dates, times and timestamps: formats are exact, days exist, bounds stand in ISO 8601.

use serde_json::{Value, json};

use crate::harness::{Sheet, refuses, takes};

fn kind(kind: &str, options: Value) -> Value {
    json!({"logicalType": kind, "logicalTypeOptions": options})
}

#[test]
fn days_that_exist() {
    let date = || kind("date", json!({}));
    takes(
        date(),
        json!({}),
        &[
            ("2024-02-29", "2024-02-29"),
            ("2000-02-29", "2000-02-29"),
            ("1582-10-10", "1582-10-10"),
            ("9999-12-31", "9999-12-31"),
            ("0001-01-01", "0001-01-01"),
        ],
    );
    let wrong = [
        "2023-02-29",
        "1900-02-29",
        "2024-04-31",
        "2024-00-10",
        "2024-13-01",
        "2024-01-00",
        "2024-01-32",
        "2024-1-01",
        "24-01-01",
        "2024-01-01 ",
        "2024-01-01Z",
        "2024-01-01T00:00:00",
        "-2024-01-01",
        "+2024-01-01",
        "20240101",
        "2024/01/01",
        "١٢٣٤-01-01",
        "2024-01",
        "10000-01-01",
        "0000-01-01",
    ];
    refuses(date(), json!({}), "type-error", &wrong);
}

#[test]
fn two_letters_are_two_digits() {
    let exact = || kind("date", json!({"format": "dd/MM/yyyy"}));
    takes(exact(), json!({}), &[("01/02/2024", "2024-02-01")]);
    refuses(exact(), json!({}), "type-error", &["1/2/2024", "01/02/24", "01-02-2024", "01/02/2024 ", "001/02/2024"]);
    let loose = || kind("date", json!({"format": "d.M.yyyy"}));
    takes(
        loose(),
        json!({}),
        &[("1.2.2024", "2024-02-01"), ("01.02.2024", "2024-02-01"), ("31.12.2024", "2024-12-31")],
    );
    refuses(loose(), json!({}), "type-error", &["001.2.2024", "1.2.24"]);
    takes(kind("date", json!({"format": "yyyyMMdd"})), json!({}), &[("20240229", "2024-02-29")]);
    takes(
        kind("date", json!({"format": "dd.MM.yy"})),
        json!({}),
        &[("31.12.99", "2099-12-31"), ("01.01.00", "2000-01-01")],
    );
    takes(kind("date", json!({"format": "d MMM yyyy"})), json!({}), &[("5 Jan 2024", "2024-01-05")]);
    takes(kind("date", json!({"format": "MMMM d, yyyy"})), json!({}), &[("February 29, 2024", "2024-02-29")]);
    refuses(kind("date", json!({"format": "d MMM yyyy"})), json!({}), "type-error", &["5 Xyz 2024", "5 January 2024"]);
    takes(kind("date", json!({"format": "EEE, d MMM yyyy"})), json!({}), &[("Fri, 5 Jan 2024", "2024-01-05")]);
    refuses(kind("date", json!({"format": "EEE, d MMM yyyy"})), json!({}), "type-error", &["Mon, 5 Jan 2024"]);
    takes(
        kind("date", json!({"format": "yyyy-DDD"})),
        json!({}),
        &[("2024-366", "2024-12-31"), ("2023-001", "2023-01-01")],
    );
    refuses(kind("date", json!({"format": "yyyy-DDD"})), json!({}), "type-error", &["2023-366", "2023-000"]);
}

#[test]
fn times_of_day() {
    let time = || kind("time", json!({}));
    takes(
        time(),
        json!({}),
        &[
            ("00:00:00", "00:00:00"),
            ("23:59:59", "23:59:59"),
            ("12:00:00.5", "12:00:00.5"),
            ("12:00:00.123456", "12:00:00.123456"),
        ],
    );
    refuses(
        time(),
        json!({}),
        "type-error",
        &["24:00:00", "12:60:00", "12:00:60", "12:00:61", "1:00:00", "12:00", "12:00:00.", "12:00:00,5", "12:00:00 PM"],
    );
    let spoken = || kind("time", json!({"format": "h:mm a"}));
    takes(
        spoken(),
        json!({}),
        &[("12:00 AM", "00:00:00"), ("12:30 PM", "12:30:00"), ("1:05 PM", "13:05:00"), ("11:59 AM", "11:59:00")],
    );
    refuses(spoken(), json!({}), "type-error", &["13:00 PM", "0:30 AM", "1:05", "1:5 PM"]);
    let millis = || kind("time", json!({"format": "HH:mm:ss.SSS"}));
    takes(millis(), json!({}), &[("15:02:37.143", "15:02:37.143")]);
    refuses(millis(), json!({}), "type-error", &["15:02:37.14", "15:02:37.1430", "15:02:37"]);
}

#[test]
fn points_in_time() {
    let zoned = || kind("timestamp", json!({"timezone": true}));
    takes(
        zoned(),
        json!({}),
        &[
            ("2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z"),
            ("2024-01-01T10:00:00+02:00", "2024-01-01T08:00:00Z"),
            ("2024-01-01T00:30:00+14:00", "2023-12-31T10:30:00Z"),
            ("2024-01-01T10:00:00.25-05:30", "2024-01-01T15:30:00.25Z"),
        ],
    );
    refuses(
        zoned(),
        json!({}),
        "type-error",
        &[
            "2024-01-01T24:00:00Z",
            "2024-01-01T10:00:00+25:00",
            "2024-01-01T10:00:00+02:60",
            "2024-01-01T10:00:00+2",
            "2024-01-01 10:00:00Z",
            "2023-02-29T10:00:00Z",
            "2024-01-01T10:00:00z+",
            "2024-01-01",
        ],
    );
    let local = || kind("timestamp", json!({"timezone": false}));
    takes(
        local(),
        json!({}),
        &[("2024-01-01T10:00:00", "2024-01-01T10:00:00"), ("1969-12-31T23:59:59.5", "1969-12-31T23:59:59.5")],
    );
    refuses(local(), json!({}), "type-error", &["2024-01-01T10:00:00Z", "2024-01-01T10:00:00+02:00"]);
}

#[test]
fn a_text_without_a_zone_is_read_in_the_default_one() {
    let madrid = || {
        kind(
            "timestamp",
            json!({"timezone": true, "defaultTimezone": "Europe/Madrid", "format": "yyyy-MM-dd HH:mm:ss"}),
        )
    };
    takes(
        madrid(),
        json!({}),
        &[("2024-01-01 10:00:00", "2024-01-01T09:00:00Z"), ("2024-07-01 10:00:00", "2024-07-01T08:00:00Z")],
    );
    // The clocks jump over 02:30 on 31 March 2024, which never was. In October 02:30 comes twice: the first is meant.
    takes(madrid(), json!({}), &[("2024-10-27 02:30:00", "2024-10-27T00:30:00Z")]);
    refuses(madrid(), json!({}), "type-error", &["2024-03-31 02:30:00", "2024-03-31 02:00:00"]);
    takes(madrid(), json!({}), &[("2024-03-31 01:59:59", "2024-03-31T00:59:59Z")]);
}

#[test]
fn hours_that_come_twice_are_counted() {
    let at = json!({"name": "at", "logicalType": "timestamp", "logicalTypeOptions": {"format": "yyyy-MM-dd HH:mm",
        "timezone": true, "defaultTimezone": "Europe/Madrid"}});
    let n = json!({"name": "n", "logicalType": "integer"});
    let rows = "2024-10-27 02:30,1\n2024-10-27 02:30,2\n2024-10-27 02:30,x\n2024-10-27 03:00,3\n";
    for column in [at.clone(), {
        let mut key = at;
        key["quality"] = json!([{"metric": "nullValues", "mustBeLessThan": 9}]);
        key
    }] {
        let run = Sheet::new([column, n.clone()]).check(format!("at,n\n{rows}"));
        assert_eq!(run.counts(), [4, 3, 1]);
        assert!(run.verdict.warnings[0].contains("`at`: 2 clock times came twice"), "{:?}", run.verdict.warnings);
    }
}

#[test]
fn bounds_of_days_and_moments() {
    let june =
        || kind("date", json!({"format": "d/M/yyyy", "minimum": "2024-06-01", "exclusiveMaximum": "2024-07-01"}));
    takes(june(), json!({}), &[("1/6/2024", "2024-06-01"), ("30/6/2024", "2024-06-30")]);
    refuses(june(), json!({}), "constraint-error", &["31/5/2024", "1/7/2024"]);
    let hours = || kind("time", json!({"minimum": "09:00:00", "maximum": "17:00:00"}));
    takes(hours(), json!({}), &[("09:00:00", "09:00:00"), ("17:00:00", "17:00:00")]);
    refuses(hours(), json!({}), "constraint-error", &["08:59:59", "17:00:00.000001"]);
    let year = || kind("timestamp", json!({"timezone": true, "minimum": "2024-01-01T00:00:00Z"}));
    takes(year(), json!({}), &[("2024-01-01T02:00:00+02:00", "2024-01-01T00:00:00Z")]);
    refuses(year(), json!({}), "constraint-error", &["2024-01-01T01:59:59+02:00"]);
}

#[test]
fn fractions_finer_than_a_microsecond() {
    // The column holds microseconds: what is finer is no value of it, and nothing is cut.
    takes(kind("time", json!({})), json!({}), &[("12:00:00.123456000", "12:00:00.123456")]);
    refuses(kind("time", json!({})), json!({}), "type-error", &["12:00:00.1234567890", "23:59:59.999999999"]);
    let fine = |kind: &str, physical: &str| json!({"logicalType": kind, "physicalType": physical});
    takes(fine("time", "TIME(9)"), json!({}), &[("23:59:59.999999999", "23:59:59.999999999")]);
    takes(
        fine("timestamp", "TIMESTAMP(9)"),
        json!({}),
        &[("2024-01-01T00:00:00.000000111", "2024-01-01T00:00:00.000000111")],
    );
    refuses(fine("timestamp", "TIMESTAMP(9)"), json!({}), "type-error", &["2263-01-01T00:00:00"]);
    takes(fine("timestamp", "TIMESTAMP(3)"), json!({}), &[("2024-01-01T00:00:00.5", "2024-01-01T00:00:00.5")]);
    refuses(fine("timestamp", "TIMESTAMP(3)"), json!({}), "type-error", &["2024-01-01T00:00:00.0005"]);
    let bounds = json!({"logicalType": "timestamp", "physicalType": "TIMESTAMP(9)",
        "logicalTypeOptions": {"minimum": "2024-01-01T00:00:00.000000001"}});
    takes(bounds.clone(), json!({}), &[("2024-01-01T00:00:00.000000001", "2024-01-01T00:00:00.000000001")]);
    refuses(bounds, json!({}), "constraint-error", &["2024-01-01T00:00:00"]);
}
