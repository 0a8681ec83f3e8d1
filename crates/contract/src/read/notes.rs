//! Collects what is valid but not enforced, in few lines.

use crate::{Unenforced, at::At};

/// The notes, and those that stand for several places.
#[derive(Default)]
pub(super) struct Notes {
    single: Vec<Unenforced>,
    counted: Vec<Counted>,
}

struct Counted {
    path: String,
    line: usize,
    count: usize,
    what: String,
}

impl Notes {
    /// Notes one place.
    pub(super) fn one(&mut self, at: &At<'_>, what: impl Into<String>) {
        self.single.push(Unenforced { path: at.path.clone(), line: at.place.line, what: what.into() });
    }

    /// Notes one of several places that say the same: `path` has `[*]` where they differ.
    pub(super) fn count(&mut self, path: String, at: &At<'_>, what: impl Into<String>) {
        let what = what.into();
        match self.counted.iter_mut().find(|known| known.path == path && known.what == what) {
            Some(known) => known.count += 1,
            None => self.counted.push(Counted { path, line: at.place.line, count: 1, what }),
        }
    }

    /// All notes, in the order of the document's lines.
    pub(super) fn finish(self) -> Vec<Unenforced> {
        let mut notes = self.single;
        notes.extend(self.counted.into_iter().map(|Counted { path, line, count, what }| {
            let what = if count > 1 { format!("{what} ({count} places)") } else { what };
            Unenforced { path, line, what }
        }));
        notes.sort_by(|left, right| left.line.cmp(&right.line).then_with(|| left.path.cmp(&right.path)));
        notes
    }
}
