//! The runbooks that this program brings along.

use crate::{Runbook, RunbookFaults};

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../runbooks/", $name, ".md")))),*]
    };
}

/// Name and text of every page, by name.
const ALL: &[(&str, &str)] = embedded![
    "CanaryMissing",
    "ContractsInvalid",
    "DuplicatesSurge",
    "EmfErrors",
    "EventsNotDelivered",
    "ExecutionsAborted",
    "ExecutionsFailed",
    "ExecutionsThrottled",
    "ExecutionsTimedOut",
    "FileLatencyP95",
    "FilesFailed",
    "FilesUnroutable",
    "FunctionDuration",
    "FunctionErrors",
    "FunctionEventsDropped",
    "FunctionEventsLost",
    "FunctionThrottles",
    "IntakeBacklogAge",
    "IntakeDlq",
    "IntakePaused",
    "LedgerErrors",
    "LedgerThrottled",
    "NoFiles",
    "NoticesFailed",
    "NoticesUndelivered",
    "NotifyDlq",
    "PageFailed",
    "PipelineDegraded",
    "PipelineDown",
    "RejectRate",
    "SloFastBurn",
    "SloSlowBurn",
];

/// Name and text of every runbook, by name, as they were when the program was built.
#[must_use]
pub fn all() -> &'static [(&'static str, &'static str)] {
    ALL
}

/// The runbook that an alarm's name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'a> {
    /// The runbook's name, which is the alarm's or its family's.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
    /// What tells the alarm from others of its family: `process` of `atalaya-FunctionErrors-process`.
    pub instance: Option<&'a str>,
}

impl Named<'_> {
    /// The page, read.
    ///
    /// # Errors
    /// All faults of the page, with their lines.
    pub fn parse(&self) -> Result<Runbook, RunbookFaults> {
        Runbook::parse(self.name, self.text)
    }
}

/// Finds the runbook of an alarm by its name, in whatever case: with or without the prefix of the stack, with or
/// without the instance of a family.
#[must_use]
pub fn named<'a>(alarm: &'a str, stack: &str) -> Option<Named<'a>> {
    let prefixed = strip(alarm, stack).and_then(|rest| rest.strip_prefix('-'));
    let find = |short: &'a str| {
        ALL.iter().find_map(|(name, text)| {
            let instance = match strip(short, name)? {
                "" => None,
                rest => Some(rest.strip_prefix('-').filter(|instance| !instance.is_empty())?),
            };
            Some(Named { name, text, instance })
        })
    };
    find(alarm).or_else(|| find(prefixed?))
}

/// `text` without `prefix`, in whatever case it is written.
fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::Part;

    #[test]
    fn the_programs_runbooks_are_those_of_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../runbooks");
        let entries = fs::read_dir(&folder).expect("the folder");
        let file = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name().into_string();
        let mut there: Vec<String> = entries
            .filter_map(|entry| file(entry).expect("a name").strip_suffix(".md").map(str::to_owned))
            .filter(|name| name != "README")
            .collect();
        there.sort();
        let embedded: Vec<&str> = all().iter().map(|(name, _)| *name).collect();
        assert_eq!(embedded, there, "name every page of runbooks/ in src/shelf.rs");
    }

    #[test]
    fn every_page_has_the_shape() {
        let faults: Vec<String> =
            all().iter().filter_map(|(name, text)| Some(Runbook::parse(name, text).err()?.to_string())).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    /// The AWS CLI applies `--query` to each page of text alone, and `--max-items` cuts the list before it is sorted.
    #[test]
    fn what_is_sorted_is_the_whole_list() {
        for (name, text) in all() {
            let page = Runbook::parse(name, text).expect("every page has the shape");
            for part in page.sections.iter().flat_map(|section| &section.parts) {
                if let Part::Command(command) = part
                    && command.text.contains("sort_by(")
                {
                    let is_whole = command.text.contains("--output json") && !command.text.contains("--max-items");
                    assert!(is_whole, "{name}, line {}: {}", command.line, command.text);
                }
            }
        }
    }

    #[test]
    fn an_alarms_name_leads_to_its_page() {
        for (alarm, name, instance) in [
            ("FilesFailed", "FilesFailed", None),
            ("atalaya-FilesFailed", "FilesFailed", None),
            ("atalaya-FunctionErrors-process", "FunctionErrors", Some("process")),
            ("rejectrate-my-orders", "RejectRate", Some("my-orders")),
            ("SloFastBurn-1h", "SloFastBurn", Some("1h")),
            ("ATALAYA-NOFILES", "NoFiles", None),
        ] {
            let found = named(alarm, "atalaya").unwrap_or_else(|| panic!("{alarm} has a page"));
            assert_eq!((found.name, found.instance), (name, instance));
            assert!(found.text.contains(&format!("# {name}: ")));
        }
        for stranger in ["FilesFaile", "other-FilesFailed", "RejectRate-", "", "atalaya-", "FilesFailedNow", "ž"] {
            assert_eq!(named(stranger, "atalaya"), None, "{stranger}");
        }
    }
}
