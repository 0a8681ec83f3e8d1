//! Options of strings and numbers.

use atalaya_document::Content;

use super::Reader;
use crate::{Bounds, Decimal, DecimalType, NumberOptions, Pattern, StringOptions, cursor::Cursor, ecma::MOST_BYTES};

/// Most bytes of a contract's patterns together, compiled.
const PATTERN_BYTES: usize = 16 << 20;

impl Reader {
    pub(super) fn string_options(&mut self, options: Option<&Cursor<'_>>) -> StringOptions {
        let Some(options) = options else { return StringOptions::default() };
        if let Some(format) = options.key("format") {
            self.notes.one(&format, "the format of a string is not checked; write a pattern");
        }
        let pattern = options.key("pattern").and_then(|at| self.pattern(&at));
        let (min_length, max_length) = (self.length(options, "minLength"), self.length(options, "maxLength"));
        if let (Some(min), Some(max)) = (min_length, max_length)
            && min > max
        {
            self.problem(options, format!("minLength {min} is above maxLength {max}"), "exchange them");
        }
        StringOptions { pattern, min_length, max_length }
    }

    /// A regular expression that can be matched; what it means that authors may not expect is noted. The patterns of a
    /// contract share a budget, since whoever routes files holds those of all contracts.
    pub(super) fn pattern(&mut self, at: &Cursor<'_>) -> Option<Pattern> {
        let text = at.node.text()?;
        if self.pattern_bytes > PATTERN_BYTES {
            return None;
        }
        match text.parse::<Pattern>() {
            Ok(pattern) => {
                self.pattern_bytes += pattern.compiled_bytes();
                if self.pattern_bytes > PATTERN_BYTES {
                    let message = format!(
                        "the patterns up to here take more than {PATTERN_BYTES} bytes, each counted with 65,536 at least"
                    );
                    let hint = "list what is valid in `enum` instead of a pattern, and repeat less: counts such as {1,1000} multiply what they follow; say lengths by minLength and maxLength";
                    self.problem(at, message, hint);
                    return None;
                }
                pattern.remarks().iter().for_each(|remark| self.notes.one(at, remark.clone()));
                Some(pattern)
            }
            Err(fault) => {
                // It may have been compiled as far as a pattern may be.
                self.pattern_bytes += MOST_BYTES;
                self.problem(at, fault.to_string(), fault.hint);
                None
            }
        }
    }

    /// A number of characters. One beyond 32 bits, which is longer than any cell can be, cannot be meant.
    fn length(&mut self, options: &Cursor<'_>, key: &str) -> Option<u64> {
        let at = options.key(key)?;
        let Content::Number(text) = &at.node.content else { return None };
        let length = text.parse::<Decimal>().ok().and_then(|number| u32::try_from(number.rescale(0)?).ok());
        if length.is_none() {
            let hint = format!("write a number of characters below {}, or leave it out", u32::MAX);
            self.problem(&at, format!("`{text}` is longer than any text can be"), hint);
        }
        length.map(u64::from)
    }

    pub(super) fn integer_options(&mut self, options: Option<&Cursor<'_>>) -> NumberOptions {
        let Some(options) = options else { return NumberOptions::default() };
        let mut bounds = self.bounds(options, Self::number);
        if let Some(format) = options.key("format") {
            self.narrow(&format, &mut bounds);
        }
        NumberOptions { bounds, multiple_of: self.multiple_of(options), decimal: None }
    }

    /// The bounds that an integer's width implies, where the contract's own are wider.
    fn narrow(&mut self, format: &Cursor<'_>, bounds: &mut Bounds<Decimal>) {
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

    pub(super) fn number_options(
        &mut self,
        options: Option<&Cursor<'_>>,
        decimal: Option<DecimalType>,
    ) -> NumberOptions {
        let Some(options) = options else { return NumberOptions { decimal, ..NumberOptions::default() } };
        if let Some(format) = options.key("format") {
            self.notes.one(&format, "numbers are held in 64 bits, or exactly where physicalType is DECIMAL(p,s)");
        }
        NumberOptions { bounds: self.bounds(options, Self::number), multiple_of: self.multiple_of(options), decimal }
    }

    fn multiple_of(&mut self, options: &Cursor<'_>) -> Option<Decimal> {
        options.key("multipleOf").and_then(|at| self.number(&at)).filter(|step| *step > Decimal::from(0))
    }
}
