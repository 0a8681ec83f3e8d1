//! Waiting for a condition, with a deadline and the last reason why it did not hold.

use std::{
    thread,
    time::{Duration, Instant},
};

use atalaya_cloud::ledger::ReadFiles as _;
use atalaya_cloudwatch::alarm::State;
use atalaya_contract::{FileId, FileState};

use crate::{DrillError, World};

/// The pause between two questions: a wait ends on its answer, this only spares the processor.
const PAUSE: Duration = Duration::from_millis(50);

/// How long a file may take that others wait for, and an alarm that is about to be well.
const SOON: Duration = Duration::from_secs(60);

/// What came of a question.
pub(crate) enum Seen<T> {
    /// It holds.
    Yes(T),
    /// Not yet, and what is seen instead.
    NotYet(String),
}

/// Asks again and again until there is an answer.
///
/// # Errors
/// `Late` after the deadline; what the question itself fails with, at once.
pub(crate) fn until<T>(
    what: &str,
    deadline: Duration,
    mut ask: impl FnMut() -> Result<Seen<T>, DrillError>,
) -> Result<T, DrillError> {
    let begun = Instant::now();
    loop {
        match ask()? {
            Seen::Yes(answer) => return Ok(answer),
            Seen::NotYet(last) if begun.elapsed() > deadline => {
                return Err(DrillError::Late { what: what.to_owned(), deadline, last });
            }
            Seen::NotYet(_) => thread::sleep(PAUSE),
        }
    }
}

/// Waits until a file is available.
pub(crate) fn available(world: &World, id: &FileId) -> Result<(), DrillError> {
    until(&format!("file {id} as available"), SOON, || {
        let record = world.run(world.ledger().get(id))?;
        Ok(match record {
            Some(record) if record.state == FileState::Available => Seen::Yes(()),
            Some(record) => Seen::NotYet(record.state.to_string()),
            None => Seen::NotYet("not in the ledger".to_owned()),
        })
    })
}

/// Waits until an alarm, by its name without the stack's, is OK: one that has seen no data cannot miss any.
pub(crate) fn is_well(world: &World, alarm: &str) -> Result<(), DrillError> {
    until(&format!("the alarm {alarm} to be well"), SOON, || {
        Ok(match world.local().alarm_state(&format!("{}-{alarm}", atalaya_local::STACK)) {
            Some(State::Ok) => Seen::Yes(()),
            other => Seen::NotYet(format!("{other:?}")),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_on_its_answer_and_tells_why_it_had_none() {
        let mut asked = 0;
        let answer = until("three", Duration::from_secs(10), || {
            asked += 1;
            Ok(if asked == 3 { Seen::Yes(asked) } else { Seen::NotYet(asked.to_string()) })
        });
        assert_eq!(answer.expect("it comes"), 3);
        let late = until::<()>("never", Duration::ZERO, || Ok(Seen::NotYet("nothing".to_owned())));
        assert_eq!(late.expect_err("it never comes").to_string(), "never: not within 0 s; last seen: nothing");
    }
}
