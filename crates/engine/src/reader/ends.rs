//! Records after which nothing more can be read.

use super::Reader;
use crate::{
    batch::Place,
    fault::{FileFault, code},
    plan::Limits,
    scan::record::{Found, Kept, QuoteFault, Reader as Records, Record},
};

impl Reader {
    /// The fault of a file that ends within a cell of the record at `place`, `lines` below the text that it was read from.
    pub(super) fn open_end(&self, column: &str, fault: QuoteFault, place: Place, lines: u64) -> FileFault {
        let byte = self.positions.file(place.text);
        let quote = self.plan.marks.quote.map(char::from).unwrap_or('"');
        match fault {
            QuoteFault::ClosedElsewhere { opened, closed } => {
                let (opened, closed) = (place.line + opened - lines, place.line + closed - lines);
                let message = format!(
                    "a quote ({quote}) opens on line {opened}, in {column}, and the next one, on line {closed}, ends no cell: the lines between would be one cell"
                );
                open_quote(message, opened).at(place.line, byte)
            }
            QuoteFault::NeverClosed { lines: opened } => {
                let line = place.line + opened - lines;
                let message = format!(
                    "a quote ({quote}) opens on line {line}, in {column}, and the file ends before one closes it: all that follows would be one cell"
                );
                open_quote(message, line).at(place.line, byte)
            }
            QuoteFault::EndsInEscape | QuoteFault::TextAfterQuote => {
                let message = "the file ends after an escape, within a cell".to_owned();
                let hint = "the file may be cut short: send it again; double an escape that is part of the text";
                FileFault::new(code::SOURCE, message).rule("escapeChar").hint(hint).at(place.line, byte)
            }
        }
    }

    /// Ends reading at a record that is too long, or has too many lines; `text` begins with it.
    pub(super) fn record_too_long(&mut self, text: &[u8]) {
        let Place { line, text: at } = self.here;
        let byte = self.positions.file(at);
        let Limits { record_bytes: limit, record_lines, .. } = self.plan.limits;
        let exceeded = match text.len() > limit {
            true => format!("is longer than {limit} bytes"),
            false => format!("has more than {record_lines} lines"),
        };
        let message = format!("the record that starts on line {line}, at byte {byte}, {exceeded}");
        let (mut kept, mut stops) = (Vec::new(), Vec::new());
        let mut records = Records::new(text, true, &self.plan.marks);
        let found = records.next(&mut Kept { text: &mut kept, ends: &mut stops, width: 0 });
        let hint = match (found, self.plan.marks.quote) {
            (Found::Record(Record { fault: Some((_, QuoteFault::NeverClosed { lines })), .. }), Some(quote)) => {
                format!(
                    "a quote ({}) opens on line {} and is not closed: close it, or double it where it is part of the text",
                    char::from(quote),
                    line + lines
                )
            }
            _ => "look whether the file has line ends at all".to_owned(),
        };
        self.give_up(FileFault::new(code::SOURCE, message).hint(hint).at(line, byte));
    }
}

/// The fault of a quote that opens on a line of the file and is not closed where it should be.
fn open_quote(message: String, line: u64) -> FileFault {
    let hint = format!(
        "close the quote on line {line}, or double it where it is part of the text; where quotes mean nothing, set `quoteChar: null` in the contract's csvDialect"
    );
    FileFault::new(code::SOURCE, message).rule("quoteChar").hint(hint)
}

/// What the file says when there is no record in it.
pub(super) fn no_record(is_empty: bool) -> FileFault {
    let message = if is_empty {
        "the file is empty: it has not even a header"
    } else {
        "the file has no record, not even a header: only blank lines, comments or a byte-order mark"
    };
    FileFault::new(code::SOURCE, message)
        .hint("send the header alone for a file without rows; an empty file is often an export that failed")
        .at(1, 0)
}
