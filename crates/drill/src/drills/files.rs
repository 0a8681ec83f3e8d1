//! Files that the pipeline cannot finish, and what several alarms at once say.

use super::functions::burst;
use crate::{Drill, DrillError, World, fault};

pub(super) const DRILLS: &[Drill] = &[
    Drill::new("FilesFailed", "bad-release", "process looks for its data bucket under a wrong name", wrong_bucket),
    Drill::new("FilesFailed", "permission", "somebody takes from process the permission to write", may_not_write),
    Drill::new(
        "PipelineDown",
        "bad-release",
        "process looks for its data bucket under a wrong name, while files keep coming",
        wrong_bucket,
    ),
    Drill::new(
        "PipelineDegraded",
        "limits",
        "notify may not run any more and process once at a time, and files come in bursts",
        few_runs,
    )
    .meanwhile(burst),
];

/// A release of process with the name of a bucket that is not there, and a file that meets it.
pub(super) fn wrong_bucket(world: &World) -> Result<(), DrillError> {
    let bucket = format!("{}-of-a-bad-release", world.local().outputs().curated_bucket);
    fault::set_variable(world, "process", "ATALAYA_CURATED_BUCKET", &bucket)?;
    world.send_good().map(drop)
}

/// A role of process without the statement that allows it to write, and a file that meets it.
fn may_not_write(world: &World) -> Result<(), DrillError> {
    let outputs = world.local().outputs();
    let buckets = [&outputs.curated_bucket, &outputs.rejects_bucket];
    let writes = buckets.map(|bucket| ("PutObject", bucket.as_str()));
    fault::take_permission(world, "process", "Write", &writes)?;
    world.send_good().map(drop)
}

/// Two functions whose calls are refused: files wait in their executions, and outcomes in Lambda's own queue.
fn few_runs(world: &World) -> Result<(), DrillError> {
    fault::limit_concurrency(world, "notify", 0)?;
    fault::limit_concurrency(world, "process", 1)
}
