//! From the file's bytes to UTF-8 text: decompression, a look at the first bytes, and the encoding.

mod binary;
mod decode;
mod gzip;
mod positions;
mod resemblance;

use atalaya_contract::Compression;

use crate::fault::{FileFault, code};

pub(crate) use binary::{Unfit, inspect};
pub(crate) use decode::{Charset, Decoder};
pub(crate) use positions::Positions;
pub(crate) use resemblance::Resemblance;

use gzip::Gunzip;

/// How many uncompressed bytes are looked at before the first record is read.
pub(crate) const HEAD_BYTES: usize = 8 * 1024;

/// Whether a sink wants more bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// At once.
    More,
    /// Once what it has made of those before has been taken.
    Pause,
    /// Never.
    Stop,
}

/// Receives bytes and says whether it wants more.
pub(crate) trait Sink {
    type Error;
    /// Takes uncompressed bytes.
    fn bytes(&mut self, bytes: &[u8]) -> Result<Flow, Self::Error>;
}

/// How many bytes of a plain file the sink gets at once.
const PIECE: usize = 64 * 1024;

/// Undoes the compression of a file fed in pieces.
pub(crate) enum Source {
    /// The first two bytes are not known yet.
    Unknown {
        head: Vec<u8>,
        compression: Compression,
    },
    Plain,
    Gzip(Box<Gunzip>),
}

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

impl Source {
    pub(crate) fn new(compression: Compression) -> Self {
        match compression {
            Compression::None => Self::Plain,
            Compression::Auto | Compression::Gzip => Self::Unknown { head: Vec::new(), compression },
        }
    }

    /// Passes what `chunk` holds on to `sink`, as far as it wants more: how many bytes of it were taken. The inner result
    /// is a fault of the bytes themselves.
    pub(crate) fn push<S: Sink>(&mut self, chunk: &[u8], sink: &mut S) -> Result<Result<usize, FileFault>, S::Error> {
        match self {
            Self::Plain => plain(chunk, sink).map(Ok),
            Self::Gzip(gunzip) => gunzip.push(chunk, sink),
            Self::Unknown { head, .. } => {
                let taken = chunk.len().min(GZIP_MAGIC.len() - head.len());
                head.extend_from_slice(&chunk[..taken]);
                if head.len() < GZIP_MAGIC.len() {
                    return Ok(Ok(taken));
                }
                if let Err(fault) = self.decide(sink)? {
                    return Ok(Err(fault));
                }
                Ok(self.push(&chunk[taken..], sink)?.map(|more| taken + more))
            }
        }
    }

    /// Says that the file has ended.
    pub(crate) fn finish<S: Sink>(&mut self, sink: &mut S) -> Result<Result<(), FileFault>, S::Error> {
        if matches!(self, Self::Unknown { .. })
            && let Err(fault) = self.decide(sink)?
        {
            return Ok(Err(fault));
        }
        match self {
            Self::Gzip(gunzip) => Ok(gunzip.finish()),
            _ => Ok(Ok(())),
        }
    }

    fn decide<S: Sink>(&mut self, sink: &mut S) -> Result<Result<(), FileFault>, S::Error> {
        let Self::Unknown { head, compression } = std::mem::replace(self, Self::Plain) else { return Ok(Ok(())) };
        let is_gzip = head.starts_with(&GZIP_MAGIC);
        if is_gzip {
            *self = Self::Gzip(Box::new(Gunzip::new()));
        } else if compression == Compression::Gzip && !head.is_empty() {
            return Ok(Err(FileFault::new(
                code::SOURCE,
                "the file is not gzip: it does not start with the bytes 1f 8b",
            )
            .hint("compress the file, or set `compression: auto` in the contract's csvDialect")
            .at(1, 0)));
        }
        Ok(self.push(&head, sink)?.map(|_| ()))
    }
}

/// Passes the bytes of a plain file on: how many of them.
fn plain<S: Sink>(chunk: &[u8], sink: &mut S) -> Result<usize, S::Error> {
    let mut taken = 0;
    for piece in chunk.chunks(PIECE) {
        taken += piece.len();
        if sink.bytes(piece)? != Flow::More {
            break;
        }
    }
    Ok(taken)
}
