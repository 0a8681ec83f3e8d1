//! Values that CloudWatch takes as dimensions.

use std::fmt::Write;

/// The most characters that a dimension's value may have.
const MAX_VALUE: usize = 1024;

/// What stands in for a name that says nothing.
const UNKNOWN: &str = "unknown";

/// `text` as a dimension value. CloudWatch takes 1 to 1024 printable ASCII characters, not all of them blank, and
/// drops the metric otherwise. So a blank text becomes `unknown`, every other character is written as its UTF-8
/// bytes in percent notation (`año` → `a%C3%B1o`), and what goes beyond 1024 characters is cut off at a whole
/// character. A plain name stays as it is.
#[must_use]
pub fn dimension_value(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    let mut buffer = [0; 4];
    for character in text.chars() {
        let before = value.len();
        if matches!(character, ' '..='~') {
            value.push(character);
        } else {
            for byte in character.encode_utf8(&mut buffer).bytes() {
                let _ = write!(value, "%{byte:02X}");
            }
        }
        if value.len() > MAX_VALUE {
            value.truncate(before);
            break;
        }
    }
    if value.trim().is_empty() { UNKNOWN.to_owned() } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_stay() {
        assert_eq!(dimension_value("flights"), "flights");
        assert_eq!(dimension_value("a b/c-100%"), "a b/c-100%");
    }

    #[test]
    fn what_cloudwatch_refuses_is_replaced() {
        assert_eq!(dimension_value(""), "unknown");
        assert_eq!(dimension_value("   "), "unknown");
        assert_eq!(dimension_value("año"), "a%C3%B1o");
        assert_eq!(dimension_value("a\nb\u{7f}"), "a%0Ab%7F");
    }

    #[test]
    fn a_long_name_is_cut_at_a_whole_character() {
        assert_eq!(dimension_value(&"x".repeat(1025)), "x".repeat(1024));
        let cut = dimension_value(&"ñ".repeat(1000));
        assert_eq!(cut.len(), 1020);
        assert!(cut.ends_with("%C3%B1"));
    }
}
