//! `atalaya contract publish`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use atalaya_cloud::ContractRegistry;
use atalaya_cloud::contracts::{Candidate, PublishAction, PublishStep, PublishedContract, plan};
use atalaya_cloud::ledger::KeepAudit;
use atalaya_cloud::objects::{ReadObjects, WriteConditionally};
use atalaya_contract::compatibility::{Change, Effect};
use atalaya_contract::{ViolationKind, inert};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::args::{GlobalArgs, PublishArgs};
use crate::connect::{self, Stack};
use crate::operate::caller;
use crate::operate::summary::{Item, Proposal};
use crate::operate::work::{self, Control, Fate, Step, Target, Worked};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

use super::refusal;

/// How many contracts the audit record names.
const NAMED: usize = 10;

/// Checks all, then publishes all.
pub(crate) async fn run(args: &PublishArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let candidates = args.files.iter().map(|path| candidate(path)).collect::<Result<Vec<_>, _>>()?;
    let stack = Stack::find(global, output).await?;
    let registry = super::registry(&stack);
    let in_force = registry.in_force().await.map_err(connect::cloud)?;
    let files = candidates.len();
    let width = table::terminal_width();
    let steps = plan(candidates, &in_force, registry.inbox(), Timestamp::now())
        .map_err(|refusals| refusal::failure(&refusals, files, width))?;
    if args.dry_run {
        let planned: Vec<_> = steps.iter().map(|step| entry(step, registry.bucket(), None)).collect();
        output.answer(&json!({ "dry_run": true, "planned": planned }))?;
        for step in &steps {
            output.line(lines(step, registry.bucket(), true, width))?;
        }
        output.line(paint(style::DIM, "dry run: nothing was changed"))?;
        return Ok(Verdict::Fine);
    }
    let by = caller::identity(&stack.sdk).await;
    let proposal = proposal(&steps, args);
    let (worked, published) =
        carry_out(&registry, &stack.ledger, &proposal, &by, steps, &Control::heeding_interrupts()).await?;
    let done: Vec<_> = worked.made().map(|step| entry(step, registry.bucket(), published.get(&step.key))).collect();
    output.answer(&json!({ "published": done }))?;
    for step in worked.made() {
        output.line(lines(step, registry.bucket(), false, width))?;
    }
    end(&worked, output)
}

/// A file that may be published.
///
/// # Errors
/// What the intake could not read is refused.
fn candidate(path: &Path) -> Result<Candidate, Failure> {
    let text = super::text(path)?;
    let report = super::report(&text);
    let is_grave = |violation: &&atalaya_contract::Violation| violation.kind != ViolationKind::Edition;
    let grave: Vec<_> = report.violations.iter().filter(is_grave).cloned().collect();
    match report.contract.filter(|_| grave.is_empty()) {
        Some(contract) => Ok(Candidate { name: path.display().to_string(), text, contract: Arc::new(contract) }),
        None => Err(super::refused(path, &grave)),
    }
}

fn proposal(steps: &[PublishStep], args: &PublishArgs) -> Proposal {
    let files: Vec<_> = args.files.iter().map(|path| path.display().to_string()).collect();
    Proposal {
        command: format!("contract publish {}", some(&files, " ")),
        subject: some(&steps.iter().filter(|step| step.changes_something()).map(versions).collect::<Vec<_>>(), ", "),
        reason: args.reason.clone(),
        noun: "contract",
        verb: "publish",
        notes: Vec::new(),
    }
}

/// The first of them, and how many more there are.
fn some(items: &[String], between: &str) -> String {
    let more = if items.len() > NAMED { format!("{between}and {} more", items.len() - NAMED) } else { String::new() };
    format!("{}{more}", items.iter().take(NAMED).cloned().collect::<Vec<_>>().join(between))
}

/// `orders 1.0.0 → 1.1.0`.
fn versions(step: &PublishStep) -> String {
    let contract = &step.candidate.contract;
    match step.replaces.as_ref().filter(|_| step.action == PublishAction::Update) {
        Some(before) => format!("{} {before} → {}", contract.id, contract.version),
        None => format!("{} {}", contract.id, contract.version),
    }
}

/// Does what was planned, with an audit record around it where anything is to be changed. What was published is by key.
///
/// # Errors
/// The audit record cannot be begun; then nothing was changed. A change that fails is a [`Fate`].
pub(super) async fn carry_out<O>(
    registry: &ContractRegistry<O>,
    audit: &impl KeepAudit,
    proposal: &Proposal,
    by: &str,
    steps: Vec<PublishStep>,
    control: &Control,
) -> Result<(Worked<PublishStep>, BTreeMap<String, PublishedContract>), Failure>
where
    O: ReadObjects + WriteConditionally,
{
    let changes = steps.iter().any(PublishStep::changes_something);
    let targets: Vec<_> = steps.into_iter().map(|step| Target { item: item(&step), what: step }).collect();
    let published = Mutex::new(BTreeMap::new());
    let step = async |step: &PublishStep| {
        let done = registry.publish(step, by).await?;
        published.lock().unwrap_or_else(PoisonError::into_inner).insert(done.key.clone(), done);
        Ok(Step::Done(verb(step)))
    };
    let worked = match changes {
        true => work::carry_out(audit, proposal, by, targets, control, step).await?,
        false => work::make(targets, control, step).await,
    };
    Ok((worked, published.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

fn item(step: &PublishStep) -> Item {
    Item {
        id: step.candidate.contract.id.clone(),
        name: step.candidate.name.clone(),
        dataset: None,
        state: step.replaces.clone().unwrap_or_else(|| "new".to_owned()),
        will: verb(step).to_owned(),
        change: versions(step),
    }
}

fn verb(step: &PublishStep) -> &'static str {
    match step.action {
        PublishAction::New | PublishAction::Update => "published",
        PublishAction::Move => "moved",
        PublishAction::Unchanged => "unchanged",
    }
}

/// One document for a script.
fn entry(step: &PublishStep, bucket: &str, done: Option<&PublishedContract>) -> Value {
    json!({
        "file": step.candidate.name,
        "id": step.candidate.contract.id,
        "version": step.candidate.contract.version,
        "action": step.action,
        "replaces": step.replaces,
        "bucket": bucket,
        "key": step.key,
        "version_id": done.map(|done| &done.version_id),
        "former_keys": step.former_keys().collect::<Vec<_>>(),
        "changes": step.changes,
        "idle_locations": step.idle,
    })
}

/// What became of one document, or would.
pub(super) fn lines(step: &PublishStep, bucket: &str, dry_run: bool, width: Option<usize>) -> String {
    let contract = &step.candidate.contract;
    let (id, version) = (inert::text(&contract.id), inert::text(&contract.version));
    let (style, sign) = if dry_run { (style::STRONG, "would be") } else { (style::GOOD, "✓") };
    let before = match (step.action, &step.replaces) {
        (PublishAction::New, _) => ", new".to_owned(),
        (PublishAction::Update, Some(before)) => format!(", was {}", inert::text(before)),
        _ => String::new(),
    };
    let mut lines = vec![format!("{} {id} {version}{before}", paint(style, format!("{sign} {}", verb(step))))];
    let mut note = |text: String| lines.push(human::wrap(&text, "    ", width));
    if step.action != PublishAction::Unchanged {
        note(format!("s3://{bucket}/{}", inert::text(&step.key)));
    }
    for key in step.former_keys() {
        note(format!("no longer under {}", inert::text(key)));
    }
    if step.action == PublishAction::Update {
        note(effects(&step.changes));
    }
    for location in &step.idle {
        note(format!("{} is not in this stack's inbox", inert::text(location)));
    }
    lines.join("\n")
}

/// How many changes there are, and whom they break.
pub(super) fn effects(changes: &[Change]) -> String {
    let count = |effect: fn(&Change) -> Effect| changes.iter().filter(|one| effect(one) == Effect::Breaks).count();
    let broken: Vec<_> = [(count(|one| one.senders), "senders"), (count(|one| one.readers), "readers")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, whom)| format!("{count} {} {whom}", if count == 1 { "breaks" } else { "break" }))
        .collect();
    match (changes.len(), broken.is_empty()) {
        (0, _) => "nothing that is enforced changes".to_owned(),
        (count, true) => format!("{}, none breaks senders or readers", human::counted(count as u64, "change")),
        (count, false) => format!("{}, of which {}", human::counted(count as u64, "change"), broken.join(" and ")),
    }
}

/// The last line, or why not all could be done.
fn end(worked: &Worked<PublishStep>, output: &mut Output) -> Result<Verdict, Failure> {
    let failed = worked.targets.iter().filter_map(|(target, fate)| match fate {
        Fate::Failed { error } => Some((target, error)),
        _ => None,
    });
    let failed: Vec<_> = failed.collect();
    if let Some((target, error)) = failed.first() {
        let not_done = worked.targets.len() - worked.done();
        let of = human::counted(worked.targets.len() as u64, "contract");
        return Err(Failure::unreachable(format!("{not_done} of {of} not published; {}: {error}", target.item.name))
            .hint("when the cause is gone run the same command again: what is done stays done"));
    }
    if worked.interrupted && worked.done() < worked.targets.len() {
        return Err(Failure::Interrupted);
    }
    if worked.made().any(|step| step.action != PublishAction::Unchanged) {
        output.line(paint(style::DIM, "in force with the next file that arrives"))?;
    }
    Ok(Verdict::Fine)
}
