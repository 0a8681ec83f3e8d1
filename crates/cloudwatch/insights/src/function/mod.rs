//! Functions of one row (user guide, "Boolean, comparison, numeric, datetime, and other functions").

mod address;
mod text;

use std::sync::Arc;

use super::{
    node::{Node, moment, text_of},
    order,
    value::Value,
};

/// A function that is called by its arguments' values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Abs,
    Ceil,
    Floor,
    Round,
    Log,
    Sqrt,
    Greatest,
    Least,
    Coalesce,
    IsPresent,
    IsEmpty,
    IsBlank,
    Concat,
    StrLen,
    ToUpper,
    ToLower,
    Trim,
    LTrim,
    RTrim,
    Substr,
    Replace,
    StrContains,
    JsonParse,
    JsonStringify,
    ToNumber,
    ToInt,
    FromMillis,
    ToMillis,
    IsValidIp,
    IsValidIpV4,
    IsValidIpV6,
    IsIpInSubnet,
    IsIpv4InSubnet,
    IsIpv6InSubnet,
}

/// A function's name, and how many arguments it takes.
pub(crate) struct Signature {
    pub(crate) name: &'static str,
    pub(crate) function: Function,
    pub(crate) least: usize,
    pub(crate) most: usize,
}

const fn signature(name: &'static str, function: Function, least: usize, most: usize) -> Signature {
    Signature { name, function, least, most }
}

/// All of them. Names are read in any case.
pub(crate) const FUNCTIONS: [Signature; 36] = [
    signature("abs", Function::Abs, 1, 1),
    signature("ceil", Function::Ceil, 1, 1),
    signature("floor", Function::Floor, 1, 1),
    signature("round", Function::Round, 1, 1),
    signature("log", Function::Log, 1, 1),
    signature("sqrt", Function::Sqrt, 1, 1),
    signature("greatest", Function::Greatest, 1, usize::MAX),
    signature("least", Function::Least, 1, usize::MAX),
    signature("coalesce", Function::Coalesce, 1, usize::MAX),
    signature("ispresent", Function::IsPresent, 1, 1),
    signature("isempty", Function::IsEmpty, 1, 1),
    signature("isblank", Function::IsBlank, 1, 1),
    signature("concat", Function::Concat, 1, usize::MAX),
    signature("strlen", Function::StrLen, 1, 1),
    signature("toupper", Function::ToUpper, 1, 1),
    signature("tolower", Function::ToLower, 1, 1),
    signature("trim", Function::Trim, 1, 2),
    signature("ltrim", Function::LTrim, 1, 2),
    signature("rtrim", Function::RTrim, 1, 2),
    signature("substr", Function::Substr, 2, 3),
    signature("replace", Function::Replace, 3, 3),
    signature("strcontains", Function::StrContains, 2, 2),
    signature("jsonParse", Function::JsonParse, 1, 1),
    signature("jsonStringify", Function::JsonStringify, 1, 1),
    signature("toNumber", Function::ToNumber, 1, 1),
    signature("toDouble", Function::ToNumber, 1, 1),
    signature("toInt", Function::ToInt, 1, 1),
    signature("toLong", Function::ToInt, 1, 1),
    signature("fromMillis", Function::FromMillis, 1, 1),
    signature("toMillis", Function::ToMillis, 1, 1),
    signature("isValidIp", Function::IsValidIp, 1, 1),
    signature("isValidIpV4", Function::IsValidIpV4, 1, 1),
    signature("isValidIpV6", Function::IsValidIpV6, 1, 1),
    signature("isIpInSubnet", Function::IsIpInSubnet, 2, 2),
    signature("isIpv4InSubnet", Function::IsIpv4InSubnet, 2, 2),
    signature("isIpv6InSubnet", Function::IsIpv6InSubnet, 2, 2),
];

/// The value of a call. A missing argument gives nothing, but where a function is about missing values.
pub(crate) fn call<'v>(function: Function, arguments: &'v [Node], row: &'v [Value<'_>], now: i64) -> Value<'v> {
    let value = |index: usize| arguments[index].of(row, now);
    let of_number = |number: &dyn Fn(f64) -> f64| value(0).number().map_or(Value::Null, |it| Value::real(number(it)));
    let text = |index: usize| text_of(&arguments[index], row, now);
    let flag = |found: Option<bool>| Value::Flag(found.unwrap_or(false));
    match function {
        Function::Abs => of_number(&f64::abs),
        Function::Ceil => of_number(&f64::ceil),
        Function::Floor => of_number(&f64::floor),
        Function::Round => of_number(&f64::round),
        Function::Log => of_number(&f64::ln),
        Function::Sqrt => of_number(&f64::sqrt),
        Function::Greatest => extreme(arguments, row, now, std::cmp::Ordering::Greater),
        Function::Least => extreme(arguments, row, now, std::cmp::Ordering::Less),
        Function::Coalesce => {
            arguments.iter().map(|node| node.of(row, now)).find(|value| !value.is_null()).unwrap_or(Value::Null)
        }
        Function::IsPresent => Value::Flag(!value(0).is_null()),
        Function::IsEmpty => Value::Flag(text(0).is_none_or(|it| it.is_empty())),
        Function::IsBlank => Value::Flag(text(0).is_none_or(|it| it.trim().is_empty())),
        Function::Concat => text::concat(arguments.iter().map(|node| text_of(node, row, now))),
        Function::StrLen => text(0).map_or(Value::Null, |it| Value::Whole(it.chars().count() as i64)),
        Function::ToUpper => text(0).map_or(Value::Null, |it| Value::owned(it.to_uppercase())),
        Function::ToLower => text(0).map_or(Value::Null, |it| Value::owned(it.to_lowercase())),
        Function::Trim | Function::LTrim | Function::RTrim => {
            let characters = arguments.get(1).map(|node| text_of(node, row, now));
            text::trim(text(0), characters, function != Function::RTrim, function != Function::LTrim)
        }
        Function::Substr => text::substr(text(0), &value(1), arguments.get(2).map(|node| node.of(row, now))),
        Function::Replace => match (text(0), text(1), text(2)) {
            (Some(whole), Some(from), Some(_)) if from.is_empty() => Value::Text(whole),
            (Some(whole), Some(from), Some(to)) => Value::owned(whole.replace(&*from, &to)),
            _ => Value::Null,
        },
        Function::StrContains => match (text(0), text(1)) {
            (Some(whole), Some(part)) => Value::Whole(i64::from(whole.contains(&*part))),
            _ => Value::Whole(0),
        },
        Function::JsonParse => text(0).map_or(Value::Null, |it| structure(&it)),
        Function::JsonStringify => match value(0) {
            Value::Structure(structure) => Value::owned(structure.to_string()),
            _ => Value::Null,
        },
        Function::ToNumber => number(&value(0)),
        Function::ToInt => whole(&value(0)),
        Function::FromMillis => moment(&value(0)).map_or(Value::Null, Value::Time),
        Function::ToMillis => moment(&value(0)).map_or(Value::Null, Value::Whole),
        Function::IsValidIp => flag(text(0).map(|it| address::is_valid(&it, address::Family::Any))),
        Function::IsValidIpV4 => flag(text(0).map(|it| address::is_valid(&it, address::Family::V4))),
        Function::IsValidIpV6 => flag(text(0).map(|it| address::is_valid(&it, address::Family::V6))),
        Function::IsIpInSubnet | Function::IsIpv4InSubnet | Function::IsIpv6InSubnet => {
            let family = match function {
                Function::IsIpv4InSubnet => address::Family::V4,
                Function::IsIpv6InSubnet => address::Family::V6,
                _ => address::Family::Any,
            };
            flag(text(0).zip(text(1)).map(|(address, subnet)| address::is_in(&address, &subnet, family)))
        }
    }
}

/// The greatest or least of numbers; those that are none are passed over.
fn extreme<'v>(arguments: &'v [Node], row: &'v [Value<'_>], now: i64, wanted: std::cmp::Ordering) -> Value<'v> {
    let numbers = arguments.iter().map(|node| node.of(row, now)).filter(|value| value.number().is_some());
    let best = numbers.reduce(|best, next| if order::ascending(&next, &best) == wanted { next } else { best });
    best.map_or(Value::Null, |value| number(&value))
}

/// A map or a list; nothing of any other text (user guide, "JSON functions").
fn structure<'v>(text: &str) -> Value<'v> {
    match serde_json::from_str(text) {
        Ok(json @ (serde_json::Value::Object(_) | serde_json::Value::Array(_))) => Value::Structure(Arc::new(json)),
        _ => Value::Null,
    }
}

fn number<'v>(value: &Value<'_>) -> Value<'v> {
    match (value.whole(), value.number()) {
        (Some(whole), _) => Value::Whole(whole),
        (None, Some(number)) => Value::real(number),
        (None, None) => Value::Null,
    }
}

/// A whole number; decimals are cut off.
fn whole<'v>(value: &Value<'_>) -> Value<'v> {
    const LARGEST: f64 = 9.2e18;
    let cut = || value.number().filter(|number| number.abs() < LARGEST).map(|number| number as i64);
    value.whole().or_else(cut).map_or(Value::Null, Value::Whole)
}
