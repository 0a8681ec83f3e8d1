//! Who did what when: every command that changes something is written down before its first change and after its last.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    DynamoLedger, MemoryLedger, item,
    table::{Update, Written},
};
use crate::{CloudError, ErrorKind};

/// Partition of all operations.
const AUDIT: &str = "audit";

/// One command of an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Its own id; a command that is run again is another operation.
    pub id: String,
    /// The command as it was given, such as `redrive --failed`.
    pub command: String,
    /// Who ran it: an ARN, or `user@host`.
    pub by: String,
    /// When it began.
    pub at: Timestamp,
    /// Why, in the words of who ran it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it is about, such as a file's id or the name of a queue.
    pub subject: String,
    /// How many things it meant to change.
    pub planned: u64,
    /// How many of them it changed.
    pub done: u64,
    /// When it ended; absent while it runs, and for good where it was killed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// What came of it, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// Keeps the book of operations (`dynamodb:PutItem`, `dynamodb:UpdateItem`, `dynamodb:Query`).
pub trait KeepAudit: Send + Sync {
    /// Writes down an operation before its first change.
    fn begin_operation(&self, operation: &Operation) -> impl Future<Output = Result<(), CloudError>> + Send;

    /// Writes down `done`, `ended_at` and `outcome` of an operation after its last change.
    ///
    /// # Errors
    /// `Conflict` when the operation was never begun.
    fn end_operation(&self, operation: &Operation) -> impl Future<Output = Result<(), CloudError>> + Send;

    /// The last operations, newest first.
    fn operations(&self, limit: usize) -> impl Future<Output = Result<Vec<Operation>, CloudError>> + Send;
}

/// The order of these texts is that of the operations' times.
fn sort_key(operation: &Operation) -> String {
    format!("{}#{}", item::sortable(operation.at), operation.id)
}

fn never_begun(operation: &Operation) -> CloudError {
    let action = format!("end operation {} ({})", operation.id, operation.command);
    CloudError::new(ErrorKind::Conflict, action, "the operation was never begun")
}

impl KeepAudit for DynamoLedger {
    async fn begin_operation(&self, operation: &Operation) -> Result<(), CloudError> {
        let mut entry = item::attributes(operation);
        entry.extend(item::key(AUDIT, sort_key(operation)));
        // A lost answer makes the client write twice: the second time says the same.
        self.table().put(entry, "attribute_not_exists(pk)", Default::default(), Default::default()).await.map(|_| ())
    }

    async fn end_operation(&self, operation: &Operation) -> Result<(), CloudError> {
        let update = Update::default()
            .set("done", item::value_of(&operation.done))
            .set("ended_at", item::value_of(&operation.ended_at))
            .set("outcome", item::value_of(&operation.outcome));
        match self.table().update(item::key(AUDIT, sort_key(operation)), update, "attribute_exists(pk)").await? {
            Written::Done(_) => Ok(()),
            Written::Refused(_) => Err(never_begun(operation)),
        }
    }

    async fn operations(&self, limit: usize) -> Result<Vec<Operation>, CloudError> {
        self.table().newest(AUDIT, limit).await?.iter().map(item::record).collect()
    }
}

impl KeepAudit for MemoryLedger {
    async fn begin_operation(&self, operation: &Operation) -> Result<(), CloudError> {
        self.called("begin_operation")?.operations.entry(sort_key(operation)).or_insert_with(|| operation.clone());
        Ok(())
    }

    async fn end_operation(&self, operation: &Operation) -> Result<(), CloudError> {
        let mut state = self.called("end_operation")?;
        let standing = state.operations.get_mut(&sort_key(operation)).ok_or_else(|| never_begun(operation))?;
        standing.done = operation.done;
        standing.ended_at = operation.ended_at;
        standing.outcome.clone_from(&operation.outcome);
        Ok(())
    }

    async fn operations(&self, limit: usize) -> Result<Vec<Operation>, CloudError> {
        Ok(self.called("operations")?.operations.values().rev().take(limit).cloned().collect())
    }
}
