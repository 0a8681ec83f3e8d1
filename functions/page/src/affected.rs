//! The files that an alarm is about, as the ledger has them. What stood in a cell never comes out of here: a rejected
//! file is told by its counts.

use atalaya_cloud::{
    CloudError,
    ledger::{BrowseFiles, FileQuery, FileRecord},
};
use atalaya_contract::{
    FileState,
    format::{elapsed, shorten},
};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::sought::Sought;

/// Most files that a page names.
pub(crate) const NAMED: usize = 10;
/// Most files that are looked at in the ledger.
const LOOKED_AT: usize = 200;
/// The ledger finds files by their creation; a first attempt may end so much later.
const LONGEST_WAY: SignedDuration = SignedDuration::from_hours(1);
/// States that files do not stay in: few have one, and a new attempt may bring a file of any age into it.
const PASSING: [FileState; 3] = [FileState::Failed, FileState::Received, FileState::Processing];
/// Most characters of a reason.
const REASON_CHARS: usize = 300;

/// Files that an alarm is about.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Affected {
    /// The first of them, at most ten.
    pub(crate) files: Vec<AffectedFile>,
    /// How many more there are.
    pub(crate) more: usize,
    /// Whether there may be even more: only the newest were looked at.
    pub(crate) at_least: bool,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AffectedFile {
    /// Its id.
    pub file_id: String,
    /// Its key in the inbox.
    pub key: String,
    /// Its feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// What became of it.
    pub state: FileState,
    /// When.
    pub at: Timestamp,
    /// Why, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Finds the files that `sought` asks for, of one dataset where one is given, that ended at `since` or later; one that
/// has not ended counts from when its attempt began.
pub(crate) async fn find(
    ledger: &impl BrowseFiles,
    sought: Sought,
    dataset: Option<&str>,
    since: Timestamp,
) -> Result<Affected, CloudError> {
    let of_state = async |state| ended(ledger, Some(state), dataset, since).await;
    Ok(match sought {
        Sought::Ended(state) => affected(of_state(state).await?),
        Sought::PerhapsFailed => affected(of_state(FileState::Failed).await?),
        Sought::Newest(dataset) => {
            let newest = named(&ended(ledger, None, Some(dataset), since).await?);
            Affected { more: 0, at_least: false, ..newest }
        }
        Sought::Slowest => slowest(of_state(FileState::Available).await?),
        Sought::LateOrFailed => {
            let failed = of_state(FileState::Failed).await?;
            if failed.is_empty() { slowest(of_state(FileState::Available).await?) } else { affected(failed) }
        }
        Sought::CutOff => {
            let mut open = of_state(FileState::Received).await?;
            open.extend(of_state(FileState::Processing).await?);
            open.sort_by_key(end);
            named(&open)
        }
        Sought::InQueue => Affected::default(),
    })
}

async fn ended(
    ledger: &impl BrowseFiles,
    state: Option<FileState>,
    dataset: Option<&str>,
    since: Timestamp,
) -> Result<Vec<FileRecord>, CloudError> {
    let is_passing = state.is_some_and(|state| PASSING.contains(&state));
    let created = (!is_passing).then(|| since.checked_sub(LONGEST_WAY).unwrap_or(since));
    let query = FileQuery { state, dataset: dataset.map(str::to_owned), since: created, limit: LOOKED_AT };
    let mut files = ledger.list(&query).await?;
    files.retain(|record| end(record) >= since);
    Ok(files)
}

fn end(record: &FileRecord) -> Timestamp {
    let begun = || record.history.iter().find(|step| step.attempt == record.attempt);
    record.ended_at.unwrap_or_else(|| begun().map_or(record.received_at, |step| step.at))
}

fn affected(mut records: Vec<FileRecord>) -> Affected {
    records.sort_by_key(|record| std::cmp::Reverse(end(record)));
    named(&records)
}

fn slowest(mut records: Vec<FileRecord>) -> Affected {
    records.sort_by_key(|record| std::cmp::Reverse(end(record).duration_since(record.file.created_at)));
    // How many files there are besides the slowest says nothing.
    Affected { more: 0, at_least: false, ..named(&records) }
}

fn named(records: &[FileRecord]) -> Affected {
    Affected {
        files: records.iter().take(NAMED).map(AffectedFile::from).collect(),
        more: records.len().saturating_sub(NAMED),
        at_least: records.len() >= LOOKED_AT,
    }
}

impl From<&FileRecord> for AffectedFile {
    fn from(record: &FileRecord) -> Self {
        Self {
            file_id: record.file.file_id.to_string(),
            key: record.file.key.clone(),
            dataset: record.dataset.clone(),
            state: record.state,
            at: end(record),
            why: why(record),
        }
    }
}

/// What a page says of a file beside its state: why it ended so, and of one that is available how long that took.
fn why(record: &FileRecord) -> Option<String> {
    let took = || format!("took {}", elapsed(record.file.created_at, end(record)));
    let why = record.why().or_else(|| (record.state == FileState::Available).then(took))?;
    Some(shorten(&why, REASON_CHARS))
}
