//! The picture of a page: the alarm's graph, kept in a bucket, behind a link that opens without credentials.

use std::time::Duration;

use atalaya_cloud::{
    CloudError, DrawAlarms,
    alarms::{AlarmGraph, AlarmStanding},
    objects::{LinkObjects, WriteObjects},
};
use atalaya_contract::{AlarmDescription, format::shorten};
use jiff::Timestamp;

use crate::{
    console::percent,
    message::{Alarm, Watches},
    setting::Setting,
};

/// How long a link works at most. It ends with the credentials that sign it, and those of a function end within hours;
/// AWS does not publish when.
pub const LINK_LASTS: Duration = Duration::from_hours(12);

/// What a graph shows, up to the time at which it is drawn.
const HOURS: u32 = 3;
const WIDTH: u32 = 800;
const HEIGHT: u32 = 400;
/// Most characters of a title; more do not fit into the width.
const TITLE: usize = 90;

/// Where pictures are kept.
#[derive(Debug)]
pub struct Pictures<O> {
    /// Keeps them.
    pub objects: O,
    /// Name of the bucket.
    pub bucket: String,
}

/// The graph of the alarm on metrics that shows best what the page is about: the alarm itself, or of a composite one
/// the first in ALARM beneath it. `None` where there is none.
pub(crate) fn graph_of(alarm: &Alarm, beneath: &[AlarmStanding], setting: &Setting) -> Option<AlarmGraph> {
    let (name, alarm_arn, description) = match alarm.watches {
        Watches::Metrics(_) => (&alarm.name, alarm.arn.clone()?, alarm.description.as_str()),
        Watches::Alarms { .. } => {
            let child = beneath.iter().find(|child| child.on_metrics && child.arn.is_some())?;
            (&child.name, child.arn.clone()?, child.description.as_deref().unwrap_or_default())
        }
        Watches::Unknown => return None,
    };
    let summary = AlarmDescription::read(description).summary;
    let separator = if summary.is_empty() { "" } else { ": " };
    let title = shorten(&format!("{}{separator}{summary}", setting.short_name(name)), TITLE);
    Some(AlarmGraph { alarm_arn, title, hours: HOURS, width: WIDTH, height: HEIGHT })
}

/// The key of the picture about one change of an alarm. The same change told again puts the same key.
pub(crate) fn key(alarm: &str, changed_at: Timestamp) -> String {
    format!("pictures/{}/{changed_at:.3}.png", percent(alarm))
}

/// Draws the graph, keeps it under `key`, and answers with a link to it.
pub(crate) async fn kept(
    graph: &AlarmGraph,
    alarms: &impl DrawAlarms,
    pictures: &Pictures<impl WriteObjects + LinkObjects>,
    key: &str,
) -> Result<String, CloudError> {
    let image = alarms.draw(graph).await?;
    let Pictures { objects, bucket } = pictures;
    objects.put(bucket, key, "image/png", image).await?;
    objects.link(bucket, key, LINK_LASTS).await
}

#[cfg(test)]
mod tests {
    use atalaya_cloud::testing::at;

    use super::*;

    #[test]
    fn a_key_names_the_alarm_and_the_change_and_nothing_else() {
        assert_eq!(key("atalaya-FilesFailed", at(7200)), "pictures/atalaya-FilesFailed/2026-03-01T02:00:00.000Z.png");
        assert_eq!(key("../x y", at(7200)), "pictures/..%2Fx%20y/2026-03-01T02:00:00.000Z.png");
    }
}
