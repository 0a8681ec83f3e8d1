//! Numbers in cells and labels, as CloudWatch itself writes them: four digits that count, where texts about the pipeline
//! (`atalaya_contract::format`) keep to two decimals.

/// `0`, `12`, `3.142`, `0.000012`, `1,234,567`: four digits that count, and every digit before the point.
pub(super) fn figure(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    if value != 0.0 && !(1e-6..1e15).contains(&value.abs()) {
        return format!("{value:.3e}");
    }
    let decimals = match value.abs() {
        size if size >= 1000.0 => 0,
        size if size >= 100.0 => 1,
        size if size >= 10.0 => 2,
        size if size >= 0.1 => 3,
        _ => 6,
    };
    grouped(&trimmed(&format!("{value:.decimals$}")))
}

/// A decimal without the zeros at its end that say nothing; zero has no sign.
#[must_use]
pub fn trimmed(digits: &str) -> String {
    let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
    if digits == "-0" { "0".to_owned() } else { digits.to_owned() }
}

/// Sets thousands apart with commas.
#[must_use]
pub fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let (whole, fraction) = digits.find('.').map_or((digits, ""), |at| digits.split_at(at));
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(fraction);
    out
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn figures_read_as_people_write_them() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (12.0, "12"),
            (2.5, "2.5"),
            (std::f64::consts::PI, "3.142"),
            (99.87654, "99.88"),
            (0.000_012, "0.000012"),
            (1234.0, "1,234"),
            (-1_234_567.4, "-1,234,567"),
            (123.456, "123.5"),
            (1e-9, "1.000e-9"),
            (2e20, "2.000e20"),
            (f64::NAN, ""),
        ] {
            assert_eq!(figure(value), text);
        }
    }
}
