//! Numbers as CloudWatch's reasons print them, which is as Java does.

/// `5.0`, `0.07`, `1.0E9`, `1.0E-5`: a decimal between 10⁻³ and 10⁷, else a power of ten, with at least one digit
/// after the point and as many as tell the number apart (Java, `Double.toString`).
pub(crate) fn java_double(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return match value {
            value if value.is_nan() => "NaN".to_owned(),
            value if value.is_infinite() => if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned(),
            value => if value.is_sign_negative() { "-0.0" } else { "0.0" }.to_owned(),
        };
    }
    if (1e-3..1e7).contains(&value.abs()) {
        return format!("{value:?}");
    }
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').expect("the format has an exponent");
    let point = if digits.contains('.') { "" } else { ".0" };
    format!("{digits}{point}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_print_as_in_java() {
        let cases = [
            (5.0, "5.0"),
            (0.0, "0.0"),
            (-0.5, "-0.5"),
            (66.6, "66.6"),
            (0.0666851903306472, "0.0666851903306472"),
            (84.93923823723915, "84.93923823723915"),
            (0.001, "0.001"),
            (0.0001, "1.0E-4"),
            (2126585.0, "2126585.0"),
            (9999999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (1e9, "1.0E9"),
            (-12345678.5, "-1.23456785E7"),
        ];
        for (value, text) in cases {
            assert_eq!(java_double(value), text);
        }
    }
}
