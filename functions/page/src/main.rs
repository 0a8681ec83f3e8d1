//! The Lambda function `page`.

use std::process::ExitCode;

use atalaya_cloud::{
    AwsOptions, CloudWatchAlarms, DynamoLedger, S3Objects, SnsTopic, SystemClock, config::PageConfig, connect, lambda,
};
use atalaya_page::{Limits, Page, Pictures};
use atalaya_telemetry::Stage;

fn main() -> ExitCode {
    lambda::run(Stage::Page, async |telemetry| {
        let config = PageConfig::from_env()?;
        let aws = connect(&AwsOptions::default()).await;
        let page = Page {
            alarms: CloudWatchAlarms::new(&aws),
            ledger: DynamoLedger::new(&aws, config.ledger_table),
            pictures: Pictures { objects: S3Objects::counted(&aws, telemetry.clone()), bucket: config.pictures_bucket },
            on_call_page: SnsTopic::new(&aws, config.page_topic_arn),
            on_call_ticket: SnsTopic::new(&aws, config.ticket_topic_arn),
            data_users: SnsTopic::new(&aws, config.data_users_topic_arn),
            clock: SystemClock,
            telemetry,
            limits: Limits::default(),
        };
        Ok(async move |event, invocation| page.handle(event, &invocation).await)
    })
}
