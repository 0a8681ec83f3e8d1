//! A paused feed's files are claimed and held, and none is lost whenever the pause ends.

use std::sync::atomic::{AtomicBool, Ordering};

use atalaya_cloud::ledger::PauseSet;

use super::*;

fn pause(dataset: Option<&str>) -> Pause {
    let reason = Some("the warehouse is moved".to_owned());
    Pause { dataset: dataset.map(str::to_owned), by: "anna@desk".to_owned(), reason, at: at(50) }
}

#[tokio::test]
async fn a_paused_feeds_files_are_claimed_and_wait() {
    let desk = desk().await;
    let other = ORDERS_CONTRACT.replace("id: orders", "id: prices").replace("name: orders", "name: prices");
    put_contract(&desk.objects, "prices.yaml", &other.replace("orders/*.csv", "prices/*.csv")).await;
    desk.ledger.pause(&pause(Some("orders"))).await.expect("paused");
    assert_eq!(desk.take(vec![message("m", "orders/a.csv"), message("n", "prices/a.csv")]).await, [""; 0]);
    assert_eq!(desk.record("orders/a.csv").await.state, FileState::Received);
    assert_eq!(desk.ledger.held(None).await.expect("held"), [id("orders/a.csv")]);
    assert_eq!(desk.executions.started().into_keys().collect::<Vec<_>>(), [id("prices/a.csv").to_string()]);
    assert_eq!(desk.sum(Metric::FilesReceived, &[]), Some(2.0));
    assert_eq!(desk.sum(Metric::IntakePaused, &[]), Some(1.0));
    desk.captured.assert_catalogued();

    // Told again, it waits still; resumed, it is started like any other.
    desk.take(vec![message("m", "orders/a.csv")]).await;
    assert_eq!(desk.executions.started().len(), 1);
    desk.ledger.unpause(Some("orders")).await.expect("resumed");
    desk.take(vec![message("m", "orders/a.csv")]).await;
    assert_eq!(desk.executions.started().len(), 2);
    let gauges = desk.captured.emf().iter().filter_map(|line| line["IntakePaused"].as_u64()).collect::<Vec<_>>();
    assert_eq!(gauges, [1, 1, 0], "every batch tells how many pauses are in force");
}

#[tokio::test]
async fn a_pause_of_all_feeds_spares_canaries_and_what_has_no_feed() {
    let desk = desk().await;
    let canary = ORDERS_CONTRACT.replace("name: orders", "name: canary").replace("orders/*.csv", "canary/*.csv");
    put_contract(&desk.objects, "canary.yaml", &canary.replace("id: orders", "id: atalaya-canary")).await;
    desk.ledger.pause(&pause(None)).await.expect("paused");
    let files = ["orders/a.csv", "canary/a.csv", "stray.txt"];
    desk.take(files.map(|key| message(key, key)).to_vec()).await;
    assert_eq!(desk.ledger.held(None).await.expect("held"), [id("orders/a.csv")]);
    let mut started = [id("canary/a.csv").to_string(), id("stray.txt").to_string()];
    started.sort();
    assert_eq!(desk.executions.started().into_keys().collect::<Vec<_>>(), started);
}

#[tokio::test]
async fn without_the_pauses_all_files_come_again() {
    let desk = desk().await;
    desk.ledger.fail_next("pauses");
    assert_eq!(desk.take(vec![message("m", "orders/a.csv")]).await, ["m"]);
    assert_eq!(desk.ledger.get(&id("orders/a.csv")).await.expect("read"), None);
    for operation in ["hold", "pauses"] {
        let desk = super::desk().await;
        desk.ledger.pause(&pause(None)).await.expect("paused");
        desk.ledger.fail_after(operation, u32::from(operation == "pauses"));
        assert_eq!(desk.take(vec![message("m", "orders/a.csv")]).await, ["m"], "{operation}");
        assert!(desk.executions.started().is_empty(), "{operation}");
        assert_eq!(desk.take(vec![message("m", "orders/a.csv")]).await, [""; 0], "{operation}");
        assert_eq!(desk.ledger.held(None).await.expect("held").len(), 1, "{operation}");
    }
}

/// A ledger in which an operator resumes at one moment of the intake's work: right before a file is remembered as held,
/// or right after.
struct Resumed {
    ledger: MemoryLedger,
    before: bool,
    done: AtomicBool,
}

impl Resumed {
    /// What `resume` does: the pause goes first, then every held file is started and forgotten.
    async fn resume(&self) -> Result<Vec<FileId>, CloudError> {
        if self.done.swap(true, Ordering::SeqCst) {
            return Ok(Vec::new());
        }
        self.ledger.unpause(Some("orders")).await?;
        let held = self.ledger.held(Some("orders")).await?;
        for file_id in &held {
            self.ledger.let_go(file_id, "orders").await?;
        }
        Ok(held)
    }
}

impl ClaimFiles for Resumed {
    async fn claim(&self, record: &FileRecord) -> Result<Claimed, CloudError> {
        self.ledger.claim(record).await
    }
}

impl Pauses for Resumed {
    async fn pause(&self, pause: &Pause) -> Result<PauseSet, CloudError> {
        self.ledger.pause(pause).await
    }

    async fn unpause(&self, dataset: Option<&str>) -> Result<Option<Pause>, CloudError> {
        self.ledger.unpause(dataset).await
    }

    async fn pauses(&self) -> Result<Vec<Pause>, CloudError> {
        self.ledger.pauses().await
    }

    async fn hold(&self, file_id: &FileId, dataset: &str) -> Result<(), CloudError> {
        if self.before {
            assert_eq!(self.resume().await?, [], "nothing is held yet");
        }
        self.ledger.hold(file_id, dataset).await?;
        if !self.before {
            assert_eq!(self.resume().await?, std::slice::from_ref(file_id));
        }
        Ok(())
    }

    async fn held(&self, dataset: Option<&str>) -> Result<Vec<FileId>, CloudError> {
        self.ledger.held(dataset).await
    }

    async fn let_go(&self, file_id: &FileId, dataset: &str) -> Result<(), CloudError> {
        self.ledger.let_go(file_id, dataset).await
    }
}

#[tokio::test]
async fn a_pause_that_ends_while_a_file_is_taken_in_holds_nothing() {
    for before in [true, false] {
        let desk = desk().await;
        desk.ledger.pause(&pause(Some("orders"))).await.expect("paused");
        let intake = Intake {
            contracts: ContractStore::new(desk.objects.clone(), "contracts"),
            ledger: Resumed { ledger: desk.ledger.clone(), before, done: AtomicBool::new(false) },
            executions: desk.executions.clone(),
            clock: FixedClock::new(at(60)),
            telemetry: desk.captured.telemetry.clone(),
        };
        let Ok(response) = intake.handle(Batch { messages: vec![message("m", "orders/a.csv")] }).await;
        assert_eq!(response, BatchResponse::default());
        assert_eq!(desk.executions.started().len(), 1, "{before}");
        assert_eq!(desk.ledger.held(None).await.expect("held"), [], "{before}");
    }
}
