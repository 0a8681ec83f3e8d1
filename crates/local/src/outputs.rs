//! What the stack tells about itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::LocalError;

/// The outputs of the stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outputs {
    /// Name of the bucket that senders put files in.
    pub inbox_bucket: String,
    /// Name of the bucket that readers read from.
    pub curated_bucket: String,
    /// Name of the bucket with the lists of rejects.
    pub rejects_bucket: String,
    /// Name of the bucket with the contracts.
    pub contracts_bucket: String,
    /// Name of the ledger's table.
    pub ledger_table: String,
    /// Name of the event bus.
    pub event_bus_name: String,
    /// ARN of the state machine `process-file`.
    pub state_machine_arn: String,
    /// ARN of the topic `data-users`.
    pub data_users_topic_arn: String,
    /// URL of the queue of arrivals.
    pub intake_queue_url: String,
    /// URL of the queue of arrivals that the intake could not take.
    pub intake_dlq_url: String,
    /// ARN of the topic that alarms act on.
    pub alarms_topic_arn: String,
    /// ARN of the topic for who must act now.
    pub on_call_page_topic_arn: String,
    /// ARN of the topic for what can wait.
    pub on_call_ticket_topic_arn: String,
    /// URL of the queue of outcomes that could not be told.
    pub notify_dlq_url: String,
    /// URL of the queue of alarms that could not be told.
    pub page_dlq_url: String,
    /// Name of the function that tells on-call.
    pub page_function_name: String,
    /// Name of the function that sends canary files.
    pub canary_function_name: String,
    /// Every output, by its name in the template.
    pub all: BTreeMap<String, String>,
}

impl Outputs {
    /// Reads the outputs by their names in the template.
    ///
    /// # Errors
    /// Names an output that is missing.
    pub fn from_map(all: BTreeMap<String, String>) -> Result<Self, LocalError> {
        let get = |name: &'static str| all.get(name).cloned().ok_or(LocalError::NoOutput(name));
        Ok(Self {
            inbox_bucket: get("InboxBucket")?,
            curated_bucket: get("CuratedBucket")?,
            rejects_bucket: get("RejectsBucket")?,
            contracts_bucket: get("ContractsBucket")?,
            ledger_table: get("LedgerTable")?,
            event_bus_name: get("EventBusName")?,
            state_machine_arn: get("StateMachineArn")?,
            data_users_topic_arn: get("DataUsersTopicArn")?,
            intake_queue_url: get("IntakeQueueUrl")?,
            intake_dlq_url: get("IntakeDlqUrl")?,
            alarms_topic_arn: get("AlarmsTopicArn")?,
            on_call_page_topic_arn: get("OnCallPageTopicArn")?,
            on_call_ticket_topic_arn: get("OnCallTicketTopicArn")?,
            notify_dlq_url: get("NotifyDlqUrl")?,
            page_dlq_url: get("PageDlqUrl")?,
            page_function_name: get("PageFunctionName")?,
            canary_function_name: get("CanaryFunctionName")?,
            all,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_output_is_named() {
        let error = Outputs::from_map(BTreeMap::from([("InboxBucket".to_owned(), "b".to_owned())]))
            .expect_err("all others are missing");
        assert!(error.to_string().starts_with("the stack has no output CuratedBucket"), "{error}");
    }

    #[test]
    fn the_template_declares_every_output() {
        let template = include_str!("../../../infra/template.yaml");
        let outputs = template.split_once("\nOutputs:\n").expect("the template has outputs").1;
        let declared: BTreeMap<_, _> = outputs
            .lines()
            .filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'))
            .map(|name| (name.to_owned(), String::new()))
            .collect();
        Outputs::from_map(declared).expect("all are declared");
    }
}
