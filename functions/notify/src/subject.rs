//! The subject of a notice: what happened, in one line that e-mail can carry.

use atalaya_contract::{EventKind, FileEvent};

use crate::figures::{counted, grouped};

/// SNS takes fewer than 100 characters.
pub const MAX_SUBJECT_CHARS: usize = 99;

/// The subject of an event's notice: printable ASCII, at most [`MAX_SUBJECT_CHARS`], beginning with a letter, a digit
/// or a punctuation mark.
#[must_use]
pub fn subject(kind: EventKind, event: &FileEvent) -> String {
    let dataset = event.dataset.as_deref().map(|dataset| format!("{dataset}: ")).unwrap_or_default();
    let (before, after) = match kind {
        EventKind::FileAvailable => {
            let rows = event.rows.map(|rows| format!(" ({})", counted(rows.accepted, "row"))).unwrap_or_default();
            (dataset, format!(" is available{rows}"))
        }
        EventKind::FileRejected => {
            let faults = event
                .rows
                .filter(|rows| rows.rejected > 0)
                .map(|rows| format!(" ({} of {})", grouped(rows.rejected), counted(rows.read, "row")));
            (dataset, format!(" was rejected{}", faults.unwrap_or_default()))
        }
        EventKind::FileFailed => (dataset, " could not be processed".to_owned()),
        EventKind::FileDuplicate => (dataset, " was sent before".to_owned()),
        EventKind::FileUnroutable => (String::new(), " is not loaded: no feed claims it".to_owned()),
    };
    let (before, after) = (cut(&ascii(&before), MAX_SUBJECT_CHARS / 3), cut(&ascii(&after), MAX_SUBJECT_CHARS / 2));
    let name = ascii(event.file.key.rsplit('/').find(|part| !part.is_empty()).unwrap_or(&event.file.key));
    let line = format!("{before}{}{after}", cut(&name, MAX_SUBJECT_CHARS - before.len() - after.len()));
    let begins_well = line.starts_with(|first: char| first.is_ascii_graphic());
    if begins_well { line } else { format!("-{}", &line[1.min(line.len())..]) }
}

/// What ASCII cannot say becomes a question mark, and a control character a space.
fn ascii(text: &str) -> String {
    text.chars()
        .map(|char| match char {
            ' '..='~' => char,
            _ if char.is_control() => ' ',
            _ => '?',
        })
        .collect()
}

/// The text with its middle left out where it is longer than `chars`; its begin and its end say most. ASCII only.
fn cut(text: &str, chars: usize) -> String {
    if text.len() <= chars {
        return text.to_owned();
    }
    let kept = chars.saturating_sub(3);
    let (head, tail) = (kept.div_ceil(2), kept / 2);
    format!("{}...{}", &text[..head], &text[text.len() - tail..])
}
