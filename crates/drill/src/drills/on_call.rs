//! The way of a page.

use std::time::Duration;

use atalaya_local::Notice;

use super::nothing;
use crate::{
    Drill, DrillError, World, fault,
    wait::{Seen, until},
};

pub(super) const DRILLS: &[Drill] =
    &[Drill::new("PageFailed", "bad-release", "page looks for the topic of on-call under a wrong name", wrong_topic)
        .meanwhile(nothing)
        .checked_by(told_in_the_end)];

/// The alarm that page cannot tell: one that is set by hand, as to try the way out.
const UNTOLD: &str = "atalaya-FilesFailed";
/// Why it is on.
const WHY: &str = "a drill: it is set by hand";

/// A release of page that publishes to a topic that is not there, and an alarm that it is to tell.
fn wrong_topic(world: &World) -> Result<(), DrillError> {
    let gone = format!("{}-of-a-bad-release", world.output("OnCallPageTopicArn")?);
    fault::set_variable(world, "page", "ATALAYA_ON_CALL_PAGE_TOPIC_ARN", &gone)?;
    let why = ["--state-value", "ALARM", "--state-reason", WHY];
    world.aws(&[&["cloudwatch", "set-alarm-state", "--alarm-name", UNTOLD], &why[..]].concat()).map(drop)
}

/// The alarm that could not be told has been told since.
fn told_in_the_end(world: &World) -> Result<Vec<String>, DrillError> {
    let told = until("the alarm that page could not tell", Duration::from_secs(60), || {
        let about = |notice: &Notice| {
            let alarm = notice.message.as_ref().map(|document| &document["alarm"]);
            alarm.is_some_and(|alarm| alarm["name"] == UNTOLD && alarm["reason"] == WHY)
        };
        let told = world.notices().iter().any(about);
        Ok(if told { Seen::Yes(()) } else { Seen::NotYet("it was not told".to_owned()) })
    });
    Ok(told.err().map(|late| late.to_string()).into_iter().collect())
}
