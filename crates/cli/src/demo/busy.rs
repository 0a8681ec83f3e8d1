//! The busy demo: a burst of small files over the feeds, and one that the pipeline cannot finish.

use std::borrow::Cow;

use atalaya_contract::FileState;

use super::scenario::{Delivery, Manner, Part, Phase, Source};

/// Files that are equal parts of a larger one.
struct Batch {
    dataset: &'static str,
    source: Source,
    /// What their keys begin with.
    key: &'static str,
    first: usize,
    rows: usize,
    /// How many rows of each part are rejected; as many parts as figures.
    rejected: &'static [u64],
    /// The parts whose contract tolerates no such share of rejects, from 0.
    refused: &'static [usize],
}

/// Where the bad rows are, other readers of the files have found.
const BURST: [Batch; 6] = [
    Batch {
        dataset: "planes",
        source: Source::Package("planes.csv"),
        key: "planes/register",
        first: 0,
        rows: 250,
        rejected: &[0; 12],
        refused: &[],
    },
    Batch {
        dataset: "weather",
        source: Source::Package("weather.csv"),
        key: "weather/station",
        first: 0,
        rows: 2000,
        rejected: &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        refused: &[],
    },
    Batch {
        dataset: "airports",
        source: Source::Package("airports.csv"),
        key: "airports/region",
        first: 0,
        rows: 160,
        rejected: &[0, 0, 2, 0, 0, 1, 0, 0, 0],
        refused: &[2, 5],
    },
    Batch {
        dataset: "prices",
        source: Source::Folder("acme-preisliste.csv"),
        key: "acme/prices/group",
        first: 0,
        rows: 10,
        rejected: &[0, 1, 1, 1, 1, 0, 1],
        refused: &[],
    },
    Batch {
        dataset: "orders",
        source: Source::Folder("acme-orders.csv"),
        key: "acme/orders/shop",
        first: 0,
        rows: 8,
        rejected: &[0],
        refused: &[],
    },
    Batch {
        dataset: "orders",
        source: Source::Folder("acme-orders.csv"),
        key: "acme/orders/phone",
        first: 21,
        rows: 15,
        rejected: &[0],
        refused: &[],
    },
];

/// Rows of the register that no part of the burst has.
const LATE: Part = Part { first: 3000, rows: 250 };

/// What the busy demo does after the usual files.
pub(super) fn phases() -> [Phase; 3] {
    let single = |key, state, rows, story| Delivery {
        key: Cow::Borrowed(key),
        source: Source::Package("planes.csv"),
        part: Some(LATE),
        dataset: Some("planes"),
        state,
        rows,
        after: None,
        story,
    };
    [
        Phase { title: "A burst of small files", deliveries: burst(), manner: Manner::Burst },
        Phase {
            title: "A bad release: the pipeline looks for its data bucket under a wrong name",
            deliveries: vec![single("planes/late.csv", FileState::Failed, None, "nothing is wrong with it")],
            manner: Manner::Faulty,
        },
        Phase {
            title: "The release is taken back",
            deliveries: vec![single(
                "planes/again.csv",
                FileState::Available,
                Some((250, 0)),
                "the same file once more",
            )],
            manner: Manner::Single,
        },
    ]
}

fn burst() -> Vec<Delivery> {
    BURST
        .iter()
        .flat_map(|batch| {
            batch.rejected.iter().enumerate().map(|(index, rejected)| Delivery {
                key: Cow::Owned(format!("{}-{:02}.csv", batch.key, index + 1)),
                source: batch.source,
                part: Some(Part { first: batch.first + index * batch.rows, rows: batch.rows }),
                dataset: Some(batch.dataset),
                state: if batch.refused.contains(&index) { FileState::Rejected } else { FileState::Available },
                rows: Some((batch.rows as u64, *rejected)),
                after: None,
                story: "",
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::demo::scenario::{deliveries, usual};

    #[test]
    fn the_burst_is_many_files_of_all_small_feeds_and_none_twice() {
        let [burst, faulty, again] = phases();
        assert!(burst.deliveries.len() >= 40, "{}", burst.deliveries.len());
        let feeds: BTreeSet<_> = burst.deliveries.iter().filter_map(|delivery| delivery.dataset).collect();
        assert_eq!(feeds.len(), 5, "flights are too large for a burst");
        assert!(burst.deliveries.iter().any(|delivery| delivery.state == FileState::Rejected));
        let all = [usual(), burst, faulty, again];
        let keys: BTreeSet<_> = deliveries(&all).map(|delivery| &delivery.key).collect();
        assert_eq!(keys.len(), deliveries(&all).count(), "each key once");
    }
}
