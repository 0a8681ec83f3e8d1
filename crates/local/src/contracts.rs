//! Publishing contracts.

use std::{fs, path::Path};

use atalaya_cloud::{CloudError, ErrorKind, S3Objects, objects::WriteObjects};
use aws_config::SdkConfig;
use serde::Serialize;

use crate::{LocalError, error::AtPath};

/// A contract in the contracts bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// Its key: the file's name.
    pub key: String,
    /// `id` in the document.
    pub id: String,
    /// `version` in the document.
    pub version: String,
    /// The object's version in the bucket.
    pub version_id: String,
}

/// Reads a contract, checks it, and puts it in the bucket under its file's name. The intake finds it there with the
/// next file.
///
/// # Errors
/// All faults of the contract; or why the file could not be read or the object not be written.
pub async fn publish_contract(sdk: &SdkConfig, bucket: &str, path: &Path) -> Result<Published, LocalError> {
    let text = fs::read_to_string(path).at(path)?;
    let contract = atalaya_contract::parse(&text)
        .map_err(|violations| LocalError::Contract { path: path.to_owned(), violations })?;
    let key = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if !(key.ends_with(".yaml") || key.ends_with(".yml")) {
        let (action, message) = (format!("publishing {key}"), "name the file *.yaml: that is what the intake reads");
        return Err(CloudError::new(ErrorKind::Invalid, action, message).into());
    }
    let stored = S3Objects::new(sdk).put(bucket, &key, "application/yaml", text.into()).await?;
    Ok(Published { key, id: contract.id, version: contract.version, version_id: stored.version_id })
}
