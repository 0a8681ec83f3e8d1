//! A fault on purpose, by configuration alone: as a bad release would bring it.

use atalaya_local::LocalAws;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::exit::Failure;

/// The function that is broken.
const FUNCTION: &str = "atalaya-process";
/// The variable that names where it loads data to.
const VARIABLE: &str = "ATALAYA_CURATED_BUCKET";

/// The function looks for its data bucket under a wrong name until this is mended.
pub(super) struct WrongBucket<'a> {
    local: &'a LocalAws,
    /// The variables as they were.
    right: Value,
}

impl<'a> WrongBucket<'a> {
    /// Breaks it.
    pub(super) async fn begin(local: &'a LocalAws) -> Result<Self, Failure> {
        let shown = aws(local, &["lambda", "get-function-configuration", "--function-name", FUNCTION]).await?;
        let shown: Value = serde_json::from_slice(&shown).unwrap_or_default();
        let right = shown["Environment"]["Variables"].clone();
        let Some(bucket) = right[VARIABLE].as_str() else {
            return Err(Failure::internal(format!("the function {FUNCTION} has no variable {VARIABLE}")));
        };
        let mut wrong = right.clone();
        wrong[VARIABLE] = format!("{bucket}-of-a-bad-release").into();
        configure(local, &wrong).await?;
        Ok(Self { local, right })
    }

    /// Mends it.
    pub(super) async fn end(self) -> Result<(), Failure> {
        configure(self.local, &self.right).await
    }
}

async fn configure(local: &LocalAws, variables: &Value) -> Result<(), Failure> {
    let environment = json!({ "Variables": variables }).to_string();
    let call = ["lambda", "update-function-configuration", "--function-name", FUNCTION, "--environment", &environment];
    aws(local, &call).await.map(drop)
}

/// What the AWS CLI prints.
async fn aws(local: &LocalAws, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
    let called = Command::new(local.aws_cli())
        .args(arguments)
        .args(["--output", "json"])
        // Version 2 would show its answer page by page.
        .env("AWS_PAGER", "")
        .envs(local.environment())
        .kill_on_drop(true)
        .output()
        .await;
    let output = called.map_err(|error| Failure::unreachable(format!("the AWS CLI does not start: {error}")))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let call = arguments.iter().take(2).copied().collect::<Vec<_>>().join(" ");
    let reason = String::from_utf8_lossy(&output.stderr);
    Err(Failure::unreachable(format!("aws {call} failed: {}", reason.trim())))
}
