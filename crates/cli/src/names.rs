//! What the parts of a deployment are called: each name follows from the stack's, the account and the region, as
//! `infra/template.yaml` gives them.

/// Names of a deployment's parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Names {
    stack: String,
    account: String,
    region: String,
}

impl Names {
    /// Those of `stack` whose inbox is `inbox`: `STACK-inbox-ACCOUNT-REGION`.
    pub(crate) fn from_inbox(stack: &str, inbox: &str) -> Option<Self> {
        let (account, region) = inbox.strip_prefix(stack)?.strip_prefix("-inbox-")?.split_once('-')?;
        Some(Self { stack: stack.to_owned(), account: account.to_owned(), region: region.to_owned() })
    }

    /// The stack.
    pub(crate) fn stack(&self) -> &str {
        &self.stack
    }

    /// The account's twelve digits.
    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// The region.
    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    /// The partition that the region belongs to.
    pub(crate) fn partition(&self) -> &'static str {
        match self.region.split('-').next() {
            Some("cn") => "aws-cn",
            _ if self.region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// The bucket of a role: inbox, curated, rejects, contracts, pictures.
    pub(crate) fn bucket(&self, role: &str) -> String {
        format!("{}-{role}-{}-{}", self.stack, self.account, self.region)
    }

    /// A function, log group's last part, queue, rule or table of a role: `STACK-ROLE`.
    pub(crate) fn named(&self, role: &str) -> String {
        format!("{}-{role}", self.stack)
    }

    /// The ledger's table.
    pub(crate) fn ledger(&self) -> String {
        self.named("ledger")
    }

    /// The log group of a function.
    pub(crate) fn log_group(&self, function: &str) -> String {
        format!("/aws/lambda/{}", self.named(function))
    }

    /// ARN of the state machine `process-file`.
    pub(crate) fn state_machine_arn(&self) -> String {
        self.arn("states", &format!("stateMachine:{}", self.named("process-file")))
    }

    /// ARN of a queue of a role.
    pub(crate) fn queue_arn(&self, role: &str) -> String {
        self.arn("sqs", &self.named(role))
    }

    /// ARN of a function of a role.
    pub(crate) fn function_arn(&self, role: &str) -> String {
        self.arn("lambda", &format!("function:{}", self.named(role)))
    }

    /// ARN of a rule of a role, on the pipeline's own bus or on the account's.
    pub(crate) fn rule_arn(&self, role: &str, own_bus: bool) -> String {
        let bus = if own_bus { format!("{}/", self.stack) } else { String::new() };
        self.arn("events", &format!("rule/{bus}{}", self.named(role)))
    }

    /// ARN of a topic: data-users, alarms, on-call-page, on-call-ticket.
    pub(crate) fn topic_arn(&self, role: &str) -> String {
        self.arn("sns", &self.named(role))
    }

    fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.partition(), self.region, self.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_the_inbox() {
        let names = Names::from_inbox("my-files", "my-files-inbox-111122223333-eu-west-1").expect("an inbox");
        assert_eq!(names.stack(), "my-files");
        assert_eq!(names.bucket("curated"), "my-files-curated-111122223333-eu-west-1");
        assert_eq!(names.log_group("page"), "/aws/lambda/my-files-page");
        let machine = "arn:aws:states:eu-west-1:111122223333:stateMachine:my-files-process-file";
        assert_eq!(names.state_machine_arn(), machine);
        assert_eq!(names.topic_arn("alarms"), "arn:aws:sns:eu-west-1:111122223333:my-files-alarms");
        assert_eq!(Names::from_inbox("other", "my-files-inbox-1-eu"), None);
    }
}
