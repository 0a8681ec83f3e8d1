//! `atalaya status`: the whole pipeline on one screen.

mod changes;
mod gather;
mod screen;
mod snapshot;
mod verdict;

use std::io::IsTerminal as _;
use std::time::Duration;

use atalaya_contract::inert;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::args::{GlobalArgs, StatusArgs};
use crate::connect;
use crate::interrupt;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, output, table};

use changes::Facts;
use gather::Sources;
use snapshot::Snapshot;

/// How often a watcher looks.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// The width where no terminal says one.
const WIDTH: usize = 80;

/// Looks once, or again and again.
pub(crate) async fn run(args: &StatusArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let (stack, watching) = connect::everything(global, output).await?;
    let sources = Sources::new(stack, watching.cloudwatch());
    if args.watch {
        return tokio::select! {
            () = interrupt::asked_to_stop() => Err(Failure::Interrupted),
            watched = watch(&sources, output) => watched,
        };
    }
    let now = Timestamp::now();
    let seen = sources.look(now).await;
    let verdict = verdict::judge(&seen, now);
    output.answer(&document(&seen, &verdict, now))?;
    if !output.is_json() {
        output.line(screen::draw(&seen, &verdict, now, width()))?;
    }
    Ok(if verdict.wrong { Verdict::Negative } else { Verdict::Fine })
}

fn width() -> usize {
    table::terminal_width().unwrap_or(WIDTH).clamp(60, 160)
}

fn document(seen: &Snapshot, verdict: &verdict::Verdict, now: Timestamp) -> Value {
    let mut document = json!(seen);
    document["at"] = json!(now);
    document["verdict"] = json!(verdict);
    document
}

/// A terminal is drawn anew; a pipe gets a line for each change, a script a document for each look that brings one.
async fn watch(sources: &Sources, output: &mut Output) -> Result<Verdict, Failure> {
    let redraws = std::io::stdout().is_terminal() && !output.is_json();
    let mut before = Facts::new();
    loop {
        let now = Timestamp::now();
        let seen = sources.look(now).await;
        let verdict = verdict::judge(&seen, now);
        if redraws {
            let screen = screen::draw(&seen, &verdict, now, width());
            let foot =
                paint(style::DIM, format!("{} UTC, every {} s, Ctrl-C ends", human::time(now), LOOK_EVERY.as_secs()));
            output::redraw(&format!("{screen}\n{foot}"))?;
        } else {
            let facts = changes::facts(&seen, &verdict);
            let lines = changes::differences(&before, &facts);
            if !lines.is_empty() {
                output.answer(&document(&seen, &verdict, now))?;
            }
            for line in lines {
                output.line(format!("{}  {}", paint(style::DIM, human::time(now)), inert::sentence(&line)))?;
            }
            before = facts;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

#[cfg(test)]
mod tests;
