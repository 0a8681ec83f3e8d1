//! The month's error budget.

use std::time::Duration;

use atalaya_cloud::ledger::{BrowseFiles, FileQuery};
use atalaya_contract::FileState;

use super::files::wrong_bucket;
use crate::{
    Drill, DrillError, Setting, World,
    wait::{Seen, until},
};

pub(super) const DRILLS: &[Drill] = &[
    Drill::new("SloFastBurn", "bad-release", "of some thirty files one in six fails", burn_fast)
        .within(Setting::ServiceLevel)
        .prepared_by(good_files)
        .meanwhile(good_once_mended),
    Drill::new("SloSlowBurn", "bad-release", "of 25 files one fails", burn_slowly)
        .within(Setting::ServiceLevel)
        .prepared_by(good_files)
        .meanwhile(good_once_mended),
];

/// Files that have ended well before anything goes wrong.
const GOOD: usize = 24;
/// Files that fail: 17 percent are more than 14.4 times the one percent that may.
const MANY: usize = 5;

fn good_files(world: &World) -> Result<(), DrillError> {
    for _ in 0..GOOD {
        world.send_good()?;
    }
    // And the one that every drill begins with.
    ended(world, FileState::Available, GOOD + 1)
}

/// Waits until so many files are in a state.
fn ended(world: &World, state: FileState, files: usize) -> Result<(), DrillError> {
    until(&format!("{files} files that are {state}"), Duration::from_secs(60), || {
        let found = files_in(world, state)?;
        Ok(if found == files { Seen::Yes(()) } else { Seen::NotYet(format!("{found} are")) })
    })
}

fn files_in(world: &World, state: FileState) -> Result<usize, DrillError> {
    let query = FileQuery { state: Some(state), dataset: None, since: None, limit: 1000 };
    Ok(world.run(world.ledger().list(&query))?.len())
}

fn burn_fast(world: &World) -> Result<(), DrillError> {
    wrong_bucket(world)?;
    for _ in 1..MANY {
        world.send_good()?;
    }
    ended(world, FileState::Failed, MANY)
}

fn burn_slowly(world: &World) -> Result<(), DrillError> {
    wrong_bucket(world)?;
    ended(world, FileState::Failed, 1)
}

/// The feed goes on as soon as its files do not fail any more: what it sends then brings the share of failures down.
fn good_once_mended(world: &World) -> Result<(), DrillError> {
    let query = FileQuery { state: None, dataset: None, since: None, limit: 1000 };
    let files = world.run(world.ledger().list(&query))?;
    let is_mended =
        files.iter().any(|file| file.attempt > 1) && files.iter().all(|file| file.state != FileState::Failed);
    if is_mended {
        for _ in 0..3 {
            world.send_good()?;
        }
    }
    Ok(())
}
