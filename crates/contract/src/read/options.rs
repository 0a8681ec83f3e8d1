//! Options of strings and numbers.

use regex::Regex;

use atalaya_document::Content;

use super::Reader;
use crate::{Bounds, Decimal, DecimalType, NumberOptions, StringOptions, at::At};

impl Reader {
    pub(super) fn string_options(&mut self, options: Option<&At<'_>>) -> StringOptions {
        let Some(options) = options else { return StringOptions::default() };
        if let Some(format) = options.key("format") {
            self.notes.one(&format, "the format of a string is not checked; write a pattern");
        }
        let pattern = options.key("pattern").and_then(|at| self.pattern(&at));
        let (min_length, max_length) = (length(options, "minLength"), length(options, "maxLength"));
        if let (Some(min), Some(max)) = (min_length, max_length)
            && min > max
        {
            self.problem(options, format!("minLength {min} is above maxLength {max}"), "exchange them");
        }
        StringOptions { pattern, min_length, max_length }
    }

    /// A regular expression that compiles.
    pub(super) fn pattern(&mut self, at: &At<'_>) -> Option<String> {
        let text = at.node.text()?;
        match Regex::new(text) {
            Ok(_) => Some(text.to_owned()),
            Err(error) => {
                let (message, hint) = explain(text, &error);
                self.problem(at, message, hint);
                None
            }
        }
    }

    pub(super) fn integer_options(&mut self, options: Option<&At<'_>>) -> NumberOptions {
        let Some(options) = options else { return NumberOptions::default() };
        let mut bounds = self.bounds(options, Self::number);
        if let Some(format) = options.key("format") {
            self.narrow(&format, &mut bounds);
        }
        NumberOptions { bounds, multiple_of: self.multiple_of(options), decimal: None }
    }

    /// The bounds that an integer's width implies, where the contract's own are wider.
    fn narrow(&mut self, format: &At<'_>, bounds: &mut Bounds<Decimal>) {
        let name = format.node.text().unwrap_or_default();
        let (low, high) = match name {
            "i8" => (i64::from(i8::MIN), i64::from(i8::MAX)),
            "i16" => (i64::from(i16::MIN), i64::from(i16::MAX)),
            "i32" => (i64::from(i32::MIN), i64::from(i32::MAX)),
            "u8" => (0, i64::from(u8::MAX)),
            "u16" => (0, i64::from(u16::MAX)),
            "u32" => (0, i64::from(u32::MAX)),
            "u64" | "u128" => (0, i64::MAX),
            _ => (i64::MIN, i64::MAX),
        };
        if matches!(name, "u64" | "i128" | "u128") {
            self.notes.one(format, format!("integers are held in 64 bits with sign; `{name}` is read up to {high}"));
        }
        if low > i64::MIN {
            bounds.min = Some(bounds.min.map_or(Decimal::from(low), |own| own.max(Decimal::from(low))));
        }
        if high < i64::MAX {
            bounds.max = Some(bounds.max.map_or(Decimal::from(high), |own| own.min(Decimal::from(high))));
        }
    }

    pub(super) fn number_options(&mut self, options: Option<&At<'_>>, decimal: Option<DecimalType>) -> NumberOptions {
        let Some(options) = options else { return NumberOptions { decimal, ..NumberOptions::default() } };
        if let Some(format) = options.key("format") {
            self.notes.one(&format, "numbers are held in 64 bits, or exactly where physicalType is DECIMAL(p,s)");
        }
        NumberOptions { bounds: self.bounds(options, Self::number), multiple_of: self.multiple_of(options), decimal }
    }

    fn multiple_of(&mut self, options: &At<'_>) -> Option<Decimal> {
        options.key("multipleOf").and_then(|at| self.number(&at)).filter(|step| *step > Decimal::from(0))
    }
}

fn length(options: &At<'_>, key: &str) -> Option<u64> {
    let Content::Number(text) = &options.key(key)?.node.content else { return None };
    let number: Decimal = text.parse().ok()?;
    u64::try_from(number.rescale(0)?).ok()
}

/// Why a pattern does not compile, and the way out. Authors come from engines that look around and back.
fn explain(pattern: &str, error: &regex::Error) -> (String, String) {
    let looks = ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|opening| pattern.contains(opening));
    if looks {
        let hint = "say what is wanted without looking ahead or behind, or write a second rule";
        return ("the pattern looks ahead or behind, which linear-time matching cannot do".to_owned(), hint.to_owned());
    }
    let text = error.to_string();
    if text.contains("backreference") {
        let hint = "write out what the group may match";
        return (
            "the pattern refers back to a group, which linear-time matching cannot do".to_owned(),
            hint.to_owned(),
        );
    }
    let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
    (
        format!("the pattern cannot be read: {reason}"),
        "put a backslash before a character that stands for itself, and write the pattern in single quotes".to_owned(),
    )
}
