//! The minutes around a disagreement: what the alarm saw, and what it made of it.

use std::collections::BTreeSet;

use super::{
    report::{Disagreement, Moment, Timeline},
    scenario::{Run, Scenario},
    stage::dependencies,
};
use atalaya_cloudwatch::{
    Frame, MetricDataQuery, Program, QuerySource,
    alarm::{Alarm, AlarmError, AlarmSource, MetricAlarm, State, Window},
};

/// How many periods before a disagreement are shown.
const PERIODS: i64 = 6;
/// How many disagreements have their own surroundings shown; those of later ones would only make the table longer.
const SHOWN: usize = 2;

/// The alarm under test around its first disagreements.
///
/// # Errors
/// The definition of an alarm that CloudWatch would refuse.
pub(super) fn timeline(scenario: &Scenario, disagreements: &[Disagreement]) -> Result<Timeline, AlarmError> {
    let wrong: BTreeSet<i64> = disagreements.iter().map(|disagreement| disagreement.at).collect();
    let mut run = Run::begin(scenario, &scenario.alarms)?;
    let view = View::of(scenario);
    let mut rows = Vec::new();
    for at in times(scenario.alarm(), &wrong) {
        run.advance(at);
        let (cells, breaching) = view.look(&run, scenario.start + at);
        let state = run.state(&scenario.subject).expect("the alarm has been put");
        rows.push(Moment { at, cells, breaching, state, disagrees: wrong.contains(&at) });
    }
    let mut timeline = Timeline { columns: view.columns, rows };
    if let Source::Alarms(_) = view.source {
        troubled_first(&mut timeline);
    }
    Ok(timeline)
}

/// Of the alarms below a composite alarm those come first that are not OK all the time.
fn troubled_first(timeline: &mut Timeline) {
    let ok = Some(State::Ok.as_str());
    let is_quiet = |column: &usize| timeline.rows.iter().all(|row| row.cells[*column].as_deref() == ok);
    let mut order: Vec<usize> = (0..timeline.columns.len()).collect();
    order.sort_by_key(is_quiet);
    timeline.columns = order.iter().map(|column| timeline.columns[*column].clone()).collect();
    for row in &mut timeline.rows {
        row.cells = order.iter().map(|column| row.cells[*column].clone()).collect();
    }
}

/// The times to show: the disagreements, the minutes beside them, and the periods before them.
fn times(alarm: &Alarm, wrong: &BTreeSet<i64>) -> BTreeSet<i64> {
    let (period, step) = match alarm {
        Alarm::Metric(alarm) => {
            let window = window(alarm);
            (i64::from(window.period), window.interval())
        }
        Alarm::Composite(_) => (60, 60),
    };
    let mut times = BTreeSet::new();
    for at in wrong.iter().take(SHOWN) {
        times.extend((0..=PERIODS).map(|back| at - back * period));
        times.extend([at - step, at + step]);
    }
    times.retain(|at| *at >= 0);
    times
}

/// Over which periods the alarm is evaluated: all that it reads have one length.
fn window(alarm: &MetricAlarm) -> Window {
    let stats = super::mutation::stats(&alarm.source);
    Window { period: stats.first().map_or(60, |stat| stat.period), periods: alarm.evaluation_periods }
}

/// What the columns show.
struct View<'a> {
    columns: Vec<String>,
    source: Source<'a>,
}

enum Source<'a> {
    /// The queries of a metric alarm, each of them returned, and which of them the alarm judges.
    Queries { alarm: &'a MetricAlarm, window: Window, program: Option<Program>, judged: usize },
    /// Physical names of the alarms that a composite alarm depends on.
    Alarms(Vec<String>),
}

impl<'a> View<'a> {
    fn of(scenario: &'a Scenario) -> Self {
        let alarm = match scenario.alarm() {
            Alarm::Metric(alarm) => alarm,
            composite @ Alarm::Composite(_) => {
                let names: Vec<_> = dependencies(composite).into_iter().collect();
                let short = |name: &String| name.strip_prefix(&scenario.prefix).unwrap_or(name).to_owned();
                return Self { columns: names.iter().map(short).collect(), source: Source::Alarms(names) };
            }
        };
        let queries = queries(&alarm.source);
        let judged = queries.iter().position(|query| query.return_data).unwrap_or_default();
        let columns = queries.iter().map(|query| column(query, queries.len() == 1)).collect();
        let all: Vec<_> = queries.into_iter().map(|query| MetricDataQuery { return_data: true, ..query }).collect();
        let program = Program::compile(&all).ok();
        Self { columns, source: Source::Queries { alarm, window: window(alarm), program, judged } }
    }

    /// The newest data point of each query and whether it breaches, or the states of the other alarms.
    fn look(&self, run: &Run<'_>, now: i64) -> (Vec<Option<String>>, Option<bool>) {
        match &self.source {
            Source::Alarms(names) => {
                let state = |name: &String| run.state(name).map(|state| state.as_str().to_owned());
                (names.iter().map(state).collect(), None)
            }
            Source::Queries { alarm, window, program, judged } => {
                let values =
                    program.as_ref().map(|program| newest(program, run, &window.frame(now))).unwrap_or_default();
                let value = |index: usize| values.get(index).copied().flatten();
                let cells = (0..self.columns.len()).map(|index| value(index).map(rounded)).collect();
                (cells, value(*judged).map(|value| alarm.comparison.breaches(value, alarm.threshold)))
            }
        }
    }
}

/// The last value of each query over the frame.
fn newest(program: &Program, run: &Run<'_>, frame: &Frame) -> Vec<Option<f64>> {
    let series = program.evaluate(run.cloudwatch().store(), frame).unwrap_or_default();
    series.iter().map(|series| series.values.last().copied().flatten()).collect()
}

/// The queries of an alarm; a single metric is a query of its own.
fn queries(source: &AlarmSource) -> Vec<MetricDataQuery> {
    match source {
        AlarmSource::Math(queries) => queries.clone(),
        AlarmSource::Metric(stat) => {
            let (id, source) = ("m".to_owned(), QuerySource::Metric(stat.clone()));
            vec![MetricDataQuery { id, source, label: None, return_data: true }]
        }
    }
}

/// The id of a query; `Sum Errors` where the alarm has no ids.
fn column(query: &MetricDataQuery, single: bool) -> String {
    match &query.source {
        QuerySource::Metric(stat) if single => format!("{} {}", stat.stat, stat.metric.name),
        _ => query.id.clone(),
    }
}

/// At most six digits that tell something.
fn rounded(value: f64) -> String {
    let text = format!("{value:.5e}").parse::<f64>().unwrap_or(value).to_string();
    if text.len() <= 15 { text } else { format!("{value:.5e}") }
}
