//! Requests to the object store, which cost money one by one. They are counted where they are made and told in a line
//! that is written anyway: the record of a file, else the flush at the end of the invocation.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::Metric;

/// The tier of S3's price list that a request belongs to. What costs nothing, to delete or to abort, is in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObjectRequest {
    /// "GET, SELECT, and all other requests".
    Read,
    /// "PUT, COPY, POST, LIST requests".
    Write,
}

/// Requests that no line has told of yet.
#[derive(Debug, Default)]
pub(crate) struct ObjectRequests {
    reads: AtomicU64,
    writes: AtomicU64,
}

impl ObjectRequests {
    pub(crate) fn add(&self, request: ObjectRequest) {
        let counter = match request {
            ObjectRequest::Read => &self.reads,
            ObjectRequest::Write => &self.writes,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// The requests since the last call.
    pub(crate) fn take(&self) -> TakenRequests {
        let taken = |counter: &AtomicU64| counter.swap(0, Ordering::Relaxed);
        TakenRequests { reads: taken(&self.reads), writes: taken(&self.writes) }
    }
}

/// Requests that are about to be told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TakenRequests {
    pub(crate) reads: u64,
    pub(crate) writes: u64,
}

impl TakenRequests {
    /// As counts of the catalogue; a tier without requests has none.
    pub(crate) fn counts(self) -> impl Iterator<Item = (Metric, u64)> {
        let both = [(Metric::ObjectReads, self.reads), (Metric::ObjectWrites, self.writes)];
        both.into_iter().filter(|(_, requests)| *requests > 0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use atalaya_contract::{FileId, FileRef, FileState};

    use super::*;
    use crate::test_sink::{self, Captured};
    use crate::{Stage, Telemetry};

    fn ask(telemetry: &Telemetry, reads: u64, writes: u64) {
        (0..reads).for_each(|_| telemetry.object_request(ObjectRequest::Read));
        (0..writes).for_each(|_| telemetry.object_request(ObjectRequest::Write));
    }

    fn told(captured: &Captured, stage: &str) -> [Option<f64>; 2] {
        [Metric::ObjectReads, Metric::ObjectWrites].map(|metric| captured.sum(metric, &[("Stage", stage)]))
    }

    #[test]
    fn requests_are_told_in_the_line_of_the_total_and_none_is_no_line() {
        let captured = test_sink::capture(Stage::Intake);
        captured.telemetry.flush();
        assert_eq!(captured.lines(), Vec::<String>::new());
        captured.telemetry.count(Metric::FilesReceived, Some("flights"), 1);
        captured.telemetry.count(Metric::ColdStart, None, 1);
        ask(&captured.telemetry, 3, 1);
        captured.telemetry.flush();
        captured.assert_valid();
        assert_eq!(told(&captured, "intake"), [Some(3.0), Some(1.0)]);
        assert_eq!(captured.sum(Metric::ColdStart, &[("Stage", "intake")]), Some(1.0));
        assert_eq!(captured.sum(Metric::FilesReceived, &[]), Some(1.0));
        assert_eq!(captured.sum(Metric::FilesReceived, &[("Dataset", "flights")]), Some(1.0));
        assert_eq!(captured.emf().len(), 2, "the total with the step's own, and the feed");
        captured.telemetry.flush();
        assert_eq!(captured.emf().len(), 2, "each request is told once");
    }

    #[test]
    fn requests_without_anything_else_have_a_line_of_their_own() {
        let captured = test_sink::capture(Stage::Canary);
        ask(&captured.telemetry, 0, 2);
        captured.telemetry.flush();
        captured.assert_valid();
        assert_eq!((told(&captured, "canary"), captured.emf().len()), ([None, Some(2.0)], 1));
    }

    #[test]
    fn the_record_of_a_file_tells_the_requests_so_far_and_the_flush_the_rest() {
        let captured = test_sink::capture(Stage::Process);
        let file = FileRef {
            file_id: FileId::new("inbox", "a.csv", "v1"),
            bucket: "inbox".to_owned(),
            key: "a.csv".to_owned(),
            version_id: "v1".to_owned(),
            size: 10,
            created_at: captured.clock.now(),
        };
        let mut record = captured.telemetry.file(&file, "flights", 1);
        ask(&captured.telemetry, 2, 4);
        record.decided(FileState::Available, captured.clock.now(), Duration::from_secs(60));
        drop(record);
        let document = &captured.emf()[0];
        assert_eq!((&document["ObjectReads"], &document["ObjectWrites"]), (&2.into(), &4.into()));
        captured.telemetry.flush();
        assert_eq!(captured.emf().len(), 1, "nothing is left to tell");
        ask(&captured.telemetry, 1, 0);
        captured.telemetry.flush();
        captured.assert_valid();
        assert_eq!(told(&captured, "process"), [Some(3.0), Some(4.0)]);
    }

    #[test]
    fn requests_of_many_threads_are_all_told() {
        let captured = test_sink::capture(Stage::Process);
        let telemetry = &captured.telemetry;
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        ask(telemetry, 1, 1);
                        telemetry.flush();
                    }
                });
            }
        });
        captured.telemetry.flush();
        assert_eq!(told(&captured, "process"), [Some(800.0); 2]);
    }
}
