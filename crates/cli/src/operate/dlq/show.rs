//! `atalaya dlq show`.

use atalaya_contract::inert;
use jiff::Timestamp;
use serde_json::json;

use crate::args::{DeadLetterQueue, DlqShowArgs, GlobalArgs};
use crate::connect::Stack;
use crate::operate::summary::short;
use crate::reject::sentence;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

use super::letter::{self, Read};
use super::queue::{self, Letter};

/// Most characters of a line of a body: as many as a message of a queue can have.
const BODY_LINE: usize = 256 * 1024;

/// Looks into a queue and tells what its messages say.
pub(super) async fn run(args: &DlqShowArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let stack = Stack::find(global, output).await?;
    let letters = queue::look(&queue::dead_letters(&stack, args.queue).await?, args.limit).await?;
    let (name, now) = (args.queue.role(), Timestamp::now());
    let letters: Vec<_> = letters
        .into_iter()
        .take(args.limit)
        .map(|letter| {
            let read = letter::read(args.queue, &letter);
            (letter, read)
        })
        .collect();
    output.answer(&json!({ "queue": name, "messages": letters.iter().map(document).collect::<Vec<_>>() }))?;
    if letters.is_empty() {
        output.line(format!("the dead-letter queue of {name} is empty"))?;
        return Ok(Verdict::Fine);
    }
    for (letter, read) in &letters {
        output.line(told(letter, read, args.full, now))?;
    }
    output.line(format!("\n{}", what_next(args.queue, &letters)))?;
    Ok(Verdict::Fine)
}

fn document((letter, read): &(Letter, Read)) -> serde_json::Value {
    let mut document = json!(letter);
    document["says"] = json!(read.says);
    document["words"] = json!(read.says.words());
    document["readable"] = json!(read.says.is_readable());
    document["cause"] = json!(read.cause);
    document
}

fn told(letter: &Letter, read: &Read, full: bool, now: Timestamp) -> String {
    let width = table::terminal_width();
    let colour = if read.says.is_readable() { style::STRONG } else { style::WARN };
    let since = letter.sent_at.map(|at| format!("sent {}", human::ago(at, now))).unwrap_or_default();
    let words = human::wrap(&read.says.words(), "          ", width);
    let mut lines = vec![format!("{}  {}", inert::text(short(&letter.message_id)), paint(colour, words.trim_start()))];
    let received = human::counted(u64::from(letter.receives), "time");
    lines.push(paint(style::DIM, format!("          {since}, received {received}")));
    if let Some(cause) = &read.cause {
        lines.push(human::wrap(&format!("because: {}", sentence(cause)), "          ", width));
    }
    if full {
        lines.extend(letter.body.lines().map(|line| format!("          {}", inert::text(line).at_most(BODY_LINE))));
    }
    lines.join("\n")
}

/// What can be done with these messages.
fn what_next(queue: DeadLetterQueue, letters: &[(Letter, Read)]) -> String {
    let name = queue.role();
    let unreadable = letters.iter().filter(|(_, read)| !read.says.is_readable()).count();
    let mut lines = Vec::new();
    if unreadable < letters.len() {
        let command = paint(style::COMMAND, format!("atalaya dlq redrive {name}"));
        lines.push(format!("when the cause is gone: {command}"));
    }
    if unreadable > 0 {
        let command = paint(style::COMMAND, format!("atalaya dlq drop {name} --unreadable --reason …"));
        lines.push(format!("what cannot be understood: {command}"));
    }
    lines.join("\n")
}
