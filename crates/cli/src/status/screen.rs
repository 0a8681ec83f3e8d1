//! The screen: what is worst stands at the top, and everything fits 24 lines of 80 columns where it can.

use atalaya_contract::{AlarmSeverity, FileState, inert};
use jiff::Timestamp;

use super::snapshot::{AlarmOn, Feed, Named, Snapshot};
use super::verdict::Verdict;
use crate::alarms::explain::words::without_braces;
use crate::story;
use atalaya_terminal::human;
use atalaya_terminal::style::{self, paint};

/// Lines of the screen.
const LINES: usize = 24;
/// Alarms that are told at most, when all else is to fit too.
const ALARMS: usize = 8;
/// So many alarms are shown with their first steps (the worst always), and so many with what they mean too.
const WITH_STEP: usize = 4;
const DESCRIBED: usize = 2;
/// Where the words of a line begin.
const LABEL: usize = 12;
/// What the order of the states is on the screen: what needs somebody first.
const ORDER: [FileState; 8] = [
    FileState::Failed,
    FileState::Rejected,
    FileState::Unroutable,
    FileState::Received,
    FileState::Processing,
    FileState::Available,
    FileState::Duplicate,
    FileState::Discarded,
];

/// The whole screen for a terminal of `width` columns.
pub(super) fn draw(seen: &Snapshot, verdict: &Verdict, now: Timestamp, width: usize) -> String {
    let mut lines = head(verdict, width);
    lines.push(String::new());
    lines.extend(alarms(seen, now, width));
    lines.extend(queues(seen));
    lines.extend(executions(seen));
    lines.extend(files(seen, now, width));
    lines.extend(pauses(seen, now, width));
    lines.extend(
        seen.unanswered
            .iter()
            .map(|what| labelled("No answer", &paint(style::BAD, shortened(what, width - LABEL - 1)))),
    );
    // One line is the prompt's.
    let room = LINES.saturating_sub(lines.len() + 1).max(4);
    lines.extend(feeds(seen, now, width, room));
    lines.join("\n")
}

fn head(verdict: &Verdict, width: usize) -> Vec<String> {
    let (sign, colour) = if verdict.wrong { ('✗', style::BAD) } else { ('✓', style::GOOD) };
    let text = human::wrap(&verdict.words, "  ", Some(width));
    let mut lines: Vec<String> = text.lines().map(|line| paint(style::STRONG, line)).collect();
    if let Some(first) = lines.first_mut() {
        *first = format!(
            "{} {}",
            paint(colour, sign),
            paint(style::STRONG, text.lines().next().unwrap_or_default().trim_start())
        );
    }
    if let Some(next) = &verdict.next {
        lines.push(format!("  next: {}", paint(style::COMMAND, next)));
    }
    lines
}

/// A label and what it is about.
fn labelled(label: &str, text: &str) -> String {
    format!("{}{text}", paint(style::DIM, format!("{label:<LABEL$}")))
}

/// More lines of the same label.
fn below(text: &str) -> String {
    format!("{:LABEL$}{text}", "")
}

fn alarms(seen: &Snapshot, now: Timestamp, width: usize) -> Vec<String> {
    let Some(alarms) = &seen.alarms else { return Vec::new() };
    let mut lines: Vec<String> = Vec::new();
    let name = alarms.on.iter().take(ALARMS).map(|alarm| alarm_name(alarm).chars().count()).max().unwrap_or_default();
    for (index, alarm) in alarms.on.iter().take(ALARMS).enumerate() {
        lines.push(alarm_line(alarm, name, now));
        // The fewer there are, the more can be told of each.
        let room = width.saturating_sub(LABEL + 5);
        if alarms.on.len() <= DESCRIBED && !alarm.summary.is_empty() {
            lines.push(format!("  {}", shortened(&alarm.summary, room)));
        }
        // What to do about the worst is said however many there are.
        let has_step = index == 0 || alarms.on.len() <= WITH_STEP;
        if let Some(step) = alarm.first_step.as_deref().filter(|_| has_step) {
            let step = shortened(&without_braces(step), room);
            lines.push(paint(style::COMMAND, format!("  → {step}")));
        }
    }
    if alarms.on.len() > ALARMS {
        lines.push(paint(
            style::DIM,
            format!("… and {} more: atalaya alarms list --state ALARM", alarms.on.len() - ALARMS),
        ));
    }
    let quiet = match (alarms.on.is_empty(), alarms.ok + alarms.without_data) {
        (true, 0) => paint(style::WARN, "none is deployed: nobody would be called"),
        (_, _) if alarms.without_data == 0 => format!("{} OK", alarms.ok),
        (_, _) => format!("{} OK · {} without data", alarms.ok, alarms.without_data),
    };
    lines.push(quiet);
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| if index == 0 { labelled("Alarms", line) } else { below(line) })
        .collect()
}

/// An alarm's name as it stands in its line.
fn alarm_name(alarm: &AlarmOn) -> String {
    inert::text(&alarm.name).to_string()
}

/// The first characters of a sentence, on one line.
fn shortened(words: &str, characters: usize) -> String {
    human::shorten(&inert::sentence(words).to_string(), characters)
}

/// `✗ FilesFailed  page    3 min ago`; names are `width` letters wide.
fn alarm_line(alarm: &AlarmOn, width: usize, now: Timestamp) -> String {
    let since = alarm.since.map(|since| human::ago(since, now)).unwrap_or_default();
    let severity = alarm.severity.map_or("–", AlarmSeverity::as_str);
    let colour = if alarm.severity == Some(AlarmSeverity::Ticket) { style::WARN } else { style::BAD };
    let line = format!("✗ {:<width$}  {severity:<6}  {since}", alarm_name(alarm));
    paint(colour, line.trim_end())
}

fn queues(seen: &Snapshot) -> Vec<String> {
    if seen.queues.is_empty() {
        return Vec::new();
    }
    let (dead, live): (Vec<_>, Vec<_>) = seen.queues.iter().partition(|queue| queue.dead_letters_of().is_some());
    let age = |seconds: Option<u64>| {
        seconds
            .map(|seconds| format!(", oldest {}", human::duration(std::time::Duration::from_secs(seconds))))
            .unwrap_or_default()
    };
    let mut texts: Vec<String> = live
        .iter()
        .map(|queue| {
            format!(
                "{}: {} waiting, {} in work{}",
                queue.name,
                human::count(queue.waiting),
                human::count(queue.in_flight),
                age(queue.oldest_seconds)
            )
        })
        .collect();
    let filled: Vec<_> = dead.iter().filter(|queue| queue.depth() > 0).collect();
    if filled.is_empty() {
        texts.push("no dead letters".to_owned());
    }
    let mut lines = vec![labelled("Queues", &texts.join(" · "))];
    lines.extend(filled.iter().map(|queue| {
        let text =
            format!("✗ {}: {}{}", queue.name, human::counted(queue.depth(), "dead letter"), age(queue.oldest_seconds));
        below(&paint(style::BAD, text))
    }));
    lines
}

fn executions(seen: &Snapshot) -> Vec<String> {
    let Some(executions) = &seen.executions else { return Vec::new() };
    let mut parts = vec![format!("{} running", executions.running.text())];
    for (status, count) in &executions.ended_badly {
        parts.push(paint(style::BAD, format!("{} {}", count.text(), status.replace('_', " "))));
    }
    let lately = if executions.ended_badly.is_empty() { "none failed in 24 h" } else { "in 24 h" };
    parts.push(lately.to_owned());
    let text = if executions.ended_badly.is_empty() {
        parts.join(" · ")
    } else {
        let last = parts.pop().unwrap_or_default();
        format!("{} {last}", parts.join(" · "))
    };
    vec![labelled("Executions", &text)]
}

fn files(seen: &Snapshot, now: Timestamp, width: usize) -> Vec<String> {
    let Some(files) = &seen.files else { return Vec::new() };
    let counts: Vec<_> = ORDER
        .into_iter()
        .filter(|state| files.count(*state).number > 0)
        .map(|state| paint(story::colour(state), format!("{} {state}", files.count(state).text())))
        .collect();
    let text = if counts.is_empty() { "none".to_owned() } else { counts.join(" · ") };
    let mut lines = vec![labelled("Files, 24 h", &text)];
    if let Some(file) = &files.oldest_waiting {
        lines.push(below(&format!("longest on its way: {}", file_text(file, now, width.saturating_sub(LABEL + 20)))));
    }
    lines
}

/// `… processing 12 min ago  orders/a.csv (3f9a0b12)`.
fn file_text(file: &Named, now: Timestamp, room: usize) -> String {
    let id = file.file_id.short();
    let state = story::state(file.state);
    let age = human::ago(file.created_at, now);
    let taken = file.state.as_str().len() + age.len() + id.len() + 8;
    format!("{state} {age}  {} ({id})", tail(&inert::text(&file.key).to_string(), room.saturating_sub(taken)))
}

/// The end of a key says more than its begin.
fn tail(key: &str, room: usize) -> String {
    let length = key.chars().count();
    let room = room.max(10);
    if length <= room {
        return key.to_owned();
    }
    let from = key.char_indices().nth(length - room + 1).map_or(0, |(at, _)| at);
    format!("…{}", &key[from..])
}

fn pauses(seen: &Snapshot, now: Timestamp, width: usize) -> Vec<String> {
    let Some(pauses) = &seen.pauses else { return Vec::new() };
    let text = |pause: &atalaya_cloud::ledger::Pause| {
        let what = pause.dataset.as_deref().unwrap_or("all feeds");
        let why = pause.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let text = format!("! {what} paused {} by {}{why}", human::ago(pause.at, now), pause.by);
        paint(style::WARN, shortened(&text, width.saturating_sub(LABEL + 1)))
    };
    pauses
        .iter()
        .enumerate()
        .map(|(index, pause)| if index == 0 { labelled("Pauses", &text(pause)) } else { below(&text(pause)) })
        .collect()
}

fn feeds(seen: &Snapshot, now: Timestamp, width: usize, room: usize) -> Vec<String> {
    let Some(feeds) = &seen.feeds else { return Vec::new() };
    if feeds.is_empty() {
        return vec![labelled("Feeds", "none: atalaya contract publish adds one")];
    }
    let mut sorted: Vec<&Feed> = feeds.iter().collect();
    sorted.sort_by_key(|feed| {
        let trouble = match feed.last.as_ref().map(|last| last.state) {
            Some(FileState::Failed) => 0,
            Some(FileState::Rejected) => 1,
            Some(_) => 2,
            None => 3,
        };
        (trouble, std::cmp::Reverse(feed.last.as_ref().map(|last| last.created_at)), feed.dataset.clone())
    });
    let shown = if sorted.len() > room { room.saturating_sub(1) } else { room };
    let name = sorted.iter().take(shown).map(|feed| feed.dataset.chars().count()).max().unwrap_or_default().min(20);
    let mut lines = Vec::new();
    for feed in sorted.iter().take(shown) {
        let last = match &feed.last {
            Some(last) => file_text(last, now, width.saturating_sub(LABEL + name + 2)),
            None => paint(style::DIM, "no file yet"),
        };
        let text = format!("{:<name$}  {last}", shortened(&feed.dataset, name));
        lines.push(if lines.is_empty() { labelled("Feeds", &text) } else { below(&text) });
    }
    if sorted.len() > shown {
        lines.push(below(&paint(style::DIM, format!("… and {} more: atalaya status --json", sorted.len() - shown))));
    }
    lines
}
