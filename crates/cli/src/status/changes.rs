//! What changed from one look to the next, a line each.

use std::collections::BTreeMap;

use super::snapshot::Snapshot;
use super::verdict::Verdict;

/// What is told when it changes: a subject and how it stands.
pub(super) type Facts = BTreeMap<String, String>;

/// Everything that a watcher would want to hear of.
pub(super) fn facts(seen: &Snapshot, verdict: &Verdict) -> Facts {
    let mut facts = Facts::new();
    facts.insert("  verdict".to_owned(), verdict.words.clone());
    for alarm in seen.alarms.iter().flat_map(|alarms| &alarms.on) {
        facts.insert(format!("alarm {}", alarm.name), format!("on: {}", alarm.summary));
    }
    for queue in &seen.queues {
        facts.insert(format!("queue {}", queue.name), format!("{} waiting", queue.depth()));
    }
    for (status, count) in seen.executions.iter().flat_map(|executions| &executions.ended_badly) {
        facts.insert(format!("executions {}", status.replace('_', " ")), format!("{} in 24 h", count.text()));
    }
    for (state, count) in seen.files.iter().flat_map(|files| &files.by_state) {
        facts.insert(format!("files {state}"), format!("{} in 24 h", count.text()));
    }
    for pause in seen.pauses.iter().flatten() {
        let what = pause.dataset.as_deref().unwrap_or("all feeds");
        facts.insert(format!("pause of {what}"), format!("in force, by {}", pause.by));
    }
    for feed in seen.feeds.iter().flatten() {
        if let Some(last) = &feed.last {
            facts.insert(format!("feed {}", feed.dataset), format!("{} {}", last.state, last.key));
        }
    }
    for what in &seen.unanswered {
        let (source, why) = what.split_once(": ").unwrap_or((what, ""));
        facts.insert(format!("no answer about {source}"), why.to_owned());
    }
    facts
}

/// The differences in words, in the order of their subjects.
pub(super) fn differences(before: &Facts, after: &Facts) -> Vec<String> {
    let mut lines = Vec::new();
    for (subject, stands) in after {
        if before.get(subject) != Some(stands) {
            lines.push(format!("{}: {stands}", subject.trim_start()));
        }
    }
    let gone = before.keys().filter(|subject| !after.contains_key(*subject));
    lines.extend(gone.map(|subject| format!("{}: over", subject.trim_start())));
    lines
}
