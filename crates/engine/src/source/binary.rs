//! A look at a file's first bytes: is it text at all, and in the encoding that the contract names?

use atalaya_contract::Compression;

use super::decode::Charset;
use crate::{
    fault::{FileFault, code},
    scan::Marks,
};

/// What starts with these bytes is no CSV.
const MAGIC: [(&[u8], &str, &str); 22] = [
    (b"PK\x03\x04", "a zip archive or an Office workbook", "export the sheet as CSV, or unpack the archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "export the sheet as CSV"),
    (b"PAR1", "a Parquet file", "send CSV: this feed's contract describes CSV files"),
    (PDF, "a PDF document", "export the table as CSV"),
    (b"\x28\xb5\x2f\xfd", "a file compressed with zstd", "compress with gzip, or not at all"),
    (b"\xfd7zXZ", "a file compressed with xz", "compress with gzip, or not at all"),
    (b"BZh", "a file compressed with bzip2", "compress with gzip, or not at all"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack the archive, or compress with gzip"),
    (b"\x1f\x8b", "a gzip file", "set `compression: auto` in the contract's csvDialect, or send the file uncompressed"),
    (b"Obj\x01", "an Avro file", "send CSV: this feed's contract describes CSV files"),
    (b"SQLite format 3\0", "an SQLite database", "export the table as CSV"),
    (b"PK\x05\x06", "an empty zip archive", "send the table itself"),
    (b"PK\x07\x08", "a zip archive", "unpack the archive"),
    (b"Rar!\x1a", "a RAR archive", "unpack the archive, or compress with gzip"),
    (b"\x04\x22\x4d\x18", "a file compressed with lz4", "compress with gzip, or not at all"),
    (b"ORC", "an ORC file", "send CSV: this feed's contract describes CSV files"),
    (b"ARROW1", "an Arrow file", "send CSV: this feed's contract describes CSV files"),
    (b"\x89PNG", "a PNG picture", "send the table as CSV text"),
    (b"\xff\xd8\xff", "a JPEG picture", "send the table as CSV text"),
    (b"GIF8", "a GIF picture", "send the table as CSV text"),
    (RTF, "an RTF document", "export the table as CSV"),
    (b"%!PS-", "a PostScript document", "export the table as CSV"),
];

/// A file with more control bytes than one in this many is no text.
const BYTES_PER_CONTROL: usize = 20;

/// Judges the first bytes (at most [`super::HEAD_BYTES`]) of the uncompressed file.
pub(crate) fn inspect(head: &[u8], compression: Compression, marks: &Marks, charset: &Charset) -> Result<(), Unfit> {
    // The dialect's own bytes are no sign of binary data, whatever they are.
    let structural = marks.bytes();
    let is_control = |byte: &u8| is_control(*byte) && !structural.contains(byte);
    if head.starts_with(&super::GZIP_MAGIC) && compression != Compression::None {
        let hint = "compress the file once; test it with `gzip -t` where it comes from";
        return Err(Unfit::unreadable(
            "the gzip file holds another gzip file: it was compressed twice".to_owned(),
            hint,
        ));
    }
    if let Some((magic, what, hint)) = MAGIC.iter().find(|(magic, _, _)| head.starts_with(magic))
        // A label may begin like those of them that are letters; what follows in the others is no text.
        && (!magic.iter().all(u8::is_ascii_graphic) || matches!(*magic, PDF | RTF) || head.iter().any(is_control))
    {
        return Err(Unfit::unreadable(format!("the file is not text: its first bytes are those of {what}"), hint));
    }
    if let Some(fault) = encoding_fault(head, charset) {
        return Err(Unfit::Encoding(fault.at(1, 0)));
    }
    if charset.is_utf16() {
        return Ok(());
    }
    let hint = "send the table as CSV text; if it is UTF-16, say so in `encoding` of the contract's csvDialect";
    let start = head.iter().position(|byte| !is_line_end(*byte)).unwrap_or(0);
    let first_line = head[start..].split(|byte| is_line_end(*byte)).next().unwrap_or_default();
    if let Some(at) = first_line.iter().position(|byte| *byte == 0 && !structural.contains(byte)) {
        let message = format!("the file is not text: there is a zero byte at byte {} of it", start + at);
        return Err(Unfit::unreadable(message, hint));
    }
    let controls = head.iter().filter(|byte| is_control(byte)).count();
    if controls > 1 && controls * BYTES_PER_CONTROL > head.len() {
        let message = format!("the file is not text: {controls} of its first {} bytes are control codes", head.len());
        return Err(Unfit::unreadable(message, hint));
    }
    Ok(())
}

/// What the first bytes say about the encoding, where that is not what the contract says.
fn encoding_fault(head: &[u8], charset: &Charset) -> Option<FileFault> {
    let wanted = charset.name();
    let utf32 = match head {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => true,
        // One character in four bytes, three of them zero.
        [a, 0, 0, 0, b, 0, 0, 0, ..] | [0, 0, 0, a, 0, 0, 0, b, ..] => *a != 0 && *b != 0,
        _ => false,
    };
    if utf32 {
        let hint = format!("save the file as {wanted}: UTF-32 is not read");
        return Some(FileFault::new(code::ENCODING, "the file is encoded as UTF-32").hint(hint));
    }
    if MARKS.iter().any(|mark| head.strip_prefix(*mark).is_some_and(|rest| rest.starts_with(mark))) {
        let message = "the file starts with two byte-order marks";
        let hint = "a program put one before a file that had one: save the file with one, or with none";
        return Some(FileFault::new(code::ENCODING, message).hint(hint));
    }
    if let Some(fault) = utf16_fault(head, charset) {
        return Some(fault);
    }
    let found = foreign_mark(head, charset)?;
    let message = format!("the file starts with the byte-order mark of {found}, the contract says {wanted}");
    let hint = format!("set `encoding: {found}` in the contract's csvDialect, or save the file as {wanted}");
    Some(FileFault::new(code::ENCODING, message).hint(hint))
}

/// What the places of zero bytes say: half the bytes of most letters, delimiters and line ends in UTF-16.
fn utf16_fault(head: &[u8], charset: &Charset) -> Option<FileFault> {
    if head.len() < 8 || MARKS.iter().any(|mark| head.starts_with(mark)) {
        return None;
    }
    let zeros = |first: usize| head.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let wanted = charset.name();
    let found = match (zeros(0), zeros(1)) {
        (0, 0) if charset.is_utf16() && head.is_ascii() => {
            let hint = "take `encoding` out of the contract's csvDialect, or save the file so";
            return Some(
                FileFault::new(code::ENCODING, format!("the file is not {wanted}: it is ASCII text")).hint(hint),
            );
        }
        (0, odd) if odd * 4 > head.len() => "utf-16le",
        (even, 0) if even * 4 > head.len() => "utf-16be",
        _ => return None,
    };
    (found != wanted).then(|| {
        let message = format!("the file is encoded as {found}, without a byte-order mark; the contract says {wanted}");
        let hint = format!("set `encoding: {found}` in the contract's csvDialect, or save the file as {wanted}");
        FileFault::new(code::ENCODING, message).hint(hint)
    })
}

/// The byte-order marks of UTF-8, UTF-16LE and UTF-16BE.
const MARKS: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];

const PDF: &[u8] = b"%PDF-";
const RTF: &[u8] = b"{\\rtf";

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Control codes that text does not hold; tab, line ends, form feed and escape (of ISO-2022) it may.
fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, 0x09..=0x0d | 0x0e | 0x0f | 0x1b)
}

/// The encoding whose byte-order mark the file starts with, where it is not the one that the contract names.
fn foreign_mark(head: &[u8], charset: &Charset) -> Option<&'static str> {
    let utf16 = match head {
        [0xff, 0xfe, ..] => Some("utf-16le"),
        [0xfe, 0xff, ..] => Some("utf-16be"),
        _ => None,
    };
    if charset.is_utf16() {
        return head.starts_with(b"\xef\xbb\xbf").then_some("utf-8");
    }
    // Where every byte has a meaning, the two bytes of a mark could be letters: only a zero byte near makes them one.
    let sure = charset.is_utf8() || head.iter().take(64).any(|byte| *byte == 0);
    utf16.filter(|_| sure).or_else(|| (!charset.is_utf8() && head.starts_with(b"\xef\xbb\xbf")).then_some("utf-8"))
}

/// Why a file is not even begun.
#[derive(Debug)]
pub(crate) enum Unfit {
    /// The bytes are not text.
    Unreadable(FileFault),
    /// They are text in another encoding.
    Encoding(FileFault),
}

impl Unfit {
    fn unreadable(message: String, hint: &str) -> Self {
        Self::Unreadable(FileFault::new(code::SOURCE, message).hint(hint).at(1, 0))
    }
}
