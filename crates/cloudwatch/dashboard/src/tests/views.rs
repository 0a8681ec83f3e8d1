//! Widgets of alarms, and texts.

use super::*;
use atalaya_cloudwatch::{
    MetricStat, Statistic,
    alarm::{Actions, Alarm, AlarmSource, Comparison, CompositeAlarm, LowSamples, MetricAlarm, State},
};

/// An alarm that is in this state since so many seconds before now.
pub(super) fn alarm(name: &str, state: State, ago: i64) -> AlarmFacts {
    AlarmFacts {
        name: name.to_owned(),
        arn: Account::default().alarm_arn(name),
        state,
        since: NOW - ago,
        reason: format!("{name} is {}", state.as_str()),
        description: Some(format!("{name} is wrong.\nSeverity: page\nRunbook: https://example.com/{name}.md")),
        queries: Vec::new(),
        threshold: None,
        comparison: None,
        datapoints: None,
    }
}

fn arns(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| Account::default().alarm_arn(name)).collect()
}

fn cards(properties: Value, alarms: Vec<AlarmFacts>) -> (Vec<AlarmCard>, Vec<String>) {
    let mut properties = properties;
    properties["alarms"] = json!(arns(&["b", "a", "d", "c"]));
    let panel = only(&cloudwatch(), &of_widget("alarm", properties), &View { alarms, ..view(60) });
    match panel.content {
        Content::Alarms(cards) => (cards, panel.remarks),
        other => panic!("{other:?}"),
    }
}

fn four() -> Vec<AlarmFacts> {
    vec![
        alarm("a", State::Ok, 10),
        alarm("b", State::Alarm, 500),
        alarm("c", State::InsufficientData, 100),
        alarm("d", State::Alarm, 50),
    ]
}

#[test]
fn alarms_are_sorted_as_asked() {
    let order = |sort: Value| {
        let (cards, remarks) = cards(sort, four());
        assert_eq!(remarks, Vec::<String>::new());
        cards.into_iter().map(|card| card.name).collect::<Vec<_>>().concat()
    };
    assert_eq!(order(json!({})), "abcd");
    assert_eq!(order(json!({"sortBy": "default"})), "abcd");
    assert_eq!(order(json!({"sortBy": "stateUpdatedTimestamp"})), "dbca");
    assert_eq!(order(json!({"sortBy": "timestamp"})), "adcb");
}

#[test]
fn alarms_are_shown_by_state() {
    let (shown, remarks) = cards(json!({"states": ["ALARM"]}), four());
    assert_eq!(shown.into_iter().map(|card| card.name).collect::<Vec<_>>(), ["b", "d"]);
    assert_eq!(remarks, Vec::<String>::new());
    let quiet = four().into_iter().map(|facts| AlarmFacts { state: State::Ok, ..facts }).collect();
    let (shown, remarks) = cards(json!({"states": ["ALARM", "INSUFFICIENT_DATA"]}), quiet);
    assert_eq!(
        (shown, remarks),
        (Vec::new(), vec!["none of its 4 alarms is in ALARM or INSUFFICIENT_DATA".to_owned()])
    );
    let (shown, _) = cards(json!({"states": []}), four());
    assert_eq!(shown.len(), 4);
}

#[test]
fn an_alarm_tells_what_is_wrong_and_where_its_runbook_is() {
    let (cards, _) = cards(json!({}), four());
    assert_eq!(
        cards[1],
        AlarmCard {
            name: "b".to_owned(),
            state: Some(State::Alarm),
            since: Some(NOW - 500),
            reason: "b is ALARM".to_owned(),
            summary: "b is wrong.".to_owned(),
            runbook: Some("https://example.com/b.md".to_owned()),
        }
    );
}

fn with_alarms() -> CloudWatch {
    let mut cloudwatch = cloudwatch();
    fill(&mut cloudwatch, "rows", "a", 60, |minute| minute as f64);
    let metric = MetricAlarm {
        name: "Slow".to_owned(),
        description: None,
        actions: Actions::default(),
        source: AlarmSource::Metric(MetricStat {
            metric: MetricId::new("Acme", "rows", [("Feed", "a")]),
            period: 300,
            stat: Statistic::Maximum,
            unit: None,
        }),
        evaluation_periods: 3,
        datapoints_to_alarm: Some(2),
        threshold: 1500.0,
        comparison: Comparison::LessThanOrEqualToThreshold,
        treat_missing_data: None,
        low_samples: LowSamples::Evaluate,
    };
    let composite = CompositeAlarm {
        name: "Down".to_owned(),
        description: None,
        actions: Actions::default(),
        rule: "ALARM(Slow)".to_owned(),
        suppressor: None,
    };
    cloudwatch.put_alarms(vec![Alarm::Metric(metric), Alarm::Composite(composite)]).expect("valid");
    cloudwatch
}

fn annotated(cloudwatch: &CloudWatch, name: &str, period: PeriodChoice) -> Panel {
    let alarms = cloudwatch.alarms().map(AlarmFacts::from).collect();
    let body = of_metrics(json!({"annotations": {"alarms": arns(&[name])}, "liveData": true}));
    only(cloudwatch, &body, &View { alarms, period, ..view(60) })
}

#[test]
fn a_graph_of_an_alarm_has_its_metric_and_threshold() {
    let cloudwatch = with_alarms();
    let panel = annotated(&cloudwatch, "Slow", PeriodChoice::Auto);
    assert_eq!((panel.title.as_str(), &panel.remarks), ("Slow", &Vec::new()));
    let Content::Graph(graph) = panel.content else { panic!("a graph") };
    // Its own period: another would make the threshold say something else.
    assert_eq!(
        (graph.series[0].label.as_str(), graph.series[0].period, graph.series[0].points.len()),
        ("rows", 300, 12)
    );
    let [line] = &graph.horizontal[..] else { panic!("a threshold") };
    assert_eq!((line.value, line.fill, line.label.as_deref()), (1500.0, Fill::Short, Some("alarm ≤ 1,500, 2 of 3")));
    let Content::Graph(graph) = annotated(&cloudwatch, "Slow", PeriodChoice::Fixed(60)).content else {
        panic!("a graph")
    };
    assert_eq!(graph.series[0].period, 300);
    let mut alarms: Vec<AlarmFacts> = cloudwatch.alarms().map(AlarmFacts::from).collect();
    alarms.retain(|facts| facts.name == "Slow");
    let body = of_metrics(json!({"annotations": {"alarms": arns(&["Slow"])}}));
    let empty = only(&super::cloudwatch(), &body, &View { alarms, ..view(60) });
    assert_eq!(empty.remarks, ["no data in the last hour: Acme rows {Feed=a}"]);
}

#[test]
fn a_composite_alarm_has_nothing_to_draw() {
    let panel = annotated(&with_alarms(), "Down", PeriodChoice::Auto);
    assert_eq!(
        panel.remarks,
        ["Down is a composite alarm, which has no metric to draw; its state is INSUFFICIENT_DATA"]
    );
}

#[test]
fn text_is_shown_as_it_is() {
    let body = of_widget("text", json!({"markdown": "# A\n${not} replaced", "background": "transparent"}));
    let panel = only(&cloudwatch(), &body, &view(60));
    assert_eq!((panel.title.as_str(), &panel.remarks), ("", &Vec::new()));
    let expected = Text { markdown: "# A\n${not} replaced".to_owned(), is_transparent: true };
    assert_eq!(panel.content, Content::Text(expected));
}
