//! One account and region of CloudWatch, whose time is moved by its caller.

mod calls;
mod clock;
mod composite;
mod metric;
mod order;
mod put;
mod suppression;

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    Account, MetricStore,
    alarm::{Alarm, AlarmStatus, HistoryItem, Occurrence, Situation, State, Transition, history, reason},
    notification,
};

use self::{composite::Compound, metric::Scratch, metric::Watch};

/// The metrics and alarms of one account and region. Its clock stands still until [`advance_to`](Self::advance_to).
#[derive(Debug)]
pub struct CloudWatch {
    account: Arc<Account>,
    now: i64,
    store: MetricStore,
    alarms: BTreeMap<String, Entry>,
    /// The composite alarms, each after those that its rule names.
    composites: Vec<String>,
    /// The alarms whose states changed and whose composites have not been evaluated since.
    changed: Vec<String>,
    /// What happened and has not been told yet, in order of time.
    untold: Vec<Occurrence>,
    /// How many changes of state there were.
    transitions: u64,
    scratch: Scratch,
}

/// An alarm and what it takes to evaluate it.
#[derive(Debug)]
struct Entry {
    status: AlarmStatus,
    /// The newest change of its state.
    newest: Option<Transition>,
    history: Vec<HistoryItem>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Metric(Box<Watch>),
    Composite(Box<Compound>),
}

/// A state that an evaluation or a call gives to an alarm.
struct Verdict {
    state: State,
    reason: String,
    reason_data: Option<String>,
    children: Vec<crate::alarm::Child>,
}

impl CloudWatch {
    /// An account without metrics and alarms; `now` is in seconds since the Unix epoch.
    #[must_use]
    pub fn new(account: Account, now: i64) -> Self {
        Self {
            account: Arc::new(account),
            now,
            store: MetricStore::new(),
            alarms: BTreeMap::new(),
            composites: Vec::new(),
            changed: Vec::new(),
            untold: Vec::new(),
            transitions: 0,
            scratch: Scratch::default(),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Its clock, in seconds since the Unix epoch.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.now
    }

    /// Its metrics.
    #[must_use]
    pub fn store(&self) -> &MetricStore {
        &self.store
    }

    /// Its metrics, to add samples. A sample counts for every evaluation that comes after it was added.
    pub fn store_mut(&mut self) -> &mut MetricStore {
        &mut self.store
    }

    /// The alarm of this name.
    #[must_use]
    pub fn alarm(&self, name: &str) -> Option<&AlarmStatus> {
        self.alarms.get(name).map(|entry| &entry.status)
    }

    /// All alarms, by name.
    pub fn alarms(&self) -> impl Iterator<Item = &AlarmStatus> {
        self.alarms.values().map(|entry| &entry.status)
    }

    /// What happened to the alarm in the last two weeks, oldest first; nothing where there is no such alarm.
    #[must_use]
    pub fn history(&self, name: &str) -> &[HistoryItem] {
        self.alarms.get(name).map_or(&[], |entry| &entry.history)
    }

    /// The names of the alarms that a composite alarm's rule names, in its order and each once; none for others.
    #[must_use]
    pub fn children(&self, name: &str) -> &[String] {
        match self.alarms.get(name).map(|entry| &entry.kind) {
            Some(Kind::Composite(compound)) => &compound.children,
            _ => &[],
        }
    }

    /// The names of the composite alarms whose rules name the alarm.
    pub fn parents<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.alarms.keys().map(String::as_str).filter(move |parent| self.children(parent).iter().any(|c| c == name))
    }

    fn entry(&self, name: &str) -> &Entry {
        self.alarms.get(name).expect("an alarm's name")
    }

    fn entry_mut(&mut self, name: &str) -> &mut Entry {
        self.alarms.get_mut(name).expect("an alarm's name")
    }

    /// Gives the alarm a state. Tells of a change and runs its actions, unless they wait for a suppressor.
    fn settle_on(&mut self, name: &str, verdict: Verdict) {
        let (now, account) = (self.now, Arc::clone(&self.account));
        let number = self.transitions + 1;
        let entry = self.entry_mut(name);
        let Some(transition) = entry.change(verdict, now, account, number) else { return };
        let waits = matches!(&entry.kind, Kind::Composite(compound) if compound.suppressor.is_some());
        self.transitions = number;
        self.changed.push(name.to_owned());
        self.untold.push(Occurrence::StateChanged(transition));
        if !waits {
            self.act(name, |_| true);
        }
    }

    /// Runs the actions of the alarm's state whose ARNs `which` takes, if its actions are enabled.
    fn act(&mut self, name: &str, which: impl Fn(&str) -> bool) {
        let now = self.now;
        let entry = self.alarms.get_mut(name).expect("an alarm's name");
        let actions = entry.status.definition.actions();
        let Some(newest) = entry.newest.as_ref().filter(|_| actions.enabled) else { return };
        for arn in actions.of(entry.status.state).iter().filter(|arn| which(arn)) {
            let action = notification::action(newest, arn, now);
            entry.history.push(HistoryItem::action(&action, newest.at));
            self.untold.push(Occurrence::Action(action));
        }
    }
}

impl Entry {
    /// A new alarm.
    fn created(definition: Alarm, arn: String, kind: Kind, now: i64) -> Self {
        let history = vec![HistoryItem::created(&definition, now)];
        let status = AlarmStatus {
            definition: Arc::new(definition),
            arn,
            state: State::InsufficientData,
            reason: reason::CREATED.to_owned(),
            reason_data: None,
            configured_at: now,
            updated_at: now,
            transitioned_at: now,
            suppressed_by: None,
            evaluation_error: None,
        };
        Self { status, newest: None, history, kind }
    }

    /// Takes the verdict; the change where the state becomes another.
    fn change(&mut self, verdict: Verdict, now: i64, account: Arc<Account>, number: u64) -> Option<Transition> {
        let status = &mut self.status;
        let previous = Situation {
            state: status.state,
            reason: std::mem::replace(&mut status.reason, verdict.reason),
            reason_data: std::mem::replace(&mut status.reason_data, verdict.reason_data),
            at: status.updated_at,
        };
        status.updated_at = now;
        if verdict.state == previous.state {
            return None;
        }
        status.state = verdict.state;
        status.transitioned_at = now;
        let transition = Transition {
            alarm: status.definition.name().to_owned(),
            arn: status.arn.clone(),
            from: previous.state,
            to: verdict.state,
            at: now,
            reason: status.reason.clone(),
            reason_data: status.reason_data.clone(),
            previous,
            children: verdict.children,
            suppressed_by: None,
            definition: Arc::clone(&status.definition),
            configured_at: status.configured_at,
            account,
            number,
        };
        self.newest = Some(transition.clone());
        self.remember(HistoryItem::transition(&transition), now);
        Some(transition)
    }

    /// Adds to the history and drops what is too old for it.
    fn remember(&mut self, item: HistoryItem, now: i64) {
        let old = self.history.partition_point(|item| item.at < now - history::KEPT);
        self.history.drain(..old);
        self.history.push(item);
    }
}

#[cfg(test)]
mod tests;
