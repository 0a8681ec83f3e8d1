//! How the reader comes to know the file's columns: by its header, and by its first row.

use std::sync::Arc;

use atalaya_contract::AdditionalColumns;

use super::Reader;
use crate::{
    batch::Place,
    fault::{FileFault, code},
    header::{self, HEADER_CELLS, Layout},
    preamble,
    scan::record::{Found, Kept, Reader as Records, Record},
    source::Resemblance,
};

impl Reader {
    /// Reads the header, if it is there yet, and finds the layout.
    pub(super) fn header(&mut self, text: &[u8], ends: bool) {
        let plan = Arc::clone(&self.plan);
        let mut records = Records::new(text, ends, &plan.marks);
        let (mut kept, mut stops) = (Vec::new(), Vec::new());
        while !records.is_done() {
            let (at, lines) = (records.at, records.lines);
            let mut into = Kept { text: &mut kept, ends: &mut stops, width: HEADER_CELLS };
            let found = records.next(&mut into);
            let line = self.here.line + lines;
            let byte = self.positions.file(self.here.text + at as u64);
            match found {
                Found::Unfinished => {
                    (records.at, records.lines) = (at, lines);
                    break;
                }
                _ if plan.limits.are_exceeded(records.at - at, records.lines - lines) => {
                    self.here.line += lines;
                    self.here.text += at as u64;
                    self.record_too_long(&text[at..]);
                    return;
                }
                Found::Comment => self.skipped.comment_lines += 1,
                Found::Blank if plan.skip_blank_rows => self.skipped.blank_rows += 1,
                Found::Blank => {
                    let fault = FileFault::new(code::BLANK_HEADER, "the header is blank").at(line, byte);
                    self.reject(vec![fault.hint("take the blank line out, or set `skipBlankRows: true`")]);
                    return;
                }
                Found::Record(record) => {
                    let labels = header::labels(&plan, record, &kept, &stops);
                    if let Some(below) = labels.as_ref().ok().and_then(|labels| header::label_of_rows(&plan, labels)) {
                        let opened = line + below;
                        self.give_up(header::rows_in_a_label(&plan, opened).at(line, byte));
                        break;
                    }
                    match labels.and_then(|labels| Layout::by_header(&plan, &labels)) {
                        Ok((layout, warning)) => {
                            self.layout = Some(layout);
                            self.warnings.extend(warning);
                        }
                        Err(faults) => {
                            let place = Place { line, text: self.here.text + at as u64 };
                            let faults = self.explained(record, &text[at..], place, lines, faults);
                            self.reject_header(record, faults.into_iter().map(|fault| fault.at(line, byte)).collect());
                        }
                    }
                    break;
                }
            }
        }
        self.here.line += records.lines;
        self.here.text += records.at as u64;
    }

    /// Looks at the first data row, once it is there as a whole. Where it ends with a delimiter that the labels do not
    /// have, or lacks one that they have, all rows do so: an empty cell too many in some rows alone may be one in the wrong
    /// place.
    pub(super) fn first_row(&mut self, layout: &mut Layout, text: &[u8], ends: bool) {
        let plan = Arc::clone(&self.plan);
        let mut records = Records::new(text, ends, &plan.marks);
        let (mut kept, mut stops) = (Vec::new(), Vec::new());
        while !records.is_done() {
            let at = records.at;
            match records.next(&mut Kept { text: &mut kept, ends: &mut stops, width: 0 }) {
                Found::Unfinished => return,
                Found::Comment | Found::Blank => {}
                Found::Record(record) => {
                    self.knows_ends = true;
                    if !plan.header {
                        self.without_header(layout, &text[at..], record);
                    }
                    if plan.additional_columns == AdditionalColumns::Ignore && layout.fit_ends(record) {
                        let note = "rows end with a delimiter: the empty cell after it was left out";
                        self.warnings.push(note.to_owned());
                    }
                    return;
                }
            }
        }
    }

    /// Looks at what a file without a header begins with. Markup is no table however many cells its first line makes; a
    /// text column may hold JSON.
    fn without_header(&mut self, layout: &Layout, text: &[u8], record: Record) {
        let Place { line, text: at } = self.here;
        let byte = self.positions.file(at);
        match self.resemblance {
            Some(Resemblance::Json) if record.cells == layout.width() => {
                self.warnings.push("the file looks like JSON, not CSV".to_owned());
            }
            Some(resemblance) => self.give_up(resemblance.fault().at(line, byte)),
            None if preamble::is_separator_line(text) => self.give_up(preamble::separator_line().at(line, byte)),
            None => {}
        }
    }

    /// Takes note of a row over several lines whose inner lines would be rows themselves.
    pub(super) fn look_for_rows(&mut self, record: &[u8], line: u64, layout: &Layout) {
        let delimiter = self.plan.marks.delimiter;
        let (width, labelled) = (layout.width(), layout.labelled());
        let is_row = |line: &&[u8]| match memchr::memchr_iter(delimiter, line).count() + 1 {
            cells if cells == width || cells == labelled => true,
            cells => cells == labelled + 1 && line.ends_with(&[delimiter]),
        };
        let mut lines = record.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty());
        let (Some(first_line), Some(second_line)) = (lines.next(), lines.next()) else { return };
        let (mut last, mut has_inner, mut are_inner_rows) = (second_line, false, true);
        for line in lines {
            (has_inner, are_inner_rows) = (true, are_inner_rows && is_row(&last));
            last = line;
        }
        // Of two lines neither is inside the cell; a text of two lines with one comma in each is no rarity.
        let are_rows = match has_inner {
            true => are_inner_rows,
            false => width > 2 && is_row(&first_line) && is_row(&second_line),
        };
        if are_rows {
            let (first, count) = self.rows_in_cells.unwrap_or((line, 0));
            self.rows_in_cells = Some((first, count + 1));
        }
    }

    /// Warnings about the rows' shape.
    pub(super) fn remark_shapes(&mut self) {
        if let Some((line, count)) = self.rows_in_cells {
            let have = if count == 1 { "row has" } else { "rows have" };
            self.warnings.push(format!(
                "{count} {have} a cell of several lines that look like rows, the first on line {line}: was a quote left open?"
            ));
        }
    }

    /// The faults of a header, or what explains them all.
    fn explained(
        &self,
        record: Record,
        text: &[u8],
        place: Place,
        lines: u64,
        faults: Vec<FileFault>,
    ) -> Vec<FileFault> {
        if let Some(resemblance) = self.resemblance {
            return vec![resemblance.fault()];
        }
        if let Some((_, fault)) = record.ends_reading() {
            return vec![self.open_end("the header", fault, place, lines)];
        }
        if let Some(fault) = preamble::explanation(&self.plan, text, place.line) {
            return vec![fault];
        }
        let comments = self.skipped.comment_lines;
        if comments == 0 {
            return faults;
        }
        let passed = "the lines before it begin with `commentPrefix` and were passed over: is the header one of them?";
        faults.into_iter().map(|fault| fault.hint(passed)).collect()
    }

    /// Ends reading because of the header.
    fn reject_header(&mut self, record: Record, faults: Vec<FileFault>) {
        self.reject(faults);
        self.settle(record.ends_reading().is_some());
    }
}
