//! `atalaya contract list`.

use atalaya_cloud::contracts::{ContractsInForce, StoredContract};
use atalaya_contract::inert;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::args::{GlobalArgs, ListArgs};
use crate::connect::{self, Stack};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// Lists what is in force, and what is in the bucket besides.
pub(crate) async fn run(_: &ListArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let stack = Stack::find(global, output).await?;
    let found = super::registry(&stack).in_force().await.map_err(connect::cloud)?;
    output.answer(&document(&found))?;
    for line in lines(&found, Timestamp::now(), table::terminal_width()) {
        output.line(line)?;
    }
    Ok(Verdict::Fine)
}

fn document(found: &ContractsInForce) -> Value {
    let contracts: Vec<_> = found.contracts.values().map(entry).collect();
    let copies: Vec<_> = found.copies.iter().map(entry).collect();
    let unusable: Vec<_> = found
        .unusable
        .iter()
        .map(|document| json!({ "key": document.key, "violations": document.violations }))
        .collect();
    json!({ "contracts": contracts, "copies": copies, "unusable": unusable })
}

/// A stored contract for a script.
pub(super) fn entry(stored: &StoredContract) -> Value {
    let contract = &stored.contract;
    json!({
        "id": contract.id,
        "version": contract.version,
        "name": contract.name,
        "datasets": super::datasets(contract),
        "locations": contract.feeds.iter().map(|feed| feed.location.to_string()).collect::<Vec<_>>(),
        "key": stored.key,
        "version_id": stored.version_id,
        "published_at": stored.stored_at,
        "published_by": stored.published_by,
        "locations_since": stored.locations_since(),
    })
}

pub(super) fn lines(found: &ContractsInForce, now: Timestamp, width: Option<usize>) -> Vec<String> {
    let mut lines = Vec::new();
    if found.contracts.is_empty() {
        lines.push("no contract is in force: `atalaya contract publish FILE` adds a feed".to_owned());
    }
    for stored in found.contracts.values() {
        let contract = &stored.contract;
        let heading = format!("{} {}", inert::text(&contract.id), inert::text(&contract.version));
        let datasets = inert::text(&super::datasets(contract).join(", ")).to_string();
        lines.push(format!("{}  {datasets}", paint(style::STRONG, heading)));
        for feed in &contract.feeds {
            lines.push(human::wrap(&inert::text(&feed.location.to_string()).to_string(), "    ", width));
        }
        lines.push(paint(style::DIM, human::wrap(&published(stored, now), "    ", width)));
        if !stored.is_canonical() {
            let note = format!(
                "stored as {}, under a file's name: publish it again and it moves to its own key",
                inert::text(&stored.key)
            );
            lines.push(paint(style::WARN, human::wrap(&note, "    ", width)));
        }
    }
    for copy in &found.copies {
        let (id, version) = (inert::text(&copy.contract.id), inert::text(&copy.contract.version));
        let note = format!("{}: a copy of {id} {version}; it counts for nothing", inert::text(&copy.key));
        lines.push(paint(style::WARN, human::wrap(&format!("! {note}"), "", width)));
    }
    for document in &found.unusable {
        let first = document.violations.lines().next().unwrap_or_default();
        let note = format!("✗ {} cannot be used: {}", inert::text(&document.key), inert::text(first));
        lines.push(paint(style::BAD, human::wrap(&note, "", width)));
    }
    lines
}

/// When it was published, and by whom.
fn published(stored: &StoredContract, now: Timestamp) -> String {
    let when = stored.stored_at.map_or_else(
        || "published".to_owned(),
        |at| format!("published {} UTC, {}", human::time(at), human::ago(at, now)),
    );
    format!("{when}, {}", by(stored.published_by.as_deref()))
}

/// By whom; what was not published by the command says nothing about it.
pub(super) fn by(name: Option<&str>) -> String {
    name.map_or_else(|| "not by `contract publish`".to_owned(), |name| format!("by {}", inert::text(name)))
}
