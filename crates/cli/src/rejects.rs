//! `atalaya rejects`: what is wrong with a file, from the list that was written beside its outputs.

use std::io::Write as _;
use std::path::Path;

use atalaya_cloud::FileRecord;
use atalaya_cloud::objects::ObjectLines;
use atalaya_contract::{FileState, Reject, inert};
use comfy_table::Cell;
use serde_json::json;

use crate::args::{GlobalArgs, RejectsArgs};
use crate::connect::{self, Stack};
use crate::reject::{KINDS, fault, sentence, summary_table};
use crate::{file, story};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// Finds the file, and shows or downloads its rejects.
pub(crate) async fn run(args: &RejectsArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let stack = Stack::find(global, output).await?;
    let record = file::find(&stack.ledger, &args.id).await?;
    let Some(address) = record.outputs.as_ref().and_then(|outputs| outputs.rejects.clone()) else {
        output.answer(&json!({ "file_id": record.file.file_id, "rejects": [], "complete": true }))?;
        output.line(nothing(&record))?;
        return Ok(Verdict::Fine);
    };
    let mut lines = ObjectLines::open(&stack.objects, &address).await.map_err(connect::cloud)?;
    if let Some(path) = &args.out {
        return download(&mut lines, path, &address, output).await;
    }
    let mut rejects = Vec::new();
    let mut complete = true;
    while let Some(line) = lines.next().await.map_err(connect::cloud)? {
        if rejects.len() == args.limit {
            complete = false;
            break;
        }
        rejects.push(parse(&line, &address)?);
    }
    output.answer(&json!({
        "file_id": record.file.file_id, "source": address, "kinds": record.rejects, "rejects": rejects,
        "complete": complete,
    }))?;
    if output.is_json() {
        return Ok(Verdict::Fine);
    }
    output.line(page(&record, &rejects))?;
    if !complete {
        let id = record.file.file_id.short();
        output.line(paint(style::DIM, format!("  there are more: atalaya rejects {id} --limit N, or --out FILE")))?;
    }
    Ok(Verdict::Fine)
}

fn nothing(record: &FileRecord) -> String {
    let why = match record.state {
        FileState::Received | FileState::Processing => "it is still on its way",
        FileState::Duplicate => "it is a duplicate and was not judged again",
        FileState::Unroutable => "no contract claims it, so it was not judged",
        FileState::Failed => "the pipeline failed before it was judged to its end",
        FileState::Discarded => "it was discarded before its rows were judged",
        FileState::Available | FileState::Rejected => "every row satisfies the contract",
    };
    format!("{}\n  no rejects: {why}", story::headline(record))
}

fn parse(line: &[u8], address: &str) -> Result<Reject, Failure> {
    serde_json::from_slice(line).map_err(|error| {
        Failure::unreachable(format!("{} holds a line that is no reject: {error}", inert::name(address)))
            .hint("it was written by another program or another version of Atalaya; --out FILE downloads it")
    })
}

/// How often there is what, most frequent first, and then cell by cell.
fn page(record: &FileRecord, rejects: &[Reject]) -> String {
    let mut kinds = record.rejects.clone();
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.count));
    let mut parts = vec![story::headline(record)];
    if !kinds.is_empty() {
        parts.extend([String::new(), summary_table(&kinds)]);
        if kinds.len() > KINDS {
            parts.push(format!("  … and {} more kinds", kinds.len() - KINDS));
        }
        parts.push(String::new());
    }
    parts.push(listing(rejects));
    parts.join("\n")
}

fn listing(rejects: &[Reject]) -> String {
    let mut listing = table::new(["row", "line", "column", "rule", "what is wrong"]);
    for reject in rejects {
        let number = |number: Option<u64>| number.map_or_else(|| "–".to_owned(), human::count);
        let hint = reject.hint.as_deref().map(|hint| format!("\n{}", sentence(hint))).unwrap_or_default();
        listing.add_row([
            Cell::new(number(reject.row)),
            Cell::new(number(reject.line)),
            table::cell(reject.column.as_deref().unwrap_or("–")),
            table::cell(reject.rule.as_deref().unwrap_or(&reject.code)),
            Cell::new(format!("{}{hint}", fault(reject))),
        ]);
    }
    table::right_align(&mut listing, &[0, 1]);
    table::render(&listing)
}

/// Writes the whole list into a file, as it lies in the bucket.
async fn download(
    lines: &mut ObjectLines,
    path: &Path,
    address: &str,
    output: &mut Output,
) -> Result<Verdict, Failure> {
    let cannot = |error: std::io::Error| Failure::unreadable(format!("cannot write {}: {error}", path.display()));
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).map_err(cannot)?);
    let mut count = 0_u64;
    while let Some(line) = lines.next().await.map_err(connect::cloud)? {
        file.write_all(&line).and_then(|()| file.write_all(b"\n")).map_err(cannot)?;
        count += 1;
    }
    file.flush().map_err(cannot)?;
    output.answer(&json!({ "file": path.display().to_string(), "source": address, "count": count }))?;
    output.line(format!("{} {} in {}", paint(style::GOOD, "✓"), human::counted(count, "reject"), path.display()))?;
    Ok(Verdict::Fine)
}

#[cfg(test)]
mod tests {
    use atalaya_contract::RejectSummary;

    use super::*;

    #[test]
    fn nothing_in_a_reject_adds_a_line_to_the_listing() {
        let record = atalaya_cloud::testing::received("orders", "orders/a.csv", 1_780_000_000);
        crate::hostile::stays_in_its_line(|given| {
            let record = story::tests::with_everywhere(&record, given);
            page(&record, &record.first_rejects)
        });
    }

    #[test]
    fn the_most_frequent_kind_comes_first() {
        let kind = |column: &str, count| RejectSummary {
            code: "type-error".to_owned(),
            column: Some(column.to_owned()),
            rule: None,
            count,
        };
        let mut record = atalaya_cloud::testing::received("orders", "orders/a.csv", 1_780_000_000);
        record.rejects = vec![kind("rare", 1), kind("frequent", 1200)];
        let text = page(&record, &[]);
        let at = |word: &str| text.find(word).unwrap_or_else(|| panic!("`{word}` is missing:\n{text}"));
        assert!(at("1,200") < at("rare") && at("frequent") < at("rare"), "{text}");
    }
}
