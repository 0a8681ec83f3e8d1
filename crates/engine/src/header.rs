//! Which column of the file is which column of the contract.

use std::{borrow::Cow, collections::HashMap};

use atalaya_contract::{AdditionalColumns, REJECTS_NOT_LISTED, format::counted};

use crate::{
    column::is_invisible,
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
    /// Where each of the plan's columns stands.
    positions: Vec<usize>,
    /// Whether the last column is what stands after a delimiter at the end of each row: nothing.
    pub(crate) ends_empty: bool,
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
        Self::new(plan, columns.collect())
    }

    fn new(plan: &Plan, columns: Vec<FileColumn>) -> Self {
        let mut positions = vec![0; plan.columns.len()];
        // Of columns with the same label the first counts.
        for (position, column) in columns.iter().enumerate().rev() {
            if let Some(at) = column.bound {
                positions[at] = position;
            }
        }
        Self { columns, positions, ends_empty: false }
    }

    /// The layout that a header tells, with a warning about columns left out; or every fault of the header.
    pub(crate) fn by_header(plan: &Plan, labels: &[String]) -> Result<(Self, Option<String>), Vec<FileFault>> {
        let mut header = Header::new(plan, labels);
        let columns = labels.iter().enumerate().map(|(at, label)| header.column(at, label)).collect();
        header.missing();
        if plan.additional_columns == AdditionalColumns::Reject {
            header.unwanted();
        }
        if header.more > 0 {
            let message = format!("{} of the header are not listed", counted(header.more, "more fault"));
            header.faults.push(FileFault::new(REJECTS_NOT_LISTED, message).hint("repair those that are listed first"));
        }
        if !header.faults.is_empty() {
            return Err(header.faults);
        }
        let warning = header.left_out();
        Ok((Self::new(plan, columns), warning))
    }

    /// Where in the file a column of the plan stands. Every column of the plan has its place in a layout.
    pub(crate) fn position(&self, column: usize) -> usize {
        self.positions[column]
    }

    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }

    /// How many columns there are without the last one, where that has no label.
    pub(crate) fn labelled(&self) -> usize {
        let is_bare = |column: &FileColumn| column.bound.is_none() && column.name.trim().is_empty();
        self.width() - usize::from(self.width() > 1 && self.columns.last().is_some_and(is_bare))
    }

    /// Takes over how the first data row ends: with one delimiter more than the labels, or with one less where nothing
    /// stands after the last. Whether a column is added.
    pub(crate) fn fit_ends(&mut self, record: Record) -> bool {
        if record.fault.is_some() {
            return false;
        }
        if record.cells + 1 == self.width() && record.cells == self.labelled() {
            self.columns.pop();
        }
        self.ends_empty = record.cells == self.width() + 1 && record.ends_empty;
        if self.ends_empty {
            self.columns.push(FileColumn { bound: None, name: String::new() });
        }
        self.ends_empty
    }

    /// The name of a column in messages.
    pub(crate) fn name(&self, position: usize) -> Cow<'_, str> {
        match self.columns.get(position).map(|column| column.name.as_str()) {
            Some("") => "a column without a label".into(),
            Some(name) => name.into(),
            None => format!("cell {} of the row, beyond the last column", position + 1).into(),
        }
    }
}

/// The labels of a header: its cells end in `kept` at `stops`, each followed by one byte.
pub(crate) fn labels(plan: &Plan, record: Record, kept: &[u8], stops: &[u32]) -> Result<Vec<String>, Vec<FileFault>> {
    let fault = |code, message: &str, hint: &str| vec![FileFault::new(code, message).hint(hint)];
    if record.fault.is_some() {
        let message = "a cell of the header has text after its closing quote";
        return Err(fault(
            code::SOURCE,
            message,
            "double a quote that is part of a label, and quote the label as a whole",
        ));
    }
    if record.cells > HEADER_CELLS {
        let message = format!("the first record has {} cells, more than a header may have", record.cells);
        return Err(fault(code::SOURCE, &message, "check `delimiter` in the contract's csvDialect"));
    }
    let mut labels = Vec::with_capacity(stops.len());
    let mut start = 0;
    for stop in stops {
        let cell = plan.marks.unescape(plan.marks.trim(&kept[start..*stop as usize]));
        let Ok(label) = std::str::from_utf8(&cell) else {
            let message = format!("the header holds bytes that are not {}", plan.charset.name());
            return Err(fault(code::ENCODING, &message, "name the file's encoding in the contract's csvDialect"));
        };
        labels.push(label.to_owned());
        start = *stop as usize + 1;
    }
    Ok(labels)
}

/// How many lines below the header's first one a label begins that has lines after its first which hold the delimiter and is
/// none of the contract's: a quote left open there has made rows part of a label.
pub(crate) fn label_of_rows(plan: &Plan, labels: &[String]) -> Option<u64> {
    let delimiter = char::from(plan.marks.delimiter);
    let lines = |label: &str| label.replace("\r\n", "\n").matches(['\n', '\r']).count() as u64;
    let holds_rows = |label: &str| {
        let mut below = label.split(['\n', '\r']).skip(1).filter(|line| !line.is_empty()).peekable();
        below.peek().is_some() && below.all(|line| line.contains(delimiter))
    };
    let is_named = |label: &str| plan.columns.iter().any(|column| column.label == *label);
    let at = labels.iter().position(|label| holds_rows(label) && !is_named(label))?;
    Some(labels[..at].iter().map(|label| lines(label)).sum())
}

/// The fault of a header with a label that [`label_of_rows`] found.
pub(crate) fn rows_in_a_label(plan: &Plan, line: u64) -> FileFault {
    let quote = plan.marks.quote.map(char::from).unwrap_or('"');
    let message = format!(
        "a quote ({quote}) opens on line {line}, in the header, and its label goes on over lines that look like rows"
    );
    let hint = format!(
        "close the quote on line {line}; where quotes mean nothing, set `quoteChar: null` in the contract's csvDialect"
    );
    FileFault::new(code::SOURCE, message).rule("quoteChar").hint(hint)
}

/// How many of a header's faults, or of its columns left out, are told one by one.
const NAMED: usize = 20;

/// How many labels are compared with one that is missing.
const COMPARED: usize = 500;

/// Longest label in a message, in characters.
const LABEL_CHARACTERS: usize = 100;

/// A label as messages show it.
fn shown(label: &str) -> String {
    let mut shown = String::new();
    for letter in label.chars().take(LABEL_CHARACTERS) {
        // Two labels may differ by what nobody sees.
        match letter {
            letter if is_invisible(letter) || letter.is_control() => shown.extend(letter.escape_unicode()),
            letter => shown.push(letter),
        }
    }
    if label.chars().nth(LABEL_CHARACTERS).is_some() {
        shown.push('…');
    }
    shown
}

/// A header being compared with the contract.
struct Header<'a> {
    plan: &'a Plan,
    labels: &'a [String],
    /// Where each label stands first.
    first: HashMap<&'a str, usize>,
    /// Which of the contract's columns has a label.
    named: HashMap<&'a str, usize>,
    /// Position from 1 and label of each column that the contract does not name.
    extra: Vec<(usize, &'a str)>,
    /// Whether labels may be shown: where none is known the first record may well be data, and those may be masked.
    shows: bool,
    faults: Vec<FileFault>,
    /// Faults that are too many to be named.
    more: u64,
}

impl<'a> Header<'a> {
    fn new(plan: &'a Plan, labels: &'a [String]) -> Self {
        let mut first = HashMap::new();
        for (at, label) in labels.iter().enumerate() {
            first.entry(label.as_str()).or_insert(at);
        }
        let mut named = HashMap::new();
        for (at, column) in plan.columns.iter().enumerate() {
            named.entry(column.label.as_str()).or_insert(at);
        }
        let is_known = plan.columns.iter().any(|column| first.contains_key(column.label.as_str()));
        let shows = is_known || !plan.columns.iter().any(|column| column.masked);
        Self { plan, labels, first, named, extra: Vec::new(), shows, faults: Vec::new(), more: 0 }
    }

    /// Adds a fault unless there are many; `of` is the label that it may show.
    fn fault(&mut self, fault: FileFault, of: Option<&str>) {
        if self.faults.len() >= NAMED {
            self.more += 1;
        } else {
            self.faults.push(match of.filter(|_| self.shows) {
                Some(label) => fault.column(shown(label)),
                None => fault,
            });
        }
    }

    /// The column at a place of the header. Of those that the contract does not name it makes no difference how they are
    /// called, or whether two are called alike.
    fn column(&mut self, at: usize, label: &'a str) -> FileColumn {
        let position = at + 1;
        let bound = self.named.get(label).copied();
        if bound.is_none() {
            self.extra.push((position, label));
        } else if let Some(first) = self.first.get(label).filter(|first| **first < at) {
            let named = if self.shows { format!(" `{}`", shown(label)) } else { String::new() };
            let message = format!("columns {} and {position} of the header have the same label{named}", first + 1);
            let fault = FileFault::new(code::DUPLICATE_LABEL, message);
            self.fault(fault.hint("rename one of them or take it out"), Some(label));
        }
        let name = bound.map_or_else(|| shown(label), |at| self.plan.columns[at].name.clone());
        FileColumn { bound, name }
    }

    /// A warning about the columns that the contract does not name, where there are any.
    fn left_out(&self) -> Option<String> {
        let count = self.extra.len();
        let named = self.extra.iter().take(NAMED).map(|(position, label)| match label.trim().is_empty() {
            true => format!("column {position}, without a label"),
            false => format!("`{}`", shown(label)),
        });
        let named = named.collect::<Vec<_>>().join(", ");
        let were = if count == 1 {
            "column that the contract does not name was"
        } else {
            "columns that the contract does not name were"
        };
        let more = if count > NAMED { format!(" and {} more", count - NAMED) } else { String::new() };
        (count > 0).then(|| format!("{count} {were} left out: {named}{more}"))
    }

    /// A fault for each column that the contract does not want.
    fn unwanted(&mut self) {
        for (position, label) in std::mem::take(&mut self.extra) {
            if label.trim().is_empty() {
                let message = format!("column {position} of the header has no label");
                let hint = "take the column out of every row, give it a label that the contract names, or set \
                            `additionalColumns: ignore` there";
                self.fault(FileFault::new(code::BLANK_LABEL, message).rule("additionalColumns").hint(hint), None);
                continue;
            }
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
        let missing: Vec<_> =
            plan.columns.iter().filter(|column| !self.first.contains_key(column.label.as_str())).collect();
        for column in missing.iter().take(NAMED) {
            let message = format!("the header has no column `{}`", shown(&column.label));
            let fault = FileFault::new(code::MISSING_LABEL, message).column(column.name.clone());
            self.faults.push(fault.hint(self.missing_hint(&column.label)));
        }
        if missing.len() > NAMED {
            let message = format!("the header lacks {} more columns of the contract", missing.len() - NAMED);
            self.faults.push(FileFault::new(code::MISSING_LABEL, message));
        }
    }

    fn missing_hint(&self, wanted: &str) -> String {
        if let Some(near) = nearest(wanted, &self.extra) {
            let near = shown(near);
            return format!(
                "the file has a column `{near}`: rename it to `{}`, or change `physicalName` in the contract",
                shown(wanted)
            );
        }
        let delimiter = self.plan.marks.delimiter;
        if let Some(other) = other_delimiter(self.plan, self.labels) {
            let says = char::from(delimiter).escape_default();
            return format!(
                "the whole header is one cell that holds {other}: is that the delimiter? The contract's csvDialect says `{says}`"
            );
        }
        if let [only] = self.labels
            && only.contains(char::from(delimiter))
        {
            return "the whole header is one cell in quotes that holds the delimiter: quote each label, not the line"
                .to_owned();
        }
        if self.plan.columns.iter().all(|column| !self.first.contains_key(column.label.as_str())) {
            return "no label of the contract stands in the first record: is it the right file? One without a header needs `header: false` in the contract's csvDialect".to_owned();
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
    let plain = |text: &str| {
        let is_letter = |letter: &char| !is_invisible(*letter) && !matches!(letter, ' ' | '-' | '_' | '.');
        text.trim().to_lowercase().chars().filter(is_letter).collect::<String>()
    };
    let wanted = plain(wanted);
    if wanted.len() > LABEL_CHARACTERS {
        return None;
    }
    // A third of the letters may differ, so that short labels are not all near each other.
    let most = wanted.chars().count() / 3;
    // Far longer labels are none that was meant, and would take long to compare.
    let near = labels.iter().filter(|(_, label)| label.len() <= wanted.len() * 2 + 8).take(COMPARED);
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
