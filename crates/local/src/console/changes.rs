//! What has changed since a page last looked: it asks, and is answered when something has, so that it need not look
//! again and again.

use std::{sync::Arc, time::Duration};

use atalaya_cloudwatch::{CloudWatch, alarm::State};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use super::{
    answer::Refusal,
    app::{App, Ledger, Newest},
    request::Asked,
    status,
};

/// How long a page waits for an answer when nothing changes.
const PATIENCE: Duration = Duration::from_secs(20);
/// Writes to the ledger come several together; the files are read once for those of so long a time.
const TOGETHER: Duration = Duration::from_millis(150);

/// How often each part of what the console shows has changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Versions {
    alarms: u64,
    files: u64,
    notices: u64,
}

impl Versions {
    /// Grows with every change.
    fn total(self) -> u64 {
        self.alarms + self.files + self.notices
    }
}

/// The versions, and who waits for the next ones.
#[derive(Debug)]
pub(super) struct Changes {
    versions: watch::Sender<Versions>,
    /// How long a page waits for an answer when nothing changes.
    pub(super) patience: Duration,
}

impl Default for Changes {
    fn default() -> Self {
        Self { versions: watch::Sender::default(), patience: PATIENCE }
    }
}

impl Changes {
    fn tell(&self, change: impl FnOnce(&mut Versions)) {
        self.versions.send_modify(change);
    }

    /// Whether a page waits.
    fn is_awaited(&self) -> bool {
        self.versions.receiver_count() > 0
    }
}

/// Answers when something has changed since `after`, at once where nothing is known of it, and at the latest after
/// [`PATIENCE`]; then with what the head of every page says.
pub(super) async fn await_one<L: Ledger>(app: &App<L>, asked: &Asked) -> Result<Value, Refusal> {
    let after: Option<u64> = asked.parsed("after", "the number of an earlier answer")?;
    let mut versions = app.changes.versions.subscribe();
    // A number that is not the present one is of an earlier console: its page knows nothing.
    let _ = timeout(app.changes.patience, versions.wait_for(|now| Some(now.total()) != after)).await;
    let now = *versions.borrow();
    drop(versions);
    Ok(json!({ "version": now.total(), "changed": now, "status": status::status(app).await }))
}

/// Notices what changes, for ever.
pub(super) async fn observe<L: Ledger>(app: Arc<App<L>>) {
    tokio::join!(observe_alarms(&app), observe_notices(&app), observe_files(&app));
}

async fn observe_alarms<L: Ledger>(app: &App<L>) {
    let mut changes = app.cloudwatch.changes();
    let mut known = app.cloudwatch.read(states);
    // CloudWatch wakes for every call; only what becomes of the alarms is told.
    while changes.changed().await.is_ok() {
        let now = app.cloudwatch.read(states);
        if now != known {
            known = now;
            app.changes.tell(|versions| versions.alarms += 1);
        }
    }
}

fn states(cloudwatch: &CloudWatch) -> Vec<(String, State, i64)> {
    let state = |alarm: &atalaya_cloudwatch::alarm::AlarmStatus| {
        (alarm.definition.name().to_owned(), alarm.state, alarm.transitioned_at)
    };
    cloudwatch.alarms().map(state).collect()
}

async fn observe_notices<L: Ledger>(app: &App<L>) {
    let mut count = app.mailbox.count();
    while count.changed().await.is_ok() {
        app.changes.tell(|versions| versions.notices += 1);
    }
}

async fn observe_files<L: Ledger>(app: &App<L>) {
    let mut writes = app.cloudwatch.table_writes();
    let mut known: Option<Newest> = None;
    while writes.changed().await.is_ok() {
        sleep(TOGETHER).await;
        writes.mark_unchanged();
        app.outdate();
        // Nobody looks: who comes will read.
        if !app.changes.is_awaited() {
            known = None;
            app.changes.tell(|versions| versions.files += 1);
            continue;
        }
        // A ledger that cannot be read is told by the status, to who asks.
        let Ok(now) = app.newest().await else { continue };
        if known.as_ref() != Some(&now) {
            known = Some(now);
            app.changes.tell(|versions| versions.files += 1);
        }
    }
}
