//! Whether the demo went as it has to. Each sentence names one thing that did not.

use atalaya_contract::FileState;

use super::play::{Played, Sent, is_about_a_file, subject_of};
use super::scenario::{Expected, Phase, deliveries, expected_notices};

/// Everything that is not as it has to be; empty when all is well.
pub(super) fn problems(phases: &[Phase], played: &Played<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    for delivery in deliveries(phases) {
        match played.files.iter().find(|file| file.delivery.key == delivery.key) {
            Some(file) => problems.extend(about_file(file)),
            None => problems.push(format!("{} was never sent", delivery.key)),
        }
    }
    problems.extend(about_outputs(played));
    problems.extend(about_notices(&expected_notices(phases), &told(played)));
    problems
}

fn about_file(file: &Sent<'_>) -> Vec<String> {
    let key = &file.delivery.key;
    let Some(record) = &file.record else { return vec![format!("{key} never reached the ledger")] };
    let mut problems = Vec::new();
    if record.state != file.delivery.state {
        problems.push(format!("{key} ended as {}, but had to end as {}", record.state, file.delivery.state));
    }
    if let Some(rows) = record.rows.filter(|rows| rows.read != rows.accepted + rows.rejected) {
        problems.push(format!("{key}: {} rows read are not {} accepted + {}", rows.read, rows.accepted, rows.rejected));
    }
    if let Some(expected) = file.delivery.counts()
        && record.rows != Some(expected)
    {
        problems.push(format!("{key}: the rows are {:?}, but had to be {expected:?}", record.rows));
    }
    problems
}

/// One Parquet file for each available file, and nothing else for readers to find.
fn about_outputs(played: &Played<'_>) -> Vec<String> {
    let available = played
        .files
        .iter()
        .filter(|file| file.record.as_ref().is_some_and(|record| record.state == FileState::Available));
    let mut expected: Vec<_> =
        available.filter_map(|file| Some(format!("{}/{}.parquet", file.delivery.dataset?, file.file_id))).collect();
    let mut found = played.curated.clone();
    expected.sort();
    found.sort();
    if expected == found {
        return Vec::new();
    }
    vec![format!("readers find {found:?}, but had to find {expected:?}")]
}

/// What was told, in the terms of the expectation; a notice about nothing that was sent has an empty key.
fn told(played: &Played<'_>) -> Vec<Expected> {
    let mut told: Vec<_> = played
        .notices
        .iter()
        .filter(|notice| is_about_a_file(notice))
        .map(|notice| {
            let (key, event) = match subject_of(notice, &played.files) {
                Some((delivery, event)) => (delivery.key.clone().into_owned(), event),
                None => (String::new(), notice.subject.clone()),
            };
            Expected { user: notice.user.clone(), key, event }
        })
        .collect();
    told.sort();
    told
}

/// Each expected notice once, and no other.
fn about_notices(expected: &[Expected], told: &[Expected]) -> Vec<String> {
    let count = |list: &[Expected], notice: &Expected| list.iter().filter(|other| *other == notice).count();
    let mut problems = Vec::new();
    for notice in expected {
        match count(told, notice) {
            1 => {}
            0 => problems.push(format!("{} was not told of {} ({})", notice.user, notice.key, notice.event)),
            n => problems.push(format!("{} was told {n} times of {} ({})", notice.user, notice.key, notice.event)),
        }
    }
    for notice in told.iter().filter(|notice| count(expected, notice) == 0) {
        problems.push(format!("{} was told of {} ({}) without need", notice.user, notice.key, notice.event));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::scenario::usual;

    #[test]
    fn each_notice_has_to_arrive_exactly_once() {
        let expected = expected_notices(&[usual()]);
        assert!(about_notices(&expected, &expected).is_empty());
        let mut twice = expected.clone();
        twice.push(expected[0].clone());
        assert_eq!(about_notices(&expected, &twice).len(), 1);
        assert_eq!(about_notices(&expected, &expected[1..]).len(), 1);
        let mut strange = expected.clone();
        strange.push(Expected { user: "fleet".to_owned(), key: String::new(), event: "?".to_owned() });
        assert!(about_notices(&expected, &strange)[0].contains("without need"));
    }

    /// It rings where a full minute passes while the demo plays, and not otherwise.
    #[test]
    fn the_alarm_of_a_feed_may_tell_its_users_or_not() {
        let notice = |event: &str| {
            let attributes = serde_json::json!({ "event": event, "dataset": "orders" });
            serde_json::from_value(serde_json::json!({
                "received_at": "2026-01-05T08:00:00Z", "user": "acme", "topic": "atalaya-data-users", "subject": "s",
                "text": "t", "event": null, "message": null, "attributes": attributes, "message_id": "m",
            }))
            .expect("a notice")
        };
        let notices = vec![notice("FeedAlarm"), notice("FileAvailable")];
        let played = Played { files: vec![], notices, curated: vec![], took: std::time::Duration::ZERO };
        assert_eq!(told(&played).len(), 1);
    }

    #[test]
    fn a_play_in_which_nothing_happened_is_full_of_problems() {
        let nothing = Played { files: vec![], notices: vec![], curated: vec![], took: std::time::Duration::ZERO };
        let phases = [usual()];
        assert_eq!(problems(&phases, &nothing).len(), deliveries(&phases).count() + expected_notices(&phases).len());
    }
}
