//! `atalaya files`: what has arrived, newest first, or as it arrives.

use std::collections::HashMap;
use std::time::Duration;

use atalaya_cloud::FileRecord;
use atalaya_cloud::ledger::{BrowseFiles, FileQuery};
use atalaya_contract::{FileId, FileState, inert};
use comfy_table::Cell;
use jiff::Timestamp;

use crate::args::{FilesArgs, GlobalArgs};
use crate::connect::{self, Stack};
use crate::state_cell::state_cell;
use crate::{interrupt, story};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// How often `--watch` looks.
const LOOK_EVERY: Duration = Duration::from_millis(700);

/// Most characters of why a file ended as it did; `atalaya file` shows all.
const WHY: usize = 300;

/// Lists, or follows.
pub(crate) async fn run(args: &FilesArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let stack = Stack::find(global, output).await?;
    if args.watch {
        return tokio::select! {
            () = interrupt::asked_to_stop() => Err(Failure::Interrupted),
            followed = follow(&stack.ledger, args, output) => followed,
        };
    }
    let records = stack.ledger.list(&query(args)).await.map_err(connect::cloud)?;
    output.answer(&serde_json::json!({ "files": records }))?;
    if records.is_empty() {
        output.line(nothing(args))?;
    } else if !output.is_json() {
        output.line(match args.long {
            true => long_listing(&records, Timestamp::now()),
            false => listing(&records, Timestamp::now()),
        })?;
        if records.len() == args.limit {
            output.line(paint(style::DIM, "there may be more: --limit N shows them"))?;
        }
    }
    Ok(Verdict::Fine)
}

fn query(args: &FilesArgs) -> FileQuery {
    FileQuery { state: args.status, dataset: args.dataset.clone(), since: None, limit: args.limit }
}

fn nothing(args: &FilesArgs) -> String {
    let mut what = "no files".to_owned();
    if let Some(state) = args.status {
        what = format!("no {state} files");
    }
    if let Some(dataset) = &args.dataset {
        what = format!("{what} of {}", inert::name(dataset));
    }
    format!("{what} in the ledger; send one with `atalaya upload FILE`")
}

fn listing(records: &[FileRecord], now: Timestamp) -> String {
    if records.iter().all(|record| story::why(record).is_some()) {
        return listing_with_reasons(records, now);
    }
    let mut listing = table::new(["file", "state", "dataset", "key", "rows", "rejected", "arrived"]);
    for record in records {
        let rows = record.rows;
        listing.add_row([
            Cell::new(record.file.file_id.short()),
            state_cell(record.state),
            table::cell(record.dataset.as_deref().unwrap_or("–")),
            table::cell(&record.file.key),
            Cell::new(rows.map_or_else(|| "–".to_owned(), |rows| human::count(rows.read))),
            Cell::new(rows.map_or_else(|| "–".to_owned(), |rows| human::count(rows.rejected))),
            Cell::new(human::ago(record.file.created_at, now)),
        ]);
    }
    if let Some(key) = listing.column_mut(3) {
        key.set_delimiter('/');
    }
    table::right_align(&mut listing, &[4, 5, 6]);
    table::render(&listing)
}

/// How large each file is and how long it took, for whoever looks for the slow ones.
fn long_listing(records: &[FileRecord], now: Timestamp) -> String {
    let mut listing = table::new(["file", "state", "dataset", "key", "size", "took", "arrived"]);
    for record in records {
        let file = &record.file;
        let took = record.ended_at.map(|ended| human::duration(human::between(file.created_at, ended)));
        listing.add_row([
            Cell::new(file.file_id.short()),
            state_cell(record.state),
            table::cell(record.dataset.as_deref().unwrap_or("–")),
            table::cell(&file.key),
            Cell::new(human::bytes(file.size)),
            Cell::new(took.as_deref().unwrap_or("–")),
            Cell::new(human::ago(file.created_at, now)),
        ]);
    }
    if let Some(key) = listing.column_mut(3) {
        key.set_delimiter('/');
    }
    table::right_align(&mut listing, &[4, 5, 6]);
    table::render(&listing)
}

/// Files without rows: what is to be known of them is why.
fn listing_with_reasons(records: &[FileRecord], now: Timestamp) -> String {
    let mut listing = table::new(["file", "state", "key", "why", "arrived"]);
    for record in records {
        listing.add_row([
            Cell::new(record.file.file_id.short()),
            state_cell(record.state),
            table::cell(&record.file.key),
            Cell::new(human::shorten(&story::why(record).unwrap_or_default(), WHY)),
            Cell::new(human::ago(record.file.created_at, now)),
        ]);
    }
    if let Some(key) = listing.column_mut(2) {
        key.set_delimiter('/');
    }
    table::right_align(&mut listing, &[4]);
    table::render(&listing)
}

/// Prints every change of state until it is stopped.
async fn follow(ledger: &impl BrowseFiles, args: &FilesArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let mut seen: HashMap<FileId, FileState> = HashMap::new();
    // What lies there already is where the story begins, and is told once.
    loop {
        let mut records = ledger.list(&query(args)).await.map_err(connect::cloud)?;
        records.reverse();
        for record in records {
            let before = seen.insert(record.file.file_id.clone(), record.state);
            if before != Some(record.state) {
                tell(&record, output)?;
            }
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn tell(record: &FileRecord, output: &mut Output) -> Result<(), Failure> {
    output.answer(record)?;
    let at = record.history.last().map_or(record.received_at, |last| last.at);
    let rows = record.rows.map(|rows| format!("  {}", story::balance(rows))).unwrap_or_default();
    let time = paint(style::DIM, human::time(at));
    output.line(format!("{time}  {}{rows}", story::headline(record)))
}

#[cfg(test)]
mod tests {
    use atalaya_contract::{Counts, FailureNote, FileRef};

    use super::*;

    #[test]
    fn the_listing_has_a_line_for_each_file_and_fits_a_page() {
        let at: Timestamp = "2026-05-04T10:00:00Z".parse().expect("a time");
        let file = |key: &str| FileRef {
            file_id: FileId::new("inbox", key, "1"),
            bucket: "inbox".to_owned(),
            key: key.to_owned(),
            version_id: "1".to_owned(),
            size: 9,
            created_at: at,
        };
        let mut record = FileRecord::unroutable(file("flights/2013.csv"), "nobody's", "arn", at);
        record.state = FileState::Available;
        record.dataset = Some("flights".to_owned());
        record.rows = Some(Counts { read: 336_776, accepted: 336_772, rejected: 4 });
        let text = listing(&[record.clone(), record], at + jiff::SignedDuration::from_secs(75));
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        for word in ["available", "flights/2013.csv", "336,776", "1 min ago"] {
            assert!(lines[1].contains(word), "{text}");
        }
        assert!(lines.iter().all(|line| line.chars().count() <= 80), "{text}");
    }

    #[test]
    fn the_listing_says_why_where_files_failed_or_nobody_claims_them() {
        let mut record = atalaya_cloud::testing::received("orders", "orders/a.csv", 1_780_000_000);
        record.reason = Some("no contract claims it; the nearest is flights".to_owned());
        record.error = Some(FailureNote { kind: "NoSuchBucket".to_owned(), message: "there is none".to_owned() });
        for (state, why) in [
            (FileState::Unroutable, "no contract claims it; the nearest is flights"),
            (FileState::Failed, "there is none (NoSuchBucket)"),
        ] {
            record.state = state;
            let text = listing(std::slice::from_ref(&record), record.received_at);
            // A narrow table breaks words onto lines of their own.
            let found = why.split(' ').all(|word| text.contains(word));
            assert!(found && text.contains("why"), "{why}:\n{text}");
        }
    }

    #[test]
    fn the_long_listing_says_how_large_files_are_and_how_long_they_took() {
        let mut record = atalaya_cloud::testing::received("orders", "orders/a.csv", 1_780_000_000);
        record.file.size = 2_000_000;
        record.ended_at = Some(record.file.created_at + jiff::SignedDuration::from_secs(95));
        let now = record.file.created_at + jiff::SignedDuration::from_hours(2);
        let text = long_listing(&[record.clone(), FileRecord { ended_at: None, ..record.clone() }], now);
        let lines: Vec<_> = text.lines().collect();
        for part in [human::bytes(2_000_000), human::duration(std::time::Duration::from_secs(95))] {
            assert!(lines[1].contains(&part), "`{part}` is missing:\n{text}");
        }
        assert!(lines[2].contains('–'), "it has not ended:\n{text}");
    }

    #[test]
    fn nothing_in_a_record_adds_a_line_to_the_listing() {
        let mut record = atalaya_cloud::testing::received("orders", "orders/a.csv", 1_780_000_000);
        for state in [FileState::Received, FileState::Failed, FileState::Unroutable] {
            record.state = state;
            crate::hostile::stays_in_its_line(|given| {
                let records = [story::tests::with_everywhere(&record, given)];
                format!("{}\n{}", listing(&records, record.received_at), long_listing(&records, record.received_at))
            });
        }
    }
}
