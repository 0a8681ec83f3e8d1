//! Stores that stop to answer after so many calls, as they do to a process that is killed.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use atalaya_cloud::ledger::{
    BrowseFiles, FileQuery, KeepAudit, NoticeRecord, Operation, Pause, PauseSet, Pauses, ReadFiles, RecoverFiles,
    Recovered, Route, Standing,
};
use atalaya_cloud::objects::{
    Condition, Content, ListHistory, ListObjects, ListVersions, ObjectBody, ObjectMeta, ObjectVersion, Part,
    ReadObjects, Stored, Upload, VersionMeta, WriteConditionally, WriteObjects,
};
use atalaya_cloud::{
    CloudError, ErrorKind, ExecutionSummary, Executions, FileRecord, MemoryExecutions, MemoryLedger, MemoryObjects,
    Started, WatchExecutions,
};
use atalaya_contract::{ContractRef, FileId, Recovery};
use bytes::Bytes;

/// How the last call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The process dies before it.
    Before,
    /// The call takes effect, and the process dies before the answer.
    After,
}

/// What all stores of one process share.
#[derive(Debug, Clone)]
pub(crate) struct Fuse(Arc<Burning>);

#[derive(Debug)]
struct Burning {
    made: AtomicUsize,
    last: usize,
    cut: Cut,
}

impl Fuse {
    /// The process lives for `calls` calls, and is killed at the next one.
    pub(crate) fn after(calls: usize, cut: Cut) -> Self {
        Self(Arc::new(Burning { made: AtomicUsize::new(0), last: calls, cut }))
    }

    /// A process that is not killed.
    pub(crate) fn never() -> Self {
        Self::after(usize::MAX, Cut::Before)
    }

    /// Whether the process was killed.
    pub(crate) fn is_blown(&self) -> bool {
        self.0.made.load(Ordering::Relaxed) > self.0.last
    }

    /// Makes a call as long as the process lives.
    pub(crate) async fn through<T, E>(
        &self,
        call: impl Future<Output = Result<T, E>>,
        dead: impl FnOnce() -> E,
    ) -> Result<T, E> {
        let number = self.0.made.fetch_add(1, Ordering::Relaxed);
        if number < self.0.last {
            return call.await;
        }
        if number == self.0.last && self.0.cut == Cut::After {
            let _ = call.await;
        }
        Err(dead())
    }
}

/// A store behind a fuse.
#[derive(Debug, Clone)]
pub(crate) struct Fragile<S> {
    store: S,
    fuse: Fuse,
}

impl<S> Fragile<S> {
    pub(crate) fn new(store: &S, fuse: &Fuse) -> Self
    where
        S: Clone,
    {
        Self { store: store.clone(), fuse: fuse.clone() }
    }

    async fn call<T>(&self, call: impl Future<Output = Result<T, CloudError>>) -> Result<T, CloudError> {
        self.fuse.through(call, || CloudError::new(ErrorKind::Connection, "call", "the process is dead")).await
    }
}

impl ReadFiles for Fragile<MemoryLedger> {
    async fn get(&self, file_id: &FileId) -> Result<Option<FileRecord>, CloudError> {
        self.call(self.store.get(file_id)).await
    }
}

impl BrowseFiles for Fragile<MemoryLedger> {
    async fn list(&self, query: &FileQuery) -> Result<Vec<FileRecord>, CloudError> {
        self.call(self.store.list(query)).await
    }

    async fn find(&self, prefix: &str, limit: usize) -> Result<Vec<FileRecord>, CloudError> {
        self.call(self.store.find(prefix, limit)).await
    }

    async fn notices(&self, file_id: &FileId) -> Result<Vec<NoticeRecord>, CloudError> {
        self.call(self.store.notices(file_id)).await
    }
}

impl RecoverFiles for Fragile<MemoryLedger> {
    async fn recover(
        &self,
        file_id: &FileId,
        from: &Standing,
        recovery: &Recovery,
        contract: Option<&ContractRef>,
    ) -> Result<Recovered, CloudError> {
        self.call(self.store.recover(file_id, from, recovery, contract)).await
    }

    async fn reroute(
        &self,
        file_id: &FileId,
        from: &Standing,
        recovery: &Recovery,
        route: &Route,
    ) -> Result<Recovered, CloudError> {
        self.call(self.store.reroute(file_id, from, recovery, route)).await
    }
}

impl KeepAudit for Fragile<MemoryLedger> {
    async fn begin_operation(&self, operation: &Operation) -> Result<(), CloudError> {
        self.call(self.store.begin_operation(operation)).await
    }

    async fn end_operation(&self, operation: &Operation) -> Result<(), CloudError> {
        self.call(self.store.end_operation(operation)).await
    }

    async fn operations(&self, limit: usize) -> Result<Vec<Operation>, CloudError> {
        self.call(self.store.operations(limit)).await
    }
}

impl Pauses for Fragile<MemoryLedger> {
    async fn pause(&self, pause: &Pause) -> Result<PauseSet, CloudError> {
        self.call(self.store.pause(pause)).await
    }

    async fn unpause(&self, dataset: Option<&str>) -> Result<Option<Pause>, CloudError> {
        self.call(self.store.unpause(dataset)).await
    }

    async fn pauses(&self) -> Result<Vec<Pause>, CloudError> {
        self.call(self.store.pauses()).await
    }

    async fn hold(&self, file_id: &FileId, dataset: &str) -> Result<(), CloudError> {
        self.call(self.store.hold(file_id, dataset)).await
    }

    async fn held(&self, dataset: Option<&str>) -> Result<Vec<FileId>, CloudError> {
        self.call(self.store.held(dataset)).await
    }

    async fn let_go(&self, file_id: &FileId, dataset: &str) -> Result<(), CloudError> {
        self.call(self.store.let_go(file_id, dataset)).await
    }
}

impl Executions for Fragile<MemoryExecutions> {
    async fn start(&self, name: &str, input: String) -> Result<Started, CloudError> {
        self.call(self.store.start(name, input)).await
    }

    fn arn(&self, name: &str) -> String {
        self.store.arn(name)
    }
}

impl WatchExecutions for Fragile<MemoryExecutions> {
    async fn status(&self, name: &str) -> Result<Option<ExecutionSummary>, CloudError> {
        self.call(self.store.status(name)).await
    }
}

impl ReadObjects for Fragile<MemoryObjects> {
    async fn get(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
    ) -> Result<(ObjectMeta, ObjectBody), CloudError> {
        self.call(self.store.get(bucket, key, version)).await
    }

    async fn head(&self, bucket: &str, key: &str, version: Option<&str>) -> Result<ObjectMeta, CloudError> {
        self.call(self.store.head(bucket, key, version)).await
    }
}

impl ListObjects for Fragile<MemoryObjects> {
    async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<ObjectMeta>, CloudError> {
        self.call(self.store.list(bucket, prefix)).await
    }
}

impl ListVersions for Fragile<MemoryObjects> {
    async fn versions(&self, bucket: &str, key: &str) -> Result<Vec<ObjectVersion>, CloudError> {
        self.call(self.store.versions(bucket, key)).await
    }

    async fn all_versions(&self, bucket: &str, prefix: &str) -> Result<Vec<ObjectMeta>, CloudError> {
        self.call(self.store.all_versions(bucket, prefix)).await
    }
}

impl WriteObjects for Fragile<MemoryObjects> {
    async fn put(&self, bucket: &str, key: &str, content_type: &str, bytes: Bytes) -> Result<Stored, CloudError> {
        self.call(self.store.put(bucket, key, content_type, bytes)).await
    }

    async fn begin_upload(&self, bucket: &str, key: &str, content_type: &str) -> Result<Upload, CloudError> {
        self.call(self.store.begin_upload(bucket, key, content_type)).await
    }

    async fn upload_part(&self, upload: &Upload, number: u32, bytes: Bytes) -> Result<Part, CloudError> {
        self.call(self.store.upload_part(upload, number, bytes)).await
    }

    async fn complete_upload(&self, upload: &Upload, parts: &[Part]) -> Result<Stored, CloudError> {
        self.call(self.store.complete_upload(upload, parts)).await
    }

    async fn abort_upload(&self, upload: &Upload) -> Result<(), CloudError> {
        self.call(self.store.abort_upload(upload)).await
    }

    async fn delete(&self, bucket: &str, key: &str) -> Result<(), CloudError> {
        self.call(self.store.delete(bucket, key)).await
    }
}

impl ListHistory for Fragile<MemoryObjects> {
    async fn history(&self, bucket: &str, prefix: &str) -> Result<Vec<VersionMeta>, CloudError> {
        self.call(self.store.history(bucket, prefix)).await
    }
}

impl WriteConditionally for Fragile<MemoryObjects> {
    async fn put_if(
        &self,
        bucket: &str,
        key: &str,
        content: Content<'_>,
        condition: &Condition,
    ) -> Result<Stored, CloudError> {
        self.call(self.store.put_if(bucket, key, content, condition)).await
    }

    async fn delete_if(&self, bucket: &str, key: &str, etag: &str) -> Result<(), CloudError> {
        self.call(self.store.delete_if(bucket, key, etag)).await
    }
}
