//! Functions of texts.

use std::borrow::Cow;

use crate::value::Value;

type Text<'v> = Option<Cow<'v, str>>;

/// The texts one after the other. A missing one is left out: what CloudWatch makes of it is not published.
pub(super) fn concat<'v>(texts: impl Iterator<Item = Text<'v>>) -> Value<'v> {
    Value::owned(texts.flatten().collect::<String>())
}

/// The text without blanks, or without the given characters, at either side.
pub(super) fn trim<'v>(text: Text<'v>, characters: Option<Text<'v>>, left: bool, right: bool) -> Value<'v> {
    let Some(text) = text else { return Value::Null };
    let set: Option<Vec<char>> = match characters {
        None => None,
        Some(None) => return Value::Null,
        Some(Some(characters)) => Some(characters.chars().collect()),
    };
    let is_cut = |it: char| set.as_ref().map_or(it.is_whitespace(), |set| set.contains(&it));
    let mut rest: &str = &text;
    if left {
        rest = rest.trim_start_matches(is_cut);
    }
    if right {
        rest = rest.trim_end_matches(is_cut);
    }
    Value::owned(rest)
}

/// The part from an index on, of a length or to the end; both in characters.
pub(super) fn substr<'v>(text: Text<'v>, start: &Value<'_>, length: Option<Value<'_>>) -> Value<'v> {
    let count = |value: &Value<'_>| value.number().map(|number| number.max(0.0) as usize);
    let length = length.map_or(Some(usize::MAX), |length| count(&length));
    match (text, count(start), length) {
        (Some(text), Some(start), Some(length)) => {
            Value::owned(text.chars().skip(start).take(length).collect::<String>())
        }
        _ => Value::Null,
    }
}
