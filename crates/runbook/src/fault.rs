//! What is wrong with a page.

use std::fmt;

/// One fault of a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The line of the page, from 1.
    pub line: usize,
    /// What is wrong, and what to write instead.
    pub message: String,
}

/// All faults of a page, by their lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct RunbookFaults {
    /// The page's name.
    pub name: String,
    /// At least one.
    pub faults: Vec<Fault>,
}

impl fmt::Display for RunbookFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Fault { line, message }) in self.faults.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}runbooks/{}.md:{line}: {message}", self.name)?;
        }
        Ok(())
    }
}
