//! The demo's course: publish, subscribe, send, and follow every file until its notices have arrived.

use std::path::Path;
use std::time::{Duration, Instant};

use atalaya_cloud::FileRecord;
use atalaya_cloud::ledger::ReadFiles as _;
use atalaya_cloud::objects::{ListObjects as _, WriteObjects as _};
use atalaya_contract::{Counts, FileId};
use atalaya_local::{LocalAws, Notice};
use futures_util::future::join_all;
use indicatif::ProgressBar;
use jiff::Timestamp;

use crate::connect::{self, Stack};
use crate::steps::Steps;
use crate::{story, upload::transfer};
use atalaya_terminal::exit::Failure;
use atalaya_terminal::human;
use atalaya_terminal::style::{self, paint};

use super::fault::WrongBucket;
use super::scenario::{Delivery, Manner, Phase, USERS, expected_notices};

/// How often the ledger is asked while files are on their way.
const ASK_EVERY: Duration = Duration::from_millis(150);
/// How long all files together may take once the last one is sent; a machine under load is slow, not broken.
const DEADLINE: Duration = Duration::from_secs(240);

/// Width of the widest key that is told alone.
const KEY: usize = 19;
/// What the keys of canary files' data begin with.
const CANARY: &str = "canary/";
/// How many files of a burst are sent beside each other.
const BESIDE: usize = 8;
/// A burst is told by so many files that have their outcomes.
const TOLD_BY: usize = 10;

/// One file on its way.
#[derive(Debug)]
pub(super) struct Sent<'a> {
    /// What was planned.
    pub(super) delivery: &'a Delivery,
    /// Whether it is one of many, which are told together.
    pub(super) of_burst: bool,
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
pub(super) struct Played<'a> {
    /// The files, in the order in which they were sent.
    pub(super) files: Vec<Sent<'a>>,
    /// What users were told, in the order of arrival.
    pub(super) notices: Vec<Notice>,
    /// Keys of the objects that readers find.
    pub(super) curated: Vec<String>,
    /// From the first upload to the last notice.
    pub(super) took: Duration,
}

/// The key and the event of the file that a notice tells of.
pub(super) fn subject_of<'a>(notice: &Notice, files: &[Sent<'a>]) -> Option<(&'a Delivery, String)> {
    let event = notice.event.as_ref()?;
    let detail = event.get("detail").unwrap_or(event);
    let file_id = detail.pointer("/file/file_id")?.as_str()?;
    let sent = files.iter().find(|sent| sent.file_id.as_str() == file_id)?;
    Some((sent.delivery, notice.attributes.get("event").cloned().unwrap_or_default()))
}

/// The kind of a notice that the alarm of a feed gives, which comes with a full minute and tells of no one file.
const FEED_ALARM: &str = "FeedAlarm";

/// Whether a notice is about a file: not one to who is on call, nor of the alarm of a feed.
pub(super) fn is_about_a_file(notice: &Notice) -> bool {
    let is_of_a_user = USERS.iter().any(|user| user.name == notice.user);
    is_of_a_user && notice.attributes.get("event").is_none_or(|event| event != FEED_ALARM)
}

/// Whether a notice tells of one of many files that are told together.
pub(super) fn is_of_burst(notice: &Notice, files: &[Sent<'_>]) -> bool {
    let about = subject_of(notice, files).map(|(delivery, _)| &delivery.key);
    files.iter().any(|file| file.of_burst && Some(&file.delivery.key) == about)
}

/// Plays the whole scenario against a started local AWS.
pub(super) async fn play<'a>(
    local: &LocalAws,
    folder: &Path,
    phases: &'a [Phase],
    steps: &Steps,
) -> Result<Played<'a>, Failure> {
    let package = local.tools().demo_data(&steps.observer_of("sample files")).await.map_err(connect::local)?;
    let stack = Stack::started(local)?;
    publish(local, folder, steps).await?;
    for user in &USERS {
        local.subscribe(user.name, Some(user.filter())).await.map_err(connect::local)?;
        steps.say(format!("{} subscribes: {}", paint(style::COMMAND, format!("{:<9}", user.name)), user.wants));
    }
    let begun = Instant::now();
    let mut course = Course {
        local,
        stack: &stack,
        steps,
        package: &package,
        folder,
        files: Vec::new(),
        heard: 0,
        told: 0,
        quiet: 0,
    };
    for (index, phase) in phases.iter().enumerate() {
        steps.chapter(phase.title);
        course.play(phase, expected_notices(&phases[..=index]).len()).await?;
    }
    let took = begun.elapsed();
    let mut curated: Vec<_> = stack
        .objects
        .list(&local.outputs().curated_bucket, "")
        .await
        .map_err(connect::cloud)?
        .into_iter()
        .map(|object| object.key)
        .collect();
    // What canary files leave behind is nothing that was sent here.
    curated.retain(|key| !key.starts_with(CANARY));
    Ok(Played { files: course.files, notices: local.notices(), curated, took })
}

async fn publish(local: &LocalAws, folder: &Path, steps: &Steps) -> Result<(), Failure> {
    let contracts = folder.join("contracts");
    let cannot = |error| Failure::unreadable(format!("cannot read {}: {error}", contracts.display()));
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(&contracts).map_err(cannot)? {
        paths.push(entry.map_err(cannot)?.path());
    }
    paths.sort();
    for path in &paths {
        let done = atalaya_local::publish_contract(local, path).await.map_err(connect::local)?;
        steps.say(format!("contract {} {} published", paint(style::STRONG, &done.id), done.version));
    }
    Ok(())
}

/// The files on their way, and how much of it the audience has seen.
struct Course<'a, 'b> {
    local: &'b LocalAws,
    stack: &'b Stack,
    steps: &'b Steps,
    /// Where the package's data lie, and the demo's own.
    package: &'b Path,
    folder: &'b Path,
    files: Vec<Sent<'a>>,
    /// Notices that have been looked at.
    heard: usize,
    /// Those of them that are about files.
    told: usize,
    /// How many of them were about files of a burst.
    quiet: usize,
}

impl<'a> Course<'a, '_> {
    /// Sends the files of a phase and follows them; `expected` is the number of all notices that come until its end.
    async fn play(&mut self, phase: &'a Phase, expected: usize) -> Result<(), Failure> {
        match phase.manner {
            Manner::Single => self.one_by_one(phase, expected).await,
            Manner::Burst => self.burst(phase, expected).await,
            Manner::Faulty => {
                let fault = WrongBucket::begin(self.local).await?;
                let played = self.one_by_one(phase, expected).await;
                fault.end().await?;
                played
            }
        }
    }

    async fn one_by_one(&mut self, phase: &'a Phase, expected: usize) -> Result<(), Failure> {
        for delivery in phase.deliveries.iter().filter(|delivery| delivery.after.is_none()) {
            self.send(delivery).await?;
        }
        self.follow(phase, expected).await
    }

    /// Sends many files beside each other, and tells of them together.
    async fn burst(&mut self, phase: &'a Phase, expected: usize) -> Result<(), Failure> {
        let begun = Instant::now();
        let (stack, package, folder) = (self.stack, self.package, self.folder);
        for deliveries in phase.deliveries.chunks(BESIDE) {
            let sent = deliveries.iter().map(|delivery| upload(stack, package, folder, delivery, true));
            for sent in join_all(sent).await {
                self.files.push(sent?);
            }
        }
        let sent: Vec<_> = self.files.iter().filter(|file| file.of_burst).collect();
        let bytes = human::bytes(sent.iter().map(|file| file.bytes).sum());
        let (count, took) = (sent.len(), human::duration(begun.elapsed()));
        self.steps.say(format!("{}  ↑ sent {bytes} within {took}", paint(style::STRONG, format!("{count} files"))));
        self.follow(phase, expected).await?;
        self.steps.say(format!("{} notices about them", self.quiet));
        Ok(())
    }

    async fn send(&mut self, delivery: &'a Delivery) -> Result<(), Failure> {
        let sent = upload(self.stack, self.package, self.folder, delivery, false).await?;
        let size = human::bytes(sent.bytes);
        self.steps.say(format!("{}  ↑ sent {size}  {}", name(delivery), paint(style::DIM, delivery.story)));
        self.files.push(sent);
        Ok(())
    }

    /// Until every file has its outcome and every notice has arrived, or the deadline has passed.
    async fn follow(&mut self, phase: &'a Phase, expected: usize) -> Result<(), Failure> {
        let mut arrivals = self.local.watch_notices();
        let mut deadline = Instant::now() + DEADLINE;
        while Instant::now() < deadline {
            self.look().await?;
            self.listen();
            let next = self.due(phase);
            if let Some(next) = next {
                self.send(next).await?;
                deadline = Instant::now() + DEADLINE;
            }
            if next.is_none() && self.files.iter().all(is_final) && self.told >= expected {
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
    fn due(&self, phase: &'a Phase) -> Option<&'a Delivery> {
        let sent = |key: &str| self.files.iter().find(|file| file.delivery.key == key);
        phase
            .deliveries
            .iter()
            .find(|delivery| sent(&delivery.key).is_none() && delivery.after.and_then(sent).is_some_and(is_final))
    }

    /// Reads the records of the files that are on their way, and tells each new step.
    async fn look(&mut self) -> Result<(), Failure> {
        let before = self.ended_of_burst();
        let asked = self.files.iter().filter(|file| !is_final(file)).map(|file| self.stack.ledger.get(&file.file_id));
        let mut records = join_all(asked).await.into_iter();
        for file in self.files.iter_mut().filter(|file| !is_final(file)) {
            let record = records.next().expect("one was asked for each").map_err(connect::cloud)?;
            let Some(record) = record else { continue };
            let known = file.record.as_ref().map_or(0, |record| record.history.len());
            for step in record.history.iter().skip(known).filter(|_| !file.of_burst) {
                let rows = record.rows.filter(|_| step.state.is_final()).map(balance).unwrap_or_default();
                self.steps.say(format!("{}  {}  {rows}", name(file.delivery), story::state(step.state)));
            }
            file.record = Some(record);
        }
        let (ended, all) = (self.ended_of_burst(), self.files.iter().filter(|file| file.of_burst).count());
        if ended > before && (ended == all || ended / TOLD_BY > before / TOLD_BY) {
            self.steps.say(format!("{ended} of {all} files have their outcome"));
        }
        Ok(())
    }

    fn ended_of_burst(&self) -> usize {
        self.files.iter().filter(|file| file.of_burst && is_final(file)).count()
    }

    /// Tells each new notice; those about files of a burst are counted.
    fn listen(&mut self) {
        let notices = self.local.notices();
        for notice in notices.iter().skip(self.heard) {
            if is_of_burst(notice, &self.files) {
                self.quiet += 1;
                continue;
            }
            let user = paint(style::COMMAND, format!("{:<KEY$}", notice.user));
            self.steps.say(format!("{user}  ✉ {}", notice.subject));
        }
        self.heard = notices.len();
        self.told = notices.iter().filter(|notice| is_about_a_file(notice)).count();
    }
}

/// Puts a file, or its part, into the inbox.
async fn upload<'a>(
    stack: &Stack,
    package: &Path,
    folder: &Path,
    delivery: &'a Delivery,
    of_burst: bool,
) -> Result<Sent<'a>, Failure> {
    let path = delivery.path(package, folder);
    let (inbox, hidden) = (&stack.names.bucket("inbox"), ProgressBar::hidden());
    let (stored, bytes) = match delivery.part {
        None => transfer::send(&stack.objects, &path, inbox, &delivery.key, &hidden).await?,
        Some(part) => {
            let whole = tokio::fs::read(&path).await.map_err(|error| transfer::cannot_read(&path, &error))?;
            let bytes = part.of(&whole);
            let length = bytes.len() as u64;
            let stored = stack.objects.put(inbox, &delivery.key, transfer::CONTENT_TYPE, bytes.into()).await;
            (stored.map_err(connect::cloud)?, length)
        }
    };
    Ok(Sent {
        delivery,
        of_burst,
        file_id: FileId::new(inbox, &delivery.key, &stored.version_id),
        bytes,
        sent_at: Timestamp::now(),
        record: None,
    })
}

/// The key, as wide as the widest.
fn name(delivery: &Delivery) -> String {
    paint(style::STRONG, format!("{:<KEY$}", delivery.key))
}

fn balance(rows: Counts) -> String {
    format!("{} accepted, {} rejected", human::count(rows.accepted), human::count(rows.rejected))
}

fn is_final(file: &Sent<'_>) -> bool {
    file.record.as_ref().is_some_and(|record| record.state.is_final())
}
