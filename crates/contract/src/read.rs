//! From a document to a [`Contract`]: takes what Atalaya enforces, and notes the rest.
//!
//! The readers go on after every fault, so that one run shows all of them; what a fault leaves out gets a harmless
//! value, since no contract is returned then.

mod bounds;
mod custom;
mod dialect;
mod encoding;
mod feed;
mod name;
mod notes;
mod object;
mod options;
mod property;
mod quality;
mod temporal;

use atalaya_document::Node;

use crate::{Contract, Unenforced, Violation, ViolationKind, cursor::Cursor, standard::Edition};

use notes::Notes;

/// What the readers share.
pub(crate) struct Reader {
    edition: Edition,
    /// `id` of the document.
    contract_id: String,
    problems: Vec<Violation>,
    notes: Notes,
    /// Bytes that the patterns read so far take.
    pattern_bytes: usize,
}

/// Reads `root`, whose structure is that of `edition` or has faults that are told elsewhere. Returns the contract, the
/// faults that keep Atalaya from running a feed by it, and what is not enforced.
pub(crate) fn read(root: &Node, edition: Edition) -> (Contract, Vec<Violation>, Vec<Unenforced>) {
    let at = Cursor::root(root);
    let contract_id = at.text("id").unwrap_or_default().to_owned();
    let mut reader = Reader { edition, contract_id, problems: Vec::new(), notes: Notes::default(), pattern_bytes: 0 };
    let contract = reader.contract(&at);
    (contract, reader.problems, reader.notes.finish())
}

impl Reader {
    fn contract(&mut self, at: &Cursor<'_>) -> Contract {
        let text = |key: &str| at.text(key).unwrap_or_default().to_owned();
        let objects: Vec<_> = at.key("schema").iter().flat_map(Cursor::items).map(|item| self.object(&item)).collect();
        self.distinct_names(at, &objects);
        self.usable_id(at);
        let policy = self.policy(at);
        let (feeds, desk) = self.feeds(at, &objects, &policy);
        self.note_sections(at);
        Contract {
            id: text("id"),
            version: text("version"),
            name: at.text("name").map(str::to_owned),
            status: text("status"),
            api_version: text("apiVersion"),
            objects,
            feeds,
            desk,
        }
    }

    /// A contract is stored and found by its id.
    fn usable_id(&mut self, at: &Cursor<'_>) {
        let Some(id) = at.key("id") else { return };
        if self.contract_id.trim().is_empty() {
            self.problem(&id, "the id is blank, and the contract is stored by it", "give it a name that stays");
        }
    }

    /// Tells a fault that keeps a feed from running.
    fn problem(&mut self, at: &Cursor<'_>, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(at.violation(ViolationKind::Feed, message).hint(hint));
    }

    /// The same with a hint that may be missing.
    fn problem_with(&mut self, at: &Cursor<'_>, message: impl Into<String>, hint: Option<String>) {
        let mut violation = at.violation(ViolationKind::Feed, message);
        violation.hint = hint;
        self.problems.push(violation);
    }

    /// The document's sections that describe and are not enforced, one note each.
    fn note_sections(&mut self, at: &Cursor<'_>) {
        for (entry, section) in at.entries() {
            let what = match entry.key.as_str() {
                "apiVersion" | "kind" | "id" | "version" | "name" | "status" | "schema" | "servers"
                | "customProperties" => continue,
                "slaProperties" => "service levels are not measured",
                "roles" => "roles describe who may have access; access is granted in AWS",
                "team" => "the team is described; nobody is told because of it",
                "context" => "guidance for those who read the contract, not checked",
                "support" => "support channels are described; notices go to the subscribers of the topic",
                _ => "descriptive, not checked",
            };
            self.notes.one(&section, what);
        }
    }
}
