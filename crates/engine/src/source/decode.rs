//! From the contract's encoding to UTF-8, fed in pieces.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::Positions;

/// Stands in the text for bytes that the encoding does not know. It can never stand in UTF-8, so that the cell that
/// holds it fails the same check as one with broken UTF-8.
pub(crate) const MALFORMED: u8 = 0xff;

/// The encoding of a file's text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Charset(&'static Encoding);

impl Charset {
    /// The encoding with a label of the WHATWG Encoding Standard.
    pub(crate) fn new(label: &str) -> Result<Self, String> {
        match Encoding::for_label_no_replacement(label.as_bytes()) {
            Some(encoding) => Ok(Self(encoding)),
            None => Err(format!(
                "`{label}` is no encoding that the WHATWG Encoding Standard lists; for example utf-8, windows-1252, utf-16le"
            )),
        }
    }

    pub(crate) fn is_utf8(&self) -> bool {
        self.0 == UTF_8
    }

    pub(crate) fn is_utf16(&self) -> bool {
        self.0 == UTF_16LE || self.0 == UTF_16BE
    }

    /// The text of some bytes, as far as it can be told.
    pub(crate) fn decode<'a>(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        self.0.decode(bytes).0
    }

    pub(crate) fn name(&self) -> String {
        self.0.name().to_ascii_lowercase()
    }
}

/// Decodes a file's bytes.
pub(crate) struct Decoder {
    encoding: &'static Encoding,
    /// `None` for UTF-8, which passes through.
    inner: Option<encoding_rs::Decoder>,
    /// Bytes of the file taken so far, and bytes of text made.
    file: u64,
    text: u64,
    /// Whether the next byte starts a line; no encoding carries anything over a line's end.
    at_line_start: bool,
    /// First byte of a UTF-16 unit whose second is not here yet.
    half: Option<u8>,
}

impl Decoder {
    /// A decoder for a file that starts with `head`, and how many bytes of it are a byte-order mark, to be left out.
    pub(crate) fn new(charset: Charset, head: &[u8], positions: &mut Positions) -> (Self, usize) {
        let (encoding, mark) = match head {
            [0xef, 0xbb, 0xbf, ..] if charset.is_utf8() => (UTF_8, 3),
            [0xff, 0xfe, ..] if charset.is_utf16() => (UTF_16LE, 2),
            [0xfe, 0xff, ..] if charset.is_utf16() => (UTF_16BE, 2),
            _ => (charset.0, 0),
        };
        let inner = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
        positions.note(0, mark as u64);
        (Self { encoding, inner, file: mark as u64, text: 0, at_line_start: true, half: None }, mark)
    }

    /// Whether the file's bytes are the text.
    pub(crate) fn passes_through(&self) -> bool {
        self.inner.is_none()
    }

    /// Appends the text of `bytes` to `out`. Not for text that passes through.
    pub(crate) fn decode(&mut self, mut bytes: &[u8], out: &mut Vec<u8>, positions: &mut Positions) {
        if let (Some(first), Some(second)) = (self.half, bytes.first()) {
            self.half = None;
            self.line_piece(&[first, *second], out, positions);
            bytes = &bytes[1..];
        }
        while !bytes.is_empty() {
            let plain = self.plain_prefix(bytes);
            if plain > 0 {
                positions.note(self.text, self.file);
                out.extend_from_slice(&bytes[..plain]);
                self.advance(plain, plain, bytes[plain - 1]);
                bytes = &bytes[plain..];
                continue;
            }
            let piece = self.piece(bytes);
            if piece == 0 {
                self.half = bytes.first().copied();
                return;
            }
            self.line_piece(&bytes[..piece], out, positions);
            bytes = &bytes[piece..];
        }
    }

    /// Says that the file has ended.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>, positions: &mut Positions) {
        if self.passes_through() {
            return;
        }
        if self.half.take().is_some() {
            out.push(MALFORMED);
        }
        self.run(&[], true, out);
        positions.note(self.text, self.file);
    }

    /// How many bytes are ASCII, stand for themselves, and end with a line (or with `bytes`).
    fn plain_prefix(&self, bytes: &[u8]) -> usize {
        if !self.at_line_start || !self.encoding.is_ascii_compatible() {
            return 0;
        }
        let ascii = Encoding::ascii_valid_up_to(bytes);
        if ascii == bytes.len() {
            return ascii;
        }
        memchr::memrchr2(b'\n', b'\r', &bytes[..ascii]).map_or(0, |at| at + 1)
    }

    /// Length of the piece up to and with the first line end; 0 when not even one UTF-16 unit is whole.
    fn piece(&self, bytes: &[u8]) -> usize {
        if self.encoding != UTF_16LE && self.encoding != UTF_16BE {
            return memchr::memchr2(b'\n', b'\r', bytes).map_or(bytes.len(), |at| at + 1);
        }
        let little = self.encoding == UTF_16LE;
        let is_end = |unit: &[u8]| {
            let unit = if little { [unit[1], unit[0]] } else { [unit[0], unit[1]] };
            matches!(unit, [0, b'\n' | b'\r'])
        };
        let whole = bytes.len() & !1;
        bytes.chunks_exact(2).position(is_end).map_or(whole, |unit| unit * 2 + 2)
    }

    /// Decodes a piece that holds no line end but at its end.
    fn line_piece(&mut self, piece: &[u8], out: &mut Vec<u8>, positions: &mut Positions) {
        if self.at_line_start {
            positions.note(self.text, self.file);
        }
        let before = out.len();
        self.run(piece, false, out);
        let last = out[before..].last().copied().unwrap_or(0);
        self.advance(piece.len(), out.len() - before, last);
    }

    fn advance(&mut self, file: usize, text: usize, last: u8) {
        self.file += file as u64;
        self.text += text as u64;
        self.at_line_start = matches!(last, b'\n' | b'\r');
    }

    fn run(&mut self, mut piece: &[u8], last: bool, out: &mut Vec<u8>) {
        let Some(decoder) = &mut self.inner else { return };
        loop {
            let before = out.len();
            let room = decoder.max_utf8_buffer_length_without_replacement(piece.len());
            // The sum can only overflow for pieces larger than memory.
            out.resize(before + room.unwrap_or(piece.len() * 3 + 16), 0);
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(piece, &mut out[before..], last);
            out.truncate(before + written);
            piece = &piece[read..];
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::Malformed(_, _) => out.push(MALFORMED),
                DecoderResult::OutputFull => {}
            }
        }
    }
}
