//! The demo's result: two tables and one notice in full for a person, one object for a script.

use std::time::Duration;

use atalaya_contract::{Counts, FileState};
use atalaya_local::{LocalAws, Notice};
use comfy_table::Cell;
use jiff::Timestamp;
use serde::Serialize;

use crate::local;
use crate::state_cell::state_cell;
use atalaya_terminal::exit::Failure;
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

use super::play::{Played, Sent, is_of_burst, subject_of};
use super::scenario::{SENDER, USERS};

/// How many items of a list in a letter are shown.
const ITEMS: usize = 3;

#[derive(Serialize)]
struct Answer<'a> {
    ok: bool,
    problems: &'a [String],
    seconds: f64,
    files: Vec<FileLine<'a>>,
    notices: Vec<NoticeLine<'a>>,
}

#[derive(Serialize)]
struct FileLine<'a> {
    key: &'a str,
    file_id: &'a str,
    bytes: u64,
    dataset: Option<&'a str>,
    state: Option<FileState>,
    expected_state: FileState,
    rows: Option<Counts>,
    /// Between the end of the upload and the first notice; null when nobody was told.
    seconds_to_notice: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parquet: Vec<&'a str>,
}

#[derive(Serialize)]
struct NoticeLine<'a> {
    user: &'a str,
    event: String,
    key: Option<&'a str>,
    received_at: Timestamp,
    subject: &'a str,
    text: &'a str,
    message_id: &'a str,
}

/// Tells everything to whoever listens.
pub(super) fn tell(played: &Played<'_>, problems: &[String], output: &mut Output) -> Result<(), Failure> {
    output.answer(&answer(played, problems))?;
    if output.is_json() {
        return Ok(());
    }
    output.line(format!("\n{}\n{}", paint(style::STRONG, "The files"), files(played)))?;
    output.line(format!("\n{}\n{}", paint(style::STRONG, "Who was told what"), notices(played)))?;
    if let Some(letter) = letter(played) {
        output.line(letter)?;
    }
    output.line("")?;
    if problems.is_empty() {
        let all = format!(
            "✓ every file ended as it had to, every row is accounted for, each of {} notices arrived once",
            played.notices.len()
        );
        return output.line(paint(style::GOOD, human::wrap(&all, "", table::terminal_width())));
    }
    for problem in problems {
        output.line(format!("{} {problem}", paint(style::BAD, "✗")))?;
    }
    Ok(())
}

fn answer<'a>(played: &'a Played<'a>, problems: &'a [String]) -> Answer<'a> {
    let file = |file: &'a Sent<'a>| {
        let record = file.record.as_ref();
        FileLine {
            key: &file.delivery.key,
            file_id: file.file_id.as_str(),
            bytes: file.bytes,
            dataset: record.and_then(|record| record.dataset.as_deref()),
            state: record.map(|record| record.state),
            expected_state: file.delivery.state,
            rows: record.and_then(|record| record.rows),
            seconds_to_notice: until_notice(file, played).map(|span| span.as_secs_f64()),
            parquet: record
                .and_then(|record| record.outputs.as_ref())
                .map(|outputs| outputs.parquet.iter().map(String::as_str).collect())
                .unwrap_or_default(),
        }
    };
    let notice = |notice: &'a Notice| {
        let about = subject_of(notice, &played.files);
        let (key, event) =
            about.map_or((None, String::new()), |(delivery, event)| (Some(delivery.key.as_ref()), event));
        NoticeLine {
            user: &notice.user,
            event,
            key,
            received_at: notice.received_at,
            subject: &notice.subject,
            text: &notice.text,
            message_id: &notice.message_id,
        }
    };
    Answer {
        ok: problems.is_empty(),
        problems,
        seconds: played.took.as_secs_f64(),
        files: played.files.iter().map(file).collect(),
        notices: played.notices.iter().map(notice).collect(),
    }
}

/// From the end of the upload to the first notice about the file.
fn until_notice(file: &Sent<'_>, played: &Played<'_>) -> Option<Duration> {
    let about = |notice: &&Notice| {
        subject_of(notice, &played.files).is_some_and(|(delivery, _)| delivery.key == file.delivery.key)
    };
    let first = played.notices.iter().filter(about).map(|notice| notice.received_at).min()?;
    Some(human::between(file.sent_at, first))
}

fn files(played: &Played<'_>) -> String {
    let mut files = table::new(["file", "dataset", "state", "read", "accepted", "rejected", "notice"]);
    for file in played.files.iter().filter(|file| !file.of_burst) {
        let record = file.record.as_ref();
        let rows = record.and_then(|record| record.rows);
        let number = |pick: fn(Counts) -> u64| rows.map_or_else(|| "–".to_owned(), |rows| human::count(pick(rows)));
        files.add_row([
            Cell::new(&file.delivery.key),
            Cell::new(record.and_then(|record| record.dataset.as_deref()).unwrap_or("–")),
            record.map_or_else(|| Cell::new("unknown"), |record| state_cell(record.state)),
            Cell::new(number(|rows| rows.read)),
            Cell::new(number(|rows| rows.accepted)),
            Cell::new(number(|rows| rows.rejected)),
            Cell::new(until_notice(file, played).map_or_else(|| "never".to_owned(), human::duration)),
        ]);
    }
    table::right_align(&mut files, &[3, 4, 5, 6]);
    match burst(played) {
        Some(burst) => format!("{}\n{burst}", table::render(&files)),
        None => table::render(&files),
    }
}

/// The files that were sent beside each other, in one line.
fn burst(played: &Played<'_>) -> Option<String> {
    let files: Vec<_> = played.files.iter().filter(|file| file.of_burst).collect();
    let slowest = files.iter().filter_map(|file| until_notice(file, played)).max()?;
    let ended = |state| {
        let ended = files.iter().filter(|file| file.record.as_ref().is_some_and(|record| record.state == state));
        format!("{} {state}", ended.count())
    };
    let rows = files.iter().filter_map(|file| file.record.as_ref()?.rows).map(|rows| rows.read).sum();
    Some(format!(
        "  and {} in a burst: {}, {}; {} rows; the last notice after {}",
        files.len(),
        ended(FileState::Available),
        ended(FileState::Rejected),
        human::count(rows),
        human::duration(slowest)
    ))
}

fn notices(played: &Played<'_>) -> String {
    let mut lines = Vec::new();
    for user in &USERS {
        lines.push(format!(
            "  {} {}",
            paint(style::COMMAND, user.name),
            paint(style::DIM, format!("({})", user.wants))
        ));
        let own = played.notices.iter().filter(|notice| notice.user == user.name);
        let (of_burst, single): (Vec<_>, Vec<_>) = own.partition(|notice| is_of_burst(notice, &played.files));
        lines.extend(single.iter().map(|notice| format!("    {}", notice.subject)));
        if !of_burst.is_empty() {
            lines.push(format!("    and {} about the burst", human::counted(of_burst.len() as u64, "notice")));
        } else if single.is_empty() {
            lines.push("    nothing".to_owned());
        }
    }
    lines.join("\n")
}

/// The notice of a rejection in full: what a sender can act on.
fn letter(played: &Played<'_>) -> Option<String> {
    let rejected = FileState::Rejected;
    let notice = played
        .notices
        .iter()
        .filter(|notice| notice.user == SENDER)
        .find(|notice| subject_of(notice, &played.files).is_some_and(|(delivery, _)| delivery.state == rejected))?;
    let heading = paint(style::STRONG, format!("What {} reads about its rejected file", notice.user));
    Some(format!("\n{heading}\n{}", human::wrap(&without_repeats(&notice.text), "  │ ", table::terminal_width())))
}

/// The text with no more than a few items of each list in it.
fn without_repeats(text: &str) -> String {
    let mut lines = Vec::new();
    let mut items = 0;
    for line in text.lines() {
        if line.starts_with("- ") {
            items += 1;
        } else {
            if items > ITEMS {
                lines.push(format!("- … and {} more", items - ITEMS));
            }
            items = 0;
        }
        if items <= ITEMS {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n")
}

/// What to do next when everything has been taken down.
pub(super) fn afterwards() -> String {
    let command = |text: &str| format!("  {}", paint(style::COMMAND, text));
    [
        "\nGo on:".to_owned(),
        command("atalaya demo --stay      keeps it up: a console in the browser, `atalaya alarms list` …"),
        command("atalaya check crates/cli/demo/files/acme-orders.csv \\"),
        command("    --contract crates/cli/demo/contracts/orders.odcs.yaml"),
        "  contracts to copy from: crates/cli/demo/contracts/".to_owned(),
        paint(style::DIM, "  (`atalaya` is target/release/atalaya, or `cargo run --release --`)"),
    ]
    .join("\n")
}

/// What to do while it stays up.
pub(super) fn stay(running: &LocalAws, played: &Played<'_>) -> String {
    let mut commands = vec!["atalaya files".to_owned()];
    let rejected = played.files.iter().find(|file| file.delivery.state == FileState::Rejected);
    if let Some(file) = rejected {
        let id = file.file_id.short();
        commands.extend([format!("atalaya file {id}"), format!("atalaya rejects {id}")]);
    }
    commands.push("atalaya upload crates/cli/demo/files/acme-orders.csv --dataset orders --wait".to_owned());
    commands.extend(["atalaya alarms list", "atalaya dashboard render overview"].map(str::to_owned));
    format!(
        "\nIt stays up.\n\n{}\n\n{}\n{}",
        local::console(running.console_url()),
        local::try_these(running, &commands),
        paint(style::DIM, "\nCtrl-C, or `atalaya local down` in another terminal, ends it.")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_in_a_letter_are_cut() {
        let text = "faults:\n- a\n- b\n- c\n- d\n- e\nend\n- z";
        assert_eq!(without_repeats(text), "faults:\n- a\n- b\n- c\n- … and 2 more\nend\n- z");
    }
}
