//! What an unquoted scalar of YAML means.

use crate::Content;

/// By the core schema of YAML 1.2. A date is text, as in JSON; a hexadecimal or octal number is kept in decimal digits.
#[must_use]
pub fn core(text: &str) -> Content {
    word(text).unwrap_or_else(|| number(text).map_or_else(|| Content::Text(text.to_owned()), Content::Number))
}

/// By the core schema of YAML 1.2 with decimal numbers only; other notations, infinities and not-a-number are texts.
#[must_use]
pub fn decimal(text: &str) -> Content {
    word(text).unwrap_or_else(|| {
        let text = text.to_owned();
        if is_decimal(&text) { Content::Number(text) } else { Content::Text(text) }
    })
}

/// The words that are no text.
fn word(text: &str) -> Option<Content> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Content::Null),
        "true" | "True" | "TRUE" => Some(Content::Bool(true)),
        "false" | "False" | "FALSE" => Some(Content::Bool(false)),
        _ => None,
    }
}

/// The number in decimal digits, or the text itself for infinities and not-a-number.
fn number(text: &str) -> Option<String> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(text.to_owned());
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            // `from_str_radix` alone would take a sign here.
            let plain = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
            return plain.then(|| u128::from_str_radix(digits, radix).ok()).flatten().map(|value| value.to_string());
        }
    }
    is_decimal(text).then(|| text.to_owned())
}

/// Digits with an optional sign, point and exponent.
fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_exponent = |exponent: &str| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    };
    let has_digits = !whole.is_empty() || !fraction.is_empty();
    has_digits && all_digits(whole) && all_digits(fraction) && exponent.is_none_or(is_exponent)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_numbers_and_words_mean_the_same_to_both() {
        for meaning in [core, decimal] {
            for text in ["0", "-12", "+3", "1.5", ".5", "1.", "6e3", "1.2E-3", "012"] {
                assert_eq!(meaning(text), Content::Number(text.to_owned()), "{text}");
            }
            for text in ["2020-01-01", "v1", "1.0.0", "yes", "-", ".", "e3", "1e", "0x", "0x+1", "12a", "--1", "-.e"] {
                assert_eq!(meaning(text), Content::Text(text.to_owned()), "{text}");
            }
            assert_eq!((meaning("~"), meaning("True")), (Content::Null, Content::Bool(true)));
        }
    }

    #[test]
    fn other_numbers_are_numbers_by_the_core_schema_alone() {
        for (text, digits) in [("0x1F", "31"), ("0o17", "15"), ("-.inf", "-.inf"), (".nan", ".nan")] {
            assert_eq!(core(text), Content::Number(digits.to_owned()), "{text}");
            assert_eq!(decimal(text), Content::Text(text.to_owned()), "{text}");
        }
    }
}
