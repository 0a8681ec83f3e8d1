//! The Lambda function `canary`.

use std::process::ExitCode;

use atalaya_canary::Canary;
use atalaya_cloud::{AwsOptions, S3Objects, SystemClock, config::CanaryConfig, connect, lambda};
use atalaya_telemetry::Stage;

fn main() -> ExitCode {
    lambda::run(Stage::Canary, async |telemetry| {
        let config = CanaryConfig::from_env()?;
        let aws = connect(&AwsOptions::default()).await;
        let canary = Canary {
            objects: S3Objects::counted(&aws, telemetry.clone()),
            clock: SystemClock,
            telemetry,
            inbox_bucket: config.inbox_bucket,
            contracts_bucket: config.contracts_bucket,
        };
        Ok(async move |event, _| canary.handle(event).await)
    })
}
