//! What is not to be done is said, with what to do instead.

use atalaya_contract::{FileState, RecoveryKind, RejectSummary};
use jiff::Timestamp;

use crate::operate::release::Decided;
use crate::operate::run::Chosen;
use crate::operate::{redrive, release, replay};
use atalaya_terminal::exit::Failure;

use super::fragile::Fuse;
use super::recoveries::{redrive_args, replay_args};
use super::world::World;

fn refused(result: Result<Chosen, Failure>) -> (String, String, u8) {
    let Err(Failure::Told(told)) = result else { panic!("{result:?} must be refused") };
    (told.message().to_owned(), told.advice().unwrap_or_default().to_owned(), told.code())
}

#[tokio::test]
async fn only_what_failed_or_is_abandoned_is_redriven() {
    let world = World::new().await;
    let desk = world.desk(&Fuse::never());
    let choose = async |id: &str| {
        redrive::choose(&desk, &world.contracts(&Fuse::never()), &redrive_args(&[id]), Timestamp::now()).await
    };
    for (key, state, message, hint) in [
        ("orders/a.csv", FileState::Available, "cannot be redriven: it is available", "atalaya replay"),
        ("orders/b.csv", FileState::Rejected, "it is rejected", "atalaya rejects"),
        ("orders/c.csv", FileState::Duplicate, "it is duplicate", "atalaya file"),
    ] {
        let record = world.ended(key, state).await;
        let told = refused(choose(record.file.file_id.as_str()).await);
        assert!(told.0.contains(message) && told.1.contains(hint) && told.2 == 1, "{told:?}");
        assert!(told.0.contains(key), "{told:?}");
    }
    let waiting = world.claimed("orders/w.csv", false).await;
    let told = refused(choose(waiting.file.file_id.as_str()).await);
    assert!(told.0.contains("was not started yet") && told.1.contains("atalaya resume"), "{told:?}");

    let running = world.claimed("orders/r.csv", true).await;
    let chosen = choose(running.file.file_id.as_str()).await.expect("is no fault");
    assert!(chosen.targets.is_empty() && chosen.notes[0].contains("is on its way"), "{:?}", chosen.notes);
    assert_eq!(chosen.awaited.len(), 1, "--wait waits for it");

    world.executions.end(&running.execution_name(), "ABORTED");
    let chosen = choose(running.file.file_id.as_str()).await.expect("nobody works on it");
    assert_eq!(chosen.targets[0].item.will, "its execution ended (aborted): a new attempt");
}

#[tokio::test]
async fn of_all_files_those_that_wait_or_run_are_not_taken() {
    let world = World::new().await;
    let desk = world.desk(&Fuse::never());
    world.claimed("orders/waits.csv", false).await;
    world.claimed("orders/runs.csv", true).await;
    world.ended("orders/fine.csv", FileState::Available).await;
    let chosen =
        redrive::choose(&desk, &world.contracts(&Fuse::never()), &redrive_args(&["--failed"]), Timestamp::now())
            .await
            .expect("chooses");
    assert!(chosen.targets.is_empty() && chosen.notes.is_empty(), "{chosen:?}");

    let failed = world.ended("orders/failed.csv", FileState::Failed).await;
    for (line, count) in [
        (&["--failed", "--dataset", "orders"][..], 1),
        (&["--failed", "--dataset", "returns"], 0),
        (&["--failed", "--since", "1h"], 0),
    ] {
        let chosen = redrive::choose(&desk, &world.contracts(&Fuse::never()), &redrive_args(line), Timestamp::now())
            .await
            .expect("chooses");
        assert_eq!(chosen.targets.len(), count, "{line:?}");
    }
    let soon = failed.file.created_at + jiff::SignedDuration::from_mins(5);
    let chosen =
        redrive::choose(&desk, &world.contracts(&Fuse::never()), &redrive_args(&["--failed", "--since", "1h"]), soon)
            .await
            .expect("chooses");
    assert_eq!(chosen.targets.len(), 1, "created within the hour");
}

#[tokio::test]
async fn a_release_needs_good_rows_and_a_file_that_is_whole() {
    let world = World::new().await;
    let desk = world.desk(&Fuse::never());
    let decide =
        async |kind: RecoveryKind, id: &str| release::choose(&desk, &Decided { kind, id, reason: "agreed" }).await;
    let available = world.ended("orders/a.csv", FileState::Available).await;
    let told = refused(decide(RecoveryKind::Release, available.file.file_id.as_str()).await);
    assert!(told.0.contains("cannot be released: it is available") && told.2 == 1, "{told:?}");
    let told = refused(decide(RecoveryKind::Discard, available.file.file_id.as_str()).await);
    assert!(told.0.contains("cannot be discarded: it is available"), "{told:?}");

    let failed = world.ended("orders/f.csv", FileState::Failed).await;
    let begun = world.begun(&failed, RecoveryKind::Redrive).await;
    let told = refused(decide(RecoveryKind::Discard, begun.file.file_id.as_str()).await);
    assert!(told.0.contains("it was redriven by bo@desk") && told.1.contains("atalaya redrive"), "{told:?}");

    let rejected = world.ended("orders/r.csv", FileState::Rejected).await;
    let chosen = decide(RecoveryKind::Release, rejected.file.file_id.as_str()).await.expect("can be released");
    let item = &chosen.targets[0].item;
    assert_eq!(item.will, "8 rows loaded; 2 rows stay in the list of rejects");
    assert_eq!(item.change, "attempt 1 → 2");
}

#[tokio::test]
async fn a_replay_says_what_it_cannot_do() {
    let world = World::new().await;
    let desk = world.desk(&Fuse::never());
    let choose = async |line: &[&str]| replay::choose(&desk, &world.objects, &replay_args(line)).await;
    let rejected = world.ended("orders/r.csv", FileState::Rejected).await;
    let id = rejected.file.file_id.as_str();
    let told = refused(choose(&[id, "--rejects-only"]).await);
    assert!(told.0.contains("only an available file") && told.1.contains("nothing of it was loaded"), "{told:?}");
    let told = refused(choose(&[id, "--contract", "9.0.0"]).await);
    assert!(told.1.contains("1.1.0, 1.0.0"), "{told:?}");
    let failed = world.ended("orders/f.csv", FileState::Failed).await;
    let told = refused(choose(&[failed.file.file_id.as_str()]).await);
    assert!(told.1.contains("atalaya redrive"), "{told:?}");

    let mut flooded = world.ended("orders/x.csv", FileState::Available).await;
    assert!(replay::refuse_partial_list(&flooded).is_ok());
    for (column, count) in [("a", 60_000), ("b", 40_001)] {
        let (code, column) = ("type-error".to_owned(), Some(column.to_owned()));
        flooded.rejects.push(RejectSummary { code, column, rule: None, count });
    }
    let told = refused(replay::refuse_partial_list(&flooded).map(|()| Chosen::default()));
    assert!(told.0.contains("more rejects than its list names") && told.1.contains("--rejects-only"), "{told:?}");

    let chosen = choose(&[id]).await.expect("can be replayed");
    let note = &chosen.notes[0];
    assert!(note.contains("orders 1.0.0") && note.contains("under orders 1.1.0"), "{note}");
    let same = choose(&[id, "--contract", "1.0.0"]).await.expect("can be replayed");
    assert!(same.notes[0].contains("as before"), "{:?}", same.notes);
}

#[tokio::test]
async fn a_file_that_nobody_claims_yet_stays_as_it_is() {
    let world = World::new().await;
    let desk = world.desk(&Fuse::never());
    let contracts = world.contracts(&Fuse::never());
    let choose = async |line: &[&str], now| redrive::choose(&desk, &contracts, &redrive_args(line), now).await;
    let stray = world.unroutable("nowhere/u.txt").await;
    let told = refused(choose(&[stray.file.file_id.as_str()], Timestamp::now()).await);
    assert!(told.0.contains("nowhere/u.txt") && told.0.contains("is still unroutable: no contract claims"), "{told:?}");
    assert!(told.0.ends_with("nothing is changed") && told.1.contains("atalaya contract publish"), "{told:?}");
    assert_eq!(world.get(&stray.file.file_id).await, stray);

    world.unroutable("orders/u.csv").await;
    let chosen = choose(&["--unroutable"], Timestamp::now()).await.expect("chooses");
    assert_eq!(chosen.targets.len(), 1);
    let item = &chosen.targets[0].item;
    assert_eq!((item.name.as_str(), item.dataset.as_deref()), ("orders/u.csv", Some("orders")));
    assert_eq!((item.will.as_str(), item.change.as_str()), ("routed to orders, under orders 1.1.0", "attempt 1 → 2"));
    assert!(chosen.notes.len() == 1 && chosen.notes[0].contains("nowhere/u.txt"), "{:?}", chosen.notes);
    let late = stray.file.created_at + jiff::SignedDuration::from_hours(2);
    let chosen = choose(&["--unroutable", "--since", "1h"], late).await.expect("chooses");
    assert!(chosen.targets.is_empty() && chosen.notes.is_empty(), "{chosen:?}");
}
