//! What senders send, and what they do not.

use std::fs;

use atalaya_contract::FileState;
use atalaya_runbook::Placeholder;

use super::nothing;
use crate::{
    Drill, DrillError, FEED, Setting, World,
    error::Doing,
    fault, readings,
    wait::{available, is_well},
    world::{CONTRACT, CONTRACT_ID},
};

pub(super) const DRILLS: &[Drill] = &[
    Drill::new(
        "RejectRate",
        "sender",
        "half of a file's rows break the contract, and its sender is to mend it",
        mended_later,
    )
    .of(FEED),
    Drill::new(
        "RejectRate",
        "few",
        "half of a file's rows break the contract, and its readers want the rest",
        released,
    )
    .of(FEED),
    Drill::new(
        "RejectRate",
        "contract",
        "a sender has stations of a new kind, and the contract does not know it",
        new_stations,
    )
    .of(FEED),
    Drill::new("DuplicatesSurge", "loop", "a sender's job sends the same content 22 times", the_same_again)
        .within(Setting::Fast)
        .every(240),
    Drill::new(
        "FilesUnroutable",
        "wrong-folder",
        "a sender puts a file into a folder of its own spelling",
        wrong_folder,
    )
    .knowing(&[(Placeholder::Dataset, FEED)])
    .within(Setting::Fast)
    .every(240),
    Drill::new(
        "FilesUnroutable",
        "no-contract",
        "a sender begins before its contract is published",
        before_its_contract,
    )
    .knowing(&[(Placeholder::Dataset, NEW_FEED)])
    .within(Setting::Fast)
    .every(240),
    Drill::new("ContractsInvalid", "overwritten", "somebody copies a broken document over a contract", broken_contract)
        .within(Setting::Fast)
        .meanwhile(World::send_canary)
        .every(120),
    Drill::new("NoFiles", "senders", "no sender sends anything for an hour", nothing)
        .within(Setting::Hours)
        .prepared_by(an_hour_with_a_file)
        .meanwhile(nothing)
        .ended_by(|world| world.send_good().map(drop)),
];

/// A feed that begins in the course of a drill.
const NEW_FEED: &str = "soundings";
/// One more than may come, and the first of them.
const TIMES: usize = 22;

/// Sends a file half of whose rows are out of bounds.
fn too_warm(world: &World, ends: FileState) -> Result<(), DrillError> {
    let number = world.number();
    world.send(&format!("{FEED}/too-warm-{number:05}.csv"), readings::too_warm(number, 10, 10), ends).map(drop)
}

fn mended_later(world: &World) -> Result<(), DrillError> {
    too_warm(world, FileState::Discarded)
}

fn released(world: &World) -> Result<(), DrillError> {
    too_warm(world, FileState::Available)
}

/// Its owner has the next version of the contract ready, and the whole file is good by it.
fn new_stations(world: &World) -> Result<(), DrillError> {
    let old = "'^[A-Z]{3}[0-9]{5}$'";
    let text = contract(world)?.replace("version: 1.0.0", "version: 1.1.0");
    let text = text.replace(old, "'^([A-Z]{3}[0-9]{5}|[A-Z][0-9]-[0-9]{5})$'");
    at_hand(world, FEED, &text)?;
    let number = world.number();
    let content = readings::good(number, 10).replace("DRL", "D1-");
    world.send(&format!("{FEED}/new-stations-{number:05}.csv"), content, FileState::Available).map(drop)
}

/// Its owner has the contract ready, and has not published it.
fn before_its_contract(world: &World) -> Result<(), DrillError> {
    at_hand(world, NEW_FEED, &contract(world)?.replace(FEED, NEW_FEED))?;
    let number = world.number();
    let key = format!("{NEW_FEED}/{number:05}.csv");
    world.send(&key, readings::good(number, 5), FileState::Available).map(drop)
}

/// The contract of the drills' feed.
fn contract(world: &World) -> Result<String, DrillError> {
    fs::read_to_string(world.project().join(CONTRACT)).doing(format!("reading {CONTRACT}"))
}

/// Puts a contract where the runbooks' commands run.
fn at_hand(world: &World, dataset: &str, text: &str) -> Result<(), DrillError> {
    fs::write(world.desk().join(format!("{dataset}.odcs.yaml")), text).doing("writing a contract")
}

/// The first is what it says; all others are known by then.
fn the_same_again(world: &World) -> Result<(), DrillError> {
    let number = world.number();
    let content = readings::good(number, 5);
    let key = |copy: usize| format!("{FEED}/again-{number:05}-{copy:02}.csv");
    let first = world.send(&key(0), content.clone(), FileState::Available)?;
    available(world, &first)?;
    (1..TIMES).try_for_each(|copy| world.send(&key(copy), content.clone(), FileState::Duplicate).map(drop))
}

fn wrong_folder(world: &World) -> Result<(), DrillError> {
    let number = world.number();
    let key = format!("station-{FEED}/{number:05}.csv");
    world.send(&key, readings::good(number, 5), FileState::Discarded).map(drop)
}

/// A file comes while the contract is broken; its sender does not send it again.
fn broken_contract(world: &World) -> Result<(), DrillError> {
    fault::overwrite_contract(world, CONTRACT_ID, "apiVersion: v3.1.0\nkind: DataContract\nversion: [broken\n")?;
    let number = world.number();
    let key = format!("{FEED}/while-broken-{number:05}.csv");
    world.send(&key, readings::good(number, 5), FileState::Available).map(drop)
}

/// The alarm has to be well first: the drill's own file came within the last hour of CloudWatch's clock.
fn an_hour_with_a_file(world: &World) -> Result<(), DrillError> {
    is_well(world, "NoFiles")
}
