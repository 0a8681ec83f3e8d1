//! What people do with contracts.

use crate::{DrillError, World};

/// Copies a document over the contract of a dataset, past everything that would refuse it.
///
/// # Errors
/// When S3 refuses.
pub fn overwrite_contract(world: &World, dataset: &str, text: &str) -> Result<(), DrillError> {
    let path = world.desk().join("copied.yaml");
    std::fs::write(&path, text)
        .map_err(|source| DrillError::Machine { what: "writing a contract".to_owned(), source })?;
    let key = format!("s3://{}/{dataset}.odcs.yaml", world.local().outputs().contracts_bucket);
    world.aws(&["s3", "cp", "--only-show-errors", &path.display().to_string(), &key]).map(drop)
}
