//! Alarms in memory.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use jiff::Timestamp;

use super::{
    AlarmGraph, AlarmStanding, AlarmState, AskAlarms, DrawAlarms, MetricQuery, MetricSource, Reading, StateChange,
    newest_first,
};
use crate::{CloudError, ErrorKind, failures::Failures};

/// Alarms that are only remembered. Clones share the memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryAlarms(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    alarms: BTreeMap<String, AlarmStanding>,
    children: BTreeMap<String, BTreeSet<String>>,
    changes: BTreeMap<String, Vec<StateChange>>,
    readings: BTreeMap<String, Vec<Reading>>,
    drawn: Vec<AlarmGraph>,
    failures: Failures,
    hanging: bool,
    hanging_at: BTreeSet<String>,
    calls: u32,
}

impl MemoryAlarms {
    /// Puts an alarm, in place of the one of its name.
    pub fn put(&self, alarm: AlarmStanding) {
        self.state().alarms.insert(alarm.name.clone(), alarm);
    }

    /// Puts a composite alarm whose rule names `children`.
    pub fn put_composite(&self, alarm: AlarmStanding, children: &[&str]) {
        let children = children.iter().map(|child| (*child).to_owned()).collect();
        self.state().children.insert(alarm.name.clone(), children);
        self.put(alarm);
    }

    /// Notes a change of an alarm's state.
    pub fn changed(&self, name: &str, at: Timestamp, to: AlarmState) {
        self.state().changes.entry(name.to_owned()).or_default().push(StateChange { at, to });
    }

    /// Notes values of a metric, by its name, or of an expression, by its text.
    pub fn measured(&self, what: &str, readings: &[Reading]) {
        self.state().readings.insert(what.to_owned(), readings.to_vec());
    }

    /// Lets the next call of `operation` (`alarm`, `parents_in_alarm`, `children_in_alarm`, `changes`, `readings`,
    /// `draw`) fail as an unavailable service does.
    pub fn fail_next(&self, operation: &str) {
        self.state().failures.ask(operation, ErrorKind::Unavailable);
    }

    /// Lets no call be answered from now on.
    pub fn hang(&self) {
        self.state().hanging = true;
    }

    /// Lets no call of `operation` be answered from now on.
    pub fn hang_at(&self, operation: &str) {
        self.state().hanging_at.insert(operation.to_owned());
    }

    /// The graphs that were drawn.
    #[must_use]
    pub fn drawn(&self) -> Vec<AlarmGraph> {
        self.state().drawn.clone()
    }

    /// How many calls there have been.
    #[must_use]
    pub fn calls(&self) -> u32 {
        self.state().calls
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn called(&self, operation: &str) -> Result<MutexGuard<'_, State>, CloudError> {
        let hangs = {
            let mut state = self.state();
            state.calls += 1;
            state.hanging || state.hanging_at.contains(operation)
        };
        if hangs {
            std::future::pending::<()>().await;
        }
        let mut state = self.state();
        state.failures.meet(operation, || operation.to_owned())?;
        Ok(state)
    }
}

impl State {
    fn in_alarm<'a>(&self, names: impl Iterator<Item = &'a String>) -> Vec<AlarmStanding> {
        let known = names.filter_map(|name| self.alarms.get(name));
        known.filter(|alarm| alarm.state == AlarmState::Alarm).cloned().collect()
    }
}

impl AskAlarms for MemoryAlarms {
    async fn alarm(&self, name: &str) -> Result<Option<AlarmStanding>, CloudError> {
        Ok(self.called("alarm").await?.alarms.get(name).cloned())
    }

    async fn parents_in_alarm(&self, name: &str) -> Result<Vec<AlarmStanding>, CloudError> {
        let state = self.called("parents_in_alarm").await?;
        Ok(state.in_alarm(state.children.iter().filter(|(_, names)| names.contains(name)).map(|(parent, _)| parent)))
    }

    async fn children_in_alarm(&self, name: &str) -> Result<Vec<AlarmStanding>, CloudError> {
        let state = self.called("children_in_alarm").await?;
        Ok(state.in_alarm(state.children.get(name).into_iter().flatten()))
    }

    async fn changes(&self, name: &str, until: Timestamp) -> Result<Vec<StateChange>, CloudError> {
        let state = self.called("changes").await?;
        Ok(newest_first(state.changes.get(name).cloned().unwrap_or_default(), until))
    }

    async fn readings(
        &self,
        queries: &[MetricQuery],
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Reading>, CloudError> {
        let state = self.called("readings").await?;
        let asked = queries.iter().find(|query| query.returned).map(|query| match &query.source {
            MetricSource::Statistic { metric, .. } => metric,
            MetricSource::Expression { expression, .. } => expression,
        });
        let readings = asked.and_then(|name| state.readings.get(name)).into_iter().flatten();
        Ok(readings.filter(|reading| (from..=to).contains(&reading.at)).copied().collect())
    }
}

/// The picture is the graph's title: nothing is drawn in memory.
impl DrawAlarms for MemoryAlarms {
    async fn draw(&self, graph: &AlarmGraph) -> Result<Bytes, CloudError> {
        let mut state = self.called("draw").await?;
        state.drawn.push(graph.clone());
        Ok(Bytes::from(graph.title.clone()))
    }
}
