//! Date and time patterns in Java `DateTimeFormatter` letters, as ODCS prescribes for `logicalTypeOptions.format`.

/// A checked pattern: the items that a text consists of, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateTimePattern {
    /// The pattern as the contract writes it.
    pub text: String,
    /// What a text consists of.
    pub items: Vec<PatternItem>,
}

/// One item of a pattern. A numeric item says how many digits it takes: two letters, two digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternItem {
    /// `yyyy` or `uuuu`: the year, exactly four digits.
    Year4,
    /// `yy`: the year's last two digits, 2000 to 2099 as in Java.
    Year2,
    /// `M`/`MM`: month; `min` digits to 2.
    Month {
        /// Fewest digits: 1 for `M`, 2 for `MM`.
        min: u8,
    },
    /// `MMM` (`Jan`) or `MMMM` (`January`), English, as written.
    MonthName {
        /// Whether the name is cut to three letters.
        short: bool,
    },
    /// `d`/`dd`: day of the month.
    Day {
        /// Fewest digits.
        min: u8,
    },
    /// `DDD`: day of the year, three digits.
    DayOfYear,
    /// `E`..`EEE` (`Mon`) or `EEEE` (`Monday`): read, and checked against the date.
    Weekday {
        /// Whether the name is cut to three letters.
        short: bool,
    },
    /// `H`/`HH`: hour 0–23.
    Hour {
        /// Fewest digits.
        min: u8,
    },
    /// `h`/`hh`: hour 1–12, with `a`.
    Hour12 {
        /// Fewest digits.
        min: u8,
    },
    /// `m`/`mm`: minute.
    Minute {
        /// Fewest digits.
        min: u8,
    },
    /// `s`/`ss`: second.
    Second {
        /// Fewest digits.
        min: u8,
    },
    /// `S…`: fraction of a second, exactly `digits` digits (1 to 9).
    Fraction {
        /// How many digits.
        digits: u8,
    },
    /// `[.S…]` of the ISO default: a point and 1 to 9 digits, or nothing.
    OptionalFraction,
    /// `a`: `AM` or `PM`.
    AmPm,
    /// `X`, `XX`, `XXX`: offset, `Z` for zero; `x…` the same without `Z`; `Z` (`+0000`).
    Offset {
        /// Whether `Z` stands for zero.
        zulu: bool,
        /// Whether hours and minutes stand apart by a colon.
        colon: bool,
        /// Whether minutes must stand (true) or may be left out when they are zero (`X`).
        minutes: bool,
    },
    /// `VV` or `z`-style zone id such as `Europe/Madrid`.
    ZoneId,
    /// Text that must stand as it is.
    Literal(String),
    /// `[` … `]`: the items may stand or not.
    Optional(Vec<PatternItem>),
}

/// A pattern that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} at character {at} of the pattern")]
pub struct PatternError {
    /// Character of the pattern, from 1.
    pub at: usize,
    /// What is wrong and what to write instead.
    pub message: String,
}
