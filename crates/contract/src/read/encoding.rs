//! The character encoding of a server's files: the standard's own field, since v3.2.0.

use encoding_rs::Encoding;

use super::Reader;
use crate::{CsvDialect, cursor::Cursor, standard::Edition};

impl Reader {
    /// Takes over the server's `encoding` where its csvDialect, if there is one, names none. Both may say the same.
    pub(super) fn server_encoding(
        &mut self,
        server: &Cursor<'_>,
        csv_dialect: Option<&Cursor<'_>>,
        dialect: &mut CsvDialect,
    ) {
        // Before v3.2.0 a server could have such a key too, with a meaning of its author's.
        if self.edition < Edition::V320 {
            return;
        }
        let Some(at) = server.key("encoding") else { return };
        let Some(encoding) = self.encoding_label(&at) else { return };
        let Some(other) = csv_dialect.and_then(|value| value.key("encoding")) else {
            dialect.encoding = at.node.text().unwrap_or_default().to_owned();
            return;
        };
        if known(&other).is_some_and(|other| other != encoding) {
            let message = format!("another encoding than that of csvDialect in line {}", other.place.line);
            self.problem(&at, message, "keep one of the two");
        }
    }

    /// The encoding that a label stands for.
    pub(super) fn encoding_label(&mut self, at: &Cursor<'_>) -> Option<&'static Encoding> {
        let encoding = known(at);
        if encoding.is_none() {
            let hint =
                "write a label of the WHATWG Encoding Standard, such as utf-8, windows-1252, iso-8859-15, utf-16le";
            let label = at.node.text().unwrap_or_default();
            self.problem(at, format!("`{label}` is no known encoding"), hint);
        }
        encoding
    }
}

fn known(at: &Cursor<'_>) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(at.node.text()?.as_bytes())
}
