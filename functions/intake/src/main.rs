//! The Lambda function `intake`.

use std::process::ExitCode;

use atalaya_cloud::{
    AwsOptions, ContractStore, DynamoLedger, S3Objects, StepFunctions, SystemClock, config::IntakeConfig, connect,
    lambda,
};
use atalaya_intake::Intake;
use atalaya_telemetry::Stage;

fn main() -> ExitCode {
    lambda::run(Stage::Intake, async |telemetry| {
        let config = IntakeConfig::from_env()?;
        let aws = connect(&AwsOptions::default()).await;
        let intake = Intake {
            contracts: ContractStore::new(S3Objects::counted(&aws, telemetry.clone()), config.contracts_bucket),
            ledger: DynamoLedger::new(&aws, config.ledger_table),
            executions: StepFunctions::new(&aws, config.state_machine_arn),
            clock: SystemClock,
            telemetry,
        };
        Ok(async move |batch, _| intake.handle(batch).await)
    })
}
