//! Which column of the file is which column of the contract.

use atalaya_contract::AdditionalColumns;

use crate::{
    fault::{FileFault, code},
    plan::Plan,
};

/// The file's columns, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) columns: Vec<FileColumn>,
}

/// One column of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileColumn {
    /// Index into the plan's columns; `None` for a column that the contract does not name.
    pub(crate) bound: Option<usize>,
    /// The column's name in rejects.
    pub(crate) name: String,
}

impl Layout {
    /// The layout of a file without a header: the contract's columns in their order.
    pub(crate) fn by_position(plan: &Plan) -> Self {
        let columns = plan.columns.iter().enumerate();
        let columns = columns.map(|(at, column)| FileColumn { bound: Some(at), name: column.name.clone() });
        Self { columns: columns.collect() }
    }

    /// The layout that a header tells, with a warning about columns left out; or every fault of the header.
    pub(crate) fn by_header(plan: &Plan, labels: &[String]) -> Result<(Self, Option<String>), Vec<FileFault>> {
        let mut faults = Vec::new();
        let mut columns = Vec::with_capacity(labels.len());
        let mut extra: Vec<(usize, &str)> = Vec::new();
        // Where no label is known the first record may well be data, and those may be masked.
        let is_known = |label: &String| plan.columns.iter().any(|column| column.label == *label);
        let shows = labels.iter().any(is_known) || !plan.columns.iter().any(|column| column.masked);
        for (at, label) in labels.iter().enumerate() {
            let position = at + 1;
            if label.trim().is_empty() {
                faults.push(
                    FileFault::new(code::BLANK_LABEL, format!("column {position} of the header has no label"))
                        .hint("give the column a label, or take it out of every row"),
                );
            } else if let Some(first) = labels[..at].iter().position(|earlier| earlier == label) {
                let named = if shows { format!(" `{label}`") } else { String::new() };
                let message = format!("columns {} and {position} of the header have the same label{named}", first + 1);
                let fault = FileFault::new(code::DUPLICATE_LABEL, message).hint("rename one of them or take it out");
                faults.push(if shows { fault.column(label.clone()) } else { fault });
            }
            let bound = plan.columns.iter().position(|column| column.label == *label);
            if bound.is_none() && !label.trim().is_empty() {
                extra.push((position, label));
            }
            let name = bound.map_or_else(|| label.clone(), |at| plan.columns[at].name.clone());
            columns.push(FileColumn { bound, name });
        }
        missing(plan, labels, &extra, &mut faults);
        if plan.additional_columns == AdditionalColumns::Reject {
            faults.extend(extra.iter().map(|(position, label)| extra_label(*position, label, shows)));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let names = extra.iter().map(|(_, label)| format!("`{label}`")).collect::<Vec<_>>().join(", ");
        let plural = if extra.len() == 1 {
            "column that the contract does not name was"
        } else {
            "columns that the contract does not name were"
        };
        let warning = (!extra.is_empty()).then(|| format!("{} {plural} left out: {names}", extra.len()));
        Ok((Self { columns }, warning))
    }

    /// Where in the file a column of the plan stands. Every column of the plan has its place in a layout.
    pub(crate) fn position(&self, column: usize) -> usize {
        let place = self.columns.iter().position(|known| known.bound == Some(column));
        place.expect("a layout without every column of the plan is a fault of the file")
    }

    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }
}

/// The fault of a column that the contract does not name and does not want.
fn extra_label(position: usize, label: &str, shows: bool) -> FileFault {
    let named = if shows { format!(", `{label}`,") } else { String::new() };
    let message = format!("column {position} of the header{named} is none that the contract names");
    let hint = "take the column out of the file, add it to the contract, or set `additionalColumns: ignore` there";
    let fault = FileFault::new(code::EXTRA_LABEL, message).rule("additionalColumns").hint(hint);
    if shows { fault.column(label) } else { fault }
}

/// A fault for each column of the contract that the header does not name.
fn missing(plan: &Plan, labels: &[String], extra: &[(usize, &str)], faults: &mut Vec<FileFault>) {
    let extra: Vec<&str> = extra.iter().map(|(_, label)| *label).collect();
    for column in plan.columns.iter().filter(|column| !labels.contains(&column.label)) {
        let near = nearest(&column.label, &extra);
        let hint = if let Some(near) = near {
            format!(
                "the file has a column `{near}`: rename it to `{}`, or change `physicalName` in the contract",
                column.label
            )
        } else if let Some(other) = other_delimiter(plan, labels) {
            format!(
                "the whole header is one cell that holds {other}: is that the delimiter? The contract's csvDialect says `{}`",
                char::from(plan.marks.delimiter).escape_default()
            )
        } else if plan.columns.iter().all(|column| !labels.contains(&column.label)) {
            "no label of the contract stands in the first record: has the file no header? Then set `header: false` in the contract's csvDialect".to_owned()
        } else {
            "add the column to the file; a column without values may have empty cells".to_owned()
        };
        faults.push(
            FileFault::new(code::MISSING_LABEL, format!("the header has no column `{}`", column.label))
                .column(column.name.clone())
                .hint(hint),
        );
    }
}

/// A delimiter in common use that a header of one cell holds.
fn other_delimiter(plan: &Plan, labels: &[String]) -> Option<&'static str> {
    let [only] = labels else { return None };
    [(';', "semicolons"), ('\t', "tabs"), (',', "commas"), ('|', "bars")]
        .into_iter()
        .find(|(mark, _)| only.contains(*mark) && *mark as u32 != u32::from(plan.marks.delimiter))
        .map(|(_, name)| name)
}

/// The label that `wanted` was probably meant to be.
fn nearest<'a>(wanted: &str, labels: &[&'a str]) -> Option<&'a str> {
    let plain = |text: &str| text.trim().to_lowercase().replace([' ', '-', '_', '.'], "");
    let wanted = plain(wanted);
    let candidates = labels.iter().map(|label| (distance(&wanted, &plain(label)), *label));
    // A third of the letters may differ, so that short labels are not all near each other.
    candidates.filter(|(distance, _)| *distance * 3 <= wanted.chars().count()).min().map(|(_, label)| label)
}

/// Levenshtein distance in characters.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, from) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_label_that_was_meant() {
        assert_eq!(nearest("carrier", &["Carier", "origin"]), Some("Carier"));
        assert_eq!(nearest("dep_time", &["Dep Time", "arr_time"]), Some("Dep Time"));
        assert_eq!(nearest("dest", &["year", "hour"]), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
