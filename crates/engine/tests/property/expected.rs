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
            Item::Comment(_) => {}
            Item::Blank(_) if dialect.skip_blank_rows => {}
            Item::Blank(_) if header_wanted => return settled(outcome, place.line, place.at, "blank-header"),
            Item::Blank(_) => outcome.rejects.push((None, place.line, place.at as u64, None, "blank-row")),
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
    let mut faults = Vec::new();
    let mut values = Vec::new();
    for at in 0..width {
        let name = Some(format!("c{at}"));
        match (record.fault, record.cells.get(at)) {
            (Some((cell, false)), _) if cell == at => faults.push((name, "source-error")),
            (Some((cell, true)), _) if cell == at => faults.push((name, "source-error")),
            (Some((cell, true)), _) if cell < at => {}
            (_, None) => faults.push((name, "missing-cell")),
            (_, Some(cell)) => {
                let cell = trimmed(cell, dialect);
                let is_null = dialect.null_tokens.iter().any(|token| token.as_bytes() == cell);
                let is_integer = at + 1 == width;
                match std::str::from_utf8(cell) {
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
    match record.fault {
        Some((cell, _)) if cell >= width => faults.push((None, "source-error")),
        _ => {}
    }
    if record.cells.len() > width && !matches!(record.fault, Some((_, true))) {
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
