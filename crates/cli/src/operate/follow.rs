//! `--wait`: the files are followed until each has its outcome.

use std::collections::BTreeMap;
use std::time::Duration;

use atalaya_cloud::ledger::ReadFiles;
use atalaya_cloud::{CloudError, FileRecord};
use atalaya_contract::{FileId, FileState};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::{Value, json};

use crate::{connect, story};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::human;
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};

use super::meter::Meter;
use super::work::{AT_ONCE, Control};

/// How often the ledger is asked about the files that are on their way.
const ASK_EVERY: Duration = Duration::from_millis(300);
/// How many files that did not end as intended are named.
const NAMED: usize = 10;
/// So few files are each told in full.
const FEW: usize = 3;

/// A file whose attempt is awaited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Awaited {
    pub(crate) file_id: FileId,
    /// The attempt whose outcome, or a later one's, is awaited.
    pub(crate) attempt: u32,
}

/// How the awaited files ended.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    ended: Vec<FileRecord>,
    /// Ctrl-C came before so many had ended.
    pending: usize,
    took: Duration,
}

/// Asks the ledger until every file has its outcome, or Ctrl-C.
pub(crate) async fn follow(
    ledger: &impl ReadFiles,
    awaited: Vec<Awaited>,
    control: &Control,
) -> Result<Followed, Failure> {
    let mut meter = Meter::new("ended", awaited.len());
    let mut pending = awaited;
    let mut ended = Vec::new();
    while !pending.is_empty() && !control.is_interrupted() {
        let asked: Vec<(Awaited, Option<FileRecord>)> = stream::iter(pending)
            .map(|file| async move { Ok::<_, CloudError>((file.clone(), ledger.get(&file.file_id).await?)) })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
            .map_err(connect::cloud)?;
        pending = Vec::new();
        for (file, record) in asked {
            match record {
                Some(record) if record.state.is_final() && record.attempt >= file.attempt => {
                    meter.advance();
                    ended.push(record);
                }
                _ => pending.push(file),
            }
        }
        if !pending.is_empty() {
            meter.tell();
            tokio::time::sleep(ASK_EVERY).await;
        }
    }
    Ok(Followed { ended, pending: pending.len(), took: meter.end() })
}

impl Followed {
    /// How many ended in each state.
    fn outcomes(&self) -> BTreeMap<&'static str, u64> {
        let mut outcomes = BTreeMap::new();
        for record in &self.ended {
            *outcomes.entry(record.state.as_str()).or_default() += 1;
        }
        outcomes
    }

    /// For the JSON document.
    pub(crate) fn document(&self) -> Value {
        let ended = self.ended.iter().map(|record| {
            json!({ "file_id": record.file.file_id, "state": record.state, "attempt": record.attempt, "rows": record.rows })
        });
        json!({ "outcomes": self.outcomes(), "ended": ended.collect::<Vec<_>>(), "pending": self.pending })
    }

    /// Tells how they ended; one that is not available makes the answer a no.
    pub(crate) fn tell(&self, output: &mut Output) -> Result<Verdict, Failure> {
        if self.ended.len() <= FEW {
            for record in &self.ended {
                output.line(story::headline(record))?;
                output.line(story::consequences(record))?;
            }
        } else {
            self.tell_many(output)?;
        }
        if self.pending > 0 {
            let pending = human::counted(self.pending as u64, "file");
            output.note(format!("{pending} still on the way: `atalaya files --watch` follows"));
            return Err(Failure::Interrupted);
        }
        let all_available = self.ended.iter().all(|record| record.state == FileState::Available);
        Ok(if all_available { Verdict::Fine } else { Verdict::Negative })
    }

    fn tell_many(&self, output: &mut Output) -> Result<(), Failure> {
        let counts: Vec<_> =
            self.outcomes().into_iter().map(|(state, count)| format!("{} {state}", human::count(count))).collect();
        let took = paint(style::DIM, format!("after {}", human::duration(self.took)));
        output.line(format!("{} {took}", counts.join(" · ")))?;
        let others: Vec<_> = self.ended.iter().filter(|record| record.state != FileState::Available).collect();
        for record in others.iter().take(NAMED) {
            output.line(format!("  {}", story::headline(record)))?;
        }
        if others.len() > NAMED {
            output.line(paint(style::DIM, format!("  and {} more", others.len() - NAMED)))?;
        }
        Ok(())
    }
}
