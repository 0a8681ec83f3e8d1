//! Which column of the file is which column of the contract.

use std::collections::HashMap;

use atalaya_contract::AdditionalColumns;

use crate::{
    fault::{FileFault, code},
    plan::Plan,
    scan::record::Record,
};

/// Most columns of a header.
pub(crate) const HEADER_CELLS: usize = 1 << 16;

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

    /// The layout that a file's first record tells: its cells end in `kept` at `stops`, each followed by one byte.
    pub(crate) fn of_record(
        plan: &Plan,
        record: Record,
        kept: &[u8],
        stops: &[u32],
    ) -> Result<(Self, Option<String>), Vec<FileFault>> {
        let fault = |code, message: &str, hint: &str| vec![FileFault::new(code, message).hint(hint)];
        if record.fault.is_some() {
            let message = "a cell of the header is not quoted well: text after its closing quote, or no closing quote";
            return Err(fault(code::SOURCE, message, "double a quote that is part of a label, and close every quote"));
        }
        if record.cells > HEADER_CELLS {
            let message = format!("the first record has {} cells, more than a header may have", record.cells);
            return Err(fault(code::SOURCE, &message, "check `delimiter` in the contract's csvDialect"));
        }
        let mut labels = Vec::with_capacity(stops.len());
        let mut start = 0;
        for stop in stops {
            let cell = plan.marks.trim(&kept[start..*stop as usize]);
            let Ok(label) = std::str::from_utf8(cell) else {
                let message = format!("the header holds bytes that are not {}", plan.charset.name());
                return Err(fault(code::ENCODING, &message, "name the file's encoding in the contract's csvDialect"));
            };
            labels.push(label.to_owned());
            start = *stop as usize + 1;
        }
        Self::by_header(plan, &labels)
    }

    /// The layout that a header tells, with a warning about columns left out; or every fault of the header.
    fn by_header(plan: &Plan, labels: &[String]) -> Result<(Self, Option<String>), Vec<FileFault>> {
        let mut header = Header::new(plan, labels);
        let columns = labels.iter().enumerate().map(|(at, label)| header.column(at, label)).collect();
        header.missing();
        if plan.additional_columns == AdditionalColumns::Reject {
            header.unwanted();
        }
        if !header.faults.is_empty() {
            return Err(header.faults);
        }
        let extra: Vec<&str> = header.extra.iter().map(|(_, label)| *label).collect();
        let named = extra.iter().take(NAMED).map(|label| format!("`{}`", shown(label))).collect::<Vec<_>>().join(", ");
        let were = if extra.len() == 1 {
            "column that the contract does not name was"
        } else {
            "columns that the contract does not name were"
        };
        let more = if extra.len() > NAMED { format!(" and {} more", extra.len() - NAMED) } else { String::new() };
        let warning = (!extra.is_empty()).then(|| format!("{} {were} left out: {named}{more}", extra.len()));
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

/// How many of a header's faults, or of its columns left out, are told one by one.
const NAMED: usize = 20;

/// Longest label in a message, in characters.
const LABEL_CHARACTERS: usize = 100;

/// A label as messages show it.
fn shown(label: &str) -> String {
    match label.char_indices().nth(LABEL_CHARACTERS) {
        Some((cut, _)) => format!("{}…", &label[..cut]),
        None => label.to_owned(),
    }
}

/// A header being compared with the contract.
struct Header<'a> {
    plan: &'a Plan,
    labels: &'a [String],
    /// Where each label stands first.
    first: HashMap<&'a str, usize>,
    /// Position from 1 and label of each column that the contract does not name.
    extra: Vec<(usize, &'a str)>,
    /// Whether labels may be shown: where none is known the first record may well be data, and those may be masked.
    shows: bool,
    faults: Vec<FileFault>,
}

impl<'a> Header<'a> {
    fn new(plan: &'a Plan, labels: &'a [String]) -> Self {
        let mut first = HashMap::new();
        for (at, label) in labels.iter().enumerate() {
            first.entry(label.as_str()).or_insert(at);
        }
        let is_known = plan.columns.iter().any(|column| first.contains_key(column.label.as_str()));
        let shows = is_known || !plan.columns.iter().any(|column| column.masked);
        Self { plan, labels, first, extra: Vec::new(), shows, faults: Vec::new() }
    }

    /// Adds a fault unless there are many; `of` is the label that it may show.
    fn fault(&mut self, fault: FileFault, of: Option<&str>) {
        if self.faults.len() < NAMED {
            self.faults.push(match of.filter(|_| self.shows) {
                Some(label) => fault.column(shown(label)),
                None => fault,
            });
        }
    }

    fn column(&mut self, at: usize, label: &'a str) -> FileColumn {
        let position = at + 1;
        let named = if self.shows { format!(" `{}`", shown(label)) } else { String::new() };
        if label.trim().is_empty() {
            let message = format!("column {position} of the header has no label");
            let fault = FileFault::new(code::BLANK_LABEL, message);
            self.fault(fault.hint("give the column a label, or take it out of every row"), None);
            return FileColumn { bound: None, name: label.to_owned() };
        }
        if let Some(first) = self.first.get(label).filter(|first| **first < at) {
            let message = format!("columns {} and {position} of the header have the same label{named}", first + 1);
            let fault = FileFault::new(code::DUPLICATE_LABEL, message);
            self.fault(fault.hint("rename one of them or take it out"), Some(label));
        }
        let bound = self.plan.columns.iter().position(|column| column.label == *label);
        if bound.is_none() {
            self.extra.push((position, label));
        }
        let name = bound.map_or_else(|| shown(label), |at| self.plan.columns[at].name.clone());
        FileColumn { bound, name }
    }

    /// A fault for each column that the contract does not want.
    fn unwanted(&mut self) {
        for (position, label) in std::mem::take(&mut self.extra) {
            let named = if self.shows { format!(", `{}`,", shown(label)) } else { String::new() };
            let message = format!("column {position} of the header{named} is none that the contract names");
            let hint =
                "take the column out of the file, add it to the contract, or set `additionalColumns: ignore` there";
            self.fault(FileFault::new(code::EXTRA_LABEL, message).rule("additionalColumns").hint(hint), Some(label));
        }
    }

    /// A fault for each column of the contract that the header does not name.
    fn missing(&mut self) {
        let plan = self.plan;
        for column in plan.columns.iter().filter(|column| !self.first.contains_key(column.label.as_str())) {
            let message = format!("the header has no column `{}`", column.label);
            let fault = FileFault::new(code::MISSING_LABEL, message).column(column.name.clone());
            self.faults.push(fault.hint(self.missing_hint(&column.label)));
        }
    }

    fn missing_hint(&self, wanted: &str) -> String {
        if let Some(near) = nearest(wanted, &self.extra) {
            let near = shown(near);
            return format!(
                "the file has a column `{near}`: rename it to `{wanted}`, or change `physicalName` in the contract"
            );
        }
        let delimiter = self.plan.marks.delimiter;
        if let Some(other) = other_delimiter(self.plan, self.labels) {
            let says = char::from(delimiter).escape_default();
            return format!(
                "the whole header is one cell that holds {other}: is that the delimiter? The contract's csvDialect says `{says}`"
            );
        }
        if self.plan.columns.iter().all(|column| !self.first.contains_key(column.label.as_str())) {
            return "no label of the contract stands in the first record: has the file no header? Then set `header: false` in the contract's csvDialect".to_owned();
        }
        "add the column to the file; a column without values may have empty cells".to_owned()
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
fn nearest<'a>(wanted: &str, labels: &[(usize, &'a str)]) -> Option<&'a str> {
    let plain = |text: &str| text.trim().to_lowercase().replace([' ', '-', '_', '.'], "");
    let wanted = plain(wanted);
    // A third of the letters may differ, so that short labels are not all near each other.
    let most = wanted.chars().count() / 3;
    // Far longer labels are none that was meant, and would take long to compare.
    let near = labels.iter().filter(|(_, label)| label.len() <= wanted.len() * 2 + 8);
    let candidates = near.map(|(_, label)| (distance(&wanted, &plain(label)), *label));
    candidates.filter(|(distance, _)| *distance <= most).min().map(|(_, label)| label)
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
        let labels = |labels: &[&'static str]| labels.iter().map(|label| (1, *label)).collect::<Vec<_>>();
        assert_eq!(nearest("carrier", &labels(&["Carier", "origin"])), Some("Carier"));
        assert_eq!(nearest("dep_time", &labels(&["Dep Time", "arr_time"])), Some("Dep Time"));
        assert_eq!(nearest("dest", &labels(&["year", "hour"])), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
