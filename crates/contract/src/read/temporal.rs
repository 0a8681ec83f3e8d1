//! Dates, times and timestamps: format, zone and bounds.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
    tz::{AmbiguousOffset, TimeZone},
};

use atalaya_document::nearest;

use super::{Reader, property::MICROSECONDS};
use crate::{DateTimePattern, LogicalType, PatternItem, TemporalOptions, cursor::Cursor};

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
    pub(super) fn date(&mut self, options: Option<&Cursor<'_>>, precision: u8) -> LogicalType {
        let Some(options) = options else { return LogicalType::Date(without_zone(DateTimePattern::iso_date())) };
        let format = self.format(options).unwrap_or_else(DateTimePattern::iso_date);
        if format.has_hour() && self.dates_may_have_hours() {
            return LogicalType::Timestamp(self.timestamp_options(Some(options), precision));
        }
        if format.has_hour() || format.has_zone() {
            self.problem_at_format(options, "the format of a date has hours or a zone", "write logicalType: timestamp");
        } else if !format.has_day() {
            let hint = match format.has_minute() {
                true => "`m` is the minute; write MM for the month",
                false => "it needs year, month and day",
            };
            self.problem_at_format(options, "the format does not fix a day", hint);
        } else if format.has_clock_part() {
            let hint = "leave them out, or write logicalType: timestamp; `m` is the minute, `M` is the month";
            self.problem_at_format(options, "the format of a date has letters of a time", hint);
        }
        let bounds =
            self.bounds(options, |reader, at| reader.bound(at, "a day such as 2024-01-31", |text| day(text).map(days)));
        LogicalType::Date(TemporalOptions { bounds, ..without_zone(format) })
    }

    pub(super) fn time(&mut self, options: Option<&Cursor<'_>>, precision: u8) -> LogicalType {
        let options_of = |format| TemporalOptions { precision, ..without_zone(format) };
        let Some(options) = options else { return LogicalType::Time(options_of(DateTimePattern::iso_time())) };
        let format = self.format(options).unwrap_or_else(DateTimePattern::iso_time);
        if !format.has_hour() {
            self.problem_at_format(options, "the format does not fix an hour", "write for example HH:mm:ss");
        }
        if format.has_day() {
            self.problem_at_format(options, "the format of a time has a day", "write logicalType: timestamp");
        } else if format.has_day_part() && format.has_hour() {
            let hint = "leave them out; `M` is the month, `m` is the minute";
            self.problem_at_format(options, "the format of a time has letters of a day", hint);
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
                let time = (!text.contains(['-', 'T', ' '])).then(|| text.parse::<Time>().ok()).flatten()?;
                units(time.duration_since(Time::midnight()), precision)
            })
        });
        LogicalType::Time(TemporalOptions { bounds, ..options_of(format) })
    }

    /// A timestamp stands for a point in time when its text says a zone or the contract does.
    pub(super) fn timestamp_options(&mut self, options: Option<&Cursor<'_>>, precision: u8) -> TemporalOptions {
        let Some(options) = options else {
            return TemporalOptions { precision, ..without_zone(DateTimePattern::iso_timestamp(false)) };
        };
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
            let hint = match (format.has_day(), format.has_minute(), format.has_hour()) {
                (false, true, true) => "it needs a day, such as yyyy-MM-dd; `m` is the minute, `M` is the month",
                _ => "it needs a day and an hour, such as yyyy-MM-dd HH:mm:ss",
            };
            self.problem_at_format(options, "the format does not fix a point in time", hint);
        }
        let default_zone = zone.unwrap_or_else(|| "UTC".to_owned());
        let bounds = self.bounds(options, |reader, at| reader.instant(at, has_zone, &default_zone, precision));
        TemporalOptions { format, bounds, precision, has_zone, default_zone }
    }

    fn instant(&mut self, at: &Cursor<'_>, has_zone: bool, default_zone: &str, precision: u8) -> Option<i64> {
        let text = at.node.text()?;
        if let Ok(instant) = text.parse::<Timestamp>() {
            if !has_zone {
                let hint = "leave the offset out, or write timezone: true";
                self.problem(at, "the bound has an offset, but the column has none", hint);
            }
            return self.bound(at, "", |_| units(instant.duration_since(Timestamp::UNIX_EPOCH), precision));
        }
        self.bound(at, "a point in time such as 2024-01-31T18:30:00", |text| {
            let local = text.parse::<DateTime>().ok()?;
            if !has_zone {
                return units(since_epoch(local), precision);
            }
            // The zone was looked up before; a wrong one is told there.
            let zone = TimeZone::get(default_zone).unwrap_or(TimeZone::UTC);
            let ambiguous = zone.to_ambiguous_timestamp(local);
            let is_skipped = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
            let instant = (!is_skipped).then(|| ambiguous.earlier().ok()).flatten()?;
            units(instant.duration_since(Timestamp::UNIX_EPOCH), precision)
        })
    }

    fn bound(&mut self, at: &Cursor<'_>, wanted: &str, read: impl FnOnce(&str) -> Option<i64>) -> Option<i64> {
        let text = at.node.text()?;
        let value = read(text);
        if value.is_none() {
            let hint = match wanted {
                "" => "it is beyond what the column can hold, or finer: see physicalType".to_owned(),
                _ => format!(
                    "bounds are written in ISO 8601, whatever the format, no finer than the column, and at a time that was: {wanted}"
                ),
            };
            self.problem(at, format!("`{text}` cannot be read as a bound"), hint);
        }
        value
    }

    /// The format, when the contract gives one. One that cannot be read is told and counts as none.
    fn format(&mut self, options: &Cursor<'_>) -> Option<DateTimePattern> {
        let at = options.key("format")?;
        match DateTimePattern::parse(at.node.text()?) {
            Ok(pattern) => {
                pattern.remarks().for_each(|remark| self.notes.one(&at, remark));
                Some(pattern)
            }
            Err(error) => {
                let hint = "formats are written in the letters of Java's DateTimeFormatter, such as dd/MM/yyyy HH:mm";
                self.problem(&at, error.to_string(), hint);
                None
            }
        }
    }

    fn problem_at_format(&mut self, options: &Cursor<'_>, message: &str, hint: &str) {
        let at = options.key("format").unwrap_or_else(|| options.clone());
        self.problem(&at, message, hint);
    }

    fn zone(&mut self, options: &Cursor<'_>) -> Option<String> {
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
    TemporalOptions {
        format,
        bounds: crate::Bounds::default(),
        precision: MICROSECONDS,
        has_zone: false,
        default_zone: "UTC".to_owned(),
    }
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

/// A duration in the unit of a column's values: microseconds, or nanoseconds for more than six digits of a fraction. None
/// where it is finer than the column, or beyond its range.
fn units(duration: SignedDuration, precision: u8) -> Option<i64> {
    let unit = 10_i128.pow(u32::from(9 - precision.min(9)));
    let nanoseconds = duration.as_nanos();
    let is_whole = nanoseconds % unit == 0;
    let units = if precision > MICROSECONDS { nanoseconds } else { nanoseconds / 1000 };
    is_whole.then(|| i64::try_from(units).ok()).flatten()
}
