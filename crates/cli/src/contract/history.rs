//! `atalaya contract history`.

use atalaya_cloud::contracts::{HistoryEntry, HistoryEvent, StoredContract};
use atalaya_cloud::ledger::{KeepAudit as _, Operation};
use atalaya_contract::compatibility::{self, Change};
use atalaya_contract::inert;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::args::{GlobalArgs, HistoryArgs};
use crate::connect::{self, Stack};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// How many operations are looked through for who withdrew a contract.
const OPERATIONS: usize = 1000;
/// How far the clocks of S3 and of whoever gave the command may be apart: AWS refuses calls beyond that.
const CLOCKS: SignedDuration = SignedDuration::from_mins(15);

/// Shows everything that happened to a contract.
pub(crate) async fn run(args: &HistoryArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let stack = Stack::find(global, output).await?;
    let registry = super::registry(&stack);
    let history = registry.history(&args.id).await.map_err(connect::cloud)?;
    if history.is_empty() {
        let in_force = registry.in_force().await.map_err(connect::cloud)?;
        return Err(super::unknown(&args.id, in_force.contracts.keys()));
    }
    let withdrawn = history.iter().any(|entry| matches!(entry.event, HistoryEvent::Withdrawn));
    let operations = match withdrawn {
        true => stack.ledger.operations(OPERATIONS).await.map_err(connect::cloud)?,
        false => Vec::new(),
    };
    let rows = rows(&args.id, &history, &operations);
    output.answer(&json!({ "id": args.id, "history": rows.iter().map(Row::document).collect::<Vec<_>>() }))?;
    for line in lines(&args.id, &rows, table::terminal_width()) {
        output.line(line)?;
    }
    Ok(Verdict::Fine)
}

/// One entry with what it means beside the others.
#[derive(Debug)]
pub(super) struct Row<'a> {
    entry: &'a HistoryEntry,
    /// What differs from the document before; `None` for the first one.
    difference: Option<Difference>,
    /// Who withdrew it.
    operation: Option<&'a Operation>,
}

#[derive(Debug)]
struct Difference {
    same_text: bool,
    changes: Vec<Change>,
}

/// The entries, newest first, each with the difference from the document before it.
pub(super) fn rows<'a>(id: &str, history: &'a [HistoryEntry], operations: &'a [Operation]) -> Vec<Row<'a>> {
    let row = |(at, entry): (usize, &'a HistoryEntry)| {
        let before = history[at + 1..].iter().find_map(HistoryEntry::stored);
        let operation = match entry.event {
            HistoryEvent::Withdrawn => withdrawal(id, entry, operations),
            _ => None,
        };
        Row { entry, difference: entry.stored().zip(before).map(|(now, before)| difference(before, now)), operation }
    };
    history.iter().enumerate().map(row).collect()
}

fn difference(before: &StoredContract, now: &StoredContract) -> Difference {
    Difference { same_text: before.text == now.text, changes: compatibility::compare(&before.contract, &now.contract) }
}

/// The command that withdrew the contract then: the one nearest in time.
fn withdrawal<'a>(id: &str, entry: &HistoryEntry, operations: &'a [Operation]) -> Option<&'a Operation> {
    let at = entry.at?;
    let command = format!("contract withdraw {id}");
    let apart = |operation: &Operation| operation.at.duration_since(at).abs();
    operations
        .iter()
        .filter(|operation| operation.command == command && apart(operation) <= CLOCKS)
        .min_by_key(|operation| apart(operation))
}

impl Row<'_> {
    fn document(&self) -> Value {
        let HistoryEntry { at, key, version_id, event } = self.entry;
        let mut document = json!({ "at": at, "key": key, "version_id": version_id });
        match event {
            HistoryEvent::Stored(stored) => {
                document["event"] = json!("published");
                document["version"] = json!(stored.contract.version);
                document["by"] = json!(stored.published_by);
                if let Some(difference) = &self.difference {
                    document["content_changed"] = json!(!difference.same_text);
                    document["changes"] = json!(difference.changes);
                }
            }
            HistoryEvent::Unusable(violations) => {
                document["event"] = json!("unusable");
                document["violations"] = json!(violations);
            }
            HistoryEvent::Withdrawn => {
                document["event"] = json!("withdrawn");
                document["by"] = json!(self.operation.map(|operation| &operation.by));
                document["reason"] = json!(self.operation.and_then(|operation| operation.reason.as_ref()));
            }
            HistoryEvent::Moved => document["event"] = json!("moved"),
        }
        document
    }

    /// The word that heads the row, and what there is to know of it.
    fn told(&self) -> (String, String) {
        match &self.entry.event {
            HistoryEvent::Stored(stored) => {
                let changed = match &self.difference {
                    None => "the first version".to_owned(),
                    Some(Difference { same_text: true, .. }) => "same content as before".to_owned(),
                    Some(Difference { changes, .. }) => super::publish::effects(changes),
                };
                let text = format!("{}: {changed}", super::list::by(stored.published_by.as_deref()));
                (paint(style::STRONG, inert::text(&stored.contract.version)), text)
            }
            HistoryEvent::Unusable(violations) => {
                let first = inert::text(violations.lines().next().unwrap_or_default()).to_string();
                (paint(style::BAD, "not usable"), first)
            }
            HistoryEvent::Withdrawn => {
                let text = match self.operation {
                    Some(operation) => {
                        let why = operation.reason.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
                        inert::text(&format!("by {}{why}", operation.by)).to_string()
                    }
                    None => "not by `contract withdraw`".to_owned(),
                };
                (paint(style::WARN, "withdrawn"), text)
            }
            HistoryEvent::Moved => {
                (paint(style::DIM, "moved"), format!("from {} to its own key", inert::text(&self.entry.key)))
            }
        }
    }
}

pub(super) fn lines(id: &str, rows: &[Row<'_>], width: Option<usize>) -> Vec<String> {
    let mut lines = vec![format!("{}, newest first, times in UTC", paint(style::STRONG, inert::text(id)))];
    for row in rows {
        let at = row.entry.at.map_or_else(|| "unknown time".to_owned(), human::time);
        let (heading, text) = row.told();
        lines.push(format!("  {at:<19}  {heading}"));
        lines.push(human::wrap(&text, "    ", width));
    }
    lines
}
