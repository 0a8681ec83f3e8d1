//! The one sentence: is anything wrong, and what do I do.

use atalaya_contract::{FileState, inert};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::snapshot::{AlarmOn, Queue, Snapshot};
use atalaya_terminal::human;

/// How long a file may be on its way before it is worth a sentence. The largest take a function's whole time.
const LONG: SignedDuration = SignedDuration::from_mins(20);

/// What the screen begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Verdict {
    /// Somebody should do something.
    pub(super) wrong: bool,
    /// What is the matter, most urgent first, as one sentence.
    pub(super) words: String,
    /// The command to go on with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// Judges what was seen.
pub(super) fn judge(seen: &Snapshot, now: Timestamp) -> Verdict {
    let mut troubles = troubles(seen, now).into_iter();
    let Some((worst, next)) = troubles.next() else {
        return Verdict { wrong: false, words: all_is_well(seen), next: None };
    };
    let others: Vec<_> = troubles.map(|(words, _)| words).collect();
    let words = if others.is_empty() { worst } else { format!("{worst}; {}", others.join("; ")) };
    let mut words = format!("{words}.");
    if let Some(first) = words.get(..1) {
        words.replace_range(..1, &first.to_uppercase());
    }
    Verdict { wrong: true, words, next: Some(next) }
}

/// Everything that somebody should look at, the most urgent first, each with the command to begin with.
fn troubles(seen: &Snapshot, now: Timestamp) -> Vec<(String, String)> {
    let mut troubles = Vec::new();
    if let Some(worst) = seen.alarms.as_ref().and_then(|alarms| alarms.on.first()) {
        let count = seen.alarms.as_ref().map_or(0, |alarms| alarms.on.len());
        troubles.push((
            alarms_on(count, worst),
            format!("atalaya runbook {}", inert::shell_word(&worst.name).unwrap_or_default()),
        ));
    }
    for (queue, role) in seen.queues.iter().filter_map(|queue| Some((queue, queue.dead_letters_of()?))) {
        if queue.depth() > 0 {
            let verb = if queue.depth() == 1 { "lies" } else { "lie" };
            let words =
                format!("{} {verb} in {}", human::counted(queue.depth(), "dead letter"), inert::name(&queue.name));
            troubles.push((words, format!("atalaya dlq show {role}")));
        }
    }
    if let Some(files) = &seen.files {
        let failed = files.count(FileState::Failed);
        if failed.number > 0 {
            let noun = if failed.number == 1 { "file" } else { "files" };
            troubles.push((format!("{} {noun} failed", failed.text()), "atalaya redrive --failed".to_owned()));
        }
        if let Some(file) = &files.oldest_waiting
            && now.duration_since(file.created_at) > LONG
            && !is_paused(seen)
        {
            let waits = human::elapsed(file.created_at, now);
            let id = file.file_id.short();
            troubles.push((format!("a file is on its way for {waits}"), format!("atalaya trace {id}")));
        }
    }
    if is_paused(seen) {
        troubles.push(("the intake is paused".to_owned(), "atalaya resume".to_owned()));
    }
    if !seen.unanswered.is_empty() {
        troubles.push(("not everything answered".to_owned(), "atalaya doctor".to_owned()));
    }
    troubles
}

fn is_paused(seen: &Snapshot) -> bool {
    seen.pauses.as_ref().is_some_and(|pauses| !pauses.is_empty())
}

/// `2 alarms are on, first FilesFailed (page)`.
fn alarms_on(count: usize, worst: &AlarmOn) -> String {
    let severity = worst.severity.map(|severity| format!(" ({severity})")).unwrap_or_default();
    match count {
        1 => format!("{}{severity} is on", inert::name(&worst.name)),
        count => format!("{} alarms are on, first {}{severity}", human::count(count as u64), inert::name(&worst.name)),
    }
}

fn all_is_well(seen: &Snapshot) -> String {
    let waiting: u64 = seen.queues.iter().map(Queue::depth).sum();
    let under_way = seen
        .files
        .as_ref()
        .map_or(0, |files| files.count(FileState::Received).number + files.count(FileState::Processing).number);
    match waiting + under_way {
        0 => "Nothing is wrong: no alarm is on, and nothing waits.".to_owned(),
        number => format!("Nothing is wrong: no alarm is on; {} under way.", human::counted(number, "file")),
    }
}
