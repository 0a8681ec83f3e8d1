//! Pauses that end, whatever kills the command.

use atalaya_cloud::ledger::{Pause, Pauses as _};
use atalaya_cloud::testing::at;
use atalaya_contract::FileId;

use crate::operate::pause::{let_go, look, told};
use crate::operate::work::Control;

use super::fragile::Fuse;
use super::world::{World, broken_off_anywhere, proposal};

struct Held {
    world: World,
    ids: Vec<FileId>,
}

fn a_pause(dataset: Option<&str>) -> Pause {
    Pause { dataset: dataset.map(str::to_owned), by: "ana@desk".to_owned(), reason: None, at: at(0) }
}

async fn held() -> Held {
    let world = World::new().await;
    world.ledger.pause(&a_pause(Some("orders"))).await.expect("pauses");
    let mut ids = Vec::new();
    for key in ["orders/a.csv", "orders/b.csv", "orders/c.csv"] {
        let record = world.claimed(key, false).await;
        world.ledger.hold(&record.file.file_id, "orders").await.expect("holds");
        ids.push(record.file.file_id);
    }
    Held { world, ids }
}

#[tokio::test]
async fn a_resume_killed_anywhere_forgets_no_file() {
    let command = async |held: &Held, fuse: &Fuse| {
        let desk = held.world.desk(fuse);
        let planned = look(&desk.ledger, Some("orders")).await?.targets.len();
        let_go(&desk, &proposal(), Some("orders"), planned, &Control::default()).await.map(drop)
    };
    for works_on in [false, true] {
        let meanwhile = async |held: &Held| {
            if works_on {
                held.world.process(&held.ids).await;
            }
        };
        broken_off_anywhere(held, command, meanwhile, async |held, when| {
            let world = &held.world;
            assert_eq!(world.ledger.pauses().await.expect("reads"), [], "{when}");
            assert_eq!(world.ledger.held(None).await.expect("reads"), [], "{when}");
            let started: Vec<_> = world.executions.started().into_keys().collect();
            let mut expected: Vec<_> = held.ids.iter().map(ToString::to_string).collect();
            expected.sort();
            assert_eq!(started, expected, "{when}");
        })
        .await;
    }
}

#[tokio::test]
async fn what_another_pause_holds_goes_on_waiting() {
    let Held { world, ids } = held().await;
    world.ledger.pause(&a_pause(None)).await.expect("pauses");
    let desk = world.desk(&Fuse::never());
    let found = look(&desk.ledger, Some("orders")).await.expect("looks");
    assert!(found.pause.is_some() && found.targets.is_empty(), "all feeds are paused too");
    let_go(&desk, &proposal(), Some("orders"), 0, &Control::default()).await.expect("ends the pause");
    assert!(world.executions.started().is_empty());
    let worked = let_go(&desk, &proposal(), None, ids.len(), &Control::default()).await.expect("ends the other");
    assert_eq!((worked.done(), world.executions.started().len()), (3, 3));
}

#[test]
fn nothing_in_a_pause_adds_a_line() {
    crate::hostile::stays_in_its_line(|given| {
        let text = || given.to_owned();
        told(&Pause { dataset: Some(text()), by: text(), reason: Some(text()), at: at(0) })
    });
}
