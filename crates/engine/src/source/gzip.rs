//! Gzip (RFC 1952) fed in pieces: one member or several, checked to the last byte.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::{Flow, Sink};
use crate::fault::{FileFault, code};

/// How much is decompressed before it is passed on: what a bomb can make the engine hold.
const WINDOW: usize = 64 * 1024;

const FLAG_CRC: u8 = 2;
const FLAG_EXTRA: u8 = 4;
const FLAG_NAME: u8 = 8;
const FLAG_COMMENT: u8 = 16;

/// Where in a member the next byte stands.
enum Stage {
    /// The ten fixed bytes of a header, collected.
    Fixed,
    /// The optional parts that the flags announce.
    ExtraLength,
    Extra(usize),
    Name,
    Comment,
    HeaderCrc(usize),
    Deflate,
    /// CRC and length, collected.
    Trailer,
    /// Between members: another header, or padding of zero bytes, or the end.
    Between,
}

pub(crate) struct Gunzip {
    stage: Stage,
    collected: Vec<u8>,
    flags: u8,
    inflate: Decompress,
    crc: Crc,
    window: Vec<u8>,
    /// Compressed bytes taken so far.
    taken: u64,
}

impl Gunzip {
    pub(crate) fn new() -> Self {
        Self {
            stage: Stage::Fixed,
            collected: Vec::new(),
            flags: 0,
            inflate: Decompress::new(false),
            crc: Crc::new(),
            window: vec![0; WINDOW],
            taken: 0,
        }
    }

    /// Decompresses `input` as far as the sink wants more: how many bytes of it were taken.
    pub(crate) fn push<S: Sink>(&mut self, input: &[u8], sink: &mut S) -> Result<Result<usize, FileFault>, S::Error> {
        let mut taken = 0;
        while taken < input.len() {
            let (used, flow) = if matches!(self.stage, Stage::Deflate) {
                match self.deflate(&input[taken..], sink)? {
                    Ok(passed) => passed,
                    Err(fault) => return Ok(Err(fault)),
                }
            } else {
                if let Err(fault) = self.byte(input[taken]) {
                    return Ok(Err(fault));
                }
                (1, Flow::More)
            };
            self.taken += used as u64;
            taken += used;
            if flow != Flow::More {
                break;
            }
        }
        Ok(Ok(taken))
    }

    /// Decompresses from `input` until it is used up, the member's data end, or the sink wants no more for now: how much
    /// was used.
    fn deflate<S: Sink>(&mut self, input: &[u8], sink: &mut S) -> Result<Result<(usize, Flow), FileFault>, S::Error> {
        let mut used = 0;
        loop {
            let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(&input[used..], &mut self.window, FlushDecompress::None);
            // Both differences fit: they count bytes of slices in memory.
            used += (self.inflate.total_in() - before_in) as usize;
            let made = (self.inflate.total_out() - before_out) as usize;
            let Ok(status) = status else {
                self.taken += used as u64;
                return Ok(Err(self.corrupt("the compressed data cannot be decoded")));
            };
            self.crc.update(&self.window[..made]);
            let flow = if made > 0 { sink.bytes(&self.window[..made])? } else { Flow::More };
            match (status, flow) {
                (_, Flow::Stop) => return Ok(Ok((used, flow))),
                (Status::StreamEnd, _) => {
                    self.stage = Stage::Trailer;
                    return Ok(Ok((used, flow)));
                }
                // Output that needs no more input is passed on at once: nobody would come back for it.
                (_, Flow::Pause) if used < input.len() => return Ok(Ok((used, flow))),
                // A full window may hide more output that needs no more input.
                (Status::Ok | Status::BufError, _) if used < input.len() || made == self.window.len() => {}
                (Status::Ok | Status::BufError, _) => return Ok(Ok((used, Flow::More))),
            }
        }
    }

    /// Takes one byte outside the compressed data.
    fn byte(&mut self, byte: u8) -> Result<(), FileFault> {
        match self.stage {
            Stage::Between if byte == 0 => {}
            Stage::Fixed | Stage::Between => {
                self.stage = Stage::Fixed;
                self.collected.push(byte);
                self.fixed_header()?;
            }
            Stage::ExtraLength => {
                self.collected.push(byte);
                if let [low, high] = self.collected[..] {
                    self.collected.clear();
                    self.stage = Stage::Extra(usize::from(u16::from_le_bytes([low, high])));
                    self.skip_absent_parts();
                }
            }
            Stage::Extra(left) => {
                self.stage = Stage::Extra(left - 1);
                self.skip_absent_parts();
            }
            Stage::Name | Stage::Comment => {
                if byte == 0 {
                    let named = matches!(self.stage, Stage::Name);
                    self.stage = if named { Stage::Comment } else { Stage::HeaderCrc(2) };
                    self.skip_absent_parts();
                }
            }
            Stage::HeaderCrc(left) => {
                self.stage = if left == 1 { Stage::Deflate } else { Stage::HeaderCrc(left - 1) };
            }
            Stage::Trailer => {
                self.collected.push(byte);
                if self.collected.len() == 8 {
                    self.trailer()?;
                }
            }
            Stage::Deflate => {}
        }
        Ok(())
    }

    fn fixed_header(&mut self) -> Result<(), FileFault> {
        let header = &self.collected;
        let expected = [0x1f, 0x8b, 8];
        let at = header.len() - 1;
        if at < expected.len() && header[at] != expected[at] {
            let what = if at == 2 {
                "the compression method is not deflate"
            } else {
                "what follows the compressed data is no gzip member"
            };
            return Err(self.corrupt(what));
        }
        if header.len() == 10 {
            self.flags = header[3];
            self.collected.clear();
            self.stage = Stage::ExtraLength;
            if self.flags & FLAG_EXTRA == 0 {
                self.stage = Stage::Extra(0);
            }
            self.skip_absent_parts();
        }
        Ok(())
    }

    /// Moves past the optional parts of the header that are not there.
    fn skip_absent_parts(&mut self) {
        if matches!(self.stage, Stage::Extra(0)) {
            self.stage = Stage::Name;
        }
        if matches!(self.stage, Stage::Name) && self.flags & FLAG_NAME == 0 {
            self.stage = Stage::Comment;
        }
        if matches!(self.stage, Stage::Comment) && self.flags & FLAG_COMMENT == 0 {
            self.stage = Stage::HeaderCrc(2);
        }
        if matches!(self.stage, Stage::HeaderCrc(2)) && self.flags & FLAG_CRC == 0 {
            self.stage = Stage::Deflate;
        }
    }

    fn trailer(&mut self) -> Result<(), FileFault> {
        let word = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|i| self.collected[at + i]));
        if word(0) != self.crc.sum() || word(4) != self.crc.amount() {
            return Err(self.corrupt("the checksum at the end of the compressed data does not match them"));
        }
        self.collected.clear();
        self.crc.reset();
        self.inflate.reset(false);
        self.stage = Stage::Between;
        Ok(())
    }

    pub(crate) fn finish(&self) -> Result<(), FileFault> {
        if matches!(self.stage, Stage::Between) {
            return Ok(());
        }
        let message = format!("the gzip file is cut short: it ends at compressed byte {} inside a member", self.taken);
        Err(FileFault::new(code::SOURCE, message).hint(
            "the upload or the compression did not finish: make the file again, test it with `gzip -t`, send it again",
        ))
    }

    fn corrupt(&self, what: &str) -> FileFault {
        FileFault::new(code::SOURCE, format!("the gzip file is corrupt at compressed byte {}: {what}", self.taken))
            .hint("test the file with `gzip -t` where it comes from, and send it again in binary mode")
    }
}
