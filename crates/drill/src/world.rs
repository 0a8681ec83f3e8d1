//! The local AWS that drills happen in, and what they do in it: send files, look, call the AWS CLI.

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use atalaya_cloud::{DynamoLedger, S3Objects, objects::WriteObjects};
use atalaya_contract::{FileId, FileState};
use atalaya_local::{LocalAws, Notice, OnCall, publish_contract, silent};
use jiff::Timestamp;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::{AwsCli, DrillError, Options, Setting, desk::Desk, error::Doing, fault, readings, setting::FEED};

/// Who hears what readers and senders are told.
pub(crate) const USER: &str = "everyone";
/// Who is woken.
pub(crate) const PAGER: &str = "pager";
/// Who reads tickets.
pub(crate) const TICKETS: &str = "tickets";

/// The contract of the drills' feed, in the project's folder.
pub(crate) const CONTRACT: &str = "crates/drill/feed/readings.odcs.yaml";
/// Its id.
pub(crate) const CONTRACT_ID: &str = "drills-readings";
/// What the files are, to S3.
const KIND: &str = "text/csv";

/// A file that a drill sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its id.
    pub file_id: FileId,
    /// Its key in the inbox.
    pub key: String,
    /// How its way has to end, whatever happens to it meanwhile.
    pub ends: FileState,
    /// How many rows of it have to be accepted in the end, where that is known.
    pub accepted: Option<u64>,
}

/// A deployed pipeline with somebody on call, for one drill after the other.
#[derive(Debug)]
pub struct World {
    runtime: Runtime,
    local: LocalAws,
    aws: AwsCli,
    project: PathBuf,
    setting: Setting,
    ledger: DynamoLedger,
    objects: S3Objects,
    desk: Desk,
    sent: Mutex<Vec<Sent>>,
    numbers: AtomicUsize,
    kept: Mutex<Vec<fault::Refusing>>,
}

impl World {
    /// Starts a world of a kind.
    pub(crate) fn start(setting: Setting, how: &Options) -> Result<Self, DrillError> {
        let runtime = Runtime::new().doing("starting a runtime")?;
        let project = how.project.as_path();
        let local = runtime.block_on(async {
            let mut options = setting.options(project);
            options.functions = how.functions.clone();
            let local = LocalAws::start(options, silent()).await?;
            local.subscribe(USER, None).await?;
            local.subscribe_on_call(OnCall::Page, PAGER).await?;
            local.subscribe_on_call(OnCall::Ticket, TICKETS).await?;
            publish_contract(&local, &project.join(CONTRACT)).await?;
            Ok::<_, DrillError>(local)
        })?;
        let ledger = DynamoLedger::new(local.sdk_config(), local.outputs().ledger_table.clone());
        let objects = S3Objects::new(local.sdk_config());
        let aws = AwsCli::of(&local);
        let desk = Desk::lay(&local, project, &how.atalaya)?;
        let project = project.to_owned();
        Ok(Self {
            runtime,
            local,
            aws,
            project,
            setting,
            ledger,
            objects,
            desk,
            sent: Mutex::default(),
            numbers: AtomicUsize::new(0),
            kept: Mutex::default(),
        })
    }

    /// Ends it in good order.
    pub(crate) fn stop(self) -> Result<(), DrillError> {
        Ok(self.runtime.block_on(self.local.stop())?)
    }

    /// Runs a future to its end.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// The local AWS.
    #[must_use]
    pub fn local(&self) -> &LocalAws {
        &self.local
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &DynamoLedger {
        &self.ledger
    }

    /// The objects.
    #[must_use]
    pub fn objects(&self) -> &S3Objects {
        &self.objects
    }

    /// The checkout.
    #[must_use]
    pub fn project(&self) -> &Path {
        &self.project
    }

    /// The folder that the runbooks' commands run in. What a person would have at hand, such as a mended contract, a
    /// drill puts there.
    #[must_use]
    pub fn desk(&self) -> &Path {
        self.desk.work()
    }

    /// Where the runbooks' commands run.
    pub(crate) fn shell(&self) -> &Desk {
        &self.desk
    }

    /// How long so many of CloudWatch's seconds last.
    #[must_use]
    pub fn lasts(&self, seconds: u32) -> Duration {
        Duration::from_secs(u64::from(seconds)) / self.setting.clock_speed()
    }

    /// The moment on CloudWatch's clock.
    #[must_use]
    pub fn cloudwatch_now(&self) -> Timestamp {
        self.local.cloudwatch_time(Timestamp::now())
    }

    /// Sends a file of the feed with good rows that no other file has; it has to become available.
    ///
    /// # Errors
    /// When the inbox does not take it.
    pub fn send_good(&self) -> Result<FileId, DrillError> {
        const ROWS: u64 = 20;
        let number = self.number();
        let sent = self.put(&format!("{FEED}/{number:05}.csv"), readings::good(number, ROWS))?;
        self.expect(sent, FileState::Available, Some(ROWS))
    }

    /// Lets a subscriber of a drill's own go on until the world ends.
    pub(crate) fn keep(&self, subscriber: fault::Refusing) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(subscriber);
    }

    /// A number that nobody else gets: files that are made of different ones have no row in common.
    #[must_use]
    pub fn number(&self) -> usize {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Sends a file under a key, which has to end in a state.
    ///
    /// # Errors
    /// When the inbox does not take it.
    pub fn send(&self, key: &str, content: impl Into<bytes::Bytes>, ends: FileState) -> Result<FileId, DrillError> {
        let sent = self.put(key, content)?;
        self.expect(sent, ends, None)
    }

    fn put(&self, key: &str, content: impl Into<bytes::Bytes>) -> Result<(FileId, String), DrillError> {
        let inbox = &self.local.outputs().inbox_bucket;
        let stored = self.run(self.objects.put(inbox, key, KIND, content.into()))?;
        Ok((FileId::new(inbox, key, &stored.version_id), key.to_owned()))
    }

    fn expect(
        &self,
        (file_id, key): (FileId, String),
        ends: FileState,
        accepted: Option<u64>,
    ) -> Result<FileId, DrillError> {
        self.locked().push(Sent { file_id: file_id.clone(), key, ends, accepted });
        Ok(file_id)
    }

    /// The files that were sent so far.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.locked().clone()
    }

    fn locked(&self) -> MutexGuard<'_, Vec<Sent>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a canary now, as its schedule does.
    ///
    /// # Errors
    /// When Lambda does not take the call; what the function itself does is its alarms' matter.
    pub fn send_canary(&self) -> Result<(), DrillError> {
        let payload = r#"{"canary":"send"}"#;
        self.aws(&["lambda", "invoke", "--function-name", "atalaya-canary", "--payload", payload, "/dev/null"])
            .map(drop)
    }

    /// What reached one of those who listen: everyone, pager, tickets.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        self.local.notices()
    }

    /// Calls the AWS CLI; see [`AwsCli::call`].
    ///
    /// # Errors
    /// When it does not end well.
    pub fn aws(&self, arguments: &[&str]) -> Result<String, DrillError> {
        self.aws.call(arguments)
    }

    /// The same, as JSON; see [`AwsCli::json`].
    ///
    /// # Errors
    /// When it does not end well, or prints something else.
    pub fn aws_json(&self, arguments: &[&str]) -> Result<Value, DrillError> {
        self.aws.json(arguments)
    }

    /// Runs a command as somebody at a desk would.
    ///
    /// # Errors
    /// When it does not end with exit code 0.
    pub(crate) fn command(&self, text: &str) -> Result<(), DrillError> {
        let ran = self.desk.run(text)?;
        if ran.code == Some(0) {
            return Ok(());
        }
        Err(DrillError::Call { call: text.to_owned(), reason: ran.output })
    }

    /// An output of the pipeline's stack, by its name in the template.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn output(&self, name: &str) -> Result<&str, DrillError> {
        let found = self.local.outputs().all.get(name).map(String::as_str);
        found.ok_or_else(|| DrillError::Page(format!("the stack has no output {name}")))
    }
}

impl AsRef<AwsCli> for World {
    fn as_ref(&self) -> &AwsCli {
        &self.aws
    }
}
