//! Objects of the inbox that the ledger does not know.

use std::collections::BTreeSet;

use atalaya_cloud::ledger::ClaimFiles as _;
use atalaya_cloud::objects::WriteObjects as _;
use atalaya_cloud::testing::received;
use atalaya_contract::{Arrival, FileId, FileRef, read_arrival};
use clap::Parser as _;
use jiff::Timestamp;

use crate::args::{Cli, Command, ReconcileArgs};
use crate::operate::dlq::tests::{Behind, MemoryRecipient};
use crate::operate::reconcile::{choose, hand_over};
use crate::operate::work::{self, Control};

use super::fragile::{Fragile, Fuse};
use super::world::{World, broken_off_anywhere, proposal};

struct Inbox {
    world: World,
    intake: MemoryRecipient,
    unknown: BTreeSet<FileId>,
}

/// Five objects, of which one is a folder, one deleted and one known.
async fn inbox() -> Inbox {
    let world = World::new().await;
    let mut unknown = BTreeSet::new();
    for key in ["orders/a.csv", "orders/folder/", "orders/b c+d.csv", "orders/gone.csv", "orders/known.csv"] {
        let content = if key.ends_with('/') { "" } else { "id\n1\n" };
        let stored = world.objects.put("inbox", key, "text/csv", content.into()).await.expect("stored");
        let file_id = FileId::new("inbox", key, &stored.version_id);
        match key {
            "orders/known.csv" => {
                let mut record = received("orders", key, 1);
                record.file = FileRef { file_id, version_id: stored.version_id, ..record.file };
                world.ledger.claim(&record).await.expect("claimed");
            }
            "orders/gone.csv" => world.objects.delete("inbox", key).await.expect("deleted"),
            "orders/folder/" => {}
            _ => drop(unknown.insert(file_id)),
        }
    }
    Inbox { world, intake: MemoryRecipient::default(), unknown }
}

/// The files that the intake was told of.
fn told(inbox: &Inbox) -> BTreeSet<FileId> {
    let read = |message: String| match read_arrival(&message) {
        Ok(Arrival::Created(files)) => files.into_iter().map(|file| file.file_id).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    inbox.intake.taken().into_iter().flat_map(read).collect()
}

fn args(line: &[&str]) -> ReconcileArgs {
    let line = ["atalaya", "reconcile"].iter().chain(line);
    match Cli::try_parse_from(line).expect("is a command line").command {
        Command::Reconcile(args) => args,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_reconciliation_killed_anywhere_tells_the_intake_of_each_object_in_the_end() {
    let command = async |inbox: &Inbox, fuse: &Fuse| {
        let (ledger, objects) = (Fragile::new(&inbox.world.ledger, fuse), Fragile::new(&inbox.world.objects, fuse));
        let targets = choose(&ledger, &objects, "inbox", &args(&[]), Timestamp::now()).await?;
        let intake = Behind { store: &inbox.intake, fuse };
        let step = async |file: &FileRef| hand_over(&intake, file).await;
        work::carry_out(&ledger, &proposal(), "ana", targets, &Control::default(), step).await.map(drop)
    };
    broken_off_anywhere(
        inbox,
        command,
        async |_| {},
        async |inbox, when| assert_eq!(told(inbox), inbox.unknown, "{when}"),
    )
    .await;
}

#[tokio::test]
async fn a_prefix_bounds_what_is_compared() {
    let (inbox, args) = (inbox().await, args(&["--prefix", "orders/b"]));
    let chosen = choose(&inbox.world.ledger, &inbox.world.objects, "inbox", &args, Timestamp::now()).await;
    let chosen: Vec<_> = chosen.expect("chooses").into_iter().map(|target| target.item.name).collect();
    assert_eq!(chosen, ["orders/b c+d.csv"]);
}
