//! Courses over time in a terminal, drawn with Unicode's blocks.

use std::ops::Range;

use jiff::{Timestamp, tz::TimeZone};

use crate::human;

/// Eighths of a cell, from the bottom.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// What a threshold is drawn with.
const LINE: char = '┄';
/// Seconds; over more than that a time needs its date.
const DAY: i64 = 86_400;

/// Points over a stretch of time: the beginning of each and its value.
#[derive(Debug, Clone, Copy)]
pub struct Course<'a> {
    /// The points, oldest first.
    pub points: &'a [(i64, f64)],
    /// The whole stretch, in seconds since the Unix epoch.
    pub start: i64,
    /// Its end.
    pub end: i64,
}

impl Course<'_> {
    /// The greatest value in each of `columns` equal parts of the time; nothing where there is no point.
    fn columns(&self, columns: usize) -> Vec<Option<f64>> {
        let mut greatest = vec![None; columns];
        let length = (self.end - self.start).max(1);
        for (at, value) in self.points.iter().filter(|(at, _)| (self.start..self.end).contains(at)) {
            let column = i128::from(at - self.start) * columns as i128 / i128::from(length);
            let column: &mut Option<f64> = &mut greatest[column as usize];
            *column = Some(column.map_or(*value, |greatest| value.max(greatest)));
        }
        greatest
    }
}

/// One line of blocks; where there are no data, a blank. Its foot is 0, or the least value below that.
pub fn sparkline(course: Course<'_>, columns: usize) -> String {
    let columns = course.columns(columns);
    let scale = scale(columns.iter().flatten().copied());
    columns.iter().map(|value| value.map_or(' ', |value| BLOCKS[level(value, &scale, BLOCKS.len() - 1)])).collect()
}

/// Rows of blocks, from the top; and the values at the top of the first row and the foot of the last.
pub fn rows(course: Course<'_>, columns: usize, height: usize, threshold: Option<f64>) -> (Vec<String>, Range<f64>) {
    let columns = course.columns(columns);
    let scale = scale(columns.iter().flatten().copied().chain(threshold));
    let eighths = height * BLOCKS.len();
    let line = threshold.map(|threshold| level(threshold, &scale, eighths - 1) / BLOCKS.len());
    let row = |row: usize| -> String {
        let foot = row * BLOCKS.len();
        let empty = if line == Some(row) { LINE } else { ' ' };
        let cell = |value: &Option<f64>| match value.map(|value| level(value, &scale, eighths - 1)) {
            Some(level) if level >= foot => BLOCKS[(level - foot).min(BLOCKS.len() - 1)],
            _ => empty,
        };
        columns.iter().map(cell).collect()
    };
    ((0..height).rev().map(row).collect(), scale)
}

/// Rows of blocks with the values at their top and foot on the left and the times of both ends below, indented by two.
/// The threshold is named at its line.
pub fn framed(course: Course<'_>, columns: usize, height: usize, threshold: Option<f64>) -> String {
    let (rows, scale) = rows(course, columns, height, threshold);
    let (top, foot) = (human::figure(scale.end), human::figure(scale.start));
    let width = top.chars().count().max(foot.chars().count());
    let last = rows.len() - 1;
    let mut lines: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(index, row)| {
            let value = if index == 0 {
                &top
            } else if index == last {
                &foot
            } else {
                ""
            };
            let label = threshold.filter(|_| row.contains(LINE)).map(|value| format!(" {}", human::figure(value)));
            format!("  {value:>width$} {row}{}", label.unwrap_or_default()).trim_end().to_owned()
        })
        .collect();
    let time = |at: i64| {
        let at = Timestamp::from_second(at).unwrap_or_default().to_zoned(TimeZone::UTC);
        let format = if course.end - course.start > DAY { "%m-%d %H:%M" } else { "%H:%M" };
        at.strftime(format).to_string()
    };
    let (start, end) = (time(course.start), format!("{} UTC", time(course.end)));
    let room = columns.saturating_sub(end.chars().count());
    lines.push(format!("  {:width$} {start:<room$}{end}", ""));
    lines.join("\n")
}

/// From the least to the greatest value, 0 included.
fn scale(values: impl Iterator<Item = f64>) -> Range<f64> {
    let (least, greatest) =
        values.fold((0.0, 0.0), |(least, greatest): (f64, f64), value| (least.min(value), greatest.max(value)));
    least..greatest
}

/// Where a value stands on the scale, from 0 to `most`.
fn level(value: f64, scale: &Range<f64>, most: usize) -> usize {
    let length = scale.end - scale.start;
    if length <= 0.0 {
        return 0;
    }
    ((value - scale.start) / length * most as f64).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(points: &[(i64, f64)], end: i64) -> Course<'_> {
        Course { points, start: 0, end }
    }

    #[test]
    fn a_sparkline_shows_peaks_and_gaps() {
        let points = [(0, 0.0), (60, 7.0), (120, 3.5), (240, 7.0), (245, 1.0)];
        assert_eq!(sparkline(course(&points, 300), 5), "▁█▅ █");
        assert_eq!(sparkline(course(&[(0, 0.0), (60, 0.0)], 120), 2), "▁▁");
        assert_eq!(sparkline(course(&[(0, -4.0), (60, 4.0), (500, 9.0)], 120), 2), "▁█");
        assert_eq!(sparkline(course(&[], 0), 3), "   ");
    }

    #[test]
    fn rows_stand_on_each_other_and_the_threshold_lies_behind() {
        let points = [(0, 0.0), (60, 8.0), (120, 16.0)];
        let (rows, scale) = rows(course(&points, 240), 4, 2, Some(15.0));
        assert_eq!(rows, ["┄▁█┄", "▁██ "]);
        assert_eq!(scale, 0.0..16.0);
    }

    #[test]
    fn a_frame_names_values_and_times() {
        let points = [(0, 0.0), (5400, 1600.0)];
        let text = framed(course(&points, 10_800), 20, 2, Some(1200.0));
        let expected = ["  1,600 ┄┄┄┄┄┄┄┄┄┄█┄┄┄┄┄┄┄┄┄ 1,200", "      0 ▁         █", "        00:00      03:00 UTC"];
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    }
}
