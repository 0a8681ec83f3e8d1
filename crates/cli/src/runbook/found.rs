//! What the placeholders of a page stand for now.

use std::time::Duration;

use atalaya_cloud::FileRecord;
use atalaya_cloud::ledger::{BrowseFiles, FileQuery, Pauses};
use atalaya_contract::{AlarmState, FUNCTIONS, FileState, inert};
use atalaya_runbook::{Named, Placeholder, Runbook, Subject, SubjectDataset};

use super::{Now, alarms, instances};
use crate::args::GlobalArgs;
use crate::connect::{self, Stack};
use atalaya_operations::cloudwatch::Deployed;
use atalaya_terminal::exit::Failure;
use atalaya_terminal::output::Output;

/// Asks for everything that the page leaves open; nothing that fails keeps the page back.
pub(super) async fn look(
    named: &Named<'_>,
    runbook: &Runbook,
    global: &GlobalArgs,
    output: &Output,
    patience: Duration,
) -> Now {
    let mut now = Now::default();
    match alarms(global, output).await {
        Ok(all) => now.alarms = meant(&all, named, &global.stack),
        Err(failure) => now.notes.push(format!("what is on is not known: {failure}.")),
    }
    let instance = named.instance.or_else(|| lit(&now.alarms, named, &global.stack));
    let wanted = runbook.placeholders();
    if let Some(function) = instance.filter(|name| FUNCTIONS.contains(name)) {
        now.values.insert(Placeholder::Function, function.to_owned());
    }
    let Subject { files, queue, dataset, instance: told_apart_by } = &runbook.subject;
    if let Some(queue) = queue {
        now.values.insert(Placeholder::Queue, queue.clone());
    }
    if *told_apart_by == Some(Placeholder::Dataset)
        && let Some(dataset) = instance
    {
        now.values.insert(Placeholder::Dataset, dataset.to_owned());
    }
    if let Some(SubjectDataset::Named(dataset)) = dataset {
        now.values.insert(Placeholder::Dataset, dataset.clone());
    }
    // Without an answer of CloudWatch's the ledger will not answer either.
    let asks =
        (wanted.contains(&Placeholder::FileId) || wanted.contains(&Placeholder::Dataset)) && now.notes.is_empty();
    if asks {
        let known = now.values.get(&Placeholder::Dataset).cloned();
        let looked = async {
            let stack = Stack::find(global, &Output::silent()).await?;
            let file = newest(&stack.ledger, files, known).await?;
            let speaks_of_paused = *dataset == Some(SubjectDataset::Paused);
            let paused = if speaks_of_paused { paused(&stack.ledger).await? } else { None };
            Ok::<_, Failure>((file, paused))
        };
        match tokio::time::timeout(patience, looked).await {
            Ok(Ok((file, paused))) => {
                // What a pause names counts more than what the newest file belongs to.
                now.values.extend(paused.map(|dataset| (Placeholder::Dataset, dataset)));
                match file {
                    Some(file) => speak_of(&file, wanted.contains(&Placeholder::FileId), &mut now),
                    None if !wanted.contains(&Placeholder::FileId) => {}
                    None => now.notes.push("the ledger holds no file that this page would be about.".to_owned()),
                }
            }
            Ok(Err(failure)) => now.notes.push(format!("the ledger did not say which file: {failure}.")),
            Err(_) => now.notes.push(format!("the ledger did not answer within {} s.", patience.as_secs())),
        }
    }
    now.values.retain(|placeholder, value| {
        let plain = inert::is_shell_plain(value);
        if !plain {
            now.notes.push(format!("the value of {placeholder} is not safe to paste into a shell, so it stays open."));
        }
        plain
    });
    now
}

/// The alarms of this page, or the one instance of them that is named.
fn meant(all: &[Deployed], named: &Named<'_>, stack: &str) -> Vec<Deployed> {
    let mut alarms: Vec<_> = instances(all, stack, named.name)
        .into_iter()
        .filter(|alarm| {
            let instance = atalaya_runbook::named(&alarm.name, stack).and_then(|found| found.instance);
            named.instance.is_none_or(|wanted| instance.is_some_and(|name| name.eq_ignore_ascii_case(wanted)))
        })
        .cloned()
        .collect();
    alarms.sort_by_key(Deployed::rank);
    alarms
}

/// The instance of a family that is on.
fn lit<'a>(alarms: &'a [Deployed], named: &Named<'_>, stack: &str) -> Option<&'a str> {
    let on = alarms.iter().find(|alarm| alarm.state == AlarmState::Alarm)?;
    atalaya_runbook::named(&on.name, stack).filter(|found| found.name == named.name)?.instance
}

/// The newest file in the first of these states that any is in.
async fn newest(
    ledger: &impl BrowseFiles,
    states: &[FileState],
    dataset: Option<String>,
) -> Result<Option<FileRecord>, Failure> {
    for state in states {
        let query = FileQuery { state: Some(*state), dataset: dataset.clone(), since: None, limit: 1 };
        if let Some(file) = ledger.list(&query).await.map_err(connect::cloud)?.pop() {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// The first feed that is paused by its name.
async fn paused(ledger: &impl Pauses) -> Result<Option<String>, Failure> {
    let pauses = ledger.pauses().await.map_err(connect::cloud)?;
    Ok(pauses.into_iter().find_map(|pause| pause.dataset))
}

fn speak_of(file: &FileRecord, named: bool, now: &mut Now) {
    if named {
        now.notes.push(format!("{{file_id}} is the newest {} file: {}.", file.state, inert::name(&file.file.key)));
    }
    now.values.insert(Placeholder::FileId, file.file.file_id.short().to_owned());
    if let Some(dataset) = &file.dataset {
        now.values.entry(Placeholder::Dataset).or_insert_with(|| dataset.clone());
    }
}

/// Values as a test writes them.
#[cfg(test)]
pub(super) fn values(pairs: &[(Placeholder, &str)]) -> std::collections::BTreeMap<Placeholder, String> {
    pairs.iter().map(|(placeholder, value)| (*placeholder, (*value).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use atalaya_cloud::{MemoryLedger, ledger::ClaimFiles as _, testing};

    use super::*;

    #[tokio::test]
    async fn a_page_speaks_of_the_newest_file_in_its_state() {
        let ledger = MemoryLedger::default();
        for (dataset, key, state, second) in [
            ("orders", "old", FileState::Rejected, 1_780_000_000),
            ("orders", "new", FileState::Rejected, 1_780_000_100),
            ("prices", "newest", FileState::Rejected, 1_780_000_200),
            ("orders", "failed", FileState::Failed, 1_780_000_300),
        ] {
            let mut record = testing::received(dataset, key, second);
            record.state = state;
            ledger.claim(&record).await.expect("it is new");
        }
        for (page, dataset, key) in [
            ("RejectRate", Some("orders"), Some("new")),
            ("RejectRate", None, Some("newest")),
            ("FilesFailed", None, Some("failed")),
            ("PipelineDown", None, Some("failed")),
            ("FilesUnroutable", None, None),
        ] {
            let (_, text) = atalaya_runbook::all().iter().find(|(name, _)| *name == page).expect("a page");
            let states = Runbook::parse(page, text).expect("a page without faults").subject.files;
            let found = newest(&ledger, &states, dataset.map(str::to_owned)).await.expect("it answers");
            let found = found.map(|file| file.file.key);
            assert!(
                found.as_deref().map(|found| found.ends_with(key.unwrap_or("none"))) != Some(false),
                "{page} {found:?}"
            );
            assert_eq!(found.is_some(), key.is_some(), "{page}");
        }
    }
}
