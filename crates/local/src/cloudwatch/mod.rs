//! The local AWS's CloudWatch: what happens in the emulator becomes metrics, alarms are evaluated as CloudWatch does
//! it, what they set going reaches the emulator's SNS and EventBridge, and the API answers.

mod api;
mod clock;
mod courier;
mod line_time;
mod meter;
mod recorder;
mod service_metrics;
mod stacks;
mod state;

use std::{sync::Arc, time::Duration};

use atalaya_cloudwatch::{
    CloudWatch,
    alarm::{Alarm, AlarmStatus, State},
};
use jiff::Timestamp;
use serde_json::Value;
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};

pub use self::service_metrics::{Kind, Presence, SERVICE_METRICS, ServiceMetric, service_metric};
use self::{api::Api, clock::Clock, meter::Meter};
pub(crate) use self::{stacks::Stacks, state::Shared};
use crate::{EndpointFault, LocalError, RunLog};

/// How often it is looked whether a moment has come at which alarms are evaluated.
const TICK: Duration = Duration::from_millis(200);
/// The fastest clock: beyond, data of now would lie further ahead of the evaluation than CloudWatch takes data.
pub(crate) const MAX_SPEED: u32 = 3600;

/// A running CloudWatch; all of it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct LocalCloudWatch {
    shared: Arc<Shared>,
    api: Api,
    meter: Meter,
    tasks: Vec<JoinHandle<()>>,
}

impl LocalCloudWatch {
    /// Begins to listen: for the meter, and for calls. Time stands still until [`LocalCloudWatch::begin`].
    pub(crate) async fn start(speed: u32, log: RunLog) -> Result<Self, LocalError> {
        if speed == 0 || speed > MAX_SPEED {
            return Err(LocalError::ClockSpeed(speed));
        }
        let shared = Arc::new(Shared::new(Clock::new(speed), log));
        let api = Api::start(Arc::clone(&shared)).await?;
        let meter = Meter::start(Arc::clone(&shared)).await?;
        Ok(Self { shared, api, meter, tasks: Vec::new() })
    }

    /// What the console reads.
    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Where the API answers.
    pub(crate) fn endpoint(&self) -> &str {
        self.api.endpoint()
    }

    /// Says where the emulator is, once it has started.
    pub(crate) fn lead_to(&self, emulator: &str) {
        self.api.lead_to(emulator);
    }

    /// Where the meter connects to.
    pub(crate) fn meter_address(&self) -> &str {
        self.meter.address()
    }

    /// Creates the alarms and dashboards, by their names and bodies, and lets time run.
    pub(crate) fn begin(
        &mut self,
        alarms: Vec<Alarm>,
        dashboards: &[(String, Value)],
        sns: aws_sdk_sns::Client,
    ) -> Result<(), LocalError> {
        // Up to now there are no alarms, so nothing occurs.
        self.shared.advance();
        let put = self.shared.with_cloudwatch(|cloudwatch| cloudwatch.put_alarms(alarms));
        put.map_err(|error| LocalError::AlarmRefused(error.to_string()))?;
        let now = self.shared.read(CloudWatch::now);
        for (name, body) in dashboards {
            let put = self.shared.dashboards().put(name, body, now);
            put.map_err(|faults| LocalError::DashboardRefused(faults.to_string()))?;
        }
        let (sender, receiver) = mpsc::unbounded_channel();
        let courier = courier::carry(receiver, sns, self.meter.orders(), Arc::clone(&self.shared));
        self.tasks.push(tokio::spawn(courier));
        let shared = Arc::clone(&self.shared);
        self.tasks.push(tokio::spawn(async move {
            let mut ticks = interval(TICK);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                for occurrence in shared.advance() {
                    // The courier lives as long as this.
                    let _ = sender.send(occurrence);
                }
            }
        }));
        Ok(())
    }

    /// Lets calls of AWS's operations go wrong in these ways from now on, and in no others: the meter sits where they
    /// are answered.
    pub(crate) async fn set_faults(&self, faults: &[EndpointFault]) -> Result<(), LocalError> {
        self.meter.orders().set_faults(faults).await.map_err(LocalError::FaultsRefused)
    }

    /// Lets so many calls of functions run at once in the account.
    pub(crate) async fn limit_concurrency(&self, limit: Option<u32>) -> Result<(), LocalError> {
        self.meter.orders().limit_concurrency(limit).await.map_err(LocalError::LimitRefused)
    }

    /// Reads or changes it.
    pub(crate) fn with_cloudwatch<T>(&self, look: impl FnOnce(&mut CloudWatch) -> T) -> T {
        self.shared.with_cloudwatch(look)
    }

    /// What its clock shows at a moment of the wall's; the moment itself where that lies beyond all calendars.
    pub(crate) fn time(&self, wall: Timestamp) -> Timestamp {
        let shown = self.shared.clock().at(wall.as_nanosecond() as f64 / 1e9);
        Timestamp::from_millisecond((shown * 1000.0) as i64).unwrap_or(wall)
    }

    /// How often something could not be counted, published or told.
    pub(crate) fn errors(&self) -> u64 {
        self.shared.errors()
    }

    /// The alarm of this name.
    pub(crate) fn alarm(&self, name: &str) -> Option<AlarmStatus> {
        self.shared.read(|cloudwatch| cloudwatch.alarm(name).cloned())
    }

    /// Waits until the alarm is in the state.
    pub(crate) async fn wait_for(
        &self,
        name: &str,
        state: State,
        deadline: Duration,
    ) -> Result<AlarmStatus, LocalError> {
        let mut changes = self.shared.changes();
        let end = tokio::time::Instant::now() + deadline;
        loop {
            changes.mark_unchanged();
            let Some(alarm) = self.alarm(name) else { return Err(LocalError::NoAlarm(name.to_owned())) };
            if alarm.state == state {
                return Ok(alarm);
            }
            if !matches!(tokio::time::timeout_at(end, changes.changed()).await, Ok(Ok(()))) {
                return Err(LocalError::AlarmElsewhere { deadline, wanted: state.as_str(), alarm: Box::new(alarm) });
            }
        }
    }
}

impl Drop for LocalCloudWatch {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}
