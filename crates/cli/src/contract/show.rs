//! `atalaya contract show`.

use atalaya_cloud::ContractRegistry;
use atalaya_cloud::contracts::{StoredContract, versions};
use atalaya_cloud::objects::{ListHistory, ListObjects, ReadObjects};
use atalaya_contract::inert;
use serde_json::json;

use crate::args::{GlobalArgs, ShowArgs};
use crate::connect::{self, Stack};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;

/// Prints the document.
pub(crate) async fn run(args: &ShowArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let stack = Stack::find(global, output).await?;
    let stored = find(&super::registry(&stack), &args.id, args.version.as_deref()).await?;
    let mut answer = super::list::entry(&stored);
    answer["text"] = json!(stored.text);
    output.answer(&answer)?;
    output.document(&stored.text)?;
    Ok(Verdict::Fine)
}

/// The contract in force, or the stored one that says the version.
///
/// # Errors
/// There is no such contract or version; or the bucket cannot be read.
pub(super) async fn find<O>(
    registry: &ContractRegistry<O>,
    id: &str,
    version: Option<&str>,
) -> Result<StoredContract, Failure>
where
    O: ReadObjects + ListObjects + ListHistory,
{
    let mut in_force = registry.in_force().await.map_err(connect::cloud)?;
    let found = in_force.contracts.remove(id);
    let Some(version) = version else {
        if let Some(stored) = found {
            return Ok(stored);
        }
        let history = registry.history(id).await.map_err(connect::cloud)?;
        let id_shown = inert::text(id);
        return Err(match versions(&history).first().map(|last| inert::text(last)) {
            Some(last) => Failure::not_found(format!("{id_shown} is not in force: it was withdrawn")).hint(format!(
                "its last version stays: `atalaya contract show {id_shown} --version {last}`, or {id_shown}@{last} to \
                 compare with"
            )),
            None => super::unknown(id, in_force.contracts.keys()),
        });
    };
    if let Some(stored) = found.filter(|stored| stored.contract.version == version) {
        return Ok(stored);
    }
    let history = registry.history(id).await.map_err(connect::cloud)?;
    let of_version = |stored: &&StoredContract| stored.contract.version == version;
    if let Some(stored) = history.iter().filter_map(|entry| entry.stored()).find(of_version) {
        return Ok(stored.clone());
    }
    let known: Vec<_> = versions(&history).into_iter().map(|version| inert::text(version).to_string()).collect();
    if known.is_empty() {
        return Err(super::unknown(id, in_force.contracts.keys()));
    }
    let (id, version) = (inert::text(id), inert::text(version));
    let some = known.iter().take(super::NAMED).cloned().collect::<Vec<_>>().join(", ");
    Err(Failure::not_found(format!("no stored version of {id} says `version: {version}`"))
        .hint(format!("there is {some}; `atalaya contract history {id}` shows all")))
}
