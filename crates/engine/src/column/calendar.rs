//! The civil calendar: days since 1970-01-01 from year, month and day, and the other way round.

/// Whether `year` has a 29th of February.
pub(crate) fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month, 1 to 12.
pub(crate) fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a day that the proleptic Gregorian calendar has; `None` for one it has not.
#[inline]
pub(crate) fn days(year: i32, month: u32, day: u32) -> Option<i32> {
    if !(1..=12).contains(&month) || day == 0 || day > 28 && day > days_in_month(year, month) {
        return None;
    }
    // Years that start in March put the leap day last, so that the days before a month do not depend on the year.
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let before_month = (153 * month + 2) / 5;
    let century = year.div_euclid(100);
    let before_year = year * 365 + year.div_euclid(4) - century + century.div_euclid(4);
    Some(before_year + (before_month + day - 1) as i32 - EPOCH)
}

/// 1970-01-01, counted from 0000-03-01.
const EPOCH: i32 = 719_468;

/// Day of the week, 0 for Monday.
pub(crate) fn weekday(days: i32) -> usize {
    // 1970-01-01 was a Thursday. The remainder is 0 to 6.
    (days + 3).rem_euclid(7) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        assert_eq!(days(1970, 1, 1), Some(0));
        assert_eq!(days(2000, 3, 1), Some(11_017));
        let mut expected = days(1599, 12, 31).expect("a day");
        for year in 1600..=2001 {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    expected += 1;
                    assert_eq!(days(year, month, day), Some(expected), "{year}-{month}-{day}");
                }
                assert_eq!(days(year, month, days_in_month(year, month) + 1), None);
            }
        }
        assert_eq!((days(2013, 0, 1), days(2013, 13, 1), days(2013, 1, 0)), (None, None, None));
        assert_eq!(weekday(0), 3);
        assert_eq!(days(0, 1, 1).map(weekday), Some(5));
    }
}
