use super::*;

fn family(rule: &str) -> CloudWatch {
    let mut cloudwatch = cloudwatch();
    for name in ["a", "b"] {
        let treat_missing_data = Some(MissingData::NotBreaching);
        put_metric(
            &mut cloudwatch,
            MetricAlarm { treat_missing_data, actions: Actions::default(), ..metric_alarm(name) },
        );
    }
    put_composite(&mut cloudwatch, composite_alarm("c", rule));
    cloudwatch
}

#[test]
fn a_composite_follows_its_children() {
    let mut cloudwatch = family("ALARM(a) AND NOT OK(b)");
    assert_eq!(state(&cloudwatch, "c"), State::InsufficientData);
    assert_eq!(
        advance(&mut cloudwatch, 60),
        ["0 c INSUFFICIENT_DATA>OK", "0 c !OK", "60 a INSUFFICIENT_DATA>OK", "60 b INSUFFICIENT_DATA>OK"]
    );
    let arn = |name: &str| format!("arn:aws:cloudwatch:us-east-1:000000000000:alarm:{name}");
    let status = cloudwatch.alarm("c").expect("the alarm");
    assert_eq!(status.reason, format!("{} was created and its alarm rule evaluates to OK", arn("c")));
    sample(&mut cloudwatch, "a", 60, 1.0);
    sample(&mut cloudwatch, "b", 120, 1.0);
    assert_eq!(advance(&mut cloudwatch, 180), ["120 a OK>ALARM", "180 b OK>ALARM", "180 c OK>ALARM", "180 c !ALARM"]);
    let status = cloudwatch.alarm("c").expect("the alarm");
    assert_eq!(status.reason, format!("{} transitioned to ALARM at Monday 05 January, 2026 00:03:00 UTC", arn("b")));
    let data = format!(
        r#"{{"triggeringAlarms":[{{"arn":"{}","state":{{"value":"ALARM","timestamp":"2026-01-05T00:03:00.000+0000"}}}}]}}"#,
        arn("b")
    );
    assert_eq!(status.reason_data, Some(data));
}

#[test]
fn changes_of_one_moment_are_looked_at_together() {
    let mut cloudwatch = family("ALARM(a) OR ALARM(b)");
    advance(&mut cloudwatch, 60);
    sample(&mut cloudwatch, "a", 60, 1.0);
    advance(&mut cloudwatch, 120);
    // At four minutes `a` recovers and `b` breaks: there is no moment without one of them.
    sample(&mut cloudwatch, "a", 180, 0.0);
    sample(&mut cloudwatch, "b", 180, 1.0);
    assert_eq!(advance(&mut cloudwatch, 240), ["240 a ALARM>OK", "240 b OK>ALARM"]);
    assert_eq!(state(&cloudwatch, "c"), State::Alarm);
}

#[test]
fn composites_of_composites_follow_in_the_same_moment() {
    let mut cloudwatch = cloudwatch();
    // Put in one go and in an order in which no child comes first; "A" is before "z" by name too.
    let alarms = vec![
        Alarm::Composite(composite_alarm("A", "NOT ALARM(z) AND OK(\"m\")")),
        Alarm::Composite(composite_alarm("z", "ALARM(arn:aws:cloudwatch:us-east-1:000000000000:alarm:m)")),
        Alarm::Metric(MetricAlarm { treat_missing_data: Some(MissingData::NotBreaching), ..metric_alarm("m") }),
    ];
    cloudwatch.put_alarms(alarms).expect("they fit together");
    advance(&mut cloudwatch, 60);
    assert_eq!((state(&cloudwatch, "A"), state(&cloudwatch, "z")), (State::Alarm, State::Ok));
    sample(&mut cloudwatch, "m", 60, 1.0);
    let changes: Vec<_> = advance(&mut cloudwatch, 120).into_iter().filter(|told| told.contains('>')).collect();
    assert_eq!(changes, ["120 m OK>ALARM", "120 z OK>ALARM", "120 A ALARM>OK"]);
    assert_eq!(cloudwatch.parents("m").collect::<Vec<_>>(), ["A", "z"]);
    assert_eq!(cloudwatch.children("A"), ["z", "m"]);
}

#[test]
fn a_composite_that_was_set_stays_until_a_child_changes() {
    let mut cloudwatch = family("ALARM(a)");
    advance(&mut cloudwatch, 60);
    cloudwatch.set_alarm_state("c", State::Alarm, "a drill", None).expect("the alarm exists");
    let told = cloudwatch.advance_to(START + 600);
    let Some(Occurrence::StateChanged(change)) = told.first() else { panic!("{told:?}") };
    assert_eq!((change.at, change.to, change.children.len()), (START + 60, State::Alarm, 0));
    assert_eq!(state(&cloudwatch, "c"), State::Alarm);
    sample(&mut cloudwatch, "b", 600, 1.0);
    advance(&mut cloudwatch, 660);
    assert_eq!(state(&cloudwatch, "c"), State::Alarm, "`b` is no child");
    sample(&mut cloudwatch, "a", 660, 1.0);
    sample(&mut cloudwatch, "a", 720, 0.0);
    advance(&mut cloudwatch, 780);
    assert_eq!(state(&cloudwatch, "c"), State::Ok);
}

#[test]
fn an_update_evaluates_the_rule_again() {
    let mut cloudwatch = family("ALARM(a)");
    advance(&mut cloudwatch, 60);
    put_composite(&mut cloudwatch, composite_alarm("c", "OK(a)"));
    assert_eq!(state(&cloudwatch, "c"), State::Ok, "the state is left alone");
    assert_eq!(advance(&mut cloudwatch, 61), ["60 c OK>ALARM", "60 c !ALARM"]);
    assert!(cloudwatch.alarm("c").is_some_and(|status| status.reason.contains("was updated and its alarm rule")));
}
