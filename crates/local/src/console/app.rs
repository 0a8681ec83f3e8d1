//! What the console looks at.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use atalaya_cloud::{
    CloudError, FileRecord,
    ledger::{BrowseFiles, FileQuery},
};
use atalaya_cloudwatch::CloudWatch;
use tokio::sync::Mutex;

use super::changes::Changes;
use crate::{cloudwatch::Shared, notice::Mailbox};

/// How many of the newest files the console keeps; older ones are asked of the ledger.
pub(super) const KEPT_FILES: usize = 500;

/// A ledger that the console can read from each of its tasks.
pub(super) trait Ledger: BrowseFiles + 'static {}

impl<T: BrowseFiles + 'static> Ledger for T {}

/// What the console looks at. Nothing of it is changed.
#[derive(Debug)]
pub(super) struct App<L> {
    pub(super) cloudwatch: Arc<Shared>,
    pub(super) ledger: L,
    pub(super) mailbox: Arc<Mailbox>,
    /// The folder of the runbooks.
    pub(super) runbooks: PathBuf,
    /// CloudWatch's time when the console began: nothing that it shows is much older.
    pub(super) began: i64,
    pub(super) changes: Changes,
    newest: Mutex<Option<Newest>>,
    is_stale: AtomicBool,
}

/// The newest files, newest first.
pub(super) type Newest = Arc<Vec<FileRecord>>;

impl<L: Ledger> App<L> {
    pub(super) fn new(cloudwatch: Arc<Shared>, ledger: L, mailbox: Arc<Mailbox>, runbooks: PathBuf) -> Self {
        let began = cloudwatch.read(CloudWatch::now);
        let changes = Changes::default();
        let (newest, is_stale) = (Mutex::default(), AtomicBool::new(true));
        Self { cloudwatch, ledger, mailbox, runbooks, began, changes, newest, is_stale }
    }

    /// The newest files. The ledger is asked only when it was written since the last time.
    pub(super) async fn newest(&self) -> Result<Newest, CloudError> {
        let mut kept = self.newest.lock().await;
        let was_stale = self.is_stale.swap(false, Ordering::AcqRel);
        if let Some(newest) = kept.as_ref().filter(|_| !was_stale) {
            return Ok(Arc::clone(newest));
        }
        let query = FileQuery { state: None, dataset: None, since: None, limit: KEPT_FILES };
        match self.ledger.list(&query).await {
            Ok(files) => Ok(Arc::clone(kept.insert(Arc::new(files)))),
            Err(error) => {
                self.outdate();
                Err(error)
            }
        }
    }

    /// Lets the ledger be asked again.
    pub(super) fn outdate(&self) {
        self.is_stale.store(true, Ordering::Release);
    }
}
