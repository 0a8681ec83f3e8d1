//! Pages: compressed, with their headers.

use std::io;

use bytes::Bytes;
use parquet::{
    basic::Encoding,
    column::page::{CompressedPage, Page, PageWriter as _},
    errors::ParquetError,
    file::writer::{SerializedPageWriter, TrackedWrite},
};

/// Level of zstd. Higher levels cost more time than they save bytes on encoded columns.
const LEVEL: i32 = 1;

/// Compresses pages, with one context for all.
pub(crate) struct Compressor {
    zstd: zstd::bulk::Compressor<'static>,
    packed: Vec<u8>,
}

/// Pages one after the other, and what they come to.
#[derive(Default)]
pub(crate) struct Pages {
    pub(crate) bytes: Vec<u8>,
    /// Bytes of headers and of bodies before compression.
    pub(crate) uncompressed: u64,
}

impl Compressor {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self { zstd: zstd::bulk::Compressor::new(LEVEL)?, packed: Vec::new() })
    }

    fn pack(&mut self, body: &[u8]) -> io::Result<Bytes> {
        self.packed.clear();
        self.packed.reserve(zstd::zstd_safe::compress_bound(body.len()));
        self.zstd.compress_to_buffer(body, &mut self.packed)?;
        Ok(Bytes::copy_from_slice(&self.packed))
    }
}

impl Pages {
    /// Adds a data page of `values` values, nulls included: the body is definition levels, then values.
    pub(crate) fn data(
        &mut self,
        body: &[u8],
        values: u32,
        encoding: Encoding,
        compressor: &mut Compressor,
    ) -> Result<(), ParquetError> {
        let page = Page::DataPage {
            buf: compressor.pack(body)?,
            num_values: values,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        self.write(CompressedPage::new(page, body.len()))
    }

    /// Adds a dictionary page.
    pub(crate) fn dictionary(
        &mut self,
        body: &[u8],
        values: u32,
        compressor: &mut Compressor,
    ) -> Result<(), ParquetError> {
        let buf = compressor.pack(body)?;
        let page = Page::DictionaryPage { buf, num_values: values, encoding: Encoding::PLAIN, is_sorted: false };
        self.write(CompressedPage::new(page, body.len()))
    }

    fn write(&mut self, page: CompressedPage) -> Result<(), ParquetError> {
        let mut sink = TrackedWrite::new(std::mem::take(&mut self.bytes));
        let spec = SerializedPageWriter::new(&mut sink).write_page(page)?;
        self.uncompressed += spec.uncompressed_size as u64;
        self.bytes = sink.into_inner()?;
        Ok(())
    }
}
