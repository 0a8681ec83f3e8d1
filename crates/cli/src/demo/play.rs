//! The demo's course: publish, subscribe, send, and follow every file until its notices have arrived.

use std::path::Path;
use std::time::{Duration, Instant};

use atalaya_cloud::FileRecord;
use atalaya_cloud::ledger::ReadFiles as _;
use atalaya_cloud::objects::ListObjects as _;
use atalaya_contract::{Counts, FileId};
use atalaya_local::{LocalAws, Notice};
use indicatif::ProgressBar;
use jiff::Timestamp;

use crate::connect::{self, Stack};
use crate::exit::Failure;
use crate::steps::Steps;
use crate::style::{self, paint};
use crate::{human, story, upload::transfer};

use super::scenario::{DELIVERIES, Delivery, USERS, expected_notices};

/// How often the ledger is asked while files are on their way.
const ASK_EVERY: Duration = Duration::from_millis(150);
/// How long all files together may take once the last one is sent; a machine under load is slow, not broken.
const DEADLINE: Duration = Duration::from_secs(240);

/// Width of the widest key.
const KEY: usize = 19;

/// One file on its way.
#[derive(Debug)]
pub(super) struct Sent {
    /// What was planned.
    pub(super) delivery: &'static Delivery,
    /// Its id.
    pub(super) file_id: FileId,
    /// Bytes.
    pub(super) bytes: u64,
    /// When the upload was complete.
    pub(super) sent_at: Timestamp,
    /// What the ledger holds about it.
    pub(super) record: Option<FileRecord>,
}

/// Everything that happened.
#[derive(Debug)]
pub(super) struct Played {
    /// The files, in the order in which they were sent.
    pub(super) files: Vec<Sent>,
    /// What users were told, in the order of arrival.
    pub(super) notices: Vec<Notice>,
    /// Keys of the objects that readers find.
    pub(super) curated: Vec<String>,
    /// From the first upload to the last notice.
    pub(super) took: Duration,
}

/// The key and the event of the file that a notice tells of.
pub(super) fn subject_of(notice: &Notice, files: &[Sent]) -> Option<(&'static Delivery, String)> {
    let event = notice.event.as_ref()?;
    let detail = event.get("detail").unwrap_or(event);
    let file_id = detail.pointer("/file/file_id")?.as_str()?;
    let sent = files.iter().find(|sent| sent.file_id.as_str() == file_id)?;
    Some((sent.delivery, notice.attributes.get("event").cloned().unwrap_or_default()))
}

/// Plays the whole scenario against a started local AWS.
pub(super) async fn play(local: &LocalAws, folder: &Path, steps: &Steps) -> Result<Played, Failure> {
    let package = local.tools().demo_data(&steps.observer_of("sample files")).await.map_err(connect::local)?;
    let stack = Stack::started(local);
    publish(&stack, folder, steps).await?;
    for user in &USERS {
        local.subscribe(user.name, Some(user.filter())).await.map_err(connect::local)?;
        steps.say(format!("{} subscribes: {}", paint(style::COMMAND, format!("{:<9}", user.name)), user.wants));
    }
    steps.chapter("The files go their way");
    let begun = Instant::now();
    let mut course = Course { local, stack: &stack, steps, files: Vec::new(), heard: 0 };
    for delivery in DELIVERIES.iter().filter(|delivery| delivery.after.is_none()) {
        course.send(delivery, &package, folder).await?;
    }
    course.follow(&package, folder).await?;
    let curated = stack.objects.list(&local.outputs().curated_bucket, "").await.map_err(connect::cloud)?;
    Ok(Played {
        files: course.files,
        notices: local.notices(),
        curated: curated.into_iter().map(|object| object.key).collect(),
        took: begun.elapsed(),
    })
}

async fn publish(stack: &Stack, folder: &Path, steps: &Steps) -> Result<(), Failure> {
    let contracts = folder.join("contracts");
    let cannot = |error| Failure::unreadable(format!("cannot read {}: {error}", contracts.display()));
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(&contracts).map_err(cannot)? {
        paths.push(entry.map_err(cannot)?.path());
    }
    paths.sort();
    for path in &paths {
        let done = atalaya_local::publish_contract(&stack.sdk, &stack.buckets.contracts, path)
            .await
            .map_err(connect::local)?;
        steps.say(format!("contract {} {} published", paint(style::STRONG, &done.id), done.version));
    }
    Ok(())
}

/// The files on their way, and how much of it the audience has seen.
struct Course<'a> {
    local: &'a LocalAws,
    stack: &'a Stack,
    steps: &'a Steps,
    files: Vec<Sent>,
    /// Notices that have been told.
    heard: usize,
}

impl Course<'_> {
    async fn send(&mut self, delivery: &'static Delivery, package: &Path, folder: &Path) -> Result<(), Failure> {
        let path = delivery.path(package, folder);
        let inbox = &self.stack.buckets.inbox;
        let (stored, bytes) =
            transfer::send(&self.stack.objects, &path, inbox, delivery.key, &ProgressBar::hidden()).await?;
        self.files.push(Sent {
            delivery,
            file_id: FileId::new(inbox, delivery.key, &stored.version_id),
            bytes,
            sent_at: Timestamp::now(),
            record: None,
        });
        let size = human::bytes(bytes);
        self.steps.say(format!("{}  ↑ sent {size}  {}", name(delivery), paint(style::DIM, delivery.story)));
        Ok(())
    }

    /// Until every file has its outcome and every notice has arrived, or the deadline has passed.
    async fn follow(&mut self, package: &Path, folder: &Path) -> Result<(), Failure> {
        let expected = expected_notices().len();
        let mut arrivals = self.local.watch_notices();
        let mut deadline = Instant::now() + DEADLINE;
        while Instant::now() < deadline {
            self.look().await?;
            self.listen();
            if let Some(next) = self.due() {
                self.send(next, package, folder).await?;
                deadline = Instant::now() + DEADLINE;
            }
            if self.files.len() == DELIVERIES.len() && self.files.iter().all(is_final) && self.heard >= expected {
                return Ok(());
            }
            tokio::select! {
                // A sender that is gone means no further notices; the ledger is asked on.
                _ = arrivals.changed() => {}
                () = tokio::time::sleep(ASK_EVERY) => {}
            }
        }
        self.steps.say(paint(style::BAD, format!("not done after {}", human::duration(DEADLINE))));
        Ok(())
    }

    /// The next delivery whose turn has come.
    fn due(&self) -> Option<&'static Delivery> {
        let sent = |key| self.files.iter().find(|file| file.delivery.key == key);
        DELIVERIES
            .iter()
            .find(|delivery| sent(delivery.key).is_none() && delivery.after.and_then(sent).is_some_and(is_final))
    }

    /// Reads the records of the files that are on their way, and tells each new step.
    async fn look(&mut self) -> Result<(), Failure> {
        for file in self.files.iter_mut().filter(|file| !is_final(file)) {
            let Some(record) = self.stack.ledger.get(&file.file_id).await.map_err(connect::cloud)? else { continue };
            let known = file.record.as_ref().map_or(0, |record| record.history.len());
            for step in record.history.iter().skip(known) {
                let rows = record.rows.filter(|_| step.state.is_final()).map(balance).unwrap_or_default();
                self.steps.say(format!("{}  {}  {rows}", name(file.delivery), story::state(step.state)));
            }
            file.record = Some(record);
        }
        Ok(())
    }

    /// Tells each new notice.
    fn listen(&mut self) {
        let notices = self.local.notices();
        for notice in notices.iter().skip(self.heard) {
            let user = paint(style::COMMAND, format!("{:<KEY$}", notice.user));
            self.steps.say(format!("{user}  ✉ {}", notice.subject));
        }
        self.heard = notices.len();
    }
}

/// The key, as wide as the widest.
fn name(delivery: &Delivery) -> String {
    paint(style::STRONG, format!("{:<KEY$}", delivery.key))
}

fn balance(rows: Counts) -> String {
    format!("{} accepted, {} rejected", human::count(rows.accepted), human::count(rows.rejected))
}

fn is_final(file: &Sent) -> bool {
    file.record.as_ref().is_some_and(|record| record.state.is_final())
}
