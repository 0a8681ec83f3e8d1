//! A text, read item by item as a pattern says.

use atalaya_contract::PatternItem;
use jiff::tz::TimeZone;

use super::{
    Unread,
    parts::{Parts, set},
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// What is left of a text, and what the part before has said.
pub(super) struct Text<'a> {
    cell: &'a [u8],
    parts: Parts,
}

impl<'a> Text<'a> {
    /// The parts of a text that is written as `items` say, to its end.
    pub(super) fn read(cell: &'a [u8], items: &[PatternItem]) -> Result<Parts, Unread> {
        let mut text = Self { cell, parts: Parts::default() };
        text.items(items)?;
        if text.cell.is_empty() { Ok(text.parts) } else { Err(Unread::Written) }
    }

    fn items(&mut self, items: &[PatternItem]) -> Result<(), Unread> {
        for item in items {
            self.item(item)?;
        }
        Ok(())
    }

    #[inline]
    fn item(&mut self, item: &PatternItem) -> Result<(), Unread> {
        match item {
            PatternItem::Year4 => {
                let year = self.digits(4, 4)? as i32;
                set(&mut self.parts.year, year)
            }
            PatternItem::Year2 => {
                let year = 2000 + self.digits(2, 2)? as i32;
                set(&mut self.parts.year, year)
            }
            PatternItem::Month { min } => {
                let month = self.digits(*min, 2)?;
                set(&mut self.parts.month, month)
            }
            PatternItem::MonthName { short } => {
                let month = self.name(&MONTHS, *short)? as u32 + 1;
                set(&mut self.parts.month, month)
            }
            PatternItem::Day { min } => {
                let day = self.digits(*min, 2)?;
                set(&mut self.parts.day, day)
            }
            PatternItem::DayOfYear => {
                let day = self.digits(3, 3)?;
                set(&mut self.parts.day_of_year, day)
            }
            PatternItem::Weekday { short } => {
                let weekday = self.name(&WEEKDAYS, *short)?;
                set(&mut self.parts.weekday, weekday)
            }
            PatternItem::Hour { min } => {
                let hour = self.digits(*min, 2)?;
                set(&mut self.parts.hour, hour)
            }
            PatternItem::Hour12 { min } => {
                let hour = self.digits(*min, 2)?;
                set(&mut self.parts.half_hour, hour)
            }
            PatternItem::Minute { min } => {
                let minute = self.digits(*min, 2)?;
                set(&mut self.parts.minute, minute)
            }
            PatternItem::Second { min } => {
                let second = self.digits(*min, 2)?;
                set(&mut self.parts.second, second)
            }
            PatternItem::Fraction { digits } => self.fraction(*digits, *digits),
            PatternItem::OptionalFraction => match self.cell {
                [b'.', rest @ ..] => {
                    self.cell = rest;
                    self.fraction(1, 9)
                }
                _ => Ok(()),
            },
            PatternItem::AmPm => {
                let afternoon = self.name(&["AM", "PM"], false)? == 1;
                set(&mut self.parts.afternoon, afternoon)
            }
            PatternItem::Offset { zulu, colon, minutes } => {
                let offset = self.offset(*zulu, *colon, *minutes)?;
                set(&mut self.parts.offset, offset)
            }
            PatternItem::ZoneId => self.zone(),
            PatternItem::Literal(text) => {
                self.cell = self.cell.strip_prefix(text.as_bytes()).ok_or(Unread::Written)?;
                Ok(())
            }
            PatternItem::Optional(items) => {
                let before = (self.cell, self.parts.clone());
                if self.items(items).is_err() {
                    (self.cell, self.parts) = before;
                }
                Ok(())
            }
        }
    }

    /// Takes `min` to `max` digits, as many as there are.
    #[inline]
    fn digits(&mut self, min: u8, max: u8) -> Result<u32, Unread> {
        let mut value = 0;
        let mut count = 0;
        while count < max
            && let Some(digit) = self.cell.get(usize::from(count)).map(|byte| byte.wrapping_sub(b'0'))
            && digit <= 9
        {
            value = value * 10 + u32::from(digit);
            count += 1;
        }
        self.cell = &self.cell[usize::from(count)..];
        if count >= min { Ok(value) } else { Err(Unread::Written) }
    }

    /// Takes a fraction of a second.
    fn fraction(&mut self, min: u8, max: u8) -> Result<(), Unread> {
        let before = self.cell.len();
        let value = self.digits(min, max)?;
        let count = (before - self.cell.len()) as u32;
        set(&mut self.parts.nanos, value * 10_u32.pow(9 - count))?;
        // What has more digits than any clock is finer than the column too, and no other way of writing.
        if self.cell.first().is_some_and(u8::is_ascii_digit) && max == 9 { Err(Unread::Fine) } else { Ok(()) }
    }

    /// Takes one of `names`: its index.
    fn name(&mut self, names: &[&str], short: bool) -> Result<usize, Unread> {
        let cut = |name: &str| if short { 3 } else { name.len() };
        let is_next = |name: &&str| self.cell.starts_with(&name.as_bytes()[..cut(name)]);
        let at = names.iter().position(is_next).ok_or(Unread::Written)?;
        self.cell = &self.cell[cut(names[at])..];
        Ok(at)
    }

    /// Takes an offset, in seconds.
    fn offset(&mut self, zulu: bool, colon: bool, minutes: bool) -> Result<i64, Unread> {
        let sign = match self.cell.first() {
            Some(b'Z') if zulu => {
                self.cell = &self.cell[1..];
                return Ok(0);
            }
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Err(Unread::Written),
        };
        self.cell = &self.cell[1..];
        let hours = self.digits(2, 2)?;
        let has_minutes = minutes || self.cell.first().is_some_and(u8::is_ascii_digit);
        let mut rest = 0;
        if has_minutes {
            if colon {
                self.cell = self.cell.strip_prefix(b":").ok_or(Unread::Written)?;
            }
            rest = self.digits(2, 2)?;
        }
        // The range of offsets that Java's formatter reads.
        if rest > 59 || hours * 60 + rest > 18 * 60 {
            return Err(Unread::Clock);
        }
        Ok(sign * i64::from(hours * 3600 + rest * 60))
    }

    fn zone(&mut self) -> Result<(), Unread> {
        let of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'+' | b'-');
        let length = self.cell.iter().position(|byte| !of_name(byte)).unwrap_or(self.cell.len());
        let (name, rest) = self.cell.split_at(length);
        let name = std::str::from_utf8(name).map_err(|_| Unread::Written)?;
        let zone = if name == "Z" { TimeZone::UTC } else { TimeZone::get(name).map_err(|_| Unread::Zone)? };
        self.cell = rest;
        set(&mut self.parts.zone, zone)
    }
}
