//! A column of a row group.

use std::io::{self, Read as _};

use arrow_schema::Field;
use bytes::Bytes;
use parquet::{
    basic::{Compression, Encoding, ZstdLevel},
    column::writer::ColumnCloseResult,
    errors::ParquetError,
    file::{
        metadata::ColumnChunkMetaData,
        reader::{ChunkReader, Length},
    },
    schema::types::ColumnDescPtr,
};

use super::{
    dictionary::{Dictionary, Full},
    hybrid,
    page::{Compressor, Pages},
    physical::{Physical, Scalar},
    statistics::Range,
};
use crate::column::{State, Values};

/// The code of a null.
pub(crate) const NULL: u16 = u16::MAX;

/// A dictionary that fills up before a row group has this many rows for each of its values is not worth trying again.
const ROWS_PER_VALUE: u64 = 4;

/// How large pages may grow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageSize {
    rows: usize,
    /// Bytes of values.
    bytes: usize,
}

impl PageSize {
    /// The size for a table of so many columns: every column has a page in memory.
    pub(crate) fn of(columns: usize) -> Self {
        Self {
            rows: ((4 << 20) / columns).clamp(1 << 10, 1 << 16),
            bytes: ((16 << 20) / columns).clamp(8 << 10, 256 << 10),
        }
    }
}

/// Collects a column's values and encodes them.
pub(crate) struct Chunk {
    physical: Physical,
    page_size: PageSize,
    optional: bool,
    /// The distinct values; what [`Self::append_codes`] takes are its indices.
    dictionary: Dictionary,
    /// Whether values of the row group go to the dictionary. Once it is full the rest are written as they are.
    coded: bool,
    /// Whether the next row group begins with a dictionary.
    tries: bool,
    /// Codes of the page, nulls included.
    codes: Vec<u16>,
    /// Values of the page as they are, and which rows have one.
    plain: Vec<u8>,
    present: Vec<u16>,
    /// Which of the dictionary's values stand in an accepted row: those of rejected rows do not count for statistics.
    used: Vec<bool>,
    /// Whether a page of the row group holds indices.
    indexed: bool,
    range: Range,
    nulls: u64,
    rows: u64,
    pages: Pages,
    scratch: Scratch,
}

/// Vectors kept from page to page.
#[derive(Default)]
struct Scratch {
    body: Vec<u8>,
    codes: Vec<u16>,
    present: Vec<u16>,
}

impl Chunk {
    pub(crate) fn new(field: &Field, page_size: PageSize) -> Self {
        let physical = Physical::of(field.data_type());
        // Eight booleans share a byte already.
        let coded = physical != Physical::Bool;
        Self {
            physical,
            page_size,
            optional: field.is_nullable(),
            dictionary: Dictionary::default(),
            coded,
            tries: coded,
            codes: Vec::new(),
            plain: Vec::new(),
            present: Vec::new(),
            used: Vec::new(),
            indexed: false,
            range: Range::default(),
            nulls: 0,
            rows: 0,
            pages: Pages::default(),
            scratch: Scratch::default(),
        }
    }

    /// Whether values may still be told by their codes.
    pub(crate) fn is_coded(&self) -> bool {
        self.coded
    }

    /// Bytes that wait for the row group's end.
    pub(crate) fn size(&self) -> usize {
        self.pages.bytes.len() + self.dictionary.plain.len()
    }

    /// The code of a value. When there is no room for it, values have no codes until the row group's end.
    pub(crate) fn code(&mut self, value: Scalar) -> Result<u16, Full> {
        self.scratch.body.clear();
        self.physical.plain(value, &mut self.scratch.body);
        self.code_of_body()
    }

    /// The code of a text.
    pub(crate) fn text_code(&mut self, text: &[u8]) -> Result<u16, Full> {
        self.scratch.body.clear();
        Physical::plain_text(text, &mut self.scratch.body);
        self.code_of_body()
    }

    fn code_of_body(&mut self) -> Result<u16, Full> {
        let code = self.dictionary.index(&self.scratch.body);
        if code.is_err() {
            self.coded = false;
            self.tries = self.rows > self.dictionary.len() as u64 * ROWS_PER_VALUE;
        }
        code
    }

    /// Adds rows by their codes, but the rejected; `rejected` is empty when none is.
    pub(crate) fn append_codes(
        &mut self,
        codes: &[u16],
        rejected: &[bool],
        compressor: &mut Compressor,
    ) -> Result<(), ParquetError> {
        let before = self.codes.len();
        if rejected.is_empty() {
            self.codes.extend_from_slice(codes);
        } else {
            let kept = codes.iter().zip(rejected).filter(|(_, rejected)| !**rejected).map(|(code, _)| *code);
            self.codes.extend(kept);
        }
        self.rows += (self.codes.len() - before) as u64;
        let doubtful = self.used.contains(&false);
        self.used.resize(self.dictionary.len(), rejected.is_empty());
        if doubtful || !rejected.is_empty() {
            for code in &self.codes[before..] {
                if let Some(used) = self.used.get_mut(usize::from(*code)) {
                    *used = true;
                }
            }
        }
        if self.codes.len() >= self.page_size.rows { self.end_coded_page(compressor) } else { Ok(()) }
    }

    /// Adds rows by their values, but the rejected; `rejected` is empty when none is.
    pub(crate) fn append_values(
        &mut self,
        values: &Values,
        states: &[State],
        rejected: &[bool],
        compressor: &mut Compressor,
    ) -> Result<(), ParquetError> {
        if !self.codes.is_empty() {
            self.end_coded_page(compressor)?;
        }
        for (row, state) in states.iter().enumerate() {
            if rejected.get(row).is_some_and(|rejected| *rejected) {
                continue;
            }
            let is_present = *state == State::Value;
            self.present.push(u16::from(is_present));
            self.rows += 1;
            if !is_present {
                self.nulls += 1;
                continue;
            }
            let start = self.plain.len();
            match values {
                Values::Bool(values) => self.physical.plain(Scalar::Bool(values[row]), &mut self.plain),
                Values::I32(values) => self.physical.plain(Scalar::I32(values[row]), &mut self.plain),
                Values::I64(values) => self.physical.plain(Scalar::I64(values[row]), &mut self.plain),
                Values::I128(values) => self.physical.plain(Scalar::I128(values[row]), &mut self.plain),
                Values::F64(values) => self.physical.plain(Scalar::F64(values[row]), &mut self.plain),
                Values::Text(values) => Physical::plain_text(values.get(row), &mut self.plain),
            }
            let start = if self.physical == Physical::Text { start + 4 } else { start };
            self.range.add(self.physical, &self.plain[start..]);
            if self.plain.len() >= self.page_size.bytes || self.present.len() >= self.page_size.rows {
                self.end_plain_page(compressor)?;
            }
        }
        Ok(())
    }

    fn end_coded_page(&mut self, compressor: &mut Compressor) -> Result<(), ParquetError> {
        let codes = std::mem::take(&mut self.codes);
        let Scratch { body, codes: kept, present } = &mut self.scratch;
        body.clear();
        let nulls = codes.iter().filter(|code| **code == NULL).count();
        self.nulls += nulls as u64;
        let values = if nulls == 0 {
            all_present(codes.len(), self.optional, body);
            &codes
        } else {
            present.clear();
            present.extend(codes.iter().map(|code| u16::from(*code != NULL)));
            levels(present, body);
            kept.clear();
            kept.extend(codes.iter().filter(|code| **code != NULL));
            &*kept
        };
        // A page of nulls alone needs no dictionary, and there may be none.
        let encoding = if values.is_empty() { Encoding::PLAIN } else { Encoding::RLE_DICTIONARY };
        if !values.is_empty() {
            self.indexed = true;
            let width = hybrid::width(self.dictionary.len());
            body.push(width);
            hybrid::encode(values, width, body);
        }
        self.pages.data(body, codes.len() as u32, encoding, compressor)?;
        self.codes = codes;
        self.codes.clear();
        Ok(())
    }

    fn end_plain_page(&mut self, compressor: &mut Compressor) -> Result<(), ParquetError> {
        let body = &mut self.scratch.body;
        body.clear();
        if self.present.contains(&0) {
            levels(&self.present, body);
        } else {
            all_present(self.present.len(), self.optional, body);
        }
        if self.physical == Physical::Bool {
            let bits = self.plain.chunks(8).map(|eight| eight.iter().rev().fold(0, |bits, bit| bits << 1 | bit));
            body.extend(bits);
        } else {
            body.extend_from_slice(&self.plain);
        }
        self.pages.data(body, self.present.len() as u32, Encoding::PLAIN, compressor)?;
        self.plain.clear();
        self.present.clear();
        Ok(())
    }

    /// Ends the column's part of a row group: its bytes, and what the file's footer says of them.
    pub(crate) fn close(
        &mut self,
        descriptor: ColumnDescPtr,
        compressor: &mut Compressor,
    ) -> Result<(Parts, ColumnCloseResult), ParquetError> {
        if !self.codes.is_empty() {
            self.end_coded_page(compressor)?;
        }
        if !self.present.is_empty() {
            self.end_plain_page(compressor)?;
        }
        let mut head = Pages::default();
        if self.indexed {
            head.dictionary(&self.dictionary.plain, self.dictionary.len() as u32, compressor)?;
            let skipped = if self.physical == Physical::Text { 4 } else { 0 };
            for (value, _) in self.dictionary.values().zip(&self.used).filter(|(_, used)| **used) {
                self.range.add(self.physical, &value[skipped..]);
            }
        }
        let body = std::mem::take(&mut self.pages);
        let length = head.bytes.len() as i64;
        let compressed = length + body.bytes.len() as i64;
        let mut encodings = vec![Encoding::RLE, Encoding::PLAIN];
        encodings.extend(self.indexed.then_some(Encoding::RLE_DICTIONARY));
        let metadata = ColumnChunkMetaData::builder(descriptor)
            .set_encodings(encodings)
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
            .set_total_compressed_size(compressed)
            .set_total_uncompressed_size((head.uncompressed + body.uncompressed) as i64)
            .set_num_values(self.rows as i64)
            .set_data_page_offset(length)
            .set_dictionary_page_offset(self.indexed.then_some(0))
            .set_statistics(self.range.statistics(self.physical, self.nulls))
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: compressed as u64,
            rows_written: self.rows,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        self.reset();
        Ok((Parts { head: head.bytes.into(), body: body.bytes.into() }, close))
    }

    fn reset(&mut self) {
        self.dictionary.clear();
        self.used.clear();
        self.indexed = false;
        self.coded = self.tries;
        self.range = Range::default();
        self.nulls = 0;
        self.rows = 0;
    }
}

/// Definition levels of rows that all have a value; a column without nulls has no levels at all.
fn all_present(rows: usize, optional: bool, body: &mut Vec<u8>) {
    if optional {
        with_length(body, |body| hybrid::run(1, rows, 1, body));
    }
}

/// Definition levels: 1 for a row with a value, 0 for one without.
fn levels(present: &[u16], body: &mut Vec<u8>) {
    with_length(body, |body| hybrid::encode(present, 1, body));
}

fn with_length(body: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let start = body.len();
    body.extend_from_slice(&[0; 4]);
    write(body);
    // A page is far smaller than four gigabytes.
    let length = (body.len() - start - 4) as u32;
    body[start..start + 4].copy_from_slice(&length.to_le_bytes());
}

/// The bytes of a column chunk: the dictionary's page, if there is one, and the data's.
pub(crate) struct Parts {
    head: Bytes,
    body: Bytes,
}

impl Length for Parts {
    fn len(&self) -> u64 {
        (self.head.len() + self.body.len()) as u64
    }
}

impl ChunkReader for Parts {
    type T = io::Chain<io::Cursor<Bytes>, io::Cursor<Bytes>>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        let start = (start as usize).min(self.head.len() + self.body.len());
        let in_head = start.min(self.head.len());
        let in_body = start - in_head;
        Ok(io::Cursor::new(self.head.slice(in_head..)).chain(io::Cursor::new(self.body.slice(in_body..))))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let mut bytes = vec![0; length];
        self.get_read(start)?.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}
