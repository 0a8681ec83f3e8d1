//! Why somebody does something, on the command line: notices, the ledger and the audit record say it to others.

use atalaya_contract::inert;

/// Most characters of a reason.
const MAX_CHARS: usize = 500;

/// A reason as it was written: one line of characters that can be seen, of at most [`MAX_CHARS`].
pub(crate) fn parse(text: &str) -> Result<String, String> {
    let characters = text.chars().count();
    if characters > MAX_CHARS {
        return Err(format!("a reason has at most {MAX_CHARS} characters, and this one {characters}: say it shorter"));
    }
    if !inert::is_inert(text) {
        let shown = inert::quoted(text);
        return Err(format!("a reason is one line of characters that can be seen, and this one is {shown}"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_and_no_longer_than_it_may_be() {
        for reason in ["", "Acme sends the two rows tomorrow", "así: 'ñ', \"x\" \\ 漢字 🙂", &"x".repeat(500)] {
            assert_eq!(parse(reason).as_deref(), Ok(reason));
        }
        for (reason, part) in [
            ("fine\nWhat to do: log in", r"fine\nWhat to do"),
            ("\u{1b}[2J", r"\u{1b}[2J"),
            ("a\u{202e}b", r"a\u{202e}b"),
            (&"x".repeat(501), "at most 500 characters, and this one 501"),
        ] {
            assert!(parse(reason).expect_err("it is refused").contains(part), "{reason:?}");
        }
    }
}
