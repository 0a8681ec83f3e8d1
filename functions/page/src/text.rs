//! A page as a text, for e-mail and for everything that has no words of its own. What comes from outside stays within
//! its line: the page's lines and their begins are those of this module.

use std::fmt::Write as _;

use atalaya_contract::{
    format::{clock_utc, elapsed, number, period, time_utc},
    inert,
};

use crate::{
    affected::AffectedFile,
    document::{Document, Files, Kind, Measure},
    graph::LINK_LASTS,
    medium::{MAIL, Medium, link, own_link, short_name},
};

/// The text of a page: what is wrong, since when, how bad, what to do, where to look.
#[must_use]
pub fn text(page: &Document) -> String {
    let mut text = String::new();
    if let Some(why) = &page.quiet {
        line(&mut text, &format!("Quiet note: {}.\n", (MAIL.words)(why)));
    }
    line(&mut text, &headline(page, MAIL));
    text.push('\n');
    for sentence in when(page) {
        line(&mut text, &sentence);
    }
    if let Some(measure) = &page.measure {
        line(&mut text, &format!("How bad: {}", (MAIL.words)(&measure.words)));
        lately(&mut text, measure);
    }
    beneath(&mut text, page);
    if !page.datasets.is_empty() {
        let feeds = if page.datasets.len() == 1 { "Feed" } else { "Feeds" };
        let datasets: Vec<_> = page.datasets.iter().map(|dataset| short_name(dataset).to_string()).collect();
        line(&mut text, &format!("{feeds}: {}", datasets.join(", ")));
    }
    files(&mut text, &page.files, |file| format!("{} ({})", of_file(file, MAIL), short_name(&file.file_id)));
    look(&mut text, page);
    foot(&mut text, page);
    text
}

/// What is wrong, or was, in one sentence.
pub(crate) fn headline(page: &Document, medium: Medium) -> String {
    let summary = (medium.description)(&page.summary);
    match page.kind {
        Kind::Alarm => summary.to_string(),
        Kind::Recovery => match lasted(page) {
            Some(lasted) => format!("Over after {lasted}: {summary}"),
            None => format!("Over: {summary}"),
        },
        Kind::NoData => format!("There are not enough data to say whether this is so: {summary}"),
    }
}

/// How long it lasted, for a recovery of which that is known.
pub(crate) fn lasted(page: &Document) -> Option<String> {
    let since = page.since.filter(|_| page.kind == Kind::Recovery)?;
    Some(elapsed(since, page.alarm.changed_at))
}

/// Since when, until when, and what the alarm is by now.
pub(crate) fn when(page: &Document) -> Vec<String> {
    let changed_at = page.alarm.changed_at;
    let mut sentences = match (page.kind, page.since) {
        (Kind::Recovery, Some(since)) => vec![format!("From {} to {}", time_utc(since), time_utc(changed_at))],
        (Kind::Recovery, None) => {
            vec![format!("Until {}; since when is not known", time_utc(changed_at))]
        }
        (Kind::Alarm | Kind::NoData, _) => vec![format!("Since {}", time_utc(changed_at))],
    };
    if let Some(by_now) = page.alarm.by_now {
        let since = by_now.since.map(|since| format!(" since {}", time_utc(since))).unwrap_or_default();
        sentences.push(format!("By now the alarm is in {}{since}", by_now.state));
    }
    sentences
}

fn lately(text: &mut String, measure: &Measure) {
    if measure.recent.is_empty() {
        return;
    }
    let values: Vec<_> = measure.recent.iter().map(|reading| number(reading.value)).collect();
    let period =
        measure.period_seconds.map(|seconds| format!(" (one value in {})", period(seconds))).unwrap_or_default();
    let (first, last) = (measure.recent.first(), measure.recent.last());
    let (from, to) =
        (first.map(|r| clock_utc(r.at)).unwrap_or_default(), last.map(|r| clock_utc(r.at)).unwrap_or_default());
    let at = if from == to { format!("at {from}") } else { format!("from {from} to {to}") };
    line(text, &format!("Values {at}: {}{period}", values.join(", ")));
}

fn beneath(text: &mut String, page: &Document) {
    if page.beneath.is_empty() {
        return;
    }
    let heading = if page.kind == Kind::Recovery { "Still in ALARM beneath it" } else { "In ALARM beneath it" };
    line(text, &format!("\n{heading}:"));
    for each in &page.beneath {
        let since = each.since.map(|since| format!(", since {}", clock_utc(since))).unwrap_or_default();
        line(text, &format!("- {}{since}: {}", short_name(&each.alarm), (MAIL.description)(&each.summary)));
    }
}

/// The affected files, each in the words of `tell`.
pub(crate) fn files(text: &mut String, files: &Files, tell: impl Fn(&AffectedFile) -> String) {
    let Files { heading, since, named, more, at_least, note } = files;
    if named.is_empty() && note.is_none() {
        return;
    }
    line(text, &format!("\n{heading} since {}:", clock_utc(*since)));
    for file in named {
        line(text, &format!("- {}", tell(file)));
    }
    if let Some(note) = note {
        line(text, &format!("- {}", (MAIL.words)(note)));
    }
    if *more > 0 {
        let at_least = if *at_least { "at least " } else { "" };
        line(text, &format!("- and {at_least}{more} more"));
    }
}

/// What became of a file, without its id.
pub(crate) fn of_file(file: &AffectedFile, medium: Medium) -> String {
    let dataset = file.dataset.as_deref().map(|dataset| format!(" of {}", (medium.name)(dataset))).unwrap_or_default();
    let why = file.why.as_deref().map(|why| format!(": {}", (medium.words)(why))).unwrap_or_default();
    format!("{}{dataset}, {} at {}{why}", (medium.name)(&file.key), file.state, clock_utc(file.at))
}

fn look(text: &mut String, page: &Document) {
    text.push('\n');
    if let Some(step) = &page.first_step
        && page.kind != Kind::Recovery
    {
        line(text, &format!("First step: {}\n", (MAIL.description)(step)));
    }
    let links = &page.links;
    if let Some(url) = &page.graph_url {
        line(text, &format!("Graph: {}", own_link(url)));
    }
    for (name, address) in
        [("Runbook", &links.runbook), ("Dashboard", &links.dashboard), ("Alarm", &links.alarm), ("Logs", &links.logs)]
    {
        if let Some(address) = address {
            line(text, &format!("{name}: {}", link(address)));
            // The page on the web has places to fill in; the command knows what stands in them now.
            if name == "Runbook" && inert::is_shell_plain(&page.alarm.short_name) {
                line(text, &format!("Its commands, filled in: atalaya runbook {}", page.alarm.short_name));
            }
        }
    }
    let groups: Vec<_> = page.logs.log_groups.iter().map(|group| short_name(group).to_string()).collect();
    line(text, &format!("\nThe same query by hand, over {}:\n{}", groups.join(", "), inert::screen(&page.logs.text)));
}

fn foot(text: &mut String, page: &Document) {
    text.push('\n');
    if page.graph_url.is_some() {
        let hours = LINK_LASTS.as_secs() / 3600;
        line(
            text,
            &format!(
                "The link to the graph opens for {hours} hours at most, and not longer than the credentials that signed it."
            ),
        );
    }
    if !page.unanswered.is_empty() {
        line(text, &format!("Not found out in time: {}", page.unanswered.join("; ")));
    }
    if !page.alarm.reason.is_empty() {
        line(text, &format!("CloudWatch says: {}", (MAIL.words)(&page.alarm.reason)));
    }
    let (name, state, severity) = (short_name(&page.alarm.name), page.alarm.state, page.severity.as_str());
    let page_id = short_name(&page.page_id);
    line(text, &format!("Alarm {name} went into {state}; severity {severity}; page id {page_id}"));
}

pub(crate) fn line(text: &mut String, sentence: &str) {
    let _ = writeln!(text, "{sentence}");
}
