//! What an alarm tells others of a change of its state.

mod event;
mod region;
mod sns;
mod subject;

use serde_json::json;

use crate::alarm::limits::{Target, target};
use crate::alarm::{Action, Transition};
use crate::moment;

/// The action that `arn` is to carry out for the state that `transition` led to.
pub(crate) fn action(transition: &Transition, arn: &str, at: i64) -> Action {
    let message = match target(arn) {
        Some(Target::Lambda) => payload(transition),
        _ => sns::message(transition),
    };
    Action {
        alarm: transition.alarm.clone(),
        arn: arn.to_owned(),
        state: transition.to,
        at,
        subject: subject::subject(transition.to, &transition.alarm, region::display_name(&transition.account.region)),
        message,
    }
}

/// What a function is invoked with as the action of an alarm. CloudWatch user guide, "Invoke a Lambda function from an
/// alarm".
fn payload(transition: &Transition) -> String {
    let mut data = transition.detail();
    data["alarmName"] = json!(transition.alarm);
    json!({
        "source": "aws.cloudwatch",
        "alarmArn": transition.arn,
        "accountId": transition.account.id,
        "time": moment::with_offset(transition.at),
        "region": transition.account.region,
        "alarmData": data,
    })
    .to_string()
}

#[cfg(test)]
mod tests;
