//! What came of drills.

use serde::Serialize;

use crate::{BlockReport, Drill, Kind, Moment, check::Totals};

/// What came of one drill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DrillReport {
    /// Alarm and cause.
    pub name: String,
    /// The alarm's whole name.
    pub alarm: String,
    /// What was done to the pipeline.
    pub fault: &'static str,
    /// Whether all went as it must.
    pub passed: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// What happened when.
    pub timeline: Vec<Moment>,
    /// The runbook's blocks.
    pub blocks: Vec<BlockReport>,
    /// How long it took, in seconds of the wall's clock.
    pub seconds: f64,
    /// The times that it shows.
    pub times: Times,
}

/// The times that a drill shows, in seconds. Those that CloudWatch decides about are on its clock, which may run ahead
/// of the wall's; those of messages and commands are on the wall's, as somebody on call would wait for them. Absent
/// where a drill did not come so far.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Times {
    /// From the fault to the alarm, on CloudWatch's clock.
    pub detect: Option<f64>,
    /// From the alarm to the message to on-call, on the wall's clock.
    pub page: Option<f64>,
    /// The runbook's commands, on the wall's clock.
    pub commands: f64,
    /// From the end of the commands to the end of the alarm, on CloudWatch's clock; 0 when it ended meanwhile.
    pub settle: Option<f64>,
}

impl Times {
    /// From the fault to the end of the alarm as on-call would see it, with a clock that does not run ahead.
    #[must_use]
    pub fn recover(&self) -> Option<f64> {
        Some(self.detect? + self.page? + self.commands + self.settle?)
    }

    /// Reads them off a time line.
    pub(crate) fn of(moments: &[Moment], blocks: &[BlockReport]) -> Self {
        let first = |kind| moments.iter().find(|moment| moment.kind == kind);
        let on_cloudwatch = |from: Option<&Moment>, to: Option<&Moment>| {
            Some(to?.cloudwatch.duration_since(from?.cloudwatch).as_secs_f64().max(0.0))
        };
        let alarm = first(Kind::Alarm);
        let commands_end = moments.iter().rfind(|moment| matches!(moment.kind, Kind::Block | Kind::Ended));
        Self {
            detect: on_cloudwatch(first(Kind::Fault), alarm),
            page: alarm.zip(first(Kind::Page)).map(|(alarm, page)| page.wall_seconds - alarm.wall_seconds),
            commands: blocks.iter().map(|block| block.seconds).sum(),
            settle: on_cloudwatch(commands_end, first(Kind::Recovered)),
        }
    }
}

/// What came of several drills.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Each drill, in the order of the catalogue.
    pub drills: Vec<DrillReport>,
    /// What all worlds hold together afterwards.
    pub totals: Totals,
    /// How long all took, in seconds of the wall's clock.
    pub seconds: f64,
}

impl Report {
    /// Whether all passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.drills.iter().all(|drill| drill.passed)
    }
}

impl DrillReport {
    /// One of a drill that could not begin.
    pub(crate) fn not_begun(drill: &Drill, why: String) -> Self {
        Self {
            name: drill.name(),
            alarm: drill.alarm_name(),
            fault: drill.fault,
            passed: false,
            failure: Some(why),
            timeline: Vec::new(),
            blocks: Vec::new(),
            seconds: 0.0,
            times: Times::default(),
        }
    }
}
