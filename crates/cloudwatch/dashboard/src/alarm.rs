//! Alarms on a dashboard: how a body names them, and how a widget lists them.

use serde_json::Value;

use super::{
    AlarmCard,
    fault::Faults,
    fields::{Fields, noun},
    view::{AlarmFacts, View},
};
use atalaya_cloudwatch::alarm::State;

/// The properties of an alarm widget.
pub(super) const KNOWN: [&str; 4] = ["alarms", "sortBy", "states", "title"];
/// The most alarms of one widget.
const MOST_ALARMS: usize = 100;

/// An alarm by its ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AlarmReference {
    /// The way to it from the body's root.
    pub(super) path: String,
    pub(super) arn: String,
    pub(super) name: String,
}

impl AlarmReference {
    pub(super) fn read(path: &str, value: &Value, faults: &mut Faults) -> Option<Self> {
        let name = value.as_str().and_then(name_of);
        if name.is_none() {
            let message =
                format!("must be an alarm's ARN, arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME, is {}", noun(value));
            faults.add(path, message);
        }
        let name = name?.to_owned();
        Some(Self { path: path.to_owned(), arn: value.as_str()?.to_owned(), name })
    }
}

/// The name in an alarm's ARN.
fn name_of(arn: &str) -> Option<&str> {
    let parts: Vec<&str> = arn.splitn(7, ':').collect();
    match parts[..] {
        ["arn", _, "cloudwatch", _, _, "alarm", name] if !name.is_empty() => Some(name),
        _ => None,
    }
}

/// How a list of alarms is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum SortBy {
    /// By name.
    #[default]
    Name,
    /// What alarms first, then what has too little data; in each the newest change first.
    State,
    /// The newest change first.
    Change,
}

/// What an alarm widget says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AlarmWidget {
    pub(super) title: String,
    pub(super) alarms: Vec<AlarmReference>,
    sort_by: SortBy,
    /// Only those in these states; none means all.
    states: Vec<State>,
}

impl AlarmWidget {
    /// Reads its properties (dashboard body structure, "Properties of an alarm status widget object").
    pub(super) fn read(properties: &Fields<'_>, faults: &mut Faults) -> Self {
        properties.needs("alarms", "it lists the ARNs of the alarms that are shown", faults);
        let alarms = properties.entries("alarms", 1..=MOST_ALARMS, faults);
        let alarms = alarms.filter_map(|(path, value)| AlarmReference::read(&path, value, faults)).collect();
        let orders =
            [("default", SortBy::Name), ("stateUpdatedTimestamp", SortBy::State), ("timestamp", SortBy::Change)];
        let mut states = Vec::new();
        for (path, value) in properties.entries("states", 0..=State::ALL.len(), faults) {
            match State::ALL.into_iter().find(|state| value.as_str() == Some(state.as_str())) {
                Some(state) => states.push(state),
                None => {
                    faults.add(path, format!("must be one of ALARM, INSUFFICIENT_DATA, OK, is {}", noun(value)));
                }
            }
        }
        Self {
            title: properties.text("title", faults).unwrap_or_default().to_owned(),
            alarms,
            sort_by: properties.one_of("sortBy", &orders, faults).unwrap_or_default(),
            states,
        }
    }

    /// The alarms as they stand, sorted; and what is to be said besides. One that does not exist is shown in any case.
    pub(super) fn cards(&self, view: &View) -> (Vec<AlarmCard>, Vec<String>) {
        let mut cards: Vec<AlarmCard> = Vec::with_capacity(self.alarms.len());
        let (mut missing, mut filtered) = (Vec::new(), 0);
        for alarm in &self.alarms {
            match view.alarm(alarm) {
                None => {
                    missing.push(alarm.name.as_str());
                    cards.push(unknown(alarm));
                }
                Some(facts) if !self.states.is_empty() && !self.states.contains(&facts.state) => filtered += 1,
                Some(facts) => cards.push(card(facts)),
            }
        }
        cards.sort_by(|one, other| {
            let newest_first = || other.since.cmp(&one.since);
            let by_name = || one.name.cmp(&other.name);
            match self.sort_by {
                SortBy::Name => by_name(),
                SortBy::State => rank(one.state).cmp(&rank(other.state)).then_with(newest_first).then_with(by_name),
                SortBy::Change => newest_first().then_with(by_name),
            }
        });
        let mut remarks = Vec::new();
        if !missing.is_empty() {
            let what = if missing.len() == 1 { "no such alarm" } else { "no such alarms" };
            remarks.push(format!("{what}: {}", super::show::listed(&missing)));
        }
        if cards.is_empty() {
            let states: Vec<_> = self.states.iter().map(|state| state.as_str()).collect();
            remarks.push(format!("none of its {filtered} alarms is in {}", states.join(" or ")));
        }
        (cards, remarks)
    }
}

fn rank(state: Option<State>) -> u8 {
    match state {
        Some(State::Alarm) => 0,
        None => 1,
        Some(State::InsufficientData) => 2,
        Some(State::Ok) => 3,
    }
}

fn unknown(alarm: &AlarmReference) -> AlarmCard {
    AlarmCard {
        name: alarm.name.clone(),
        state: None,
        since: None,
        reason: "no such alarm".to_owned(),
        summary: String::new(),
        runbook: None,
    }
}

fn card(facts: &AlarmFacts) -> AlarmCard {
    let description = facts.description.as_deref().unwrap_or_default();
    let mut lines = description.lines().map(str::trim).filter(|line| !line.is_empty());
    AlarmCard {
        name: facts.name.clone(),
        state: Some(facts.state),
        since: Some(facts.since),
        reason: facts.reason.clone(),
        runbook: lines.clone().find_map(|line| line.strip_prefix("Runbook:")).map(|link| link.trim().to_owned()),
        summary: lines.next().unwrap_or_default().to_owned(),
    }
}
