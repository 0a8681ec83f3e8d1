//! What people do with contracts.

use atalaya_cloud::contracts::contract_key;

use crate::{DrillError, World};

/// Copies a document over the contract with this id, past everything that would refuse it.
///
/// # Errors
/// When S3 refuses.
pub fn overwrite_contract(world: &World, id: &str, text: &str) -> Result<(), DrillError> {
    let path = world.desk().join("copied.yaml");
    std::fs::write(&path, text)
        .map_err(|source| DrillError::Machine { what: "writing a contract".to_owned(), source })?;
    let key = format!("s3://{}/{}", world.local().outputs().contracts_bucket, contract_key(id));
    world.aws(&["s3", "cp", "--only-show-errors", &path.display().to_string(), &key]).map(drop)
}
