//! `atalaya contract withdraw`.

use atalaya_cloud::CloudError;
use atalaya_cloud::ContractRegistry;
use atalaya_cloud::contracts::{HistoryEntry, HistoryEvent, StoredContract, versions};
use atalaya_cloud::objects::{ReadObjects, WriteConditionally};
use atalaya_contract::inert;
use serde_json::json;

use crate::args::{GlobalArgs, WithdrawArgs};
use crate::connect::{self, Stack};
use crate::operate::caller;
use crate::operate::frame::{Decision, Frame};
use crate::operate::summary::{Item, Proposal};
use crate::operate::work::{Control, Step, Target};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::human;
use atalaya_terminal::output::Output;

/// The contract of the canary's own files.
const CANARY_ID: &str = "atalaya-canary";

/// Takes a contract out of force.
pub(crate) async fn run(args: &WithdrawArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    if args.reason.trim().is_empty() {
        return Err(Failure::usage("--reason is empty").hint("say why: it stands in the contract's history"));
    }
    if args.id == CANARY_ID {
        return Err(Failure::refused("the canary keeps its own contract in force: it would come back at once")
            .hint("to stop the canary, set CanaryState to DISABLED in the pipeline's stack"));
    }
    let stack = Stack::find(global, output).await?;
    let registry = super::registry(&stack);
    let in_force = registry.in_force().await.map_err(connect::cloud)?;
    let documents: Vec<_> = in_force.documents(&args.id).cloned().collect();
    let history = registry.history(&args.id).await.map_err(connect::cloud)?;
    if documents.is_empty() && history.is_empty() {
        return Err(super::unknown(&args.id, in_force.contracts.keys()));
    }
    let mut frame = Frame::new(output, args.care, proposal(args, &documents, &history));
    let targets: Vec<_> = target(documents, &history).into_iter().collect();
    if let Decision::End(verdict) = frame.decide(&targets, &nothing(&args.id, &history))? {
        return Ok(verdict);
    }
    let by = caller::identity(&stack.sdk).await;
    let step = async |documents: &Vec<StoredContract>| withdraw(&registry, documents).await;
    let worked = frame.work(&stack.ledger, &by, targets, &Control::heeding_interrupts(), step).await?;
    frame.tell(&worked, json!({}))?;
    Ok(Verdict::Fine)
}

/// Deletes the documents in this order: the one in force is the last, so that no copy of it takes its place in between.
pub(super) async fn withdraw<O>(
    registry: &ContractRegistry<O>,
    documents: &[StoredContract],
) -> Result<Step, CloudError>
where
    O: ReadObjects + WriteConditionally,
{
    for document in documents {
        registry.withdraw(document).await?;
    }
    Ok(Step::Done("withdrawn"))
}

pub(super) fn proposal(args: &WithdrawArgs, documents: &[StoredContract], history: &[HistoryEntry]) -> Proposal {
    let mut notes = Vec::new();
    if let Some(stored) = documents.last() {
        for feed in &stored.contract.feeds {
            let (dataset, location) = (&feed.dataset, &feed.location);
            let note = format!(
                "New files at {location} (dataset {dataset}) become unroutable until a contract claims them. They stay \
                 in the inbox."
            );
            notes.push(inert::text(&note).to_string());
        }
        notes.push("Files that came before are judged as ever, and what is loaded stays.".to_owned());
        let id = inert::text(&stored.contract.id).to_string();
        let version = inert::text(&stored.contract.version).to_string();
        let stay = human::counted(versions(history).len() as u64, "version");
        notes.push(format!(
            "{stay} of it stay readable. Back into force: `atalaya contract show {id} --version {version} > FILE`, then \
             `atalaya contract publish FILE`."
        ));
    }
    let version = documents.last().map(|stored| format!(" {}", stored.contract.version)).unwrap_or_default();
    Proposal {
        command: format!("contract withdraw {}", args.id),
        subject: format!("{}{version}", args.id),
        reason: Some(args.reason.clone()),
        noun: "contract",
        verb: "withdraw",
        notes,
    }
}

pub(super) fn target(documents: Vec<StoredContract>, history: &[HistoryEntry]) -> Option<Target<Vec<StoredContract>>> {
    let stored = documents.last()?;
    let since = history.iter().filter_map(HistoryEntry::stored).find(|one| one.version_id == stored.version_id);
    let since = since.and_then(|one| one.stored_at).map(|at| format!(" since {} UTC", human::time(at)));
    let item = Item {
        id: inert::text(&stored.contract.id).to_string(),
        name: inert::text(&format!("{} {}", stored.contract.id, stored.contract.version)).to_string(),
        dataset: None,
        state: format!("in force{}", since.unwrap_or_default()),
        will: "withdrawn: no feed of it takes files any more".to_owned(),
        change: String::new(),
    };
    Some(Target { item, what: documents })
}

/// What is said where the contract is not in force.
fn nothing(id: &str, history: &[HistoryEntry]) -> String {
    let withdrawn = history.iter().find(|entry| matches!(entry.event, HistoryEvent::Withdrawn));
    let when = withdrawn.and_then(|entry| entry.at).map(|at| format!(": it was withdrawn at {} UTC", human::time(at)));
    format!("{} is not in force{}", inert::text(id), when.unwrap_or_default())
}
