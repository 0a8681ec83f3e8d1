//! One case, ready to run: definitions, samples, forced states and what must hold.

use super::{
    case::Expectation,
    compare::{self, Seen},
    notation::Notation,
    report::Disagreement,
};
use atalaya_cloudwatch::{
    Account, CloudWatch, MetricId, Unit,
    alarm::{Action, Alarm, AlarmError, Occurrence, State},
};

/// A case whose names are all resolved.
#[derive(Debug, Clone)]
pub(super) struct Scenario {
    /// Account and region of the alarms.
    pub(super) account: Account,
    /// When it starts, in seconds since the Unix epoch.
    pub(super) start: i64,
    /// Physical name of the alarm under test.
    pub(super) subject: String,
    /// The alarm under test, and those that it depends on.
    pub(super) alarms: Vec<Alarm>,
    /// The data.
    pub(super) series: Vec<ScenarioSeries>,
    /// States that are set, in the order of time.
    pub(super) forced: Vec<ForcedState>,
    /// What must hold, in the order of time.
    pub(super) expect: Vec<Expectation>,
    /// What test files leave out at the front of names.
    pub(super) prefix: String,
}

/// The data of one metric.
#[derive(Debug, Clone)]
pub(super) struct ScenarioSeries {
    pub(super) metric: MetricId,
    pub(super) unit: Unit,
    /// Length of a period of the notation in seconds.
    pub(super) every: u32,
    pub(super) notation: Notation,
}

/// A state that an alarm is put into.
#[derive(Debug, Clone)]
pub(super) struct ForcedState {
    /// Seconds since the start.
    pub(super) at: i64,
    /// Physical name of the alarm.
    pub(super) alarm: String,
    pub(super) state: State,
}

impl Scenario {
    /// Runs to the last expectation and tells every disagreement.
    ///
    /// # Errors
    /// The definition of an alarm that CloudWatch would refuse.
    pub(super) fn run(&self) -> Result<Vec<Disagreement>, AlarmError> {
        let mut run = Run::begin(self, &self.alarms)?;
        let told = self.expect.iter().flat_map(|expectation| run.disagreements(expectation));
        Ok(told.collect())
    }

    /// Whether the case fails with `mutant` in place of the definition of the same name.
    ///
    /// # Errors
    /// A definition that CloudWatch would refuse.
    pub(super) fn notices(&self, mutant: &Alarm) -> Result<bool, AlarmError> {
        let replace = |own: &Alarm| if own.name() == mutant.name() { mutant.clone() } else { own.clone() };
        let alarms: Vec<_> = self.alarms.iter().map(replace).collect();
        let mut run = Run::begin(self, &alarms)?;
        Ok(self.expect.iter().any(|expectation| !run.disagreements(expectation).is_empty()))
    }

    /// The definition of the alarm under test.
    pub(super) fn alarm(&self) -> &Alarm {
        let found = self.alarms.iter().find(|alarm| alarm.name() == self.subject);
        found.expect("a scenario holds the alarm that it is about")
    }
}

/// A scenario on its way through time.
pub(super) struct Run<'a> {
    scenario: &'a Scenario,
    cloudwatch: CloudWatch,
    /// How many of the forced states have been set.
    forced: usize,
    /// The actions of the alarm under test so far.
    actions: Vec<Action>,
}

impl<'a> Run<'a> {
    /// At the first second, with these definitions.
    ///
    /// # Errors
    /// A definition that CloudWatch would refuse.
    pub(super) fn begin(scenario: &'a Scenario, alarms: &[Alarm]) -> Result<Self, AlarmError> {
        let mut cloudwatch = CloudWatch::new(scenario.account.clone(), scenario.start);
        // An alarm never looks beyond the time of its evaluation, so all data may lie there from the first second on.
        let store = cloudwatch.store_mut();
        for input in &scenario.series {
            let series = store.series(&input.metric);
            for sample in &input.notation.samples {
                let at = scenario.start + i64::from(sample.period) * i64::from(input.every);
                for _ in 0..sample.count {
                    store.add(series, input.unit, at, sample.value);
                }
            }
        }
        cloudwatch.put_alarms(alarms.to_vec())?;
        Ok(Self { scenario, cloudwatch, forced: 0, actions: Vec::new() })
    }

    /// Goes on until `at` seconds after the start; the states that are set then are set after its evaluation, those of
    /// one time together.
    pub(super) fn advance(&mut self, at: i64) {
        while let Some(next) = self.scenario.forced.get(self.forced).filter(|next| next.at <= at) {
            self.advance_to(next.at);
            for due in self.scenario.forced[self.forced..].iter().take_while(|due| due.at == next.at) {
                let set = self.cloudwatch.set_alarm_state(&due.alarm, due.state, "set by the test", None);
                set.expect("the alarm has been put before the first second");
                self.forced += 1;
            }
        }
        self.advance_to(at);
    }

    fn advance_to(&mut self, at: i64) {
        for occurrence in self.cloudwatch.advance_to(self.scenario.start + at) {
            if let Occurrence::Action(action) = occurrence
                && action.alarm == self.scenario.subject
            {
                self.actions.push(action);
            }
        }
    }

    /// What is otherwise than expected at the expectation's time.
    fn disagreements(&mut self, expectation: &Expectation) -> Vec<Disagreement> {
        self.advance(expectation.at);
        let now = self.scenario.start + expectation.at;
        let status = self.cloudwatch.alarm(&self.scenario.subject).expect("the alarm has been put");
        let seen = Seen {
            state: status.state,
            reason: &status.reason,
            notification: self.actions.last().map(|action| (action.subject.as_str(), action.message.as_str())),
            actions: self.actions.iter().filter(|action| action.at == now).map(|action| action.arn.as_str()).collect(),
            prefix: &self.scenario.prefix,
        };
        compare::disagreements(expectation, &seen)
    }

    /// The state of an alarm now.
    pub(super) fn state(&self, alarm: &str) -> Option<State> {
        self.cloudwatch.alarm(alarm).map(|status| status.state)
    }

    /// What the alarms look at.
    pub(super) fn cloudwatch(&self) -> &CloudWatch {
        &self.cloudwatch
    }
}
