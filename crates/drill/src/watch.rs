//! What drills tell while they run.

use std::{sync::Arc, time::Duration};

use crate::{Drill, DrillReport, Kind, Setting};

/// Something that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// A world is being started.
    Starting {
        /// Its kind.
        setting: Setting,
    },
    /// A drill begins.
    Begun {
        /// Which one.
        drill: &'a Drill,
    },
    /// Something happened in a drill.
    Moment {
        /// In which one.
        drill: &'a Drill,
        /// What kind.
        kind: Kind,
        /// In words.
        what: &'a str,
        /// How long after its beginning, on the wall's clock.
        after: Duration,
    },
    /// A drill ended.
    Done {
        /// Which one.
        drill: &'a Drill,
        /// What came of it.
        report: &'a DrillReport,
    },
}

/// Is told of everything, from several threads.
pub type Watcher = Arc<dyn Fn(&Event<'_>) + Send + Sync>;

/// A watcher that tells nobody.
#[must_use]
pub fn unwatched() -> Watcher {
    Arc::new(|_| ())
}
