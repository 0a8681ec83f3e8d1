//! A fault on purpose, by configuration alone: as a bad release would bring it.

use atalaya_drill::{AwsCli, DrillError, fault};
use atalaya_local::LocalAws;

use atalaya_terminal::exit::Failure;

/// The variable that names where process loads data to.
const VARIABLE: &str = "ATALAYA_CURATED_BUCKET";

/// The function process looks for its data bucket under a wrong name until this is mended.
pub(super) struct WrongBucket {
    aws: AwsCli,
    /// The bucket's name.
    right: String,
}

impl WrongBucket {
    /// Breaks it.
    pub(super) async fn begin(local: &LocalAws) -> Result<Self, Failure> {
        let broken = Self { aws: AwsCli::of(local), right: local.outputs().curated_bucket.clone() };
        broken.release(format!("{}-of-a-bad-release", broken.right)).await?;
        Ok(broken)
    }

    /// Mends it.
    pub(super) async fn end(self) -> Result<(), Failure> {
        self.release(self.right.clone()).await
    }

    async fn release(&self, bucket: String) -> Result<(), Failure> {
        let aws = self.aws.clone();
        let released =
            tokio::task::spawn_blocking(move || fault::set_variable(&aws, "process", VARIABLE, &bucket)).await;
        let released = released.map_err(|_| Failure::internal("the AWS CLI could not be waited for"))?;
        released.map_err(|error: DrillError| Failure::unreachable(error.to_string()))
    }
}
