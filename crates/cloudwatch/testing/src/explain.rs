//! A failed case in words: what was expected, what came, and the minutes around it, within 80 columns.

use std::fmt;

use super::{
    report::{CaseReport, Disagreement, Timeline},
    span,
};

/// Columns of the narrowest terminal that people use.
const WIDTH: usize = 80;
/// Letters of a cell of the timeline; longer names are cut. A single column may be wider.
const CELL: usize = 20;
const SINGLE_CELL: usize = 40;
/// What stands before everything that is said of a case.
const INDENT: &str = "    ";

/// A line of an explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it tells.
    pub kind: LineKind,
    /// The line, without its end.
    pub text: String,
}

/// What a line of an explanation tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// Something that was otherwise than expected.
    Disagreement,
    /// The names of the timeline's columns.
    Heading,
    /// A minute of the timeline.
    Moment,
    /// A minute at which an expectation was disappointed.
    WrongMoment,
}

/// What went wrong in a case, line by line; empty when nothing did.
#[must_use]
pub fn explain(case: &CaseReport) -> Vec<Line> {
    let mut lines = Vec::new();
    for disagreement in &case.disagreements {
        for text in told(disagreement) {
            lines.push(Line { kind: LineKind::Disagreement, text });
        }
    }
    if let Some(timeline) = &case.timeline {
        lines.extend(table(timeline));
    }
    lines
}

/// `at 6m: the state is OK, expected ALARM (line 12)`, or two lines below it where the texts are long.
fn told(disagreement: &Disagreement) -> Vec<String> {
    let Disagreement { at, line, about, expected, got } = disagreement;
    let head = format!("{INDENT}at {} (line {line}): {about}", span::text(*at));
    let short = format!("{head} is {got}, expected {expected}");
    if short.chars().count() <= WIDTH {
        return vec![short];
    }
    let mut lines = vec![head];
    for (word, text) in [("expected", expected), ("got", got)] {
        lines.extend(wrapped(&format!("{word:<9}"), text));
    }
    lines
}

/// `text` below `INDENT`, with `first` before its first line and blanks before the others.
fn wrapped(first: &str, text: &str) -> Vec<String> {
    let indent = format!("{INDENT}  {}", " ".repeat(first.chars().count()));
    let mut lines = Vec::new();
    let mut line = format!("{INDENT}  {first}");
    let mut begun = false;
    for word in text.split(' ') {
        if begun && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, indent.clone()));
            begun = false;
        }
        if begun {
            line.push(' ');
        }
        line.push_str(word);
        begun = true;
    }
    lines.push(line);
    lines
}

/// The timeline as a table; columns beyond the width are left out and counted.
fn table(timeline: &Timeline) -> Vec<Line> {
    let metric = timeline.rows.iter().any(|row| row.breaching.is_some());
    let widest = if timeline.columns.len() == 1 { SINGLE_CELL } else { CELL };
    let mut columns = vec![column("time", CELL, timeline.rows.iter().map(|row| span::text(row.at)))];
    let mut used = INDENT.len() + 2 + columns[0][0].chars().count();
    // `breaching`, `INSUFFICIENT_DATA` and the blanks before them always find room.
    let room = WIDTH - 2 - "INSUFFICIENT_DATA".len() - if metric { 2 + "breaching".len() } else { 0 };
    let mut left_out = 0;
    for (index, name) in timeline.columns.iter().enumerate() {
        let cells = timeline.rows.iter().map(|row| row.cells[index].clone().unwrap_or_else(|| "–".to_owned()));
        let cells = column(name, widest, cells);
        let width = 2 + cells[0].chars().count();
        if left_out > 0 || used + width > room {
            left_out += 1;
            continue;
        }
        used += width;
        columns.push(cells);
    }
    if metric {
        let breaching = timeline.rows.iter().map(|row| match row.breaching {
            Some(true) => "yes".to_owned(),
            Some(false) => "no".to_owned(),
            None => "–".to_owned(),
        });
        columns.push(column("breaching", CELL, breaching));
    }
    columns.push(column("state", CELL, timeline.rows.iter().map(|row| row.state.as_str().to_owned())));
    let mut lines = Vec::new();
    for row in 0..=timeline.rows.len() {
        let cells: Vec<_> = columns.iter().map(|column| column[row].as_str()).collect();
        let wrong = row > 0 && timeline.rows[row - 1].disagrees;
        let mark = if wrong { "  > " } else { INDENT };
        let kind = match (row, wrong) {
            (0, _) => LineKind::Heading,
            (_, true) => LineKind::WrongMoment,
            (_, false) => LineKind::Moment,
        };
        lines.push(Line { kind, text: format!("{mark}  {}", cells.join("  ")).trim_end().to_owned() });
    }
    if left_out > 0 {
        let text = format!("{INDENT}  ({left_out} more of what it reads are left out)");
        lines.push(Line { kind: LineKind::Moment, text });
    }
    lines
}

/// A heading and its cells, all of one width, which is at most `widest`.
fn column(heading: &str, widest: usize, cells: impl Iterator<Item = String>) -> Vec<String> {
    let cells: Vec<_> = std::iter::once(heading.to_owned()).chain(cells).map(|cell| cut(&cell, widest)).collect();
    let width = cells.iter().map(|cell| cell.chars().count()).max().unwrap_or_default();
    cells.into_iter().map(|cell| format!("{cell:<width$}")).collect()
}

/// The end of a long name tells more than its beginning.
fn cut(cell: &str, widest: usize) -> String {
    let length = cell.chars().count();
    if length <= widest {
        return cell.to_owned();
    }
    let tail: String = cell.chars().skip(length - widest + 1).collect();
    format!("…{tail}")
}

impl fmt::Display for CaseReport {
    /// The case's name, and what went wrong in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", if self.passed() { "passed" } else { "FAILED" }, self.alarm, self.name)?;
        explain(self).iter().try_for_each(|line| write!(f, "\n{}", line.text))
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::report::{Moment, Timeline},
        *,
    };
    use atalaya_cloudwatch::alarm::State;

    fn case(columns: &[&str]) -> CaseReport {
        let moment = |at: i64, value: Option<&str>, state: State| Moment {
            at,
            cells: columns.iter().map(|_| value.map(str::to_owned)).collect(),
            breaching: value.map(|value| value != "0"),
            state,
            disagrees: at == 360,
        };
        CaseReport {
            name: "one failed file pages".to_owned(),
            alarm: "atalaya-FilesFailed".to_owned(),
            line: 4,
            disagreements: vec![
                Disagreement {
                    at: 360,
                    line: 12,
                    about: "state".to_owned(),
                    expected: "ALARM".to_owned(),
                    got: "OK".to_owned(),
                },
                Disagreement {
                    at: 360,
                    line: 12,
                    about: "reason".to_owned(),
                    expected: "a text with `greater than or equal to the threshold (1.0)`".to_owned(),
                    got: "Threshold Crossed: 1 datapoint [0.0 (05/01/26 00:05:00)] was not greater than the threshold"
                        .to_owned(),
                },
            ],
            timeline: Some(Timeline {
                columns: columns.iter().map(ToString::to_string).collect(),
                rows: vec![
                    moment(300, Some("0"), State::Ok),
                    moment(360, Some("1"), State::InsufficientData),
                    moment(420, None, State::Ok),
                ],
            }),
        }
    }

    #[test]
    fn a_failed_case_is_explained_in_80_columns() {
        let text = case(&["FilesFailed"]).to_string();
        let expected = "\
FAILED atalaya-FilesFailed: one failed file pages
    at 6m (line 12): state is OK, expected ALARM
    at 6m (line 12): reason
      expected a text with `greater than or equal to the threshold (1.0)`
      got      Threshold Crossed: 1 datapoint [0.0 (05/01/26 00:05:00)] was not
               greater than the threshold
      time  FilesFailed  breaching  state
      5m    0            no         OK
  >   6m    1            yes        INSUFFICIENT_DATA
      7m    –            –          OK";
        assert_eq!(text, expected);
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let names = ["a-very-long-name-of-a-query", "b", "c", "another-very-long-name", "e", "one-more-long-name"];
        let text = case(&names).to_string();
        assert!(text.contains("…ong-name-of-a-query"), "{text}");
        assert!(text.contains("more of what it reads are left out"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
    }
}
