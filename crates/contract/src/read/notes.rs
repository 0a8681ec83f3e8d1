//! Collects what is valid but not enforced, in few lines.

use crate::{Unenforced, cursor::Cursor};

/// The notes, and those that stand for several fields or places.
#[derive(Default)]
pub(super) struct Notes {
    single: Vec<Unenforced>,
    groups: Vec<Group>,
}

/// Fields of one mapping, or of several alike, of which the same is to be said.
struct Group {
    parent: String,
    line: usize,
    what: String,
    /// Each field with the number of places where it stands.
    keys: Vec<(String, usize)>,
}

impl Notes {
    /// Notes one place.
    pub(super) fn one(&mut self, at: &Cursor<'_>, what: impl Into<String>) {
        self.single.push(Unenforced { path: at.path.clone(), line: at.place.line, what: what.into() });
    }

    /// Notes the field `key` of `parent` (a path with `[*]` where several mappings are meant) together with the other
    /// fields of which the same is said.
    pub(super) fn field(&mut self, parent: &str, key: &str, at: &Cursor<'_>, what: &str) {
        let known = self.groups.iter_mut().find(|group| group.parent == parent && group.what == what);
        let Some(group) = known else {
            let (parent, what, keys) = (parent.to_owned(), what.to_owned(), vec![(key.to_owned(), 1)]);
            return self.groups.push(Group { parent, line: at.place.line, what, keys });
        };
        match group.keys.iter_mut().find(|(name, _)| name == key) {
            Some((_, count)) => *count += 1,
            None => group.keys.push((key.to_owned(), 1)),
        }
    }

    /// All notes, in the order of the document's lines.
    pub(super) fn finish(self) -> Vec<Unenforced> {
        let mut notes = self.single;
        notes.extend(self.groups.into_iter().map(Group::note));
        notes.sort_by(|left, right| left.line.cmp(&right.line).then_with(|| left.path.cmp(&right.path)));
        notes
    }
}

impl Group {
    fn note(self) -> Unenforced {
        let Self { parent, line, what, keys } = self;
        if let [(key, count)] = keys.as_slice() {
            let times = if *count > 1 { format!(" ({count} places)") } else { String::new() };
            return Unenforced { path: format!("{parent}.{key}"), line, what: format!("{what}{times}") };
        }
        let names: Vec<String> = keys
            .into_iter()
            .map(|(key, count)| if count > 1 { format!("{key} ({count} places)") } else { key })
            .collect();
        Unenforced { path: parent, line, what: format!("{}: {what}", names.join(", ")) }
    }
}
