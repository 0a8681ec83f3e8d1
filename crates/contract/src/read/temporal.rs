//! Dates, times and timestamps: format, zone and bounds.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use atalaya_document::nearest;

use super::Reader;
use crate::{DateTimePattern, LogicalType, PatternItem, TemporalOptions, at::At};

/// Zones whose names people misspell most.
const ZONES: &[&str] = &[
    "UTC",
    "Etc/UTC",
    "Europe/Madrid",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/Rome",
    "Europe/Lisbon",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Australia/Sydney",
];

impl Reader {
    pub(super) fn date(&mut self, options: Option<&At<'_>>) -> LogicalType {
        let Some(options) = options else { return LogicalType::Date(without_zone(DateTimePattern::iso_date())) };
        let format = self.format(options).unwrap_or_else(DateTimePattern::iso_date);
        if format.has_hour() && self.dates_may_have_hours() {
            return LogicalType::Timestamp(self.timestamp_options(Some(options)));
        }
        if format.has_hour() || format.has_zone() {
            self.problem_at_format(options, "the format of a date has hours or a zone", "write logicalType: timestamp");
        } else if !format.has_day() {
            self.problem_at_format(options, "the format does not fix a day", "it needs year, month and day");
        }
        let bounds =
            self.bounds(options, |reader, at| reader.bound(at, "a day such as 2024-01-31", |text| day(text).map(days)));
        LogicalType::Date(TemporalOptions { bounds, ..without_zone(format) })
    }

    pub(super) fn time(&mut self, options: Option<&At<'_>>) -> LogicalType {
        let Some(options) = options else { return LogicalType::Time(without_zone(DateTimePattern::iso_time())) };
        let format = self.format(options).unwrap_or_else(DateTimePattern::iso_time);
        if !format.has_hour() {
            self.problem_at_format(options, "the format does not fix an hour", "write for example HH:mm:ss");
        }
        if format.has_day() {
            self.problem_at_format(options, "the format of a time has a day", "write logicalType: timestamp");
        }
        if options.is_true("timezone") || format.has_zone() {
            let hint = "write logicalType: timestamp, or leave the zone out";
            self.problem(options, "a time of day with a zone is not supported in this release", hint);
        }
        if let Some(zone) = options.key("defaultTimezone") {
            self.notes.one(&zone, "a time of day has no zone");
        }
        let bounds = self.bounds(options, |reader, at| {
            reader.bound(at, "a time such as 18:30:00", |text| {
                (!text.contains(['-', 'T', ' '])).then(|| text.parse::<Time>().ok()).flatten().map(microseconds_of_day)
            })
        });
        LogicalType::Time(TemporalOptions { bounds, ..without_zone(format) })
    }

    /// A timestamp stands for a point in time when its text says a zone or the contract does.
    pub(super) fn timestamp_options(&mut self, options: Option<&At<'_>>) -> TemporalOptions {
        let Some(options) = options else { return without_zone(DateTimePattern::iso_timestamp(false)) };
        let format = self.format(options);
        let zone = self.zone(options);
        let says_zone = format.as_ref().is_some_and(DateTimePattern::has_zone);
        let declared = options.key("timezone").map(|_| options.is_true("timezone"));
        if declared == Some(false) && says_zone {
            let hint = "write timezone: true, or take the zone out of the format";
            self.problem_at_format(options, "the format has a zone, but timezone is false", hint);
        }
        let has_zone = declared == Some(true) || zone.is_some() || says_zone;
        let format = format.unwrap_or_else(|| iso(declared == Some(true), zone.is_some()));
        if !format.has_day() || !format.has_hour() {
            let hint = "it needs a day and an hour, such as yyyy-MM-dd HH:mm:ss";
            self.problem_at_format(options, "the format does not fix a point in time", hint);
        }
        let default_zone = zone.unwrap_or_else(|| "UTC".to_owned());
        let bounds = self.bounds(options, |reader, at| reader.instant(at, has_zone, &default_zone));
        TemporalOptions { format, bounds, has_zone, default_zone }
    }

    fn instant(&mut self, at: &At<'_>, has_zone: bool, default_zone: &str) -> Option<i64> {
        let text = at.node.text()?;
        if let Ok(instant) = text.parse::<Timestamp>() {
            if !has_zone {
                let hint = "leave the offset out, or write timezone: true";
                self.problem(at, "the bound has an offset, but the column has none", hint);
            }
            return Some(instant.as_microsecond());
        }
        self.bound(at, "a point in time such as 2024-01-31T18:30:00", |text| {
            let local = text.parse::<DateTime>().ok()?;
            if !has_zone {
                return i64::try_from(since_epoch(local).as_micros()).ok();
            }
            // The zone was looked up before; a wrong one is told there.
            let zone = TimeZone::get(default_zone).unwrap_or(TimeZone::UTC);
            Some(local.to_zoned(zone).ok()?.timestamp().as_microsecond())
        })
    }

    fn bound(&mut self, at: &At<'_>, wanted: &str, read: impl FnOnce(&str) -> Option<i64>) -> Option<i64> {
        let text = at.node.text()?;
        let value = read(text);
        if value.is_none() {
            let hint = format!("bounds are written in ISO 8601, whatever the format: {wanted}");
            self.problem(at, format!("`{text}` cannot be read as a bound"), hint);
        }
        value
    }

    /// The format, when the contract gives one. One that cannot be read is told and counts as none.
    fn format(&mut self, options: &At<'_>) -> Option<DateTimePattern> {
        let at = options.key("format")?;
        match DateTimePattern::parse(at.node.text()?) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let hint = "formats are written in the letters of Java's DateTimeFormatter, such as dd/MM/yyyy HH:mm";
                self.problem(&at, error.to_string(), hint);
                None
            }
        }
    }

    fn problem_at_format(&mut self, options: &At<'_>, message: &str, hint: &str) {
        let at = options.key("format").unwrap_or_else(|| options.clone());
        self.problem(&at, message, hint);
    }

    fn zone(&mut self, options: &At<'_>) -> Option<String> {
        let at = options.key("defaultTimezone")?;
        let name = at.node.text()?;
        if TimeZone::get(name).is_err() {
            let hint = nearest::word(name, ZONES.iter().copied()).map_or_else(
                || "write an IANA name such as Europe/Madrid".to_owned(),
                |zone| format!("did you mean `{zone}`?"),
            );
            self.problem(&at, format!("`{name}` is no known time zone"), hint);
        }
        Some(name.to_owned())
    }
}

fn without_zone(format: DateTimePattern) -> TemporalOptions {
    TemporalOptions { format, bounds: crate::Bounds::default(), has_zone: false, default_zone: "UTC".to_owned() }
}

/// The ISO default: with an offset where the text has one, with an optional one where a default zone stands in for it.
fn iso(says_zone: bool, has_default: bool) -> DateTimePattern {
    let mut pattern = DateTimePattern::iso_timestamp(says_zone);
    if says_zone && has_default {
        let offset = pattern.items.pop().expect("the pattern ends with the offset");
        pattern.items.push(PatternItem::Optional(vec![offset]));
        pattern.text = pattern.text.replace("XXX", "[XXX]");
    }
    pattern
}

/// A day alone: jiff would also take the day of a point in time.
fn day(text: &str) -> Option<Date> {
    (!text.contains(['T', 't', ' ', ':'])).then(|| text.parse().ok()).flatten()
}

fn since_epoch(local: DateTime) -> SignedDuration {
    local.duration_since(Date::constant(1970, 1, 1).at(0, 0, 0, 0))
}

fn days(day: Date) -> i64 {
    since_epoch(day.at(0, 0, 0, 0)).as_hours() / 24
}

fn microseconds_of_day(time: Time) -> i64 {
    let elapsed = time.duration_since(Time::midnight());
    elapsed.as_secs() * 1_000_000 + i64::from(elapsed.subsec_micros())
}
