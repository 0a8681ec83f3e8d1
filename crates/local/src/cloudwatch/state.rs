//! The one CloudWatch that the meter feeds, the evaluator drives and the API answers from.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use atalaya_cloudwatch::{Account, CloudWatch, alarm::Occurrence};
use atalaya_cloudwatch_api::logs::LogsService;
use atalaya_cloudwatch_dashboard::Dashboards;
use atalaya_cloudwatch_insights::logs::{Limits, LogEvent, Logs};
use tokio::sync::watch;

use super::{
    clock::{self, Clock},
    line_time,
    recorder::{Counts, Recorder},
};
use crate::{RunLog, server};

/// How long after a moment it is evaluated, in seconds of the wall's clock: what happened just before must have been
/// told by then. CloudWatch itself waits minutes for some services.
const GRACE: f64 = 1.0;
const MINUTE: i64 = 60;
/// What is kept of each log group for Logs Insights: a demonstration writes some thousand events into each.
const RETAINED: Limits = Limits { events: 100_000, bytes: 32 << 20 };
/// How many different faults are told in the log; the counter counts all.
const TOLD_FAULTS: usize = 100;

/// Shared by the meter, the evaluator, the API and the console.
#[derive(Debug)]
pub(crate) struct Shared {
    clock: Clock,
    log: RunLog,
    inner: Mutex<Inner>,
    /// Apart from the metrics, so that a long search keeps nobody waiting who asks for those.
    logs: Mutex<LogsService>,
    /// Locked last: whoever holds it takes neither the metrics nor the logs.
    dashboards: Mutex<Dashboards>,
    /// Counts the moments at which a state may have changed.
    changes: watch::Sender<u64>,
    /// Counts the writes to DynamoDB's tables.
    table_writes: watch::Sender<u64>,
    errors: AtomicU64,
    faults: Mutex<BTreeSet<String>>,
}

#[derive(Debug)]
struct Inner {
    cloudwatch: CloudWatch,
    recorder: Recorder,
}

impl Shared {
    pub(super) fn new(clock: Clock, log: RunLog) -> Self {
        let account = Account { id: server::ACCOUNT.to_owned(), region: server::REGION.to_owned() };
        let cloudwatch = CloudWatch::new(account.clone(), evaluated(&clock));
        let inner = Inner { cloudwatch, recorder: Recorder::default() };
        Self {
            clock,
            log,
            inner: Mutex::new(inner),
            logs: Mutex::new(LogsService::new(account, RETAINED, evaluated(&clock))),
            dashboards: Mutex::default(),
            changes: watch::Sender::new(0),
            table_writes: watch::Sender::new(0),
            errors: AtomicU64::new(0),
            faults: Mutex::default(),
        }
    }

    /// One that nothing feeds and nothing drives, at the wall's time.
    #[cfg(test)]
    pub(crate) fn still(log: RunLog) -> Self {
        Self::new(Clock::new(1), log)
    }

    pub(crate) fn clock(&self) -> Clock {
        self.clock
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads it. Nothing else happens in CloudWatch meanwhile, so be brief.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&CloudWatch) -> T) -> T {
        look(&self.inner().cloudwatch)
    }

    /// Reads it together with the logs, whose times are on CloudWatch's clock too. Nothing else happens in either
    /// meanwhile, so be brief.
    pub(crate) fn read_with_logs<T>(&self, look: impl FnOnce(&CloudWatch, &Logs) -> T) -> T {
        let inner = self.inner();
        look(&inner.cloudwatch, self.logs().logs())
    }

    /// Reads or changes the logs, at the time of CloudWatch's clock.
    pub(super) fn with_logs<T>(&self, look: impl FnOnce(&mut LogsService) -> T) -> T {
        let mut service = self.logs();
        service.advance_to(self.clock.now().floor() as i64);
        look(&mut service)
    }

    fn logs(&self) -> MutexGuard<'_, LogsService> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its dashboards, locked while the guard lives.
    pub(crate) fn dashboards(&self) -> MutexGuard<'_, Dashboards> {
        self.dashboards.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads or changes it, and wakes who waits for a state.
    pub(crate) fn with_cloudwatch<T>(&self, look: impl FnOnce(&mut CloudWatch) -> T) -> T {
        let seen = look(&mut self.inner().cloudwatch);
        self.changes.send_modify(|changes| *changes += 1);
        seen
    }

    /// Changes whenever a state may have.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Changes whenever a table was written.
    pub(crate) fn table_writes(&self) -> watch::Receiver<u64> {
        self.table_writes.subscribe()
    }

    /// Takes what a service did.
    pub(super) fn record(&self, counts: &Counts) {
        let at = self.clock.at(counts.at).floor() as i64;
        let Inner { cloudwatch, recorder } = &mut *self.inner();
        let now = cloudwatch.now();
        let recorded = recorder.record(cloudwatch.store_mut(), counts, at, self.clock.speed(), now);
        if let Err(fault) = recorded {
            self.fail("meter", fault);
        }
        if counts.is_table_write() {
            self.table_written();
        }
    }

    /// Wakes who waits for writes to tables.
    pub(crate) fn table_written(&self) {
        self.table_writes.send_modify(|writes| *writes += 1);
    }

    /// Takes a line of a log, told at `at` on the wall's clock.
    pub(super) fn record_line(&self, group: &str, stream: String, message: String, at: f64) {
        let group_of = [("LogGroupName".to_owned(), group.to_owned())];
        let values = [("IncomingLogEvents", 1.0), ("IncomingBytes", message.len() as f64)];
        self.record(&Counts {
            namespace: "AWS/Logs".to_owned(),
            dimensions: group_of.into(),
            values: values.map(|(name, value)| (name.to_owned(), value)).into(),
            at,
        });
        let mapped = match self.clock.speed() {
            1.0 => None,
            _ => line_time::mapped(&message, |at| self.clock.at(at)),
        };
        let message = mapped.unwrap_or(message);
        // CloudWatch itself counts what is wrong with a line, as metrics.
        let _ = self.inner().cloudwatch.ingest_log(group, &message);
        let milliseconds = |seconds: f64| (seconds * 1000.0).round() as i64;
        let (at, ingested) = (milliseconds(self.clock.at(at)), milliseconds(self.clock.now()));
        self.logs().logs_mut().put(group, LogEvent { at, ingested, stream, message });
    }

    /// Takes the name of a log group.
    pub(super) fn record_group(&self, group: &str) {
        self.logs().logs_mut().create(group);
    }

    /// Evaluates up to now.
    pub(super) fn advance(&self) -> Vec<Occurrence> {
        let (until, wall) = (evaluated(&self.clock), clock::wall());
        let mut occurrences = Vec::new();
        {
            let Inner { cloudwatch, recorder } = &mut *self.inner();
            loop {
                let boundary = (cloudwatch.now().div_euclid(MINUTE) + 1) * MINUTE;
                if boundary > until {
                    break;
                }
                let now = cloudwatch.now();
                recorder.complete(cloudwatch.store_mut(), boundary - MINUTE, wall, now);
                occurrences.extend(cloudwatch.advance_to(boundary));
            }
            // A wall's clock that is set back must not take CloudWatch with it.
            if until > cloudwatch.now() {
                occurrences.extend(cloudwatch.advance_to(until));
            }
        }
        if !occurrences.is_empty() {
            self.changes.send_modify(|changes| *changes += 1);
        }
        occurrences
    }

    /// Counts something that went wrong, and tells it in the run's log once.
    pub(super) fn fail(&self, who: &str, what: String) {
        self.errors.fetch_add(1, Ordering::Relaxed);
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.len() < TOLD_FAULTS && !faults.contains(&what) {
            self.log.tell(who, &what);
            faults.insert(what);
        }
    }

    /// How often something went wrong.
    pub(super) fn errors(&self) -> u64 {
        self.errors.load(Ordering::Relaxed)
    }
}

/// Up to when there is nothing more to wait for.
fn evaluated(clock: &Clock) -> i64 {
    clock.at(clock::wall() - GRACE).floor() as i64
}
