//! The Lambda function `notify`.

use std::process::ExitCode;

use atalaya_cloud::{AwsOptions, DynamoLedger, SnsTopic, SystemClock, config::NotifyConfig, connect, lambda};
use atalaya_notify::Notify;
use atalaya_telemetry::Stage;

fn main() -> ExitCode {
    lambda::run(Stage::Notify, async |telemetry| {
        let config = NotifyConfig::from_env()?;
        let aws = connect(&AwsOptions::default()).await;
        let notify = Notify {
            ledger: DynamoLedger::new(&aws, config.ledger_table),
            topic: SnsTopic::new(&aws, config.topic_arn),
            clock: SystemClock,
            telemetry,
        };
        Ok(async move |event, invocation| notify.handle(event, &invocation).await)
    })
}
