//! The published timelines of action suppression, through the whole: wait 2, extension 3.

use super::*;

/// The composite `c` on `a`, suppressed by `s`, a moment after its actions for being created have run.
fn suppressed(wait: u32, extension: u32) -> CloudWatch {
    let mut cloudwatch = cloudwatch();
    for name in ["a", "s"] {
        let treat_missing_data = Some(MissingData::Ignore);
        put_metric(
            &mut cloudwatch,
            MetricAlarm { treat_missing_data, actions: Actions::default(), ..metric_alarm(name) },
        );
        cloudwatch.set_alarm_state(name, State::Ok, "the beginning", None).expect("the alarm exists");
    }
    let suppressor = Some(Suppressor { alarm: "s".to_owned(), wait, extension });
    put_composite(&mut cloudwatch, CompositeAlarm { suppressor, ..composite_alarm("c", "ALARM(a)") });
    cloudwatch.advance_to(START + 100);
    cloudwatch
}

/// When which alarm is given which state.
type Sets<'a> = &'a [(i64, &'a str, State)];

/// What `c` does when states are set, in seconds after the beginning; `a` is what `c` is on.
fn run(cloudwatch: &mut CloudWatch, sets: Sets<'_>) -> Vec<String> {
    let begin = 100;
    let mut told = Vec::new();
    for (at, name, state) in sets {
        told.extend(cloudwatch.advance_to(START + begin + at));
        cloudwatch.set_alarm_state(name, *state, "set", None).expect("the alarm exists");
    }
    told.extend(cloudwatch.advance_to(START + begin + 1000));
    let of_composite = told.iter().filter(|occurrence| occurrence.alarm() == "c");
    of_composite
        .map(|occurrence| match occurrence {
            Occurrence::StateChanged(change) => format!("{} {}", change.at - START - begin, change.to.as_str()),
            Occurrence::Action(action) => format!("{} !{}", action.at - START - begin, action.state.as_str()),
        })
        .collect()
}

use State::{Alarm as Alarming, Ok as Fine};

#[test]
fn the_published_timelines_hold() {
    let timelines: [(Sets<'_>, &[&str]); 6] = [
        (&[(2, "a", Alarming)], &["2 ALARM", "4 !ALARM"]),
        (&[(2, "a", Alarming), (3, "s", Alarming)], &["2 ALARM"]),
        (&[(2, "a", Alarming), (3, "a", Fine)], &["2 ALARM", "3 OK", "5 !OK"]),
        (&[(1, "s", Alarming), (2, "a", Alarming)], &["2 ALARM"]),
        (&[(1, "s", Alarming), (2, "a", Alarming), (6, "s", Fine)], &["2 ALARM", "9 !ALARM"]),
        (&[(1, "s", Alarming), (2, "a", Alarming), (6, "s", Fine), (7, "a", Fine)], &["2 ALARM", "7 OK", "9 !OK"]),
    ];
    for (number, (sets, expected)) in timelines.into_iter().enumerate() {
        assert_eq!(run(&mut suppressed(2, 3), sets), expected, "timeline {}", number + 1);
    }
}

#[test]
fn what_suppresses_is_told() {
    let mut cloudwatch = suppressed(60, 60);
    cloudwatch.set_alarm_state("a", Alarming, "set", None).expect("the alarm exists");
    let told = cloudwatch.advance_to(cloudwatch.now());
    let by = |cloudwatch: &CloudWatch| {
        cloudwatch.alarm("c").and_then(|status| status.suppressed_by).map_or("nothing", |by| by.as_str())
    };
    let change = told.iter().find_map(|occurrence| match occurrence {
        Occurrence::StateChanged(change) if change.alarm == "c" => Some(change),
        _ => None,
    });
    let event = change.expect("a change").event();
    assert_eq!(event["detail"]["state"]["actionsSuppressedBy"], "WaitPeriod");
    assert_eq!(event["detail"]["state"]["actionsSuppressedReason"], "Actions suppressed by WaitPeriod");
    assert_eq!(by(&cloudwatch), "WaitPeriod");
    cloudwatch.set_alarm_state("s", Alarming, "set", None).expect("the alarm exists");
    cloudwatch.advance_to(cloudwatch.now() + 1);
    assert_eq!(by(&cloudwatch), "Alarm");
    cloudwatch.set_alarm_state("s", Fine, "set", None).expect("the alarm exists");
    cloudwatch.advance_to(cloudwatch.now());
    assert_eq!(by(&cloudwatch), "ExtensionPeriod");
    cloudwatch.advance_to(cloudwatch.now() + 60);
    let told = cloudwatch.advance_to(cloudwatch.now());
    assert_eq!((by(&cloudwatch), told.len()), ("nothing", 0));
}

#[test]
fn an_action_that_has_waited_is_not_called_suppressed() {
    let mut cloudwatch = suppressed(60, 60);
    let mut alarm = composite_alarm("c", "ALARM(a)");
    alarm.actions.alarm = vec!["arn:aws:lambda:us-east-1:000000000000:function:f".to_owned()];
    alarm.suppressor = Some(Suppressor { alarm: "s".to_owned(), wait: 60, extension: 60 });
    put_composite(&mut cloudwatch, alarm);
    cloudwatch.set_alarm_state("a", Alarming, "set", None).expect("the alarm exists");
    let told = cloudwatch.advance_to(cloudwatch.now() + 60);
    let Some(Occurrence::Action(action)) = told.last() else { panic!("{told:?}") };
    let payload: serde_json::Value = serde_json::from_str(&action.message).expect("JSON");
    assert_eq!(payload["alarmData"]["state"]["value"], "ALARM");
    assert!(payload["alarmData"]["state"].get("actionsSuppressedBy").is_none());
}

#[test]
fn no_wait_acts_at_once() {
    assert_eq!(run(&mut suppressed(0, 0), &[(2, "a", Alarming)]), ["2 ALARM", "2 !ALARM"]);
}

#[test]
fn another_suppressor_discards_what_waits() {
    let mut cloudwatch = suppressed(50, 50);
    let put = |cloudwatch: &mut CloudWatch, alarm: &str, wait| {
        let suppressor = Some(Suppressor { alarm: alarm.to_owned(), wait, extension: 50 });
        put_composite(cloudwatch, CompositeAlarm { suppressor, ..composite_alarm("c", "ALARM(a)") });
    };
    cloudwatch.set_alarm_state("a", Alarming, "set", None).expect("the alarm exists");
    cloudwatch.advance_to(cloudwatch.now() + 10);
    put(&mut cloudwatch, "s", 70);
    assert_eq!(cloudwatch.alarm("c").and_then(|status| status.suppressed_by).map(|by| by.as_str()), Some("WaitPeriod"));
    put_metric(&mut cloudwatch, metric_alarm("t"));
    put(&mut cloudwatch, "t", 50);
    assert_eq!(cloudwatch.alarm("c").and_then(|status| status.suppressed_by), None);
    let told = cloudwatch.advance_to(cloudwatch.now() + 200);
    assert!(told.iter().all(|occurrence| occurrence.alarm() != "c"), "{told:?}");
}
