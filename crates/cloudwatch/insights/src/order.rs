//! What is equal, what is less, and what sorts first.

use std::cmp::Ordering;

use super::{
    syntax::{Direction, Operator},
    value::Value,
};

/// Whether a comparison holds. With a missing value none does, not even `!=` (seen, not documented). Values are compared as numbers
/// where both look like numbers, else as texts, byte by byte.
pub(crate) fn compares(operator: Operator, left: &Value<'_>, right: &Value<'_>) -> bool {
    let Some(order) = compared(left, right) else { return false };
    match operator {
        Operator::Equal => order.is_eq(),
        Operator::NotEqual => order.is_ne(),
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Greater => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
        _ => false,
    }
}

fn compared(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    if let (Value::Flag(flag), Value::Text(text)) | (Value::Text(text), Value::Flag(flag)) = (left, right)
        && let Some(other) = truth(text)
    {
        let order = flag.cmp(&other);
        return Some(if matches!(left, Value::Flag(_)) { order } else { order.reverse() });
    }
    if let (Some(left), Some(right)) = (left.whole(), right.whole()) {
        return Some(left.cmp(&right));
    }
    if let (Some(left), Some(right)) = (left.number(), right.number()) {
        return left.partial_cmp(&right);
    }
    Some(left.text()?.cmp(&right.text()?))
}

/// `true` and `false` in a text, so that a flag can be compared with `"true"`. Whether CloudWatch does so is not
/// published.
fn truth(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// What sorts before what (user guide, "sort"): ascending, other values come before numbers; other values are compared
/// piece by piece, digits by their length and then their value, the rest by Unicode. Where missing values stand is not
/// published; here they come last in both directions.
pub(crate) fn sorted(left: &Value<'_>, right: &Value<'_>, direction: Direction) -> Ordering {
    match (left.is_null(), right.is_null()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let order = ascending(left, right);
    match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    }
}

/// The order of two values that are there.
pub(crate) fn ascending(left: &Value<'_>, right: &Value<'_>) -> Ordering {
    if let (Some(left), Some(right)) = (left.whole(), right.whole()) {
        return left.cmp(&right);
    }
    match (left.number(), right.number()) {
        (Some(left), Some(right)) => left.total_cmp(&right),
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (None, None) => natural(&left.printed().unwrap_or_default(), &right.printed().unwrap_or_default()),
    }
}

fn natural(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left, right);
    loop {
        let (one, other) = (piece(left), piece(right));
        let both_digits = is_digits(one) && is_digits(other);
        let length = if both_digits { one.len().cmp(&other.len()) } else { Ordering::Equal };
        let order = length.then_with(|| one.cmp(other));
        // An empty piece is the end of a text, which comes before everything.
        if order.is_ne() || one.is_empty() {
            return order;
        }
        (left, right) = (&left[one.len()..], &right[other.len()..]);
    }
}

fn is_digits(piece: &str) -> bool {
    piece.starts_with(|first: char| first.is_ascii_digit())
}

/// The characters of one kind at the beginning of a text: digits, letters, or one other character.
fn piece(text: &str) -> &str {
    let Some(first) = text.chars().next() else { return "" };
    let kind = |it: char| (it.is_ascii_digit(), it.is_alphabetic());
    let length = match kind(first) {
        (false, false) => first.len_utf8(),
        wanted => text.find(|it| kind(it) != wanted).unwrap_or(text.len()),
    };
    &text[..length]
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn text(text: &str) -> Value<'_> {
        Value::Text(Cow::Borrowed(text))
    }

    #[test]
    fn the_order_is_that_of_the_documentation() {
        let documented = [
            "!",
            "#",
            "*%04",
            "0#",
            "5A",
            "111A",
            "2345_",
            "@",
            "@_",
            "A",
            "A9876fghj",
            "a12345hfh",
            "0",
            "1",
            "2",
            "3",
        ];
        for (index, one) in documented.iter().enumerate() {
            for (other_index, other) in documented.iter().enumerate() {
                assert_eq!(ascending(&text(one), &text(other)), index.cmp(&other_index), "{one} {other}");
            }
        }
        assert_eq!(ascending(&text("0"), &text("00")), Ordering::Equal, "numbers of one value stand as they came");
        assert_eq!(ascending(&text("a2"), &text("a10")), Ordering::Less);
        assert_eq!(ascending(&text("a"), &text("a1")), Ordering::Less);
    }

    #[test]
    fn missing_values_come_last() {
        let mut values = [Value::Null, text("b"), Value::Whole(1), Value::Null, text("a")];
        values.sort_by(|left, right| sorted(left, right, Direction::Ascending));
        assert_eq!(values, [text("a"), text("b"), Value::Whole(1), Value::Null, Value::Null]);
        values.sort_by(|left, right| sorted(left, right, Direction::Descending));
        assert_eq!(values, [Value::Whole(1), text("b"), text("a"), Value::Null, Value::Null]);
    }

    #[test]
    fn values_are_compared_as_numbers_where_both_look_like_it() {
        use Operator::{Equal, Greater, Less, NotEqual};
        for (operator, left, right, expected) in [
            (Equal, text("1.0"), Value::Whole(1), true),
            (Equal, text("1.0"), text("1"), true),
            (Less, text("9"), text("10"), true),
            (Less, text("9a"), text("10a"), false),
            (Equal, text("a"), text("A"), false),
            (NotEqual, text("a"), Value::Whole(1), true),
            (Equal, Value::Null, Value::Null, false),
            (NotEqual, Value::Null, text("a"), false),
            (Equal, Value::Flag(true), Value::Whole(1), true),
            (Equal, Value::Flag(true), text("true"), true),
            (Equal, text("false"), Value::Flag(false), true),
            (Greater, text("true"), Value::Flag(false), true),
            (Less, Value::Flag(false), text("true"), true),
            (Greater, Value::Time(2000), Value::Whole(1999), true),
            (Equal, Value::Whole(9_007_199_254_740_993), text("9007199254740992"), false),
            (Equal, Value::Structure(Arc::default()), Value::Structure(Arc::default()), false),
        ] {
            assert_eq!(compares(operator, &left, &right), expected, "{left:?} {operator:?} {right:?}");
        }
    }

    use std::sync::Arc;
}
