//! The subject of a notice: what happened, in one line that e-mail can carry.

use atalaya_cloud::subject::{MAX_SUBJECT_CHARS, ascii, cut, subject_line};
use atalaya_contract::{
    EventKind, FileEvent, RecoveryKind,
    format::{counted, grouped},
    inert,
};

use crate::recovered::{added, is_decided, loaded};

/// The subject of an event's notice: printable ASCII, at most [`MAX_SUBJECT_CHARS`], beginning with a letter, a digit
/// or a punctuation mark.
#[must_use]
pub fn subject(kind: EventKind, event: &FileEvent) -> String {
    let dataset = event.dataset.as_deref();
    let dataset = dataset.map(|dataset| format!("{}: ", inert::text(dataset).unlinked())).unwrap_or_default();
    let (before, after) = match kind {
        EventKind::FileAvailable => {
            let rows = event.rows.map(|rows| format!(" ({})", counted(rows.accepted, "row"))).unwrap_or_default();
            (dataset, format!(" {}{rows}", availability(event)))
        }
        EventKind::FileRejected => {
            let faults = event
                .rows
                .filter(|rows| rows.rejected > 0)
                .map(|rows| format!(" ({} of {})", grouped(rows.rejected), counted(rows.read, "row")));
            let withdrawn = if loaded(event).is_some() { " and taken away" } else { "" };
            (dataset, format!(" was rejected{withdrawn}{}", faults.unwrap_or_default()))
        }
        EventKind::FileFailed => (dataset, " could not be processed".to_owned()),
        EventKind::FileDuplicate => (dataset, " was sent before".to_owned()),
        EventKind::FileDiscarded => (dataset, " was discarded".to_owned()),
        EventKind::FileUnroutable => (String::new(), " is not loaded: no feed claims it".to_owned()),
    };
    let (before, after) = (cut(&ascii(&before), MAX_SUBJECT_CHARS / 3), cut(&ascii(&after), MAX_SUBJECT_CHARS / 2));
    let name = event.file.key.rsplit('/').find(|part| !part.is_empty()).unwrap_or(&event.file.key);
    let name = ascii(&inert::text(name).unlinked().to_string());
    let line = format!("{before}{}{after}", cut(&name, MAX_SUBJECT_CHARS - before.len() - after.len()));
    subject_line(&line)
}

/// What makes the file available.
fn availability(event: &FileEvent) -> String {
    match added(event) {
        Some(0) => "is as it was".to_owned(),
        Some(rows) => format!("has {}", counted(rows, "more row")),
        None if is_decided(event, RecoveryKind::Release) => "was released".to_owned(),
        None if loaded(event).is_some() => "was replaced".to_owned(),
        None => "is available".to_owned(),
    }
}
