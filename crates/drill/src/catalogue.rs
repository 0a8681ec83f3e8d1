//! All drills.

use std::collections::BTreeSet;

use crate::{Drill, DrillError, drills::ALL};

/// Every drill, by alarm and cause.
#[must_use]
pub fn all() -> Vec<&'static Drill> {
    let mut all: Vec<_> = ALL.iter().copied().flatten().collect();
    all.sort_by_key(|drill| drill.name());
    all
}

/// The drills of a name: an alarm's, or the one of a cause, such as `FunctionErrors/time-out`.
///
/// # Errors
/// When there is none; the error names all.
pub fn named(name: &str) -> Result<Vec<&'static Drill>, DrillError> {
    let found: Vec<_> = all()
        .into_iter()
        .filter(|drill| drill.alarm.eq_ignore_ascii_case(name) || drill.name().eq_ignore_ascii_case(name))
        .collect();
    if found.is_empty() {
        let known: BTreeSet<_> = all().iter().map(|drill| drill.alarm).collect();
        let known = known.into_iter().collect::<Vec<_>>().join(", ");
        return Err(DrillError::Unknown { name: name.to_owned(), known });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drill_is_found_by_its_alarm_and_by_its_cause() {
        assert!(!named("FilesFailed").expect("there is one").is_empty());
        assert_eq!(named("filesfailed/bad-release").expect("there is one").len(), 1);
        let unknown = named("FilesFaild").expect_err("there is none").to_string();
        assert!(unknown.starts_with("there is no drill `FilesFaild`; there are ") && unknown.contains("FilesFailed"));
    }

    #[test]
    fn no_two_drills_have_one_name() {
        let names: BTreeSet<_> = all().iter().map(|drill| drill.name()).collect();
        assert_eq!(names.len(), all().len());
    }
}
