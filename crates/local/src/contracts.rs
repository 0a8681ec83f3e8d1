//! Publishing contracts.

use std::{fs, path::Path, sync::Arc};

use atalaya_cloud::{
    ContractRegistry, S3Objects,
    contracts::{Candidate, PublishedContract, plan},
};
use jiff::Timestamp;

use crate::{LocalAws, LocalError, error::AtPath};

/// Who has published what the local AWS itself puts into force.
const BY: &str = "the local AWS";

/// Reads a contract, checks it, and puts it in force as `atalaya contract publish` does: under its id, and held against
/// what is in force. The intake finds it with the next file.
///
/// # Errors
/// All faults of the contract, or all reasons not to publish it; or why the file could not be read or the object not be
/// written.
pub async fn publish_contract(local: &LocalAws, path: &Path) -> Result<PublishedContract, LocalError> {
    let text = fs::read_to_string(path).at(path)?;
    let contract = atalaya_contract::parse(&text)
        .map_err(|violations| LocalError::Contract { path: path.to_owned(), violations })?;
    let outputs = local.outputs();
    let objects = S3Objects::new(local.sdk_config());
    let registry = ContractRegistry::new(objects, &outputs.contracts_bucket, &outputs.inbox_bucket);
    let in_force = registry.in_force().await?;
    let candidate = Candidate { name: path.display().to_string(), text, contract: Arc::new(contract) };
    let steps = plan(vec![candidate], &in_force, registry.inbox(), Timestamp::now())
        .map_err(|refusals| LocalError::Refused { refusals })?;
    let [step] = steps.as_slice() else { unreachable!("one document makes one step") };
    Ok(registry.publish(step, BY).await?)
}
