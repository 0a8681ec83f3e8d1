use super::*;

fn refused(cloudwatch: &mut CloudWatch, alarms: Vec<Alarm>) -> String {
    let before = cloudwatch.alarms().count();
    let error = cloudwatch.put_alarms(alarms).expect_err("the alarms are wrong").to_string();
    assert_eq!(cloudwatch.alarms().count(), before, "all or none");
    error
}

fn composite(name: &str, rule: &str) -> Alarm {
    Alarm::Composite(composite_alarm(name, rule))
}

#[test]
fn an_update_leaves_the_state() {
    let mut cloudwatch = cloudwatch();
    put_metric(&mut cloudwatch, metric_alarm("a"));
    sample(&mut cloudwatch, "a", 0, 1.0);
    advance(&mut cloudwatch, 90);
    put_metric(&mut cloudwatch, MetricAlarm { threshold: 5.0, ..metric_alarm("a") });
    let status = cloudwatch.alarm("a").expect("the alarm");
    assert_eq!((status.state, status.configured_at), (State::Alarm, START + 90));
    assert_eq!(advance(&mut cloudwatch, 120), ["120 a ALARM>OK", "120 a !OK"]);
    assert!(cloudwatch.history("a").iter().any(|item| item.summary == "Alarm \"a\" updated"));
}

#[test]
fn every_fault_of_every_alarm_is_told_at_once() {
    let mut cloudwatch = cloudwatch();
    let wrong = MetricAlarm { datapoints_to_alarm: Some(2), ..with_period(metric_alarm("a"), 61) };
    let error = refused(
        &mut cloudwatch,
        vec![
            Alarm::Metric(wrong),
            composite("c", "ALARM(b) OR"),
            Alarm::Metric(metric_alarm("m")),
            composite("m", "TRUE"),
        ],
    );
    for part in ["`a`: DatapointsToAlarm", "`a`: Period is 61", "`c`: alarm rule, byte 11", "`m`: two alarms"] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[test]
fn unknown_alarms_are_refused() {
    let mut cloudwatch = cloudwatch();
    assert!(refused(&mut cloudwatch, vec![composite("c", "ALARM(x)")]).contains("AlarmRule: there is no alarm `x`"));
    let elsewhere = "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:a";
    put_metric(&mut cloudwatch, metric_alarm("a"));
    let error = refused(&mut cloudwatch, vec![composite("c", &format!("ALARM({elsewhere})"))]);
    assert!(error.contains("no alarm of this account and region"), "{error}");
    let suppressor = |alarm: &str| Some(Suppressor { alarm: alarm.to_owned(), wait: 1, extension: 1 });
    let alarm = CompositeAlarm { suppressor: suppressor("x"), ..composite_alarm("c", "ALARM(a)") };
    assert!(refused(&mut cloudwatch, vec![Alarm::Composite(alarm)]).contains("ActionsSuppressor: there is no"));
    let alarm = CompositeAlarm { suppressor: suppressor("c"), ..composite_alarm("c", "ALARM(a)") };
    assert!(refused(&mut cloudwatch, vec![Alarm::Composite(alarm)]).contains("the alarm itself"));
}

#[test]
fn cycles_are_refused_even_when_an_update_makes_them() {
    let mut cloudwatch = cloudwatch();
    let error = refused(&mut cloudwatch, vec![composite("c", "ALARM(d)"), composite("d", "OK(c)")]);
    assert!(error.contains("c → d → c"), "{error}");
    put_composite(&mut cloudwatch, composite_alarm("d", "TRUE"));
    put_composite(&mut cloudwatch, composite_alarm("c", "ALARM(d)"));
    assert!(refused(&mut cloudwatch, vec![composite("d", "OK(c)")]).contains("comes back to itself"));
}

#[test]
fn children_and_parents_have_their_limits() {
    let mut cloudwatch = cloudwatch();
    let names: Vec<_> = (0..101).map(|number| format!("m{number}")).collect();
    cloudwatch.put_alarms(names.iter().map(|name| Alarm::Metric(metric_alarm(name))).collect()).expect("they are fine");
    let rule = |count: usize| format!("AT_LEAST(1, ALARM, ({}))", names[..count].join(","));
    assert!(refused(&mut cloudwatch, vec![composite("c", &rule(101))]).contains("names 101 alarms, more than 100"));
    let parents = |count| (0..count).map(|number| composite(&format!("c{number}"), "ALARM(m0)")).collect();
    assert!(refused(&mut cloudwatch, parents(151)).contains("151 composite alarms name it"));
    cloudwatch.put_alarms(parents(150)).expect("150 are allowed");
    put_composite(&mut cloudwatch, composite_alarm("many", &rule(100).replace("m0,", "")));
}

#[test]
fn an_alarm_that_others_name_stays() {
    let mut cloudwatch = cloudwatch();
    put_metric(&mut cloudwatch, metric_alarm("a"));
    put_composite(&mut cloudwatch, composite_alarm("c", "ALARM(a)"));
    assert!(cloudwatch.remove_alarm("a").expect_err("it is used").to_string().contains("`c` names it"));
    cloudwatch.remove_alarm("c").expect("nobody names it");
    cloudwatch.remove_alarm("a").expect("nobody names it any more");
    assert!(cloudwatch.remove_alarm("a").is_err());
    assert_eq!(advance(&mut cloudwatch, 600), [""; 0]);
}

#[test]
fn an_alarm_does_not_become_one_of_the_other_kind() {
    let mut cloudwatch = cloudwatch();
    put_metric(&mut cloudwatch, metric_alarm("a"));
    assert!(refused(&mut cloudwatch, vec![composite("a", "TRUE")]).contains("of the other kind"));
}
