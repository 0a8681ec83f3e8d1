//! What the canary sends: its contract and its files.

use jiff::Timestamp;

/// The feed of canary files.
pub const DATASET: &str = atalaya_contract::CANARY_DATASET;

/// Key of the contract in the contracts bucket.
pub const CONTRACT_KEY: &str = "atalaya-canary.odcs.yaml";

/// The contract, with a name in place of the inbox.
const CONTRACT: &str = include_str!("../atalaya-canary.odcs.yaml");

/// The location in [`CONTRACT`], whose bucket is known only where the function runs.
pub(crate) const LOCATION: &str = "s3://inbox-bucket/canary/";

/// Rows of a canary file.
const ROWS: u32 = 3;

/// The contract of canary files in an inbox.
#[must_use]
pub fn contract(inbox_bucket: &str) -> String {
    CONTRACT.replace(LOCATION, &format!("s3://{inbox_bucket}/canary/"))
}

/// Key of the canary file of a time, which is told to the millisecond.
#[must_use]
pub fn key(at: Timestamp) -> String {
    format!("canary/{}.csv", at.strftime("%Y-%m-%dT%H-%M-%S%.3fZ"))
}

/// The canary file of a time. The time makes its content its own: no canary file is another's duplicate.
#[must_use]
pub fn content(at: Timestamp) -> String {
    let sent_at = at.strftime("%Y-%m-%dT%H:%M:%S%.3f");
    let row = |row: u32| format!("{row},{sent_at},{},\"canary, row {row}\"\n", f64::from(row) / 4.0);
    "row,sent_at,share,text\n".to_owned() + &(1..=ROWS).map(row).collect::<String>()
}
