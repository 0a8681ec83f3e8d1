//! Whether the ledger's table can be deleted by a slip. A first deployment that fails has to take the table back, so the
//! protection is switched on after the first that succeeds, and easily forgotten.

use super::check::{Check, Group};
use super::deployed::Deployed;
use crate::connect::{self, Stack, Watching};
use atalaya_terminal::exit::Failure;

const SUBJECT: &str = "ledger, protection";

/// Looks at the table, once a deployment has succeeded (`dynamodb:DescribeTable`).
pub(super) async fn look(stack: &Stack, watching: &Watching, deployed: &Result<Deployed, Failure>) -> Option<Check> {
    if watching.is_local() || !deployed.as_ref().is_ok_and(Deployed::is_complete) {
        return None;
    }
    Some(match stack.ledger.is_protected().await.map_err(connect::cloud) {
        Err(failure) => Check::unanswered(Group::Access, SUBJECT, &failure),
        Ok(is_protected) => judged(is_protected, &stack.names.ledger(), stack.names.stack()),
    })
}

fn judged(is_protected: bool, table: &str, stack: &str) -> Check {
    if is_protected {
        return Check::fine(Group::Access, SUBJECT, "DynamoDB refuses to delete the table");
    }
    Check::look(Group::Access, SUBJECT, format!("nothing keeps {table} from being deleted"))
        .advise(format!("deploy {stack} once more with the parameter LedgerDeletionProtection=true"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Result as Found;

    #[test]
    fn a_table_that_can_be_deleted_is_worth_a_look_and_no_fault() {
        assert_eq!(judged(true, "s-ledger", "s").result, Found::Fine);
        let open = judged(false, "s-ledger", "s");
        assert_eq!((open.result, open.repairs.len()), (Found::Look, 0));
        assert!(open.says.contains("s-ledger"), "{}", open.says);
        assert!(open.advice.is_some_and(|advice| advice.contains("LedgerDeletionProtection=true")));
    }
}
