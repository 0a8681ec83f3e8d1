//! What an alarm speaks of: the optional part of a page's front matter.

use atalaya_contract::FileState;
use serde::Serialize;

use crate::Placeholder;

/// The files, queue, feed and function that an alarm speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// `files:` the states of the files, the likeliest first, none of them twice; a page that does not say it speaks of
    /// failed files.
    pub files: Vec<FileState>,
    /// `queue:` the role of the queue: `intake` of `atalaya-intake-dlq`.
    pub queue: Option<String>,
    /// `dataset:` the feed, where it is the same each time.
    pub dataset: Option<SubjectDataset>,
    /// `instance:` what tells the alarms of a family apart: `{dataset}` or `{function}`.
    pub instance: Option<Placeholder>,
}

/// The feed that an alarm speaks of each time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectDataset {
    /// Whichever is paused, spelled `paused`.
    Paused,
    /// The one of this name.
    Named(String),
}

/// The keys of the front matter that say it.
pub(crate) const KEYS: [&str; 4] = ["files", "queue", "dataset", "instance"];

impl Default for Subject {
    fn default() -> Self {
        Self { files: vec![FileState::Failed], queue: None, dataset: None, instance: None }
    }
}

impl Subject {
    /// Takes the value of one of [`KEYS`].
    ///
    /// # Errors
    /// What is wrong with the value, in a sentence.
    pub(crate) fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key {
            "files" => self.files = states(value)?,
            "queue" => self.queue = Some(value.to_owned()),
            "dataset" if value == "paused" => self.dataset = Some(SubjectDataset::Paused),
            "dataset" => self.dataset = Some(SubjectDataset::Named(value.to_owned())),
            _ => {
                let known = [Placeholder::Dataset, Placeholder::Function];
                let found = known.into_iter().find(|placeholder| placeholder.as_str() == value);
                self.instance = Some(found.ok_or_else(|| {
                    format!("the instances of an alarm are told apart by dataset or function, not by `{value}`")
                })?);
            }
        }
        Ok(())
    }
}

fn states(value: &str) -> Result<Vec<FileState>, String> {
    let mut states = Vec::new();
    for word in value.split(',').map(str::trim) {
        let state: FileState = word.parse().map_err(|error| format!("`{word}`: {error}"))?;
        if states.contains(&state) {
            return Err(format!("`{word}` stands here twice"));
        }
        states.push(state);
    }
    Ok(states)
}
