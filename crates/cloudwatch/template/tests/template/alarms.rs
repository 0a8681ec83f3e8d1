//! Every property of alarms and dashboards.

use atalaya_cloudwatch::{
    MetricDataQuery, MetricId, MetricStat, QuerySource, Statistic, Unit,
    alarm::{
        Actions, Alarm, AlarmSource, Comparison, CompositeAlarm, LowSamples, MetricAlarm, MissingData, Suppressor,
    },
};

use super::{resolve, resolved, web};

#[test]
fn every_property_of_a_metric_alarm_is_read() {
    let text = r#"
Resources:
  Slow:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: slow
      AlarmDescription: too slow
      ActionsEnabled: "false"
      OKActions: [arn:aws:sns:us-east-1:1:ok]
      AlarmActions: [arn:aws:sns:us-east-1:1:alarm, arn:aws:sns:us-east-1:1:second]
      InsufficientDataActions: [arn:aws:sns:us-east-1:1:missing]
      Namespace: Shop
      MetricName: Latency
      Dimensions: [{ Name: Stage, Value: prod }, { Name: Route, Value: /pay }]
      ExtendedStatistic: p99
      Unit: Milliseconds
      Period: "300"
      EvaluationPeriods: "5"
      DatapointsToAlarm: 3
      Threshold: "2.5e3"
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      EvaluateLowSampleCountPercentile: ignore
      EvaluationWindow: { SlidingWindow: {} }
      Tags: [{ Key: team, Value: shop }]
"#;
    let found = resolved(text, &web());
    let expected = MetricAlarm {
        name: "slow".to_owned(),
        description: Some("too slow".to_owned()),
        actions: Actions {
            enabled: false,
            ok: vec!["arn:aws:sns:us-east-1:1:ok".to_owned()],
            alarm: vec!["arn:aws:sns:us-east-1:1:alarm".to_owned(), "arn:aws:sns:us-east-1:1:second".to_owned()],
            insufficient_data: vec!["arn:aws:sns:us-east-1:1:missing".to_owned()],
        },
        source: AlarmSource::Metric(MetricStat {
            metric: MetricId::new("Shop", "Latency", [("Stage", "prod"), ("Route", "/pay")]),
            period: 300,
            stat: Statistic::Percentile(99.0),
            unit: Some(Unit::Milliseconds),
        }),
        evaluation_periods: 5,
        datapoints_to_alarm: Some(3),
        threshold: 2500.0,
        comparison: Comparison::GreaterThanOrEqualToThreshold,
        treat_missing_data: Some(MissingData::NotBreaching),
        low_samples: LowSamples::Ignore,
    };
    assert_eq!(found.alarms()[0].alarm, Alarm::Metric(expected));
    assert_eq!(found.alarms()[0].tags, [("team".to_owned(), "shop".to_owned())]);
    assert_eq!((found.alarms()[0].logical_id.as_str(), found.alarms()[0].line), ("Slow", 3));
}

/// A right alarm on one metric, with these lines besides or instead.
fn alarm(changes: &[(&str, &str)]) -> String {
    let mut properties = vec![
        ("Namespace", "Shop"),
        ("MetricName", "Errors"),
        ("Statistic", "Sum"),
        ("Period", "60"),
        ("EvaluationPeriods", "1"),
        ("Threshold", "0"),
        ("ComparisonOperator", "GreaterThanThreshold"),
    ];
    for (key, value) in changes {
        properties.retain(|(other, _)| other != key);
        if !value.is_empty() {
            properties.push((key, value));
        }
    }
    let lines: Vec<_> = properties.iter().map(|(key, value)| format!("      {key}: {value}\n")).collect();
    format!("Resources:\n  A:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n{}", lines.concat())
}

#[test]
fn what_is_left_out_has_its_default() {
    let found = resolved(&alarm(&[("AlarmDescription", "!Ref AWS::NoValue")]), &web());
    let Alarm::Metric(found) = &found.alarms()[0].alarm else { panic!("on a metric") };
    assert_eq!(found.name, "web-A");
    assert_eq!(found.actions, Actions { enabled: true, ..Actions::default() });
    assert_eq!((found.description.as_deref(), found.datapoints_to_alarm), (None, None));
    assert_eq!((found.treat_missing_data, found.low_samples), (None, LowSamples::Evaluate));
}

#[test]
fn what_is_wrong_with_an_alarm_is_told() {
    for (changes, words) in [
        (&[("Threshold", "many")][..], "Threshold: must be a number, is \"many\""),
        (&[("Threshold", "")], "alarm A has no Threshold"),
        (&[("Threshold", ".inf")], "must be a number"),
        (&[("Period", "1.5")], "must be a whole number"),
        (&[("Period", "-60")], "must be a whole number"),
        (&[("EvaluationPeriods", "")], "alarm A has no EvaluationPeriods"),
        (&[("ComparisonOperator", "Above")], "must be one of GreaterThanOrEqualToThreshold"),
        (&[("ComparisonOperator", "GreaterThanUpperThreshold")], "is not supported: anomaly detection"),
        (&[("TreatMissingData", "Missing")], "must be one of missing, ignore, breaching, notBreaching"),
        (&[("Statistic", "Mean")], "is no statistic"),
        (&[("Statistic", "p99")], "p99 is no simple statistic; write it as ExtendedStatistic"),
        (&[("ExtendedStatistic", "p99")], "has both Statistic and ExtendedStatistic"),
        (&[("Statistic", "")], "has neither Statistic nor ExtendedStatistic"),
        (&[("Statistic", ""), ("ExtendedStatistic", "Sum")], "Sum is a simple statistic; write it as Statistic"),
        (&[("Unit", "Widgets")], "is no unit of CloudWatch"),
        (&[("ActionsEnabled", "yes")], "must be true or false"),
        (&[("AlarmActions", "arn:x")], "must be a list"),
        (&[("AlarmActions", "[[a]]")], "AlarmActions/0: must be text"),
        (&[("Dimensions", "[{ Name: a }]")], "alarm A has no Value"),
        (&[("Dimensions", "[{ Name: a, Value: b, Unit: c }]")], "alarm A has no property Unit"),
        (&[("Dimensions", "[{ Name: a, Value: b }, { Name: a, Value: c }]")], "a dimension stands twice"),
        (&[("Dimensions", "{ a: b }")], "must be a list"),
        (&[("Treshold", "5")], "Treshold: alarm A has no property Treshold"),
        (&[("ThresholdMetricId", "ad1")], "ThresholdMetricId is not supported: anomaly detection"),
        (&[("EvaluationCriteria", "{}")], "EvaluationCriteria is not supported: PromQL"),
        (&[("EvaluationInterval", "60")], "EvaluationInterval is not supported"),
        (&[("WarmUpConfiguration", "{}")], "WarmUpConfiguration is not supported"),
        (&[("ActionConfiguration", "{}")], "ActionConfiguration is not supported"),
        (&[("EvaluationWindow", "{ WallClockWindow: {} }")], "WallClockWindow is not supported"),
        (&[("Metrics", "[{ Id: a, Expression: '1' }]")], "Namespace, Period, Statistic cannot stand beside Metrics"),
        (&[("Period", "45")], "Resources/A: alarm A: Period is 45 s"),
        (&[("DatapointsToAlarm", "2")], "Resources/A: alarm A: DatapointsToAlarm is 2"),
        (&[("AlarmActions", "[somebody]")], "alarm A: AlarmActions: `somebody` is no ARN"),
        (&[("MetricName", "'{{resolve:ssm:/name}}'")], "is looked up when the stack is deployed"),
        (&[("AlarmDescription", "!Ref Nothing")], "no parameter or resource `Nothing`"),
    ] {
        let told = resolve(&alarm(changes), &web()).expect_err(words).to_string();
        assert!(told.contains(words), "{changes:?}: {told}");
        assert!(told.contains("Resources/A"), "{changes:?}: {told}");
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let text = alarm(&[
        ("Threshold", "many"),
        ("Treshold", "5"),
        ("Period", "x"),
        ("AlarmName", "!Ref Nothing"),
        ("Unit", "Cont"),
    ]);
    let faults = resolve(&text, &web()).expect_err("five");
    let lines: Vec<_> =
        faults.iter().map(|fault| (fault.line, fault.path.rsplit('/').next().unwrap_or_default().to_owned())).collect();
    let expected = [(10, "Threshold"), (11, "Treshold"), (12, "Period"), (13, "Ref"), (14, "Unit")];
    assert_eq!(lines, expected.map(|(line, key)| (line, key.to_owned())), "{faults}");
}

#[test]
fn metric_math_is_read() {
    let text = r#"
Resources:
  Rate:
    Type: AWS::CloudWatch::Alarm
    Properties:
      EvaluationPeriods: 1
      Threshold: 5
      ComparisonOperator: GreaterThanThreshold
      Metrics:
        - { Id: rate, Label: percent, Expression: 100 * bad / all, Period: 60 }
        - Id: bad
          ReturnData: false
          MetricStat:
            Metric: { Namespace: Shop, MetricName: Errors, Dimensions: [{ Name: Stage, Value: prod }] }
            Period: 60
            Stat: Sum
            Unit: Count
        - Id: all
          ReturnData: "false"
          MetricStat: { Metric: { Namespace: Shop, MetricName: Requests }, Period: "60", Stat: tm99 }
"#;
    let found = resolved(text, &web());
    let Alarm::Metric(MetricAlarm { source: AlarmSource::Math(queries), .. }) = &found.alarms()[0].alarm else {
        panic!("metric math")
    };
    let stat = |metric, stat: &str, unit| {
        QuerySource::Metric(MetricStat { metric, period: 60, stat: stat.parse().expect("a statistic"), unit })
    };
    let expected = [
        MetricDataQuery {
            id: "rate".to_owned(),
            source: QuerySource::Expression { expression: "100 * bad / all".to_owned(), period: Some(60) },
            label: Some("percent".to_owned()),
            return_data: true,
        },
        MetricDataQuery {
            id: "bad".to_owned(),
            source: stat(MetricId::new("Shop", "Errors", [("Stage", "prod")]), "Sum", Some(Unit::Count)),
            label: None,
            return_data: false,
        },
        MetricDataQuery {
            id: "all".to_owned(),
            source: stat(MetricId::total("Shop", "Requests"), "tm99", None),
            label: None,
            return_data: false,
        },
    ];
    assert_eq!(queries, &expected);
}

#[test]
fn what_is_wrong_with_metric_math_is_told_at_its_entry() {
    let stat = "{ Metric: { Namespace: S, MetricName: m }, Period: 60, Stat: Sum }";
    for (entries, words) in [
        (
            format!("[{{ Id: a, Expression: 'b + 1' }}, {{ Id: c, ReturnData: false, MetricStat: {stat} }}]"),
            "Metrics/0/Expression: alarm A: query `a`, byte 0",
        ),
        (
            format!("[{{ Id: a, MetricStat: {stat} }}, {{ Id: b, MetricStat: {stat} }}]"),
            "Metrics/1: alarm A: query `b`",
        ),
        (
            "[{ Id: a, Expression: 'SELECT SUM(m) FROM S', Period: 60 }]".to_owned(),
            "Metrics/0/Expression: alarm A: query `a`: a Metrics Insights query (SELECT …) is unsupported offline",
        ),
        (
            format!(
                "[{{ Id: a, Expression: 'ANOMALY_DETECTION_BAND(m)' }}, {{ Id: m, ReturnData: false, MetricStat: {stat} }}]"
            ),
            "ANOMALY_DETECTION_BAND",
        ),
        (format!("[{{ Id: a, Expression: m, MetricStat: {stat} }}]"), "Metrics/0: has both Expression and MetricStat"),
        ("[{ Id: a }]".to_owned(), "Metrics/0: has neither Expression nor MetricStat"),
        (
            format!("[{{ Id: a, AccountId: '1', MetricStat: {stat} }}]"),
            "Metrics/0/AccountId: alarm A: AccountId is not supported",
        ),
        (format!("[{{ Id: a, Period: 60, MetricStat: {stat} }}]"), "Period cannot stand beside MetricStat"),
        (format!("[{{ Id: a, Colour: red, MetricStat: {stat} }}]"), "alarm A has no property Colour"),
        (
            "[{ Id: a, MetricStat: { Metric: { Namespace: S }, Period: 60, Stat: Sum } }]".to_owned(),
            "MetricStat/Metric: alarm A has no MetricName",
        ),
        ("[]".to_owned(), "alarm A"),
    ] {
        let text =
            alarm(&[("Namespace", ""), ("MetricName", ""), ("Statistic", ""), ("Period", ""), ("Metrics", &entries)]);
        let told = resolve(&text, &web()).expect_err(&entries).to_string();
        assert!(told.contains(words) && told.contains("line 8"), "{entries}: {told}");
    }
}

#[test]
fn composite_alarms_are_read() {
    let text = r#"
Resources:
  Child: { Type: AWS::CloudWatch::CompositeAlarm, Properties: { AlarmRule: "TRUE" } }
  Down:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties:
      AlarmName: down
      AlarmDescription: it is down
      ActionsEnabled: true
      AlarmActions: [arn:aws:sns:us-east-1:1:page]
      AlarmRule: !Sub 'ALARM("${Child}") AND NOT OK(${Child.Arn})'
      ActionsSuppressor: !Ref Child
      ActionsSuppressorWaitPeriod: 60
      ActionsSuppressorExtensionPeriod: "120"
      Tags: [{ Key: a, Value: b }]
"#;
    let expected = CompositeAlarm {
        name: "down".to_owned(),
        description: Some("it is down".to_owned()),
        actions: Actions {
            enabled: true,
            alarm: vec!["arn:aws:sns:us-east-1:1:page".to_owned()],
            ..Actions::default()
        },
        rule: r#"ALARM("web-Child") AND NOT OK(arn:aws:cloudwatch:us-east-1:123456789012:alarm:web-Child)"#.to_owned(),
        suppressor: Some(Suppressor { alarm: "web-Child".to_owned(), wait: 60, extension: 120 }),
    };
    assert_eq!(resolved(text, &web()).alarms()[1].alarm, Alarm::Composite(expected));

    for (change, words) in [
        (("      ActionsSuppressorWaitPeriod: 60\n", ""), "go together"),
        (("NOT OK(", "NOT OKAY("), "AlarmRule: composite alarm Down: "),
        (("AlarmRule: !Sub", "Rule: !Sub"), "composite alarm Down has no AlarmRule"),
        (("AlarmActions", "Threshold"), "composite alarm Down has no property Threshold"),
        (
            ("AlarmName: down", "AlarmName: web-Child"),
            "a second alarm is named web-Child; the first is Child in line 3",
        ),
    ] {
        let told = resolve(&text.replace(change.0, change.1), &web()).expect_err(words).to_string();
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn dashboards_are_read() {
    let text = r#"
Transform: AWS::LanguageExtensions
Resources:
  One: { Type: AWS::CloudWatch::Dashboard, Properties: { DashboardName: one, DashboardBody: !Sub '{"widgets": ["${AWS::Region}"]}' } }
  Two: { Type: AWS::CloudWatch::Dashboard, Properties: { DashboardBody: !ToJsonString { widgets: [1, !Ref AWS::StackName] } } }
"#;
    let found = resolved(text, &web());
    let expected = [
        ("one".to_owned(), serde_json::json!({"widgets": ["us-east-1"]})),
        ("web-Two".to_owned(), serde_json::json!({"widgets": [1, "web"]})),
    ];
    assert_eq!(found.dashboards(), expected);

    let broken = text.replace(r#""${AWS::Region}"]}"#, r#""a",]}"#);
    let told = resolve(&broken, &web()).expect_err("no JSON").to_string();
    assert!(
        told.contains(
            "Resources/One/Properties/DashboardBody: the body is no JSON: trailing comma at line 1 column 18"
        ),
        "{told}"
    );
    let mapping = text.replace("!ToJsonString {", "{");
    let told = resolve(&mapping, &web()).expect_err("a mapping").to_string();
    assert!(told.contains("the body must be JSON text, is a mapping"), "{told}");
}

#[test]
fn other_types_of_cloudwatch_are_named() {
    for kind in ["AnomalyDetector", "InsightRule", "LogAlarm", "AlarmMuteRule", "MetricStream"] {
        let text = format!(
            "Conditions: {{ No: !Equals [a, b] }}\nResources:\n  A: {{ Type: AWS::CloudWatch::{kind}, Properties: {{}} }}\n"
        );
        let told = resolve(&text, &web()).expect_err(kind).to_string();
        assert!(
            told.contains(&format!("line 3, column 3: Resources/A: the type AWS::CloudWatch::{kind} is not supported")),
            "{told}"
        );
        let absent = text.replace("Properties", "Condition: No, Properties");
        assert!(resolve(&absent, &web()).is_ok(), "what is not created is not needed");
    }
}
