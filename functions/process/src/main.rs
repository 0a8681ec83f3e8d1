//! The Lambda function `process`.

use std::process::ExitCode;

use atalaya_cloud::{
    AwsOptions, ContractStore, DynamoLedger, S3Objects, SystemClock, config::ProcessConfig, connect, lambda,
};
use atalaya_process::Process;
use atalaya_telemetry::Stage;

fn main() -> ExitCode {
    lambda::run(Stage::Process, async |telemetry| {
        let config = ProcessConfig::from_env()?;
        let aws = connect(&AwsOptions::default()).await;
        let objects = S3Objects::counted(&aws, telemetry.clone());
        let process = Process {
            contracts: ContractStore::new(objects.clone(), config.contracts_bucket),
            objects,
            ledger: DynamoLedger::new(&aws, config.ledger_table).keeping_samples(config.rejects_retention),
            clock: SystemClock,
            telemetry,
            curated_bucket: config.curated_bucket,
            rejects_bucket: config.rejects_bucket,
            latency_target: config.latency_target,
        };
        Ok(async move |invocation, _| process.handle(invocation).await)
    })
}
