//! What the head of every page says: whether all is well, in a sentence.

use atalaya_cloud::FileRecord;
use atalaya_cloudwatch::alarm::State;
use atalaya_contract::{AlarmDescription, FileState, format::counted, format::grouped};
use serde_json::{Value, json};

use super::{
    alarms::{described, short},
    app::{App, Ledger},
    files::is_canary,
};

/// How many alarms the sentence names.
const NAMED: usize = 3;

/// An alarm that is on.
struct On {
    name: String,
    description: AlarmDescription,
}

/// What the head of every page says.
pub(super) async fn status<L: Ledger>(app: &App<L>) -> Value {
    let (on, now) = app.cloudwatch.read(|cloudwatch| {
        let alarms = cloudwatch.alarms().filter(|alarm| alarm.state == State::Alarm);
        let on =
            alarms.map(|alarm| On { name: short(alarm.definition.name()).to_owned(), description: described(alarm) });
        // What only feeds another alarm is none to act on.
        let mut on: Vec<_> = on.filter(|on| !on.description.is_part()).collect();
        on.sort_by_key(|on| on.description.rank());
        (on, cloudwatch.now())
    });
    let (level, words) = match app.newest().await {
        Ok(files) => (level(&on, &files), sentence(&on, &files)),
        Err(error) => ("unknown", format!("{}The ledger cannot be read: {error}", alarms(&on))),
    };
    json!({
        "level": level,
        "words": words,
        "alarms": on.len(),
        "now": now,
        "speed": app.cloudwatch.clock().speed(),
    })
}

fn level(on: &[On], files: &[FileRecord]) -> &'static str {
    match on.first() {
        Some(worst) if worst.description.rank() < 2 => "page",
        Some(_) => "ticket",
        None if files.iter().any(|file| file.state == FileState::Failed) => "ticket",
        None => "well",
    }
}

/// `2 alarms are on: FilesFailed (page), RejectRate-orders (ticket). 12 files available, 1 failed, none waiting.`
fn sentence(on: &[On], files: &[FileRecord]) -> String {
    let told = told(files);
    match (on.is_empty(), told) {
        (false, told) => format!("{}{}.", alarms(on), told.unwrap_or_else(|| "No file has arrived yet".to_owned())),
        (true, None) => "Nothing is wrong, and no file has arrived yet.".to_owned(),
        (true, Some(told)) if files.iter().any(|file| file.state == FileState::Failed) => {
            format!("No alarm is on: {told}.")
        }
        (true, Some(told)) => format!("All is well: {told}."),
    }
}

/// The alarms that are on, the most urgent first; nothing where there are none.
fn alarms(on: &[On]) -> String {
    if on.is_empty() {
        return String::new();
    }
    let named = on.iter().take(NAMED).map(|on| match &on.description.severity {
        Some(severity) => format!("{} ({severity})", on.name),
        None => on.name.clone(),
    });
    let mut named = named.collect::<Vec<_>>().join(", ");
    if on.len() > NAMED {
        named = format!("{named} and {} more", on.len() - NAMED);
    }
    let verb = if on.len() == 1 { "is" } else { "are" };
    format!("{} {verb} on: {named}. ", counted(on.len() as u64, "alarm"))
}

/// How many files are where; `None` where there are none. Canary files are nobody's.
fn told(files: &[FileRecord]) -> Option<String> {
    let count = |states: &[FileState]| {
        files.iter().filter(|file| !is_canary(file) && states.contains(&file.state)).count() as u64
    };
    if files.iter().all(is_canary) {
        return None;
    }
    let mut parts = vec![format!("{} available", counted(count(&[FileState::Available]), "file"))];
    for state in
        [FileState::Rejected, FileState::Failed, FileState::Unroutable, FileState::Duplicate, FileState::Discarded]
    {
        let number = count(&[state]);
        if number > 0 {
            parts.push(format!("{} {state}", grouped(number)));
        }
    }
    parts.push(match count(&[FileState::Received, FileState::Processing]) {
        0 => "none waiting".to_owned(),
        number => format!("{} on the way", grouped(number)),
    });
    Some(parts.join(", "))
}

#[cfg(test)]
mod tests {
    use atalaya_cloud::testing;

    use super::*;

    fn on(name: &str, severity: &str) -> On {
        On { name: name.to_owned(), description: AlarmDescription::read(&format!("Bad.\nSeverity: {severity}")) }
    }

    fn file(dataset: &str, key: &str, state: FileState) -> FileRecord {
        let mut record = testing::received(dataset, key, 1_780_000_000);
        record.state = state;
        record
    }

    #[test]
    fn all_is_well_says_how_much() {
        let files = [
            file("orders", "a", FileState::Available),
            file("orders", "b", FileState::Available),
            file("canary", "c", FileState::Available),
        ];
        assert_eq!(sentence(&[], &files), "All is well: 2 files available, none waiting.");
        assert_eq!(level(&[], &files), "well");
        assert_eq!(sentence(&[], &files[2..]), "Nothing is wrong, and no file has arrived yet.");
    }

    #[test]
    fn what_did_not_go_well_is_told_too() {
        let states = [FileState::Available, FileState::Rejected, FileState::Failed, FileState::Processing];
        let files = states.map(|state| file("orders", state.as_str(), state));
        assert_eq!(sentence(&[], &files), "No alarm is on: 1 file available, 1 rejected, 1 failed, 1 on the way.");
        assert_eq!(level(&[], &files), "ticket");
    }

    #[test]
    fn alarms_come_first() {
        let alarms = [on("A", "page"), on("B", "ticket"), on("C", "ticket"), on("D", "ticket")];
        let one = sentence(&alarms[..1], &[]);
        assert_eq!(one, "1 alarm is on: A (page). No file has arrived yet.");
        let many = sentence(&alarms, &[file("orders", "a", FileState::Available)]);
        let named = "4 alarms are on: A (page), B (ticket), C (ticket) and 1 more.";
        assert_eq!(many, format!("{named} 1 file available, none waiting."));
        assert_eq!((level(&alarms, &[]), level(&alarms[1..], &[])), ("page", "ticket"));
    }
}
