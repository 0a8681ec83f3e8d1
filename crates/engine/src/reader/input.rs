//! The file's bytes on their way to text: a look at the first, and the encoding.

use super::Reader;
use crate::{
    error::EngineError,
    source::{self, Decoder, Flow, HEAD_BYTES, Resemblance, Sink, Unfit},
};

/// Bytes decoded at a time, so that the text made of them stays small.
const DECODED_BYTES: usize = 32 * 1024;

/// How many bytes of outputs wait to be taken before no more of the file is.
const WAITING_OUTPUT: usize = 1 << 20;

impl Sink for Reader {
    type Error = EngineError;

    fn bytes(&mut self, bytes: &[u8]) -> Result<Flow, EngineError> {
        self.raw(bytes)?;
        Ok(match self.settled {
            Some(_) => Flow::Stop,
            None if self.waiting_output() >= WAITING_OUTPUT => Flow::Pause,
            None => Flow::More,
        })
    }
}

impl Reader {
    /// Takes uncompressed bytes of the file.
    fn raw(&mut self, bytes: &[u8]) -> Result<(), EngineError> {
        let Some(head) = &mut self.head else { return self.encoded(bytes) };
        head.extend_from_slice(bytes);
        if head.len() < HEAD_BYTES { Ok(()) } else { self.open() }
    }

    /// Looks at the file's first bytes and begins to read.
    pub(super) fn open(&mut self) -> Result<(), EngineError> {
        let Some(head) = self.head.take() else { return Ok(()) };
        let looked_at = &head[..head.len().min(HEAD_BYTES)];
        match source::inspect(looked_at, self.plan.compression, &self.plan.marks, &self.plan.charset) {
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
        self.resemblance = Resemblance::of(looked_at, &self.plan.charset);
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
            // Each line has its position, so that a record of many lines takes more memory for them than for its text.
            if self.settled.is_none() && self.plan.limits.are_exceeded(0, self.positions.len() as u64) {
                self.advance(false)?;
            }
        }
        Ok(())
    }

    /// Takes text, and judges whenever enough is there: how much is enough depends on the text alone, not on how it
    /// comes.
    pub(super) fn append(&mut self, mut text: &[u8]) -> Result<(), EngineError> {
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
}
