//! Carries what alarms set going to the emulator.

use std::sync::Arc;

use atalaya_cloud::SdkResult as _;
use atalaya_cloudwatch::alarm::{Action, Occurrence};
use tokio::sync::mpsc;

use super::{meter::Orders, state::Shared};

/// Publishes actions and puts events, one after the other in the order in which they happened. What fails is counted
/// and told in the run's log, and the next one is carried.
pub(super) async fn carry(
    mut occurrences: mpsc::UnboundedReceiver<Occurrence>,
    sns: aws_sdk_sns::Client,
    orders: Arc<Orders>,
    shared: Arc<Shared>,
) {
    while let Some(occurrence) = occurrences.recv().await {
        let carried = match &occurrence {
            Occurrence::StateChanged(transition) => orders.put_event(&transition.event()).await,
            Occurrence::Action(action) => act(action, &sns).await,
        };
        if let Err(error) = carried {
            shared.fail("alarms", format!("{}: {error}", occurrence.alarm()));
        }
    }
}

async fn act(action: &Action, sns: &aws_sdk_sns::Client) -> Result<(), String> {
    let is_topic = action.arn.split(':').nth(2) == Some("sns");
    if !is_topic {
        return Err(format!("the local AWS carries out actions of SNS topics only, not {}", action.arn));
    }
    let call = sns.publish().topic_arn(&action.arn).subject(&action.subject).message(&action.message);
    let published = call.send().await.of_call(|| format!("Publish {}", action.arn));
    published.map(drop).map_err(|error| error.to_string())
}
