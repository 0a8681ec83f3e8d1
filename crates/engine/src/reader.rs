//! From the file's uncompressed bytes to judged batches of rows.

mod conclusion;
mod ends;
mod header;
mod input;

use std::sync::Arc;

use atalaya_contract::{Counts, Skipped, format::counted};

use crate::{
    batch::{Batch, Place, Places, ShapeFault},
    error::EngineError,
    fault::{FileFault, code},
    header::Layout,
    judge::Judge,
    keys::Keys,
    parquet::Writer,
    plan::Plan,
    rejects::Rejects,
    scan::{
        Cells, grid,
        record::{Found, Kept, Reader as Records, Record},
    },
    source::{Decoder, Positions, Resemblance},
};

/// How much text is looked at together, when no record is longer.
const TEXT_BYTES: usize = 128 * 1024;

/// With so many rules about keys and whole files, half as much is looked at; and never less than this.
const RULES: usize = 64;
const LEAST_TEXT_BYTES: usize = 1024;

/// Most cells in a batch that is read record by record: rows may be padded to many columns.
const BATCH_CELLS: usize = 256 * 1024;

/// That nothing more can change the outcome.
#[derive(Debug, Clone, Copy)]
struct Settled {
    /// Whether it is so because the bytes cannot be read.
    unreadable: bool,
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
    /// Whether the first data row has been looked at, which shows whether rows end with a delimiter.
    knows_ends: bool,
    /// Line of the first cell whose lines look like rows, and how many such cells there are.
    rows_in_cells: Option<(u64, u64)>,
    /// What the file looks like, where that is not CSV.
    resemblance: Option<Resemblance>,
    judge: Judge,
    cells: Cells,
    kept: Vec<u8>,
    places: Vec<Place>,
    shapes: Vec<(u32, ShapeFault)>,
    writer: Option<Writer>,
    parquet: Vec<u8>,
    rejects: Rejects,
    rows: Counts,
    blank_rejects: u64,
    skipped: Skipped,
    warnings: Vec<String>,
    settled: Option<Settled>,
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
            knows_ends: false,
            rows_in_cells: None,
            resemblance: None,
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
            skipped: Skipped::default(),
            warnings: Vec::new(),
            settled: None,
            plan,
        }
    }

    /// Whether nothing more can change the outcome.
    pub(crate) fn is_settled(&self) -> bool {
        self.settled.is_some()
    }

    /// The reject lines made since the last call.
    pub(crate) fn take_rejects(&mut self) -> Vec<u8> {
        self.rejects.take_lines()
    }

    /// The keys of the rows that were read.
    pub(crate) fn into_keys(self) -> Keys {
        self.judge.keys
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
            self.reject(vec![ends::no_record(is_empty)]);
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
        let lines = self.positions.len() as u64;
        if used == 0 && self.plan.limits.are_exceeded(text.len(), lines) {
            self.record_too_long(&text);
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
        let Some(mut layout) = self.layout.take() else { return Ok(()) };
        if !self.knows_ends {
            let at = (self.here.text - start) as usize;
            self.first_row(&mut layout, &text[at..], ends);
        }
        loop {
            let at = (self.here.text - start) as usize;
            if at >= text.len() || self.settled.is_some() {
                break;
            }
            let rest = &text[at..];
            // After a long record much text may be there, of short rows: they are judged piece by piece all the same.
            let piece = &rest[..rest.len().min(base_capacity(&self.plan))];
            if !self.grid(&layout, piece)? && !self.records(&layout, rest, ends)? {
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
        let width = layout.width();
        let grid = grid::read(text, &self.plan.marks, width, longest, &mut cells);
        let grid = grid.filter(|grid| !layout.ends_empty || grid::ends_empty(grid, &cells, width));
        if let Some(grid) = grid {
            let batch = Batch {
                text,
                cells: &cells,
                width,
                rows: grid.rows,
                quote: grid.quote,
                escaped: false,
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
        let mut open_end = None;
        let most = base_capacity(&plan);
        while !records.is_done() && records.at < most && cells.ends.len() <= BATCH_CELLS {
            let (at, lines) = (records.at, records.lines);
            let place = Place { line: self.here.line + lines, text: self.here.text + at as u64 };
            let row = places.len() as u32;
            let mut into = Kept { text: &mut kept, ends: &mut cells.ends, width: layout.width() };
            match records.next(&mut into) {
                Found::Unfinished => break,
                // Not judged: the place of the fault is the record's start.
                _ if plan.limits.are_exceeded(records.at - at, records.lines - lines) => {
                    cells.ends.truncate(places.len() * layout.width() + 1);
                    (records.at, records.lines) = (at, lines);
                    too_long = true;
                    break;
                }
                Found::Comment => self.skipped.comment_lines += 1,
                Found::Blank if plan.skip_blank_rows => self.skipped.blank_rows += 1,
                Found::Blank => {
                    self.blank_rejects += 1;
                    shapes.push((row, ShapeFault::Blank { place }));
                }
                // Not judged: what follows the open quote may be any number of rows.
                Found::Record(record) if record.ends_reading().is_some() => {
                    cells.ends.truncate(places.len() * layout.width() + 1);
                    open_end = record.ends_reading();
                    (records.at, records.lines) = (at, lines);
                    break;
                }
                Found::Record(record) => {
                    places.push(place);
                    if records.lines - lines > 1 && layout.width() > 1 {
                        self.look_for_rows(&text[at..records.at], place.line, layout);
                    }
                    shapes.extend(shape_faults(record, layout).into_iter().flatten().map(|fault| (row, fault)));
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
            escaped: plan.marks.escape.is_some(),
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
            self.record_too_long(&text[passed..]);
        }
        if let (Some((cell, fault)), None) = (open_end, self.settled) {
            self.give_up(self.open_end(&layout.name(cell), fault, self.here, lines));
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
            if writer.is_full() {
                let fault = FileFault::new(code::SOURCE, "the file is too large for a table of so many columns");
                self.reject(vec![fault.hint("split the file into smaller ones, or leave columns out of the contract")]);
            }
        }
        Ok(())
    }

    /// Tells of values that stand for a time that came twice.
    fn remark_repeated_hours(&mut self) {
        let counts = self.plan.columns.iter().zip(&self.judge.repeated_hours).filter(|(_, count)| **count > 0);
        let remarks = counts.map(|(column, count)| {
            let (name, count) = (&column.name, counted(*count, "clock time"));
            format!("column `{name}`: {count} came twice, when the clock was put back; the earlier was taken")
        });
        self.warnings.extend(remarks.collect::<Vec<_>>());
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

    /// Bytes of outputs that have not been taken yet.
    fn waiting_output(&self) -> usize {
        self.rejects.waiting() + self.writer.as_ref().map_or(0, Writer::waiting)
    }

    pub(crate) fn take_parquet(&mut self) -> Vec<u8> {
        match &mut self.writer {
            Some(writer) => writer.take(),
            None => std::mem::take(&mut self.parquet),
        }
    }

    fn close_parquet(&mut self) -> Result<(), EngineError> {
        if let Some(writer) = self.writer.take() {
            self.parquet = writer.finish(&mut self.judge.columns)?;
        }
        Ok(())
    }
}

/// How much text is collected at first: no more than may be needed to see that a record is too long, and the less the
/// more rules there are that each row of it may break.
fn base_capacity(plan: &Plan) -> usize {
    let rules = plan.keys.len() + plan.quality.len();
    let text = (TEXT_BYTES / (1 + rules / RULES)).max(LEAST_TEXT_BYTES);
    text.min(plan.limits.record_bytes.saturating_add(1))
}

/// What is wrong with the shape of a record: its quotes, and its number of cells.
fn shape_faults(record: Record, layout: &Layout) -> [Option<ShapeFault>; 2] {
    let quote = record.fault.map(|(cell, _)| ShapeFault::Quote { cell });
    let is_too_long = record.cells > layout.width() || layout.ends_empty && !record.ends_empty;
    let count = match record.cells {
        cells if cells < layout.width() => Some(ShapeFault::Short { cells }),
        cells if is_too_long => Some(ShapeFault::Long { cells, ends_empty: record.ends_empty }),
        _ => None,
    };
    [quote, count]
}
