//! One record at a time, in every dialect and with every fault.

use super::Marks;

/// What stands where a record could start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// A record; its cells have been appended.
    Record(Record),
    /// A record whose cells are all empty, none of them in quotes.
    Blank,
    /// A comment line.
    Comment,
    /// Nothing can be said before more of the text is known.
    Unfinished,
}

/// A record that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record {
    /// Cells in the text, also those beyond the ones kept.
    pub(crate) cells: usize,
    /// Whether the last cell is empty.
    pub(crate) ends_empty: bool,
    /// A fault in the way a cell is quoted, with the cell's index: the first of the record.
    pub(crate) fault: Option<(usize, QuoteFault)>,
}

impl Record {
    /// The cell and the fault after which no record can be read any more.
    pub(crate) fn ends_reading(self) -> Option<(usize, QuoteFault)> {
        self.fault.filter(|(_, fault)| *fault != QuoteFault::TextAfterQuote)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QuoteFault {
    /// Text between a closing quote and the cell's end.
    TextAfterQuote,
    /// The same in a cell that goes over line ends: a quote that stands somewhere else was taken for the closing one, and
    /// what lies between are rows. Lines below the text's start where the quote opens, and where that one stands.
    ClosedElsewhere { opened: u64, closed: u64 },
    /// The text ends before the closing quote of the one that opens so many lines below the text's start.
    NeverClosed { lines: u64 },
    /// The text ends after an escape, which takes away the meaning of nothing.
    EndsInEscape,
}

/// Reads a text record by record.
pub(crate) struct Reader<'a> {
    text: &'a [u8],
    /// Whether the file ends with the text.
    ends: bool,
    marks: &'a Marks,
    /// Where the next record starts.
    pub(crate) at: usize,
    /// Line ends passed since the text's start.
    pub(crate) lines: u64,
}

/// Where cells' contents go.
pub(crate) struct Kept<'a> {
    /// Contents with their escapes, each followed by one byte that belongs to none.
    pub(crate) text: &'a mut Vec<u8>,
    /// Where each content ends.
    pub(crate) ends: &'a mut Vec<u32>,
    /// How many cells of a record are kept; more are counted only.
    pub(crate) width: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a [u8], ends: bool, marks: &'a Marks) -> Self {
        Self { text, ends, marks, at: 0, lines: 0 }
    }

    /// Whether nothing is left.
    pub(crate) fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Reads what starts here. `kept` is as before when it is no record.
    pub(crate) fn next(&mut self, kept: &mut Kept<'_>) -> Found {
        if let Some(found) = self.comment() {
            return found;
        }
        let (text_mark, ends_mark) = (kept.text.len(), kept.ends.len());
        let start = (self.at, self.lines);
        let mut record = Record { cells: 0, ends_empty: true, fault: None };
        let mut is_blank = true;
        loop {
            let content = kept.text.len();
            let stop = self.cell(kept.text);
            if let Some(fault) = stop.fault {
                // One that ends reading counts more than one of a single cell.
                let is_first = record.fault.is_none() || fault != QuoteFault::TextAfterQuote;
                record.fault = if is_first { Some((record.cells, fault)) } else { record.fault };
            }
            record.ends_empty = self.marks.trim(&kept.text[content..]).is_empty();
            is_blank &= record.ends_empty && !stop.quoted;
            if record.cells < kept.width {
                kept.ends.push(kept.text.len() as u32);
                kept.text.push(b',');
            } else {
                kept.text.truncate(content);
            }
            record.cells += 1;
            match stop.by {
                By::Delimiter => {}
                By::LineEnd | By::TextEnd if !is_blank || record.fault.is_some() => return Found::Record(record),
                by => {
                    kept.text.truncate(text_mark);
                    kept.ends.truncate(ends_mark);
                    if !matches!(by, By::Unknown) {
                        return Found::Blank;
                    }
                    (self.at, self.lines) = start;
                    return Found::Unfinished;
                }
            }
        }
    }

    fn comment(&mut self) -> Option<Found> {
        let prefix = self.marks.comment.as_deref()?;
        let rest = &self.text[self.at..];
        if !rest.starts_with(prefix) {
            return (!self.ends && prefix.starts_with(rest)).then_some(Found::Unfinished);
        }
        let Some(length) = memchr::memchr2(b'\n', b'\r', rest) else {
            if !self.ends {
                return Some(Found::Unfinished);
            }
            self.at = self.text.len();
            return Some(Found::Comment);
        };
        Some(self.line_end(self.at + length).map_or(Found::Unfinished, |next| {
            self.at = next;
            self.lines += 1;
            Found::Comment
        }))
    }

    /// Where the text goes on after the line end at `at`; `None` when a line feed could follow a carriage return.
    fn line_end(&self, at: usize) -> Option<usize> {
        if self.text[at] == b'\n' {
            return Some(at + 1);
        }
        match self.text.get(at + 1) {
            Some(b'\n') => Some(at + 2),
            Some(_) => Some(at + 1),
            None => self.ends.then_some(at + 1),
        }
    }

    /// Reads one cell, appends its content, and moves past what ends it.
    fn cell(&mut self, out: &mut Vec<u8>) -> Stop {
        if let Some(quote) = self.marks.quote {
            let mut at = self.at;
            if self.marks.trim_start {
                while self.text.get(at).is_some_and(|byte| self.marks.is_blank(*byte)) {
                    at += 1;
                }
            }
            if self.text.get(at) == Some(&quote) {
                self.at = at + 1;
                return Stop { quoted: true, ..self.quoted(quote, out) };
            }
        }
        self.plain(out)
    }

    /// Reads a cell, or what stands after a closing quote, up to its delimiter or line end.
    fn plain(&mut self, out: &mut Vec<u8>) -> Stop {
        loop {
            let rest = &self.text[self.at..];
            let length = rest.iter().position(|byte| {
                *byte == self.marks.delimiter || matches!(byte, b'\n' | b'\r') || Some(*byte) == self.marks.escape
            });
            let Some(length) = length else {
                out.extend_from_slice(rest);
                self.at = self.text.len();
                return self.at_text_end(None);
            };
            out.extend_from_slice(&rest[..length]);
            self.at += length;
            match rest[length] {
                byte if byte == self.marks.delimiter => {
                    self.at += 1;
                    return Stop::well(By::Delimiter);
                }
                b'\n' | b'\r' => {
                    let Some(next) = self.line_end(self.at) else { return Stop::well(By::Unknown) };
                    self.at = next;
                    self.lines += 1;
                    return Stop::well(By::LineEnd);
                }
                _ => {
                    if let Some(stop) = self.escaped(out) {
                        return stop;
                    }
                }
            }
        }
    }

    /// Reads the content of a quoted cell, from after the opening quote.
    fn quoted(&mut self, quote: u8, out: &mut Vec<u8>) -> Stop {
        let opened = self.lines;
        let never_closed = QuoteFault::NeverClosed { lines: opened };
        loop {
            let rest = &self.text[self.at..];
            let found = match self.marks.escape {
                Some(escape) => memchr::memchr2(quote, escape, rest),
                None => memchr::memchr(quote, rest),
            };
            let Some(length) = found else {
                out.extend_from_slice(rest);
                self.count_lines(rest);
                self.at = self.text.len();
                return self.at_text_end(Some(never_closed));
            };
            out.extend_from_slice(&rest[..length]);
            self.count_lines(&rest[..length]);
            self.at += length;
            if rest[length] != quote {
                if let Some(stop) = self.escaped(out) {
                    return Stop { fault: Some(never_closed), ..stop };
                }
                continue;
            }
            self.at += 1;
            match rest.get(length + 1) {
                Some(next) if *next == quote && self.marks.double_quote => {
                    out.push(quote);
                    self.at += 1;
                }
                None if !self.ends => return Stop::well(By::Unknown),
                _ => return self.after_quote(opened, out),
            }
        }
    }

    /// Reads on after a closing quote: to be well, nothing (with trimming: only blanks) stands before the cell's end.
    /// The quote opened `opened` lines below the text's start.
    fn after_quote(&mut self, opened: u64, out: &mut Vec<u8>) -> Stop {
        let (before, closed) = (out.len(), self.lines);
        let stop = self.plain(out);
        let tail = &out[before..];
        let harmless = self.marks.trim_end && tail.iter().all(|byte| self.marks.is_blank(*byte));
        if tail.is_empty() || harmless {
            out.truncate(before);
            return stop;
        }
        let fault = match opened == closed {
            true => QuoteFault::TextAfterQuote,
            false => QuoteFault::ClosedElsewhere { opened, closed },
        };
        Stop { fault: stop.fault.or(Some(fault)), ..stop }
    }

    /// Takes an escape and the byte after it as they are; a stop when the text ends instead.
    fn escaped(&mut self, out: &mut Vec<u8>) -> Option<Stop> {
        let Some(&byte) = self.text.get(self.at + 1) else {
            self.at += 1;
            return Some(self.at_text_end(Some(QuoteFault::EndsInEscape)));
        };
        // A line end that is content still ends a physical line; a CRLF counts at its line feed.
        if byte == b'\r' && self.text.get(self.at + 2).is_none() && !self.ends {
            return Some(Stop::well(By::Unknown));
        }
        let alone = byte == b'\r' && self.text.get(self.at + 2) != Some(&b'\n');
        self.lines += u64::from(byte == b'\n' || alone);
        out.extend_from_slice(&[self.text[self.at], byte]);
        self.at += 2;
        None
    }

    /// Counts the line ends within a quoted cell: line feeds, and carriage returns that stand alone.
    fn count_lines(&mut self, content: &[u8]) {
        self.lines += memchr::memchr_iter(b'\n', content).count() as u64;
        for at in memchr::memchr_iter(b'\r', content) {
            // Looks past the content too: it may have been cut at an escape or at a quote.
            if self.text.get(self.at + at + 1) != Some(&b'\n') {
                self.lines += 1;
            }
        }
    }

    fn at_text_end(&self, fault: Option<QuoteFault>) -> Stop {
        if self.ends { Stop { fault, ..Stop::well(By::TextEnd) } } else { Stop::well(By::Unknown) }
    }
}

/// What ended a cell.
struct Stop {
    by: By,
    fault: Option<QuoteFault>,
    /// Whether the cell is in quotes.
    quoted: bool,
}

impl Stop {
    fn well(by: By) -> Self {
        Self { by, fault: None, quoted: false }
    }
}

enum By {
    Delimiter,
    LineEnd,
    TextEnd,
    /// Nothing yet: the text ends and the file may not.
    Unknown,
}
