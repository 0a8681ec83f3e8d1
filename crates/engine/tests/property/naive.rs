//! A reader as slow and simple as can be: one character at a time over the whole text, with a line of code for each
//! sentence of the rules.

use atalaya_contract::{CsvDialect, Trim};

/// What stands in a text, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    Record(Record),
    Blank(Record),
    Comment(Record),
}

/// Where a record starts: physical line from 1, offset in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: u64,
    pub(crate) at: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Contents with their escapes.
    pub(crate) cells: Vec<Vec<u8>>,
    pub(crate) place: Place,
    /// Bytes with the line end.
    pub(crate) length: usize,
    /// First cell with text after its closing quote.
    pub(crate) fault: Option<usize>,
    /// Whether the text ends within a cell, before a closing quote or after an escape; or text follows a closing quote that
    /// stands on another line than the opening one.
    pub(crate) is_open: bool,
    /// Whether a cell is in quotes.
    pub(crate) has_quotes: bool,
}

impl Record {
    fn new(place: Place) -> Self {
        Self { cells: Vec::new(), place, length: 0, fault: None, is_open: false, has_quotes: false }
    }
}

pub(crate) struct Naive<'a> {
    text: &'a [u8],
    dialect: &'a CsvDialect,
    at: usize,
    line: u64,
}

impl<'a> Naive<'a> {
    pub(crate) fn items(text: &'a [u8], dialect: &'a CsvDialect) -> Vec<Item> {
        let mut naive = Self { text, dialect, at: 0, line: 1 };
        let mut items = Vec::new();
        while naive.at < text.len() {
            let place = Place { line: naive.line, at: naive.at };
            if naive.is_comment() {
                while naive.at < text.len() && !naive.end_of_line() {
                    naive.at += 1;
                }
                let length = naive.at - place.at;
                items.push(Item::Comment(Record { length, ..Record::new(place) }));
            } else {
                let record = naive.record(place);
                let is_well = record.fault.is_none() && !record.is_open && !record.has_quotes;
                let is_blank = is_well && record.cells.iter().all(|cell| naive.is_empty(cell));
                items.push(if is_blank { Item::Blank(record) } else { Item::Record(record) });
            }
        }
        items
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn is_comment(&self) -> bool {
        let prefix = self.dialect.comment_prefix.as_deref().unwrap_or("");
        !prefix.is_empty() && self.text[self.at..].starts_with(prefix.as_bytes())
    }

    fn is_empty(&self, cell: &[u8]) -> bool {
        let blanks = matches!(self.dialect.trim, Trim::None);
        if blanks { cell.is_empty() } else { cell.iter().all(|byte| matches!(byte, b' ' | b'\t')) }
    }

    fn blank(&self, byte: u8) -> bool {
        (byte == b' ' || byte == b'\t') && byte != self.dialect.delimiter
    }

    /// Passes a line end if one is here.
    fn end_of_line(&mut self) -> bool {
        let length = if self.text[self.at..].starts_with(b"\r\n") {
            2
        } else {
            usize::from(matches!(self.peek(), Some(b'\n' | b'\r')))
        };
        self.at += length;
        self.line += u64::from(length > 0);
        length > 0
    }

    fn record(&mut self, place: Place) -> Record {
        let mut record = Record::new(place);
        loop {
            let cell = self.cell(&mut record);
            record.cells.push(cell);
            if self.at >= self.text.len() || self.end_of_line() {
                break;
            }
            // The cell ended at a delimiter.
            self.at += 1;
        }
        record.length = self.at - place.at;
        record
    }

    fn cell(&mut self, record: &mut Record) -> Vec<u8> {
        let start = self.at;
        if matches!(self.dialect.trim, Trim::Start | Trim::Both) {
            while self.peek().is_some_and(|byte| self.blank(byte)) {
                self.at += 1;
            }
        }
        if self.peek().is_none() || self.peek() != self.dialect.quote_char {
            self.at = start;
            return self.unquoted(record);
        }
        record.has_quotes = true;
        let opened = self.line;
        self.at += 1;
        let mut content = Vec::new();
        loop {
            let Some(byte) = self.peek() else {
                record.is_open = true;
                return content;
            };
            let next = self.text.get(self.at + 1).copied();
            if Some(byte) == self.dialect.escape_char {
                self.escaped(&mut content, record);
            } else if Some(byte) == self.dialect.quote_char {
                if !(self.dialect.double_quote && next == Some(byte)) {
                    break;
                }
                content.push(byte);
                self.at += 2;
            } else {
                content.push(byte);
                self.content_byte(byte);
            }
        }
        self.at += 1;
        let closed = self.line;
        let tail = self.unquoted(record);
        let trims_end = matches!(self.dialect.trim, Trim::End | Trim::Both);
        if tail.is_empty() || trims_end && tail.iter().all(|byte| self.blank(*byte)) {
            return content;
        }
        if closed > opened {
            record.is_open = true;
        }
        record.fault.get_or_insert(record.cells.len());
        content.extend(tail);
        content
    }

    fn unquoted(&mut self, record: &mut Record) -> Vec<u8> {
        let mut content = Vec::new();
        while let Some(byte) = self.peek() {
            if Some(byte) == self.dialect.escape_char {
                self.escaped(&mut content, record);
            } else if byte == self.dialect.delimiter || byte == b'\n' || byte == b'\r' {
                break;
            } else {
                content.push(byte);
                self.at += 1;
            }
        }
        content
    }

    /// Takes an escape and the byte after it as content.
    fn escaped(&mut self, content: &mut Vec<u8>, record: &mut Record) {
        content.extend(self.peek());
        self.at += 1;
        match self.peek() {
            Some(byte) => {
                content.push(byte);
                self.content_byte(byte);
            }
            None => record.is_open = true,
        }
    }

    /// Passes a byte of content, which may end a physical line.
    fn content_byte(&mut self, byte: u8) {
        self.at += 1;
        let ends = byte == b'\n' || byte == b'\r' && self.peek() != Some(b'\n');
        self.line += u64::from(ends);
    }
}
