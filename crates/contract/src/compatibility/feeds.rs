//! Feeds: where files lie, how they are read, and how many faults they may have.

use super::{Changes, Effect, shown};
use crate::{AdditionalColumns, Compression, Contract, CsvDialect, Feed, OnDuplicateContent, Threshold, Trim, Unit};

pub(super) fn compare(changes: &mut Changes, old: &Contract, new: &Contract) {
    for feed in &old.feeds {
        let place = place(feed);
        match counterpart(feed, old, new) {
            Some(now) => self::feed(changes, &place, feed, now),
            None => {
                let message = format!("the feed is gone: files at {} go to no feed", feed.location);
                changes.push(place, message, Effect::Breaks, Effect::Breaks);
            }
        }
    }
    for feed in new.feeds.iter().filter(|feed| counterpart(feed, new, old).is_none()) {
        changes.push(place(feed), format!("new feed at {}", feed.location), Effect::None, Effect::Notice);
    }
}

fn place(feed: &Feed) -> String {
    format!("server {}", feed.server)
}

/// The feed of the other contract that has the server's name; else the only feed of each, since a server may be
/// renamed.
fn counterpart<'a>(feed: &Feed, own: &Contract, other: &'a Contract) -> Option<&'a Feed> {
    let same = other.feeds.iter().find(|one| one.server == feed.server);
    same.or(match (own.feeds.as_slice(), other.feeds.as_slice()) {
        ([_], [only]) => Some(only),
        _ => None,
    })
}

fn feed(changes: &mut Changes, place: &str, old: &Feed, new: &Feed) {
    if old.server != new.server {
        changes.push(place, format!("the server is now called {}", shown(&new.server)), Effect::None, Effect::None);
    }
    if old.dataset != new.dataset {
        let message = format!("dataset {} → {}: readers filter by its name", shown(&old.dataset), shown(&new.dataset));
        changes.push(place, message, Effect::Notice, Effect::Breaks);
    }
    if old.location != new.location {
        let message = format!("location {} → {}: files at the old one go to no feed", old.location, new.location);
        changes.stricter(place, message);
    }
    dialect(changes, place, &old.dialect, &new.dialect);
    threshold(changes, place, old.reject_threshold, new.reject_threshold);
    match (old.on_duplicate_content, new.on_duplicate_content) {
        (OnDuplicateContent::Skip, OnDuplicateContent::Process) => {
            let message = "content that comes again is loaded again, no longer skipped";
            changes.push(place, message, Effect::None, Effect::Breaks);
        }
        (OnDuplicateContent::Process, OnDuplicateContent::Skip) => {
            let message = "content that comes again is skipped, no longer loaded";
            changes.push(place, message, Effect::Notice, Effect::Notice);
        }
        _ => {}
    }
    match (old.additional_columns, new.additional_columns) {
        (AdditionalColumns::Ignore, AdditionalColumns::Reject) => {
            changes.stricter(place, "files with columns that the contract does not name are rejected".to_owned());
        }
        (AdditionalColumns::Reject, AdditionalColumns::Ignore) => {
            let message = "columns that the contract does not name are left out, no longer rejected";
            changes.push(place, message, Effect::None, Effect::None);
        }
        _ => {}
    }
}

fn threshold(changes: &mut Changes, place: &str, old: Threshold, new: Threshold) {
    if old == new {
        return;
    }
    let text = |threshold: Threshold| match threshold.unit {
        Unit::Rows => format!("{} rows", threshold.value),
        Unit::Percent => format!("{} percent", threshold.value),
    };
    let message = format!("rejectThreshold {} → {}", text(old), text(new));
    // None of the rows is none of them in either unit.
    let none = |threshold: Threshold| threshold.value == 0.into();
    match old.value.cmp(&new.value) {
        _ if none(old) && none(new) => {}
        _ if none(old) => changes.looser(place, message),
        _ if none(new) => changes.stricter(place, message),
        _ if old.unit != new.unit => changes.other(place, message),
        std::cmp::Ordering::Less => changes.looser(place, message),
        _ => changes.stricter(place, message),
    }
}

/// The dialect, key by key. `..` is not used on purpose: a new key has to be thought about.
fn dialect(changes: &mut Changes, place: &str, old: &CsvDialect, new: &CsvDialect) {
    let CsvDialect {
        delimiter,
        quote_char,
        double_quote,
        escape_char,
        header,
        encoding,
        comment_prefix,
        skip_blank_rows,
        trim,
        decimal_char,
        group_char,
        group_sizes,
        null_tokens,
        compression,
    } = old;
    let mut other = |key: &str, old: String, new: String| {
        if old != new {
            changes.stricter(place, format!("{key} {old} → {new}: files are read otherwise"));
        }
    };
    other("delimiter", byte(Some(*delimiter)), byte(Some(new.delimiter)));
    other("quoteChar", byte(*quote_char), byte(new.quote_char));
    other("doubleQuote", double_quote.to_string(), new.double_quote.to_string());
    other("escapeChar", byte(*escape_char), byte(new.escape_char));
    other("header", header.to_string(), new.header.to_string());
    other("encoding", shown(encoding), shown(&new.encoding));
    let prefix = |prefix: &Option<String>| shown(prefix.as_deref().unwrap_or(""));
    other("commentPrefix", prefix(comment_prefix), prefix(&new.comment_prefix));
    other("decimalChar", shown(&decimal_char.to_string()), shown(&new.decimal_char.to_string()));
    match (group_char, new.group_char) {
        (None, Some(mark)) => changes.looser(place, format!("groupChar none → `{mark}`")),
        (old, new) if *old != new => {
            let text = |mark: Option<char>| shown(&mark.map(String::from).unwrap_or_default());
            changes.stricter(place, format!("groupChar {} → {}", text(*old), text(new)));
        }
        _ if *group_sizes != new.group_sizes && group_char.is_some() => {
            let text = |sizes: &crate::GroupSizes| format!("[{}, {}]", sizes.primary, sizes.secondary);
            changes.other(place, format!("groupSizes {} → {}", text(group_sizes), text(&new.group_sizes)));
        }
        _ => {}
    }
    match (*skip_blank_rows, new.skip_blank_rows) {
        (true, false) => changes.stricter(place, "skipBlankRows true → false: blank rows are rejected".to_owned()),
        (false, true) => changes.push(place, "skipBlankRows false → true", Effect::None, Effect::None),
        _ => {}
    }
    if *trim != new.trim {
        let text = |trim: Trim| match trim {
            Trim::None => "false",
            Trim::Start => "start",
            Trim::End => "end",
            Trim::Both => "true",
        };
        let message = format!("trim {} → {}: blanks around cells are kept or lost", text(*trim), text(new.trim));
        changes.other(place, message);
    }
    if *compression != new.compression {
        let text = |compression: Compression| match compression {
            Compression::Auto => "found out",
            Compression::None => "none",
            Compression::Gzip => "gzip",
        };
        let message = format!("compression {} → {}", text(*compression), text(new.compression));
        match new.compression {
            Compression::Auto => changes.push(place, message, Effect::None, Effect::None),
            _ => changes.stricter(place, message),
        }
    }
    tokens(changes, place, null_tokens, &new.null_tokens);
}

fn tokens(changes: &mut Changes, place: &str, old: &[String], new: &[String]) {
    let list = |tokens: Vec<&String>| tokens.iter().map(|token| format!("`{token}`")).collect::<Vec<_>>().join(", ");
    let added: Vec<_> = new.iter().filter(|token| !old.contains(token)).collect();
    let removed: Vec<_> = old.iter().filter(|token| !new.contains(token)).collect();
    if !added.is_empty() {
        changes.other(place, format!("nullTokens: {} means null too", list(added)));
    }
    if !removed.is_empty() {
        changes.other(place, format!("nullTokens: {} is a value, no longer null", list(removed)));
    }
}

fn byte(byte: Option<u8>) -> String {
    byte.map_or_else(|| "none".to_owned(), |byte| format!("`{}`", char::from(byte).escape_default()))
}
