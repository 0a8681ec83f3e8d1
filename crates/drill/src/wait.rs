//! Waiting for a condition, with a deadline and the last reason why it did not hold.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::DrillError;

/// The pause between two questions: a wait ends on its answer, this only spares the processor.
const PAUSE: Duration = Duration::from_millis(50);

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
