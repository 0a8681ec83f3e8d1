//! From judged columns to Parquet.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    Time64MicrosecondArray, TimestampMicrosecondArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, SchemaRef};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::properties::{EnabledStatistics, WriterProperties},
};

use crate::column::{Column, State, Values};

const ROW_GROUP_ROWS: usize = 1 << 20;

/// Writes one file's accepted rows.
pub(crate) struct Writer {
    inner: ArrowWriter<Vec<u8>>,
    schema: SchemaRef,
}

impl Writer {
    pub(crate) fn new(schema: SchemaRef) -> Result<Self, ParquetError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .build();
        let inner = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), Some(properties))?;
        Ok(Self { inner, schema })
    }

    /// Adds the rows of a batch but the rejected; `rejected` is empty when none is.
    pub(crate) fn write(&mut self, columns: &[Column], rejected: &[bool]) -> Result<(), ParquetError> {
        let keep = Keep { rejected };
        let arrays = columns.iter().zip(self.schema.fields());
        let arrays = arrays.map(|(column, field)| keep.array(column, field.data_type())).collect();
        self.inner.write(&RecordBatch::try_new(Arc::clone(&self.schema), arrays)?)
    }

    /// The bytes written since the last call.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.inner.inner_mut())
    }

    /// Ends the file: its last bytes.
    pub(crate) fn finish(self) -> Result<Vec<u8>, ParquetError> {
        self.inner.into_inner()
    }
}

/// Which rows go to the output.
struct Keep<'a> {
    rejected: &'a [bool],
}

impl Keep<'_> {
    fn rows<T: Copy>(&self, values: &[T]) -> Vec<T> {
        if self.rejected.is_empty() {
            return values.to_vec();
        }
        values.iter().zip(self.rejected).filter(|(_, rejected)| !**rejected).map(|(value, _)| *value).collect()
    }

    fn array(&self, column: &Column, data_type: &DataType) -> ArrayRef {
        let states = self.rows(&column.states);
        let nulls = NullBuffer::from_iter(states.iter().map(|state| *state == State::Value));
        let nulls = Some(nulls).filter(|nulls| nulls.null_count() > 0);
        match &column.values {
            Values::Bool(values) => Arc::new(BooleanArray::new(self.rows(values).into(), nulls)),
            Values::I32(values) => Arc::new(Date32Array::new(self.rows(values).into(), nulls)),
            Values::F64(values) => Arc::new(Float64Array::new(self.rows(values).into(), nulls)),
            Values::I128(values) => {
                let array = Decimal128Array::new(self.rows(values).into(), nulls);
                Arc::new(array.with_data_type(data_type.clone()))
            }
            Values::I64(values) => {
                let values: ScalarBuffer<i64> = self.rows(values).into();
                match data_type {
                    DataType::Time64(_) => Arc::new(Time64MicrosecondArray::new(values, nulls)),
                    DataType::Timestamp(_, zone) => {
                        Arc::new(TimestampMicrosecondArray::new(values, nulls).with_timezone_opt(zone.clone()))
                    }
                    _ => Arc::new(Int64Array::new(values, nulls)),
                }
            }
            Values::Text(values) => {
                let mut bytes = Vec::with_capacity(values.bytes.len());
                let mut offsets = vec![0_i32];
                for row in 0..column.states.len() {
                    if self.rejected.get(row).is_none_or(|rejected| !rejected) {
                        bytes.extend_from_slice(values.get(row));
                        offsets.push(bytes.len() as i32);
                    }
                }
                Arc::new(StringArray::new(OffsetBuffer::new(offsets.into()), bytes.into(), nulls))
            }
        }
    }
}
