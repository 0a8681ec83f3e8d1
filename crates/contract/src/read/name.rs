//! Names that leave the document: a dataset's becomes a folder, a dimension of metrics and an attribute of messages; a
//! column's becomes a column of Parquet and stands in logs and notices.

use super::Reader;
use crate::{CANARY_CONTRACT, CANARY_DATASET, CANARY_FOLDER, Location, Object, Property, cursor::Cursor};

/// Most bytes of a dataset's name, and of a column's.
const MAX_DATASET: usize = 128;
const MAX_COLUMN: usize = 255;

impl Reader {
    /// The dataset's name becomes part of object keys and of message attributes.
    pub(super) fn dataset_name(&mut self, server: &Cursor<'_>, object: &Object) {
        let name = object.name.as_str();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        // A folder named `.` or `..` leads elsewhere, and readers of folders leave out what begins with a dot.
        let begins_well = name.starts_with(|char: char| char.is_ascii_alphanumeric() || char == '_');
        if !begins_well || !name.bytes().all(is_plain) || name.len() > MAX_DATASET {
            let message = format!("the schema object's name `{}` cannot name a dataset", shown(name));
            let hint = format!(
                "use letters, digits, `_`, `-` and `.`, at most {MAX_DATASET}, and begin with a letter, a digit or `_`"
            );
            self.problem(server, message, hint);
        } else if (name == CANARY_DATASET) != (self.contract_id == CANARY_CONTRACT) {
            let message = format!(
                "the dataset `{CANARY_DATASET}` and the contract `{CANARY_CONTRACT}` are reserved for each other: \
                 Atalaya's own test files"
            );
            self.problem(server, message, "give the contract and its schema object names of their own");
        }
    }

    /// What lies in the canary's folder is the canary's. A wider location is left what else it claims.
    pub(super) fn reserved_folder(&mut self, at: &Cursor<'_>, location: &Location) {
        let is_inside = location.key.starts_with(CANARY_FOLDER);
        if is_inside != (self.contract_id == CANARY_CONTRACT) {
            let message = match is_inside {
                true => format!("the folder `{CANARY_FOLDER}` is reserved for Atalaya's own test files"),
                false => format!("the contract `{CANARY_CONTRACT}` claims files outside the folder `{CANARY_FOLDER}`"),
            };
            self.problem(at, message, "claim another folder, or give the contract an id of its own");
        }
    }

    /// The name of a column, and its label in the file, which may have several lines: those of spreadsheets do.
    pub(super) fn column_name(&mut self, at: &Cursor<'_>, property: &Property) {
        let breaks = |letter: char| matches!(letter, '\n' | '\r' | '\t');
        for (name, what) in [(&property.name, "name"), (&property.label, "physicalName")] {
            let fault = if name.is_empty() && at.key(what).is_some() {
                "is empty"
            } else if name.chars().any(|letter| letter.is_control() && !(what == "physicalName" && breaks(letter))) {
                "holds a control character"
            } else if name.len() > MAX_COLUMN {
                "is longer than 255 bytes"
            } else {
                continue;
            };
            let message = format!("a column's {what} `{}` {fault}", shown(name));
            self.problem(at, message, "name the column in one line, and say its label in the file by physicalName");
            break;
        }
    }
}

/// A name as it can stand in a message: in one line, and no longer than a line.
fn shown(name: &str) -> String {
    let start: String = name.chars().take(60).collect();
    let more = if start.len() < name.len() { "…" } else { "" };
    format!("{}{more}", start.escape_debug())
}
