//! Numbers in cells and labels.

/// The digits after the point of a number of this size: four that count, none of those above a thousand.
fn decimals(value: f64) -> usize {
    match value.abs() {
        size if size >= 1000.0 => 0,
        size if size >= 100.0 => 1,
        size if size >= 10.0 => 2,
        size if size >= 0.1 => 3,
        _ => 6,
    }
}

/// `0`, `12`, `3.142`, `0.000012`, `1,234,567`: as exact as a person reads it.
pub(super) fn figure(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    if value != 0.0 && !(1e-6..1e15).contains(&value.abs()) {
        return format!("{value:.3e}");
    }
    let text = format!("{value:.*}", decimals(value));
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if grouped == "0" && rest.is_empty() { "" } else { sign };
    format!("{sign}{grouped}{rest}")
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
