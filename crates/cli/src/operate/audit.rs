//! `atalaya audit`: who did what, when and why.

use atalaya_cloud::ledger::{KeepAudit as _, Operation};
use atalaya_contract::inert;
use serde_json::json;

use crate::args::{AuditArgs, GlobalArgs};
use crate::connect::{self, Stack};
use crate::reject::sentence;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// Lists the last operations.
pub(crate) async fn run(args: &AuditArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let stack = Stack::find(global, output).await?;
    let operations = stack.ledger.operations(args.limit).await.map_err(connect::cloud)?;
    output.answer(&json!({ "operations": operations }))?;
    if operations.is_empty() {
        output.line("nobody has changed anything by command yet")?;
    }
    let width = table::terminal_width();
    for operation in &operations {
        output.line(told(operation, width))?;
    }
    Ok(Verdict::Fine)
}

/// When, what and how it ended in one line; by whom and why below.
fn told(operation: &Operation, width: Option<usize>) -> String {
    let done = format!("{} of {}", human::count(operation.done), human::count(operation.planned));
    let end = match (&operation.ended_at, &operation.outcome) {
        (Some(at), outcome) => {
            let took = human::elapsed(operation.at, *at);
            format!("{done} in {took}: {}", sentence(outcome.as_deref().unwrap_or("done")))
        }
        (None, _) => format!(
            "{} ({} planned)",
            paint(style::WARN, "no end is known: it runs, or was killed"),
            human::count(operation.planned)
        ),
    };
    let mut lines =
        vec![format!("{}  {}", human::time(operation.at), paint(style::STRONG, inert::text(&operation.command)))];
    if !operation.command.contains(&operation.subject) {
        lines.push(human::wrap(&inert::text(&operation.subject).to_string(), "    ", width));
    }
    lines.push(human::wrap(&end, "    ", width));
    let why = operation.reason.as_ref().map(|reason| format!(": {}", inert::text(reason))).unwrap_or_default();
    lines.push(paint(style::DIM, human::wrap(&format!("by {}{why}", inert::name(&operation.by)), "    ", width)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn an_operation_tells_who_why_and_how_it_ended() {
        let at = atalaya_cloud::testing::at(0);
        let mut operation = Operation {
            id: "1".to_owned(),
            command: "redrive --failed".to_owned(),
            by: "arn:aws:iam::1:user/ana".to_owned(),
            at,
            reason: Some("bad release".to_owned()),
            subject: "failed files".to_owned(),
            planned: 500,
            done: 0,
            ended_at: None,
            outcome: None,
        };
        assert!(told(&operation, Some(80)).contains("no end is known"));
        operation.done = 500;
        operation.ended_at = Some(at + SignedDuration::from_secs(12));
        operation.outcome = Some("done".to_owned());
        let text = told(&operation, Some(80));
        for part in [
            "redrive --failed",
            "    failed files\n",
            "500 of 500 in 12.0 s: done",
            "user/ana: bad release",
            "2026-03-01 00:00:00",
        ] {
            assert!(text.contains(part), "`{part}` is missing:\n{text}");
        }
    }

    #[test]
    fn nothing_in_an_operation_adds_a_line() {
        let at = atalaya_cloud::testing::at(0);
        crate::hostile::stays_in_its_line(|given| {
            let operation = Operation {
                id: "1".to_owned(),
                command: given.to_owned(),
                by: given.to_owned(),
                at,
                reason: Some(given.to_owned()),
                subject: given.to_owned(),
                planned: 1,
                done: 1,
                ended_at: Some(at),
                outcome: Some(given.to_owned()),
            };
            told(&operation, None)
        });
    }
}
