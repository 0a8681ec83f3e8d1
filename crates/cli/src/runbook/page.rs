//! The page for a terminal: what is copied stands indented and whole, all else fits the width.

use atalaya_contract::{AlarmState, inert};
use atalaya_runbook::{Part, Section, Severity};
use jiff::Timestamp;

use super::{Shown, markdown};
use crate::reject::sentence;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// What is wide enough where no terminal says how wide it is.
const WIDTH: usize = 80;
/// Prose stands so far in; what is to be copied twice as far.
const INDENT: &str = "  ";

/// The whole page.
pub(super) fn tell(shown: &Shown<'_>) -> String {
    let width = table::terminal_width().map_or(WIDTH, |width| width.min(WIDTH + 20));
    let mut parts = vec![head(shown, width, Timestamp::now())];
    parts.extend(shown.sections.iter().map(|section| self::section(section, width)));
    parts.join("\n\n")
}

/// The title, how the alarm stands, and what is filled in and what not.
fn head(shown: &Shown<'_>, width: usize, now: Timestamp) -> String {
    let runbook = shown.runbook;
    let name = match shown.instance {
        Some(instance) => format!("{}-{instance}", runbook.alarm),
        None => runbook.alarm.clone(),
    };
    let when = match runbook.severity {
        Severity::Page => "page: somebody acts now",
        Severity::Ticket | Severity::None => "ticket: it can wait for working hours",
    };
    let mut lines = vec![
        human::wrap(&format!("{name}: {}", runbook.title), "", Some(width)),
        paint(style::DIM, format!("{when} · owner: {}", runbook.owner)),
    ];
    lines[0] = paint(style::STRONG, &lines[0]);
    for alarm in &shown.now.alarms {
        let since = alarm.since.map(|since| format!(", since {}", human::ago(since, now))).unwrap_or_default();
        let line = |sign| format!("{sign} {} {}{since}", inert::text(&alarm.name), alarm.state);
        match alarm.state {
            AlarmState::Alarm => lines.push(paint(style::BAD, line('✗'))),
            // Of a family only what is on is worth a line.
            _ if shown.now.alarms.len() > 1 => {}
            AlarmState::Ok => lines.push(paint(style::GOOD, line('✓'))),
            AlarmState::InsufficientData => lines.push(paint(style::WARN, line('?'))),
        }
    }
    lines.extend(
        shown.now.notes.iter().map(|note| paint(style::DIM, human::wrap(&sentence(note).to_string(), "", Some(width)))),
    );
    if !shown.open.is_empty() {
        let open: Vec<_> = shown.open.iter().map(ToString::to_string).collect();
        let text = format!("! not filled in, for you to replace: {}", open.join(", "));
        lines.push(paint(style::WARN, human::wrap(&text, "", Some(width))));
    }
    lines.join("\n")
}

fn section(section: &Section, width: usize) -> String {
    let mut blocks = vec![paint(style::STRONG, section.name.as_str())];
    for part in &section.parts {
        blocks.push(match part {
            Part::Text(text) => format!("{}\n", markdown::prose(text, INDENT, Some(width))),
            Part::Command(command) => block(None, command.when.as_deref(), &command.text),
            Part::Query(query) => block(Some(&query.groups), query.when.as_deref(), &query.text),
        });
    }
    blocks.join("\n").trim_end().to_owned()
}

/// What is copied: nothing in its lines is broken.
fn block(groups: Option<&[String]>, when: Option<&str>, text: &str) -> String {
    let mut lines = Vec::new();
    if let Some(cause) = when {
        lines.push(paint(style::DIM, format!("{INDENT}only when the cause is: {cause}")));
    }
    if let Some(groups) = groups {
        let groups: Vec<_> = groups.iter().map(|group| log_group(group)).collect();
        lines.push(paint(style::DIM, format!("{INDENT}in Logs Insights, over {}:", groups.join(", "))));
    }
    lines.extend(text.lines().map(|line| format!("{INDENT}{INDENT}{}", paint(style::COMMAND, line))));
    lines.push(String::new());
    lines.join("\n")
}

/// A function's own name stands for its log group.
fn log_group(name: &str) -> String {
    if name.starts_with('/') { name.to_owned() } else { format!("/aws/lambda/{name}") }
}
