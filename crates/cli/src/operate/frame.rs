//! The frame of every command that changes something: say what will be touched, ask, work, tell what came of it.

use std::collections::BTreeMap;

use atalaya_cloud::CloudError;
use atalaya_cloud::ledger::KeepAudit;
use atalaya_contract::inert;
use serde_json::{Value, json};

use crate::args::CareArgs;
use crate::reject::sentence;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

use super::consent;
use super::summary::{self, Proposal};
use super::work::{self, Control, Fate, Step, Target, Worked};

/// How many of each kind are named in the end.
const NAMED: usize = 5;

/// What to do when nothing is left to be decided.
pub(crate) enum Decision {
    /// The operator agrees.
    Go,
    /// The command ends here; everything is said.
    End(Verdict),
}

/// One command's run.
pub(crate) struct Frame<'a> {
    pub(crate) output: &'a mut Output,
    care: CareArgs,
    pub(crate) proposal: Proposal,
}

impl<'a> Frame<'a> {
    /// Nothing is said yet.
    pub(crate) fn new(output: &'a mut Output, care: CareArgs, proposal: Proposal) -> Self {
        Self { output, care, proposal }
    }

    /// Whether nothing is to be changed.
    pub(crate) const fn is_dry_run(&self) -> bool {
        self.care.dry_run
    }

    /// Says what there is to know besides.
    pub(crate) fn say_notes(&mut self) -> Result<(), Failure> {
        for note in &self.proposal.notes {
            self.output.line(human::wrap(&sentence(note).to_string(), "  ", table::terminal_width()))?;
        }
        Ok(())
    }

    /// Tells what will be touched, and asks. `nothing` is what is said when there is nothing to do.
    ///
    /// # Errors
    /// Nobody can be asked, and nobody said `--yes`.
    pub(crate) fn decide<T>(&mut self, targets: &[Target<T>], nothing: &str) -> Result<Decision, Failure> {
        let items: Vec<_> = targets.iter().map(|target| target.item.clone()).collect();
        if items.is_empty() {
            self.output.answer(&self.document(&[], self.care.dry_run))?;
            self.output.line(sentence(nothing).to_string())?;
            self.say_notes()?;
            return Ok(Decision::End(Verdict::Fine));
        }
        self.output.line(summary::page(&self.proposal, &items))?;
        if self.care.dry_run {
            let planned: Vec<Value> = items.iter().map(|item| json!(item)).collect();
            self.output.answer(&self.document(&planned, true))?;
            self.output.line(paint(style::DIM, "\ndry run: nothing was changed"))?;
            return Ok(Decision::End(Verdict::Fine));
        }
        if self.output.is_json() && !self.care.yes {
            // Nobody says yes to what they have not seen.
            self.output.note(summary::page(&self.proposal, &items));
        }
        let question = format!("{}?", summary::headline(&self.proposal, items.len()));
        if self.care.yes || consent::ask(&question)? {
            return Ok(Decision::Go);
        }
        self.output.note("nothing was changed");
        Ok(Decision::End(Verdict::Negative))
    }

    /// Makes all changes.
    ///
    /// # Errors
    /// As [`work::carry_out`].
    pub(crate) async fn work<T>(
        &self,
        audit: &impl KeepAudit,
        by: &str,
        targets: Vec<Target<T>>,
        control: &Control,
        step: impl AsyncFn(&T) -> Result<Step, CloudError>,
    ) -> Result<Worked<T>, Failure> {
        work::carry_out(audit, &self.proposal, by, targets, control, step).await
    }

    /// Tells what came of it. `more` goes into the JSON document.
    ///
    /// # Errors
    /// The output cannot be written, Ctrl-C ended the work, or calls failed: exit code 3.
    pub(crate) fn tell<T>(&mut self, worked: &Worked<T>, more: Value) -> Result<(), Failure> {
        self.answer(worked, more)?;
        for line in lines(worked, self.proposal.noun) {
            self.output.line(line)?;
        }
        let untouched = worked.count(|fate| *fate == Fate::Untouched);
        if worked.interrupted && untouched > 0 {
            let left = human::counted(untouched as u64, self.proposal.noun);
            self.output.note(format!("{left} not reached: run the same command again to go on"));
            return Err(Failure::Interrupted);
        }
        let errors = worked.targets.iter().filter_map(|(_, fate)| match fate {
            Fate::Failed { error } => Some(error),
            _ => None,
        });
        let errors: Vec<_> = errors.collect();
        let Some(first) = errors.first() else { return Ok(()) };
        let gave_up = if untouched > 0 { format!(", and {untouched} were not tried any more") } else { String::new() };
        let failed = human::counted(errors.len() as u64, self.proposal.noun);
        Err(Failure::unreachable(format!("{failed} failed{gave_up}: {first}"))
            .hint("when the cause is gone run the same command again: what is done stays done"))
    }

    fn answer<T>(&mut self, worked: &Worked<T>, more: Value) -> Result<(), Failure> {
        if !self.output.is_json() {
            return Ok(());
        }
        let items: Vec<Value> =
            worked.targets.iter().map(|(target, fate)| joined(json!(target.item), json!(fate))).collect();
        let counts = json!({
            "done": worked.done(),
            "left": worked.count(|fate| matches!(fate, Fate::Left { .. })),
            "failed": worked.count(|fate| matches!(fate, Fate::Failed { .. })),
            "untouched": worked.count(|fate| *fate == Fate::Untouched),
            "interrupted": worked.interrupted,
            "seconds": worked.took.as_secs_f64(),
        });
        let document = joined(joined(self.document(&items, false), counts), more);
        self.output.answer(&document)
    }

    fn document(&self, items: &[Value], dry_run: bool) -> Value {
        let mut document = joined(json!(self.proposal), json!({ "dry_run": dry_run, "planned": items.len() }));
        document[format!("{}s", self.proposal.noun)] = json!(items);
        document
    }
}

/// The fields of both objects.
fn joined(mut left: Value, right: Value) -> Value {
    if let (Value::Object(fields), Value::Object(more)) = (&mut left, right) {
        fields.extend(more);
    }
    left
}

/// The result for a person.
fn lines<T>(worked: &Worked<T>, noun: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut done: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, fate) in &worked.targets {
        if let Fate::Done { how } = fate {
            *done.entry(how).or_default() += 1;
        }
    }
    let took = paint(style::DIM, format!("in {}", human::duration(worked.took)));
    for (how, count) in done {
        lines.push(format!("{} {} {how} {took}", paint(style::GOOD, "✓"), human::counted(count, noun)));
    }
    lines.extend(named(worked, style::WARN, "! left as they are", |fate| match fate {
        Fate::Left { why } => Some(why),
        _ => None,
    }));
    lines.extend(named(worked, style::BAD, "✗ failed", |fate| match fate {
        Fate::Failed { error } => Some(error),
        _ => None,
    }));
    lines
}

fn named<T>(
    worked: &Worked<T>,
    colour: clap::builder::styling::Style,
    heading: &str,
    words: impl Fn(&Fate) -> Option<&String>,
) -> Vec<String> {
    let found: Vec<_> = worked.targets.iter().filter_map(|(target, fate)| Some((&target.item, words(fate)?))).collect();
    if found.is_empty() {
        return Vec::new();
    }
    let width = table::terminal_width();
    let mut lines = vec![paint(colour, format!("{heading}: {}", human::count(found.len() as u64)))];
    for (item, why) in found.iter().take(NAMED) {
        let text = format!("{} ({}): {}", inert::text(&item.name), summary::short(&item.id), sentence(why));
        lines.push(human::wrap(&text, "  ", width));
    }
    if found.len() > NAMED {
        lines.push(paint(style::DIM, format!("  and {} more", found.len() - NAMED)));
    }
    lines
}
