//! Why a file ended as it did, in the words of page, notice, terminal and console. What comes from outside is in the text
//! as it came: who shows it makes it inert.

use atalaya_contract::{
    Counts, FailureNote, FileState,
    format::{counted, grouped},
};

use crate::{FileRecord, readable};

impl FileRecord {
    /// Why the file is in its state, in a clause without a full stop; nothing for one that is available or on its way, or
    /// whose record does not say it.
    #[must_use]
    pub fn why(&self) -> Option<String> {
        match self.state {
            FileState::Failed => self.error.as_ref().map(failure),
            FileState::Rejected => Some(rejection(self.rows)),
            FileState::Duplicate => self.duplicate_of.as_ref().map(|first| {
                format!("the same content as {} (file {}), which is {}", first.key, first.file_id.short(), first.state)
            }),
            FileState::Unroutable => self.reason.clone(),
            FileState::Discarded => self.recovery.as_ref().map(|recovery| {
                let reason = recovery.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
                format!("discarded by {}{reason}", recovery.by)
            }),
            FileState::Available | FileState::Received | FileState::Processing => None,
        }
    }
}

/// Why the pipeline could not finish a file: the error's own words, then its kind.
#[must_use]
pub fn failure(note: &FailureNote) -> String {
    let note = readable(note);
    if note.message.is_empty() { note.kind } else { format!("{} ({})", note.message, note.kind) }
}

/// Why a file was rejected: `12 of 1,500 rows break the contract`; without a row that does, it is the file as a whole.
#[must_use]
pub fn rejection(rows: Option<Counts>) -> String {
    match rows.filter(|rows| rows.rejected > 0) {
        Some(rows) => {
            let verb = if rows.rejected == 1 { "breaks" } else { "break" };
            format!("{} of {} {verb} the contract", grouped(rows.rejected), counted(rows.read, "row"))
        }
        None => "the file as a whole breaks the contract".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use atalaya_contract::{DuplicateOf, Recovery, RecoveryKind};

    use super::*;
    use crate::testing::received;

    #[test]
    fn a_file_says_why_it_ended_as_it_did() {
        let mut record = received("orders", "orders/a.csv", 1);
        let said = |record: &FileRecord, state| FileRecord { state, ..record.clone() }.why();
        for state in [FileState::Failed, FileState::Duplicate, FileState::Unroutable, FileState::Discarded] {
            assert_eq!(said(&record, state), None, "{state}");
        }
        record.reason = Some("no contract claims it".to_owned());
        record.error = Some(FailureNote { kind: "Permanent".to_owned(), message: "the contract is gone".to_owned() });
        record.duplicate_of = Some(DuplicateOf {
            key: "orders/b.csv".to_owned(),
            file_id: "3f9a0b12c4".to_owned().into(),
            state: FileState::Available,
        });
        let (by, reason) = ("ann".to_owned(), Some("sent again".to_owned()));
        let at = record.received_at;
        record.recovery = Some(Recovery { kind: RecoveryKind::Discard, by, reason, at, loaded: None });
        for (state, why) in [
            (FileState::Failed, Some("the contract is gone (Permanent)")),
            (FileState::Rejected, Some("the file as a whole breaks the contract")),
            (FileState::Duplicate, Some("the same content as orders/b.csv (file 3f9a0b12), which is available")),
            (FileState::Unroutable, Some("no contract claims it")),
            (FileState::Discarded, Some("discarded by ann: sent again")),
            (FileState::Available, None),
            (FileState::Processing, None),
        ] {
            assert_eq!(said(&record, state).as_deref(), why, "{state}");
        }
    }

    #[test]
    fn rejected_rows_are_counted() {
        let rejected = |read, rejected| rejection(Some(Counts { read, accepted: read - rejected, rejected }));
        assert_eq!(rejected(1500, 12), "12 of 1,500 rows break the contract");
        assert_eq!(rejected(1, 1), "1 of 1 row breaks the contract");
        assert_eq!(rejected(0, 0), "the file as a whole breaks the contract");
    }

    #[test]
    fn an_error_without_words_is_its_kind() {
        assert_eq!(
            failure(&FailureNote { kind: "States.Timeout".to_owned(), message: String::new() }),
            "States.Timeout"
        );
    }
}
