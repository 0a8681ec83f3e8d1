//! `atalaya contract publish`.

use std::path::Path;

use atalaya_contract::ViolationKind;
use atalaya_local::Published;
use serde_json::json;

use crate::args::{GlobalArgs, PublishArgs};
use crate::connect::{self, Stack};
use crate::exit::{Failure, Verdict};
use crate::output::Output;
use crate::style::{self, paint};

/// Checks all, then publishes all.
pub(crate) async fn run(args: &PublishArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    for path in &args.files {
        check(path)?;
    }
    let stack = Stack::find(global, output).await?;
    let mut published = Vec::with_capacity(args.files.len());
    for path in &args.files {
        let done = atalaya_local::publish_contract(&stack.sdk, &stack.names.bucket("contracts"), path)
            .await
            .map_err(connect::local)?;
        output.line(line(&done, &stack.names.bucket("contracts")))?;
        published.push(json!({
            "file": path.display().to_string(),
            "id": done.id, "version": done.version,
            "bucket": stack.names.bucket("contracts"), "key": done.key, "version_id": done.version_id,
        }));
    }
    output.answer(&json!({ "published": published }))?;
    output.line(paint(style::DIM, "in force with the next file that arrives"))?;
    Ok(Verdict::Fine)
}

/// Refuses what the intake could not read.
fn check(path: &Path) -> Result<(), Failure> {
    let report = super::report(&super::text(path)?);
    let grave: Vec<_> =
        report.violations.into_iter().filter(|violation| violation.kind != ViolationKind::Edition).collect();
    if grave.is_empty() { Ok(()) } else { Err(super::refused(path, &grave)) }
}

fn line(done: &Published, bucket: &str) -> String {
    format!("{} {} {}  s3://{bucket}/{}", paint(style::GOOD, "✓ published"), done.id, done.version, done.key)
}
