//! IF.

use crate::math::value::Value;

/// What IF gives (CloudWatch user guide, "Using IF expressions"). The condition's type decides:
///
/// - A series is judged in each period; 0 is false, any other value true. No point of the condition, no point. True:
///   the second argument; where that is a series without a point, 0. False: the third; without one no point; where
///   it is a series without a point, see [`missing_else`].
/// - A number chooses one of the series whole, gaps included; without a third argument the result is empty. So it
///   is too where the number has no value (unpublished).
///
/// `compares_with_number` says that the condition is written as a series compared with a number.
pub(crate) fn choose<'a>(
    condition: Value<'a>,
    compares_with_number: bool,
    then: Value<'a>,
    otherwise: Option<Value<'a>>,
    periods: usize,
) -> Value<'a> {
    let empty = || Value::series(vec![None; periods]);
    let mut condition = match condition {
        Value::Series(condition) => condition,
        Value::Scalar(None) | Value::Array(_) => return empty(),
        Value::Scalar(Some(number)) => {
            let chosen = if number == 0.0 { otherwise } else { Some(then) };
            return chosen.unwrap_or_else(empty);
        }
    };
    let missing = missing_else(compares_with_number, matches!(then, Value::Series(_)));
    for (index, point) in condition.to_mut().iter_mut().enumerate() {
        let Some(value) = *point else { continue };
        *point = match (value != 0.0, &otherwise) {
            (true, _) => branch(&then, index, Some(0.0)),
            (false, Some(otherwise)) => branch(otherwise, index, missing),
            (false, None) => None,
        };
    }
    Value::Series(condition)
}

fn branch(value: &Value<'_>, index: usize, missing: Option<f64>) -> Option<f64> {
    match value {
        Value::Scalar(number) => *number,
        Value::Series(points) => points[index].or(missing),
        Value::Array(_) => None,
    }
}

/// What a false condition gives where the third argument is a series without a point: 0 if the second argument is a
/// series too (text of 2026; that of 2023 said that the point is dropped), and no point if that is a number. For a
/// condition that compares a series with a number the documentation says both 0 and "empty"; 0 is taken.
fn missing_else(compares_with_number: bool, then_is_series: bool) -> Option<f64> {
    (compares_with_number || then_is_series).then_some(0.0)
}
