//! What the head of every page says: whether all is well, in a sentence.

use atalaya_cloud::FileRecord;
use atalaya_cloudwatch::alarm::State;
use atalaya_contract::{AlarmDescription, FileState, format::counted};
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
        "text": words,
        "alarms": on.len(),
        "now": now,
        "speed": app.cloudwatch.clock().speed(),
    })
}

fn level(on: &[On], files: &[FileRecord]) -> &'static str {
    match on.first() {
        Some(worst) if worst.description.rank() < 2 => "page",
        Some(_) => "ticket",
        None if files.iter().any(|file| file.state == FileState::Failed && !is_canary(file)) => "ticket",
        None => "well",
    }
}

/// What needs somebody, else what is under way. How many files ended how is counted where they are listed and on the
/// dashboards, over a time range that can be read there.
///
/// `2 alarms are on: FilesFailed (page), RejectRate-orders (ticket). 1 failed file waits for a redrive or a discard.`
fn sentence(on: &[On], files: &[FileRecord]) -> String {
    let count = |states: &[FileState]| {
        files.iter().filter(|file| !is_canary(file) && states.contains(&file.state)).count() as u64
    };
    let (failed, under_way) = (count(&[FileState::Failed]), count(&[FileState::Received, FileState::Processing]));
    let under_way = (under_way > 0).then(|| format!("{} under way", counted(under_way, "file")));
    if on.is_empty() && failed == 0 {
        return match under_way {
            _ if files.iter().all(is_canary) => "Nothing is wrong, and no file has arrived yet.".to_owned(),
            None => "Nothing is wrong: no alarm is on, and nothing waits.".to_owned(),
            Some(under_way) => format!("Nothing is wrong: no alarm is on; {under_way}."),
        };
    }
    let failed = (failed > 0).then(|| {
        let verb = if failed == 1 { "waits" } else { "wait" };
        format!("{} {verb} for a redrive or a discard", counted(failed, "failed file"))
    });
    let rest = [failed, under_way].into_iter().flatten().map(|part| format!("{part}.")).collect::<Vec<_>>().join(" ");
    format!("{}{rest}", alarms(on)).trim_end().to_owned()
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
    fn what_has_ended_well_is_not_counted_a_second_time() {
        let files = [
            file("orders", "a", FileState::Available),
            file("orders", "b", FileState::Rejected),
            file("canary", "c", FileState::Received),
        ];
        assert_eq!(sentence(&[], &files), "Nothing is wrong: no alarm is on, and nothing waits.");
        assert_eq!(level(&[], &files), "well");
        assert_eq!(sentence(&[], &files[2..]), "Nothing is wrong, and no file has arrived yet.");
        let arriving = [file("orders", "a", FileState::Available), file("orders", "b", FileState::Processing)];
        assert_eq!(sentence(&[], &arriving), "Nothing is wrong: no alarm is on; 1 file under way.");
    }

    #[test]
    fn failed_files_wait_for_somebody() {
        let states = [FileState::Available, FileState::Rejected, FileState::Failed, FileState::Processing];
        let files = states.map(|state| file("orders", state.as_str(), state));
        let expected = "1 failed file waits for a redrive or a discard. 1 file under way.";
        assert_eq!(sentence(&[], &files), expected);
        assert_eq!(level(&[], &files), "ticket");
    }

    #[test]
    fn alarms_come_first() {
        let alarms = [on("A", "page"), on("B", "ticket"), on("C", "ticket"), on("D", "ticket")];
        assert_eq!(sentence(&alarms[..1], &[]), "1 alarm is on: A (page).");
        let many = sentence(&alarms, &[file("orders", "a", FileState::Failed)]);
        let named = "4 alarms are on: A (page), B (ticket), C (ticket) and 1 more.";
        assert_eq!(many, format!("{named} 1 failed file waits for a redrive or a discard."));
        assert_eq!((level(&alarms, &[]), level(&alarms[1..], &[])), ("page", "ticket"));
    }
}
