//! A pipeline in memory, with files in every state, and the commands on it without a terminal.

use atalaya_cloud::ledger::{ClaimFiles as _, Outcome, ProcessFiles as _};
use atalaya_cloud::ledger::{KeepAudit as _, Operation, ReadFiles as _, RecoverFiles as _, Recovered};
use atalaya_cloud::objects::WriteObjects as _;
use atalaya_cloud::testing::{ORDERS_CONTRACT, at, contract_ref, file, received};
use atalaya_cloud::{
    ContractStore, Executions as _, FileRecord, MemoryExecutions, MemoryLedger, MemoryObjects, WatchExecutions as _,
};
use atalaya_contract::{ContractRef, Counts, FailureNote, FileId, FileState, Outputs, Recovery, RecoveryKind};

use crate::operate::attempt::{self, FileStep};
use crate::operate::run::{Chosen, Desk};
use crate::operate::summary::Proposal;
use crate::operate::work::{self, Control, Worked};
use atalaya_terminal::exit::Failure;

use super::fragile::{Cut, Fragile, Fuse};

/// Everything that outlives a process.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) ledger: MemoryLedger,
    pub(crate) executions: MemoryExecutions,
    pub(crate) objects: MemoryObjects,
}

pub(crate) type FragileDesk = Desk<Fragile<MemoryLedger>, Fragile<MemoryExecutions>>;

impl World {
    /// With two stored versions of the contract of `orders`.
    pub(crate) async fn new() -> Self {
        let world = Self::default();
        for version in ["1.0.0", "1.1.0"] {
            let text = ORDERS_CONTRACT.replace("version: 1.0.0", &format!("version: {version}"));
            let put = world.objects.put("contracts", "orders.yaml", "application/yaml", text.into());
            put.await.expect("stored");
        }
        world
    }

    /// What a process that lives as long as the fuse works with.
    pub(crate) fn desk(&self, fuse: &Fuse) -> FragileDesk {
        Desk {
            ledger: Fragile::new(&self.ledger, fuse),
            executions: Fragile::new(&self.executions, fuse),
            by: "ana@desk".to_owned(),
        }
    }

    /// The contracts bucket, as such a process reads it.
    pub(crate) fn contracts(&self, fuse: &Fuse) -> ContractStore<Fragile<MemoryObjects>> {
        ContractStore::new(Fragile::new(&self.objects, fuse), "contracts")
    }

    /// A file that no contract claimed when it came.
    pub(crate) async fn unroutable(&self, key: &str) -> FileRecord {
        let file = file(key, 1);
        let arn = self.executions.arn(file.file_id.as_str());
        let record = FileRecord::unroutable(file, "no contract claims this object", arn, at(2));
        self.ledger.claim(&record).await.expect("claimed");
        attempt::start(&self.executions, &record).await.expect("started");
        self.executions.end(&record.execution_name(), "SUCCEEDED");
        record
    }

    /// The first stored version of the contract.
    fn contract() -> ContractRef {
        contract_ref("v1")
    }

    /// A file that the intake has claimed, and whose execution it has started or not.
    pub(crate) async fn claimed(&self, key: &str, is_started: bool) -> FileRecord {
        let mut record = received("orders", key, 1);
        record.contract = Some(Self::contract());
        self.ledger.claim(&record).await.expect("claimed");
        if is_started {
            attempt::start(&self.executions, &record).await.expect("started");
        }
        record
    }

    /// A file that has ended so in its first attempt.
    pub(crate) async fn ended(&self, key: &str, state: FileState) -> FileRecord {
        let record = self.claimed(key, true).await;
        self.end(&record, state).await
    }

    /// Brings a file's attempt to an end.
    pub(crate) async fn end(&self, record: &FileRecord, state: FileState) -> FileRecord {
        let (id, attempt) = (&record.file.file_id, record.attempt);
        self.ledger.begin(id, attempt, None, at(2)).await.expect("begins");
        let mut outcome = Outcome::new(state, at(3));
        match state {
            FileState::Failed => {
                outcome.error = Some(FailureNote { kind: "Permanent".to_owned(), message: "no bucket".to_owned() });
            }
            FileState::Available | FileState::Rejected => {
                let replayed = record.recovery.as_ref().is_some_and(|r| r.kind == RecoveryKind::ReplayRejects);
                // A replay of its rejects finds them all good.
                let rejected = if replayed { 0 } else { 2 };
                outcome.rows = Some(Counts { read: 10, accepted: 10 - rejected, rejected });
                let loaded = (state == FileState::Available).then(|| format!("s3://curated/orders/{id}.parquet"));
                let rejects = (!replayed).then(|| format!("s3://rejects/orders/{id}.jsonl"));
                outcome.outputs = Some(Outputs { parquet: loaded.into_iter().collect(), rejects });
            }
            _ => {}
        }
        let finished = self.ledger.finish(id, attempt, &outcome).await.expect("finishes");
        self.executions.end(&record.execution_name(), if state == FileState::Failed { "FAILED" } else { "SUCCEEDED" });
        finished.record().clone()
    }

    /// A new attempt that a command began, without its execution.
    pub(crate) async fn begun(&self, record: &FileRecord, kind: RecoveryKind) -> FileRecord {
        let recovery = Recovery { kind, by: "bo@desk".to_owned(), reason: None, at: at(4), loaded: None };
        let from = record.standing();
        match self.ledger.recover(&record.file.file_id, &from, &recovery, None).await.expect("recovers") {
            Recovered::Begun(record) => *record,
            Recovered::Changed(record) => panic!("{record:?}"),
        }
    }

    pub(crate) async fn get(&self, id: &FileId) -> FileRecord {
        self.ledger.get(id).await.expect("reads").expect("is there")
    }

    /// Lets every execution that was started run to its end, as available.
    pub(crate) async fn process(&self, ids: &[FileId]) {
        for id in ids {
            let record = self.get(id).await;
            let execution = self.executions.status(&record.execution_name()).await.expect("asked");
            if execution.is_some_and(|execution| !execution.has_ended()) && !record.state.is_final() {
                self.end(&record, FileState::Available).await;
            }
        }
    }

    pub(crate) async fn operations(&self) -> Vec<Operation> {
        self.ledger.operations(100).await.expect("reads")
    }

    /// Asserts that each started execution was told what the ledger says of its attempt, where it still does.
    pub(crate) async fn executions_say_what_the_ledger_says(&self, ids: &[FileId]) {
        for id in ids {
            let record = self.get(id).await;
            if let (FileState::Received, Some(input)) =
                (record.state, self.executions.started().get(&record.execution_name()))
            {
                assert_eq!(
                    *input,
                    serde_json::to_string(&record.request()).expect("serialises"),
                    "{}",
                    record.file.key
                );
            }
        }
    }
}

/// What a command proposes, as far as the audit record wants it.
pub(crate) fn proposal() -> Proposal {
    Proposal {
        command: "a command".to_owned(),
        subject: "files".to_owned(),
        reason: None,
        noun: "file",
        verb: "change",
        notes: Vec::new(),
    }
}

/// Begins the attempts that a command has chosen.
pub(crate) async fn carry_out(desk: &FragileDesk, chosen: Chosen) -> Result<Worked<FileStep>, Failure> {
    let step = async |step: &FileStep| attempt::begin(&desk.ledger, &desk.executions, step).await;
    work::carry_out(&desk.ledger, &proposal(), &desk.by, chosen.targets, &Control::default(), step).await
}

/// Kills a command between any two of its calls, and runs it again in what it left: `check` looks at the end. Between
/// the two runs the pipeline may have worked on.
pub(crate) async fn broken_off_anywhere<W>(
    make: impl AsyncFn() -> W,
    command: impl AsyncFn(&W, &Fuse) -> Result<(), Failure>,
    meanwhile: impl AsyncFn(&W),
    check: impl AsyncFn(&W, &str),
) {
    let mut deaths = 0;
    for cut in [Cut::Before, Cut::After] {
        for calls in 0.. {
            let world = make().await;
            let fuse = Fuse::after(calls, cut);
            let result = command(&world, &fuse).await;
            if !fuse.is_blown() {
                result.expect("a command that is not killed succeeds");
                check(&world, "without a death").await;
                break;
            }
            deaths += 1;
            meanwhile(&world).await;
            command(&world, &Fuse::never()).await.unwrap_or_else(|failure| panic!("{cut:?} {calls}: {failure}"));
            check(&world, &format!("killed at call {calls}, {cut:?}")).await;
        }
    }
    assert!(deaths >= 6, "a command of {deaths} calls proves little");
}
