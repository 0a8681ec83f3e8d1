//! The time line for a person.

use atalaya_contract::inert;
use jiff::{Timestamp, tz::TimeZone};

use super::Story;
use super::event::{Event, Gap, Tone};
use crate::story;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// Where the words of a line begin: behind time and source.
const WORDS: usize = 25;
/// Letters of an event, where not every one is told.
const LETTERS: usize = 220;
/// Letters of an event, where every one is told.
const MAX_LETTERS: usize = 8000;
/// The width where no terminal says one.
const WIDTH: usize = 80;

/// The whole story; `every` line of it, or the essential.
pub(super) fn tell(traced: &Story, every: bool) -> String {
    let width = table::terminal_width().unwrap_or(if every { usize::MAX } else { WIDTH });
    let mut lines = vec![story::headline(&traced.record), story::consequences(&traced.record), String::new()];
    let events: Vec<&Event> = traced.events.iter().filter(|event| every || event.essential).collect();
    let mut day = None;
    for event in &events {
        if let Some(gap) = traced.gaps.iter().find(|gap| ends_at(gap, event, &events)) {
            let length = human::elapsed(gap.from, gap.to);
            lines.push(paint(style::DIM, format!("  ⋮ {length} in which nothing is recorded")));
        }
        let today = event.at.to_zoned(TimeZone::UTC).date();
        if day != Some(today) {
            lines.push(paint(style::STRONG, format!("{today}, UTC")));
            day = Some(today);
        }
        lines.push(line(event, width, every));
    }
    let hidden = traced.events.len() - events.len();
    if hidden > 0 {
        lines.push(paint(
            style::DIM,
            format!("\n{} more: --logs tells them too", human::counted(hidden as u64, "line")),
        ));
    }
    for what in &traced.unanswered {
        lines.push(paint(style::WARN, human::wrap(&format!("! {}", inert::sentence(what)), "", Some(width))));
    }
    lines.join("\n")
}

/// A gap is told before the first event behind it that is told.
fn ends_at(gap: &Gap, event: &Event, told: &[&Event]) -> bool {
    event.at >= gap.to && told.iter().find(|other| other.at >= gap.to).is_some_and(|first| std::ptr::eq(*first, event))
}

/// `08:00:00.123  ledger     received (attempt 1)`.
fn line(event: &Event, width: usize, every: bool) -> String {
    let head = format!("  {}  {:<9}", clock(event.at), event.source.as_str());
    let text = match &event.origin {
        Some(origin) => format!("{origin}: {}", event.text),
        None => event.text.clone(),
    };
    let indent = " ".repeat(WORDS);
    let text = if every { text } else { human::shorten(&text, LETTERS) };
    // An event is a line: what a function logged on several stands on one.
    let text = inert::sentence(&text.replace('\n', " ")).at_most(MAX_LETTERS).to_string();
    let wrapped = human::wrap(&text, &indent, Some(width).filter(|width| *width < usize::MAX));
    let colour = match event.tone {
        Tone::Plain => None,
        Tone::Good => Some(style::GOOD),
        Tone::Warning => Some(style::WARN),
        Tone::Bad => Some(style::BAD),
    };
    let mut lines = wrapped.lines().map(|line| {
        let words = line.strip_prefix(&indent).unwrap_or(line);
        colour.map_or_else(|| words.to_owned(), |colour| paint(colour, words))
    });
    let first = format!("{} {}", paint(style::DIM, head), lines.next().unwrap_or_default());
    let more = lines.map(|words| format!("{indent}{words}"));
    std::iter::once(first).chain(more).collect::<Vec<_>>().join("\n")
}

/// `08:00:00.123`.
fn clock(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%H:%M:%S%.3f").to_string()
}
