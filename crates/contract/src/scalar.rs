//! What a plain YAML scalar means: the core schema of YAML 1.2.

use crate::document::Value;

/// The value of an unquoted scalar. A date is text, as in JSON.
pub(crate) fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::Text(text.to_owned()), Value::Number),
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
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits.is_empty() || !all_digits(digits) {
            return None;
        }
    }
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digits = !whole.is_empty() || !fraction.is_empty();
    (has_digits && all_digits(whole) && all_digits(fraction)).then(|| text.to_owned())
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_core_schema() {
        for text in ["0", "-12", "+3", "1.5", ".5", "1.", "6e3", "1.2E-3", "-.inf", ".nan"] {
            assert_eq!(resolve(text), Value::Number(text.to_owned()), "{text}");
        }
        assert_eq!(resolve("0x1F"), Value::Number("31".to_owned()));
        assert_eq!(resolve("0o17"), Value::Number("15".to_owned()));
        for text in ["v1", "1.0.0", "2020-01-01", "yes", "-", ".", "e3", "1e", "0x", "0x+1", "12a", "--1"] {
            assert_eq!(resolve(text), Value::Text(text.to_owned()), "{text}");
        }
        assert_eq!(resolve("~"), Value::Null);
        assert_eq!(resolve("True"), Value::Bool(true));
    }
}
