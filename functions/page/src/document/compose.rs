//! Putting a page together from the alarm's message and what was found out besides.

use atalaya_cloud::alarms::{AlarmStanding, AlarmState};
use atalaya_contract::{AlarmDescription, AlarmSeverity, inert};
use jiff::Timestamp;

use super::{AlarmFacts, Beneath, ByNow, Document, Files, Kind, Links, Measure, SCHEMA, page_id};
use crate::{
    affected::Affected,
    console::LogsQuery,
    facts::{Before, Facts},
    logs,
    message::Alarm,
    setting::Setting,
    sought::Sought,
};

/// Most alarms under a composite one that are named.
const BENEATH: usize = 20;

/// What a page is put together from.
pub(crate) struct Input<'a> {
    pub(crate) alarm: &'a Alarm,
    pub(crate) description: &'a AlarmDescription,
    pub(crate) facts: Facts,
    pub(crate) setting: &'a Setting,
    pub(crate) changed_at: Timestamp,
    pub(crate) now: Timestamp,
}

/// The page.
pub(crate) fn compose(input: Input<'_>) -> Document {
    let Input { alarm, description, facts, setting, changed_at, now } = input;
    let affected = facts.affected.clone().unwrap_or_default();
    let logs = LogsQuery {
        log_groups: logs::groups(alarm, &setting.stack),
        text: logs::query(alarm, &affected),
        from: facts.since,
        to: now.max(changed_at),
    };
    let links = Links {
        runbook: description.runbook.clone(),
        dashboard: description.dashboard.clone(),
        alarm: setting.console.as_ref().map(|console| console.alarm(&alarm.name)),
        logs: setting.console.as_ref().map(|console| console.logs(&logs)),
    };
    let kind = Kind::of(alarm.state);
    let since = since(kind, facts.before, changed_at);
    Document {
        schema: SCHEMA,
        page_id: page_id(&alarm.name, alarm.state, changed_at),
        kind,
        severity: description.acts_as(),
        quiet: quiet(description.acts_as(), &facts.spoken_for_by),
        alarm: AlarmFacts {
            name: alarm.name.clone(),
            short_name: setting.short_name(&alarm.name).to_owned(),
            arn: alarm.arn.clone(),
            state: alarm.state,
            previous_state: alarm.previous,
            changed_at,
            reason: alarm.reason.clone(),
            by_now: by_now(alarm.state, facts.standing.as_ref()),
        },
        summary: summary(description, &alarm.name),
        since,
        lasted_seconds: since
            .filter(|_| kind == Kind::Recovery)
            .map(|since| changed_at.duration_since(since).as_secs().max(0)),
        measure: alarm.trigger().map(|trigger| Measure::new(alarm, trigger, &facts.readings)),
        beneath: facts.beneath.iter().take(BENEATH).map(beneath).collect(),
        datasets: datasets(alarm, facts.sought, &affected),
        first_step: description.first_step.as_deref().map(|step| filled(step, alarm, &affected)),
        files: files(&facts, affected, alarm),
        graph_url: facts.graph_url,
        links,
        logs,
        unanswered: facts.unanswered,
    }
}

fn summary(description: &AlarmDescription, name: &str) -> String {
    if description.summary.is_empty() {
        format!("The alarm {name} has no description.")
    } else {
        description.summary.clone()
    }
}

fn since(kind: Kind, before: Before, changed_at: Timestamp) -> Option<Timestamp> {
    match (kind, before) {
        (Kind::Alarm | Kind::NoData, _) => Some(changed_at),
        (Kind::Recovery, Before::Trouble(began)) => Some(began),
        (Kind::Recovery, Before::NoTrouble | Before::Unknown) => None,
    }
}

fn quiet(severity: AlarmSeverity, spoken_for_by: &[AlarmStanding]) -> Option<String> {
    if let Some(parent) = spoken_for_by.first() {
        return Some(format!("{} is in ALARM and speaks for this alarm", parent.name));
    }
    (severity == AlarmSeverity::None).then(|| "this alarm only feeds a composite one".to_owned())
}

fn by_now(state: AlarmState, standing: Option<&AlarmStanding>) -> Option<ByNow> {
    let standing = standing.filter(|standing| standing.state != state)?;
    Some(ByNow { state: standing.state, since: standing.since })
}

fn beneath(standing: &AlarmStanding) -> Beneath {
    let description = AlarmDescription::read(standing.description.as_deref().unwrap_or_default());
    Beneath { alarm: standing.name.clone(), summary: summary(&description, &standing.name), since: standing.since }
}

/// The alarm's own feed, else those of the files that it speaks of.
fn datasets(alarm: &Alarm, sought: Sought, affected: &Affected) -> Vec<String> {
    if let Some(dataset) = alarm.dimension("Dataset") {
        return vec![dataset.to_owned()];
    }
    if sought == Sought::PerhapsFailed {
        return Vec::new();
    }
    let mut datasets: Vec<_> = affected.files.iter().filter_map(|file| file.dataset.clone()).collect();
    datasets.sort_unstable();
    datasets.dedup();
    datasets
}

/// The first step with the names at hand in its places; a place without one keeps a word in angle brackets. It is copied
/// into a shell: a name that would not mean itself there is none.
fn filled(step: &str, alarm: &Alarm, affected: &Affected) -> String {
    let first = affected.files.first();
    let plain = |name: &&str| inert::is_shell_plain(name);
    let file_id = first.map(|file| file.file_id.as_str()).filter(plain);
    let dataset = alarm.dimension("Dataset").or_else(|| first.and_then(|file| file.dataset.as_deref())).filter(plain);
    let function = alarm.dimension("FunctionName").filter(plain);
    step.replace("{file_id}", file_id.unwrap_or("<file id>"))
        .replace("{dataset}", dataset.unwrap_or("<dataset>"))
        .replace("{function}", function.unwrap_or("<function>"))
}

fn files(facts: &Facts, affected: Affected, alarm: &Alarm) -> Files {
    let heading = facts.sought.heading();
    let note = match (facts.sought, &facts.affected) {
        (Sought::InQueue, _) => {
            let queue = alarm.dimension("QueueName").unwrap_or("that the alarm watches");
            Some(format!("which files the messages in the queue {queue} tell of is not in the ledger"))
        }
        (_, None) => Some("the ledger did not answer in time: `atalaya files` lists them".to_owned()),
        (Sought::PerhapsFailed, Some(_)) => None,
        (_, Some(found)) if found.files.is_empty() => Some("the ledger has none".to_owned()),
        _ => None,
    };
    Files { heading, since: facts.since, named: affected.files, more: affected.more, at_least: affected.at_least, note }
}
