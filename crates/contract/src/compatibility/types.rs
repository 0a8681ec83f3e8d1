//! The type of a column and what its values must be.

use std::fmt::Display;

use super::{Changes, Effect, shown};
use crate::{Bounds, DecimalType, Literal, LogicalType, NumberOptions, StringOptions, TemporalOptions};

pub(super) fn compare(changes: &mut Changes, place: &str, old: &LogicalType, new: &LogicalType) {
    match (old, new) {
        (LogicalType::String(old), LogicalType::String(new)) => string(changes, place, old, new),
        (LogicalType::Integer(old), LogicalType::Integer(new))
        | (LogicalType::Number(old), LogicalType::Number(new)) => {
            number(changes, place, old, new);
        }
        (LogicalType::Boolean, LogicalType::Boolean) => {}
        (LogicalType::Date(old), LogicalType::Date(new))
        | (LogicalType::Time(old), LogicalType::Time(new))
        | (LogicalType::Timestamp(old), LogicalType::Timestamp(new)) => temporal(changes, place, old, new),
        _ => {
            // Each text of the narrower type is one of the wider.
            let is_wider =
                matches!((old, new), (LogicalType::Integer(_), LogicalType::Number(_)) | (_, LogicalType::String(_)));
            let senders = if is_wider { Effect::None } else { Effect::Breaks };
            changes.push(place, format!("type {} → {}", name(old), name(new)), senders, Effect::Breaks);
        }
    }
}

/// The type as the contract writes it.
fn name(logical_type: &LogicalType) -> &'static str {
    match logical_type {
        LogicalType::String(_) => "string",
        LogicalType::Integer(_) => "integer",
        LogicalType::Number(_) => "number",
        LogicalType::Boolean => "boolean",
        LogicalType::Date(_) => "date",
        LogicalType::Time(_) => "time",
        LogicalType::Timestamp(_) => "timestamp",
    }
}

fn string(changes: &mut Changes, place: &str, old: &StringOptions, new: &StringOptions) {
    let (before, now) = (old.pattern.as_ref().map(|p| p.source()), new.pattern.as_ref().map(|p| p.source()));
    match (before, now) {
        (None, Some(now)) => changes.stricter(place, format!("pattern none → {}", shown(now))),
        (Some(before), None) => changes.looser(place, format!("pattern {} → none", shown(before))),
        (Some(before), Some(now)) if before != now => {
            changes.other(place, format!("pattern {} → {}", shown(before), shown(now)));
        }
        _ => {}
    }
    lower(changes, place, "minLength", old.min_length.as_ref(), new.min_length.as_ref());
    upper(changes, place, "maxLength", old.max_length.as_ref(), new.max_length.as_ref());
}

fn number(changes: &mut Changes, place: &str, old: &NumberOptions, new: &NumberOptions) {
    if old.decimal != new.decimal {
        decimal(changes, place, old.decimal, new.decimal);
    }
    bounds(changes, place, &old.bounds, &new.bounds);
    match (old.multiple_of, new.multiple_of) {
        (None, Some(now)) => changes.stricter(place, format!("multipleOf none → {now}")),
        (Some(before), None) => changes.looser(place, format!("multipleOf {before} → none")),
        (Some(before), Some(now)) if before != now => {
            let message = format!("multipleOf {before} → {now}");
            match before.is_multiple_of(now) {
                true => changes.looser(place, message),
                false if now.is_multiple_of(before) => changes.stricter(place, message),
                false => changes.other(place, message),
            }
        }
        _ => {}
    }
}

fn decimal(changes: &mut Changes, place: &str, old: Option<DecimalType>, new: Option<DecimalType>) {
    let text = |decimal: Option<DecimalType>| {
        decimal.map_or_else(
            || "a binary number".to_owned(),
            |decimal| format!("DECIMAL({},{})", decimal.precision, decimal.scale),
        )
    };
    let holds = |wide: DecimalType, narrow: DecimalType| {
        wide.scale >= narrow.scale && wide.precision - wide.scale >= narrow.precision - narrow.scale
    };
    let senders = match (old, new) {
        (Some(old), Some(new)) if holds(new, old) => Effect::None,
        (Some(_), None) => Effect::None,
        _ => Effect::Breaks,
    };
    changes.push(place, format!("type {} → {}", text(old), text(new)), senders, Effect::Breaks);
}

fn temporal(changes: &mut Changes, place: &str, old: &TemporalOptions, new: &TemporalOptions) {
    if old.format != new.format {
        let message = format!("format {} → {}", shown(&old.format.text), shown(&new.format.text));
        changes.stricter(place, message);
    }
    if old.has_zone != new.has_zone {
        let text = |has_zone: bool| if has_zone { "a point in time" } else { "a time without a zone" };
        let message = format!("its values are {}, no longer {}", text(new.has_zone), text(old.has_zone));
        changes.push(place, message, Effect::Breaks, Effect::Breaks);
    } else if old.default_zone != new.default_zone {
        let zones = (shown(&old.default_zone), shown(&new.default_zone));
        let message = format!("defaultTimezone {} → {}: the same text means another time", zones.0, zones.1);
        changes.push(place, message, Effect::Breaks, Effect::Breaks);
    }
    if old.precision != new.precision {
        let message = format!("digits of a second's fraction {} → {}", old.precision, new.precision);
        // Above six the column counts nanoseconds: another type in Parquet.
        let readers = if (old.precision > 6) == (new.precision > 6) { Effect::Notice } else { Effect::Breaks };
        let senders = if new.precision < old.precision { Effect::Breaks } else { Effect::None };
        changes.push(place, message, senders, readers);
    }
    // Bounds in other units are not compared: the type itself has changed.
    if (old.precision > 6) == (new.precision > 6) {
        temporal_bounds(changes, place, &old.bounds, &new.bounds);
    }
}

/// Days and fractions of seconds since 1970 would be read by nobody: only the kind of the change is told.
fn temporal_bounds(changes: &mut Changes, place: &str, old: &Bounds<i64>, new: &Bounds<i64>) {
    let mut of = Changes::default();
    bounds(&mut of, place, old, new);
    for change in of.0 {
        let name = change.message.split(' ').next().unwrap_or_default();
        let message = match change.senders {
            Effect::Breaks => format!("{name} is narrower"),
            _ => format!("{name} is wider, or gone"),
        };
        changes.push(change.place, message, change.senders, change.readers);
    }
}

fn bounds<T: Ord + Display>(changes: &mut Changes, place: &str, old: &Bounds<T>, new: &Bounds<T>) {
    lower(changes, place, "minimum", old.min.as_ref(), new.min.as_ref());
    lower(changes, place, "exclusiveMinimum", old.exclusive_min.as_ref(), new.exclusive_min.as_ref());
    upper(changes, place, "maximum", old.max.as_ref(), new.max.as_ref());
    upper(changes, place, "exclusiveMaximum", old.exclusive_max.as_ref(), new.exclusive_max.as_ref());
}

/// A bound from below: the higher, the stricter.
fn lower<T: Ord + Display>(changes: &mut Changes, place: &str, key: &str, old: Option<&T>, new: Option<&T>) {
    bound(changes, place, key, old, new, |old, new| new > old);
}

/// A bound from above: the lower, the stricter.
fn upper<T: Ord + Display>(changes: &mut Changes, place: &str, key: &str, old: Option<&T>, new: Option<&T>) {
    bound(changes, place, key, old, new, |old, new| new < old);
}

fn bound<T: Ord + Display>(
    changes: &mut Changes,
    place: &str,
    key: &str,
    old: Option<&T>,
    new: Option<&T>,
    is_stricter: impl Fn(&T, &T) -> bool,
) {
    if old == new {
        return;
    }
    let text = |bound: Option<&T>| bound.map_or_else(|| "none".to_owned(), ToString::to_string);
    let message = format!("{key} {} → {}", text(old), text(new));
    match (old, new) {
        (Some(old), Some(new)) if !is_stricter(old, new) => changes.looser(place, message),
        (Some(_), None) => changes.looser(place, message),
        _ => changes.stricter(place, message),
    }
}

/// The values that are valid.
pub(super) fn enumeration(changes: &mut Changes, place: &str, old: Option<&[Literal]>, new: Option<&[Literal]>) {
    match (old, new) {
        (None, Some(now)) => changes.stricter(place, format!("enum: only {} are valid now", values(now.iter()))),
        (Some(_), None) => changes.looser(place, "enum none: any value is valid now".to_owned()),
        (Some(before), Some(now)) => {
            let gone: Vec<_> = before.iter().filter(|value| !now.contains(value)).collect();
            let added: Vec<_> = now.iter().filter(|value| !before.contains(value)).collect();
            if !gone.is_empty() {
                changes.stricter(place, format!("enum: no longer valid: {}", values(gone.into_iter())));
            }
            if !added.is_empty() {
                changes.looser(place, format!("enum: valid too: {}", values(added.into_iter())));
            }
        }
        (None, None) => {}
    }
}

/// Values that a message names; more than these would hide what it says.
const NAMED: usize = 5;

fn values<'a>(values: impl ExactSizeIterator<Item = &'a Literal>) -> String {
    let more = values.len().saturating_sub(NAMED);
    let named: Vec<_> = values.take(NAMED).map(|value| format!("`{}`", value.text)).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}
