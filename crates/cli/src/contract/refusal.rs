//! Why documents are not published, and what their authors can do.

use atalaya_contract::inert;
use std::collections::BTreeMap;

use atalaya_cloud::contracts::{OtherDocument, Refusal, RefusalReason};
use serde_json::json;

use atalaya_terminal::exit::Failure;
use atalaya_terminal::human;

/// The failure that says all of it.
pub(super) fn failure(refusals: &[Refusal], files: usize, width: Option<usize>) -> Failure {
    let mut by_name: BTreeMap<&str, Vec<&Refusal>> = BTreeMap::new();
    for refusal in refusals {
        by_name.entry(&refusal.name).or_default().push(refusal);
    }
    let refused = match (files, by_name.len()) {
        (1, _) => "the contract is refused".to_owned(),
        (_, 1) => format!("1 of {} contracts is refused", human::count(files as u64)),
        (_, count) => format!("{} of {} contracts are refused", human::count(count as u64), human::count(files as u64)),
    };
    let mut lines = vec![format!("nothing was published: {refused}")];
    for (name, refusals) in by_name {
        for refusal in refusals {
            lines.push(String::new());
            lines.push(human::wrap(&format!("{}: {}", shown(name), headline(refusal)), "  ", width));
            lines.extend(details(refusal).iter().map(|(name, text)| fact(name, text, width)));
        }
    }
    Failure::refused(lines.join("\n")).hint(hint(refusals)).details(json!(refusals))
}

/// Text from a document, as a terminal may have it.
fn shown(text: &str) -> String {
    inert::text(text).to_string()
}

fn headline(refusal: &Refusal) -> String {
    match &refusal.reason {
        RefusalReason::Reserved => "its id is the canary's, which keeps its own contract in force".to_owned(),
        RefusalReason::LongId { bytes } => {
            format!("its id is too long: its key would have {} bytes, S3 takes 1,024", human::count(*bytes as u64))
        }
        RefusalReason::SameId { .. } => "another file of this command has the same id".to_owned(),
        RefusalReason::LowerVersion { .. } => "a higher version is in force".to_owned(),
        RefusalReason::SameVersion { .. } => "this version is in force with other content".to_owned(),
        RefusalReason::ForeignBucket { .. } => "no location of it can match this stack's inbox".to_owned(),
        RefusalReason::Overlap { other, .. } => match &other.name {
            Some(name) if *name == refusal.name => "two of its feeds claim the same objects".to_owned(),
            Some(_) => "it overlaps with another file of this command".to_owned(),
            None => "it overlaps with a contract in force".to_owned(),
        },
        RefusalReason::KeyTaken { .. } => {
            "its key holds another contract, which was stored under a file's name".to_owned()
        }
    }
}

/// What there is to compare: a name and a text each.
fn details(refusal: &Refusal) -> Vec<(&'static str, String)> {
    let own = |location: Option<&str>| ("this file", document(&refusal.id, &refusal.version, location));
    let that = |other: &OtherDocument, location: Option<&str>| {
        let (name, at) = match (&other.key, &other.name) {
            (Some(key), _) => ("in force", Some(format!("stored as {}", shown(key)))),
            (None, Some(name)) if *name == refusal.name => ("and", None),
            (None, name) => ("the other", name.as_deref().map(shown)),
        };
        let text = document(&other.id, &other.version, location);
        (name, at.map(|at| format!("{text}\n{at}")).unwrap_or(text))
    };
    match &refusal.reason {
        RefusalReason::Reserved | RefusalReason::LongId { .. } => Vec::new(),
        RefusalReason::SameId { other } | RefusalReason::LowerVersion { other } => vec![own(None), that(other, None)],
        RefusalReason::SameVersion { other, changes } => {
            let differs = match changes {
                0 => "nothing that is enforced: comments, descriptions or layout".to_owned(),
                count => format!("{} that {} enforced", human::counted(*count as u64, "thing"), are(*count)),
            };
            vec![own(None), that(other, None), ("differs", differs)]
        }
        RefusalReason::ForeignBucket { locations, inbox } => {
            let locations: Vec<_> = locations.iter().map(|location| shown(location)).collect();
            vec![own(Some(&locations.join("\n"))), ("inbox", format!("s3://{inbox}"))]
        }
        RefusalReason::Overlap { location, other, other_location, example_bucket, example_key } => vec![
            own(Some(location)),
            that(other, Some(other_location)),
            ("both claim", format!("s3://{}/{}", shown(example_bucket), shown(example_key))),
        ],
        RefusalReason::KeyTaken { key, other } => vec![own(None), ("its key", shown(key)), that(other, None)],
    }
}

const fn are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

fn document(id: &str, version: &str, location: Option<&str>) -> String {
    let location = location.map(|location| format!("\n{location}")).unwrap_or_default();
    format!("{} {}{location}", shown(id), shown(version))
}

/// A name, and its text in a column of its own.
fn fact(name: &str, text: &str, width: Option<usize>) -> String {
    let column = " ".repeat(16);
    let text = human::wrap(text, &column, width);
    format!("    {name:<12}{}", text.trim_start())
}

/// What to do about the first of them; the others are told again when it is gone.
fn hint(refusals: &[Refusal]) -> String {
    let Some(Refusal { name, id, reason, .. }) = refusals.first() else { return String::new() };
    let (id, name) = (shown(id), shown(name));
    match reason {
        RefusalReason::Reserved => "give the contract an id of its own".to_owned(),
        RefusalReason::LongId { .. } => "give the contract a shorter id".to_owned(),
        RefusalReason::SameId { .. } => "publish one of them, or give the other an id of its own".to_owned(),
        RefusalReason::LowerVersion { other } => format!(
            "raise its version above {}; to go back to earlier content, publish it under a higher version (`atalaya \
             contract show {id} --version V` prints it)",
            shown(&other.version)
        ),
        RefusalReason::SameVersion { .. } => {
            format!("raise its version; `atalaya contract diff {id} {name}` says what changed")
        }
        RefusalReason::ForeignBucket { .. } => {
            "write the inbox's name in its location, or a pattern such as s3://*-inbox-*; or name another stack with \
             --stack, --profile or --region"
                .to_owned()
        }
        RefusalReason::Overlap { other, .. } => match other.key {
            Some(_) => format!(
                "narrow one of the two locations, or take the other out of force (`atalaya contract withdraw {}`)",
                shown(&other.id)
            ),
            None => "narrow one of the two locations".to_owned(),
        },
        RefusalReason::KeyTaken { other, .. } => format!(
            "publish {} first (`atalaya contract show {} > FILE`, then publish FILE): it moves to its own key",
            shown(&other.id),
            shown(&other.id)
        ),
    }
}
