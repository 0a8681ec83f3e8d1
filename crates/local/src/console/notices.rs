//! Who was told what, and when.

use atalaya_contract::FileId;
use serde_json::{Value, json};

use super::{answer::Refusal, app::App};
use crate::{Notice, stack::STACK};

/// All notices, newest first.
pub(super) fn all<L>(app: &App<L>) -> Result<Value, Refusal> {
    let notices: Vec<_> = app.mailbox.all().iter().rev().map(told).collect();
    Ok(json!({ "notices": notices }))
}

/// The notices about a file, in the order of their arrival.
pub(super) fn about<L>(app: &App<L>, file: &FileId) -> Value {
    app.mailbox.all().iter().filter(|notice| file_of(notice) == Some(file.as_str())).map(told).collect()
}

/// The document about an alarm that a notice holds, if it does: `atalaya.page/1`.
pub(super) fn page_of(notice: &Notice) -> Option<&Value> {
    let message = notice.message.as_ref()?;
    Some(message.get("page").unwrap_or(message)).filter(|page| page["alarm"]["name"].is_string())
}

fn told(notice: &Notice) -> Value {
    let page = page_of(notice);
    let alarm = page.map(|page| &page["alarm"]);
    json!({
        "id": notice.message_id,
        "at": notice.received_at,
        "user": notice.user,
        "audience": audience(&notice.topic),
        "topic": notice.topic,
        "subject": notice.subject,
        "text": notice.text,
        "document": notice.message,
        "event": notice.attributes.get("event"),
        "dataset": notice.attributes.get("dataset"),
        "file": file_of(notice),
        "alarm": alarm.map(|alarm| &alarm["name"]),
        "alarm_state": alarm.map(|alarm| &alarm["state"]),
        "quiet": page.map(|page| &page["quiet"]),
    })
}

fn file_of(notice: &Notice) -> Option<&str> {
    notice.event.as_ref()?["file"]["file_id"].as_str()
}

/// Whom a topic speaks to.
fn audience(topic: &str) -> &'static str {
    match topic.strip_prefix(STACK).map(|name| name.trim_start_matches('-')) {
        Some("on-call-page") => "page",
        Some("on-call-ticket") => "ticket",
        _ => "user",
    }
}
