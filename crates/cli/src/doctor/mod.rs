//! `atalaya doctor`: what runs, beside what was deployed; and what was changed, put back.

mod access;
mod blueprint;
mod calls;
mod check;
mod concurrency;
mod deployed;
mod expected;
mod feeds;
mod functions;
mod grant;
mod people;
mod permissions;
mod protection;
mod repair;
mod report;
mod rules;
mod statements;
mod watching;
mod wiring;

use jiff::Timestamp;
use serde_json::json;

use crate::args::{DoctorArgs, GlobalArgs};
use crate::connect::{self, Stack, Watching};
use crate::operate::frame::{Decision, Frame};
use crate::operate::run::Desk;
use crate::operate::summary::Proposal;
use crate::operate::work::Control;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::human;
use atalaya_terminal::output::Output;

use blueprint::Blueprint;
use check::{Check, Result as Found};
use deployed::Deployed;

/// Looks at everything, and with `--fix` puts back what can be put back.
pub(crate) async fn run(args: &DoctorArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let (stack, watching) = connect::everything(global, output).await?;
    let checks = look(&stack, &watching).await;
    if args.fix {
        return fix(args, &stack, &watching, checks, output).await;
    }
    let wrong = checks.iter().filter(|check| check.result == Found::Wrong).count();
    output.answer(&json!({ "wrong": wrong, "checks": checks }))?;
    if !output.is_json() {
        output.line(report::page(&checks))?;
    }
    Ok(if wrong > 0 { Verdict::Negative } else { Verdict::Fine })
}

/// Every check, in the order of the page.
async fn look(stack: &Stack, watching: &Watching) -> Vec<Check> {
    let now = Timestamp::now();
    let deployed = Deployed::read(&stack.sdk, stack.names.stack()).await;
    // Where the stack does not tell, what follows from names alone is still compared.
    let known = match &deployed {
        Ok(deployed) => deployed.clone(),
        Err(_) => Deployed::default(),
    };
    let (access, functions, wiring, permissions, people, watching, feeds) = tokio::join!(
        access::look(stack, watching, &deployed, now),
        functions::look(stack, &known),
        wiring::look(stack, &known),
        async { permissions::look(stack, &Blueprint::read(stack, &known).await).await },
        people::look(stack),
        watching::look(watching, stack.names.stack()),
        feeds::look(stack, &known, now),
    );
    [access, functions, wiring, permissions, people, watching, feeds].concat()
}

/// Puts back what can be put back. What else is wrong is told, and is not this command's to answer for.
async fn fix(
    args: &DoctorArgs,
    stack: &Stack,
    watching: &Watching,
    checks: Vec<Check>,
    output: &mut Output,
) -> Result<Verdict, Failure> {
    let others = checks.iter().filter(|check| check.result == Found::Wrong && check.repairs.is_empty());
    let others: Vec<_> = others.map(|check| format!("{}: {}", check.subject, check.says)).collect();
    let mut notes = Vec::new();
    if !others.is_empty() {
        let count = human::counted(others.len() as u64, "other thing");
        notes.push(format!("{count} cannot be put back from here; `atalaya doctor` says what to do:"));
        notes.extend(others.iter().map(|other| format!("- {other}")));
    }
    let targets: Vec<_> = checks.into_iter().flat_map(|check| check.repairs).map(repair::Repair::target).collect();
    let proposal = Proposal {
        command: "doctor --fix".to_owned(),
        subject: format!("the configuration of {}", stack.names.stack()),
        reason: None,
        noun: "setting",
        verb: "put back",
        notes,
    };
    let mut frame = Frame::new(output, args.care, proposal);
    if let Decision::End(verdict) = frame.decide(&targets, "Nothing differs from what was deployed.")? {
        return Ok(verdict);
    }
    let desk = Desk::of(stack).await;
    let make = async |repair: &repair::Repair| repair.make(stack, watching).await;
    let worked = frame.work(&desk.ledger, &desk.by, targets, &Control::default(), make).await?;
    frame.tell(&worked, json!({ "not_repairable": others }))?;
    Ok(Verdict::Fine)
}
