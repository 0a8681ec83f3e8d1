//! Redrive, replay, release and discard.

use atalaya_contract::{FileId, FileState, RecoveryKind};
use clap::Parser as _;

use crate::args::{Cli, Command, RedriveArgs, ReplayArgs};
use crate::operate::release::Decided;
use crate::operate::work::Fate;
use crate::operate::{redrive, release, replay};
use atalaya_terminal::exit::Failure;

use super::fragile::{Fragile, Fuse};
use super::world::{World, broken_off_anywhere, carry_out};

pub(super) fn redrive_args(line: &[&str]) -> RedriveArgs {
    let line = ["atalaya", "redrive"].iter().chain(line);
    match Cli::try_parse_from(line).expect("is a command line").command {
        Command::Redrive(args) => args,
        other => panic!("{other:?}"),
    }
}

pub(super) fn replay_args(line: &[&str]) -> ReplayArgs {
    let line = ["atalaya", "replay"].iter().chain(line);
    match Cli::try_parse_from(line).expect("is a command line").command {
        Command::Replay(args) => args,
        other => panic!("{other:?}"),
    }
}

/// Files for a redrive: three that failed, one of them as it was released; one that a command has begun and not
/// started; one whose execution is lost; and three that are none of its business.
struct Redriven {
    world: World,
    ids: Vec<FileId>,
    others: Vec<FileId>,
}

async fn to_redrive() -> Redriven {
    let world = World::new().await;
    let mut ids = Vec::new();
    for key in ["orders/a.csv", "orders/b.csv"] {
        ids.push(world.ended(key, FileState::Failed).await.file.file_id);
    }
    let rejected = world.ended("orders/c.csv", FileState::Rejected).await;
    let released = world.begun(&rejected, RecoveryKind::Release).await;
    crate::operate::attempt::start(&world.executions, &released).await.expect("starts");
    ids.push(world.end(&released, FileState::Failed).await.file.file_id);
    let failed = world.ended("orders/d.csv", FileState::Failed).await;
    ids.push(world.begun(&failed, RecoveryKind::Redrive).await.file.file_id);
    let lost = world.claimed("orders/e.csv", true).await;
    world.executions.end(&lost.execution_name(), "TIMED_OUT");
    ids.push(lost.file.file_id);
    let mut others = Vec::new();
    for (key, state) in [("orders/x.csv", FileState::Available), ("orders/y.csv", FileState::Rejected)] {
        others.push(world.ended(key, state).await.file.file_id);
    }
    others.push(world.claimed("orders/z.csv", true).await.file.file_id);
    Redriven { world, ids, others }
}

async fn redrive_all(redriven: &Redriven, fuse: &Fuse) -> Result<(), Failure> {
    let desk = redriven.world.desk(fuse);
    let now = jiff::Timestamp::now();
    let contracts = redriven.world.contracts(fuse);
    let chosen = redrive::choose(&desk, &contracts, &redrive_args(&["--failed"]), now).await?;
    carry_out(&desk, chosen).await.map(drop)
}

/// Each file got exactly one attempt more, and its execution was started.
async fn redriven_once(redriven: &Redriven, when: &str) {
    let Redriven { world, ids, others } = redriven;
    for (id, attempt) in ids.iter().zip([2, 2, 3, 2, 2]) {
        let record = world.get(id).await;
        let name = format!("{} {when}", record.file.key);
        assert_eq!(record.attempt, attempt, "{name}");
        assert!(world.executions.started().contains_key(&record.execution_name()), "{name} was not started");
        let redrives = record
            .history
            .iter()
            .filter(|step| step.note.as_deref().is_some_and(|note| note.starts_with("redriven by")));
        assert_eq!(redrives.count(), 1, "{name}: {:?}", record.history);
    }
    for id in others {
        let record = world.get(id).await;
        assert_eq!(record.attempt, 1, "{} {when}", record.file.key);
    }
    let released = world.get(&ids[2]).await;
    let kind = released.recovery.map(|recovery| recovery.kind);
    assert_eq!(kind, Some(RecoveryKind::Release), "what failed is done again: the release");
    world.executions_say_what_the_ledger_says(ids).await;
    assert!(!world.operations().await.is_empty(), "nothing is changed without an audit record {when}");
}

#[tokio::test]
async fn a_redrive_killed_anywhere_is_finished_by_the_next() {
    broken_off_anywhere(to_redrive, redrive_all, async |_| {}, redriven_once).await;
}

#[tokio::test]
async fn a_redrive_killed_anywhere_touches_nothing_that_has_ended_meanwhile() {
    let meanwhile = async |redriven: &Redriven| redriven.world.process(&redriven.ids).await;
    broken_off_anywhere(to_redrive, redrive_all, meanwhile, async |redriven, when| {
        redriven_once(redriven, when).await;
        redriven.world.process(&redriven.ids).await;
        for id in &redriven.ids {
            assert_eq!(redriven.world.get(id).await.state, FileState::Available, "{when}");
        }
    })
    .await;
}

/// One rejected or available file, of which everything is decided.
struct One {
    world: World,
    id: FileId,
}

async fn one(state: FileState) -> One {
    let world = World::new().await;
    let id = world.ended("orders/one.csv", state).await.file.file_id;
    One { world, id }
}

async fn attempted_once(one: &One, kind: RecoveryKind, when: &str) {
    let record = one.world.get(&one.id).await;
    assert_eq!((record.attempt, record.recovery.as_ref().map(|r| r.kind)), (2, Some(kind)), "{when}");
    assert!(one.world.executions.started().contains_key(&format!("{}-2", one.id)), "{kind} {when} was not started");
    one.world.executions_say_what_the_ledger_says(std::slice::from_ref(&one.id)).await;
}

#[tokio::test]
async fn a_replay_killed_anywhere_is_finished_by_the_next() {
    for (state, option, kind) in [
        (FileState::Rejected, None, RecoveryKind::Replay),
        (FileState::Available, Some("--rejects-only"), RecoveryKind::ReplayRejects),
    ] {
        for works_on in [false, true] {
            let command = async |one: &One, fuse: &Fuse| {
                let id = one.id.to_string();
                let args = replay_args(&[&[id.as_str()][..], option.as_slice()].concat());
                let desk = one.world.desk(fuse);
                let chosen = replay::choose(&desk, &Fragile::new(&one.world.objects, fuse), &args).await?;
                carry_out(&desk, chosen).await.map(drop)
            };
            let meanwhile = async |one: &One| {
                if works_on {
                    one.world.process(std::slice::from_ref(&one.id)).await;
                }
            };
            broken_off_anywhere(
                async || one(state).await,
                command,
                meanwhile,
                async |one, when| {
                    attempted_once(one, kind, when).await;
                    let record = one.world.get(&one.id).await;
                    assert_eq!(record.contract.map(|contract| contract.version).as_deref(), Some("1.1.0"), "{when}");
                },
            )
            .await;
        }
    }
}

async fn decide(one: &One, kind: RecoveryKind, fuse: &Fuse) -> Result<(), Failure> {
    let desk = one.world.desk(fuse);
    let decided = Decided { kind, id: one.id.as_str(), reason: "agreed" };
    let chosen = release::choose(&desk, &decided).await?;
    carry_out(&desk, chosen).await.map(drop)
}

#[tokio::test]
async fn a_release_or_a_discard_killed_anywhere_is_finished_by_the_next() {
    for (kind, state) in [
        (RecoveryKind::Release, FileState::Rejected),
        (RecoveryKind::Discard, FileState::Rejected),
        (RecoveryKind::Discard, FileState::Failed),
    ] {
        for works_on in [false, true] {
            let meanwhile = async |one: &One| {
                if works_on {
                    one.world.process(std::slice::from_ref(&one.id)).await;
                }
            };
            let command = async |one: &One, fuse: &Fuse| decide(one, kind, fuse).await;
            broken_off_anywhere(
                async || one(state).await,
                command,
                meanwhile,
                async |one, when| {
                    attempted_once(one, kind, when).await;
                    let is_discarded = one.world.get(&one.id).await.state == FileState::Discarded;
                    assert_eq!(is_discarded, kind == RecoveryKind::Discard, "{when}");
                },
            )
            .await;
        }
    }
}

#[tokio::test]
async fn a_file_that_moved_meanwhile_is_left_as_it_is() {
    let One { world, id } = one(FileState::Failed).await;
    let desk = world.desk(&Fuse::never());
    let args = redrive_args(&[id.as_str()]);
    let chosen =
        redrive::choose(&desk, &world.contracts(&Fuse::never()), &args, jiff::Timestamp::now()).await.expect("chooses");
    let other = world.begun(&world.get(&id).await, RecoveryKind::Redrive).await;
    let worked = carry_out(&desk, chosen).await.expect("works");
    let (_, fate) = &worked.targets[0];
    assert_eq!(*fate, Fate::Left { why: "meanwhile it is received in attempt 2".to_owned() });
    assert_eq!(world.get(&id).await, other);
    let end = world.operations().await.remove(0);
    assert_eq!((end.planned, end.done, end.outcome.as_deref()), (1, 0, Some("done; 1 had changed meanwhile")));
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_known_again() {
    let One { world, id } = one(FileState::Failed).await;
    let desk = world.desk(&Fuse::never());
    let args = redrive_args(&[id.as_str()]);
    let chosen =
        redrive::choose(&desk, &world.contracts(&Fuse::never()), &args, jiff::Timestamp::now()).await.expect("chooses");
    let step = chosen.targets[0].what.clone();
    // The client's second try of the same write meets the first one's effect.
    for _ in 0..2 {
        let done = crate::operate::attempt::begin(&desk.ledger, &desk.executions, &step).await.expect("begins");
        assert_eq!(done, crate::operate::work::Step::Done("restarted"));
    }
    assert_eq!(world.get(&id).await.attempt, 2);
}

#[tokio::test]
async fn when_everything_fails_not_everything_is_tried() {
    let world = World::new().await;
    for number in 0..100 {
        world.ended(&format!("orders/{number}.csv"), FileState::Failed).await;
    }
    world.executions.fail_next(1000);
    let desk = world.desk(&Fuse::never());
    let args = redrive_args(&["--failed"]);
    let chosen =
        redrive::choose(&desk, &world.contracts(&Fuse::never()), &args, jiff::Timestamp::now()).await.expect("chooses");
    assert_eq!(chosen.targets.len(), 100);
    let worked = carry_out(&desk, chosen).await.expect("works");
    let failed = worked.count(|fate| matches!(fate, Fate::Failed { .. }));
    let untouched = worked.count(|fate| *fate == Fate::Untouched);
    assert!((10..40).contains(&failed) && failed + untouched == 100, "{failed} failed, {untouched} untouched");
    world.executions.fail_next(0);
    let chosen =
        redrive::choose(&desk, &world.contracts(&Fuse::never()), &args, jiff::Timestamp::now()).await.expect("chooses");
    let begun_before = chosen.targets.iter().filter(|target| target.item.state == "received").count();
    assert_eq!(begun_before, failed, "what was written down is only started");
    assert_eq!(carry_out(&desk, chosen).await.expect("works").done(), 100);
    assert_eq!(world.executions.started().len(), 200);
}

/// An unroutable file that a contract claims by now, and one that none does.
struct Unclaimed {
    world: World,
    id: FileId,
    stray: FileId,
}

async fn unclaimed() -> Unclaimed {
    let world = World::new().await;
    let id = world.unroutable("orders/u.csv").await.file.file_id;
    let stray = world.unroutable("nowhere/u.txt").await.file.file_id;
    Unclaimed { world, id, stray }
}

/// The file got one attempt more, for the feed that claims it now; the other is as it was.
async fn routed_once(unclaimed: &Unclaimed, when: &str) {
    let Unclaimed { world, id, stray } = unclaimed;
    let record = world.get(id).await;
    assert_eq!((record.attempt, record.dataset.as_deref()), (2, Some("orders")), "{when}");
    assert_eq!(record.contract.as_ref().map(|contract| contract.version.as_str()), Some("1.1.0"), "{when}");
    assert_eq!(record.reason, None, "{when}");
    let input = world.executions.started().get(&record.execution_name()).cloned().unwrap_or_default();
    assert!(input.contains("\"dataset\":\"orders\""), "{when}: {input}");
    let redrives =
        record.history.iter().filter(|step| step.note.as_deref().is_some_and(|note| note.starts_with("redriven")));
    assert_eq!(redrives.count(), 1, "{when}: {:?}", record.history);
    world.executions_say_what_the_ledger_says(std::slice::from_ref(id)).await;
    let stray = world.get(stray).await;
    assert_eq!((stray.state, stray.attempt), (FileState::Unroutable, 1), "{when}");
    assert_eq!(world.executions.started().len(), 3, "{when}: both were told of, and one is processed");
    assert!(!world.operations().await.is_empty(), "nothing is changed without an audit record {when}");
}

#[tokio::test]
async fn an_unroutable_file_is_routed_anew_once_wherever_its_redrive_is_killed() {
    for by_name in [true, false] {
        for works_on in [false, true] {
            let command = async |one: &Unclaimed, fuse: &Fuse| {
                let line = if by_name { [one.id.as_str()] } else { ["--unroutable"] };
                let desk = one.world.desk(fuse);
                let now = jiff::Timestamp::now();
                let chosen = redrive::choose(&desk, &one.world.contracts(fuse), &redrive_args(&line), now).await?;
                carry_out(&desk, chosen).await.map(drop)
            };
            let meanwhile = async |one: &Unclaimed| {
                if works_on {
                    one.world.process(std::slice::from_ref(&one.id)).await;
                }
            };
            broken_off_anywhere(unclaimed, command, meanwhile, routed_once).await;
        }
    }
}

#[tokio::test]
async fn unroutable_files_can_be_chosen_by_the_dataset_that_claims_them() {
    let Unclaimed { world, id, .. } = unclaimed().await;
    let fuse = Fuse::never();
    let (desk, contracts, now) = (world.desk(&fuse), world.contracts(&fuse), jiff::Timestamp::now());
    for (dataset, expected) in [("orders", vec![id.to_string()]), ("prices", Vec::new())] {
        let args = redrive_args(&["--unroutable", "--dataset", dataset]);
        let chosen = redrive::choose(&desk, &contracts, &args, now).await.expect("is chosen");
        let ids: Vec<_> = chosen.targets.iter().map(|target| target.item.id.clone()).collect();
        assert_eq!(ids, expected, "{dataset}");
        assert!(chosen.notes.is_empty(), "of {dataset} only: {:?}", chosen.notes);
    }
}
