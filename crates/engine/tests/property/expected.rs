//! What the rules say of a text, by the naive reader.

use atalaya_contract::{CsvDialect, Trim};

use crate::naive::{Item, Naive, Record};

/// Row, line, offset, column, code.
pub(crate) type Told = (Option<u64>, u64, u64, Option<String>, &'static str);

/// The outcome for a text of UTF-8, with byte offsets in that text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) rows: Vec<Vec<Option<String>>>,
    pub(crate) rejects: Vec<Told>,
    pub(crate) read: u64,
    pub(crate) unreadable: bool,
    /// No header could be read.
    pub(crate) settled: bool,
    /// Blank rows and comment lines passed over.
    pub(crate) skipped: (u64, u64),
    /// Whether an empty cell after the last delimiter of a row is none; not known before the first row.
    pub(crate) ends_with_delimiter: Option<bool>,
}

/// Judges `text` for columns `c0` … of which the last is a required integer.
pub(crate) fn expected(text: &[u8], dialect: &CsvDialect, width: usize, record_bytes: usize) -> Expected {
    let mut outcome = Expected::default();
    let mut header_wanted = dialect.header;
    for item in Naive::items(text, dialect) {
        let (Item::Record(record) | Item::Blank(record) | Item::Comment(record)) = &item;
        let place = record.place;
        if record.length > record_bytes {
            outcome.unreadable = true;
            return settled(outcome, place.line, place.at, "source-error");
        }
        match item {
            Item::Comment(_) => outcome.skipped.1 += 1,
            Item::Blank(_) if dialect.skip_blank_rows => outcome.skipped.0 += 1,
            Item::Blank(_) if header_wanted => return settled(outcome, place.line, place.at, "blank-header"),
            Item::Blank(_) => outcome.rejects.push((None, place.line, place.at as u64, None, "blank-row")),
            Item::Record(record) if record.is_open => {
                outcome.unreadable = true;
                return settled(outcome, place.line, place.at, "source-error");
            }
            // The generator writes either the right header or one that no reader could take for it.
            Item::Record(_) if header_wanted => header_wanted = false,
            Item::Record(record) => judge(&record, dialect, width, &mut outcome),
        }
    }
    outcome.settled = header_wanted;
    if header_wanted {
        outcome.rejects.push((None, 1, 0, None, "source-error"));
    }
    outcome
}

fn settled(mut outcome: Expected, line: u64, at: usize, code: &'static str) -> Expected {
    outcome.rejects.push((None, line, at as u64, None, code));
    outcome.settled = true;
    outcome
}

fn judge(record: &Record, dialect: &CsvDialect, width: usize, outcome: &mut Expected) {
    outcome.read += 1;
    let ends_empty = record.cells.last().is_some_and(|cell| trimmed(cell, dialect).is_empty());
    let has_one_more = record.cells.len() == width + 1 && ends_empty;
    let ends_with_delimiter = *outcome.ends_with_delimiter.get_or_insert(has_one_more && record.fault.is_none());
    let mut faults = Vec::new();
    let mut values = Vec::new();
    for at in 0..width {
        let name = Some(format!("c{at}"));
        match record.cells.get(at) {
            _ if record.fault == Some(at) => faults.push((name, "source-error")),
            None => {}
            Some(cell) => {
                let cell = trimmed(cell, dialect);
                let is_null = dialect.null_tokens.iter().any(|token| token.as_bytes() == cell);
                let cell = unescaped(cell, dialect);
                let is_integer = at + 1 == width;
                match std::str::from_utf8(&cell) {
                    _ if is_null && is_integer => faults.push((name, "constraint-error")),
                    _ if is_null => values.push(None),
                    Err(_) => faults.push((name, "encoding-error")),
                    Ok(text) if is_integer && text.parse::<i64>().is_err() => faults.push((name, "type-error")),
                    Ok(text) if is_integer => values.push(text.parse::<i64>().ok().map(|value| value.to_string())),
                    Ok(text) => values.push(Some(text.to_owned())),
                }
            }
        }
    }
    // More than three missing cells are told once.
    let wanted = width + usize::from(ends_with_delimiter);
    let missing = record.cells.len()..wanted;
    let listed = if missing.len() > 3 { 1 } else { missing.len() };
    for at in missing.take(listed) {
        faults.push((Some(if at < width { format!("c{at}") } else { String::new() }), "missing-cell"));
    }
    if record.fault.is_some_and(|cell| cell >= width) {
        faults.push((None, "source-error"));
    }
    if record.cells.len() > width && !(ends_with_delimiter && has_one_more) {
        faults.push((None, "extra-cell"));
    }
    if faults.is_empty() {
        outcome.rows.push(values);
    }
    let place = record.place;
    outcome.rejects.extend(
        faults.into_iter().map(|(column, code)| (Some(outcome.read), place.line, place.at as u64, column, code)),
    );
}

fn unescaped(cell: &[u8], dialect: &CsvDialect) -> Vec<u8> {
    let mut content = Vec::new();
    let mut is_escaped = false;
    for byte in cell {
        if !is_escaped && Some(*byte) == dialect.escape_char {
            is_escaped = true;
        } else {
            content.push(*byte);
            is_escaped = false;
        }
    }
    content
}

fn trimmed<'a>(mut cell: &'a [u8], dialect: &CsvDialect) -> &'a [u8] {
    let blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    while matches!(dialect.trim, Trim::Start | Trim::Both) && blank(cell.first()) {
        cell = &cell[1..];
    }
    while matches!(dialect.trim, Trim::End | Trim::Both) && blank(cell.last()) {
        cell = &cell[..cell.len() - 1];
    }
    cell
}
