//! What becomes of senders and readers when one version of a contract takes the place of another.
//!
//! A change *breaks senders* when a file that was good before may be rejected, go to no feed or be read otherwise. It
//! *breaks readers* when what they find may no longer fit what they were promised: a column is gone, its values have
//! another type, nulls come where none came. A looser rule breaks nobody, but readers meet values that were rejected
//! before: that is a *notice*.

mod columns;
mod feeds;
mod rules;
#[cfg(test)]
mod tests;
mod types;

use serde::Serialize;

use crate::Contract;

/// What a change means to those on one side of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing.
    #[default]
    None,
    /// They should know, and need not change anything.
    Notice,
    /// What worked before may not work any more.
    Breaks,
}

/// One difference between two contracts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Where: a column as `dataset.column`, a dataset, a server as `server NAME`, or the key of the contract.
    pub place: String,
    /// What is different, and what follows from it, as a sentence without an end mark.
    pub message: String,
    /// What it means to who sends files.
    pub senders: Effect,
    /// What it means to who reads the data.
    pub readers: Effect,
}

impl Change {
    /// Whether it breaks anybody.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        self.senders.max(self.readers) == Effect::Breaks
    }
}

/// The differences between two contracts, in the order of the documents: contract, feeds, columns, rules. Empty when
/// both are enforced alike, whatever else their documents say.
#[must_use]
pub fn compare(old: &Contract, new: &Contract) -> Vec<Change> {
    let mut changes = Changes::default();
    contract(&mut changes, old, new);
    feeds::compare(&mut changes, old, new);
    columns::compare(&mut changes, old, new);
    changes.0
}

fn contract(changes: &mut Changes, old: &Contract, new: &Contract) {
    let mut text = |place: &str, old: &str, new: &str, effect: Effect| {
        if old != new {
            changes.push(place, format!("{} → {}", shown(old), shown(new)), effect, effect);
        }
    };
    text("id", &old.id, &new.id, Effect::Notice);
    text("name", old.name.as_deref().unwrap_or(""), new.name.as_deref().unwrap_or(""), Effect::None);
    text("status", &old.status, &new.status, Effect::Notice);
    text("apiVersion", &old.api_version, &new.api_version, Effect::None);
}

/// The differences found so far.
#[derive(Debug, Default)]
struct Changes(Vec<Change>);

impl Changes {
    fn push(&mut self, place: impl Into<String>, message: impl Into<String>, senders: Effect, readers: Effect) {
        self.0.push(Change { place: place.into(), message: message.into(), senders, readers });
    }

    /// Something is allowed that was not: readers meet values that they never saw.
    fn looser(&mut self, place: &str, message: String) {
        self.push(place, message, Effect::None, Effect::Notice);
    }

    /// Something is forbidden that was not.
    fn stricter(&mut self, place: &str, message: String) {
        self.push(place, message, Effect::Breaks, Effect::None);
    }

    /// Neither follows from the other, so that it may be both.
    fn other(&mut self, place: &str, message: String) {
        self.push(place, message, Effect::Breaks, Effect::Notice);
    }
}

/// A text of the contract as a sentence shows it.
fn shown(text: &str) -> String {
    if text.is_empty() { "none".to_owned() } else { format!("`{text}`") }
}
