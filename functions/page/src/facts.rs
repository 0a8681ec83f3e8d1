//! What CloudWatch and the ledger add to an alarm's message.

use atalaya_cloud::{
    AskAlarms, DrawAlarms,
    alarms::{AlarmStanding, AlarmState, Reading, StateChange},
    ledger::BrowseFiles,
    objects::{LinkObjects, WriteObjects},
};
use atalaya_contract::{AlarmDescription, AlarmSeverity};
use jiff::{SignedDuration, Timestamp};

use crate::{
    affected::{self, Affected},
    asking::{Asked, Asking},
    graph::{self, Pictures},
    message::{Alarm, Trigger, Watches},
    setting::Setting,
    sought::Sought,
};

/// The shortest time before a change in which files are looked for.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(1);
/// Periods before a change whose values are shown, at least.
const SHOWN_PERIODS: u32 = 5;

/// What was found.
pub(crate) struct Facts {
    /// How the alarm stands now.
    pub(crate) standing: Option<AlarmStanding>,
    /// Composite alarms in ALARM that speak for this one, so that nobody need be called for it too.
    pub(crate) spoken_for_by: Vec<AlarmStanding>,
    /// Alarms in ALARM under a composite one.
    pub(crate) beneath: Vec<AlarmStanding>,
    /// What came before the alarm was well; unknown where it is not.
    pub(crate) before: Before,
    /// Values around the change, oldest first.
    pub(crate) readings: Vec<Reading>,
    /// Link to a picture of them.
    pub(crate) graph_url: Option<String>,
    /// Which files were looked for.
    pub(crate) sought: Sought,
    /// Those that were found; `None` when the ledger did not answer.
    pub(crate) affected: Option<Affected>,
    /// From when on files were looked for.
    pub(crate) since: Timestamp,
    /// What was not answered in time.
    pub(crate) unanswered: Vec<String>,
}

/// What came before an alarm was well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// Trouble that somebody was told of, since this time.
    Trouble(Timestamp),
    /// None.
    NoTrouble,
    /// Nobody says.
    Unknown,
}

/// Who is asked about an alarm.
pub(crate) struct Sources<'a, A, L, O> {
    pub(crate) alarms: &'a A,
    pub(crate) ledger: &'a L,
    pub(crate) pictures: &'a Pictures<O>,
}

/// The change that is asked about.
pub(crate) struct Change<'a> {
    pub(crate) alarm: &'a Alarm,
    pub(crate) setting: &'a Setting,
    pub(crate) changed_at: Timestamp,
    pub(crate) now: Timestamp,
}

/// Asks all there is to ask. The questions run side by side, as far as one needs no other's answer.
pub(crate) async fn gather<A, L, O>(asking: &Asking, sources: Sources<'_, A, L, O>, change: Change<'_>) -> Facts
where
    A: AskAlarms + DrawAlarms,
    L: BrowseFiles,
    O: WriteObjects + LinkObjects,
{
    let Sources { alarms, ledger, pictures } = sources;
    let Change { alarm, setting, changed_at, now } = change;
    let name = alarm.name.as_str();
    let standing = asking.ask(Asked::CloudWatch, "how the alarm stands now", alarms.alarm(name));
    let parents = asking.ask(Asked::CloudWatch, "alarms above this one", alarms.parents_in_alarm(name));
    let readings = readings(asking, alarms, alarm, changed_at, now);

    let sought = Sought::by(alarm, setting.short_name(name));
    let story = async {
        let (before, beneath) = tokio::join!(before(asking, alarms, alarm, changed_at), beneath(asking, alarms, alarm));
        let since = looked_for_since(alarm, before, changed_at);
        let files = affected::find(ledger, sought, alarm.dimension("Dataset"), since);
        let files = asking.ask(Asked::Ledger, "affected files", files);
        let graph = async {
            // Of what nobody is told there need be no picture.
            let graph = graph::graph_of(alarm, &beneath, setting).filter(|_| before != Before::NoTrouble)?;
            let key = graph::key(name, changed_at);
            asking.ask(Asked::CloudWatchAndS3, "the alarm's graph", graph::kept(&graph, alarms, pictures, &key)).await
        };
        let (affected, graph_url) = tokio::join!(files, graph);
        (before, beneath, since, affected, graph_url)
    };
    let (standing, parents, readings, story) = tokio::join!(standing, parents, readings, story);
    let (before, beneath, since, affected, graph_url) = story;
    let severity = AlarmDescription::read(&alarm.description).acts_as();
    Facts {
        standing: standing.flatten(),
        spoken_for_by: parents.unwrap_or_default().into_iter().filter(|parent| speaks(parent, severity)).collect(),
        beneath,
        before,
        readings,
        graph_url,
        sought,
        affected,
        since,
        unanswered: asking.unanswered(),
    }
}

/// From when on files may have to do with the change.
fn looked_for_since(alarm: &Alarm, before: Before, changed_at: Timestamp) -> Timestamp {
    let began = if let Before::Trouble(began) = before { began } else { changed_at };
    let window = alarm.trigger().map_or(0, Trigger::window);
    let look_back = LOOK_BACK.max(SignedDuration::from_secs(i64::from(window)));
    began.checked_sub(look_back).unwrap_or(began)
}

/// Whether a composite alarm in ALARM has called at least as loudly as its child would.
fn speaks(parent: &AlarmStanding, severity: AlarmSeverity) -> bool {
    let described = AlarmDescription::read(parent.description.as_deref().unwrap_or_default());
    parent.tells && described.acts_as() >= severity
}

async fn before(asking: &Asking, alarms: &impl AskAlarms, alarm: &Alarm, changed_at: Timestamp) -> Before {
    if alarm.state != AlarmState::Ok {
        return Before::Unknown;
    }
    let what = "how long it lasted";
    let changes = asking.ask(Asked::CloudWatch, what, alarms.changes(&alarm.name, changed_at)).await;
    match changes.as_deref().map(|changes| trouble_before(changes, alarm.tells_of_missing_data)) {
        // An alarm that was in ALARM by its message was, whatever the history has forgotten.
        Some(Before::NoTrouble) if alarm.previous == Some(AlarmState::Alarm) => Before::Unknown,
        Some(before) => before,
        None => Before::Unknown,
    }
}

/// Since when an alarm that is well had not been: in ALARM, and without enough data in between. A time without data
/// alone counts where somebody was told of it. The newest change may not stand in the history yet.
fn trouble_before(changes: &[StateChange], missing_data_too: bool) -> Before {
    let mut began = Before::NoTrouble;
    for change in changes.iter().skip_while(|change| change.to == AlarmState::Ok) {
        match change.to {
            AlarmState::Alarm => began = Before::Trouble(change.at),
            AlarmState::InsufficientData if missing_data_too => began = Before::Trouble(change.at),
            AlarmState::InsufficientData => {}
            AlarmState::Ok => break,
        }
    }
    began
}

async fn beneath(asking: &Asking, alarms: &impl AskAlarms, alarm: &Alarm) -> Vec<AlarmStanding> {
    match alarm.watches {
        Watches::Alarms { .. } => {
            let question = alarms.children_in_alarm(&alarm.name);
            asking.ask(Asked::CloudWatch, "alarms beneath this one", question).await.unwrap_or_default()
        }
        Watches::Metrics(_) | Watches::Unknown => Vec::new(),
    }
}

async fn readings(
    asking: &Asking,
    alarms: &impl AskAlarms,
    alarm: &Alarm,
    changed_at: Timestamp,
    now: Timestamp,
) -> Vec<Reading> {
    let Some(trigger) = alarm.trigger().filter(|trigger| trigger.returned().is_some()) else { return Vec::new() };
    let period = trigger.period.unwrap_or(60);
    let shown = trigger.window().max(period.saturating_mul(SHOWN_PERIODS));
    let from = changed_at.checked_sub(SignedDuration::from_secs(i64::from(shown))).unwrap_or(changed_at);
    let question = alarms.readings(&trigger.queries, from, now.max(changed_at));
    asking.ask(Asked::CloudWatch, "values around the change", question).await.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use atalaya_cloud::testing::at;

    use super::*;

    #[test]
    fn trouble_lasted_from_its_begin_through_times_without_data() {
        use AlarmState::{Alarm, InsufficientData, Ok};
        let before = |changes: &[(i64, AlarmState)]| {
            let changes: Vec<_> = changes.iter().map(|(second, to)| StateChange { at: at(*second), to: *to }).collect();
            [false, true].map(|missing_data_too| trouble_before(&changes, missing_data_too))
        };
        let since = |seconds| [Before::Trouble(at(seconds)); 2];
        assert_eq!(before(&[(9, Ok), (5, Alarm), (1, Ok)]), since(5));
        assert_eq!(before(&[(5, Alarm), (1, Ok)]), since(5), "the newest change may not be told yet");
        assert_eq!(before(&[(9, Ok), (7, InsufficientData), (5, Alarm), (1, Ok), (0, Alarm)]), since(5));
        let told_of_missing_data = [Before::Trouble(at(7)), Before::Trouble(at(5))];
        assert_eq!(before(&[(9, Ok), (7, Alarm), (5, InsufficientData), (1, Ok)]), told_of_missing_data);
        let told_of_missing_data = [Before::NoTrouble, Before::Trouble(at(5))];
        assert_eq!(before(&[(9, Ok), (5, InsufficientData), (1, Ok), (0, Alarm)]), told_of_missing_data);
        assert_eq!(before(&[]), [Before::NoTrouble; 2]);
        assert_eq!(before(&[(9, Ok)]), [Before::NoTrouble; 2], "an alarm that was just made");
    }
}
