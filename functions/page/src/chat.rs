//! A page for chat: the custom notification of Amazon Q Developer in chat applications (AWS Chatbot before), which
//! brings it to Slack and Microsoft Teams.
//!
//! The shape is that of the administrator guide, "Custom notifications": `version` 1.0, `source` custom, a content and
//! metadata. Every text is kept below the lengths that the service takes. What comes from outside can neither mention
//! anybody nor link to anything: its marks are escaped, and names stand in code.

use atalaya_contract::format::shorten;
use serde_json::{Map, Value, json};

use crate::{
    document::{Document, Kind},
    medium::{CHAT, link, own_link},
    short::subject,
    text::{headline, of_file, when},
};

/// Most characters of the title.
const TITLE: usize = 250;
/// Most characters of the description.
const DESCRIPTION: usize = 8000;
/// Most characters of one next step, of the summary, and of one value of the context. The guide tells none; these are
/// far below what samples of it carry.
const STEP: usize = 350;
const SUMMARY: usize = 250;
const CONTEXT: usize = 250;
/// Most characters of a keyword and of the thread's id.
const NAME: usize = 75;
/// Files that are named in a chat.
const NAMED: usize = 5;

/// The notification.
#[must_use]
pub fn chat(page: &Document) -> Value {
    let alarm = &page.alarm;
    let mut keywords = vec![alarm.short_name.as_str(), page.severity.as_str(), alarm.state.as_str()];
    keywords.extend(page.datasets.iter().take(5).map(String::as_str));
    let keywords: Vec<_> = keywords.into_iter().map(|keyword| shorten(&words(keyword), NAME - 1)).collect();
    json!({
        "version": "1.0",
        "source": "custom",
        "id": words(&page.page_id),
        "content": {
            "textType": "client-markdown",
            "title": shorten(&words(&subject(page)), TITLE - 1),
            "description": description(page),
            "nextSteps": next_steps(page),
            "keywords": keywords,
        },
        "metadata": {
            "threadId": thread(page),
            "summary": shorten(&headline(page, CHAT), SUMMARY - 1),
            "eventType": event_type(page.kind),
            "relatedResources": alarm.arn.iter().map(|arn| words(arn)).collect::<Vec<_>>(),
            "additionalContext": context(page),
        },
    })
}

/// Words of somebody else.
fn words(words: &str) -> String {
    (CHAT.words)(words).to_string()
}

/// What an event type says of the kind.
const fn event_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Alarm => "atalaya.alarm",
        Kind::Recovery => "atalaya.recovery",
        Kind::NoData => "atalaya.no-data",
    }
}

/// Alarm and recovery stand in one thread: it is named by the alarm and the minute in which it began.
fn thread(page: &Document) -> String {
    let began = page.since.unwrap_or(page.alarm.changed_at).strftime("%Y-%m-%dT%H:%MZ");
    format!("{} {began}", shorten(&words(&page.alarm.short_name), NAME - 20))
}

/// A link is never cut: the graph's is added where it has room.
fn description(page: &Document) -> String {
    let text = shorten(&lines(page), DESCRIPTION - 1);
    let Some(url) = &page.graph_url else { return text };
    let with_graph = format!("{text}\nGraph: {}", own_link(url));
    if with_graph.chars().count() <= DESCRIPTION { with_graph } else { text }
}

fn lines(page: &Document) -> String {
    let mut lines: Vec<String> = page.quiet.iter().map(|why| format!("Quiet note: {}.", words(why))).collect();
    lines.push(format!("*{}*", headline(page, CHAT)));
    lines.extend(when(page));
    if let Some(measure) = &page.measure {
        lines.push(format!("How bad: {}", words(&measure.words)));
    }
    let beneath = page.beneath.iter();
    lines.extend(beneath.map(|each| format!("• {}: {}", words(&each.alarm), (CHAT.description)(&each.summary))));
    if !page.files.named.is_empty() {
        lines.push(format!("{}:", page.files.heading));
    }
    let named = page.files.named.iter().take(NAMED);
    lines.extend(named.map(|file| format!("• {} ({})", of_file(file, CHAT), (CHAT.name)(&file.file_id))));
    let more = page.files.named.len().saturating_sub(NAMED) + page.files.more;
    if more > 0 {
        lines.push(format!("• and {more} more"));
    }
    lines.join("\n")
}

fn next_steps(page: &Document) -> Vec<String> {
    let links = &page.links;
    let first = page
        .first_step
        .iter()
        .filter(|_| page.kind != Kind::Recovery)
        // A place that is left open, such as `<file id>`, would be read as markup.
        .map(|step| step.replace('<', "‹").replace('>', "›"))
        .map(|step| format!("First: {}", (CHAT.description)(&step)));
    let named = [("Runbook", &links.runbook), ("Dashboard", &links.dashboard), ("Alarm", &links.alarm)];
    let links = named.into_iter().filter_map(|(name, link)| Some(format!("{name}: {}", self::link(link.as_ref()?))));
    first.map(|step| shorten(&step, STEP - 1)).chain(links.filter(|link| link.chars().count() <= STEP)).collect()
}

fn context(page: &Document) -> Map<String, Value> {
    let ids: Vec<_> = page.files.named.iter().take(NAMED).map(|file| file.file_id.as_str()).collect();
    let pairs = [
        ("page_id", page.page_id.clone()),
        ("severity", page.severity.as_str().to_owned()),
        ("alarm", page.alarm.name.clone()),
        ("state", page.alarm.state.to_string()),
        ("datasets", page.datasets.join(" ")),
        ("file_ids", ids.join(" ")),
    ];
    let told = pairs.into_iter().filter(|(_, text)| !text.is_empty());
    told.map(|(name, text)| (name.to_owned(), Value::String(shorten(&words(&text), CONTEXT - 1)))).collect()
}
