use proptest::prelude::*;

use super::*;

const ALL: Milliseconds = Milliseconds { start: i64::MIN, end: i64::MAX };

fn event(at: i64, message: &str) -> LogEvent {
    LogEvent { at, ingested: at + 7, stream: "s".to_owned(), message: message.to_owned() }
}

fn messages(logs: &Logs, group: &str, range: Milliseconds) -> Vec<String> {
    logs.events(group, range).map(|event| event.message.clone()).collect()
}

#[test]
fn events_are_in_the_order_of_their_time() {
    let mut logs = Logs::new(Limits::default());
    for (at, message) in [(30, "c"), (10, "a"), (30, "d"), (20, "b"), (30, "e")] {
        logs.put("/g", event(at, message));
    }
    assert_eq!(messages(&logs, "/g", ALL), ["a", "b", "c", "d", "e"]);
    assert_eq!(messages(&logs, "/g", Milliseconds { start: 20, end: 30 }), ["b"]);
    assert_eq!(messages(&logs, "/g", Milliseconds { start: 31, end: 20 }), [""; 0]);
    assert_eq!(messages(&logs, "/other", ALL), [""; 0]);
    logs.create("/empty");
    logs.create("/g");
    assert_eq!(logs.groups().collect::<Vec<_>>(), ["/empty", "/g"]);
    assert!(logs.has("/empty") && !logs.has("/other"));
    assert_eq!(messages(&logs, "/g", ALL).len(), 5, "a group that exists stays as it is");
}

#[test]
fn the_oldest_go_first_and_are_counted() {
    let mut logs = Logs::new(Limits { events: 3, bytes: 10 });
    for (at, message) in [(1, "a"), (2, "b"), (4, "d"), (3, "c")] {
        logs.put("/g", event(at, message));
    }
    assert_eq!((messages(&logs, "/g", ALL).concat().as_str(), logs.dropped("/g")), ("bcd", 1));
    logs.put("/g", event(5, "123456789"));
    assert_eq!((messages(&logs, "/g", ALL).concat().as_str(), logs.dropped("/g")), ("d123456789", 3));
    logs.put("/g", event(0, "too old to be kept"));
    assert_eq!((messages(&logs, "/g", ALL).concat().as_str(), logs.dropped("/g")), ("d123456789", 4));
    logs.put("/g", event(6, "longer than all that is kept"));
    assert_eq!((messages(&logs, "/g", ALL).len(), logs.dropped("/g")), (0, 7));
    assert_eq!(logs.dropped("/other"), 0);
}

proptest! {
    #[test]
    fn what_is_kept_is_the_newest_of_all(times in prop::collection::vec(0_i64..50, 0..60), most in 1_usize..20) {
        let mut logs = Logs::new(Limits { events: most, bytes: usize::MAX });
        let mut all = Vec::new();
        for (index, at) in times.iter().enumerate() {
            logs.put("/g", event(*at, &index.to_string()));
            all.push((*at, index));
            // What was dropped once stays so, also when the group would have room for it later: it never has.
            all.sort_unstable();
            let excess = all.len().saturating_sub(most);
            all.drain(..excess);
        }
        let expected: Vec<_> = all.iter().map(|(_, index)| index.to_string()).collect();
        prop_assert_eq!(messages(&logs, "/g", ALL), expected);
        prop_assert_eq!(logs.dropped("/g") as usize, times.len().saturating_sub(most));
    }
}
