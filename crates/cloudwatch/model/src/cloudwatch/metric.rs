//! The evaluation of metric alarms.

use super::{CloudWatch, Kind, Verdict};
use crate::{
    Frame, MetricStat, MetricStore, Point, SeriesId, Statistic, Unit,
    alarm::{
        Alarm, AlarmSource, Decision, LowSamples, MetricAlarm, MissingData, Slot, State, Window, decide,
        limits::{Target, target},
        reason::{Findings, Reading, looked_at, reason_data, threshold_crossed},
    },
    query::{Places, Program},
};

/// What it takes to evaluate a metric alarm, worked out once.
#[derive(Debug)]
pub(super) struct Watch {
    window: Window,
    source: Source,
    periods: usize,
    datapoints: usize,
    missing: MissingData,
    /// Whether it has never been evaluated: the first time is the next full minute even for one that is due hourly.
    is_new: bool,
    /// Whether one of its actions is run again every minute.
    repeats: bool,
}

#[derive(Debug)]
enum Source {
    Metric { stat: MetricStat, series: Option<SeriesId> },
    Math(Program, Places),
}

/// Room that evaluations share.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    points: Vec<Option<Point>>,
    readings: Vec<Reading>,
    slots: Vec<Slot>,
}

/// What an evaluation came to.
enum Outcome {
    Same,
    Changed(Verdict),
    Failed(String),
}

impl Watch {
    /// Reads the alarm, or says in words why it cannot be evaluated.
    pub(super) fn new(alarm: &MetricAlarm) -> Result<Self, String> {
        let (source, period) = match &alarm.source {
            AlarmSource::Metric(stat) => (Source::Metric { stat: stat.clone(), series: None }, stat.period),
            AlarmSource::Math(queries) => {
                let program = Program::compile(queries).map_err(|error| format!("Metrics: {error}"))?;
                program.is_allowed_in_alarm().map_err(|error| format!("Metrics: {error}"))?;
                let period = program.period().ok_or("Metrics: no entry says a Period")?;
                (Source::Math(program, Places::default()), period)
            }
        };
        let arns = State::ALL.into_iter().flat_map(|state| alarm.actions.of(state));
        Ok(Self {
            window: Window { period, periods: alarm.evaluation_periods },
            source,
            periods: alarm.evaluation_periods as usize,
            datapoints: alarm.datapoints() as usize,
            missing: alarm.missing_data(),
            is_new: true,
            repeats: arns.into_iter().any(|arn| is_repeated(arn)),
        })
    }

    pub(super) fn is_high_resolution(&self) -> bool {
        self.window.period < 60
    }

    fn is_due(&self, now: i64) -> bool {
        self.window.is_due(now) || (self.is_new && now % 60 == 0)
    }

    fn evaluate(
        &mut self,
        alarm: &MetricAlarm,
        current: State,
        store: &MetricStore,
        now: i64,
        scratch: &mut Scratch,
    ) -> Outcome {
        self.is_new = false;
        let frame = self.window.frame(now);
        if let Err(error) = self.source.read(store, &frame, scratch) {
            return Outcome::Failed(error);
        }
        let slot = |reading: &Reading| match reading.value {
            None => Slot::Missing,
            Some(value) if alarm.comparison.breaches(value, alarm.threshold) => Slot::Breaching,
            Some(_) => Slot::Within,
        };
        scratch.slots.clear();
        scratch.slots.extend(scratch.readings.iter().map(slot));
        let state = match decide(&scratch.slots, self.periods, self.datapoints, self.missing) {
            Decision::Become(state) if state != current => state,
            _ => return Outcome::Same,
        };
        if alarm.low_samples == LowSamples::Ignore && self.has_too_few_samples(&scratch.readings) {
            return Outcome::Same;
        }
        let findings = Findings {
            looked: looked_at(&frame, &scratch.readings, self.periods),
            state,
            periods: self.periods,
            datapoints: alarm.datapoints_to_alarm.map(|datapoints| datapoints as usize),
            threshold: alarm.threshold,
            comparison: alarm.comparison,
            missing: self.missing,
        };
        let statistic = self.source.statistic();
        let data = reason_data(&findings, now, self.window.period, statistic.as_deref(), self.source.unit());
        let reason = threshold_crossed(&findings);
        Outcome::Changed(Verdict { state, reason, reason_data: Some(data), children: Vec::new() })
    }

    /// Whether the newest data point is of too few samples for its percentile: fewer than 10 / (1 - p), or than 10 / p
    /// for one below the median (user guide, "Percentile-based alarms and low data samples"). Which of the evaluated
    /// points counts is not published; the newest is this library's choice.
    fn has_too_few_samples(&self, readings: &[Reading]) -> bool {
        let Source::Metric { stat: MetricStat { stat: Statistic::Percentile(share), .. }, .. } = &self.source else {
            return false;
        };
        let Some(count) = readings.iter().rev().find_map(|reading| reading.sample_count) else { return false };
        let rest = if *share >= 50.0 { 100.0 - share } else { *share };
        // A share has at most ten decimals; what is smaller is the rounding of the difference.
        count * rest < 1000.0 - 1e-6
    }
}

impl Source {
    /// The points of the frame into `scratch.readings`.
    fn read(&mut self, store: &MetricStore, frame: &Frame, scratch: &mut Scratch) -> Result<(), String> {
        scratch.readings.clear();
        match self {
            Self::Metric { stat, series } => {
                if series.is_none() {
                    *series = store.find(&stat.metric);
                }
                scratch.points.clear();
                match series {
                    Some(series) => store.read_into(*series, &stat.stat, stat.unit, frame, &mut scratch.points),
                    None => scratch.points.resize(frame.count, None),
                }
                let reading = |point: &Option<Point>| Reading {
                    value: point.map(|point| point.value),
                    sample_count: point.map(|point| point.sample_count),
                };
                scratch.readings.extend(scratch.points.iter().map(reading));
            }
            Self::Math(program, places) => {
                let values = program.returned_from(places, store, frame).map_err(|error| error.to_string())?;
                scratch.readings.extend(values.iter().map(|value| Reading { value: *value, sample_count: None }));
            }
        }
        Ok(())
    }

    fn statistic(&self) -> Option<String> {
        match self {
            Self::Metric { stat, .. } => Some(stat.stat.to_string()),
            Self::Math(..) => None,
        }
    }

    fn unit(&self) -> Option<Unit> {
        match self {
            Self::Metric { stat, .. } => stat.unit,
            Self::Math(..) => None,
        }
    }
}

/// Actions of Auto Scaling are run every minute as long as the alarm stays in the state (user guide, "Alarm actions").
fn is_repeated(arn: &str) -> bool {
    target(arn) == Some(Target::AutoScaling)
}

impl CloudWatch {
    /// Evaluates every metric alarm that is due now.
    pub(super) fn evaluate_metric_alarms(&mut self) {
        let now = self.now;
        let mut eventful = Vec::new();
        for (name, entry) in &mut self.alarms {
            let Kind::Metric(watch) = &mut entry.kind else { continue };
            if !watch.is_due(now) {
                continue;
            }
            let Alarm::Metric(alarm) = &*entry.status.definition else { continue };
            match watch.evaluate(alarm, entry.status.state, &self.store, now, &mut self.scratch) {
                Outcome::Same => {
                    entry.status.evaluation_error = None;
                    if watch.repeats && now % 60 == 0 {
                        eventful.push((name.clone(), None));
                    }
                }
                Outcome::Changed(verdict) => {
                    entry.status.evaluation_error = None;
                    eventful.push((name.clone(), Some(verdict)));
                }
                Outcome::Failed(error) => entry.status.evaluation_error = Some(error),
            }
        }
        for (name, verdict) in eventful {
            match verdict {
                Some(verdict) => self.settle_on(&name, verdict),
                None => self.act(&name, is_repeated),
            }
        }
    }
}
