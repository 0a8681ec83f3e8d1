//! Values of fields and expressions, and how they are printed.

use std::{borrow::Cow, sync::Arc};

use serde_json::Value as Json;

use super::syntax::{Step, timestamp};

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    /// The row has no such field.
    Null,
    Flag(bool),
    Whole(i64),
    /// A number that was computed, or read from a Lambda report.
    Real(f64),
    /// A number with decimals that stands in an event, which is shown as it stands there.
    Given(f64),
    /// Milliseconds since the Unix epoch.
    Time(i64),
    Text(Cow<'a, str>),
    /// A map or a list out of `jsonParse`.
    Structure(Arc<Json>),
}

impl Value<'_> {
    /// The same, borrowed where it is a text.
    pub(crate) fn borrowed(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::Structure(structure) => Value::Structure(Arc::clone(structure)),
            Self::Null => Value::Null,
            Self::Flag(value) => Value::Flag(*value),
            Self::Whole(value) => Value::Whole(*value),
            Self::Real(value) => Value::Real(*value),
            Self::Given(value) => Value::Given(*value),
            Self::Time(value) => Value::Time(*value),
        }
    }

    pub(crate) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Structure(structure) => Value::Structure(structure),
            Self::Null => Value::Null,
            Self::Flag(value) => Value::Flag(value),
            Self::Whole(value) => Value::Whole(value),
            Self::Real(value) => Value::Real(value),
            Self::Given(value) => Value::Given(value),
            Self::Time(value) => Value::Time(value),
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Its number, where it is one or looks like one: a flag is 1 or 0, a time its milliseconds.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Null | Self::Structure(_) => None,
            Self::Flag(value) => Some(f64::from(u8::from(*value))),
            Self::Whole(value) | Self::Time(value) => Some(*value as f64),
            Self::Real(value) | Self::Given(value) => Some(*value),
            Self::Text(text) => number_of(text),
        }
    }

    /// A number without decimals that needs no rounding.
    pub(crate) fn whole(&self) -> Option<i64> {
        match self {
            Self::Flag(value) => Some(i64::from(*value)),
            Self::Whole(value) | Self::Time(value) => Some(*value),
            Self::Text(text) => number_of(text).and_then(|_| text.parse().ok()),
            Self::Null | Self::Structure(_) | Self::Real(_) | Self::Given(_) => None,
        }
    }

    /// Its text, where it has one. Maps and lists count as missing in functions of texts (user guide, "Structure
    /// types").
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Structure(_) => None,
            other => other.printed(),
        }
    }

    /// As it stands in the result; `None` where it is missing.
    pub(crate) fn printed(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Null => return None,
            // Truth is shown as a number (seen, not documented).
            Self::Flag(value) => Cow::Borrowed(if *value { "1" } else { "0" }),
            Self::Whole(value) => Cow::Owned(value.to_string()),
            Self::Real(value) => Cow::Owned(computed(*value)),
            Self::Given(value) => Cow::Owned(value.to_string()),
            Self::Time(at) => Cow::Owned(timestamp(*at).strftime("%Y-%m-%d %H:%M:%S.%3f").to_string()),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Structure(structure) => Cow::Owned(structure.to_string()),
        })
    }

    /// Whether a condition with this value holds: a flag that is true, or a number that is not 0, as `strcontains`
    /// gives it.
    pub(crate) fn holds(&self) -> bool {
        match self {
            Self::Flag(value) => *value,
            Self::Whole(_) | Self::Real(_) | Self::Given(_) => self.number() != Some(0.0),
            Self::Null | Self::Time(_) | Self::Text(_) | Self::Structure(_) => false,
        }
    }

    /// A number, or nothing where it is none: what divides by zero has no result.
    pub(crate) fn real(value: f64) -> Self {
        if value.is_finite() { Self::Real(value) } else { Self::Null }
    }

    pub(crate) fn owned(text: impl Into<String>) -> Self {
        Self::Text(Cow::Owned(text.into()))
    }
}

/// The part of a structure that the steps lead to.
pub(crate) fn part<'a>(structure: &'a Json, steps: &[Step]) -> Value<'a> {
    let mut found = structure;
    for step in steps {
        let next = match step {
            Step::Member(name) => found.get(name),
            Step::Element(index) => found.get(index),
        };
        let Some(next) = next else { return Value::Null };
        found = next;
    }
    of_json(found)
}

/// The value of a piece of JSON.
pub(crate) fn of_json(json: &Json) -> Value<'_> {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Flag(*value),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Whole(whole),
            None => number.as_f64().map_or(Value::Null, Value::Given),
        },
        Json::String(text) => Value::Text(Cow::Borrowed(text)),
        Json::Array(_) | Json::Object(_) => Value::Structure(Arc::new(json.clone())),
    }
}

/// The number that a text is: digits with a sign, decimals and an exponent, and nothing else.
fn number_of(text: &str) -> Option<f64> {
    let first = text.bytes().next()?;
    if !first.is_ascii_digit() && !matches!(first, b'-' | b'+' | b'.') {
        return None;
    }
    // The standard library would also read `-inf` and `+nan`.
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E'));
    if is_plain { text.parse().ok().filter(|value: &f64| value.is_finite()) } else { None }
}

/// How a computed number is printed: with at most four decimals, and with an exponent from ten million up and below a
/// thousandth, as `1.28E8` (seen, not documented).
fn computed(value: f64) -> String {
    const DECIMALS: f64 = 1e4;
    const LARGE: f64 = 1e7;
    const SMALL: f64 = 1e-3;
    let rounded = (value * DECIMALS).round() / DECIMALS;
    let value = if rounded.is_finite() && value.abs() < LARGE { rounded } else { value };
    if value == 0.0 {
        return "0".to_owned();
    }
    if (SMALL..LARGE).contains(&value.abs()) {
        return value.to_string();
    }
    let text = format!("{value:E}");
    // At least one decimal: `5.0E7`.
    match text.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_printed_as_cloudwatch_does() {
        for (value, printed) in [
            (Value::Whole(12_345_678), "12345678"),
            (Value::Whole(-3), "-3"),
            (Value::Real(3.0), "3"),
            (Value::Real(2.5), "2.5"),
            (Value::Real(-0.0), "0"),
            (Value::Real(122.070_312_5), "122.0703"),
            (Value::Real(1.0 / 3.0), "0.3333"),
            (Value::Real(0.000_06), "1.0E-4"),
            (Value::Real(0.000_04), "0"),
            (Value::Real(1.28e8), "1.28E8"),
            (Value::Real(-5e7), "-5.0E7"),
            (Value::Real(9_999_999.0), "9999999"),
            (Value::Real(1e7), "1.0E7"),
            (Value::Real(0.001), "0.001"),
            (Value::Given(0.123_456), "0.123456"),
            (Value::Flag(true), "1"),
            (Value::Flag(false), "0"),
            (Value::Time(1_720_192_771_234), "2024-07-05 15:19:31.234"),
            (Value::Time(0), "1970-01-01 00:00:00.000"),
            (Value::Text(Cow::Borrowed("a b")), "a b"),
        ] {
            assert_eq!(value.printed().as_deref(), Some(printed), "{value:?}");
        }
        assert_eq!(Value::Null.printed(), None);
    }

    #[test]
    fn texts_that_look_like_numbers_are_numbers() {
        for (text, number) in [
            ("12", Some(12.0)),
            ("-1.5", Some(-1.5)),
            ("+2", Some(2.0)),
            ("1e3", Some(1000.0)),
            (".5", Some(0.5)),
            ("", None),
            ("-", None),
            ("12 ", None),
            ("1_000", None),
            ("0x10", None),
            ("inf", None),
            ("-inf", None),
            ("nan", None),
            ("1e999", None),
            ("12ms", None),
        ] {
            assert_eq!(Value::Text(Cow::Borrowed(text)).number(), number, "{text}");
        }
    }
}
