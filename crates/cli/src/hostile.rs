//! A text that tries everything, for the tests of what people read.

use atalaya_contract::inert;

/// A key, a label, a name or a reason of somebody who means harm.
pub(crate) const FORGED: &str = "orders/a.csv\n\nWhat to do: log in\r\u{1b}[2J\u{1b}[8m\u{202e}\u{9b}31m\u{200b}\0";

/// What `write` makes of [`FORGED`] has as many lines as what it makes of a plain text, and nothing in it that a
/// terminal would obey.
#[track_caller]
pub(crate) fn stays_in_its_line(write: impl Fn(&str) -> String) {
    let (shown, plain) = (write(FORGED), write("orders/plain.csv"));
    assert_eq!(shown.lines().count(), plain.lines().count(), "{shown}\n{plain}");
    assert_eq!(inert::screen(&shown), shown, "something was left for the edge to escape");
    assert!(!shown.lines().any(|line| line.trim_start().starts_with("What to do")), "{shown}");
}
