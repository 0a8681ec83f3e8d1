//! `atalaya file`: the whole story of one file.

use atalaya_cloud::ledger::{BrowseFiles, NoticeRecord};
use atalaya_cloud::{ExecutionSummary, FileRecord, Found as _, StepFunctions};
use atalaya_contract::inert;
use serde_json::json;

use crate::args::{FileArgs, GlobalArgs};
use crate::connect::{self, Stack};
use crate::{reject, story};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// How many files a prefix that is too short names.
const NAMESAKES: usize = 5;

/// Finds the file and tells everything that is known about it.
pub(crate) async fn run(args: &FileArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let stack = Stack::find(global, output).await?;
    let record = find(&stack.ledger, &args.id).await?;
    let notices = stack.ledger.notices(&record.file.file_id).await.map_err(connect::cloud)?;
    let execution = execution(&stack, &record).await?;
    if output.is_json() {
        let mut answer = json!(record);
        answer["notices"] = json!(notices);
        answer["execution"] = json!(execution);
        output.answer(&answer)?;
        return Ok(Verdict::Fine);
    }
    output.line(page(&record, execution.as_ref(), &notices))?;
    Ok(Verdict::Fine)
}

/// The one file whose id begins with `prefix`.
pub(crate) async fn find(ledger: &impl BrowseFiles, prefix: &str) -> Result<FileRecord, Failure> {
    let wanted = prefix.trim().to_ascii_lowercase();
    if wanted.is_empty() || !wanted.chars().all(|c| c.is_ascii_hexdigit()) || wanted.len() > 32 {
        return Err(Failure::usage(format!("{} is no file id: an id is 32 hexadecimal digits", inert::code(prefix)))
            .hint("`atalaya files` lists the files with their ids"));
    }
    let mut found = ledger.find(&wanted, NAMESAKES + 1).await.map_err(connect::cloud)?;
    match (found.pop(), found.is_empty()) {
        (Some(record), true) => Ok(record),
        (None, _) => Err(Failure::not_found(format!("no file's id begins with {wanted}"))
            .hint("`atalaya files` lists the files; a file that was sent a moment ago may not have arrived yet")),
        (Some(last), false) => {
            found.push(last);
            let names: Vec<_> = found
                .iter()
                .take(NAMESAKES)
                .map(|record| format!("{} ({})", record.file.file_id, inert::name(&record.file.key)))
                .collect();
            Err(Failure::usage(format!("several files' ids begin with {wanted}"))
                .hint(format!("type more of it: {}", names.join(", "))))
        }
    }
}

/// The execution, unless Step Functions has forgotten it.
async fn execution(stack: &Stack, record: &FileRecord) -> Result<Option<ExecutionSummary>, Failure> {
    let Some(arn) = &record.execution_arn else { return Ok(None) };
    StepFunctions::new(&stack.sdk, "").describe(arn).await.if_found().map_err(connect::cloud)
}

fn page(record: &FileRecord, execution: Option<&ExecutionSummary>, notices: &[NoticeRecord]) -> String {
    let mut lines = vec![story::headline(record)];
    lines.extend(facts(record, execution));
    if !record.rejects.is_empty() {
        lines.extend([String::new(), reject::summary_table(&record.rejects), String::new()]);
        lines.extend(reject::first_of_each_kind(&record.first_rejects).into_iter().take(3).map(reject::in_words));
        let id = record.file.file_id.short();
        let all = || paint(style::DIM, format!("  all of them: atalaya rejects {id}"));
        lines.push(story::expired_samples(record).unwrap_or_else(all));
    }
    lines.extend(record.warnings.iter().map(|words| story::warning(words)));
    lines.extend([String::new(), paint(style::STRONG, "  Timeline (UTC)")]);
    lines.extend(way(record));
    lines.extend([String::new(), paint(style::STRONG, "  Notices")]);
    if notices.is_empty() {
        lines.push("    none published yet".to_owned());
    }
    lines.extend(notices.iter().map(notice));
    if notices.iter().any(|notice| notice.sent_at.is_some()) {
        lines.push(paint(
            style::DIM,
            "    on the topic data-users; `atalaya doctor` says whether anybody is subscribed",
        ));
    }
    lines.join("\n")
}

/// Name and value of what is known, aligned.
fn facts(record: &FileRecord, execution: Option<&ExecutionSummary>) -> Vec<String> {
    let file = &record.file;
    let mut facts = vec![
        ("id", file.file_id.to_string()),
        ("object", inert::name(&format!("s3://{}/{}", file.bucket, file.key)).to_string()),
        ("", format!("{}, version {}", human::bytes(file.size), inert::name(&file.version_id))),
    ];
    if let Some(dataset) = &record.dataset {
        facts.push(("dataset", inert::name(dataset).to_string()));
    }
    if let Some(contract) = &record.contract {
        let (id, version, key) =
            (inert::name(&contract.id), inert::name(&contract.version), inert::name(&contract.key));
        facts.push(("contract", format!("{id} {version} ({key})")));
        facts.push(("", format!("version {} of the object", inert::name(&contract.version_id))));
    }
    if let Some(rows) = record.rows {
        facts.push(("rows", story::balance(rows)));
    }
    facts.extend(story::skipped(record.skipped).map(|skipped| ("", skipped)));
    if let Some(outputs) = &record.outputs {
        facts.extend(outputs.parquet.iter().map(|address| ("parquet", inert::name(address).to_string())));
        facts.extend(outputs.rejects.iter().map(|address| ("rejects", inert::name(address).to_string())));
    }
    if let Some(sha256) = &record.sha256 {
        facts.push(("sha-256", sha256.clone()));
    }
    if let Some(first) = &record.duplicate_of {
        facts.push((
            "same as",
            format!("{} (file {}), {}", inert::name(&first.key), first.file_id.short(), first.state),
        ));
    }
    if let Some(reason) = &record.reason {
        facts.push(("reason", reject::sentence(reason).to_string()));
    }
    if let Some(error) = &record.error {
        facts.push(("error", story::failure(error)));
    }
    if let Some(arn) = &record.execution_arn {
        facts.push(("run", arn.clone()));
    }
    if let Some(execution) = execution {
        facts.push(("", execution.status.to_lowercase()));
    }
    let width = table::terminal_width();
    let line = |(name, value): (&str, String)| {
        let value = human::wrap(&value, "            ", width);
        format!("  {} {}", paint(style::DIM, format!("{name:<9}")), value.trim_start())
    };
    facts.into_iter().map(line).collect()
}

/// One line a state, with the time since the object was created.
fn way(record: &FileRecord) -> Vec<String> {
    let created = record.file.created_at;
    let mut lines = vec![format!("    {}  created", human::time(created))];
    lines.extend(record.history.iter().map(|step| {
        let attempt = if step.attempt > 1 { format!(", attempt {}", step.attempt) } else { String::new() };
        let note = step.note.as_deref().map(|note| format!(": {}", reject::sentence(note))).unwrap_or_default();
        let after = paint(style::DIM, format!("+{}", human::elapsed(created, step.at)));
        format!("    {}  {:<10}  {after}{attempt}{note}", human::time(step.at), step.state)
    }));
    lines
}

fn notice(notice: &NoticeRecord) -> String {
    let when = match notice.sent_at {
        Some(at) => format!("published at {}", human::time(at)),
        None => format!("being published since {}", human::time(notice.claimed_at)),
    };
    let subject = inert::text(notice.subject.as_deref().unwrap_or(&notice.event));
    let event = paint(style::DIM, format!("event {}", inert::name(&notice.event_id)));
    format!("    {when}  {subject}\n      {event}")
}

#[cfg(test)]
mod tests {
    use atalaya_cloud::MemoryLedger;
    use atalaya_cloud::ledger::ClaimFiles as _;
    use atalaya_contract::{FileId, FileRef};
    use jiff::Timestamp;

    use super::*;
    use crate::hostile::stays_in_its_line;

    async fn ledger(ids: &[&str]) -> MemoryLedger {
        let at: Timestamp = "2026-05-04T10:00:00Z".parse().expect("a time");
        let ledger = MemoryLedger::default();
        for id in ids {
            let file = FileRef {
                file_id: FileId::from((*id).to_owned()),
                bucket: "inbox".to_owned(),
                key: format!("{id}.csv"),
                version_id: "1".to_owned(),
                size: 1,
                created_at: at,
            };
            ledger.claim(&FileRecord::unroutable(file, "nobody's", "arn", at)).await.expect("claimed");
        }
        ledger
    }

    #[tokio::test]
    async fn a_unique_start_of_an_id_suffices() {
        let ledger = ledger(&["3f9a0000000000000000000000000001", "3f000000000000000000000000000002"]).await;
        let found = find(&ledger, " 3F9A").await.expect("one begins so");
        assert_eq!(found.file.file_id.as_str(), "3f9a0000000000000000000000000001");
        for (prefix, expected) in
            [("3f", "several files' ids begin"), ("77", "no file's id begins"), ("xyz", "is no file id"), ("", "is no")]
        {
            let Err(Failure::Told(told)) = find(&ledger, prefix).await else { panic!("{prefix} names one file") };
            assert!(told.message().contains(expected), "{}", told.message());
        }
    }

    #[tokio::test]
    async fn the_page_tells_the_reason_and_the_way() {
        let ledger = ledger(&["3f9a0000000000000000000000000001"]).await;
        let record = find(&ledger, "3f9a").await.expect("is there");
        let text = page(&record, None, &[]);
        for part in
            ["nobody's", "s3://inbox/3f9a", "created", "2026-05-04 10:00:00", "Timeline (UTC)", "none published yet"]
        {
            assert!(text.contains(part), "{part} is missing:\n{text}");
        }
    }

    #[tokio::test]
    async fn a_notice_is_published_and_may_have_reached_nobody() {
        let ledger = ledger(&["3f9a0000000000000000000000000001"]).await;
        let record = find(&ledger, "3f9a").await.expect("is there");
        let notice = NoticeRecord {
            file_id: record.file.file_id.clone(),
            event_id: "e".to_owned(),
            event: "FileUnroutable".to_owned(),
            delivery: atalaya_cloud::ledger::NoticeState::Sent,
            owner: "o".to_owned(),
            claimed_at: record.received_at,
            lease_until: record.received_at,
            sent_at: Some(record.received_at),
            message_id: None,
            subject: None,
            text: None,
        };
        let text = page(&record, None, &[notice]);
        assert!(text.contains("published at ") && text.contains("`atalaya doctor` says whether"), "{text}");
        assert!(!text.contains("told at"), "{text}");
    }

    #[tokio::test]
    async fn nothing_in_a_record_adds_a_line_to_its_page() {
        let ledger = ledger(&["3f9a0000000000000000000000000001"]).await;
        let found = find(&ledger, "3f9a").await.expect("is there");
        stays_in_its_line(|given| {
            let record = story::tests::with_everywhere(&found, given);
            let notice = NoticeRecord {
                file_id: record.file.file_id.clone(),
                event_id: given.to_owned(),
                event: given.to_owned(),
                delivery: atalaya_cloud::ledger::NoticeState::Sent,
                owner: given.to_owned(),
                claimed_at: record.received_at,
                lease_until: record.received_at,
                sent_at: None,
                message_id: None,
                subject: Some(given.to_owned()),
                text: None,
            };
            format!("{}\n{}", page(&record, None, &[notice]), story::consequences(&record))
        });
    }
}
