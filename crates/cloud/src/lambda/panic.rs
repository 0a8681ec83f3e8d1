//! Panics: said in the log as JSON, and without what they may have picked up from a file.

use std::any::Any;
use std::cell::RefCell;

thread_local! {
    /// Where the last panic of this thread happened.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Replaces the standard library's report on standard error, which is plain text over several lines and quotes the
/// panic's message, by one line in the log that names the place.
pub(super) fn install_hook() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, reason = literal(info.payload()), "panic");
        PLACE.with_borrow_mut(|last| *last = Some(place));
    }));
}

/// The panic in a sentence: its place, and its message if that is a literal of the program. A message that was put
/// together at run time can quote a cell (slicing a text in the middle of a character does), and this sentence goes
/// into the ledger and to people.
pub(super) fn describe(payload: &(dyn Any + Send)) -> String {
    let mut sentence = "the function panicked".to_owned();
    if let Some(place) = PLACE.with_borrow_mut(Option::take) {
        sentence = format!("{sentence} at {place}");
    }
    match literal(payload) {
        Some(reason) => format!("{sentence}: {reason}"),
        None => sentence,
    }
}

fn literal<'a>(payload: &'a (dyn Any + Send + 'static)) -> Option<&'a str> {
    payload.downcast_ref::<&'static str>().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_literals_are_quoted() {
        let literal = std::panic::catch_unwind(|| panic!("no rows left")).expect_err("a panic");
        assert_eq!(describe(&*literal), "the function panicked: no rows left");
        let text = String::from("naïve");
        let quoting = std::panic::catch_unwind(|| text[..3].len()).expect_err("a panic");
        assert_eq!(describe(&*quoting), "the function panicked");
    }
}
