//! What people were told: each outcome once.

use std::collections::BTreeMap;

use atalaya_cloud::ledger::{BrowseFiles, NoticeState};
use atalaya_local::Notice;
use serde_json::Value;

use super::{Arrival, SETTLED};
use crate::{
    DrillError, World,
    wait::{Seen, until},
    world::USER,
};

/// The notices to who listens to everything, with the ids of their events; those of feeds' alarms are none.
pub(super) fn to_everyone(world: &World) -> impl Iterator<Item = (String, Notice)> {
    let of_user = world.notices().into_iter().filter(|notice| notice.user == USER);
    of_user.filter_map(|notice| {
        let id = notice.event.as_ref()?.get("event_id").and_then(Value::as_str)?.to_owned();
        Some((id, notice))
    })
}

/// What is wrong with notices; waits for those that are on their way.
pub(super) fn faults(world: &World, arrivals: &[Arrival]) -> Result<Vec<String>, DrillError> {
    let outcomes: Vec<_> = arrivals
        .iter()
        .filter_map(|arrival| arrival.record.as_ref()?.announcement())
        .map(|announcement| (announcement.detail.event_id, announcement.detail.file))
        .collect();
    let arrived = until("a notice about every outcome", SETTLED, || {
        let told: BTreeMap<_, _> = to_everyone(world).collect();
        let missing = outcomes.iter().filter(|(id, _)| !told.contains_key(id));
        let missing: Vec<_> = missing.map(|(id, file)| format!("{} ({id})", file.key)).collect();
        Ok(if missing.is_empty() { Seen::Yes(()) } else { Seen::NotYet(format!("none about {}", missing.join(", "))) })
    });
    let mut found: Vec<_> = match arrived {
        Ok(()) => Vec::new(),
        Err(late @ DrillError::Late { .. }) => vec![late.to_string()],
        Err(error) => return Err(error),
    };
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    to_everyone(world).for_each(|(id, _)| *times.entry(id).or_default() += 1);
    found.extend(
        times.iter().filter(|(_, times)| **times > 1).map(|(id, times)| format!("{id} was told {times} times")),
    );
    found.extend(pages_told_again(world));
    // A notice arrives a moment before it is marked.
    let marked = until("every notice that was sent to be marked so in the ledger", SETTLED, || {
        let unsent = unsent(world, arrivals)?;
        Ok(if unsent.is_empty() { Seen::Yes(()) } else { Seen::NotYet(format!("not {}", unsent.join(", "))) })
    });
    match marked {
        Err(late @ DrillError::Late { .. }) => found.push(late.to_string()),
        marked => marked?,
    }
    Ok(found)
}

/// The ids of notices that the ledger does not hold as sent.
fn unsent(world: &World, arrivals: &[Arrival]) -> Result<Vec<String>, DrillError> {
    let mut unsent = Vec::new();
    for arrival in arrivals {
        let records = world.run(world.ledger().notices(&arrival.file_id))?;
        let open = records.into_iter().filter(|record| record.delivery != NoticeState::Sent);
        unsent.extend(open.map(|record| record.event_id));
    }
    Ok(unsent)
}

/// Changes of alarms that one of those on call heard of more than once.
fn pages_told_again(world: &World) -> Vec<String> {
    let mut times: BTreeMap<(String, String), usize> = BTreeMap::new();
    for notice in world.notices() {
        let id = notice.message.as_ref().and_then(|document| document["page_id"].as_str());
        if let Some(id) = id.filter(|_| notice.user != USER) {
            *times.entry((notice.user.clone(), id.to_owned())).or_default() += 1;
        }
    }
    let again = times.into_iter().filter(|(_, times)| *times > 1);
    again.map(|((user, id), times)| format!("{user} was told of {id} {times} times")).collect()
}
