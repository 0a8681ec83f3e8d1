//! From the file's uncompressed bytes to judged batches of rows.

use std::sync::Arc;

use atalaya_contract::Counts;

use crate::{
    batch::{Batch, Place, Places, ShapeFault},
    engine::{EngineError, no_record},
    fault::{FileFault, code},
    header::{HEADER_CELLS, Layout},
    judge::Judge,
    parquet::Writer,
    plan::Plan,
    rejects::Rejects,
    scan::{
        Cells, grid,
        record::{Found, Kept, QuoteFault, Reader as Records, Record},
    },
    source::{self, Decoder, HEAD_BYTES, Positions, Unfit},
};

/// How much text is looked at together, when no record is longer.
const TEXT_BYTES: usize = 128 * 1024;

/// Most cells in a batch that is read record by record: rows may be padded to many columns.
const BATCH_CELLS: usize = 256 * 1024;

/// Bytes decoded at a time, so that the text made of them stays small.
const DECODED_BYTES: usize = 32 * 1024;

/// That nothing more can change the outcome.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settled {
    /// Whether it is so because the bytes cannot be read.
    pub(crate) unreadable: bool,
}

/// Reads one file.
pub(crate) struct Reader {
    plan: Arc<Plan>,
    /// The file's first bytes, until there are enough to look at.
    head: Option<Vec<u8>>,
    decoder: Option<Decoder>,
    decoded: Vec<u8>,
    positions: Positions,
    /// Text not judged yet; it starts at a record.
    text: Vec<u8>,
    /// How much text is collected before it is looked at.
    capacity: usize,
    /// Where the text's start stands.
    here: Place,
    layout: Option<Layout>,
    pub(crate) judge: Judge,
    cells: Cells,
    kept: Vec<u8>,
    places: Vec<Place>,
    shapes: Vec<(u32, ShapeFault)>,
    writer: Option<Writer>,
    parquet: Vec<u8>,
    pub(crate) rejects: Rejects,
    pub(crate) rows: Counts,
    pub(crate) blank_rejects: u64,
    pub(crate) warnings: Vec<String>,
    pub(crate) settled: Option<Settled>,
}

impl Reader {
    pub(crate) fn new(plan: Arc<Plan>, judge: Judge, writer: Option<Writer>) -> Self {
        let layout = (!plan.header).then(|| Layout::by_position(&plan));
        Self {
            head: Some(Vec::new()),
            decoder: None,
            decoded: Vec::new(),
            positions: Positions::default(),
            text: Vec::new(),
            capacity: base_capacity(&plan),
            here: Place { line: 1, text: 0 },
            layout,
            judge,
            cells: Cells::default(),
            kept: Vec::new(),
            places: Vec::new(),
            shapes: Vec::new(),
            writer,
            parquet: Vec::new(),
            rejects: Rejects::default(),
            rows: Counts::default(),
            blank_rejects: 0,
            warnings: Vec::new(),
            settled: None,
            plan,
        }
    }

    /// Takes uncompressed bytes of the file.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> Result<(), EngineError> {
        let Some(head) = &mut self.head else { return self.encoded(bytes) };
        head.extend_from_slice(bytes);
        if head.len() < HEAD_BYTES { Ok(()) } else { self.open() }
    }

    /// Looks at the file's first bytes and begins to read.
    fn open(&mut self) -> Result<(), EngineError> {
        let Some(head) = self.head.take() else { return Ok(()) };
        let looked_at = &head[..head.len().min(HEAD_BYTES)];
        match source::inspect(looked_at, &self.plan.charset, &self.plan.marks.bytes()) {
            Ok(()) => {}
            Err(Unfit::Unreadable(fault)) => {
                self.give_up(fault);
                return Ok(());
            }
            Err(Unfit::Encoding(fault)) => {
                self.reject(vec![fault]);
                return Ok(());
            }
        }
        let (decoder, mark) = Decoder::new(self.plan.charset, looked_at, &mut self.positions);
        self.decoder = Some(decoder);
        self.encoded(&head[mark..])
    }

    /// Takes bytes after the byte-order mark.
    fn encoded(&mut self, bytes: &[u8]) -> Result<(), EngineError> {
        if self.decoder.as_ref().is_none_or(Decoder::passes_through) {
            return self.append(bytes);
        }
        for piece in bytes.chunks(DECODED_BYTES) {
            let mut decoded = std::mem::take(&mut self.decoded);
            decoded.clear();
            if let Some(decoder) = &mut self.decoder {
                decoder.decode(piece, &mut decoded, &mut self.positions);
            }
            self.append(&decoded)?;
            self.decoded = decoded;
        }
        Ok(())
    }

    /// Takes text, and judges whenever enough is there: how much is enough depends on the text alone, not on how it
    /// comes.
    fn append(&mut self, mut text: &[u8]) -> Result<(), EngineError> {
        while !text.is_empty() && self.settled.is_none() {
            let taken = text.len().min(self.capacity - self.text.len());
            self.text.extend_from_slice(&text[..taken]);
            text = &text[taken..];
            if self.text.len() == self.capacity {
                self.advance(false)?;
            }
        }
        Ok(())
    }

    /// Says that the file has ended.
    pub(crate) fn end(&mut self) -> Result<(), EngineError> {
        let is_empty = self.head.as_ref().is_some_and(Vec::is_empty);
        if self.head.is_some() {
            self.open()?;
        }
        let mut rest = Vec::new();
        if let Some(decoder) = &mut self.decoder {
            decoder.finish(&mut rest, &mut self.positions);
        }
        self.append(&rest)?;
        if self.settled.is_none() {
            self.advance(true)?;
        }
        if self.settled.is_none() && self.layout.is_none() {
            self.reject(vec![no_record(is_empty)]);
        }
        Ok(())
    }

    /// Judges the whole records of the text and keeps what is left.
    fn advance(&mut self, ends: bool) -> Result<(), EngineError> {
        let mut text = std::mem::take(&mut self.text);
        let before = self.here.text;
        self.judge_text(&text, ends)?;
        let used = (self.here.text - before) as usize;
        if self.settled.is_some() {
            return Ok(());
        }
        if used == 0 && text.len() > self.plan.limits.record_bytes {
            self.record_too_long();
        }
        let left = text.len() - used;
        text.copy_within(used.., 0);
        text.truncate(left);
        self.positions.forget_before(self.here.text);
        let most = self.plan.limits.record_bytes.saturating_add(1);
        let wanted = if used == 0 { self.capacity.saturating_mul(2) } else { left + 1 };
        self.capacity = wanted.clamp(base_capacity(&self.plan), most).max(left + 1);
        self.text = text;
        Ok(())
    }

    /// Judges whole records from the start of `text` and moves `here` behind them.
    fn judge_text(&mut self, text: &[u8], ends: bool) -> Result<(), EngineError> {
        let start = self.here.text;
        if self.layout.is_none() {
            self.header(text, ends);
        }
        let Some(layout) = self.layout.take() else { return Ok(()) };
        loop {
            let at = (self.here.text - start) as usize;
            if at >= text.len() || self.settled.is_some() {
                break;
            }
            let rest = &text[at..];
            if !self.grid(&layout, rest)? && !self.records(&layout, rest, ends)? {
                break;
            }
        }
        self.layout = Some(layout);
        Ok(())
    }

    /// Judges the rows of `text` when they make a grid; whether they do.
    fn grid(&mut self, layout: &Layout, text: &[u8]) -> Result<bool, EngineError> {
        let mut cells = std::mem::take(&mut self.cells);
        let longest = self.plan.limits.record_bytes;
        let grid = grid::read(text, &self.plan.marks, layout.width(), longest, &mut cells);
        if let Some(grid) = grid {
            let batch = Batch {
                text,
                cells: &cells,
                width: layout.width(),
                rows: grid.rows,
                quote: grid.quote,
                is_utf8: std::str::from_utf8(&text[..grid.consumed]).is_ok(),
                places: Places::Lines { first: self.here },
                shapes: &[],
            };
            self.batch(layout, &batch)?;
            self.here.line += grid.rows as u64;
            self.here.text += grid.consumed as u64;
        }
        self.cells = cells;
        Ok(grid.is_some())
    }

    /// Judges records one by one; whether any was passed.
    fn records(&mut self, layout: &Layout, text: &[u8], ends: bool) -> Result<bool, EngineError> {
        let mut kept = std::mem::take(&mut self.kept);
        let mut cells = std::mem::take(&mut self.cells);
        let mut places = std::mem::take(&mut self.places);
        let mut shapes = std::mem::take(&mut self.shapes);
        kept.clear();
        cells.clear(1);
        places.clear();
        shapes.clear();
        let plan = Arc::clone(&self.plan);
        let mut records = Records::new(text, ends, &plan.marks);
        let mut too_long = false;
        while !records.is_done() && cells.ends.len() <= BATCH_CELLS {
            let (at, lines) = (records.at, records.lines);
            let place = Place { line: self.here.line + lines, text: self.here.text + at as u64 };
            let row = places.len() as u32;
            let mut into = Kept { text: &mut kept, ends: &mut cells.ends, width: layout.width() };
            match records.next(&mut into) {
                Found::Unfinished => break,
                // Not judged: the place of the fault is the record's start.
                _ if records.at - at > plan.limits.record_bytes => {
                    cells.ends.truncate(places.len() * layout.width() + 1);
                    (records.at, records.lines) = (at, lines);
                    too_long = true;
                    break;
                }
                Found::Comment => {}
                Found::Blank if plan.skip_blank_rows => {}
                Found::Blank => {
                    self.blank_rejects += 1;
                    shapes.push((row, ShapeFault::Blank { place }));
                }
                Found::Record(record) => {
                    places.push(place);
                    shapes.extend(shape_faults(record, layout.width()).into_iter().flatten().map(|fault| (row, fault)));
                    for _ in record.cells..layout.width() {
                        cells.ends.push(kept.len() as u32);
                        kept.push(b',');
                    }
                }
            }
        }
        let batch = Batch {
            text: &kept,
            cells: &cells,
            width: layout.width(),
            rows: places.len(),
            quote: None,
            is_utf8: std::str::from_utf8(&kept).is_ok(),
            places: Places::Listed(&places),
            shapes: &shapes,
        };
        let passed = records.at;
        let lines = records.lines;
        if batch.rows > 0 || !shapes.is_empty() {
            self.batch(layout, &batch)?;
        }
        self.here.line += lines;
        self.here.text += passed as u64;
        if too_long && self.settled.is_none() {
            self.record_too_long();
        }
        (self.kept, self.cells, self.places, self.shapes) = (kept, cells, places, shapes);
        Ok(passed > 0)
    }

    /// Judges a batch and writes its good rows.
    fn batch(&mut self, layout: &Layout, batch: &Batch<'_>) -> Result<(), EngineError> {
        let judged = self.judge.batch(&self.plan, layout, batch, &self.positions, self.rows.read, &mut self.rejects);
        if let Err(fault) = judged {
            self.reject(vec![fault]);
            return Ok(());
        }
        let unwritten = self.judge.rejected.iter().filter(|rejected| **rejected).count() as u64;
        let accepted = batch.rows as u64 - unwritten;
        self.rows.read += batch.rows as u64;
        self.rows.rejected += unwritten - self.judge.left_out;
        self.rows.accepted += accepted;
        if let Some(writer) = &mut self.writer {
            writer.write(&mut self.judge.columns, accepted, &self.judge.rejected)?;
        }
        Ok(())
    }

    /// Reads the header, if it is there yet, and finds the layout.
    fn header(&mut self, text: &[u8], ends: bool) {
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
                _ if records.at - at > plan.limits.record_bytes => {
                    self.here.line += lines;
                    self.here.text += at as u64;
                    self.record_too_long();
                    return;
                }
                Found::Comment => {}
                Found::Blank if plan.skip_blank_rows => {}
                Found::Blank => {
                    let fault = FileFault::new(code::BLANK_HEADER, "the header is blank").at(line, byte);
                    self.reject(vec![fault.hint("take the blank line out, or set `skipBlankRows: true`")]);
                    return;
                }
                Found::Record(record) => {
                    match Layout::of_record(&plan, record, &kept, &stops) {
                        Ok((layout, warning)) => {
                            self.layout = Some(layout);
                            self.warnings.extend(warning);
                        }
                        Err(faults) => self.reject(faults.into_iter().map(|fault| fault.at(line, byte)).collect()),
                    }
                    break;
                }
            }
        }
        self.here.line += records.lines;
        self.here.text += records.at as u64;
    }

    fn record_too_long(&mut self) {
        let Place { line, text } = self.here;
        let byte = self.positions.file(text);
        let limit = self.plan.limits.record_bytes;
        let message = format!("the record that starts on line {line}, at byte {byte}, is longer than {limit} bytes");
        let hint = match self.plan.marks.quote {
            Some(quote) => format!(
                "look on that line for a quote ({}) that is never closed, and whether the file has line ends at all",
                char::from(quote)
            ),
            None => "look whether the file has line ends at all".to_owned(),
        };
        self.give_up(FileFault::new(code::SOURCE, message).hint(hint).at(line, byte));
    }

    /// Ends reading: the bytes cannot be read.
    pub(crate) fn give_up(&mut self, fault: FileFault) {
        self.rejects.add_fault(fault);
        self.settle(true);
    }

    /// Ends reading: the file as a whole breaks the contract.
    fn reject(&mut self, faults: Vec<FileFault>) {
        for fault in faults {
            self.rejects.add_fault(fault);
        }
        self.settle(false);
    }

    fn settle(&mut self, unreadable: bool) {
        self.settled = Some(Settled { unreadable });
        self.writer = None;
        self.parquet = Vec::new();
        self.text = Vec::new();
    }

    pub(crate) fn take_parquet(&mut self) -> Vec<u8> {
        match &mut self.writer {
            Some(writer) => writer.take(),
            None => std::mem::take(&mut self.parquet),
        }
    }

    pub(crate) fn close_parquet(&mut self) -> Result<(), EngineError> {
        if let Some(writer) = self.writer.take() {
            self.parquet = writer.finish(&mut self.judge.columns)?;
        }
        Ok(())
    }
}

/// How much text is collected at first: no more than may be needed to see that a record is too long.
fn base_capacity(plan: &Plan) -> usize {
    TEXT_BYTES.min(plan.limits.record_bytes.saturating_add(1))
}

/// What is wrong with the shape of a record: its quotes, and its number of cells.
fn shape_faults(record: Record, width: usize) -> [Option<ShapeFault>; 2] {
    let quote = record.fault.map(|(cell, fault)| ShapeFault::Quote { cell, fault });
    let count = match record.cells {
        // The missing cells are in the open one.
        _ if matches!(record.fault, Some((_, QuoteFault::NeverClosed))) => None,
        cells if cells < width => Some(ShapeFault::Short { cells }),
        cells if cells > width => Some(ShapeFault::Long { cells }),
        _ => None,
    };
    [quote, count]
}
