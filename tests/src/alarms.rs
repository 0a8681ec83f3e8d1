//! What alarms/template.yaml says, held against everything that it speaks of: the metrics that the code emits, the
//! resources of infra/, the runbooks and the alarms' own tests.

use std::{collections::BTreeSet, path::PathBuf, process::Command};

use atalaya_cloudwatch::{
    Account, CloudWatch, MetricId, QuerySource, Unit,
    alarm::{Alarm, AlarmSource},
};
use atalaya_cloudwatch_insights::Query as InsightsQuery;
use atalaya_runbook::{Part, Query, Runbook};
use atalaya_telemetry::{Metric, catalogue::NAMESPACE};

use crate::{
    stacks::{PIPELINE, RUNBOOKS, none, stacks, strange_dimensions, uncatalogued},
    world::project,
};

pub(crate) fn alarms() -> impl Iterator<Item = &'static Alarm> {
    stacks().alarms.alarms().iter().map(|alarm| &alarm.alarm)
}

/// `FilesFailed` and, for one of a family, its instance: `atalaya-FunctionErrors-intake` is
/// `("FunctionErrors", Some("intake"))`.
pub(crate) fn split(name: &str) -> (&str, Option<&str>) {
    let rest = name.strip_prefix("atalaya-").unwrap_or_else(|| panic!("{name} lacks the pipeline's name"));
    rest.split_once('-').map_or((rest, None), |(alarm, instance)| (alarm, Some(instance)))
}

/// Every metric that an alarm reads, with the unit it asks for.
pub(crate) fn metrics(alarm: &Alarm) -> Vec<(MetricId, Option<Unit>)> {
    let Alarm::Metric(alarm) = alarm else { return Vec::new() };
    match &alarm.source {
        AlarmSource::Metric(stat) => vec![(stat.metric.clone(), stat.unit)],
        AlarmSource::Math(queries) => queries
            .iter()
            .filter_map(|query| match &query.source {
                QuerySource::Metric(stat) => Some((stat.metric.clone(), stat.unit)),
                QuerySource::Expression { .. } => None,
            })
            .collect(),
    }
}

#[test]
fn alarms_are_within_cloudwatchs_limits() {
    let mut cloudwatch = CloudWatch::new(Account::default(), 1_767_225_600);
    let all: Vec<_> = alarms().cloned().collect();
    assert!(all.len() > 30, "{} alarms", all.len());
    cloudwatch.put_alarms(all).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn each_alarm_says_what_is_wrong_how_bad_it_is_and_where_to_go() {
    let mut found = Vec::new();
    for alarm in alarms() {
        let (name, _) = split(alarm.name());
        let text = alarm.description().unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        let [summary, severity, first, runbook, dashboard] = lines[..] else {
            found.push(format!("{}: the description has {} lines, not five: {text:?}", alarm.name(), lines.len()));
            continue;
        };
        let mut expect = |holds: bool, what: &str| {
            if !holds {
                found.push(format!("{}: {what}: {text:?}", alarm.name()));
            }
        };
        expect(text.chars().count() <= 1024, "longer than 1024 characters");
        expect(summary.len() > 20 && summary.ends_with('.'), "the summary is no sentence");
        let known = ["page", "ticket", "none"].map(|known| format!("Severity: {known}"));
        expect(known.iter().any(|known| known == severity), "the severity is not known");
        let silent = severity == "Severity: none";
        expect(silent == alarm.actions().alarm.is_empty(), "severity and actions do not agree");
        expect(silent == alarm.actions().ok.is_empty(), "an alarm that tells must tell its recovery too");
        expect(first.strip_prefix("First step: ").is_some_and(|step| step.len() > 5), "no first step");
        expect(runbook == format!("Runbook: {RUNBOOKS}/{name}.md"), "another runbook");
        let dashboards =
            ["overview", "operations", "feeds"].map(|name| format!("#dashboards/dashboard/atalaya-{name}"));
        let known = dashboards.iter().any(|known| dashboard.ends_with(known));
        expect(known && dashboard.starts_with("Dashboard: https://"), "no dashboard");
    }
    none(found);
}

#[test]
fn each_alarm_has_a_runbook_and_each_runbook_an_alarm() {
    let runbooks: BTreeSet<_> = runbooks().into_iter().map(|runbook| runbook.alarm).collect();
    assert_eq!(runbooks, families(), "runbooks/ and the alarms");
}

#[test]
fn each_runbook_has_its_alarms_severity_and_drill() {
    let mut found = Vec::new();
    for alarm in alarms() {
        let (name, _) = split(alarm.name());
        let severity = alarm.description().unwrap_or_default().lines().nth(1).unwrap_or_default();
        let runbook = runbooks().into_iter().find(|runbook| runbook.alarm == name).expect("each has one");
        let of_runbook = format!("Severity: {}", runbook.severity.as_str());
        if severity != "Severity: none" && severity != of_runbook {
            found.push(format!("runbooks/{name}.md: {of_runbook}, and the alarm {severity}"));
        }
        if runbook.drill != name {
            found.push(format!("runbooks/{name}.md: the drill is {}", runbook.drill));
        }
    }
    none(found);
}

#[test]
fn the_index_of_runbooks_names_each_with_its_severity_and_an_owner_that_it_explains() {
    let index = text_of("README");
    let mut found = Vec::new();
    for runbook in runbooks() {
        let (name, severity, owner) = (&runbook.alarm, runbook.severity.as_str(), &runbook.owner);
        if !index.contains(&format!("\n| [{name}]({name}.md) | {severity} | {owner} | ")) {
            found.push(format!("runbooks/README.md has no line of {name}, {severity}, {owner}"));
        }
        if !index.contains(&format!("\n- **{owner}** ")) {
            found.push(format!("runbooks/README.md does not say who `{owner}` is ({name})"));
        }
    }
    none(found);
}

/// A page for people at night is short.
#[test]
fn no_runbook_is_longer_than_two_screens() {
    const MOST_LINES: usize = 84;
    let lines = |name: &String| (name.clone(), text_of(name).lines().count());
    none(
        families().iter().map(lines).filter(|(_, lines)| *lines > MOST_LINES).map(|long| format!("{long:?}")).collect(),
    );
}

/// The drills run the blocks of the causes that they stand for; this reads all of them.
#[test]
fn each_query_of_a_runbook_can_be_read_and_asks_a_log_of_the_pipeline() {
    let functions = ["intake", "process", "notify", "page", "canary", "{function}"];
    let mut found = Vec::new();
    let mut seen = 0;
    for (name, query) in blocks().filter_map(|(name, part)| Some((name, query_of(part)?))) {
        seen += 1;
        let strange = query
            .groups
            .iter()
            .filter(|group| !group.strip_prefix("atalaya-").is_some_and(|function| functions.contains(&function)));
        found.extend(strange.map(|group| format!("runbooks/{name}.md:{}: there is no log of {group}", query.line)));
        if let Err(error) = InsightsQuery::parse(&query.text) {
            found.push(format!("runbooks/{name}.md:{}: {error}", query.line));
        }
    }
    assert!(seen > 8, "{seen} queries");
    none(found);
}

#[test]
fn each_command_of_a_runbook_is_sound_for_the_shell() {
    let mut found = Vec::new();
    let mut seen = 0;
    for (name, command) in blocks().filter_map(|(name, part)| Some((name, command_of(part)?))) {
        seen += 1;
        let checked = Command::new("bash").args(["-n", "-c", &command.text]).output().expect("bash is there");
        if !checked.status.success() {
            let said = String::from_utf8_lossy(&checked.stderr).into_owned();
            found.push(format!("runbooks/{name}.md:{}: {said}", command.line));
        }
    }
    assert!(seen > 100, "{seen} commands");
    none(found);
}

/// Every part of every runbook, with the runbook's name.
fn blocks() -> impl Iterator<Item = (String, Part)> {
    runbooks().into_iter().flat_map(|runbook| {
        let parts = runbook.sections.into_iter().flat_map(|section| section.parts);
        parts.map(move |part| (runbook.alarm.clone(), part)).collect::<Vec<_>>()
    })
}

fn query_of(part: Part) -> Option<Query> {
    if let Part::Query(query) = part { Some(query) } else { None }
}

fn command_of(part: Part) -> Option<atalaya_runbook::Command> {
    if let Part::Command(command) = part { Some(command) } else { None }
}

/// Those of the folder.
fn runbooks() -> Vec<Runbook> {
    let read = |name: String| Runbook::parse(&name, &text_of(&name)).unwrap_or_else(|faults| panic!("{faults}"));
    names_in("runbooks", "md").into_iter().map(read).collect()
}

fn text_of(name: &str) -> String {
    let path = project().join(format!("runbooks/{name}.md"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of all alarms, without instances.
pub(crate) fn families() -> BTreeSet<String> {
    alarms().map(|alarm| split(alarm.name()).0.to_owned()).collect()
}

#[test]
fn each_alarm_has_a_file_of_tests_and_each_file_an_alarm() {
    assert_eq!(names_in("alarms/tests", "yaml"), families(), "alarms/tests/ and the alarms");
}

/// The files of a folder by name without extension; those that begin in lower case or are named README are not about
/// one alarm.
fn names_in(folder: &str, extension: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(project().join(folder)).expect(folder);
    let paths = entries.map(|entry| entry.expect("readable").path());
    let named = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    paths
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .filter_map(named)
        .filter(|name| name != "README" && name.starts_with(|first: char| first.is_ascii_uppercase()))
        .collect()
}

#[test]
fn each_custom_metric_is_emitted_with_those_dimensions_and_that_unit() {
    let mut found = Vec::new();
    let mut seen = 0;
    for alarm in alarms() {
        for (metric, unit) in metrics(alarm).into_iter().filter(|(metric, _)| metric.namespace == NAMESPACE) {
            seen += 1;
            found.extend(uncatalogued(&metric).map(|fault| format!("{}: {fault}", alarm.name())));
            let Some(known) = Metric::from_name(&metric.name) else { continue };
            if unit.is_some_and(|unit| unit.as_str() != known.unit().name()) {
                found.push(format!("{}: {metric} is emitted in {}", alarm.name(), known.unit().name()));
            }
        }
    }
    assert!(seen > 20, "{seen} custom metrics");
    none(found);
}

#[test]
fn each_aws_metric_names_a_resource_of_the_pipeline() {
    let mut found = Vec::new();
    let mut seen = 0;
    for alarm in alarms() {
        for (metric, _) in metrics(alarm).into_iter().filter(|(metric, _)| metric.namespace.starts_with("AWS/")) {
            seen += metric.dimensions.len();
            let strange = strange_dimensions(&metric).into_iter();
            found.extend(strange.map(|what| format!("{}: {metric}: infra/ has no {what}", alarm.name())));
        }
    }
    assert!(seen > 30, "{seen} dimensions of AWS metrics");
    none(found);
}

#[test]
fn each_action_reaches_a_topic_of_the_pipeline() {
    let exports = stacks().pipeline.exports();
    let topics = ["Alarms", "OnCallPage", "OnCallTicket"].map(|topic| &exports[&format!("{PIPELINE}-{topic}TopicArn")]);
    let mut found = Vec::new();
    for alarm in alarms() {
        let actions = alarm.actions();
        let all = actions.ok.iter().chain(&actions.alarm).chain(&actions.insufficient_data);
        found.extend(all.filter(|arn| !topics.contains(arn)).map(|arn| format!("{}: {arn}", alarm.name())));
    }
    none(found);
}
