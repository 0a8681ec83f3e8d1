//! Who asks, and whether the commands' calls are allowed: each kind is tried where it changes nothing.
//!
//! Writing is tried on the ledger alone, with a condition that cannot hold. What else changes something (starting an
//! execution, moving a message) has no try without an effect: it is seen when it is done.

use atalaya_cloud::ledger::{BrowseFiles as _, FileQuery};
use atalaya_contract::FileState;
use atalaya_operations::executions::ExecutionLog;
use jiff::Timestamp;

use super::check::{Check, Group};
use super::deployed::Deployed;
use super::protection;
use crate::connect::{self, Stack, Watching};
use atalaya_terminal::exit::Failure;
use atalaya_terminal::human;

/// Looks at all of it. The stack was asked before: much else follows from it.
pub(super) async fn look(
    stack: &Stack,
    watching: &Watching,
    deployed: &Result<Deployed, Failure>,
    now: Timestamp,
) -> Vec<Check> {
    let (caller, reads, writes, executions, logs) =
        tokio::join!(caller(stack), reads(stack), writes(stack), executions(stack), logs(stack, watching, now));
    let mut checks = vec![deployment(deployed, now)];
    checks.extend(protection::look(stack, watching, deployed).await);
    for (subject, answer) in [
        ("caller", caller),
        ("ledger, reading", reads),
        ("ledger, writing", writes),
        ("executions", executions),
        ("logs", logs),
    ] {
        checks.push(match answer {
            Ok(says) => Check::fine(Group::Access, subject, says),
            Err(failure) => Check::unanswered(Group::Access, subject, &failure),
        });
    }
    checks
}

fn deployment(deployed: &Result<Deployed, Failure>, now: Timestamp) -> Check {
    let subject = "stack";
    match deployed {
        Err(failure) => Check::unanswered(Group::Access, subject, failure).advise(
            "without it, time-outs, memory and the log level cannot be compared; allow cloudformation:DescribeStacks",
        ),
        Ok(stack) => {
            let at = stack.at.map(|at| format!(", {}", human::ago(at, now))).unwrap_or_default();
            let says = format!("{}{at}", stack.status.to_lowercase().replace('_', " "));
            match stack.status.as_str() {
                _ if stack.is_complete() => Check::fine(Group::Access, subject, says),
                status if status.ends_with("_IN_PROGRESS") => {
                    Check::look(Group::Access, subject, says).advise("a deployment runs: ask again when it has ended")
                }
                "UPDATE_ROLLBACK_COMPLETE" => Check::look(Group::Access, subject, says)
                    .advise("the last deployment failed and was taken back; what runs is the one before"),
                _ => Check::wrong(Group::Access, subject, says).advise("the deployment failed: its events say why"),
            }
        }
    }
}

async fn caller(stack: &Stack) -> Result<String, Failure> {
    let arn = atalaya_operations::caller_arn(&stack.sdk).await.map_err(connect::cloud)?;
    Ok(format!("you are {}", arn.as_deref().unwrap_or("nobody that AWS names")))
}

async fn reads(stack: &Stack) -> Result<String, Failure> {
    let query = FileQuery { state: Some(FileState::Failed), dataset: None, since: None, limit: 1 };
    stack.ledger.list(&query).await.map_err(connect::cloud)?;
    Ok("may list files".to_owned())
}

/// Writes whose condition cannot hold: refused by the condition where writing is allowed.
async fn writes(stack: &Stack) -> Result<String, Failure> {
    stack.ledger.try_writes().await.map_err(connect::cloud)?;
    Ok("may begin new attempts, pause and resume".to_owned())
}

async fn executions(stack: &Stack) -> Result<String, Failure> {
    ExecutionLog::new(&stack.sdk, stack.names.state_machine_arn()).newest(None, 1).await.map_err(connect::cloud)?;
    Ok("may list them".to_owned())
}

async fn logs(stack: &Stack, watching: &Watching, now: Timestamp) -> Result<String, Failure> {
    let groups = [stack.names.log_group("process")];
    let second = now.as_second();
    watching
        .logs()
        .search(&groups, "fields @timestamp | limit 1", second - 1, second + 1)
        .await
        .map_err(connect::cloud)?;
    Ok("may search them".to_owned())
}
