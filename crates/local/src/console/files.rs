//! The files with their stories, as the ledger tells them.

use std::collections::BTreeSet;

use atalaya_cloud::{FileRecord, ledger::FileQuery};
use atalaya_contract::{
    CANARY_DATASET, FileState, RejectSummary,
    format::{counted, grouped},
};
use serde_json::{Value, json};

use super::{
    answer::Refusal,
    app::{App, KEPT_FILES, Ledger},
    notices,
    request::Asked,
};

/// The newest files, by dataset and state where these are asked for. Without a dataset, canary files are left out
/// unless `canary=shown`.
pub(super) async fn list<L: Ledger>(app: &App<L>, asked: &Asked) -> Result<Value, Refusal> {
    let state: Option<FileState> = asked.value("state").map(str::parse).transpose().map_err(Refusal::bad)?;
    let dataset = asked.value("dataset");
    let with_canaries = dataset.is_some() || asked.value("canary") == Some("shown");
    let newest = app.newest().await?;
    let is_wanted = |record: &&FileRecord| {
        state.is_none_or(|state| record.state == state)
            && dataset.is_none_or(|dataset| record.dataset.as_deref() == Some(dataset))
            && (with_canaries || !is_canary(record))
    };
    // What is not among the newest is asked of the ledger.
    let files = if newest.len() == KEPT_FILES && (state.is_some() || dataset.is_some()) {
        let dataset = dataset.map(str::to_owned);
        app.ledger.list(&FileQuery { state, dataset, since: None, limit: KEPT_FILES }).await?
    } else {
        Vec::clone(&newest)
    };
    let shown: Vec<_> = files.iter().filter(is_wanted).map(line).collect();
    let datasets: BTreeSet<_> = newest.iter().filter_map(|record| record.dataset.as_deref()).collect();
    let canaries = newest.iter().filter(|record| is_canary(record)).count();
    let is_complete = files.len() < KEPT_FILES;
    Ok(json!({ "files": shown, "datasets": datasets, "canaries": canaries, "is_complete": is_complete }))
}

/// One file by its id or the begin of it, with the notices about it and who got them.
pub(super) async fn one<L: Ledger>(app: &App<L>, id: &str) -> Result<Value, Refusal> {
    let wanted = id.to_ascii_lowercase();
    if wanted.is_empty() || wanted.len() > 32 || !wanted.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(Refusal::bad(format!("`{id}` is no file's id: an id is 32 hexadecimal digits")));
    }
    let mut found = app.ledger.find(&wanted, 2).await?;
    let record = match (found.pop(), found.is_empty()) {
        (Some(record), true) => record,
        (None, _) => return Err(Refusal::not_found(format!("no file's id begins with {wanted}; /files lists them"))),
        (Some(_), false) => {
            return Err(Refusal::bad(format!("several files' ids begin with {wanted}: give more of it")));
        }
    };
    let notices = app.ledger.notices(&record.file.file_id).await?;
    let mut value = json!(record);
    value["short"] = json!(record.file.file_id.short());
    value["notices"] = json!(notices);
    value["deliveries"] = notices::about(app, &record.file.file_id);
    if let Some(error) = &record.error {
        value["error"] = json!(atalaya_cloud::readable(error));
        value["failure"] = json!(atalaya_cloud::why::failure(error));
    }
    if let Some(first) = &record.duplicate_of {
        value["duplicate_of"]["short"] = json!(first.file_id.short());
    }
    Ok(value)
}

pub(super) fn is_canary(record: &FileRecord) -> bool {
    record.dataset.as_deref() == Some(CANARY_DATASET)
}

fn line(record: &FileRecord) -> Value {
    json!({
        "id": record.file.file_id,
        "short": record.file.file_id.short(),
        "key": record.file.key,
        "dataset": record.dataset,
        "state": record.state,
        "attempt": record.attempt,
        "size": record.file.size,
        "rows": record.rows,
        "created_at": record.file.created_at,
        "ended_at": record.ended_at,
        "why": why(record),
    })
}

/// Why it ended so, and which rejects there are most of.
fn why(record: &FileRecord) -> Option<String> {
    match (record.why(), rejects(&record.rejects)) {
        (Some(why), Some(rejects)) => Some(format!("{why}: {rejects}")),
        (why, rejects) => why.or(rejects),
    }
}

/// `26 × format in order_date, and 2 kinds more`.
fn rejects(kinds: &[RejectSummary]) -> Option<String> {
    let first = kinds.first()?;
    let column = first.column.as_deref().map(|column| format!(" in {column}")).unwrap_or_default();
    let more = match kinds.len() - 1 {
        0 => String::new(),
        more => format!(", and {} more", counted(more as u64, "kind")),
    };
    Some(format!("{} × {}{column}{more}", grouped(first.count), first.rule.as_deref().unwrap_or(&first.code)))
}
