//! A look at a file's first bytes: is it text at all, and in the encoding that the contract names?

use super::decode::Charset;
use crate::fault::{FileFault, code};

/// What starts with these bytes is no CSV.
const MAGIC: [(&[u8], &str, &str); 11] = [
    (b"PK\x03\x04", "a zip archive or an Office workbook", "export the sheet as CSV, or unpack the archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "export the sheet as CSV"),
    (b"PAR1", "Parquet", "send CSV: this feed's contract describes CSV files"),
    (b"%PDF-", "PDF", "export the table as CSV"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "compress with gzip, or not at all"),
    (b"\xfd7zXZ", "compressed with xz", "compress with gzip, or not at all"),
    (b"BZh", "compressed with bzip2", "compress with gzip, or not at all"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack the archive, or compress with gzip"),
    (b"\x1f\x8b", "gzip", "set `compression: auto` in the contract's csvDialect, or send the file uncompressed"),
    (b"Obj\x01", "Avro", "send CSV: this feed's contract describes CSV files"),
    (b"SQLite format 3\0", "an SQLite database", "export the table as CSV"),
];

/// A file with more control bytes than one in this many is no text.
const BYTES_PER_CONTROL: usize = 20;

/// Judges the first bytes (at most [`super::HEAD_BYTES`]) of the uncompressed file. `structural` are the dialect's own
/// bytes, which are no sign of binary data whatever they are.
pub(crate) fn inspect(head: &[u8], charset: &Charset, structural: &[u8]) -> Result<(), Unfit> {
    if let Some((_, what, hint)) = MAGIC.iter().find(|(magic, _, _)| head.starts_with(magic))
        // A label could begin like these three; what follows in them is no text.
        && (head[..4].iter().any(|byte| !byte.is_ascii_graphic()) || head.iter().take(64).any(|byte| !is_text(*byte)))
    {
        return Err(Unfit::unreadable(format!("the file is not text: its first bytes are those of {what}"), hint));
    }
    if let Some(found) = foreign_mark(head, charset) {
        return Err(Unfit::Encoding(
            FileFault::new(
                code::ENCODING,
                format!("the file starts with the byte-order mark of {found}, the contract says {}", charset.name()),
            )
            .hint(format!(
                "set `encoding: {found}` in the contract's csvDialect, or save the file as {}",
                charset.name()
            ))
            .at(1, 0),
        ));
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
    let controls = head.iter().filter(|byte| is_control(**byte) && !structural.contains(byte)).count();
    if controls > 1 && controls * BYTES_PER_CONTROL > head.len() {
        let message = format!("the file is not text: {controls} of its first {} bytes are control codes", head.len());
        return Err(Unfit::unreadable(message, hint));
    }
    Ok(())
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn is_text(byte: u8) -> bool {
    byte.is_ascii() && !is_control(byte)
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
