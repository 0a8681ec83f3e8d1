//! From judged columns to Parquet.
//!
//! Columns are encoded here, and the `parquet` crate lays the file out around them. Its own column writers look every
//! value up in a hash table; here most cells are recognised by their text before they are even parsed (see
//! [`crate::column`]), and what reaches this module is a dictionary's index.

mod chunk;
mod dictionary;
mod footer;
mod hybrid;
mod page;
mod physical;
mod statistics;

use std::sync::Arc;

use arrow_schema::SchemaRef;
use parquet::{
    arrow::ArrowSchemaConverter,
    errors::ParquetError,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
};

use crate::column::Column;

pub(crate) use chunk::{Chunk, NULL, PageSize};
pub(crate) use dictionary::Full;
pub(crate) use page::Compressor;
pub(crate) use physical::Scalar;

/// A row group ends when it has this many rows, or when its pages take this many bytes, since they stay in memory
/// until then.
const GROUP_ROWS: u64 = 1 << 20;
const GROUP_BYTES: usize = 8 << 20;
/// In a wide table a row group takes so many bytes for each column, so that there are fewer of them.
const COLUMN_BYTES: usize = 6 << 10;

/// Most parts of a file, each a column of a row group: what its footer says of them stays in memory until the end.
const PARTS: usize = 1 << 16;

/// Writes one file's accepted rows.
pub(crate) struct Writer {
    file: SerializedFileWriter<Vec<u8>>,
    compressor: Compressor,
    /// Rows in the row group so far.
    rows: u64,
    /// Columns of the row groups that are written.
    parts: usize,
}

impl Writer {
    pub(crate) fn new(schema: &SchemaRef) -> Result<Self, ParquetError> {
        let columns = ArrowSchemaConverter::new().convert(schema)?;
        let properties = WriterProperties::builder()
            .set_created_by(concat!("atalaya version ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let file = SerializedFileWriter::new(Vec::new(), columns.root_schema_ptr(), Arc::new(properties))?;
        Ok(Self { file, compressor: Compressor::new()?, rows: 0, parts: 0 })
    }

    /// Adds the rows of a batch but the rejected: `accepted` in number; `rejected` is empty when none is.
    pub(crate) fn write(
        &mut self,
        columns: &mut [Column],
        accepted: u64,
        rejected: &[bool],
    ) -> Result<(), ParquetError> {
        for column in &mut *columns {
            column.append(rejected, &mut self.compressor)?;
        }
        self.rows += accepted;
        let bytes: usize = columns.iter().map(|column| column.chunk.size()).sum();
        let most = GROUP_BYTES.max(columns.len() * COLUMN_BYTES);
        if self.rows >= GROUP_ROWS || self.rows > 0 && bytes >= most { self.end_group(columns) } else { Ok(()) }
    }

    /// Whether the file has so many parts that no more may come.
    pub(crate) fn is_full(&self) -> bool {
        self.parts >= PARTS
    }

    fn end_group(&mut self, columns: &mut [Column]) -> Result<(), ParquetError> {
        let descriptors = self.file.schema_descr().columns().to_vec();
        let mut group = self.file.next_row_group()?;
        for (column, descriptor) in columns.iter_mut().zip(descriptors) {
            let (bytes, close) = column.chunk.close(descriptor, &mut self.compressor)?;
            group.append_column(&bytes, close)?;
            column.forget_codes();
        }
        group.close()?;
        self.rows = 0;
        self.parts += columns.len();
        Ok(())
    }

    /// How many bytes [`Self::take`] would return.
    pub(crate) fn waiting(&self) -> usize {
        self.file.inner().len()
    }

    /// The bytes written since the last call.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.file.inner_mut())
    }

    /// Ends the file: its last bytes.
    pub(crate) fn finish(mut self, columns: &mut [Column]) -> Result<Vec<u8>, ParquetError> {
        if self.rows > 0 {
            self.end_group(columns)?;
        }
        self.file.finish()?;
        let columns = self.file.schema_descr().num_columns();
        // The footer is written at once, so all of it is among the bytes that are left.
        let mut last = self.take();
        footer::set_type_defined_orders(&mut last, columns)?;
        Ok(last)
    }
}
