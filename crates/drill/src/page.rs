//! What who is on call is told of an alarm, and the values that it gives the runbook's placeholders.

use std::collections::BTreeMap;

use atalaya_local::Notice;
use atalaya_runbook::{Placeholder, Runbook, Severity, Subject};
use serde_json::Value;

use crate::{
    Drill, DrillError,
    world::{PAGER, TICKETS},
};

/// What a message says of the alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// It is on.
    Alarm,
    /// It is over.
    Recovery,
}

impl Says {
    /// How the page's document says it, and how CloudWatch's own subject begins.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Alarm => ("alarm", "ALARM: "),
            Self::Recovery => ("recovery", "OK: "),
        }
    }
}

/// The first message to on-call about an alarm that says so, among those after the first `heard`.
pub(crate) fn find(notices: &[Notice], heard: usize, alarm: &str, says: Says) -> Option<Notice> {
    let (kind, subject) = says.words();
    let is_it = |notice: &&Notice| {
        let on_call = [PAGER, TICKETS].contains(&notice.user.as_str());
        let of_page = notice.message.as_ref().is_some_and(|document| {
            document["kind"] == kind && document.pointer("/alarm/name").and_then(Value::as_str) == Some(alarm)
        });
        // When the function that writes pages is what has failed, CloudWatch's own words come: the alarm to everybody, its
        // end as a ticket.
        let raw = notice.subject.starts_with(subject) && notice.subject.contains(&format!("\"{alarm}\""));
        let raw = raw && (notice.user == PAGER || says == Says::Recovery);
        on_call && (of_page || raw)
    };
    notices.iter().skip(heard).find(is_it).cloned()
}

/// Checks that a page names its runbook and came to whom its severity calls, or is a note where another alarm speaks
/// for it.
pub(crate) fn check(page: &Notice, runbook: &Runbook) -> Result<(), DrillError> {
    let file = format!("{}.md", runbook.alarm);
    if !page.text.contains(&file) {
        return Err(DrillError::Page(format!("the message `{}` does not name {file}", page.subject)));
    }
    let quiet = page.message.as_ref().is_some_and(|document| document["quiet"].is_string());
    let right = match runbook.severity {
        Severity::Page if !quiet => PAGER,
        _ => TICKETS,
    };
    if page.user == right {
        return Ok(());
    }
    Err(DrillError::Page(format!("the message `{}` came to {}, not to {right}", page.subject, page.user)))
}

/// The values that the page gives, and those that the alarm itself does.
pub(crate) fn values(page: &Notice, drill: &Drill, runbook: &Runbook) -> BTreeMap<Placeholder, String> {
    let at = |pointer: &str| page.message.as_ref()?.pointer(pointer)?.as_str().map(str::to_owned);
    let role = |group: String| group.rsplit('/').next()?.split_once('-').map(|(_, role)| role.to_owned());
    let Subject { queue, instance, .. } = &runbook.subject;
    let function = drill.instance.filter(|_| *instance == Some(Placeholder::Function)).map(str::to_owned);
    let known = drill.known.iter().map(|(placeholder, value)| (*placeholder, Some((*value).to_owned())));
    let told = [
        (Placeholder::FileId, at("/files/named/0/file_id")),
        (Placeholder::Dataset, at("/datasets/0")),
        (Placeholder::Function, function.or_else(|| at("/logs/log_groups/0").and_then(role))),
        (Placeholder::Queue, queue.clone()),
    ];
    told.into_iter().chain(known).filter_map(|(placeholder, value)| Some((placeholder, value?))).collect()
}
