//! The operator's yes, before the first change.

use std::io::{BufRead as _, IsTerminal as _};

use atalaya_terminal::exit::Failure;
use atalaya_terminal::output;
use atalaya_terminal::style::{self, paint};

/// Asks on the terminal. Anything but a yes is a no.
///
/// # Errors
/// Where no terminal is, nobody can be asked: exit code 2.
pub(super) fn ask(question: &str) -> Result<bool, Failure> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(Failure::usage(format!("cannot ask `{question}`: there is no terminal"))
            .hint("look at what would be touched with --dry-run, then say --yes"));
    }
    let asked = output::ask(&format!("\n{} [y/N] ", paint(style::STRONG, question)));
    let mut answer = String::new();
    if asked.and_then(|()| stdin.lock().read_line(&mut answer)).is_err() {
        return Ok(false);
    }
    Ok(is_yes(&answer))
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        assert!(["y\n", " Yes \n", "YES"].into_iter().all(is_yes));
        assert!(!["", "\n", "n\n", "yep\n", "oui"].into_iter().any(is_yes));
    }
}
