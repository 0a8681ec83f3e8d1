//! How numbers are written: short enough for a figure or an axis, exact enough to be trusted.

use atalaya_cloudwatch_dashboard::figure::{grouped, trimmed};

/// What stands for a value that is not there.
pub(super) const NOTHING: &str = "–";

/// Thousands and what a number is divided by for them.
const UNITS: [(f64, &str); 4] = [(1e3, "K"), (1e6, "M"), (1e9, "B"), (1e12, "T")];

/// Where plain digits end and powers of ten begin.
const LARGEST: f64 = 1e15;
const SMALLEST: f64 = 1e-6;

/// Three digits that count: `0`, `0.0123`, `12.3`, `1,234`, `12.3K`, `4M`.
pub(super) fn short(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return NOTHING.to_owned();
    }
    if size != 0.0 && !(SMALLEST..LARGEST).contains(&size) {
        return power(value, 2);
    }
    if size < 9_999.5 {
        return grouped(&significant(value));
    }
    // What is rounded up to a thousand is one of the next unit.
    let unit = UNITS.iter().find(|(unit, _)| size / unit < 999.5).unwrap_or(&UNITS[UNITS.len() - 1]);
    format!("{}{}", significant(value / unit.0), unit.1)
}

/// Every digit, with thousands set apart.
pub(super) fn full(value: f64) -> String {
    match value.abs() {
        _ if !value.is_finite() => NOTHING.to_owned(),
        size if size != 0.0 && !(SMALLEST..LARGEST).contains(&size) => format!("{value:e}"),
        _ => grouped(&format!("{}", value + 0.0)),
    }
}

/// A value on an axis whose ticks are `step` apart: `0`, `250`, `1.5K`.
pub(super) fn tick(value: f64, step: f64) -> String {
    // The sum of steps is a little off zero.
    if value.abs() < step * 1e-6 {
        return "0".to_owned();
    }
    if value.abs() >= LARGEST || step < SMALLEST {
        return power(value, 3);
    }
    let unit = UNITS.iter().rev().find(|(unit, _)| value.abs() >= *unit * (1.0 - 1e-9));
    let (divisor, name) = unit.copied().unwrap_or((1.0, ""));
    let decimals = (-(step / divisor).log10() - 1e-9).ceil().clamp(0.0, 12.0) as usize;
    format!("{}{name}", trimmed(&format!("{:.decimals$}", value / divisor)))
}

/// With three digits that count, no zeros behind them.
fn significant(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let decimals = (2.0 - value.abs().log10().floor()).clamp(0.0, 12.0) as usize;
    trimmed(&format!("{value:.decimals$}"))
}

/// `1.5e-9`.
fn power(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$e}");
    match text.split_once('e') {
        Some((digits, exponent)) => format!("{}e{exponent}", trimmed(digits)),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits_that_count() {
        let figures = [
            (0.0, "0"),
            (-0.0, "0"),
            (5.0, "5"),
            (0.012_34, "0.0123"),
            (12.345, "12.3"),
            (99.95, "100"),
            (999.96, "1,000"),
            (1234.4, "1,234"),
            (9_999.6, "10K"),
            (12_345.0, "12.3K"),
            (999_600.0, "1M"),
            (-1_234_567.0, "-1.23M"),
            (4e12, "4T"),
            (2.5e20, "2.5e20"),
            (1.5e-9, "1.5e-9"),
            (f64::NAN, "–"),
        ];
        for (value, written) in figures {
            assert_eq!(short(value), written, "{value}");
        }
    }

    #[test]
    fn full_figures_keep_every_digit() {
        assert_eq!(full(1_234_567.125), "1,234,567.125");
        assert_eq!(full(-12.0), "-12");
        assert_eq!(full(1e300), "1e300");
    }

    #[test]
    fn ticks_show_the_digits_of_their_step() {
        let ticks = [
            (0.1 + 0.2 - 0.3, 0.1, "0"),
            (0.3, 0.1, "0.3"),
            (1500.0, 500.0, "1.5K"),
            (500.0, 500.0, "500"),
            (2e6, 1e6, "2M"),
            (99.25, 0.05, "99.25"),
            (2e-9, 1e-9, "2e-9"),
            (1e18, 5e17, "1e18"),
        ];
        for (value, step, written) in ticks {
            assert_eq!(tick(value, step), written, "{value}");
        }
    }
}
