//! A new attempt at a file: its beginning in the ledger, then the start of its execution.
//!
//! Between the two calls the command may die. The file then stands in the ledger as `received` in an attempt after the
//! first, and whoever comes again finds it so and starts the execution by its name, which it bears once.

use atalaya_cloud::ledger::{RecoverFiles, Recovered, Route, Standing};
use atalaya_cloud::{CloudError, Executions, FileRecord, Started, WatchExecutions};
use atalaya_contract::{ContractRef, FileState, Recovery, RecoveryKind, inert};
use jiff::Timestamp;

use super::follow::Awaited;
use super::summary::Item;
use super::work::{Step, Target};

/// What is to be done for one file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FileStep {
    /// The file as the operator saw it.
    pub(crate) record: FileRecord,
    /// The first call.
    pub(crate) begin: Begin,
}

/// How an attempt begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Begin {
    /// It is to be written down before it is started.
    Anew(Box<Order>),
    /// It stands in the ledger since an earlier run of a command.
    Before,
}

/// What is to be written down.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    /// Who decides what, and why.
    pub(crate) recovery: Recovery,
    /// What is to judge the file from now on.
    pub(crate) judge: Judge,
}

/// Which contract is to judge a file in its next attempt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Judge {
    /// That which it had.
    Same,
    /// Another of the same feed.
    Contract(ContractRef),
    /// That of a feed, for a file that had none.
    Route(Route),
}

impl Begin {
    /// As somebody decides now.
    pub(crate) fn anew(kind: RecoveryKind, by: &str, reason: Option<&str>, contract: Option<ContractRef>) -> Self {
        let (by, reason) = (by.to_owned(), reason.map(str::to_owned));
        // The ledger itself knows what is loaded.
        let recovery = Recovery { kind, by, reason, at: Timestamp::now(), loaded: None };
        let judge = contract.map_or(Judge::Same, Judge::Contract);
        Self::Anew(Box::new(Order { recovery, judge }))
    }

    /// As somebody decides now for a file that had no feed.
    pub(crate) fn rerouted(by: &str, reason: Option<&str>, route: Route) -> Self {
        let mut begin = Self::anew(RecoveryKind::Redrive, by, reason, None);
        if let Self::Anew(order) = &mut begin {
            order.judge = Judge::Route(route);
        }
        begin
    }
}

impl FileStep {
    /// The dataset that the file belongs to from now on.
    pub(super) fn dataset(&self) -> Option<&str> {
        match &self.begin {
            Begin::Anew(order) => match &order.judge {
                Judge::Route(route) => Some(&route.dataset),
                Judge::Same | Judge::Contract(_) => self.record.dataset.as_deref(),
            },
            Begin::Before => self.record.dataset.as_deref(),
        }
    }

    /// The attempt whose outcome this step leads to.
    pub(crate) fn awaited(&self) -> Awaited {
        let attempt = match self.begin {
            Begin::Anew(..) => self.record.attempt + 1,
            Begin::Before => self.record.attempt,
        };
        Awaited { file_id: self.record.file.file_id.clone(), attempt }
    }
}

/// A file in the words of the summary.
pub(crate) fn target(step: FileStep, state: impl Into<String>, will: impl Into<String>) -> Target<FileStep> {
    let record = &step.record;
    let change = match step.begin {
        Begin::Anew(..) => format!("attempt {} → {}", record.attempt, record.attempt + 1),
        Begin::Before => format!("attempt {}", record.attempt),
    };
    let item = Item {
        id: record.file.file_id.to_string(),
        name: record.file.key.clone(),
        dataset: step.dataset().map(str::to_owned),
        state: state.into(),
        will: will.into(),
        change,
    };
    Target { item, what: step }
}

/// Begins the attempt and starts its execution. May be repeated after it broke off anywhere.
pub(crate) async fn begin(
    ledger: &impl RecoverFiles,
    executions: &impl Executions,
    step: &FileStep,
) -> Result<Step, CloudError> {
    let record = match &step.begin {
        Begin::Anew(order) => match written(ledger, &step.record, order).await? {
            Recovered::Begun(record) => record,
            Recovered::Changed(record) => {
                return Ok(Step::Left(format!("meanwhile it is {} in attempt {}", record.state, record.attempt)));
            }
        },
        Begin::Before => Box::new(step.record.clone()),
    };
    let how = match (&step.begin, start(executions, &record).await?) {
        (Begin::Anew(order), _) if order.recovery.kind == RecoveryKind::Discard => "discarded",
        (Begin::Anew(..), _) => "restarted",
        (Begin::Before, _) => "begun before, started again",
    };
    Ok(Step::Done(how))
}

async fn written(ledger: &impl RecoverFiles, record: &FileRecord, order: &Order) -> Result<Recovered, CloudError> {
    let (from, recovery) = (record.standing(), &order.recovery);
    let id = &record.file.file_id;
    let recovered = match &order.judge {
        Judge::Same => ledger.recover(id, &from, recovery, None).await?,
        Judge::Contract(contract) => ledger.recover(id, &from, recovery, Some(contract)).await?,
        Judge::Route(route) => ledger.reroute(id, &from, recovery, route).await?,
    };
    match recovered {
        // The answer to the first try of this very write was lost, and the client tried again.
        Recovered::Changed(now) if is_ours(&now, &from, recovery) => Ok(Recovered::Begun(now)),
        recovered => Ok(recovered),
    }
}

fn is_ours(now: &FileRecord, from: &Standing, recovery: &Recovery) -> bool {
    let step = now.history.last();
    now.attempt == from.attempt + 1 && step.is_some_and(|step| step.at == recovery.at && step.attempt == now.attempt)
}

/// Starts the execution of the file's attempt, which starts once.
pub(crate) async fn start(executions: &impl Executions, record: &FileRecord) -> Result<Started, CloudError> {
    let input = serde_json::to_string(&record.request()).expect("a request is a map with text keys");
    executions.start(&record.execution_name(), input).await
}

/// Where an attempt stands that has no outcome yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Underway {
    /// Its execution was never started.
    Unstarted,
    /// Its execution runs.
    Running,
    /// Its execution is over, with this status, or forgotten; nobody works on the file any more.
    Abandoned(String),
}

/// Asks how far the attempt is. The record is to be read again when the answer is [`Underway::Abandoned`]: the
/// execution may have written the outcome as its last act.
pub(crate) async fn underway(executions: &impl WatchExecutions, record: &FileRecord) -> Result<Underway, CloudError> {
    Ok(match executions.status(&record.execution_name()).await? {
        Some(execution) if execution.has_ended() => Underway::Abandoned(execution.status),
        Some(_) => Underway::Running,
        // Who works on a file was started; Step Functions forgets after months.
        None if record.state == FileState::Processing => Underway::Abandoned("forgotten".to_owned()),
        None => Underway::Unstarted,
    })
}

/// `orders/a.csv (3f9a0b12)`.
pub(crate) fn name(record: &FileRecord) -> String {
    format!("{} ({})", inert::name(&record.file.key), record.file.file_id.short())
}
