//! Date and time patterns in Java `DateTimeFormatter` letters, as ODCS prescribes for `logicalTypeOptions.format`.

mod parser;

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

impl DateTimePattern {
    /// Reads a pattern such as `dd/MM/yyyy HH:mm`.
    ///
    /// # Errors
    /// Names the first letter that is unknown, doubtful (such as `YYYY` or `hh` without `a`) or could not be read back
    /// unambiguously, with what to write instead.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let items = parser::parse(text)?;
        Ok(Self { text: text.to_owned(), items })
    }

    /// ISO 8601 day: `2013-01-31`.
    #[must_use]
    pub fn iso_date() -> Self {
        Self { text: "yyyy-MM-dd".to_owned(), items: iso_day() }
    }

    /// ISO 8601 time of day with an optional fraction: `06:30:00`, `06:30:00.25`.
    #[must_use]
    pub fn iso_time() -> Self {
        Self { text: "HH:mm:ss[.S]".to_owned(), items: iso_clock() }
    }

    /// ISO 8601 point in time with an optional fraction: `2013-01-31T06:30:00`, with `Z` or `+01:00` where `has_zone`.
    #[must_use]
    pub fn iso_timestamp(has_zone: bool) -> Self {
        let mut text = "yyyy-MM-dd'T'HH:mm:ss[.S]".to_owned();
        let mut items = iso_day();
        items.push(PatternItem::Literal("T".to_owned()));
        items.append(&mut iso_clock());
        if has_zone {
            text.push_str("XXX");
            items.push(PatternItem::Offset { zulu: true, colon: true, minutes: true });
        }
        Self { text, items }
    }

    /// Whether the pattern fixes a day: a year with month and day, or with the day of the year.
    #[must_use]
    pub fn has_day(&self) -> bool {
        use PatternItem::{Day, DayOfYear, Month, MonthName, Year2, Year4};
        let has = |wanted: fn(&PatternItem) -> bool| any(&self.items, wanted);
        has(|item| matches!(item, Year4 | Year2))
            && (has(|item| matches!(item, DayOfYear))
                || has(|item| matches!(item, Day { .. }))
                    && has(|item| matches!(item, Month { .. } | MonthName { .. })))
    }

    /// Whether the pattern says the hour.
    #[must_use]
    pub fn has_hour(&self) -> bool {
        any(&self.items, |item| matches!(item, PatternItem::Hour { .. } | PatternItem::Hour12 { .. }))
    }

    /// Whether the pattern says the minute.
    #[must_use]
    pub fn has_minute(&self) -> bool {
        any(&self.items, |item| matches!(item, PatternItem::Minute { .. }))
    }

    /// Whether the pattern says any part of a day.
    #[must_use]
    pub fn has_day_part(&self) -> bool {
        use PatternItem::{Day, DayOfYear, Month, MonthName, Weekday, Year2, Year4};
        any(&self.items, |item| {
            matches!(item, Year4 | Year2 | Month { .. } | MonthName { .. } | Day { .. } | DayOfYear | Weekday { .. })
        })
    }

    /// Whether the pattern says any part of a time of day.
    #[must_use]
    pub fn has_clock_part(&self) -> bool {
        use PatternItem::{AmPm, Fraction, Hour, Hour12, Minute, OptionalFraction, Second};
        any(&self.items, |item| {
            matches!(
                item,
                Hour { .. } | Hour12 { .. } | Minute { .. } | Second { .. } | Fraction { .. } | OptionalFraction | AmPm
            )
        })
    }

    /// What in the pattern may mean something else than its author thinks, a sentence each.
    pub(crate) fn remarks(&self) -> impl Iterator<Item = &'static str> {
        let has = |wanted: fn(&PatternItem) -> bool| any(&self.items, wanted);
        let place = |wanted: fn(&PatternItem) -> bool| self.items.iter().position(wanted);
        let hour = place(|item| matches!(item, PatternItem::Hour { .. } | PatternItem::Hour12 { .. }));
        let minute = place(|item| matches!(item, PatternItem::Minute { .. }));
        let month = place(|item| matches!(item, PatternItem::Month { .. }));
        let exchanged = minute.is_some() && minute < hour && hour < month;
        let is_zulu = |item: &PatternItem| matches!(item, PatternItem::Literal(text) if text == "Z");
        [
            (
                any(&self.items, |item| matches!(item, PatternItem::Year2)),
                "`yy` means the years 2000 to 2099; write yyyy where the files have four digits",
            ),
            (exchanged, "`m` is the minute and `M` the month: here each stands where the other is usual"),
            (
                has(|item| matches!(item, PatternItem::Fraction { .. }))
                    && !has(|item| matches!(item, PatternItem::Second { .. })),
                "`S` is a fraction of a second; seconds are `s`",
            ),
            (
                any(&self.items, is_zulu),
                "`'Z'` in quotes is the letter Z and says nothing about a zone; write X for UTC or an offset",
            ),
        ]
        .into_iter()
        .filter_map(|(applies, remark)| applies.then_some(remark))
    }

    /// Whether the pattern says an offset or a zone.
    #[must_use]
    pub fn has_zone(&self) -> bool {
        any(&self.items, |item| matches!(item, PatternItem::Offset { .. } | PatternItem::ZoneId))
    }
}

/// Whether `wanted` holds for an item, those in brackets included.
fn any(items: &[PatternItem], wanted: fn(&PatternItem) -> bool) -> bool {
    items.iter().any(|item| match item {
        PatternItem::Optional(inner) => any(inner, wanted),
        item => wanted(item),
    })
}

fn iso_day() -> Vec<PatternItem> {
    let dash = || PatternItem::Literal("-".to_owned());
    vec![PatternItem::Year4, dash(), PatternItem::Month { min: 2 }, dash(), PatternItem::Day { min: 2 }]
}

fn iso_clock() -> Vec<PatternItem> {
    let colon = || PatternItem::Literal(":".to_owned());
    vec![
        PatternItem::Hour { min: 2 },
        colon(),
        PatternItem::Minute { min: 2 },
        colon(),
        PatternItem::Second { min: 2 },
        PatternItem::OptionalFraction,
    ]
}
