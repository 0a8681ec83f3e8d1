use super::*;
use crate::{MetricDataQuery, MetricDatum, QuerySource, Resolution, Values, alarm::HistoryItemType};

fn query(id: &str, source: QuerySource) -> MetricDataQuery {
    let return_data = matches!(source, QuerySource::Expression { .. });
    MetricDataQuery { id: id.to_owned(), source, label: None, return_data }
}

/// An alarm on the share of `bad` in `total` above 0.1, over one minute.
fn math_alarm(expression: &str) -> MetricAlarm {
    let metric = |name: &str| match metric_alarm(name).source {
        AlarmSource::Metric(stat) => QuerySource::Metric(stat),
        AlarmSource::Math(_) => unreachable!("an alarm on a metric"),
    };
    let expression = QuerySource::Expression { expression: expression.to_owned(), period: None };
    let queries = vec![query("bad", metric("bad")), query("share", expression), query("total", metric("total"))];
    MetricAlarm {
        source: AlarmSource::Math(queries),
        threshold: 0.1,
        actions: Actions::default(),
        ..metric_alarm("share")
    }
}

#[test]
fn an_alarm_on_metric_math_judges_the_result() {
    let mut cloudwatch = cloudwatch();
    put_metric(&mut cloudwatch, math_alarm("bad / total"));
    // No `bad` counts as 0; no `total`, or a `total` of 0, gives no point, and then older points decide until they
    // have left the range.
    for (minute, total, bad) in
        [(0, Some(10.0), None), (1, Some(10.0), Some(2.0)), (2, None, Some(5.0)), (3, Some(0.0), Some(5.0))]
    {
        total.into_iter().for_each(|total| sample(&mut cloudwatch, "total", 60 * minute, total));
        bad.into_iter().for_each(|bad| sample(&mut cloudwatch, "bad", 60 * minute, bad));
    }
    assert_eq!(
        advance(&mut cloudwatch, 600),
        ["60 share INSUFFICIENT_DATA>OK", "120 share OK>ALARM", "300 share ALARM>INSUFFICIENT_DATA"]
    );
    let newest = cloudwatch.alarm("share").expect("the alarm");
    assert!(newest.reason_data.as_deref().is_some_and(|data| !data.contains("statistic")));
}

#[test]
fn what_an_alarm_cannot_watch_is_refused() {
    for (expression, what) in [
        ("bad +", "share"),
        ("SEARCH('{Acme} m', 'Sum', 60)", "SEARCH"),
        ("ANOMALY_DETECTION_BAND(bad)", "ANOMALY_DETECTION_BAND"),
        ("[bad, total]", "one series"),
    ] {
        let error = cloudwatch().put_alarm(Alarm::Metric(math_alarm(expression))).expect_err(expression).to_string();
        assert!(error.contains("alarm `share`: Metrics: ") && error.contains(what), "{error}");
    }
}

#[test]
fn an_alarm_begins_unchecked_and_changes_before_it_acts() {
    let mut cloudwatch = cloudwatch();
    put_metric(&mut cloudwatch, metric_alarm("a"));
    let status = cloudwatch.alarm("a").expect("the alarm");
    assert_eq!((status.state, status.reason.as_str()), (State::InsufficientData, "Unchecked: Initial alarm creation"));
    assert_eq!(status.arn, "arn:aws:cloudwatch:us-east-1:000000000000:alarm:a");
    sample(&mut cloudwatch, "a", 0, 0.0);
    sample(&mut cloudwatch, "a", 60, 2.0);
    sample(&mut cloudwatch, "a", 60, 3.0);
    assert_eq!(
        advance(&mut cloudwatch, 180),
        ["60 a INSUFFICIENT_DATA>OK", "60 a !OK", "120 a OK>ALARM", "120 a !ALARM"]
    );
    let status = cloudwatch.alarm("a").expect("the alarm");
    assert_eq!(
        status.reason,
        "Threshold Crossed: 1 datapoint [5.0 (05/01/26 00:01:00)] was greater than the threshold (0.0)."
    );
    assert!(status.reason_data.as_deref().is_some_and(|data| data.contains(r#""sampleCount":2.0,"value":5.0"#)));
    assert_eq!(status.transitioned_at, START + 120);
    let history: Vec<_> = cloudwatch.history("a").iter().map(|item| (item.item_type, item.summary.as_str())).collect();
    let acted = "Successfully executed action arn:aws:sns:us-east-1:000000000000:alarms";
    assert_eq!(
        history,
        [
            (HistoryItemType::ConfigurationUpdate, "Alarm \"a\" created"),
            (HistoryItemType::StateUpdate, "Alarm updated from INSUFFICIENT_DATA to OK"),
            (HistoryItemType::Action, acted),
            (HistoryItemType::StateUpdate, "Alarm updated from OK to ALARM"),
            (HistoryItemType::Action, acted),
        ]
    );
}

#[test]
fn a_change_tells_the_state_before_and_time_does_not_go_back() {
    let mut cloudwatch = cloudwatch();
    put_metric(&mut cloudwatch, MetricAlarm { actions: Actions::default(), ..metric_alarm("a") });
    sample(&mut cloudwatch, "a", 0, 0.0);
    sample(&mut cloudwatch, "a", 60, 1.0);
    let told = cloudwatch.advance_to(START + 120);
    let [Occurrence::StateChanged(first), Occurrence::StateChanged(second)] = &told[..] else { panic!("{told:?}") };
    assert_eq!((first.previous.at, first.previous.reason.as_str()), (START, "Unchecked: Initial alarm creation"));
    assert_eq!((second.previous.at, second.previous.reason.as_str()), (START + 60, first.reason.as_str()));
    assert_eq!(second.previous.reason_data, first.reason_data);
    assert_eq!((first.number, second.number), (1, 2));
    assert_eq!(advance(&mut cloudwatch, 30), [""; 0]);
    assert_eq!(cloudwatch.now(), START + 120);
}

#[test]
fn a_breach_holds_while_it_is_in_the_range_and_then_gaps_count() {
    let mut cloudwatch = cloudwatch();
    let missing = [None, Some(MissingData::NotBreaching), Some(MissingData::Ignore)];
    for (name, treat_missing_data) in ["m", "n", "i"].into_iter().zip(missing) {
        put_metric(
            &mut cloudwatch,
            MetricAlarm { treat_missing_data, actions: Actions::default(), ..metric_alarm(name) },
        );
        sample(&mut cloudwatch, name, 0, 1.0);
    }
    // N = 1 looks at three periods: the breach of the first minute is seen at 1, 2 and 3 minutes.
    assert_eq!(
        advance(&mut cloudwatch, 1200),
        [
            "60 i INSUFFICIENT_DATA>ALARM",
            "60 m INSUFFICIENT_DATA>ALARM",
            "60 n INSUFFICIENT_DATA>ALARM",
            "240 m ALARM>INSUFFICIENT_DATA",
            "240 n ALARM>OK"
        ]
    );
    assert_eq!(cloudwatch.alarm("m").expect("m").reason, "Insufficient Data: 1 datapoint was unknown.");
}

#[test]
fn the_window_moves_by_a_minute() {
    let mut cloudwatch = cloudwatch();
    let alarm = MetricAlarm { threshold: 2.0, ..with_period(metric_alarm("a"), 300) };
    put_metric(&mut cloudwatch, MetricAlarm { actions: Actions::default(), ..alarm });
    for (minute, value) in [1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0].into_iter().enumerate() {
        sample(&mut cloudwatch, "a", 60 * minute as i64, value);
    }
    // No five minutes in a row have three; 0:00 is gone when 0:05 comes.
    assert_eq!(advance(&mut cloudwatch, 600), ["60 a INSUFFICIENT_DATA>OK"]);
    sample(&mut cloudwatch, "a", 9 * 60, 2.0);
    sample(&mut cloudwatch, "a", 10 * 60, 1.0);
    // From 10:00 to 15:00 they lie in one period: seen at 11:00 for the first time, which ends 06:00 to 11:00.
    assert_eq!(advance(&mut cloudwatch, 660), ["660 a OK>ALARM"]);
}

#[test]
fn several_days_are_evaluated_by_the_hour() {
    let mut cloudwatch = cloudwatch();
    let alarm = MetricAlarm {
        evaluation_periods: 3,
        datapoints_to_alarm: Some(1),
        actions: Actions::default(),
        ..with_period(metric_alarm("a"), 86_400)
    };
    put_metric(&mut cloudwatch, alarm);
    sample(&mut cloudwatch, "a", -60, 0.0);
    assert_eq!(advance(&mut cloudwatch, 36_000), ["60 a INSUFFICIENT_DATA>OK"], "new alarms are evaluated at once");
    sample(&mut cloudwatch, "a", 36_120, 1.0);
    assert_eq!(advance(&mut cloudwatch, 2 * 36_000), ["39600 a OK>ALARM"]);
}

#[test]
fn high_resolution_is_evaluated_every_ten_seconds() {
    let mut cloudwatch = cloudwatch();
    put_metric(&mut cloudwatch, MetricAlarm { actions: Actions::default(), ..with_period(metric_alarm("a"), 10) });
    let datum = MetricDatum {
        metric: MetricId::total("Acme", "a"),
        at: START + 23,
        unit: Unit::None,
        resolution: Resolution::High,
        values: Values::Samples(vec![(1.0, 1.0)]),
    };
    cloudwatch.store_mut().put(&datum, START + 23).expect("the datum is valid");
    assert_eq!(advance(&mut cloudwatch, 60), ["30 a INSUFFICIENT_DATA>ALARM", "60 a ALARM>INSUFFICIENT_DATA"]);
}

#[test]
fn too_few_samples_leave_the_state() {
    for (low_samples, expected) in [(LowSamples::Ignore, "240 a"), (LowSamples::Evaluate, "120 a")] {
        let mut cloudwatch = cloudwatch();
        let mut alarm = MetricAlarm { low_samples, threshold: 5.0, actions: Actions::default(), ..metric_alarm("a") };
        if let AlarmSource::Metric(stat) = &mut alarm.source {
            stat.stat = "p90".parse().expect("a statistic");
        }
        put_metric(&mut cloudwatch, alarm);
        // p90 needs 10 / (1 - 0.9) = 100 samples; the minutes have 100, 99, 99 and 100.
        for (minute, (count, value)) in [(100, 1.0), (99, 9.0), (99, 9.0), (100, 9.0)].into_iter().enumerate() {
            (0..count).for_each(|_| sample(&mut cloudwatch, "a", 60 * minute as i64, value));
        }
        let told = advance(&mut cloudwatch, 240);
        assert_eq!(told, ["60 a INSUFFICIENT_DATA>OK".to_owned(), format!("{expected} OK>ALARM")]);
    }
}

#[test]
fn dynamodb_ignores_gaps_unless_told_otherwise() {
    let mut alarm = metric_alarm("a");
    assert_eq!(alarm.missing_data(), MissingData::Missing);
    if let AlarmSource::Metric(stat) = &mut alarm.source {
        stat.metric.namespace = "AWS/DynamoDB".to_owned();
    }
    assert_eq!(alarm.missing_data(), MissingData::Ignore);
    alarm.treat_missing_data = Some(MissingData::Missing);
    assert_eq!(alarm.missing_data(), MissingData::Missing);
}

#[test]
fn a_state_that_was_set_lasts_until_the_next_evaluation() {
    let mut cloudwatch = cloudwatch();
    put_metric(&mut cloudwatch, metric_alarm("a"));
    (0..5).for_each(|minute| sample(&mut cloudwatch, "a", 60 * minute, 0.0));
    advance(&mut cloudwatch, 70);
    cloudwatch.set_alarm_state("a", State::Alarm, "a drill", Some("{}")).expect("the alarm exists");
    assert_eq!(cloudwatch.alarm("a").map(|status| status.reason.as_str()), Some("a drill"));
    assert_eq!(advance(&mut cloudwatch, 180), ["70 a OK>ALARM", "70 a !ALARM", "120 a ALARM>OK", "120 a !OK"]);
    cloudwatch.set_alarm_state("a", State::Ok, "again", None).expect("the alarm exists");
    assert_eq!(advance(&mut cloudwatch, 180), [""; 0], "the same state is no change");
    assert!(cloudwatch.set_alarm_state("b", State::Ok, "", None).is_err());
    assert!(cloudwatch.set_alarm_state("a", State::Ok, &"x".repeat(1024), None).is_err());
    assert!(cloudwatch.set_alarm_state("a", State::Ok, "", Some("{")).is_err());
}

#[test]
fn disabled_actions_do_not_run_and_do_not_catch_up() {
    let mut cloudwatch = cloudwatch();
    put_metric(&mut cloudwatch, metric_alarm("a"));
    cloudwatch.disable_actions("a").expect("the alarm exists");
    sample(&mut cloudwatch, "a", 0, 1.0);
    assert_eq!(advance(&mut cloudwatch, 60), ["60 a INSUFFICIENT_DATA>ALARM"]);
    cloudwatch.enable_actions("a").expect("the alarm exists");
    sample(&mut cloudwatch, "a", 60, 1.0);
    sample(&mut cloudwatch, "a", 120, 0.0);
    assert_eq!(advance(&mut cloudwatch, 180), ["180 a ALARM>OK", "180 a !OK"]);
}

#[test]
fn auto_scaling_is_told_every_minute() {
    let mut cloudwatch = cloudwatch();
    let mut alarm = metric_alarm("a");
    alarm.actions.alarm.push("arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:p".to_owned());
    put_metric(&mut cloudwatch, alarm);
    sample(&mut cloudwatch, "a", 0, 1.0);
    assert_eq!(
        advance(&mut cloudwatch, 180),
        ["60 a INSUFFICIENT_DATA>ALARM", "60 a !ALARM", "60 a !ALARM", "120 a !ALARM", "180 a !ALARM"]
    );
}

#[test]
fn the_history_goes_back_two_weeks() {
    let mut cloudwatch = cloudwatch();
    let alarm = MetricAlarm { treat_missing_data: Some(MissingData::NotBreaching), ..metric_alarm("a") };
    put_metric(&mut cloudwatch, alarm);
    advance(&mut cloudwatch, 60);
    assert_eq!(cloudwatch.history("a").len(), 3);
    sample(&mut cloudwatch, "a", 15 * 86_400, 1.0);
    advance(&mut cloudwatch, 15 * 86_400 + 60);
    assert_eq!(cloudwatch.history("a").len(), 2);
}
